"""One rule for every type of number, in every operation, against exact sums and PyTorch."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convdocs.operations.fold import fold
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.numbers import as_array
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.operations.unfold import matmul_cross_correlate, unfold

WHOLE = ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]
FLOATING = ["float16", "float32", "float64", "complex64", "complex128"]
CONVOLUTIONS = [cross_correlate, convolve, matmul_cross_correlate]


NARROW = [np.int8, np.uint8, np.int16]


@pytest.mark.parametrize("kind", NARROW)
@pytest.mark.parametrize("operation", [*CONVOLUTIONS, conv_transpose])
def test_a_setting_of_a_narrow_type_counts_channels_without_wrapping(
    operation: Callable[..., Any], kind: type[np.integer]
) -> None:
    """300 channels in 3 groups are more than an int8 holds."""
    rng = np.random.default_rng(0)
    x, w = rng.integers(-9, 9, (1, 300, 3)), rng.integers(-9, 9, (300, 100, 1))
    expected = operation(x, w, groups=3)
    assert expected.shape == (1, 300, 3)
    assert np.array_equal(operation(x, w, groups=kind(3), stride=kind(1)), expected)


def by_matrix(x: Any, w: Any) -> np.ndarray:
    """Cross-correlate one input by the matrix."""
    product: np.ndarray = cross_correlation_matrix(w, x.shape[1:]) @ np.asarray(x).ravel()
    return product.reshape(len(w), -1)


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("operation", [*CONVOLUTIONS, conv_transpose])
def test_sums_of_whole_numbers_are_exact(operation: Callable[..., Any], dtype: str) -> None:
    """Three times the largest of a small type, squared, as Python's own integers give it."""
    most = 1 if dtype == "bool" else min(int(np.iinfo(dtype).max), 2**30)
    x, w = np.full((1, 3), most, dtype), np.full((1, 1, 3), most, dtype)
    result = operation(x, w)
    assert result.dtype == np.int64
    assert result.max() == 3 * most * most


@pytest.mark.parametrize("dtype", WHOLE[:-2])
def test_the_matrix_does_not_wrap_around_either(dtype: str) -> None:
    """A picture of any small type may be multiplied by it."""
    most = 1 if dtype == "bool" else min(int(np.iinfo(dtype).max), 2**30)
    x, w = np.full((1, 3), most, dtype), np.full((1, 1, 3), most, dtype)
    assert by_matrix(x, w).tolist() == [[3 * most * most]]


