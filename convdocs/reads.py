"""Which sample does each tap read? The one relation of :mod:`convdocs.geometry`, written out."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from convdocs.arguments import require_integers
from convdocs.geometry import input_positions
from convdocs.limits import require_few_numbers
from convdocs.padding_mode import source
from convdocs.sides import AxisPadding

__all__ = ["all_reads", "meetings"]


def all_reads(
    input_size: int,
    output_size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: AxisPadding = 0,
    dilation: int = 1,
    padding_mode: str = "zeros",
) -> list[list[int | None]]:
    """Which sample does each tap read at each output position, along one axis?

    The relation of :func:`convdocs.geometry.input_positions` as a table, with what a padding
    mode reads outside.

    Parameters
    ----------
    input_size, output_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int, str or sequence of int
        Samples on both sides, a pair (before, after), 'same' or 'valid'.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read outside the input.

    Returns
    -------
    list of list
        For each output position, for each tap, an input position, or None where nothing is
        read.

    Raises
    ------
    TypeError, ValueError
        If a parameter is out of its range, the mode cannot fill what is read, or the table
        would be too long.

    Examples
    --------
    >>> all_reads(3, 3, 3, padding=1)
    [[None, 0, 1], [0, 1, 2], [1, 2, None]]
    >>> all_reads(3, 3, 3, padding=1, padding_mode="circular")
    [[2, 0, 1], [0, 1, 2], [1, 2, 0]]
    """
    input_size, output_size, kernel_size = require_integers(
        1, input_size=input_size, output_size=output_size, kernel_size=kernel_size
    )
    require_few_numbers(output_size * kernel_size, output_size=output_size, kernel_size=kernel_size)
    return [
        [
            source(position, input_size, padding_mode)
            for position in input_positions(
                o, kernel_size, stride=stride, padding=padding, dilation=dilation
            )
        ]
        for o in range(output_size)
    ]


def meetings(
    reads: Sequence[Sequence[Sequence[int | None]]],
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], list[int]]]:
    """Which sample meets each tap at each place of the kernel, along all axes together?

    Parameters
    ----------
    reads : sequence
        For each axis, what :func:`all_reads` gives along it.

    Yields
    ------
    tuple
        The kernel's place, the tap, and the position of the sample, unless there is none.

    Examples
    --------
    >>> for meeting in meetings([all_reads(2, 2, 2, padding=(0, 1))]):
    ...     print(*meeting)
    (0,) (0,) [0]
    (0,) (1,) [1]
    (1,) (0,) [1]
    """
    for place in product(*(range(len(axis)) for axis in reads)):
        here = [axis[o] for axis, o in zip(reads, place, strict=True)]
        for tap in product(*(range(len(taps)) for taps in here)):
            met = [taps[t] for taps, t in zip(here, tap, strict=True)]
            position = [i for i in met if i is not None]
            if len(position) == len(met):
                yield place, tap, position
