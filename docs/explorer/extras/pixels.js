// A grid of too many cells for numbers: a picture of shades, with a cell of its own only where
// somebody points, walks or has chosen.

import { clamp } from "../model/geometry.js";
import { lend } from "../view/bring.js";
import { make } from "../view/dom.js";
import { Grid } from "../view/grid.js";
import { Loupe } from "../view/loupe.js";
import { Marks } from "../view/marks.js";
import { huesOf, indexOf, shades } from "../view/shades.js";
import style from "./pixels.css";

/** @import { Cell, Drawing } from "../view/grid.js" */

/** @type {Record<string, number>} */
const OPAQUE = { "": 255, pad: 110, beyond: 0, unread: 170 }; // what looks stands out less

class Pixels extends Grid {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    super(drawing);
    const { rows, columns, table } = this;
    Object.assign(table, { ariaRowCount: String(rows), ariaColCount: String(columns) });
    /** @type {Map<Cell, [number, number]>} */
    this.live = new Map();
    this.picture = make("canvas", { className: "picture", width: columns, height: rows,
      ontransitionend: () => this.repaint() }); // the theme has changed its colours
    /** @type {string[] | null} */
    this.hues = null; // the theme's; to ask for them is to wait for all styles
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.picture.getContext("2d"));
    this.data = this.pen.createImageData(columns, rows);
    this.dots = new Uint32Array(this.data.data.buffer);
    // While the grid stands, a cell is the same number's: only the numbers change.
    this.places = new Int32Array(rows * columns);
    this.opaque = new Uint32Array(rows * columns);
    for (let r = 0, k = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++, k++) {
        this.places[k] = drawing.place(r, c);
        // Padding with less than all numbers has no shade.
        const seen = this.places[k] >= 0 || Number.isFinite(drawing.number(r, c));
        this.opaque[k] = seen ? OPAQUE[drawing.look(r, c)] << 24 : 0;
      }
    }
    this.marks = new Marks(rows, columns);
    this.loupe = new Loupe(drawing);
    /** @type {Cell | null} */
    this.pointed = null;
    this.framed = { has: (/** @type {Cell} */ cell) => this.marks.frames(...this.place(cell)) };
    this.board = make("div", { className: "pixels" }, this.picture, this.marks.element, table,
      this.loupe.element);
    this.board.style.cssText = `--rows: ${rows}; --columns: ${columns}`;
    this.element.append(make("div", { className: "scroll" }, this.board));
    table.onpointermove = (event) => this.point(event);
    table.onclick = (event) => this.press(event);
    this.stopAt(this.cell(0, 0));
    // Not before it is on the page, where it learns its colours and its size.
    new ResizeObserver(() => {
      this.repaint();
      this.marks.draw();
    }).observe(this.board);
  }

  // The cell of a place, which is there from now on until nobody needs it.
  /** @override @param {number} row @param {number} column */
  cell(row, column) {
    for (const [cell, [r, c]] of this.live) {
      if (r === row && c === column) return cell;
      const needed = cell === this.stop || cell === this.marked
        || cell.matches(":focus-within, .pinned");
      if (needed) continue;
      cell.parentElement?.remove();
      this.live.delete(cell);
    }
    const cell = make("td", { role: "gridcell", tabIndex: -1, ariaColIndex: String(column + 1) },
      this.text(row, column));
    Object.assign(cell.style, {
      top: `${(100 * row) / this.rows}%`, left: `${(100 * column) / this.columns}%`,
    });
    this.live.set(cell, [row, column]);
    this.table.append(make("tr", { role: "row", ariaRowIndex: String(row + 1) }, cell));
    return cell;
  }

  /** @override @param {Cell} cell @returns {[number, number]} */
  place(cell) {
    return this.live.get(cell) ?? [0, 0];
  }

  /** @override @param {Element} _element @param {number} x @param {number} y */
  at(_element, x, y) {
    const { top, left, height, width } = this.board.getBoundingClientRect();
    /** @param {number} part @param {number} count */
    const index = (part, count) => clamp(Math.floor(part * count), count - 1);
    return this.cell(index((y - top) / height, this.rows), index((x - left) / width, this.columns));
  }

  // The pointer goes from cell to cell as if they were all there.
  /** @param {PointerEvent} event */
  point({ clientX, clientY, pointerType }) {
    const cell = this.at(this.table, clientX, clientY);
    if (cell === this.pointed) return;
    this.pointed = cell;
    cell.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType }));
  }

  /** @param {MouseEvent} event */
  press(event) {
    if (/** @type {Element} */ (event.target).closest("td")) return;
    event.stopPropagation();
    const cell = this.at(this.table, event.clientX, event.clientY);
    cell.focus({ preventScroll: true });
    cell.click();
  }

  repaint() {
    this.hues = null;
    this.write();
  }

  /** @override */
  write() {
    const scale = this.drawing.scale();
    const table = shades(this.hues ??= huesOf(this.picture), scale);
    const { dots, opaque, places } = this;
    const { numbers, until } = this.drawing.there();
    for (let k = 0; k < dots.length; k++) {
      const place = places[k];
      const number = place < 0 ? 0 : numbers[place];
      dots[k] = place < until && Number.isFinite(number)
        ? table[indexOf(scale, number)] | opaque[k] : 0;
    }
    this.pen.putImageData(this.data, 0, 0);
    for (const [cell, place] of this.live) {
      const text = this.text(...place);
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  /** @override @param {number[][]} places */
  light(places) {
    this.marks.put("lit", places);
  }

  /** @override @param {number[][]} places */
  frame(places) {
    this.marks.put("framed", places);
  }

  /** @override @param {number[][]} place */
  crown(place) {
    this.marks.put("won", place);
  }

  /** @override @param {[number, number] | null} place */
  mark(place) {
    super.mark(place);
    this.loupe.over(place);
  }
}

lend((/** @type {Drawing} */ drawing) => new Pixels(drawing), style);
