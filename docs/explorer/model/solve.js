// Sizes the other way round: which settings take one size to another? Simplest first, within the
// bounds and in the order of `convdocs.solve`.

import { directAxis, range, span, transposedAxis } from "./geometry.js";
import { fault, settle } from "./limits.js";
import { boundsOf, DEFAULT } from "./settings.js";

/** @import { Setting, State } from "./settings.js" */

/**
 * @typedef {object} Found What a layer is set to along an axis; the padding is that of either side.
 * @property {number} kernel_size
 * @property {number} stride
 * @property {number} padding
 * @property {number} output_padding
 * @property {number} dilation
 */

const MOST = { kernel_size: 16, stride: 16, padding: 8, dilation: 4 };

// Everything within the bounds. A kernel of one tap has nothing to dilate.
function* tried() {
  for (const k of range(MOST.kernel_size)) {
    for (const d of range(k ? MOST.dilation : 1)) {
      for (const s of range(MOST.stride)) {
        for (const padding of range(MOST.padding + 1)) {
          yield { kernel_size: k + 1, stride: s + 1, padding, output_padding: 0, dilation: d + 1 };
        }
      }
    }
  }
}

/** @param {number[]} one @param {number[]} other */
function compare(one, other) {
  const k = one.findIndex((n, i) => n !== other[i]);
  return k < 0 ? 0 : one[k] - other[k];
}

/** @param {Found[]} all @param {(found: Found) => (number | boolean)[]} order */
const sorted = (all, order) => all.map((found) => ({ found, key: order(found).map(Number) }))
  .toSorted((one, other) => compare(one.key, other.key)).map(({ found }) => found);

/** @param {number} size @param {number} wanted @returns {Found[]} */
export function solveDirect(size, wanted) {
  const all = [...tried()].filter(({ kernel_size: taps, stride, padding, dilation }) =>
    directAxis({ size, taps, stride, before: padding, after: padding, dilation, mode: "zeros",
      ceil: false, flip: false }).outputs === wanted);
  return sorted(all, ({ kernel_size: k, stride: s, padding: p, dilation: d }) => {
    const reach = span(k, d);
    const makesUp = wanted > 1 && reach - s <= 2 * p && 2 * p < reach;
    const wrong = makesUp ? Number(wanted * s !== size) : 2;
    return [d, k < s && wanted > 1, wrong, s, k % 2 === 0, k, p];
  });
}

/** @param {number} size @param {number} wanted @returns {Found[]} */
export function solveTransposed(size, wanted) {
  const all = [...tried()].filter((found) => {
    const { kernel_size: taps, stride, padding: before, dilation } = found;
    const { outputs } = transposedAxis({ size, taps, stride, before, dilation, extra: 0 });
    found.output_padding = wanted - outputs;
    return found.output_padding >= 0 && found.output_padding < Math.max(stride, dilation);
  });
  return sorted(all, (found) => {
    const { kernel_size: k, stride: s, padding: p, output_padding: extra, dilation: d } = found;
    const multiplies = (size - 1) * s < wanted && wanted <= size * s;
    return [d, k < s && size > 1, !multiplies, s, extra, k % s > 0, k, p];
  });
}

/**
 * The state in which an explorer shows what was found, or in words why it has no room for it.
 * @param {State} state
 * @param {Found} found
 * @param {number} size
 * @param {boolean} transposed
 */
export function placed(state, found, size, transposed) {
  const all = { ...found, size };
  for (const [name, number] of Object.entries(all)) {
    const [, most] = boundsOf(/** @type {Setting} */ (name));
    if (number > most) return `${name} goes to ${most} here, not to ${number}`;
  }
  const operation = transposed ? "conv_transpose" : "cross_correlate";
  const plain = { same: DEFAULT.same, padding_mode: DEFAULT.padding_mode, groups: DEFAULT.groups,
    ceil_mode: DEFAULT.ceil_mode, count_include_pad: DEFAULT.count_include_pad };
  const pairs = Object.entries(all).map(([name, n]) => [name, name === "padding" ? [n, n, n, n]
    : [n, n]]);
  const next = settle({ ...state, ...plain, operation, ...Object.fromEntries(pairs) });
  return fault(next) || next;
}

// The layer as PyTorch writes it.
/** @param {State} state @param {Found} found @param {boolean} transposed */
export function line({ in_channels: ins, out_channels: outs }, found, transposed) {
  const { kernel_size: k, ...rest } = found;
  const args = Object.entries(rest).filter(([name, n]) => n !== (name.endsWith("padding") ? 0 : 1))
    .map(([name, n]) => `, ${name}=${n}`);
  return `nn.Conv${transposed ? "Transpose" : ""}2d(${ins}, ${outs}, kernel_size=${k}${
    args.join("")})`;
}
