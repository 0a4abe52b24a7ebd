"""The cost of every layer, against PyTorch's modules while they run."""

import re
from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import Any

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import Network, conv_transposes, convs, module, networks
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from convdocs.cost import macs, parameters
from convdocs.cost_table import cost_table
from convdocs.layers import AvgPool, Branch, Conv, ConvTranspose, MaxPool, output_size
from convdocs.operations.unfold import unfold

# PyTorch's own remark on even kernels with padding="same"
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def watched(network: Network, size: int) -> list[dict[str, Any]]:
    """Run the network in PyTorch, and note what each of its modules reads, has and gives."""
    notes: list[dict[str, Any]] = []

    def note(part: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        held = [p.numel() for p in part.parameters()]
        moved = inputs[0].numel() + sum(held) + output.numel()
        notes.append({"parameters": sum(held), "out": output.shape, "moved": moved})

    whole = network.module()
    for part in whole.modules():
        if not [*part.children()] and not isinstance(part, nn.Sequential):
            part.register_forward_hook(note)
    with torch.no_grad():
        whole(torch.zeros(1, network.channels, *(size,) * network.axes))
    return notes


@given(networks(), st.integers(4, 12), st.sampled_from([1, 2, 4, 8]))
def test_rows_tell_what_pytorch_s_modules_read_have_and_give(
    network: Network, size: int, width: int
) -> None:
    """In the order in which they run, the joins of branches left out."""
    try:
        output_size(network.layers, size)
    except ValueError:
        assume(False)
    table = cost_table(network.layers, size, in_channels=network.channels, element_size=width)
    rows = [row for row in table if not row.name.endswith("Branch")]
    # where the sides differ, PyTorch pads in a module of its own: not compared
    notes = watched(network, size)
    assume(len(notes) == len(rows))
    for row, told in zip(rows, notes, strict=True):
        assert (1, row.out_channels, *row.output_size) == told["out"]
        assert row.parameters == told["parameters"]
        assert row.bytes_moved == told["moved"] * width
    assert sum(row.macs for row in table) == macs(network.layers, size)
    assert sum(row.parameters for row in table) == parameters(network.layers)


LAYERS = st.sampled_from([1, 2, 3]).flatmap(
    lambda axes: st.sampled_from([1, 2, 4]).flatmap(
        lambda channels: convs(axes, channels) | conv_transposes(axes, channels)
    )
)


@given(LAYERS, st.integers(3, 9))
def test_each_rule_of_counting_has_its_own_oracle(layer: Conv | ConvTranspose, size: int) -> None:
    """FLOPs by PyTorch's counter, real products by a layer of ones on ones."""
    try:
        output_size(layer, size)
    except ValueError:
        assume(False)
    (row,) = cost_table(layer, size)
    x = torch.ones(1, layer.in_channels, *(size,) * len(layer.kernel_size))
    ones = module(layer)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        for parameter in ones.parameters():
            parameter.fill_(1)
        y = ones(x)
    assert row.flops == counter.get_total_flops()
    assert row.bias_additions == layer.bias * y.numel()
    with torch.no_grad():  # each product of ones is 1, and one with the padding is 0
        assert row.real_macs == y.double().sum() - row.bias_additions
    per_output = layer.in_channels // layer.groups * prod(layer.kernel_size)
    assert row.macs_at_output == y.numel() * per_output
    if isinstance(layer, Conv):
        assert row.macs_at_output == row.macs
        settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
        windows = unfold(x.numpy(), layer.kernel_size, **settings)
        assert row.column_bytes == windows.nbytes


def test_columns_of_a_transposed_convolution_are_what_fold_takes() -> None:
    """Two channels of 3 x 3 stamps at 5 x 4 places, 8 bytes each."""
    layer = ConvTranspose(3, 2, 3, stride=2)
    (row,) = cost_table(layer, (5, 4), element_size=8)
    columns = torch.ones(1, 2 * 3 * 3, 5 * 4).double()
    assert row.column_bytes == columns.numel() * columns.element_size()
    folded = torch.nn.functional.fold(columns, row.output_size, 3, stride=2)
    assert folded.shape[1:] == (row.out_channels, *row.output_size)


def test_a_blur_of_131_taps_asks_for_the_bytes_that_were_reported() -> None:
    """16860 x 10750 numbers of 64 bits, padded so that the size stays."""
    blur = Conv(1, 1, 131, padding="same", bias=False)
    (row,) = cost_table(blur, (16860, 10750), element_size=8)
    assert row.column_bytes == 24_882_763_560_000


def test_names_tell_the_place_in_the_network() -> None:
    """The path stands after the branch, and the row of the join after its paths."""
    block = Branch([Conv(3, 3, 1), MaxPool(1)], [], join="cat")
    table = cost_table([AvgPool(1), block, Conv(6, 1, 1)], 2)
    assert [row.name for row in table] == [
        "1 AvgPool", "2.1.1 Conv", "2.1.2 MaxPool", "2 Branch", "3 Conv",
    ]  # fmt: skip
    joined = table[3]
    assert joined.out_channels == 6
    assert joined.bytes_moved == 4 * (2 * 3 + 6) * 4  # read both, write them side by side


def test_what_stands_before_the_first_convolution_has_its_channels() -> None:
    """A pool of three channels moves three, and two copies of three feed a layer of six."""
    plain = cost_table([MaxPool(2), Conv(3, 8, 3)], 10)
    assert plain[0].bytes_moved == 4 * 3 * (100 + 25)
    costs = [replace(row, name="") for row in plain]
    for start in ([[MaxPool(2)]], [[], MaxPool(2)], [[[]], [MaxPool(2)]]):
        table = cost_table([*start, Conv(3, 8, 3)], 10)
        assert [replace(row, name="") for row in table] == costs
    double = Branch(MaxPool(3, stride=1, padding=1), [], join="cat")
    pool, _, conv = cost_table([double, Conv(6, 8, 1)], 10)
    assert pool.bytes_moved == 4 * 3 * (100 + 100)
    assert conv.bytes_moved == 4 * (6 * 100 + 6 * 8 + 8 + 8 * 100)
    with pytest.raises(ValueError, match="the layers read other channels"):
        cost_table([[], Conv(3, 8, 3)], 10, in_channels=5)


def test_pooling_alone_moves_as_many_channels_as_it_is_given() -> None:
    """One if it is told nothing."""
    assert cost_table(MaxPool(2), 4)[0].bytes_moved == 4 * (16 + 4)
    assert cost_table(MaxPool(2), 4, in_channels=3)[0].bytes_moved == 3 * 4 * (16 + 4)
    assert cost_table([], (4, 4)) == ()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cost_table(3, 9), TypeError, "layers must be layers of convdocs.layers"),
        (lambda: cost_table(Conv(1, 1, 3), 2), ValueError, "kernel spans 3 samples"),
        (lambda: cost_table(Conv(2, 1, 3), 9, in_channels=3), ValueError,
         "the layers read other channels (in_channels=3, read=2)"),
        (lambda: cost_table(MaxPool(2), 9, in_channels=0), ValueError, "(in_channels=0)"),
        (lambda: cost_table(MaxPool(2), 9, element_size=0.5), TypeError, "(element_size=0.5)"),
        (lambda: cost_table(Conv(1, 1, (10**9,), padding=10**9), 9), ValueError,
         "the loops would take too many steps"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message is that of the layer or of its size."""
    with pytest.raises(error, match=re.escape(words)):
        call()
