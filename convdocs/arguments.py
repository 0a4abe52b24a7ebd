"""What every operation asks of its settings: integers, in range, one for each axis.

Whatever counts as an integer is handed on as a plain ``int``, because the small integers of
NumPy wrap around when sizes are added up. No number may be above `LARGEST`, PyTorch's own
bound, and no sequence longer than `MOST_AXES`, so that no setting is too long to be told.
"""

import operator
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

from convdocs.errors import clash, counted, mistyped

__all__ = [
    "LARGEST",
    "MOST_AXES",
    "items_of",
    "per_axis",
    "plain_integer",
    "require_flag",
    "require_integers",
    "require_sequence",
]

LARGEST = 2**63 - 1
MOST_AXES = 64  # NumPy's, too
_UNORDERED_OR_TEXT = (str, bytes, bytearray, Set, Mapping)


def plain_integer(value: object) -> int | None:
    """Give a value as a plain int, if it is an integer.

    Parameters
    ----------
    value : object
        A bool is not taken for an integer, and neither is a float that equals one.

    Returns
    -------
    int or None
        The integer, or None if it is none.

    Examples
    --------
    >>> plain_integer(3), plain_integer(3.0), plain_integer(True)
    (3, None, None)
    """
    if isinstance(value, bool):
        return None
    try:
        return int(operator.index(value))  # type: ignore[arg-type]
    except Exception:  # whatever a foreign object says
        return None


def items_of(values: object) -> tuple[object, ...] | None:
    """Give what a sequence holds, if it is one.

    Parameters
    ----------
    values : object
        Text, bytes, sets and mappings are not taken for sequences.

    Returns
    -------
    tuple or None
        The items, at most one more than `MOST_AXES`; None if `values` is no sequence.

    Examples
    --------
    >>> items_of([3, 5]), items_of(3), items_of("35"), items_of({3, 5})
    ((3, 5), None, None, None)
    """
    if isinstance(values, _UNORDERED_OR_TEXT):
        return None
    try:
        return tuple(islice(values, MOST_AXES + 1))  # type: ignore[call-overload]
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
        If the value is not a bool of Python's or NumPy's: a number or an array is none.

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


def require_sequence(
    values: Iterable[int], name: str, *, minimum: int | None = None
) -> tuple[int, ...]:
    """Refuse what is not a sequence of integers.

    Parameters
    ----------
    values : iterable of int
        One number for each axis, however many there are.
    name : str
        What they are called in an error.
    minimum : int, optional
        The least value allowed; any when None.

    Returns
    -------
    tuple of int
        The numbers.

    Raises
    ------
    TypeError
        If `values` is one number, or holds something that is not an integer.
    ValueError
        If there are more than `MOST_AXES` numbers, or one is below `minimum` or above `LARGEST`.

    Examples
    --------
    >>> require_sequence([3, 3], "kernel_size")
    (3, 3)
    >>> require_sequence(3, "kernel_size")
    Traceback (most recent call last):
    ...
    TypeError: kernel_size must be a sequence of integers (kernel_size=3)
    """
    items = items_of(values)
    if items is None or any(plain_integer(item) is None for item in items):
        raise mistyped("a sequence of integers", name, values)
    if len(items) > MOST_AXES:
        raise clash(f"{name} has more than {MOST_AXES} numbers", **{name: values})
    least = -LARGEST if minimum is None else minimum
    return tuple(require_integers(least, **{name: item})[0] for item in items)


def per_axis(
    value: int | Sequence[int], axes: int, name: str, *, minimum: int | None = None
) -> tuple[int, ...]:
    """Give a setting once for each spatial axis.

    Parameters
    ----------
    value : int or sequence of int
        One number for every axis, or one for each.
    axes : int
        How many spatial axes there are.
    name : str
        What the setting is called in an error.
    minimum : int, optional
        The least value allowed; any when None.

    Returns
    -------
    tuple of int
        `axes` numbers.

    Raises
    ------
    TypeError
        If `value` is neither an integer nor a sequence of integers.
    ValueError
        If there are more or fewer numbers than axes, or one is out of its range.

    Examples
    --------
    >>> per_axis(2, 3, "stride"), per_axis((1, 2), 2, "stride")
    ((2, 2, 2), (1, 2))
    """
    number = plain_integer(value)
    if number is not None:
        return require_sequence([number], name, minimum=minimum) * axes
    try:
        values = require_sequence(value, name, minimum=minimum)  # type: ignore[arg-type]
    except TypeError:
        raise mistyped("an integer, or one for each axis", name, value) from None
    if len(values) != axes:
        numbers = counted(len(values), "number", "numbers")
        raise clash(
            f"{name} has {numbers} for {counted(axes, 'spatial axis', 'spatial axes')}",
            **{name: value},
        )
    return values
