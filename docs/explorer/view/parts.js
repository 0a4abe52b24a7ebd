// The kinds of grids: what the cells of each are samples of, and where a sample stands.

import { isAsked } from "../model/asked.js";
import { range } from "../model/geometry.js";
import { weightBetween, weightTo } from "../model/lighting.js";
import { show } from "../model/numbers.js";
import { partners } from "../model/operations.js";
import { placeOf } from "../model/samples.js";
import { which } from "../model/words.js";

/** @import { Axis } from "../model/geometry.js" */
/** @import { Lights } from "../model/lighting.js" */
/** @import { Model } from "../model/operations.js" */
/** @import { Named, Sample } from "../model/samples.js" */
/** @import { Session } from "../session.js" */

/**
 * @typedef {"framed" | "input" | "kernel" | "flipped" | "output" | "gathered"} Part
 * @typedef {(axis: Axis, k: number) => number} Along
 *
 * @typedef {object} Kind
 * @property {Named} array
 * @property {string} name
 * @property {"length" | "size" | "taps" | "outputs"} count How many cells there are along an axis.
 * @property {Along} inward From a grid's position along an axis to the sample's.
 * @property {Along} outward And back: -1 if it is not on this grid.
 *
 * @typedef {{ part: Part, channel: number }} Place Of a grid: which of all it is.
 */

const ROOMY = 24 * 24; // cells of a grid that can still be read, and of all together
const ALL = 3000;

/** @type {Along} */
const same = (_, k) => k;
/** @type {Along} */
const mirrored = (axis, t) => axis.taps - 1 - t;

/** @type {Record<Part, Kind>} */
export const PARTS = {
  framed: { array: "input", name: "Input", count: "length", inward: same, outward: same },
  input: {
    array: "input",
    name: "Input",
    count: "size",
    inward: (axis, i) => axis.home(i),
    outward: (axis, q) => axis.sources[q],
  },
  kernel: { array: "weight", name: "Kernel", count: "taps", inward: same, outward: same },
  flipped: {
    array: "weight",
    name: "Flipped kernel",
    count: "taps",
    inward: mirrored,
    outward: mirrored,
  },
  output: { array: "output", name: "Output", count: "outputs", inward: same, outward: same },
  gathered: { array: "output", name: "Output", count: "outputs", inward: same, outward: same },
};

// The rows of grids: of a transposed convolution, both its readings.
/** @param {Model} model @returns {{ title: string, parts: Part[] }[]} */
export function bandsOf({ family }) {
  if (family === "direct") return [{ title: "", parts: ["framed", "kernel", "output"] }];
  if (family === "pool") return [{ title: "", parts: ["framed", "output"] }];
  return [
    {
      title: "Scatter: inputs stamp the kernel onto the output",
      parts: ["input", "kernel", "output"],
    },
    {
      title: "Gather: the flipped kernel slides over the stuffed input",
      parts: ["framed", "flipped", "gathered"],
    },
  ];
}

// One grid for each channel; of the kernels, those that lead to one output channel.
/** @param {Model} model @param {Part} part @param {number} to */
export function channelsOf(model, part, to) {
  const { array } = PARTS[part];
  if (array === "weight") return partners(model, to, true);
  return range(model.state[array === "input" ? "in_channels" : "out_channels"]);
}

// Whether there are too many cells to write a number into each.
/** @param {Model} model */
export function crowded(model) {
  const counts = bandsOf(model).flatMap(({ parts }) => parts)
    .filter((part) => PARTS[part].array !== "weight").map((part) => {
      const [rows, columns] = model.axes.map((axis) => axis[PARTS[part].count]);
      return { one: rows * columns, all: rows * columns * channelsOf(model, part, 0).length };
    });
  return counts.some(({ one }) => one > ROOMY)
    || counts.reduce((sum, { all }) => sum + all, 0) > ALL;
}

