"""Layers as values: their sizes and their lines, against the modules that the lines make."""

import copy
import pickle
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from itertools import repeat
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from networks import Network, adaptive_pools, conv_transposes, convs, module, networks, pools
from torch import nn

from convdocs.layers import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    Branch,
    Conv,
    ConvTranspose,
    MaxPool,
    Sequential,
    as_layer,
    axes_of,
    output_size,
    pytorch_line,
)
from convdocs.layers.fit import channels_read
from convdocs.layers.stack import Layer
from convdocs.padding_mode import MODES

# PyTorch's own remark on even kernels with padding="same"
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


@given(networks(), st.integers(1, 12), st.integers(1, 12))
def test_layers_make_of_a_size_what_their_modules_make(
    network: Network, first: int, others: int
) -> None:
    """Where a size is impossible here, PyTorch refuses it, too: in float64, if not in float32."""
    size = (first, *(others,) * (network.axes - 1))
    x = torch.zeros(1, network.channels, *size, dtype=torch.float64)
    made = network.module().double()
    try:
        expected = output_size(network.layers, size)
    except ValueError:
        with pytest.raises(RuntimeError, match=r"(?i)size|small"):
            made(x)
    else:
        assert made(x).shape[2:] == expected


@given(st.data(), st.integers(1, 3))
def test_the_line_of_a_layer_makes_a_module_with_its_settings(data: st.DataObject, n: int) -> None:
    """PyTorch's module has the attributes of the layer, written as one number or one for each."""
    layer = data.draw(convs(n, 2) | conv_transposes(n, 2) | pools(n) | adaptive_pools(n))
    made = module(layer)
    if isinstance(made, nn.Sequential):
        pad, made = made
        assert pad.padding == tuple(side for pair in reversed(layer.padding) for side in pair)
    for name in (field.name for field in fields(layer)):
        ours, theirs = getattr(layer, name), getattr(made, name)
        if name == "padding" and not isinstance(layer, Conv):
            ours = tuple(before for before, _ in ours)
        if name == "bias":
            theirs = theirs is not None
        elif isinstance(ours, tuple) and isinstance(theirs, int):
            theirs = (theirs,) * n
        if not (isinstance(layer, Conv) and name in {"padding", "padding_mode"}):
            assert theirs == ours


LINES = [
    (Conv(3, 64, 3, padding=1), "nn.Conv2d(3, 64, kernel_size=3, padding=1)"),
    (Conv(3, 64, (3,)), "nn.Conv1d(3, 64, kernel_size=3)"),
    (Conv(8, 8, (3, 5, 1), stride=(1, 2, 2), groups=8, bias=False),
     "nn.Conv3d(8, 8, kernel_size=(3, 5, 1), stride=(1, 2, 2), groups=8, bias=False)"),
    (Conv(1, 1, 4, padding="same"), "nn.Conv2d(1, 1, kernel_size=4, padding='same')"),
    (Conv(1, 1, 3, padding="same", padding_mode="reflect"),
     "nn.Conv2d(1, 1, kernel_size=3, padding=1, padding_mode='reflect')"),
    (Conv(1, 2, (3, 3), padding=[(0, 1), (2, 3)], padding_mode="circular", dilation=2),
     "nn.Sequential(\n    nn.CircularPad2d((2, 3, 0, 1)),\n"
     "    nn.Conv2d(1, 2, kernel_size=3, dilation=2),\n)"),
    (ConvTranspose(4, 1, 3, stride=2, padding=1, output_padding=(0, 1)),
     "nn.ConvTranspose2d(4, 1, kernel_size=3, stride=2, padding=1, output_padding=(0, 1))"),
    (MaxPool(2), "nn.MaxPool2d(kernel_size=2)"),
    (MaxPool(3, stride=3, dilation=2, ceil_mode=True),
     "nn.MaxPool2d(kernel_size=3, dilation=2, ceil_mode=True)"),
    (AdaptiveAvgPool(1), "nn.AdaptiveAvgPool2d(1)"),
    (AdaptiveMaxPool((7,)), "nn.AdaptiveMaxPool1d(7)"),
    (AdaptiveAvgPool((None, 7)), "nn.AdaptiveAvgPool2d((None, 7))"),
    (AdaptiveAvgPool((None, None, None)), "nn.AdaptiveAvgPool3d((None, None, None))"),
    (AvgPool((3,), stride=1, padding=1, count_include_pad=False),
     "nn.AvgPool1d(kernel_size=3, stride=1, padding=1, count_include_pad=False)"),
    (Sequential(), "nn.Sequential()"),
    ([Conv(3, 4, 5), [MaxPool(2)]],
     "nn.Sequential(\n    nn.Conv2d(3, 4, kernel_size=5),\n"
     "    nn.Sequential(\n        nn.MaxPool2d(kernel_size=2),\n    ),\n)"),
]  # fmt: skip


