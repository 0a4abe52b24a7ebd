"""The relation along one axis, against PyTorch's own reading of its input."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from convdocs.geometry import input_positions, kernel_span
from convdocs.padding_mode import MODES
from convdocs.reads import all_reads

LAYERS = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3))


@given(st.integers(1, 6), st.integers(1, 4))
def test_the_span_is_the_shortest_input_that_pytorch_takes(kernel_size: int, dilation: int) -> None:
    """A kernel fits an input as long as its span, once, and none shorter."""
    span = kernel_span(kernel_size, dilation=dilation)
    kernel = torch.ones(1, 1, kernel_size)
    assert F.conv1d(torch.ones(1, 1, span), kernel, dilation=dilation).numel() == 1
    if span > 1:
        with pytest.raises(RuntimeError, match="can't be greater than actual input size"):
            F.conv1d(torch.ones(1, 1, span - 1), kernel, dilation=dilation)


@given(LAYERS, st.integers(0, 6))
def test_each_tap_reads_what_pytorch_reads(layer: tuple[int, int, int, int], extra: int) -> None:
    """The columns of F.unfold hold the numbered samples at these positions, padding as zero."""
    kernel_size, stride, padding, dilation = layer
    size = (kernel_size - 1) * dilation + 1 + extra
    numbered = torch.arange(1.0, size + 1).reshape(1, 1, 1, size)
    columns = F.unfold(
        numbered, (1, kernel_size), stride=(1, stride), padding=(0, padding), dilation=(1, dilation)
    )[0]
    for output_position, column in enumerate(columns.T.tolist()):
        reads = input_positions(
            output_position, kernel_size, stride=stride, padding=padding, dilation=dilation
        )
        assert [i + 1 if 0 <= i < size else 0 for i in reads] == column


@given(LAYERS, st.integers(0, 6), st.integers(0, 3), st.sampled_from(MODES))
def test_the_table_tells_what_is_read_in_every_mode(
    layer: tuple[int, int, int, int], extra: int, after: int, mode: str
) -> None:
    """The windows of an input padded by PyTorch, before and after apart, zero for nothing."""
    kernel_size, stride, before, dilation = layer
    size = max((kernel_size - 1) * dilation + 1, before + 1, after + 1) + extra
    numbered = torch.arange(1.0, size + 1).reshape(1, 1, size)
    padded = F.pad(numbered, (before, after), mode="constant" if mode == "zeros" else mode)[0, 0]
    span = (kernel_size - 1) * dilation + 1
    windows = padded.unfold(0, span, stride)[:, ::dilation].tolist()
    reads = all_reads(
        size, len(windows), kernel_size,
        stride=stride, padding=(before, after), dilation=dilation, padding_mode=mode,
    )  # fmt: skip
    assert [[0 if i is None else i + 1 for i in row] for row in reads] == windows
    assert list(input_positions(1, 3, padding=(2, 0))) == [-1, 0, 1]


def test_small_numpy_integers_do_not_wrap_around() -> None:
    """A span of 399 does not fit 8 bits, and a position of -1 no unsigned type."""
    big, two, one = np.uint8(200), np.uint8(2), np.uint8(1)
    assert kernel_span(big, dilation=two) == 399
    assert list(input_positions(np.uint8(0), 3, padding=one)) == [-1, 0, 1]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: kernel_span(0), ValueError, r"kernel_size must be at least 1 \(kernel_size=0\)"),
        (lambda: kernel_span(3, dilation=0), ValueError, r"dilation must .* 1 \(dilation=0\)"),
        (lambda: kernel_span(3, dilation=1.5), TypeError, r"dilation .* integer \(dilation=1.5\)"),
        (lambda: input_positions(-1, 3), ValueError, r"output_position .* \(output_position=-1\)"),
        (lambda: input_positions(0, 3, padding=-1), ValueError, r"padding .* \(padding=-1\)"),
        (lambda: input_positions(0, 3, stride=0), ValueError, r"stride must .* \(stride=0\)"),
        (lambda: input_positions(0, 0), ValueError, r"kernel_size must .* \(kernel_size=0\)"),
    ],
)
def test_an_impossible_argument_is_named(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message gives the argument's name and its value."""
    with pytest.raises(error, match=words):
        call()
