"""What does each layer of a network cost, under each of the rules by which tools count?

Sums over a network are in :mod:`convdocs.cost`. Here every layer has a row with its work, the bytes
that it moves, and the memory that its windows would take as columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from convdocs.arguments import require_integers
from convdocs.cost import macs, parameters
from convdocs.each_axis import per_axis
from convdocs.errors import clash
from convdocs.layers import Branch, Conv, ConvTranspose, Sequential, as_layer, axes_of, output_size
from convdocs.layers.fit import channels_read
from convdocs.layers.stack import Layer
from convdocs.limits import require_few_steps

__all__ = ["LayerCost", "cost_table"]


@dataclass(frozen=True, kw_only=True)
class LayerCost:
    """What one layer costs for one input of the batch.

    ``macs`` is what :func:`convdocs.cost.macs` counts; the other counts are by other rules.

    Parameters
    ----------
    name : str
        The layer's place, the path's number after a branch's, and its kind: ``'2.1.3 Conv'``.
    out_channels : int
        Channels that it gives.
    output_size : tuple of int
        The output's size along each axis.
    weights, biases : int
        What it learns.
    macs : int
        Multiply-accumulates, products with padding counted, a transposed convolution's at its
        input.
    macs_at_output : int
        The same, but a transposed convolution's weights times its output positions.
    real_macs : int
        Without the products with zeros of the padding, and without those that a transposed
        convolution cuts off.
    bias_additions : int
        Additions of a bias: one for each number of the output.
    bytes_moved : int
        Input, weights, biases and output, each of them once.
    column_bytes : int
        The windows written as columns (im2col), or what a transposed convolution folds.

    Examples
    --------
    >>> (row,) = cost_table(Conv(64, 16, 3, padding=1), (28, 28))
    >>> row.parameters, row.macs, row.flops, row.flops + row.bias_additions
    (9232, 7225344, 14450688, 14463232)
    """

    name: str
    out_channels: int
    output_size: tuple[int, ...]
    weights: int = 0
    biases: int = 0
    macs: int = 0
    macs_at_output: int = 0
    real_macs: int = 0
    bias_additions: int = 0
    bytes_moved: int
    column_bytes: int = 0

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def flops(self) -> int:
        """Two floating point operations for each multiply-accumulate; biases are not counted."""
        return 2 * self.macs


def cost_table(
    layers: Layer | Iterable[Layer],
    input_size: int | Sequence[int],
    *,
    in_channels: int | None = None,
    element_size: int = 4,
) -> tuple[LayerCost, ...]:
    """What does each layer cost?

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.
    input_size : int or sequence of int
        The input's spatial size along every axis, or along each.
    in_channels : int, optional
        Channels of the input, at least 1; as many as the layers must have when None, and 1 if
        any would do.
    element_size : int
        Bytes of one number, at least 1.

    Returns
    -------
    tuple of LayerCost
        A row for each layer, in their order. A branch has the rows of its paths, and one that
        moves numbers to join them.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none, cannot stand on an input of this size, or read other channels.

    References
    ----------
    PyTorch's ``torch.utils.flop_counter.FlopCounterMode`` counts ``2 * macs``.

    Examples
    --------
    >>> table = cost_table([Conv(1, 4, 3), ConvTranspose(4, 1, 2, stride=2)], 4)
    >>> for row in table:
    ...     print(row.name, row.output_size, row.macs, row.macs_at_output, row.bytes_moved)
    1 Conv (2, 2) 144 144 288
    2 ConvTranspose (4, 4) 64 256 196
    """
    layer = as_layer(layers)
    output_size(layer, input_size)  # so that an error tells the place in the whole
    (width,) = require_integers(1, element_size=element_size)
    reads = channels_read(layer)
    (channels,) = require_integers(
        1, in_channels=(reads or 1) if in_channels is None else in_channels
    )
    if reads not in {None, channels}:
        raise clash("the layers read other channels", in_channels=channels, read=reads)
    axes = axes_of(layer)
    size = output_size([], input_size) if axes is None else per_axis(input_size, axes, "input_size")
    rows, _ = _rows(
        layer if isinstance(layer, Sequential) else Sequential(layer), size, channels, "", width
    )
    return tuple(rows)


def _rows(
    layer: Layer, size: tuple[int, ...], channels: int, place: str, width: int
) -> tuple[list[LayerCost], int]:
    """Give a layer's rows, and the channels that it gives."""
    rows: list[LayerCost] = []
    if isinstance(layer, Sequential):
        for number, part in enumerate(layer.layers, 1):
            more, channels = _rows(part, size, channels, f"{place}.{number}", width)
            rows += more
            size = output_size(part, size)
        return rows, channels
    after = output_size(layer, size)
    name, cells = f"{place[1:]} {type(layer).__name__}", prod(after)
    if isinstance(layer, Branch):
        ends = []
        for number, path in enumerate(layer.paths, 1):
            more, end = _rows(path, size, channels, f"{place}.{number}", width)
            rows += more
            ends.append(end)
        out = sum(ends) if layer.join == "cat" else ends[0]
        moved = (sum(ends) + out) * cells * width
        join = LayerCost(name=name, out_channels=out, output_size=after, bytes_moved=moved)
        return [*rows, join], out
    if not isinstance(layer, Conv | ConvTranspose):
        moved = channels * (prod(size) + cells) * width
        row = LayerCost(name=name, out_channels=channels, output_size=after, bytes_moved=moved)
        return [row], channels
    transposed = isinstance(layer, ConvTranspose)
    out, biases = layer.out_channels, layer.out_channels * layer.bias
    weights = parameters(layer) - biases
    unfolded = out * prod(size) if transposed else channels * cells
    row = LayerCost(
        name=name, out_channels=out, output_size=after, weights=weights, biases=biases,
        macs=macs(layer, size), macs_at_output=weights * cells,
        real_macs=weights // prod(layer.kernel_size) * _pairs(layer, size, after),
        bias_additions=biases * cells,
        bytes_moved=(channels * prod(size) + weights + biases + out * cells) * width,
        column_bytes=unfolded * prod(layer.kernel_size) * width,
    )  # fmt: skip
    return [row], out


def _pairs(layer: Conv | ConvTranspose, size: tuple[int, ...], after: tuple[int, ...]) -> int:
    """Count the pairs of a place and a tap that lie on a number, and not on padding."""
    places, numbers = (size, after) if isinstance(layer, ConvTranspose) else (after, size)
    if getattr(layer, "padding_mode", "zeros") != "zeros":  # padded with numbers of the input
        return prod(places) * prod(layer.kernel_size)
    require_few_steps(sum(layer.kernel_size), kernel_size=layer.kernel_size)
    total = 1
    for m, n, k, s, (before, _), d in zip(
        places, numbers, layer.kernel_size, layer.stride, layer.padding, layer.dilation, strict=True
    ):
        reads = ((t * d - before, n - 1 - (t * d - before)) for t in range(k))
        total *= sum(
            max(0, min(m - 1, last // s) - max(0, -(first // s)) + 1) for first, last in reads
        )
    return total
