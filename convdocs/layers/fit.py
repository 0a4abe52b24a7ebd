"""Do layers fit together: how many axes have they, and which channels do they read and give?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from convdocs.errors import clash
from convdocs.layers.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convdocs.layers.convolution import Conv, ConvTranspose
from convdocs.layers.pooling import AvgPool, MaxPool

__all__ = ["Adaptive", "Single", "Windowed", "axes_of", "channels_read"]

Adaptive: TypeAlias = AdaptiveMaxPool | AdaptiveAvgPool
Windowed: TypeAlias = Conv | ConvTranspose | MaxPool | AvgPool
Pool: TypeAlias = MaxPool | AvgPool | Adaptive
Single: TypeAlias = Conv | ConvTranspose | Pool


class Chain:
    """What is known of layers one after another before they are known to fit."""

    layers: "tuple[Part, ...]"


class Fork:
    """What is known of paths side by side before they are known to fit."""

    paths: "tuple[Part, ...]"
    join: str


Part: TypeAlias = Single | Chain | Fork


def axes_of(layer: Part) -> int | None:
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
    >>> from convdocs.layers import Branch
    >>> axes_of(MaxPool((2,))), axes_of(Branch(MaxPool(3, stride=1, padding=1), [], join="add"))
    (1, 2)
    """
    match layer:
        case Chain(layers=parts) | Fork(paths=parts):
            return next((axes for axes in map(axes_of, parts) if axes is not None), None)
        case AdaptiveMaxPool() | AdaptiveAvgPool():
            return len(layer.output_size)
        case _:
            return len(layer.kernel_size)


def require_one_space(parts: tuple[Part, ...]) -> None:
    """Refuse layers of different numbers of axes."""
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


def channels_read(layer: Part) -> int | None:
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
    >>> from convdocs.layers import Sequential
    >>> channels_read(Sequential(MaxPool(2), Conv(3, 8, 3))), channels_read(MaxPool(2))
    (3, None)
    """
    match layer:
        case Conv() | ConvTranspose():
            return layer.in_channels
        case Chain():
            times = 1  # so many channels for each of the input's
            for part in layer.layers:
                if (read := channels_read(part)) is not None:
                    return read // times
                times *= channels_after(part, 1) or 1
            return None
        case Fork():
            known = (n for n in map(channels_read, layer.paths) if n is not None)
            return next(known, None)
        case _:
            return None


def channels_after(layer: Part, channels: int | None) -> int | None:
    """Follow the channels through a layer; None means that they are not known."""
    match layer:
        case Conv() | ConvTranspose():
            if channels not in {None, layer.in_channels}:
                raise clash(
                    "it is given other channels than it reads",
                    given=channels, in_channels=layer.in_channels,
                )  # fmt: skip
            return layer.out_channels
        case Chain():
            for number, part in enumerate(layer.layers, 1):
                with told_where("layer", number):
                    channels = channels_after(part, channels)
            return channels
        case Fork():
            if channels is None:
                channels = channels_read(layer)
            ends = []
            for number, path in enumerate(layer.paths, 1):
                with told_where("path", number):
                    ends.append(channels_after(path, channels))
            known = [end for end in ends if end is not None]
            if layer.join == "cat":
                return sum(known) if len(known) == len(ends) else None
            if len({*known}) > 1:
                raise clash("paths that are added must give as many channels", channels=ends)
            return next(iter(known), None)
        case _:
            return channels
