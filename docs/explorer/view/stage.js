// The grids on show: input, kernel and output; of a transposed convolution, both its readings.

import { textOf } from "../model/samples.js";
import { make } from "./dom.js";
import { Editor } from "./editing.js";
import { Grid } from "./grid.js";
import {
  badgeOf, bandsOf, captionOf, channelsOf, litOf, locate, lookOf, PARTS, sampleAt,
} from "./parts.js";

/** @import { Session } from "../session.js" */
/** @import { Part } from "./parts.js" */

export class Stage {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.editor = new Editor(session);
    this.element = make("div", { className: "stage" });
    /** @type {Grid[]} */
    this.grids = [];
    /** @type {Map<Part, HTMLElement>} */
    this.boxes = new Map();
    this.layout = "";
    this.to = 0; // the output channel of the kernels that are drawn
    /** @type {HTMLElement | null} */
    this.pinned = null;
    session.on("model", () => this.draw());
    session.on("time", () => this.step());
    session.on("chosen", () => this.light());
    this.listen();
  }

  draw() {
    const { model } = this.session;
    const layout = JSON.stringify({ ...model.state, input: 0, weight: 0 });
    if (layout !== this.layout) this.build();
    else {
      for (const grid of this.grids) {
        grid.write();
        grid.widen();
      }
    }
    this.layout = layout;
    if (!this.pinned?.isConnected) this.pin(null);
  }

  // Show what there is after another number of steps.
  step() {
    const still = this.session.model.family === "transposed" ? "weight" : "input";
    for (const grid of this.grids) if (PARTS[grid.part].array !== still) grid.write();
    this.pin(null);
  }

  build() {
    this.to = this.session.to;
    this.grids = [];
    this.boxes.clear();
    this.element.replaceChildren();
    for (const { title, parts } of bandsOf(this.session.model)) {
      if (title) this.element.append(make("p", {}, make("b", {}, title)));
      this.element.append(make("div", { className: "band" }, ...parts.map((part) => {
        const box = make("div", { className: "grids", "data-part": part });
        this.boxes.set(part, box);
        this.fill(part);
        return box;
      })));
    }
  }

  /** @param {Part} part */
  fill(part) {
    const grids = channelsOf(this.session.model, part, this.to)
      .map((channel) => this.grid(part, channel));
    this.grids.push(...grids);
    this.boxes.get(part)?.replaceChildren(...grids.map((grid) => grid.element));
  }

  /** @param {Part} part @param {number} channel */
  grid(part, channel) {
    const { session, to } = this;
    const { array, count } = PARTS[part];
    const [rows, columns] = session.model.axes;
    const reading = part === "gathered" ? part : "output";
    return new Grid({
      part,
      channel,
      className: array,
      title: captionOf(session.model, part, channel, to),
      rows: rows[count],
      columns: columns[count],
      text: (r, c) => textOf(session.model, session.now,
        sampleAt(session.model, { part, channel }, to, r, c), reading),
      look: (r, c) => lookOf(session.model, part, r, c),
    });
  }

  // Light what the chosen thing reads, feeds or multiplies.
  light() {
    const { session } = this;
    const { model, chosen, to } = session;
    if (to !== this.to) this.turnTo(to);
    for (const grid of this.grids) {
      const [rows, columns] = litOf(session, grid);
      grid.light(rows, columns, (r, c) => badgeOf(session, grid, r, c));
      grid.mark(locate(model, grid, to, chosen));
    }
  }

  // Show the kernels that lead to another output channel.
  /** @param {number} to */
  turnTo(to) {
    this.to = to;
    this.grids = this.grids.filter((grid) => PARTS[grid.part].array !== "weight");
    for (const part of this.boxes.keys()) if (PARTS[part].array === "weight") this.fill(part);
    if (!this.pinned?.isConnected) this.pin(null);
  }

  listen() {
    /** @param {string} type @param {(cell: HTMLTableCellElement, event: any) => void} act */
    const on = (type, act) => this.element.addEventListener(type, (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) act(cell, event);
      else if (type === "click") this.pin(null);
    });
    on("pointerover", (cell, event) => {
      const held = this.pinned || this.session.editing;
      if (event.pointerType === "mouse" && !held) this.choose(cell);
    });
    on("focusin", (cell) => this.choose(cell));
    on("click", (cell) => {
      const again = this.pinned === cell;
      this.pin(cell);
      this.choose(cell);
      if (again && !this.editor.begin(cell)) this.pin(null);
      this.session.tell("kept");
    });
    on("keydown", (cell, event) => this.press(cell, event));
  }

  // A key walks, lets go of a pinned cell, or begins a number, of which it is the first sign.
  /** @param {HTMLTableCellElement} cell @param {KeyboardEvent} event */
  press(cell, event) {
    const next = this.find(cell).next(cell, event.key, event.ctrlKey);
    if (event.key === "Escape") this.pin(null);
    if (next) {
      next.focus();
      this.pin(next);
      event.preventDefault();
      this.session.tell("kept");
    } else if (/^[-.\d]$|^Enter$|^F2$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      this.choose(cell); // the pointer may have chosen another
      this.editor.begin(cell);
      if (event.key === "Enter") event.preventDefault();
    }
  }

  // A pinned cell stays chosen wherever the pointer goes.
  /** @param {HTMLElement | null} cell */
  pin(cell) {
    this.pinned?.classList.remove("pinned");
    cell?.classList.add("pinned");
    this.pinned = cell;
  }

  /** @param {HTMLTableCellElement} cell */
  choose(cell) {
    const grid = this.find(cell);
    this.session.choose(sampleAt(this.session.model, grid, this.to, ...grid.place(cell)));
  }

  // The grid of a cell.
  /** @param {HTMLTableCellElement} cell */
  find(cell) {
    return /** @type {Grid} */ (this.grids.find(({ table }) => table.contains(cell)));
  }
}
