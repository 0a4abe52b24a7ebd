"""Whole arrays: do an input and a weight fit together, and what comes out?

Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` without a batch, and weights
``(O, C/groups, *kernel)`` with any number of spatial axes, as in PyTorch. The operations check
their arguments here, so that they agree on what is impossible and say it in the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from convdocs.arguments import require_integers
from convdocs.each_axis import per_axis, require_sequence
from convdocs.errors import clash
from convdocs.sides import Padding
from convdocs.sizes import conv_output_size, conv_transpose_output_size
from convdocs.windows import Windows, stand

__all__ = ["ConvShape", "conv_shape", "conv_transpose_shape"]


@dataclass(frozen=True, kw_only=True)
class ConvShape(Windows):
    """The shapes and settings of one checked convolution.

    Attributes
    ----------
    out_channels, groups : int
        One number each; the others are those of ``convdocs.windows.Windows``.
    """

    out_channels: int
    groups: int

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The output's whole shape, without a batch if the input had none."""
        return self.outer(self.out_channels, *self.output_size)


def _whole_shapes(
    input_shape: Sequence[int], weight_shape: Sequence[int]
) -> tuple[int | None, tuple[int, ...], tuple[int, ...]]:
    """Give the batch, the input's shape without it, and the weight's shape."""
    shape = require_sequence(input_shape, "input_shape", minimum=0)
    weight = require_sequence(weight_shape, "weight_shape", minimum=0)
    told = {"input shape": shape, "weight shape": weight}
    if len(weight) < 3 or len(weight) - len(shape) not in {0, 1}:
        raise clash(
            "input must be (N, C, *spatial) or (C, *spatial), with a spatial axis for each kernel "
            "axis of the weight",
            **told,
        )
    batch, inner = (shape[0], shape[1:]) if len(shape) == len(weight) else (None, shape)
    if 0 in (*inner, *weight):
        raise clash("nothing to convolve: an axis has no elements", **told)
    return batch, inner, weight


def _require_bias(bias_shape: Sequence[int] | None, out_channels: int) -> None:
    shape = None if bias_shape is None else require_sequence(bias_shape, "bias_shape", minimum=0)
    if shape not in {None, (out_channels,)}:
        raise clash(
            "bias must be one number for each output channel",
            **{"bias shape": shape, "out_channels": out_channels},
        )


def conv_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    bias_shape: Sequence[int] | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> ConvShape:
    r"""Check a convolution's arguments and find its output size.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial) or (C, \*spatial).
    weight_shape : sequence of int
        (O, C/groups, \*kernel); it tells how many spatial axes there are.
    bias_shape : sequence of int, optional
        (O,).
    stride, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    groups : int
        Into how many independent parts the channels are split; it divides C and O.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    ConvShape
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If the shapes clash with each other or with a setting, or an axis other than the batch
        has no elements. (PyTorch takes an input of no channels, and gives no channels back.)

    References
    ----------
    PyTorch documentation of ``torch.nn.functional.conv2d``.

    Examples
    --------
    >>> conv_shape((1, 3, 235, 180), (4, 3, 5, 5)).output_size
    (231, 176)
    """
    batch, inner, weight = _whole_shapes(input_shape, weight_shape)
    (groups,) = require_integers(1, groups=groups)
    channels, out_channels = inner[0], weight[0]
    if channels % groups or out_channels % groups:
        raise clash(
            "groups must divide the input and the output channels",
            groups=groups, in_channels=channels, out_channels=out_channels,
        )  # fmt: skip
    if weight[1] != channels // groups:
        raise clash(
            f"weight reads {weight[1]} channels but each group of the input has "
            f"{channels // groups}",
            **{"input shape": tuple(input_shape), "weight shape": weight, "groups": groups},
        )
    _require_bias(bias_shape, out_channels)
    return ConvShape(
        batch=batch, in_channels=channels, out_channels=out_channels, groups=groups, **stand(
            inner[1:], weight[2:], stride=stride, padding=padding, dilation=dilation,
            size=conv_output_size, padding_mode=padding_mode,
        ),
    )  # fmt: skip


def conv_transpose_shape(
    input_shape: Sequence[int],
    weight_shape: Sequence[int],
    *,
    bias_shape: Sequence[int] | None = None,
    stride: int | Sequence[int] = 1,
    padding: Padding = 0,
    output_padding: int | Sequence[int] = 0,
    groups: int = 1,
    dilation: int | Sequence[int] = 1,
) -> ConvShape:
    r"""Check a transposed convolution's arguments and find its output size.

    Parameters
    ----------
    input_shape : sequence of int
        As in :func:`conv_shape`.
    weight_shape : sequence of int
        (C, O/groups, \*kernel): the weight of the convolution that it transposes.
    bias_shape : sequence of int, optional
        As in :func:`conv_shape`.
    stride, output_padding, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        That of the convolution that it transposes, as :func:`conv_shape` takes it.
    groups : int
        Into how many independent parts the channels are split; it divides C.

    Returns
    -------
    ConvShape
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        As in :func:`conv_shape`.

    References
    ----------
    PyTorch documentation of ``torch.nn.functional.conv_transpose2d``.

    Examples
    --------
    >>> conv_transpose_shape((1, 4, 3, 3), (4, 1, 3, 3), stride=2).output_size
    (7, 7)
    """
    batch, inner, weight = _whole_shapes(input_shape, weight_shape)
    (groups,) = require_integers(1, groups=groups)
    channels, out_channels = inner[0], weight[1] * groups
    if weight[0] != channels or channels % groups:
        raise clash(
            "weight must be (C, O/groups, *kernel) for the input's C, which groups must divide",
            **{"input shape": tuple(input_shape), "weight shape": weight, "groups": groups},
        )
    _require_bias(bias_shape, out_channels)
    return ConvShape(
        batch=batch, in_channels=channels, out_channels=out_channels, groups=groups, **stand(
            inner[1:], weight[2:], stride=stride, padding=padding, dilation=dilation,
            size=conv_transpose_output_size,
            output_padding=per_axis(output_padding, len(inner) - 1, "output_padding"),
        ),
    )  # fmt: skip
