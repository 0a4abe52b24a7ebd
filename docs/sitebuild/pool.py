"""Run a page in a process of its own, with what it shares with others imported once.

The processes are those of the standard library: forked from a server that has done the imports
where there is one (``forkserver``: Linux, macOS), else started one by one (``spawn``: Windows).
"""

import faulthandler
import multiprocessing
import os
import re
import signal
import tempfile
import time
from contextlib import suppress
from multiprocessing import forkserver, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from sitebuild.pages import Page, PageError, Record
from sitebuild.project import DOCS, name

METHODS = multiprocessing.get_all_start_methods()
CONTEXT = multiprocessing.get_context("forkserver" if "forkserver" in METHODS else "spawn")
ONE_BY_ONE = Lock()  # what multiprocessing keeps of its processes is not made for threads
STOPPED = Event()


def cores() -> int:
    """Count the processors that this process may use; a container has fewer than its host."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def warm(modules: list[str]) -> None:
    """Have the server import what pages need, while this process goes on."""
    if "forkserver" in METHODS:
        multiprocessing.set_forkserver_preload([*modules, "sitebuild.shared"])
        before = os.environ.get("PYTHONPATH", "")
        # It takes its path from the environment.
        os.environ["PYTHONPATH"] = os.pathsep.join([str(DOCS), *filter(None, [before])])
        forkserver.ensure_running()
        os.environ["PYTHONPATH"] = before


def stop() -> None:
    """Kill the pages that are running, and start no other, for a build that ends before them."""
    with ONE_BY_ONE:
        STOPPED.set()
        for process in multiprocessing.active_children():
            process.kill()


def run(page: Page, conf: dict[str, Any]) -> Record:
    """Run a page until it has answered, died, or is out of time; raise its fault, if it has one."""
    seconds = conf["page_seconds"]
    with tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True) as folder:
        ours, theirs = CONTEXT.Pipe(duplex=False)
        given = page, conf, folder, time.monotonic() + seconds, theirs
        process = CONTEXT.Process(target=child, args=given)  # type: ignore[attr-defined]
        with ONE_BY_ONE:
            if STOPPED.is_set():
                raise PageError(f"{name(page.source)}: the build has ended before it")
            process.start()
        theirs.close()
        answered = wait([ours, process.sentinel], seconds + 1)
        answer: Record | str = ""
        with suppress(EOFError, OSError):
            if ours.poll():
                answer = ours.recv()
        with ONE_BY_ONE:
            if answered and not answer:
                process.join(1)
            status = process.exitcode
            # What it has started ends with it.
            with suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()
        trace = Path(folder, "log").read_text(encoding="utf-8", errors="replace")
    if isinstance(answer, Record):
        return answer
    line = re.search(rf'File "{re.escape(str(page.source))}", line (\d+)', trace)
    where = name(page.source) + (f":{line[1]}" if line else "")
    if status is None:
        end = f"still running after {seconds:g} s, which is its time"
    elif status < 0:
        end = f"its process was killed by {signal.Signals(-status).name}"
    else:
        end = f"ended its process, with status {status}, before its last line"
    raise PageError(answer or f"{where}: {end}")


def child(
    page: Page, conf: dict[str, Any], folder: str, deadline: float, answer: Connection
) -> None:
    """Run one page and answer with its record, or with what went wrong."""
    log = os.open(Path(folder, "log"), os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    if hasattr(os, "setsid"):
        os.setsid()  # so that whatever the page starts can be ended with it
    Thread(target=die_with_parent, daemon=True).start()
    faulthandler.enable()
    # The page writes down where it is a moment before the parent stops waiting.
    faulthandler.dump_traceback_later(max(deadline - time.monotonic(), 0.1))
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
