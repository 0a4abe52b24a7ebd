// The numbers about a cell of a picture, large enough to be read.

import { range } from "../model/geometry.js";
import { make } from "./dom.js";
import { shadeOf } from "./shades.js";

/** @import { Drawing } from "./grid.js" */

const REACH = 2; // cells to each side
const WIDE = 2 * REACH + 1;

export class Loupe {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    this.cells = range(WIDE * WIDE).map(() => make("i"));
    this.element = make("div", { className: "loupe", ariaHidden: "true" }, ...this.cells);
  }

  /** @param {[number, number] | null} place */
  over(place) {
    const { rows, columns, number, scale, text } = this.drawing;
    this.element.hidden = !place;
    if (!place) return;
    const [row, column] = place;
    this.cells.forEach((cell, k) => {
      const [r, c] = [row + Math.floor(k / WIDE) - REACH, column + (k % WIDE) - REACH];
      const inside = r >= 0 && c >= 0 && r < rows && c < columns;
      const value = inside ? number(r, c) : null;
      const shade = Number.isFinite(value) ? shadeOf(scale(), Number(value))
        : { background: "", color: "" };
      cell.textContent = inside ? text(r, c) : "";
      Object.assign(cell.style, shade);
    });
    // Beside the cell, on the side that has more room.
    const { style } = this.element;
    style.setProperty("--x", `${(100 * (column + 0.5)) / columns}%`);
    style.setProperty("--y", `${(100 * (row + 0.5)) / rows}%`);
    this.element.classList.toggle("left", column > columns / 2);
    this.element.classList.toggle("up", row > rows / 2);
  }
}
