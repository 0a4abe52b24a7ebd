"""What the search looks through: prose, headings, terms, names and messages, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
import search
import search_index
from sphinx.testing.util import SphinxTestApp
from sphinx.util.docutils import docutils_namespace

CONF = """
extensions = ["search_index", "sphinx.ext.autodoc"]
html_theme = "basic"
search_promises = {"lesson": ("What is ``x``?", "say what it is")}
"""
LESSON = r"""
The lesson
==========

It begins :math:`\lfloor n / s \rfloor` times with :doc:`reference/glossary`.

.. code-block:: Python

    import hidden
    y = F.unfold(x, 3)

.. code-block:: none

    hidden too
    ValueError: shown to readers

More
----

Words below the **heading**.

.. container:: no-search

   hidden as well

Exercises
---------

1. Hidden: what is asked, and not answered.

Sources
-------

Hidden, A. (2020).
"""
GLOSSARY = """
Glossary
========

.. glossary::

   stride
   step
      How far it goes. See :doc:`/lesson`.
"""
PACKAGE = """
Package
=======

.. py:function:: box.fold(x)

   Fold it.

   More of it.
"""
PAGES = {
    "index": "Root\n====\n\n.. toctree::\n   :glob:\n\n   **\n",
    "lesson": LESSON,
    "reference/glossary": GLOSSARY,
    "pages/api/box": PACKAGE,
} | {f"howto/{n}": f"Page {n}\n========\n\nText {n}.\n" for n in range(8)}


def build(folder: Path, *, anew: bool = False, parallel: int = 0) -> str:
    """Build, and give the index as it was written."""
    with docutils_namespace():  # what a parallel build registers does not stay either
        app = SphinxTestApp(srcdir=folder, freshenv=anew, parallel=parallel)
        app.build()
        app.cleanup()
    assert app.warning.getvalue() == ""
    return (Path(app.outdir) / "_static" / search_index.NAME).read_text(encoding="utf-8")


def read(index: str) -> dict[str, Any]:
    """Give what an index tells, by the addresses of the pages."""
    name, _, told = index.partition("=")
    assert name == "globalThis.searchIndex"
    return {page[0]: page[1:] for page in json.loads(told.rstrip(";\n"))}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a project of a dozen pages."""
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    for name, text in PAGES.items():
        path = tmp_path / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_page_gives_what_is_read_on_it(project: Path) -> None:
    """Question, prose by section, library's names, messages; no code, exercises, sources, cards."""
    index = build(project)
    pages = read(index)
    assert pages["lesson.html"] == [
        "Page", "What is x?", "say what it is",
        [
            ["", "The lesson", "It begins ⌊n / s⌋ times with Glossary.",
             "F.unfold ValueError: shown to readers", []],
            ["more", "More", "Words below the heading.", "", []],
        ],
    ]  # fmt: skip
    assert "hidden" not in index.lower()
    assert "index.html" not in pages


def test_a_page_may_be_found_by_its_titles_only(project: Path) -> None:
    """If it says so with Sphinx's own field."""
    (project / "lesson.rst").write_text(f":nosearch:\n\n{LESSON}", encoding="utf-8")
    *_, found = read(build(project))["lesson.html"]
    assert found == [["", "The lesson", "", "", []], ["more", "More", "", "", []]]


def test_a_term_and_a_documented_name_are_entries(project: Path) -> None:
    """The term with all its names and the page that shows it, the name with its summary."""
    pages = read(build(project))
    assert pages["reference/glossary.html"][3][1] == [
        "term-stride", "stride, step", "How far it goes.", "", ["lesson.html"],
    ]  # fmt: skip
    assert pages["pages/api/box.html"][0] == "Package"
    assert pages["pages/api/box.html"][3][1] == ["box.fold", "fold", "Fold it.", "box.fold", []]


def test_sphinx_makes_no_index_of_its_own(project: Path) -> None:
    """Neither its file nor its scripts are on the site."""
    build(project)
    out = project / "_build/html"
    assert {path.name for path in out.rglob("*search*")} == {search_index.NAME}
    assert not (out / "_static/language_data.js").exists()


def test_the_index_is_the_same_however_it_was_built(project: Path) -> None:
    """At once, by two processes, in steps, without what was kept, without a page that is gone."""
    first = build(project)
    assert build(project, anew=True, parallel=2) == first
    page = project / "howto/3.rst"
    page.write_text(page.read_text("utf-8") + "\nEdited.\n", encoding="utf-8")
    (project / "howto/4.rst").unlink()
    stepwise = build(project)
    assert read(stepwise)["howto/3.html"][3][0][2] == "Text 3. Edited."
    assert "howto/4.html" not in read(stepwise)
    (project / "_build/doctrees" / search_index.KEPT).unlink()
    (project / "index.rst").touch()
    assert build(project) == stepwise
    assert build(project, anew=True) == stepwise


def test_a_promise_of_no_page_is_refused(project: Path) -> None:
    """A question of a page that is not there would be found by nobody."""
    conf = project / "conf.py"
    conf.write_text(CONF.replace('{"lesson"', '{"lessen"'), encoding="utf-8")
    with pytest.raises(Exception, match="names lessen, which is no page"):
        build(project)


def test_what_was_gathered_is_written_by_nobody_else() -> None:
    """Or all pages are gathered anew at each build: esbuild tells of a bundle beside its folder."""
    assert Path(search_index.KEPT) != Path(search.NAME).with_suffix(".json")
