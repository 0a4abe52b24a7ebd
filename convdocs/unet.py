"""Sizes through a U-Net: does what comes up fit what was kept on the way down?"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from convdocs.arguments import require_flag, require_integers
from convdocs.each_axis import per_axis
from convdocs.errors import clash, mistyped
from convdocs.layers import ConvTranspose, MaxPool, as_layer, axes_of, output_size
from convdocs.layers.fit import told_where
from convdocs.layers.stack import Layer
from convdocs.skip import Skip

__all__ = ["Passage", "sizes_that_pass", "unet_passage"]

_MOST_LEVELS = 64
_MOST_SIZES = 10_000
_HALVE = MaxPool(2)
_DOUBLE = ConvTranspose(1, 1, 2, stride=2)


class Passage(NamedTuple):
    """What becomes of one size in a U-Net.

    Attributes
    ----------
    skips : tuple of Skip
        Where the two ways meet, the deepest level first.
    output_size : tuple of int
        The spatial size of the output, with each skip mended.
    """

    skips: tuple[Skip, ...]
    output_size: tuple[int, ...]


def unet_passage(
    input_size: int | Sequence[int],
    *,
    depth: int,
    block: Layer | Iterable[Layer] = (),
    down: Layer | Iterable[Layer] = _HALVE,
    up: Layer | Iterable[Layer] = _DOUBLE,
    crop: bool = False,
) -> Passage:
    """Which sizes meet in a U-Net, level by level?

    On each level the block comes first, its output is kept, and `down` leads to the next level.
    After the deepest block, `up` leads back, level by level: what comes up is joined with what was
    kept there, and a block follows. Only sizes are looked at, so the layers may have one channel.

    Parameters
    ----------
    input_size : int or sequence of int
        The picture's spatial size along every axis, or along each; at least 1.
    depth : int
        How often it goes down, from 1 to 64.
    block, down, up : Layer or iterable of Layer
        What stands on every level, leads to the next, and leads back.
    crop : bool
        Whether what was kept is cropped to what comes up, as in the first U-Net; otherwise what
        comes up is padded to what was kept.

    Returns
    -------
    Passage
        The sizes that meet on each level, and the output's.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of another kind or out of its range, or a kernel reaches past what it is
        given.

    References
    ----------
    Ronneberger, Fischer and Brox, U-Net: convolutional networks for biomedical image
    segmentation, 2015.

    Examples
    --------
    >>> for skip in unet_passage(100, depth=3).skips:
    ...     print(skip.level, skip.kept, skip.raised, skip.mends.get("pad"))
    3 (25, 25) (24, 24) up = F.pad(up, (0, 1, 0, 1))
    2 (50, 50) (50, 50) None
    1 (100, 100) (100, 100) None
    """
    return _through(input_size, _checked(depth, block, down, up), require_flag(crop=crop))


def sizes_that_pass(
    sizes: Iterable[int],
    *,
    depth: int,
    block: Layer | Iterable[Layer] = (),
    down: Layer | Iterable[Layer] = _HALVE,
    up: Layer | Iterable[Layer] = _DOUBLE,
    crop: bool = False,
) -> list[int]:
    """Which of these sizes pass through a U-Net without a mend?

    With halving and doubling they are the multiples of ``2**depth``.

    Parameters
    ----------
    sizes : iterable of int
        The sizes to try, along every axis; at most 10,000.
    depth : int
        How often the picture goes down, from 1 to 64.
    block, down, up : Layer or iterable of Layer
        As :func:`unet_passage` takes them.
    crop : bool
        Whether what was kept is cropped: then a size passes if as much is cut off on either side.

    Returns
    -------
    list of int
        Those for which no kernel reaches past its input, and on every level what comes up fits
        what was kept.

    Raises
    ------
    TypeError, ValueError
        If a parameter is of another kind or out of its range.

    Examples
    --------
    >>> sizes_that_pass(range(1, 40), depth=3)
    [8, 16, 24, 32]
    """
    unet, crop = _checked(depth, block, down, up), require_flag(crop=crop)
    try:
        tried = [*islice(sizes, _MOST_SIZES + 1)]
    except Exception:  # whatever a foreign object says
        raise mistyped("a sequence of integers", "sizes", sizes) from None
    if len(tried) > _MOST_SIZES:
        raise clash("there are too many sizes to try", most=_MOST_SIZES)
    found = []
    for (size,) in [require_integers(1, size=size) for size in tried]:
        try:
            skips = _through(size, unet, crop).skips
        except ValueError:  # too small
            continue
        if all(n >= 0 and n % 2 == 0 if crop else n == 0 for skip in skips for n in skip.missing):
            found.append(size)
    return found


def _checked(depth: int, *parts: Layer | Iterable[Layer]) -> tuple[int, int, tuple[Layer, ...]]:
    """Give the depth, how many axes there are, and each part as one layer."""
    (depth,) = require_integers(1, depth=depth)
    if depth > _MOST_LEVELS:
        raise clash(f"depth must be at most {_MOST_LEVELS}", depth=depth)
    layers = tuple(as_layer(part) for part in parts)
    axes = {axes_of(layer) for layer in layers} - {None}
    if len(axes) != 1:
        raise clash("block, down and up must have the same axes", axes=[*map(axes_of, layers)])
    return depth, axes.pop() or 0, layers


def _through(
    input_size: int | Sequence[int], unet: tuple[int, int, tuple[Layer, ...]], crop: bool
) -> Passage:
    depth, axes, (block, down, up) = unet
    size = per_axis(input_size, axes, "input_size", minimum=1)
    kept, skips = [], []
    for level in range(1, depth + 1):
        with told_where("level", level):
            kept.append(output_size(block, size))
            size = output_size(down, kept[-1])
    with told_where("level", depth + 1):
        size = output_size(block, size)
    for level in range(depth, 0, -1):
        with told_where("level", level):
            raised = output_size(up, size)
            skips.append(Skip(level, kept[level - 1], raised, up))
            size = output_size(block, raised if crop else kept[level - 1])
    return Passage(tuple(skips), size)
