"""What PyTorch takes is taken, what it refuses refused, but for what docs/reference/pytorch says.

Settings are drawn from possible and impossible numbers, and have one for each axis. In float64,
because in float32 PyTorch asks another library, which does not look at every setting.
"""

import warnings
from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convdocs.operations.adaptive import adaptive_avg_pool, adaptive_max_pool
from convdocs.operations.fold import fold
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.operations.unfold import matmul_cross_correlate, unfold
from convdocs.operations.unpool import max_unpool


class Call(NamedTuple):
    """Arrays, the first of which is the input, and settings by name."""

    arrays: list[np.ndarray]
    settings: dict[str, Any]


OPERATIONS: dict[str, list[Callable[..., Any]]] = {
    "conv{}d": [cross_correlate, matmul_cross_correlate],
    "conv_transpose{}d": [conv_transpose],
    "max_pool{}d": [max_pool],
    "avg_pool{}d": [avg_pool],
    "adaptive_max_pool{}d": [adaptive_max_pool],
    "adaptive_avg_pool{}d": [adaptive_avg_pool],
    "max_unpool{}d": [max_unpool],
    "unfold": [unfold],
    "fold": [fold],
}
CASES = [(name, axes) for name in OPERATIONS for axes in ((1, 2, 3) if "{}" in name else (2,))]


def numbers(shape: tuple[int, ...]) -> np.ndarray:
    """Give small whole numbers, in float64."""
    return np.arange(prod(shape), dtype=np.float64).reshape(shape) * 5 % 7 - 3


def each(axes: int, *values: int | None) -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw one of some values for each axis."""
    return st.tuples(*[st.sampled_from(values)] * axes)


@st.composite
def windows(draw: st.DrawFn, axes: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Draw an input and how a kernel goes over it; in every second case much may be impossible."""
    usual = draw(st.booleans())
    lead = draw(st.sampled_from([(2, 2), (1, 2), (2,)] if usual else [(2, 2), (0, 2), (2, 0)]))
    drawn = {
        "size": ((3, 4, 5, 6), (0, 1, 2, 4, 6)),
        "kernel_size": ((1, 2, 3), (0, 1, 2, 2, 3, 3, 4, 5)),
        "stride": ((1, 2, 3), (-1, 0, 1, 2, 2, 3, 3)),
        "padding": ((0, 1), (-1, 0, 0, 1, 1, 2, 3)),
        "dilation": ((1, 2), (0, 1, 1, 1, 2, 2)),
    }
    given = {name: draw(each(axes, *some[not usual])) for name, some in drawn.items()}
    return numbers((*lead, *given.pop("size"))), given


