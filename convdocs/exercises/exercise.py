"""What an exercise is made of, and the small numbers that all of them are tried with."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from convdocs.operations.reference import cross_correlate

__all__ = ["Exercise", "Mistakes", "correlated", "drawn"]

Mistakes = dict[str, Callable[..., Any]]


@dataclass(frozen=True)
class Exercise:
    """What a function is to do.

    Attributes
    ----------
    names : tuple of str
        Its arguments.
    right : callable
        A function that does it.
    cases : callable
        Gives the arguments to try, the smallest first, and each setting by itself before it
        meets others.
    mistakes : dict of callable
        Functions that do it wrongly, by words that follow "That comes of".
    """

    names: tuple[str, ...]
    right: Callable[..., Any]
    cases: Callable[[], Iterator[tuple[Any, ...]]]
    mistakes: Mistakes


def drawn(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw small whole numbers, all different and none of them 0, so that none hides another.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they come from.
    *shape : int
        How many along each axis.

    Returns
    -------
    ndarray
        Numbers from minus their count to their count.

    Examples
    --------
    >>> drawn(np.random.default_rng(0), 2, 2).tolist()
    [[-2, 1], [-1, 3]]
    """
    count = math.prod(shape)
    some = rng.permutation([*range(-count, 0), *range(1, count + 1)])[:count]
    return some.reshape(shape)


def correlated(x: np.ndarray, w: np.ndarray, **settings: Any) -> np.ndarray:
    """Cross-correlate one channel with one kernel.

    Parameters
    ----------
    x, w : ndarray
        The input and the kernel, with equally many axes, all of them spatial.
    **settings : int or sequence of int
        Those of :func:`convdocs.operations.reference.cross_correlate`.

    Returns
    -------
    ndarray
        The output, with as many axes.

    Examples
    --------
    >>> correlated(np.arange(4), np.array([-1, 0, 1])).tolist()
    [2, 2]
    """
    output: np.ndarray = cross_correlate(x[None], w[None, None], **settings)[0]
    return output
