"""The way back through a convolution: which transposed ones restore which sizes?"""

from collections.abc import Sequence
from itertools import product
from math import prod

from convdocs.each_axis import per_axis
from convdocs.errors import clash, mistyped
from convdocs.input_sizes import conv_input_sizes
from convdocs.layers import Conv, ConvTranspose

__all__ = ["transposed_of"]

_MOST_LAYERS = 4096  # a stride of 64 along two axes


def transposed_of(
    conv: Conv, output_size: int | Sequence[int]
) -> dict[tuple[int, ...], ConvTranspose]:
    """Which sizes collide in an output of this size, and which layer gives each of them back?

    The layers share the convolution's settings, with the channels exchanged, so its weight fits
    them as it is. They differ in ``output_padding``: the size to give back, less the one
    that the layer gives without it. What they bring back is the size, not the picture.

    Parameters
    ----------
    conv : Conv
        The convolution.
    output_size : int or sequence of int
        The spatial size of its output along every axis, or along each; at least 1.

    Returns
    -------
    dict
        For each input size that gives `output_size`, smallest first, the transposed convolution
        that makes that size of it again.

    Raises
    ------
    TypeError, ValueError
        If `conv` is something else or pads with other than zeros, no input gives `output_size`,
        or more sizes collide than anyone would read.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016,
    section 4.6.

    Examples
    --------
    >>> from convdocs.layers import pytorch_line
    >>> for size, layer in transposed_of(Conv(3, 8, (5,), stride=3, padding=2), 6).items():
    ...     print(size, pytorch_line(layer))
    (16,) nn.ConvTranspose1d(8, 3, kernel_size=5, stride=3, padding=2)
    (17,) nn.ConvTranspose1d(8, 3, kernel_size=5, stride=3, padding=2, output_padding=1)
    (18,) nn.ConvTranspose1d(8, 3, kernel_size=5, stride=3, padding=2, output_padding=2)
    """
    if not isinstance(conv, Conv):
        raise mistyped("a Conv", "conv", conv)
    if conv.padding_mode != "zeros":
        raise clash("only padding with zeros is transposed so", padding_mode=conv.padding_mode)
    outputs = per_axis(output_size, len(conv.kernel_size), "output_size", minimum=1)
    if prod(conv.stride) > _MOST_LAYERS:
        raise clash("too many sizes collide", stride=conv.stride, most=_MOST_LAYERS)
    axes = zip(outputs, conv.kernel_size, conv.stride, conv.padding, conv.dilation, strict=True)
    sizes, extras = [], []
    for o, k, s, p, d in axes:
        sizes.append(conv_input_sizes(o, k, stride=s, padding=p, dilation=d))
        # counted from the end, where it is known how much there is: 1 short of a stride
        extras.append([s - sizes[-1].stop + n for n in sizes[-1]])
    return {
        size: ConvTranspose(
            conv.out_channels, conv.in_channels, conv.kernel_size, stride=conv.stride,
            padding=conv.padding, output_padding=extra, groups=conv.groups, bias=conv.bias,
            dilation=conv.dilation,
        )
        for size, extra in zip(product(*sizes), product(*extras), strict=True)
    }  # fmt: skip
