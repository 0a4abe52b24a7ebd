// What a link holds: a state, how many steps are done, and which cell is chosen, as in
// "size=7&stride=2&step=4&cell=output,0,1,1". Without them: the first step, and what it did. A cell
// is its channel, row and column; before them may stand the output channel whose kernels are seen.
// In an exercise, "ask=output" or "ask=1,5", all steps are done and some outputs asked for. Of a
// later layer, "cell=layer4,0,1,1": whether there is such a cell, only who works it out can tell.

import { firstAsked, readAsked, without, writeAsked } from "./asked.js";
import { work } from "./compute.js";
import { parse, write } from "./query.js";
import { exists, lastStep, total } from "./samples.js";

/** @import { Asked } from "./asked.js" */
/** @import { Model } from "./operations.js" */
/** @import { Named, Sample } from "./samples.js" */
/** @import { State } from "./settings.js" */

/**
 * @typedef {object} View
 * @property {State} state
 * @property {number} time
 * @property {Sample} chosen
 * @property {Asked} [asked]
 * @property {string} [later] The chosen cell of a later layer: "4,0,1,1".
 */

// A mail program may have encoded signs, broken lines, or ended the link with a bracket or a
// sentence's stop.
/** @param {string} text */
function mended(text) {
  let plain = text;
  try {
    plain = decodeURIComponent(plain);
  } catch {} // a sign of percent that is no code stands for itself, and is refused
  return plain.replace(/(&(amp;)*|;)+/g, "&").replace(/=3D/gi, "=").replaceAll("−", "-")
    .replace(/=?[\s\u00ad\u200b]+/g, "")
    .replace(/[.,&:!?)\]>"'»”’›]+$/, "");
}

// Take a part out of a text: its value, or nothing, and what is left.
/** @param {string} text @param {string} name @returns {[string | undefined, string]} */
function taken(text, name) {
  const parts = text.split("&");
  const those = parts.filter((part) => part.startsWith(`${name}=`));
  if (those.length > 1) throw new Error(`${name} is given twice`);
  return [those[0]?.slice(name.length + 1), parts.filter((part) => part !== those[0]).join("&")];
}

/** @param {Model} model @param {string} text @returns {Sample} */
function cellOf(model, text) {
  const found = /^(input|weight|output)((?:,\d{1,3}){3,4})$/.exec(text);
  const [column, row, channel, to = 0] = (found?.[2] ?? "").split(",").slice(1).map(Number)
    .reverse();
  const array = /** @type {Named} */ (found?.[1]);
  const sample = { array, channel, to: array === "output" ? channel : to, row, column };
  if (!found || !exists(model, sample)) throw new Error(`there is no cell ${text}`);
  return sample;
}

// What is chosen where a text does not say it.
/** @param {Model} model @param {number} time */
const homeOf = (model, time) => firstAsked(model) ?? lastStep(model, time);

/** @param {string} text @returns {View} */
export function readView(text) {
  const [step, others] = taken(mended(text), "step");
  const [cell, more] = taken(others, "cell");
  const [ask, settings] = taken(more, "ask");
  const state = parse(settings);
  const whole = work(state);
  const asked = readAsked(whole, ask);
  const model = without(whole, asked);
  const steps = total(model);
  const time = asked ? steps : step === undefined ? 1 : step === "all" ? steps : Number(step);
  if (!/^(\d{1,6}|all)$/.test(step ?? "1") || time > steps) {
    throw new Error(`there is no step ${step}`);
  }
  const later = state.then && /^layer([2-7](,\d{1,3}){3})$/.exec(cell ?? "")?.[1];
  const chosen = cell === undefined || later ? homeOf(model, time) : cellOf(model, cell);
  return { state, time, chosen, asked, later };
}

/** @param {Model} model @param {number} time @param {Sample} chosen @param {string} later */
export function writeView(model, time, { array, to, channel, row, column }, later) {
  const last = homeOf(model, time);
  const ask = writeAsked(model);
  const place = [...(array === "weight" || (array === "input" && to) ? [to] : []), channel, row,
    column].join();
  const moved = array !== last.array || place !== [last.channel, last.row, last.column].join();
  return [
    write(model.state),
    time === 1 || ask ? "" : `step=${time === total(model) ? "all" : time}`,
    later ? `cell=layer${later}` : moved ? `cell=${array},${place}` : "",
    ask,
  ].filter(Boolean).join("&");
}
