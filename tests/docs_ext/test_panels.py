"""Figures whose panels stand one below the other on a phone."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import markup
import matplotlib.pyplot as plt
import numpy as np
import panels
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from convdocs import plots

INCH = 96  # CSS pixels
ROOM = panels.ROOM / INCH


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def row(count: int, wide: float = 7.2, high: float = 2.0, **settings: str) -> Figure:
    """Draw a row of maps, as wide in inches as a page's text."""
    plt.style.use("convdocs.page")
    figure, axes = plt.subplots(1, count, figsize=(wide, high), squeeze=False)
    for n, ax in enumerate(axes[0]):
        plots.show_cells(ax, np.eye(3), colour=plots.INPUT, title=f"map {n}")
        ax.set(**settings)
    return figure


def edges(figure: Figure) -> list[int]:
    """Ask for the parts of a figure."""
    figure.canvas.draw()
    return panels.parts(figure, *(round(INCH * side) for side in figure.get_size_inches()))


@pytest.mark.parametrize(("count", "parts"), [(2, 2), (3, 3), (4, 2), (6, 2), (8, 2)])
def test_each_part_holds_as_many_panels_as_a_phone_has_room_for(count: int, parts: int) -> None:
    """All parts are of whole panels, and together they are the figure."""
    figure = row(count)
    found = edges(figure)
    assert len(found) == parts + 1
    assert (found[0], found[-1]) == (0, 691)
    assert max(np.diff(found)) <= panels.ROOM
    for ax in figure.axes:
        box = ax.get_tightbbox()
        left, right = box.x0 / figure.dpi * INCH, box.x1 / figure.dpi * INCH
        assert any(a <= left and right <= b for a, b in pairwise(found))


def test_a_scale_stays_with_what_is_beside_it() -> None:
    """It is no panel, though it has room of its own."""
    plt.style.use("convdocs.page")
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 2))
    mapped = plots.show_maps(axes, np.eye(3)[None].repeat(2, 0) - 0.5, titles=["a", "b"])
    plots.show_scale(figure, mapped, axes, label="answer")
    figure.canvas.draw()
    (place,) = panels.cuts(figure)
    first, second = (ax.get_position() for ax in axes)
    assert first.x1 < place / 7.2 < second.x0


@pytest.mark.parametrize(
    ("figure", "why"),
    [
        (lambda: row(1), "a panel wider than a phone"),
        (lambda: row(2, wide=ROOM), "one that fits a phone"),
        (lambda: row(4, high=6), "a tall one"),
    ],
)
def test_what_is_better_seen_whole_stays_whole(figure: Callable[[], Figure], why: str) -> None:
    """Then it is scrolled, or fits."""
    assert edges(figure()) == [], why


def test_what_belongs_to_several_panels_is_not_cut() -> None:
    """A title above all, an arrow from one to the next, and names of rows at their left."""
    figure = row(4)
    assert edges(figure)
    figure.suptitle("one title that is wider than any two of the four panels below it are together")
    assert edges(figure) == []
    figure = row(2)
    first, second = figure.axes
    figure.add_artist(ConnectionPatch((1, 1), (1, 1), first.transData, second.transData))
    assert edges(figure) == []
    figure = row(4)
    figure.axes[0].set_ylabel("a name of the row")
    assert edges(figure) == []
    assert edges(row(4, ylabel="a name of each"))


def test_what_writes_pages_loads_nothing_that_draws() -> None:
    """Sphinx's own process reads what those of pages have drawn; matplotlib takes half a second."""
    told = "import sys; sys.path[:0] = sys.argv[1:]; import markup; print(*sys.modules)"
    extensions = Path(markup.__file__).parent
    command = [sys.executable, "-c", told, extensions, extensions.parent]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert "panels" in loaded
    assert "matplotlib" not in loaded


def test_parts_are_the_image_again_cut_by_its_style() -> None:
    """Only the first tells what is seen, so that nobody hears it twice."""
    image = (
        '<img alt="Two &quot;maps&quot;." class="sphx-glr-single-img slim parts-0-300-691" '
        'src="../a.svg" style="width: 691px; height: 192px;" />'
    )
    page = markup.mend(f"<!doctype html><html><head></head><body><a>{image}</a></body></html>")
    whole, first, second = re.findall(r"<img .*?>", page)
    size = 'src="../a.svg" width="{}" height="192" loading="lazy" decoding="async" />'
    words = '<img alt="Two &quot;maps&quot;."'
    assert whole == f'{words} class="sphx-glr-single-img slim whole" {size.format(691)}'
    assert first == f'{words} class="s-0 part" {size.format(300)}'
    assert second == f'<img alt="" class="s-1 part" {size.format(391)}'
    assert "{ aspect-ratio: 300 / 192; object-position: 0% 0 }" in page
    assert "{ aspect-ratio: 391 / 192; object-position: 100% 0 }" in page
    assert markup.mend(page) == page
