"""The first page: a picture that becomes a map while one looks at it, and the chapters as cards."""

import re
from pathlib import Path
from typing import Any

import contents
import palette
import taken
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from sitebuild.upstream import STATIC_CHECKED

CELLS = {"i": "x", "k": "w", "o": "y", "p": "pad"}  # the classes of the explorer's still picture

PANDA = 36, 47, "A panda in 36 by 47 pixels."
MAP = 32, 43, "Its map: the upright edges of ears, eyes and bamboo stand out."
"""Width and height, where a filter of 5 x 5 fits into a fifth of the panda's pixels each way."""
LABELS = {"panda": "picture", "map": "map"}


def cell(x: int, y: int, look: str) -> str:
    """Draw a cell of a grid."""
    return f'<rect {look} x="{10 * x + 0.5}" y="{10 * y + 0.5}" width="9" height="9" rx="1"/>'


def drawing(cells: str, columns: int, rows: int) -> str:
    """Put cells into a picture that says nothing beyond what stands beside it."""
    size = f"{10 * columns} {10 * rows}"
    return f'<svg class="pictogram" viewBox="0 0 {size}" aria-hidden="true">{cells}</svg>'


def pictogram(art: str) -> str:
    """Draw cells that are written a letter each; a capital is lit."""
    rows = art.strip("\n").split("\n")
    cells = "".join(
        cell(x, y, f'class="{CELLS[letter.lower()]}{" lit" * letter.isupper()}"')
        for y, row in enumerate(rows)
        for x, letter in enumerate(row)
        if letter not in ". "
    )
    return drawing(cells, max(map(len, rows)), len(rows))


def ramp() -> str:
    """Draw the filter "right", which rises from -1 to 1."""
    shades = [(x, y, f'class="w lit" opacity="{(x + 1) / 5}"') for y in range(5) for x in range(5)]
    return drawing("".join(cell(*one) for one in shades), 5, 5)


class Chapters(SphinxDirective):
    """Show the chapters as cards in the order of reading, ``.. chapters::``."""

    def run(self) -> list[nodes.Node]:
        """Draw each chapter's picture, and tell what it holds."""
        self.env.note_dependency(str(contents.FILE))
        cards = nodes.bullet_list(classes=["chapters"])
        for chapter in contents.CHAPTERS:
            drawn = nodes.raw("", pictogram(chapter["picture"]), format="html")
            cards += nodes.list_item("", drawn, *self.tell(chapter["folder"]))
        return [cards]

    def tell(self, name: str) -> list[nodes.Node]:
        """Take title and first sentence from the chapter, and its lessons' minutes together."""
        header = contents.ROOT / name / "GALLERY_HEADER.rst"
        lessons = sum(script.parent == Path(name) for script in contents.SCRIPTS)
        self.env.note_dependency(str(header))
        title, _, text = header.read_text(encoding="utf-8").partition("\n")
        sentence = re.search(r"\w.*?\.(?=\s)", text, re.DOTALL)
        minutes = taken.take(self.env, "minutes")[name]
        page = "/pages/" + name.removeprefix("docs/") + "/index"
        return self.parse_text_to_nodes(
            f":doc:`{title} <{page}>`\n\n{sentence and sentence[0]}\n\n"
            f"{lessons} lessons, about {minutes} minutes\n"
        )


class scan(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """The panda, the filter and the map, with what is said of them."""


class Scan(SphinxDirective):
    """Show a filter that slides over the panda, and the map that it fills, ``.. scan::``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Take what the directive holds as the caption."""
        return [scan("", *self.parse_content_to_nodes())]


def paint(folder: Path) -> None:
    """Write the panda in few pixels, and what the filter "right" answers to it."""
    # What paints costs a second, and most builds do not get here.
    import matplotlib as mpl  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    from convdocs import images, kernels  # noqa: PLC0415
    from convdocs.operations.unfold import matmul_cross_correlate  # noqa: PLC0415

    small = images.load("panda").resize(PANDA[:2], Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64).transpose(2, 0, 1)
    right = kernels.as_weight(kernels.oriented_ramps()[:1], len(pixels))
    answers = matmul_cross_correlate(pixels, right)[0]
    shade = answers / np.abs(answers).max() / 2 + 0.5
    colours = mpl.colormaps[palette.COLOURS["diverging"]](shade, bytes=True)
    small.save(folder / "panda.png")
    Image.fromarray(colours[..., :3]).save(folder / "map.png")


def write(app: Sphinx, config: Config) -> None:
    """Add the pictures to the site's static files."""
    folder = Path(app.doctreedir, "landing").absolute()
    if not folder.exists():
        folder.mkdir(parents=True)
        paint(folder)
    config.html_static_path = [*config.html_static_path, str(folder)]


def shown(name: str, picture: tuple[int, int, str], *moving: str) -> str:
    """Write a picture of few pixels, and what moves over it."""
    width, height, alt = picture
    spans = "".join(f'<span class="{one}"></span>' for one in moving)
    return (
        f'<div><b>{LABELS[name]}</b><div class="{name}"><img src="_static/{name}.png" '
        f'width="{width}" height="{height}" alt="{alt}">{spans}</div></div>'
    )


def visit(translator: HTML5Translator, node: scan) -> None:
    """Write the pictures; the style sheet moves the window, and a script has the button stop it."""
    kernel = f'<div><b>kernel</b><div class="kernel">{ramp()}</div></div>'
    translator.body.append(
        f'<figure class="scan"><div class="panels">{shown("panda", PANDA, "window")}{kernel}'
        f"{shown('map', MAP, 'rest', 'row')}</div>"
        '<button type="button">Play</button><figcaption>\n'
    )


def depart(translator: HTML5Translator, node: scan) -> None:
    """End the caption."""
    translator.body.append("</figcaption></figure>\n")


def dress(app: Sphinx, pagename: str, *told: Any) -> None:
    """Load the first page's style sheet there alone."""
    if pagename == app.config.root_doc:
        app.add_css_file("landing.css", priority=900)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives, the pictures and their style sheet."""
    app.add_node(scan, html=(visit, depart))
    app.add_directive("chapters", Chapters)
    app.add_directive("scan", Scan)
    app.connect("config-inited", write, priority=STATIC_CHECKED + 1)
    app.connect("html-page-context", dress)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
