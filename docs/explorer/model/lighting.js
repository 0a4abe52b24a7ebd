// Who reads whom: what lights up for a chosen input, weight or output.

import { isAsked } from "./asked.js";
import { outputAt, partners, terms, unflatten, weightAt } from "./operations.js";

/** @import { Axis } from "./geometry.js" */
/** @import { Model } from "./operations.js" */
/** @import { Named, Sample } from "./samples.js" */

/**
 * @typedef {object} Light It covers every cell in the product of the three.
 * @property {number[]} channels
 * @property {number[]} rows Of inputs, positions of the framed input, like the columns.
 * @property {number[]} columns
 *
 * @typedef {Record<Named, Light>} Lights
 */

/**
 * Along one axis, the relation is a list of triples: an output reads an input through a weight.
 * Of those that the chosen position has a part in, give the positions in another array.
 * @param {Axis} axis
 * @param {Named} array
 * @param {number} k
 * @param {Named} wanted
 * @param {boolean} onlyReal
 */
function related({ reads, sources }, array, k, wanted, onlyReal) {
  /** @param {number} q */
  const copies = (q) => q === k || (sources[k] >= 0 && sources[q] === sources[k]);
  const triples = reads.flatMap((taps, output) =>
    taps.map((input, weight) => ({ input, weight, output })));
  const found = triples.filter((triple) => (array === "input" ? copies(triple.input)
    : triple[array] === k) && !(onlyReal && sources[triple.input] < 0));
  return [...new Set([...(wanted === array ? [k] : []), ...found.map((triple) => triple[wanted])])];
}

/** @param {Model} model @param {Sample} sample @returns {Lights} */
export function lighting(model, sample) {
  const { array, channel, row, column, to } = sample;
  const [rows, columns] = model.axes;
  if (isAsked(model, sample) && !model.asked?.get(outputAt(model, channel, row, column))) {
    const dark = { channels: [], rows: [], columns: [] };
    return { input: dark, weight: dark, output: dark };
  }
  const inputs = array === "output" ? partners(model, channel, true) : [channel];
  const outputs = { input: () => partners(model, channel, false), weight: () => [to],
    output: () => [channel] }[array]();
  /** @param {Named} wanted @param {number[]} channels */
  const light = (wanted, channels) => {
    // A weight has no part in an output for which it stands on padding; and of a transposed
    // convolution, an output has no part of the weights that stand on stuffed zeros.
    const onlyReal = wanted !== "input" && (array === "weight"
      || (array === "output" && model.family === "transposed"));
    return {
      channels,
      rows: related(rows, array, row, wanted, onlyReal),
      columns: related(columns, array, column, wanted, onlyReal),
    };
  };
  return { input: light("input", inputs), weight: light("weight", inputs),
    output: light("output", outputs) };
}

// The weight by which an output multiplies what it reads at a position of the framed input.
/** @param {Model} model @param {Sample} input @param {Sample} output */
export function weightBetween(model, input, output) {
  const [row, column] = /** @type {const} */ (["row", "column"])
    .map((axis, a) => model.axes[a].reads[output[axis]].indexOf(input[axis]));
  return model.w[weightAt(model, input.channel, output.channel, row, column)];
}

// What an input is multiplied by for an output: all weights by which it is read, of which there may
// be several where padding repeats it.
/** @param {Model} model @param {number} place @param {Sample} output */
export function weightTo(model, place, { channel, row, column }) {
  const [from, ...at] = unflatten(model, place, "size");
  const [down, across] = [row, column].map((o, a) => {
    const pairs = model.axes[a].real[o];
    return pairs.filter((_, k) => k % 2 && pairs[k - 1] === at[a]);
  });
  return down.flatMap((i) => across.map((j) => model.w[weightAt(model, from, channel, i, j)]))
    .reduce((sum, weight) => sum + weight, 0);
}

// The input that won a window of max pooling: the first of the largest.
/** @param {Model} model @param {Sample} output @returns {Sample | null} */
export function winner(model, output) {
  const { array, channel, row, column } = output;
  if (model.state.operation !== "max_pool" || array !== "output" || isAsked(model, output)) {
    return null;
  }
  const inputs = terms(model, model.x, [channel, row, column]).filter(({ index }) => index >= 0);
  const largest = Math.max(...inputs.map(({ x }) => Number(x)));
  const first = inputs.find(({ x }) => x === largest);
  if (!first) return null;
  const [, r, c] = unflatten(model, first.index, "size");
  const [down, across] = model.axes;
  return { array: "input", channel, to: channel, row: down.home(r), column: across.home(c) };
}
