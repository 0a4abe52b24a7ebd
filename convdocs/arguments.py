"""What every operation asks of its settings: integers, in range, one for each axis."""

import operator
from collections.abc import Sequence

__all__ = ["per_axis", "require_integers"]


def require_integers(minimum: int, **values: object) -> None:
    """Refuse any of the named values that is not an integer of at least `minimum`.

    Parameters
    ----------
    minimum : int
        The least value allowed.
    **values : object
        The values, by the name that the message should use.

    Raises
    ------
    TypeError
        If a value is not an integer (a bool is not taken for one).
    ValueError
        If a value is below `minimum`.

    Examples
    --------
    >>> require_integers(1, stride=0)
    Traceback (most recent call last):
    ...
    ValueError: stride must be at least 1 (stride=0)
    """
    for name, value in values.items():
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"{name} must be an integer ({name}={value!r})")
        if value.__index__() < minimum:
            raise ValueError(f"{name} must be at least {minimum} ({name}={value})")


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
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != axes:
            raise ValueError(
                f"{name} has {len(value)} numbers for {axes} spatial axes ({name}={value!r})"
            )
        values: tuple[object, ...] = tuple(value)
    else:
        values = (value,) * axes
    if any(isinstance(v, bool) or not hasattr(v, "__index__") for v in values):
        raise TypeError(f"{name} must be an integer, or one for each axis ({name}={value!r})")
    return tuple(operator.index(v) for v in values)  # type: ignore[arg-type]
