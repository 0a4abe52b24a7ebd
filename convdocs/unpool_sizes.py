"""Sizes along one axis, unpooled: how many samples does max unpooling give?"""

from convdocs.arguments import require_integers
from convdocs.errors import clash
from convdocs.sides import AxisPadding, pool_sides

__all__ = ["max_unpool_output_size"]


def max_unpool_output_size(
    input_size: int,
    kernel_size: int,
    *,
    stride: int | None = None,
    padding: AxisPadding = 0,
    output_size: int | None = None,
) -> int:
    """How many samples does max unpooling give?

    ``(input_size - 1)*stride + kernel_size - before - after``, the shortest input of which a
    pooling that rounds down gives `input_size` windows. As pooling merges neighbouring sizes,
    `output_size` may name another, less than a stride away: a longer one left samples over at
    its end, a shorter one may have been pooled in ``ceil_mode``.

    Parameters
    ----------
    input_size, kernel_size : int
        At least 1.
    stride : int, optional
        At least 1; the kernel size when it is None.
    padding : int, str or sequence of int
        The padding of the pooling, from 0 to half the kernel size on either side: that many
        samples are cut off. A pair (before, after); 'same', at stride 1 only; or 'valid'.
    output_size : int, optional
        The size wanted, at least 1 and less than a stride from the one above.

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
    PyTorch documentation of ``torch.nn.MaxUnpool2d``.

    Examples
    --------
    >>> max_unpool_output_size(3, 2), max_unpool_output_size(3, 2, output_size=7)
    (6, 7)
    """
    input_size, kernel_size = require_integers(1, input_size=input_size, kernel_size=kernel_size)
    (stride,) = require_integers(1, stride=kernel_size if stride is None else stride)
    before, after = pool_sides(padding, kernel_size, stride=stride)
    size = (input_size - 1) * stride + kernel_size - before - after
    if output_size is not None:
        (wanted,) = require_integers(1, output_size=output_size)
        if abs(wanted - size) >= stride:
            raise clash(
                f"output_size must be less than a stride from {size}",
                output_size=wanted, input_size=input_size, kernel_size=kernel_size,
                stride=stride, padding=padding,
            )  # fmt: skip
        return wanted
    if size < 1:
        raise clash(
            "the padding cuts off the whole output",
            input_size=input_size, kernel_size=kernel_size, stride=stride, padding=padding,
        )  # fmt: skip
    return size
