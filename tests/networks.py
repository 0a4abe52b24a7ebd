"""Layers to draw from, and the modules of PyTorch that they stand for."""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor, nn

from convdocs.layers import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    Branch,
    Conv,
    ConvTranspose,
    MaxPool,
    Sequential,
    pytorch_line,
)
from convdocs.layers.stack import Layer


class Joined(nn.Module):
    """Paths that read one input, and are added or concatenated."""

    def __init__(self, paths: list[nn.Module], join: str) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        """Send the input through each path."""
        ends = [path(x) for path in self.paths]
        return torch.cat(ends, 1) if self.join == "cat" else torch.stack(ends).sum(0)


class Sums(nn.Module):
    """What every value of a window has a part in, other than in its maximum."""

    def __init__(self, pool: MaxPool) -> None:
        super().__init__()
        self.pool = pool
        self._along = [
            *zip(pool.padding, pool.stride, pool.kernel_size, pool.dilation, strict=True)
        ]

    def forward(self, x: Tensor) -> Tensor:
        """Add the values of each window, channel by channel."""
        pool, channels = self.pool, x.shape[1]
        size = module(pool)(x).shape[2:]
        pads = [(b, a + s + k * d) for (b, a), s, k, d in self._along]
        padded = F.pad(x, [side for pair in reversed(pads) for side in pair])
        weight = torch.ones(channels, 1, *pool.kernel_size, dtype=x.dtype)
        conv = getattr(F, f"conv{len(pool.kernel_size)}d")
        sums: Tensor = conv(
            padded, weight, groups=channels, stride=pool.stride, dilation=pool.dilation
        )
        return sums[:, :, *(slice(n) for n in size)]  # no more than there are in `ceil_mode`


def module(layer: Layer, *, sums: bool = False) -> nn.Module:
    """Make the module that a layer stands for, by its line; on demand no window has a winner."""
    if isinstance(layer, Sequential):
        return nn.Sequential(*(module(part, sums=sums) for part in layer.layers))
    if isinstance(layer, Branch):
        return Joined([module(path, sums=sums) for path in layer.paths], layer.join)
    if sums and isinstance(layer, MaxPool):
        return Sums(layer)
    if sums and isinstance(layer, AdaptiveMaxPool):
        layer = AdaptiveAvgPool(layer.output_size)
    made: nn.Module = eval(pytorch_line(layer), {"nn": nn})
    return made


def _each(draw: st.DrawFn, axes: int, least: int, most: int) -> tuple[int, ...]:
    return tuple(draw(st.integers(least, most)) for _ in range(axes))


@st.composite
def convs(draw: st.DrawFn, axes: int, channels: int) -> Conv:
    """Draw a convolution, padded on either side by less than it spans."""
    groups = draw(st.sampled_from([1, channels]))
    kernel, dilation = _each(draw, axes, 1, 4), _each(draw, axes, 1, 3)
    return Conv(
        channels, groups * draw(st.integers(1, 2)), kernel, stride=_each(draw, axes, 1, 3),
        padding=[_each(draw, 2, 0, k - 1) for k in kernel], dilation=dilation, groups=groups,
        bias=draw(st.booleans()), padding_mode=draw(st.sampled_from(["zeros", "replicate"])),
    )  # fmt: skip


@st.composite
def conv_transposes(draw: st.DrawFn, axes: int, channels: int, most: int = 3) -> ConvTranspose:
    """Draw a transposed convolution with a stride of at most `most`."""
    stride, dilation = _each(draw, axes, 1, most), _each(draw, axes, 1, 3)
    groups = draw(st.sampled_from([1, channels]))
    return ConvTranspose(
        channels, groups * draw(st.integers(1, 2)), _each(draw, axes, 1, 4), stride=stride,
        padding=_each(draw, axes, 0, 2), groups=groups, dilation=dilation,
        bias=draw(st.booleans()), output_padding=[
            draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
        ],
    )  # fmt: skip


