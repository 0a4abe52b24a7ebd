"""Windows that fit themselves to the input: which samples does adaptive pooling read?"""

from collections.abc import Sequence

from convdocs.arguments import plain_integer, require_integers
from convdocs.each_axis import items_of, per_axis, require_sequence
from convdocs.limits import require_few_numbers

__all__ = ["adaptive_sizes", "adaptive_windows", "window"]


def adaptive_sizes(
    input_size: Sequence[int], output_size: int | Sequence[int | None]
) -> tuple[int, ...]:
    """How many windows has an adaptive pooling along each axis?

    Parameters
    ----------
    input_size : sequence of int
        The input's spatial size.
    output_size : int or sequence of int or None
        How many windows there are to be, at least 0: one number, or one for each spatial axis,
        of which None keeps the input's size.

    Returns
    -------
    tuple of int
        The output's spatial size.

    Raises
    ------
    TypeError, ValueError
        If `output_size` is nothing of that.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveAvgPool2d``.

    Examples
    --------
    >>> adaptive_sizes((7, 9), 3), adaptive_sizes((7, 9), (None, 1))
    ((3, 3), (7, 1))
    """
    size = require_sequence(input_size, "input_size", minimum=1)
    entries = None if plain_integer(output_size) is not None else items_of(output_size)
    if entries is None or len(entries) != len(size):  # one number, or in any case no such setting
        return per_axis(output_size, len(size), "output_size", minimum=0)  # type: ignore[arg-type]
    wanted = [n if entry is None else entry for n, entry in zip(size, entries, strict=True)]
    return per_axis(wanted, len(size), "output_size", minimum=0)  # type: ignore[arg-type]


def adaptive_windows(input_size: int, output_size: int) -> list[range]:
    """Which samples does each window of an adaptive pooling read, along one axis?

    Window ``i`` reads from ``floor(i * input_size / output_size)`` to just before
    ``ceil((i + 1) * input_size / output_size)``: every sample that its equal share of the axis
    touches. A sample on which a boundary falls is read by both neighbours, so that all windows
    together read ``input_size + output_size - gcd(input_size, output_size)`` samples.

    Parameters
    ----------
    input_size : int
        At least 1.
    output_size : int
        How many windows there are to be, at least 0; may be more than there are samples.

    Returns
    -------
    list of range
        The positions that each window reads, at least one in each.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer in its range, or there would be too many windows.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveAvgPool1d``.

    Examples
    --------
    >>> adaptive_windows(10, 3)
    [range(0, 4), range(3, 7), range(6, 10)]
    >>> adaptive_windows(6, 3)
    [range(0, 2), range(2, 4), range(4, 6)]
    """
    (n,) = require_integers(1, input_size=input_size)
    (m,) = require_integers(0, output_size=output_size)
    require_few_numbers(2 * m, output_size=m)
    return [window(n, m, i) for i in range(m)]


def window(input_size: int, output_size: int, position: int) -> range:
    """Which samples does one of the windows read?

    Parameters
    ----------
    input_size, output_size, position : int
        Checked numbers, `position` from 0 to just below `output_size`.

    Returns
    -------
    range
        The positions that are read.

    Examples
    --------
    >>> window(10, 3, 1)
    range(3, 7)
    """
    n, m = input_size, output_size
    return range(position * n // m, -(-(position + 1) * n // m))
