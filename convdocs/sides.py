"""How many samples stand around the input: the sides of each axis, (before, after).

Whatever takes a ``padding`` reads it here, so that 'same' means one thing. What is read in
the padding is told in :mod:`convdocs.padding_mode`.
"""

from collections.abc import Sequence

from convdocs.arguments import plain_integer, require_integers
from convdocs.each_axis import items_of, require_sequence
from convdocs.errors import clash, counted, mistyped
from convdocs.padding import same_padding

__all__ = ["AxisPadding", "Padding", "axis_sides", "pool_sides", "sides"]

AxisPadding = int | str | Sequence[int]
"""Along one axis: one number for both sides, a pair (before, after), 'same' or 'valid'."""

Padding = int | str | Sequence[int | Sequence[int]]
"""One number for all sides, 'same', 'valid', or for each axis a number or a pair."""


def _pair(entry: object) -> tuple[object, object] | None:
    """Give one axis's entry as (before, after), unchecked, or None if it is no entry."""
    number = plain_integer(entry)
    if number is not None:
        return number, number
    items = items_of(entry)
    if items is None or len(items) != 2 or any(plain_integer(item) is None for item in items):
        return None
    return items[0], items[1]


def _named(
    name: str, kernel_size: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Give the sides that 'same' or 'valid' stands for."""
    if name not in {"same", "valid"}:
        raise clash("padding must be 'same' or 'valid', where it is a word", padding=name)
    if name == "valid":
        return ((0, 0),) * len(kernel_size)
    if any(step != 1 for step in stride):
        raise clash(
            "padding='same' is for stride 1: otherwise it would depend on the input's size, "
            "and convdocs.padding.same_padding tells it",
            stride=tuple(stride),
        )
    return tuple(same_padding(k, dilation=d) for k, d in zip(kernel_size, dilation, strict=True))


def sides(
    padding: Padding,
    kernel_size: Sequence[int],
    *,
    stride: Sequence[int],
    dilation: Sequence[int],
) -> tuple[tuple[int, int], ...]:
    """How much padding stands before and after the input, along each axis?

    Parameters
    ----------
    padding : int, str or sequence
        One number for all sides; for each axis a number or a pair (before, after); 'valid',
        which is none; or 'same', which keeps the input's size, at stride 1 only.
    kernel_size, stride, dilation : sequence of int
        One number for each axis, at least 1.

    Returns
    -------
    tuple of tuple of int
        One (before, after) for each axis.

    Raises
    ------
    TypeError, ValueError
        If `padding` is nothing of that, has more or fewer entries than there are axes or a
        negative one, or is 'same' at a stride above 1.

    References
    ----------
    PyTorch documentation of ``torch.nn.Conv2d``.

    Examples
    --------
    >>> sides([1, (0, 2)], (3, 3), stride=(1, 1), dilation=(1, 1))
    ((1, 1), (0, 2))
    >>> sides("same", (3, 4), stride=(1, 1), dilation=(2, 1))
    ((2, 2), (1, 2))
    """
    kernel_size = require_sequence(kernel_size, "kernel_size", minimum=1)
    stride = require_sequence(stride, "stride", minimum=1)
    dilation = require_sequence(dilation, "dilation", minimum=1)
    if not len(kernel_size) == len(stride) == len(dilation):
        raise clash(
            "there must be as many of each",
            kernel_size=kernel_size, stride=stride, dilation=dilation,
        )  # fmt: skip
    if isinstance(padding, str):
        return _named(padding, kernel_size, stride, dilation)
    axes = len(kernel_size)
    entries = (padding,) * axes if plain_integer(padding) is not None else items_of(padding)
    pairs = [] if entries is None else [_pair(entry) for entry in entries]
    if entries is None or None in pairs:
        raise mistyped(
            "an integer, 'same', 'valid', or for each axis an integer or a pair (before, after)",
            "padding", padding,
        )  # fmt: skip
    if len(pairs) != axes:
        found = counted(len(pairs), "entry", "entries")
        raise clash(
            f"padding has {found} for {counted(axes, 'spatial axis', 'spatial axes')}",
            padding=padding,
        )
    return tuple(_checked(pair) for pair in pairs if pair is not None)


def _checked(pair: tuple[object, object]) -> tuple[int, int]:
    before, after = (require_integers(0, padding=side)[0] for side in pair)
    return before, after


def axis_sides(
    padding: AxisPadding, kernel_size: int, *, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """How much padding stands before and after the input, along one axis?

    Parameters
    ----------
    padding : int, str or sequence of int
        One number for both sides, a pair (before, after), 'valid' or 'same'.
    kernel_size, stride, dilation : int
        At least 1.

    Returns
    -------
    tuple of int
        The samples (before, after).

    Raises
    ------
    TypeError, ValueError
        If a parameter is nothing of that or out of its range, or `padding` is 'same' at a
        stride above 1.

    Examples
    --------
    >>> axis_sides(1, 3), axis_sides((0, 2), 3), axis_sides("same", 4)
    ((1, 1), (0, 2), (1, 2))
    """
    kernel_size, stride, dilation = require_integers(
        1, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    if isinstance(padding, str):
        return _named(padding, (kernel_size,), (stride,), (dilation,))[0]
    pair = _pair(padding)
    if pair is None:
        raise mistyped("an integer, a pair (before, after), 'same' or 'valid'", "padding", padding)
    return _checked(pair)


def pool_sides(
    padding: AxisPadding, kernel_size: int, *, stride: int, dilation: int = 1
) -> tuple[int, int]:
    """How much padding has a pooling before and after the input, along one axis?

    Parameters
    ----------
    padding : int, str or sequence of int
        As :func:`axis_sides` takes it; at most half the kernel on either side.
    kernel_size, stride, dilation : int
        At least 1.

    Returns
    -------
    tuple of int
        The samples (before, after).

    Raises
    ------
    TypeError, ValueError
        As :func:`axis_sides`, and if a side is more than half the kernel.

    Examples
    --------
    >>> pool_sides(1, 2, stride=2), pool_sides("same", 3, stride=1)
    ((1, 1), (1, 1))
    """
    before, after = axis_sides(padding, kernel_size, stride=stride, dilation=dilation)
    if max(before, after) > kernel_size // 2:
        raise clash(
            "padding must be at most half the kernel", padding=padding, kernel_size=kernel_size
        )
    return before, after
