// Filling inputs and kernels: with named numbers, or from a picture.

import { range } from "../model/geometry.js";
import { fault } from "../model/limits.js";
import { within } from "../model/numbers.js";
import { biasOf, shapeOf } from "../model/operations.js";
import { boundsOf, choicesOf, has, PICTURES } from "../model/settings.js";
import { bring } from "../view/bring.js";
import { button, labelled, make, menu, offer, row } from "../view/dom.js";
import { open } from "../view/photo.js";

/** @import { Own } from "../model/settings.js" */
/** @import { Session } from "../session.js" */

const OWN = "own numbers";
const ARRAY_TITLES = { input: "Input", weight: "Kernel" };

class Filling {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {(() => void)[]} */
    this.updates = [];
    this.element = make("div", {}, this.choices("input"), this.choices("weight"), this.bias(),
      this.pictures());
    session.on("model", () => this.update());
    this.update();
  }

  update() {
    for (const update of this.updates) update();
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
    this.updates.push(() => {
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
    this.updates.push(() => {
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
    const shown = () => /** @type {Partial<Own>} */ (session.state.input).picture;
    const whole = button("Whole picture", () => {
      const size = shown()?.whole?.(session.state) ?? session.state.size;
      session.set({ size }, shown()?.describe?.([1, 1, ...size]));
    });
    const choice = make("input", { type: "file", accept: "image/*", onchange: async () => {
      const [file] = choice.files ?? [];
      if (!file) return;
      const found = await open(file);
      if (typeof found === "string") {
        session.say(found);
        return;
      }
      const shape = shapeOf(session.state, "input");
      session.set({ input: found.filling(shape) }, found.describe(shape));
    } });
    this.updates.push(() => { whole.hidden = !shown()?.whole; });
    return row(labelled("Input from a picture of yours", choice), whole);
  }
}

bring((session) => new Filling(session), '[name^="bias"] { width: 4.5rem }');
