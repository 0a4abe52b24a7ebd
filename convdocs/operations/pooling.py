"""Pooling, as plain loops over windows, edge rules included.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes; or ``(C, *spatial)`` without a
batch, if `kernel_size` has one number for each axis.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arguments import LARGEST, plain_integer, require_flag, require_integers
from convdocs.errors import clash, mistyped
from convdocs.geometry import input_positions
from convdocs.limits import require_few_numbers, require_few_steps
from convdocs.operations.numbers import as_array, common_type, is_whole
from convdocs.padding import Padding
from convdocs.window_shapes import pool_shape
from convdocs.windows import Windows

__all__ = ["avg_pool", "max_pool"]

Setting = int | Sequence[int]


def _require_small(shape: Windows) -> None:
    causes = {"kernel_size": shape.kernel_size, "output_size": shape.output_size}
    outputs, taps = prod(shape.output_size), prod(shape.kernel_size)
    require_few_numbers(prod(shape.input_shape[:2]) * max(outputs, taps), **causes)
    require_few_steps(outputs * taps, **causes)


def _windows(shape: Windows) -> Iterator[tuple[tuple[Any, ...], list[list[int]], int]]:
    """Give each output position, what its window reads along each axis, and its padded count.

    That counts the positions of the window that lie in the padded input; what hangs over its
    end does not.
    """
    axes = []
    for n, o, k, s, pair, d in zip(
        shape.input_size, shape.output_size, shape.kernel_size, shape.stride, shape.padding,
        shape.dilation, strict=True,
    ):  # fmt: skip
        reads = [input_positions(i, k, stride=s, padding=pair, dilation=d) for i in range(o)]
        axes.append(
            [([i for i in at if 0 <= i < n], sum(i < n + pair[1] for i in at)) for at in reads]
        )
    for position in np.ndindex(*shape.output_size):
        here = [axis[o] for axis, o in zip(axes, position, strict=True)]
        yield position, [inside for inside, _ in here], prod(count for _, count in here)


def _window(x: np.ndarray, inside: list[list[int]]) -> np.ndarray:
    """Gather a window's samples along one last axis: (N, C, samples)."""
    leading = [list(range(n)) for n in x.shape[:2]]
    return x[np.ix_(*leading, *inside)].reshape(*x.shape[:2], prod(map(len, inside)))


def _first_largest(window: np.ndarray) -> np.ndarray:
    """Find the place of the largest sample, the first of equals; NaN, the last, before all."""
    missing = np.isnan(window)[..., ::-1]
    last = window.shape[-1] - 1 - missing.argmax(axis=-1)
    place: np.ndarray = np.where(missing.any(axis=-1), last, window.argmax(axis=-1))
    return place


def max_pool(
    input: ArrayLike,
    kernel_size: Setting,
    *,
    stride: Setting | None = None,
    padding: Padding = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    r"""Keep the largest sample of each window; padding never wins.

    A dilated window may read nothing but padding. As in PyTorch the least number of the type
    comes out then, minus infinity if it has that.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `kernel_size` has a number for each axis.
    kernel_size, stride, dilation : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after); at
        most half the kernel on any side.
    ceil_mode : bool
        Whether a last window may hang over the end.
    return_indices : bool
        Whether to tell where the samples lay, too.

    Returns
    -------
    ndarray or tuple of ndarray
        Shape (N, C, \*output) or (C, \*output), of the input's type. With `return_indices` also
        each sample's place in its channel, counted row by row, in int64: the first of equal
        samples, and the last NaN.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range, the kernel reaches past the padded input, the numbers
        are complex, which have no order, or a window of padding alone is to have an index.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxPool2d``.

    Examples
    --------
    >>> max_pool([[[1, 4, 2, 3]]], 2)
    array([[[4, 3]]])
    >>> max_pool([[[1, 4, 2, 3]]], 2, return_indices=True)[1]
    array([[[1, 3]]])
    """
    x = as_array(input, "input")
    if x.dtype.kind == "c":
        raise mistyped("real: complex numbers have no largest", "input", input)
    shape = pool_shape(
        x.shape, kernel_size, stride=stride, padding=padding, dilation=dilation,
        ceil_mode=ceil_mode,
    )  # fmt: skip
    with_indices = require_flag(return_indices=return_indices)
    _require_small(shape)
    x = x.reshape(shape.input_shape)
    least = False if x.dtype == bool else -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    output = np.full((*x.shape[:2], *shape.output_size), least, x.dtype)
    indices = np.zeros(output.shape, np.int64)
    for position, inside, _ in _windows(shape):
        if all(inside):
            window = _window(x, inside)
            place = _first_largest(window)
            output[:, :, *position] = np.take_along_axis(window, place[..., None], -1)[..., 0]
            numbered = np.ravel_multi_index(np.ix_(*inside), shape.input_size).ravel()
            indices[:, :, *position] = numbered[place]
        elif with_indices:
            raise clash(
                "a window reads nothing but padding, so that its largest sample has no index",
                input_size=shape.input_size, kernel_size=shape.kernel_size, stride=shape.stride,
                padding=shape.padding, dilation=shape.dilation,
            )  # fmt: skip
    whole = shape.outer(shape.in_channels, *shape.output_size)
    return (
        (output.reshape(whole), indices.reshape(whole)) if with_indices else output.reshape(whole)
    )


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def avg_pool(
    input: ArrayLike,
    kernel_size: Setting,
    *,
    stride: Setting | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    r"""Replace each window by its mean.

    At the border the sum is divided by the positions of the window that lie in the padded
    input, or, without `count_include_pad`, by those that lie in the input itself. What hangs
    over the end of the padding in `ceil_mode` is never counted.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `kernel_size` has a number for each axis.
    kernel_size, stride : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after); at
        most half the kernel on any side.
    ceil_mode : bool
        Whether a last window may hang over the end.
    count_include_pad : bool
        Whether padding counts as samples of value zero.
    divisor_override : int, optional
        What to divide every sum by instead, not 0.

    Returns
    -------
    ndarray
        Shape (N, C, \*output) or (C, \*output), of the input's type; float64 for whole numbers,
        whose means PyTorch rounds towards zero.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range or the kernel reaches past the padded input.

    References
    ----------
    PyTorch documentation of ``torch.nn.AvgPool2d``.

    Examples
    --------
    >>> avg_pool([[[1, 4, 2, 3]]], 2)
    array([[[2.5, 2.5]]])
    >>> avg_pool([[[6, 6]]], 2, padding=1, count_include_pad=False)
    array([[[6., 6.]]])
    """
    x = as_array(input, "input")
    shape = pool_shape(x.shape, kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode)
    include = require_flag(count_include_pad=count_include_pad)
    if divisor_override is not None:
        if plain_integer(divisor_override) == 0:
            raise clash("divisor_override must not be 0", divisor_override=0)
        (divisor_override,) = require_integers(-LARGEST, divisor_override=divisor_override)
    _require_small(shape)
    x = x.reshape(shape.input_shape)
    dtype = np.dtype(np.float64) if is_whole(x.dtype) else common_type(x)
    output = np.zeros((*x.shape[:2], *shape.output_size), np.result_type(dtype, np.float64))
    for position, inside, padded in _windows(shape):
        window = _window(x, inside)
        divisor = divisor_override or (padded if include else window.shape[-1])
        output[:, :, *position] = window.sum(axis=-1, dtype=output.dtype) / divisor
    whole = shape.outer(shape.in_channels, *shape.output_size)
    return output.astype(dtype, copy=False).reshape(whole)
