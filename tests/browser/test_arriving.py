"""A page that comes in pieces, as from a slow server: what has been read stays where it is."""

import re
import time
from collections.abc import Iterator

import pytest
from host import Host, serve
from measured import WATCH
from playwright.sync_api import Browser
from visit import IDLE, LESSONS, SITE, Visit

KINDS = [
    "404.html",
    "contributing/index.html",
    "embed.html",
    "explorer.html",
    "genindex.html",
    "index.html",
    "pages/api/convdocs.learning.training.html",
    "pages/api/convdocs.learning.training.fit.html",
    "pages/examples/why/index.html",
    "quiz.html",
    "reference/glossary.html",
    "search.html",
    LESSONS[0],
]
ENDS = re.compile(rb"</(?:[pa]|h[12]|li|div|nav|figure|section|article|aside|footer)>")
PIECES = 80  # of which the first half are as small as can be
PAUSE = 0.025  # s, in which a browser paints what it has
MOST_MOVED = 0.01  # of the window, by the browsers' own measure; few pixels of few words


def pieces(page: bytes) -> list[bytes]:
    """Cut a page after its head, where elements end."""
    start = page.index(b"<body")
    ends = [found.end() for found in ENDS.finditer(page, start)]
    half = PIECES // 2
    ends = ends[:half] + ends[half :: max(1, len(ends) // half)]
    return [page[a:b] for a, b in zip([0, *ends], [*ends, len(page)], strict=True)]


class Slow(Host):
    """A server that takes its time with pages, and with nothing else."""

    def do_GET(self) -> None:  # noqa: N802 (the library's name)
        """Send a page piece by piece."""
        path = SITE / self.path[1:]
        if path.suffix != ".html":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        for piece in pieces(path.read_bytes()):
            self.wfile.write(piece)
            time.sleep(PAUSE)
        return None


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    """Serve the site slowly."""
    with serve(Slow) as address:
        yield address


@pytest.mark.parametrize("path", KINDS)
def test_nothing_moves_while_a_page_arrives(browser: Browser, slow: str, path: str) -> None:
    """Words, columns and what closes a page do not wait for what follows to find their place."""
    for width in (390, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900})
        visit = Visit(context.new_page(), slow)
        visit.page.add_init_script(WATCH)
        page = visit.open(path)
        page.evaluate(IDLE)
        assert page.evaluate("window.moved") < MOST_MOVED, width
        assert visit.faults == []
        context.close()
