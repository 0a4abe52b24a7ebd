"""Adaptive pooling, as plain loops: the output's size is given, and the windows follow.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes; or ``(C, *spatial)`` without a
batch, if `output_size` has one entry for each axis.
"""

from collections.abc import Iterator, Sequence
from math import gcd, prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convdocs.adaptive_windows import adaptive_windows
from convdocs.arguments import items_of, per_axis, plain_integer, require_flag
from convdocs.errors import clash, mistyped
from convdocs.limits import require_few_numbers, require_few_steps
from convdocs.operations.numbers import as_array, common_type, is_whole

__all__ = ["adaptive_avg_pool", "adaptive_max_pool"]

Size = int | Sequence[int | None]


def _sizes(shape: tuple[int, ...], output_size: Size) -> tuple[int, ...]:
    """Give the output's size along each axis, once it and the work are known to be possible."""
    entries = None if plain_integer(output_size) is not None else items_of(output_size)
    axes = len(shape) - 2 if entries is None else len(entries)
    if axes < 1 or len(shape) - axes not in {1, 2}:
        raise clash(
            "input must be (N, C, *spatial), or (C, *spatial) with an output_size for each axis",
            **{"input shape": shape, "output_size": output_size},
        )
    if 0 in shape[-axes - 1 :]:
        raise clash("input has an axis without elements", **{"input shape": shape})
    inputs, wanted = shape[-axes:], output_size
    if entries is not None:
        wanted = [n if entry is None else entry for n, entry in zip(inputs, entries, strict=True)]  # type: ignore[misc]
    outputs = per_axis(wanted, axes, "output_size", minimum=0)  # type: ignore[arg-type]
    lead = prod(shape[:-axes])
    longest = prod(min(n, n // m + 2) for n, m in zip(inputs, outputs, strict=True) if m)
    causes = {"input_size": inputs, "output_size": outputs}
    require_few_numbers(lead * max(prod(outputs), longest), **causes)
    reads = (n + m - gcd(n, m) for n, m in zip(inputs, outputs, strict=True))
    require_few_steps(prod(reads), **causes)
    return outputs


def _windows(
    inputs: tuple[int, ...], outputs: tuple[int, ...]
) -> Iterator[tuple[tuple[Any, ...], list[range]]]:
    """Give each output position, and what its window reads along each axis."""
    axes = [adaptive_windows(n, m) for n, m in zip(inputs, outputs, strict=True)]
    for position in np.ndindex(*outputs):
        yield position, [axis[o] for axis, o in zip(axes, position, strict=True)]


def _window(x: np.ndarray, reads: list[range]) -> np.ndarray:
    """Gather a window's samples along one last axis: (N, C, samples)."""
    part = x[:, :, *(slice(read.start, read.stop) for read in reads)]
    return part.reshape(*x.shape[:2], prod(map(len, reads)))


def _batched(x: np.ndarray, axes: int) -> np.ndarray:
    return x if x.ndim == axes + 2 else x[None]


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
    outputs = _sizes(x.shape, output_size)
    with_indices = require_flag(return_indices=return_indices)
    whole, x = (*x.shape[: -len(outputs)], *outputs), _batched(x, len(outputs))
    output = np.empty((*x.shape[:2], *outputs), x.dtype)
    indices = np.empty(output.shape, np.int64)
    for position, reads in _windows(x.shape[2:], outputs):
        window = _window(x, reads)
        missing = np.isnan(window)
        last_missing = window.shape[-1] - 1 - missing[..., ::-1].argmax(axis=-1)
        place = np.where(missing.any(axis=-1), last_missing, window.argmax(axis=-1))
        output[:, :, *position] = np.take_along_axis(window, place[..., None], -1)[..., 0]
        numbered = np.ravel_multi_index(np.ix_(*reads), x.shape[2:]).ravel()
        indices[:, :, *position] = numbered[place]
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
    outputs = _sizes(x.shape, output_size)
    whole, x = (*x.shape[: -len(outputs)], *outputs), _batched(x, len(outputs))
    dtype = np.dtype(np.float64) if is_whole(x.dtype) else common_type(x)
    output = np.empty((*x.shape[:2], *outputs), np.result_type(dtype, np.float64))
    for position, reads in _windows(x.shape[2:], outputs):
        window = _window(x, reads)
        output[:, :, *position] = window.sum(axis=-1, dtype=output.dtype) / window.shape[-1]
    return output.astype(dtype, copy=False).reshape(whole)
