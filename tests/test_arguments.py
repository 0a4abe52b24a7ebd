"""What counts as an integer, and what is said of what does not."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from convdocs.arguments import require_integers
from convdocs.each_axis import per_axis, require_sequence

INTEGERS = [3, np.int8(3), np.uint8(3), np.int64(3), np.array(3), torch.tensor(3)]
NOT_INTEGERS = [3.0, "3", None, True, np.True_, np.float64(3), 3j, [3], np.array([3]), object]
NOT_INTEGERS += [torch.tensor(True), torch.tensor([3]), torch.tensor([[3]])]


def said(text: str) -> str:
    """Match a message literally, to its end."""
    return re.escape(text) + "$"


@pytest.mark.parametrize("value", INTEGERS, ids=repr)
def test_an_integer_of_any_library_becomes_a_plain_int(value: Any) -> None:
    """Sums of what is handed on cannot wrap around."""
    (number,) = require_integers(1, stride=value)
    assert number == 3
    assert all(type(n) is int for n in [number, *per_axis(value, 2, "stride")])
    assert all(type(n) is int for n in require_sequence([value], "size"))


@pytest.mark.parametrize("value", NOT_INTEGERS, ids=repr)
def test_what_is_not_an_integer_is_refused_with_its_name_and_value(value: Any) -> None:
    """A float, a bool, a string and a list are no integers, even where they equal one."""
    with pytest.raises(TypeError, match=said(f"stride must be an integer (stride={value!r})")):
        require_integers(1, stride=value)


def test_integers_come_back_in_the_order_given() -> None:
    """The caller unpacks them in the order of the keywords."""
    assert require_integers(0, padding=0, output_padding=2) == (0, 2)


@pytest.mark.parametrize(("least", "value"), [(1, 0), (0, -1), (1, np.int8(-128))])
def test_an_integer_below_the_minimum_is_refused_with_both_numbers(least: int, value: Any) -> None:
    """The message tells the bound and the value."""
    with pytest.raises(ValueError, match=said(f"size must be at least {least} (size={value})")):
        require_integers(least, size=value)


def test_the_first_bad_value_is_the_one_named() -> None:
    """One error at a time, in the order of the keywords."""
    with pytest.raises(ValueError, match=said("dilation must be at least 1 (dilation=0)")):
        require_integers(1, stride=1, dilation=0, groups=-1)


@pytest.mark.parametrize(
    "values",
    [(3, 5), [3, 5], np.array([3, 5], np.uint8), torch.Size([3, 5]), torch.tensor([3, 5])],
    ids=repr,
)
def test_a_sequence_of_any_kind_becomes_a_tuple(values: Any) -> None:
    """Lists, arrays and torch sizes serve alike, and so does one for each axis."""
    assert require_sequence(values, "kernel_size") == (3, 5)
    assert per_axis(values, 2, "kernel_size") == (3, 5)


@pytest.mark.parametrize("values", [3, None, "33", [3.0], [3, True], [[3]], np.ones(2)], ids=repr)
def test_what_is_no_sequence_of_integers_is_refused(values: Any) -> None:
    """One bare number is refused too, where the number of axes would be unknown."""
    message = said(f"kernel_size must be a sequence of integers (kernel_size={values!r})")
    with pytest.raises(TypeError, match=message):
        require_sequence(values, "kernel_size")


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_number_serves_every_axis(axes: int) -> None:
    """A single setting is repeated."""
    assert per_axis(2, axes, "stride") == (2,) * axes


@pytest.mark.parametrize("value", ["same", None, 2.0, True, (1, 2.0), (1, None)], ids=repr)
def test_a_setting_that_is_no_integer_on_some_axis_is_refused(value: Any) -> None:
    """PyTorch's padding="same" is not a number either."""
    message = said(f"padding must be an integer, or one for each axis (padding={value!r})")
    with pytest.raises(TypeError, match=message):
        per_axis(value, 2, "padding")


@pytest.mark.parametrize("value", [(), (1,), (1, 2, 3)])
def test_numbers_for_another_count_of_axes_are_refused(value: tuple[int, ...]) -> None:
    """The message tells how many there are and how many were wanted."""
    numbers = "1 number" if len(value) == 1 else f"{len(value)} numbers"
    message = said(f"stride has {numbers} for 2 spatial axes (stride={value})")
    with pytest.raises(ValueError, match=message):
        per_axis(value, 2, "stride")
