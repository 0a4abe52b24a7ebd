"""Pooling and its edge rules, against PyTorch, exactly."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import Operation, poolings

from convdocs.operations.pooling import avg_pool, max_pool


@given(poolings(dilated=True))
def test_max_pooling_is_pytorchs(operation: Operation) -> None:
    """Every number agrees, with padding, dilation and ceil_mode."""
    theirs = operation.by_torch("max_pool{}d", operation.input)
    ours = max_pool(operation.input.astype(float), **operation.settings)
    np.testing.assert_array_equal(ours, theirs)


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
        ("uint8", 200, "float64"),
        ("bool", 1, "float64"),
        ("int64", 2**62, "float64"),
        ("uint64", 2**63, "float64"),
        ("float16", 60000, "float16"),
        ("float32", 3e38, "float32"),
    ],
)
def test_the_sum_of_a_window_does_not_overflow(dtype: str, value: int, expected: str) -> None:
    """The mean of equal samples is that sample, though their type cannot hold their sum."""
    pooled = avg_pool(np.full((1, 1, 4), value, dtype), 4)
    assert pooled.dtype == expected
    assert pooled.tolist() == [[[np.array(value, dtype)]]]


@pytest.mark.parametrize("pool", [max_pool, avg_pool])
def test_a_missing_number_shows(pool: Any) -> None:
    """NaN in a window is NaN in the output, and only there."""
    pooled = pool([[[1.0, np.nan, 2.0, 3.0]]], 2)
    assert np.isnan(pooled).tolist() == [[[True, False]]]


@pytest.mark.parametrize("pool", [max_pool, avg_pool])
@pytest.mark.parametrize(
    ("input", "settings", "words"),
    [
        (5, {}, "input must be (N, C, *spatial), or (C, *spatial) with a kernel_size for each axis "
         "(input shape (), kernel_size=2)"),
        (np.ones((2, 3)), {}, "a kernel_size for each axis (input shape (2, 3), kernel_size=2)"),
        (np.ones((1, 0, 4)), {}, "input has an axis without elements (input shape (1, 0, 4))"),
        (np.ones((1, 1, 4)), {"kernel_size": 0}, "kernel_size must be at least 1 (kernel_size=0)"),
        (np.ones((1, 1, 4)), {"stride": 0}, "stride must be at least 1 (stride=0)"),
        (np.ones((1, 1, 4)), {"padding": -1}, "padding must be at least 0 (padding=-1)"),
        (np.ones((1, 1, 4)), {"padding": 2},
         "padding must be at most half the kernel (padding=2, kernel_size=2)"),
        (np.ones((1, 1, 4)), {"kernel_size": 5}, "kernel spans 5 samples but the padded input has"),
        (np.ones((1, 1, 4)), {"kernel_size": (2, 2, 2)},
         "(input shape (1, 1, 4), kernel_size=(2, 2, 2))"),
        (np.ones((1, 1, 4)), {"stride": (2, 2)},
         "stride has 2 numbers for 1 spatial axis (stride=(2, 2))"),
    ],
)  # fmt: skip
def test_an_impossible_pooling_is_refused(
    pool: Any, input: Any, settings: dict[str, Any], words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        pool(input, **({"kernel_size": 2} | settings))


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8", "uint8", "int64"])
def test_a_window_of_padding_alone_has_the_least_number(dtype: str) -> None:
    """Two taps with a hole between them stand on either side of a single sample, as in PyTorch."""
    theirs = torch.nn.functional.max_pool2d(
        torch.ones((1, 1, 1, 1), dtype=getattr(torch, dtype)), 2, 2, 1, 2
    )
    ours = max_pool(np.ones((1, 1, 1, 1), dtype), 2, padding=1, dilation=2)
    assert ours.tolist() == theirs.tolist()


def test_a_window_of_padding_alone_has_no_index() -> None:
    """PyTorch tells a place outside the array there."""
    _, place = torch.nn.functional.max_pool1d(torch.ones(1, 1, 1), 2, 2, 1, 2, return_indices=True)
    assert place.item() >= 1
    words = (
        "a window reads nothing but padding, so that its largest sample has no index (input_size"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        max_pool([[[7]]], 2, padding=1, dilation=2, return_indices=True)


@given(poolings(dilated=True))
def test_the_indices_are_pytorchs(operation: Operation) -> None:
    """Each tells where the first of the largest samples lies in its channel, row by row."""
    name = f"max_pool{operation.axes}d"
    theirs, places = getattr(torch.nn.functional, name)(
        torch.tensor(operation.input, dtype=torch.float64), **operation.settings,
        return_indices=True,
    )  # fmt: skip
    assume(np.isfinite(theirs.numpy()).all())
    ours, indices = max_pool(operation.input, **operation.settings, return_indices=True)
    np.testing.assert_array_equal(indices, places.numpy())
    flat = operation.input.reshape(*operation.input.shape[:2], -1)
    taken = np.take_along_axis(flat, indices.reshape(*flat.shape[:2], -1), -1)
    np.testing.assert_array_equal(taken.reshape(ours.shape), ours)


def test_of_equal_samples_the_first_counts_and_of_missing_ones_the_last() -> None:
    """As PyTorch's loop finds them."""
    for row in ([2.0, 5.0, 5.0, 1.0], [1.0, np.nan, 3.0, np.nan], [-np.inf] * 4):
        theirs = torch.nn.functional.max_pool1d(torch.tensor([[row]]), 4, return_indices=True)
        _, indices = max_pool([[row]], 4, return_indices=True)
        assert indices.tolist() == theirs[1].tolist()


