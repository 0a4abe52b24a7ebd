"""How an operation's windows lie on its input, along one axis and together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from convdocs.geometry import input_positions
from convdocs.padding_mode import source
from convdocs.sides import axis_sides


@dataclass
class Axis:
    """Along one axis, what stands where in the framed input, and which outputs read it."""

    padded: int
    homes: list[int]  # where each input stands
    sources: list[int]  # which input, or copy of one, stands at a position; -1 for none
    reads: list[list[int]]  # of each output, the positions of its taps

    def is_read(self, q: int) -> bool:
        """Say whether some window reads what stands there."""
        return self.sources[q] in {self.sources[p] for taps in self.reads for p in taps}


def direct(state: dict[str, Any], a: int, outputs: int) -> Axis:
    """Lay out an axis of a direct operation, or of pooling: the input with its padding."""
    size, taps, stride, dilation = sizes(state, a)
    padding = "same" if state["same"] else tuple(state["padding"][2 * a : 2 * a + 2])
    before, after = axis_sides(padding, taps, dilation=dilation)
    turned = -1 if state["operation"] == "convolve" else 1
    reads = [
        [before + i for i in input_positions(o, taps, stride=stride, padding=(before, after),
                                             dilation=dilation)][::turned]
        for o in range(outputs)
    ]  # fmt: skip
    there = (source(i, size, state["padding_mode"]) for i in range(-before, size + after))
    sources = [-1 if i is None else i for i in there]
    past = max(max(taps) for taps in reads) + 1 - len(sources)
    homes = [before + i for i in range(size)]
    return Axis(len(sources), homes, sources + [-1] * max(0, past), reads)


def transposed(state: dict[str, Any], a: int, outputs: int) -> Axis:
    """Lay out an axis of a transposed convolution: the input with zeros stuffed in, framed."""
    size, taps, stride, dilation = sizes(state, a)
    before = state["padding"][2 * a]
    border = (taps - 1) * dilation - before  # below zero: so much of the input is unread
    start = max(0, border)
    length = max((size - 1) * stride + 1, outputs + before) + start
    sources = [-1] * length
    for i in range(size):
        sources[start + i * stride] = i
    first = max(0, -border)
    steps = [(taps - 1 - t) * dilation + first for t in range(taps)]
    reads = [[o + step for step in steps] for o in range(outputs)]
    return Axis(length, [start + i * stride for i in range(size)], sources, reads)


def sizes(state: dict[str, Any], a: int) -> tuple[int, ...]:
    """Give an axis' size, kernel size, stride and dilation."""
    return tuple(state[name][a] for name in ("size", "kernel_size", "stride", "dilation"))


def look(axes: list[Axis], row: int, column: int) -> str:
    """Name what is no input, and what nobody reads."""
    both = list(zip(axes, (row, column), strict=True))
    if any(q >= axis.padded for axis, q in both):
        return "beyond"
    if not all(q in axis.homes for axis, q in both):
        return "pad"
    return "" if all(axis.is_read(q) for axis, q in both) else "unread"


def framed(x: np.ndarray, axes: list[Axis], nothing: float) -> np.ndarray:
    """Give the input with its padding; no number where a window hangs over the end."""
    rows, columns = axes
    values = np.full((len(x), len(rows.sources), len(columns.sources)), np.nan)
    values[:, : rows.padded, : columns.padded] = nothing
    there, across = ([q for q, i in enumerate(axis.sources) if i >= 0] for axis in axes)
    for q in there:
        values[:, q, across] = x[:, rows.sources[q]][:, [columns.sources[p] for p in across]]
    return values
