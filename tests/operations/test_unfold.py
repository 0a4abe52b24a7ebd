"""Windows as columns and back, against PyTorch, exactly."""

import re
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import Operation, convolutions

from convdocs.operations.unfold import fold, matmul_cross_correlate, unfold


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


def test_products_keep_numpys_common_type() -> None:
    """Integers stay integers, and bytes times single precision is single precision."""
    pixels = np.ones((1, 1, 4), np.uint8)
    assert matmul_cross_correlate(pixels, [[[1, 1]]]).dtype == np.int64
    assert matmul_cross_correlate(pixels, np.ones((1, 1, 2), np.float32)).dtype == np.float32
    assert unfold(pixels, 2).dtype == fold(np.ones((1, 2, 3), np.uint8), (4,), 2).dtype == np.uint8


COLUMNS = np.ones((1, 3, 2))  # of four samples under a kernel of three


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((COLUMNS[0], (4,), 3), ValueError,
         "columns must be (N, C * taps, places) (shape (3, 2), kernel_size=(3,))"),
        ((COLUMNS, (4,), 2), ValueError,
         "columns must be (N, C * taps, places) (shape (1, 3, 2), kernel_size=(2,))"),
        ((COLUMNS, (5,), 3), ValueError,
         "the kernel stands in 3 places but there are 2 columns (output_size=(5,),"),
        ((COLUMNS, (3,), 3), ValueError,
         "the kernel stands in 1 places but there are 2 columns (output_size=(3,),"),
        ((COLUMNS, (2,), 3), ValueError, "kernel spans 3 samples but the padded input has 2"),
        ((COLUMNS, (4,), 0), ValueError, "kernel_size must be at least 1 (kernel_size=0)"),
        ((COLUMNS, (4,), -3), ValueError, "kernel_size must be at least 1 (kernel_size=-3)"),
        ((COLUMNS, (4,), (3, 1)), ValueError, "kernel_size has 2 numbers for 1 spatial axes"),
        ((COLUMNS, 4, 3), TypeError, "output_size must be a sequence of integers (output_size=4)"),
        ((COLUMNS, (4.0,), 3), TypeError, "output_size must be a sequence of integers"),
        ((COLUMNS, (), 3), ValueError, "input must be (N, C, *spatial)"),
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
        (np.ones((0, 1, 4)), 2, "nothing to convolve: an axis has no elements"),
        (np.ones((2, 3)), 2, "input must be (N, C, *spatial)"),
        (5, 2, "input must be (N, C, *spatial)"),
    ],
)
def test_an_input_that_cannot_be_unfolded_is_refused(
    input: Any, kernel_size: int, words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        unfold(input, kernel_size)
