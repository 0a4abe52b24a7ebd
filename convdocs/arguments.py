"""What every operation asks of a setting: an integer in its range, or true or false.

Whatever counts as an integer is handed on as a plain ``int``, because the small integers of
NumPy wrap around when sizes are added up. No number may be above `LARGEST`, PyTorch's own
bound. Settings for each axis are read in :mod:`convdocs.each_axis`.
"""

import operator

from convdocs.errors import clash, mistyped

__all__ = ["LARGEST", "plain_integer", "require_flag", "require_integers"]

LARGEST = 2**63 - 1


def plain_integer(value: object) -> int | None:
    """Give a value as a plain int, if it is an integer.

    Parameters
    ----------
    value : object
        A bool, an array with axes and a float that equals an integer are not taken for one.

    Returns
    -------
    int or None
        The integer, or None if it is none.

    Examples
    --------
    >>> plain_integer(3), plain_integer(3.0), plain_integer(True)
    (3, None, None)
    """
    kind = str(getattr(value, "dtype", type(value).__name__))
    if kind.endswith("bool") or getattr(value, "ndim", None):
        return None
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except Exception:  # whatever a foreign object says
        return None


def require_integers(minimum: int, **values: object) -> tuple[int, ...]:
    """Refuse any of the named values that is not an integer from `minimum` to `LARGEST`.

    Parameters
    ----------
    minimum : int
        The least value allowed.
    **values : object
        The values, by the name that the message should use.

    Returns
    -------
    tuple of int
        The values, in the order given.

    Raises
    ------
    TypeError
        If a value is not an integer (a bool is not taken for one).
    ValueError
        If a value is below `minimum` or above `LARGEST`.

    Examples
    --------
    >>> require_integers(1, stride=2, dilation=1)
    (2, 1)
    >>> require_integers(1, stride=0)
    Traceback (most recent call last):
    ...
    ValueError: stride must be at least 1 (stride=0)
    """
    numbers = []
    for name, value in values.items():
        number = plain_integer(value)
        if number is None:
            raise mistyped("an integer", name, value)
        if number < minimum:
            raise clash(f"{name} must be at least {minimum}", **{name: number})
        if number > LARGEST:
            raise clash(f"{name} must be at most {LARGEST}", **{name: number})
        numbers.append(number)
    return tuple(numbers)


def require_flag(**values: object) -> bool:
    """Refuse a named value that is neither true nor false.

    Parameters
    ----------
    **values : object
        One value, by the name that the message should use.

    Returns
    -------
    bool
        The value.

    Raises
    ------
    TypeError
        If the value is not a bool, of Python's or of one cell: a number is none.

    Examples
    --------
    >>> require_flag(ceil_mode=True)
    True
    >>> require_flag(ceil_mode=1)
    Traceback (most recent call last):
    ...
    TypeError: ceil_mode must be True or False (ceil_mode=1)
    """
    ((name, value),) = values.items()
    if getattr(value, "shape", None) == ():  # a bool of NumPy's
        value = value.item()  # type: ignore[attr-defined]
    if not isinstance(value, bool):
        raise mistyped("True or False", name, value)
    return value
