"""Run the pages that are stale, each in a process of its own, before Sphinx-Gallery looks at them.

Sphinx-Gallery runs its examples inside Sphinx's process, one after the other, and decides by a
page's text alone whether to run it again. Here the pages run before it, through its own
`generate_file_rst`, while Sphinx itself gets ready; it then finds them done, and puts indexes,
cards and archives together.

List this extension before ``sphinx_gallery.gen_gallery``.
"""

import json
import os
import pickle
import sys
import time
from pathlib import Path
from typing import Any

import footprint
import one_build
import page_client
import pages
import tidy
from page_server import Order
from pages import Page, PageError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)


def stale(page: Page, root: Path) -> list[str]:
    """Say why a page must run, in words; nothing if its last run still holds."""
    try:
        last = json.loads(page.record.read_text(encoding="utf-8"))
        why = footprint.changes(last["reads"], last["versions"], root)
        if last["writes"] != footprint.digests(page.written(), root):
            why.append("what it wrote is not there as it was written")
    except (OSError, ValueError, KeyError):
        return ["it has no complete run"]
    return why


def last_seconds(page: Page) -> float:
    """Give the time of the page's last run, and more than any page takes if there was none."""
    try:
        seconds: float = json.loads(page.record.read_text(encoding="utf-8"))["seconds"]
    except (OSError, ValueError, KeyError):
        return float("inf")
    return seconds


class Batch:
    """All pages of a build, and the process that runs those of them that are stale."""

    def __init__(self, app: Sphinx, config: Config) -> None:
        self.began = time.perf_counter()
        self.root = Path(app.confdir).resolve().parent
        self.conf = dict(config.sphinx_gallery_conf)
        self.conf |= {"src_dir": str(app.srcdir), "plot_gallery": True, "builder_name": "html"}
        self.pages = pages.find(self.conf)
        self.waiting = {page: why for page in self.pages if (why := stale(page, self.root))}
        tidy.clear(self.conf, self.pages)
        if self.waiting:
            self.start(app, config)

    def start(self, app: Sphinx, config: Config) -> None:
        """Have the stale pages run, the longest first, while Sphinx goes on."""
        conf = self.conf | {
            "reset_modules": (*self.conf["reset_modules"], "guard.start"),
            "image_scrapers": ("guard.watch", *config.page_scrapers),
            "abort_on_example_error": True,
            "page_root": self.root,
            "page_style": config.page_style,
        }
        # Two pages can import what they need by themselves, at the same time.
        modules = page_client.shared(config.page_modules) if len(self.waiting) > 2 else ()
        self.server = page_client.early.pop(modules, None) or page_client.start(modules)
        order = Order(
            path=sys.path,
            pages=sorted(self.waiting, key=last_seconds, reverse=True),
            arguments=(conf, self.root, Path(app.confdir, "conf.py")),
            seconds=config.page_seconds,
            workers=config.page_workers,
        )
        page_client.send(self.server, order)

    def finish(self) -> None:
        """Wait for all pages, and keep the record of each; the first fault ends the build."""
        if self.waiting:
            try:
                for count in range(1, len(self.waiting) + 1):
                    self.take(count)
            except EOFError:
                raise PageError("the process that runs the pages ended early") from None
            finally:
                self.server.stdin.close()  # which ends it
                self.server.wait()
        logger.info(
            "%d pages ran, %d were reused", len(self.waiting), len(self.pages) - len(self.waiting)
        )

    def take(self, count: int) -> None:
        """Take one answer of the server."""
        page, answer = pickle.load(self.server.stdout)
        if isinstance(answer, str):
            raise PageError(answer.replace(f"{self.root}{os.sep}", ""))
        new = page.record.with_suffix(".new")
        new.write_text(json.dumps(answer, indent=1), encoding="utf-8")
        new.replace(page.record)
        logger.info(
            "[%d/%d] ran %s in %.1f s: %s", count, len(self.waiting), page.source.name,
            answer["seconds"], "; ".join(self.waiting[page]),
        )  # fmt: skip

    def report(self) -> dict[str, Any]:
        """Tell of each page whether it ran, why, and what it and its figures took."""
        records = {page: json.loads(page.record.read_text(encoding="utf-8")) for page in self.pages}
        told = [
            {
                "page": page.source.relative_to(self.root).as_posix(),
                "ran": page in self.waiting,
                "why": self.waiting.get(page, ["nothing that it read or used has changed"]),
                "seconds": record["seconds"],
                "figures": record["figures"],
            }
            for page, record in records.items()
        ]
        return {"seconds": time.perf_counter() - self.began, "pages": told}


def take_over(app: Sphinx, config: Config) -> None:
    """Wait for other builds, and keep from Sphinx what only the pages' processes need to import."""
    if config.extensions.index("runs") > config.extensions.index("sphinx_gallery.gen_gallery"):
        raise PageError("conf.py: list 'runs' before 'sphinx_gallery.gen_gallery'")
    root = Path(app.confdir).resolve().parent
    one_build.wait_for_turn(root)
    tidy.forget_bytecode(root)
    conf = config.sphinx_gallery_conf
    config.page_scrapers = conf.pop("image_scrapers", ("matplotlib",))
    conf["image_scrapers"] = ()


def begin(app: Sphinx, config: Config) -> None:
    """Start the pages as soon as Sphinx-Gallery's configuration is complete."""
    app.page_batch = Batch(app, config)


def before_gallery(app: Sphinx) -> None:
    """Wait for the pages, just before Sphinx-Gallery looks for them."""
    batch = app.page_batch
    batch.finish()
    app.env.gallery_pages = batch.pages
    report = json.dumps(batch.report(), indent=1)
    Path(app.doctreedir, "report.json").write_text(report, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the settings and the steps before Sphinx-Gallery's own."""
    app.add_config_value("page_modules", [], "", (list, tuple))
    app.add_config_value("page_scrapers", (), "", (list, tuple))
    app.add_config_value("page_seconds", 120, "", (int,))
    app.add_config_value("page_style", None, "", (str,))
    app.add_config_value("page_workers", os.cpu_count(), "", (int,))
    app.setup_extension("tidy")
    app.connect("config-inited", take_over, priority=5)
    app.connect("config-inited", begin, priority=20)
    app.connect("builder-inited", before_gallery)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
