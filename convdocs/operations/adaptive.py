"""Adaptive pooling, as plain loops: the output's size is given, and the windows follow.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes; or ``(C, *spatial)`` without a
batch, if `output_size` has one entry for each axis.
"""

from collections.abc import Iterator, Sequence
from math import gcd, prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.adaptive_windows import adaptive_sizes, adaptive_windows
from convdocs.arguments import require_flag
from convdocs.each_axis import told_apart
from convdocs.errors import mistyped
from convdocs.limits import require_small
from convdocs.operations.numbers import as_array
from convdocs.operations.windowed import averaged, keep_largest

__all__ = ["adaptive_avg_pool", "adaptive_max_pool"]

Size = int | Sequence[int | None]


def _sizes(size: tuple[int, ...], lead: int, output_size: Size) -> tuple[int, ...]:
    """Give the output's size along each axis, once it and the work are known to be possible."""
    outputs = adaptive_sizes(size, output_size)
    longest = prod(min(n, n // m + 2) for n, m in zip(size, outputs, strict=True) if m)
    reads = (n + m - gcd(n, m) for n, m in zip(size, outputs, strict=True))
    numbers = lead * max(prod(outputs), longest)
    require_small(numbers, prod(reads), input_size=size, output_size=outputs)
    return outputs


def _windows(
    size: tuple[int, ...], outputs: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], list[range]]]:
    """Give each output position, and what its window reads along each axis."""
    axes = [adaptive_windows(n, m) for n, m in zip(size, outputs, strict=True)]
    for position in np.ndindex(*outputs):
        yield position, [axis[o] for axis, o in zip(axes, position, strict=True)]


def adaptive_max_pool(
    input: ArrayLike, output_size: Size, *, return_indices: bool = False
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    r"""Keep the largest sample of each window of :func:`convdocs.adaptive_windows`.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `output_size` has an entry for each axis.
    output_size : int or sequence of int or None
        How many windows there are to be, at least 0: one number, or one for each spatial axis,
        of which None keeps the input's size.
    return_indices : bool
        Whether to tell where the samples lay, too.

    Returns
    -------
    ndarray or tuple of ndarray
        Shape (N, C, \*output_size) or (C, \*output_size), of the input's type, whole numbers
        among them, which PyTorch does not take. With `return_indices` also each sample's place
        in its channel, counted row by row, in int64: the first of equal samples, and the last
        NaN.

    Raises
    ------
    TypeError, ValueError
        If a size is out of its range, there are too many windows, the input has an axis other
        than the batch without elements, or the numbers are complex, which have no order.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveMaxPool2d``.

    Examples
    --------
    >>> adaptive_max_pool([[[1, 4, 2, 3, 0]]], 2)
    array([[[4, 3]]])
    >>> adaptive_max_pool([[[1, 4, 2, 3, 0]]], 2, return_indices=True)[1]
    array([[[1, 3]]])
    """
    x = as_array(input, "input")
    if x.dtype.kind == "c":
        raise mistyped("real: complex numbers have no largest", "input", input)
    batch, channels, size = told_apart(x.shape, output_size=output_size)
    outputs = _sizes(size, prod(x.shape[: -len(size)]), output_size)
    with_indices = require_flag(return_indices=return_indices)
    x = x.reshape(1 if batch is None else batch, channels, *size)
    output = np.empty((*x.shape[:2], *outputs), x.dtype)
    indices = keep_largest(x, _windows(size, outputs), output)
    whole = (channels, *outputs) if batch is None else output.shape
    return (
        (output.reshape(whole), indices.reshape(whole)) if with_indices else output.reshape(whole)
    )


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def adaptive_avg_pool(input: ArrayLike, output_size: Size) -> np.ndarray:
    r"""Replace each window of :func:`convdocs.adaptive_windows` by its mean.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `output_size` has an entry for each axis.
    output_size : int or sequence of int or None
        How many windows there are to be, at least 0: one number, or one for each spatial axis,
        of which None keeps the input's size.

    Returns
    -------
    ndarray
        Shape (N, C, \*output_size) or (C, \*output_size), of the input's type; float64 for
        whole numbers, which PyTorch does not take.

    Raises
    ------
    TypeError, ValueError
        If a size is out of its range, there are too many windows, or the input has an axis
        other than the batch without elements; PyTorch takes an input without channels on one
        and two axes, though not on three.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveAvgPool2d``.

    Examples
    --------
    >>> adaptive_avg_pool([[[1, 4, 2, 3, 0]]], 2).round(2)
    array([[[2.33, 1.67]]])
    """
    x = as_array(input, "input")
    batch, channels, size = told_apart(x.shape, output_size=output_size)
    outputs = _sizes(size, prod(x.shape[: -len(size)]), output_size)
    x = x.reshape(1 if batch is None else batch, channels, *size)
    windows = ((at, reads, prod(map(len, reads))) for at, reads in _windows(size, outputs))
    output = averaged(x, windows, outputs)
    return output.reshape((channels, *outputs) if batch is None else output.shape)
