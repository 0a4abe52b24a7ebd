"""A search index that forgets what is gone, and keeps what an incremental build does not write.

Sphinx reads the last index back from the site, where it has left out the entries of the general
index, and where words stay that no page has any more. Here each page's share is kept beside the
doctrees, and the index is put together from the shares.
"""

import pickle
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import IndexBuilder

Shares = dict[str, dict[str, Any]]

PER_PAGE = ("_titles", "_filenames", "_all_titles", "_index_entries")
PER_WORD = ("_mapping", "_title_mapping")


def shares(index: IndexBuilder, pages: set[str]) -> Shares:
    """Take the pages' shares out of an index."""
    taken: Shares = {
        page: {name: getattr(index, name)[page] for name in PER_PAGE}
        | {name: set() for name in PER_WORD}
        for page in pages
    }
    for name in PER_WORD:
        for word, places in getattr(index, name).items():
            for page in places & pages:
                taken[page][name].add(word)
    return taken


def fill(index: IndexBuilder, taken: Shares) -> None:
    """Put an index together from the shares of its pages, and of nothing else."""
    for name in PER_PAGE:
        setattr(index, name, {page: taken[page][name] for page in sorted(taken)})
    for name in PER_WORD:
        words: dict[str, set[str]] = {}
        for page, share in taken.items():
            for word in share[name]:
                words.setdefault(word, set()).add(page)
        setattr(index, name, words)


def complete(app: Sphinx) -> list[Any]:
    """Complete the index, when all pages are written and before it is."""
    index = getattr(app.builder, "indexer", None)
    if index is not None:
        kept = Path(app.doctreedir, "search_index.pickle")
        written = set(index._index_entries)  # Sphinx does not read these back
        last = pickle.loads(kept.read_bytes()) if kept.exists() else {}
        rest = {page: share for page, share in last.items() if page in app.env.found_docs}
        taken = rest | shares(index, written)
        kept.write_bytes(pickle.dumps(taken))
        fill(index, taken)
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the event that comes last before the index is written."""
    app.connect("html-collect-pages", complete, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
