"""What is read outside the input: nothing, or a position inside.

That is all there is to a padding mode; zeros, reflect, replicate and circular are PyTorch's names.
"""

from convdocs.arguments import LARGEST, require_integers
from convdocs.errors import clash, counted

__all__ = ["MODES", "require_mode", "source"]

MODES = ("zeros", "reflect", "replicate", "circular")


def _reach(size: int, padding_mode: str) -> int:
    """How far outside an axis may a position lie? At most once around, or to the far end."""
    return {"reflect": size - 1, "circular": size}[padding_mode]


def require_mode(padding_mode: str, padding: tuple[int, int], input_size: int) -> None:
    """Refuse a mode that does not exist, or more padding than the mode can fill.

    Parameters
    ----------
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read outside the input.
    padding : tuple of int
        The samples (before, after).
    input_size : int
        Samples along the axis.

    Raises
    ------
    ValueError
        If the mode does not exist; if 'reflect' is to fill as many samples as the axis has,
        or 'circular' more, as in PyTorch.

    Examples
    --------
    >>> require_mode("reflect", (3, 0), 3)
    Traceback (most recent call last):
    ...
    ValueError: padding_mode 'reflect' fills at most 2 samples on a side here (padding=(3, 0), \
input_size=3)
    """
    if not isinstance(padding_mode, str) or padding_mode not in MODES:
        raise clash(f"padding_mode must be one of {', '.join(MODES)}", padding_mode=padding_mode)
    if padding_mode in {"reflect", "circular"} and max(padding) > _reach(input_size, padding_mode):
        samples = counted(_reach(input_size, padding_mode), "sample", "samples")
        raise clash(
            f"padding_mode {padding_mode!r} fills at most {samples} on a side here",
            padding=padding, input_size=input_size,
        )  # fmt: skip


def source(position: int, input_size: int, padding_mode: str = "zeros") -> int | None:
    """Which input position does a position read that may lie outside the input?

    Outside, 'zeros' reads nothing; 'replicate' the nearest sample; 'reflect' the sample as far
    inside the nearest one as the position is outside; 'circular' goes on at the other end.

    Parameters
    ----------
    position : int
        Below 0 before the input, and `input_size` or above after it.
    input_size : int
        Samples along the axis, at least 1.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read outside the input.

    Returns
    -------
    int or None
        The input position, or None where nothing is read.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not of its kind, or the position is farther outside than the mode
        can fill.

    References
    ----------
    PyTorch documentation of ``torch.nn.functional.pad``.

    Examples
    --------
    >>> [source(i, 4, "reflect") for i in range(-2, 6)]
    [2, 1, 0, 1, 2, 3, 2, 1]
    >>> [source(i, 4) for i in range(-2, 6)]
    [None, None, 0, 1, 2, 3, None, None]
    """
    (position,) = require_integers(-LARGEST, position=position)
    (input_size,) = require_integers(1, input_size=input_size)
    require_mode(padding_mode, (max(0, -position), max(0, position - input_size + 1)), input_size)
    nearest = min(max(position, 0), input_size - 1)
    if position == nearest or padding_mode == "replicate":
        return nearest
    if padding_mode == "reflect":
        return 2 * nearest - position
    return position % input_size if padding_mode == "circular" else None
