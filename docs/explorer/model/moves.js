// How a state leads to others: one setting is moved, and others go with it or stop it.

import { fault, settle } from "./limits.js";
import { boundsOf, DEFAULT, familyOf, SETTINGS } from "./settings.js";

/** @import { Setting, State } from "./settings.js" */

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
  /** @param {number[]} sides */
  const first = (sides) => sides.map(() => sides[0]);
  return settle({
    ...s, size: first(s.size), kernel_size: first(s.kernel_size), stride: first(s.stride),
    dilation: first(s.dilation), padding: first(s.padding),
    output_padding: first(s.output_padding),
  });
}

// Whether nothing differs that could be tied.
/** @param {State} s */
export function isAlike(s) {
  const other = alike(s);
  return SETTINGS.every((name) => String(other[name]) === String(s[name]));
}

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
    return [value, step > 1 ? `groups=${step} goes up to ${most} in steps of ${step}` : ""];
  };
  const [[min, below], [max, above]] = [go(-step), go(step)];
  return { now, min, max, step, below, above };
}
