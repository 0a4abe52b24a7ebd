"""Keep the folders that Sphinx-Gallery writes free of what no page of this commit has written."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

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
    for place in root.iterdir():
        if place.is_dir() and not place.name.startswith(".") and place != Path(sys.prefix):
            for cache in place.rglob("__pycache__"):
                shutil.rmtree(cache, ignore_errors=True)


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


def silence(app: Sphinx) -> None:
    """Keep Sphinx-Gallery from saying that it ran nothing: that is true, and misleading."""
    for listener in list(app.events.listeners["build-finished"]):
        if listener.handler is summarize_failing_examples:
            app.disconnect(listener.id)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps that come after Sphinx-Gallery's own."""
    app.connect("builder-inited", after_gallery, priority=600)
    app.connect("builder-inited", silence, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
