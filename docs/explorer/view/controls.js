// The settings: each control offers what is possible, and says why the rest is not.

import { range } from "../model/geometry.js";
import { fault, titleOf } from "../model/limits.js";
import { alike, changed, isAlike, reach } from "../model/moves.js";
import { AXES, boundsOf, choicesOf, DEFAULT, has, OPERATIONS, SIDES } from "../model/settings.js";
import { labelled, make, menu, offer } from "./dom.js";

/** @import { Setting, State } from "../model/settings.js" */
/** @import { Session } from "../session.js" */

/** @type {Setting[]} */
const SLIDERS = ["size", "kernel_size", "stride", "dilation", "padding", "output_padding",
  "in_channels", "out_channels"];
/** @type {Setting[]} */
const FLAGS = ["same", "ceil_mode", "count_include_pad"];

/** @param {Setting} name */
function sidesOf(name) {
  const start = DEFAULT[name];
  if (!Array.isArray(start)) return [""];
  return start.length === AXES.length ? AXES : SIDES;
}

// What PyTorch's operation does not take.
/** @param {State} state */
function lackOf(state) {
  /** @type {Setting[]} */
  const all = [...SLIDERS, ...FLAGS, "padding_mode", "groups"];
  const lacking = all.filter((name) => !has(state, name)).map(titleOf);
  const title = OPERATIONS[state.operation].title.toLowerCase();
  return lacking.length ? `${title} has no ${lacking.join(", ")} in PyTorch` : "";
}

export class Controls {
  /** @param {Session} session @param {string} unique Begins ids; no other explorer has it. */
  constructor(session, unique) {
    this.session = session;
    this.unique = unique;
    /** @type {((state: State, tied: boolean) => void)[]} */
    this.updates = [];
    this.tie = make("input", { type: "checkbox", name: "tied", onchange: () =>
      (this.tie.checked ? session.set(alike(session.state)) : this.update()) });
    const lacks = make("small");
    this.element = make("div", {}, make("div", { className: "settings" }, this.tying(),
      ...SLIDERS.map((name) => this.sliders(name)),
      ...FLAGS.map((name) => this.flag(name)),
      this.menu("show", choicesOf("show")),
        this.menu("padding_mode", choicesOf("padding_mode")),
      this.menu("groups", range(boundsOf("groups")[1]).map((k) => k + 1))), lacks);
    this.updates.push((state) => { lacks.textContent = lackOf(state); });
    session.on("begun", () => { this.tie.checked = isAlike(session.state); }); // else it cannot be
    session.on("model", () => {
      this.tie.checked &&= isAlike(session.state);
      this.update();
    });
  }

  /** @param {Setting} name @param {number} index @param {unknown} value */
  change(name, index, value) {
    const next = changed(this.session.state, name, index, value, this.tie.checked);
    if (fault(next)) this.update();
    else this.session.set(next);
  }

  /** @param {HTMLInputElement} input @param {string} name @param {...(Node | string)} content */
  control(input, name, ...content) {
    const hint = make("small", { className: "hint", id: `${this.unique}-${name}` });
    input.setAttribute("aria-describedby", hint.id);
    /** @param {string} text @param {boolean} now */
    const say = (text, now) => {
      hint.textContent = hint.title = text;
      hint.classList.toggle("now", now);
    };
    return { box: make("div", {}, labelled(...content), hint), say };
  }

  /** @param {Setting} name */
  sliders(name) {
    const box = make("fieldset", {}, make("legend", {}, name),
      ...sidesOf(name).map((side, k) => this.slider(name, side, k)));
    this.updates.push((state) => { box.hidden = !has(state, name); });
    return box;
  }

  tying() {
    const { box, say } = this.control(this.tie, "tied", this.tie, "height and width alike");
    this.updates.push((state, tied) => {
      const why = tied ? "" : fault(alike(state));
      this.tie.disabled = Boolean(why);
      say(why, Boolean(why));
    });
    return box;
  }

  /** @param {Setting} name @param {string} side @param {number} index */
  slider(name, side, index) {
    const input = make("input", { type: "range", name: `${name}.${index}`,
      oninput: () => {
        this.change(name, index, input.valueAsNumber);
        this.session.past.sliding = true;
      },
      onchange: () => { this.session.past.sliding = false; } });
    const word = make("span");
    const shown = make("b");
    const { box, say } = this.control(input, input.name, word, input, shown);
    this.updates.push((state, tied) => {
      const { now, min, max, step, below, above } = reach(state, name, index, tied);
      box.hidden = tied && index > 0;
      word.textContent = tied ? "" : side;
      input.ariaLabel = `${name} ${word.textContent}`;
      Object.assign(input, { min, max, step, value: now, disabled: min === max });
      shown.textContent = name === "padding" && state.same ? "same" : String(now);
      const why = (now === max && above) || (now === min && below) || "";
      say(why || above, Boolean(why));
    });
    return box;
  }

  /** @param {Setting} name @param {(string | number)[]} values */
  menu(name, values) {
    const choice = menu(values.map((value) => [String(value), ""]), () =>
      this.change(name, 0, values[choice.selectedIndex]));
    choice.name = name;
    const box = labelled(name, choice);
    this.updates.push((state) => {
      box.hidden = !has(state, name);
      values.forEach((value, k) => {
        const now = value === state[name];
        choice.options[k].selected = now;
        offer(choice.options[k], value, now ? "" : fault(changed(state, name, 0, value)));
      });
    });
    return box;
  }

  /** @param {Setting} name */
  flag(name) {
    const input = make("input", { type: "checkbox", name,
      onchange: () => this.change(name, 0, input.checked) });
    const { box, say } = this.control(input, name, input, titleOf(name));
    this.updates.push((state) => {
      const why = fault(changed(state, name, 0, !state[name]));
      box.hidden = !has(state, name);
      Object.assign(input, { checked: state[name], disabled: Boolean(why) });
      say(why, Boolean(why));
    });
    return box;
  }

  update() {
    for (const update of this.updates) update(this.session.state, this.tie.checked);
  }
}
