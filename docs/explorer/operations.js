// What each operation computes, on flat arrays of integers.

import { directAxis, numbersTo, tabulate, transposedAxis } from "./geometry.js";
import { values } from "./fills.js";

export const OPERATIONS = {
  cross_correlate: { title: "Cross-correlation", kind: "direct" },
  convolve: { title: "Convolution (kernel flipped)", kind: "direct" },
  conv_transpose: { title: "Transposed convolution", kind: "transposed" },
  max_pool: { title: "Max pooling", kind: "pool" },
  avg_pool: { title: "Average pooling", kind: "pool" },
};

export const kindOf = (state) => OPERATIONS[state.operation].kind;

export function axisOf(state, a) {
  const common = {
    size: state.size[a],
    taps: state.kernel_size[a],
    stride: state.stride[a],
    before: state.padding[2 * a],
    dilation: state.dilation[a],
  };
  return kindOf(state) === "transposed"
    ? transposedAxis({ ...common, extra: state.output_padding[a] })
    : directAxis({
      ...common,
      after: state.padding[2 * a + 1],
      mode: state.padding_mode,
      ceil: state.ceil_mode,
      flip: state.operation === "convolve",
    });
}

export function shapeOf(state, name) {
  const { in_channels: ins, out_channels: outs, groups } = state;
  if (name === "input") return [1, ins, ...state.size];
  const channels = kindOf(state) === "transposed" ? [ins, outs / groups] : [outs, ins / groups];
  return [...channels, ...state.kernel_size];
}

// A model is a state worked out: axes, values and outputs.
export function work(state) {
  const kind = kindOf(state);
  const axes = [0, 1].map((a) => tabulate(axisOf(state, a)));
  const x = values(state.input, shapeOf(state, "input"), false);
  const w = kind === "pool" ? [] : values(state.weight, shapeOf(state, "weight"), true);
  const model = { state, kind, axes, x, w };
  model.output = kind === "transposed" ? scatter(model, x.length) : gather(model, x);
  return model;
}

// The channels that an output channel reads (or, the other way round, that an input feeds).
export function partners({ state, kind }, channel, toInputs) {
  if (kind === "pool") return [channel];
  const [ins, outs] = [state.in_channels / state.groups, state.out_channels / state.groups];
  const [mine, theirs] = toInputs ? [outs, ins] : [ins, outs];
  return numbersTo(theirs).map((k) => Math.floor(channel / mine) * theirs + k);
}

export function weightAt({ state, kind }, from, to, row, column) {
  const [ins, outs] = [state.in_channels / state.groups, state.out_channels / state.groups];
  const pair = kind === "transposed" ? from * outs + (to % outs) : to * ins + (from % ins);
  return (pair * state.kernel_size[0] + row) * state.kernel_size[1] + column;
}

// The place of a position of the framed input among the flat inputs; -1 for padding.
export function inputAt({ axes }, channel, row, column) {
  const r = axes[0].sources[row];
  const c = axes[1].sources[column];
  return r < 0 || c < 0 ? -1 : (channel * axes[0].size + r) * axes[1].size + c;
}

// Channel, row and column of a place among flat inputs ("size") or outputs ("outputs").
export function unflatten({ axes }, k, count) {
  const [height, width] = axes.map((axis) => axis[count]);
  return [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
}

// What stands at a padded position of the framed input; null past the padding.
export function padding({ state, axes }, row, column) {
  if (row >= axes[0].padded || column >= axes[1].padded) return null;
  return state.operation === "max_pool" ? -Infinity : 0;
}

// Call `use` with every product of one output, padding included, in the order of the taps.
function everyTerm(model, x, channel, row, column, use) {
  const [rows, columns] = model.axes;
  const pools = model.kind === "pool";
  for (const from of partners(model, channel, true)) {
    let next = weightAt(model, from, channel, 0, 0);
    for (const r of rows.reads[row]) {
      for (const c of columns.reads[column]) {
        const index = inputAt(model, from, r, c);
        use(index < 0 ? padding(model, r, c) : x[index], pools ? 1 : model.w[next], index);
        next += 1;
      }
    }
  }
}

export function terms(model, x, channel, row, column) {
  const all = [];
  everyTerm(model, x, channel, row, column, (value, w, index) => all.push({ x: value, w, index }));
  return all;
}

// What average pooling divides by: past the padding nothing is ever counted.
export function divisor({ state, axes: [rows, columns] }, row, column) {
  const counted = (axis, o) => axis.reads[o].filter((q) =>
    (state.count_include_pad ? q < axis.padded : axis.sources[q] >= 0)).length;
  return counted(rows, row) * counted(columns, column);
}

export function gather(model, x) {
  const { state, axes: [rows, columns] } = model;
  const largest = state.operation === "max_pool";
  return numbersTo(state.out_channels * rows.outputs * columns.outputs).map((k) => {
    const [channel, row, column] = unflatten(model, k, "outputs");
    let total = largest ? -Infinity : 0;
    everyTerm(model, x, channel, row, column, (value, w) => {
      total = largest ? Math.max(total, value ?? total) : total + value * w;
    });
    return state.operation === "avg_pool" ? total / divisor(model, row, column) : total;
  });
}

// The other definition of the transposed convolution: the first `count` inputs, one by one,
// add their stamp, the input times the kernel, to the output.
export function scatter(model, count) {
  const { state, axes: [rows, columns], x, w } = model;
  const output = new Array(state.out_channels * rows.outputs * columns.outputs).fill(0);
  const inside = (axis, o) => o >= 0 && o < axis.outputs;
  for (let k = 0; k < count; k++) {
    const [from, r, c] = unflatten(model, k, "size");
    for (const to of partners(model, from, false)) {
      for (let i = 0; i < rows.taps; i++) {
        const row = rows.to(r, i);
        for (let j = 0; inside(rows, row) && j < columns.taps; j++) {
          const column = columns.to(c, j);
          if (!inside(columns, column)) continue;
          output[(to * rows.outputs + row) * columns.outputs + column]
            += x[k] * w[weightAt(model, from, to, i, j)];
        }
      }
    }
  }
  return output;
}
