// A later layer as text, in the words that `python -m convdocs sizes` reads: "conv 1 2 k3 s2 p1".

import { wordsOf } from "./layer_call.js";
import { fault as misfit, settle } from "./limits.js";
import { boundsOf, DEFAULT } from "./settings.js";

/** @import { Operation, Setting, State } from "./settings.js" */

/**
 * @typedef {"conv" | "convT" | "maxpool" | "avgpool" | "relu"} Kind
 *
 * @typedef {object} Layer
 * @property {Kind} kind
 * @property {number[]} channels That it reads and gives; of a kind that takes any, none.
 * @property {Record<string, number[]>} numbers By setting, one or one for each axis.
 * @property {string[]} flags
 */

/** @type {Record<Kind, { title: string, operation?: Operation, takes: string, start: string }>} */
export const KINDS = {
  conv: { title: "Convolution", operation: "cross_correlate", takes: "k s p d g nobias",
    start: "k3 p1" },
  convT: { title: "Transposed convolution", operation: "conv_transpose",
    takes: "k s p op d g nobias", start: "k2 s2" },
  maxpool: { title: "Max pooling", operation: "max_pool", takes: "k s p d ceil", start: "k2" },
  avgpool: { title: "Average pooling", operation: "avg_pool", takes: "k s p ceil", start: "k2" },
  relu: { title: "ReLU", takes: "", start: "" },
};

/** @type {Record<string, Setting>} In the order in which they are written. */
export const LETTERS = {
  k: "kernel_size", s: "stride", p: "padding", op: "output_padding", d: "dilation", g: "groups",
};
const FLAGS = new Map([["bias=False", "nobias"], ["ceil_mode=True", "ceil"]]);
const MOST = 6; // layers

// The layers of a link's text, and back: "conv+1+2+k3,relu".
/** @param {string} then */
export const textsOf = (then) => (then ? then.replaceAll("+", " ").split(",") : []);
/** @param {string[]} texts */
export const thenOf = (texts) => texts.join(",").replaceAll(" ", "+");
/** @param {string[]} texts */
export const isFull = (texts) => texts.length >= MOST;

/** @param {Setting} name @param {number[]} numbers */
function outside(name, numbers) {
  const [least, most] = boundsOf(name);
  const odd = numbers.find((n) => n < least || n > most);
  return odd === undefined ? "" : `${name} goes from ${least} to ${most} here, not to ${odd}`;
}

// Take one word into a layer, or say why not.
/** @param {Layer} layer @param {string} word */
function take({ kind, numbers, flags }, word) {
  const takes = KINDS[kind].takes.split(" ");
  const flag = FLAGS.get(word) ?? word;
  if (takes.includes(flag) && !LETTERS[flag]) {
    const twice = flags.includes(flag);
    flags.push(flag);
    return twice ? `${flag} is given twice` : "";
  }
  const [, called, text] = /^([a-z_]+?)=?(\d{1,2}(?:x\d{1,2})?|same|valid)$/.exec(word) ?? [];
  const letter = takes.find((one) => (word.includes("=") ? LETTERS[one] : one) === called);
  const name = letter && LETTERS[letter];
  const worded = /^[sv]/.test(text);
  if (!name || (worded && letter !== "p")) return `${kind} has no such setting: ${word}`;
  if (numbers[name]) return `${name} is given twice`;
  if (text === "same") flags.push("psame");
  numbers[name] = worded ? [0] : text.split("x").map(Number);
  if (letter === "g" && numbers[name].length > 1) return "groups is one number";
  return outside(name, numbers[name]);
}

// The layer of a text, or in words what is wrong with it.
/** @param {string} text @returns {Layer | string} */
export function readLayer(text) {
  const [first, ...words] = wordsOf(text).trim().split(/\s+/);
  const called = first.toLowerCase();
  const kind = /** @type {Kind[]} */ (Object.keys(KINDS)).find((one) =>
    called === one.toLowerCase() || (one !== "relu" && called === `${one.toLowerCase()}2d`));
  if (!kind) return "a layer is one of conv, convT, maxpool, avgpool and relu";
  const others = words.findIndex((word) => !/^\d+$/.test(word));
  const channels = words.splice(0, others < 0 ? words.length : others).map(Number);
  const wanted = kind.startsWith("conv") ? 2 : 0;
  if (channels.length !== wanted) {
    return wanted ? `the channels that it reads and gives come first, as ${kind} 1 2`
      : `${kind} has no channels of its own`;
  }
  /** @type {Layer} */
  const layer = { kind, channels, numbers: {}, flags: [] };
  const fault = outside("in_channels", channels)
    || words.map((word) => take(layer, word)).find(Boolean);
  if (fault) return fault;
  return kind === "relu" || layer.numbers.kernel_size ? layer
    : "its kernel_size is missing, as k3";
}

// The shortest text of a layer.
/** @param {Layer} layer */
export function writeLayer({ kind, channels, numbers, flags }) {
  const settings = Object.entries(LETTERS)
    .filter(([letter, name]) => numbers[name] && !flags.includes(`${letter}same`))
    .map(([letter, name]) => letter + [...new Set(numbers[name])].join("x"));
  return [kind, ...channels, ...settings, ...flags].join(" ");
}

/**
 * The state in which an explorer would compute a layer, or in words why it does not fit.
 * @param {Layer} layer
 * @param {number[]} shape Channels, height and width of what comes.
 * @param {number[]} values
 * @param {number} place In the stack: from it come the weights.
 * @returns {State | string}
 */
export function stateOf({ kind, channels, numbers, flags }, [come, ...size], values, place) {
  const [reads, gives] = channels.length ? channels : [come, come];
  if (reads !== come) return `it reads ${reads} channel${reads > 1 ? "s" : ""}, ${come} come`;
  /** @param {string} name @param {number[]} otherwise */
  const pair = (name, otherwise) => {
    const given = numbers[name] ?? otherwise;
    return given.length > 1 ? given : [given[0], given[0]];
  };
  const padding = pair("padding", [0]).flatMap((side) => [side, side]);
  const state = settle({
    ...DEFAULT,
    operation: KINDS[kind].operation ?? DEFAULT.operation,
    size,
    kernel_size: pair("kernel_size", [1]),
    stride: pair("stride", kind.endsWith("pool") ? numbers.kernel_size : [1]),
    dilation: pair("dilation", [1]),
    padding,
    same: flags.includes("psame"),
    output_padding: pair("output_padding", [0]),
    ceil_mode: flags.includes("ceil"),
    in_channels: come,
    out_channels: gives,
    groups: numbers.groups?.[0] ?? 1,
    input: { shape: [1, come, ...size], values },
    weight: `random-${place}`,
  });
  return outside("stride", state.stride) || misfit(state) || state;
}

// The texts with each convolution reading as many channels as come.
/** @param {string[]} texts @param {number} come */
export const threaded = (texts, come) => texts.map((text) => {
  const layer = readLayer(text);
  if (typeof layer === "string" || !layer.channels.length) return text;
  const [, gives] = layer.channels;
  layer.channels = [come, gives];
  come = gives;
  return writeLayer(layer);
});
