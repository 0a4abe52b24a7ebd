// What holds the choice, so that no passing pointer takes it: a pinned cell, a number that is being
// written, or play.

import { Signals } from "./model/signals.js";

/**
 * @typedef {"begun" | "model" | "time" | "chosen" | "lent" | "kept" | "note" | "editing"
 *   | "playing"} Change A state was opened; it was worked out; steps were taken; a cell was chosen,
 *   here or in a later layer; there is something to keep, as more than a passing pointer did it, or
 *   to say; a reader, or the clock, has begun or ended to write a number, or to take steps.
 */

/** @extends {Signals<Change>} */
export class Hold extends Signals {
  editing = false;
  playing = false;

  /** @type {HTMLElement | null} */
  cell = null;

  // The cell that a click, or a key, has pinned, until it is gone.
  get pinned() {
    return this.cell?.isConnected ? this.cell : null;
  }

  get busy() {
    return this.editing || this.playing || this.pinned !== null;
  }

  /** @param {HTMLElement | null} cell */
  pin(cell) {
    this.cell?.classList.remove("pinned");
    cell?.classList.add("pinned");
    this.cell = cell;
  }

  // A number is being written, or steps are taken, or no more.
  /** @param {"editing" | "playing"} what @param {boolean} now */
  begins(what, now) {
    this[what] = now;
    this.tell(what);
  }
}
