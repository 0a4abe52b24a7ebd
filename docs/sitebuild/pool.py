"""Run pages side by side, each in a process of its own, with what they share imported once.

The processes are those of the standard library: forked from a server that has done the imports
where there is one (``forkserver``: Linux, macOS), else started one by one (``spawn``: Windows).
"""

import faulthandler
import multiprocessing
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from multiprocessing import forkserver, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from sitebuild.pages import Page, PageError, Record
from sitebuild.project import DOCS, name


def method() -> str:
    """Name the way in which processes begin here."""
    methods = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in methods else "spawn"


def cores() -> int:
    """Count the processors that this process may use; a container has fewer than its host."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def warm() -> None:
    """Have the server import what most pages share, while this process goes on."""
    if method() == "forkserver":
        multiprocessing.set_forkserver_preload(["sitebuild.shared"])
        # It takes its path from the environment.
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(DOCS), *filter(None, [before])])
        forkserver.ensure_running()
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def stop() -> None:
    """Kill the pages that are running, for a build that ends before them."""
    for process in multiprocessing.active_children():
        process.kill()


def child(
    page: Page, conf: dict[str, Any], folder: str, deadline: float, answer: Connection
) -> None:
    """Run one page and answer with its record, or with what went wrong."""
    log = os.open(Path(folder, "log"), os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    if hasattr(os, "setsid"):
        os.setsid()  # so that whatever the page starts can be ended with it
    threading.Thread(target=die_with_parent, daemon=True).start()
    faulthandler.enable()
    # The page writes down where it is a moment before the parent stops waiting.
    faulthandler.dump_traceback_later(max(deadline - 1 - time.monotonic(), 0.1))
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder  # which torch would choose by itself
    from sitebuild import elsewhere  # noqa: PLC0415 (what a page needs, only in its process)
    from sitebuild import page as one  # noqa: PLC0415

    try:
        elsewhere.pretend()
        answer.send(one.run(page, conf))
    except PageError as error:
        answer.send(str(error))
    except Exception as error:
        answer.send(f"{name(page.source)}: {type(error).__name__}: {error}")
    os._exit(0)  # no farewell of the page's own may follow


def die_with_parent() -> None:
    """End this process when the one that started it is gone."""
    if parent := parent_process():
        wait([parent.sentinel])
    os._exit(1)


class Running:
    """A page that is running."""

    def __init__(self, page: Page, conf: dict[str, Any], seconds: float, start: str) -> None:
        self.page, self.seconds = page, seconds
        self.folder = tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True)
        context = multiprocessing.get_context(start)
        self.answer, theirs = context.Pipe(duplex=False)
        self.deadline = time.monotonic() + seconds + 1
        self.process = context.Process(  # type: ignore[attr-defined]
            target=child, args=(page, conf, self.folder.name, self.deadline, theirs)
        )
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """Kill the page and all that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.folder.cleanup()

    def result(self) -> Record | str:
        """Give the page's record or its fault, once it has answered, died, or is out of time."""
        late = time.monotonic() >= self.deadline
        answer: Record | str | None = None
        with suppress(EOFError, OSError):
            if self.answer.poll():
                answer = self.answer.recv()
        if answer is None and not late:
            self.process.join()
        status = self.process.exitcode
        trace = Path(self.folder.name, "log").read_text(encoding="utf-8", errors="replace")
        self.end()
        return answer if answer is not None else self.lost(status, trace)

    def lost(self, status: int | None, trace: str) -> str:
        """Say how a page ended that gave no answer, and where it was if that is known."""
        line = re.search(rf'File "{re.escape(str(self.page.source))}", line (\d+)', trace)
        where = name(self.page.source) + (f":{line[1]}" if line else "")
        if status is None:
            return f"{where}: still running after {self.seconds:g} s, which is its time"
        if status < 0:
            return f"{where}: its process was killed by {signal.Signals(-status).name}"
        return f"{where}: ended its process, with status {status}, before its last line"


def run(
    pages: Sequence[Page], conf: dict[str, Any], seconds: float, workers: int, start: str
) -> Generator[tuple[Page, Record | str]]:
    """Run the pages, the given number at a time, and give each one's answer as it ends."""
    waiting, running = list(pages), list[Running]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(Running(waiting.pop(0), conf, seconds, start))
            until = min(r.deadline for r in running) - time.monotonic()
            signs = {sign: r for r in running for sign in (r.answer, r.process.sentinel)}
            ready = {signs[sign] for sign in wait([*signs], max(until, 0))}
            for done in ready or [r for r in running if r.deadline <= time.monotonic()]:
                running.remove(done)
                yield done.page, done.result()
    finally:
        for left in running:
            left.end()
