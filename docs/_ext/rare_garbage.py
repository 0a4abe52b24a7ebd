"""Search for garbage once in many pages.

A page's tree is a great many small objects that point at each other. Python looks through them
again and again while they grow, which takes a quarter of Sphinx's time, and finds nothing. What is
left of finished pages still has to go, or a thousand of them would fill the memory.
"""

import gc
from typing import Any

from sphinx.application import Sphinx

PAGES = 25

_count = 0


def now_and_then(app: Sphinx, *_: object) -> None:
    """Collect the garbage of the last pages, if they are many enough."""
    global _count  # noqa: PLW0603 (each process that Sphinx forks counts its own pages)
    _count += 1
    if _count % PAGES == 0:
        # Sphinx keeps all pages' trees a second time, as they are on the disk.
        app.env._pickled_doctree_cache.clear()
        gc.collect()


def collect(*_: object) -> None:
    """Collect now."""
    gc.collect()


def begin(app: Sphinx) -> None:
    """Leave alone what is there before the first page: it stays until the end."""
    gc.disable()
    gc.freeze()


def setup(app: Sphinx) -> dict[str, Any]:
    """Count the pages as they are read and written; each forked reader sends back all it knows."""
    app.connect("builder-inited", begin, priority=900)
    app.connect("doctree-read", now_and_then)
    app.connect("doctree-resolved", now_and_then)
    app.connect("env-merge-info", collect)
    app.connect("env-updated", collect)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
