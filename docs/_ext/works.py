"""Say below each work of the bibliography who leans on it, as pages and docstrings name it.

A page names a work by its title among its sources, a docstring by its first author and the year.
"""

import re
from pathlib import Path
from typing import Any

import contents
import taken
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

BIBLIOGRAPHY = "reference/bibliography"
WORK = re.compile(r"(\w+)[^*]*\((\d{4})\)\. \*([^*]+?)\.?\*")
"""A paragraph's first author, its year and its title."""


def as_line(text: str) -> str:
    """Give a text, a comment or not, in one line and without capitals."""
    return " ".join(re.sub(r"^#", "", text, flags=re.MULTILINE).split()).casefold()


def sources(script: str) -> str:
    """Give what a page names as its sources, and no code that may follow."""
    text = (contents.ROOT / script).read_text(encoding="utf-8")
    found = re.search(r"^# Sources\n((?:#.*\n)*)", text, flags=re.MULTILINE)
    return as_line(found[1]) if found else ""


def modules() -> dict[Path, str]:
    """Give the text of each module of the package in one line."""
    found = contents.ROOT.glob("convdocs/**/*.py")
    return {path: " ".join(path.read_text(encoding="utf-8").split()) for path in found}


def users(work: re.Match[str], named: dict[str, str], texts: dict[Path, str]) -> list[str]:
    """Link to the lessons among whose sources a work is named, in order, and to the modules."""
    author, year, title = work.groups()
    link = re.compile(rf"[*`]{re.escape(title.casefold())}[*]|`{re.escape(title.casefold())} <")
    cited = re.compile(rf"\b{author}(?:,| and )[^.;\"]*?\b{year}\b")
    found = [
        f":doc:`/{contents.docname(page)}`"
        for page in contents.PAGES
        if link.search(named[page["script"]])
    ]
    for path in sorted(texts):
        if cited.search(texts[path]):
            # A package that gives its modules' names away is one page of the reference.
            whole = "__all__" in texts.get(path.with_name("__init__.py"), "")
            shown = path.parent if whole else path.with_suffix("")
            found.append(f":mod:`{'.'.join(shown.relative_to(contents.ROOT).parts)}`")
    return [*dict.fromkeys(found)]


def attach(app: Sphinx, docname: str, content: list[str]) -> None:
    """Write below each work who uses it; refuse one that nobody does."""
    if docname != BIBLIOGRAPHY:
        return
    texts = modules()
    env: BuildEnvironment = app.env
    for path in texts:
        env.note_dependency(str(path))
    named = taken.take(env, "sources")
    paragraphs = content[0].split("\n\n")
    for place, text in enumerate(paragraphs):
        if work := WORK.match(" ".join(text.split())):
            if not (links := users(work, named, texts)):
                raise ExtensionError(f"{BIBLIOGRAPHY}: no page and no docstring names {work[3]!r}")
            paragraphs[place] = f"{text}\n\n.. rst-class:: used\n\nUsed by {'; '.join(links)}."
    content[0] = "\n\n".join(paragraphs)


def gather(app: Sphinx) -> None:
    """Take from the lessons what they name as their sources."""
    taken.keep(app, "sources", {page["script"]: sources(page["script"]) for page in contents.PAGES})


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the moments when all lessons have run, and when a page is read from its file."""
    app.connect("builder-inited", gather, priority=taken.AFTER_GALLERY)
    app.connect("source-read", attach)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
