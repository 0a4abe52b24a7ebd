"""Windows as columns (im2col), and convolution as one matrix product.

Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` without a batch; PyTorch's layout of columns.
The way back is in :mod:`convdocs.operations.fold`. What is computed in is told in
:mod:`convdocs.operations.numbers`.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from convdocs.geometry import kernel_span
from convdocs.limits import require_few_numbers
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.padding_mode import source
from convdocs.shapes import conv_shape
from convdocs.sides import Padding
from convdocs.window_shapes import unfold_shape
from convdocs.windows import Windows

__all__ = ["matmul_cross_correlate", "unfold"]


def _require_small(shape: Windows, columns: int) -> None:
    """Refuse to pad, or to gather `columns` times as many numbers as there are taps."""
    lead = prod(shape.input_shape[:2])
    require_few_numbers(
        max(lead * prod(shape.padded_size), columns * prod(shape.kernel_size)),
        kernel_size=shape.kernel_size, output_size=shape.output_size, padding=shape.padding,
    )  # fmt: skip


def _padded(x: np.ndarray, shape: Windows) -> np.ndarray:
    """Put around the input what its padding mode reads there."""
    for axis, (n, (before, after)) in enumerate(
        zip(shape.input_size, shape.padding, strict=True), start=2
    ):
        outside = [*range(-before, 0), *range(n, n + after)]
        reads = [source(i, n, shape.padding_mode) for i in outside]
        places = np.array([-1 if i is None else i for i in reads], int)
        rim = x.take(places, axis)
        rim[(slice(None),) * axis + (places < 0,)] = 0
        first, last = np.split(rim, [before], axis)
        x = np.concatenate([first, x, last], axis)
    return x


def _columns(x: np.ndarray, shape: Windows) -> np.ndarray:
    """Gather the windows: (N, C, *kernel, *output)."""
    axes = tuple(range(2, x.ndim))
    spans = [
        kernel_span(k, dilation=d) for k, d in zip(shape.kernel_size, shape.dilation, strict=True)
    ]
    windows = sliding_window_view(_padded(x, shape), spans, axis=axes)
    places = (slice(None, None, s) for s in shape.stride)
    taps = (slice(None, None, d) for d in shape.dilation)
    windows = windows[:, :, *places, *taps]
    return np.moveaxis(windows, axes, tuple(range(-len(axes), 0)))


def unfold(
    input: ArrayLike,
    kernel_size: int | Sequence[int],
    *,
    dilation: int | Sequence[int] = 1,
    padding: Padding = 0,
    stride: int | Sequence[int] = 1,
    padding_mode: str = "zeros",
) -> np.ndarray:
    r"""Write each window the kernel sees as one column (also called im2col).

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `kernel_size` has a number for each axis.
    kernel_size, dilation, stride : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    ndarray
        Shape (N, C * taps, places), or (C * taps, places): channel by channel, the taps in
        row-major order; of the input's type.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit the padded input, a setting is out of its range, or there
        would be too many numbers.

    References
    ----------
    PyTorch documentation of ``torch.nn.Unfold``.

    Examples
    --------
    >>> unfold([[[1, 2, 3, 4]]], 3)
    array([[[1, 2],
            [2, 3],
            [3, 4]]])
    """
    x = as_array(input, "input")
    shape = unfold_shape(
        x.shape, kernel_size, dilation=dilation, padding=padding, stride=stride,
        padding_mode=padding_mode,
    )  # fmt: skip
    places = prod(shape.output_size)
    _require_small(shape, prod(shape.input_shape[:2]) * places)
    # A copy, since what it gives is a view that may not be written to.
    columns = _columns(x.reshape(shape.input_shape), shape).copy()
    return columns.reshape(shape.outer(shape.in_channels * prod(shape.kernel_size), places))


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def matmul_cross_correlate(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> np.ndarray:
    r"""Cross-correlate by one matrix product: the weights' rows times the windows' columns.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial) or (C, \*spatial).
    weight : array_like
        Shape (O, C/groups, \*kernel).
    bias : array_like, optional
        Shape (O,): what is added to each output channel.
    stride, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    groups : int
        Into how many independent parts the channels are split: one product for each.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    ndarray
        Shape (N, O, \*output) or (O, \*output).

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or there would be too many
        numbers.

    References
    ----------
    Chellapilla, Puri and Simard, High performance convolutional neural networks for
    document processing, 2006.

    Examples
    --------
    >>> matmul_cross_correlate([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[2, 2]]])
    """
    x, w = as_array(input, "input"), as_array(weight, "weight")
    b = np.zeros(len(w) if w.ndim else 0, w.dtype) if bias is None else as_array(bias, "bias")
    shape = conv_shape(
        x.shape, w.shape, bias_shape=b.shape, stride=stride, padding=padding, dilation=dilation,
        groups=groups, padding_mode=padding_mode,
    )  # fmt: skip
    places, taps = prod(shape.output_size), prod(shape.kernel_size)
    lead, rows_of_group = prod(shape.input_shape[:2]), w.shape[1] * taps
    _require_small(shape, max(lead, shape.input_shape[0] * shape.out_channels) * places)
    require_sums_fit(x, w, b)
    dtype = common_type(x, w, b)
    x, w, b = widened(least=np.float32, input=x.reshape(shape.input_shape), weight=w, bias=b)
    groups = shape.groups
    rows = w.reshape(groups, shape.out_channels // groups, rows_of_group)
    columns = _columns(x, shape).reshape(len(x), groups, rows_of_group, places)
    product: np.ndarray = rows @ columns
    product += b.reshape(groups, -1, 1)
    return product.astype(dtype, copy=False).reshape(shape.output_shape)
