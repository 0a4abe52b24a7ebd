"""What one output reads and one input feeds, against PyTorch's gradients, sample by sample."""

import re
from collections.abc import Callable

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import Network, networks
from torch import Tensor

from convdocs.geometry import holes
from convdocs.layers import (
    AdaptiveMaxPool,
    AvgPool,
    Branch,
    Conv,
    ConvTranspose,
    MaxPool,
    output_size,
)
from convdocs.receptive import receptive_field
from convdocs.seen import inputs_read, outputs_fed

# PyTorch's own remark on even kernels with padding="same"
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def dependence(network: Network, size: list[int]) -> Tensor:
    """Tell which output depends on which input: (*output, *input), over all channels."""
    made = network.module(sums=True).double()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(1)
    x = torch.zeros(1, network.channels, *size, dtype=torch.float64, requires_grad=True)
    y = made(x).sum((0, 1))
    rows = [torch.autograd.grad(one, x, retain_graph=True)[0].sum((0, 1)) for one in y.ravel()]
    return torch.stack(rows).reshape(*y.shape, *size) > 0


def fits(network: Network, size: list[int]) -> bool:
    """Tell whether a network takes an input, and makes no long work of it."""
    try:
        return all(n < 80 for n in output_size(network.layers, size))
    except ValueError:
        return False


@given(networks(among_axes=(1,)), st.integers(1, 24))
def test_inputs_are_read_where_the_gradient_is_not_zero(network: Network, size: int) -> None:
    """Every one, also at the border, in any padding mode and under strides that upsample."""
    assume(fits(network, [size]))
    for o, row in enumerate(dependence(network, [size])):
        assert inputs_read(network.layers, size, o) == (tuple(row.nonzero().ravel().tolist()),)


@given(networks(among_axes=(1,)), st.integers(1, 24))
def test_outputs_are_fed_where_the_gradient_is_not_zero(network: Network, size: int) -> None:
    """The same table, read by columns."""
    assume(fits(network, [size]))
    for i, column in enumerate(dependence(network, [size]).T):
        assert outputs_fed(network.layers, size, i) == (tuple(column.nonzero().ravel().tolist()),)


@given(networks(among_axes=(2,)), st.data())
def test_along_each_axis_of_a_grid_it_is_the_shadow_of_what_is_read(
    network: Network, data: st.DataObject
) -> None:
    """One output of a grid, from the middle of which no path reads padding alone."""
    size = [30, 27]
    assume(fits(network, size))
    made = network.module(sums=True).double()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(1)
    x = torch.zeros(1, network.channels, *size, dtype=torch.float64, requires_grad=True)
    y = made(x)
    place = [data.draw(st.integers(n // 3, n // 3 + n // 4)) for n in y.shape[2:]]
    (gradient,) = torch.autograd.grad(y[:, :, *place].sum(), x)
    shadows = [gradient.sum((0, 1, axis)).nonzero().ravel().tolist() for axis in (3, 2)]
    assert [*map(list, inputs_read(network.layers, size, place))] == shadows


def test_a_cross_is_told_by_its_shadows() -> None:
    """Each path reads along one axis; together they read along both."""
    cross = Branch(
        Conv(1, 1, (1, 3), padding=(0, 1)), Conv(1, 1, (3, 1), padding=(1, 0)), join="add"
    )
    assert inputs_read(cross, 5, 2) == outputs_fed(cross, 5, 2) == ((1, 2, 3), (1, 2, 3))


def test_a_sample_on_a_boundary_feeds_both_windows_of_adaptive_pooling() -> None:
    """Ten samples for three windows: two are read twice, and more windows than samples repeat."""
    fed = [outputs_fed(AdaptiveMaxPool((3,)), 10, i)[0] for i in range(10)]
    assert [i for i, windows in enumerate(fed) if len(windows) == 2] == [3, 6]
    assert outputs_fed(AdaptiveMaxPool((7,)), 2, 1) == ((3, 4, 5, 6),)
    with pytest.raises(ValueError, match="too many steps"):
        inputs_read(AdaptiveMaxPool((1,)), 10**12, 0)


def test_what_stands_on_padding_alone_reads_nothing() -> None:
    """Along no axis, if along one there is nothing; a path beside it may read."""
    far = Conv(1, 1, (1, 3), padding=(1, 1))
    assert inputs_read(far, 4, (0, 2)) == ((), ())
    assert outputs_fed(Conv(1, 1, 1, stride=(1, 2)), 4, (1, 1)) == ((), ())
    same = AvgPool((3, 3), stride=1, padding=1)
    both = Branch([far], [same, Conv(1, 1, (1, 1), padding=(1, 0))], join="add")
    assert inputs_read(both, 4, (0, 2)) == ((), ())
    assert inputs_read(both, 4, (1, 2)) == ((0, 1), (1, 2, 3))


@pytest.mark.parametrize("rates", [(2, 2, 2), (1, 2, 3), (1, 4), (1, 3, 9), (2, 4)])
def test_holes_are_what_the_field_does_not_read(rates: tuple[int, ...]) -> None:
    """Read and holes together are the receptive field, and they share nothing."""
    layers = [Conv(1, 1, (3,), dilation=d) for d in rates]
    (reach,) = receptive_field(layers).size
    (read,) = inputs_read(layers, reach, 0)
    assert sorted(read + holes(read)) == [*range(reach)]
    assert bool(holes(read)) == (rates in {(2, 2, 2), (1, 4), (2, 4)})


def test_there_are_no_holes_in_little() -> None:
    """In nothing, in one position, in any order."""
    assert holes([]) == holes([7]) == ()
    assert holes(iter([5, 1, 3])) == (2, 4)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: inputs_read([], 5, 0), ValueError, "there must be a layer, to tell how many axes"),
        (lambda: inputs_read(MaxPool((2,)), 6, 3), ValueError,
         "output_position must be in the output (output_position=3, output_size=(3,))"),
        (lambda: outputs_fed(MaxPool((2,)), 6, 6), ValueError,
         "input_position must be in the input (input_position=6, input_size=(6,))"),
        (lambda: outputs_fed(MaxPool((2,)), 1, 0), ValueError, "kernel spans 2 samples but"),
        (lambda: inputs_read(MaxPool((2,)), 6, -1), ValueError, "output_position must be at least"),
        (lambda: inputs_read(MaxPool(2), 6, (0, 0, 0)), ValueError,
         "output_position has 3 numbers for 2 spatial axes"),
        (lambda: inputs_read(5, 6, 0), TypeError, "layers must be layers of convdocs.layers"),
        (lambda: inputs_read(ConvTranspose(1, 1, (10**12,)), 2, 0), ValueError,
         "the loops would take too many steps"),
        (lambda: inputs_read([Conv(1, 1, (10**5,))] * 2, 3 * 10**5, 0), ValueError,
         "the loops would take too many steps"),
        (lambda: outputs_fed([Conv(1, 1, (10**5,))] * 2, 3 * 10**5, 10**5), ValueError,
         "the loops would take too many steps"),
        (lambda: holes([1, 2.5]), TypeError, "positions must be integers (positions=[1, 2.5])"),
        (lambda: holes(5), TypeError, "positions must be integers (positions=5)"),
        (lambda: holes([0, 10**12]), ValueError, "an array would hold too many numbers"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message says why, with the numbers that clash."""
    with pytest.raises(error, match=re.escape(words)):
        call()
