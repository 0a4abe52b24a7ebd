// Layers after each other: what each gives, what it costs, and how far it sees.

import { work } from "./compute.js";
import { range, span } from "./geometry.js";
import { readLayer, stateOf } from "./layers.js";
import { show } from "./numbers.js";
import { partners } from "./operations.js";
import { sum, sumParts } from "./words.js";

/** @import { Model } from "./operations.js" */

/**
 * @typedef {object} Field What one output sees of the input, along each axis: how many samples from
 *   the first to the last, how many between the fields of neighbours, and where the first begins.
 * @property {number[]} size
 * @property {number[]} step
 * @property {number[]} start
 *
 * @typedef {object} Level A layer at its place in a stack.
 * @property {string} text
 * @property {string} fault Why it is not worked out; then all that follows stands for nothing.
 * @property {Model | null} model Null of ReLU.
 * @property {boolean} bias
 * @property {number[]} shape Of the output: channels, height and width.
 * @property {number[]} values
 * @property {number} parameters
 * @property {number} macs Multiply-accumulates.
 * @property {Field | null} field Null if not all outputs see equally far.
 */

/** @param {Model} model */
const shapeOf = ({ state, axes }) => [state.out_channels, ...axes.map((axis) => axis.outputs)];

// A transposed convolution uses its weights at every input, the others at every output.
/** @param {Model} model */
const macsOf = ({ family, axes, w }) => axes.reduce((product, axis) =>
  product * (family === "transposed" ? axis.size : axis.outputs), w.length);

// Each layer widens the field by its span, in steps of the layers below, and multiplies the step.
/** @param {Field | null} below @param {Model} model @returns {Field | null} */
function fieldOf(below, { state, family }) {
  const transposed = family === "transposed";
  if (!below || (transposed && state.stride.some((s) => s > 1))) return null;
  const wider = state.kernel_size.map((taps, a) => span(taps, state.dilation[a]) - 1);
  return {
    size: below.size.map((n, a) => n + wider[a] * below.step[a]),
    step: below.step.map((n, a) => n * state.stride[a]),
    start: below.start.map((n, a) => {
      const before = state.padding[2 * a];
      return n + (transposed ? before - wider[a] : -before) * below.step[a];
    }),
  };
}

// The input position in the middle of the first output's field.
/** @param {Field} field */
export const centreOf = ({ size, start }) => start.map((n, a) => n + (size[a] - 1) / 2);

/** @param {Model} model @param {string} text @param {boolean} bias @param {Field | null} below */
function levelOf(model, text, bias, below) {
  return {
    text, fault: "", model, bias, shape: shapeOf(model), values: model.output,
    parameters: model.w.length + (bias ? model.state.out_channels : 0),
    macs: macsOf(model), field: fieldOf(below, model),
  };
}

const ASKED = "what comes is asked for";

/** @param {Level} below @param {string} text @param {number} place @returns {Level} */
function next(below, text, place) {
  /** @param {string} fault */
  const none = (fault) => ({ ...below, text, fault, model: null, parameters: 0, macs: 0 });
  const layer = readLayer(text);
  if (below.fault) {
    return none(below.fault === ASKED ? ASKED : "what comes before it does not fit");
  }
  if (typeof layer === "string") return none(layer);
  if (layer.kind === "relu") {
    return { ...none(""), values: below.values.map((value) => Math.max(0, value)) };
  }
  if (below.values.some(Number.isNaN)) return none(ASKED);
  if (layer.channels.length && !below.values.every(Number.isFinite)) {
    return none("what comes is not finite: a window before it holds padding alone");
  }
  const state = stateOf(layer, below.shape, below.values, place);
  if (typeof state === "string") return none(state);
  const bias = layer.channels.length > 0 && !layer.flags.includes("nobias");
  return levelOf(work(state), text, bias, below.field);
}

/**
 * The first layer and what follows it.
 * @param {Model} first
 * @param {string[]} texts
 * @returns {Level[]}
 */
export function stackOf(first, texts) {
  const alone = { size: [1, 1], step: [1, 1], start: [0, 0] };
  /** @type {Level[]} */
  const levels = [levelOf(first, "", first.b.some(Boolean), alone)];
  texts.forEach((text, k) => levels.push(next(levels[k], text, k + 2)));
  return levels;
}

/**
 * @typedef {object} Cells All in the product of the three.
 * @property {number[]} channels
 * @property {number[]} rows
 * @property {number[]} columns
 */

// None along any axis if there are none along one.
/** @param {...number[]} places @returns {Cells} */
function together(...places) {
  const [channels, rows, columns] = places.every((all) => all.length) ? places : [[], [], []];
  return { channels, rows, columns };
}

// What outputs of a layer read: cells of what it reads, or, framed, also of its padding.
/** @param {Model} model @param {Cells} cells @param {boolean} framed @returns {Cells} */
export function readBy(model, { channels, rows, columns }, framed) {
  /** @param {number} a @param {number[]} places */
  const along = (a, places) => {
    const { reads, sources } = model.axes[a];
    const read = [...new Set(places.flatMap((o) => reads[o]))];
    return framed ? read
      : [...new Set(read.map((q) => sources[q]).filter((i) => i >= 0))].toSorted((i, j) => i - j);
  };
  const read = channels.flatMap((channel) => partners(model, channel, true));
  return together([...new Set(read)], along(0, rows), along(1, columns));
}

// What reads cells of a layer's input.
/** @param {Model} model @param {Cells} cells @returns {Cells} */
export function readersOf(model, { channels, rows, columns }) {
  /** @param {number} a @param {number[]} places */
  const along = (a, places) => {
    const { outputs, reads, sources } = model.axes[a];
    return range(outputs).filter((o) => reads[o].some((q) => places.includes(sources[q])));
  };
  const read = channels.flatMap((channel) => partners(model, channel, false));
  return together([...new Set(read)], along(0, rows), along(1, columns));
}

/**
 * What a chosen cell has to do with, layer by layer: an output with all that it depends on, an
 * input with all that depends on it. The input stands first, null what it has nothing to do with.
 * @param {Level[]} levels
 * @param {number} at Of the cell: 0 is the input, 1 the first layer.
 * @param {Cells} cell
 */
export function relatedTo(levels, at, cell) {
  /** @type {(Cells | null)[]} */
  const all = new Array(levels.length + 1).fill(null);
  all[at] = cell;
  let cells = cell;
  if (!at) {
    levels.forEach(({ model }, k) => {
      cells = model ? readersOf(model, cells) : cells;
      all[k + 1] = cells;
    });
  }
  for (let k = at; k > 0; k--) {
    const { model } = levels[k - 1];
    cells = model ? readBy(model, cells, false) : cells;
    all[k - 1] = cells;
  }
  return all;
}

// The sum of an output of a later layer, from what comes and the layer's own kernel.
/** @param {Level[]} levels @param {number} at @param {string} text What is written there.
 * @param {number[]} place */
export function partsAt(levels, at, text, [channel, row, column]) {
  const { model } = levels[at - 1];
  if (model) {
    return sumParts(text, sum(model, model.x,
      { array: "output", channel, to: channel, row, column }));
  }
  const { shape: [, height, width], values } = levels[at - 2];
  const come = show(values[(channel * height + row) * width + column]);
  return [["output", text], ["", " = max("], ["term", come], ["", ", 0)"]];
}
