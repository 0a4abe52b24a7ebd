"""An incremental build that gives what a build from scratch would give.

Sphinx reads a page again when a file's time of change says so, and writes again only what it has
read: a file restored with an old date is overlooked, the pages that name a retitled page keep its
old title, and what no page needs any more stays. Here contents decide what is read, everything is
written when something that pages share has changed, and what nothing needs is removed. At the end
all that a page consists of must be there.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import footprint
from pages import Page, PageError
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

DOWNLOADS = {".py": "script", ".ipynb": "notebook", ".zip": "archive"}
SHARED_DOMAINS = ("std", "py", "math", "citation")


def inputs(app: Sphinx, env: BuildEnvironment, docname: str) -> dict[str, str | None]:
    """Give the digests of a document and of every file that it depends on."""
    source = Path(env.doc2path(docname))
    names = [source, *(Path(app.srcdir, name) for name in env.dependencies.get(docname, ()))]
    return {str(name): footprint.digest(name) for name in names if not name.is_dir()}


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the documents whose own text, or a file that they depend on, is not what it was."""
    known = getattr(env, "whole_site_inputs", {})
    rest = env.found_docs - added - changed
    return [name for name in sorted(rest) if known.get(name) != inputs(app, env, name)]


def depend_on_what_is_shown(app: Sphinx, docname: str, source: list[str]) -> None:
    """Tie a page with cards to the list of who uses what, and one with summaries to the modules."""
    conf, shown = app.config.sphinx_gallery_conf, []
    if conf["backreferences_dir"] and ".. minigallery::" in source[0]:
        shown.append(Path(app.srcdir, conf["backreferences_dir"], "backreferences_all.json"))
    if ".. autosummary::" in source[0]:
        for package in conf["doc_module"]:
            shown += sorted(Path(app.srcdir).parent.joinpath(package).rglob("*.py"))
    for path in shown:
        app.env.note_dependency(path, docname=docname)


def shared(env: BuildEnvironment) -> str:
    """Give a digest of what any page may take from the others: titles, order, targets."""
    parts = [
        {name: title.pformat() for name, title in env.titles.items()},
        {name: toc.pformat() for name, toc in env.tocs.items()},
        env.toctree_includes,
        {
            domain: {
                kind: value
                for kind, value in env.domaindata.get(domain, {}).items()
                if isinstance(value, dict)
            }
            for domain in SHARED_DOMAINS
        },
    ]
    return hashlib.sha256(ordered(parts).encode()).hexdigest()


def ordered(value: object) -> str:
    """Write nested dictionaries and sets in one order, whatever order they were filled in."""
    if isinstance(value, dict):
        items = sorted((ordered(k), ordered(v)) for k, v in value.items())
        return "{" + ",".join(f"{k}:{v}" for k, v in items) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(ordered, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(ordered, value)) + "]"
    return repr(value)


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have all pages written if what they share has changed; remember what they were read from."""
    env.whole_site_inputs = {name: inputs(app, env, name) for name in env.found_docs}
    before, env.whole_site_shared = getattr(env, "whole_site_shared", None), shared(env)
    return [] if before == env.whole_site_shared else sorted(env.found_docs)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Remove what no page needs any more, and check that what they need is there."""
    if exception is None and app.builder.format == "html":
        prune(app)
        for page in app.env.gallery_pages:
            check(app, page)


def prune(app: Sphinx) -> None:
    """Remove pages, pictures and downloads that the last build made and this one has not."""
    out, env = Path(app.outdir), app.env
    made = {f"{name}.html" for name in env.found_docs}
    made |= {f"_images/{name}" for _, name in env.images.values()}
    # Sphinx-Gallery's own figures are no images that Sphinx knows of.
    made |= {f"_images/{path.name}" for page in env.gallery_pages for path in page.written()}
    made |= {f"_downloads/{name}" for _, name in env.dlfiles.values()}
    kept = Path(app.doctreedir, "made.json")
    last = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    for name in set(last) - made:
        (out / name).unlink(missing_ok=True)
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    kept.write_text(json.dumps(sorted(made)), encoding="utf-8")


def check(app: Sphinx, page: Page) -> None:
    """Refuse a page of which something is missing, or is not what its run wrote."""
    out, top = Path(app.outdir), Path(app.srcdir).resolve()
    written = json.loads(page.record.read_text(encoding="utf-8"))["writes"]
    docname = (page.folder / page.source.stem).relative_to(top).as_posix()
    name = os.path.relpath(page.source, top.parent)
    html = out / f"{docname}.html"
    if not html.exists():
        raise PageError(f"{name}: its page {docname}.html is missing")
    text = html.read_text(encoding="utf-8")
    for path, wanted in written.items():
        source = Path(top.parent, path).relative_to(top)
        if "/images/" in path:
            kind = "thumbnail" if "/images/thumb/" in path else "figure"
            _, name_there = app.env.images.get(source.as_posix(), (None, source.name))
            place = f"_images/{name_there}"
        elif kind := DOWNLOADS.get(source.suffix):
            _, name_there = app.env.dlfiles.get(source, (None, source.name))
            place = f"_downloads/{name_there}"
        else:
            continue
        if footprint.digest(out / place) != wanted:
            raise PageError(f"{name}: its {kind} {source.name} is missing from the site")
        if kind != "thumbnail" and place not in text:
            raise PageError(f"{name}: its page does not show its {kind} {source.name}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the steps to Sphinx's events."""
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", depend_on_what_is_shown)
    app.connect("env-updated", rewritten, priority=900)
    app.connect("build-finished", finish, priority=900)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
