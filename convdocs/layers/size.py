"""What size do layers make of an input?"""

from collections.abc import Iterable, Sequence

from convdocs.adaptive_windows import adaptive_sizes
from convdocs.each_axis import per_axis, require_sequence
from convdocs.errors import clash
from convdocs.layers.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convdocs.layers.convolution import Conv, ConvTranspose
from convdocs.layers.fit import axes_of, told_where
from convdocs.layers.stack import Branch, Layer, Sequential, as_layer
from convdocs.padding_mode import require_mode
from convdocs.sizes import conv_output_size, conv_transpose_output_size, pool_output_size

__all__ = ["output_size"]


def output_size(
    layers: Layer | Iterable[Layer], input_size: int | Sequence[int]
) -> tuple[int, ...]:
    """What size do layers make of an input?

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.
    input_size : int or sequence of int
        The input's spatial size along every axis, or along each.

    Returns
    -------
    tuple of int
        The output's size along each axis.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none, a kernel reaches past what it is given, or the paths of a branch
        end in different sizes.

    Examples
    --------
    >>> from convdocs.layers import Conv, MaxPool
    >>> output_size([Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)], (235, 180))
    (55, 42)
    """
    layer = as_layer(layers)
    axes = axes_of(layer)
    if axes is None:
        return require_sequence(input_size, "input_size", minimum=1)  # type: ignore[arg-type]
    return _after(layer, per_axis(input_size, axes, "input_size", minimum=1))


def _after(layer: Layer, size: tuple[int, ...]) -> tuple[int, ...]:
    match layer:
        case Sequential():
            for number, part in enumerate(layer.layers, 1):
                with told_where("layer", number):
                    size = _after(part, size)
            return size
        case Branch():
            ends = []
            for number, path in enumerate(layer.paths, 1):
                with told_where("path", number):
                    ends.append(_after(path, size))
            if len({*ends}) > 1:
                raise clash(
                    "the paths of a branch end in different sizes", sizes=ends, input_size=size
                )
            return ends[0]
        case Conv():
            for n, sides in zip(size, layer.padding, strict=True):
                require_mode(layer.padding_mode, sides, n)
            return tuple(
                conv_output_size(n, k, stride=s, padding=p, dilation=d)
                for n, k, s, p, d in zip(
                    size, layer.kernel_size, layer.stride, layer.padding, layer.dilation,
                    strict=True,
                )
            )  # fmt: skip
        case AdaptiveMaxPool() | AdaptiveAvgPool():
            return adaptive_sizes(size, layer.output_size)
        case ConvTranspose():
            return tuple(
                conv_transpose_output_size(
                    n, k, stride=s, padding=p, output_padding=a, dilation=d
                )
                for n, k, s, p, a, d in zip(
                    size, layer.kernel_size, layer.stride, layer.padding, layer.output_padding,
                    layer.dilation, strict=True,
                )
            )  # fmt: skip
        case _:
            return tuple(
                pool_output_size(
                    n, k, stride=s, padding=p, dilation=d, ceil_mode=layer.ceil_mode
                )
                for n, k, s, p, d in zip(
                    size, layer.kernel_size, layer.stride, layer.padding, layer.dilation,
                    strict=True,
                )
            )  # fmt: skip
