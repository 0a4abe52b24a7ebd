"""Windows as columns and back, against PyTorch, exactly."""

import re
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import Operation, convolutions

from convdocs.operations.fold import fold
from convdocs.operations.unfold import matmul_cross_correlate, unfold


def geometry(operation: Operation) -> dict[str, Any]:
    """Give the settings that unfold has, too."""
    return {k: v for k, v in operation.settings.items() if k != "groups"}


def draw_columns(operation: Operation) -> np.ndarray:
    """Give columns of whole numbers that fit the operation's input."""
    shape = unfold(operation.input, operation.weight.shape[2:], **geometry(operation)).shape
    return np.random.default_rng(prod(shape)).integers(-9, 10, shape)


@given(convolutions())
def test_the_product_is_pytorchs_convolution(operation: Operation) -> None:
    """One matrix product a group gives every number, on one to three axes."""
    ours = matmul_cross_correlate(*operation.arrays, **operation.settings)
    np.testing.assert_array_equal(ours, operation.by_torch("conv{}d"))


@given(convolutions(among_axes=(2,)))
def test_in_two_dimensions_the_columns_are_pytorchs(operation: Operation) -> None:
    """F.unfold gives the same columns, and F.fold adds them up to the same picture."""
    size, kernel = operation.input.shape[2:], operation.weight.shape[2:]
    settings = geometry(operation)
    np.testing.assert_array_equal(
        unfold(operation.input, kernel, **settings),
        operation.by_torch("unfold", operation.input, kernel_size=kernel, **settings),
    )
    columns = draw_columns(operation)
    np.testing.assert_array_equal(
        fold(columns, size, kernel, **settings),
        operation.by_torch("fold", columns, output_size=size, kernel_size=kernel, **settings),
    )


@given(convolutions())
def test_on_any_axes_the_columns_are_those_of_one_tap_kernels(operation: Operation) -> None:
    """A kernel of zeros and a single one reads one row of each channel's columns."""
    channels, kernel = operation.input.shape[1], operation.weight.shape[2:]
    one_tap = np.eye(prod(kernel)).reshape(-1, 1, *kernel)
    expected = operation.by_torch(
        "conv{}d", operation.input, np.concatenate([one_tap] * channels),
        groups=channels, **geometry(operation),
    )  # fmt: skip
    columns = unfold(operation.input, kernel, **geometry(operation))
    np.testing.assert_array_equal(columns, expected.reshape(columns.shape))


@given(convolutions())
def test_fold_is_the_adjoint_of_unfold(operation: Operation) -> None:
    """<unfold x, c> = <x, fold c> for any columns c."""
    x, kernel = operation.input, operation.weight.shape[2:]
    columns = draw_columns(operation)
    forth = unfold(x, kernel, **geometry(operation))
    back = fold(columns, x.shape[2:], kernel, **geometry(operation))
    assert (forth * columns).sum() == (x * back).sum()


@given(convolutions())
def test_dividing_by_the_count_of_windows_repairs_what_fold_repeats(operation: Operation) -> None:
    """fold(unfold(x)) / fold(unfold(ones)) is x wherever a window reads at all."""
    x, kernel = operation.input, operation.weight.shape[2:]
    settings = geometry(operation)
    again, count = (
        fold(unfold(a, kernel, **settings), x.shape[2:], kernel, **settings)
        for a in (x, np.ones_like(x))
    )
    np.testing.assert_array_equal(again, x * count)
    assert count.max() <= prod(kernel)


def test_the_result_is_no_view_of_the_input() -> None:
    """Columns may be written to without changing the picture."""
    x = np.arange(4.0).reshape(1, 1, 4)
    columns = unfold(x, 1)
    columns += 1
    assert x.ravel().tolist() == [0, 1, 2, 3]


def test_products_and_sums_are_wide_and_columns_keep_their_type() -> None:
    """Bytes times bytes are whole numbers, and bytes times single precision is single precision."""
    pixels = np.full((1, 1, 4), 100, np.uint8)
    product = matmul_cross_correlate(pixels, np.ones((1, 1, 3), np.uint8))
    assert product.dtype == np.int64
    assert product.tolist() == [[[300, 300]]]
    assert matmul_cross_correlate(pixels, np.ones((1, 1, 2), np.float32)).dtype == np.float32
    assert unfold(pixels, 2).dtype == np.uint8
    assert fold(unfold(pixels, 3), (4,), 3).tolist() == [[[100, 200, 200, 100]]]


