"""One axis at a time: which inputs does an output read?

Everything in this package follows from one relation. Along one axis, output position ``o``
reads input position ``o * stride + tap * dilation - padding`` for each ``tap`` of the kernel.
"""

from collections.abc import Iterable

from convdocs.arguments import plain_integer, require_integers
from convdocs.errors import mistyped
from convdocs.limits import require_few_numbers
from convdocs.sides import AxisPadding, axis_sides

__all__ = ["holes", "input_positions", "kernel_span"]


def kernel_span(kernel_size: int, *, dilation: int = 1) -> int:
    """How many neighbouring samples does a kernel reach across, its holes included?

    ``(kernel_size - 1) * dilation + 1``, also called the effective kernel size.

    Parameters
    ----------
    kernel_size : int
        Taps of the kernel along the axis, at least 1.
    dilation : int
        Distance between neighbouring taps, at least 1; 1 means no holes.

    Returns
    -------
    int
        Samples from the first tap to the last, both counted.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range.

    References
    ----------
    Yu and Koltun, Multi-scale context aggregation by dilated convolutions, 2016.

    Examples
    --------
    >>> kernel_span(5, dilation=3)
    13
    """
    kernel_size, dilation = require_integers(1, kernel_size=kernel_size, dilation=dilation)
    return (kernel_size - 1) * dilation + 1


def input_positions(
    output_position: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: AxisPadding = 0,
    dilation: int = 1,
) -> range:
    """Which input positions does one output position read, tap by tap?

    ``output_position * stride + tap * dilation - padding`` for ``tap`` from 0 to
    ``kernel_size - 1``. Positions below 0, or at or past the input's size, lie in the padding;
    :func:`convdocs.padding_mode.source` tells what is read there.

    Parameters
    ----------
    output_position : int
        The position along the output axis, at least 0.
    kernel_size, stride, dilation : int
        At least 1.
    padding : int, str or sequence of int
        Samples added on either side of the input, at least 0; a pair (before, after), of which
        only the first counts here; 'same' or 'valid'.

    Returns
    -------
    range
        `kernel_size` positions, in the order of the taps.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or `padding` is none.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.

    Examples
    --------
    >>> list(input_positions(2, 3, stride=2, padding=1))
    [3, 4, 5]
    """
    (output_position,) = require_integers(0, output_position=output_position)
    (stride,) = require_integers(1, stride=stride)
    span = kernel_span(kernel_size, dilation=dilation)
    before, _ = axis_sides(padding, kernel_size, stride=stride, dilation=dilation)
    first = output_position * stride - before
    return range(first, first + span, dilation)


def holes(positions: Iterable[int]) -> tuple[int, ...]:
    """Which positions between the first and the last are left out?

    Parameters
    ----------
    positions : iterable of int
        Positions along one axis, as :func:`convdocs.seen.inputs_read` gives them, in any order.

    Returns
    -------
    tuple of int
        The others between, in ascending order.

    Raises
    ------
    TypeError, ValueError
        If `positions` are not integers, or too far apart to write out what lies between.

    Examples
    --------
    >>> holes((0, 2, 4, 6, 8)), holes((3, 4, 5))
    ((1, 3, 5, 7), ())
    """
    try:
        places = {plain_integer(position) for position in positions}
    except TypeError:
        places = {None}
    there = {place for place in places if place is not None}
    if len(there) < len(places):
        raise mistyped("integers", "positions", positions)
    if not there:
        return ()
    first, last = min(there), max(there)
    require_few_numbers(last - first, first=first, last=last)
    return tuple(i for i in range(first, last) if i not in there)
