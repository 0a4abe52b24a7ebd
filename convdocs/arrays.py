"""Real numbers, for what draws, learns or measures: an array_like, and a float."""

import math
from contextlib import suppress
from fractions import Fraction
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from convdocs.errors import clash, mistyped
from convdocs.operations.numbers import as_array

__all__ = ["as_real", "require_positive"]


def _plain(values: object) -> object:
    """Give what NumPy takes: tensors in lists as arrays, and fractions as floats."""
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    if isinstance(values, Fraction):
        return float(values)
    if hasattr(values, "detach"):
        try:
            return as_array(values, "values")  # type: ignore[arg-type]
        except TypeError:  # of a type that NumPy lacks, such as bfloat16
            with suppress(RuntimeError):
                return values.tolist()  # type: ignore[attr-defined]
    if isinstance(values, np.ndarray) and values.dtype == object:
        return _plain(values.tolist())
    return values


def as_real(values: ArrayLike | Image.Image, name: str) -> NDArray[np.generic]:
    """Give real numbers as an array of a plain type, whatever holds them.

    Parameters
    ----------
    values : array_like or PIL.Image.Image
        An array of any type, byte order and strides; a tensor, also one that requires grad; a
        picture; or a nested sequence of numbers, arrays or tensors.
    name : str
        What the numbers are called in an error.

    Returns
    -------
    ndarray
        Booleans, integers, or floats of at most 64 bits, in the machine's byte order; `values`
        itself if it is that already.

    Raises
    ------
    TypeError
        If it is anything else: lists of unequal lengths, text, complex numbers, objects.

    Examples
    --------
    >>> as_real([[1, 2], [3, 4]], "weight").shape
    (2, 2)
    >>> as_real([1j], "weight")
    Traceback (most recent call last):
    ...
    TypeError: weight must be an array of real numbers (weight=[1j])
    """
    try:
        array = as_array(_plain(values), name)  # type: ignore[arg-type]
    except TypeError:
        raise mistyped("an array of real numbers", name, values) from None
    if array.dtype.kind == "c":
        raise mistyped("an array of real numbers", name, values)
    # neither PyTorch nor matplotlib takes a long double
    return array.astype(np.float64, copy=False) if array.dtype.char == "g" else array


def require_positive(value: float, name: str) -> float:
    """Refuse what is not a finite number above 0.

    Parameters
    ----------
    value : float
        Any real number of Python's or NumPy's.
    name : str
        What it is called in an error.

    Returns
    -------
    float
        The number.

    Raises
    ------
    TypeError
        If `value` is not a number (a bool is not taken for one).
    ValueError
        If it is not above 0, or not finite.

    Examples
    --------
    >>> require_positive(1, "learning_rate")
    1.0
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise mistyped("a number", name, value)
    try:
        number = float(value)
    except OverflowError:  # of an integer or a fraction
        number = math.inf
    if not 0 < number < math.inf:
        raise clash(f"{name} must be above 0 and finite", **{name: value})
    return number
