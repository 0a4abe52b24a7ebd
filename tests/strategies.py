"""Legal operations to draw from: arrays of small whole numbers and settings that fit them.

The numbers are small enough for float64 to hold every sum, so comparisons can be exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

Setting = int | tuple[int, ...]


@dataclass(frozen=True)
class Operation:
    """The arrays and keyword settings of one call."""

    input: np.ndarray
    weight: np.ndarray
    settings: dict[str, Any]

    @property
    def axes(self) -> int:
        """How many spatial axes there are."""
        return self.input.ndim - 2

    def by_torch(self, name: str, *arrays: np.ndarray, **settings: Any) -> np.ndarray:
        """Give what a function of torch.nn.functional makes of it, in float64."""
        function = getattr(torch.nn.functional, name.format(self.axes))
        tensors = [torch.tensor(a, dtype=torch.float64) for a in arrays or self.arrays]
        result: np.ndarray = function(*tensors, **(settings or self.settings)).numpy()
        return result

    def each(self, name: str) -> tuple[int, ...]:
        """Give a setting once for each axis."""
        value = self.settings[name]
        return value if isinstance(value, tuple) else (value,) * self.axes

    @property
    def left_over(self) -> tuple[int, ...]:
        """How many samples at the end no step reaches: the output_padding that brings them back."""
        steps = zip(
            self.input.shape[2:], self.weight.shape[2:], self.each("stride"),
            self.each("padding"), self.each("dilation"), strict=True,
        )  # fmt: skip
        return tuple((n + 2 * p - d * (k - 1) - 1) % s for n, k, s, p, d in steps)

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """The input and the weight."""
        return self.input, self.weight


def _whole_numbers(draw: st.DrawFn, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="seed"))
    return [rng.integers(-9, 10, shape) for shape in shapes]


def _setting(draw: st.DrawFn, values: tuple[int, ...]) -> Setting:
    """Write equal numbers as one number, now and then."""
    return values[0] if len(set(values)) == 1 and draw(st.booleans()) else values


def _per_axis(draw: st.DrawFn, axes: int, least: int, most: int) -> tuple[int, ...]:
    return tuple(draw(st.integers(least, most)) for _ in range(axes))


@st.composite
def convolutions(
    draw: st.DrawFn, *, among_axes: tuple[int, ...] = (1, 2, 3), channels: int = 2
) -> Operation:
    """Draw the input, weight and settings of a convolution."""
    axes = draw(st.sampled_from(among_axes))
    kernel = _per_axis(draw, axes, 1, 4 if axes < 3 else 2)
    stride, dilation = _per_axis(draw, axes, 1, 3), _per_axis(draw, axes, 1, 3)
    padding = _per_axis(draw, axes, 0, 3 if axes < 3 else 1)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = tuple(
        draw(st.integers(max(1, span - 2 * p), max(1, span - 2 * p) + 4))
        for span, p in zip(spans, padding, strict=True)
    )
    batch, groups, group_in, group_out = (draw(st.integers(1, channels)) for _ in range(4))
    input, weight = _whole_numbers(
        draw, (batch, groups * group_in, *size), (groups * group_out, group_in, *kernel)
    )
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    return Operation(
        input, weight, {k: _setting(draw, v) for k, v in settings.items()} | {"groups": groups}
    )


@st.composite
def transposed_convolutions(draw: st.DrawFn) -> Operation:
    """Draw the input, weight and settings of a transposed convolution."""
    axes = draw(st.integers(1, 3))
    kernel = _per_axis(draw, axes, 1, 4 if axes < 3 else 2)
    size = _per_axis(draw, axes, 1, 4 if axes < 3 else 3)
    stride, dilation = _per_axis(draw, axes, 1, 3), _per_axis(draw, axes, 1, 3)
    output_padding = tuple(
        draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    whole = [
        (n - 1) * s + (k - 1) * d + a + 1
        for n, k, s, d, a in zip(size, kernel, stride, dilation, output_padding, strict=True)
    ]
    padding = tuple(draw(st.integers(0, min(3, (n - 1) // 2))) for n in whole)
    batch, groups, group_in, group_out = (draw(st.integers(1, 2)) for _ in range(4))
    input, weight = _whole_numbers(
        draw, (batch, groups * group_in, *size), (groups * group_in, group_out, *kernel)
    )
    settings = {
        "stride": stride,
        "padding": padding,
        "output_padding": output_padding,
        "dilation": dilation,
    }
    return Operation(
        input, weight, {k: _setting(draw, v) for k, v in settings.items()} | {"groups": groups}
    )


@dataclass(frozen=True)
class Padded:
    """A convolution whose padding PyTorch has no single call for, and what its calls give."""

    input: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    settings: dict[str, Any]
    sides: tuple[tuple[int, int], ...]

    def by_torch(self) -> np.ndarray:
        """Pad by torch.nn.functional.pad, then convolve without padding, in float64."""
        flat = [side for pair in reversed(self.sides) for side in pair]
        mode = self.settings["padding_mode"].replace("zeros", "constant")
        x, w = (torch.tensor(a, dtype=torch.float64) for a in (self.input, self.weight))
        b = None if self.bias is None else torch.tensor(self.bias, dtype=torch.float64)
        conv = getattr(torch.nn.functional, f"conv{w.ndim - 2}d")
        others = {k: self.settings[k] for k in ("stride", "dilation", "groups")}
        padded = torch.nn.functional.pad(x.reshape(-1, *x.shape[1 - w.ndim :]), flat, mode=mode)
        result: np.ndarray = conv(padded, w, b, **others).numpy()
        return result if x.ndim == w.ndim else result[0]


@st.composite
def padded_convolutions(draw: st.DrawFn) -> Padded:
    """Draw a convolution with any padding and mode, with or without bias and batch."""
    axes = draw(st.integers(1, 3))
    kernel = _per_axis(draw, axes, 1, 4 if axes < 3 else 2)
    dilation = _per_axis(draw, axes, 1, 2)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    padding: Any = draw(st.sampled_from(["same", "valid", "numbers", "pairs"]))
    if padding == "same":
        sides = tuple(((r - 1) // 2, r // 2) for r in spans)
    elif padding == "valid":
        sides = ((0, 0),) * axes
    else:
        two = st.tuples(st.integers(0, 3), st.integers(0, 3))
        sides = tuple(draw(two) for _ in range(axes))
        if padding == "numbers":
            sides = tuple((p, p) for p, _ in sides)
        padding = _setting(draw, tuple(p for p, _ in sides)) if padding == "numbers" else sides
    least = {"reflect": 1, "circular": 0}.get(mode, -10)
    shortest = [max(1, r - sum(p), max(p) + least) for r, p in zip(spans, sides, strict=True)]
    size = tuple(draw(st.integers(n, n + 3)) for n in shortest)
    stride = (1,) * axes if padding == "same" else _per_axis(draw, axes, 1, 3)
    batch, groups, group_in, group_out = (draw(st.integers(1, 2)) for _ in range(4))
    input, weight, bias = _whole_numbers(
        draw, (batch, groups * group_in, *size), (groups * group_out, group_in, *kernel),
        (groups * group_out,),
    )  # fmt: skip
    settings = {
        "stride": stride, "padding": padding, "dilation": dilation, "groups": groups,
        "padding_mode": mode,
    }  # fmt: skip
    with_batch, with_bias = draw(st.booleans()), draw(st.booleans())
    return Padded(
        input if with_batch else input[0], weight, bias if with_bias else None, settings, sides
    )


@st.composite
def poolings(draw: st.DrawFn, *, dilated: bool) -> Operation:
    """Draw the input and settings of a pooling, `kernel_size` among them; there is no weight."""
    axes = draw(st.integers(1, 3))
    kernel = _per_axis(draw, axes, 1, 4)
    stride = draw(st.sampled_from([None, _per_axis(draw, axes, 1, 4)]))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    dilation = _per_axis(draw, axes, 1, 3 if dilated else 1)
    ceil_mode = draw(st.booleans())
    size = []
    for k, s, p, d in zip(kernel, stride or kernel, padding, dilation, strict=True):
        shortest = max(1, (k - 1) * d + 1 - 2 * p - (s - 1 if ceil_mode else 0))
        if axes == 3 and not dilated:  # avg_pool3d takes no input shorter than the kernel
            shortest = max(shortest, k)
        size.append(draw(st.integers(shortest, shortest + 4)))
    settings: dict[str, Any] = {
        "kernel_size": _setting(draw, kernel),
        "padding": _setting(draw, padding),
        "ceil_mode": ceil_mode,
    }
    if stride is not None:
        settings["stride"] = _setting(draw, stride)
    if dilated:
        settings["dilation"] = _setting(draw, dilation)
    (input,) = _whole_numbers(draw, (draw(st.integers(1, 2)), draw(st.integers(1, 2)), *size))
    return Operation(input, np.empty(0), settings)


@dataclass(frozen=True)
class Adaptive:
    """An input and the output's size of an adaptive pooling, one entry for each axis."""

    input: np.ndarray
    output_size: tuple[int | None, ...]

    def by_torch(self, name: str, **settings: Any) -> Any:
        """Give what a function of torch.nn.functional makes of it, in float64."""
        function = getattr(torch.nn.functional, name.format(len(self.output_size)))
        result = function(torch.tensor(self.input), self.output_size, **settings)
        return result.numpy() if torch.is_tensor(result) else tuple(part.numpy() for part in result)


@st.composite
def adaptive_poolings(draw: st.DrawFn) -> Adaptive:
    """Draw an adaptive pooling, with and without a batch, an empty one among them."""
    axes = draw(st.integers(1, 3))
    size = _per_axis(draw, axes, 1, 8 if axes < 3 else 5)
    entries = st.integers(0, 9 if axes < 3 else 6)
    # PyTorch's function for one axis knows no None
    output = tuple(draw(entries if axes == 1 else entries | st.none()) for _ in range(axes))
    (input,) = _whole_numbers(draw, (draw(st.integers(0, 2)), draw(st.integers(1, 2)), *size))
    input = input.astype(np.float64)
    if draw(st.booleans()):
        input[input < -6] = np.nan
    return Adaptive(input[0] if len(input) and draw(st.booleans()) else input, output)