@st.composite
def pools(draw: st.DrawFn, axes: int) -> MaxPool | AvgPool:
    """Draw a pooling of either kind."""
    kernel = _each(draw, axes, 1, 4)
    settings: dict[str, Any] = {
        "stride": draw(st.sampled_from([None, _each(draw, axes, 1, 3)])),
        "padding": [draw(st.integers(0, k // 2)) for k in kernel],
        "ceil_mode": draw(st.booleans()),
    }
    if draw(st.booleans()):
        return MaxPool(kernel, dilation=_each(draw, axes, 1, 3), **settings)
    if axes == 3:  # avg_pool3d takes no input shorter than the kernel, padded or not
        settings |= {"padding": 0, "ceil_mode": False}
    return AvgPool(kernel, count_include_pad=draw(st.booleans()), **settings)


@st.composite
def adaptive_pools(draw: st.DrawFn, axes: int) -> AdaptiveMaxPool | AdaptiveAvgPool:
    """Draw an adaptive pooling of either kind, which may keep an axis if it has others."""
    made: type[AdaptiveMaxPool | AdaptiveAvgPool] = draw(
        st.sampled_from([AdaptiveMaxPool, AdaptiveAvgPool])
    )
    size: list[int | None] = [draw(st.integers(1, 7)) for _ in range(axes)]
    if axes > 1 and draw(st.booleans()):
        size[draw(st.integers(0, axes - 1))] = None
    return made(size)


@st.composite
def paths(draw: st.DrawFn, axes: int, channels: int, stride: int) -> list[Layer]:
    """Draw a path that divides every size by `stride` alone, whatever else it does."""
    path: list[Layer] = []
    for _ in range(draw(st.integers(0, 2))):
        kernel, dilation = _each(draw, axes, 1, 4), _each(draw, axes, 1, 3)
        spare = [(k - 1) * d for k, d in zip(kernel, dilation, strict=True)]
        before = [draw(st.integers(0, room)) for room in spare]
        padding = [(b, room - b) for b, room in zip(before, spare, strict=True)]
        path.append(Conv(channels, channels, kernel, padding=padding, dilation=dilation))
    half = draw(st.integers(0, 1))
    if stride > 1 or draw(st.booleans()):
        window = {"kernel_size": (2 * half + 1,) * axes, "stride": stride, "padding": half}
        last = draw(st.sampled_from([MaxPool, Conv] if axes == 3 else [MaxPool, AvgPool, Conv]))
        path.append(last(channels, channels, **window) if last is Conv else last(**window))
    return path


@st.composite
def branches(draw: st.DrawFn, axes: int, channels: int) -> Branch:
    """Draw two or three paths that end in one size, looking at one place or not."""
    stride = draw(st.integers(1, 2))
    ways = [draw(paths(axes, channels, stride)) for _ in range(draw(st.integers(2, 3)))]
    if not any(ways):  # all hand their input on: nothing would tell how many axes there are
        ways[0] = [Conv(channels, channels, (1,) * axes)]
    return Branch(*ways, join=draw(st.sampled_from(["add", "cat"])))


@dataclass(frozen=True)
class Network:
    """Layers that fit together, and what they read."""

    layers: list[Layer]
    channels: int
    axes: int

    def module(self, *, sums: bool = False) -> nn.Module:
        """Make the module that the layers stand for."""
        return module(Sequential(*self.layers), sums=sums)


@st.composite
def networks(
    draw: st.DrawFn,
    *,
    among_axes: tuple[int, ...] = (1, 2, 3),
    most: int = 3,
    adaptive: bool = True,
) -> Network:
    """Draw up to four layers; the strides of transposed ones are at most `most`."""
    axes, reads = draw(st.sampled_from(among_axes)), draw(st.integers(1, 2))
    layers: list[Layer] = []
    channels = reads
    for _ in range(draw(st.integers(1, 4))):
        layer = draw(
            convs(axes, channels) | conv_transposes(axes, channels, most)
            | pools(axes) | branches(axes, channels)
            | (adaptive_pools(axes) if adaptive else st.nothing())
        )  # fmt: skip
        layers.append(layer)
        if isinstance(layer, Conv | ConvTranspose):
            channels = layer.out_channels
        elif isinstance(layer, Branch) and layer.join == "cat":
            channels *= len(layer.paths)
    return Network(layers, reads, axes)
