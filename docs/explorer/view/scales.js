// Which shades stand for which numbers: one scale, and one bar, for each of the three arrays.

import { show } from "../model/numbers.js";
import { make } from "./dom.js";
import { crowded } from "./parts.js";
import { scaleOf } from "./shades.js";

/** @import { Model } from "../model/operations.js" */
/** @import { Named } from "../model/samples.js" */
/** @import { Scale } from "./shades.js" */

/** @type {Record<Named, string>} */
const NAMES = { input: "input", weight: "kernel", output: "output" };

export class Scales {
  constructor() {
    this.element = make("p", { className: "legend scales" });
    /** @type {Record<Named, Scale>} */
    this.of = { input: scaleOf([]), weight: scaleOf([]), output: scaleOf([]) };
  }

  // All channels of an array share a scale, at every step the same.
  /** @param {Model} model */
  measure(model) {
    const { x, w, output, family, state } = model;
    this.of = { input: scaleOf(x), weight: scaleOf(w), output: scaleOf(output) };
    const seen = /** @type {Named[]} */ (Object.keys(NAMES)).filter((name) =>
      (name === "weight" ? family !== "pool" && state.show !== "numbers"
        : state.show !== "numbers" || crowded(model)));
    this.element.hidden = !seen.length;
    this.element.replaceChildren(...seen.map((name) => {
      const { least, most } = this.of[name];
      return make("span", {}, `${NAMES[name]}: ${show(least)} `,
        make("i", { className: `scale ${least ? "about" : "up"}` }), ` ${show(most)}`);
    }));
  }
}
