// Filling inputs and kernels: with named numbers, or from a picture.

import { range } from "../model/geometry.js";
import { shapeOf } from "../model/operations.js";
import { choicesOf, has, LARGEST } from "../model/settings.js";
import { button, labelled, make, menu, row } from "./dom.js";

/** @import { Session } from "../session.js" */

const OWN = "own numbers";
const ARRAY_TITLES = { input: "Input", weight: "Kernel" };

// Read a picture at the size of the input, from 0 to 99: its green, or red, green and blue.
/** @param {Blob} file @param {number[]} shape */
async function pixels(file, [, channels, height, width]) {
  const pen = make("canvas", { width, height }).getContext("2d");
  if (!pen) throw new Error("no canvas to read a picture with");
  pen.drawImage(await createImageBitmap(file), 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const area = height * width;
  return range(channels * area).map((k) => {
    const colour = channels === 1 ? 1 : Math.floor(k / area) % 3;
    return Math.round((data[4 * (k % area) + colour] * LARGEST) / 255);
  });
}

export class Filling {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.photo = make("input", { type: "file", accept: "image/*", onchange: () => this.take() });
    this.element = make("div", {}, this.choices("input"), this.choices("weight"),
      labelled("Input from a picture of yours", this.photo));
  }

  /** @param {"input" | "weight"} array */
  choices(array) {
    const { session } = this;
    const names = [...choicesOf(array), OWN];
    /** @param {string} name */
    const fill = (name) => session.set({ [array]: name });
    const choice = menu(names.map((name) => [name, name]), () =>
      fill(choice.value === "random" ? this.draw(array) : choice.value));
    choice.name = array;
    choice.options[names.length - 1].disabled = true; // these come from editing cells
    const element = row(labelled(ARRAY_TITLES[array], choice),
      button("Draw anew", () => fill(this.draw(array))), button("Clear", () => fill("zeros")));
    session.on("model", () => {
      const now = session.state[array];
      choice.value = typeof now === "string" ? now.split("-")[0] : OWN;
      element.hidden = !has(session.state, array);
    });
    return element;
  }

  // The seed after the last one.
  /** @param {"input" | "weight"} array */
  draw(array) {
    const seed = /^random-(\d+)$/.exec(String(this.session.state[array]))?.[1] ?? 0;
    return `random-${(Number(seed) % 999) + 1}`;
  }

  async take() {
    const shape = shapeOf(this.session.state, "input");
    const values = this.photo.files?.[0]
      && await pixels(this.photo.files[0], shape).catch(() => null);
    if (values) this.session.set({ input: { shape, values } });
    else this.session.say("No picture.");
  }
}
