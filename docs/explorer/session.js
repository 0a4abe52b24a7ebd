// What an explorer shows: a state, worked out, how far time has come, and what is chosen. What a
// reader does ends in a call here; views are told of what has changed, look here, and draw.

import { Hold } from "./hold.js";
import { stillAsked, without } from "./model/asked.js";
import { work } from "./model/compute.js";
import { fitted } from "./model/limits.js";
import { lighting } from "./model/lighting.js";
import { readView, writeView } from "./model/link.js";
import { within } from "./model/numbers.js";
import { Past } from "./model/past.js";
import { carried, lastStep, progress, staying, total, withNumber } from "./model/samples.js";
import { boundsOf, DEFAULT, differ, SETTINGS } from "./model/settings.js";

// What is lit and said of a cell of a later layer.
/** @typedef {{ lights: ReturnType<typeof lighting>, text: string, parts: string[][] }} Lent */
/** @import { View } from "./model/link.js" */
/** @import { Model } from "./model/operations.js" */
/** @import { Sample } from "./model/samples.js" */
/** @import { Operation, State } from "./model/settings.js" */

export class Session extends Hold {
  constructor() {
    super();
    this.state = DEFAULT;
    this.model = work(this.state);
    this.now = progress(this.model, 1);
    this.wanted = 1; // steps to be done, be there as many or not; the last of several means all
    this.chosen = lastStep(this.model, 1);
    this.lights = lighting(this.model, this.chosen);
    this.held = this.chosen; // what is chosen again when the pointer has passed
    this.later = ""; // the chosen cell of a later layer, if one is: "4,0,1,1"
    /** @type {Lent | null} */
    this.lent = null;
    this.to = 0; // the output channel whose kernels are on show
    this.note = "";
    this.speed = 1;
    this.past = new Past();
    /** @type {string | undefined} */
    this.aside = undefined; // a reader's own text, while a tour shows its states
  }

  // How many steps there are.
  get total() {
    return total(this.model);
  }

  // Milliseconds from step to step.
  get pace() {
    return Math.max(60, Math.min(700, 30000 / this.total) / this.speed);
  }

  // What the frame belongs to: what is chosen, or, where that moves with no step, the last step.
  get framed() {
    const last = lastStep(this.model, this.now.time);
    return this.later || this.held.array !== last.array ? last : this.held;
  }

  // What is on show, for a link.
  get text() {
    return writeView(this.model, this.now.time, this.held, this.later);
  }

  // The same, with pictures that stay pictures.
  /** @returns {View} */
  get view() {
    const { state, model: { asked }, now: { time }, held: chosen, later } = this;
    return { state, time, chosen, asked: asked?.size ? asked : undefined, later };
  }

  // Begin anew with what a text says, or throw what is wrong with it.
  /** @param {string} text @param {string} [aside] What stays in the address. */
  begin(text, aside) {
    this.open(readView(text));
    this.past.forget();
    this.aside = aside;
    this.tell("kept");
  }

  // Go on with something else.
  /** @param {View} view */
  replace(view) {
    this.past.keep(this.view);
    this.open(view);
    this.tell("kept");
  }

  /** @param {View} view */
  open({ state, time, chosen, asked, later = "" }) {
    this.pin(null);
    this.state = state;
    this.later = later;
    this.tell("begun");
    this.to = chosen.to;
    this.show(without(work(state), asked), time, chosen);
    this.wanted = time < Math.max(2, this.total) ? time : Infinity;
  }

  // Go on with another state: time and choice stay where they are, if they can.
  /** @param {Partial<State>} changes @param {string} [note] */
  set(changes, note = staying({ ...this.state, ...changes }, this.state)) {
    this.past.keep(this.view);
    const worked = work({ ...this.state, ...changes });
    const model = without(worked, stillAsked(this.model, worked));
    const time = Math.min(this.wanted, total(model));
    const chosen = carried(this.model, model, this.held) ?? lastStep(model, time);
    this.show(model, time, chosen, note);
    this.tell("kept");
  }

  // Take the last change back, or do it again.
  /** @param {boolean} back */
  travel(back) {
    const view = this.past.exchange(this.view, back);
    if (!view) return;
    this.open(view);
    this.tell("kept");
  }

  /** @param {Model} model @param {number} time @param {Sample} chosen @param {string} [note] */
  show(model, time, chosen, note = "") {
    this.state = model.state;
    this.model = model;
    this.now = progress(model, time);
    if (this.to >= model.state.out_channels) this.to = 0;
    this.aim(chosen);
    this.held = this.chosen;
    this.tell("model");
    this.say(note);
    this.tell("chosen");
  }

  // Take another operation, and of the settings what it can take.
  /** @param {Operation} operation */
  operate(operation) {
    const wanted = { ...this.state, operation };
    const state = fitted(wanted);
    const gave = SETTINGS.filter(differ(state, wanted));
    this.set(state, gave.length ? `Had to be set back: ${gave.join(", ")}.` : "");
  }

  // So many steps are done, or as many as before: look at what the last one did.
  go(time = this.now.time) {
    this.wanted = time < Math.max(2, this.total) ? time : Infinity;
    if (!this.model.asked) this.now = progress(this.model, time, this.now);
    this.pin(null);
    this.tell("time");
    this.choose(lastStep(this.model, time), this.later);
    this.tell("kept");
  }

  /** @param {Sample} sample @param {string} [later] */
  choose(sample, later = "") {
    this.later = later;
    this.aim(sample);
    this.held = this.chosen;
    this.tell("chosen");
  }

  // Look at something in passing, or, for nothing, again at what was chosen.
  /** @param {Sample} [sample] */
  pass(sample) {
    this.aim(sample ?? this.held);
    if (!sample) this.held = this.chosen; // which is known by identity
    this.tell("chosen");
  }

  /** @param {Lent} lent */
  lend(lent) {
    this.lights = lent.lights;
    this.lent = lent;
    this.tell("lent");
  }

  /** @param {Sample} sample */
  aim(sample) {
    if (this.model.family !== "pool" && sample.array !== "input") {
      this.to = sample.array === "weight" ? sample.to : sample.channel;
    }
    this.chosen = sample.array === "input" ? { ...sample, to: this.to } : sample;
    this.lights = lighting(this.model, this.chosen);
  }

  // Write a number into the chosen cell.
  /** @param {number} value */
  write(value) {
    const kept = within(value, boundsOf("input"));
    this.set(withNumber(this.model, this.chosen, kept),
      kept === value ? "" : `Not ${value}: ${kept} is nearest.`);
  }

  /** @param {string} text */
  say(text) {
    this.note = text;
    this.tell("note");
  }
}
