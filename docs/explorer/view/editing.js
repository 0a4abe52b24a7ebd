// The field in which the number of the chosen cell is changed.

import { ownOf } from "../model/samples.js";
import { LARGEST } from "../model/settings.js";
import { labelled, make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class NumberField {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {HTMLElement | null} */
    this.back = null; // the cell in which a reader began to type, and to which Enter leads back
    this.input = make("input", { type: "number", name: "cell", step: "any",
      min: -LARGEST, max: LARGEST,
      onfocus: () => session.edit(true),
      onblur: () => this.end(),
      onchange: () => session.write(this.input.valueAsNumber),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event) });
    this.element = labelled("Number", this.input);
    session.on("chosen", () => this.update());
  }

  update() {
    const own = ownOf(this.session.model, this.session.chosen);
    Object.assign(this.input, { disabled: own === undefined, value: own ?? "" });
  }

  // Take over from a cell the key that is being pressed.
  /** @param {HTMLElement} cell */
  begin(cell) {
    if (this.input.disabled) return;
    this.input.focus();
    this.input.select();
    this.back = cell;
  }

  // Enter keeps what was typed, as leaving the field does; Escape does not.
  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "Escape") this.update();
    else if (event.key !== "Enter") return;
    if (!this.back?.isConnected) return;
    event.preventDefault();
    this.back.focus();
  }

  end() {
    this.back = null;
    this.session.edit(false);
  }
}
