"""Layers one after another and side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from convdocs.each_axis import UNORDERED_OR_TEXT
from convdocs.errors import clash, mistyped
from convdocs.layers.fit import (
    Chain,
    Fork,
    Single,
    channels_after,
    channels_read,
    require_one_space,
)
from convdocs.layers.settings import keep

__all__ = ["Branch", "Layer", "Sequential", "as_layer"]


@dataclass(frozen=True, init=False, repr=False)
class Sequential(Chain):
    r"""Layers one after another, as in ``nn.Sequential``; with none, its output is its input.

    Parameters
    ----------
    \*layers : Layer or iterable of Layer
        The first layer first.

    Raises
    ------
    TypeError, ValueError
        If something is not a layer, or a layer has other axes than the ones before, or reads
        another number of channels than they give.

    Examples
    --------
    >>> from convdocs.layers import Conv, MaxPool
    >>> len(Sequential(Conv(3, 8, 3), MaxPool(2)).layers)
    2
    >>> Sequential(Conv(3, 8, 3), Conv(4, 8, 3))
    Traceback (most recent call last):
    ...
    ValueError: layer 2: it is given other channels than it reads (given=8, in_channels=4)
    """

    layers: "tuple[Layer, ...]"

    def __init__(self, *layers: "Layer | Iterable[Layer]") -> None:
        keep(self, layers=tuple(as_layer(layer) for layer in layers))
        require_one_space(self.layers)
        channels_after(self, channels_read(self) or 1)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


@dataclass(frozen=True, init=False, repr=False)
class Branch(Fork):
    r"""Paths side by side that read one input and are joined again.

    Parameters
    ----------
    \*paths : Layer or iterable of Layer
        At least one. An empty one, ``[]``, hands the input on as it is.
    join : {'add', 'cat'}
        Whether the ends of the paths are added, as in a residual block, or their channels are
        concatenated, as in an Inception module.

    Raises
    ------
    TypeError, ValueError
        If something is not a layer, or the paths have different axes, read different numbers of
        channels, or are to be added and give different numbers of channels.

    References
    ----------
    He, Zhang, Ren and Sun, Deep residual learning for image recognition, 2016. Szegedy and
    others, Going deeper with convolutions, 2015.

    Examples
    --------
    >>> from convdocs.layers import Conv
    >>> block = Branch([Conv(64, 64, 3, padding=1), Conv(64, 64, 3, padding=1)], [], join="add")
    >>> [len(path.layers) for path in block.paths]
    [2, 0]
    """

    paths: "tuple[Layer, ...]"
    join: str

    def __init__(self, *paths: "Layer | Iterable[Layer]", join: str) -> None:
        if not isinstance(join, str) or join not in {"add", "cat"}:
            raise clash("join must be 'add' or 'cat'", join=join)
        if not paths:
            raise clash("a branch must have at least one path", paths=paths)
        keep(self, paths=tuple(as_layer(path) for path in paths), join=join)
        require_one_space(self.paths)
        channels_after(self, channels_read(self) or 1)

    def __repr__(self) -> str:
        return f"Branch({', '.join(map(repr, self.paths))}, join={self.join!r})"


MOST_LAYERS = 100_000

Layer: TypeAlias = Single | Sequential | Branch
"""Any of the values."""


def as_layer(layers: Layer | Iterable[Layer]) -> Layer:
    """Give what a function of layers takes, a layer or several, as one layer.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        Several stand one after another, the first one first.

    Returns
    -------
    Layer
        `layers` itself if it is one, and otherwise a :class:`Sequential`.

    Raises
    ------
    TypeError, ValueError
        If something is not a layer, the layers do not fit together, or there are more than
        `MOST_LAYERS`, as an iterator without an end would give.

    Examples
    --------
    >>> from convdocs.layers import MaxPool
    >>> as_layer([MaxPool(2), MaxPool(2)]) == Sequential(MaxPool(2), MaxPool(2))
    True
    """
    if isinstance(layers, Layer):
        return layers
    try:
        ordered = not isinstance(layers, UNORDERED_OR_TEXT)
        parts = tuple(islice(layers, MOST_LAYERS + 1)) if ordered else None
    except TypeError:
        parts = None
    if parts is None:
        raise mistyped("layers of convdocs.layers, alone or in a sequence", "layers", layers)
    if len(parts) > MOST_LAYERS:
        raise clash("there are too many layers", most=MOST_LAYERS)
    return Sequential(*parts)
