"""Sizes along one axis, against PyTorch's, the published cases and counting."""

from collections.abc import Callable
from itertools import takewhile

import numpy as np
import published
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from convdocs.input_sizes import conv_input_sizes
from convdocs.sizes import conv_output_size, conv_transpose_output_size, pool_output_size

KERNEL, STRIDE, PADDING, DILATION = (
    st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3)
)  # fmt: skip
often = settings(max_examples=400)  # many settings are refused, and each takes no time


def or_none(call: Callable[[], int]) -> int | None:
    """Give the size, or None where the settings are refused."""
    try:
        return call()
    except (ValueError, RuntimeError):
        return None


def places(n: int, k: int, s: int, p: int, d: int) -> int:
    """Count the places where the kernel stands within the padded input."""
    starts = range(0, n + 2 * p, s)
    return len(list(takewhile(lambda start: start + (k - 1) * d < n + 2 * p, starts)))


@often
@given(st.integers(1, 12), KERNEL, STRIDE, PADDING, DILATION)
def test_a_convolution_has_as_many_outputs_as_in_pytorch(
    n: int, k: int, s: int, p: int, d: int
) -> None:
    """The sizes agree, and what one refuses the other refuses."""
    ours = or_none(lambda: conv_output_size(n, k, stride=s, padding=p, dilation=d))
    theirs = or_none(
        lambda: F.conv1d(
            torch.ones(1, 1, n), torch.ones(1, 1, k), stride=s, padding=p, dilation=d
        ).shape[-1]
    )
    assert ours == theirs


@often
@given(st.integers(1, 8), KERNEL, STRIDE, PADDING, DILATION)
def test_the_input_sizes_are_all_that_give_the_output_size(
    o: int, k: int, s: int, p: int, d: int
) -> None:
    """Trying every size finds the same ones, or none where none is promised."""
    found = [n for n in range(1, o * s + k * d) if places(n, k, s, p, d) == o]
    if found:
        assert list(conv_input_sizes(o, k, stride=s, padding=p, dilation=d)) == found
    else:
        with pytest.raises(ValueError, match="no input size gives this output size"):
            conv_input_sizes(o, k, stride=s, padding=p, dilation=d)


SIDES = st.tuples(st.integers(0, 4), st.integers(0, 4))


@often
@given(st.integers(1, 12), KERNEL, STRIDE, SIDES, DILATION)
def test_sides_that_differ_count_as_an_input_that_was_padded_before(
    n: int, k: int, s: int, sides: tuple[int, int], d: int
) -> None:
    """By PyTorch, which pads first; and the way back finds this input among the others."""
    ours = or_none(lambda: conv_output_size(n, k, stride=s, padding=sides, dilation=d))
    padded = F.pad(torch.ones(1, 1, n), sides)
    theirs = or_none(lambda: F.conv1d(padded, torch.ones(1, 1, k), stride=s, dilation=d).shape[-1])
    assert ours == theirs
    if ours is not None:
        assert n in conv_input_sizes(ours, k, stride=s, padding=sides, dilation=d)
        inputs = conv_input_sizes(ours, k, stride=s, padding=sides, dilation=d)
        back = or_none(
            lambda: conv_transpose_output_size(ours, k, stride=s, padding=sides, dilation=d)
        )
        assert back in {None, inputs[-1] - s + 1}


@given(st.integers(1, 12), KERNEL, DILATION)
def test_same_keeps_the_size_both_ways(n: int, k: int, d: int) -> None:
    """At stride 1, of a convolution and of the one that transposes it."""
    assert conv_output_size(n, k, padding="same", dilation=d) == n
    assert conv_transpose_output_size(n, k, padding="same", dilation=d) == n
    assert list(conv_input_sizes(n, k, padding="same", dilation=d)) == [n]


