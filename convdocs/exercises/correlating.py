"""The weighted sum under the kernel, in one and two axes, and flipped."""

from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from convdocs.exercises.exercise import Exercise, Mistakes, correlated, drawn

__all__ = ["EXERCISES"]


def _full(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Cross-correlate wherever the kernel touches the input."""
    return correlated(x, w, padding=[k - 1 for k in w.shape])


def _kept(full: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Give the middle of an output, as large as the input was."""
    ahead = [(long - short) // 2 for long, short in zip(full.shape, shape, strict=True)]
    return full[tuple(slice(a, a + n) for a, n in zip(ahead, shape, strict=True))]


def _signals() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(1)
    small = sorted(combinations_with_replacement(range(1, 7), 2), key=sum)
    for k, n in [*small, (4, 9), (5, 12)]:
        yield drawn(rng, n), drawn(rng, k)


_GRIDS = [
    ((2, 2), (1, 1)), ((2, 2), (1, 2)), ((2, 2), (2, 1)), ((2, 2), (2, 2)), ((3, 3), (2, 2)),
    ((3, 4), (2, 3)), ((4, 3), (3, 2)), ((4, 4), (3, 3)), ((5, 5), (3, 3)), ((7, 6), (4, 3)),
]  # fmt: skip


def _grids() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(2)
    for shape, kernel in _GRIDS:
        yield drawn(rng, *shape), drawn(rng, *kernel)


def _strided_grids() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(3)
    for stride in (1, 2, 3):
        for shape, kernel in [*_GRIDS, ((8, 5), (2, 3)), ((5, 8), (3, 2))]:
            yield drawn(rng, *shape), drawn(rng, *kernel), stride


_CORR_1D_MISTAKES: Mistakes = {
    "flipping the kernel: lay it down as it is written": lambda x, w: correlated(x, w[::-1]),
    "padding the input until no place is left where the two meet": _full,
    "padding the input until the output has its size": (
        lambda x, w: np.correlate(x, w, mode="same")
    ),
    "stopping one place too early": lambda x, w: correlated(x, w)[:-1],
    "adding up what the kernel covers without its weights": (
        lambda x, w: correlated(x, np.ones_like(w))
    ),
    "taking the mean of the products instead of their sum": lambda x, w: correlated(x, w) / w.size,
}

_CORR_2D_MISTAKES: Mistakes = {
    "flipping the kernel: lay it down as it is written": (
        lambda x, w, s: correlated(x, np.flip(w), stride=s)
    ),
    "leaving the stride out": lambda x, w, s: correlated(x, w),
    "striding down the rows only": lambda x, w, s: correlated(x, w, stride=(s, 1)),
    "striding along the columns only": lambda x, w, s: correlated(x, w, stride=(1, s)),
    "stopping one place too early along each axis": (
        lambda x, w, s: correlated(x, w, stride=s)[:-1, :-1]
    ),
    "rounding the number of places up: the last one hangs over the end": (
        lambda x, w, s: correlated(np.pad(x, [(0, s - 1), (0, s - 1)]), w, stride=s)
    ),
    "padding the input": lambda x, w, s: correlated(
        x, w, stride=s, padding=[k // 2 for k in w.shape]
    ),
    "adding up what the kernel covers without its weights": (
        lambda x, w, s: correlated(x, np.ones_like(w), stride=s)
    ),
    "taking the mean of the products instead of their sum": (
        lambda x, w, s: correlated(x, w, stride=s) / w.size
    ),
}

_CONVOLVE_MISTAKES: Mistakes = {
    "not flipping the kernel: that is cross-correlation": correlated,
    "flipping the kernel upside down only: left and right change places, too": (
        lambda x, w: correlated(x, w[::-1])
    ),
    "flipping the kernel from left to right only: top and bottom change places, too": (
        lambda x, w: correlated(x, w[:, ::-1])
    ),
    "flipping the input instead of the kernel: the output is flipped, too": (
        lambda x, w: correlated(np.flip(x), w)
    ),
    "flipping both the input and the kernel": lambda x, w: correlated(np.flip(x), np.flip(w)),
    "padding the input until no place is left where the two meet, which is SciPy's default": (
        lambda x, w: _full(x, np.flip(w))
    ),
    "padding the input until the output has its size": (
        lambda x, w: _kept(_full(x, np.flip(w)), x.shape)
    ),
}


EXERCISES = {
    "cross_correlate_1d": Exercise(("x", "w"), correlated, _signals, _CORR_1D_MISTAKES),
    "cross_correlate_2d": Exercise(
        ("x", "w", "stride"), lambda x, w, s: correlated(x, w, stride=s), _strided_grids,
        _CORR_2D_MISTAKES,
    ),
    "convolve_2d": Exercise(
        ("x", "w"), lambda x, w: correlated(x, np.flip(w)), _grids, _CONVOLVE_MISTAKES
    ),
}  # fmt: skip
