// Filling and editing inputs and kernels, and taking the state elsewhere.

import { menu } from "./controls.js";
import { FILLS } from "./fills.js";
import { numbersTo } from "./geometry.js";
import { make } from "./grid.js";
import { LARGEST } from "./query.js";

const OWN = "own numbers";
const button = (text, onclick) => make("button", { type: "button", onclick }, text);

// Read a picture at the size of the input, from 0 to 99: its green, or red, green and blue.
export async function pixels(file, [, channels, height, width]) {
  const pen = make("canvas", { width, height }).getContext("2d");
  pen.drawImage(await createImageBitmap(file), 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  return numbersTo(channels * height * width).map((k) => {
    const area = height * width;
    const colour = channels === 1 ? 1 : Math.floor(k / area) % 3;
    return Math.round((data[4 * (k % area) + colour] * LARGEST) / 255);
  });
}

export class Numbers {
  // `fill` sets all numbers of "input" or "weight"; `photo` takes those of a picture.
  constructor(fill, photo) {
    this.rows = ["input", "weight"].map((name) => {
      const choice = menu([...Object.keys(FILLS), OWN].map((k) => [k, k]), () =>
        fill(name, choice.value === "random" ? this.draw(name) : choice.value));
      choice.name = name;
      choice.lastChild.disabled = true; // these come from editing cells
      const title = name === "input" ? "Input" : "Kernel";
      const element = make("div", { className: "row" },
        make("label", { className: "control" }, title, choice),
        button("Draw anew", () => fill(name, this.draw(name))),
        button("Clear", () => fill(name, "zeros")));
      return { name, choice, element };
    });
    this.photo = make("input", { type: "file", accept: "image/*", onchange: () => photo() });
    this.element = make("div", {}, ...this.rows.map(({ element }) => element),
      make("label", { className: "control" }, "Input from a picture of yours", this.photo));
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
  constructor() {
    this.code = make("textarea", { readOnly: true, rows: 7, spellcheck: false,
      ariaLabel: "The same in PyTorch" });
    this.link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    const copy = (what, field) => button(`Copy ${what}`, async () => {
      field.select();
      const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
      said.value = await copied.then(() => "Copied.", () => "Not allowed.");
    });
    const said = make("output");
    this.element = make("div", {}, this.code, copy("as PyTorch", this.code), this.link,
      copy("link", this.link), said);
  }
}
