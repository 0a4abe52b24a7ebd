"""Sizes along one axis: how many outputs does a layer give?

Each size counts positions of the relation in :mod:`convdocs.geometry`. The way back, from an
output's size to the input's, is in :mod:`convdocs.input_sizes`.
"""

from convdocs.arguments import require_flag, require_integers
from convdocs.errors import clash, counted
from convdocs.geometry import input_positions, kernel_span
from convdocs.sides import AxisPadding, axis_sides, pool_sides

__all__ = ["conv_output_size", "conv_transpose_output_size", "pool_output_size"]


def conv_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: AxisPadding = 0,
    dilation: int = 1,
) -> int:
    """How many places can the kernel stand?

    ``floor((input_size + before + after - dilation*(kernel_size - 1) - 1) / stride) + 1``: the
    number of output positions whose last tap still lies within the padded input.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int, str or sequence of int
        Samples added on either side, at least 0; a pair (before, after); 'same', at stride 1
        only; or 'valid', which is none.

    Returns
    -------
    int
        The output size, at least 1.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or the kernel reaches past the input.

    References
    ----------
    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016,
    relationship 6, and dilation in section 5.1.

    Examples
    --------
    >>> conv_output_size(7, 3), conv_output_size(7, 3, stride=2)
    (5, 3)
    >>> conv_output_size(7, 4, padding=(1, 2)), conv_output_size(7, 4, padding="same")
    (7, 7)
    """
    input_size, kernel_size, stride, dilation = require_integers(
        1, input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    padded = input_size + sum(axis_sides(padding, kernel_size, stride=stride, dilation=dilation))
    span = kernel_span(kernel_size, dilation=dilation)
    if span > padded:
        raise clash(
            f"kernel spans {counted(span, 'sample', 'samples')} but the padded input has {padded}",
            kernel_size=kernel_size, dilation=dilation, input_size=input_size, padding=padding,
        )  # fmt: skip
    return (padded - span) // stride + 1


def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: AxisPadding = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """How many samples does a transposed convolution give?

    ``(input_size - 1)*stride - before - after + dilation*(kernel_size - 1) + output_padding + 1``.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int, str or sequence of int
        The padding of the convolution it transposes: that many samples are *cut off* on either
        side, or a pair (before, after), 'same', at stride 1 only, or 'valid'.
    output_padding : int
        Samples added at the end, at least 0 and below the larger of `stride` and `dilation`.
        Below the stride it chooses among the input sizes that the convolution would have merged;
        from there on, which takes a dilation, it gives others.

    Returns
    -------
    int
        The output size, at least 1.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or nothing is left of the output.

    References
    ----------
    PyTorch documentation of ``torch.nn.ConvTranspose2d``.

    Examples
    --------
    >>> conv_transpose_output_size(6, 5, stride=3, padding=2, output_padding=2)
    18
    """
    input_size, kernel_size, stride, dilation = require_integers(
        1, input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    (output_padding,) = require_integers(0, output_padding=output_padding)
    cut = sum(axis_sides(padding, kernel_size, stride=stride, dilation=dilation))
    span = kernel_span(kernel_size, dilation=dilation)
    if output_padding >= max(stride, dilation):
        raise clash(
            "output_padding must be below the stride or the dilation, whichever is larger",
            output_padding=output_padding, stride=stride, dilation=dilation,
        )  # fmt: skip
    size = (input_size - 1) * stride - cut + span + output_padding
    if size < 1:
        raise clash(
            "the padding cuts off the whole output",
            input_size=input_size, kernel_size=kernel_size, stride=stride, padding=padding,
            output_padding=output_padding, dilation=dilation,
        )  # fmt: skip
    return size


def pool_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int | None = None,
    padding: AxisPadding = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """How many windows does a pooling layer look through?

    The formula of :func:`conv_output_size`; with `ceil_mode` a last window may hang over the
    end of the padded input, by less than a stride, unless it would start in the padding
    behind the input.

    Parameters
    ----------
    input_size, kernel_size, dilation : int
        At least 1.
    stride : int, optional
        At least 1; the kernel size when it is None.
    padding : int, str or sequence of int
        Samples added on either side, from 0 to half the kernel size; a pair (before, after);
        'same', at stride 1 only; or 'valid'.
    ceil_mode : bool
        Whether a last, incomplete window counts.

    Returns
    -------
    int
        The output size, at least 1.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or the kernel reaches past the input.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxPool2d`` and ``torch.nn.AvgPool2d``.

    Examples
    --------
    >>> pool_output_size(175, 2), pool_output_size(175, 2, ceil_mode=True)
    (87, 88)
    """
    input_size, kernel_size = require_integers(1, input_size=input_size, kernel_size=kernel_size)
    (stride,) = require_integers(1, stride=kernel_size if stride is None else stride)
    before, after = pool_sides(padding, kernel_size, stride=stride, dilation=dilation)
    overhang = stride - 1 if require_flag(ceil_mode=ceil_mode) else 0
    if kernel_span(kernel_size, dilation=dilation) > input_size + before + after + overhang:
        overhang = 0  # so that the error tells the sizes that were given
    size = conv_output_size(
        input_size + overhang, kernel_size, stride=stride, padding=padding, dilation=dilation
    )
    last = input_positions(size - 1, kernel_size, stride=stride, padding=padding, dilation=dilation)
    return size - (last[0] >= input_size)