def test_a_picture_of_bytes_comes_back_exactly() -> None:
    """Every pixel lies in up to nine windows, whose sum a byte cannot hold."""
    picture = np.random.default_rng(0).integers(0, 256, (1, 3, 20, 15), np.uint8)
    again, count = (fold(unfold(a, 3), (20, 15), 3) for a in (picture, np.ones_like(picture)))
    assert count.max() == 9
    np.testing.assert_array_equal(again / count, picture)


def test_windows_without_a_value_are_counted() -> None:
    """Columns of bool are added up, not taken together."""
    columns = unfold(np.ones((1, 1, 4), bool), 3)
    assert columns.dtype == bool
    assert fold(columns, (4,), 3).tolist() == [[[1, 2, 2, 1]]]


COLUMNS = np.ones((1, 3, 2))  # of four samples under a kernel of three


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((COLUMNS[0, 0], (4,), 3), ValueError,
         "columns must be (N, C * taps, places) or (C * taps, places) (columns shape (2,), "
         "output_size=(4,), kernel_size=(3,))"),
        ((COLUMNS, (4,), 2), ValueError,
         "places) (columns shape (1, 3, 2), output_size=(4,), kernel_size=(2,))"),
        ((np.ones((1, 0, 2)), (4,), 3), ValueError, "(columns shape (1, 0, 2), output_size=(4,)"),
        ((COLUMNS, (5,), 3), ValueError,
         "the kernel stands in 3 places but there are 2 columns (columns shape (1, 3, 2), "
         "output_size=(5,), kernel_size=(3,))"),
        ((COLUMNS, (3,), 3), ValueError,
         "the kernel stands in 1 place but there are 2 columns ("),
        ((COLUMNS[:, :, :1], (4,), 3), ValueError, "in 2 places but there is 1 column ("),
        ((COLUMNS, (2,), 3), ValueError, "no input of output_size (2,) is unfolded so: "
         "kernel spans 3 samples but the padded input has 2 (kernel_size=3"),
        ((COLUMNS, (4,), 0), ValueError, "kernel_size must be at least 1 (kernel_size=0)"),
        ((COLUMNS, (4,), -3), ValueError, "kernel_size must be at least 1 (kernel_size=-3)"),
        ((COLUMNS, (4,), (3, 1)), ValueError, "kernel_size has 2 numbers for 1 spatial axis"),
        ((COLUMNS, 4, 3), TypeError, "output_size must be a sequence of integers (output_size=4)"),
        ((COLUMNS, (4.0,), 3), TypeError, "output_size must be a sequence of integers"),
        ((COLUMNS, (), 3), ValueError,
         "output_size must have a number for each spatial axis (output_size=())"),
    ],
)  # fmt: skip
def test_columns_that_do_not_fit_are_refused(
    arguments: Any, error: type[Exception], words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        fold(*arguments)


@pytest.mark.parametrize(
    ("input", "kernel_size", "words"),
    [
        (np.ones((1, 1, 4)), 5, "kernel spans 5 samples but the padded input has 4"),
        (np.ones((1, 1, 4)), 0, "kernel_size must be at least 1 (kernel_size=0)"),
        (np.ones((1, 0, 4)), 2, "input has an axis without elements (input shape (1, 0, 4))"),
        (
            np.ones((2, 3)),
            2,
            "input must be (N, C, *spatial), or (C, *spatial) with a kernel_size "
            "for each axis (input shape (2, 3), kernel_size=2)",
        ),
        (
            np.ones((1, 1, 10**6)),
            10**6 // 2,
            "an array would hold too many numbers "
            "(numbers=250000500000, most=268435456, kernel_size=(500000,), output_size=(500001,), "
            "padding=((0, 0),))",
        ),
        (np.ones((1, 1, 4)), 2**70, "kernel_size must be at most 9223372036854775807"),
        (5, 2, "input must be (N, C, *spatial)"),
    ],
)
def test_an_input_that_cannot_be_unfolded_is_refused(
    input: Any, kernel_size: int, words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        unfold(input, kernel_size)
