// How a state leads to others: one setting is moved, and others go with it or stop it.

import { fault, settle } from "./limits.js";
import { boundsOf, DEFAULT, differ, familyOf, SETTINGS } from "./settings.js";

/** @import { Setting, State } from "./settings.js" */

// What has a number for each axis or side.
const SIDED = /** @type {const} */ (["size", "kernel_size", "stride", "dilation", "padding",
  "output_padding"]);

/**
 * The state with one setting changed, and with it what belongs to it: the other axis if they are
 * tied, the opposite side where PyTorch pads both alike, the channels of pooling.
 * @param {State} s
 * @param {Setting} name
 * @param {number} index Of the axis or side.
 * @param {unknown} value
 * @param {boolean} [tied]
 * @returns {State}
 */
export function changed(s, name, index, value, tied = false) {
  const old = s[name];
  const pairs = name === "padding" && familyOf(s) !== "direct";
  /** @param {number} k */
  const goesAlong = (k) => tied || k === index || (pairs && k >> 1 === index >> 1);
  const next = { ...s, [name]: Array.isArray(old)
    ? old.map((one, k) => (goesAlong(k) ? value : one)) : value };
  if (name === "padding") next.same = false;
  if (name === "same" && !value) next.padding = DEFAULT.padding;
  if (name === "out_channels" && familyOf(s) === "pool") next.in_channels = next.out_channels;
  return settle(next);
}

// The state with height's settings for the width, and one padding for all sides.
/** @param {State} s @returns {State} */
export function alike(s) {
  const sided = SIDED.map((name) => [name, s[name].map(() => s[name][0])]);
  return settle({ ...s, ...Object.fromEntries(sided) });
}

// Whether nothing differs that could be tied.
/** @param {State} s */
export const isAlike = (s) => !SETTINGS.some(differ(s, alike(s)));

/**
 * How far can a setting move from where it is, and what stops it there?
 * @param {State} s
 * @param {Setting} name
 * @param {number} index
 * @param {boolean} tied
 */
export function reach(s, name, index, tied) {
  const step = name.endsWith("channels") ? s.groups : 1;
  const now = Number([s[name]].flat()[index]);
  const [least, most] = boundsOf(name);
  /** @param {number} by @returns {[number, string]} */
  const go = (by) => {
    let value = now;
    while (value + by >= least && value + by <= most) {
      const why = fault(changed(s, name, index, value + by, tied));
      if (why) return [value, why];
      value += by;
    }
    return [value, step > 1
      ? `groups=${step}: steps of ${step}; groups=1 takes any` : ""];
  };
  const [[min, below], [max, above]] = [go(-step), go(step)];
  return { now, min, max, step, below, above };
}