@st.composite
def convolutions(draw: st.DrawFn, axes: int, *, transposed: bool) -> Call:
    """Draw a call of a convolution; now and then its weight or its bias is too long by one."""
    x, settings = draw(windows(axes))
    groups, wide = draw(st.sampled_from([1, 1, 2, 2, 0])), draw(st.sampled_from([1, 2, 2, 2, 0]))
    channels = x.shape[-axes - 1]
    leading = (channels, wide) if transposed else (2 * wide, channels // max(groups, 1))
    odd = draw(st.sampled_from([0] * 9 + [1]))
    weight = numbers((leading[0], leading[1] + odd, *settings.pop("kernel_size")))
    outputs = weight.shape[1] * groups if transposed else weight.shape[0]
    bias = draw(st.sampled_from([None, outputs, outputs, outputs + 1]))
    settings["bias"] = None if bias is None else numbers((bias,))
    if transposed:
        settings["output_padding"] = draw(each(axes, 0, 0, 0, 0, 0, 1, 2, -1))
    return Call([x, weight], settings | {"groups": groups})


@st.composite
def poolings(draw: st.DrawFn, axes: int, *, largest: bool) -> Call:
    """Draw a call of pooling."""
    x, settings = draw(windows(axes))
    settings["ceil_mode"] = draw(st.booleans())
    if draw(st.booleans()):
        del settings["stride"]
    if largest:
        settings["return_indices"] = draw(st.booleans())
        return Call([x], settings)
    del settings["dilation"]
    settings["count_include_pad"] = draw(st.booleans())
    if axes > 1:
        settings["divisor_override"] = draw(st.sampled_from([None, None, 3, -2, 0]))
    return Call([x], settings)


@st.composite
def unpoolings(draw: st.DrawFn, axes: int) -> Call:
    """Draw a call of unpooling; now and then a place lies outside the output."""
    x, settings = draw(windows(axes))
    del settings["dilation"]
    places = np.arange(x.size).reshape(x.shape) % max(1, prod(x.shape[-axes:]))
    if draw(st.booleans()):
        del settings["stride"]
    if draw(st.booleans()):
        kernel = settings["kernel_size"]
        along = zip(x.shape[-axes:], settings.get("stride", kernel), kernel, strict=True)
        near = [(n - 1) * s + k for n, s, k in along]
        settings["output_size"] = tuple(n + draw(st.integers(-3, 3)) for n in near)
    return Call([x, places + draw(st.sampled_from([0] * 9 + [-1, 99]))], settings)


@st.composite
def foldings(draw: st.DrawFn, axes: int) -> Call:
    """Draw a call of fold; now and then there is a row or a column too many, or too few."""
    x, settings = draw(windows(axes))
    size = x.shape[-axes:]
    names = ("stride", "padding", "dilation", "kernel_size")
    along = zip(size, *(settings[name] for name in names), strict=True)
    places = [(n + 2 * p - d * (k - 1) - 1) // (s or 1) + 1 for n, s, p, d, k in along]
    rows = 2 * prod(settings["kernel_size"]) + draw(st.sampled_from([0] * 9 + [1]))
    columns = prod(places) + draw(st.sampled_from([0] * 9 + [1, -1]))
    lead = x.shape[: -axes - 1]
    cols = numbers((*lead, rows, max(0, columns)))
    return Call([cols], settings | {"output_size": size})


def calls(name: str, axes: int) -> st.SearchStrategy[Call]:
    """Draw a call of an operation."""
    if "conv" in name:
        return convolutions(axes, transposed="transpose" in name)
    if name.startswith("adaptive"):
        wanted = each(axes, 1, 2, 3, 4, 7, 0, None, -1)
        return st.tuples(windows(axes), wanted).map(
            lambda drawn: Call([drawn[0][0]], {"output_size": drawn[1]})
        )
    if name == "unfold":
        return windows(axes).map(lambda drawn: Call([drawn[0]], drawn[1]))
    if name == "fold":
        return foldings(axes)
    return unpoolings(axes) if "unpool" in name else poolings(axes, largest="max" in name)


def refused_here_only(name: str, call: Call, theirs: Any) -> bool:
    """Tell whether the page says that PyTorch takes such a call, and this package does not."""
    x, settings = call.arrays[0], call.settings
    if "conv" in name and 0 in call.arrays[1].shape:
        return True
    axes = len(next(value for value in settings.values() if isinstance(value, tuple)))
    own = 2 if name == "fold" else axes + 1
    if 0 in x.shape[-own:] or (x.ndim > own and not len(x)):
        return True
    if name.startswith("max_unpool"):
        kernel, padding = settings["kernel_size"], settings["padding"]
        none = min(*kernel, *settings.get("stride", kernel)) < 1 or not theirs.numel()
        return none or any(not 0 <= p <= k // 2 for p, k in zip(padding, kernel, strict=True))
    if settings.get("return_indices"):
        return bool(torch.isinf(theirs[0]).any())  # a window of padding only
    return False


def taken_here_only(name: str, call: Call) -> bool:
    """Tell whether the page says that this package takes such a call, and PyTorch does not."""
    settings, size = call.settings, call.arrays[0].shape[-3:]
    if name == "avg_pool3d":
        return any(n < k for n, k in zip(size, settings["kernel_size"], strict=True))
    return name.startswith("adaptive") and name.endswith("1d") and None in settings["output_size"]


def by_torch(name: str, call: Call) -> Any:
    """Give what PyTorch makes of a call, or None if it refuses."""
    arrays = [torch.from_numpy(array) for array in call.arrays]
    given = {
        key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        for key, value in call.settings.items()
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(torch.nn.functional, name)(*arrays, **given)
    except (IndexError, RuntimeError, TypeError, ValueError):
        return None


@pytest.mark.parametrize(("name", "axes"), CASES)
@given(data=st.data())
def test_both_take_the_same_and_give_the_same(name: str, axes: int, data: st.DataObject) -> None:
    """A call that only one of them takes is one of the kinds that the page lists."""
    operation = name.format(axes)
    call = data.draw(calls(name, axes))
    theirs = by_torch(operation, call)
    for function in OPERATIONS[name]:
        try:
            ours, refusal = function(*call.arrays, **call.settings), ""
        except (TypeError, ValueError) as error:
            ours, refusal = None, str(error)
        if ours is None or theirs is None:
            assert (
                ours is theirs
                or (theirs is None and taken_here_only(operation, call))
                or (ours is None and refused_here_only(operation, call, theirs))
            ), refusal
            continue
        pairs = zip(ours, theirs, strict=True) if isinstance(theirs, tuple) else [(ours, theirs)]
        for our, their in pairs:
            np.testing.assert_allclose(our, their.numpy(), rtol=1e-12, atol=1e-12)
