"""What every operation asks of its settings: integers, in range, one for each axis.

Whatever counts as an integer is handed on as a plain ``int``, because the small integers of
NumPy wrap around when sizes are added up.
"""

import operator
from collections.abc import Iterable, Sequence

__all__ = ["per_axis", "require_integers", "require_sequence"]


def _plain(value: object) -> int | None:
    """Give `value` as an int, or None if it is no integer; a bool is not taken for one."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def require_integers(minimum: int, **values: object) -> tuple[int, ...]:
    """Refuse any of the named values that is not an integer of at least `minimum`.

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
        If a value is below `minimum`.

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
        number = _plain(value)
        if number is None:
            raise TypeError(f"{name} must be an integer ({name}={value!r})")
        if number < minimum:
            raise ValueError(f"{name} must be at least {minimum} ({name}={number})")
        numbers.append(number)
    return tuple(numbers)


def require_sequence(values: Iterable[int], name: str) -> tuple[int, ...]:
    """Refuse what is not a sequence of integers.

    Parameters
    ----------
    values : iterable of int
        One number for each axis, however many there are.
    name : str
        What they are called in an error.

    Returns
    -------
    tuple of int
        The numbers.

    Raises
    ------
    TypeError
        If `values` is one number, or holds something that is not an integer.

    Examples
    --------
    >>> require_sequence([3, 3], "kernel_size")
    (3, 3)
    >>> require_sequence(3, "kernel_size")
    Traceback (most recent call last):
    ...
    TypeError: kernel_size must be a sequence of integers (kernel_size=3)
    """
    try:
        items = tuple(values)
    except TypeError:
        items = (None,)  # type: ignore[assignment]
    numbers = tuple(n for n in map(_plain, items) if n is not None)
    if len(numbers) < len(items):
        raise TypeError(f"{name} must be a sequence of integers ({name}={values!r})")
    return numbers


def per_axis(value: int | Sequence[int], axes: int, name: str) -> tuple[int, ...]:
    """Give a setting once for each spatial axis.

    Parameters
    ----------
    value : int or sequence of int
        One number for every axis, or one for each.
    axes : int
        How many spatial axes there are.
    name : str
        What the setting is called in an error.

    Returns
    -------
    tuple of int
        `axes` numbers.

    Raises
    ------
    TypeError
        If `value` is neither an integer nor a sequence of integers.
    ValueError
        If there are more or fewer numbers than axes.

    Examples
    --------
    >>> per_axis(2, 3, "stride"), per_axis((1, 2), 2, "stride")
    ((2, 2, 2), (1, 2))
    """
    number = _plain(value)
    if number is not None:
        return (number,) * axes
    try:
        values = require_sequence(value, name)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(
            f"{name} must be an integer, or one for each axis ({name}={value!r})"
        ) from None
    if len(values) != axes:
        raise ValueError(
            f"{name} has {len(values)} numbers for {axes} spatial axes ({name}={value!r})"
        )
    return values
