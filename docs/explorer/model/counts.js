// How often each input is read, and each output written, through one kernel: along one axis at a
// time, as a pair of positions meets exactly where both axes do.

import { range } from "./geometry.js";

/** @import { Axis } from "./geometry.js" */
/** @import { Model } from "./operations.js" */

/** @param {number[]} down @param {number[]} across */
const both = (down, across) => down.flatMap((r) => across.map((c) => r * c));

// How many pairs of an output and a tap read each input.
/** @param {Axis} axis */
function readsOf({ size, real }) {
  const counts = new Array(size).fill(0);
  for (const pairs of real) for (let k = 0; k < pairs.length; k += 2) counts[pairs[k]] += 1;
  return counts;
}

// How many pairs of an input and a tap write each output.
/** @param {Axis} axis */
const writesOf = ({ real }) => real.map((pairs) => pairs.length / 2);

// Whether the counts differ where no edge has a part in them.
/** @param {Axis} axis */
function isUneven(axis) {
  const counts = writesOf(axis);
  const whole = range(axis.outputs).filter((o) =>
    axis.reads[o].every((q) => q >= axis.home(0) && q <= axis.home(axis.size - 1)));
  return new Set(whole.map((o) => counts[o])).size > 1;
}

/** @param {Model} model */
export function countsOf({ axes }) {
  const [reads, writes] = [readsOf, writesOf].map((count) => {
    const [down, across] = axes.map(count);
    return both(down, across);
  });
  return { reads, writes, uneven: axes.some(isUneven) };
}