/** @param {Model} model @param {Part} part @param {number} channel @param {number} to */
export function captionOf(model, part, channel, to) {
  const { state, family, axes: [rows, columns] } = model;
  const { array, name, count } = PARTS[part];
  const stuffed = part === "framed" && family === "transposed";
  /** @param {"length" | "size" | "stuffed" | "taps" | "outputs"} kind */
  const size = (kind) => `${rows[kind]} × ${columns[kind]}`;
  const own = size(part === "framed" ? "stuffed" : count);
  const frame = own === size(count) ? "" : `, with padding ${size(count)}`;
  const backwards = part === "kernel" && state.operation === "convolve" ? ", read backwards" : "";
  const whose = which(model, channel);
  const lead = whose && array === "weight" ? ` to ${to}` : "";
  return `${stuffed ? "Zero-stuffed input" : name} ${own}${frame}${backwards}${whose}${lead}`;
}

// Padding, what lies beyond it, and what nobody reads look different; padding also where it repeats
// an input. A cell looks like its row or its column, whichever is farther from an input.
const LOOKS = ["", "unread", "pad", "beyond"];

/** @param {Axis} axis @param {number} q */
function lookAlong({ padded, sources, home, unread }, q) {
  if (q >= padded) return 3;
  return sources[q] < 0 || home(sources[q]) !== q ? 2 : Number(unread[q]);
}

/** @param {Model} model @param {Part} part @param {number} row @param {number} column */
export const lookOf = ({ axes: [rows, columns] }, part, row, column) =>
  (part === "framed" ? LOOKS[Math.max(lookAlong(rows, row), lookAlong(columns, column))] : "");

/**
 * What a cell of a grid stands for.
 * @param {Model} model
 * @param {Place} grid
 * @param {number} to
 * @param {number} row
 * @param {number} column
 * @returns {Sample}
 */
export function sampleAt({ axes: [rows, columns] }, { part, channel }, to, row, column) {
  const { array, inward } = PARTS[part];
  return { array, channel, to, row: inward(rows, row), column: inward(columns, column) };
}

// Whether steps move a window, or a stamp, over a grid.
/** @param {Model} model @param {Part} part */
export const slides = ({ family }, part) =>
  part === (family === "transposed" ? "output" : "framed");

// Where a sample stands in a grid, if it does.
/** @param {Model} model @param {Place} grid @param {number} to @param {Sample} sample */
export function locate({ axes: [rows, columns] }, grid, to, sample) {
  const { array, outward } = PARTS[grid.part];
  const there = array === sample.array && grid.channel === sample.channel
    && (array !== "weight" || sample.to === to);
  const [r, c] = [outward(rows, sample.row), outward(columns, sample.column)];
  return there && r >= 0 && c >= 0 ? /** @type {[number, number]} */ ([r, c]) : null;
}

// The rows and columns of a grid that a light covers.
/** @param {Model} model @param {Place} grid @param {Lights} lights @returns {number[][]} */
export function covered({ axes }, { part, channel }, lights) {
  const { array, outward } = PARTS[part];
  const { channels, rows, columns } = lights[array];
  if (!channels.includes(channel)) return [[], []];
  return [rows, columns].map((places, a) =>
    places.map((k) => outward(axes[a], k)).filter((k) => k >= 0));
}

/**
 * The weight that a lit cell is multiplied by, or what a chosen input adds to it.
 * @param {Pick<Session, "model" | "chosen" | "now" | "to">} shown
 * @param {Place} grid
 * @param {number} row
 * @param {number} column
 */
export function badgeOf({ model, chosen, now, to }, grid, row, column) {
  if (model.family === "pool") return "";
  const here = sampleAt(model, grid, to, row, column);
  if (chosen.array === "output" && grid.part === "framed") {
    return `×${show(weightBetween(model, here, chosen), model.common)}`;
  }
  const place = placeOf(model, chosen); // of padding and a stuffed zero, none: it is no input
  const adds = chosen.array === "input" && place >= 0 && grid.part === "output";
  if (!adds || isAsked(model, here)) return "";
  return show(now.x[place] * weightTo(model, place, here)).replace(/^(?!−)/, "+");
}
