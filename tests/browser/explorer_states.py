"""States of the explorer drawn, written and computed without its code: PyTorch is the oracle."""

import math
import random
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from convdocs.kernels import LAPLACIAN, SOBEL_X, impulse

OPERATIONS = ["cross_correlate", "convolve", "conv_transpose", "max_pool", "avg_pool"]
FIXED = {
    "sobel_x": SOBEL_X,
    "sobel_y": SOBEL_X.T,
    "laplacian": LAPLACIAN,
    "sharpen": impulse((3, 3)) - LAPLACIAN,
}
ROOM = 144  # cells of a grid along an axis, as the explorer's page says
PRODUCTS = 2_000_000


def written(number: int | Fraction) -> str:
    """Write a number as a link may: whole, with decimals, or as a fraction."""
    return f"{float(number)}" if 10_000 % number.denominator == 0 < number % 1 else str(number)


def named(name: str, kernel_size: Sequence[int]) -> list[int | Fraction]:
    """Give the numbers of a named kernel, by another way than the explorer's."""
    if name in FIXED:
        return [int(n) for n in FIXED[name].flat]
    if name == "box":
        count = kernel_size[0] * kernel_size[1]
        return [Fraction(1, count)] * count
    # A blur is a mean of two neighbours, over and over.
    down, across = (reduce(np.convolve, [[1, 1]] * (n - 1), [1]) for n in kernel_size)
    return [Fraction(int(n), 2 ** (sum(kernel_size) - 2)) for n in np.outer(down, across).flat]


