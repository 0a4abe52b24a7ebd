// The settings: each control offers what is possible, and says why the rest is not.

import { MODES } from "./geometry.js";
import { make } from "./grid.js";
import { alike, AXES, changed, DEFAULT, fault, reach, titleOf } from "./limits.js";

const SIDES = ["above", "below", "left", "right"];
const SLIDERS = ["size", "kernel_size", "stride", "dilation", "padding", "output_padding",
  "in_channels", "out_channels"];
const sidesOf = (name) => ({ 2: AXES, 4: SIDES })[DEFAULT[name].length] ?? [""];
const MENUS = { padding_mode: Object.keys(MODES), groups: [1, 2, 3, 4] };
const FLAGS = ["same", "ceil_mode", "count_include_pad"];

export const menu = (options, onchange) => make("select", { onchange },
  ...options.map(([value, text]) => make("option", { value }, text)));

export class Controls {
  // `set` takes a new state; `unique` begins ids that no other explorer on the page has.
  constructor(set, unique) {
    Object.assign(this, { set, unique, updates: [] });
    this.tie = make("input", { type: "checkbox", name: "tied", onchange: () =>
      (this.tie.checked ? this.set(alike(this.state)) : this.update(this.state)) });
    const [tie, say] = this.control(this.tie, "tied", this.tie, "height and width alike");
    this.updates.push((state, tied) => {
      const why = tied ? "" : fault(alike(state));
      this.tie.disabled = Boolean(why);
      say(why, why);
    });
    this.element = make("div", {}, tie, make("div", { className: "settings" },
        ...SLIDERS.map((name) => make("fieldset", {}, make("legend", {}, name),
          ...sidesOf(name).map((side, k) => this.slider(name, side, k)))),
        make("fieldset", {}, make("legend", {}, "more"),
          ...FLAGS.map((name) => this.flag(name)),
          ...Object.entries(MENUS).map(([name, values]) => this.menu(name, values)))));
  }

  change(name, index, value) {
    const next = changed(this.state, name, index, value, this.tie.checked);
    if (fault(next)) this.update(this.state);
    else this.set(next);
  }

  // What differs cannot be tied.
  tieIfAlike(state) {
    this.tie.checked = JSON.stringify(alike(state)) === JSON.stringify(state);
  }

  control(input, name, ...content) {
    const hint = make("small", { className: "hint", id: `${this.unique}-${name}` });
    input.setAttribute("aria-describedby", hint.id);
    const say = (text, now) => {
      hint.textContent = text;
      hint.classList.toggle("now", Boolean(now));
    };
    return [make("div", {}, make("label", { className: "control" }, ...content), hint), say];
  }

  slider(name, side, index) {
    const input = make("input", { type: "range", name: `${name}.${index}`,
      oninput: () => this.change(name, index, input.valueAsNumber) });
    const word = make("span");
    const shown = make("output");
    const range = make("small");
    const [box, say] = this.control(input, input.name, word, input, shown, range);
    this.updates.push((state, tied) => {
      const { now, min, max, step, below, above } = reach(state, name, index, tied);
      box.hidden = tied && index > 0;
      word.textContent = tied ? "" : side;
      input.ariaLabel = `${name} ${word.textContent}`;
      Object.assign(input, { min, max, step, value: now, disabled: min === max });
      shown.value = name === "padding" && state.same ? "same" : now;
      range.textContent = input.disabled ? "" : `${min} to ${max}`;
      const why = (now === max && above) || (now === min && below);
      say(why || above, why);
    });
    return box;
  }

  menu(name, values) {
    const choice = menu(values.map((value) => [value, ""]), () =>
      this.change(name, 0, values[choice.selectedIndex]));
    choice.name = name;
    this.updates.push((state) => values.forEach((value, k) => {
      const why = value === state[name] ? "" : fault(changed(state, name, 0, value));
      const option = choice.options[k];
      option.disabled = Boolean(why);
      option.selected = value === state[name];
      option.textContent = why ? `${value}: ${why}` : value;
    }));
    return make("label", { className: "control" }, name, choice);
  }

  flag(name) {
    const input = make("input", { type: "checkbox", name,
      onchange: () => this.change(name, 0, input.checked) });
    const [box, say] = this.control(input, name, input, titleOf(name));
    this.updates.push((state) => {
      const why = fault(changed(state, name, 0, !state[name]));
      Object.assign(input, { checked: state[name], disabled: Boolean(why) });
      say(why, why);
    });
    return box;
  }

  update(state) {
    this.state = state;
    for (const update of this.updates) update(state, this.tie.checked);
  }
}
