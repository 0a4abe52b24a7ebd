"""Layers written as a line of text, for the command line."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from convdocs.errors import clash
from convdocs.layers import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    Conv,
    ConvTranspose,
    MaxPool,
    Sequential,
)
from convdocs.layers.fit import told_where
from convdocs.layers.stack import Layer

__all__ = ["Part", "parse_size", "parse_stack"]

_MOST_LETTERS = 4_000
_KINDS = re.compile(r"(conv|convt|maxpool|avgpool|adaptivemaxpool|adaptiveavgpool)([123]d)?")
_SHORT = {
    "k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups",
    "op": "output_padding", "o": "output_size",
}  # fmt: skip
_FLAGS = {"nobias": ("bias", False), "ceil": ("ceil_mode", True)}
_MAKERS: dict[str, tuple[Callable[..., Layer], set[str]]] = {
    "conv": (Conv, {"k", "s", "p", "d", "g", "nobias"}),
    "convt": (ConvTranspose, {"k", "s", "p", "op", "d", "g", "nobias"}),
    "maxpool": (MaxPool, {"k", "s", "p", "d", "ceil"}),
    "avgpool": (AvgPool, {"k", "s", "p", "ceil"}),
    "adaptivemaxpool": (AdaptiveMaxPool, {"o"}),
    "adaptiveavgpool": (AdaptiveAvgPool, {"o"}),
}


class Part(NamedTuple):
    """One layer of a stack.

    Attributes
    ----------
    text : str
        As it was written, with single blanks.
    layer : Layer
        The layer; an empty :class:`convdocs.layers.Sequential` for what keeps every size, as ReLU.
    """

    text: str
    layer: Layer


def parse_stack(text: str) -> list[Part]:
    """Which layers does a line of text describe?

    Layers are parted by commas. Each begins with its kind: ``conv``, ``convT``, ``maxpool``,
    ``avgpool``, ``adaptivemaxpool`` or ``adaptiveavgpool``, for pictures unless ``1d`` or ``3d``
    follows, or ``relu``. The two convolutions go
    on with the channels they read and give. Then come settings, as PyTorch names them or by the
    letter: ``k`` kernel_size, ``s`` stride, ``p`` padding (a number, or ``same``), ``d`` dilation,
    ``g`` groups, ``op`` output_padding, ``o`` output_size; ``3x5`` is a number for each axis;
    ``nobias``, and ``ceil`` for ceil_mode.

    Parameters
    ----------
    text : str
        At most 4,000 characters.

    Returns
    -------
    list of Part
        The layers, at least one, the first one first.

    Raises
    ------
    ValueError
        If something is no layer, or no setting of it, or a setting is out of its range; or if
        the layers do not fit together.

    Examples
    --------
    >>> parse_stack("conv 3 64 k5 s2 p1, maxpool kernel_size=2")[1]
    Part(text='maxpool kernel_size=2', layer=MaxPool(kernel_size=(2, 2), stride=(2, 2), \
padding=((0, 0), (0, 0)), dilation=(1, 1), ceil_mode=False))
    """
    if len(text) > _MOST_LETTERS:
        raise clash("a stack must be shorter", letters=len(text), most=_MOST_LETTERS)
    parts = []
    for number, words in enumerate(map(str.split, text.split(",")), 1):
        with told_where("layer", number):
            if not words:
                raise clash("there must be a layer before and after each comma", stack=text)
            parts.append(Part(" ".join(words), _layer(words)))
    Sequential(*(part.layer for part in parts))
    return parts


def parse_size(text: str) -> tuple[int, ...]:
    """Which numbers does a size such as ``235x180`` name?

    Parameters
    ----------
    text : str
        Whole numbers, parted by x.

    Returns
    -------
    tuple of int
        The numbers, one to three.

    Raises
    ------
    ValueError
        If `text` is something else.

    Examples
    --------
    >>> parse_size("235x180"), parse_size("7")
    ((235, 180), (7,))
    """
    if not re.fullmatch(r"[0-9]{1,40}(x[0-9]{1,40}){0,2}", text):
        raise clash("a size must be whole numbers, as 224 or 235x180", size=text)
    return tuple(map(int, text.split("x")))


def _layer(words: list[str]) -> Layer:
    kind = words[0].lower()
    if kind == "relu" and len(words) == 1:
        return Sequential()
    known = _KINDS.fullmatch(kind)
    if known is None:
        raise clash(
            "a layer must be one of conv, convT, maxpool, avgpool, adaptivemaxpool, "
            "adaptiveavgpool and relu",
            given=" ".join(words),
        )
    make, taken = _MAKERS[known[1]]
    channels: list[int] = []
    settings: dict[str, Any] = {}
    for word in words[1:]:
        if re.fullmatch("[0-9]+", word) and not settings:
            channels.append(parse_size(word)[0])
            continue
        name, value = _setting(word, taken, known[0])
        if name in settings:
            raise clash(f"{name} is given twice", given=" ".join(words))
        settings[name] = value
    wanted = 2 if known[1].startswith("conv") else 0
    if len(channels) != wanted:
        words_of = {2: "the channels that it reads and gives come first", 0: "it has no channels"}
        raise clash(words_of[wanted], channels=tuple(channels), given=" ".join(words))
    name, example = ("output_size", "o7") if "o" in taken else ("kernel_size", "k3")
    if name not in settings:
        raise clash(f"its {name} is missing, as {example}", given=" ".join(words))
    kernel = settings.pop(name)
    axes = int((known[2] or "2d")[0])
    if isinstance(kernel, tuple) and len(kernel) == 1:
        kernel *= axes
    if len(kernel) != axes:
        raise clash(f"its {name} has another number of axes", axes=axes, **{name: kernel})
    return make(*channels, kernel, **settings)


def _setting(word: str, taken: set[str], kind: str) -> tuple[str, object]:
    """Give the name and the value of one setting, as ``k3`` or ``kernel_size=3``."""
    for short, (name, value) in _FLAGS.items():
        if word in {short, f"{name}={value}"} and short in taken:
            return name, value
    for short, name in _SHORT.items():
        found = re.fullmatch(f"(?:{short}|{name}=)([0-9].*|same|valid)", word)
        if found and short in taken:
            if found[1] in {"same", "valid"} and short == "p":
                return name, found[1]
            numbers = parse_size(found[1])
            if short in {"k", "o"} or len(numbers) > 1:
                return name, numbers
            return name, numbers[0]
    raise clash(f"{kind} has no such setting", setting=word)
