"""Pooling and its edge rules, against PyTorch, exactly."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Operation, poolings

from convdocs.operations.pooling import avg_pool, max_pool


@given(poolings(dilated=True))
def test_max_pooling_is_pytorchs(operation: Operation) -> None:
    """Every number agrees, with padding, dilation and ceil_mode."""
    theirs = operation.by_torch("max_pool{}d", operation.input)
    assume(np.isfinite(theirs).all())
    np.testing.assert_array_equal(max_pool(operation.input, **operation.settings), theirs)


@given(poolings(dilated=False), st.booleans())
def test_average_pooling_is_pytorchs(operation: Operation, count_include_pad: bool) -> None:
    """Every number agrees, whatever the sum is divided by at the border."""
    settings = operation.settings | {"count_include_pad": count_include_pad}
    theirs = operation.by_torch("avg_pool{}d", operation.input, **settings)
    np.testing.assert_array_equal(avg_pool(operation.input, **settings), theirs)


def test_the_border_is_divided_by_what_lies_in_the_padded_input() -> None:
    """Of [6 6] padded by one: 6/2 with the padding counted, 6/1 without."""
    assert avg_pool([[[6, 6]]], 2, padding=1).tolist() == [[[3, 3]]]
    assert avg_pool([[[6, 6]]], 2, padding=1, count_include_pad=False).tolist() == [[[6, 6]]]


def test_what_hangs_over_the_end_is_not_counted() -> None:
    """In ceil_mode the last window of [1 2 3] holds one sample, and its mean is that sample."""
    assert avg_pool([[[1, 2, 3]]], 2, ceil_mode=True).tolist() == [[[1.5, 3]]]


def test_padding_never_wins() -> None:
    """The largest of negative samples and padding is a sample."""
    assert max_pool([[[-5, -7]]], 2, padding=1).tolist() == [[[-5, -7]]]


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float32", "bool"])
def test_max_pooling_keeps_the_type(dtype: str) -> None:
    """What is kept is one of the samples."""
    x = np.array([[[0, 1, 0, 0]]], dtype)
    pooled = max_pool(x, 2)
    assert pooled.dtype == dtype
    assert pooled.tolist() == [[[1, 0]]]


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        ("uint8", 200, "float32"),
        ("int64", 2**62, "float64"),
        ("float16", 60000, "float32"),
    ],
)
def test_the_sum_of_a_window_does_not_overflow(dtype: str, value: int, expected: str) -> None:
    """The mean of equal samples is that sample, though their type cannot hold their sum."""
    pooled = avg_pool(np.full((1, 1, 4), value, dtype), 4)
    assert pooled.dtype == expected
    assert pooled.tolist() == [[[value]]]


@pytest.mark.parametrize("pool", [max_pool, avg_pool])
def test_a_missing_number_shows(pool: Any) -> None:
    """NaN in a window is NaN in the output, and only there."""
    pooled = pool([[[1.0, np.nan, 2.0, 3.0]]], 2)
    assert np.isnan(pooled).tolist() == [[[True, False]]]


@pytest.mark.parametrize("pool", [max_pool, avg_pool])
@pytest.mark.parametrize(
    ("input", "settings", "words"),
    [
        (5, {}, "input must be (N, C, *spatial) and hold samples (shape ())"),
        (np.ones((2, 3)), {}, "input must be (N, C, *spatial) and hold samples (shape (2, 3))"),
        (np.ones((0, 1, 4)), {}, "hold samples (shape (0, 1, 4))"),
        (np.ones((1, 1, 4)), {"kernel_size": 0}, "kernel_size must be at least 1 (kernel_size=0)"),
        (np.ones((1, 1, 4)), {"stride": 0}, "stride must be at least 1 (stride=0)"),
        (np.ones((1, 1, 4)), {"padding": -1}, "padding must be at least 0 (padding=-1)"),
        (np.ones((1, 1, 4)), {"padding": 2},
         "padding must be at most half the kernel (padding=2, kernel_size=2)"),
        (np.ones((1, 1, 4)), {"kernel_size": 5}, "kernel spans 5 samples but the padded input has"),
        (np.ones((1, 1, 4)), {"kernel_size": (2, 2)}, "kernel_size has 2 numbers for 1 spatial"),
    ],
)  # fmt: skip
def test_an_impossible_pooling_is_refused(
    pool: Any, input: Any, settings: dict[str, Any], words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        pool(input, **({"kernel_size": 2} | settings))


def test_a_window_of_padding_alone_has_no_maximum() -> None:
    """Two taps with a hole between them stand on either side of a single sample."""
    words = (
        "a window reads nothing but padding "
        "(input_size=1, kernel_size=2, stride=2, padding=1, dilation=2)"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        max_pool([[[7]]], 2, padding=1, dilation=2)
