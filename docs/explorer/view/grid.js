// One grid of numbers: a table that can be walked with the arrow keys.

import { make } from "./dom.js";

/** @import { Part } from "./parts.js" */

/**
 * @typedef {object} Drawing
 * @property {Part} part
 * @property {number} channel
 * @property {string} className
 * @property {string} title
 * @property {number} rows
 * @property {number} columns
 * @property {(row: number, column: number) => string} text
 * @property {(row: number, column: number) => string} look A class for the cell.
 */

export class Grid {
  /** @param {Drawing} drawing */
  constructor({ part, channel, className, title, rows, columns, text, look }) {
    this.part = part;
    this.channel = channel;
    this.rows = rows;
    this.columns = columns;
    this.text = text;
    /** @type {Set<HTMLTableCellElement>} */
    this.lit = new Set();
    /** @type {Set<HTMLTableCellElement>} */
    this.framed = new Set();
    /** @type {Set<HTMLTableCellElement>} */
    this.won = new Set();
    /** @type {string[]} */
    this.written = [];
    /** @type {HTMLElement | null} */
    this.marked = null;
    this.table = make("table", { role: "grid", className, ariaLabel: title });
    this.table.style.setProperty("--columns", String(columns));
    for (let r = 0; r < rows; r++) {
      const line = this.table.insertRow();
      line.role = "row";
      for (let c = 0; c < columns; c++) {
        line.append(make("td", { role: "gridcell", tabIndex: -1, className: look(r, c) }));
      }
    }
    this.cells = [...this.table.querySelectorAll("td")];
    this.stop = this.cells[0];
    this.stopAt(this.stop);
    this.scroller = make("div", { className: "scroll" }, this.table);
    this.element = make("figure", {}, make("figcaption", { ariaHidden: "true" }, title),
      this.scroller);
    this.write();
    this.widen();
  }

  /** @param {number} row @param {number} column */
  cell(row, column) {
    return this.cells[row * this.columns + column];
  }

  /** @param {HTMLTableCellElement} cell @returns {[number, number]} */
  place(cell) {
    const at = this.cells.indexOf(cell);
    return [Math.floor(at / this.columns), at % this.columns];
  }

  // Write the numbers that have changed.
  write() {
    this.cells.forEach((cell, k) => {
      const text = this.text(Math.floor(k / this.columns), k % this.columns);
      if (this.written[k] !== text) cell.textContent = text;
      this.written[k] = text;
    });
  }

  // Give all cells the width of the longest number, also while some are still empty.
  widen() {
    const longest = Math.max(...this.written.map((text) => text.length));
    this.table.style.setProperty("--digits", String(longest));
  }

  // Light the cells of some rows and columns, each with its badge; touch only what changes.
  /** @param {number[][]} places @param {(row: number, column: number) => string} badge */
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

  // Frame the cells of a window that can be dragged.
  /** @param {number[][]} places */
  frame([rows, columns]) {
    this.framed = this.put("framed", this.framed, rows, columns);
  }

  // Mark the cell that won.
  /** @param {number[][]} place */
  crown([rows, columns]) {
    this.won = this.put("won", this.won, rows, columns);
  }

  /**
   * @param {string} name Of a class.
   * @param {Set<HTMLTableCellElement>} old
   * @param {number[]} rows
   * @param {number[]} columns
   */
  put(name, old, rows, columns) {
    const now = new Set(rows.flatMap((r) => columns.map((c) => this.cell(r, c))));
    for (const cell of old) if (!now.has(cell)) cell.classList.remove(name);
    for (const cell of now) cell.classList.add(name);
    return now;
  }

  // Where the grid scrolls by itself, bring what is lit into sight, and nothing else.
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

  // Mark the cell of the chosen thing, or none.
  /** @param {[number, number] | null} place */
  mark(place) {
    if (this.marked) this.marked.ariaSelected = null;
    this.marked = null;
    if (!place) return;
    const cell = this.cell(...place);
    cell.ariaSelected = "true";
    this.marked = cell;
    this.stopAt(cell);
  }

  // The grid is one stop of the Tab key: its last cell in use.
  /** @param {HTMLTableCellElement} cell */
  stopAt(cell) {
    this.stop.tabIndex = -1;
    this.stop = cell;
    cell.tabIndex = 0;
  }

  // The cell to which a key leads, if it is one that walks.
  /** @param {HTMLTableCellElement} cell @param {string} key @param {boolean} ctrl */
  next(cell, key, ctrl) {
    const [r, c] = this.place(cell);
    const [bottom, right] = [this.rows - 1, this.columns - 1];
    const to = new Map([
      ["ArrowUp", [r - 1, c]],
      ["ArrowDown", [r + 1, c]],
      ["ArrowLeft", [r, c - 1]],
      ["ArrowRight", [r, c + 1]],
      ["Home", [ctrl ? 0 : r, 0]],
      ["End", [ctrl ? bottom : r, right]],
    ]).get(key);
    /** @param {number} k @param {number} end */
    const clamp = (k, end) => Math.max(0, Math.min(end, k));
    return to && this.cell(clamp(to[0], bottom), clamp(to[1], right));
  }
}
