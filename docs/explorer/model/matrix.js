// The operation as a matrix: y = M x + b.

import { divisor, partners, unflatten, weightAt } from "./operations.js";

/** @import { Model } from "./operations.js" */
/** @typedef {{ columns: number[], weights: number[] }} Row The entries of an output. */

/**
 * The rows of M. They may have a million entries, so none is an object of its own. Max pooling has
 * no matrix of its own, only one for the input at hand: it picks each window's first largest.
 * @param {Model} model
 * @returns {Row[]}
 */
export function entries(model) {
  const { state, family, axes: [rows, columns], x, w, output } = model;
  const seen = new Int32Array(x.length).fill(-1); // in which row an input was met last,
  const at = new Int32Array(x.length); // and where: padding may repeat it
  return output.map((largest, k) => {
    /** @type {Row} */
    const row = { columns: [], weights: [] };
    if (Number.isNaN(largest)) return row; // it is asked for
    const [to, r, c] = unflatten(model, k, "outputs");
    const [down, across] = [rows.real[r], columns.real[c]];
    const share = state.operation === "avg_pool" ? 1 / divisor(model, r, c) : 1;
    for (const from of partners(model, to, true)) {
      const first = family === "pool" ? 0 : weightAt(model, from, to, 0, 0);
      for (let i = 0; i < down.length; i += 2) {
        const line = (from * rows.size + down[i]) * columns.size;
        const taps = first + down[i + 1] * columns.taps;
        for (let j = 0; j < across.length; j += 2) {
          const input = line + across[j];
          const weight = family === "pool" ? share : w[taps + across[j + 1]];
          if (seen[input] === k) {
            row.weights[at[input]] += weight;
          } else if (state.operation !== "max_pool"
            || (x[input] === largest && !row.columns.length)) {
            seen[input] = k;
            at[input] = row.columns.push(input) - 1;
            row.weights.push(weight);
          }
        }
      }
    }
    return row;
  });
}

// Mᵀ y.
/** @param {Row[]} rows @param {Model} model */
export function transposed(rows, { x, output }) {
  const back = new Array(x.length).fill(output.some(Number.isNaN) ? NaN : 0);
  rows.forEach(({ columns, weights }, r) => columns.forEach((c, k) => {
    back[c] += weights[k] * output[r];
  }));
  return back;
}

// How many of something there are, and what each does: "1 output reads", "2 outputs read".
/** @param {number} count @param {string} noun @param {string} [verb] */
const many = (count, noun, verb = "") =>
  `${count} ${noun}${count === 1 ? "" : "s"}${verb && ` ${verb}${count === 1 ? "s" : ""}`}`;

/**
 * What is lit, in words: an entry, or all of an output or of an input; nothing, if it is below 0.
 * @param {Row[]} rows
 * @param {Model} model
 * @param {number[]} at An output and an input.
 * @param {string} verb What the matrix does with an input.
 * @param {(value: number) => string} name Of an entry, with its value.
 */
export function words(rows, { output }, [row, column], verb, name) {
  const asked = Number.isNaN(output[row]);
  if (row < 0) {
    const count = rows.filter(({ columns }) => columns.includes(column)).length;
    return column < 0 ? "" : `${many(count, "output", verb)} input ${column}.`;
  }
  const { columns, weights } = rows[row];
  if (column < 0) {
    return `Output ${row} ${asked ? "is asked for" : `${verb}s ${many(columns.length, "input")}`}.`;
  }
  const k = columns.indexOf(column);
  const does = asked ? "is asked for, and may or may not read"
    : k < 0 ? `does not ${verb}` : `${verb}s`;
  return `${name(weights[k] ?? 0)}: output ${row} ${does} input ${column}.`;
}
