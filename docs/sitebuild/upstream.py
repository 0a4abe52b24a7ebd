"""Every use of what other projects do not promise to keep, read against the versions below.

Sphinx 8.2 to 9.0, Sphinx-Gallery 0.22.1, furo 2025.12, docutils 0.22, matplotlib 3.11. A
test asks for each name, and says which is gone. What Sphinx-Gallery's own documentation promises
(scrapers, resetters, sort keys) is used freely.
"""

import codeop
import re
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util.math import get_node_equation_number

__all__ = ["MathError", "get_node_equation_number", "tex2mathml"]

BLOCK = r"\.\. GENERATED FROM PYTHON SOURCE LINES (\d+)"
"""What Sphinx-Gallery writes above each block of a page, with the line where the block begins."""

TEXT_OUTPUT = (
    r"^\.\. rst-class:: sphx-glr-script-out\n\n \.\. code-block:: none\n\n"
    r"(?P<text>(?:    .*\n|\s*\n)+)"
)
HTML_OUTPUT = (
    r'^\.\. raw:: html\n\n    <div class="output_subarea output_html[^>]*>\n'
    r"(?P<html>(?:    .*\n|\s*\n)+?)    </div>\n    <br />\n    <br />$"
)
"""What it writes below a block that has printed something, or whose last line shows itself."""

DISPLAYED = re.compile(r"\\begin\{align\}(?P<formula>.*?)\\end\{align\}", re.DOTALL)
ALERT = re.compile(
    r'<div class="alert alert-\w+"><h4>(?P<kind>\w+)</h4>\n\n(?P<body>.*?)\n\n</div>', re.DOTALL
)
"""How it writes displayed formulas, notes and warnings into notebooks."""

ARCHIVES = "_jupyter.zip", "_python.zip"
CARDS = "index.rst", "backreferences_all.json"
"""How the files are called that Sphinx-Gallery makes of all pages together."""

USES = ".examples"
"""How those end that hold a documented name's uses, some of which it makes as Sphinx reads."""

GALLERY_LOG = "sphinx-gallery"
"""The name under which it says what it does."""

SITES = "html", "dirhtml"
"""Its builders of sites: what stands beside pages, and what moves, is for these."""

STATIC_CHECKED = 800
"""When Sphinx takes from the static folders those below the site, where its own folder may be."""

SVG_ID = "[a-z]+[0-9a-f]{10}"
"""The ids that matplotlib makes of what it draws; it writes colours into style attributes."""

SVG_FAMILY = r" font-family: [^;\"]+;"
"""How it names the family of a text, among other styles, before its colour."""

SVG_SIZE = r"\bfont-size: ([\d.]+)px"
"""How it gives the size of a text, in the points that it calls pixels."""

SVG_WORDS = r"<(?:text|tspan)\b[^>]*>([^<]*)"
"""How it writes words, as text; white space around elements is none of them, and does no harm."""


def run_page(source: Path, folder: Path, conf: dict[str, Any], mark: Callable[[Any], Any]) -> None:
    """Let Sphinx-Gallery run one script, its code marked, and write what the site shows of it.

    It also leaves an .md5 of the script, by which it later takes the page for up to date: this is
    how pages that have run here are not run again inside Sphinx.
    """
    from sphinx_gallery.gen_rst import generate_file_rst  # noqa: PLC0415 (where a page runs)

    class Marking(codeop.Compile):
        def __call__(self, source: Any, filename: str, symbol: str) -> CodeType:
            return super().__call__(mark(source), filename, symbol)

    codeop.Compile = Marking  # type: ignore[misc]  # by which it compiles the blocks
    generate_file_rst(source.name, folder, source.parent, conf)


SEARCHERS = "language_data.js", "searchtools.js"
"""The scripts that serve the index which Sphinx makes for searches."""


def no_index(app: Sphinx) -> None:
    """Keep Sphinx's own index for searches, and the page for it, from the site."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def forget_unused_modules(app: Sphinx, env: BuildEnvironment) -> None:
    """Show no code to which no page links, such as that of the type of a documented value."""
    modules: dict[str, Any] = getattr(env, "_viewcode_modules", {})
    for name in [name for name, entry in modules.items() if not entry or not entry[2]]:
        del modules[name]


def own_branch(context: dict[str, Any]) -> None:
    """Have furo's call of Sphinx's table of contents leave all branches but the page's closed."""
    toctree = context["toctree"]
    context["toctree"] = lambda **options: toctree(**options | {"collapse": True})
