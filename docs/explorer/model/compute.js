// The outputs of each operation.

import { tabulate } from "./geometry.js";
import { commonDenominator } from "./numbers.js";
import { axisOf, biasOf, divisor, numbersOf, partners, unflatten, weightAt } from "./operations.js";
import { familyOf } from "./settings.js";

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

/**
 * One output, from what is no padding: zeros add nothing, and no maximum is below all numbers.
 * @param {Model} model
 * @param {number[]} x
 * @param {number[]} inputs The channels that it reads.
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
function gatherAt(model, x, inputs, channel, row, column) {
  const { state, axes: [rows, columns], w, b } = model;
  const pools = model.family === "pool";
  const largest = state.operation === "max_pool";
  const down = rows.real[row];
  const across = columns.real[column];
  let total = largest ? -Infinity : b[channel];
  for (const from of inputs) {
    const first = pools ? 0 : weightAt(model, from, channel, 0, 0);
    for (let i = 0; i < down.length; i += 2) {
      const line = (from * rows.size + down[i]) * columns.size;
      const taps = first + down[i + 1] * columns.taps;
      for (let j = 0; j < across.length; j += 2) {
        const value = x[line + across[j]];
        if (!pools) total += value * w[taps + across[j + 1]];
        else if (!largest) total += value;
        else if (value > total) total = value;
      }
    }
  }
  return state.operation === "avg_pool" ? total / divisor(model, row, column) : total;
}

/** @param {Model} model @param {number[]} x */
export function gather(model, x) {
  const { state, axes: [rows, columns] } = model;
  const all = [];
  for (let channel = 0; channel < state.out_channels; channel++) {
    const inputs = partners(model, channel, true);
    for (let row = 0; row < rows.outputs; row++) {
      for (let column = 0; column < columns.outputs; column++) {
        all.push(gatherAt(model, x, inputs, channel, row, column));
      }
    }
  }
  return all;
}

// Add the stamp of the k-th input, the input times the kernel, to an output.
/** @param {Model} model @param {number} k @param {number[]} output */
function stamp(model, k, output) {
  const { axes: [rows, columns], x, w } = model;
  const [from, r, c] = unflatten(model, k, "size");
  const [value, down, across] = [x[k], rows.hits[r], columns.hits[c]];
  const feeds = (model.feeds ??= [])[from] ??= partners(model, from, false); // for all its inputs
  for (const to of feeds) {
    const first = weightAt(model, from, to, 0, 0);
    for (let i = 0; i < down.length; i++) {
      if (down[i] < 0) continue;
      const line = (to * rows.outputs + down[i]) * columns.outputs;
      const taps = first + i * columns.taps;
      for (let j = 0; j < across.length; j++) {
        if (across[j] >= 0) output[line + across[j]] += value * w[taps + j];
      }
    }
  }
}

// The other definition of the transposed convolution: the first `count` inputs, one by one,
// stamp the output, which begins as its bias.
/** @param {Model} model @param {number} count */
export function scatter(model, count) {
  const { axes: [rows, columns], b } = model;
  const area = rows.outputs * columns.outputs;
  const output = b.flatMap((bias) => new Array(area).fill(bias));
  for (let k = 0; k < count; k++) stamp(model, k, output);
  return output;
}

/** @param {number[]} hits */
const fed = (hits) => hits.filter((o) => o >= 0);

/**
 * Both readings of a transposed convolution after one more input than before. What has not changed
 * is taken over.
 * @param {Model} model
 * @param {number} k The new input's place.
 * @param {{ x: number[], output: number[], gathered: number[] }} before
 */
export function oneMore(model, k, before) {
  const { axes: [rows, columns] } = model;
  const x = before.x.with(k, model.x[k]);
  const output = [...before.output];
  stamp(model, k, output);
  const gathered = [...before.gathered];
  const [from, r, c] = unflatten(model, k, "size");
  for (const to of partners(model, from, false)) {
    const inputs = partners(model, to, true);
    for (const row of fed(rows.hits[r])) {
      for (const column of fed(columns.hits[c])) {
        gathered[(to * rows.outputs + row) * columns.outputs + column]
          = gatherAt(model, x, inputs, to, row, column);
      }
    }
  }
  return { x, output, gathered };
}
