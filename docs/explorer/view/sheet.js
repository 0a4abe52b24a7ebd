// A drawing of cells, with their numbers where they have room.

import { show } from "../model/numbers.js";

const LEGIBLE = 20; // pixels of a cell that has room for a number

/** @typedef {{ ink: string, fill: string }} Paint */

/**
 * Prepare a canvas of cells, and give the function that fills one of them.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} size
 * @param {number} cell Pixels.
 * @param {Paint} paint
 * @returns {(row: number, column: number, value: number) => void}
 */
export function sheet(canvas, [rows, columns], cell, { ink, fill }) {
  const sharp = cell >= LEGIBLE ? window.devicePixelRatio : 1;
  [canvas.width, canvas.height] = [columns * cell * sharp, rows * cell * sharp];
  [canvas.style.width, canvas.style.height] = [`${columns * cell}px`, `${rows * cell}px`];
  const pen = canvas.getContext("2d");
  if (!pen) return () => {};
  pen.scale(sharp, sharp);
  if (cell >= LEGIBLE) {
    Object.assign(pen, { font: `${cell * 0.45}px sans-serif`, textAlign: "center",
      textBaseline: "middle" });
  }
  return (row, column, value) => {
    pen.fillStyle = fill;
    pen.fillRect(column * cell, row * cell, cell, cell);
    if (cell < LEGIBLE) return;
    pen.fillStyle = ink;
    pen.fillText(show(value), (column + 0.5) * cell, (row + 0.5) * cell, cell - 2);
  };
}
