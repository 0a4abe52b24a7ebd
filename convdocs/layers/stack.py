"""Layers one after another and side by side, and whether they fit together."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from convdocs.errors import clash, mistyped
from convdocs.layers.convolution import Conv, ConvTranspose
from convdocs.layers.pooling import AvgPool, MaxPool
from convdocs.layers.settings import keep

__all__ = ["Branch", "Layer", "Sequential", "as_layer", "axes_of", "channels_read"]


@dataclass(frozen=True, init=False, repr=False)
class Sequential:
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
        _require_one_space(self.layers)
        _channels_after(self, None)

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


@dataclass(frozen=True, init=False, repr=False)
class Branch:
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
        _require_one_space(self.paths)
        _channels_after(self, None)

    def __repr__(self) -> str:
        return f"Branch({', '.join(map(repr, self.paths))}, join={self.join!r})"


MOST_LAYERS = 100_000

Layer: TypeAlias = Conv | ConvTranspose | MaxPool | AvgPool | Sequential | Branch
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
    >>> as_layer([MaxPool(2), MaxPool(2)]) == Sequential(MaxPool(2), MaxPool(2))
    True
    """
    if isinstance(layers, Layer):
        return layers
    try:
        parts = None if isinstance(layers, str | bytes) else tuple(islice(layers, MOST_LAYERS + 1))
    except TypeError:
        parts = None
    if parts is None:
        raise mistyped("layers of convdocs.layers, alone or in a sequence", "layers", layers)
    if len(parts) > MOST_LAYERS:
        raise clash("there are too many layers", most=MOST_LAYERS)
    return Sequential(*parts)


def axes_of(layer: Layer) -> int | None:
    """How many spatial axes does a layer's input have?

    Parameters
    ----------
    layer : Layer
        One layer.

    Returns
    -------
    int or None
        The number of axes; None for a :class:`Sequential` of no layers, which takes any.

    Examples
    --------
    >>> axes_of(MaxPool((2,))), axes_of(Branch(MaxPool(3, stride=1, padding=1), [], join="add"))
    (1, 2)
    """
    if isinstance(layer, Sequential | Branch):
        parts = layer.layers if isinstance(layer, Sequential) else layer.paths
        return next((axes for axes in map(axes_of, parts) if axes is not None), None)
    return len(layer.kernel_size)


def _require_one_space(parts: tuple[Layer, ...]) -> None:
    axes = [axes_of(part) for part in parts]
    if len({*axes} - {None}) > 1:
        raise clash("the layers have different numbers of axes", axes=axes)


@contextmanager
def told_where(part: str, number: int) -> Iterator[None]:
    """Begin the message of an error with the part of the network that it is about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{part} {number}: {error}") from None


def channels_read(layer: Layer) -> int | None:
    """How many channels must a layer's input have?

    Parameters
    ----------
    layer : Layer
        One layer.

    Returns
    -------
    int or None
        The number of channels; None if any will do, as in pooling.

    Examples
    --------
    >>> channels_read(Sequential(MaxPool(2), Conv(3, 8, 3))), channels_read(MaxPool(2))
    (3, None)
    """
    match layer:
        case Conv() | ConvTranspose():
            return layer.in_channels
        case Sequential():
            first = next((part for part in layer.layers if not _is_pool(part)), None)
            return None if first is None else channels_read(first)
        case Branch():
            known = (n for n in map(channels_read, layer.paths) if n is not None)
            return next(known, None)
        case _:
            return None


def _is_pool(layer: Layer) -> bool:
    return isinstance(layer, MaxPool | AvgPool)


def _channels_after(layer: Layer, channels: int | None) -> int | None:
    """Follow the channels through a layer; None means that they are not known."""
    match layer:
        case Conv() | ConvTranspose():
            if channels not in {None, layer.in_channels}:
                raise clash(
                    "it is given other channels than it reads",
                    given=channels, in_channels=layer.in_channels,
                )  # fmt: skip
            return layer.out_channels
        case Sequential():
            for number, part in enumerate(layer.layers, 1):
                with told_where("layer", number):
                    channels = _channels_after(part, channels)
            return channels
        case Branch():
            if channels is None:
                channels = channels_read(layer)
            ends = []
            for number, path in enumerate(layer.paths, 1):
                with told_where("path", number):
                    ends.append(_channels_after(path, channels))
            known = [end for end in ends if end is not None]
            if layer.join == "cat":
                return sum(known) if len(known) == len(ends) else None
            if len({*known}) > 1:
                raise clash("paths that are added must give as many channels", channels=ends)
            return next(iter(known), None)
        case _:
            return channels
