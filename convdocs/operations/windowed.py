"""What poolings share: the largest sample, and the mean, of each window.

Whatever makes the windows says, for each output position, what its window reads along each axis.
Arrays are ``(N, C, *spatial)`` here.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any, TypeAlias

import numpy as np

from convdocs.operations.numbers import common_type, is_whole

__all__ = ["averaged", "keep_largest"]

Place: TypeAlias = tuple[Any, ...]  # of integers
Reads: TypeAlias = Sequence[Sequence[int]]


def _window(x: np.ndarray, reads: Reads) -> np.ndarray:
    """Gather a window's samples along one last axis: (N, C, samples)."""
    leading = [range(n) for n in x.shape[:2]]
    return x[np.ix_(*leading, *reads)].reshape(*x.shape[:2], prod(map(len, reads)))


def keep_largest(
    x: np.ndarray, windows: Iterable[tuple[Place, Reads]], output: np.ndarray
) -> np.ndarray:
    r"""Write the largest sample of each window that reads any, and tell where it lay.

    Parameters
    ----------
    x : ndarray
        Shape (N, C, \*spatial), of real numbers.
    windows : iterable of tuple
        Each output position, and what its window reads along each axis.
    output : ndarray
        Shape (N, C, \*output): where to write.

    Returns
    -------
    ndarray
        Each sample's place in its channel, counted row by row, in int64: the first of equal
        samples, and the last NaN, as in PyTorch. It is -1 where a window reads nothing.

    Examples
    --------
    >>> kept = np.zeros((1, 1, 2), int)
    >>> keep_largest(np.array([[[1, 4, 2, 3]]]), [((0,), [[0, 1]]), ((1,), [[2, 3]])], kept)
    array([[[1, 3]]])
    >>> kept
    array([[[4, 3]]])
    """
    indices = np.full(output.shape, -1, np.int64)
    for position, reads in windows:
        if not all(reads):
            continue
        window = _window(x, reads)
        missing = np.isnan(window)
        last_missing = window.shape[-1] - 1 - missing[..., ::-1].argmax(axis=-1)
        place = np.where(missing.any(axis=-1), last_missing, window.argmax(axis=-1))
        output[:, :, *position] = np.take_along_axis(window, place[..., None], -1)[..., 0]
        numbered = np.ravel_multi_index(np.ix_(*reads), x.shape[2:]).ravel()
        indices[:, :, *position] = numbered[place]
    return indices


def averaged(
    x: np.ndarray, windows: Iterable[tuple[Place, Reads, int]], output_size: Sequence[int]
) -> np.ndarray:
    r"""Divide the sum of each window by a number of its own.

    Parameters
    ----------
    x : ndarray
        Shape (N, C, \*spatial).
    windows : iterable of tuple
        Each output position, what its window reads along each axis, and what its sum is divided
        by.
    output_size : sequence of int
        How many windows there are along each axis.

    Returns
    -------
    ndarray
        Shape (N, C, \*output_size), of the type of `x`; float64 for whole numbers.

    Examples
    --------
    >>> averaged(np.array([[[1, 4, 2, 3]]]), [((0,), [[0, 1]], 2), ((1,), [[2, 3]], 5)], (2,))
    array([[[2.5, 1. ]]])
    """
    dtype = np.dtype(np.float64) if is_whole(x.dtype) else common_type(x)
    output = np.empty((*x.shape[:2], *output_size), np.result_type(dtype, np.float64))
    for position, reads, divisor in windows:
        total = _window(x, reads).sum(axis=-1, dtype=output.dtype)
        output[:, :, *position] = total / divisor
    return output.astype(dtype, copy=False)
