"""A script becomes a lesson: what is not the point folds below what it shows."""

from pathlib import Path

import lesson
import pytest
from sphinx.testing.util import SphinxTestApp

PAGE = """
Page
====

.. GENERATED FROM PYTHON SOURCE LINES 1-2

.. code-block:: Python

    # Drawing: a dot
    draw("a dot")

.. figure:: dot.svg
   :alt: A dot.

   One dot.

.. rst-class:: sphx-glr-script-out

 .. code-block:: none

    said so

.. GENERATED FROM PYTHON SOURCE LINES 3-4

.. code-block:: Python

    teach()
"""


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("import a\nfrom b import c\n\nplt.style.use('x')", "Imports"),
        ("from a import (\n    b,\n)", "Imports"),
        ("import a\n\na.teach()", ""),
        ("# Drawing: three grids and a sum.\ndraw()", "Drawing: three grids and a sum"),
        ("# Solution 2: it is taken\nassert True", "Solution 2"),
        ("# Drawings differ\nteach()", ""),
        ("# Solutions differ\nteach()", ""),
        ('\nquestions.choose(\n    "How many?", ...)', "Code of the question"),
        ("x = 1\nquestions.type_in(\n    ...)", "Code of the question"),
        ("x = 1\nquestions = []", ""),
    ],
)
def test_a_cell_says_whether_it_folds(code: str, title: str) -> None:
    """Imports and questions by what they are, drawings and solutions by their first line."""
    assert lesson.title_of(code) == title


def build(folder: Path, page: str, warning: str = "") -> str:
    """Build one page, with a warning if it is to have one, and give it."""
    (folder / "conf.py").write_text('extensions = ["lesson"]\n', encoding="utf-8")
    (folder / "index.rst").write_text(page, encoding="utf-8")
    (folder / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    app = SphinxTestApp(srcdir=folder, freshenv=True)
    try:
        app.build()
        told = app.warning.getvalue()
        assert warning in told if warning else not told
        return (Path(app.outdir) / "index.html").read_text(encoding="utf-8")
    finally:
        app.cleanup()


def test_folded_code_stands_below_what_it_shows(tmp_path: Path) -> None:
    """Figure, then output, then the fold; code that teaches stays where it is, and open."""
    html = build(tmp_path, PAGE.replace("# Drawing: a dot", "# Drawing: a ``dot``"))
    places = [html.index(part) for part in ("One dot.", "said so", "<details", "</details>")]
    assert places == sorted(places)
    assert html.count("<details") == 1
    fold = html[places[2] : places[3]]
    assert "<summary>Drawing: a <code>dot</code></summary>" in fold
    assert "draw" in fold
    assert "teach" in html[places[3] :]


def test_what_a_solution_shows_folds_with_it(tmp_path: Path) -> None:
    """Its output would be the answer."""
    html = build(tmp_path, PAGE.replace("Drawing: a dot", "Solution 1: a dot"))
    assert "<summary>Solution 1</summary>" in html
    places = [html.index(part) for part in ("<details", "One dot.", "said so", "</details>")]
    assert places == sorted(places)


def test_a_question_that_its_page_does_not_show_is_named(tmp_path: Path) -> None:
    """Sphinx-Gallery shows what the last line of a cell gives, and nothing else."""
    asking = PAGE.replace("# Drawing: a dot", "questions.choose(1)")
    html = build(tmp_path, asking, "a question is shown only by the last line of its cell")
    assert "Code of the question" in html
    shown = ".. raw:: html\n\n    <div class='question'></div>\n\n.. GENERATED FROM"
    build(
        tmp_path, asking.replace(".. GENERATED FROM", shown).replace(shown, ".. GENERATED FROM", 1)
    )
