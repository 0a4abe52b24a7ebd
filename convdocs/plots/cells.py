"""Arrays as grids of cells with their numbers, and the window on them."""

from collections.abc import Callable, Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from convdocs.arrays import as_real
from convdocs.plots.frame import bare
from convdocs.plots.palette import FAINT, INK, ON_FILL, OUTLINE

__all__ = ["show_cells", "show_window"]


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
    TypeError, ValueError
        If `values` is not a grid of real numbers, or `highlight` has another shape.
    """
    cells = as_real(values, "cells")
    if cells.ndim != 2:
        raise ValueError(f"cells must be (height, width) (shape {cells.shape})")
    filled = as_real(np.ones(cells.shape) if highlight is None else highlight, "highlight")
    if filled.shape != cells.shape:
        raise ValueError(f"highlight must have the cells' shape ({filled.shape} for {cells.shape})")
    write = form.format if isinstance(form, str) else form
    for (row, column), value in np.ndenumerate(cells):
        fill = filled[row, column]
        ax.add_artist(  # `add_patch` would measure each cell, for limits that are set below
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
                in_layout=False,  # it lies in its cell: to measure each takes seconds
            )  # fmt: skip
    height, width = cells.shape
    ax.set(xlim=(-0.55, width - 0.45), ylim=(height - 0.45, -0.55), aspect="equal")
    bare(ax, title)


def show_window(
    ax: Axes, rows: Iterable[int], columns: Iterable[int], *, colour: str = OUTLINE,
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
            ax.add_artist(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1,
                    facecolor="none", edgecolor=colour, linewidth=linewidth, zorder=3,
                )
            )  # fmt: skip
