// Changing a number where it stands: a field that lies over its cell for as long as it takes.

import { isAsked } from "../model/asked.js";
import { readNumber, writeNumber } from "../model/numbers.js";
import { ownOf } from "../model/samples.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class Editor {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {HTMLElement | null} */
    this.cell = null;
    this.input = make("input", { className: "editor", name: "cell", autocomplete: "off",
      spellcheck: false, enterKeyHint: "done", onblur: () => this.end(true),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event) });
    session.on("model", () => this.close()); // its cell may be another's now
  }

  // Begin with the chosen number, if it is a reader's to change; what is typed takes its place.
  /** @param {HTMLElement} cell */
  begin(cell) {
    const { model, chosen } = this.session;
    const own = ownOf(model, chosen);
    const asked = isAsked(model, chosen);
    if (own === undefined && !asked) return false;
    if (this.cell === cell) return true;
    this.cell = cell;
    this.input.value = own === undefined ? "" : writeNumber(own);
    this.input.ariaLabel = asked ? "Your answer" : "Number";
    cell.append(this.input);
    this.session.begins("editing", true);
    this.input.focus({ preventScroll: true });
    this.input.select();
    return true;
  }

  // Enter keeps what was typed, as leaving the cell does; Escape does not. Arrows count.
  /** @param {KeyboardEvent} event */
  press(event) {
    const { key } = event;
    event.stopPropagation();
    if (key === "ArrowUp" || key === "ArrowDown") {
      this.input.value = String((Number(this.input.value) || 0) + (key === "ArrowUp" ? 1 : -1));
      event.preventDefault();
    }
    if (!["Enter", "Tab", "Escape"].includes(key)) return;
    if (key !== "Tab") event.preventDefault();
    this.end(key !== "Escape");
  }

  // Take the field away; its cell is given.
  close() {
    const { cell } = this;
    this.cell = null; // what follows leads here again
    if (cell) {
      this.input.remove();
      this.session.begins("editing", false);
    }
    return cell;
  }

  /** @param {boolean} keep */
  end(keep) {
    const { input, session } = this;
    const back = input.matches(":focus");
    const text = input.value.trim().replace("−", "-");
    const cell = this.close();
    if (!cell) return;
    if (back) cell.focus({ preventScroll: true });
    const asked = isAsked(session.model, session.chosen);
    if (!keep || (asked && !text)) return;
    const number = text.includes("/") ? readNumber(text) : Number(text);
    if (!text || !Number.isFinite(number)) {
      if (back && this.begin(cell)) input.value = text; // to be mended
      session.say(`${text || "Nothing"} is no number.`);
    } else if (!asked) session.write(number);
    else {
      const told = { detail: number, bubbles: true, composed: true };
      cell.dispatchEvent(new CustomEvent("answer", told));
    }
  }
}
