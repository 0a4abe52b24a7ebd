"""Pooling, as plain loops over windows, edge rules included.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes; or ``(C, *spatial)`` without a
batch, if `kernel_size` has one number for each axis.
"""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arguments import LARGEST, plain_integer, require_flag, require_integers
from convdocs.errors import clash, mistyped
from convdocs.geometry import input_positions
from convdocs.limits import require_small
from convdocs.operations.numbers import as_array
from convdocs.operations.windowed import averaged, keep_largest
from convdocs.sides import Padding
from convdocs.window_shapes import pool_shape
from convdocs.windows import Windows

__all__ = ["avg_pool", "max_pool"]

Setting = int | Sequence[int]


def _require_small(shape: Windows) -> None:
    outputs, taps = prod(shape.output_size), prod(shape.kernel_size)
    require_small(
        prod(shape.input_shape[:2]) * max(outputs, taps), outputs * taps,
        kernel_size=shape.kernel_size, output_size=shape.output_size,
    )  # fmt: skip


def _windows(shape: Windows) -> Iterator[tuple[tuple[int, ...], list[list[int]], int]]:
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
    windows = ((position, inside) for position, inside, _ in _windows(shape))
    indices = keep_largest(x, windows, output)
    if with_indices and (indices < 0).any():
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
    kernel_size, stride, padding, ceil_mode : int, str, sequence or bool
        As in :func:`max_pool`.
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
    windows = (
        (position, inside, divisor_override or (padded if include else prod(map(len, inside))))
        for position, inside, padded in _windows(shape)
    )
    means = averaged(x, windows, shape.output_size)
    return means.reshape(shape.outer(shape.in_channels, *shape.output_size))
