"""The cases of the animations that go with Dumoulin and Visin's guide, typed from their source.

A guide to convolution arithmetic for deep learning, 2016. Twelve pictures show a direct
operation; the first seven of them have a transposed twin: nineteen in all.
"""

from typing import NamedTuple


class Direct(NamedTuple):
    """A square operation: its sizes along each axis."""

    name: str
    input_size: int
    kernel_size: int
    stride: int
    padding: int
    dilation: int
    output_size: int


class Twin(NamedTuple):
    """The transposed twin of a direct case: a unit-stride convolution of its stuffed input."""

    name: str
    stuffed_size: int
    stuffed_padding: int
    output_padding: int


class Matrix(NamedTuple):
    """The cross-correlation matrix of a direct case."""

    name: str
    rows: int
    columns: int
    entries: int


DIRECT = [
    Direct("no_padding_no_strides", 4, 3, 1, 0, 1, 2),
    Direct("arbitrary_padding_no_strides", 5, 4, 1, 2, 1, 6),
    Direct("same_padding_no_strides", 5, 3, 1, 1, 1, 5),
    Direct("full_padding_no_strides", 5, 3, 1, 2, 1, 7),
    Direct("no_padding_strides", 5, 3, 2, 0, 1, 2),
    Direct("padding_strides", 5, 3, 2, 1, 1, 3),
    Direct("padding_strides_odd", 6, 3, 2, 1, 1, 3),
    Direct("dilation", 7, 3, 1, 0, 2, 3),
    Direct("numerical_no_padding_no_strides", 5, 3, 1, 0, 1, 3),
    Direct("numerical_padding_strides", 5, 3, 2, 1, 1, 3),
    Direct("numerical_average_pooling", 5, 3, 1, 0, 1, 3),
    Direct("numerical_max_pooling", 5, 3, 1, 0, 1, 3),
]

TWINS = [
    Twin("no_padding_no_strides", 2, 2, 0),
    Twin("arbitrary_padding_no_strides", 6, 1, 0),
    Twin("same_padding_no_strides", 5, 1, 0),
    Twin("full_padding_no_strides", 7, 0, 0),
    Twin("no_padding_strides", 3, 2, 0),
    Twin("padding_strides", 5, 1, 0),
    Twin("padding_strides_odd", 5, 1, 1),
]

MATRICES = [
    Matrix("no_padding_no_strides", 4, 16, 36),
    Matrix("arbitrary_padding_no_strides", 36, 25, 324),
    Matrix("same_padding_no_strides", 25, 25, 169),
    Matrix("full_padding_no_strides", 49, 25, 225),
    Matrix("no_padding_strides", 4, 25, 36),
    Matrix("padding_strides", 9, 25, 49),
    Matrix("padding_strides_odd", 9, 36, 64),
    Matrix("dilation", 9, 49, 81),
]

BY_NAME = {case.name: case for case in DIRECT}
