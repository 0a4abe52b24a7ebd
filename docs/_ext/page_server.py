"""Run pages side by side, each in a process of its own, with what they share imported once.

This is a program. It reads from its standard input what to import, then one pickled order, forks
a process for each page, and writes one pickled answer a page to its standard output. It ends when
all pages are done, when one fails, or when whoever started it is gone.
"""

import gc
import os
import pickle
import re
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import IO, Any

import footprint
from pages import Page, PageError


@dataclass
class Order:
    """What is to be run, and how."""

    path: list[str]
    pages: list[Page]
    arguments: tuple[Any, ...]
    seconds: float
    workers: int


def child(running: "Running", answer: Connection, life: Connection) -> None:
    """Run one page and answer with its record, or with what went wrong."""
    one_page = import_module("one_page")  # only now, if it is not shared by all
    os.setsid()  # so that whatever the page starts can be ended with it
    running.lifeline.close()
    log = running.log.fileno()
    os.dup2(log, 1)
    os.dup2(log, 2)

    def die_with_parent() -> None:
        with suppress(EOFError):
            life.recv_bytes()
        os._exit(1)

    Thread(target=die_with_parent, daemon=True).start()
    # The page writes down where it is a moment before the parent stops waiting.
    one_page.in_time(max(running.deadline - 1 - time.monotonic(), 0.1))
    try:
        answer.send(one_page.run(running.page, *running.order.arguments))
    except PageError as error:
        answer.send(str(error))
    except Exception as error:
        answer.send(f"{running.page.source}: {type(error).__name__}: {error}")
    os._exit(0)  # no farewell of the page's own may follow


class Running:
    """A page that is running."""

    def __init__(self, page: Page, order: Order) -> None:
        self.page, self.order = page, order
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as this)
        self.answer, theirs = Pipe(duplex=False)
        # Nothing is ever sent through it; a page ends when its other end is gone.
        life, self.lifeline = Pipe(duplex=False)
        self.process = Process(target=child, args=(self, theirs, life))
        self.deadline = time.monotonic() + order.seconds + 1
        self.process.start()
        theirs.close()
        life.close()

    def end(self) -> None:
        """Kill the page and all that it has started."""
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def result(self) -> dict[str, Any] | str:
        """Give the page's record or its fault, once it has answered, died, or is out of time."""
        late = time.monotonic() >= self.deadline
        answer = None
        with suppress(EOFError, OSError):
            if self.answer.poll():
                answer = self.answer.recv()
        if answer is None and not late:
            self.process.join()
        status = self.process.exitcode
        self.end()
        return answer if answer is not None else self.lost(status)

    def lost(self, status: int | None) -> str:
        """Say how a page ended that gave no answer, and where it was if that is known."""
        self.log.seek(0)
        trace = self.log.read().decode(errors="replace")
        source = str(self.page.source)
        line = re.search(rf'File "{re.escape(source)}", line (\d+)', trace)
        where = f"{source}:{line[1]}" if line else source
        if status is None:
            return f"{where}: still running after {self.order.seconds:g} s, which is its time"
        if status < 0:
            return f"{where}: its process was killed by {signal.Signals(-status).name}"
        return f"{where}: ended its process, with status {status}, before its last line"


def serve(order: Order, out: IO[bytes]) -> None:
    """Run the pages, the given number at a time, and answer as they end."""
    footprint.versions(list(sys.modules.values()))  # looked up once, for all pages
    gc.freeze()  # or each page would search for garbage among all that was imported
    waiting = list(order.pages)
    running: list[Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < order.workers:
                running.append(Running(waiting.pop(0), order))
            until = min(r.deadline for r in running) - time.monotonic()
            signs = [sign for r in running for sign in (r.answer, r.process.sentinel)]
            ready = wait([*signs, sys.stdin], max(until, 0))
            if sys.stdin in ready:  # nothing more is ever sent: its other end is gone
                return
            for done in [r for r in running if {r.answer, r.process.sentinel} & {*ready}] or [
                r for r in running if r.deadline <= time.monotonic()
            ]:
                running.remove(done)
                pickle.dump((done.page, done.result()), out)
                out.flush()
    finally:
        for left in running:
            left.end()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may print among the answers
    with suppress(BrokenPipeError, EOFError, KeyboardInterrupt):
        sys.path[:], modules = pickle.load(sys.stdin.buffer)
        for name in modules:
            with suppress(ImportError):  # conf.py may yet say where it is
                import_module(name)
        order = pickle.load(sys.stdin.buffer)
        sys.path[:] = order.path
        for name in modules:
            import_module(name)
        serve(order, answers)
    os._exit(0)  # taking down what was imported would cost a second
