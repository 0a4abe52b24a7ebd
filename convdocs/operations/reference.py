"""The definitions, as plain loops over positions.

Slow and literal, so that every other way of computing the same thing can be held against
it. Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` without a batch, with as many spatial
axes as the weight. What they are computed in is told in :mod:`convdocs.operations.numbers`.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convdocs.limits import require_few_numbers, require_few_steps
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.padding import Padding
from convdocs.shapes import ConvShape, conv_shape, conv_transpose_shape

__all__ = ["conv_transpose", "convolve", "cross_correlate"]


def _pairs(
    reads: Sequence[Sequence[Sequence[int | None]]],
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], list[int]]]:
    """For every place of the kernel pair each tap with what it meets: (place, tap, position)."""
    for place in np.ndindex(*(len(axis) for axis in reads)):
        here = [axis[o] for axis, o in zip(reads, place, strict=True)]
        for tap in np.ndindex(*(len(taps) for taps in here)):
            met = [taps[t] for taps, t in zip(here, tap, strict=True)]
            position = [i for i in met if i is not None]
            if len(position) == len(met):
                yield place, tap, position


def _require_small(shape: ConvShape, places: Sequence[int], channel_pairs: int) -> None:
    causes = {"kernel_size": shape.kernel_size, "output_size": shape.output_size}
    outputs = shape.input_shape[0] * shape.out_channels * prod(shape.output_size)
    require_few_numbers(max(prod(shape.input_shape), outputs), **causes)
    require_few_steps(prod(places) * prod(shape.kernel_size) * channel_pairs, **causes)


def _with_bias(output: np.ndarray, bias: np.ndarray) -> np.ndarray:
    output += bias.reshape(-1, *[1] * (output.ndim - 2))
    return output


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def cross_correlate(
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
    r"""What deep learning calls convolution: the weighted sum under the kernel, everywhere.

    .. math:: y_{o} = b_{o} +
              \sum_{c} \sum_{t} w_{o,c,t} \; x_{c,\; s \cdot \text{position} + d t - p}

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
        Into how many independent parts the channels are split.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    ndarray
        Shape (N, O, \*output) or (O, \*output).

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or the loops would be too long.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, equation 9.6.

    Examples
    --------
    >>> cross_correlate([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[2, 2]]])
    >>> cross_correlate([[0, 1, 2, 3]], [[[-1, 0, 1]]], padding="same", padding_mode="circular")
    array([[-2,  2,  2, -2]])
    """
    x, w = as_array(input, "input"), as_array(weight, "weight")
    b = np.zeros(len(w) if w.ndim else 0, w.dtype) if bias is None else as_array(bias, "bias")
    shape = conv_shape(
        x.shape, w.shape, bias_shape=b.shape, stride=stride, padding=padding, dilation=dilation,
        groups=groups, padding_mode=padding_mode,
    )  # fmt: skip
    group_in, group_out = w.shape[1], shape.out_channels // groups
    _require_small(shape, shape.output_size, shape.out_channels * group_in)
    require_sums_fit(x, w, b)
    dtype = common_type(x, w, b)
    x, w, b = widened(input=x.reshape(shape.input_shape), weight=w, bias=b)
    output: np.ndarray = np.zeros((len(x), shape.out_channels, *shape.output_size), x.dtype)
    for position, tap, read in _pairs(shape.reads()):
        for o in range(shape.out_channels):
            first = o // group_out * group_in
            for c in range(group_in):
                output[:, o, *position] += w[o, c, *tap] * x[:, first + c, *read]
    return _with_bias(output, b).astype(dtype, copy=False).reshape(shape.output_shape)


def convolve(
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
    r"""What mathematics calls convolution: cross-correlation with the kernel flipped.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial) or (C, \*spatial).
    weight : array_like
        Shape (O, C/groups, \*kernel); it is flipped along every spatial axis.
    bias : array_like, optional
        Shape (O,): what is added to each output channel.
    stride, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    groups : int
        Into how many independent parts the channels are split.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    ndarray
        Shape (N, O, \*output) or (O, \*output).

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or the loops would be too long.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, equation 9.5.

    Examples
    --------
    >>> convolve([[[0, 1, 2, 3]]], [[[-1, 0, 1]]])
    array([[[-2, -2]]])
    """
    w = as_array(weight, "weight")
    flipped = np.flip(w, axis=tuple(range(2, w.ndim)))
    return cross_correlate(
        input, flipped, bias=bias, stride=stride, padding=padding, dilation=dilation,
        groups=groups, padding_mode=padding_mode,
    )  # fmt: skip


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def conv_transpose(
    input: ArrayLike,
    weight: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
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
        Shape (N, C, \*spatial) or (C, \*spatial).
    weight : array_like
        Shape (C, O/groups, \*kernel): the weight of the convolution that it transposes.
    bias : array_like, optional
        Shape (O,): what is added to each output channel.
    stride, output_padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        That of the convolution that it transposes, always of zeros: one number, 'same',
        'valid', or for each axis a number or a pair (before, after).
    groups : int
        Into how many independent parts the channels are split.

    Returns
    -------
    ndarray
        Shape (N, O, \*output) or (O, \*output).

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or the loops would be too long.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, chapter 4.

    Examples
    --------
    >>> conv_transpose([[[1, 2]]], [[[1, 1, 1]]], stride=2)
    array([[[1, 1, 3, 2, 2]]])
    """
    x, w = as_array(input, "input"), as_array(weight, "weight")
    b = None if bias is None else as_array(bias, "bias")
    shape = conv_transpose_shape(
        x.shape, w.shape, bias_shape=None if b is None else b.shape, stride=stride,
        padding=padding, output_padding=output_padding, groups=groups, dilation=dilation,
    )  # fmt: skip
    group_in, group_out = shape.in_channels // groups, w.shape[1]
    _require_small(shape, shape.input_size, shape.in_channels * group_out)
    b = np.zeros(shape.out_channels, w.dtype) if b is None else b
    require_sums_fit(x, w.swapaxes(0, 1), b)
    dtype = common_type(x, w, b)
    x, w, b = widened(input=x.reshape(shape.input_shape), weight=w, bias=b)
    output: np.ndarray = np.zeros((len(x), shape.out_channels, *shape.output_size), x.dtype)
    for position, tap, write in _pairs(shape.writes()):
        for c in range(shape.in_channels):
            first = c // group_in * group_out
            for o in range(group_out):
                output[:, first + o, *write] += w[c, o, *tap] * x[:, c, *position]
    return _with_bias(output, b).astype(dtype, copy=False).reshape(shape.output_shape)
