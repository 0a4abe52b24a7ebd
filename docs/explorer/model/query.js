// A state as text, for links, attributes and presets: "size=7,5&stride=2&padding=same".
// What is not named has its default. What is no such text, or no state that can exist, is refused
// in words that name the part.

import { fault, settle } from "./limits.js";
import { readNumber, writeNumber } from "./numbers.js";
import { biasOf, numbersOf, shapeOf } from "./operations.js";
import {
  boundsOf, choicesOf, DEFAULT, has, isBroken, isFormed, keptOf, SETTINGS, WAITING, writtenOf,
} from "./settings.js";

/** @import { Setting, State } from "./settings.js" */

const ARRAYS = /** @type {const} */ (["input", "weight"]);
const LONGEST = 200000; // characters: all cells of the largest state have room

// Numbers within a setting's bounds, whole ones if it takes no others; or null.
/** @param {Setting} name @param {string} text */
function list(name, text) {
  const [least, most] = keptOf(name);
  const all = text.split(",").map((part) =>
    (isBroken(name) || /^-?\d+$/.test(part) ? readNumber(part) : NaN));
  return all.every((n) => n >= least && n <= most) ? all : null;
}

// "ramp", "random-7" (its seed), or all numbers: "0,-1.5,1/9".
/** @param {"input" | "weight"} name @param {string} text */
function filling(name, text) {
  const values = list(name, text);
  if (values) return { shape: [], values }; // whose shape the other settings tell
  const plain = text !== "random" && choicesOf(name).includes(text);
  return plain || /^random-[1-9]\d{0,2}$/.test(text) ? text : null;
}

// The value of a setting, or null for what it cannot be.
/** @param {Setting} name @param {string} text */
function read(name, text) {
  const start = DEFAULT[name];
  if (name === "input" || name === "weight") return filling(name, text);
  if (name === "then") return isFormed(name, text) ? text : null;
  if (!boundsOf(name).length) {
    if (!choicesOf(name).includes(text)) return null;
    return typeof start === "boolean" ? text === "true" : text;
  }
  const all = list(name, text);
  if (name === "bias") return all;
  // One number, for all sides; or one for each.
  if (!Array.isArray(start)) return all?.length === 1 ? all[0] : null;
  return all?.length === 1 ? start.map(() => all[0]) : all?.length === start.length ? all : null;
}

/** @param {string} part @returns {[Setting, unknown][]} */
function meaning(part) {
  const [left, value, ...rest] = part.split("=");
  const name = SETTINGS.find((one) => one === left && !writtenOf(one));
  if (!name) throw new Error(`${left || "nothing"} is no setting`);
  if (!value || rest.length) throw new Error(`${part.slice(0, 40)} gives ${name} no value`);
  const flag = SETTINGS.find((one) => writtenOf(one) === part);
  if (flag) return [[flag, true]];
  const found = read(name, value);
  if (found !== null) return [[name, found]];
  throw new Error(`${name} cannot be ${value.slice(0, 40)}`);
}

/** @param {string} text @returns {State} */
export function parse(text) {
  if (text.length > LONGEST) throw new Error(`${text.length} characters are no state`);
  /** @type {Map<string, string>} */
  const seen = new Map();
  /** @type {Record<string, unknown>} */
  const given = {};
  for (const part of text ? text.split("&") : []) {
    const name = part.split("=")[0];
    if (seen.has(name)) throw new Error(`${name} is given twice`);
    seen.set(name, part);
    for (const [setting, value] of meaning(part)) given[setting] = value;
  }
  const settled = settle({ ...DEFAULT, ...given });
  const why = fault(settled);
  if (why) throw new Error(why);
  // Pooling has as many channels out as in; a text need not say so, but may not deny it.
  if ((given.out_channels ?? settled.out_channels) !== settled.out_channels) {
    throw new Error(`pooling has as many channels out as in, not ${given.out_channels}`);
  }
  const idle = WAITING.find((name) => name in given && !has(settled, name));
  if (idle) throw new Error(`${settled.operation} has no ${idle}`);
  for (const name of ARRAYS) {
    const own = settled[name];
    if (typeof own === "string") continue;
    const shape = shapeOf(settled, name);
    const count = shape.reduce((a, b) => a * b);
    if (own.values.length !== count) {
      throw new Error(`${name} has ${own.values.length} numbers, not ${count}`);
    }
    settled[name] = { values: own.values, shape };
  }
  const { bias, out_channels: outs } = settled;
  if (![1, outs].includes(bias.length)) {
    throw new Error(`bias has ${bias.length} numbers for ${outs} output channels`);
  }
  return settled;
}

// What differs from the defaults. Numbers of a reader's own are written as the operation takes
// them: they may have been entered at another size.
/** @param {State} state */
export function write(state) {
  /** @param {State} from @param {Setting} name */
  const worded = (from, name) => {
    const value = from[name];
    if (typeof value === "object" && "shape" in value) {
      return numbersOf(from, /** @type {"input" | "weight"} */ (name)).map(writeNumber);
    }
    const all = name === "bias" ? biasOf(from).map(writeNumber) : [value].flat();
    return new Set(all).size === 1 ? all[0] : all;
  };
  const flags = SETTINGS.filter((name) => writtenOf(name) && state[name]).map(writtenOf);
  return SETTINGS.map((name) => {
    const flag = flags.find((one) => one?.startsWith(`${name}=`));
    const silent = writtenOf(name) || !has(state, name)
      || String(worded(state, name)) === String(worded(DEFAULT, name));
    return flag ?? (silent ? "" : `${name}=${worded(state, name)}`);
  }).filter(Boolean).join("&");
}
