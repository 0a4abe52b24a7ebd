"""What the operations compute in: one rule for every type of number.

- Whole numbers, bool among them, are computed in int64 and come back as int64. Where a sum
  could be more than int64 holds, the operation is refused: nothing wraps around unseen.
- Floating and complex numbers are computed in double precision at least, and come back in NumPy's
  common type of the arrays that came in: float16 gives float16, but no sum is rounded on the way.
  (Beside int32 or int64, float32 gives float64, where PyTorch's sums keep float32.) What that type
  cannot hold becomes infinite. The matrix product, whose point is speed, computes in single
  precision at least, as PyTorch does.
- The mean of whole numbers is float64.
- What is only moved (unfolding, max pooling) keeps its type.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convdocs.errors import clash, mistyped

__all__ = ["as_array", "common_type", "is_whole", "require_sums_fit", "widened"]

_MOST = int(np.iinfo(np.int64).max)


def _bare(value: Any) -> Any:
    """Give a tensor, or those in a list, without its history, on this machine, as it is."""
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    for step in ("detach", "cpu", "resolve_conj", "resolve_neg"):  # or NumPy cannot read it
        if hasattr(value, step):
            value = getattr(value, step)()
    return value


def as_array(value: ArrayLike, name: str) -> np.ndarray:
    """Give whatever is array_like as an array of numbers, in the machine's byte order.

    Parameters
    ----------
    value : array_like
        Numbers, nested lists of numbers, an array, or a dense tensor of a type that NumPy has,
        which may require a gradient.
    name : str
        What it is called in an error.

    Returns
    -------
    ndarray
        Its numbers; not necessarily a copy.

    Raises
    ------
    TypeError
        If it is anything else: lists of unequal lengths, text, objects.

    Examples
    --------
    >>> as_array([[1, 2], [3, 4]], "weight").shape
    (2, 2)
    >>> as_array([[1, 2], [3]], "weight")
    Traceback (most recent call last):
    ...
    TypeError: weight must be an array of numbers (weight=[[1, 2], [3]])
    """
    try:
        array = np.asarray(_bare(value))
    except Exception:  # whatever a foreign object says
        raise mistyped("an array of numbers", name, value) from None
    if array.dtype.kind not in "biufc":
        raise mistyped("an array of numbers", name, value)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def is_whole(dtype: np.dtype) -> bool:
    """Tell whether a type holds whole numbers only, bool among them.

    Parameters
    ----------
    dtype : dtype
        A type of numbers.

    Returns
    -------
    bool
        Whether it does.

    Examples
    --------
    >>> is_whole(np.dtype("bool")), is_whole(np.dtype("float16"))
    (True, False)
    """
    return dtype.kind in "biu"


def common_type(*arrays: np.ndarray) -> np.dtype:
    """Which type comes back from a computation with these arrays?

    Parameters
    ----------
    *arrays : ndarray
        What came in.

    Returns
    -------
    dtype
        Int64 for whole numbers, otherwise their common type.

    Examples
    --------
    >>> common_type(np.ones(1, "uint8"), np.ones(1, "int8"))
    dtype('int64')
    >>> common_type(np.ones(1, "uint8"), np.ones(1, "float16"))
    dtype('float16')
    """
    dtype = np.result_type(*(array.dtype for array in arrays))
    return np.dtype(np.int64) if all(is_whole(array.dtype) for array in arrays) else dtype


def widened(*, least: type = np.float64, **arrays: np.ndarray) -> list[np.ndarray]:
    """Give arrays in the type to compute in.

    Parameters
    ----------
    least : type
        The floating type that is never fallen short of.
    **arrays : ndarray
        What came in, by the names that the caller knows.

    Returns
    -------
    list of ndarray
        The arrays in int64 if all are whole, otherwise in `least` or a wider type; not
        necessarily copies.

    Raises
    ------
    ValueError
        If all are whole, and a number is above what int64 holds.

    Examples
    --------
    >>> x, w = widened(input=np.ones(1, "bool"), weight=np.ones(1, "float16"))
    >>> x.dtype, w.dtype
    (dtype('float64'), dtype('float64'))
    """
    dtype = common_type(*arrays.values())
    if not is_whole(dtype):
        dtype = np.result_type(dtype, least)
    for name, array in arrays.items():
        if is_whole(dtype) and _largest(array) > _MOST:
            raise clash(
                f"{name} is computed in int64 and holds a larger number; give floating ones",
                largest=_largest(array),
            )
    return [array.astype(dtype, copy=False) for array in arrays.values()]


def _largest(array: np.ndarray) -> int:
    """Give the largest magnitude, exactly."""
    return max(int(array.max()), -int(array.min())) if array.size else 0


def require_sums_fit(
    samples: np.ndarray, weights: np.ndarray, bias: np.ndarray | None = None
) -> None:
    """Refuse whole numbers whose weighted sums could be more than int64 holds.

    Parameters
    ----------
    samples : ndarray
        What is summed up.
    weights : ndarray
        Shape (O, ...): what one output of each kind multiplies samples by.
    bias : ndarray, optional
        What is added.

    Raises
    ------
    ValueError
        If the largest sample times the largest sum of weights, with the bias, does not fit.

    Examples
    --------
    >>> require_sums_fit(np.array([2**40]), np.array([[2**20, 2**20]]))
    >>> require_sums_fit(np.array([2**40]), np.array([[2**40]]))
    Traceback (most recent call last):
    ...
    ValueError: a sum could be more than int64 holds; floating numbers have no such bound \
(largest sample=1099511627776, largest sum of weights=1099511627776)
    """
    arrays = [samples, weights] if bias is None else [samples, weights, bias]
    if not all(is_whole(array.dtype) for array in arrays):
        return
    rows = weights.reshape(len(weights), prod(weights.shape[1:]))
    sums = max(int(total) for total in np.abs(rows.astype(object)).sum(axis=1))
    added = 0 if bias is None else _largest(bias)
    if _largest(samples) * sums + added > _MOST:
        raise ValueError(
            "a sum could be more than int64 holds; floating numbers have no such bound "
            f"(largest sample={_largest(samples)}, largest sum of weights={sums})"
        )
