"""All pages of a build: which of them are stale, and the runs of those, while Sphinx goes on."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from sitebuild import pages, pool
from sitebuild.footprint import digest
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import GENERATED, PRELOAD, SOURCES, name


class Batch:
    """The pages of a gallery, and threads that have one stale page after the other run."""

    def __init__(self, conf: dict[str, Any], *, anew: bool) -> None:
        self.conf = conf
        forget_bytecode()
        self.pages = pages.find(conf)
        now = cache(digest)  # of a file that many have read
        reasons = {page: page.stale(conf["page_options"], now) for page in self.pages}
        self.stale = {page: why for page, why in reasons.items() if why}
        for page in self.stale:
            pages.read(page)
        galleries = [Path(conf["src_dir"], gallery) for gallery in conf["gallery_dirs"]]
        clear([GENERATED] if anew else galleries, self.pages)
        if self.stale:  # two can import what they need by themselves, at the same time
            pool.warm(PRELOAD if len(self.stale) > 2 else [])
        self.threads = ThreadPool(max(1, min(conf["page_workers"], len(self.stale))))
        took = {path: record.seconds for path, record in pages.records().items()}
        longest_first = sorted(self.stale, key=lambda page: -took.get(page.record, float("inf")))
        self.runs = self.threads.imap_unordered(self.run, longest_first)

    def run(self, page: Page) -> tuple[Page, Record]:
        """Run a page, and complete its record."""
        try:
            record = pool.run(page, self.conf)
        except OSError as error:
            raise PageError(f"{name(page.source)}: its process cannot be run: {error}") from None
        record.options, record.why = self.conf["page_options"], self.stale[page]
        return page, record

    def finish(self, tell: Callable[[str], object]) -> None:
        """Wait for all pages, and keep the record of each; the first fault ends the build."""
        try:
            for count, (page, record) in enumerate(self.runs, 1):
                record.save(page.record)
                ran = f"[{count}/{len(self.stale)}] ran {page.source.name}"
                tell(f"{ran} in {record.seconds:.1f} s: {'; '.join(record.why)}")
        except BaseException:
            pool.stop()
            raise
        finally:
            self.threads.terminate()
            self.threads.join()


def clear(folders: list[Path], found: list[Page]) -> None:
    """Remove from generated folders what none of the pages has written, indexes of theirs apart."""
    kept = {path for page in found for path in (*page.written(), page.record)}
    kept |= {top / "index.rst" for page in found for top in (page.folder, page.folder.parent)}
    for folder in folders:
        for path in sorted(folder.resolve().rglob("*"), reverse=True):
            if path.is_dir():
                with suppress(OSError):  # something is left in it
                    path.rmdir()
            elif path not in kept:
                path.unlink()


def forget_bytecode() -> None:
    """Remove the project's bytecode: an edit within a second, of equal length, escapes Python."""
    for place in SOURCES:
        for compiled in place.rglob("__pycache__"):
            shutil.rmtree(compiled, ignore_errors=True)
