"""Run the pages that are stale, each in a process of its own, before Sphinx-Gallery looks at them.

Sphinx-Gallery runs its examples inside Sphinx's process, one after the other, and decides by a
page's text alone whether to run it again. Here the pages run before it, through its own
`generate_file_rst`; it then finds them done, and puts indexes, cards and archives together.

List this extension before ``sphinx_gallery.gen_gallery``.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import footprint
import one_build
import pages
import same_bytes
from page_server import Order
from pages import Page, PageError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx_gallery.gen_gallery import summarize_failing_examples

logger = logging.getLogger(__name__)

SERVER = Path(__file__).with_name("page_server.py")


def stale(page: Page, root: Path) -> list[str]:
    """Say why a page must run, in words; nothing if its last run still holds."""
    try:
        last = json.loads(page.record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["it has no complete run"]
    why = footprint.changes(last["reads"], last["versions"], root)
    if last["writes"] != footprint.digests(page.written(), root):
        why.append("what it wrote is not there as it was written")
    return why


def last_seconds(page: Page) -> float:
    """Give the time of the page's last run, and more than any page takes if there was none."""
    try:
        seconds: float = json.loads(page.record.read_text(encoding="utf-8"))["seconds"]
    except (OSError, ValueError):
        return float("inf")
    return seconds


def run(app: Sphinx, waiting: dict[Page, list[str]]) -> None:
    """Run pages, the longest first, and keep the record of each."""
    conf = dict(app.config.sphinx_gallery_conf)
    conf["reset_modules"] = (*conf["reset_modules"], "guard.start")
    conf["image_scrapers"] = ("guard.watch", *app.config.page_scrapers)
    conf["abort_on_example_error"] = True
    conf["page_root"], conf["page_style"] = root(app), app.config.page_style
    order = Order(
        # Two pages can import what they need by themselves, at the same time.
        modules=["one_page", *app.config.page_modules] if len(waiting) > 2 else [],
        pages=sorted(waiting, key=last_seconds, reverse=True),
        arguments=(conf, root(app), Path(app.confdir, "conf.py")),
        seconds=app.config.page_seconds,
        workers=app.config.page_workers,
    )
    server = subprocess.Popen(
        [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, **same_bytes.ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": ""},
    )  # fmt: skip
    try:
        pickle.dump(sys.path, server.stdin)
        pickle.dump(order, server.stdin)
        server.stdin.flush()
        for count in range(1, len(waiting) + 1):
            take(app, server, waiting, count)
    except EOFError:
        raise PageError("the process that runs the pages ended early") from None
    finally:
        server.stdin.close()
        server.wait()


def take(app: Sphinx, server: subprocess.Popen, waiting: dict[Page, list[str]], count: int) -> None:
    """Take one answer of the server: a record is kept, a fault ends the build."""
    page, answer = pickle.load(server.stdout)
    if isinstance(answer, str):
        raise PageError(answer.replace(f"{root(app)}{os.sep}", ""))
    why = waiting[page]
    new = page.record.with_suffix(".new")
    new.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    new.replace(page.record)
    logger.info(
        "[%d/%d] ran %s in %.1f s: %s",
        count, len(waiting), page.source.name, answer["seconds"], "; ".join(why),
    )  # fmt: skip


def root(app: Sphinx) -> Path:
    """Give the project's folder: the one that holds the documentation's."""
    return Path(app.confdir).resolve().parent


def before_gallery(app: Sphinx) -> None:
    """Clear away what no page of this commit has written, and run the pages that are stale."""
    began = time.perf_counter()
    found = pages.find(app.config.sphinx_gallery_conf)
    waiting = {page: why for page in found if (why := stale(page, root(app)))}
    clear(app, found)
    if waiting:
        run(app, waiting)
    app.env.convdocs_pages = found
    records = {page: json.loads(page.record.read_text(encoding="utf-8")) for page in found}
    report = {
        "seconds": time.perf_counter() - began,
        "pages": [
            {
                "page": page.source.relative_to(root(app)).as_posix(),
                "ran": page in waiting,
                "why": waiting.get(page, ["nothing that it read or used has changed"]),
                "seconds": record["seconds"],
                "figures": record["figures"],
            }
            for page, record in records.items()
        ],
    }
    Path(app.doctreedir, "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    logger.info("%d pages ran, %d were reused", len(waiting), len(found) - len(waiting))


def clear(app: Sphinx, found: list[Page]) -> None:
    """Remove from the galleries' folders what none of the pages has written."""
    conf = app.config.sphinx_gallery_conf
    kept = {path for page in found for path in (*page.written(), page.record)}
    folders = {page.folder for page in found}
    for gallery in conf["gallery_dirs"]:
        top = Path(conf["src_dir"], gallery).resolve()
        for path in sorted(top.rglob("*"), reverse=True):
            index = path.name == "index.rst" and path.parent in {top, *folders}
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in kept and not index:
                path.unlink()


def after_gallery(app: Sphinx) -> None:
    """Make Sphinx-Gallery's archives reproducible, and forget objects that no page uses now."""
    conf = app.config.sphinx_gallery_conf
    for gallery in conf["gallery_dirs"]:
        for archive in Path(conf["src_dir"], gallery).glob("*.zip"):
            same_bytes.rewrite(archive)
    if conf["backreferences_dir"]:
        folder = Path(conf["src_dir"], conf["backreferences_dir"])
        used = json.loads(folder.joinpath("backreferences_all.json").read_text(encoding="utf-8"))
        for path in folder.glob("*.examples"):
            if path.stem not in used:
                path.unlink()


def take_over(app: Sphinx, config: Config) -> None:
    """Wait for other builds, and keep from Sphinx what only the pages' processes need to import."""
    if config.extensions.index("runs") > config.extensions.index("sphinx_gallery.gen_gallery"):
        raise PageError("conf.py: list 'runs' before 'sphinx_gallery.gen_gallery'")
    one_build.wait_for_turn(root(app))
    forget_bytecode(root(app))
    conf = config.sphinx_gallery_conf
    config.page_scrapers = conf.pop("image_scrapers", ("matplotlib",))
    conf["image_scrapers"] = ()


def silence(app: Sphinx) -> None:
    """Keep Sphinx-Gallery from saying that it ran nothing: that is true, and misleading."""
    for listener in list(app.events.listeners["build-finished"]):
        if listener.handler is summarize_failing_examples:
            app.disconnect(listener.id)


def forget_bytecode(folder: Path) -> None:
    """Remove the project's bytecode: an edit within a second, of equal length, escapes Python."""
    for place in folder.iterdir():
        if place.is_dir() and not place.name.startswith(".") and place != Path(sys.prefix):
            for cache in place.rglob("__pycache__"):
                shutil.rmtree(cache, ignore_errors=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the settings and the steps before and after Sphinx-Gallery's own."""
    app.add_config_value("page_modules", [], "", (list, tuple))
    app.add_config_value("page_scrapers", (), "", (list, tuple))
    app.add_config_value("page_seconds", 120, "", (int,))
    app.add_config_value("page_style", None, "", (str,))
    app.add_config_value("page_workers", os.cpu_count(), "", (int,))
    app.connect("config-inited", take_over, priority=5)
    app.connect("builder-inited", before_gallery)
    app.connect("builder-inited", after_gallery, priority=600)
    app.connect("builder-inited", silence, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
