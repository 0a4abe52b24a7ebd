"""Run one page, in a process that does nothing else, and tell what it did."""

import faulthandler
import os
import sys
import threading
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import footprint
import guard
import report
import same_bytes
from pages import Page, PageError
from sphinx_gallery.gen_rst import generate_file_rst


def run(page: Page, conf: dict[str, Any], root: Path, configuration: Path) -> dict[str, Any]:
    """Let Sphinx-Gallery run a page and write what the site shows of it.

    Parameters
    ----------
    page : Page
        The page.
    conf : dict
        Sphinx-Gallery's configuration.
    root : pathlib.Path
        The project's folder; only what lies below counts as the project's.
    configuration : pathlib.Path
        The file that configures the build, on which every page depends.

    Returns
    -------
    dict
        What the run read, used and wrote, and how long it took.

    Raises
    ------
    PageError
        If the page fails, warns, or leaves or shows what it must not.
    """
    watch = footprint.Watch(root, (Path(conf["src_dir"], d) for d in conf["gallery_dirs"]))
    watch.look(page.source)
    watch.look(configuration)
    unseen: list[BaseException] = []  # errors that Python prints and then goes on
    sys.unraisablehook = threading.excepthook = lambda args: unseen.append(args.exc_value)
    last = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in page.written()}
    for path in (*last, page.record):
        path.unlink(missing_ok=True)
    page.folder.joinpath("images/thumb").mkdir(parents=True, exist_ok=True)
    clock = time.perf_counter()
    warnings.simplefilter("error")
    # A reader who runs the script wants plt.show(); here there may be a screen, but nobody to look.
    warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")
    try:
        generate_file_rst(page.source.name, page.folder, page.source.parent, conf)
    except BaseException as error:  # SystemExit too: a page may not end the build
        raise PageError(told(page, error)) from error
    seconds = time.perf_counter() - clock
    if unseen:
        raise PageError(told(page, unseen[0]))
    for line, fault in guard.left_behind():
        raise PageError(f"{page.source}:{line}: {fault}")
    shown = page.folder.joinpath(page.source.name).with_suffix(".rst").read_text(encoding="utf-8")
    own = page.source.read_text(encoding="utf-8")
    for line, found, text in guard.of_this_machine(shown, own, root):
        raise PageError(f"{page.source}:{line}: the block that starts here shows {found!r}: {text}")
    same_bytes.rewrite(page.folder / f"{page.source.stem}.zip")
    for path, (data, date) in last.items():
        if path.exists() and path.read_bytes() == data:
            os.utime(path, ns=(date, date))  # or every page that shows it would be read again
    for path in footprint.below(root, sys.modules.values()):  # by whoever forked this process too
        watch.look(path)
    reads = {path.relative_to(root).as_posix(): seen for path, seen in sorted(watch.seen.items())}
    for changed in footprint.changes(reads, {}, root):
        raise PageError(f"{root}{os.sep}{changed} while {page.source.name} ran: build again")
    return {
        "seconds": seconds,
        "figures": report.figure_seconds,
        "reads": reads,
        "versions": footprint.versions(list(sys.modules.values())),
        "writes": footprint.digests(page.written(), root),
    }


def told(page: Page, error: BaseException) -> str:
    """Say what went wrong: the page's own line first, then where else it came from."""
    if isinstance(error, SyntaxError) and error.filename == str(page.source):
        return f"{page.source}:{error.lineno}: SyntaxError: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == str(page.source)]
    what = "".join(traceback.format_exception_only(error)).strip()
    if not own:
        message = str(error)  # of Sphinx-Gallery or a scraper, which may name the place itself
        return message if message.startswith(str(page.source)) else f"{page.source}: {what}"
    if isinstance(error, SystemExit):
        what = f"ends the run by itself ({what}); a page runs to its last line"
    text = f"{page.source}:{own[-1].lineno}: {what}\n    {own[-1].line}"
    if frames[-1].filename != str(page.source):
        text += f"\n  raised by {frames[-1].filename}:{frames[-1].lineno}"
    return text


def in_time(seconds: float) -> None:
    """Have every thread's place written to standard error when the time is up, or on a crash."""
    faulthandler.enable()
    faulthandler.dump_traceback_later(seconds)