@often
@given(st.integers(1, 12), KERNEL, STRIDE, SIDES, DILATION)
def test_a_pooling_with_sides_that_differ_has_the_windows_of_a_padded_input(
    n: int, k: int, s: int, sides: tuple[int, int], d: int
) -> None:
    """By PyTorch, which pads first; half the kernel is the most on either side."""
    ours = or_none(lambda: pool_output_size(n, k, stride=s, padding=sides, dilation=d))
    padded = F.pad(torch.ones(1, 1, n), sides)
    theirs = or_none(lambda: F.max_pool1d(padded, k, s, 0, d).shape[-1])
    assert ours == (None if max(sides) > k // 2 else theirs)


def test_sixteen_seventeen_and_eighteen_collide() -> None:
    """Kernel 5, padding 2, stride 3: three inputs give six outputs; six give back sixteen."""
    assert list(conv_input_sizes(6, 5, stride=3, padding=2)) == [16, 17, 18]
    assert conv_transpose_output_size(6, 5, stride=3, padding=2) == 16


@often
@given(st.integers(1, 6), KERNEL, STRIDE, PADDING, DILATION, st.integers(0, 4))
def test_a_transposed_convolution_has_as_many_outputs_as_in_pytorch(
    n: int, k: int, s: int, p: int, d: int, a: int
) -> None:
    """The sizes agree, and what one refuses the other refuses, output_padding included."""
    ours = or_none(
        lambda: conv_transpose_output_size(n, k, stride=s, padding=p, output_padding=a, dilation=d)
    )
    theirs = or_none(
        lambda: F.conv_transpose1d(
            torch.ones(1, 1, n), torch.ones(1, 1, k),
            stride=s, padding=p, output_padding=a, dilation=d,
        ).shape[-1]
    )  # fmt: skip
    assert ours == theirs


@often
@given(st.integers(1, 12), KERNEL, STRIDE, PADDING, DILATION, st.booleans(), st.booleans())
def test_a_pooling_has_as_many_windows_as_in_pytorch(
    n: int, k: int, s: int, p: int, d: int, ceil_mode: bool, default: bool
) -> None:
    """The sizes agree, a last window that hangs over the end or not, and so do the refusals."""
    stride = None if default else s
    ours = or_none(
        lambda: pool_output_size(n, k, stride=stride, padding=p, dilation=d, ceil_mode=ceil_mode)
    )
    theirs = or_none(
        lambda: F.max_pool1d(torch.zeros(1, 1, n), k, stride, p, d, ceil_mode).shape[-1]
    )
    assert ours == theirs


def test_output_padding_may_be_below_the_dilation_alone() -> None:
    """PyTorch takes an output_padding of 2 at stride 2 and dilation 3, and so do we."""
    settings = {"stride": 2, "dilation": 3, "output_padding": 2}
    theirs = F.conv_transpose1d(torch.ones(1, 1, 4), torch.ones(1, 1, 3), **settings)
    assert conv_transpose_output_size(4, 3, **settings) == theirs.shape[-1]


@pytest.mark.parametrize("case", published.DIRECT, ids=lambda case: case.name)
def test_a_published_case_has_its_published_size(case: published.Direct) -> None:
    """The output size is the one the animation shows."""
    size = pool_output_size if "pooling" in case.name else conv_output_size
    assert case.output_size == size(
        case.input_size, case.kernel_size,
        stride=case.stride, padding=case.padding, dilation=case.dilation,
    )  # fmt: skip


@pytest.mark.parametrize("twin", published.TWINS, ids=lambda case: case.name)
def test_a_published_twin_gives_back_the_input_size(twin: published.Twin) -> None:
    """So does the unit-stride convolution of its zero-stuffed input, extended at the end."""
    case = published.BY_NAME[twin.name]
    assert case.input_size == conv_transpose_output_size(
        case.output_size, case.kernel_size,
        stride=case.stride, padding=case.padding, output_padding=twin.output_padding,
    )  # fmt: skip
    assert case.input_size == conv_output_size(
        twin.stuffed_size + twin.output_padding, case.kernel_size, padding=twin.stuffed_padding
    )


def test_small_numpy_integers_do_not_wrap_around() -> None:
    """100 samples with a padding of 100 are 300, and 3 - 5 is below zero, in 8 bits too."""
    hundred, three, five = np.int8(100), np.uint8(3), np.uint8(5)
    assert conv_output_size(hundred, three, padding=hundred) == 298
    with pytest.raises(ValueError, match=r"spans 5 .* has 3 \(kernel_size=5, .* input_size=3,"):
        conv_output_size(three, five)
    assert conv_transpose_output_size(hundred, three, stride=hundred) == 9903
    assert list(conv_input_sizes(hundred, three, stride=three)) == [300, 301, 302]
    assert pool_output_size(hundred, three, stride=np.int8(1), padding=np.int8(1)) == 100


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: conv_output_size(4, 3, dilation=2),
            ValueError,
            r"kernel spans 5 samples but the padded input has 4 "
            r"\(kernel_size=3, dilation=2, input_size=4, padding=0\)",
        ),
        (lambda: conv_output_size(0, 1), ValueError, r"input_size must be .* \(input_size=0\)"),
        (lambda: conv_output_size(5, 0), ValueError, r"kernel_size must .* \(kernel_size=0\)"),
        (lambda: conv_output_size(5, 3, stride=0), ValueError, r"stride must .* \(stride=0\)"),
        (lambda: conv_output_size(5, 3, padding=-1), ValueError, r"padding .* \(padding=-1\)"),
        (lambda: conv_output_size(5.0, 3), TypeError, r"input_size .* integer \(input_size=5.0\)"),
        (
            lambda: conv_input_sizes(1, 2, padding=3, stride=2),
            ValueError,
            r"no input size gives this output size "
            r"\(output_size=1, kernel_size=2, stride=2, padding=3, dilation=1\)",
        ),
        (lambda: conv_input_sizes(0, 3), ValueError, r"output_size must .* \(output_size=0\)"),
        (
            lambda: conv_transpose_output_size(4, 3, stride=2, output_padding=2),
            ValueError,
            r"output_padding must be below the stride or the dilation, whichever is larger "
            r"\(output_padding=2, stride=2, dilation=1\)",
        ),
        (
            lambda: conv_transpose_output_size(4, 3, output_padding=-1),
            ValueError,
            r"output_padding must be at least 0 \(output_padding=-1\)",
        ),
        (
            lambda: conv_transpose_output_size(1, 3, padding=2),
            ValueError,
            r"the padding cuts off the whole output \(input_size=1, kernel_size=3, stride=1, "
            r"padding=2, output_padding=0, dilation=1\)",
        ),
        (
            lambda: pool_output_size(9, 3, padding=2),
            ValueError,
            r"padding must be at most half the kernel \(padding=2, kernel_size=3\)",
        ),
        (lambda: pool_output_size(9, 0), ValueError, r"kernel_size must .* \(kernel_size=0\)"),
        (lambda: pool_output_size(9, 2.5), TypeError, r"kernel_size .* \(kernel_size=2.5\)"),
        (lambda: pool_output_size(9, 3, stride=0), ValueError, r"stride must .* \(stride=0\)"),
        (
            lambda: pool_output_size(2, 5, stride=2, ceil_mode=True),
            ValueError,
            r"kernel spans 5 samples but the padded input has 2 \(.*input_size=2, padding=0\)",
        ),
    ],
)
def test_an_impossible_argument_is_named(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message says what clashes and gives every number that made it clash."""
    with pytest.raises(error, match=words):
        call()
