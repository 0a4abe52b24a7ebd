"""Transposed convolution by stamps, and convolution as a matrix."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np

from convdocs.exercises.exercise import Exercise, Mistakes, correlated, drawn
from convdocs.operations.transposed import conv_transpose

__all__ = ["EXERCISES"]


def _stamped_signals() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(6)
    settings = product(range(1, 5), range(1, 5), range(1, 5))
    for n, k, stride in sorted(settings, key=lambda c: (c[2] > 1, sum(c), c)):
        yield drawn(rng, n), drawn(rng, k), stride


def _stamp(
    x: np.ndarray, w: np.ndarray, stride: int, *, length: int | None = None, add: bool = True
) -> np.ndarray:
    """Stamp the kernel, on an output of some length, and perhaps over what is there already."""
    whole = np.zeros((len(x) - 1) * stride + len(w), int)
    for i, value in enumerate(x):
        here = slice(i * stride, i * stride + len(w))
        whole[here] = whole[here] * add + value * w
    length = len(whole) if length is None else length
    return np.pad(whole, (0, max(0, length - len(whole))))[:length]


_STAMP_MISTAKES: Mistakes = {
    "writing a stamp over the one before: where they overlap they are added": (
        lambda x, w, s: _stamp(x, w, s, add=False)
    ),
    "flipping the kernel: it is stamped as it is written": (lambda x, w, s: _stamp(x, w[::-1], s)),
    "leaving the stride out: the stamps stand one cell apart": lambda x, w, s: _stamp(x, w, 1),
    "stamps one cell apart, on an output as long as for the stride": (
        lambda x, w, s: np.pad(_stamp(x, w, 1), (0, (len(x) - 1) * (s - 1)))
    ),
    "an output of len(x) * stride cells, which the last stamp does not fit or does not fill": (
        lambda x, w, s: _stamp(x, w, s, length=len(x) * s)
    ),
    "a step too many: len(x) stamps are len(x) - 1 steps apart": (
        lambda x, w, s: _stamp(x, w, s, length=len(x) * s + len(w))
    ),
    "an output one cell too long": (
        lambda x, w, s: _stamp(x, w, s, length=(len(x) - 1) * s + len(w) + 1)
    ),
    "an output one cell too short": (
        lambda x, w, s: _stamp(x, w, s, length=(len(x) - 1) * s + len(w) - 1)
    ),
    "stamping the kernel without the input's numbers": (
        lambda x, w, s: _stamp(np.ones_like(x), w, s)
    ),
}


def _matrix(n: int, w: np.ndarray) -> np.ndarray:
    """Give a column for each sample: what comes out of a 1 there, and zeros elsewhere."""
    return np.stack([correlated(one, w) for one in np.eye(n, dtype=int)], axis=1)


def _matrices() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(7)
    small = sorted(combinations_with_replacement(range(1, 7), 2), key=sum)
    for k, n in [*small, (4, 9)]:
        yield n, drawn(rng, k)


def _rolled(n: int, w: np.ndarray) -> np.ndarray:
    """Give a row for each sample, in which the kernel goes round the end."""
    row = np.pad(w, (0, n - len(w)))
    return np.stack([np.roll(row, i) for i in range(n)])


_MATRIX_MISTAKES: Mistakes = {
    "turning rows and columns about: a row is one output, a column one input": (
        lambda n, w: _matrix(n, w).T
    ),
    "flipping the kernel: it stands in each row as it is written": (
        lambda n, w: _matrix(n, w[::-1])
    ),
    "letting the kernel go round the end: it has n - k + 1 places only": _rolled,
    "a row for each input: the kernel has n - k + 1 places only": (
        lambda n, w: np.stack([np.pad(w, (i, n))[:n] for i in range(n)])
    ),
    "a row too few: the last place counts, too": lambda n, w: _matrix(n, w)[:-1],
    "moving on by a whole kernel: it moves on by one sample": (
        lambda n, w: _matrix(n, w)[:: len(w)]
    ),
    "writing the kernel at the start of each row: it moves on by one sample": (
        lambda n, w: np.tile(np.pad(w, (0, n - len(w))), (n - len(w) + 1, 1))
    ),
}


EXERCISES = {
    "conv_transpose_1d": Exercise(
        ("x", "w", "stride"), lambda x, w, s: conv_transpose(x[None], w[None, None], stride=s)[0],
        _stamped_signals, _STAMP_MISTAKES,
    ),
    "matrix_1d": Exercise(("n", "w"), _matrix, _matrices, _MATRIX_MISTAKES),
}  # fmt: skip