@dataclass
class State:
    """Settings by PyTorch's names, and numbers."""

    operation: str
    size: list[int]
    kernel_size: list[int]
    stride: list[int]
    dilation: list[int]
    padding: list[int] | str  # above, below, left, right
    settings: dict[str, Any] = field(default_factory=dict)
    input: list[int | Fraction] = field(default_factory=list)
    weight: list[int | Fraction] = field(default_factory=list)
    kernel: str = ""  # the name of the weight

    def text(self) -> str:
        """Write the state as the explorer's page describes it."""
        pairs = {
            name: ",".join(map(written, getattr(self, name)))
            for name in ("size", "kernel_size", "stride", "dilation", "input", "weight")
        }
        pairs["weight"] = self.kernel or pairs["weight"]
        padding = self.padding if self.padding == "same" else ",".join(map(str, self.padding))
        rest = {
            name: ",".join(map(written, value)) if isinstance(value, list) else str(value).lower()
            for name, value in self.settings.items()
        }
        every = {"operation": self.operation, **pairs, "padding": padding, **rest}
        return "&".join(f"{name}={value}" for name, value in every.items() if value)

    @property
    def pools(self) -> bool:
        """Say whether there is no kernel."""
        return self.operation.endswith("pool")

    @property
    def channels(self) -> tuple[int, int, int]:
        """Give the channels in and out, and the groups."""
        get = self.settings.get
        return get("in_channels", 1), get("out_channels", 1), get("groups", 1)

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Give input and weight in PyTorch's shapes."""
        ins, outs, groups = self.channels
        x = torch.tensor([float(n) for n in self.input], dtype=torch.float64)
        x = x.reshape(1, ins, *self.size)
        if self.pools:
            return x, None
        first = (
            (ins, outs // groups) if self.operation == "conv_transpose" else (outs, ins // groups)
        )
        w = torch.tensor([float(n) for n in self.weight], dtype=torch.float64)
        return x, w.reshape(*first, *self.kernel_size)

    def compute(self, x: torch.Tensor, w: torch.Tensor | None) -> torch.Tensor:
        """Ask PyTorch, which raises an exception for what it does not know or take."""
        given = dict(self.settings)
        ins, outs = given.pop("in_channels", 1), given.pop("out_channels", 1)
        mode = given.pop("padding_mode", "zeros")
        bias = None
        if not self.pools and "bias" in given:
            bias = torch.tensor([float(n) for n in given.pop("bias")], dtype=torch.float64)
            bias = bias.expand(outs)  # one may stand for all, but no other number
        padding: Any = self.padding
        if self.operation in {"cross_correlate", "convolve"}:
            if padding == "same" and self.stride != [1, 1]:
                raise ValueError("same")
            if padding == "same" and mode != "zeros":  # as torch.nn.Conv2d does it
                total = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
                padding = [side for n in total for side in (n // 2, n - n // 2)]
            if padding != "same":
                above, below, left, right = padding
                kind = "constant" if mode == "zeros" else mode
                x, padding = F.pad(x, (left, right, above, below), mode=kind), 0
            if self.operation == "convolve":
                w = w.flip(-2, -1)
            return F.conv2d(x, w, bias, self.stride, padding, self.dilation, **given)
        if padding == "same" or padding[0] != padding[1] or padding[2] != padding[3]:
            raise ValueError("one side")
        if mode != "zeros":
            raise ValueError("mode")
        given |= {"stride": self.stride, "padding": [padding[0], padding[2]]}
        if self.dilation != [1, 1] or self.operation == "conv_transpose":
            given["dilation"] = self.dilation
        if self.operation == "conv_transpose":
            return F.conv_transpose2d(x, w, bias, **given)
        if ins != outs:
            raise ValueError("channels")
        return getattr(F, f"{self.operation}2d")(x, self.kernel_size, **given)

    def output(self) -> torch.Tensor | None:
        """Give the output, channels first, or None if PyTorch refuses the state."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of padding="same" with even kernels
                return self.compute(*self.tensors())[0]
        except (RuntimeError, TypeError, ValueError):
            return None

    def magnitude(self) -> torch.Tensor:
        """Give what the terms of each output sum to without their signs: errors go by it."""
        x, w = self.tensors()
        plain = {k: [abs(n) for n in v] if k == "bias" else v for k, v in self.settings.items()}
        shape = self.size, self.kernel_size, self.stride, self.dilation, self.padding, plain
        return State(self.operation, *shape).compute(x.abs(), w if w is None else w.abs())[0]

    @property
    def whole(self) -> bool:
        """Say whether all numbers are whole."""
        numbers = [*self.input, *self.weight, *self.settings.get("bias", [])]
        return all(n.denominator == 1 for n in numbers)

    def has_room(self, output: torch.Tensor) -> bool:
        """Say whether no grid is wider than there is room for, and no output takes too long."""
        ins, outs, groups = self.channels
        transposed = self.operation == "conv_transpose"
        places = self.size if transposed else output.shape[1:]
        products = (ins if self.pools else ins * outs // groups) * math.prod(
            [*self.kernel_size, *places]
        )
        wide = any(self.widest(a, output.shape[1 + a]) > ROOM for a in (0, 1))
        return not wide and products <= PRODUCTS

    def widest(self, a: int, size: int) -> int:
        """Count the cells from the first to the last that an axis' grids must show."""
        n, k, s, d = self.size[a], self.kernel_size[a], self.stride[a], self.dilation[a]
        reach = d * (k - 1)
        before, after = (
            (reach // 2, reach - reach // 2)
            if self.padding == "same" else self.padding[2 * a : 2 * a + 2]
        )  # fmt: skip
        if self.operation == "conv_transpose":
            reads = [o + before - t * d for o in range(size) for t in range(k)]
            shown = [*reads, 0, (n - 1) * s]
        else:
            reads = [o * s + t * d - before for o in range(size) for t in range(k)]
            shown = [*reads, -before, n + after - 1]
        return max(size, max(shown) - min(shown) + 1)


def draw(rng: random.Random, largest: int = 64) -> State:
    """Draw a state that may or may not be possible, with an input up to a size."""
    wild = rng.random() < 0.3
    few = [1, 1, 1, 2, 2, 3, 4]

    def pair(values: list[int], most: int) -> list[int]:
        return [rng.randint(min(values), most) if wild else rng.choice(values) for _ in range(2)]

    operation = rng.choice(OPERATIONS)
    pools, transposed = operation.endswith("pool"), operation == "conv_transpose"
    settings: dict[str, Any] = {}
    groups = rng.choice([1, 1, 1, 2, 3, 4])
    ins, outs = groups * rng.randint(1, 4 // groups), groups * rng.randint(1, 4 // groups)
    if pools:
        groups, outs = 1, ins
    settings |= {"in_channels": ins, "out_channels": outs, "groups": groups}
    size = pair([1, 2, 3, 4, 5, 6, 7, 8, 12, 16], rng.choice([16, 16, 16, largest]))
    kernel_size = pair([1, 2, 2, 3, 3, 3, 4, 5], 16)
    stride, dilation = pair(few, 8), pair(few, 8)
    high = kernel_size[0] // 2, kernel_size[1] // 2
    one, two = (rng.randint(0, 3 if not pools else h) for h in high)
    padding: list[int] | str = [one, one, two, two]
    if not pools and not transposed:
        padding = [rng.randint(0, 4) for _ in range(4)] if rng.random() < 0.5 else padding
        if rng.random() < 0.15:
            padding, stride = "same", [1, 1] if rng.random() < 0.8 else stride
        if rng.random() < 0.4:
            settings["padding_mode"] = rng.choice(["reflect", "replicate", "circular"])
    if wild and rng.random() < 0.5:
        padding = [rng.randint(0, 8) for _ in range(4)]
    if transposed and rng.random() < 0.5:
        settings["output_padding"] = [rng.randint(0, 3), rng.randint(0, 3)]
    if pools:
        settings["ceil_mode"] = rng.random() < 0.5
    if operation == "avg_pool":
        settings["count_include_pad"] = rng.random() < 0.5
        dilation = [1, 1] if rng.random() < 0.9 else dilation
    state = State(operation, size, kernel_size, stride, dilation, padding, settings)
    return fill(state, rng, rng.choice([3, 9, 99]))


def fill(state: State, rng: random.Random, largest: int) -> State:
    """Give a state numbers."""
    ins, outs, groups = state.channels
    (h, w), (kh, kw) = state.size, state.kernel_size
    finest = rng.choice([1, 1, 1, 4, 100, 10_000, 9, 16, 9_999])

    def number() -> int | Fraction:
        over = rng.randint(-min(largest * finest, 9999), min(largest * finest, 9999))
        return over if finest == 1 else Fraction(over, finest)

    state.input = [number() for _ in range(ins * h * w)]
    if not state.pools:
        count = ins * outs // groups
        fits = FIXED if state.kernel_size == [3, 3] else ["gaussian"] * (max(kh, kw) <= 7)
        state.kernel = rng.choice(["", "", "", "box", *fits])
        state.weight = (
            named(state.kernel, state.kernel_size) * count
            if state.kernel else [number() for _ in range(count * kh * kw)]
        )  # fmt: skip
        if rng.random() < 0.4:
            state.settings["bias"] = [number() for _ in range(rng.choice([1, outs]))]
    for name, default in (("groups", 1), ("ceil_mode", False), ("count_include_pad", True)):
        if state.settings.get(name) == default:
            del state.settings[name]
    if "output_padding" in state.settings and not any(state.settings["output_padding"]):
        del state.settings["output_padding"]
    return state
