"""Show the panels of a figure one below the other where they have no room beside each other.

On a phone a figure of four maps would be scrolled sideways, and what its caption compares would
never be seen together. Each part is the same image once more, cut to some columns by its style:
nothing is drawn, or loaded, twice.
"""

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Sphinx's own process draws nothing, and matplotlib takes half a second
    from matplotlib.figure import Figure

ROOM = 360  # CSS pixels that fit a phone, or very nearly
MOST = 1000  # CSS pixels, of all parts together: what is higher is better scrolled sideways
# As it is written once it has a size, by a mend before this one.
SHOWN = re.compile(
    r'<img alt="([^"]*)" class="([^"]*) parts((?:-\d+)+)" (src="[^"]*") '
    r'width="(\d+)" height="(\d+)"([^<>]*>)'
)


def cuts(figure: "Figure") -> list[float]:
    """Give the places, in inches from the left, where nothing of a figure is cut.

    A scale of colours stays with what stands to the left of it.
    """
    drawn = [artist for artist in figure.get_children()[1:] if artist.get_visible()]  # no ground
    boxes = [(artist.get_tightbbox(), artist.get_label() == "<colorbar>") for artist in drawn]
    ends = sorted((box.x0, box.x1, scale) for box, scale in boxes if box)
    reached = accumulate((right for _, right, _ in ends), max)
    return [
        (end + left) / 2 / figure.dpi
        for end, (left, _, scale) in zip(reached, ends[1:], strict=False)
        if left > end and not scale
    ]


def parts(figure: "Figure", width: int, height: int) -> list[int]:
    """Give the edges of a figure's parts, in the unit of its size, or nothing if it stays whole.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its layout is settled.
    width, height : int
        Its size in CSS pixels.

    Returns
    -------
    list of int
        From 0 to the width; in each part there is as much as a phone has room for.
    """
    axes = [one for one in figure.axes if one.get_label() != "<colorbar>"]
    named = {bool(one.get_ylabel()) for one in axes}
    if width <= ROOM or len(named) != 1:  # a name at the left is one of its whole row
        return []
    unit = width / figure.get_size_inches()[0]
    edges = [0]
    places = [0, *(round(unit * place) for place in cuts(figure)), width]
    for last, place in pairwise(places):
        if place - edges[-1] > ROOM:
            edges.append(last)
    edges.append(width)
    fit = all(0 < right - left <= ROOM for left, right in pairwise(edges))
    return edges if fit and (len(edges) - 1) * height <= MOST else []


def stand(found: re.Match[str]) -> str:
    """Write an image whole, and in parts; a style sheet shows the one or the others."""
    alt, kind, edges, source, width, height, more = found.groups()
    html = f'<img alt="{alt}" class="{kind} whole" {source} width="{width}" height="{height}"{more}'
    for left, right in pairwise(int(edge) for edge in edges[1:].split("-")):
        wide = right - left
        # An image's own proportions are stronger than those of its attributes.
        place = f"{100 * left / (int(width) - wide):.4g}% 0"
        style = f"aspect-ratio: {wide} / {height}; object-position: {place}"
        html += (
            f'<img alt="{"" if left else alt}" class="part" style="{style}" {source} '
            f'width="{wide}" height="{height}"{more}'
        )
    return html
