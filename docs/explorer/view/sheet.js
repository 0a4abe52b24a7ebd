// A drawing of cells, with their numbers where they have room.

import { show } from "../model/numbers.js";

const LEGIBLE = 20; // pixels of a cell that has room for a number
const FINEST = 2048; // dots of a drawing along an axis; beyond, cells share them

/** @typedef {{ ink: string, fill: string }} Paint */
/** @typedef {(row: number, column: number, value: number) => void} Put */

// Cells with numbers.
/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} cell
 * @param {Paint} paint
 * @returns {Put}
 */
function legible(pen, cell, { ink, fill }) {
  pen.scale(devicePixelRatio, devicePixelRatio);
  Object.assign(pen, { font: `${cell * 0.45}px sans-serif`, textAlign: "center",
    textBaseline: "middle" });
  return (row, column, value) => {
    pen.fillStyle = fill;
    pen.fillRect(column * cell, row * cell, cell, cell);
    pen.fillStyle = ink;
    pen.fillText(show(value), (column + 0.5) * cell, (row + 0.5) * cell, cell - 2);
  };
}

/**
 * Draw some cells of a canvas. A million of them, one by one, would take a second: without numbers
 * each is a dot, which the style makes as large as a cell.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} size
 * @param {number} cell Pixels.
 * @param {Paint} paint
 * @param {(put: Put) => void} all Puts them.
 */
export function sheet(canvas, [rows, columns], cell, paint, all) {
  const numbered = cell >= LEGIBLE;
  const share = Math.ceil(Math.max(rows, columns) / FINEST);
  const scale = numbered ? cell * devicePixelRatio : 1 / share;
  [canvas.width, canvas.height] = [columns, rows].map((n) => Math.ceil(n * scale));
  [canvas.style.width, canvas.style.height] = [`${columns * cell}px`, `${rows * cell}px`];
  const pen = canvas.getContext("2d");
  if (!pen || !canvas.width || !canvas.height) return;
  if (numbered) return all(legible(pen, cell, paint));
  const data = pen.createImageData(canvas.width, canvas.height);
  const dots = new Uint32Array(data.data.buffer);
  const [red, green, blue] = (paint.fill.match(/[\d.]+/g) ?? []).map(Number);
  const dot = (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0;
  all((row, column) => {
    dots[Math.floor(row / share) * data.width + Math.floor(column / share)] = dot;
  });
  pen.putImageData(data, 0, 0);
}
