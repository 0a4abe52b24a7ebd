// Outputs that a reader is asked for. In the model they are no number, so that whatever is worked
// out from it, and wherever it is written, does not tell them.

import { outputAt, unflatten } from "./operations.js";

/** @import { Model } from "./operations.js" */
/** @import { Sample } from "./samples.js" */

/** @typedef {Map<number, boolean>} Asked Places of outputs; whether their windows may be seen. */

// The same model, without the numbers that are asked for.
/** @param {Model} model @param {Asked} [asked] @returns {Model} */
export const without = (model, asked) => (asked ? { ...model, asked,
  output: model.output.map((number, k) => (asked.has(k) ? NaN : number)) } : model);

// What is asked for in another model: as far as there is as much, the same; or again everything.
/** @param {Model} before @param {Model} model @returns {Asked | undefined} */
export function stillAsked({ asked, output }, model) {
  if (!asked) return undefined;
  const all = asked.size > 0 && asked.size === output.length;
  return new Map([...(all ? model.output.keys() : asked.keys())]
    .filter((k) => k < model.output.length).map((k) => [k, false]));
}

/** @param {Model} model @param {Sample} sample */
export const isAsked = (model, { array, channel, row, column }) =>
  Boolean(array === "output" && model.asked?.has(outputAt(model, channel, row, column)));

// The first output that is asked for, if there is one.
/** @param {Model} model @returns {Sample | undefined} */
export function firstAsked(model) {
  if (!model.asked?.size) return undefined;
  const [channel, row, column] = unflatten(model, Math.min(...model.asked.keys()), "outputs");
  return { array: "output", channel, to: channel, row, column };
}

// Of a text: "output" for all of them, or their numbers, counted like steps.
/** @param {Model} model @param {string} [text] @returns {Asked | undefined} */
export function readAsked({ output }, text) {
  if (text === undefined) return undefined;
  const numbers = text === "output" ? output.map((_, k) => k + 1) : text.split(",").map(Number);
  const wrong = numbers.find((n) => !(Number.isInteger(n) && n >= 1 && n <= output.length));
  if (wrong !== undefined || !/^(output|[\d,]+)$/.test(text)) {
    throw new Error(`there is no output ${text.slice(0, 40)} to ask for`);
  }
  return new Map(numbers.map((n) => [n - 1, false]));
}

/** @param {Model} model */
export function writeAsked({ asked, output }) {
  if (!asked?.size) return "";
  return `ask=${asked.size === output.length ? "output" : [...asked.keys()].map((k) => k + 1)}`;
}
