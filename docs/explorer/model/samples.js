// One input, weight or output at a time, and how much of them there is after so many steps.

import { gather, oneMore, scatter } from "./compute.js";
import { pictureOf } from "./fills.js";
import { show } from "./numbers.js";
import {
  inputAt, numbersOf, outputAt, paddingAt, partners, shapeOf, unflatten, weightAt,
} from "./operations.js";
import { has } from "./settings.js";

/** @import { Model } from "./operations.js" */
/** @import { State } from "./settings.js" */

/**
 * @typedef {"input" | "weight" | "output"} Named One of the three arrays.
 *
 * @typedef {object} Sample
 * @property {Named} array
 * @property {number} channel Of a weight, the channel that it reads.
 * @property {number} to Of a weight, the channel that it leads to.
 * @property {number} row Of an input, a position of the framed input, like the column.
 * @property {number} column
 *
 * @typedef {object} Progress What there is after `time` steps.
 * @property {number} time
 * @property {number[]} x
 * @property {number[]} output
 * @property {number[]} gathered By the transposed convolution's other reading.
 */

// How many steps until all is done: outputs one by one, or inputs one by one.
/** @param {Model} model */
export const total = ({ family, x, output }) => (family === "transposed" ? x : output).length;

/**
 * @param {Model} model
 * @param {number} time
 * @param {Progress} [before] Of the same model, to go on with.
 * @returns {Progress}
 */
export function progress(model, time, before) {
  if (model.family !== "transposed" || model.asked) { // which is for the end of time
    return { time, x: model.x, output: model.output, gathered: model.output };
  }
  if (before && time === before.time + 1) return { time, ...oneMore(model, time - 1, before) };
  const x = model.x.map((value, k) => (k < time ? value : 0));
  const output = time === total(model) ? model.output : scatter(model, time);
  return { time, x, output, gathered: gather(model, x) };
}

// What the last of `time` steps did: an output, or the stamp of an input.
/** @param {Model} model @param {number} time @returns {Sample} */
export function lastStep(model, time) {
  const stamps = model.family === "transposed";
  const [channel, row, column] =
    unflatten(model, Math.max(0, time - 1), stamps ? "size" : "outputs");
  if (!stamps) return { array: "output", channel, to: channel, row, column };
  const [down, across] = model.axes;
  return { array: "input", channel, to: 0, row: down.home(row), column: across.home(column) };
}

// The step that does an output, or the stamp of an input.
/** @param {Model} model @param {number} channel @param {number} row @param {number} column */
export function stepOf({ family, axes }, channel, row, column) {
  const [height, width] = axes.map((axis) => axis[family === "transposed" ? "size" : "outputs"]);
  return (channel * height + row) * width + column + 1;
}

/** @param {Model} model @param {Sample} sample */
export function exists(model, { array, channel, to, row, column }) {
  const { state, family, axes } = model;
  const counts = /** @type {const} */ ({ input: "length", weight: "taps", output: "outputs" });
  const channels = {
    input: () => channel < state.in_channels,
    weight: () => family !== "pool" && to < state.out_channels
      && partners(model, to, true).includes(channel),
    output: () => channel < state.out_channels,
  };
  const [rows, columns] = axes.map((axis) => axis[counts[array]]);
  return row < rows && column < columns && channels[array]();
}

// The same sample in another model, or null. An input stays the same input where the frame
// around it has changed.
/** @param {Model} before @param {Model} model @param {Sample} sample @returns {Sample | null} */
export function carried(before, model, sample) {
  /** @param {number} a @param {number} q */
  const along = (a, q) => {
    const i = before.axes[a].sources[q];
    return i < 0 ? q : i < model.axes[a].size ? model.axes[a].home(i) : Infinity;
  };
  const { array, row, column } = sample;
  const moved = array !== "input" ? sample
    : { ...sample, row: along(0, row), column: along(1, column) };
  return exists(model, moved) ? moved : null;
}

// The place among the flat inputs, weights or outputs; -1 for what is no input.
/** @param {Model} model @param {Sample} sample */
export function placeOf(model, { array, channel, to, row, column }) {
  if (array === "output") return outputAt(model, channel, row, column);
  return array === "weight" ? weightAt(model, channel, to, row, column)
    : inputAt(model, channel, row, column);
}

// The number that a reader may change, if it is one.
/** @param {Model} model @param {Sample} sample @returns {number | undefined} */
export function ownOf(model, sample) {
  if (sample.array === "output") return undefined;
  return (sample.array === "weight" ? model.w : model.x)[placeOf(model, sample)];
}

// The state in which one number, of an input or a weight, is another.
/** @param {Model} model @param {Sample} sample @param {number} number @returns {State} */
export function withNumber(model, sample, number) {
  const { state } = model;
  const { array } = sample;
  if (array === "output" || ownOf(model, sample) === undefined) return state;
  const [filling, shape, place] = [state[array], shapeOf(state, array), placeOf(model, sample)];
  return { ...state, [array]: pictureOf(filling)?.mark(filling, shape, place, number)
    ?? { shape, values: numbersOf(state, array).with(place, number) } };
}

// What to say of numbers of a reader's own that are no picture, at another shape.
/** @param {State} state @param {State} before */
export const staying = (state, before) => (/** @type {const} */ (["input", "weight"])
  .some((name) => typeof state[name] === "object" && has(state, name) && !pictureOf(state[name])
    && state[name] === before[name]
    && String(shapeOf(state, name)) !== String(shapeOf(before, name)))
  ? "Your own numbers stay at their places; what is new is 0." : "");

/**
 * The number of a sample: none where time has not come to it yet, null past the padding.
 * @param {Model} model
 * @param {Progress} now
 * @param {Sample} sample
 * @param {"output" | "gathered"} [reading]
 * @returns {number | null | undefined}
 */
export function numberOf(model, now, sample, reading = "output") {
  const place = placeOf(model, sample);
  if (place < 0) return paddingAt(model, sample.row, sample.column);
  const { numbers, until } = there(model, now, sample.array, reading);
  return place < until ? numbers[place] : undefined;
}

// The numbers of an array, and how many of them, in order, time has come to.
/**
 * @param {Model} model
 * @param {Progress} now
 * @param {Named} array
 * @param {"output" | "gathered"} reading
 */
export function there(model, now, array, reading) {
  if (array === "weight") return { numbers: model.w, until: Infinity };
  const timed = (array === "input") === (model.family === "transposed");
  return { numbers: array === "output" ? now[reading] : model.x,
    until: timed ? now.time : Infinity };
}

// What is written for it.
/**
 * @param {Model} model
 * @param {Progress} now
 * @param {Sample} sample
 * @param {"output" | "gathered"} [reading]
 */
export function textOf(model, now, sample, reading) {
  const number = numberOf(model, now, sample, reading);
  return show(number ?? null, sample.array === "weight" ? model.common : 1);
}
