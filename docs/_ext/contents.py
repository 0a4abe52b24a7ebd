"""The contents of the tutorial, from docs/contents.toml: a page's place, question and explorer.

Each page begins with what this tells of it: its chapter, its place among all, how long it takes,
what it needs, and what a reader can do afterwards.
"""

import math
import re
import tomllib
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import taken
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx_gallery.sorting import ExplicitOrder

FILE = Path(__file__).parents[1] / "contents.toml"
ROOT = FILE.parents[1]
CONTENTS: dict[str, list[dict[str, str]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
CHAPTERS, PAGES = CONTENTS.get("chapter", []), CONTENTS["page"]
SCRIPTS = [Path(page["script"]) for page in PAGES]

ALONE = re.compile(r'<div class="question"[^>]* data-alone>.*?</details></div>', re.DOTALL)

# As Sphinx-Gallery asks for them: chapters by folder, pages by file name.
chapters = ExplicitOrder([*{f"../{s.parent}": 0 for s in SCRIPTS if s.parts[0] == "examples"}])
pages = ExplicitOrder([script.name for script in SCRIPTS])


def minigallery(path: str) -> int:
    """Sort the cards of a mini-gallery as a reader meets their pages."""
    position: int = pages(Path(path).name)
    return position


def chapter(folder: Path) -> str:
    """Give the title of the chapter whose scripts lie in a folder."""
    return folder.joinpath("GALLERY_HEADER.rst").read_text(encoding="utf-8").partition("\n")[0]


def docname(page: dict[str, str]) -> str:
    """Name the document that a page's script becomes."""
    return "pages/" + page["script"].removeprefix("docs/").removesuffix(".py")


def explorers() -> dict[str, tuple[str, str]]:
    """Give the pages that get an explorer, its state there, and a task that it serves."""
    return {
        docname(page): (page["explorer"], page.get("task", ""))
        for page in PAGES
        if "explorer" in page
    }


def promises() -> dict[str, tuple[str, str]]:
    """Give what each page answers, and what a reader can do afterwards, for the search."""
    return {docname(page): (page["question"], page.get("after", "")) for page in PAGES}


def minutes(script: str) -> int:
    """Say how long a page takes: words are read, lines of code are read slowly, questions think."""
    prose = re.findall(r"^# (?!%).*", script, re.MULTILINE)
    code = re.findall(r"^\s*[^#\s].*", script, re.MULTILINE)
    words = sum(len(line.split()) for line in prose)
    return math.ceil(words / 200 + len(code) / 30 + script.count("questions."))


def head(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give the template what it tells at the head of a lesson, and its neighbours."""
    names = [*map(docname, PAGES)]
    if pagename not in names:
        return
    place = names.index(pagename)
    script = ROOT / SCRIPTS[place]
    downloads = re.findall(r'href="([^"]*_downloads/[^"]*\.(?:py|ipynb))"', context["body"])
    context["lesson"] = PAGES[place] | {
        "chapter": chapter(script.parent),
        "number": place + 1,
        "count": len(PAGES),
        "minutes": minutes(script.read_text(encoding="utf-8")),
        "downloads": {name.rpartition(".")[2]: name for name in downloads},
        "asks": context["body"].count('class="question"'),
        "folds": context["body"].count('<details class="code"'),
    }
    for neighbour, other in (("prev", place - 1), ("next", place + 1)):
        if other in range(len(names)):
            link = app.builder.get_relative_uri(pagename, names[other])
            title = app.env.titles[names[other]].astext()
            context[neighbour] = {"link": link, "title": escape(title)}


class Questions(SphinxDirective):
    """List what each page answers, ``.. questions::``, chapter by chapter as they are read."""

    def run(self) -> list[nodes.Node]:
        """Write each question as the link to its page."""
        self.env.note_dependency(FILE)
        listed = nodes.container(classes=["questions"])
        for folder, answers in groupby(PAGES, lambda page: (ROOT / page["script"]).parent):
            group = nodes.bullet_list()
            for page in answers:
                question = page["question"].replace("``", "")  # no markup within a link's text
                asked = self.parse_text_to_nodes(f":doc:`{question} </{docname(page)}>`")
                group += nodes.list_item("", *asked)
            title = chapter(folder)
            self.env.note_dependency(str(folder / "GALLERY_HEADER.rst"))
            listed += nodes.container("", nodes.rubric(title, title), group)
        return [listed]


class Quiz(SphinxDirective):
    """Show the questions that can be understood without their pages, ``.. quiz::``, in order."""

    def run(self) -> list[nodes.Node]:
        """Lead from each question to its lesson."""
        found: list[nodes.Node] = []
        for name, questions in taken.take(self.env, "quiz").items():
            for question in questions:
                asked = nodes.container("", nodes.raw("", question, format="html"))
                asked += self.parse_text_to_nodes(f"The lesson: :doc:`/{name}`")
                asked["classes"] = ["asked"]
                found.append(asked)
        return found


def gather(app: Sphinx) -> None:
    """Take from the lessons what the quiz and the chapters' cards show of them."""
    sources = {name: Path(app.srcdir, name).with_suffix(".rst") for name in map(docname, PAGES)}
    found = {name: ALONE.findall(s.read_text(encoding="utf-8")) for name, s in sources.items()}
    taken.keep(app, "quiz", found)
    totals = dict.fromkeys((chapter["folder"] for chapter in CHAPTERS), 0)
    for script in SCRIPTS:
        totals[script.parent.as_posix()] += minutes((ROOT / script).read_text(encoding="utf-8"))
    taken.keep(app, "minutes", totals)


def check(app: Sphinx, config: Config) -> None:
    """Refuse a page that has no place, and a place that has no page."""
    places = ("examples/*/plot_*.py", "docs/explanation/plot_*.py")
    there = {path.relative_to(ROOT) for place in places for path in ROOT.glob(place)}
    for script in sorted(there - {*SCRIPTS}):
        raise ExtensionError(f"{script}: docs/contents.toml gives it no place: add an entry there")
    for script in sorted({*SCRIPTS} - there):
        raise ExtensionError(f"docs/contents.toml: names {script}, which is not there")
    pictured = [chapter["folder"] for chapter in CHAPTERS]
    if (folders := [*dict.fromkeys(s.parent.as_posix() for s in SCRIPTS)]) != pictured:
        raise ExtensionError(
            f"docs/contents.toml: the chapters' pictures are of {', '.join(pictured)}; "
            f"the pages are of {', '.join(folders)}"
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the lists of questions."""
    app.add_directive("questions", Questions)
    app.add_directive("quiz", Quiz)
    app.connect("config-inited", check, priority=4)
    app.connect("builder-inited", gather, priority=taken.AFTER_GALLERY)
    app.connect("html-page-context", head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
