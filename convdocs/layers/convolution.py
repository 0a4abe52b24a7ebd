"""The layers that have weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from convdocs.arguments import LARGEST, require_flag, require_integers
from convdocs.each_axis import per_axis
from convdocs.errors import clash
from convdocs.layers.settings import keep, taps
from convdocs.padding_mode import require_mode
from convdocs.sides import Padding, sides
from convdocs.sizes import conv_transpose_output_size

__all__ = ["Conv", "ConvTranspose"]


def _channels(in_channels: int, out_channels: int, groups: int) -> dict[str, int]:
    in_channels, out_channels, groups = require_integers(
        1, in_channels=in_channels, out_channels=out_channels, groups=groups
    )
    numbers = {"groups": groups, "in_channels": in_channels, "out_channels": out_channels}
    if in_channels % groups or out_channels % groups:
        raise clash("groups must divide the input and the output channels", **numbers)
    return numbers


@dataclass(frozen=True, init=False)
class Conv:
    """A convolution, as ``nn.Conv1d``, ``nn.Conv2d`` and ``nn.Conv3d`` are in PyTorch.

    Parameters
    ----------
    in_channels, out_channels : int
        At least 1.
    kernel_size : int or sequence of int
        Taps along each axis, at least 1. A single number means two axes, as a picture has;
        ``(3,)`` is a kernel along one axis.
    stride, dilation : int or sequence of int
        At least 1.
    padding : int, str or sequence
        One number for all sides; for each axis a number or a pair (before, after); 'valid' or
        'same', as :func:`convdocs.sides.sides` takes it. It is kept as pairs.
    groups : int
        Into how many independent parts the channels are split; it divides both.
    bias : bool
        Whether each output channel gets a constant of its own.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read outside the input.

    Raises
    ------
    TypeError, ValueError
        If a setting has another type or is out of its range, or settings clash.

    References
    ----------
    PyTorch documentation of ``torch.nn.Conv2d``.

    Examples
    --------
    >>> Conv(3, 64, 3, padding="same") == Conv(3, 64, (3, 3), padding=1)
    True
    """

    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int
    bias: bool
    padding_mode: str

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        *,
        stride: int | Sequence[int] = 1,
        padding: Padding = 0,
        dilation: int | Sequence[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
    ) -> None:
        kernel = taps(kernel_size)
        strides = per_axis(stride, len(kernel), "stride", minimum=1)
        dilations = per_axis(dilation, len(kernel), "dilation", minimum=1)
        require_mode(padding_mode, (0, 0), LARGEST)  # how much it can fill depends on the input
        keep(
            self, **_channels(in_channels, out_channels, groups), kernel_size=kernel,
            stride=strides, dilation=dilations, bias=require_flag(bias=bias),
            padding=sides(padding, kernel, stride=strides, dilation=dilations),
            padding_mode=padding_mode,
        )  # fmt: skip


@dataclass(frozen=True, init=False)
class ConvTranspose:
    """A transposed convolution, as ``nn.ConvTranspose2d`` and its siblings are in PyTorch.

    Parameters
    ----------
    in_channels, out_channels : int
        At least 1.
    kernel_size : int or sequence of int
        Taps along each axis, at least 1. A single number means two axes.
    stride, dilation : int or sequence of int
        At least 1.
    padding : int, str or sequence
        Samples cut off the output, as a convolution would add them; kept as pairs, too.
    output_padding : int or sequence of int
        Samples added at the output's end, at least 0 and below the larger of `stride` and
        `dilation`.
    groups : int
        Into how many independent parts the channels are split; it divides both.
    bias : bool
        Whether each output channel gets a constant of its own.

    Raises
    ------
    TypeError, ValueError
        If a setting has another type or is out of its range, or settings clash.

    References
    ----------
    PyTorch documentation of ``torch.nn.ConvTranspose2d``.

    Examples
    --------
    >>> ConvTranspose(64, 3, 4, stride=2, padding=1).stride
    (2, 2)
    """

    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    output_padding: tuple[int, ...]
    groups: int
    bias: bool
    dilation: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Sequence[int],
        *,
        stride: int | Sequence[int] = 1,
        padding: Padding = 0,
        output_padding: int | Sequence[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | Sequence[int] = 1,
    ) -> None:
        kernel = taps(kernel_size)
        strides = per_axis(stride, len(kernel), "stride", minimum=1)
        extras = per_axis(output_padding, len(kernel), "output_padding", minimum=0)
        dilations = per_axis(dilation, len(kernel), "dilation", minimum=1)
        paddings = sides(padding, kernel, stride=strides, dilation=dilations)
        for k, s, p, a, d in zip(kernel, strides, paddings, extras, dilations, strict=True):
            # settings that clash do so on the longest input, too
            conv_transpose_output_size(
                LARGEST, k, stride=s, padding=p, output_padding=a, dilation=d
            )
        keep(
            self, **_channels(in_channels, out_channels, groups), kernel_size=kernel,
            stride=strides, padding=paddings, output_padding=extras,
            dilation=dilations, bias=require_flag(bias=bias),
        )  # fmt: skip
