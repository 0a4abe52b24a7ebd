"""A sidebar that opens the reader's own chapter: furo opens them all."""

from typing import Any

from sphinx.application import Sphinx

from sitebuild import upstream


def setup(app: Sphinx) -> dict[str, Any]:
    """Leave the other chapters closed, before furo's own handler asks for the tree."""
    app.connect("html-page-context", lambda *told: upstream.own_branch(told[3]), priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
