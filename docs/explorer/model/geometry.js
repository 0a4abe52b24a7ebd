// One axis at a time: which positions does an output read?
//
// Output o reads, through tap t, position at(o, t) of the framed input: the input with its
// padding or, for a transposed convolution, the zero-stuffed input with its border. source(q)
// is the input position that stands at q, or -1. All views are views of these two functions.

/**
 * @typedef {object} Line The relation along one axis.
 * @property {number} size Of the input.
 * @property {number} stuffed The same, with the zeros that were stuffed in.
 * @property {number} taps Of the kernel.
 * @property {number} outputs
 * @property {number} padded The input with its padding; past it nothing is ever counted.
 * @property {number} length Of the framed input, from the first position to the last.
 * @property {boolean} dropped Whether a window that would start past the input was dropped.
 * @property {(o: number, t: number) => number} at
 * @property {(i: number) => number} home Where an input stands in the frame.
 * @property {(q: number) => number} source
 * @property {() => number[][]} to Of an input, the outputs that its taps stamp, below 0 for none;
 *   transposed only. A table, which whoever asks for sizes alone need not wait for.
 *
 * @typedef {object} Tables
 * @property {number[][]} reads Of an output, the positions that it reads through its taps.
 * @property {number[]} sources
 * @property {number[][]} real Of an output, the inputs that it reads, each followed by its tap.
 * @property {number[][]} hits What `to` gives.
 * @property {boolean[]} unread Whether no output reads what stands at a position.
 *
 * @typedef {Line & Tables} Axis With its tables.
 */

/** @param {number} n */
export const range = (n) => Array.from({ length: n }, (_, k) => k);

// The nearest whole place from 0 to an end.
/** @param {number} place @param {number} end */
export const clamp = (place, end) => Math.max(0, Math.min(end, place));

/** @param {number} taps @param {number} dilation */
export const span = (taps, dilation) => (taps - 1) * dilation + 1;

// An odd total leaves its larger half to the end, as in PyTorch.
/** @param {number} taps @param {number} dilation */
export function samePadding(taps, dilation) {
  const total = span(taps, dilation) - 1;
  return [total >> 1, total - (total >> 1)];
}

// What stands in the padding: the input position for one outside 0 to n - 1.
/** @type {Record<string, (i: number, n: number) => number>} */
const MODES = {
  zeros: () => -1,
  reflect: (i, n) => (i < 0 ? -i : 2 * (n - 1) - i),
  replicate: (i, n) => (i < 0 ? 0 : n - 1),
  circular: (i, n) => (i + n) % n,
};

/**
 * @param {{ size: number, taps: number, stride: number, before: number, after: number,
 *   dilation: number, mode: string, ceil: boolean, flip: boolean }} settings
 * @returns {Line}
 */
export function directAxis({ size, taps, stride, before, after, dilation, mode, ceil, flip }) {
  const reach = span(taps, dilation);
  const padded = before + size + after;
  const places = (padded - reach) / stride;
  let outputs = (ceil ? Math.ceil(places) : Math.floor(places)) + 1;
  // A window that would start past the input and the padding before it is dropped.
  const dropped = ceil && (outputs - 1) * stride >= size + before;
  if (dropped) outputs -= 1;
  return {
    size, stuffed: size, taps, outputs, padded, dropped,
    length: Math.max(padded, (outputs - 1) * stride + reach),
    at: (o, t) => o * stride + (flip ? taps - 1 - t : t) * dilation,
    to: () => [],
    home: (i) => i + before,
    source(q) {
      const i = q - before;
      if (q >= padded) return -1; // past the padding: a window hangs over the end
      return i >= 0 && i < size ? i : MODES[mode](i, size);
    },
  };
}

/**
 * @param {{ size: number, taps: number, stride: number, before: number, dilation: number,
 *   extra: number }} settings
 * @returns {Line}
 */
export function transposedAxis({ size, taps, stride, before, dilation, extra }) {
  const reach = span(taps, dilation);
  const stuffed = (size - 1) * stride + 1;
  const outputs = stuffed - 2 * before + reach - 1 + extra;
  const border = reach - 1 - before; // less than zero: that much of the stuffed input is unread
  const first = Math.max(0, -border);
  const start = Math.min(0, -border);
  const length = Math.max(stuffed, outputs + before) - start;
  return {
    size, stuffed, taps, outputs, length, padded: length, dropped: false,
    at: (o, t) => o + (taps - 1 - t) * dilation + first,
    home: (i) => i * stride - start,
    source(q) {
      const i = (q + start) / stride;
      return Number.isInteger(i) && i >= 0 && i < size ? i : -1;
    },
    // The same relation from the input's side: where does input i scatter through tap t?
    to: () => range(size).map((i) => range(taps).map((t) => {
      const o = i * stride + t * dilation - before;
      return o < outputs ? o : -1;
    })),
  };
}

// Everything about an axis that does not depend on values, as tables.
/** @param {Line} line @returns {Axis} */
export function tabulate(line) {
  const reads = range(line.outputs).map((o) => range(line.taps).map((t) => line.at(o, t)));
  const sources = range(line.length).map(line.source);
  const real = reads.map((taps) =>
    taps.flatMap((q, t) => (sources[q] >= 0 ? [sources[q], t] : [])));
  const read = new Set(reads.flat());
  const inputs = new Set([...read].map((q) => sources[q]).filter((i) => i >= 0));
  return { ...line, reads, sources, real, hits: line.to(),
    unread: sources.map((i, q) => !read.has(q) && !inputs.has(i)) };
}
