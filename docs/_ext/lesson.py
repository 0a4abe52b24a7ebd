"""Turn a script into a lesson: fold code that is not the point, below the figure that it draws.

A cell of imports folds by itself, and so does one that asks a question. Others say so in their
first line: a comment that begins with "Drawing" becomes the title of the fold. Of "Solution" and
its number only these become the title, for the words after them give the solution away. The script
and the style that serve a lesson are in ``docs/lesson``.
"""

import re
from pathlib import Path
from typing import Any

import bundle
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from sitebuild.upstream import STATIC_CHECKED

logger = logging.getLogger(__name__)

SOURCES = Path(__file__).parents[1] / "lesson"
MARK = re.compile(r"# (Drawing\b.*|Solution \d+\b)")
IMPORTS = re.compile(r"((from|import) .*|plt\.style\.use\(.*\)|[ )].*|)")
QUESTION = re.compile(r"^questions\.\w+\(", re.MULTILINE)  # after what it needs, if anything
ASKS = "Code of the question"


class fold(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """What a reader unfolds, below its title."""


def title_of(code: str) -> str:
    """Give the title under which a cell of code is folded; none if it stays open."""
    code = code.strip()
    if marked := MARK.match(code):
        return marked[1].rstrip(".")
    if QUESTION.search(code):
        return ASKS
    lines = code.splitlines()
    imports = code.startswith(("import ", "from ")) and all(map(IMPORTS.fullmatch, lines))
    return "Imports" if imports else ""


def rearrange(app: Sphinx, doctree: nodes.document) -> None:
    """Fold cells of the gallery's pages, below what they show."""
    for note in list(doctree.findall(nodes.note)):
        if "sphx-glr-download-link-note" in note["classes"]:
            note.parent.remove(note)  # the head of a lesson holds the downloads
    for block in list(doctree.findall(nodes.literal_block)):
        title = title_of(block.astext()) if block.get("language") == "Python" else ""
        if not title:
            continue
        parent = block.parent
        place = parent.index(block)
        end = place + 1
        # A cell ends where Sphinx-Gallery names the lines of the next.
        while end < len(parent) and not isinstance(parent[end], nodes.comment | nodes.section):
            end += 1
        shown = parent[place + 1 : end]
        if title == ASKS and not any(list(node.findall(nodes.raw)) for node in shown):
            logger.warning("a question is shown only by the last line of its cell", location=block)
        if title.startswith("Solution"):  # what it prints would give it away
            parent[place:end] = [fold("", block, *shown, title=title)]
        else:
            parent[place:end] = [*shown, fold("", block, title=title)]


def visit(translator: HTML5Translator, node: fold) -> None:
    """Open the fold."""
    title = re.sub("``(.+?)``", r"<code>\1</code>", translator.encode(node["title"]))
    translator.body.append(f'<details class="code"><summary>{title}</summary>\n')


def depart(translator: HTML5Translator, node: fold) -> None:
    """Close the fold."""
    translator.body.append("</details>\n")


def write(app: Sphinx, config: Config) -> None:
    """Add script and style to the site's static files."""
    bundle.add(app, config, SOURCES, "lesson.js")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the fold."""
    app.add_node(fold, html=(visit, depart))
    app.add_css_file("lesson.css", priority=900)
    app.add_js_file("lesson.js", loading_method="defer")
    app.connect("config-inited", write, priority=STATIC_CHECKED + 1)
    app.connect("doctree-read", rearrange)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
