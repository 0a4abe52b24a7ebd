"""Layers as the code to paste."""

from collections.abc import Iterable
from dataclasses import fields
from textwrap import indent

from convdocs.errors import clash
from convdocs.layers.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convdocs.layers.convolution import Conv, ConvTranspose
from convdocs.layers.fit import Single, Windowed, axes_of
from convdocs.layers.pooling import AvgPool, MaxPool
from convdocs.layers.stack import Branch, Layer, Sequential, as_layer
from convdocs.sides import sides

__all__ = ["pytorch_line"]

_PADS = {
    "zeros": "ZeroPad", "reflect": "ReflectionPad", "replicate": "ReplicationPad",
    "circular": "CircularPad",
}  # fmt: skip


def pytorch_line(layers: Layer | Iterable[Layer]) -> str:
    """Write layers as one pastes them into PyTorch, after ``from torch import nn``.

    Only settings that differ from PyTorch's defaults are written. Padding that PyTorch's layer
    cannot have, because its sides differ, becomes a layer of its own before it.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.

    Returns
    -------
    str
        One line for a layer, several for a sequence.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none, or PyTorch has no such layer: a branch, more than three axes, or
        a pooling or transposed convolution whose sides differ, or adaptive pooling that keeps its
        only axis.

    Examples
    --------
    >>> from convdocs.layers import MaxPool
    >>> pytorch_line(Conv(3, 64, 3, padding=1))
    'nn.Conv2d(3, 64, kernel_size=3, padding=1)'
    >>> print(pytorch_line([Conv(3, 64, (5, 3), bias=False), MaxPool(2)]))
    nn.Sequential(
        nn.Conv2d(3, 64, kernel_size=(5, 3), bias=False),
        nn.MaxPool2d(kernel_size=2),
    )
    """
    layer = as_layer(layers)
    match layer:
        case Branch():
            raise clash(
                "PyTorch has no layer for a branch: write its paths, and join their outputs by "
                + {"add": "sum", "cat": "torch.cat"}[layer.join],
                paths=len(layer.paths), join=layer.join,
            )  # fmt: skip
        case Sequential():
            return _in_sequence([pytorch_line(part) for part in layer.layers])
        case Conv() if _padding(layer) is None:
            before_and_after = [side for pair in reversed(layer.padding) for side in pair]
            pad = _name(_PADS[layer.padding_mode], layer)
            bare = Conv(
                layer.in_channels, layer.out_channels, layer.kernel_size, stride=layer.stride,
                dilation=layer.dilation, groups=layer.groups, bias=layer.bias,
            )  # fmt: skip
            return _in_sequence([f"{pad}({tuple(before_and_after)})", pytorch_line(bare)])
        case ConvTranspose() | MaxPool() | AvgPool() if _padding(layer) is None:
            raise clash(
                f"PyTorch's {type(layer).__name__} treats both sides alike", padding=layer.padding
            )
        case AdaptiveMaxPool() | AdaptiveAvgPool():
            size = layer.output_size
            if size == (None,):
                raise clash(
                    "PyTorch's adaptive pooling cannot keep its only axis", output_size=size
                )
            alike = len({*size}) == 1 and None not in size
            return f"{_name(type(layer).__name__, layer)}({size[0] if alike else size})"
        case Conv() | ConvTranspose():
            channels = layer.in_channels, layer.out_channels
            return _written(layer, type(layer)(*channels, layer.kernel_size))
        case _:
            return _written(layer, type(layer)(layer.kernel_size))


def _in_sequence(lines: list[str]) -> str:
    inside = "".join(f"{line},\n" for line in lines)
    return f"nn.Sequential(\n{indent(inside, '    ')})" if lines else "nn.Sequential()"


def _name(kind: str, layer: Single) -> str:
    axes = axes_of(layer)
    if axes is None or axes > 3:
        raise clash("PyTorch has layers for at most three axes", axes=axes)
    return f"nn.{kind}{axes}d"


def _written(layer: Windowed, plain: Windowed) -> str:
    """Write a layer: its channels, its kernel, and where it differs from a plain one."""
    settings = []
    for name in (field.name for field in fields(layer)):
        value = getattr(layer, name)
        if name in {"in_channels", "out_channels"}:
            settings.append(f"{value}")
        elif name == "kernel_size" or value != getattr(plain, name):
            if name == "padding":
                value = _padding(layer)
            if isinstance(value, tuple) and len({*value}) == 1:
                value = value[0]
            settings.append(f"{name}={value!r}")
    return f"{_name(type(layer).__name__, layer)}({', '.join(settings)})"


def _padding(layer: Windowed) -> tuple[int, ...] | str | None:
    """Give the padding as PyTorch's layer takes it, or None if it takes no such padding."""
    if all(before == after for before, after in layer.padding):
        return tuple(before for before, _ in layer.padding)
    if isinstance(layer, Conv) and {*layer.stride} == {1}:
        same = sides("same", layer.kernel_size, stride=layer.stride, dilation=layer.dilation)
        return "same" if layer.padding == same else None
    return None
