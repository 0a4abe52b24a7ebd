"""Columns back to an array (col2im): the transpose of unfolding, not its inverse."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.each_axis import per_axis, require_sequence
from convdocs.errors import clash, counted
from convdocs.limits import require_few_numbers
from convdocs.operations.numbers import as_array, common_type, require_sums_fit, widened
from convdocs.padding_mode import source
from convdocs.sides import Padding
from convdocs.window_shapes import unfold_shape
from convdocs.windows import Windows

__all__ = ["fold"]


def _shape(
    columns: tuple[int, ...], output_size: Sequence[int], kernel_size: int | Sequence[int],
    dilation: int | Sequence[int], padding: Padding, stride: int | Sequence[int],
    padding_mode: str,
) -> Windows:  # fmt: skip
    """Check the columns as those of an array, and tell where its windows stood."""
    size = require_sequence(output_size, "output_size", minimum=1)
    if not size:
        raise clash("output_size must have a number for each spatial axis", output_size=size)
    kernel = per_axis(kernel_size, len(size), "kernel_size", minimum=1)
    told = {"columns shape": columns, "output_size": size, "kernel_size": kernel}
    if len(columns) not in {2, 3} or 0 in columns[-2:] or columns[-2] % prod(kernel):
        raise clash("columns must be (N, C * taps, places) or (C * taps, places)", **told)
    try:
        shape = unfold_shape(
            (*columns[:-2], columns[-2] // prod(kernel), *size), kernel,
            dilation=dilation, padding=padding, stride=stride, padding_mode=padding_mode,
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"no input of output_size {size} is unfolded so: {error}") from None
    places = prod(shape.output_size)
    if columns[-1] != places:
        raise clash(
            f"the kernel stands in {counted(places, 'place', 'places')} but there "
            f"{'is' if columns[-1] == 1 else 'are'} {counted(columns[-1], 'column', 'columns')}",
            **told,
        )
    return shape


def _added_up(cols: np.ndarray, shape: Windows) -> np.ndarray:
    """Add each column, (N, C, *kernel, *output), to the padded array where its window stood."""
    require_few_numbers(
        prod(shape.input_shape[:2]) * prod(shape.padded_size),
        output_size=shape.input_size, padding=shape.padding,
    )  # fmt: skip
    total: np.ndarray = np.zeros((*shape.input_shape[:2], *shape.padded_size), cols.dtype)
    for tap in np.ndindex(*shape.kernel_size):
        total[:, :, *shape.met(tap)] += cols[:, :, *tap]
    return total


def _padding_sent_back(total: np.ndarray, shape: Windows) -> np.ndarray:
    """Add what lies in the padding to what its mode reads there, axis by axis."""
    for axis, (n, (before, after)) in enumerate(
        zip(shape.input_size, shape.padding, strict=True), start=2
    ):
        along = np.moveaxis(total, axis, 0)
        inner = along[before : before + n].copy()
        for i in (*range(-before, 0), *range(n, n + after)):
            read = source(i, n, shape.padding_mode)
            if read is not None:
                inner[read] += along[before + i]
        total = np.moveaxis(inner, 0, axis)
    return total


@np.errstate(all="ignore")  # infinities and NaN go their way, as in PyTorch
def fold(
    columns: ArrayLike,
    output_size: Sequence[int],
    kernel_size: int | Sequence[int],
    *,
    dilation: int | Sequence[int] = 1,
    padding: Padding = 0,
    stride: int | Sequence[int] = 1,
    padding_mode: str = "zeros",
) -> np.ndarray:
    r"""Add every column back to where ``unfold`` read it (also called col2im).

    The transpose of :func:`convdocs.operations.unfold.unfold`, not its inverse: a sample that
    lay in several windows comes back as many times. Dividing by ``fold(unfold(ones))`` repairs
    that, where it is not 0: what no window read is lost.

    Parameters
    ----------
    columns : array_like
        Shape (N, C * taps, places) or (C * taps, places).
    output_size : sequence of int
        The spatial size of the array that was unfolded.
    kernel_size, dilation, stride : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What was read in the padding.

    Returns
    -------
    ndarray
        Shape (N, C, \*output_size) or (C, \*output_size).

    Raises
    ------
    TypeError, ValueError
        If the columns are not those of such an array, a setting is out of its range, or there
        would be too many numbers.

    References
    ----------
    PyTorch documentation of ``torch.nn.Fold``.

    Examples
    --------
    >>> fold([[[1, 2], [2, 3], [3, 4]]], (4,), 3)
    array([[[1, 4, 6, 4]]])
    """
    cols = as_array(columns, "columns")
    shape = _shape(cols.shape, output_size, kernel_size, dilation, padding, stride, padding_mode)
    taps = prod(shape.kernel_size)
    # A sample lies in `taps` windows at most, but for those that the padding reads again.
    repeats = taps if shape.padding_mode == "zeros" else taps * cols.shape[-1]
    require_sums_fit(cols, np.full((1, 1), repeats))
    dtype = common_type(cols)
    (cols,) = widened(columns=cols)
    cols = cols.reshape(*shape.input_shape[:2], *shape.kernel_size, *shape.output_size)
    total = _padding_sent_back(_added_up(cols, shape), shape)
    return total.astype(dtype, copy=False).reshape(shape.outer(*total.shape[1:]))
