"""A figure that moves: all its steps in one drawing, stepped through by whoever looks at it.

It needs no network, works in a notebook and on a page, and waits until it is asked to run. On
paper, and where no script runs, up to four of its steps stand side by side.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from string import Template
from zlib import crc32

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from convdocs.plots.frame import describe
from convdocs.plots.inline import as_group
from convdocs.plots.palette import FAINT

__all__ = ["Motion", "Motions", "show_motion"]

PLAYER = Template(Path(__file__).with_suffix(".html").read_text("utf-8"))
SCRIPT = re.compile(r"<script>.*?</script>\n", re.DOTALL)


@dataclass(frozen=True)
class Motion:
    """A figure in steps; the last expression of a cell shows it.

    Attributes
    ----------
    text, caption : str
        What it shows, for readers who cannot see it, and what everybody is to see in it.
    svg : str
        The drawing as matplotlib writes it, with everything that any step shows.
    steps : tuple of tuple
        For each step what is said of it, and the numbers of what moves and is seen in it.
    """

    text: str
    caption: str
    svg: str
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def _repr_html_(self) -> str:
        """Write the figure for a notebook or the site."""
        name = f"motion-{crc32(self.text.encode()):08x}"
        size, drawing = as_group(self.svg, name)
        last = len(self.steps) - 1
        seen = [(text, ";".join(f"--m{n}: visible" for n in shown)) for text, shown in self.steps]
        picture = (
            f'<svg class="shown" {size} role="img" aria-label="%s" style="%s">'
            f'<use href="#{name}"/></svg>'
        )
        stills = [seen[round(n * last / 3)] for n in range(4)] if last > 3 else seen
        moving = sorted({n for _, shown in self.steps for n in shown})
        return PLAYER.substitute(
            faint=FAINT,
            steps=escape(json.dumps(seen)), last=last, drawing=drawing,
            caption=escape(self.caption), picture=picture % (escape(self.text), ""),
            rules="\n".join(f".motion-{n} {{ visibility: var(--m{n}, hidden) }}" for n in moving),
            stills="".join(
                f"<div>{picture % (escape(text), style)}<p>{escape(text)}</p></div>"
                for text, style in stills
            ),
        )  # fmt: skip

    def save(self, path: str | Path) -> None:
        """Write the figure as a page of its own, which runs in any browser, to take it along.

        Parameters
        ----------
        path : str or pathlib.Path
            Where to; its name should end in ``.html``.
        """
        head = f'<!DOCTYPE html><meta charset="utf-8"><title>{escape(self.caption)}</title>'
        Path(path).write_text(f"{head}\n{self._repr_html_()}\n", encoding="utf-8")


@dataclass(frozen=True)
class Motions:
    """Several figures in steps, in folds, which paper unfolds.

    Attributes
    ----------
    by_fold : dict of dict
        For each fold, in their order, its figures by their names, which files take that the site
        saves. No two figures have one text.
    opened : str, optional
        The fold that is open from the beginning.
    """

    by_fold: Mapping[str, Mapping[str, Motion]]
    opened: str | None = None

    def _repr_html_(self) -> str:
        """Write the figures for a notebook or the site."""
        paper = "@media print { .motions::details-content { content-visibility: visible } }"
        page = [f"<style>{paper}</style>"]
        for fold, motions in self.by_fold.items():
            start = " open" * (fold == self.opened)
            page.append(f'<details class="motions"{start}><summary>{escape(fold)}</summary>')
            for name, motion in motions.items():
                written = SCRIPT.sub("", motion._repr_html_())
                page.append(written.replace(" data-", f' data-name="{escape(name)}" data-', 1))
            page.append("</details>")
        # One script takes care of all that stand before it.
        return "\n".join([*page, *SCRIPT.findall(PLAYER.template)])


def show_motion(
    figure: Figure, steps: Sequence[tuple[str, Iterable[Artist]]], text: str, *, caption: str
) -> Motion:
    """Turn a figure into one that is stepped through, by a button, a slider or by itself.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What no step names is seen in all of them. It is closed; where a script runs by itself,
        it stays open, at the last step.
    steps : sequence of tuple
        For each step a sentence, and the artists that are seen in it, among those of all steps.
    text, caption : str
        As in :func:`describe`.

    Returns
    -------
    Motion
        The last expression of a cell shows it.

    Raises
    ------
    ValueError
        If text, caption or a step says nothing, there is no step, or an artist is not drawn.

    Examples
    --------
    >>> figure = Figure()
    >>> dots = [figure.text(x, 0.5, "o") for x in (0.2, 0.8)]
    >>> steps = [("left", dots[:1]), ("both", dots)]
    >>> show_motion(figure, steps, "Two dots that appear.", caption="One by one.").steps
    (('left', (0,)), ('both', (0, 1)))
    """
    describe(figure, text, caption=caption)
    told = [(" ".join(words.split()), list(artists)) for words, artists in steps]
    if not (told and all(words for words, _ in told)):
        raise ValueError("a motion has at least one step, and says something of each")
    number = {artist: 0 for _, artists in told for artist in artists}
    for n, artist in enumerate(number):
        number[artist] = n
        artist.set_gid(f"moving-{n}")
    file = StringIO()
    with mpl.rc_context({"svg.hashsalt": "motion"}):  # without it ids would be random
        figure.savefig(file, format="svg", metadata={"Date": None})
    for artist, n in number.items():
        if f'id="moving-{n}"' not in file.getvalue():
            raise ValueError(f"a step names what the figure does not draw ({artist})")
        artist.set_visible(artist in told[-1][1])
    if sys.stdout is not sys.__stdout__:
        plt.close(figure)
    shown = tuple((words, tuple(number[artist] for artist in artists)) for words, artists in told)
    return Motion(str(figure.get_label()), " ".join(caption.split()), file.getvalue(), shown)
