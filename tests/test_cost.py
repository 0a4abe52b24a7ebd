"""Counts of multiply-accumulates and parameters, against PyTorch's own counting."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import Network, networks
from torch.utils.flop_counter import FlopCounterMode

from convdocs.cost import macs, parameters
from convdocs.layers import AvgPool, Branch, Conv, ConvTranspose, MaxPool, output_size

# PyTorch's own remark on even kernels with padding="same"
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


@given(networks(), st.integers(4, 16))
def test_layers_take_half_the_flops_that_pytorch_counts(network: Network, size: int) -> None:
    """A convolution counts at its output, a transposed one at its input, padding included."""
    try:
        output_size(network.layers, size)
    except ValueError:
        assume(False)
    x = torch.zeros(1, network.channels, *(size,) * network.axes)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.module()(x)
    assert 2 * macs(network.layers, size) == counter.get_total_flops()


@given(networks())
def test_layers_have_as_many_parameters_as_in_pytorch(network: Network) -> None:
    """Weights, and biases where there are some."""
    assert parameters(network.layers) == sum(p.numel() for p in network.module().parameters())


def test_four_pointwise_filters_in_between_save_ninety_one_per_cent() -> None:
    """64 maps of 28 x 28 into 16: 7,225,344, against 200,704 + 451,584 through four."""
    direct = macs(Conv(64, 16, 3, padding=1), 28)
    through = macs(Conv(64, 4, 1), 28), macs(Conv(4, 16, 3, padding=1), 28)
    assert direct == 28 * 28 * 16 * 3 * 3 * 64 == 7_225_344
    assert through == (200_704, 451_584)
    assert round(100 * (1 - sum(through) / direct)) == 91


def test_what_has_no_weights_costs_nothing() -> None:
    """Neither pooling nor joining, nor handing on."""
    layers = [MaxPool(2), AvgPool(2), Branch([], [AvgPool(1)], join="add")]
    assert macs(layers, 9) == macs([], (9, 9)) == parameters(layers) == parameters([]) == 0


def test_small_numpy_integers_do_not_wrap_around() -> None:
    """Sizes of 8 bits have products of more."""
    size, three = np.array([28, 28], np.uint8), np.uint8(3)
    layer = Conv(np.uint8(64), np.uint8(16), three, padding=np.uint8(1))
    assert macs(layer, size) == 7_225_344
    assert macs(ConvTranspose(np.uint8(64), 16, (three, three)), size) == 7_225_344


def test_no_layer_is_too_large_to_count() -> None:
    """Products of numbers that PyTorch still takes go far past its own."""
    layer = Conv(2**31, 2**31, 2**20, padding=2**20)
    assert parameters(layer) == 2**102 + 2**31
    assert macs(layer, 1) == 2**102 * (2**20 + 2) ** 2


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: parameters(3), TypeError,
         "layers must be layers of convdocs.layers, alone or in a sequence (layers=3)"),
        (lambda: macs("conv", 9), TypeError, "(layers='conv')"),
        (lambda: macs(Conv(1, 1, 3), (9,)), ValueError,
         "input_size has 1 number for 2 spatial axes (input_size=(9,))"),
        (lambda: macs(Conv(1, 1, 3), 9.0), TypeError, "(input_size=9.0)"),
        (lambda: macs(ConvTranspose(1, 1, 3), (9, 0)), ValueError, "(input_size=0)"),
        (lambda: macs([MaxPool(2), Conv(1, 1, 3)], 4), ValueError,
         "layer 2: kernel spans 3 samples but the padded input has 2"),
        (lambda: macs(Branch([Conv(1, 1, 3)], [], join="cat"), 4), ValueError,
         "the paths of a branch end in different sizes"),
        (lambda: macs(Conv(1, 1, 3), 10**5000), ValueError, "input_size must be at most"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message is that of the layer or of its size."""
    with pytest.raises(error, match=re.escape(words)):
        call()
