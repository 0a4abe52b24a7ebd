// A state in words, formulas and PyTorch.

import { range } from "./geometry.js";
import { isAsked } from "./asked.js";
import { fraction, show, writeNumber } from "./numbers.js";
import { divisor, shapeOf, terms } from "./operations.js";

/** @import { Axis } from "./geometry.js" */
/** @import { Light, Lights } from "./lighting.js" */
/** @import { Model } from "./operations.js" */
/** @import { Sample } from "./samples.js" */

/**
 * @typedef {{ x: string, w: string, product: string, padding: boolean }} Factor Of pooling, no
 *   product: it takes the numbers themselves.
 * @typedef {object} Sum
 * @property {string} open
 * @property {string} between
 * @property {string} close
 * @property {Factor[]} terms
 * @property {string} bias Empty where nothing is added.
 */

/** @param {number | null} number @param {number} [common] */
export const signed = (number, common) =>
  ((number ?? 0) < 0 ? `(${show(number, common)})` : show(number, common));

// The sum of one output: its terms, and what stands around them. The stuffed zeros of a
// transposed convolution are left out, and so is what pooling does not count.
/** @param {Model} model @param {number[]} x @param {Sample} output @returns {Sum} */
export function sum(model, x, output) {
  if (isAsked(model, output)) return { open: "…", between: "", close: "", terms: [], bias: "" };
  const { channel, row, column } = output;
  const { state, family } = model;
  const counted = terms(model, x, [channel, row, column]).filter((term) => term.index >= 0
    || (term.x !== null && (family === "direct"
      || (state.operation === "avg_pool" && state.count_include_pad))));
  const factors = counted.map((term) => ({
    x: state.operation === "max_pool" ? show(term.x) : signed(term.x),
    w: family === "pool" ? "" : signed(term.w, model.common),
    product: family === "pool" ? "" : show((term.x ?? 0) * term.w),
    padding: term.index < 0,
  }));
  const bias = model.b[channel] ? signed(model.b[channel]) : "";
  const around = { open: "", between: " + ", close: "", terms: factors, bias };
  if (state.operation === "max_pool") return { ...around, open: "max(", between: ", ", close: ")" };
  if (state.operation !== "avg_pool") return around;
  return { ...around, open: "(", close: `) / ${divisor(model, row, column)}` };
}

// A sum for a view: the classes of each part, and its texts.
/** @param {string} text @param {Sum} sum @returns {string[][]} */
export const sumParts = (text, { open, between, close, terms: factors, bias }) => [
  ["output", text], ["", ` = ${open}`],
  ...factors.flatMap(({ x, w, product, padding }, k) => [["", k ? between : ""],
    [padding ? "term padding" : "term", x, ...(w ? [w, ` = ${product}`] : [])]]),
  ["", factors.length || open ? close : bias ? "" : "0"],
  ...(bias ? [["", factors.length ? " + " : ""], ["bias", bias]] : []),
];

// The size of the output along an axis: the formula, the same with its numbers, and a remark.
/** @param {Model} model @param {number} a */
export function sizeFormula({ state, family, axes }, a) {
  const { dropped } = axes[a];
  const [open, close] = state.ceil_mode ? "⌈⌉" : "⌊⌋";
  const less = dropped ? " − 1" : "";
  /**
   * @typedef {"size" | "kernel_size" | "stride" | "dilation" | "output_padding"} Pair
   * @param {(name: Pair | "padding") => string | number} of
   * @param {string} padding
   */
  const formula = (of, padding) => {
    const reach = `${of("dilation")}·(${of("kernel_size")} − 1)`;
    const [size, stride] = [of("size"), of("stride")];
    return family !== "transposed"
      ? `${open}(${size} + ${padding} − ${reach} − 1) / ${stride}${close} + 1${less}`
      : `(${size} − 1)·${stride} − 2·${of("padding")} + ${reach} + ${of("output_padding")} + 1`;
  };
  return [
    formula((name) => name, ["above + below", "left + right"][a]),
    formula((name) => state[name][name === "padding" ? 2 * a : a],
      state.padding.slice(2 * a, 2 * a + 2).join(" + ")),
    dropped ? ": a last window past the input is dropped" : "",
  ];
}

// Which channel, where there are some.
/** @param {Model} model @param {number} channel */
export const which = ({ state }, channel) =>
  (state.in_channels + state.out_channels > 2 ? `, channel ${channel}` : "");

/**
 * One sentence on the chosen cell, for everybody and for screen readers. Padding and stuffed zeros
 * are no inputs.
 * @param {Model} model
 * @param {Sample} sample
 * @param {Lights} lights
 * @param {string} text What is written in the cell.
 */
