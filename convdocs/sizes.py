"""Sizes along one axis: how many places can a kernel stand, and which input had so many?

Each size counts positions of the relation in :mod:`convdocs.geometry`.
"""

from convdocs.arguments import require_integers
from convdocs.geometry import input_positions, kernel_span

__all__ = [
    "conv_input_sizes",
    "conv_output_size",
    "conv_transpose_output_size",
    "pool_output_size",
]


def conv_output_size(
    input_size: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many places can the kernel stand?

    ``floor((input_size + 2*padding - dilation*(kernel_size - 1) - 1) / stride) + 1``: the
    number of output positions whose last tap still lies within the padded input.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int
        Samples added on either side, at least 0.

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
    """
    input_size, kernel_size, stride, dilation = require_integers(
        1, input_size=input_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    (padding,) = require_integers(0, padding=padding)
    span = kernel_span(kernel_size, dilation=dilation)
    room = input_size + 2 * padding - span
    if room < 0:
        raise ValueError(
            f"kernel spans {span} samples but the padded input has {input_size + 2 * padding} "
            f"({kernel_size=}, {dilation=}, {input_size=}, {padding=})"
        )
    return room // stride + 1


def conv_input_sizes(
    output_size: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> range:
    """Which input sizes give this output size?

    The floor in the size formula makes `stride` neighbouring sizes collide. The first is
    ``(output_size - 1)*stride - 2*padding + dilation*(kernel_size - 1) + 1``; a transposed
    convolution gives back that one, plus its ``output_padding``.

    Parameters
    ----------
    output_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int
        Samples added on either side, at least 0.

    Returns
    -------
    range
        The sizes, smallest first; `stride` of them unless some would be below 1.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not an integer in its range, or no input gives `output_size`.

    Examples
    --------
    >>> list(conv_input_sizes(6, 5, stride=3, padding=2))
    [16, 17, 18]
    """
    output_size, kernel_size, stride, dilation = require_integers(
        1, output_size=output_size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    (padding,) = require_integers(0, padding=padding)
    first = (output_size - 1) * stride - 2 * padding + kernel_span(kernel_size, dilation=dilation)
    if first + stride <= 1:
        raise ValueError(
            f"no input size gives this output size "
            f"({output_size=}, {kernel_size=}, {stride=}, {padding=}, {dilation=})"
        )
    return range(max(first, 1), first + stride)


def conv_transpose_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """How many samples does a transposed convolution give?

    ``(input_size - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1``.

    Parameters
    ----------
    input_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int
        The padding of the convolution it transposes, at least 0: that many samples are
        *cut off* on either side.
    output_padding : int
        Samples added at the end, at least 0 and below the larger of `stride` and `dilation`.
        It chooses among the input sizes that the convolution would have merged.

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
    padding, output_padding = require_integers(0, padding=padding, output_padding=output_padding)
    span = kernel_span(kernel_size, dilation=dilation)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            "output_padding must be below the stride or the dilation, whichever is larger "
            f"({output_padding=}, {stride=}, {dilation=})"
        )
    size = (input_size - 1) * stride - 2 * padding + span + output_padding
    if size < 1:
        raise ValueError(
            f"the padding cuts off the whole output ({input_size=}, {kernel_size=}, {stride=}, "
            f"{padding=}, {output_padding=}, {dilation=})"
        )
    return size


def pool_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int | None = None,
    padding: int = 0,
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
    padding : int
        Samples added on either side, from 0 to half the kernel size.
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
    (padding,) = require_integers(0, padding=padding)
    if padding > kernel_size // 2:
        raise ValueError(f"padding must be at most half the kernel ({padding=}, {kernel_size=})")
    overhang = stride - 1 if ceil_mode else 0
    if kernel_span(kernel_size, dilation=dilation) > input_size + 2 * padding + overhang:
        overhang = 0  # so that the error tells the sizes that were given
    size = conv_output_size(
        input_size + overhang, kernel_size, stride=stride, padding=padding, dilation=dilation
    )
    last = input_positions(size - 1, kernel_size, stride=stride, padding=padding, dilation=dilation)
    return size - (last[0] >= input_size)
