"""How often is each output of a transposed convolution written?"""

from collections.abc import Sequence

from convdocs.each_axis import per_axis
from convdocs.errors import mistyped
from convdocs.geometry import input_positions
from convdocs.layers import ConvTranspose, output_size
from convdocs.limits import require_few_numbers, require_few_steps

__all__ = ["coverage"]


def coverage(layer: ConvTranspose, input_size: int | Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """How many pairs of a tap and an input write each output of a transposed convolution?

    Input ``i`` and tap ``t`` write output ``i * stride + t * dilation - padding``. Where the
    counts alternate inside, equal weights make a checkerboard. In a grid, an output's count is
    the product of its counts along the axes.

    Parameters
    ----------
    layer : ConvTranspose
        One layer.
    input_size : int or sequence of int
        The input's spatial size along every axis, or along each, at least 1.

    Returns
    -------
    tuple of tuple of int
        For each axis, one count for each output position.

    Raises
    ------
    TypeError, ValueError
        If `layer` is something else, cuts off all of its output, or there would be too many
        pairs to count.

    References
    ----------
    Odena, Dumoulin and Olah, Deconvolution and checkerboard artifacts, Distill, 2016.

    Examples
    --------
    >>> from convdocs.layers import ConvTranspose
    >>> coverage(ConvTranspose(1, 1, (3,), stride=2), 4)
    ((1, 1, 2, 1, 2, 1, 2, 1, 1),)
    >>> coverage(ConvTranspose(1, 1, (4,), stride=2, padding=1), 4)
    ((1, 2, 2, 2, 2, 2, 2, 1),)
    """
    if not isinstance(layer, ConvTranspose):
        raise mistyped("a ConvTranspose", "layer", layer)
    size = per_axis(input_size, len(layer.kernel_size), "input_size", minimum=1)
    counts = []
    for axis, (inputs, outputs) in enumerate(zip(size, output_size(layer, size), strict=True)):
        taps = layer.kernel_size[axis]
        require_few_numbers(outputs, output_size=outputs)
        require_few_steps(inputs * taps, input_size=input_size, kernel_size=layer.kernel_size)
        along = [0] * outputs
        for i in range(inputs):
            for o in input_positions(
                i, taps, stride=layer.stride[axis], padding=layer.padding[axis],
                dilation=layer.dilation[axis],
            ):  # fmt: skip
                if 0 <= o < outputs:
                    along[o] += 1
        counts.append(tuple(along))
    return tuple(counts)
