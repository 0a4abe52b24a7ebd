"""A sidebar that opens the reader's own chapter: furo opens them all."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def fill(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Have furo's call of Sphinx's own table of contents leave the other chapters closed."""
    toctree = context["toctree"]
    context["toctree"] = lambda **options: toctree(**options | {"collapse": True})


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the sidebar before furo's own handler."""
    app.connect("html-page-context", fill, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
