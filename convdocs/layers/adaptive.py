"""The layers whose windows fit themselves to the input."""

from collections.abc import Sequence
from dataclasses import dataclass

from convdocs.arguments import plain_integer, require_integers
from convdocs.each_axis import items_of, per_axis
from convdocs.errors import clash, mistyped
from convdocs.layers.settings import keep

__all__ = ["AdaptiveAvgPool", "AdaptiveMaxPool"]


def _wanted(output_size: int | Sequence[int | None]) -> tuple[int | None, ...]:
    """Give the output's size along each axis; a single number means two axes."""
    if plain_integer(output_size) is not None:
        return per_axis(output_size, 2, "output_size", minimum=1)  # type: ignore[arg-type]
    entries = items_of(output_size)
    if entries is None:
        raise mistyped("an integer, or for each axis one or None", "output_size", output_size)
    if not entries:
        raise clash("a pooling must have at least one axis", output_size=output_size)
    return tuple(
        None if entry is None else require_integers(1, output_size=entry)[0] for entry in entries
    )


@dataclass(frozen=True, init=False)
class AdaptiveMaxPool:
    """Adaptive max pooling, as ``nn.AdaptiveMaxPool2d`` and its siblings are in PyTorch.

    Parameters
    ----------
    output_size : int or sequence of int or None
        How many windows there are to be along each axis, at least 1; None keeps the input's
        size. A single number means two axes, as a picture has; ``(7,)`` is one axis.

    Raises
    ------
    TypeError, ValueError
        If `output_size` is nothing of that.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveMaxPool2d``.

    Examples
    --------
    >>> AdaptiveMaxPool(7) == AdaptiveMaxPool((7, 7))
    True
    """

    output_size: tuple[int | None, ...]

    def __init__(self, output_size: int | Sequence[int | None]) -> None:
        keep(self, output_size=_wanted(output_size))


@dataclass(frozen=True, init=False)
class AdaptiveAvgPool:
    """Adaptive average pooling, as ``nn.AdaptiveAvgPool2d`` and its siblings are in PyTorch.

    Parameters
    ----------
    output_size : int or sequence of int or None
        As in :class:`AdaptiveMaxPool`. A single window for each axis is global average pooling.

    Raises
    ------
    TypeError, ValueError
        If `output_size` is nothing of that.

    References
    ----------
    PyTorch documentation of ``torch.nn.AdaptiveAvgPool2d``. Lin, Chen and Yan, Network in
    network, 2014.

    Examples
    --------
    >>> AdaptiveAvgPool((1, None)).output_size
    (1, None)
    """

    output_size: tuple[int | None, ...]

    def __init__(self, output_size: int | Sequence[int | None]) -> None:
        keep(self, output_size=_wanted(output_size))
