// What a wrong answer comes from, where it can be known: the mistakes that people make are made,
// and the answer is compared with what each gives.

import { work } from "./compute.js";
import { fault, settle } from "./limits.js";
import { divisor, outputAt, partners, shapeOf, terms, unflatten } from "./operations.js";
import { show } from "./numbers.js";
import { exists } from "./samples.js";

/** @import { Model } from "./operations.js" */
/** @import { Sample } from "./samples.js" */
/** @import { State } from "./settings.js" */

/** @typedef {[number | undefined, string]} Mistake What it gives, and how that comes about. */

// Numbers are the same if they are written alike.
/** @param {number | undefined} a @param {number} b */
export const alike = (a, b) => a !== undefined && show(a) === show(b);

/** @param {number} number @param {number} [common] A denominator. */
const signed = (number, common) =>
  (number < 0 ? `(${show(number, common)})` : show(number, common));

// The kernel turned by half a turn: each channel's taps from last to first.
/** @param {Model} model @returns {Partial<State>} */
function turned({ state, w }) {
  const area = state.kernel_size[0] * state.kernel_size[1];
  const values = w.map((_, k) => w[k - 2 * (k % area) + area - 1]);
  return { weight: { shape: shapeOf(state, "weight"), values } };
}

// Settings that people forget, or take for each other.
/** @param {Model} model @returns {[Partial<State>, string][]} */
function confusions(model) {
  const { state, family } = model;
  const [down, across] = state.kernel_size;
  const pads = state.padding.some(Boolean);
  /** @type {[boolean, Partial<State>, string][]} */
  const all = [
    [family !== "pool" && down * across > 1, turned(model),
      state.operation === "convolve" ? "with the kernel not turned" : "with the kernel turned"],
    [model.b.some(Boolean), { bias: [0] }, "without the bias"],
    [Math.max(...state.stride) > 1, { stride: [1, 1] }, "without the stride"],
    [Math.max(...state.dilation) > 1, { dilation: [1, 1] }, "without the dilation"],
    [pads && state.padding_mode !== "zeros", { padding_mode: "zeros" },
      "with zeros in the padding"],
    [pads, { padding: [0, 0, 0, 0], same: false }, "without the padding"],
    [state.operation === "max_pool", { operation: "avg_pool", dilation: [1, 1] },
      "with the mean of the window, not its largest"],
    [state.operation === "avg_pool", { operation: "max_pool", count_include_pad: true },
      "with the largest of the window, not its mean"],
    [state.operation === "avg_pool", { count_include_pad: !state.count_include_pad },
      `with the padding ${state.count_include_pad ? "not " : ""}counted in the divisor`],
  ];
  return all.filter(([can]) => can).map(([, changes, words]) => [changes, words]);
}

// What an output would be with other settings, if it were there.
/** @param {State} wanted @param {Sample} sample */
function elsewhere(wanted, sample) {
  const state = settle(wanted);
  if (fault(state)) return undefined;
  const model = work(state);
  return exists(model, sample)
    ? model.output[outputAt(model, sample.channel, sample.row, sample.column)] : undefined;
}

// Mistakes in the sum itself.
/** @param {Model} model @param {Sample} sample @param {number} right @returns {Mistake[]} */
function slips(model, { channel, row, column }, right) {
  const { state, family, common } = model;
  const read = terms(model, model.x, [channel, row, column]).filter(({ x }) => x !== null);
  const real = read.filter(({ index }) => index >= 0);
  if (state.operation === "max_pool") {
    /** @type {Mistake[]} */
    const padded = real.length < read.length
      ? [[Math.max(0, right), "with zeros in the padding, which counts for nothing here"]] : [];
    return [...padded, ...real.map(({ x }) =>
      /** @type {Mistake} */ ([Number(x), "with another number of the window, not its largest"]))];
  }
  const by = state.operation === "avg_pool" ? divisor(model, row, column) : 1;
  const products = real.map(({ x, w, index }) => ({ size: (Number(x) * w) / by, index,
    words: family === "pool" ? signed(Number(x)) : `${signed(Number(x))}·${signed(w, common)}` }));
  /** @type {Mistake[]} */
  const all = [[-right, "with the other sign"],
    [products.reduce((sum, { size }) => sum + Math.abs(size), 0), "without any minus signs"]];
  if (by > 1) {
    all.push([right * by, `without the division by ${by}`]);
    for (let other = 2; other <= read.length; other++) {
      all.push([(right * by) / other, `with a division by ${other}, not by ${by}`]);
    }
  }
  const channels = partners(model, channel, true);
  if (family !== "pool" && channels.length > 1) {
    for (const one of channels) {
      const left = products.filter(({ index }) => unflatten(model, index, "size")[0] === one);
      all.push([right - left.reduce((sum, { size }) => sum + size, 0),
        `without input channel ${one}`]);
    }
  }
  return [...all,
    ...products.map(({ size, words }) =>
      /** @type {Mistake} */ ([right - size, `without ${words}`])),
    ...products.map(({ size, words }) =>
      /** @type {Mistake} */ ([right - 2 * size, `with the wrong sign of ${words}`]))];
}

/**
 * What is wrong with an answer, in words.
 * @param {Model} model
 * @param {Sample} sample Of an output.
 * @param {number} answer
 */
export function diagnosis(model, sample, answer) {
  const right = model.output[outputAt(model, sample.channel, sample.row, sample.column)];
  /** @type {Mistake[]} */
  const known = [
    ...confusions(model).map(([changes, words]) =>
      /** @type {Mistake} */ ([elsewhere({ ...model.state, ...changes }, sample), words])),
    ...slips(model, sample, right),
  ];
  // What gives the right number too explains nothing.
  const found = known.find(([number]) => alike(number, answer) && !alike(number, right));
  const off = answer - right;
  return found ? `That comes out ${found[1]}.`
    : `It is ${show(Math.abs(off))} too ${off < 0 ? "small" : "large"}.`;
}
