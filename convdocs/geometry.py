"""One axis at a time: which inputs does an output read?

Everything in this package follows from one relation. Along one axis, output position ``o``
reads input position ``o * stride + tap * dilation - padding`` for each ``tap`` of the kernel.
"""

from collections.abc import Iterable
from typing import NamedTuple

from convdocs.arguments import require_integers, require_sequence

__all__ = ["ReceptiveField", "input_positions", "kernel_span", "receptive_field"]


def kernel_span(kernel_size: int, *, dilation: int = 1) -> int:
    """How many neighbouring samples does a kernel reach across, its holes included?

    ``(kernel_size - 1) * dilation + 1``, also called the effective kernel size.

    Parameters
    ----------
    kernel_size : int
        Taps of the kernel along the axis, at least 1.
    dilation : int
        Distance between neighbouring taps, at least 1; 1 means no holes.

    Returns
    -------
    int
        Samples from the first tap to the last, both counted.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range.

    References
    ----------
    Yu and Koltun, Multi-scale context aggregation by dilated convolutions, 2016.

    Examples
    --------
    >>> kernel_span(5, dilation=3)
    13
    """
    kernel_size, dilation = require_integers(1, kernel_size=kernel_size, dilation=dilation)
    return (kernel_size - 1) * dilation + 1


def input_positions(
    output_position: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> range:
    """Which input positions does one output position read, tap by tap?

    ``output_position * stride + tap * dilation - padding`` for ``tap`` from 0 to
    ``kernel_size - 1``. Positions below 0, or at or past the input's size, lie in the padding.

    Parameters
    ----------
    output_position : int
        The position along the output axis, at least 0.
    kernel_size, stride, dilation : int
        At least 1.
    padding : int
        Samples added on either side of the input, at least 0.

    Returns
    -------
    range
        `kernel_size` positions, in the order of the taps.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.

    Examples
    --------
    >>> list(input_positions(2, 3, stride=2, padding=1))
    [3, 4, 5]
    """
    output_position, padding = require_integers(0, output_position=output_position, padding=padding)
    (stride,) = require_integers(1, stride=stride)
    first = output_position * stride - padding
    return range(first, first + kernel_span(kernel_size, dilation=dilation), dilation)


class ReceptiveField(NamedTuple):
    """What one output position sees of the input, along one axis.

    Attributes
    ----------
    size : int
        Input samples from the first seen to the last.
    stride : int
        Input samples between the fields of neighbouring outputs.
    start : int
        Input position where the field of output 0 begins; negative inside the padding.
    """

    size: int
    stride: int
    start: int


def receptive_field(layers: Iterable[tuple[int, int, int, int]]) -> ReceptiveField:
    """How far does one output see after several layers?

    Going up from the input, each layer widens the field by ``(span - 1)`` steps of the
    layers below, multiplies the step by its stride, and moves the start by its padding.

    Parameters
    ----------
    layers : iterable of tuple
        ``(kernel_size, stride, padding, dilation)`` of each layer, the first layer first.

    Returns
    -------
    ReceptiveField
        Its size, stride and start, in input samples.

    Raises
    ------
    TypeError, ValueError
        If a layer is not four integers in their ranges.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks,
    Distill, 2019.

    Examples
    --------
    >>> receptive_field([(5, 1, 0, 1), (2, 2, 0, 1), (5, 1, 0, 1), (2, 2, 0, 1)])
    ReceptiveField(size=16, stride=4, start=0)
    """
    size, step, start = 1, 1, 0
    for layer in layers:
        numbers = require_sequence(layer, "layer")
        if len(numbers) != 4:
            raise ValueError(
                f"a layer must be (kernel_size, stride, padding, dilation) (layer={numbers})"
            )
        kernel_size, stride, padding, dilation = numbers
        require_integers(1, stride=stride)
        require_integers(0, padding=padding)
        size += (kernel_span(kernel_size, dilation=dilation) - 1) * step
        start -= padding * step
        step *= stride
    return ReceptiveField(size, step, start)
