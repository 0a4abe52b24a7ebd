// The operation as a matrix: y = M x + b.

import { divisor, terms, unflatten } from "./operations.js";

/** @import { Model } from "./operations.js" */

// The entries of each row, by column. Max pooling has no matrix of its own, only one for the
// input at hand: it picks each window's first largest sample.
/** @param {Model} model */
export function entries(model) {
  const { state, output } = model;
  return output.map((largest, k) => {
    const place = unflatten(model, k, "outputs");
    /** @type {Map<number, number>} */
    const entry = new Map();
    if (Number.isNaN(largest)) return entry; // it is asked for
    for (const { x, w, index } of terms(model, model.x, place)) {
      const picked = state.operation !== "max_pool" || (x === largest && !entry.size);
      if (index < 0 || !picked) continue;
      const share = state.operation === "avg_pool" ? 1 / divisor(model, place[1], place[2]) : w;
      entry.set(index, (entry.get(index) ?? 0) + share);
    }
    return entry;
  });
}

// Mᵀ y.
/** @param {Map<number, number>[]} rows @param {Model} model */
export function transposed(rows, { x, output }) {
  const back = new Array(x.length).fill(output.some(Number.isNaN) ? NaN : 0);
  rows.forEach((entry, r) => entry.forEach((w, c) => { back[c] += w * output[r]; }));
  return back;
}
