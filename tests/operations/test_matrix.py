"""The matrix of a convolution, against PyTorch and the published cases."""

import re
from typing import Any

import numpy as np
import published
import pytest
import torch
from hypothesis import given
from strategies import Operation, convolutions

from convdocs.operations.matrix import cross_correlation_matrix


@given(convolutions())
def test_the_matrix_times_the_flattened_input_is_the_convolution(operation: Operation) -> None:
    """Every number agrees with PyTorch's, on one to three axes and with every setting."""
    x, w = operation.arrays
    matrix = cross_correlation_matrix(w, x.shape[2:], **operation.settings)
    expected = operation.by_torch("conv{}d")
    assert matrix.shape == (expected[0].size, x[0].size)
    for one, theirs in zip(x, expected, strict=True):
        np.testing.assert_array_equal(matrix @ one.ravel(), theirs.ravel())


@given(convolutions())
def test_its_transpose_is_the_transposed_convolution(operation: Operation) -> None:
    """Every number agrees with PyTorch's, once output_padding has chosen the input's size."""
    x, w = operation.arrays
    matrix = cross_correlation_matrix(w, x.shape[2:], **operation.settings)
    shape = operation.by_torch("conv{}d")[:1].shape
    y = np.random.default_rng(matrix.nnz).integers(-9, 10, shape)
    settings = operation.settings | {"output_padding": operation.left_over}
    theirs = operation.by_torch("conv_transpose{}d", y, w, **settings)
    np.testing.assert_array_equal(matrix.T @ y.ravel(), theirs.ravel())


@pytest.mark.parametrize("case", published.MATRICES, ids=lambda case: case.name)
def test_a_published_case_has_its_published_matrix(case: published.Matrix) -> None:
    """The shape and the number of entries are those of the guide's cases."""
    direct = published.BY_NAME[case.name]
    matrix = cross_correlation_matrix(
        np.ones((1, 1, direct.kernel_size, direct.kernel_size)), (direct.input_size,) * 2,
        stride=direct.stride, padding=direct.padding, dilation=direct.dilation,
    )  # fmt: skip
    assert (*matrix.shape, matrix.nnz) == (case.rows, case.columns, case.entries)
    assert np.count_nonzero(matrix.toarray()) == case.entries


@given(convolutions())
def test_an_entry_is_stored_for_each_weight_that_meets_a_sample(operation: Operation) -> None:
    """Weights that are zero have entries too: ones in the weight and input count them."""
    x, w = operation.arrays
    matrix = cross_correlation_matrix(np.zeros_like(w), x.shape[2:], **operation.settings)
    meetings = operation.by_torch(
        "conv{}d", np.ones_like(x[:1]), np.ones_like(w), **operation.settings
    )
    assert matrix.nnz == meetings.sum()
    assert matrix.has_canonical_format


@given(convolutions(among_axes=(2,), channels=1))
def test_at_stride_1_it_is_doubly_blocked_toeplitz(operation: Operation) -> None:
    """An entry depends only on how far the input lies from the output, along each axis."""
    settings = {k: operation.settings[k] for k in ("padding", "dilation")}
    size = operation.input.shape[2:]
    outputs = operation.by_torch("conv{}d", **settings).shape[2:]
    dense = cross_correlation_matrix(operation.weight, size, **settings).toarray()
    blocks = dense.reshape(*outputs, *size)
    np.testing.assert_array_equal(blocks[1:, :, 1:], blocks[:-1, :, :-1])
    np.testing.assert_array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])


def test_at_stride_2_it_is_not_toeplitz() -> None:
    """Each row moves by two columns, so the diagonals are not constant."""
    dense = cross_correlation_matrix([[[1, 2, 3]]], (7,), stride=2).toarray()
    assert (dense[1:, 2:] == dense[:-1, :-2]).all()
    assert (dense[1:, 1:] != dense[:-1, :-1]).any()


def test_a_row_is_the_gradient_of_its_output() -> None:
    """Row by row it is what one output cell reads, by PyTorch's automatic differentiation."""
    weight = np.random.default_rng(0).integers(1, 10, (2, 3, 3, 2))
    matrix = cross_correlation_matrix(weight, (5, 4), padding=1, stride=(2, 1))
    x = torch.zeros(1, 3, 5, 4, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(
        lambda x: torch.nn.functional.conv2d(
            x, torch.tensor(weight, dtype=torch.float64), padding=1, stride=(2, 1)
        ).flatten(),
        x,
    )
    np.testing.assert_array_equal(matrix.toarray(), jacobian.reshape(matrix.shape))


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("bool", "int64"),
        ("uint8", "int64"),
        ("int64", "int64"),
        ("float16", "float32"),
        (">f4", "float32"),
        ("float64", "float64"),
        ("complex64", "complex64"),
    ],
)
def test_whole_weights_are_held_wide_and_others_in_their_own_type(
    dtype: str, expected: str
) -> None:
    """So that its product with a picture of bytes does not wrap around: 3 times 100 are 300."""
    matrix = cross_correlation_matrix(np.ones((1, 1, 3), dtype), (3,))
    assert matrix.dtype == expected
    assert (matrix @ np.full(3, 100, np.uint8)).tolist() == [300]


@pytest.mark.parametrize(
    ("weight", "input_size", "settings", "error", "words"),
    [
        ((1, 1, 3), 5, {}, TypeError, "input_size must be a sequence of integers (input_size=5)"),
        ((1, 1, 3), (5, 5), {}, ValueError, "weight must be (O, C/groups, *kernel) with a kernel "
         "axis for each of input_size (weight shape (1, 1, 3), input_size=(5, 5))"),
        ((), (5,), {}, ValueError, "(weight shape (), input_size=(5,))"),
        ((3,), (5,), {}, ValueError, "(weight shape (3,), input_size=(5,))"),
        ((1, 1), (), {}, ValueError, "(weight shape (1, 1), input_size=())"),
        ((1, 1, 3), (10**9,), {}, ValueError, "an array would hold too many numbers "
         "(numbers=2999999994, most=268435456, output_size=(999999998,), weight shape (1, 1, 3))"),
        ((1, 1, 3), (2,), {}, ValueError, "kernel spans 3 samples but the padded input has 2"),
        ((1, 1, 3), (0,), {}, ValueError, "input_size must be at least 1 (input_size=0)"),
        ((1, 0, 3), (5,), {}, ValueError, "nothing to convolve: an axis has no elements"),
        ((3, 1, 3), (5,), {"groups": 2}, ValueError,
         "groups must divide the input and the output channels "
         "(groups=2, in_channels=2, out_channels=3)"),
        ((1, 1, 3), (5,), {"groups": 0}, ValueError, "groups must be at least 1 (groups=0)"),
        ((1, 1, 3), (5,), {"groups": "2"}, TypeError, "groups must be an integer (groups='2')"),
        ((1, 1, 3), (5,), {"stride": (1, 2)}, ValueError, "stride has 2 numbers for 1 spatial"),
    ],
)  # fmt: skip
def test_an_impossible_matrix_is_refused(
    weight: tuple[int, ...], input_size: Any, settings: Any, error: type[Exception], words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        cross_correlation_matrix(np.ones(weight), input_size, **settings)
