// What a layer gives, a grid for each channel: in numbers where they have room, else in shades.

import { range } from "../model/geometry.js";
import { show } from "../model/numbers.js";
import { Cells } from "./cells.js";
import { scaleOf } from "./shades.js";

/** @import { Makers } from "./bring.js" */
/** @import { Drawing, Grid } from "./grid.js" */

const WIDE = 56; // signs that a row of numbers may have
const ROOMY = 24 * 24; // cells that are elements of their own

/** @param {number[]} size */
export const isCrowded = ([rows, columns]) => rows * columns > ROOMY;

/**
 * @param {"input" | "weight" | "output"} array
 * @param {string} title
 * @param {number[]} shape
 * @param {number[]} values
 * @param {Makers["pixels"] | null} pixels Makes the grids of too many cells.
 * @param {boolean} [tinted] Whether numbers have their shades behind them.
 * @returns {Grid[]}
 */
export function gridsOf(array, title, [channels, rows, columns], values, pixels, tinted = false) {
  const scale = scaleOf(values);
  const texts = values.map((value) => show(value));
  const digits = texts.reduce((most, { length }) => Math.max(most, length), 1);
  const legible = columns * (digits + 1) <= WIDE;
  return range(channels).map((channel) => {
    const name = channels > 1 ? `, channel ${channel}` : "";
    /** @type {Drawing["place"]} */
    const place = (r, c) => (channel * rows + r) * columns + c;
    /** @type {Drawing} */
    const drawing = {
      part: array === "weight" ? "kernel" : array,
      channel,
      className: array,
      title: `${title}${name}: ${rows} × ${columns}`,
      rows,
      columns,
      place,
      number: (r, c) => values[place(r, c)],
      text: (r, c) => texts[place(r, c)],
      look: () => "",
      there: () => ({ numbers: values, until: values.length }),
      scale: () => scale,
    };
    if (pixels && isCrowded([rows, columns])) return pixels(drawing);
    const grid = new Cells({ ...drawing, shaded: tinted || !legible });
    grid.table.classList.toggle("shaded", !legible);
    return grid;
  });
}
