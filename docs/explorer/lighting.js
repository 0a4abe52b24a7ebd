// Who reads whom: what lights up for a chosen input, weight or output.
//
// A light is {channels, rows, columns}, and covers every cell in their product. Rows and
// columns of inputs are positions of the framed input.

import { partners } from "./operations.js";

// Along one axis, the relation is a list of triples: an output reads an input through a weight.
// Of those that the chosen position has a part in, give the positions of another kind.
function related(axis, kind, k, wanted, onlyReal) {
  const { reads, sources } = axis;
  const copies = (q) => q === k || (sources[k] >= 0 && sources[q] === sources[k]);
  const triples = reads.flatMap((taps, output) =>
    taps.map((input, weight) => ({ input, weight, output })));
  const found = triples.filter((triple) => (kind === "input" ? copies(triple.input)
    : triple[kind] === k) && !(onlyReal && sources[triple.input] < 0));
  return [...new Set([...(wanted === kind ? [k] : []), ...found.map((triple) => triple[wanted])])];
}

export function lighting(model, { kind, channel, row, column, to }) {
  const [rows, columns] = model.axes;
  const inputs = kind === "output" ? partners(model, channel, true) : [channel];
  const outputs = { input: () => partners(model, channel, false), weight: () => [to],
    output: () => [channel] }[kind]();
  const light = (wanted, channels) => {
    // A weight has no part in an output for which it stands on padding; and of a transposed
    // convolution, an output has no part of the weights that stand on stuffed zeros.
    const onlyReal = wanted !== "input" && (kind === "weight"
      || (kind === "output" && model.kind === "transposed"));
    return {
      channels,
      rows: related(rows, kind, row, wanted, onlyReal),
      columns: related(columns, kind, column, wanted, onlyReal),
    };
  };
  return { input: light("input", inputs), weight: light("weight", inputs),
    output: light("output", outputs) };
}
