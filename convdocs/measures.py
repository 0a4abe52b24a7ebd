"""How close is one picture to another?"""

import math

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arguments import require_integers
from convdocs.arrays import as_real, require_positive
from convdocs.errors import clash

__all__ = ["psnr"]


def psnr(picture: ArrayLike, original: ArrayLike, *, border: int = 0, peak: float = 1) -> float:
    r"""Compare two pictures by their peak signal-to-noise ratio.

    ``10 * log10(peak**2 / mean((picture - original)**2))``, in decibels (dB). Higher is closer;
    10 dB more mean a tenth of the squared error.

    Parameters
    ----------
    picture, original : array_like
        Shape (\*any, height, width), the same for both.
    border : int
        So many rows and columns are left out at each edge, at least 0.
    peak : float
        The largest value that a pixel can have, above 0; 255 for bytes.

    Returns
    -------
    float
        Decibels; infinity if the squared error is 0 in double precision.

    Raises
    ------
    TypeError, ValueError
        If the pictures are no such arrays, `border` leaves nothing of them, or `peak` is not
        above 0.

    References
    ----------
    Wang and Bovik, Mean squared error: Love it or leave it?, 2009.

    Examples
    --------
    >>> round(psnr([[0.5, 0.5]], [[0.4, 0.6]]), 6)
    20.0
    """
    (border,) = require_integers(0, border=border)
    decibels = 20 * math.log10(require_positive(peak, "peak"))
    one, other = as_real(picture, "picture"), as_real(original, "original")
    if one.shape != other.shape or one.ndim < 2:
        raise clash(
            "both pictures must be (*any, height, width) and of one shape",
            picture=one.shape, original=other.shape,
        )  # fmt: skip
    inner = (..., slice(border, one.shape[-2] - border), slice(border, one.shape[-1] - border))
    errors = one.astype(np.float64)[inner] - other.astype(np.float64)[inner]
    if errors.size == 0 or 2 * border >= min(one.shape[-2:]):
        raise clash("nothing is left of the pictures to compare", shape=one.shape, border=border)
    error = float(np.mean(errors**2))
    return decibels - 10 * math.log10(error) if error else math.inf
