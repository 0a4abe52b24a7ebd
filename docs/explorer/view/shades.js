// Numbers as shades: grey from black at zero up, or two hues about zero where some are below it.

/**
 * @typedef {object} Scale One for all that is compared: zero looks like zero on every grid.
 * @property {number} least The end below zero; zero itself, if nothing is below.
 * @property {number} most
 *
 * @typedef {{ background: string, color: string }} Shade
 */

const STEPS = 255; // of a hue
const MIDDLE = 0.46; // the grey on which black and white are read alike

/** @param {number[]} numbers @returns {Scale} */
export function scaleOf(numbers) {
  let [least, most] = [0, 0];
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue;
    if (number < least) least = number;
    if (number > most) most = number;
  }
  if (least === 0) return { least, most: most || 1 };
  const end = Math.max(-least, most);
  return { least: -end, most: end };
}

// Where a number stands between zero and its end, -1 to 1.
/** @param {Scale} scale @param {number} number */
const depth = ({ least, most }, number) =>
  Math.max(least && -1, Math.min(1, number / most)) || 0;

/**
 * What a shade is mixed of, by the names of the style sheet: so much of a hue over what zero has.
 * @param {Scale} scale
 * @param {number} number
 */
export function mixOf(scale, number) {
  const at = depth(scale, number);
  const part = Math.abs(at);
  if (scale.least) return { zero: "ground", hue: at < 0 ? "below" : "above", part, ink: "number" };
  return { zero: "black", hue: "white", part, ink: at > MIDDLE ? "black" : "white" };
}

// A number's ground and its ink, in colours of the style sheet.
/** @param {Scale} scale @param {number} number @returns {Shade} */
export function shadeOf(scale, number) {
  const { zero, hue, part, ink } = mixOf(scale, number);
  const percent = (100 * part).toFixed(1);
  return { background: `color-mix(in srgb, var(--${hue}) ${percent}%, var(--${zero}))`,
    color: `var(--${ink})` };
}

// The place of a number's shade in the table below.
/** @param {Scale} scale @param {number} number */
export const indexOf = (scale, number) => STEPS + Math.round(depth(scale, number) * STEPS);

/** @type {Map<string, Uint32Array>} */
const mixed = new Map();

// The two hues and their ground, which the style of an element holds.
/** @param {HTMLElement} element */
export function huesOf(element) {
  const { color, outlineColor, borderTopColor } = getComputedStyle(element);
  return [color, outlineColor, borderTopColor];
}

// All shades of a scale as a canvas holds them.
/** @param {string[]} hues @param {Scale} scale */
export function shades(hues, { least }) {
  const key = least ? hues.join() : "grey";
  const table = mixed.get(key) ?? mix(hues, least < 0);
  mixed.set(key, table);
  return table;
}

/** @param {string[]} hues @param {boolean} about Whether there is something below zero. */
function mix(hues, about) {
  const [above, below, ground] = hues.map((text) => (text.match(/[\d.]+/g) ?? []).map(Number));
  return Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => {
    const part = Math.abs(k - STEPS) / STEPS;
    const [red, green, blue] = [0, 1, 2].map((c) => {
      const [zero, end] = about ? [ground[c], (k < STEPS ? below : above)[c]] : [0, 255];
      return Math.round(zero + part * (end - zero));
    });
    return red | (green << 8) | (blue << 16);
  });
}
