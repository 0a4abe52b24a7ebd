"""Max unpooling: what was kept goes back to where it lay, and the rest is zero."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from convdocs.errors import clash, mistyped
from convdocs.limits import require_few_numbers
from convdocs.operations.numbers import as_array
from convdocs.sides import Padding
from convdocs.window_shapes import max_unpool_shape

__all__ = ["max_unpool"]

Setting = int | Sequence[int]


def max_unpool(
    input: ArrayLike,
    indices: ArrayLike,
    kernel_size: Setting,
    *,
    stride: Setting | None = None,
    padding: Padding = 0,
    output_size: Sequence[int] | None = None,
) -> np.ndarray:
    r"""Put each sample back to where max pooling found it, and zero everywhere else.

    A partial inverse of :func:`convdocs.operations.pooling.max_pool`, whose settings these are:
    they say no more than how large the output is, the indices say the rest. A sample that was
    the largest of several windows is put to its place several times.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial); or (C, \*spatial), if `kernel_size` has a number for each axis.
    indices : array_like of int
        Each sample's place in its channel of the output, counted row by row: the shape of
        `input`, and whole numbers of any type, where PyTorch takes int64 only. Of two samples
        for one place the last stays; PyTorch leaves open which.
    kernel_size, stride : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after); at
        most half the kernel on any side.
    output_size : sequence of int, optional
        The spatial size of what was pooled, or the whole shape of a batch, of which the first two
        numbers are not looked at: less than a stride away from
        ``(size - 1)*stride + kernel_size - before - after``, which it is when None.

    Returns
    -------
    ndarray
        Shape (N, C, \*output) or (C, \*output), of the input's type, whole numbers among them,
        which PyTorch does not take.

    Raises
    ------
    TypeError, ValueError
        If a setting is none that a pooling has (PyTorch takes a kernel of 0, any padding, and an
        output of 0 samples), an index lies outside the output, or that would be too large.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxUnpool2d``. Zeiler and Fergus, Visualizing and
    understanding convolutional networks, 2014.

    Examples
    --------
    >>> max_unpool([[[4, 3]]], [[[1, 3]]], 2)
    array([[[0, 4, 0, 3]]])
    >>> max_unpool([[[4, 3]]], [[[1, 3]]], 2, output_size=(5,))
    array([[[0, 4, 0, 3, 0]]])
    """
    x, places = as_array(input, "input"), as_array(indices, "indices")
    if places.dtype.kind not in "iu":
        raise mistyped("whole numbers", "indices", indices)
    shape = max_unpool_shape(
        x.shape, kernel_size, stride=stride, padding=padding, output_size=output_size
    )
    if places.shape != x.shape:
        raise clash(
            "indices must have the shape of the input",
            **{"indices shape": places.shape, "input shape": x.shape},
        )
    lead, size = shape.input_shape[:2], prod(shape.output_size)
    require_few_numbers(
        max(x.size, prod(lead) * size),
        input_size=shape.input_size, output_size=shape.output_size,
    )  # fmt: skip
    if x.size:
        for index in (int(places.min()), int(places.max())):
            if not 0 <= index < size:
                raise clash(
                    "indices must be places of the output: from 0 to below its number of samples",
                    index=index, output_size=shape.output_size,
                )  # fmt: skip
    samples = prod(shape.input_size)
    output = np.zeros((prod(lead), size), x.dtype)
    flat = places.reshape(prod(lead), samples).astype(np.int64)
    output[np.arange(prod(lead))[:, None], flat] = x.reshape(prod(lead), samples)
    return output.reshape(shape.outer(shape.in_channels, *shape.output_size))