@pytest.mark.parametrize(("layers", "line"), LINES)
def test_the_line_has_only_what_differs_from_the_defaults(layers: object, line: str) -> None:
    """In PyTorch's order, equal numbers as one, and as code that runs."""
    assert pytorch_line(layers) == line
    assert isinstance(eval(line, {"nn": nn}), nn.Module)


@pytest.mark.parametrize("mode", MODES)
def test_uneven_padding_becomes_the_layer_that_pads_so(mode: str) -> None:
    """Its values are those of NumPy's padding, and the convolution after it has none."""
    kinds = {"zeros": "constant", "replicate": "edge", "circular": "wrap"}
    pad, _ = module(Conv(1, 1, 2, padding=[(0, 1), (2, 1)], padding_mode=mode))
    x = np.random.default_rng(0).random((3, 4))
    expected = np.pad(x, [(0, 1), (2, 1)], mode=kinds.get(mode, mode))
    assert np.array_equal(pad(torch.tensor(x)[None, None])[0, 0], expected)


ALIKE = [
    (Conv(3, 8, 3), Conv(3, 8, (3, 3), stride=[1, 1], padding="valid")),
    (Conv(3, 8, np.uint8(3), padding=np.array([1, 1])), Conv(3, 8, 3, padding="same")),
    (MaxPool(3), MaxPool((3, 3), stride=3)),
    (AvgPool([2, 3]), AvgPool((2, 3), stride=(2, 3), padding=(0, 0))),
    (ConvTranspose(8, 3, 2, stride=(2, 2)), ConvTranspose(8, 3, (2, 2), stride=2)),
    (Sequential(MaxPool(2), MaxPool(3)), as_layer(MaxPool(k) for k in (2, 3))),
    (Branch([MaxPool(2)], join="cat"), Branch(Sequential(MaxPool(2)), join="cat")),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_layers_that_do_the_same_are_equal(one: Layer, other: Layer) -> None:
    """However they were written; and they serve as keys."""
    assert one == other
    assert hash(one) == hash(other)
    assert one == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == eval(repr(one))


def test_a_layer_never_changes_and_its_like_is_checked_again() -> None:
    """A changed copy is made as the first was."""
    layer = Conv(4, 8, 3, padding=1)
    with pytest.raises(FrozenInstanceError, match="stride"):
        layer.stride = (2, 2)  # type: ignore[misc]
    assert replace(layer, stride=2) == Conv(4, 8, 3, padding=1, stride=2)
    with pytest.raises(ValueError, match="groups must divide"):
        replace(layer, groups=3)


def test_a_function_of_layers_takes_one_or_several() -> None:
    """A layer alone, a list, a generator, and what torch would nest."""
    pool = MaxPool(2)
    assert as_layer(pool) is pool
    assert output_size(pool, 9) == output_size([pool], (9, 9)) == (4, 4)
    assert output_size((pool for _ in range(3)), (80, 40)) == (10, 5)
    assert output_size([[pool, [pool]], pool], (80, 40)) == (10, 5)


def test_no_layer_leaves_a_size_as_it_is() -> None:
    """A sequence of none takes any number of axes, and in a branch those of the other paths."""
    assert output_size([], (5, 6, 7)) == (5, 6, 7)
    assert axes_of(Sequential()) is None
    assert axes_of(Branch([], MaxPool((3,)), join="cat")) == 1
    assert output_size(Branch([], [MaxPool(3, stride=1, padding=1)], join="add"), 9) == (9, 9)


def test_channels_are_followed_through_pools_and_branches() -> None:
    """The Inception module of Szegedy et al. (2015), table 1, row 3a: 192 maps become 256."""
    block = Branch(
        Conv(192, 64, 1),
        [Conv(192, 96, 1), Conv(96, 128, 3, padding=1)],
        [Conv(192, 16, 1), Conv(16, 32, 5, padding=2)],
        [MaxPool(3, stride=1, padding=1), Conv(192, 32, 1)],
        join="cat",
    )
    assert output_size([Conv(3, 192, 1), block, MaxPool(2), Conv(256, 1, 1)], 28) == (14, 14)
    with pytest.raises(ValueError, match=r"layer 2: .* channels .*given=256, in_channels=192"):
        Sequential(block, Conv(192, 1, 1))
    with pytest.raises(ValueError, match=r"layer 2: path 1: .*given=100, in_channels=192"):
        Sequential(Conv(3, 100, 1), block)
    with pytest.raises(ValueError, match=r"layer 3: .*given=200, in_channels=100"):
        Sequential(Conv(3, 100, 1), Branch([], [], join="cat"), Conv(100, 1, 1))


@pytest.mark.parametrize(
    "start",
    [[[]], [[MaxPool(3, stride=1, padding=1)], []], [Branch([], MaxPool(1), join="add")]],
    ids=["nothing", "a nested pool", "a sum"],
)
def test_what_stands_before_the_first_convolution_changes_no_channels(start: list[Any]) -> None:
    """However deep it is nested."""
    layers = Sequential(*start, Conv(3, 8, 1))
    assert channels_read(layers) == 3
    with pytest.raises(ValueError, match=r"path 2: .*given=3, in_channels=4"):
        Branch(layers, [[], Conv(4, 8, 1)], join="add")


def test_channels_that_are_laid_side_by_side_are_counted_before_the_first_convolution() -> None:
    """Two copies of three channels are six; of an odd number there are no two copies."""
    double = Branch(MaxPool(3, stride=1, padding=1), [], join="cat")
    assert channels_read(Sequential(double, Conv(6, 8, 1))) == 3
    with pytest.raises(ValueError, match=r"layer 2: .*given=6, in_channels=7"):
        Sequential(double, Conv(7, 8, 1))
    with pytest.raises(ValueError, match=r"paths that are added .*channels=\[2, 1\]"):
        Branch(double, [], join="add")
    with pytest.raises(ValueError, match=r"paths that are added .*channels=\[8, 3\]"):
        Branch([[], Conv(3, 8, 1)], [], join="add")


WORDS = "must be layers of convdocs.layers, alone or in a sequence"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Conv(0, 4, 3), ValueError, "in_channels must be at least 1 (in_channels=0)"),
        (lambda: Conv(3.0, 4, 3), TypeError, "in_channels must be an integer (in_channels=3.0)"),
        (lambda: Conv(3, 4, ()), ValueError, "a kernel must have at least one axis"),
        (lambda: Conv(3, 4, (3, 0)), ValueError, "(kernel_size=0)"),
        (lambda: Conv(3, 4, "33"), TypeError, "kernel_size must be an integer, or one for each"),
        (lambda: Conv(3, 4, True), TypeError, "(kernel_size=True)"),
        (lambda: Conv(3, 4, 3, stride=(2,)), ValueError,
         "stride has 1 number for 2 spatial axes (stride=(2,))"),
        (lambda: Conv(3, 4, 3, stride=0), ValueError, "stride must be at least 1 (stride=0)"),
        (lambda: Conv(3, 4, 3, padding=-1), ValueError, "padding must be at least 0"),
        (lambda: Conv(3, 4, 3, padding="same", stride=2), ValueError, "(stride=(2, 2))"),
        (lambda: Conv(3, 4, 3, groups=2), ValueError,
         "groups must divide the input and the output channels "
         "(groups=2, in_channels=3, out_channels=4)"),
        (lambda: Conv(3, 4, 3, bias=0), TypeError, "bias must be True or False (bias=0)"),
        (lambda: Conv(3, 4, 3, padding_mode="mirror"), ValueError, "padding_mode must be one of"),
        (lambda: Conv(3, 4, 10**5000), ValueError, "kernel_size must be at most"),
        (lambda: ConvTranspose(3, 4, 3, stride=2, output_padding=2), ValueError,
         "output_padding must be below the stride or the dilation, whichever is larger "
         "(output_padding=2, stride=2, dilation=1)"),
        (lambda: ConvTranspose(3, 4, 3, groups=2), ValueError, "groups must divide"),
        (lambda: ConvTranspose(3, 4, 3, bias=None), TypeError, "bias must be True or False"),
        (lambda: MaxPool(3, padding=2), ValueError, "padding must be at most half the kernel"),
        (lambda: MaxPool(2, ceil_mode="yes"), TypeError, "ceil_mode must be True or False"),
        (lambda: MaxPool(2, stride=0), ValueError, "stride must be at least 1"),
        (lambda: AvgPool(2, count_include_pad=1), TypeError, "count_include_pad must be True or"),
        (lambda: AdaptiveAvgPool(0), ValueError, "output_size must be at least 1 (output_size=0)"),
        (lambda: AdaptiveMaxPool((3, 0)), ValueError, "output_size must be at least 1"),
        (lambda: AdaptiveMaxPool((3, 2.0)), TypeError, "output_size must be an integer"),
        (lambda: AdaptiveMaxPool(None), TypeError,
         "output_size must be an integer, or for each axis one or None (output_size=None)"),
        (lambda: AdaptiveAvgPool(()), ValueError, "a pooling must have at least one axis"),
        (lambda: pytorch_line(AdaptiveAvgPool((None,))), ValueError,
         "PyTorch's adaptive pooling cannot keep its only axis (output_size=(None,))"),
        (lambda: pytorch_line(AdaptiveAvgPool((1, 2, 3, 4))), ValueError, "(axes=4)"),
        (lambda: output_size([AdaptiveAvgPool(4), Conv(1, 1, 5)], 32), ValueError,
         "layer 2: kernel spans 5 samples but the padded input has 4"),
        (lambda: Sequential(AdaptiveAvgPool(4), MaxPool((2,))), ValueError, "(axes=[2, 1])"),
        (lambda: Sequential(True), TypeError, f"layers {WORDS} (layers=True)"),
        (lambda: as_layer("ab"), TypeError, f"layers {WORDS} (layers='ab')"),
        (lambda: as_layer([(5, 1, 0, 1)]), TypeError, f"layers {WORDS} (layers=5)"),
        (lambda: as_layer(nn.Sequential(nn.ReLU())), TypeError, f"layers {WORDS} (layers=ReLU())"),
        (lambda: as_layer(torch.tensor(1)), TypeError, f"layers {WORDS} (layers=tensor(1))"),
        (lambda: Sequential(MaxPool(2), MaxPool((2,))), ValueError,
         "the layers have different numbers of axes (axes=[2, 1])"),
        (lambda: Branch(MaxPool(2), Conv(1, 1, (3,)), join="add"), ValueError, "(axes=[2, 1])"),
        (lambda: Branch(join="add"), ValueError, "a branch must have at least one path"),
        (lambda: Branch([], join="sum"), ValueError, "join must be 'add' or 'cat' (join='sum')"),
        (lambda: Branch(Conv(3, 8, 1), Conv(3, 4, 1), [], join="add"), ValueError,
         "paths that are added must give as many channels (channels=[8, 4, 3])"),
        (lambda: Branch(MaxPool(2), Conv(3, 8, 1), Conv(4, 8, 1), join="cat"), ValueError,
         "path 3: it is given other channels than it reads (given=3, in_channels=4)"),
        (lambda: output_size([MaxPool(2), Conv(1, 1, 5)], (8, 20)), ValueError,
         "layer 2: kernel spans 5 samples but the padded input has 4"),
        (lambda: output_size(Branch(Conv(1, 1, 3), [], join="add"), 9), ValueError,
         "the paths of a branch end in different sizes (sizes=[(7, 7), (9, 9)], "
         "input_size=(9, 9))"),
        (lambda: output_size(Conv(1, 1, 3, padding=3, padding_mode="reflect"), 3), ValueError,
         "padding_mode 'reflect' fills at most 2 samples on a side here"),
        (lambda: output_size(MaxPool(2), (4, 4, 4)), ValueError,
         "input_size has 3 numbers for 2 spatial axes (input_size=(4, 4, 4))"),
        (lambda: output_size(MaxPool(2), 0), ValueError, "input_size must be at least 1"),
        (lambda: as_layer({Conv(1, 1, 3), MaxPool(2)}), TypeError, WORDS),
        (lambda: as_layer({Conv(1, 1, 3): 1}), TypeError, WORDS),
        (lambda: output_size([], 5), TypeError, "input_size must be a sequence of integers"),
        (lambda: Sequential(repeat(MaxPool(2))), ValueError, "there are too many layers (most="),
        (lambda: pytorch_line(Branch([], [], join="cat")), ValueError,
         "PyTorch has no layer for a branch: write its paths, and join their outputs by torch.cat"),
        (lambda: pytorch_line(MaxPool(3, padding=[(0, 1), 0])), ValueError,
         "PyTorch's MaxPool treats both sides alike (padding=((0, 1), (0, 0)))"),
        (lambda: pytorch_line(Conv(1, 1, (3,) * 4)), ValueError,
         "PyTorch has layers for at most three axes (axes=4)"),
    ],
)  # fmt: skip
def test_what_is_no_layer_is_refused_when_it_is_made(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message says what clashes, where in the network, and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        call()
