"""What every lesson has, read from its script: questions, captions, solutions, little drawing."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / page["script"]
    for page in tomllib.loads((ROOT / "docs/contents.toml").read_text(encoding="utf-8"))["page"]
]
DRAWS = re.compile(r"\b(?:plots\.(?!INPUT|KERNEL)|plt\.(?!show|style)|ax(?:es|is)?\b|figure\b)")
FOLDED = re.compile(r"\s*# (?:Drawing|Solution)\b|(?ms:.*?^questions\.\w+\()|\s*(?:import|from) ")


def cells(page: Path) -> list[tuple[str, str]]:
    """Split a script into its cells, each a text and the code after it."""
    found = []
    for cell in re.split(r"^# %%\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        text = re.match(r"(?:#.*\n)*", cell)[0]
        found.append((re.sub(r"^# ?", "", text, flags=re.MULTILINE), cell[len(text) :]))
    return found


def calls(page: Path, module: str) -> list[ast.Call]:
    """Give the calls of a module's functions on a page."""
    tree = ast.parse(page.read_text(encoding="utf-8"))
    return [
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(f"{module}.")
    ]  # fmt: skip


def keywords(call: ast.Call) -> set[str]:
    """Name the keywords of a call."""
    return {keyword.arg for keyword in call.keywords}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_asks_two_questions_or_more(page: Path) -> None:
    """And one of them can be understood without it, for the quiz."""
    asked = calls(page, "questions")
    assert 2 <= len(asked) <= 4
    assert any("alone" in keywords(call) for call in asked)


def test_lessons_ask_two_and_a_half_questions_on_average() -> None:
    """Over all pages."""
    assert sum(len(calls(page, "questions")) for page in PAGES) >= 2.5 * len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_says_of_each_figure_what_to_see(page: Path) -> None:
    """Every description comes with a caption."""
    described = [c for c in calls(page, "plots") if ast.unparse(c.func) == "plots.describe"]
    assert all("caption" in keywords(call) for call in described)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_answers_its_exercises(page: Path) -> None:
    """Every exercise has a solution that runs, in the order in which they stand."""
    texts = "\n".join(text for text, _ in cells(page))
    exercises = texts.partition("\nExercises\n")[2]
    numbers = re.findall(r"^(\d)\. ", exercises, re.MULTILINE)
    solved = re.findall(r"^# Solution (\d): ", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(numbers) >= 2
    assert solved == numbers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_shows_thought_before_drawing(page: Path) -> None:
    """Of the lines of code that stand open, an eighth at most draw."""
    lines = [
        line
        for _, code in cells(page) if not FOLDED.match(code)
        for line in code.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]  # fmt: skip
    drawing = [line for line in lines if DRAWS.search(line)]
    assert len(drawing) <= 0.12 * len(lines), drawing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_keeps_its_length(page: Path) -> None:
    """At most 220 lines of prose and open code; what is folded does not count."""
    lines = [
        line
        for text, code in cells(page)
        for line in [*text.splitlines(), *("" if FOLDED.match(code) else code).splitlines()]
        if line.strip()
    ]
    assert len(lines) <= 220
    assert len(page.read_text(encoding="utf-8").splitlines()) >= 80


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_lesson_is_held_by_mutants(page: Path) -> None:
    """Falsehoods that its own checks must notice; ``nox -s mutants`` tries them."""
    table = ROOT / "tests/mutants" / f"{page.stem.removeprefix('plot_')}.toml"
    mutants = tomllib.loads(table.read_text(encoding="utf-8"))["mutant"]
    assert len(mutants) >= 3
    for mutant in mutants:
        text = (ROOT / mutant["file"]).read_text(encoding="utf-8")
        assert text.count(mutant["old"]) == 1, mutant["why"]


def test_common_mistakes_are_marked_where_they_run_each_before_its_mend() -> None:
    """As many as the page announces, but for the first, whose mark would answer its question."""
    (page,) = (page for page in PAGES if page.stem == "plot_common_mistakes")
    text = page.read_text(encoding="utf-8").partition("# Recap\n")[0]
    marks = re.findall(r"# the (mistake|mend)\b", text)
    assert marks == ["mend", *["mistake", "mend"] * 6]
    assert "\nSeven mistakes after which" in text
