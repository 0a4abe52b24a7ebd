// What mouse, finger and keys do on the grids: look in passing, choose, pin, drag, walk, write.

import { Drag } from "./drag.js";
import { Editor } from "./editing.js";
import { sampleAt } from "./parts.js";

/** @import { Stage } from "./stage.js" */

export class Hands {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.editor = new Editor(stage.session);
    this.drag = new Drag(stage);
    this.listen();
  }

  listen() {
    const { element, session } = this.stage;
    /** @param {string} type @param {(cell: HTMLTableCellElement, event: any) => void} act */
    const on = (type, act) => element.addEventListener(type, (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) act(cell, event);
      else if (type === "click") session.go();
    });
    on("pointerover", (cell, event) => {
      if (event.pointerType !== "mouse" || session.busy || this.drag.held) return;
      session.pass(this.stage.find(cell).framed.has(cell) ? undefined : this.sample(cell));
    });
    element.addEventListener("pointerleave", () => {
      if (!session.busy) session.pass();
    });
    on("focusin", (cell) => {
      if (!this.drag.held) this.choose(cell);
    });
    on("click", (cell, { detail }) => {
      const again = session.pinned === cell;
      session.pin(cell);
      this.choose(cell);
      if (again && !this.editor.begin(cell) && detail < 2) session.pin(null);
      session.tell("kept");
    });
    on("keydown", (cell, event) => this.press(cell, event));
  }

  // A key walks, lets go of a pinned cell, or begins a number, of which it is the first sign.
  /** @param {HTMLTableCellElement} cell @param {KeyboardEvent} event */
  press(cell, event) {
    const { session } = this.stage;
    const next = this.stage.find(cell).next(cell, event.key, event.ctrlKey);
    if (event.key === "Escape") session.go();
    if (next) {
      next.focus();
      session.pin(next);
      event.preventDefault();
      session.tell("kept");
    } else if (/^[-.\d]$|^Enter$|^F2$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      session.pin(cell);
      this.choose(cell); // the pointer may have chosen another
      this.editor.begin(cell);
      if (event.key === "Enter") event.preventDefault();
    }
  }

  /** @param {HTMLTableCellElement} cell */
  sample(cell) {
    const { stage } = this;
    const grid = stage.find(cell);
    return sampleAt(stage.session.model, grid, stage.to, ...grid.place(cell));
  }

  /** @param {HTMLTableCellElement} cell */
  choose(cell) {
    this.stage.session.choose(this.sample(cell));
  }
}
