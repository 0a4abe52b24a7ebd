// An exercise: some outputs are asked for, and a reader's answers told right, or what they miss.

import { firstAsked, isAsked, without, writeAsked } from "../model/asked.js";
import { work } from "../model/compute.js";
import { readView } from "../model/link.js";
import { alike, diagnosis } from "../model/mistakes.js";
import { show } from "../model/numbers.js";
import { outputAt } from "../model/operations.js";
import { write } from "../model/query.js";
import { exists, lastStep, total } from "../model/samples.js";
import { bring } from "../view/bring.js";
import { addressOf, copy } from "../view/copying.js";
import { button, make } from "../view/dom.js";
import { kept } from "../view/kept.js";

/** @import { Asked } from "../model/asked.js" */
/** @import { Sample } from "../model/samples.js" */
/** @import { Session } from "../session.js" */

/** @param {Sample} sample */
const nameOf = ({ array, channel, row, column }) => [array, channel, row, column].join();

class Predict {
  /** @param {Session} session @param {HTMLElement} host */
  constructor(session, host) {
    this.session = session;
    this.host = host;
    this.of = 0; // how many were asked for
    this.right = 0;
    this.told = 0;
    this.about = ""; // the output of which something was said, or, if done, the one after it
    this.done = false;
    /** @type {{ time: number, chosen: Sample } | null} */
    this.before = null; // where a reader was who began here
    this.score = make("span", { className: "steps" });
    this.helps = [button("Show window", () => this.hint()),
      button("Show number", () => this.give())];
    this.last = button("End", () => this.end());
    this.element = make("div", { className: "row predict", role: "group", ariaLabel: "Prediction" },
      make("span", {}, "Type what each ? is:"), this.score,
      ...this.helps, button("Copy as exercise", () => this.copy()), this.last);
    host.addEventListener("answer", (event) =>
      this.check(/** @type {CustomEvent<number>} */ (event).detail));
    session.on("model", () => this.count());
    session.on("chosen", () => this.turn());
    session.on("begun", () => { this.before = null; });
    session.on("editing", () => session.editing && this.done && session.say(""));
    this.resume();
    this.count();
  }

  get exercise() { // what is asked for, and where
    const { state, model } = this.session;
    return `${write(state)}&${writeAsked(model)}`;
  }

  resume() { // after a reload
    const [exercise, ...score] = kept(`predict-${this.host.id}`);
    if (exercise === this.exercise) [this.of, this.right, this.told] = score;
  }

  // All outputs are asked for, unless a link brings what is.
  /** @param {boolean} open */
  reveal(open) {
    if (!open) return;
    const { state, now: { time }, held: chosen } = this.session;
    const view = readView([write(state), "ask=output"].filter(Boolean).join("&"));
    this.session.replace({ ...view, state }); // a picture stays one
    this.before = { time, chosen };
  }

  // What the chosen output is.
  get truth() {
    const { model, chosen } = this.session;
    const whole = work(model.state);
    const place = outputAt(whole, chosen.channel, chosen.row, chosen.column);
    return { whole, place, number: whole.output[place] };
  }

  // What was asked for from outside begins a new score.
  count() {
    const { asked } = this.session.model;
    this.element.hidden = !asked;
    if (!asked) return;
    if (asked.size + this.right + this.told !== this.of) {
      [this.of, this.right, this.told] = [asked.size, 0, 0];
    }
    for (const help of this.helps) {
      help.hidden = !asked.size;
    }
    this.score.textContent = `${this.right} of ${this.of} right`
      + (this.told ? `, ${this.told} shown` : "");
    kept(`predict-${this.host.id}`, [this.exercise, this.of, this.right, this.told]);
  }

  // Help with the chosen output, or with the first that is asked for.
  aim() {
    const { model, chosen } = this.session;
    const first = firstAsked(model);
    if (first && !isAsked(model, chosen)) this.session.choose(first);
  }

  /** @param {string} text @param {boolean} [done] */
  say(text, done = false) {
    this.about = nameOf(this.session.held);
    this.done = done;
    this.session.say(text);
  }

  // What was said of one output is not said of the next.
  turn() {
    if (!this.about || this.about === nameOf(this.session.held)) return;
    this.about = "";
    this.session.say("");
  }

  /** @param {number} answer */
  check(answer) {
    const { session } = this;
    const { whole, number } = this.truth;
    if (alike(number, answer)) {
      const { channel, row, column } = session.chosen;
      const where = `${session.state.out_channels > 1 ? `channel ${channel}, ` : ""}row ${row}`;
      this.right += 1;
      this.tell(`Right. ${show(number)} is at ${where}, column ${column}.`, true);
    } else {
      this.say(`${show(answer)} is wrong. ${diagnosis(whole, session.chosen, answer)}`);
    }
  }

  // The chosen output is asked for no more. Who answered there goes on to the next.
  /** @param {string} words @param {boolean} [onward] */
  tell(words, onward = false) {
    const { session } = this;
    const { place } = this.truth;
    const asked = new Map(session.model.asked);
    asked.delete(place);
    this.ask(asked);
    if (!asked.size) this.last.focus();
    else if (onward && this.host.shadowRoot?.activeElement?.matches("td")) this.next(place);
    this.say(words + (asked.size ? "" : ` That was the last: ${this.score.textContent}.`), onward);
  }

  // The next output that is asked for, in order; after the last, the first.
  /** @param {number} place */
  next(place) {
    const { session, session: { model } } = this;
    const later = [.../** @type {Asked} */ (model.asked).keys()].filter((k) => k > place);
    const rest = later.length ? { ...model, asked: new Map(later.map((k) => [k, false])) } : model;
    session.choose(/** @type {Sample} */ (firstAsked(rest)));
    const cell = /** @type {HTMLElement} */ (
      this.host.shadowRoot?.querySelector("[data-part=output] [aria-selected=true]"));
    session.pin(cell);
    cell.focus();
  }

  /** @param {Asked} [asked] */
  ask(asked) {
    const { session } = this;
    session.show(without(work(session.state), asked), session.total, session.held);
    session.tell("kept");
  }

  hint() {
    const { session } = this;
    this.aim();
    session.model.asked?.set(this.truth.place, true);
    session.choose(session.chosen);
  }

  give() {
    this.aim();
    const { number } = this.truth;
    this.told += 1;
    this.tell(`It is ${show(number)}.`);
  }

  // A link to what is asked.
  copy() {
    const link = addressOf(this.host, this.session.text);
    return copy(this.session, link, "Copied: the link asks for what is hidden now.",
      `Copying is not allowed. The link is ${link}`);
  }

  // Back to where the reader was; all is shown to who has told all, or was asked by a link.
  end() {
    const { session, before } = this;
    if (before && session.model.asked?.size) {
      const whole = work(session.state);
      const time = Math.min(before.time, total(whole));
      session.show(whole, time,
        exists(whole, before.chosen) ? before.chosen : lastStep(whole, time));
      session.tell("kept");
    } else this.ask();
    this.host.shadowRoot?.querySelector("section")?.focus();
  }
}

bring((session, host) => new Predict(session, host), ".predict { gap: 0.4rem 0.6rem }");
