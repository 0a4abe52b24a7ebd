"""Counts of multiply-accumulates and weights, against PyTorch's own counting."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from strategies import Operation, convolutions, transposed_convolutions
from torch.utils.flop_counter import FlopCounterMode

from convdocs.cost import conv_macs, conv_parameters, conv_transpose_macs


def flops(operation: Operation, name: str) -> int:
    """Count one input's FLOPs by PyTorch, which takes two for a multiply-accumulate."""
    x, w = operation.arrays
    tensors = [torch.tensor(a, dtype=torch.float64) for a in (x[:1], w)]
    with FlopCounterMode(display=False) as counter:
        getattr(F, name.format(operation.axes))(*tensors, **operation.settings)
    return counter.get_total_flops()


@given(convolutions())
def test_a_convolution_takes_half_the_flops_that_pytorch_counts(operation: Operation) -> None:
    """Every weight is used at every output position, padding included."""
    (_, channels, *_), (out_channels, _, *kernel) = operation.input.shape, operation.weight.shape
    size = operation.by_torch("conv{}d").shape[2:]
    macs = conv_macs(size, channels, out_channels, kernel, groups=operation.settings["groups"])
    assert 2 * macs == flops(operation, "conv{}d")


@given(transposed_convolutions())
def test_a_transposed_convolution_counts_at_its_input(operation: Operation) -> None:
    """Every weight is used at every input position, however large the output."""
    groups = operation.settings["groups"]
    (_, channels, *size), (_, group_out, *kernel) = operation.input.shape, operation.weight.shape
    macs = conv_transpose_macs(size, channels, group_out * groups, kernel, groups=groups)
    assert 2 * macs == flops(operation, "conv_transpose{}d")


@pytest.mark.parametrize("groups", [1, 2, 6])
def test_a_layer_has_as_many_weights_as_in_pytorch(groups: int) -> None:
    """A convolution and a transposed one between the same channels have equally many."""
    count = conv_parameters(6, 12, (3, 2), groups=groups)
    layers = torch.nn.Conv2d, torch.nn.ConvTranspose2d
    for layer in (kind(6, 12, (3, 2), groups=groups, bias=False) for kind in layers):
        assert count == sum(p.numel() for p in layer.parameters())


def test_four_pointwise_filters_in_between_save_ninety_one_per_cent() -> None:
    """64 maps of 28 x 28 into 16: 7,225,344, against 200,704 + 451,584 through four."""
    direct = conv_macs((28, 28), 64, 16, (3, 3))
    through = conv_macs((28, 28), 64, 4, (1, 1)), conv_macs((28, 28), 4, 16, (3, 3))
    assert direct == 28 * 28 * 16 * 3 * 3 * 64 == 7_225_344
    assert through == (200_704, 451_584)
    assert round(100 * (1 - sum(through) / direct)) == 91


def test_small_numpy_integers_do_not_wrap_around() -> None:
    """Sizes of 8 bits have products of more."""
    sizes = np.array([28, 28], np.uint8)
    assert conv_macs(sizes, np.uint8(64), np.uint8(16), sizes // 9) == 7_225_344
    assert conv_transpose_macs(sizes, np.uint8(64), 16, (3, 3)) == 7_225_344


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: conv_parameters(0, 4, (3,)), ValueError, "in_channels must be at least 1"),
        (lambda: conv_parameters(3, -4, (3,)), ValueError, "(out_channels=-4)"),
        (lambda: conv_parameters(3, 4, (3, 0)), ValueError, "(kernel_size=0)"),
        (lambda: conv_parameters(3, 4, 3), TypeError,
         "kernel_size must be a sequence of integers (kernel_size=3)"),
        (lambda: conv_parameters(3.0, 4, (3,)), TypeError, "in_channels must be an integer"),
        (lambda: conv_parameters(3, 4, (3,), groups=0), ValueError, "groups must be at least 1"),
        (lambda: conv_parameters(3, 4, (3,), groups=2), ValueError,
         "groups must divide the input and the output channels "
         "(groups=2, in_channels=3, out_channels=4)"),
        (lambda: conv_macs((28, 28), 64, 16, (3,)), ValueError,
         "output_size and kernel_size must have as many axes "
         "(output_size=(28, 28), kernel_size=(3,))"),
        (lambda: conv_macs((28, 0), 64, 16, (3, 3)), ValueError, "(output_size=0)"),
        (lambda: conv_macs(28, 64, 16, (3, 3)), TypeError, "(output_size=28)"),
        (lambda: conv_transpose_macs((2,), 1, 1, (2, 2)), ValueError,
         "input_size and kernel_size must have as many axes (input_size=(2,), kernel_size=(2, 2))"),
        (lambda: conv_transpose_macs((2.0,), 1, 1, (2,)), TypeError, "(input_size=(2.0,))"),
    ],
)  # fmt: skip
def test_an_impossible_layer_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message names the number that is out of its range, or those that clash."""
    with pytest.raises(error, match=re.escape(words)):
        call()