export function sentence(model, sample, lights, text) {
  const { axes: [rows, columns], b } = model;
  const { array, channel, row, column, to } = sample;
  /** @param {Light} light @param {string} one @param {(axis: Axis, k: number) => number} at */
  const many = (light, one, at) => {
    /** @param {Axis} axis @param {number[]} places */
    const real = (axis, places) =>
      new Set(places.map((k) => at(axis, k)).filter((k) => k >= 0)).size;
    const n = light.channels.length * real(rows, light.rows) * real(columns, light.columns);
    return `${n} ${one}${n === 1 ? "" : "s"}`;
  };
  const inputs = many(lights.input, "input", (axis, q) => axis.sources[q]);
  const outputs = many(lights.output, "output", (_, o) => o);
  const [r, c] = array === "input" ? [rows.sources[row], columns.sources[column]] : [row, column];
  const whose = which(model, channel);
  const [name, does] = {
    input: ["Input", `feeds ${outputs}`],
    weight: [`Weight${whose && ` to output channel ${to}`}`,
      `multiplies ${inputs}, for ${outputs}`],
    output: ["Output",
      `reads ${inputs}${b[channel] ? `, and adds the bias ${show(b[channel])}` : ""}`],
  }[array];
  const place = r < 0 || c < 0 ? `${text ? "Padding" : "Past the padding"}${whose}`
    : `${name}${whose}, row ${r}, column ${c}`;
  if (isAsked(model, sample)) return `${place}: which number is it? Type it.`;
  return `${place}: ${text || "nothing"}. It ${does}.`;
}

/** @param {number[]} values @param {number[]} shape @param {number} common @returns {string} */
function tensor(values, [length, ...rest], common) {
  if (!length) return fraction(values[0], common) ?? writeNumber(values[0]);
  const part = values.length / length;
  const rows = range(length).map((k) =>
    tensor(values.slice(k * part, (k + 1) * part), rest, common));
  return `[${rows.join(", ")}]`;
}

// The arguments with which PyTorch does the same, and whether it must pad before, by itself.
/** @param {Model} model */
export function argumentsOf({ state, family }) {
  const [above, below, left, right] = state.padding;
  /** @type {string[]} */
  const args = [];
  /** @param {string} name @param {number[]} pair @param {number} neutral */
  const give = (name, pair, neutral) => {
    if (pair.some((n) => n !== neutral)) args.push(`${name}=(${pair.join(", ")})`);
  };
  const plain = state.padding_mode === "zeros";
  const apart = !plain || (!state.same && (above !== below || left !== right));
  give("stride", state.stride, family === "pool" ? 0 : 1); // silent, pooling strides by its kernel
  if (state.same && plain) args.push('padding="same"');
  else if (!apart) give("padding", [above, left], 0);
  give("output_padding", state.output_padding, 0);
  give("dilation", state.dilation, 1);
  if (state.groups > 1) args.push(`groups=${state.groups}`);
  if (state.ceil_mode) args.push("ceil_mode=True");
  if (!state.count_include_pad) args.push("count_include_pad=False");
  return { args, apart };
}

// The lines that compute the same output.
/** @param {Model} model */
export function pytorch(model) {
  const { state, family, x, w, common, b } = model;
  const [above, below, left, right] = state.padding;
  const { args, apart } = argumentsOf(model);
  const biased = b.some(Boolean);
  const mode = state.padding_mode === "zeros" ? "constant" : state.padding_mode;
  const call = { direct: "conv2d", transposed: "conv_transpose2d",
    pool: `${state.operation}2d` }[family];
  const second = family === "pool" ? `(${state.kernel_size.join(", ")})`
    : state.operation === "convolve" ? "w.flip(-2, -1)" : "w";
  /** @param {string} name @param {number[]} values @param {number[]} shape */
  const define = (name, values, shape) => `${name} = torch.tensor(${
    tensor(values, shape, name === "w" ? common : 1)}, dtype=torch.float32)`;
  return [
    "import torch",
    "import torch.nn.functional as F",
    define("x", x, shapeOf(state, "input")),
    family === "pool" ? "" : define("w", w, shapeOf(state, "weight")),
    biased ? define("b", b, [b.length]) : "",
    apart ? `x = F.pad(x, (${left}, ${right}, ${above}, ${below}), mode="${mode}")` : "",
    `y = F.${call}(${["x", second, ...(biased ? ["b"] : []), ...args].join(", ")})`,
  ].filter(Boolean).join("\n");
}
