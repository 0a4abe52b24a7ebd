// Which states can exist, and in words why the others cannot.

import { samePadding, span } from "./geometry.js";
import { axisOf, kindOf, OPERATIONS } from "./operations.js";

// The least and the most that each setting may be, whatever the others are.
export const BOUNDS = {
  size: [1, 16],
  kernel_size: [1, 16],
  stride: [1, 8],
  padding: [0, 8],
  dilation: [1, 8],
  output_padding: [0, 7],
  in_channels: [1, 4],
  out_channels: [1, 4],
  groups: [1, 4],
};
const WIDEST = 32; // cells of a grid, along an axis
export const AXES = ["height", "width"];

export const DEFAULT = {
  operation: "cross_correlate",
  size: [5, 5],
  kernel_size: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0], // above, below, left, right
  same: false,
  padding_mode: "zeros",
  output_padding: [0, 0],
  ceil_mode: false,
  count_include_pad: true,
  in_channels: 1,
  out_channels: 1,
  groups: 1,
  input: "ramp",
  weight: "ramp",
};

// Which operations, or kinds of them, have a setting in PyTorch; the others all have.
const HAVE = {
  padding_mode: ["direct"],
  same: ["direct"],
  output_padding: ["transposed"],
  ceil_mode: ["pool"],
  count_include_pad: ["avg_pool"],
  dilation: ["direct", "transposed", "max_pool"],
  groups: ["direct", "transposed"],
};

export const titleOf = (name) => name.replace("same", "padding='same'");

function faultOfOperation(s) {
  const lacks = (name) => String(s[name]) !== String(DEFAULT[name])
    && !HAVE[name].some((one) => one === s.operation || one === kindOf(s));
  const lacking = Object.keys(HAVE).find(lacks);
  if (lacking) {
    const title = OPERATIONS[s.operation].title.toLowerCase();
    return `${title} has no ${titleOf(lacking)} in PyTorch`;
  }
  const odd = ["in_channels", "out_channels"].find((name) => s[name] % s.groups);
  return odd ? `groups=${s.groups} does not divide ${odd}=${s[odd]}` : "";
}

function faultOfAxis(s, a) {
  const kind = kindOf(s);
  const [size, taps, stride, dilation, extra] =
    ["size", "kernel_size", "stride", "dilation", "output_padding"].map((name) => s[name][a]);
  const [before, after] = s.padding.slice(2 * a, 2 * a + 2);
  const most = Math.max(before, after);
  if (s.same && stride > 1) return `padding='same' needs stride 1, not ${stride}`;
  if (kind !== "direct" && before !== after) return "PyTorch pads both sides alike here";
  if (s.padding_mode === "reflect" && most >= size) return `${size} cells cannot reflect ${most}`;
  if (s.padding_mode === "circular" && most > size) return `${most} cells go round ${size} twice`;
  if (kind === "pool" && before > taps >> 1) {
    return `pooling pads at most half the kernel, not ${before} for ${taps}`;
  }
  if (extra && extra >= Math.max(stride, dilation)) {
    return `output_padding=${extra} is not below stride=${stride} or dilation=${dilation}`;
  }
  const axis = axisOf(s, a);
  if (axis.outputs < 1) {
    return kind === "transposed" ? `padding=${before} leaves nothing of the ${AXES[a]}`
      : `the kernel spans ${span(taps, dilation)}, the padded ${AXES[a]} is ${axis.padded}`;
  }
  const widest = Math.max(axis.length, axis.outputs);
  return widest > WIDEST ? `a grid of ${widest} cells has no room` : "";
}

// Why can this state not exist? Nothing if it can: PyTorch takes it, and there is room for it.
export const fault = (s) => faultOfOperation(s) || faultOfAxis(s, 0) || faultOfAxis(s, 1);

// Settings that others decide.
function settle(s) {
  const padding = s.same
    ? [0, 1].flatMap((a) => samePadding(s.kernel_size[a], s.dilation[a])) : s.padding;
  return { ...s, padding, out_channels: kindOf(s) === "pool" ? s.in_channels : s.out_channels };
}

// The state with one setting changed, and with it what belongs to it: the other axis if they
// are tied, the opposite side where PyTorch pads both alike, the channels of pooling.
export function changed(s, name, index, value, tied) {
  const next = { ...s, [name]: value };
  if (Array.isArray(s[name])) {
    const pairs = name === "padding" && kindOf(s) !== "direct";
    next[name] = s[name].map((old, k) =>
      (tied || k === index || (pairs && k >> 1 === index >> 1) ? value : old));
  }
  if (name === "padding") next.same = false;
  if (name === "same" && !value) next.padding = DEFAULT.padding;
  if (name === "out_channels" && kindOf(s) === "pool") next.in_channels = value;
  return settle(next);
}

// The state with height's settings for the width, and one padding for all sides.
export function alike(s) {
  const first = ([name, value]) => [name, Array.isArray(value) ? value.map(() => value[0]) : value];
  return settle(Object.fromEntries(Object.entries(s).map(first)));
}

// How far can a setting move from where it is, and what stops it there?
export function reach(s, name, index, tied) {
  const step = name.endsWith("channels") ? s.groups : 1;
  const now = Array.isArray(s[name]) ? s[name][index] : s[name];
  const [least, most] = BOUNDS[name];
  const go = (by) => {
    let value = now;
    while (value + by >= least && value + by <= most) {
      const why = fault(changed(s, name, index, value + by, tied));
      if (why) return [value, why];
      value += by;
    }
    return [value, ""];
  };
  const [[min, below], [max, above]] = [go(-step), go(step)];
  return { now, min, max, step, below, above };
}

// The state that can exist with as much as possible of the wanted one, and what gave way.
export function fitted(wanted) {
  if (!fault(settle(wanted))) return [settle(wanted), []];
  let state = { ...DEFAULT, operation: wanted.operation, kernel_size: [1, 1] };
  const gave = [];
  for (const name of Object.keys(DEFAULT)) {
    const next = settle({ ...state, [name]: wanted[name] });
    if (fault(next)) gave.push(name);
    else state = next;
  }
  return [state, gave];
}
