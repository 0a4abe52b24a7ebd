"""Whole arrays: what fits together, and the shape that comes out, against PyTorch."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import Operation, convolutions, transposed_convolutions

from convdocs.shapes import ConvShape, conv_shape, conv_transpose_shape


def whole(shape: ConvShape) -> tuple[int, ...]:
    """Give the shape of the output array."""
    return shape.output_shape


@given(convolutions())
def test_a_convolution_has_the_shape_that_pytorch_gives(operation: Operation) -> None:
    """The output's shape agrees, and every setting is told once for each axis."""
    x, w = operation.arrays
    shape = conv_shape(x.shape, w.shape, **operation.settings)
    assert whole(shape) == operation.by_torch("conv{}d").shape
    assert (shape.in_channels, shape.groups) == (x.shape[1], operation.settings["groups"])
    assert (shape.input_size, shape.kernel_size) == (x.shape[2:], w.shape[2:])
    for name in ("stride", "dilation"):
        assert getattr(shape, name) == operation.each(name)
    assert shape.padding == tuple((p, p) for p in operation.each("padding"))


@given(transposed_convolutions())
def test_a_transposed_convolution_has_the_shape_that_pytorch_gives(operation: Operation) -> None:
    """The output's shape agrees, and every setting is told once for each axis."""
    x, w = operation.arrays
    shape = conv_transpose_shape(x.shape, w.shape, **operation.settings)
    assert whole(shape) == operation.by_torch("conv_transpose{}d").shape
    assert (shape.in_channels, shape.groups) == (x.shape[1], operation.settings["groups"])
    for name in ("stride", "dilation"):
        assert getattr(shape, name) == operation.each(name)
    assert shape.padding == tuple((p, p) for p in operation.each("padding"))


def test_shapes_may_come_from_numpy() -> None:
    """An array of small integers serves as a shape, and plain ints come back."""
    shape = conv_shape(np.array([1, 3, 250, 5], np.uint8), [4, 3, 3, 3], padding=10)
    assert whole(shape) == (1, 4, 268, 23)
    assert all(type(n) is int for n in (shape.batch, shape.in_channels, *shape.input_size))


INPUT, WEIGHT = (1, 4, 5, 5), (6, 4, 3, 3)


