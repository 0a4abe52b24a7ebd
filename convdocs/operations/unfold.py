"""Windows as columns (im2col), back again (col2im), and convolution as one matrix product.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes; PyTorch's layout of columns.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from convdocs.arguments import per_axis, require_integers, require_sequence
from convdocs.geometry import input_positions
from convdocs.shapes import ConvShape, conv_shape

__all__ = ["fold", "matmul_cross_correlate", "unfold"]


def _pad(shape: ConvShape) -> list[tuple[int, int]]:
    return [(0, 0), (0, 0), *((p, p) for p in shape.padding)]


def _columns(x: np.ndarray, shape: ConvShape) -> np.ndarray:
    """Gather the windows: (N, C, *kernel, *output)."""
    axes = tuple(range(2, x.ndim))
    spans = [
        len(range(reads.start, reads.stop))
        for reads in (
            input_positions(0, k, dilation=d)
            for k, d in zip(shape.kernel_size, shape.dilation, strict=True)
        )
    ]
    windows = sliding_window_view(np.pad(x, _pad(shape)), spans, axis=axes)
    places = (slice(None, None, s) for s in shape.stride)
    taps = (slice(None, None, d) for d in shape.dilation)
    windows = windows[:, :, *places, *taps]
    return np.moveaxis(windows, axes, tuple(range(-len(axes), 0)))


def unfold(
    input: ArrayLike,
    kernel_size: int | Sequence[int],
    *,
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> np.ndarray:
    r"""Write each window the kernel sees as one column (also called im2col).

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    kernel_size, dilation, padding, stride : int or sequence of int
        One number, or one for each spatial axis.

    Returns
    -------
    ndarray
        Shape (N, C * taps, places): channel by channel, the taps in row-major order.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit the padded input, or a setting is out of its range.

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
    x = np.asarray(input)
    kernel = per_axis(kernel_size, max(x.ndim - 2, 1), "kernel_size")
    for taps in kernel:
        require_integers(1, kernel_size=taps)
    shape = conv_shape(
        x.shape, (1, *x.shape[1:2], *kernel), stride=stride, padding=padding, dilation=dilation
    )
    columns = _columns(x, shape).copy()  # what it gives is a view that may not be written to
    return columns.reshape(shape.batch, shape.in_channels * prod(kernel), -1)


def fold(
    columns: ArrayLike,
    output_size: Sequence[int],
    kernel_size: int | Sequence[int],
    *,
    dilation: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    stride: int | Sequence[int] = 1,
) -> np.ndarray:
    r"""Add every column back to where :func:`unfold` read it (also called col2im).

    The transpose of `unfold`, not its inverse: a sample that lay in several windows comes
    back as many times. Dividing by ``fold(unfold(ones))`` repairs that.

    Parameters
    ----------
    columns : array_like
        Shape (N, C * taps, places).
    output_size : sequence of int
        The spatial size of the array that was unfolded.
    kernel_size, dilation, padding, stride : int or sequence of int
        One number, or one for each spatial axis.

    Returns
    -------
    ndarray
        Shape (N, C, \*output_size).

    Raises
    ------
    TypeError, ValueError
        If the columns are not those of such an array, or a setting is out of its range.

    References
    ----------
    PyTorch documentation of ``torch.nn.Fold``.

    Examples
    --------
    >>> fold(unfold([[[1, 2, 3, 4]]], 3), (4,), 3)
    array([[[1, 4, 6, 4]]])
    """
    cols = np.asarray(columns)
    size = require_sequence(output_size, "output_size")
    kernel = per_axis(kernel_size, len(size), "kernel_size")
    for taps in kernel:
        require_integers(1, kernel_size=taps)
    if cols.ndim != 3 or cols.shape[1] % prod(kernel):
        raise ValueError(
            f"columns must be (N, C * taps, places) (shape {cols.shape}, kernel_size={kernel})"
        )
    channels = cols.shape[1] // prod(kernel)
    shape = conv_shape(
        (cols.shape[0], channels, *size), (1, channels, *kernel),
        stride=stride, padding=padding, dilation=dilation,
    )  # fmt: skip
    if cols.shape[2] != prod(shape.output_size):
        raise ValueError(
            f"the kernel stands in {prod(shape.output_size)} places but there are "
            f"{cols.shape[2]} columns (output_size={size}, kernel_size={kernel})"
        )
    padded = np.zeros(
        (shape.batch, channels, *(n + 2 * p for n, p in zip(size, shape.padding, strict=True))),
        cols.dtype,
    )
    cols = cols.reshape(shape.batch, channels, *kernel, *shape.output_size)
    # Adding a view to itself is how NumPy sums a window: the view of _columns, one tap at a time.
    for tap in np.ndindex(*kernel):
        places = (
            slice(t * d, t * d + (o - 1) * s + 1, s)
            for t, d, o, s in zip(tap, shape.dilation, shape.output_size, shape.stride, strict=True)
        )
        padded[:, :, *places] += cols[:, :, *tap]
    inner = (slice(p, p + n) for n, p in zip(size, shape.padding, strict=True))
    return padded[:, :, *inner]


def matmul_cross_correlate(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Cross-correlate by one matrix product: the weights' rows times the windows' columns.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    weight : array_like
        Shape (O, C/groups, \*kernel).
    stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split: one product for each.

    Returns
    -------
    ndarray
        Shape (N, O, \*output).

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting.

    References
    ----------
    Chellapilla, Puri and Simard, High performance convolutional neural networks for
    document processing, 2006.

    Examples
    --------
    >>> matmul_cross_correlate([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[2, 2]]])
    """
    x, w = np.asarray(input), np.asarray(weight)
    shape = conv_shape(
        x.shape, w.shape, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    rows = w.reshape(groups, shape.out_channels // groups, -1)
    columns = _columns(x, shape).reshape(shape.batch, groups, rows.shape[-1], -1)
    product: np.ndarray = rows @ columns
    return product.reshape(shape.batch, shape.out_channels, *shape.output_size)
