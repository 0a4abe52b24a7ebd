"""The way back through a layer: how a loss depends on what was read, and on the weights.

Tap by tap, by slices with a step. Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` without
a batch, and the padding is of zeros. What is computed in is told in
:mod:`convdocs.operations.numbers`.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arguments import require_integers
from convdocs.each_axis import per_axis, require_sequence, told_apart
from convdocs.errors import clash, mistyped
from convdocs.limits import require_small
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.shapes import ConvShape, conv_shape
from convdocs.sides import Padding

__all__ = ["input_gradient", "weight_gradient"]


def _real(value: ArrayLike, name: str) -> np.ndarray:
    array = as_array(value, name)
    if array.dtype.kind == "c":
        raise mistyped("real: a slope is one of real numbers here", name, value)
    return array


def _require_output(shape: ConvShape, found: tuple[int, ...]) -> None:
    """Refuse what is not of the output's shape, and what would take too long or too much."""
    if found != shape.output_shape:
        raise clash(
            "output_gradient must have a number for each number of the output",
            **{"output_gradient shape": found, "output shape": shape.output_shape},
        )
    padded = shape.in_channels * prod(shape.padded_size)
    outputs = shape.out_channels * prod(shape.output_size)
    require_small(
        shape.input_shape[0] * max(padded, outputs),
        outputs * prod(shape.kernel_size) * (shape.in_channels // shape.groups),
        kernel_size=shape.kernel_size, output_size=shape.output_size, padding=shape.padding,
    )  # fmt: skip


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def input_gradient(
    output_gradient: ArrayLike,
    weight: ArrayLike,
    input_size: Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""How does the loss depend on each sample that a cross-correlation has read?

    Each output sends its slope back to the samples that it read, times the weight between them.
    This is the transposed convolution of `output_gradient`.

    .. math:: \frac{\partial L}{\partial x_{c,i}} = \sum_{o} \; \sum_{s m + d t - p = i}
              w_{o,c,t} \; \frac{\partial L}{\partial y_{o,m}}

    Parameters
    ----------
    output_gradient : array_like
        Shape (N, O, \*output) or (O, \*output): the slope in each output.
    weight : array_like
        Shape (O, C/groups, \*kernel): that of the cross-correlation, unchanged.
    input_size : sequence of int
        The input's spatial size, which the output's alone does not tell at a stride above 1.
    stride, dilation, padding, groups : int, str or sequence
        As in :func:`convdocs.operations.reference.cross_correlate`.

    Returns
    -------
    ndarray
        Shape (N, C, \*input_size) or (C, \*input_size): the slope in each sample.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, numbers are complex, or there
        would be too much to compute.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, section 4.1.

    Examples
    --------
    >>> input_gradient([[1, 2]], [[[1, 10, 100]]], (5,), stride=2)
    array([[  1,  10, 102,  20, 200]])
    """
    g, w = _real(output_gradient, "output_gradient"), _real(weight, "weight")
    size = require_sequence(input_size, "input_size", minimum=1)
    (groups,) = require_integers(1, groups=groups)
    if w.ndim < 3 or w.ndim != len(size) + 2 or g.ndim not in {w.ndim, w.ndim - 1}:
        raise clash(
            "weight must be (O, C/groups, *kernel) and output_gradient (N, O, *output) or "
            "(O, *output), with an axis for each of input_size",
            **{"weight shape": w.shape, "output_gradient shape": g.shape, "input_size": size},
        )
    shape = conv_shape(
        (*g.shape[: g.ndim - w.ndim + 1], w.shape[1] * groups, *size), w.shape,
        stride=stride, padding=padding, dilation=dilation, groups=groups,
    )  # fmt: skip
    _require_output(shape, g.shape)
    by_group = (groups, shape.out_channels // groups, *w.shape[1:])
    require_sums_fit(g, w.reshape(by_group).swapaxes(1, 2).reshape(shape.in_channels, -1))
    dtype = common_type(g, w)
    g, w = widened(output_gradient=g, weight=w)
    batch = shape.input_shape[0]
    g = g.reshape(batch, groups, by_group[1], prod(shape.output_size))
    w = w.reshape(by_group).swapaxes(1, 2)
    total: np.ndarray = np.zeros((batch, shape.in_channels, *shape.padded_size), g.dtype)
    for tap in np.ndindex(*shape.kernel_size):
        sent = w[:, :, :, *tap] @ g
        total[:, :, *shape.met(tap)] += sent.reshape(batch, shape.in_channels, *shape.output_size)
    inner = total[:, :, *shape.inner].astype(dtype)
    return inner.reshape(shape.outer(*inner.shape[1:]))


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def weight_gradient(
    input: ArrayLike,
    output_gradient: ArrayLike,
    kernel_size: int | Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""How does the loss depend on each weight of a cross-correlation?

    A weight meets one sample for each output, and the slope in it is the sum of these samples
    times the outputs' slopes. This is a cross-correlation of the input with `output_gradient`
    as its kernel, in which stride and dilation have changed places.

    .. math:: \frac{\partial L}{\partial w_{o,c,t}} = \sum_{n} \sum_{m}
              \frac{\partial L}{\partial y_{n,o,m}} \; x_{n,c,\; s m + d t - p}

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial), or (C, \*spatial) if `kernel_size` has a number for each axis.
    output_gradient : array_like
        Shape (N, O, \*output) or (O, \*output): the slope in each output.
    kernel_size : int or sequence of int
        One number, or one for each spatial axis: at a stride above 1 the sizes of input and
        output alone do not tell it.
    stride, dilation, padding, groups : int, str or sequence
        As in :func:`input_gradient`.

    Returns
    -------
    ndarray
        Shape (O, C/groups, \*kernel_size): the slope in each weight, added up over the batch.

    Raises
    ------
    TypeError, ValueError
        As in :func:`input_gradient`.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, 2016, section 9.5.

    Examples
    --------
    >>> weight_gradient([[1, 2, 3, 4, 5]], [[1, 10]], (3,), stride=2)
    array([[[31, 42, 53]]])
    """
    x, g = _real(input, "input"), _real(output_gradient, "output_gradient")
    (groups,) = require_integers(1, groups=groups)
    _, channels, size = told_apart(x.shape, kernel_size=kernel_size)
    if g.ndim != x.ndim:
        raise clash(
            "output_gradient must be (N, O, *output), or (O, *output) if the input has no batch",
            **{"input shape": x.shape, "output_gradient shape": g.shape}, kernel_size=kernel_size,
        )  # fmt: skip
    kernel = per_axis(kernel_size, len(size), "kernel_size", minimum=1)
    out_channels = g.shape[-len(size) - 1]
    shape = conv_shape(
        x.shape, (out_channels, max(1, channels // groups), *kernel), stride=stride,
        padding=padding, dilation=dilation, groups=groups,
    )  # fmt: skip
    _require_output(shape, g.shape)
    batch, places = shape.input_shape[0], prod(shape.output_size)
    g = g.reshape(batch, out_channels, places)
    require_sums_fit(x, g.swapaxes(0, 1))
    dtype = common_type(x, g)
    x, g = widened(input=x.reshape(shape.input_shape), output_gradient=g)
    g = g.reshape(batch, groups, out_channels // groups, places)
    padded: np.ndarray = np.zeros((batch, channels, *shape.padded_size), x.dtype)
    padded[:, :, *shape.inner] = x
    slopes: np.ndarray = np.zeros((out_channels, channels // groups, *kernel), x.dtype)
    for tap in np.ndindex(*shape.kernel_size):
        read = padded[:, :, *shape.met(tap)].reshape(batch, groups, channels // groups, places)
        slopes[:, :, *tap] = (g @ read.swapaxes(2, 3)).sum(axis=0).reshape(slopes.shape[:2])
    return slopes.astype(dtype, copy=False)
