"""Receptive fields, against the extent of PyTorch's gradients."""

import re
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from networks import Network, branches, module, networks
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
)
from convdocs.layers.stack import Layer
from convdocs.receptive import aligned, receptive_field

# PyTorch's own remark on even kernels with padding="same"
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

MARGIN = 100  # at an input's end: more than all layers that are drawn pad or crop together


def extent(made: nn.Module, x: Tensor, output_position: list[int]) -> list[tuple[int, int]]:
    """Give the first and the last input, along each axis, that has a part in one output."""
    made = made.double()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(1)
    (gradient,) = torch.autograd.grad(made(x)[:, :, *output_position].sum(), x)
    positions = gradient.sum((0, 1)).nonzero()
    return [(int(p.min()), int(p.max())) for p in positions.T]


@given(networks(among_axes=(1, 2), most=1, adaptive=False))
def test_the_field_is_where_the_gradient_is_not_zero(network: Network) -> None:
    """Output o sees from start + o*stride on, and `size` samples, whatever the branches do."""
    field = receptive_field(network.layers)
    place = [-(-(MARGIN - b) // s) for b, s in zip(field.start, field.stride, strict=True)]
    begin = [b + o * s for b, o, s in zip(field.start, place, field.stride, strict=True)]
    ends = [(b, b + n - 1) for b, n in zip(begin, field.size, strict=True)]
    x = torch.zeros(
        1, network.channels, *(last + MARGIN for _, last in ends), dtype=torch.float64
    ).requires_grad_()
    assert extent(network.module(sums=True), x, place) == ends


@given(st.data(), st.integers(1, 3))
def test_adaptive_pooling_to_a_divisor_of_the_size_sees_as_pooling_does(
    data: st.DataObject, axes: int
) -> None:
    """Between other layers, on an input whose size is told, each window of the same length."""
    taps, windows, lengths = (
        data.draw(st.lists(st.integers(1, most), min_size=axes, max_size=axes))
        for most in (3, 4, 5)
    )
    first, last = Conv(1, 1, taps, dilation=2), Conv(1, 1, [1] * axes)
    given_ = [2 * (k - 1) + m * n for k, m, n in zip(taps, windows, lengths, strict=True)]
    for adaptive in AdaptiveAvgPool, AdaptiveMaxPool:
        layers = [first, adaptive(windows), last]
        field = receptive_field(layers, input_size=given_)
        assert field == receptive_field([first, AvgPool(lengths), last])
        x = torch.zeros(1, 1, *given_, dtype=torch.float64, requires_grad=True)
        place = [data.draw(st.integers(0, m - 1)) for m in windows]
        begins = [b + o * s for b, o, s in zip(field.start, place, field.stride, strict=True)]
        ends = [(b, b + n - 1) for b, n in zip(begins, field.size, strict=True)]
        assert extent(module(Sequential(*layers), sums=True), x, place) == ends


def test_adaptive_pooling_that_keeps_an_axis_sees_one_sample_along_it() -> None:
    """Whatever the input's size is, and whatever it does along the other."""
    field = receptive_field(AdaptiveMaxPool((None, 3)), input_size=(5, 9))
    assert (field.size, field.stride, field.start) == ((1, 3), (1, 3), (0, 0))
    assert receptive_field(AdaptiveAvgPool((None, None))).size == (1, 1)


@given(branches(1, 2))
def test_paths_are_aligned_if_their_gradients_have_one_centre(branch: Branch) -> None:
    """Half way between the first and the last input that each of them sees."""
    x = torch.zeros(1, 2, 2 * MARGIN, dtype=torch.float64, requires_grad=True)
    sums = {sum(extent(module(path, sums=True), x, [MARGIN // 2])[0]) for path in branch.paths}
    assert aligned(branch) == (len(sums) == 1)


def test_paths_are_aligned_along_every_axis_or_not() -> None:
    """A residual block with padding on one axis only is not."""
    conv = Conv(1, 1, 3, padding=(1, 0))
    assert aligned(Branch(conv, conv, join="add"))
    assert not aligned(Branch(conv, [], join="add"))


def test_the_centre_lies_half_way_through_the_first_field() -> None:
    """Between two samples where the field is even; dilation leaves it where it is."""
    assert receptive_field(MaxPool((4, 3))).centre == (1.5, 1)
    for dilation in (1, 2, 5):
        layers = [Conv(1, 1, 3, padding="same", dilation=dilation)] * 2
        assert receptive_field(layers).centre == (0, 0)


def test_resnet_50_sees_483_samples_in_steps_of_32() -> None:
    """As Araujo, Norris and Sim (2019) list it, with the stride in the first 1x1 convolution."""

    def bottleneck(channels: int, width: int, stride: int) -> Branch:
        ways: list[list[Layer]] = [
            [Conv(channels, width, 1, stride=stride), Conv(width, width, 3, padding=1),
             Conv(width, 4 * width, 1)],
            [Conv(channels, 4 * width, 1, stride=stride)] if channels != 4 * width else [],
        ]  # fmt: skip
        return Branch(*ways, join="add")

    layers: list[Layer] = [Conv(3, 64, 7, stride=2, padding=3), MaxPool(3, stride=2, padding=1)]
    channels = 64
    for width, blocks, stride in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]:
        for block in range(blocks):
            layers.append(bottleneck(channels, width, stride if block == 0 else 1))
            channels = 4 * width
    field = receptive_field(layers)
    assert (field.size, field.stride) == ((483, 483), (32, 32))
    assert all(aligned(block) for block in layers if isinstance(block, Branch))


def test_no_network_is_too_deep_for_its_numbers() -> None:
    """Strides multiply into integers of any length."""
    field = receptive_field([MaxPool((2,))] * 20_000)
    assert field.stride == field.size == (2**20_000,)


WORDS = "must be layers of convdocs.layers, alone or in a sequence"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: receptive_field(True), TypeError, f"layers {WORDS} (layers=True)"),
        (lambda: receptive_field([(5, 1, 0, 1)]), TypeError, f"layers {WORDS} (layers=5)"),
        (lambda: receptive_field([]), ValueError, "there must be a layer, to tell how many axes"),
        (lambda: receptive_field(Branch([], [], join="add")), ValueError, "there must be a layer"),
        (lambda: receptive_field([MaxPool(2), ConvTranspose(1, 1, 3, stride=(1, 2))]), ValueError,
         "layer 2: the outputs of a transposed convolution with a stride above 1 do not all see "
         "equally far, so they have no one receptive field (stride=(1, 2))"),
        (lambda: receptive_field(Branch(MaxPool(2), [], join="add")), ValueError,
         "the paths of a branch step differently (strides=(2, 1), axis=0)"),
        (lambda: receptive_field([MaxPool(2), AdaptiveAvgPool(7)]), ValueError,
         "layer 2: adaptive pooling has one receptive field only if its output_size divides the "
         "size of a known input (output_size=(7, 7), input_size=None)"),
        (lambda: receptive_field([MaxPool(2), AdaptiveAvgPool(7)], input_size=20), ValueError,
         "(output_size=(7, 7), input_size=(10, 10))"),
        (lambda: receptive_field(AdaptiveMaxPool(7), input_size=3), ValueError,
         "(output_size=(7, 7), input_size=(3, 3))"),
        (lambda: receptive_field(Conv(1, 1, 5), input_size=3), ValueError, "kernel spans 5"),
        (lambda: aligned(MaxPool(2)), TypeError, "branch must be a Branch (branch=MaxPool("),
        (lambda: aligned(Branch(MaxPool(2), [], join="cat")), ValueError, "step differently"),
    ],
)  # fmt: skip
def test_what_has_no_receptive_field_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message says why there is none, and where in the network."""
    with pytest.raises(error, match=re.escape(words)):
        call()
