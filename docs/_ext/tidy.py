"""Keep the folders that Sphinx-Gallery writes free of what no page of this commit has written."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import footprint
import same_bytes
from pages import Page
from sphinx.application import Sphinx
from sphinx_gallery.gen_gallery import summarize_failing_examples


def clear(conf: dict[str, Any], found: list[Page]) -> None:
    """Remove from the galleries' folders what none of the pages has written."""
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


def forget_bytecode(root: Path) -> None:
    """Remove the project's bytecode: an edit within a second, of equal length, escapes Python."""
    for place in footprint.own_places(root):
        for cache in place.rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)


def list_of_uses(conf: dict[str, Any]) -> Path:
    """Give the file in which Sphinx-Gallery lists which page uses what."""
    return Path(conf["src_dir"], conf["backreferences_dir"], "backreferences_all.json")


def before_gallery(app: Sphinx) -> None:
    """Remember the list of uses, which Sphinx-Gallery writes anew even if it is the same."""
    conf, app.last_uses = app.config.sphinx_gallery_conf, None
    if conf["backreferences_dir"] and (path := list_of_uses(conf)).exists():
        app.last_uses = path.read_bytes(), path.stat().st_mtime_ns


def after_gallery(app: Sphinx) -> None:
    """Make Sphinx-Gallery's archives reproducible, and forget objects that no page uses now."""
    conf = app.config.sphinx_gallery_conf
    for gallery in conf["gallery_dirs"]:
        top = Path(conf["src_dir"], gallery)
        for archive in top.glob(f"{top.name}_*.zip"):
            same_bytes.rewrite(archive)
    if conf["backreferences_dir"]:
        uses = list_of_uses(conf)
        if app.last_uses and app.last_uses[0] == uses.read_bytes():
            os.utime(uses, ns=(app.last_uses[1],) * 2)  # or all who show cards are read again
        for path in uses.parent.glob("*.examples"):
            if path.stem not in json.loads(uses.read_bytes()):
                path.unlink()


def silence(app: Sphinx) -> None:
    """Keep Sphinx-Gallery from saying that it ran nothing: that is true, and misleading."""
    for listener in list(app.events.listeners["build-finished"]):
        if listener.handler is summarize_failing_examples:
            app.disconnect(listener.id)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps around Sphinx-Gallery's own."""
    app.connect("builder-inited", before_gallery, priority=400)
    app.connect("builder-inited", after_gallery, priority=600)
    app.connect("builder-inited", silence, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
