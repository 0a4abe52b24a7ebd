// The sum of an output as it stands in a picture: pieces of text, in lines.

import { range } from "../model/geometry.js";
import { show } from "../model/numbers.js";
import { partners } from "../model/operations.js";
import { sum } from "../model/words.js";

/** @import { Model } from "../model/operations.js" */
/** @import { Sample } from "../model/samples.js" */
/** @import { Sum } from "../model/words.js" */
/** @import { Paint } from "./ink.js" */

/**
 * @typedef {{ text: string, chip?: Paint, faint?: boolean, under?: boolean, x: number,
 *   width: number }} Piece
 * @typedef {{ before: Piece[], factors: Piece[], product?: Piece }} Group What may not be broken:
 *   a term over its product, and what stands before it.
 */

const LETTER = 7.8; // of the monospaced font, at its size of 13
export const ROUND = 4; // on each side of a chip
const MOST = 4; // lines
const BLANK = LETTER; // with which a product begins

/** @param {string} text @param {Paint} [chip] @param {boolean} [faint] @returns {Piece} */
const piece = (text, chip, faint) =>
  ({ text, chip, faint, x: 0, width: text.length * LETTER + (chip ? 2 * ROUND : 0) });

/** @param {{ width: number }[]} pieces */
const widthOf = (pieces) => pieces.reduce((all, { width }) => all + width, 0);

/** @param {string} result @param {Sum} written @returns {Group[]} */
function groups(result, { open, between, close, terms, bias }) {
  /** @param {Piece[]} before */
  const plain = (before) => ({ before, factors: [] });
  const all = [plain([piece(result, "output"), piece(` = ${open}`)]),
    ...terms.map(({ x, w, product, padding }, k) => ({
      before: k ? [piece(between)] : [],
      factors: [piece(x, "input", padding), ...(w ? [piece("·"), piece(w, "weight")] : [])],
      ...(w ? { product: { ...piece(` = ${product}`), under: true } } : {}),
    })), plain([piece(terms.length || open ? close : bias ? "" : "0")])];
  if (bias) all.push(plain([piece(terms.length ? " + " : ""), piece(bias, "weight")]));
  return all;
}

// The pieces of a group that begins somewhere: factors and product have one middle.
/** @param {Group} group @param {number} x */
function placed({ before, factors, product }, x) {
  const below = product ? product.width - BLANK : 0;
  const broad = Math.max(widthOf(factors), below);
  let at = x;
  /** @param {Piece} one */
  const put = (one) => {
    at += one.width;
    return { ...one, x: at - one.width };
  };
  const first = before.map(put);
  const middle = at + broad / 2;
  at = middle - widthOf(factors) / 2;
  const pieces = [...first, ...factors.map(put)];
  if (product) pieces.push({ ...product, x: middle - below / 2 - BLANK });
  return { pieces, end: middle + broad / 2 };
}

/** @param {string} result @param {Sum} written @param {number} width @returns {Piece[][]} */
function wrap(result, written, width) {
  const all = groups(result, written);
  /** @type {Piece[][]} */
  const rows = [[]];
  let x = 0;
  for (const [k, group] of all.entries()) {
    const left = `… and ${all.length - 1 - k} more terms`;
    const room = width - (rows.length === MOST ? left.length * LETTER : 0);
    if (x && placed(group, x).end > room) {
      if (rows.length === MOST) {
        rows[MOST - 1].push({ ...piece(left), x });
        break;
      }
      rows.push([]);
      x = 0;
    }
    const { pieces, end } = placed(group, x);
    rows[rows.length - 1].push(...pieces);
    x = end;
  }
  return rows;
}

// The lines of the sum of the chosen output, if time has come to it.
/** @param {Model} model @param {number[]} x @param {Sample} chosen @param {string} result
 * @param {number} width */
export function sumLines(model, x, chosen, result, width) {
  return result && chosen.array === "output" ? wrap(result, sum(model, x, chosen), width) : [];
}

// How many lines the longest sum of an output can have.
/** @param {Model} model @param {number} width */
export function sumReserve(model, width) {
  /** @param {number[]} values @param {number} [common] */
  const longest = (values, common) => "0".repeat(values.reduce((most, value) =>
    Math.max(most, show(value, common).length + (value < 0 ? 2 : 0)), 0));
  const most = [model.x, model.w].map((all) => all.reduce((m, n) => Math.max(m, Math.abs(n)), 0));
  const whole = [...model.x, ...model.w].every(Number.isInteger);
  const term = { x: longest(model.x), w: longest(model.w, model.common), padding: false,
    product: `−${Math.round(most[0] * most[1])}${whole ? "" : ".00"}` };
  const [down, across] = model.state.kernel_size;
  const count = partners(model, 0, true).length * down * across;
  const terms = range(count).map(() => term);
  return wrap(longest(model.output), { open: "max(", between: " + ", close: ")", terms,
    bias: longest(model.b.filter(Boolean)) }, width).length;
}
