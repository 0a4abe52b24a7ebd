"""Run one page, in a process that does nothing else, and tell what it did."""

import sys
import threading
import time
import traceback
import warnings
from itertools import chain
from typing import Any

from sitebuild import footprint, notebook, same_bytes, shown, upstream
from sitebuild.guard import Guard, by_default
from sitebuild.page_code import Reached
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import DOCS, name


def run(page: Page, conf: dict[str, Any]) -> Record:
    """Let Sphinx-Gallery run a page and write what the site shows of it.

    A page that fails, warns, or leaves or shows what it must not, is refused by a PageError.
    """
    watch = footprint.Watch()
    watch.look(page.source)
    watch.look(DOCS / "conf.py")
    unseen: list[BaseException | None] = []  # errors that Python prints and then goes on
    sys.unraisablehook = lambda args: unseen.append(args.exc_value)
    threading.excepthook = lambda args: unseen.append(args.exc_value)
    for path in (*page.written(), page.record):
        path.unlink(missing_ok=True)
    page.folder.joinpath("images/thumb").mkdir(parents=True, exist_ok=True)
    reached = Reached(page.source.read_text(encoding="utf-8"))
    guard, figures = Guard(page, conf.get("page_style")), dict[str, float]()
    pictures: dict[str, bytes] = {}
    conf = conf | {
        "reset_modules": (by_default, *conf["reset_modules"], guard.start),
        "image_scrapers": (guard.watch, *conf["image_scrapers"]),
        "abort_on_example_error": True,
        "figure_seconds": figures,
        "figure_pictures": pictures,
    }
    clock = time.perf_counter()
    warnings.simplefilter("error")
    # A reader who runs the script wants plt.show(); here there may be a screen, but nobody to look.
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    try:
        upstream.run_page(page.source, page.folder, conf, reached.visit)
    except BaseException as error:  # SystemExit too: a page may not end the build
        unseen.insert(0, error)
    seconds = time.perf_counter() - clock
    if unseen and not guard.refused:
        raise PageError(told(page, unseen[0]))
    for line, fault in chain(guard.left_behind(), reached.faults(), shown.of_this_machine(page)):
        raise PageError(f"{name(page.source)}:{line}: {fault}")
    take_thumbnail(page)
    book = page.folder / f"{page.source.stem}.ipynb"
    notebook.finish(book, page.shown(), pictures, conf["site_address"])
    same_bytes.rewrite(book.with_suffix(".zip"), {book.name: book.read_bytes()})
    reads = watch.reads()
    for changed in footprint.changes(reads, {}):
        raise PageError(f"{changed} while {page.source.name} ran: build again")
    writes = footprint.digests(page.written())
    return Record(name(page.source), seconds, figures, reads, footprint.versions(), writes)


def take_thumbnail(page: Page) -> None:
    """Have a card show the small raster that a scraper left beside the figure chosen for it.

    Sphinx-Gallery makes thumbnails of rasters only, and copies what is SVG as large as it is.
    """
    whole = page.folder / f"images/thumb/sphx_glr_{page.source.stem}_thumb.svg"
    chosen = whole.read_bytes() if whole.exists() else None
    for small in sorted(page.folder.glob(f"images/sphx_glr_{page.source.stem}_???.webp")):
        if (figure := small.with_suffix(".svg")).exists():
            if figure.read_bytes() == chosen and whole.exists():
                small.replace(whole.with_suffix(".webp"))
                whole.unlink()
            else:
                small.unlink()


def told(page: Page, error: BaseException | None) -> str:
    """Say what went wrong: the page's own line first, then where else it came from."""
    here = str(page.source)
    if isinstance(error, SyntaxError) and error.filename == here:
        return f"{name(page.source)}:{error.lineno}: SyntaxError: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    own = [frame for frame in frames if frame.filename == here]
    what = "".join(traceback.format_exception_only(error)).strip()
    if not own:
        message = str(error)  # of Sphinx-Gallery or a scraper, which may name the place itself
        return message if message.startswith(here) else f"{name(page.source)}: {what}"
    if isinstance(error, SystemExit):
        what = f"ends the run by itself ({what}); a page runs to its last line"
    text = f"{name(page.source)}:{own[-1].lineno}: {what}\n    {own[-1].line}"
    if frames[-1].filename != here:
        text += f"\n  raised by {frames[-1].filename}:{frames[-1].lineno}"
    return text
