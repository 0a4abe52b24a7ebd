// The settings: their defaults and bounds, and which operation has them in PyTorch. The table
// stands in settings.json, because the still picture reads it, too.

import TABLE from "../settings.json" with { type: "json" };

/**
 * @typedef {"direct" | "transposed" | "pool"} Family
 * @typedef {"cross_correlate" | "convolve" | "conv_transpose" | "max_pool" | "avg_pool"} Operation
 * @typedef {{ title: string, family: Family }} Kind
 * @typedef {object} Picture What is read anew at each shape.
 * @property {(filling: Filling, shape: number[], place: number, number: number) => Own} mark Change
 *   one of its numbers.
 * @property {(shape: number[]) => string} [describe] Of a reader's own, what of it is read.
 * @property {(state: State) => number[]} [whole] The size at which all of it is.
 * @typedef {object} Own Numbers of a reader's own.
 * @property {number[]} shape
 * @property {number[]} values
 * @property {(shape: number[]) => number[]} [read] Of a picture: its numbers at another shape.
 * @property {Picture} [picture]
 * @typedef {string | Own} Filling A fill by its name, "ramp" or "random-7", or numbers.
 *
 * @typedef {object} State All settings, in PyTorch's names.
 * @property {Operation} operation
 * @property {number[]} size Of height and width, like the next three and output_padding.
 * @property {number[]} kernel_size
 * @property {number[]} stride
 * @property {number[]} dilation
 * @property {number[]} padding Above, below, left and right.
 * @property {boolean} same Whether the padding is padding='same'.
 * @property {string} padding_mode
 * @property {number[]} output_padding
 * @property {boolean} ceil_mode
 * @property {boolean} count_include_pad
 * @property {number} in_channels
 * @property {number} out_channels
 * @property {number} groups
 * @property {Filling} input
 * @property {Filling} weight
 * @property {number[]} bias One for all output channels, or one for each.
 * @property {string} show Numbers, shades or both: what cells show, not what is computed.
 * @property {string} then The layers after this one, as a link writes them: "conv+1+2+k3,relu".
 *
 * @typedef {keyof State} Setting
 * @typedef {{ default: unknown, bounds?: number[], kept?: number[], decimals?: number,
 *   choices?: string[], of?: string[], form?: string, written?: string }} Rule Of one setting;
 *   `decimals`, if its numbers may have some; `form`, if it is text that no word names; `written`,
 *   if a text does not call it by its name.
 */

export const AXES = ["height", "width"];
export const SIDES = ["above", "below", "left", "right"];

export const OPERATIONS = /** @type {Record<Operation, Kind>} */ (TABLE.operations);
const RULES = /** @type {Record<Setting, Rule>} */ (TABLE.settings);
export const ROOM = TABLE.room; // cells of a grid, along an axis
export const PRODUCTS = TABLE.products; // that are worked out while a reader waits
export const PICTURES = /** @type {Record<string, number>} */ (TABLE.pictures); // cells to a side
export const FACE = TABLE.face; // eight rows of eight bits
export const KERNELS = /** @type {Record<string, number[][]>} */ (TABLE.kernels);
export const WIDEST_GAUSSIAN = TABLE.widest_gaussian; // so that its parts can be written exactly

export const SETTINGS = /** @type {Setting[]} */ (Object.keys(RULES));
export const DEFAULT = /** @type {State} */ (
  /** @type {unknown} */ (Object.fromEntries(SETTINGS.map((name) => [name, RULES[name].default])))
);

/** @param {State} state */
export const familyOf = (state) => OPERATIONS[state.operation].family;

// The least and the most that a setting, or each of its numbers, may be, whatever the others are.
/** @param {Setting} name */
export const boundsOf = (name) => RULES[name].bounds ?? [];

// The same of what a text holds: a ramp over 64 cells goes beyond what can be typed.
/** @param {Setting} name */
export const keptOf = (name) => RULES[name].kept ?? boundsOf(name);

// Whether its numbers may be other than whole.
/** @param {Setting} name */
export const isBroken = (name) => Boolean(RULES[name].decimals);

// The words that it can be.
/** @param {Setting} name */
export const choicesOf = (name) => RULES[name].choices ?? Object.keys(OPERATIONS);

// Whether a text has the form of a setting that is neither numbers nor one of some words.
/** @param {Setting} name @param {string} text */
export const isFormed = (name, text) => new RegExp(RULES[name].form ?? "^$").test(text);

// How a text names a setting that it does not call by its name.
/** @param {Setting} name */
export const writtenOf = (name) => RULES[name].written;

// Whether the operation has a setting in PyTorch; most have most.
/** @param {State} state @param {Setting} name */
export function has(state, name) {
  const those = RULES[name].of;
  return !those || those.includes(state.operation) || those.includes(familyOf(state));
}

// In which settings are two states not alike?
/** @param {State} one @param {State} other */
export const differ = (one, other) => (/** @type {Setting} */ name) =>
  String(one[name]) !== String(other[name]);

// What waits while the operation has none.
/** @type {Setting[]} */
export const WAITING = ["weight", "bias"];

export const LARGEST = boundsOf("input")[1]; // of the numbers a reader can write into a cell
