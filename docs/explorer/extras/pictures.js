// The built-in pictures: a digit, drawn for this page, and the panda of convdocs, as rows of cells,
// each two digits. They are too long to be fetched before somebody asks for them.

import { marked } from "../model/marked.js";
import PICTURES from "../pictures.json" with { type: "json" };
import { lend } from "../view/bring.js";

/** @import { Picture } from "../model/settings.js" */

const WHOLE = [0, 0, 1, 1];

/** @param {string[]} rows */
function picture(rows) {
  // Each cell shows what stands at its corner.
  /** @param {number} height @param {number} width */
  const filler = (height, width) =>
    (/** @type {number} */ _, /** @type {number} */ r, /** @type {number} */ c) => {
      const at = 2 * Math.floor((rows.length * c) / width);
      return Number(rows[Math.floor((rows.length * r) / height)].slice(at, at + 2));
    };
  /** @param {number[]} shape */
  const all = ([, channels, height, width]) => {
    const fill = filler(height, width);
    return Array.from({ length: channels * height * width }, (_, k) =>
      fill(0, Math.floor(k / width) % height, k % width));
  };
  /** @type {Picture["mark"]} */
  const mark = (...where) => marked(all, { mark }, () => WHOLE, where);
  return Object.assign(filler, { mark });
}

lend(() => Object.fromEntries(
  Object.entries(PICTURES).map(([name, rows]) => [name, picture(rows)])));
