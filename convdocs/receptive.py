"""How far does one output see after several layers?"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from convdocs.each_axis import per_axis
from convdocs.errors import clash, mistyped
from convdocs.geometry import kernel_span
from convdocs.layers import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    Branch,
    ConvTranspose,
    Sequential,
    as_layer,
    axes_of,
    output_size,
)
from convdocs.layers.fit import told_where
from convdocs.layers.stack import Layer

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
        Input position where the field of output 0 begins; negative before the first input.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    start: tuple[int, ...]

    @property
    def centre(self) -> tuple[float, ...]:
        """The input position in the middle of output 0's field; a half between two samples."""
        middles = zip(self.start, self.size, strict=True)
        return tuple(start + (size - 1) / 2 for start, size in middles)


def receptive_field(
    layers: Layer | Iterable[Layer], *, input_size: int | Sequence[int] | None = None
) -> ReceptiveField:
    """How far does one output see after several layers?

    Going up from the input, each layer widens the field by ``(span - 1)`` steps of the layers
    below, multiplies the step by its stride, and moves the start by its padding. Paths side by
    side see together from the first start among them to the last end.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.
    input_size : int or sequence of int, optional
        The input's spatial size along every axis, or along each. Only adaptive pooling needs it,
        whose windows fit themselves to it.

    Returns
    -------
    ReceptiveField
        Its size, stride and start along each axis, in input samples. With dilation, a large
        stride or paths apart there may be samples between that are not seen.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none at all, so that it is unknown how many axes there are; if paths
        of a branch step differently; or if the outputs do not all see equally far, as those of
        a transposed convolution with a stride above 1, and of adaptive pooling to a size that
        does not divide its input's.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks,
    Distill, 2019.

    Examples
    --------
    >>> from convdocs.layers import Conv, MaxPool
    >>> receptive_field([Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)])
    ReceptiveField(size=(16, 16), stride=(4, 4), start=(0, 0))
    >>> from convdocs.layers import AdaptiveAvgPool
    >>> receptive_field([Conv(3, 4, 5), AdaptiveAvgPool(1)], input_size=32).size
    (32, 32)
    """
    layer = as_layer(layers)
    axes = axes_of(layer)
    if axes is None:
        raise clash("there must be a layer, to tell how many axes there are", layers=layers)
    size = None if input_size is None else per_axis(input_size, axes, "input_size", minimum=1)
    if size is not None:
        output_size(layer, size)  # so that an error tells what does not fit
    fields = [_along(layer, axis, size) for axis in range(axes)]
    sizes, strides, starts = zip(*fields, strict=True)
    return ReceptiveField(sizes, strides, starts)


def aligned(branch: Branch) -> bool:
    """Do the paths of a branch look at the same place, each with the centre of its field?

    If they do not, what one path says of a place is joined with what another says of a place
    beside it. Padding that keeps the size, by (span - 1) / 2 on either side, aligns them; an even
    span has none such.

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


def _along(layer: Layer, axis: int, given: tuple[int, ...] | None = None) -> tuple[int, int, int]:
    """Give the size, stride and start of a layer's field along one axis."""
    match layer:
        case Sequential():
            size, step, start = 1, 1, 0
            for number, part in enumerate(layer.layers, 1):
                with told_where("layer", number):
                    wider, steps, shift = _along(part, axis, given)
                given = None if given is None else output_size(part, given)
                size += (wider - 1) * step
                start += shift * step
                step *= steps
            return size, step, start
        case Branch():
            fields = [_along(path, axis, given) for path in layer.paths]
            sizes, strides, starts = zip(*fields, strict=True)
            if len({*strides}) > 1:
                raise clash("the paths of a branch step differently", strides=strides, axis=axis)
            first = min(starts)
            last = max(start + size for start, size in zip(starts, sizes, strict=True))
            return last - first, strides[0], first
        case AdaptiveMaxPool() | AdaptiveAvgPool():
            windows = layer.output_size[axis]
            if windows is None:
                return 1, 1, 0
            if given is None or given[axis] % windows:
                raise clash(
                    "adaptive pooling has one receptive field only if its output_size divides the "
                    "size of a known input",
                    output_size=layer.output_size, input_size=given,
                )  # fmt: skip
            return given[axis] // windows, given[axis] // windows, 0
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
