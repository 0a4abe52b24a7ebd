"""Sizes the other way round: which settings take one size to another?"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from convdocs.arguments import require_integers
from convdocs.errors import clash
from convdocs.geometry import kernel_span
from convdocs.layers import Conv, ConvTranspose

__all__ = ["ConvSettings", "ConvTransposeSettings", "conv_settings", "conv_transpose_settings"]

_MOST_TRIED = 10**5  # settings: tried in less than a second


class ConvSettings(NamedTuple):
    """What a convolution is set to along one axis.

    Attributes
    ----------
    kernel_size, stride, padding, dilation : int
        As :class:`convdocs.layers.Conv` takes them; the padding is that of either side.
    """

    kernel_size: int
    stride: int
    padding: int
    dilation: int

    def layer(self, in_channels: int = 1, out_channels: int = 1, *, axes: int = 2) -> Conv:
        """Give the layer with these settings along each of its axes."""
        return Conv(in_channels, out_channels, **_along(axes, **self._asdict()))


class ConvTransposeSettings(NamedTuple):
    """What a transposed convolution is set to along one axis.

    Attributes
    ----------
    kernel_size, stride, padding, output_padding, dilation : int
        As :class:`convdocs.layers.ConvTranspose` takes them.
    """

    kernel_size: int
    stride: int
    padding: int
    output_padding: int
    dilation: int

    def layer(self, in_channels: int = 1, out_channels: int = 1, *, axes: int = 2) -> ConvTranspose:
        """Give the layer with these settings along each of its axes."""
        return ConvTranspose(in_channels, out_channels, **_along(axes, **self._asdict()))


def conv_settings(
    input_size: int, output_size: int, *, max_kernel_size: int = 16, max_stride: int = 16,
    max_padding: int = 8, max_dilation: int = 4,
) -> list[ConvSettings]:  # fmt: skip
    """Which convolutions take this input size to this output size?

    All with ``(output_size - 1)*stride <= input_size + 2*padding - span < output_size*stride``
    within the bounds, where ``span = dilation*(kernel_size - 1) + 1``. A kernel of one tap has
    nothing to dilate, and is listed once.

    The simplest come first: those with the smallest dilation; among them those with ``kernel_size
    >= stride``, which step over no sample without dilation, or a single output; then those whose
    padding makes up for the span but for the stride (``span - stride <= 2*padding < span``, and
    more than one output), first if ``output_size*stride == input_size``; then by stride, odd
    kernels before even ones, by kernel and by padding.

    Parameters
    ----------
    input_size, output_size : int
        At least 1.
    max_kernel_size, max_stride, max_dilation : int
        The largest that are tried, at least 1.
    max_padding : int
        The largest padding that is tried, on either side, at least 0.

    Returns
    -------
    list of ConvSettings
        The settings, none if there are none within the bounds.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or the bounds leave too many to try.

    Examples
    --------
    >>> conv_settings(28, 14)[0]
    ConvSettings(kernel_size=3, stride=2, padding=1, dilation=1)
    >>> from convdocs.layers import pytorch_line
    >>> pytorch_line(conv_settings(224, 14)[0].layer(3, 64))
    'nn.Conv2d(3, 64, kernel_size=16, stride=16)'
    """
    i, o = require_integers(1, input_size=input_size, output_size=output_size)
    found = []
    for k, s, d, span, bound in _tried(max_kernel_size, max_stride, max_padding, max_dilation):
        least = max(0, -(-((o - 1) * s + span - i) // 2))
        most = min(bound, (o * s + span - i - 1) // 2)
        found += [ConvSettings(k, s, p, d) for p in range(least, most + 1)]

    def order(one: ConvSettings) -> tuple[object, ...]:
        k, s, p, d = one
        span = kernel_span(k, dilation=d)
        makes_up = o > 1 and span - s <= 2 * p < span
        wrong = 0 if makes_up and o * s == i else 1 if makes_up else 2
        return d, k < s and o > 1, wrong, s, k % 2 == 0, k, p

    return sorted(found, key=order)


def conv_transpose_settings(
    input_size: int, output_size: int, *, max_kernel_size: int = 16, max_stride: int = 16,
    max_padding: int = 8, max_dilation: int = 4,
) -> list[ConvTransposeSettings]:  # fmt: skip
    """Which transposed convolutions take this input size to this output size?

    All with ``(input_size - 1)*stride - 2*padding + span + output_padding == output_size`` within
    the bounds, where ``span = dilation*(kernel_size - 1) + 1``, and an ``output_padding`` below
    the stride or the dilation, whichever is larger.

    The simplest come first: those with the smallest dilation; among them those with
    ``kernel_size >= stride``, whose stamps leave no holes without dilation, or a single input; then
    those that multiply the size by their stride, but for the last step (``(input_size - 1)*stride <
    output_size <= input_size*stride``); then by stride, by ``output_padding``, kernels that are a
    multiple of the stride before others, by kernel and by padding.

    Parameters
    ----------
    input_size, output_size, max_kernel_size, max_stride, max_padding, max_dilation : int
        As in :func:`conv_settings`.

    Returns
    -------
    list of ConvTransposeSettings
        The settings, none if there are none within the bounds.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or the bounds leave too many to try.

    Examples
    --------
    >>> for found in conv_transpose_settings(14, 28, max_kernel_size=4, max_dilation=1)[:3]:
    ...     print(*found)
    2 2 0 0 1
    4 2 1 0 1
    3 2 1 1 1
    """
    i, o = require_integers(1, input_size=input_size, output_size=output_size)
    found = []
    for k, s, d, span, bound in _tried(max_kernel_size, max_stride, max_padding, max_dilation):
        surplus = (i - 1) * s + span - o  # 2*padding - output_padding
        least = max(0, -(-surplus // 2))
        most = min(bound, (surplus + max(s, d) - 1) // 2)
        found += [
            ConvTransposeSettings(k, s, p, 2 * p - surplus, d) for p in range(least, most + 1)
        ]

    def order(one: ConvTransposeSettings) -> tuple[object, ...]:
        k, s, p, a, d = one
        return d, k < s and i > 1, not (i - 1) * s < o <= i * s, s, a, k % s > 0, k, p

    return sorted(found, key=order)


def _along(axes: int, *, kernel_size: int, **settings: int) -> dict[str, Any]:
    """Give settings as a layer takes them, whose kernel tells how many axes there are."""
    (axes,) = require_integers(1, axes=axes)
    if axes > 3:
        raise clash("PyTorch has layers for at most three axes", axes=axes)
    return {"kernel_size": (kernel_size,) * axes, **settings}


def _tried(kernels: int, strides: int, paddings: int, dilations: int) -> Iterator[tuple[int, ...]]:
    """Give each kernel, stride and dilation, with the kernel's span and the largest padding."""
    bounds = {"max_kernel_size": kernels, "max_stride": strides, "max_dilation": dilations}
    kernels, strides, dilations = require_integers(1, **bounds)
    (paddings,) = require_integers(0, max_padding=paddings)
    if kernels * strides * dilations * (paddings + 1) > _MOST_TRIED:
        raise clash(
            "the bounds leave too many settings to try", **bounds, max_padding=paddings,
            most=_MOST_TRIED,
        )  # fmt: skip
    for k in range(1, kernels + 1):
        for d in range(1, dilations + 1 if k > 1 else 2):
            for s in range(1, strides + 1):
                yield k, s, d, kernel_span(k, dilation=d), paddings
