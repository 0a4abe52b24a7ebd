"""All pages of a build: which of them are stale, and the runs of those, while Sphinx goes on."""

import shutil
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from sitebuild import pages, pool
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import GENERATED, SOURCES, name


class Batch:
    """The pages of a gallery, and threads that have one stale page after the other run."""

    def __init__(
        self, conf: dict[str, Any], *, options: list[str], seconds: float, workers: int, anew: bool
    ) -> None:
        self.conf, self.options, self.seconds = conf, options, seconds
        forget_bytecode()
        self.pages = pages.find(conf)
        self.stale = {page: why for page in self.pages if (why := page.stale(options))}
        galleries = [Path(conf["src_dir"], gallery) for gallery in conf["gallery_dirs"]]
        clear([GENERATED] if anew else galleries, self.pages)
        if len(self.stale) > 2:  # two can import what they need by themselves, at the same time
            pool.warm()
        self.waiting = deque(sorted(self.stale, key=last_seconds, reverse=True))
        self.answers: SimpleQueue[tuple[Page, Record | str]] = SimpleQueue()
        count = min(workers, len(self.stale))
        self.threads = [Thread(target=self._work, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _work(self) -> None:
        """Run the pages that are left, and pass each one's answer on."""
        with suppress(IndexError):  # none is left
            while True:
                page = self.waiting.popleft()
                try:
                    answer = pool.run(page, self.conf, self.seconds)
                except OSError as error:
                    answer = f"{name(page.source)}: its process cannot be run: {error}"
                self.answers.put((page, answer))

    def finish(self, tell: Callable[[str], object]) -> None:
        """Wait for all pages, and keep the record of each; the first fault ends the build."""
        try:
            for count in range(1, len(self.stale) + 1):
                page, answer = self.answers.get()
                if isinstance(answer, str):
                    raise PageError(answer)
                answer.options, answer.why = self.options, self.stale[page]
                answer.save(page.record)
                ran = f"[{count}/{len(self.stale)}] ran {page.source.name}"
                tell(f"{ran} in {answer.seconds:.1f} s: {'; '.join(answer.why)}")
        finally:
            self.waiting.clear()
            for thread in self.threads:
                while thread.is_alive():
                    pool.stop()
                    thread.join(0.1)


def last_seconds(page: Page) -> float:
    """Give the time of the page's last run, and more than any page takes if there was none."""
    record = Record.load(page.record)
    return record.seconds if record else float("inf")


def clear(folders: list[Path], found: list[Page]) -> None:
    """Remove from generated folders what none of the pages has written, indexes of theirs apart."""
    kept = {path for page in found for path in (*page.written(), page.record)}
    kept |= {page.folder / "index.rst" for page in found}
    kept |= {page.folder.parent / "index.rst" for page in found}
    for top in folders:
        for path in sorted(top.resolve().rglob("*"), reverse=True):
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in kept:
                path.unlink()


def forget_bytecode() -> None:
    """Remove the project's bytecode: an edit within a second, of equal length, escapes Python."""
    for place in SOURCES:
        for cache in place.rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
