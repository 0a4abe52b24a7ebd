"""The definitions of correlation and convolution, as plain loops over positions.

Slow and literal, so that every other way of computing the same thing can be held against
it. Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` without a batch, with as many spatial
axes as the weight. What they are computed in is told in :mod:`convdocs.operations.numbers`.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.limits import require_small
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.reads import meetings
from convdocs.shapes import conv_shape
from convdocs.sides import Padding

__all__ = ["convolve", "cross_correlate"]


@np.errstate(all="ignore")  # infinities go their way; padding adds nothing to any
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
    group_in, group_out = w.shape[1], shape.out_channels // shape.groups
    steps = prod(shape.output_size) * prod(shape.kernel_size) * shape.out_channels * group_in
    require_small(
        max(x.size, prod(shape.output_shape)), steps,
        kernel_size=shape.kernel_size, output_size=shape.output_size,
    )  # fmt: skip
    require_sums_fit(x, w, b)
    dtype = common_type(x, w, b)
    x, w, b = widened(input=x.reshape(shape.input_shape), weight=w, bias=b)
    output: np.ndarray = np.zeros((len(x), shape.out_channels, *shape.output_size), x.dtype)
    for position, tap, read in meetings(shape.reads()):
        for o in range(shape.out_channels):
            first = o // group_out * group_in
            for c in range(group_in):
                output[:, o, *position] += w[o, c, *tap] * x[:, first + c, *read]
    output += b.reshape(-1, *[1] * len(shape.output_size))
    return output.astype(dtype, copy=False).reshape(shape.output_shape)


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
