// Colours and elements of a picture, as text.

/**
 * @typedef {"input" | "weight" | "output" | "on-fill" | "ink" | "quiet" | "line" | "ground"
 *   | "strong" | "above" | "below" | "black" | "white" | "number"} Paint
 * @typedef {Record<Paint, number[]>} Colours Red, green and blue of each.
 */

export const PAINTS = /** @type {Paint[]} */ (["input", "weight", "output", "on-fill", "ink",
  "quiet", "line", "ground", "strong", "above", "below", "black", "white", "number"]);

/** @param {number[]} colour */
export const hex = (colour) =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

// So much of a colour over another.
/** @param {number[]} over @param {number} part @param {number[]} under */
export const mixed = (over, part, under) => under.map((back, k) => back + part * (over[k] - back));

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {string} tag
 * @param {Record<string, string | number | undefined>} attributes
 * @param {string} [text]
 */
export function element(tag, attributes, text) {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`).join("");
  return text === undefined ? `<${tag}${given}/>` : `<${tag}${given}>${escaped(text)}</${tag}>`;
}
