"""Questions to the reader: their answers are computed, and no two of them are the same."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from convdocs import questions

samples, taps = 8, 3
shape = torch.zeros(1, 4, 6).shape
cells = np.arange(6).reshape(2, 3)


def ask(answer: str = "samples - taps + 1", **mistakes: str) -> questions.Question:
    """Ask how many places there are; a mistake is given by its line."""
    lines = mistakes or {"samples - taps": "The place where it starts counts, too."}
    return questions.choose("How many?", answer, lines, because="One for each step, and the first.")


def test_an_answer_is_what_its_line_gives_where_the_question_stands() -> None:
    """The names are those of the module that asks."""
    question = ask()
    assert question.right.value == samples - taps + 1
    assert [wrong.value for wrong in question.wrong] == [samples - taps]


def test_options_stand_in_an_order_that_tells_nothing() -> None:
    """Numbers go by size, whichever of them is right."""
    wrong = {"samples": "too many", "taps": "too few"}
    assert ask(**wrong).options == ["3", "6", "8"]
    assert ask("samples", **{"taps": "too few", "samples - taps + 1": "some"}).options == [
        "3", "6", "8",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "mistakes", "words"),
    [
        ("6", {}, "must come out of the page's run: 6"),
        ("3 + 3", {}, "must come out of the page's run"),
        ("samples", {"8": "typed"}, "computed, not typed: 8"),
        ("samples", {"samples": "the right one"}, "gives 8, which another answer gives too"),
        ("samples", {"taps + 5": "the same"}, "gives 8, which another answer gives too"),
        ("samples", {"taps": "one", "taps + 0": "two"}, "gives 3, which another answer gives too"),
        ("samples", {"taps": "  "}, "nothing is said of taps"),
    ],
)
def test_an_answer_that_teaches_nothing_is_refused(
    answer: str, mistakes: dict[str, str], words: str
) -> None:
    """Typed, equal to another, or not explained."""
    with pytest.raises(ValueError, match=words):
        ask(answer, **mistakes)


def test_a_choice_needs_something_to_choose_from() -> None:
    """One option alone is no question."""
    with pytest.raises(ValueError, match="name at least one mistake"):
        questions.choose("How many?", "samples", {}, because="So it is.")


def test_a_line_that_fails_fails_where_it_is_asked() -> None:
    """A name that is not there is an error of the page."""
    with pytest.raises(NameError, match="nowhere"):
        ask("nowhere + 1")


def test_shapes_and_numbers_of_other_libraries_become_pythons_own() -> None:
    """A reader types numbers, not their types."""
    question = questions.type_in("Which shape?", "shape", {"cells.shape": "no"}, because="Batch.")
    assert question.right.shown == "(1, 4, 6)"
    question = questions.type_in("Which?", "cells[1, 2]", {"cells.mean()": "no"}, because="Last.")
    assert [question.right.shown, question.wrong[0].shown] == ["5", "2.5"]


def test_cells_to_click_are_marked_one_by_one() -> None:
    """An answer of another shape says nothing of the grid's cells."""
    odd = {"cells > 2": "That is the second row."}
    question = questions.click("Odd?", "cells", "cells % 2 == 1", odd, because="They leave 1.")
    assert question.right.shown == "010 101"
    assert question.wrong[0].shown == "000 111"
    assert 'aria-label="row 0: 1; row 1: 0, 2">□■□<br>■□■</b>' in question._repr_html_()
    with pytest.raises(ValueError, match="mark the cells of cells, one by one"):
        questions.click("Odd?", "cells", "cells[:1] > 0", {}, because="no")
    with pytest.raises(ValueError, match="mark the cells of cells, one by one"):
        questions.click("Odd?", "cells", "cells[0] > 0", {}, because="no")
    with pytest.raises(ValueError, match=r"mark the cells of cells\[0\], one by one"):
        questions.click("Odd?", "cells[0]", "cells[0] > 0", {}, because="no")
    with pytest.raises(TypeError, match="gives a int, not a list"):
        questions.click("Odd?", "cells", "samples", {}, because="no")


def test_what_the_site_shows_names_each_answer_once_and_escapes_it() -> None:
    """One right answer, each mistake with its line and words, and code between double backticks."""
    shown = questions.choose(
        "Is ``a < b`` & so?", "taps < samples", {"taps > samples": "``<`` was turned."},
        because="It is.",
    )._repr_html_()  # fmt: skip
    assert "<code>a &lt; b</code> &amp; so?" in shown
    assert re.findall(r'data-answer="(\w+)" data-value="(\w+)"', shown) == [
        ("right", "yes"), ("wrong", "no"),
    ]  # fmt: skip
    line = '<span class="line"> In Python: <code>taps &gt; samples</code>.</span>'
    assert f"<code>&lt;</code> was turned.{line}" in shown


def test_a_script_prints_its_questions_and_in_the_end_their_answers(tmp_path: Path) -> None:
    """Nothing shows the last expression of a cell there; the answers come last."""
    script = tmp_path / "page.py"
    script.write_text(
        "from convdocs import questions\nsize = 8\n"
        'questions.choose("How many?", "size - 2", {"size - 3": "off by one"}, because="so")\n'
        'print("the page goes on")\n',
        encoding="utf-8",
    )
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    first, answers = told.stdout.split("Answers\n")
    assert first.startswith("Question: How many?\n  5   6\nthe page goes on")
    assert answers == "How many?\n  6: size - 2\n"
