// Filling and editing inputs and kernels, and taking the state elsewhere.

import { menu } from "./controls.js";
import { FILLS } from "./fills.js";
import { make } from "./grid.js";

const OWN = "own numbers";
const button = (text, onclick) => make("button", { type: "button", onclick }, text);

export class Numbers {
  // `fill` sets all numbers of "input" or "weight".
  constructor(fill) {
    this.rows = ["input", "weight"].map((name) => {
      const choice = menu([...Object.keys(FILLS), OWN].map((k) => [k, k]), () =>
        fill(name, choice.value === "random" ? this.draw(name) : choice.value));
      choice.name = name;
      choice.lastChild.disabled = true; // these come from editing cells
      const title = name === "input" ? "Input" : "Kernel";
      const element = make("div", { className: "row" },
        make("label", { className: "control" }, title, choice),
        button("Draw at random", () => fill(name, this.draw(name))),
        button("Clear", () => fill(name, "zeros")));
      return { name, choice, element };
    });
    this.element = make("div", {}, ...this.rows.map(({ element }) => element));
  }

  // The seed after the last one.
  draw(name) {
    const seed = /^random-(\d+)$/.exec(this.state[name])?.[1] ?? 0;
    return `random-${(seed % 999) + 1}`;
  }

  update(state, pools) {
    this.state = state;
    for (const { name, choice, element } of this.rows) {
      choice.value = state[name].values ? OWN : state[name].split("-")[0];
      element.hidden = pools && name === "weight";
    }
  }
}

export class Share {
  constructor(say) {
    this.code = make("textarea", { readOnly: true, rows: 7, spellcheck: false,
      ariaLabel: "The same in PyTorch" });
    this.link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    const copy = (what, field) => button(`Copy ${what}`, async () => {
      field.select();
      const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
      say(await copied.then(() => "Copied.", () => "Not allowed here: copy what is selected."));
    });
    this.element = make("div", {}, this.code, copy("as PyTorch", this.code), this.link,
      copy("link", this.link));
  }
}
