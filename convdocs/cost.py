"""What do layers cost: how many multiply-accumulates (MACs), and how many parameters?

One MAC is a multiplication and the addition of its product to a sum: two FLOPs.
"""

from collections.abc import Iterable, Sequence
from math import prod

from convdocs.each_axis import per_axis
from convdocs.layers import Branch, Conv, ConvTranspose, Sequential, as_layer, output_size
from convdocs.layers.stack import Layer

__all__ = ["macs", "parameters"]


def macs(layers: Layer | Iterable[Layer], input_size: int | Sequence[int]) -> int:
    """How many multiply-accumulates do layers take?

    A convolution uses every weight once at every *output* position, a transposed one once at
    every *input* position, because that is where its kernel stands. Products with padding are
    counted, as libraries do. Additions alone (of biases, averages and paths) and comparisons
    are not.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.
    input_size : int or sequence of int
        The input's spatial size along every axis, or along each.

    Returns
    -------
    int
        Multiply-accumulates for one input of the batch.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none, or cannot stand on an input of this size.

    Examples
    --------
    >>> macs(Conv(64, 16, 3, padding=1), (28, 28))
    7225344
    >>> macs(ConvTranspose(3, 1, 2, stride=2), (2, 2))
    48
    """
    layer = as_layer(layers)
    output_size(layer, input_size)  # so that an error tells the place in the whole
    return _macs(layer, input_size)


def _macs(layer: Layer, size: int | Sequence[int]) -> int:
    match layer:
        case Sequential():
            total = 0
            for part in layer.layers:
                total += _macs(part, size)
                size = output_size(part, size)
            return total
        case Branch():
            return sum(_macs(path, size) for path in layer.paths)
        case Conv():
            return _weights(layer) * prod(output_size(layer, size))
        case ConvTranspose():
            places = per_axis(size, len(layer.kernel_size), "input_size")
            return _weights(layer) * prod(places)
        case _:
            return 0


def _weights(layer: Conv | ConvTranspose) -> int:
    return layer.in_channels * layer.out_channels // layer.groups * prod(layer.kernel_size)


def parameters(layers: Layer | Iterable[Layer]) -> int:
    """How many numbers do layers learn?

    ``out_channels * (in_channels / groups) * prod(kernel_size)`` weights for a convolution and
    as many for a transposed one, and another ``out_channels`` if there is a bias. Pooling learns
    nothing.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several.

    Returns
    -------
    int
        The number of weights and biases.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none, or do not fit together.

    Examples
    --------
    >>> parameters(Conv(64, 16, 3)), parameters(Conv(64, 16, 3, bias=False))
    (9232, 9216)
    """
    layer = as_layer(layers)
    match layer:
        case Sequential():
            return sum(map(parameters, layer.layers))
        case Branch():
            return sum(map(parameters, layer.paths))
        case Conv() | ConvTranspose():
            return _weights(layer) + layer.out_channels * layer.bias
        case _:
            return 0