@pytest.mark.parametrize("operation", [*CONVOLUTIONS, conv_transpose])
def test_sums_that_may_not_fit_are_refused(operation: Callable[..., Any]) -> None:
    """Of two samples of 2**62 the sum is one more than int64 holds, and so is uint64's largest."""
    words = (
        "a sum could be more than int64 holds; floating numbers have no such bound "
        "(largest sample=4611686018427387904, largest sum of weights=2)"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        operation(np.full((1, 2), 2**62), np.ones((1, 1, 2), int))
    assert operation(np.full((1, 2), 2**62 - 1), np.ones((1, 1, 2), int)).max() == 2**63 - 2
    with pytest.raises(ValueError, match=r"more than int64 holds.*sample=9223372036854775808"):
        operation(np.full((1, 2), -(2**63)), np.ones((1, 1, 1), int))
    with pytest.raises(ValueError, match="more than int64 holds"):
        operation(np.full((1, 2), 1), np.ones((1, 1, 1), int), bias=[2**63 - 1])
    with pytest.raises(ValueError, match=r"input is computed in int64 .* \(largest=18446744"):
        operation(np.full((1, 2), 2**64 - 1, np.uint64), np.zeros((1, 1, 1), int))


def test_columns_that_may_not_fit_when_added_up_are_refused() -> None:
    """Two windows meet in the middle sample."""
    for value, fits in ((2**61, True), (2**62, False)):
        columns = np.full((2, 2), value)
        if fits:
            assert fold(columns, (3,), (2,)).tolist() == [[value, 2 * value, value]]
        else:
            with pytest.raises(ValueError, match="a sum could be more than int64 holds"):
                fold(columns, (3,), (2,))


@given(st.integers(0, 2**32 - 1), st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
def test_a_picture_of_bytes_comes_back_from_its_windows(seed: int, mode: str) -> None:
    """fold(unfold(x)) / fold(unfold(ones)) is x exactly wherever the padding reads no other."""
    picture = np.random.default_rng(seed).integers(0, 256, (1, 2, 9, 7), np.uint8)
    again, count = (
        fold(unfold(a, 3, padding=1, padding_mode=mode), (9, 7), 3, padding=1, padding_mode=mode)
        for a in (picture, np.ones_like(picture))
    )
    np.testing.assert_array_equal(again / count, picture)


@pytest.mark.parametrize("operation", [*CONVOLUTIONS, by_matrix])
def test_half_precision_does_not_stop_at_2048(operation: Callable[..., Any]) -> None:
    """64 x 64 ones are 4096 in PyTorch; one after another in half precision they are 2048."""
    ones = torch.ones(1, 1, 64, 64, dtype=torch.float16)
    theirs = torch.nn.functional.conv2d(ones, ones).item()
    assert operation(ones[0], ones).item() == theirs == 4096


def test_a_transposed_convolution_in_half_precision_does_not_either() -> None:
    """4096 channels meet in one output."""
    x, w = torch.ones(4096, 1, dtype=torch.float16), torch.ones(4096, 1, 1, dtype=torch.float16)
    theirs = torch.nn.functional.conv_transpose1d(x, w).item()
    assert conv_transpose(x, w).item() == theirs == 4096


def test_the_mean_of_halves_and_the_sum_of_their_windows_do_not_overflow() -> None:
    """Four times 60000 is past half precision, its mean is not; 2100 windows of ones are 2100."""
    x = np.full((1, 1, 4), 60000, np.float16)
    assert avg_pool(x, 4).tolist() == [[[60000]]]
    columns = np.ones((1, 2100, 2100), np.float16)
    assert fold(columns, (4199,), 2100)[0, 0, 2099] == 2100


@pytest.mark.parametrize("weight", FLOATING)
@pytest.mark.parametrize("input", FLOATING)
@pytest.mark.parametrize("operation", [*CONVOLUTIONS, conv_transpose])
def test_floating_numbers_come_back_in_their_common_type(
    operation: Callable[..., Any], input: str, weight: str
) -> None:
    """As NumPy brings them together, the bias included."""
    x, w = np.ones((1, 4), input), np.ones((1, 1, 2), weight)
    expected = np.result_type(input, weight)
    assert operation(x, w).dtype == expected
    assert operation(x, w, bias=np.ones(1, np.float16)).dtype == expected


@pytest.mark.parametrize("dtype", [*WHOLE, *FLOATING])
def test_what_is_only_moved_keeps_its_type(dtype: str) -> None:
    """The largest sample of every type comes through, whatever int64 or float64 could hold."""
    most = 1 if dtype not in WHOLE or dtype == "bool" else np.iinfo(dtype).max
    x = np.array([[0, most, 0, most]], dtype)
    columns = unfold(x, (2,))
    assert columns.dtype == dtype
    np.testing.assert_array_equal(columns, np.stack([x[0, :-1], x[0, 1:]]))
    if not dtype.startswith("complex"):
        pooled = max_pool(x, (2,))
        assert pooled.dtype == dtype
        np.testing.assert_array_equal(pooled, x[:, 1::2])


@pytest.mark.parametrize("operation", [*CONVOLUTIONS, conv_transpose])
def test_infinities_go_their_way_without_a_warning(operation: Callable[..., Any]) -> None:
    """As in PyTorch: infinity times zero is no number, and what is too large is infinite."""
    result = operation(np.array([[np.inf, 1.0]]), np.zeros((1, 1, 1)))
    assert np.isnan(result[0, 0])
    large = operation(np.full((1, 2), 60000, np.float16), np.ones((1, 1, 2), np.float16))
    assert np.isinf(large).any()


GRADIENT = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
SAME_ROW = [
    [[1, 2, 3]],
    ((1.0, 2.0, 3.0),),
    [np.array([1, 2, 3])],
    np.array([[1, 2, 3]], ">i2"),
    np.array([[1, 2, 3]], ">f4"),
    np.array([[3, 2, 1]])[:, ::-1],
    np.broadcast_to(np.arange(1, 4), (1, 3)),
    np.array([[1, 9, 2, 9, 3]])[:, ::2],
    np.matrix([[1, 2, 3]]),
    memoryview(np.array([[1, 2, 3]])),
    torch.tensor([[1, 2, 3]], dtype=torch.int8),
    GRADIENT,
    torch.nn.Parameter(torch.tensor([[1.0, 2.0, 3.0]])),
    torch.complex(torch.tensor([[1.0, 2.0, 3.0]]), torch.zeros(1, 3)).conj(),
    torch.complex(torch.zeros(1, 3), torch.tensor([[-1.0, -2.0, -3.0]])).conj().imag,
]


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("row", SAME_ROW, ids=lambda row: type(row).__name__)
def test_whatever_is_array_like_is_taken(row: Any) -> None:
    """Lists, foreign byte orders, steps backward, and tensors with a history or a pending sign."""
    kernel = torch.tensor([[[1.0, 10.0]]], requires_grad=True)
    for operation in (cross_correlate, matmul_cross_correlate):
        assert operation(row, kernel, bias=torch.tensor([1.0])).tolist() == [[22, 33]]
    assert convolve(row, kernel).tolist() == [[12, 23]]
    assert conv_transpose(row, kernel).tolist() == [[1, 12, 23, 30]]
    assert unfold(row, (2,)).tolist() == [[1, 2], [2, 3]]
    assert fold(row, (3,), (1,)).tolist() == [[1, 2, 3]]
    assert avg_pool(row, (3,)).tolist() == [[2]]
    assert cross_correlation_matrix([row], (3,)).toarray().tolist() == [[1, 2, 3]]
    if as_array(row, "row").dtype.kind != "c":
        assert max_pool(row, (3,)).tolist() == [[3]]


@pytest.mark.parametrize(
    "value",
    [
        None, "abc", b"abc", object(), {1, 2}, {"a": 1}, [[1, 2], [3]], [1, None],
        ["1", "2"], [2**70],
        np.array(["a"]), np.array([object()]), np.array(["2020-01-01"], "M8[D]"),
        np.zeros(2, [("a", int)]), torch.ones(2, dtype=torch.bfloat16), torch.ones(2).to_sparse(),
        torch.empty(2, device="meta"), (i for i in range(3)), lambda: 1, [[], [1]],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_no_array_of_numbers_is_refused_by_name(value: Any) -> None:
    """In our words, whatever NumPy or PyTorch would say of it."""
    with pytest.raises(TypeError, match=r"^input must be an array of numbers \(input="):
        as_array(value, "input")
