"""Which inputs does one output read through a network, and which outputs does one input feed?

A receptive field tells the first and the last. Here is every one, at the border and after a
transposed convolution with a stride too; :func:`convdocs.geometry.holes` tells which are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from convdocs.adaptive_windows import window
from convdocs.each_axis import per_axis
from convdocs.errors import clash
from convdocs.geometry import input_positions
from convdocs.layers import Branch, Conv, ConvTranspose, Sequential, as_layer, axes_of, output_size
from convdocs.layers.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convdocs.layers.fit import Windowed
from convdocs.layers.stack import Layer
from convdocs.limits import require_few_steps
from convdocs.padding_mode import source

__all__ = ["inputs_read", "outputs_fed"]

_Places: TypeAlias = tuple[frozenset[int], ...]  # positions along each axis


def inputs_read(
    layers: Layer | Iterable[Layer],
    input_size: int | Sequence[int],
    output_position: int | Sequence[int],
) -> tuple[tuple[int, ...], ...]:
    """Which inputs does one output read through the layers?

    From the last layer to the first: of a convolution or pooling, ``o * stride + tap * dilation -
    padding`` for each tap, where that lies in the input; of a transposed convolution, each ``i``
    for which ``i * stride + tap * dilation - padding`` is the output; of adaptive pooling, a
    window of :func:`convdocs.adaptive_windows`; of a branch, what any path reads.

    Parameters
    ----------
    layers : Layer or iterable of Layer
        A layer, or several, the first one first.
    input_size : int or sequence of int
        The input's spatial size along every axis, or along each, at least 1.
    output_position : int or sequence of int
        The output's position along every axis, or along each, at least 0.

    Returns
    -------
    tuple of tuple of int
        For each axis, the positions along it at which an input is read, in ascending order. In
        a grid those of a chain of layers are read in every combination; paths of other shapes
        side by side may read less, such as a cross.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none or do not fit the input, or the position is not in the output.

    References
    ----------
    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks,
    Distill, 2019.

    Examples
    --------
    >>> from convdocs.layers import Conv, ConvTranspose
    >>> inputs_read([Conv(1, 1, (3,), dilation=2)] * 2, 9, 0)
    ((0, 2, 4, 6, 8),)
    >>> up = ConvTranspose(1, 1, (3,), stride=2)
    >>> [inputs_read(up, 3, o)[0] for o in range(7)]
    [(0,), (0,), (0, 1), (1,), (1, 2), (2,), (2,)]
    """
    return _answer(layers, input_size, output_position, "output")


def outputs_fed(
    layers: Layer | Iterable[Layer],
    input_size: int | Sequence[int],
    input_position: int | Sequence[int],
) -> tuple[tuple[int, ...], ...]:
    """Which outputs read one input through the layers?

    The same relation as in :func:`inputs_read`, asked from the other end.

    Parameters
    ----------
    layers, input_size : Layer or iterable of Layer, int or sequence of int
        As in :func:`inputs_read`.
    input_position : int or sequence of int
        The input's position along every axis, or along each, at least 0.

    Returns
    -------
    tuple of tuple of int
        For each axis, the positions of those outputs along it, in ascending order.

    Raises
    ------
    TypeError, ValueError
        If `layers` are none or do not fit the input, or the position is not in the input.

    Examples
    --------
    >>> from convdocs.layers import Conv
    >>> outputs_fed([Conv(1, 1, (3,)), Conv(1, 1, (3,), stride=2)], 9, 4)
    ((0, 1, 2),)
    >>> outputs_fed(Conv(1, 1, (1,), stride=2), 9, 3)  # a hole that nobody reads
    ((),)
    """
    return _answer(layers, input_size, input_position, "input")


def _answer(
    layers: Layer | Iterable[Layer],
    input_size: int | Sequence[int],
    position: int | Sequence[int],
    of: str,
) -> tuple[tuple[int, ...], ...]:
    """Follow a position in the input or the output to the other end, once it is known to exist."""
    layer = as_layer(layers)
    axes = axes_of(layer)
    if axes is None:
        raise clash("there must be a layer, to tell how many axes there are", layers=layers)
    size = per_axis(input_size, axes, "input_size", minimum=1)
    outputs = output_size(layer, size)  # so that an error tells what does not fit
    sizes = outputs if of == "output" else size
    positions = per_axis(position, axes, f"{of}_position", minimum=0)
    if any(p >= n for p, n in zip(positions, sizes, strict=True)):
        told: dict[str, object] = {f"{of}_position": position, f"{of}_size": sizes}
        raise clash(f"{of}_position must be in the {of}", **told)
    places = _reached(layer, size, tuple(frozenset({p}) for p in positions), back=of == "output")
    # none along any axis if there are none along one
    return tuple(tuple(sorted(along)) if all(places) else () for along in places)


def _together(ways: Iterable[_Places]) -> _Places:
    """Join what the paths of a branch reach, other than those that reach nothing."""
    ways = [*ways]
    reached = [places for places in ways if all(places)] or ways[:1]
    return tuple(frozenset().union(*along) for along in zip(*reached, strict=True))


def _reached(layer: Layer, size: tuple[int, ...], places: _Places, *, back: bool) -> _Places:
    """Give what the outputs at some places read; or, not `back`, the outputs that inputs feed."""
    match layer:
        case Sequential():
            sizes = [size]
            for part in layer.layers[:-1]:
                sizes.append(output_size(part, sizes[-1]))
            stages = [*zip(layer.layers, sizes, strict=True)] if layer.layers else []
            for part, before in reversed(stages) if back else stages:
                places = _reached(part, before, places, back=back)
            return places
        case Branch():
            return _together(_reached(path, size, places, back=back) for path in layer.paths)
        case AdaptiveMaxPool() | AdaptiveAvgPool():
            ends = zip(size, output_size(layer, size), places, strict=True)
            # a window's share of the inputs, or an input's of the windows: the same rule
            shares = [[window(*((n, m) if back else (m, n)), p) for p in at] for n, m, at in ends]
            require_few_steps(sum(len(one) for axis in shares for one in axis), input_size=size)
            return tuple(frozenset().union(*axis) for axis in shares)
    one = _read if back else _fed
    return tuple(frozenset(one(layer, axis, size, at)) for axis, at in enumerate(places))


def _read(
    layer: Windowed, axis: int, size: tuple[int, ...], outputs: frozenset[int]
) -> Iterator[int]:
    """Give the inputs that some outputs of a single layer read, along one axis."""
    mode = layer.padding_mode if isinstance(layer, Conv) else "zeros"
    step = _there if isinstance(layer, ConvTranspose) else _back
    require_few_steps(len(outputs) * layer.kernel_size[axis], kernel_size=layer.kernel_size)
    inside = (source(i, size[axis], mode) for o in outputs for i in step(layer, axis, o))
    return (i for i in inside if i is not None)


def _fed(
    layer: Windowed, axis: int, size: tuple[int, ...], inputs: frozenset[int]
) -> Iterator[int]:
    """Give the outputs of a single layer that read some inputs, along one axis."""
    mode = layer.padding_mode if isinstance(layer, Conv) else "zeros"
    step = _back if isinstance(layer, ConvTranspose) else _there
    before, after = layer.padding[axis] if mode != "zeros" else (0, 0)
    require_few_steps(before + after, padding=layer.padding)
    n, end = size[axis], output_size(layer, size)[axis]
    copies = [*range(-before, 0), *range(n, n + after)]
    read = inputs | {i for i in copies if source(i, n, mode) in inputs}
    require_few_steps(len(read) * layer.kernel_size[axis], kernel_size=layer.kernel_size)
    return (o for i in read for o in step(layer, axis, i) if 0 <= o < end)


def _back(layer: Windowed, axis: int, output: int) -> range:
    """Give what the taps reach from an output: an input of a convolution."""
    taps = layer.kernel_size[axis]
    require_few_steps(taps, kernel_size=layer.kernel_size)
    return input_positions(
        output, taps, stride=layer.stride[axis], padding=layer.padding[axis],
        dilation=layer.dilation[axis],
    )  # fmt: skip


def _there(layer: Windowed, axis: int, read: int) -> Iterator[int]:
    """Give each output from which a tap reaches what is read."""
    for first in _back(layer, axis, 0):
        output, rest = divmod(read - first, layer.stride[axis])
        if not rest:
            yield output