@given(poolings(dilated=False), st.sampled_from([-3, 1, 2, 7]))
def test_a_divisor_overrides_every_count(operation: Operation, divisor: int) -> None:
    """Negative ones too; PyTorch has it on two and three axes."""
    assume(operation.axes > 1)
    settings = operation.settings | {"divisor_override": divisor}
    theirs = operation.by_torch("avg_pool{}d", operation.input, **settings)
    np.testing.assert_allclose(avg_pool(operation.input, **settings), theirs, rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: avg_pool(x, 2, divisor_override=0), ValueError,
         "divisor_override must not be 0 (divisor_override=0)"),
        (lambda x: avg_pool(x, 2, divisor_override=2.0), TypeError,
         "divisor_override must be an integer (divisor_override=2.0)"),
        (lambda x: avg_pool(x, 2, count_include_pad=0), TypeError,
         "count_include_pad must be True or False (count_include_pad=0)"),
        (lambda x: avg_pool(x, 2, ceil_mode=np.ones(2)), TypeError,
         "ceil_mode must be True or False (ceil_mode=array([1., 1.]))"),
        (lambda x: max_pool(x, 2, return_indices=1), TypeError, "return_indices must be True or"),
        (lambda x: max_pool(x * 1j, 2), TypeError, "complex numbers have no largest"),
        (lambda x: max_pool(x, 2, padding="same"), ValueError, "padding='same' is for stride 1"),
        (lambda x: max_pool(np.broadcast_to(x, (1, 2**31, 4)), 1), ValueError,
         "an array would hold too many numbers (numbers=8589934592, most=268435456, "
         "kernel_size=(1,), output_size=(4,))"),
    ],
)  # fmt: skip
def test_a_setting_of_pooling_alone_is_refused_by_name(call: Any, error: Any, words: str) -> None:
    """The message gives the argument's name and its value."""
    with pytest.raises(error, match=re.escape(words)):
        call(np.ones((1, 1, 4)))


@given(poolings(dilated=True))
def test_an_array_without_a_batch_gives_one_without(operation: Operation) -> None:
    """Where kernel_size tells how many axes there are."""
    kernel = operation.each("kernel_size")
    settings = operation.settings | {"kernel_size": kernel}
    for pool, only in ((max_pool, {"dilation"}), (avg_pool, set())):
        theirs = {k: v for k, v in settings.items() if k != "dilation" or only}
        whole = pool(operation.input, **theirs)
        np.testing.assert_array_equal(pool(operation.input[0], **theirs), whole[0])


@pytest.mark.parametrize("pool", [max_pool, avg_pool])
def test_an_empty_batch_gives_an_empty_batch(pool: Any) -> None:
    """As in PyTorch, which takes no other axis without elements."""
    assert pool(np.ones((0, 3, 5, 4)), 2).shape == (0, 3, 2, 2)


@given(poolings(dilated=False), st.data())
def test_the_sides_may_differ(operation: Operation, data: st.DataObject) -> None:
    """Max pooling is that of an input padded with minus infinity, by PyTorch."""
    kernel = operation.each("kernel_size")
    sides = tuple(
        (data.draw(st.integers(0, k // 2)), data.draw(st.integers(0, k // 2))) for k in kernel
    )
    settings = {k: v for k, v in operation.settings.items() if k not in {"padding", "ceil_mode"}}
    flat = [side for pair in reversed(sides) for side in pair]
    x = torch.tensor(operation.input, dtype=torch.float64)
    padded = torch.nn.functional.pad(x, flat, value=-torch.inf)
    assume(all(n >= k for n, k in zip(padded.shape[2:], kernel, strict=True)))
    theirs = operation.by_torch("max_pool{}d", padded.numpy(), **settings)
    np.testing.assert_array_equal(max_pool(operation.input, **settings, padding=sides), theirs)
    zeros = torch.nn.functional.pad(x, flat).numpy()
    np.testing.assert_array_equal(
        avg_pool(operation.input, **settings, padding=sides),
        operation.by_torch("avg_pool{}d", zeros, **settings),
    )
