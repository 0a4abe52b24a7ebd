"""Rectification and pooling: which numbers stay?"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from convdocs.exercises.exercise import Exercise, Mistakes, drawn
from convdocs.operations.pooling import max_pool

__all__ = ["EXERCISES"]


def _signed_grids() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(4)
    yield (np.array([[-2, 1]]),)
    yield (np.array([[0, -1], [2, 3]]),)
    for shape in [(2, 3), (3, 2), (3, 3), (4, 5)]:
        yield (drawn(rng, *shape),)
    yield (np.array([[-0.5, 0.5], [0.0, 1.5]]),)
    yield (rng.integers(-200, 200, (6, 7)) / 2,)
    yield (-np.ones((2, 2), int),)


_RELU_MISTAKES: Mistakes = {
    "taking the absolute value: a negative number becomes 0": np.abs,
    "keeping the negative numbers and not the others": lambda x: np.minimum(x, 0),
    "leaving the numbers as they are": lambda x: x,
    "asking whether a number is above 0: it stays what it is then": lambda x: x > 0,
    "keeping the sign only": np.sign,
    "turning the sign": lambda x: np.maximum(-x, 0),
    "cutting off at 1, too: only what is below 0 changes": lambda x: np.clip(x, 0, 1),
    "dropping the negative numbers: they become 0 where they stand": lambda x: x[x > 0],
    "dropping the negative numbers: they become 0 where they stand, and 0 stays": (
        lambda x: x[x >= 0]
    ),
    "taking the larger of the number and 1": lambda x: np.maximum(x, 1),
    "leaving a hundredth of the negative numbers, which is called leaky ReLU": (
        lambda x: np.where(x > 0, x, 0.01 * x)
    ),
    "rounding: a number above 0 stays as it is": lambda x: np.maximum(x, 0).astype(int),
    "taking the largest number of the whole grid": lambda x: max(0, x.max()),
}


def _pooled_grids() -> Iterator[tuple[Any, ...]]:
    rng = np.random.default_rng(5)
    for shape, size in [
        ((2, 2), 2), ((2, 4), 2), ((4, 2), 2), ((4, 4), 2), ((3, 3), 3), ((2, 2), 1), ((3, 3), 2),
        ((3, 4), 2), ((4, 3), 2), ((5, 5), 2), ((6, 6), 3), ((5, 7), 3), ((9, 8), 4),
    ]:  # fmt: skip
        x = drawn(rng, *shape)
        yield x, size
        yield x - x.max() - 1, size  # all below 0


def _pool(x: np.ndarray, size: int, **settings: Any) -> np.ndarray:
    pooled: np.ndarray = max_pool(x[None], (size, size), **settings)[0]
    return pooled


def _blocks(x: np.ndarray, size: int) -> np.ndarray:
    """Gather the numbers of each whole block along the last axis."""
    rows, columns = (n // size for n in x.shape)
    cut = x[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return cut.swapaxes(1, 2).reshape(rows, columns, -1)


_POOL_MISTAKES: Mistakes = {
    "starting from 0: a block may lie wholly below it": (
        lambda x, size: np.maximum(_pool(x, size), 0)
    ),
    "moving on by one cell: the next block begins where the last one ends": (
        lambda x, size: _pool(x, size, stride=1)
    ),
    "keeping what is left over at the end: only whole blocks count": (
        lambda x, size: _pool(x, size, ceil_mode=True)
    ),
    "taking the mean of each block": lambda x, size: _blocks(x, size).mean(axis=-1),
    "adding up each block": lambda x, size: _blocks(x, size).sum(axis=-1),
    "taking the smallest number of each block": lambda x, size: _blocks(x, size).min(axis=-1),
    "taking the first number of each block": lambda x, size: _blocks(x, size)[..., 0],
    "taking the last number of each block": lambda x, size: _blocks(x, size)[..., -1],
    "comparing without the signs": lambda x, size: _pool(np.abs(x), size),
    "pooling along the rows only": lambda x, size: max_pool(x[None], (1, size))[0],
    "pooling down the columns only": lambda x, size: max_pool(x[None], (size, 1))[0],
    "taking the largest number of the whole grid": lambda x, size: x.max(),
}


EXERCISES = {
    "relu": Exercise(("x",), lambda x: np.where(x < 0, 0, x), _signed_grids, _RELU_MISTAKES),
    "max_pool_2d": Exercise(("x", "size"), _pool, _pooled_grids, _POOL_MISTAKES),
}
