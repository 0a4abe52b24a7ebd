"""A whole convolution as one sparse matrix, whose transpose is the transposed convolution."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, get_index_dtype

from convdocs.arguments import LARGEST, require_integers
from convdocs.each_axis import require_sequence
from convdocs.errors import clash
from convdocs.limits import require_few_numbers
from convdocs.operations.numbers import as_array, common_type, require_sums_fit
from convdocs.shapes import conv_shape
from convdocs.sides import Padding

__all__ = ["cross_correlation_matrix"]


def cross_correlation_matrix(
    weight: ArrayLike,
    input_size: Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> csr_array:
    r"""Write cross-correlation by `weight` as a matrix for inputs of one size.

    ``matrix @ x.ravel()`` is the flattened output for an `x` of shape (C, \*input_size), and
    ``matrix.T @ y.ravel()`` the transposed convolution, if the padding is of zeros. Row by row it
    is what one output cell reads. With one channel and stride 1 it is a (doubly) blocked Toeplitz
    matrix, unless padding mirrors or repeats the border.

    Parameters
    ----------
    weight : array_like
        Shape (O, C/groups, \*kernel).
    input_size : sequence of int
        The input's spatial size.
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
    scipy.sparse.csr_array
        Shape (O * outputs, C * inputs), with an entry stored for each input sample that a
        weight meets, zero weights included; of int64 if the weights are whole numbers, and of
        their own type otherwise, but for float16, of which SciPy has no matrices.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or there would be too many
        entries.

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
    w = as_array(weight, "weight")
    size = require_sequence(input_size, "input_size", minimum=1)
    (groups,) = require_integers(1, groups=groups)
    if w.ndim < 3 or w.ndim != len(size) + 2:
        raise clash(
            "weight must be (O, C/groups, *kernel) with a kernel axis for each of input_size",
            **{"weight shape": w.shape, "input_size": size},
        )
    group_in = w.shape[1]
    shape = conv_shape(
        (group_in * groups, *size), w.shape, stride=stride, padding=padding, dilation=dilation,
        groups=groups, padding_mode=padding_mode,
    )  # fmt: skip
    axes = len(size)
    outputs, taps, inputs = prod(shape.output_size), prod(shape.kernel_size), prod(size)
    stored = outputs * taps * group_in * shape.out_channels
    require_few_numbers(stored, output_size=shape.output_size, **{"weight shape": w.shape})
    if shape.in_channels * inputs > LARGEST:
        raise clash(
            f"the matrix would have more than {LARGEST} columns",
            input_size=size, in_channels=shape.in_channels,
        )  # fmt: skip
    require_sums_fit(np.ones(1, np.int64), w)  # where two taps read the same sample
    # Flat index and validity of every (output, tap) pair: axis by axis, broadcast together.
    column = np.zeros((), get_index_dtype(maxval=max(stored, shape.in_channels * inputs)))
    valid = np.ones((), np.bool_)
    for axis, (n, reads) in enumerate(zip(size, shape.reads(), strict=True)):
        place = [1] * (2 * axes)
        place[axis], place[axes + axis] = len(reads), len(reads[0])
        positions = np.array([[-1 if i is None else i for i in row] for row in reads])
        column = column * n + positions.astype(column.dtype).reshape(place)
        valid = valid & (positions >= 0).reshape(place)
    # Row by row, each reads the taps of one channel after the other. Rows of a group read alike.
    reading = (outputs, group_in, taps)
    valid = np.broadcast_to(valid.reshape(outputs, 1, taps), reading)
    channel = np.arange(group_in, dtype=column.dtype)[:, None] * inputs
    column = (column.reshape(outputs, 1, taps) + channel)[valid]
    first = np.arange(groups, dtype=column.dtype)[:, None, None] * (group_in * inputs)
    columns = np.broadcast_to(column + first, (groups, shape.out_channels // groups, column.size))
    dtype = np.result_type(common_type(w), np.float32) if w.dtype.kind == "f" else common_type(w)
    rows = w.astype(dtype).reshape(shape.out_channels, 1, group_in, taps)
    data = np.concatenate([np.broadcast_to(row, reading)[valid] for row in rows])
    length = np.tile(valid.sum((1, 2)), shape.out_channels)
    ends = np.concatenate([[0], np.cumsum(length)]).astype(column.dtype)
    matrix = csr_array(
        (data, columns.flatten(), ends),
        shape=(shape.out_channels * outputs, shape.in_channels * inputs),
    )
    matrix.sum_duplicates()  # where the padding repeats what another tap reads as well
    return matrix
