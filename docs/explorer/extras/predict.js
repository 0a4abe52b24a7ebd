// An exercise: some outputs are asked for, and a reader's answers told right, or what they miss.

import { firstAsked, isAsked, without } from "../model/asked.js";
import { work } from "../model/compute.js";
import { readView } from "../model/link.js";
import { alike, diagnosis } from "../model/mistakes.js";
import { show } from "../model/numbers.js";
import { outputAt } from "../model/operations.js";
import { write } from "../model/query.js";
import { bring } from "../view/bring.js";
import { addressOf, copy } from "../view/copying.js";
import { button, make } from "../view/dom.js";

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
    this.about = ""; // the output of which something was said
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
    this.count();
  }

  // All outputs are asked for, unless a link brings what is.
  /** @param {boolean} open */
  reveal(open) {
    if (!open) return;
    const { state } = this.session;
    const view = readView([write(state), "ask=output"].filter(Boolean).join("&"));
    this.session.replace({ ...view, state }); // a picture stays one
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
  }

  // Help with the chosen output, or with the first that is asked for.
  aim() {
    const { model, chosen } = this.session;
    const first = firstAsked(model);
    if (first && !isAsked(model, chosen)) this.session.choose(first);
  }

  /** @param {string} text */
  say(text) {
    this.about = nameOf(this.session.held);
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
      this.right += 1;
      this.tell("Right.");
    } else {
      this.say(`${show(answer)} is wrong. ${diagnosis(whole, session.chosen, answer)}`);
    }
  }

  // The chosen output is asked for no more.
  /** @param {string} words */
  tell(words) {
    const { session } = this;
    const { place } = this.truth;
    const asked = new Map(session.model.asked);
    asked.delete(place);
    this.ask(asked);
    if (!asked.size) this.last.focus();
    this.say(words + (asked.size ? "" : ` That was the last: ${this.score.textContent}.`));
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

  end() {
    this.ask();
    this.host.shadowRoot?.querySelector("section")?.focus();
  }
}

bring((session, host) => new Predict(session, host), ".predict { gap: 0.4rem 0.6rem }");
