// How large cells may be, so that all grids of a usual state are seen together.

/** @import { Grid } from "./grid.js" */

const MOST = 38; // pixels: what is comfortable
const GAP = [16, 8]; // between figures, across and down; as in the style sheet
const NARROWEST = 112; // a figure, so that its caption has room
const CAPTION = 40; // what stands above a grid

// The height of a row of grids that wraps like text.
/** @param {Grid[]} grids @param {number} cell @param {number} width */
function heightOf(grids, cell, width) {
  let [x, y, tallest] = [0, 0, 0];
  for (const { rows, columns } of grids) {
    const wide = Math.min(width, Math.max(NARROWEST, columns * (cell + 1) + 6));
    if (x && x + wide > width) [x, y, tallest] = [0, y + tallest + GAP[1], 0];
    x += wide + GAP[0];
    tallest = Math.max(tallest, rows * (cell + 1) + CAPTION);
  }
  return y + tallest;
}

/**
 * The largest cell with which the bands fit into a width and a height, or the least.
 * @param {Grid[][]} bands
 * @param {number} width
 * @param {number} height
 */
export function cellFor(bands, width, height) {
  const least = window.matchMedia("(pointer: fine)").matches ? 20 : 24; // pixels for a finger
  for (let cell = MOST; cell > least; cell--) {
    if (bands.reduce((sum, grids) => sum + heightOf(grids, cell, width), 0) <= height) return cell;
  }
  return least;
}
