// The outputs of each operation.

import { range, tabulate } from "./geometry.js";
import { commonDenominator } from "./numbers.js";
import {
  axisOf, biasOf, divisor, everyTerm, numbersOf, partners, unflatten, weightAt,
} from "./operations.js";
import { familyOf } from "./settings.js";

/** @import { Axis } from "./geometry.js" */
/** @import { Model } from "./operations.js" */
/** @import { State } from "./settings.js" */

/** @param {State} state @returns {Model} */
export function work(state) {
  const family = familyOf(state);
  const axes = [0, 1].map((a) => tabulate(axisOf(state, a)));
  const x = numbersOf(state, "input");
  const w = family === "pool" ? [] : numbersOf(state, "weight");
  const model = { state, family, axes, x, w, common: commonDenominator(w), b: biasOf(state),
    output: /** @type {number[]} */ ([]) };
  model.output = family === "transposed" ? scatter(model, x.length) : gather(model, x);
  return model;
}

/** @param {Model} model @param {number[]} x */
export function gather(model, x) {
  const { state, axes: [rows, columns] } = model;
  const largest = state.operation === "max_pool";
  return range(state.out_channels * rows.outputs * columns.outputs).map((k) => {
    const place = unflatten(model, k, "outputs");
    let total = largest ? -Infinity : model.b[place[0]];
    everyTerm(model, x, place, (value, w) => {
      total = largest ? Math.max(total, value ?? total) : total + (value ?? 0) * w;
    });
    return state.operation === "avg_pool" ? total / divisor(model, place[1], place[2]) : total;
  });
}

// The other definition of the transposed convolution: the first `count` inputs, one by one,
// add their stamp, the input times the kernel, to the output, which begins as its bias.
/** @param {Model} model @param {number} count */
export function scatter(model, count) {
  const { axes: [rows, columns], x, w, b } = model;
  const area = rows.outputs * columns.outputs;
  const output = b.flatMap((bias) => new Array(area).fill(bias));
  /** @param {Axis} axis @param {number} i @param {number} t */
  const hit = (axis, i, t) => {
    const o = axis.to?.(i, t) ?? -1;
    return o < axis.outputs ? o : -1;
  };
  for (let k = 0; k < count; k++) {
    const [from, r, c] = unflatten(model, k, "size");
    for (const to of partners(model, from, false)) {
      for (let i = 0; i < rows.taps; i++) {
        const row = hit(rows, r, i);
        if (row < 0) continue;
        for (let j = 0; j < columns.taps; j++) {
          const column = hit(columns, c, j);
          if (column < 0) continue;
          output[(to * rows.outputs + row) * columns.outputs + column]
            += x[k] * w[weightAt(model, from, to, i, j)];
        }
      }
    }
  }
  return output;
}
