"""Adaptive pooling and its windows, against PyTorch, exactly."""

import re
from fractions import Fraction
from math import ceil, floor, gcd
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Adaptive, adaptive_poolings

from convdocs.adaptive_windows import adaptive_windows
from convdocs.operations.adaptive import adaptive_avg_pool, adaptive_max_pool
from convdocs.sizes import pool_output_size

SIZES = [(n, m) for n in range(1, 25) for m in range(1, 30)]


def test_a_window_reads_every_sample_that_its_share_touches() -> None:
    """By fractions: a sample from i to i + 1 and a share that overlap by more than a point."""
    for n, m in SIZES:
        shares = [(Fraction(i * n, m), Fraction((i + 1) * n, m)) for i in range(m)]
        touched = [[i for i in range(n) if i < end and i + 1 > start] for start, end in shares]
        assert [list(window) for window in adaptive_windows(n, m)] == touched


def test_the_windows_are_pytorchs() -> None:
    """The gradient of each output tells what it reads."""
    for n, m in SIZES:
        reads = torch.autograd.functional.jacobian(
            lambda x, m=m: torch.nn.functional.adaptive_avg_pool1d(x, m)[0], torch.ones(1, n)
        )
        found = [torch.nonzero(row).ravel().tolist() for row in reads[:, 0]]
        assert [list(window) for window in adaptive_windows(n, m)] == found


def test_together_the_windows_read_one_sample_more_for_each_boundary_inside_one() -> None:
    """There are m - gcd(n, m) of these."""
    for n, m in SIZES:
        assert sum(map(len, adaptive_windows(n, m))) == n + m - gcd(n, m)


def test_large_sizes_are_exact() -> None:
    """No float is on the way."""
    n = 2**61 - 1
    last = adaptive_windows(n, 3)[-1]
    assert last == range(floor(Fraction(2 * n, 3)), ceil(Fraction(3 * n, 3)))


def test_where_the_size_divides_the_windows_are_those_of_pooling() -> None:
    """Kernel and stride are the quotient then."""
    for m in range(1, 9):
        for k in range(1, 9):
            blocks = [range(i * k, (i + 1) * k) for i in range(m)]
            assert adaptive_windows(m * k, m) == blocks
            assert pool_output_size(m * k, k) == m


@given(adaptive_poolings())
def test_adaptive_max_pooling_is_pytorchs(pooling: Adaptive) -> None:
    """The samples and their places, with equal samples, NaN, and no output at all among them."""
    theirs, places = pooling.by_torch("adaptive_max_pool{}d", return_indices=True)
    ours, indices = adaptive_max_pool(pooling.input, pooling.output_size, return_indices=True)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(indices, places)
    assert indices.dtype == np.int64
    alone = adaptive_max_pool(pooling.input, pooling.output_size)
    np.testing.assert_array_equal(alone, ours)


@given(adaptive_poolings())
def test_adaptive_average_pooling_is_pytorchs(pooling: Adaptive) -> None:
    """Up to the order of a division."""
    theirs = pooling.by_torch("adaptive_avg_pool{}d")
    ours = adaptive_avg_pool(pooling.input, pooling.output_size)
    np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    assert ours.shape == theirs.shape


@given(adaptive_poolings(), st.sampled_from(["int64", "uint8", "bool"]))
def test_whole_numbers_are_taken_though_pytorch_has_none(pooling: Adaptive, dtype: str) -> None:
    """The largest keeps the type, the mean is in double precision."""
    x = np.abs(np.nan_to_num(pooling.input)).astype(dtype)
    same = Adaptive(x.astype(np.float64), pooling.output_size)
    largest = adaptive_max_pool(x, pooling.output_size)
    assert largest.dtype == dtype
    np.testing.assert_array_equal(largest, same.by_torch("adaptive_max_pool{}d"))
    mean = adaptive_avg_pool(x, pooling.output_size)
    assert mean.dtype == np.float64
    np.testing.assert_allclose(mean, same.by_torch("adaptive_avg_pool{}d"), rtol=1e-14)
    with pytest.raises(NotImplementedError, match="not implemented for"):
        torch.nn.functional.adaptive_max_pool1d(torch.ones(1, 1, 2, dtype=torch.int64), 1)


@pytest.mark.parametrize(
    ("dtype", "value"), [("int64", 2**62), ("uint64", 2**63), ("float16", 60000)]
)
def test_the_sum_of_a_window_does_not_overflow(dtype: str, value: int) -> None:
    """The mean of equal samples is that sample, though their type cannot hold their sum."""
    pooled = adaptive_avg_pool(np.full((1, 1, 4), value, dtype), 1)
    assert pooled.tolist() == [[[np.array(value, dtype)]]]


