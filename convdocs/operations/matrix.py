"""A whole convolution as one sparse matrix, whose transpose is the transposed convolution."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from convdocs.arguments import require_integers, require_sequence
from convdocs.geometry import input_positions
from convdocs.shapes import conv_shape

__all__ = ["cross_correlation_matrix"]


def _reads(n: int, o: int, k: int, s: int, p: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """One axis: the position that each (output, tap) reads, and whether it is in the input."""
    positions = np.array(
        [input_positions(i, k, stride=s, padding=p, dilation=d) for i in range(o)]
    ).reshape(o, k)
    return positions, (positions >= 0) & (positions < n)


def cross_correlation_matrix(
    weight: ArrayLike,
    input_size: Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> csr_array:
    r"""Write cross-correlation by `weight` as a matrix for inputs of one size.

    ``matrix @ x.ravel()`` is the flattened output for an `x` of shape (C, \*input_size), and
    ``matrix.T @ y.ravel()`` the transposed convolution. Row by row it is what one output cell
    reads. With one channel and stride 1 it is a (doubly) blocked Toeplitz matrix.

    Parameters
    ----------
    weight : array_like
        Shape (O, C/groups, \*kernel).
    input_size : sequence of int
        The input's spatial size.
    stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (O * outputs, C * inputs), with an entry stored for each weight that meets an
        input sample, zero weights included.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, section 4.1.

    Examples
    --------
    >>> cross_correlation_matrix([[[1, 2, 3]]], (5,)).toarray()
    array([[1, 2, 3, 0, 0],
           [0, 1, 2, 3, 0],
           [0, 0, 1, 2, 3]])
    """
    w = np.asarray(weight)
    size = require_sequence(input_size, "input_size")
    (groups,) = require_integers(1, groups=groups)
    channels = w.shape[1] * groups if w.ndim > 1 else 0
    shape = conv_shape(
        (1, channels, *size), w.shape,
        stride=stride, padding=padding, dilation=dilation, groups=groups,
    )  # fmt: skip
    axes = len(size)
    # Flat index and validity of every (output, tap) pair: axis by axis, broadcast together.
    column = np.zeros((), np.int64)
    valid = np.ones((), np.bool_)
    settings = zip(
        size, shape.output_size, shape.kernel_size, shape.stride, shape.padding, shape.dilation,
        strict=True,
    )  # fmt: skip
    for axis, (n, o, k, s, p, d) in enumerate(settings):
        place = [1] * (2 * axes)
        place[axis], place[axes + axis] = o, k
        positions, inside = _reads(n, o, k, s, p, d)
        column = column * n + positions.reshape(place)
        valid = valid & inside.reshape(place)
    outputs, taps, inputs = prod(shape.output_size), prod(shape.kernel_size), prod(size)
    row, tap = np.nonzero(valid.reshape(outputs, taps))
    column = column.reshape(outputs, taps)[row, tap]
    # Then the same pattern for every pair of channels that share a group.
    group_in, group_out = w.shape[1], shape.out_channels // groups
    out = np.arange(shape.out_channels)[:, None, None]
    inp = (out // group_out) * group_in + np.arange(group_in)[None, :, None]
    full = (shape.out_channels, group_in, row.size)
    data = w.reshape(shape.out_channels, group_in, taps)[:, :, tap]
    rows = np.broadcast_to(out * outputs + row, full)
    columns = np.broadcast_to(inp * inputs + column, full)
    return csr_array(
        coo_array(
            (data.ravel(), (rows.ravel(), columns.ravel())),
            shape=(shape.out_channels * outputs, channels * inputs),
        )
    )
