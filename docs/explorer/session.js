// What an explorer shows: a state, worked out, how far time has come, and what is chosen. What a
// reader does ends in a call here; views are told of what has changed, look here, and draw.

import { work } from "./model/compute.js";
import { fitted } from "./model/limits.js";
import { lighting } from "./model/lighting.js";
import { within } from "./model/numbers.js";
import { carried, lastStep, middle, progress, total, withNumber } from "./model/samples.js";
import { boundsOf, DEFAULT, SETTINGS } from "./model/settings.js";

/** @import { Sample } from "./model/samples.js" */
/** @import { Operation, State } from "./model/settings.js" */

/**
 * @typedef {"begun" | "model" | "time" | "chosen" | "note" | "editing" | "playing"} Change A state
 *   was loaded; it was worked out; steps were taken; a cell was chosen; there is something to say;
 *   a reader, or the clock, has begun or ended to write a number, or to take steps.
 */

export class Session {
  constructor() {
    /** @type {[Change, () => void][]} */
    this.listeners = [];
    this.state = DEFAULT;
    this.model = work(this.state);
    this.now = progress(this.model, total(this.model));
    this.chosen = middle(this.model);
    this.lights = lighting(this.model, this.chosen);
    this.to = 0; // the output channel whose kernels are on show
    this.note = "";
    this.editing = false;
    this.playing = false;
  }

  /** @param {Change} change @param {() => void} listener */
  on(change, listener) {
    this.listeners.push([change, listener]);
  }

  /** @param {Change} change */
  tell(change) {
    for (const [one, listener] of this.listeners) if (one === change) listener();
  }

  // How many steps there are.
  get total() {
    return total(this.model);
  }

  // Begin anew with a state, all steps done, at the middle of its output.
  /** @param {State} state */
  load(state) {
    this.state = state;
    this.tell("begun");
    this.show(state, Infinity, null);
  }

  // Go on with another state: time and choice stay where they are, if they can.
  /** @param {Partial<State>} changes @param {string} [note] */
  set(changes, note) {
    const time = this.now.time < this.total ? this.now.time : Infinity;
    this.show({ ...this.state, ...changes }, time, this.chosen, note);
  }

  /**
   * @param {State} state
   * @param {number} time
   * @param {Sample | null} chosen
   * @param {string} [note]
   */
  show(state, time, chosen, note = "") {
    const before = this.model;
    this.state = state;
    this.model = work(state);
    this.now = progress(this.model, Math.min(time, this.total));
    if (this.to >= state.out_channels) this.to = 0;
    this.aim((chosen && carried(before, this.model, chosen)) ?? middle(this.model));
    this.tell("model");
    this.say(note);
    this.tell("chosen");
  }

  // Take another operation, and of the settings what it can take.
  /** @param {Operation} operation */
  operate(operation) {
    const [state] = fitted({ ...this.state, operation });
    const gave = SETTINGS.filter((name) =>
      name !== "operation" && String(state[name]) !== String(this.state[name]));
    this.set(state, gave.length ? `Had to be set back: ${gave.join(", ")}.` : "");
  }

  // So many steps are done: look at what the last one did.
  /** @param {number} time */
  go(time) {
    this.now = progress(this.model, time);
    this.tell("time");
    this.choose(lastStep(this.model, time));
  }

  /** @param {Sample} sample */
  choose(sample) {
    this.aim(sample);
    this.tell("chosen");
  }

  /** @param {Sample} sample */
  aim(sample) {
    this.chosen = sample;
    this.lights = lighting(this.model, sample);
    if (this.model.family === "pool") return;
    this.to = { input: this.to, weight: sample.to, output: sample.channel }[sample.array];
  }

  // Write a number into the chosen cell.
  /** @param {number} value */
  write(value) {
    this.set(withNumber(this.model, this.chosen, within(value || 0, boundsOf("input"))));
  }

  // While a number is being written, nothing else may be chosen by the way.
  /** @param {boolean} editing */
  edit(editing) {
    this.editing = editing;
    this.tell("editing");
  }

  /** @param {boolean} playing */
  play(playing) {
    this.playing = playing;
    this.tell("playing");
  }

  /** @param {string} text */
  say(text) {
    this.note = text;
    this.tell("note");
  }
}
