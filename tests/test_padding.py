"""How much padding each form of the argument means, against PyTorch's 'same'."""

import re
import warnings
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from convdocs.padding import same_padding
from convdocs.sides import axis_sides, sides

KERNEL, DILATION = st.integers(1, 6), st.integers(1, 4)


@given(st.lists(st.tuples(KERNEL, DILATION), min_size=1, max_size=3))
def test_same_puts_samples_where_pytorch_does(axes: list[tuple[int, int]]) -> None:
    """A convolution of an input padded by these sides is the one with padding='same'."""
    kernel, dilation = zip(*axes, strict=True)
    before_after = sides("same", kernel, stride=(1,) * len(axes), dilation=dilation)
    rng = np.random.default_rng(len(axes))
    x = torch.tensor(rng.integers(-9, 10, (1, 1, *[5] * len(axes))), dtype=torch.float64)
    w = torch.tensor(rng.integers(-9, 10, (1, 1, *kernel)), dtype=torch.float64)
    conv = getattr(F, f"conv{len(axes)}d")
    flat = [side for pair in reversed(before_after) for side in pair]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an uneven padding may cost a copy
        theirs = conv(x, w, dilation=dilation, padding="same")
    assert torch.equal(conv(F.pad(x, flat), w, dilation=dilation), theirs)


@given(KERNEL, DILATION, st.integers(1, 4), st.integers(1, 12))
def test_the_extra_sample_can_go_to_either_side(k: int, d: int, s: int, n: int) -> None:
    """ONNX has both; they differ by at most one sample, and agree in number."""
    after = same_padding(k, stride=s, dilation=d, input_size=n)
    before = same_padding(k, stride=s, dilation=d, input_size=n, extra="before")
    assert before == after[::-1]
    assert after[1] - after[0] in {0, 1}


@given(KERNEL, DILATION, st.integers(1, 4), st.integers(1, 12))
def test_with_a_stride_same_gives_one_output_a_step(k: int, d: int, s: int, n: int) -> None:
    """Counted by PyTorch: ceil(n / s) outputs, and one sample less on a side is not enough."""
    padding = same_padding(k, stride=s, dilation=d, input_size=n)
    padded = F.pad(torch.ones(1, 1, n), padding)
    kernel = torch.ones(1, 1, k)
    assert F.conv1d(padded, kernel, stride=s, dilation=d).shape[2] == -(-n // s)
    if sum(padding):
        span = (k - 1) * d + 1
        short = padded[..., 1:]
        outputs = 0 if short.shape[2] < span else (short.shape[2] - span) // s + 1
        assert outputs < -(-n // s)


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        (2, ((2, 2), (2, 2))),
        ((1, 2), ((1, 1), (2, 2))),
        ([1, (0, 2)], ((1, 1), (0, 2))),
        (((0, 1), (2, 3)), ((0, 1), (2, 3))),
        (np.array([[0, 1], [2, 3]], np.uint8), ((0, 1), (2, 3))),
        (torch.tensor([1, 2]), ((1, 1), (2, 2))),
        ("valid", ((0, 0), (0, 0))),
        ("same", ((1, 1), (3, 3))),
    ],
    ids=repr,
)
def test_each_form_becomes_two_sides_an_axis(padding: Any, expected: Any) -> None:
    """A number, one an axis, pairs and words serve alike, and give plain ints."""
    found = sides(padding, (3, 4), stride=(1, 1), dilation=(1, 2))
    assert found == expected
    assert all(type(side) is int for pair in found for side in pair)


def test_along_one_axis_a_pair_needs_no_second_brackets() -> None:
    """(1, 2) is before and after there; a list of axes has ((1, 2),)."""
    assert axis_sides((1, 2), 3) == sides(((1, 2),), (3,), stride=(1,), dilation=(1,))[0] == (1, 2)


FORMS = "an integer, 'same', 'valid', or for each axis an integer or a pair (before, after)"


@pytest.mark.parametrize(
    ("padding", "error", "words"),
    [
        (None, TypeError, f"padding must be {FORMS} (padding=None)"),
        (1.0, TypeError, f"padding must be {FORMS} (padding=1.0)"),
        (True, TypeError, f"padding must be {FORMS} (padding=True)"),
        ((1, (1, 2, 3)), TypeError, f"padding must be {FORMS} (padding=(1, (1, 2, 3)))"),
        ((1, "same"), TypeError, f"padding must be {FORMS} (padding=(1, 'same'))"),
        ({1, 2}, TypeError, f"padding must be {FORMS} (padding={{1, 2}})"),
        (b"\1\1", TypeError, f"padding must be {FORMS}"),
        ("full", ValueError, "padding must be 'same' or 'valid', where it is a word "
         "(padding='full')"),
        ((1,), ValueError, "padding has 1 entry for 2 spatial axes (padding=(1,))"),
        ((1, 1, 1), ValueError, "padding has 3 entries for 2 spatial axes (padding=(1, 1, 1))"),
        (-1, ValueError, "padding must be at least 0 (padding=-1)"),
        ((0, (0, -2)), ValueError, "padding must be at least 0 (padding=-2)"),
        ((10**5000, 0), ValueError, "padding must be at most 9223372036854775807 "
         "(padding=about 2**16609)"),
    ],
)  # fmt: skip
def test_what_is_no_padding_is_refused(padding: Any, error: type[Exception], words: str) -> None:
    """The message tells the forms, and what was given."""
    with pytest.raises(error, match=re.escape(words)):
        sides(padding, (3, 3), stride=(1, 1), dilation=(1, 1))


@pytest.mark.parametrize("padding", [1, "same", "valid"])
def test_settings_of_other_lengths_are_refused(padding: Any) -> None:
    """However the padding is told."""
    with pytest.raises(ValueError, match=r"there must be as many of each .*stride=\(1,\)"):
        sides(padding, (3, 3), stride=(1,), dilation=(1, 1))


def test_same_is_for_stride_1_only() -> None:
    """As in PyTorch; the message tells where the sides for a known input come from."""
    with pytest.raises(RuntimeError, match="not supported for strided"):
        F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 1, 3), stride=2, padding="same")
    words = r"padding='same' is for stride 1.*same_padding tells it \(stride=\(2,\)\)"
    with pytest.raises(ValueError, match=words):
        axis_sides("same", 3, stride=2)


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        ((0,), {}, "kernel_size must be at least 1 (kernel_size=0)"),
        ((3,), {"dilation": 0}, "dilation must be at least 1 (dilation=0)"),
        ((3,), {"extra": "left"}, "extra must be 'after' or 'before' (extra='left')"),
        ((3,), {"extra": ["after"]}, "extra must be 'after' or 'before' (extra=['after'])"),
        ((3,), {"stride": 2}, "'same' at a stride above 1 depends on the input_size (stride=2)"),
        ((3,), {"input_size": 0}, "input_size must be at least 1 (input_size=0)"),
    ],
)  # fmt: skip
def test_an_impossible_same_is_refused(arguments: Any, settings: Any, words: str) -> None:
    """The message gives the argument's name and its value."""
    with pytest.raises(ValueError, match=re.escape(words)):
        same_padding(*arguments, **settings)


@pytest.mark.parametrize("padding", [None, (1, 2, 3), ((1, 2),), 1.5], ids=repr)
def test_along_one_axis_other_forms_are_refused(padding: Any) -> None:
    """The message tells the forms that one axis has."""
    words = f"padding must be an integer, a pair (before, after), 'same' or 'valid' ({padding=})"
    with pytest.raises(TypeError, match=re.escape(words)):
        axis_sides(padding, 3)
