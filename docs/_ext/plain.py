"""Say in plain words what only a web site can show, where another builder writes the pages.

Folds, questions and explorers become what every format has: a title in bold, what it holds, a line.
"""

from typing import Any

import as_markdown
from docutils import nodes
from explorer import explorer
from landing import scan
from lesson import fold
from sphinx.application import Sphinx

from sitebuild.upstream import SITES


def opened(node: fold) -> list[nodes.Node]:
    """Open a fold for good."""
    title = nodes.strong(text=node["title"].replace("``", ""))
    return [nodes.paragraph("", "", title), *node.children]


def told(node: explorer) -> list[nodes.Node]:
    """Say that there is an explorer."""
    state = f" at {node['state']}" if node["state"] else ""
    return [nodes.paragraph(text=f"The site has an explorer here{state}.")]


def read_out(node: nodes.raw) -> list[nodes.Node]:
    """Write HTML that a page shows of itself, such as its questions, as plain paragraphs."""
    text = as_markdown.convert(node.astext(), [])
    return [nodes.paragraph(text=part.strip()) for part in text.split("\n\n") if part.strip()]


def unfold(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take out what has no place where nothing can be downloaded, and open what is folded."""
    if app.builder.name in SITES:
        return
    for part in list(doctree.findall(nodes.container)):
        if "sphx-glr-footer" in part["classes"]:
            part.parent.remove(part)
    for moving in list(doctree.findall(scan)):
        moving.replace_self(moving.children)
    if app.builder.format == "html":
        return
    for place in list(doctree.findall(explorer)):
        place.replace_self(told(place))
    for folded in list(doctree.findall(fold)):
        folded.replace_self(opened(folded))
    for raw in list(doctree.findall(nodes.raw)):
        if "html" in raw["format"].split():
            raw.replace_self(read_out(raw))


def setup(app: Sphinx) -> dict[str, Any]:
    """Come after the pages' own extensions."""
    app.connect("doctree-resolved", unfold, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
