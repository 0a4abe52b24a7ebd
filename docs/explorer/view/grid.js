// One grid: a table that can be walked with the arrow keys, however it shows its numbers.

import { clamp } from "../model/geometry.js";
import { make } from "./dom.js";

/** @import { Part } from "./parts.js" */
/** @import { Scale } from "./shades.js" */

/**
 * @typedef {(row: number, column: number) => string} Say
 *
 * @typedef {object} Drawing
 * @property {Part} part
 * @property {number} channel
 * @property {string} className
 * @property {string} title
 * @property {number} rows
 * @property {number} columns
 * @property {Say} text
 * @property {Say} look A class for the cell.
 * @property {(row: number, column: number) => number | null | undefined} number None yet, or never.
 * @property {(row: number, column: number) => number} place Among the numbers; -1 for padding.
 * @property {() => { numbers: number[], until: number }} there Those to which time has come.
 * @property {() => Scale} scale
 */

/** @typedef {HTMLTableCellElement} Cell */

/** @abstract */
export class Grid {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    const { part, channel, className, title, rows, columns, text } = drawing;
    this.drawing = drawing;
    this.part = part;
    this.channel = channel;
    this.rows = rows;
    this.columns = columns;
    this.text = text;
    /** @type {{ has(cell: Cell): boolean }} */
    this.framed = new Set();
    /** @type {Cell | null} */
    this.marked = null;
    /** @type {Cell | null} */
    this.stop = null;
    this.table = make("table", { role: "grid", className, ariaLabel: title });
    this.table.style.setProperty("--columns", String(columns));
    this.element = make("figure", {}, make("figcaption", { ariaHidden: "true" }, title));
  }

  // The cell at a row and a column.
  /** @param {number} _row @param {number} _column @returns {Cell} */
  cell(_row, _column) {
    throw new Error("abstract");
  }

  /** @param {Cell} _cell @returns {[number, number]} */
  place(_cell) {
    throw new Error("abstract");
  }

  // The cell at a point of the screen, where an element of the grid was found.
  /** @param {Element} element @param {number} _x @param {number} _y @returns {Cell | null} */
  at(element, _x, _y) {
    return element.closest("td");
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
  /** @param {Cell} cell */
  stopAt(cell) {
    if (cell === this.stop) return;
    if (this.stop) this.stop.tabIndex = -1;
    this.stop = cell;
    cell.tabIndex = 0;
  }

  // The cell to which a key leads, if it is one that walks.
  /** @param {Cell} cell @param {string} key @param {boolean} ctrl */
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
    return to && this.cell(clamp(to[0], bottom), clamp(to[1], right));
  }

  // Write the numbers that have changed.
  write() {}

  // Give all cells the same room, also while some are still empty.
  widen() {}

  // Light the cells of some rows and columns, each with its badge.
  /** @param {number[][]} _places @param {Say} _badge */
  light(_places, _badge) {}

  // Frame the cells of a window that can be dragged.
  /** @param {number[][]} _places */
  frame(_places) {}

  // Mark the cell that won.
  /** @param {number[][]} _place */
  crown(_place) {}

  // Where the grid scrolls by itself, bring what is lit into sight, and nothing else.
  reveal() {}
}
