// How large cells may be, so that all grids of a usual state are seen together.

/** @import { Grid } from "./grid.js" */

const MOST = 38; // pixels: what is comfortable
const GAP = [16, 8]; // between figures, across and down; as in the style sheet
const NARROWEST = 112; // a figure, so that its caption has room
const CAPTION = 40; // what stands above a grid
const ENOUGH = 0.67; // of a window, beside which the rest has room

// The height of a row of grids that wraps like text.
/** @param {Grid[]} grids @param {number} cell @param {number} width */
function heightOf(grids, cell, width) {
  let [x, y, tallest] = [0, 0, 0];
  for (const { rows, columns } of grids) {
    const wide = Math.min(width, Math.max(NARROWEST, columns * (cell + 1) + 6));
    if (wide === width && cell > MOST) return Infinity;
    if (x && x + wide > width) [x, y, tallest] = [0, y + tallest + GAP[1], 0];
    x += wide + GAP[0];
    tallest = Math.max(tallest, rows * (cell + 1) + CAPTION);
  }
  return y + tallest;
}

/**
 * The largest cell with which all bands fit into a width and half of the window, or the least; and
 * whether they leave room for what is done and said about them.
 * @param {Grid[][][]} shown Bands that are seen at once; or others at another time.
 * @param {number} width
 */
export function fitting(shown, width) {
  const least = matchMedia("(pointer: fine)").matches ? 20 : 24; // pixels for a finger
  let cell = document.fullscreenElement ? 3 * MOST : MOST;
  const tall = () => Math.max(...shown.map((bands) =>
    bands.reduce((sum, grids) => sum + heightOf(grids, cell, width), 0)));
  while (cell > least && tall() > Math.max(240, innerHeight / 2)) cell -= 1;
  return { cell, fits: tall() <= innerHeight * ENOUGH };
}
