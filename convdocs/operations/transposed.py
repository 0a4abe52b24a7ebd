"""The definition of the transposed convolution, as plain loops over positions.

Slow and literal, as :mod:`convdocs.operations.reference`, whose relation this is, with its two
ends swapped.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.limits import require_small
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.reads import meetings
from convdocs.shapes import conv_transpose_shape
from convdocs.sides import Padding

__all__ = ["conv_transpose"]


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

    The relation of :func:`convdocs.operations.reference.cross_correlate` with the two ends
    swapped: each input position scatters its value, times the kernel, over the positions that
    it would have read.

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
    group_in, group_out = shape.in_channels // shape.groups, w.shape[1]
    steps = prod(shape.input_size) * prod(shape.kernel_size) * shape.in_channels * group_out
    require_small(
        max(x.size, prod(shape.output_shape)), steps,
        kernel_size=shape.kernel_size, output_size=shape.output_size,
    )  # fmt: skip
    b = np.zeros(shape.out_channels, w.dtype) if b is None else b
    require_sums_fit(x, w.swapaxes(0, 1), b)
    dtype = common_type(x, w, b)
    x, w, b = widened(input=x.reshape(shape.input_shape), weight=w, bias=b)
    output: np.ndarray = np.zeros((len(x), shape.out_channels, *shape.output_size), x.dtype)
    for position, tap, write in meetings(shape.writes()):
        for c in range(shape.in_channels):
            first = c // group_in * group_out
            for o in range(group_out):
                output[:, first + o, *write] += w[c, o, *tap] * x[:, c, *position]
    output += b.reshape(-1, *[1] * len(shape.output_size))
    return output.astype(dtype, copy=False).reshape(shape.output_shape)
