"""Whole arrays: do an input and a weight fit together, and what comes out?

Arrays are ``(N, C, *spatial)`` and weights ``(O, C/groups, *kernel)`` with any number of spatial
axes, as in PyTorch. The operations check their arguments here, so that they agree on what
is impossible and say it in the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from convdocs.arguments import per_axis, require_integers, require_sequence
from convdocs.sizes import conv_output_size, conv_transpose_output_size

__all__ = ["ConvShape", "conv_shape", "conv_transpose_shape"]


@dataclass(frozen=True)
class ConvShape:
    """The shapes and settings of one checked operation.

    Attributes
    ----------
    batch, in_channels, out_channels, groups : int
        One number each.
    input_size, kernel_size, stride, padding, dilation, output_size : tuple of int
        One number for each spatial axis.
    """

    batch: int
    in_channels: int
    out_channels: int
    groups: int
    input_size: tuple[int, ...]
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    output_size: tuple[int, ...]


def _whole_shapes(
    input_shape: Sequence[int], weight_shape: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    shape = require_sequence(input_shape, "input_shape")
    weight = require_sequence(weight_shape, "weight_shape")
    if len(shape) < 3 or len(weight) != len(shape):
        raise ValueError(
            "input must be (N, C, *spatial) and weight must have as many axes "
            f"(input shape {shape}, weight shape {weight})"
        )
    if min(*shape, *weight) < 1:
        raise ValueError(
            "nothing to convolve: an axis has no elements "
            f"(input shape {shape}, weight shape {weight})"
        )
    return shape, weight


def conv_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> ConvShape:
    r"""Check a convolution's arguments and find its output size.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial).
    weight_shape : sequence of int
        (O, C/groups, \*kernel), with as many axes.
    stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split; it divides C and O.

    Returns
    -------
    ConvShape
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting.

    References
    ----------
    PyTorch documentation of ``torch.nn.functional.conv2d``.

    Examples
    --------
    >>> conv_shape((1, 3, 235, 180), (4, 3, 5, 5)).output_size
    (231, 176)
    """
    input_shape, weight_shape = _whole_shapes(input_shape, weight_shape)
    axes = len(input_shape) - 2
    (groups,) = require_integers(1, groups=groups)
    channels, out_channels = input_shape[1], weight_shape[0]
    if channels % groups or out_channels % groups:
        raise ValueError(
            "groups must divide the input and the output channels "
            f"({groups=}, in_channels={channels}, out_channels={out_channels})"
        )
    if weight_shape[1] != channels // groups:
        raise ValueError(
            f"weight reads {weight_shape[1]} channels but each group of the input has "
            f"{channels // groups} (input shape {input_shape}, "
            f"weight shape {weight_shape}, {groups=})"
        )
    stride = per_axis(stride, axes, "stride")
    padding = per_axis(padding, axes, "padding")
    dilation = per_axis(dilation, axes, "dilation")
    input_size, kernel_size = input_shape[2:], weight_shape[2:]
    output_size = tuple(
        conv_output_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(input_size, kernel_size, stride, padding, dilation, strict=True)
    )
    return ConvShape(
        input_shape[0], channels, out_channels, groups,
        input_size, kernel_size, stride, padding, dilation, output_size,
    )  # fmt: skip


def conv_transpose_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> ConvShape:
    r"""Check a transposed convolution's arguments and find its output size.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial).
    weight_shape : sequence of int
        (C, O/groups, \*kernel): the weight of the convolution that it transposes.
    stride, padding, output_padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    groups : int
        Into how many independent parts the channels are split; it divides C.

    Returns
    -------
    ConvShape
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting.

    References
    ----------
    PyTorch documentation of ``torch.nn.functional.conv_transpose2d``.

    Examples
    --------
    >>> conv_transpose_shape((1, 4, 3, 3), (4, 1, 3, 3), stride=2).output_size
    (7, 7)
    """
    input_shape, weight_shape = _whole_shapes(input_shape, weight_shape)
    axes = len(input_shape) - 2
    (groups,) = require_integers(1, groups=groups)
    channels = input_shape[1]
    if weight_shape[0] != channels or channels % groups:
        raise ValueError(
            "weight must be (C, O/groups, *kernel) for the input's C, which groups must divide "
            f"(input shape {input_shape}, weight shape {weight_shape}, {groups=})"
        )
    stride = per_axis(stride, axes, "stride")
    padding = per_axis(padding, axes, "padding")
    output_padding = per_axis(output_padding, axes, "output_padding")
    dilation = per_axis(dilation, axes, "dilation")
    input_size, kernel_size = input_shape[2:], weight_shape[2:]
    output_size = tuple(
        conv_transpose_output_size(n, k, stride=s, padding=p, output_padding=a, dilation=d)
        for n, k, s, p, a, d in zip(
            input_size, kernel_size, stride, padding, output_padding, dilation, strict=True
        )
    )
    return ConvShape(
        input_shape[0], channels, weight_shape[1] * groups, groups,
        input_size, kernel_size, stride, padding, dilation, output_size,
    )  # fmt: skip
