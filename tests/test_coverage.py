"""How often a transposed convolution writes each output, against ones through PyTorch's."""

import re
from collections.abc import Callable

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from networks import conv_transposes, module

from convdocs.coverage import coverage
from convdocs.layers import Conv, ConvTranspose, output_size


@given(conv_transposes(2, 1), st.tuples(st.integers(1, 9), st.integers(1, 9)))
def test_the_coverage_is_what_ones_become(layer: ConvTranspose, size: tuple[int, int]) -> None:
    """Ones through a kernel of ones give the product of the counts along the axes."""
    try:
        output_size(layer, size)
    except ValueError:
        assume(False)
    made = module(layer)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(1 if parameter.ndim > 1 else 0)
        counts = made(torch.ones(1, 1, *size))[0, 0].int()
    rows, columns = map(torch.tensor, coverage(layer, size))
    assert torch.equal(torch.outer(rows, columns).int(), counts)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: coverage(Conv(1, 1, 3), 4), TypeError, "layer must be a ConvTranspose (layer="),
        (lambda: coverage(ConvTranspose(1, 1, 3), 0), ValueError, "input_size must be at least 1"),
        (lambda: coverage(ConvTranspose(1, 1, 3, padding=2), 1), ValueError, "the padding cuts"),
        (lambda: coverage(ConvTranspose(1, 1, (10**5,)), 10**5), ValueError,
         "the loops would take too many steps"),
        (lambda: coverage(ConvTranspose(1, 1, (1,), stride=10**9), 10**5), ValueError,
         "an array would hold too many numbers"),
    ],
)  # fmt: skip
def test_what_has_no_coverage_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message names what clashes."""
    with pytest.raises(error, match=re.escape(words)):
        call()
