// Filling inputs and kernels: with named numbers, or from a picture.

import { range } from "../model/geometry.js";
import { work } from "../model/compute.js";
import { lacks, receive } from "../model/fills.js";
import { fault } from "../model/limits.js";
import { within } from "../model/numbers.js";
import { biasOf, shapeOf } from "../model/operations.js";
import { boundsOf, choicesOf, has, PICTURES } from "../model/settings.js";
import { button, labelled, make, menu, offer, row } from "./dom.js";
import { extra } from "./extra.js";

/** @import { Own } from "../model/settings.js" */
/** @import { Photo } from "./bring.js" */
/** @import { Session } from "../session.js" */

const OWN = "own numbers";
const ARRAY_TITLES = { input: "Input", weight: "Kernel" };

export class Filling {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Photo | null} */
    this.photo = null; // the last picture, and what the state holds of it
    /** @type {Own | null} */
    this.own = null;
    this.element = make("div", {}, this.choices("input"), this.choices("weight"), this.bias(),
      this.pictures());
    session.on("model", () => this.fetch());
  }

  // Work the state out again when the picture that it names has come.
  fetch() {
    const { session } = this;
    if (!lacks(session.state.input)) return;
    extra("pictures").then((pictures) => {
      receive(pictures());
      session.show(work(session.state), session.now.time, session.held);
    }, (error) => session.say(String(error)));
  }

  /** @param {"input" | "weight"} array */
  choices(array) {
    const { session } = this;
    const names = [...choicesOf(array), OWN];
    // A picture comes with its size, if that can be.
    /** @param {string} name */
    const fill = (name) => {
      const side = PICTURES[name] ?? 0;
      const whole = { [array]: name, size: [side, side] };
      const fits = side && !fault({ ...session.state, ...whole });
      session.set(fits ? whole : { [array]: name });
    };
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
      choicesOf(array).forEach((name, k) =>
        offer(choice.options[k], name, fault({ ...session.state, [array]: name })));
    });
    return element;
  }

  // A number for each output channel.
  bias() {
    const { session } = this;
    const [min, max] = boundsOf("bias");
    const fields = range(boundsOf("out_channels")[1]).map((channel) => make("input", {
      type: "number", name: `bias.${channel}`, min, max, step: "any",
      ariaLabel: `Bias of output channel ${channel}`,
      onchange: () => session.set({ bias: biasOf(session.state)
        .with(channel, within(fields[channel].valueAsNumber || 0, [min, max])) }),
    }));
    const element = row(make("span", { className: "control" }, "Bias", ...fields));
    session.on("model", () => {
      element.hidden = !has(session.state, "bias");
      fields.forEach((field, channel) => {
        field.hidden = channel >= session.state.out_channels;
        field.value = String(session.model.b[channel] ?? 0);
      });
    });
    return element;
  }

  // The seed after the last one.
  /** @param {"input" | "weight"} array */
  draw(array) {
    const seed = /^random-(\d+)$/.exec(String(this.session.state[array]))?.[1] ?? 0;
    return `random-${(Number(seed) % 999) + 1}`;
  }

  // A picture of the reader's own, and a button that gives the input its proportions.
  pictures() {
    const { session } = this;
    const whole = button("Whole picture", () => {
      const size = this.photo?.whole(session.state) ?? session.state.size;
      session.set({ size }, this.photo?.describe([1, 1, ...size]));
    });
    const choice = make("input", { type: "file", accept: "image/*", onchange: async () => {
      const [file] = choice.files ?? [];
      if (!file) return;
      const found = await extra("photo").then((open) => open(file), String);
      if (typeof found === "string") {
        session.say(found);
        return;
      }
      this.photo = found;
      const shape = shapeOf(session.state, "input");
      session.set({ input: this.own = found.filling(shape) }, found.describe(shape));
    } });
    session.on("model", () => { whole.hidden = session.state.input !== this.own; });
    return row(labelled("Input from a picture of yours", choice), whole);
  }
}
