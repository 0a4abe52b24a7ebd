"""A kernel that walks over its input, place by place: a figure that moves, for any settings.

The drawing is written cell by cell: nineteen of them take a page milliseconds and kilobytes.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arrays import as_real
from convdocs.plots.frame import in_words
from convdocs.plots.motion import Motion
from convdocs.plots.palette import FAINT, INK, INPUT, KERNEL, ON_FILL, OUTLINE, OUTPUT

__all__ = ["show_walk"]

CELL = 20  # points
DASHED = ' stroke-dasharray=".25" stroke-dashoffset=".125"'  # neighbours' dashes lie on each other


def show_walk(
    input: ArrayLike,
    kernel: ArrayLike | None,
    output: ArrayLike,
    reads: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]],
    text: str,
    *,
    caption: str,
    filled: ArrayLike | None = None,
    form: str = "{:g}",
) -> Motion:
    """Show what a kernel reads for each output, one after the other.

    Parameters
    ----------
    input : array_like
        Shape (height, width): what is read, with its padding.
    kernel : array_like or None
        Shape (height, width): what lies on it; None for pooling.
    output : array_like
        Shape (height, width): a number for each place.
    reads : tuple of sequence
        For each row of `output` the rows of `input` that are read, and for each column the
        columns, as :func:`convdocs.geometry.input_positions` gives them.
    text, caption : str
        As in :func:`describe`.
    filled : array_like of bool, optional
        Shape of `input`: the cells to fill; all of them when None. The others, which are made up,
        such as padding, have a dashed edge.
    form : str
        A format with one place, for the output's numbers.

    Returns
    -------
    Motion
        The last expression of a cell shows it, and its `save` writes it as a page of its own.

    Raises
    ------
    TypeError, ValueError
        If something is not a grid of real numbers, or the reads are not those of the output's
        rows and columns or lie outside the input.

    Examples
    --------
    >>> walk = show_walk(
    ...     [[1, 2, 3]], [[1, 1]], [[3, 5]], ([[0]], [[0, 1], [1, 2]]), "Two taps walk over three.",
    ...     caption="Each sum is of two neighbours.",
    ... )
    >>> [said for said, _ in walk.steps]
    ['row 0, column 0: 3', 'row 0, column 1: 5']
    """
    words, said = in_words(text, caption)
    named = {"input": (input, INPUT), "kernel": (kernel, KERNEL), "output": (output, OUTPUT)}
    grids = {name: (_grid(v, name), c) for name, (v, c) in named.items() if v is not None}
    source, result = grids["input"][0], grids["output"][0]
    full = np.ones(source.shape) if filled is None else _grid(filled, "filled")
    _require_reads(reads, source.shape, result.shape)
    if full.shape != source.shape:
        raise ValueError(f"filled must have the input's shape ({full.shape} for {source.shape})")
    parts: list[str] = []
    at: dict[str, float] = {}
    left = 0.5
    for name, (values, colour) in grids.items():
        at[name] = left
        marks = full if name == "input" else np.ones(values.shape)
        write = form if name == "output" else "{:g}"
        parts.append(_cells(values, marks, left, colour, write))
        left += values.shape[1] + 1
    steps = []
    for number, (row, column) in enumerate(np.ndindex(*result.shape)):
        here = _outline(product(reads[0][row], reads[1][column]), at["input"])
        there = _outline([(row, column)], at["output"])
        parts.append(f'<path id="moving-{number}" d="{here}{there}"/>')
        steps.append(
            (f"row {row}, column {column}: {form.format(result[row, column] + 0)}", (number,))
        )
    wide = CELL * (left - 0.5)
    high = CELL * (max(len(values) for values, _ in grids.values()) + 1)
    svg = (
        f'<svg width="{wide}pt" height="{high}pt"><g transform="scale({CELL})" stroke="{OUTLINE}" '
        f'stroke-width=".12" fill="none" font-size=".55" text-anchor="middle">{"".join(parts)}'
        "</g></svg>"
    )
    return Motion(words, said, svg, tuple(steps))


def _grid(values: ArrayLike, name: str) -> np.ndarray:
    cells = as_real(values, name)
    if cells.ndim != 2 or not cells.size:
        raise ValueError(f"{name} must be (height, width) (shape {cells.shape})")
    return cells


def _require_reads(
    reads: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]],
    source: tuple[int, ...],
    result: tuple[int, ...],
) -> None:
    if tuple(map(len, reads)) != result:
        raise ValueError(f"reads must be those of each row and column (output shape {result})")
    for axis, size in zip(reads, source, strict=True):
        if any(not 0 <= i < size for place in axis for i in place):
            raise ValueError(f"a read lies outside the input (input shape {source})")


def _cells(values: np.ndarray, marks: np.ndarray, left: float, colour: str, form: str) -> str:
    """Draw a grid from `left` on: its squares as one path each, and its numbers."""
    drawn = ""
    for marked, look in (True, f' fill="{colour}"'), (False, DASHED):
        places = np.argwhere(marks.astype(bool) == marked)
        if len(places):
            squares = _outline(places, left)
            drawn += f'<path stroke="{FAINT}" stroke-width=".04"{look} d="{squares}"/>'
    for (row, column), value in np.ndenumerate(values):
        ink = ON_FILL if marks[row, column] else INK
        number = form.format(value + 0).replace("-", "\N{MINUS SIGN}")  # no sign before a zero
        drawn += (
            f'<text x="{left + column + 0.5:g}" y="{row + 1.18:g}" stroke="none" fill="{ink}">'
            f"{escape(number)}</text>"
        )
    return drawn


def _outline(places: Iterable[Sequence[int]], left: float) -> str:
    """Outline cells of a grid that begins at `left`, as the data of one path."""
    return "".join(f"M{left + column:g} {row + 0.5:g}h1v1h-1z" for row, column in places)
