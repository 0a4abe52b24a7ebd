// A state as text, for links, attributes and presets: "size=7,5&stride=2&padding=same".
// What is not named has its default. What is no such text, or no state that can exist, is null.

import { FILLS } from "./fills.js";
import { MODES } from "./geometry.js";
import { BOUNDS, DEFAULT, fitted } from "./limits.js";
import { OPERATIONS, shapeOf } from "./operations.js";

export const LARGEST = 99; // of the numbers a reader can write into a cell
const LONGEST = 20000; // characters: all cells of the largest state have room

// Whole numbers within bounds, or null.
function list(text, [least, most]) {
  const all = text.split(",").map((part) => (/^-?\d{1,2}$/.test(part) ? Number(part) : NaN));
  return all.every((n) => n >= least && n <= most) ? all : null;
}

const oneOf = (names, text) => (names.includes(text) ? text : null);

// "ramp", "random-7" (its seed), or all numbers: "0,-1,2".
function numbers(text) {
  const values = list(text, [-LARGEST, LARGEST]);
  if (values) return { values };
  const plain = text !== "random" && Object.hasOwn(FILLS, text);
  return plain || /^random-[1-9]\d{0,2}$/.test(text) ? text : null;
}

function read(name, text) {
  const start = DEFAULT[name];
  if (name === "operation") return oneOf(Object.keys(OPERATIONS), text);
  if (name === "padding_mode") return oneOf(Object.keys(MODES), text);
  if (name === "input" || name === "weight") return numbers(text);
  if (name === "padding" && text === "same") return text;
  if (typeof start === "boolean") return oneOf(["true", "false"], text) && text === "true";
  // One number, for all sides; or one for each.
  const all = list(text, BOUNDS[name]);
  if (!Array.isArray(start)) return all?.length === 1 ? all[0] : null;
  return all?.length === 1 ? start.map(() => all[0]) : all?.length === start.length ? all : null;
}

export function parse(text) {
  if (text.length > LONGEST) return null;
  const state = { ...DEFAULT };
  const seen = new Set(["same"]);
  for (const part of text ? text.split("&") : []) {
    const [name, value, ...rest] = part.split("=");
    if (!Object.hasOwn(DEFAULT, name) || seen.has(name) || !value || rest.length) return null;
    seen.add(name);
    state[name] = read(name, value);
    if (state[name] === null) return null;
  }
  if (state.padding === "same") Object.assign(state, { same: true, padding: DEFAULT.padding });
  const [settled, gave] = fitted(state);
  if (gave.length) return null;
  // Pooling has as many channels out as in; a text need not say so, but may not deny it.
  if (seen.has("out_channels") && settled.out_channels !== state.out_channels) return null;
  for (const name of ["input", "weight"]) {
    if (typeof settled[name] === "string") continue;
    const shape = shapeOf(settled, name);
    if (settled[name].values.length !== shape.reduce((a, b) => a * b)) return null;
    settled[name] = { ...settled[name], shape };
  }
  return settled;
}

export function write(state) {
  const texts = Object.entries(state).map(([name, value]) => {
    if (name === "same" || String(value) === String(DEFAULT[name])) return "";
    if (name === "padding" && state.same) return "padding=same";
    const all = value.shape ? value.values : [value].flat();
    return `${name}=${!value.shape && new Set(all).size === 1 ? all[0] : all}`;
  });
  return texts.filter(Boolean).join("&");
}
