"""Windows that fit themselves to the input: which samples does adaptive pooling read?"""

from convdocs.arguments import require_integers
from convdocs.limits import require_few_numbers

__all__ = ["adaptive_windows"]


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
    return [range(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]
