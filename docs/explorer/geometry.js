// One axis at a time: which positions does an output read?
//
// Output o reads, through tap t, position at(o, t) of the framed input: the input with its
// padding or, for a transposed convolution, the zero-stuffed input with its border. source(q)
// is the input position that stands at q, or -1. All views are views of these two functions.

export const span = (taps, dilation) => (taps - 1) * dilation + 1;

// An odd total leaves its larger half to the end, as in PyTorch.
export function samePadding(taps, dilation) {
  const total = span(taps, dilation) - 1;
  return [total >> 1, total - (total >> 1)];
}

// What stands in the padding: the input position for one outside 0 to n - 1.
export const MODES = {
  zeros: () => -1,
  reflect: (i, n) => (i < 0 ? -i : 2 * (n - 1) - i),
  replicate: (i, n) => (i < 0 ? 0 : n - 1),
  circular: (i, n) => (i + n) % n,
};

export function directAxis({ size, taps, stride, before, after, dilation, mode, ceil, flip }) {
  const reach = span(taps, dilation);
  const padded = before + size + after;
  const places = (padded - reach) / stride;
  let outputs = (ceil ? Math.ceil(places) : Math.floor(places)) + 1;
  // A window that would start past the input and the padding before it is dropped.
  const dropped = ceil && (outputs - 1) * stride >= size + before;
  if (dropped) outputs -= 1;
  return {
    size, taps, outputs, padded, dropped,
    length: Math.max(padded, (outputs - 1) * stride + reach),
    at: (o, t) => o * stride + (flip ? taps - 1 - t : t) * dilation,
    home: (i) => i + before,
    source(q) {
      const i = q - before;
      if (q >= padded) return -1; // past the padding: a window hangs over the end
      return i >= 0 && i < size ? i : MODES[mode](i, size);
    },
  };
}

export function transposedAxis({ size, taps, stride, before, dilation, extra }) {
  const reach = span(taps, dilation);
  const stuffed = (size - 1) * stride + 1;
  const outputs = stuffed - 2 * before + reach - 1 + extra;
  const border = reach - 1 - before; // less than zero: that much of the stuffed input is unread
  const first = Math.max(0, -border);
  const start = Math.min(0, -border);
  return {
    size, taps, outputs, stuffed, border,
    length: Math.max(stuffed, outputs + before) - start,
    at: (o, t) => o + (taps - 1 - t) * dilation + first,
    home: (i) => i * stride - start,
    source(q) {
      const i = (q + start) / stride;
      return Number.isInteger(i) && i >= 0 && i < size ? i : -1;
    },
    // The same relation from the input's side: where does input i scatter through tap t?
    to: (i, t) => i * stride + t * dilation - before,
  };
}

export const numbersTo = (n) => Array.from({ length: n }, (_, k) => k);

// Everything about an axis that does not depend on values, as tables.
export function tabulate(axis) {
  const reads = numbersTo(axis.outputs).map((o) => numbersTo(axis.taps).map((t) => axis.at(o, t)));
  return { ...axis, reads, sources: numbersTo(axis.length).map(axis.source) };
}
