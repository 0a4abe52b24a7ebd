"""Pictures, and feature maps on one scale."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike
from PIL import Image

from convdocs.arrays import as_real
from convdocs.plots.frame import bare
from convdocs.plots.palette import DIVERGING, FAINT

__all__ = ["show_maps", "show_picture", "show_scale"]


def show_picture(ax: Axes, picture: Image.Image | ArrayLike, *, title: str | None = None) -> None:
    """Draw a picture, colour or grey.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its ticks are removed; the frame is faint.
    picture : PIL.Image.Image or array_like
        An image, an array (height, width, 3), or (height, width) in grey, from 0 to 1 or, if
        its type is uint8, to 255.
    title : str, optional
        Written above.

    Raises
    ------
    TypeError, ValueError
        If `picture` is no array of real numbers.
    """
    pixels = as_real(
        picture.convert("RGB") if isinstance(picture, Image.Image) else picture, "picture"
    )
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=255 if pixels.dtype == np.uint8 else 1)
    bare(ax, title)
    ax.spines[:].set(visible=True, color=FAINT)  # black ends on dark pages, white on light ones


def show_maps(
    axes: Sequence[Axes],
    maps: Iterable[ArrayLike],
    *,
    titles: Sequence[str] | None = None,
    limit: float | None = None,
) -> AxesImage:
    """Draw feature maps on one scale with zero in its middle, so that they compare.

    Parameters
    ----------
    axes : sequence of matplotlib.axes.Axes
        One for each map.
    maps : iterable of array_like
        Shape (height, width) each.
    titles : sequence of str, optional
        One for each map.
    limit : float, optional
        Where the scale ends on both sides; the largest magnitude in `maps` when None. Give
        the same limit to several calls that are to be compared.

    Returns
    -------
    matplotlib.image.AxesImage
        The last map drawn, for :func:`show_scale`.

    Raises
    ------
    TypeError, ValueError
        If there is not one map, and one title, for each axes, or a map is no array of real
        numbers with a height and a width.
    """
    arrays = [as_real(m, "a map") for m in maps]
    for array in arrays:
        if array.ndim != 2 or not array.size:
            raise ValueError(f"a map must be (height, width) (shape {array.shape})")
    names = [None] * len(axes) if titles is None else list(titles)
    if not len(arrays) == len(axes) == len(names) > 0:
        raise ValueError(
            f"{len(arrays)} maps and {len(names)} titles for {len(axes)} axes: "
            "there must be one of each, for at least one axes"
        )
    ends = [max(float(a.max()), -float(a.min())) for a in arrays] if limit is None else [limit]
    end = max(ends) or 1  # zeros alone are white, too
    for ax, array, name in zip(axes, arrays, names, strict=True):
        image = ax.imshow(array, cmap=DIVERGING, vmin=-end, vmax=end)
        bare(ax, name)
        ax.spines[:].set(visible=True, color=FAINT)  # the ends of the scale fade on dark pages
    return image


def show_scale(
    figure: Figure, mapped: ScalarMappable, axes: Sequence[Axes], *, label: str
) -> Colorbar:
    """Draw the scale that the maps on `axes` share, at their right.

    It has pointed ends if a map goes beyond it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure that holds the axes.
    mapped : matplotlib.cm.ScalarMappable
        What :func:`show_maps` returned.
    axes : sequence of matplotlib.axes.Axes
        The axes that give room.
    label : str
        What the numbers mean.

    Returns
    -------
    matplotlib.colorbar.Colorbar
        The scale.
    """
    low, high = mapped.get_clim()
    drawn = [np.asarray(image.get_array()) for ax in axes for image in ax.images]
    beyond = any(values.min() < low or values.max() > high for values in drawn)
    bar = figure.colorbar(
        mapped, ax=list(axes), shrink=0.9, aspect=24, pad=0.02,
        extend="both" if beyond else "neither",
    )  # fmt: skip
    bar.set_label(label)
    bar.outline.set_edgecolor(FAINT)
    return bar
