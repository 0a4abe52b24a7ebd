"""All pages of a build: which of them are stale, and the runs of those, while Sphinx goes on."""

import shutil
import time
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from sitebuild import pages, pool
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import GENERATED, SOURCES, name


class Batch:
    """The pages of a gallery, and the thread that has the stale ones run, the longest first."""

    def __init__(
        self, conf: dict[str, Any], *, options: list[str], seconds: float, workers: int, start: str,
        everything: bool,
    ) -> None:  # fmt: skip
        self.began, self.options = time.perf_counter(), options
        forget_bytecode()
        self.pages = pages.find(conf)
        self.waiting = {page: why for page in self.pages if (why := page.stale(options))}
        galleries = [Path(conf["src_dir"], gallery) for gallery in conf["gallery_dirs"]]
        clear([GENERATED] if everything else galleries, self.pages)
        self.answers: SimpleQueue[tuple[Page, Record | str]] = SimpleQueue()
        if len(self.waiting) > 2:  # two can import what they need by themselves, at the same time
            pool.warm()
        order = sorted(self.waiting, key=last_seconds, reverse=True)
        self.running = pool.run(order, conf, seconds, workers, start)
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        """Pass the answers on; what goes wrong here is one, too."""
        try:
            for page, answer in self.running:
                self.answers.put((page, answer))
                if isinstance(answer, str):
                    break
        except Exception as error:
            fault = f"the processes of the pages cannot be run: {type(error).__name__}: {error}"
            self.answers.put((self.pages[0], fault))
        finally:
            self.running.close()

    def finish(self, tell: Any) -> None:
        """Wait for all pages, and keep the record of each; the first fault ends the build."""
        for count in range(1, len(self.waiting) + 1):
            page, answer = self.answers.get()
            if isinstance(answer, str):
                self.thread.join()
                raise PageError(answer)
            answer.options = self.options
            answer.save(page.record)
            ran = f"[{count}/{len(self.waiting)}] ran {page.source.name} in {answer.seconds:.1f} s"
            tell(f"{ran}: {'; '.join(self.waiting[page])}")
        self.thread.join()

    def report(self) -> dict[str, Any]:
        """Tell of each page whether it ran, why, and what it and its figures took."""
        records = {page: Record.load(page.record) or Record(0) for page in self.pages}
        told = [
            {
                "page": name(page.source),
                "ran": page in self.waiting,
                "why": self.waiting.get(page, ["nothing that it read or used has changed"]),
                "seconds": record.seconds,
                "figures": record.figures,
            }
            for page, record in records.items()
        ]
        return {"seconds": time.perf_counter() - self.began, "pages": told}


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
