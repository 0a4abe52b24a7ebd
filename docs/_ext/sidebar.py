"""A sidebar that opens the reader's own chapter: furo opens them all."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from sitebuild import upstream


def fill(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Leave the other chapters closed."""
    upstream.own_branch(context)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the sidebar before furo's own handler."""
    app.connect("html-page-context", fill, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
