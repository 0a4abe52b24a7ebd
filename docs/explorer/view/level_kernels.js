// The kernels of a later layer, to be read: from them its numbers can be worked out by hand.

import { range } from "../model/geometry.js";
import { partners, weightAt } from "../model/operations.js";
import { make } from "./dom.js";
import { gridsOf } from "./level_grids.js";

/** @import { Level } from "../model/stack.js" */
/** @import { Makers } from "./bring.js" */
/** @import { Grid } from "./grid.js" */

const FEW = 300; // weights that stand side by side

export class LevelKernels {
  /** @param {Level} level @param {Makers["pixels"] | null} pixels */
  constructor({ model }, pixels) {
    this.model = model;
    this.pixels = pixels;
    this.to = -1; // the output channel whose kernels are on show, where not all are
    /** @type {{ to: number, grid: Grid }[]} */
    this.all = [];
    this.element = model?.w.length ? make("div", { className: "kernels" }) : null;
    this.light(-1);
  }

  // Those that lead to some output channels.
  /** @param {number[]} outputs */
  draw(outputs) {
    const model = /** @type {NonNullable<Level["model"]>} */ (this.model);
    const { state: { kernel_size: size, in_channels: ins, out_channels: outs } } = model;
    this.all = outputs.flatMap((to) => partners(model, to, true).map((from) => {
      const first = weightAt(model, from, to, 0, 0);
      const values = model.w.slice(first, first + size[0] * size[1]);
      const lead = ins + outs > 2 ? `, channel ${from} to ${to}` : "";
      const [grid] = gridsOf("weight", `Kernel${lead}`, [1, ...size], values, this.pixels);
      return { to, grid };
    }));
    this.element?.replaceChildren(...this.all.map(({ grid }) => grid.element));
  }

  // Light the kernels that lead to an output channel, none for -1.
  /** @param {number} to */
  light(to) {
    if (!this.model?.w.length) return;
    const { w, state: { out_channels: outs } } = this.model;
    const few = w.length <= FEW;
    const wanted = few ? 0 : Math.max(0, to);
    if (wanted !== this.to) this.draw(few ? range(outs) : [wanted]);
    this.to = wanted;
    for (const { to: leads, grid } of this.all) {
      const lit = leads === to ? [range(grid.rows), range(grid.columns)] : [[], []];
      grid.light(lit, () => "");
    }
  }
}
