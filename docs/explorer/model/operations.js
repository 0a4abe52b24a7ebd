// What each operation reads and by what it multiplies it, on flat arrays.

import { directAxis, range, transposedAxis } from "./geometry.js";
import { valuesOf } from "./fills.js";
import { familyOf } from "./settings.js";

/** @import { Axis } from "./geometry.js" */
/** @import { Asked } from "./asked.js" */
/** @import { Family, State } from "./settings.js" */

/**
 * @typedef {object} Model A state worked out: axes, values and outputs.
 * @property {State} state
 * @property {Family} family
 * @property {Axis[]} axes
 * @property {number[]} x
 * @property {number[]} w Of pooling, none.
 * @property {number} common The denominator of the weights, where decimals do not write them.
 * @property {number[]} b The bias of each output channel.
 * @property {number[]} output
 * @property {number[][]} [feeds] Of an input channel, the output channels that it leads to.
 * @property {Asked} [asked] Which outputs a reader is asked for, if any ever were.
 *
 * @typedef {{ x: number | null, w: number, index: number }} Term What an output reads and by what
 *   it multiplies it: null past the padding. The index is -1 for what is no input.
 */

/** @param {State} state @param {number} a */
export function axisOf(state, a) {
  const common = {
    size: state.size[a],
    taps: state.kernel_size[a],
    stride: state.stride[a],
    before: state.padding[2 * a],
    dilation: state.dilation[a],
  };
  return familyOf(state) === "transposed"
    ? transposedAxis({ ...common, extra: state.output_padding[a] })
    : directAxis({
      ...common,
      after: state.padding[2 * a + 1],
      mode: state.padding_mode,
      ceil: state.ceil_mode,
      flip: state.operation === "convolve",
    });
}

/** @param {State} state @param {"input" | "weight"} array */
export function shapeOf(state, array) {
  const { in_channels: ins, out_channels: outs, groups } = state;
  if (array === "input") return [1, ins, ...state.size];
  const channels = familyOf(state) === "transposed" ? [ins, outs / groups] : [outs, ins / groups];
  return [...channels, ...state.kernel_size];
}

// The numbers of an array, as the operation takes them.
/** @param {State} state @param {"input" | "weight"} array */
export const numbersOf = (state, array) =>
  valuesOf(state[array], shapeOf(state, array), array === "weight");

// The bias of each output channel: pooling has none, and what was not given is zero.
/** @param {State} state */
export const biasOf = (state) => range(state.out_channels).map((k) =>
  (familyOf(state) === "pool" ? 0 : state.bias[state.bias.length === 1 ? 0 : k] ?? 0));

// The channels that an output channel reads (or, the other way round, that an input feeds).
/** @param {Model} model @param {number} channel @param {boolean} toInputs */
export function partners({ state, family }, channel, toInputs) {
  if (family === "pool") return [channel];
  const [ins, outs] = [state.in_channels / state.groups, state.out_channels / state.groups];
  const [mine, theirs] = toInputs ? [outs, ins] : [ins, outs];
  return range(theirs).map((k) => Math.floor(channel / mine) * theirs + k);
}

/**
 * @param {Model} model
 * @param {number} from
 * @param {number} to
 * @param {number} row
 * @param {number} column
 */
export function weightAt({ state, family }, from, to, row, column) {
  const [ins, outs] = [state.in_channels / state.groups, state.out_channels / state.groups];
  const pair = family === "transposed" ? from * outs + (to % outs) : to * ins + (from % ins);
  return (pair * state.kernel_size[0] + row) * state.kernel_size[1] + column;
}

// The place of a position of the framed input among the flat inputs; -1 for padding.
/** @param {Model} model @param {number} channel @param {number} row @param {number} column */
export function inputAt({ axes }, channel, row, column) {
  const r = axes[0].sources[row];
  const c = axes[1].sources[column];
  return r < 0 || c < 0 ? -1 : (channel * axes[0].size + r) * axes[1].size + c;
}

/** @param {Model} model @param {number} channel @param {number} row @param {number} column */
export const outputAt = ({ axes: [rows, columns] }, channel, row, column) =>
  (channel * rows.outputs + row) * columns.outputs + column;

// Channel, row and column of a place among flat inputs ("size") or outputs ("outputs").
/** @param {Model} model @param {number} k @param {"size" | "outputs"} count */
export function unflatten({ axes }, k, count) {
  const [height, width] = axes.map((axis) => axis[count]);
  return [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
}

// What stands at a padded position of the framed input; null past the padding.
/** @param {Model} model @param {number} row @param {number} column */
export function paddingAt({ state, axes }, row, column) {
  if (row >= axes[0].padded || column >= axes[1].padded) return null;
  return state.operation === "max_pool" ? -Infinity : 0;
}

/**
 * Every product of one output, padding included, in the order of the taps.
 * @param {Model} model
 * @param {number[]} x
 * @param {number[]} place Channel, row and column of the output.
 * @returns {Term[]}
 */
export function terms(model, x, [channel, row, column]) {
  const [rows, columns] = model.axes;
  const pools = model.family === "pool";
  return partners(model, channel, true).flatMap((from) =>
    rows.reads[row].flatMap((r, i) => columns.reads[column].map((c, j) => {
      const index = inputAt(model, from, r, c);
      return {
        x: index < 0 ? paddingAt(model, r, c) : x[index],
        w: pools ? 1 : model.w[weightAt(model, from, channel, i, j)],
        index,
      };
    })));
}

// What average pooling divides by: past the padding nothing is ever counted.
/** @param {Model} model @param {number} row @param {number} column */
export function divisor({ state, axes: [rows, columns] }, row, column) {
  /** @param {Axis} axis @param {number} o */
  const counted = (axis, o) => axis.reads[o].filter((q) =>
    (state.count_include_pad ? q < axis.padded : axis.sources[q] >= 0)).length;
  return counted(rows, row) * counted(columns, column);
}