@pytest.mark.parametrize("pool", [adaptive_avg_pool, adaptive_max_pool])
@pytest.mark.parametrize(
    ("input", "output_size", "error", "words"),
    [
        (np.ones((1, 1, 4)), -1, ValueError,
         "output_size must be at least 0 (output_size=-1)"),
        (np.ones((1, 1, 4, 4)), (2, -1), ValueError,
         "output_size must be at least 0 (output_size=-1)"),
        (np.ones((1, 1, 4, 4)), 2.0, TypeError,
         "output_size must be an integer, or one for each axis (output_size=2.0)"),
        (np.ones((1, 1, 4, 4)), (2, 2.0), TypeError,
         "output_size must be an integer, or one for each axis (output_size=[2, 2.0])"),
        (np.ones((1, 1, 4, 4)), (2,), ValueError,
         "input must be (N, C, *spatial), or (C, *spatial) with an output_size for each axis "
         "(input shape (1, 1, 4, 4), output_size=(2,))"),
        (np.ones((5, 5)), 3, ValueError, "(input shape (5, 5), output_size=3)"),
        (np.ones((1, 2, 0)), 3, ValueError,
         "input has an axis without elements (input shape (1, 2, 0))"),
        (np.ones((1, 1, 4)), 2**40, ValueError,
         "an array would hold too many numbers (numbers=1099511627776, most=268435456, "
         "input_size=(4,), output_size=(1099511627776,))"),
        (np.ones((0, 1, 4, 4)), (0, 2**40), ValueError,
         "an array would hold too many numbers"),
        (np.broadcast_to(1.0, (1, 1, 2**31)), 3, ValueError,
         "an array would hold too many numbers"),
        (np.broadcast_to(1.0, (1, 1, 2**28)), 2**20, ValueError,
         "the loops would take too many steps"),
    ],
)  # fmt: skip
def test_an_impossible_adaptive_pooling_is_refused(
    pool: Any, input: Any, output_size: Any, error: Any, words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        pool(input, output_size)


def test_one_number_is_meant_for_every_axis() -> None:
    """As in PyTorch, where there is a batch."""
    x = np.arange(60.0).reshape(1, 1, 3, 4, 5)
    theirs = torch.nn.functional.adaptive_avg_pool3d(torch.tensor(x), 2)
    np.testing.assert_array_equal(adaptive_avg_pool(x, 2), theirs)
    np.testing.assert_array_equal(adaptive_avg_pool(x[0], (2, 2, 2)), theirs[0])


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("name", ["avg", "max"])
def test_what_pytorch_refuses_is_refused(axes: int, name: str) -> None:
    """Negative sizes, the wrong number of sizes or axes, axes without elements."""
    theirs = getattr(torch.nn.functional, f"adaptive_{name}_pool{axes}d")
    ours = {"avg": adaptive_avg_pool, "max": adaptive_max_pool}[name]
    whole = (1, 2, *(4, 4, 4)[:axes])
    twos = (2,) * axes
    for shape, size in [
        (whole, (-1,) * axes), (whole[2:], twos), ((*whole[:-1], 0), twos), (whole, ()),
        ((1, 1, *whole), twos), ((1, 0, *whole[2:]), twos),
    ]:  # fmt: skip
        if name == "avg" and axes < 3 and 0 in shape[:2]:
            continue  # the test below
        with pytest.raises((RuntimeError, TypeError, ValueError)):
            theirs(torch.ones(shape), size)
        with pytest.raises((TypeError, ValueError)):
            ours(np.ones(shape), size)


def test_an_input_without_channels_is_refused_which_pytorch_takes_for_some_means() -> None:
    """On one and two axes, though not on three."""
    functional = torch.nn.functional
    assert functional.adaptive_avg_pool2d(torch.ones(1, 0, 4, 4), 2).shape == (1, 0, 2, 2)
    with pytest.raises(RuntimeError, match="non-zero size for non-batch dimensions"):
        functional.adaptive_avg_pool3d(torch.ones(1, 0, 4, 4, 4), 2)
    for pool in (adaptive_avg_pool, adaptive_max_pool):
        with pytest.raises(ValueError, match="input has an axis without elements"):
            pool(np.ones((1, 0, 4, 4)), 2)


def test_a_setting_of_adaptive_max_pooling_alone_is_refused_by_name() -> None:
    """A flag that is none, and numbers without an order."""
    with pytest.raises(TypeError, match=re.escape("return_indices must be True or False (ret")):
        adaptive_max_pool(np.ones((1, 1, 4)), 2, return_indices=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="complex numbers have no largest"):
        adaptive_max_pool(np.ones((1, 1, 4)) * 1j, 2)


@pytest.mark.parametrize(
    ("sizes", "error", "words"),
    [
        ((0, 3), ValueError, "input_size must be at least 1 (input_size=0)"),
        ((3, -1), ValueError, "output_size must be at least 0 (output_size=-1)"),
        ((3, 2**40), ValueError, "an array would hold too many numbers"),
        ((3.0, 2), TypeError, "input_size must be an integer (input_size=3.0)"),
        ((3, True), TypeError, "output_size must be an integer (output_size=True)"),
    ],
)
def test_a_size_that_is_none_is_refused(sizes: Any, error: Any, words: str) -> None:
    """The message gives its name and its value."""
    with pytest.raises(error, match=re.escape(words)):
        adaptive_windows(*sizes)
