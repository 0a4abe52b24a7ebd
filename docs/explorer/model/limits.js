// Which states can exist, and in words why the others cannot.

import { samePadding, span } from "./geometry.js";
import { axisOf } from "./operations.js";
import {
  AXES, boundsOf, DEFAULT, differ, familyOf, has, KERNELS, OPERATIONS, PRODUCTS, ROOM, SETTINGS,
  WAITING, WIDEST_GAUSSIAN, writtenOf,
} from "./settings.js";

/** @import { Setting, State } from "./settings.js" */

/** @param {Setting} name */
export const titleOf = (name) => writtenOf(name)?.replace(/=(.*)/, "='$1'") ?? name;

/** @param {State} s */
function faultOfOperation(s) {
  const isSet = differ(s, DEFAULT);
  const lacking = SETTINGS.find((name) => !WAITING.includes(name) && !has(s, name) && isSet(name));
  if (lacking) {
    const title = OPERATIONS[s.operation].title.toLowerCase();
    return `${title} has no ${titleOf(lacking)} in PyTorch`;
  }
  const odd = /** @type {const} */ (["in_channels", "out_channels"])
    .find((name) => s[name] % s.groups);
  return odd ? `groups=${s.groups} does not divide ${odd}=${s[odd]}` : "";
}

// Why the named kernel is none of this size.
/** @param {State} s */
function faultOfKernel({ operation, weight, kernel_size: taps }) {
  if (OPERATIONS[operation].family === "pool" || typeof weight !== "string") return "";
  const rows = KERNELS[weight];
  if (rows && (taps[0] !== rows.length || taps[1] !== rows[0].length)) {
    return `${weight} is a kernel of ${rows.length} × ${rows[0].length}, not ${taps.join(" × ")}`;
  }
  return weight === "gaussian" && Math.max(...taps) > WIDEST_GAUSSIAN
    ? `${weight} goes up to ${WIDEST_GAUSSIAN}, not to ${Math.max(...taps)}` : "";
}

// A transposed convolution works for each input, the others for each output.
/** @param {State} s */
function faultOfWork(s) {
  const transposed = familyOf(s) === "transposed";
  const pairs = familyOf(s) === "pool" ? s.in_channels
    : (s.in_channels * s.out_channels) / s.groups;
  const count = [0, 1].reduce((product, a) =>
    product * s.kernel_size[a] * (transposed ? s.size[a] : axisOf(s, a).outputs), pairs);
  return count > PRODUCTS ? `${count} products take too long, more than ${PRODUCTS} do` : "";
}

/** @param {State} s @param {number} a */
function faultOfAxis(s, a) {
  const family = familyOf(s);
  const [size, taps, stride, dilation, extra] =
    [s.size, s.kernel_size, s.stride, s.dilation, s.output_padding].map((setting) => setting[a]);
  const [before, after] = s.padding.slice(2 * a, 2 * a + 2);
  const most = Math.max(before, after);
  const [, widestPadding] = boundsOf("padding"); // which 'same' may pass, and nothing else
  if (s.same && stride > 1) return `padding='same' needs stride 1, not ${stride}`;
  if (!s.same && most > widestPadding) return `padding goes up to ${widestPadding}, not ${most}`;
  if (family !== "direct" && before !== after) return "PyTorch pads both sides alike here";
  if (s.padding_mode === "reflect" && most >= size) return `${size} cells cannot reflect ${most}`;
  if (s.padding_mode === "circular" && most > size) return `${most} cells go round ${size} twice`;
  if (family === "pool" && before > taps >> 1) {
    return `pooling pads at most half the kernel, not ${before} for ${taps}`;
  }
  if (extra && extra >= Math.max(stride, dilation)) {
    return `output_padding=${extra} is not below stride=${stride} or dilation=${dilation}`;
  }
  const axis = axisOf(s, a);
  if (axis.outputs < 1) {
    return family === "transposed" ? `padding=${before} leaves nothing of the ${AXES[a]}`
      : `the kernel spans ${span(taps, dilation)}, the padded ${AXES[a]} is ${axis.padded}`;
  }
  const widest = Math.max(axis.length, axis.outputs);
  return widest > ROOM ? `a grid of ${widest} cells has no room, only one of ${ROOM}` : "";
}

// Why can this state not exist? Nothing if it can: PyTorch takes it, and there is room for it.
/** @param {State} s */
export const fault = (s) => faultOfOperation(s) || faultOfAxis(s, 0) || faultOfAxis(s, 1)
  || faultOfKernel(s) || faultOfWork(s);

// Settings that others decide.
/** @param {State} s @returns {State} */
export function settle(s) {
  const padding = s.same
    ? [0, 1].flatMap((a) => samePadding(s.kernel_size[a], s.dilation[a])) : s.padding;
  return { ...s, padding, out_channels: familyOf(s) === "pool" ? s.in_channels : s.out_channels };
}

// The state that can exist with as much as possible of the wanted one.
/** @param {State} wanted */
export function fitted(wanted) {
  if (!fault(settle(wanted))) return settle(wanted);
  /** @type {State} */
  let state = { ...DEFAULT, operation: wanted.operation, kernel_size: [1, 1] };
  for (const name of SETTINGS) {
    const next = settle({ ...state, [name]: wanted[name] });
    if (!fault(next)) state = next;
  }
  return state;
}
