"""The definitions, against PyTorch and SciPy, exactly."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from strategies import Operation, convolutions, transposed_convolutions

from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose


@given(convolutions())
def test_cross_correlation_is_what_pytorch_calls_convolution(operation: Operation) -> None:
    """Every number agrees, on one to three axes and with every setting."""
    ours = cross_correlate(*operation.arrays, **operation.settings)
    np.testing.assert_array_equal(ours, operation.by_torch("conv{}d"))


@given(transposed_convolutions())
def test_transposed_convolution_is_pytorchs(operation: Operation) -> None:
    """Every number agrees, on one to three axes and with every setting."""
    ours = conv_transpose(*operation.arrays, **operation.settings)
    np.testing.assert_array_equal(ours, operation.by_torch("conv_transpose{}d"))


@given(convolutions())
def test_transposed_convolution_is_the_adjoint(operation: Operation) -> None:
    """<A x, y> = <x, A^T y> for any y, once output_padding has chosen the size of x."""
    x, w = operation.arrays
    forth = cross_correlate(x, w, **operation.settings)
    y = np.random.default_rng(forth.size).integers(-9, 10, forth.shape)
    back = conv_transpose(y, w, **operation.settings, output_padding=operation.left_over)
    assert (forth * y).sum() == (x * back).sum()


@given(convolutions(among_axes=(2,), channels=1), st.sampled_from(["valid", "full"]))
def test_convolution_is_scipys(operation: Operation, mode: str) -> None:
    """In two dimensions `convolve` is scipy.signal.convolve2d, without and with full padding."""
    x, w = (a[0, 0] for a in operation.arrays)
    x = np.pad(x, [(0, k) for k in w.shape])  # so that the kernel fits without padding, too
    padding = tuple(k - 1 for k in w.shape) if mode == "full" else 0
    ours = convolve(x[None, None], w[None, None], padding=padding)[0, 0]
    np.testing.assert_array_equal(ours, scipy.signal.convolve2d(x, w, mode))


@given(convolutions())
def test_convolution_adds_up_scipys_over_the_channels_of_a_group(operation: Operation) -> None:
    """On any number of axes, holes in the kernel, steps and groups included."""
    x, w = operation.arrays
    groups = operation.settings["groups"]
    stride, padding, dilation = map(operation.each, ("stride", "padding", "dilation"))
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in padding)])
    spans = [(k - 1) * d + 1 for k, d in zip(w.shape[2:], dilation, strict=True)]
    holed = np.zeros((*w.shape[:2], *spans), w.dtype)
    holed[:, :, *(slice(None, None, d) for d in dilation)] = w
    steps = tuple(slice(None, None, s) for s in stride)
    expected = [
        [
            sum(
                scipy.signal.convolve(padded[n, o // (len(w) // groups) * w.shape[1] + c], kernel,
                                      "valid", "direct")[steps]
                for c, kernel in enumerate(holed[o])
            )
            for o in range(len(w))
        ]
        for n in range(len(x))
    ]  # fmt: skip
    ours = convolve(x, w, **operation.settings)
    np.testing.assert_array_equal(ours, expected)


def test_the_flip_shows_on_a_kernel_that_is_not_symmetric() -> None:
    """An impulse comes back as the kernel by convolution, and mirrored by correlation."""
    impulse = np.zeros((1, 1, 5, 5), int)
    impulse[0, 0, 2, 2] = 1
    kernel = np.arange(9).reshape(1, 1, 3, 3)
    np.testing.assert_array_equal(convolve(impulse, kernel), kernel)
    np.testing.assert_array_equal(cross_correlate(impulse, kernel), kernel[:, :, ::-1, ::-1])


@pytest.mark.parametrize("operation", [cross_correlate, convolve, conv_transpose])
@pytest.mark.parametrize(
    ("input_type", "weight_type", "expected"),
    [
        ("int64", "int64", "int64"),
        ("uint8", "int8", "int64"),
        ("bool", "bool", "int64"),
        ("uint64", "uint8", "int64"),
        (">i2", ">f4", "float32"),
        ("uint8", "float32", "float32"),
        ("float16", "float16", "float16"),
        ("float32", "float64", "float64"),
        ("complex64", "float32", "complex64"),
    ],
)
def test_whole_numbers_become_int64_and_others_numpys_common_type(
    operation: object, input_type: str, weight_type: str, expected: str
) -> None:
    """Integers stay integers, and half precision stays half."""
    x, w = np.ones((1, 1, 4), input_type), np.ones((1, 1, 2), weight_type)
    result = operation(x, w)
    assert result.dtype == expected
    assert result[0, 0, 1] == 2


@pytest.mark.parametrize("operation", [cross_correlate, convolve, conv_transpose])
def test_the_arguments_are_left_alone(operation: object) -> None:
    """Neither the input nor the weight is written to, and neither is a view of the result."""
    x, w = np.ones((1, 1, 4)), np.ones((1, 1, 1))
    x.flags.writeable = w.flags.writeable = False
    result = operation(x, w)
    assert not np.shares_memory(result, x)


@pytest.mark.parametrize("operation", [cross_correlate, convolve, conv_transpose])
@pytest.mark.parametrize(
    ("input", "weight", "words"),
    [
        (5, 5, r"input must be \(N, C, \*spatial\) .* \(input shape \(\), weight shape \(\)\)"),
        ([[[1, 2], [3]]], np.ones((1, 1, 1)), r"input must be an array of numbers \(input=\[\[\["),
        (np.ones((1, 1, 4)), "abc", r"weight must be an array of numbers \(weight='abc'\)"),
        (np.ones((1, 1, 0)), np.ones((1, 1, 1)), "nothing to convolve: an axis has no elements"),
        (np.ones((1, 2, 3)), np.ones((1, 3, 3)), r"weight shape \(1, 3, 3\), groups=1\)"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    operation: object, input: object, weight: object, words: str
) -> None:
    """All operations check their arguments alike."""
    with pytest.raises((TypeError, ValueError), match=words):
        operation(input, weight)


@pytest.mark.parametrize("operation", [cross_correlate, convolve, conv_transpose])
def test_loops_that_would_take_for_ever_are_refused(operation: object) -> None:
    """Before they begin: a padding of 65535 on two axes makes 17 thousand million places."""
    small, large = np.ones((1, 1, 2, 2)), np.broadcast_to(1.0, (1, 1, 50_000, 50_000))
    words = r"too many (steps|numbers) \((steps|numbers)=\d+, most=\d+, kernel_size="
    with pytest.raises(ValueError, match=words):
        operation(large, small)
    with pytest.raises(ValueError, match=words):
        operation(np.ones((1, 1, 20_001, 1)), np.ones((1, 1, 10_001, 1)))
    if operation is not conv_transpose:
        with pytest.raises(ValueError, match=words):
            operation(small, small, padding=65_535)
