"""Drawing: functions that take axes and arrays, draw, and compute nothing.

Input cells are blue, kernel cells rose, output cells green on every page. What can be
negative is drawn from purple through white to orange, with zero at white.
Start a page with ``plt.style.use("convdocs.page")``.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike
from PIL import Image

__all__ = [
    "DIVERGING",
    "INK",
    "INPUT",
    "KERNEL",
    "ON_FILL",
    "OUTPUT",
    "describe",
    "show_cells",
    "show_maps",
    "show_picture",
    "show_scale",
    "show_window",
]

INPUT, KERNEL, OUTPUT = "#9ccbf3", "#f3a9c6", "#a3d9ac"
"""The fills of input, kernel and output cells."""

INK = "#24292f"
"""Text and lines on the bare page; the site turns it light on dark pages."""

ON_FILL = "#15191e"
"""Text on a filled cell: the same on light and dark pages."""

FAINT = "#8b949e"
"""Lines that may recede; visible on light and dark pages."""

DIVERGING = "PuOr_r"
"""The colour map of values that can be negative; its white is zero."""


def describe(figure: Figure, text: str) -> None:
    """Say in words what a figure shows, for readers who cannot see it.

    The site takes the text as the figure's alternative text and refuses a figure without.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        It is labelled with the text.
    text : str
        One or two sentences; runs of white space count as one space.

    Raises
    ------
    ValueError
        If the text is empty.

    Examples
    --------
    >>> figure = Figure()
    >>> describe(figure, "A panda  in bamboo.")
    >>> figure.get_label()
    'A panda in bamboo.'
    """
    words = " ".join(text.split())
    if not words:
        raise ValueError("the description of a figure must say something")
    figure.set_label(words)


def _bare(ax: Axes, title: str | None) -> None:
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    if title is not None:
        ax.set_title(title)


def show_cells(
    ax: Axes,
    values: ArrayLike,
    *,
    colour: str,
    title: str | None = None,
    highlight: ArrayLike | None = None,
    form: str | Callable[[float], str] = "{:g}",
    fontsize: float = 10,
) -> None:
    """Draw an array as a grid of cells with their numbers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its ticks and frame are removed; cell (row, column) is centred on (column, row).
    values : array_like
        Shape (height, width); a cell that is NaN stays empty.
    colour : str
        The fill: :data:`INPUT`, :data:`KERNEL` or :data:`OUTPUT`.
    title : str, optional
        Written above.
    highlight : array_like of bool, optional
        Shape (height, width): the cells to fill; all of them when None. The others show
        their number on the bare page.
    form : str or callable
        A format with one place, or a function from number to text.
    fontsize : float
        Of the numbers, in points.

    Raises
    ------
    ValueError
        If `values` is not a grid, or `highlight` has another shape.
    """
    cells = np.asarray(values)
    if cells.ndim != 2:
        raise ValueError(f"cells must be (height, width) (shape {cells.shape})")
    filled = np.ones(cells.shape, np.bool_) if highlight is None else np.asarray(highlight)
    if filled.shape != cells.shape:
        raise ValueError(f"highlight must have the cells' shape ({filled.shape} for {cells.shape})")
    write = form.format if isinstance(form, str) else form
    for (row, column), value in np.ndenumerate(cells):
        fill = filled[row, column]
        ax.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5), 1, 1,
                facecolor=colour if fill else "none", edgecolor=FAINT, linewidth=0.8,
            )
        )  # fmt: skip
        if not np.isnan(value):
            number = write(value + 0)  # no sign before a zero: -0.0 + 0 is 0.0
            ax.text(
                column, row, number.replace("-", "\N{MINUS SIGN}"), ha="center", va="center",
                fontsize=fontsize, color=ON_FILL if fill else INK,
            )  # fmt: skip
    height, width = cells.shape
    ax.set(xlim=(-0.55, width - 0.45), ylim=(height - 0.45, -0.55), aspect="equal")
    _bare(ax, title)


def show_window(
    ax: Axes, rows: Iterable[int], columns: Iterable[int], *, colour: str = KERNEL,
    linewidth: float = 2.5,
) -> None:  # fmt: skip
    """Outline the cells that a kernel reads on a grid drawn by :func:`show_cells`.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes that show the grid.
    rows, columns : iterable of int
        The positions read along each axis, holes left out, as
        :func:`convdocs.geometry.input_positions` gives them.
    colour : str
        Of the outlines.
    linewidth : float
        In points.
    """
    across = list(columns)
    for row in rows:
        for column in across:
            ax.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1,
                    facecolor="none", edgecolor=colour, linewidth=linewidth, zorder=3,
                )
            )  # fmt: skip


def show_picture(ax: Axes, picture: Image.Image | ArrayLike, *, title: str | None = None) -> None:
    """Draw a picture, colour or grey.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its ticks and frame are removed.
    picture : PIL.Image.Image or array_like
        An image, an array (height, width, 3), or (height, width) in grey, from 0 to 1 or, if
        its type is uint8, to 255.
    title : str, optional
        Written above.
    """
    pixels = np.asarray(picture.convert("RGB") if isinstance(picture, Image.Image) else picture)
    ax.imshow(pixels, cmap="gray", vmin=0, vmax=255 if pixels.dtype == np.uint8 else 1)
    _bare(ax, title)


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
    ValueError
        If there is not one map, and one title, for each axes.
    """
    arrays = [np.asarray(m) for m in maps]
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
        _bare(ax, name)
    return image


def show_scale(
    figure: Figure, mapped: ScalarMappable, axes: Sequence[Axes], *, label: str
) -> Colorbar:
    """Draw the scale that the maps on `axes` share, at their right.

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
    bar = figure.colorbar(mapped, ax=list(axes), shrink=0.9, aspect=24, pad=0.02)
    bar.set_label(label)
    bar.outline.set_visible(False)
    return bar
