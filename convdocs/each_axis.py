"""Settings and shapes that have one number for each axis, or one for all of them.

No sequence may be longer than `MOST_AXES`, so that no setting is too long to be told.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import islice

from convdocs.arguments import LARGEST, plain_integer, require_integers
from convdocs.errors import clash, counted, mistyped

__all__ = [
    "MOST_AXES",
    "UNORDERED_OR_TEXT",
    "items_of",
    "per_axis",
    "require_sequence",
    "told_apart",
]

MOST_AXES = 64  # NumPy's, too
UNORDERED_OR_TEXT = (str, bytes, bytearray, Set, Mapping)


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
    if isinstance(values, UNORDERED_OR_TEXT):
        return None
    try:
        return tuple(islice(values, MOST_AXES + 1))  # type: ignore[call-overload]
    except Exception:  # whatever a foreign object says
        return None


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


def told_apart(
    input_shape: Sequence[int], **setting: object
) -> tuple[int | None, int, tuple[int, ...]]:
    r"""Tell the batch, the channels and the spatial size of an array apart.

    Arrays are ``(N, C, *spatial)`` with any number of spatial axes, or ``(C, *spatial)`` without
    a batch. Which of the two an array is, only a setting can tell: with an entry for each axis it
    counts the axes, and a single number means that there is a batch.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial) or (C, \*spatial).
    **setting : int or sequence
        The setting that counts, by its name: one number, or an entry for each spatial axis.

    Returns
    -------
    tuple
        How many arrays there are at once, None without a batch; their channels; and their size
        along each spatial axis.

    Raises
    ------
    TypeError, ValueError
        If the shape is neither, or an axis other than the batch has no elements.

    Examples
    --------
    >>> told_apart((1, 3, 8, 8), kernel_size=2), told_apart((3, 8, 8), kernel_size=(2, 2))
    ((1, 3, (8, 8)), (None, 3, (8, 8)))
    """
    shape = require_sequence(input_shape, "input_shape", minimum=0)
    ((name, value),) = setting.items()
    entries = None if plain_integer(value) is not None else items_of(value)
    axes = len(shape) - 2 if entries is None else len(entries)
    if axes < 1 or len(shape) - axes not in {1, 2}:
        article = "an" if name[0] in "aeiou" else "a"
        raise clash(
            f"input must be (N, C, *spatial), or (C, *spatial) with {article} {name} for each axis",
            **{"input shape": shape, name: value},
        )
    if 0 in shape[-axes - 1 :]:
        raise clash("input has an axis without elements", **{"input shape": shape})
    return shape[0] if len(shape) > axes + 1 else None, shape[-axes - 1], shape[-axes:]
