"""Each padding, mode, bias and batch, in every derivation, against PyTorch, exactly."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Operation, Padded, convolutions, padded_convolutions, transposed_convolutions

from convdocs.operations.fold import fold
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.operations.unfold import matmul_cross_correlate, unfold


@given(padded_convolutions())
def test_the_loops_and_the_product_are_pytorchs(operation: Padded) -> None:
    """Padding by PyTorch and convolving by PyTorch gives every number."""
    expected = operation.by_torch()
    for function in (cross_correlate, matmul_cross_correlate):
        ours = function(
            operation.input, operation.weight, bias=operation.bias, **operation.settings
        )
        np.testing.assert_array_equal(ours, expected)


@given(padded_convolutions())
def test_convolution_flips_the_kernel_and_nothing_else(operation: Padded) -> None:
    """A kernel flipped by hand gives it back as PyTorch's, whatever the padding."""
    axes = tuple(range(2, operation.weight.ndim))
    ours = convolve(
        operation.input, np.flip(operation.weight, axes), bias=operation.bias, **operation.settings
    )
    np.testing.assert_array_equal(ours, operation.by_torch())


@given(padded_convolutions())
def test_the_matrix_is_pytorchs(operation: Padded) -> None:
    """Times one flattened input it is the convolution without its bias."""
    size = operation.input.shape[2 - operation.weight.ndim :]
    matrix = cross_correlation_matrix(operation.weight, size, **operation.settings)
    plain = Padded(operation.input, operation.weight, None, operation.settings, operation.sides)
    images = operation.input.reshape(-1, matrix.shape[1])
    np.testing.assert_array_equal((matrix @ images.T).T.ravel(), plain.by_torch().ravel())


def windows_only(operation: Padded) -> dict[str, Any]:
    """Give the settings that unfold has, too."""
    return {k: v for k, v in operation.settings.items() if k != "groups"}


@given(padded_convolutions())
def test_the_columns_of_any_padding_are_those_of_one_tap_kernels(operation: Padded) -> None:
    """A kernel of zeros and a single one reads one row of each channel's columns, by PyTorch."""
    kernel = operation.weight.shape[2:]
    taps = int(np.prod(kernel))
    channels = operation.input.shape[-len(kernel) - 1]
    one_tap = np.concatenate([np.eye(taps).reshape(-1, 1, *kernel)] * channels)
    expected = Padded(
        operation.input, one_tap, None, operation.settings | {"groups": channels}, operation.sides
    ).by_torch()
    columns = unfold(operation.input, kernel, **windows_only(operation))
    assert columns.ndim == operation.input.ndim - len(kernel) + 1
    np.testing.assert_array_equal(columns, expected.reshape(columns.shape))


@given(padded_convolutions())
def test_fold_is_the_adjoint_of_unfold_for_any_padding(operation: Padded) -> None:
    """<unfold x, c> = <x, fold c> for any columns c, what the padding read sent back included."""
    x, kernel = operation.input, operation.weight.shape[2:]
    size = x.shape[-len(kernel) :]
    forth = unfold(x, kernel, **windows_only(operation))
    columns = np.random.default_rng(forth.size).integers(-9, 10, forth.shape)
    back = fold(columns, size, kernel, **windows_only(operation))
    assert back.shape == x.shape
    assert (forth * columns).sum() == (x * back).sum()


@given(transposed_convolutions(), st.data())
def test_a_transposed_convolution_takes_a_bias_sides_and_no_batch(
    operation: Operation, data: st.DataObject
) -> None:
    """PyTorch's without padding, of which the padding cuts off the two ends."""
    settings = {k: v for k, v in operation.settings.items() if k != "padding"}
    x, w = operation.arrays
    bias = np.arange(w.shape[1] * settings["groups"]) - 1
    whole = operation.by_torch("conv_transpose{}d", x, w, bias, **settings)
    sides, inner = [], []
    for n in whole.shape[2:]:
        before = data.draw(st.integers(0, n - 1))
        after = data.draw(st.integers(0, n - 1 - before))
        sides.append((before, after))
        inner.append(slice(before, n - after))
    cut = whole[:, :, *inner]
    np.testing.assert_array_equal(conv_transpose(x, w, bias=bias, padding=sides, **settings), cut)
    np.testing.assert_array_equal(
        conv_transpose(x[0], w, bias=bias, padding=sides, **settings), cut[0]
    )


@given(convolutions())
def test_an_empty_batch_gives_an_empty_batch(operation: Operation) -> None:
    """Of the shape that PyTorch gives, from every operation; as in PyTorch no other axis may be."""
    x, w = operation.input[:0], operation.weight
    expected = operation.by_torch("conv{}d", x, w, **operation.settings).shape
    for function in (cross_correlate, convolve, matmul_cross_correlate):
        assert function(x, w, **operation.settings).shape == expected
    settings = {k: v for k, v in operation.settings.items() if k != "groups"}
    columns = unfold(x, w.shape[2:], **settings)
    assert columns.shape[0] == 0
    assert fold(columns, x.shape[2:], w.shape[2:], **settings).shape == x.shape
    settings = operation.settings | {"output_padding": operation.left_over}
    back = conv_transpose(np.ones(expected), w, **settings)
    theirs = operation.by_torch("conv_transpose{}d", np.ones(expected), w, **settings)
    assert back.shape == theirs.shape


def test_an_input_without_channels_is_refused_where_pytorch_gives_a_shape_of_its_own() -> None:
    """A sum over no channels would be zero in two channels; PyTorch gives back none."""
    x, w = np.ones((1, 0, 5)), np.ones((2, 0, 3))
    assert torch.nn.functional.conv1d(torch.tensor(x), torch.tensor(w)).shape == (1, 0, 3)
    for function in (cross_correlate, matmul_cross_correlate):
        with pytest.raises(ValueError, match="nothing to convolve: an axis has no elements"):
            function(x, w)
