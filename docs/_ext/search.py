"""The page on which a reader searches the site; its script and style are in ``docs/search``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import bundle
import npm
import search_index
from sphinx.application import Sphinx
from sphinx.config import Config

from sitebuild.upstream import SITES, STATIC_CHECKED

SOURCES = Path(__file__).parents[1] / "search"
PACKAGES = "minisearch", "stemmer"
"""What the script holds of others, whose licences ask to be handed on with it."""

NAME = "search"


def write(app: Sphinx, config: Config) -> None:
    """Add script and style to the site's static files, with the licences of what is in them."""
    bundle.add(app, config, SOURCES, "search.js")
    found = [
        next((npm.installed() / name).glob("[Ll][Ii][Cc][Ee][Nn][SsCc][Ee]*")) for name in PACKAGES
    ]
    text = "\n\n".join(f"{path.parent.name}\n\n{path.read_text('utf-8')}" for path in found)
    Path(app.doctreedir, NAME, "search-licences.txt").write_text(text, encoding="utf-8")


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page, which has no document."""
    if app.builder.name in SITES:
        yield NAME, {"title": "Search", "stamped": stamped(app)}, "search.html"


def stamped(app: Sphinx) -> dict[str, str]:
    """Name the page's own files so that a browser takes no old one for them."""
    static = Path(app.outdir, "_static")
    files = ("search.css", search_index.NAME, "search.js")
    return {name: f"{name}?v={crc32((static / name).read_bytes()):08x}" for name in files}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the page, to be written when all others are."""
    app.setup_extension("search_index")
    app.connect("config-inited", write, priority=STATIC_CHECKED + 1)
    app.connect("html-collect-pages", collect, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
