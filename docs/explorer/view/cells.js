// A grid of cells that have room for their numbers.

import { make } from "./dom.js";
import { Grid } from "./grid.js";
import { shadeOf } from "./shades.js";

/** @import { Cell, Drawing, Say } from "./grid.js" */

export class Cells extends Grid {
  /** @param {Drawing & { shaded: boolean }} drawing */
  constructor(drawing) {
    super(drawing);
    this.shaded = drawing.shaded;
    /** @type {Set<Cell>} */
    this.lit = new Set();
    /** @type {Set<Cell>} */
    this.framed = new Set();
    /** @type {Set<Cell>} */
    this.won = new Set();
    /** @type {string[]} */
    this.written = [];
    /** @type {string[]} */
    this.grounds = [];
    const blank = make("td", { role: "gridcell", tabIndex: -1 }); // a copy takes far less time
    for (let r = 0; r < this.rows; r++) {
      const line = this.table.insertRow();
      line.role = "row";
      for (let c = 0; c < this.columns; c++) {
        const cell = /** @type {Cell} */ (line.appendChild(blank.cloneNode()));
        cell.className = drawing.look(r, c);
      }
    }
    this.cells = [...this.table.querySelectorAll("td")];
    this.stopAt(this.cells[0]);
    this.scroller = make("div", { className: "scroll cells" }, this.table);
    this.element.append(this.scroller);
    this.write();
    this.widen();
  }

  /** @override @param {number} row @param {number} column */
  cell(row, column) {
    return this.cells[row * this.columns + column];
  }

  /** @override @param {Cell} cell @returns {[number, number]} */
  place(cell) {
    const at = this.cells.indexOf(cell);
    return [Math.floor(at / this.columns), at % this.columns];
  }

  /** @override */
  write() {
    this.cells.forEach((cell, k) => {
      const text = this.text(Math.floor(k / this.columns), k % this.columns);
      if (this.written[k] !== text) cell.textContent = text;
      this.written[k] = text;
    });
    if (this.shaded) this.shade();
  }

  // Colour the cells by their numbers; what has none stays as it is.
  shade() {
    const scale = this.drawing.scale();
    this.cells.forEach((cell, k) => {
      const number = this.drawing.number(Math.floor(k / this.columns), k % this.columns) ?? NaN;
      const { background, color } = Number.isFinite(number) ? shadeOf(scale, number)
        : { background: "", color: "" };
      if (this.grounds[k] === background) return;
      this.grounds[k] = background;
      Object.assign(cell.style, { backgroundColor: background, color });
    });
  }

  /** @override */
  widen() {
    const longest = Math.max(...this.written.map((text) => text.length));
    this.table.style.setProperty("--digits", String(longest));
  }

  /** @override @param {number[][]} places @param {Say} badge */
  light([rows, columns], badge) {
    for (const r of rows) {
      for (const c of columns) {
        const { dataset } = this.cell(r, c);
        const text = badge(r, c);
        if (dataset.badge !== text) dataset.badge = text;
      }
    }
    this.lit = this.put("lit", this.lit, rows, columns);
  }

  /** @override @param {number[][]} places */
  frame([rows, columns]) {
    this.framed = this.put("framed", this.framed, rows, columns);
  }

  /** @override @param {number[][]} place */
  crown([rows, columns]) {
    this.won = this.put("won", this.won, rows, columns);
  }

  /** @override */
  reveal() {
    const [first] = this.lit;
    if (!first || this.scroller.scrollWidth <= this.scroller.clientWidth) return;
    const last = /** @type {HTMLElement} */ ([...this.lit].at(-1));
    const [left, right] = [first.offsetLeft, last.offsetLeft + last.offsetWidth];
    const { scrollLeft, clientWidth } = this.scroller;
    if (left < scrollLeft || right > scrollLeft + clientWidth) {
      this.scroller.scrollLeft = (left + right - clientWidth) / 2;
    }
  }

  // Give a class to the cells of some rows and columns; touch only what changes.
  /**
   * @param {string} name
   * @param {Set<Cell>} old
   * @param {number[]} rows
   * @param {number[]} columns
   */
  put(name, old, rows, columns) {
    const now = new Set(rows.flatMap((r) => columns.map((c) => this.cell(r, c))));
    for (const cell of old) if (!now.has(cell)) cell.classList.remove(name);
    for (const cell of now) cell.classList.add(name);
    return now;
  }
}
