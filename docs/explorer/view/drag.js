// The lit window is dragged over the input, or a lit stamp over the output: time goes along.

import { clamp } from "../model/geometry.js";
import { stepOf } from "../model/samples.js";
import { PARTS } from "./parts.js";

/** @import { Stage } from "./stage.js" */

export class Drag {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.moved = false;
    /** @type {{ part: string, channel: number, from: number[], at: number[] } | null} */
    this.held = null;
    const { element } = stage;
    element.addEventListener("pointerdown", (event) => this.grab(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => { this.held = null; });
    }
    // What ends a drag is no click.
    element.addEventListener("click", (event) => {
      if (this.moved) event.stopImmediatePropagation();
      this.moved = false;
    }, { capture: true });
  }

  // The cell at a point of the screen, with its grid and place.
  /** @param {PointerEvent} event */
  under({ clientX, clientY }) {
    const root = /** @type {ShadowRoot} */ (this.stage.element.getRootNode());
    const found = root.elementFromPoint(clientX, clientY);
    const grid = found && this.stage.find(found);
    const cell = grid && grid.at(found, clientX, clientY);
    return cell && grid ? { cell, grid, at: grid.place(cell) } : null;
  }

  // The place of the frame, in steps along each axis.
  place() {
    const { framed, model } = this.stage.session;
    const { outward } = PARTS[model.family === "transposed" ? "input" : "output"];
    return [framed.row, framed.column].map((k, a) => outward(model.axes[a], k));
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const { session } = this.stage;
    const found = this.under(event);
    this.moved = false;
    if (!found?.grid.framed.has(found.cell) || session.editing || event.button) return;
    const { framed } = session;
    session.pass(framed);
    const { part } = found.grid;
    this.held = { part, channel: framed.channel, from: this.place(), at: found.at };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const found = this.held && this.under(event);
    if (!this.held || !found || found.grid.part !== this.held.part) return;
    const { model, state } = this.stage.session;
    const { from, at, channel } = this.held;
    const count = model.family === "transposed" ? "size" : "outputs";
    const [row, column] = model.axes.map((axis, a) => {
      const step = from[a] + Math.round((found.at[a] - at[a]) / state.stride[a]);
      return clamp(step, axis[count] - 1);
    });
    const [r, c] = this.place();
    if (row === r && column === c) return;
    this.moved = true;
    this.stage.session.go(stepOf(model, channel, row, column));
  }
}
