"""Sizes along one axis, back again: which input had an output of this size?"""

from convdocs.arguments import require_integers
from convdocs.errors import clash
from convdocs.geometry import kernel_span
from convdocs.sides import AxisPadding, axis_sides

__all__ = ["conv_input_sizes"]


def conv_input_sizes(
    output_size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: AxisPadding = 0,
    dilation: int = 1,
) -> range:
    """Which input sizes give this output size?

    The floor in the size formula makes `stride` neighbouring sizes collide. The first is
    ``(output_size - 1)*stride - before - after + dilation*(kernel_size - 1) + 1``, or 1 if that is
    less; a transposed convolution gives what the formula says, plus its ``output_padding``.

    Parameters
    ----------
    output_size, kernel_size, stride, dilation : int
        At least 1.
    padding : int, str or sequence of int
        Samples added on either side, at least 0; a pair (before, after); 'same', at stride 1
        only; or 'valid'.

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
    padded = sum(axis_sides(padding, kernel_size, stride=stride, dilation=dilation))
    span = kernel_span(kernel_size, dilation=dilation)
    first = (output_size - 1) * stride - padded + span
    if first + stride <= 1:
        raise clash(
            "no input size gives this output size",
            output_size=output_size, kernel_size=kernel_size, stride=stride, padding=padding,
            dilation=dilation,
        )  # fmt: skip
    return range(max(first, 1), first + stride)
