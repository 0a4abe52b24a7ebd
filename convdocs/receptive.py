"""How far does one output see after several layers?"""

from collections.abc import Iterable
from typing import NamedTuple

from convdocs.errors import clash, mistyped
from convdocs.geometry import kernel_span
from convdocs.layers import Branch, ConvTranspose, Sequential, as_layer, axes_of
from convdocs.layers.stack import Layer, told_where

__all__ = ["ReceptiveField", "aligned", "receptive_field"]


class ReceptiveField(NamedTuple):
    """What one output position sees of the input; each entry has one number for each axis.

    Attributes
    ----------
    size : tuple of int
        Input samples from the first seen to the last.
    stride : tuple of int
        Input samples between the fields of neighbouring outputs.
    start : tuple of int
        Input position where the field of output 0 begins; negative inside the padding.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    start: tuple[int, ...]

    @property
    def centre(self) -> tuple[float, ...]:
        """The input position in the middle of output 0's field; a half between two samples."""
        middles = zip(self.start, self.size, strict=True)
        return tuple(start + (size - 1) / 2 for start, size in middles)


def receptive_field(layers: Layer | Iterable[Layer]) -> ReceptiveField:
    """How far does one output see after several layers?

    Going up from the input, each layer widens the field by ``(span - 1)`` steps of the layers
    below, multiplies the step by its stride, and moves the start by its padding. Paths side by
    side see together from the first start among them to the last end.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.

    Returns
    -------
    ReceptiveField
        Its size, stride and start along each axis, in input samples. With dilation, a large
        stride or paths apart there may be samples between that are not seen.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none at all, so that it is unknown how many axes there are; if paths
        of a branch step differently; or if a transposed convolution has a stride above 1, whose
        outputs do not all see equally far.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks,
    Distill, 2019.

    Examples
    --------
    >>> from convdocs.layers import Conv, MaxPool
    >>> receptive_field([Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)])
    ReceptiveField(size=(16, 16), stride=(4, 4), start=(0, 0))
    """
    layer = as_layer(layers)
    axes = axes_of(layer)
    if axes is None:
        raise clash("there must be a layer, to tell how many axes there are", layers=layers)
    size, stride, start = zip(*(_along(layer, axis) for axis in range(axes)), strict=True)
    return ReceptiveField(size, stride, start)


def aligned(branch: Branch) -> bool:
    """Do the paths of a branch look at the same place, each with the centre of its field?

    If they do not, what one path says of a place is joined with what another says of a place
    beside it. Padding that keeps the size, by half the span on either side, aligns them.

    Parameters
    ----------
    branch : Branch
        Paths whose fields have one size each, as :func:`receptive_field` needs it.

    Returns
    -------
    bool
        Whether the centres are equal along every axis.

    Raises
    ------
    TypeError, ValueError
        If `branch` is something else, or there is no field to ask about.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks,
    Distill, 2019.

    Examples
    --------
    >>> from convdocs.layers import Conv
    >>> conv = Conv(8, 8, 3, padding=1)
    >>> aligned(Branch(conv, [], join="add")), aligned(Branch([Conv(8, 8, 3)], [], join="add"))
    (True, False)
    """
    if not isinstance(branch, Branch):
        raise mistyped("a Branch", "branch", branch)
    axes = len(receptive_field(branch).size)
    for axis in range(axes):
        fields = [_along(path, axis) for path in branch.paths]
        if len({2 * start + size for size, _, start in fields}) > 1:
            return False
    return True


def _along(layer: Layer, axis: int) -> tuple[int, int, int]:
    """Give the size, stride and start of a layer's field along one axis."""
    match layer:
        case Sequential():
            size, step, start = 1, 1, 0
            for number, part in enumerate(layer.layers, 1):
                with told_where("layer", number):
                    wider, steps, shift = _along(part, axis)
                size += (wider - 1) * step
                start += shift * step
                step *= steps
            return size, step, start
        case Branch():
            fields = [_along(path, axis) for path in layer.paths]
            sizes, strides, starts = zip(*fields, strict=True)
            if len({*strides}) > 1:
                raise clash("the paths of a branch step differently", strides=strides, axis=axis)
            first = min(starts)
            last = max(start + size for start, size in zip(starts, sizes, strict=True))
            return last - first, strides[0], first
    span = kernel_span(layer.kernel_size[axis], dilation=layer.dilation[axis])
    before, _ = layer.padding[axis]
    if not isinstance(layer, ConvTranspose):
        return span, layer.stride[axis], -before
    if layer.stride[axis] > 1:
        raise clash(
            "the outputs of a transposed convolution with a stride above 1 do not all see "
            "equally far, so they have no one receptive field",
            stride=layer.stride,
        )
    return span, 1, before - (span - 1)
