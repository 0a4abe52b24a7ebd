// A tour: states that follow each other, each with something to do in it. Afterwards the explorer
// is what it was before, and Undo leads to what was made of them.

import STEPS from "../tour.json" with { type: "json" };
import { bring } from "../view/bring.js";
import { button, make, row } from "../view/dom.js";

/** @import { View } from "../model/link.js" */
/** @import { Session } from "../session.js" */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} state A link's text.
 * @property {string} words
 * @property {string} task
 * @property {string} until What a link's text says when the task is done: "stride=2"; of a cell,
 *   its beginning is enough; "ask=" is done when nothing is asked for any more.
 * @property {string} [open] The title of the fold in which it is done.
 */

/** @type {Step[]} */
const TOUR = STEPS;

// What few readers see is no part of the explorer's own style sheet.
const LOOK = `
  .tour { margin-block: 0.5rem 0; padding: 0.3rem 0.75rem; background: var(--panel) }
  .tour { border-left: 4px solid var(--strong) }
  .tour p { max-width: 46rem; margin-block: 0.2rem }
  .tour { scroll-margin-top: 4rem } /* as the explorer */
  .tour div:focus { outline: none } /* it takes the focus to be read out */
  .task, .tour.done button:nth-of-type(2) { font-weight: 600 }`;

/** @param {string} text @param {string} wanted */
function says(text, wanted) {
  const parts = text.split("&");
  if (wanted.endsWith("=")) return !parts.some((part) => part.startsWith(wanted));
  return parts.some((part) => `${part},`.startsWith(`${wanted},`));
}

class Tour {
  /** @param {Session} session @param {HTMLElement} host */
  constructor(session, host) {
    this.session = session;
    this.host = host;
    this.at = -1; // not on tour
    this.done = false;
    /** @type {{ view: View, text: string, before: View[], after: View[], open: HTMLElement[] }
     *   | null} */
    this.saved = null;
    /** @type {View[]} */
    this.made = []; // what a reader did beyond the tasks
    this.title = make("b");
    this.words = make("p");
    this.task = make("p", { className: "task" });
    this.text = make("div", { tabIndex: -1 }, this.title, this.words, this.task);
    this.back = button("Back", () => this.go(this.at - 1));
    this.next = button("Next", () => this.go(this.at + 1));
    this.element = make("div", { className: "tour", role: "group", ariaLabel: "Tour",
      hidden: true }, this.text,
      row(this.back, this.next, button("End the tour", () => this.end())));
    session.on("chosen", () => this.heed());
    session.on("kept", () => {
      if (this.saved && session.aside === undefined) this.leave(); // a link was followed
      this.heed();
    });
  }

  get folds() {
    const all = [...(this.host.shadowRoot?.querySelectorAll("details") ?? [])];
    return all.filter((fold) => !fold.matches(".stage *"));
  }

  reveal() {
    if (this.saved) return this.text.focus();
    const { past, view, text } = this.session;
    this.saved = { view, text, before: past.before, after: past.after,
      open: this.folds.filter(({ open }) => open) };
    this.made = [];
    this.element.hidden = false;
    this.go(0);
  }

  /** @param {number} at */
  go(at) {
    const step = TOUR[at];
    if (!step || !this.saved) return this.end();
    if (this.at >= 0) this.keep();
    this.at = at;
    this.done = false;
    this.title.textContent = `${at + 1} of ${TOUR.length}: ${step.title}`;
    this.words.textContent = step.words;
    this.task.textContent = step.task;
    this.back.disabled = !at;
    this.next.textContent = at + 1 < TOUR.length ? "Next" : "Done";
    this.element.classList.remove("done");
    // What else is open would stand between the words and what they speak of.
    for (const fold of this.folds) {
      fold.open = fold.firstElementChild?.textContent === step.open;
    }
    this.session.begin(step.state, this.saved.text);
    this.text.focus({ preventScroll: true });
    // At once: on the way, what comes later would move the place that it leads to.
    this.element.scrollIntoView({ behavior: "instant" });
  }

  // What was made of a step's state, but by its task alone.
  keep() {
    const { past, view, text } = this.session;
    const { state, until } = TOUR[this.at];
    const known = `${state}&${until}`.split("&");
    const own = text.split("&").some((part) =>
      !known.includes(part) && !/^(step|cell|ask)=/.test(part));
    if (past.before.length && own) this.made.push(view);
  }

  // Whether what there is to do has been done.
  heed() {
    if (!this.saved || this.done || !says(this.session.text, TOUR[this.at].until)) return;
    this.done = true;
    this.element.classList.add("done");
    this.task.textContent = `✓ ${TOUR[this.at].task}`;
    this.session.say("Done.");
  }

  end() {
    const { saved, session } = this;
    if (!saved) return;
    this.keep();
    this.leave();
    session.open(saved.view);
    const before = [...saved.before, ...this.made];
    Object.assign(session.past, { before, after: this.made.length ? [] : saved.after });
    session.aside = undefined;
    session.tell("kept");
    this.host.shadowRoot?.querySelector("section")?.focus();
  }

  // End it, and stay where the explorer is.
  leave() {
    for (const fold of this.folds) fold.open = Boolean(this.saved?.open.includes(fold));
    this.saved = null;
    this.at = -1;
    this.element.hidden = true;
  }
}

bring((session, host) => new Tour(session, host), LOOK);
