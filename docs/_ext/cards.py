"""On the card of a lesson, below its title, what it answers and how long it takes."""

import re
from html import escape
from pathlib import PurePosixPath
from typing import Any

import contents
from docutils import nodes
from sphinx.application import Sphinx

from sitebuild.upstream import SITES

TITLE = re.compile(
    r'<a class="reference internal" href="([^"#]*)\.html"(?:(?!</?div).)*</a></p>\s*'
    r'<div class="sphx-glr-thumbnail-title">[^<]*</div>',
    re.DOTALL,
)


def told() -> dict[str, str]:
    """Give what stands on the card of each lesson, by the name of its page."""
    cards = {}
    for page, script in zip(contents.PAGES, contents.SCRIPTS, strict=True):
        asked = re.sub("``(.+?)``", r"<code>\1</code>", escape(page["question"], quote=False))
        minutes = contents.minutes((contents.ROOT / script).read_text(encoding="utf-8"))
        cards[script.stem] = (
            f'<div class="asks">{asked} <small>About {minutes} minutes</small></div>'
        )
    return cards


def add(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Write it on the cards of the tutorial's own lists; those below functions are small."""
    listed = pagename.startswith("pages/") and pagename.endswith("/index")
    if not listed or app.builder.name not in SITES:
        return
    cards = told()
    context["body"] = TITLE.sub(
        lambda found: found[0] + cards[PurePosixPath(found[1]).name], context["body"]
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the moment before a page is written."""
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
