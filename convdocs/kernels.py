"""Kernels with a name, as (height, width) or (count, height, width) arrays of float32.

All are written as PyTorch would use them, unflipped.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convdocs.arguments import require_integers
from convdocs.arrays import as_real
from convdocs.each_axis import require_sequence
from convdocs.errors import clash
from convdocs.limits import require_few_numbers

__all__ = ["LAPLACIAN", "SOBEL_X", "as_weight", "impulse", "oriented_ramps"]


def _constant(*rows: Sequence[float]) -> NDArray[np.float32]:
    kernel = np.array(rows, np.float32)
    kernel.flags.writeable = False
    return kernel


SOBEL_X = _constant((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
"""Brightness rising to the right. Sobel and Feldman, 1968; Duda and Hart, 1973, page 271."""

LAPLACIAN = _constant((0, 1, 0), (1, -4, 1), (0, 1, 0))
"""Sum of the second differences: zero on any ramp. Rosenfeld and Kak, 1982, section 6.4."""


def oriented_ramps() -> NDArray[np.float32]:
    """Four 5x5 ramps from -1 to 1: rising right, left, down and up.

    Each answers strongest where the brightness rises in its direction; the second and the
    fourth are the negatives of the first and the third.

    Returns
    -------
    ndarray
        Shape (4, 5, 5).

    Examples
    --------
    >>> oriented_ramps()[0, 0]
    array([-1. , -0.5,  0. ,  0.5,  1. ], dtype=float32)
    """
    right = np.tile(np.linspace(-1, 1, 5, dtype=np.float32), (5, 1))
    return np.stack([right, -right, right.T, -right.T])


def impulse(kernel_size: Sequence[int], *, value: float = 1) -> NDArray[np.float32]:
    """Zeros but for `value` at the centre: a kernel that copies the picture, times `value`.

    Parameters
    ----------
    kernel_size : sequence of int
        Odd numbers, so that there is a centre.
    value : float
        What stands at the centre.

    Returns
    -------
    ndarray
        Shape `kernel_size`.

    Raises
    ------
    TypeError, ValueError
        If there is no size or one that is not an odd integer of at least 1, `value` is not a
        real number, or there would be too many numbers.

    Examples
    --------
    >>> impulse((3,), value=-1)
    array([ 0., -1.,  0.], dtype=float32)
    """
    kernel_size = require_sequence(kernel_size, "kernel_size", minimum=1)
    if as_real(value, "value").ndim or not kernel_size:
        raise clash("there must be one number and an axis", value=value, kernel_size=kernel_size)
    for size in kernel_size:
        if size % 2 == 0:
            raise ValueError(f"an even kernel has no centre ({kernel_size=})")
    require_few_numbers(prod(kernel_size), kernel_size=kernel_size)
    kernel = np.zeros(kernel_size, np.float32)
    kernel[tuple(size // 2 for size in kernel_size)] = value
    return kernel


def as_weight(bank: ArrayLike, in_channels: int) -> NDArray[np.float32]:
    r"""Give a bank of kernels the shape of a layer's weight, the same for every channel.

    Parameters
    ----------
    bank : array_like
        Shape (O, \*kernel).
    in_channels : int
        How many channels the layer reads, at least 1.

    Returns
    -------
    ndarray
        Shape (O, in_channels, \*kernel).

    Raises
    ------
    TypeError, ValueError
        If `in_channels` is not an integer of at least 1, or `bank` is not an array of real
        numbers or has no kernel axes, or there would be too many numbers.

    Examples
    --------
    >>> as_weight(oriented_ramps(), 3).shape
    (4, 3, 5, 5)
    """
    (channels,) = require_integers(1, in_channels=in_channels)
    kernels = as_real(bank, "bank").astype(np.float32)
    if kernels.ndim < 2:
        raise ValueError(f"a bank of kernels is (O, *kernel) (shape {kernels.shape})")
    require_few_numbers(kernels.size * channels, in_channels=channels)
    return np.repeat(kernels[:, None], in_channels, axis=1)
