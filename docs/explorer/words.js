// A state in words, formulas and PyTorch.

import { numbersTo } from "./geometry.js";
import { divisor, shapeOf, terms } from "./operations.js";

// A number as the cells show it: a true minus, and two decimals, or digits, where it is no integer.
export function show(number) {
  if (number === null) return "";
  const size = Math.abs(number);
  const short = size < 0.1 ? Number(size.toPrecision(2)) : Math.round(size * 100) / 100;
  return (number < 0 ? "−" : "") + (size === Infinity ? "∞" : short);
}

const signed = (number) => (number < 0 ? `(${show(number)})` : show(number));

// The sum of one output: its terms, and what stands around them. The stuffed zeros of a
// transposed convolution are left out, and so is what pooling does not count.
export function sum(model, x, { channel, row, column }) {
  const { state, kind } = model;
  const counts = ({ x: value, index }) => index >= 0 || (value !== null && (kind === "direct"
    || (state.operation === "avg_pool" && state.count_include_pad)));
  const counted = terms(model, x, channel, row, column).filter(counts).map((term) => ({
    x: state.operation === "max_pool" ? show(term.x) : signed(term.x),
    w: kind === "pool" ? "" : signed(term.w),
    padding: term.index < 0,
  }));
  const [open, between, close] = {
    max_pool: ["max(", ", ", ")"],
    avg_pool: ["(", " + ", `) / ${divisor(model, row, column)}`],
  }[state.operation] ?? ["", " + ", ""];
  return { open, between, close, terms: counted };
}

// The size of the output along an axis: the formula, the same with its numbers, and a remark.
export function sizeFormula({ state, kind, axes }, a) {
  const { dropped } = axes[a];
  const [open, close] = state.ceil_mode ? "⌈⌉" : "⌊⌋";
  const formula = (of, padding) => {
    const reach = `${of("dilation")}·(${of("kernel_size")} − 1)`;
    return kind === "transposed"
      ? `(${of("size")} − 1)·${of("stride")} − 2·${of("padding")} + ${reach} + ${of("output_padding")} + 1`
      : `${open}(${of("size")} + ${padding} − ${reach} − 1) / ${of("stride")}${close} + 1${
        dropped ? " − 1" : ""}`;
  };
  return [
    formula((name) => name, ["above + below", "left + right"][a]),
    formula((name) => state[name][name === "padding" ? 2 * a : a],
      state.padding.slice(2 * a, 2 * a + 2).join(" + ")),
    dropped ? ": a last window past the input is dropped" : "",
  ];
}

// One sentence on the chosen cell, for everybody and for screen readers. Padding and stuffed
// zeros are no inputs.
export function sentence({ axes: [rows, columns] }, { kind, channel, row, column, to }, lights, text) {
  const many = (light, one, at) => {
    const real = (axis, places) => new Set(places.map((k) => at(axis, k)).filter((k) => k >= 0)).size;
    const n = light.channels.length * real(rows, light.rows) * real(columns, light.columns);
    return `${n} ${one}${n === 1 ? "" : "s"}`;
  };
  const inputs = many(lights.input, "input", (axis, q) => axis.sources[q]);
  const outputs = many(lights.output, "output", (axis, o) => o);
  const [r, c] = kind === "input" ? [rows.sources[row], columns.sources[column]] : [row, column];
  const [name, does] = {
    input: ["Input", `feeds ${outputs}`],
    weight: [`Weight to output channel ${to}`, `multiplies ${inputs}, for ${outputs}`],
    output: ["Output", `reads ${inputs}`],
  }[kind];
  const place = r < 0 || c < 0 ? `${text ? "Padding" : "Past the padding"} of channel ${channel}`
    : `${name}, channel ${channel}, row ${r}, column ${c}`;
  return `${place}: ${text || "nothing"}. It ${does}.`;
}

function tensor(values, [length, ...rest]) {
  if (!length) return values[0];
  const part = values.length / length;
  const row = (k) => tensor(values.slice(k * part, (k + 1) * part), rest);
  return `[${numbersTo(length).map(row).join(", ")}]`;
}

// The lines that compute the same output.
export function pytorch({ state, kind, x, w }) {
  const [above, below, left, right] = state.padding;
  const args = [];
  const give = (name, pair, neutral) => {
    if (pair.some((n) => n !== neutral)) args.push(`${name}=(${pair.join(", ")})`);
  };
  const plain = state.padding_mode === "zeros";
  const apart = !plain || (!state.same && (above !== below || left !== right));
  give("stride", state.stride, kind === "pool" ? 0 : 1); // silent, pooling strides by its kernel
  if (state.same && plain) args.push('padding="same"');
  else if (!apart) give("padding", [above, left], 0);
  give("output_padding", state.output_padding, 0);
  give("dilation", state.dilation, 1);
  if (state.groups > 1) args.push(`groups=${state.groups}`);
  if (state.ceil_mode) args.push("ceil_mode=True");
  if (!state.count_include_pad) args.push("count_include_pad=False");
  const call = { direct: "conv2d", transposed: "conv_transpose2d", pool: `${state.operation}2d` }[kind];
  const second = kind === "pool" ? `(${state.kernel_size.join(", ")})`
    : state.operation === "convolve" ? "w.flip(-2, -1)" : "w";
  const define = (name, values, shape) =>
    `${name} = torch.tensor(${tensor(values, shape)}, dtype=torch.float32)`;
  return [
    "import torch",
    "import torch.nn.functional as F",
    define("x", x, shapeOf(state, "input")),
    kind === "pool" ? "" : define("w", w, shapeOf(state, "weight")),
    apart ? `x = F.pad(x, (${left}, ${right}, ${above}, ${below}), mode="${
      plain ? "constant" : state.padding_mode}")` : "",
    `y = F.${call}(${["x", second, ...args].join(", ")})`,
  ].filter(Boolean).join("\n");
}