@pytest.mark.parametrize(
    ("input_shape", "weight_shape", "settings", "words"),
    [
        ((1, 4), (6, 4), {}, "input must be (N, C, *spatial) or (C, *spatial), with a spatial "
         "axis for each kernel axis of the weight (input shape (1, 4), weight shape (6, 4))"),
        (INPUT, (6, 4, 3), {}, "(input shape (1, 4, 5, 5), weight shape (6, 4, 3))"),
        ((4, 5), (6, 4, 3, 3), {}, "(input shape (4, 5), weight shape (6, 4, 3, 3))"),
        ((), (), {}, "(input shape (), weight shape ())"),
        ((1, 0, 5, 5), (6, 0, 3, 3), {}, "nothing to convolve: an axis has no elements "
         "(input shape (1, 0, 5, 5), weight shape (6, 0, 3, 3))"),
        ((0, 5, 5), (6, 1, 3, 3), {}, "nothing to convolve: an axis has no elements"),
        (INPUT, WEIGHT, {"bias_shape": (4,)}, "bias must be one number for each output channel "
         "(bias shape (4,), out_channels=6)"),
        (INPUT, WEIGHT, {"bias_shape": ()}, "bias must be one number for each output channel"),
        (INPUT, WEIGHT, {"padding": "same", "stride": 2}, "padding='same' is for stride 1"),
        (INPUT, WEIGHT, {"padding": 5, "padding_mode": "reflect"}, "padding_mode 'reflect' fills "
         "at most 4 samples on a side here (padding=(5, 5), input_size=5)"),
        (INPUT, WEIGHT, {"padding_mode": "wrap"}, "padding_mode must be one of zeros, reflect, "),
        (INPUT, (6, 4, 0, 3), {}, "nothing to convolve"),
        ((-1, 4, 5, 5), WEIGHT, {}, "input_shape must be at least 0 (input_shape=-1)"),
        (INPUT, (6, 3, 3, 3), {}, "weight reads 3 channels but each group of the input has 4 "
         "(input shape (1, 4, 5, 5), weight shape (6, 3, 3, 3), groups=1)"),
        (INPUT, WEIGHT, {"groups": 2}, "weight reads 4 channels but each group of the input has 2"),
        (INPUT, (6, 1, 3, 3), {"groups": 4}, "groups must divide the input and the output "
         "channels (groups=4, in_channels=4, out_channels=6)"),
        (INPUT, (6, 1, 3, 3), {"groups": 3}, "(groups=3, in_channels=4, out_channels=6)"),
        (INPUT, WEIGHT, {"groups": 0}, "groups must be at least 1 (groups=0)"),
        (INPUT, WEIGHT, {"stride": 0}, "stride must be at least 1 (stride=0)"),
        (INPUT, WEIGHT, {"padding": (0, -1)}, "padding must be at least 0 (padding=-1)"),
        (INPUT, WEIGHT, {"dilation": 3}, "kernel spans 7 samples but the padded input has 5"),
        (INPUT, WEIGHT, {"stride": (1, 1, 1)}, "stride has 3 numbers for 2 spatial axes"),
    ],
)  # fmt: skip
def test_an_impossible_convolution_is_refused_in_words_and_numbers(
    input_shape: tuple[int, ...], weight_shape: tuple[int, ...], settings: Any, words: str
) -> None:
    """The message says what clashes and gives the shapes or the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        conv_shape(input_shape, weight_shape, **settings)


@pytest.mark.parametrize(
    ("weight_shape", "settings", "words"),
    [
        ((3, 6, 3, 3), {}, "weight must be (C, O/groups, *kernel) for the input's C, which groups "
         "must divide (input shape (1, 4, 5, 5), weight shape (3, 6, 3, 3), groups=1)"),
        ((4, 6, 3, 3), {"groups": 3}, "weight shape (4, 6, 3, 3), groups=3)"),
        ((4, 6, 3, 3), {"groups": -1}, "groups must be at least 1 (groups=-1)"),
        ((4, 6, 3), {}, "with a spatial axis for each kernel axis of the weight"),
        ((4, 0, 3, 3), {}, "nothing to convolve: an axis has no elements"),
        ((4, 6, 3, 3), {"output_padding": 1}, "output_padding must be below the stride or the "
         "dilation, whichever is larger (output_padding=1, stride=1, dilation=1)"),
        ((4, 6, 3, 3), {"output_padding": (0, -1)}, "output_padding must be at least 0"),
        ((4, 6, 3, 3), {"padding": 4}, "the padding cuts off the whole output (input_size=5,"),
        ((4, 6, 3, 3), {"dilation": (1,)}, "dilation has 1 number for 2 spatial axes"),
    ],
)  # fmt: skip
def test_an_impossible_transposed_convolution_is_refused_in_words_and_numbers(
    weight_shape: tuple[int, ...], settings: Any, words: str
) -> None:
    """The message says what clashes and gives the shapes or the numbers."""
    with pytest.raises(ValueError, match=re.escape(words)):
        conv_transpose_shape(INPUT, weight_shape, **settings)


@pytest.mark.parametrize("check", [conv_shape, conv_transpose_shape])
@pytest.mark.parametrize(
    ("name", "value"), [("input_shape", 5), ("weight_shape", (4, 4.0, 3, 3)), ("groups", 1.0)]
)
def test_a_shape_is_a_sequence_of_integers(check: Any, name: str, value: Any) -> None:
    """A number or a float in the place of a shape is named."""
    arguments = {"input_shape": INPUT, "weight_shape": (4, 4, 3, 3), name: value}
    with pytest.raises(TypeError, match=re.escape(f"({name}={value!r})")):
        check(**arguments)
