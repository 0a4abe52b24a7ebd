"""The definitions, as plain loops over positions.

Slow and literal, so that every other way of computing the same thing can be held against
it. Arrays are ``(N, C, *spatial)`` with any number of spatial axes. The result has the common
type of the two arrays: integers stay integers, and small ones can wrap around.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from convdocs.geometry import input_positions
from convdocs.shapes import ConvShape, conv_shape, conv_transpose_shape

__all__ = ["conv_transpose", "convolve", "cross_correlate"]


def _inside(
    position: Sequence[int], shape: ConvShape, size: Sequence[int]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Pair each tap of the kernel standing at `position` with what it reads within `size`."""
    reads = [
        input_positions(o, k, stride=s, padding=p, dilation=d)
        for o, k, s, p, d in zip(
            position, shape.kernel_size, shape.stride, shape.padding, shape.dilation, strict=True
        )
    ]
    for tap in np.ndindex(*shape.kernel_size):
        read = tuple(axis[t] for axis, t in zip(reads, tap, strict=True))
        if all(0 <= i < n for i, n in zip(read, size, strict=True)):
            yield tap, read


def cross_correlate(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""What deep learning calls convolution: the weighted sum under the kernel, everywhere.

    .. math:: y_{o} = \sum_{c} \sum_{t} w_{o,c,t} \; x_{c,\; s \cdot \text{position} + d t - p}

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    weight : array_like
        Shape (O, C/groups, \*kernel).
    stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis; the padding is zeros on either side.
    groups : int
        Into how many independent parts the channels are split.

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
    Goodfellow, Bengio and Courville, Deep Learning, 2016, equation 9.6.

    Examples
    --------
    >>> cross_correlate([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[2, 2]]])
    """
    x, w = np.asarray(input), np.asarray(weight)
    shape = conv_shape(
        x.shape, w.shape, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    output = np.zeros((shape.batch, shape.out_channels, *shape.output_size), np.result_type(x, w))
    group_in, group_out = w.shape[1], shape.out_channels // groups
    for o in range(shape.out_channels):
        first = o // group_out * group_in
        for position in np.ndindex(*shape.output_size):
            for tap, read in _inside(position, shape, shape.input_size):
                for c in range(group_in):
                    output[:, o, *position] += w[o, c, *tap] * x[:, first + c, *read]
    return output


def convolve(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""What mathematics calls convolution: cross-correlation with the kernel flipped.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    weight : array_like
        Shape (O, C/groups, \*kernel); it is flipped along every spatial axis.
    stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split.

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
    Goodfellow, Bengio and Courville, Deep Learning, 2016, equation 9.5.

    Examples
    --------
    >>> convolve([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[-2, -2]]])
    """
    w = np.asarray(weight)
    flipped = np.flip(w, axis=tuple(range(2, w.ndim)))
    return cross_correlate(
        input, flipped, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


def conv_transpose(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> np.ndarray:
    r"""Send every input value back to where a convolution would have read it, and add up.

    The relation of :func:`cross_correlate` with the two ends swapped: each input position
    scatters its value, times the kernel, over the positions that it would have read.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    weight : array_like
        Shape (C, O/groups, \*kernel): the weight of the convolution that it transposes.
    stride, padding, output_padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split.

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
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, chapter 4.

    Examples
    --------
    >>> conv_transpose([[[1, 2]]], [[[1, 1, 1]]], stride=2)
    array([[[1, 1, 3, 2, 2]]])
    """
    x, w = np.asarray(input), np.asarray(weight)
    shape = conv_transpose_shape(
        x.shape, w.shape, stride=stride, padding=padding,
        output_padding=output_padding, groups=groups, dilation=dilation,
    )  # fmt: skip
    output = np.zeros((shape.batch, shape.out_channels, *shape.output_size), np.result_type(x, w))
    group_in, group_out = shape.in_channels // groups, w.shape[1]
    for c in range(shape.in_channels):
        first = c // group_in * group_out
        for position in np.ndindex(*shape.input_size):
            for tap, write in _inside(position, shape, shape.output_size):
                for o in range(group_out):
                    output[:, first + o, *write] += w[c, o, *tap] * x[:, c, *position]
    return output
