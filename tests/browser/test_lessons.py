"""What a reader does on a lesson: answer, unfold, look closely, and forget."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from visit import SITE, Visit

RELU = "pages/examples/pooling_and_rectification/plot_relu.html"
LESSONS = sorted(p.relative_to(SITE).as_posix() for p in SITE.glob("pages/*/**/plot_*.html"))


@pytest.fixture
def page(visit: Visit) -> Iterator[Page]:
    """Open the page on ReLU; nothing may go wrong on it."""
    yield visit.open(RELU)
    assert visit.faults == []


def question(page: Page, kind: str) -> Locator:
    """Give the first question of a kind."""
    return page.locator(f".question[data-kind={kind}]").first


def answer_of(asked: Locator, kind: str) -> str:
    """Read the value of the first right or wrong answer, which is in the page for all readers."""
    return asked.locator(f"[data-answer={kind}]").first.get_attribute("data-value")


def give(asked: Locator, value: str) -> None:
    """Answer a question of any kind."""
    match asked.get_attribute("data-kind"):
        case "choose":
            asked.locator("label", has_text=re.compile(f"^{re.escape(value)}$")).click()
        case "type":
            asked.locator("input").fill(value)
        case "click":
            for row, marks in enumerate(value.split()):
                for column, mark in enumerate(marks):
                    cell = asked.locator("tr").nth(row).locator("button").nth(column)
                    if (cell.get_attribute("aria-pressed") == "true") != (mark == "1"):
                        cell.click()
    asked.get_by_role("button", name="Check").click()


@pytest.mark.parametrize("kind", ["choose", "type", "click"])
def test_an_answer_is_judged_at_once_and_a_mistake_is_named(page: Page, kind: str) -> None:
    """The right one is called right with its reason, the wrong one with what went wrong."""
    asked = question(page, kind)
    for which, verdict in (("wrong", "Not so."), ("right", "Right:")):
        said = asked.locator(f"[data-answer={which}]").first.text_content()
        give(asked, answer_of(asked, which))
        result = asked.get_by_role("status")
        expect(result).to_have_class(f"result {which}")
        assert result.text_content().startswith(verdict)
        assert result.text_content().endswith(said)


@pytest.mark.parametrize("path", LESSONS)
def test_every_right_answer_of_every_lesson_is_taken(visit: Visit, path: str) -> None:
    """And each of its mistakes is told apart from it."""
    page = visit.open(path)
    all_asked = page.locator(".question").all()
    assert all_asked
    for asked in all_asked:
        for which in ("wrong", "right"):
            if asked.locator(f"[data-answer={which}]").count():
                give(asked, answer_of(asked, which))
                expect(asked.get_by_role("status")).to_have_class(f"result {which}")
    expect(page.locator(".progress")).to_contain_text(
        f"{len(all_asked)} of {len(all_asked)} answered rightly"
    )
    assert visit.faults == []


def test_shapes_are_read_as_people_write_them(visit: Visit) -> None:
    """With and without brackets, with signs of multiplication, and not if a number is missing."""
    page = visit.open("pages/explanation/plot_common_mistakes.html")
    asked = question(page, "type")
    shape = answer_of(asked, "right")
    for text in (shape, shape.strip("()"), shape.strip("()").replace(",", " x")):
        give(asked, text)
        expect(asked.get_by_role("status")).to_have_class("result right")
    give(asked, shape.strip("()").split(",")[0])
    expect(asked.get_by_role("status")).to_have_class("result wrong")


@pytest.mark.parametrize(
    ("path", "value", "text", "judged"),
    [
        ("learning/plot_digits", "1370", "1,370", "right"),
        ("learning/plot_digits", "1370", "1,37", "wrong"),
        ("transposed/plot_ways_up", "0.25", ".25", "right"),
        ("transposed/plot_ways_up", "0.25", "1/4", "right"),
        ("transposed/plot_ways_up", "0.25", "1 / 4", "right"),
        ("transposed/plot_ways_up", "0.25", "25", "wrong"),
    ],
)
def test_a_number_is_read_as_people_write_it(
    visit: Visit, path: str, value: str, text: str, judged: str
) -> None:
    """With commas between thousands, as the lessons write it, as a fraction, without its nought."""
    page = visit.open(f"pages/examples/{path}.html")
    asked = page.locator(f".question:has([data-answer=right][data-value='{value}'])")
    give(asked, text)
    expect(asked.get_by_role("status")).to_have_class(f"result {judged}")


def test_a_question_is_answered_by_keyboard(page: Page) -> None:
    """Radio buttons by arrows, a field by typing, each sent with Enter."""
    asked = question(page, "choose")
    asked.locator("input").first.focus()
    options = asked.locator("input").evaluate_all("all => all.map(i => i.value)")
    for _ in range(options.index(answer_of(asked, "right"))):
        page.keyboard.press("ArrowDown")
    if options.index(answer_of(asked, "right")) == 0:
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(asked.get_by_role("status")).to_have_class("result right")
    cell = question(page, "click").locator("td button").first
    cell.focus()
    page.keyboard.press("Space")
    expect(cell).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("kind", ["choose", "type", "click"])
def test_no_answer_is_no_answer(page: Page, kind: str) -> None:
    """Whoever checks nothing is asked for something, and nothing is counted."""
    asked = question(page, kind)
    asked.get_by_role("button", name="Check").click()
    expect(asked.get_by_role("status")).to_have_text("Give an answer first.")
    expect(page.locator(".progress")).to_contain_text("0 of 3 answered rightly")


def test_answers_stay_until_they_are_forgotten(page: Page) -> None:
    """They outlive the page, and one button takes them all away."""
    asked = question(page, "type")
    give(asked, answer_of(asked, "right"))
    page.reload()
    expect(page.locator(".progress")).to_contain_text("1 of 3 answered rightly")
    expect(question(page, "type").get_by_role("status")).to_have_text("Answered rightly before.")
    page.get_by_role("button", name="Forget all answers").click()
    expect(page.locator(".progress")).to_contain_text("0 of 3 answered rightly")
    assert page.evaluate("localStorage.length") == 0


def test_one_button_opens_all_code(page: Page) -> None:
    """And folds it again."""
    folds = page.locator("details.code")
    count = folds.count()
    assert count > 5
    page.get_by_role("button", name="Show all code").click()
    assert page.locator("details.code[open]").count() == count
    page.get_by_role("button", name="Fold the code again").click()
    assert page.locator("details.code[open]").count() == 0


def test_a_figure_opens_large_and_closes_by_key(page: Page) -> None:
    """In a dialog with its picture, its description and its caption."""
    figure = page.locator("figure").first
    image = figure.locator("img").first
    small = image.bounding_box()["width"]
    figure.locator("a.image-reference").click()
    dialog = page.get_by_role("dialog")
    large = dialog.locator("img")
    assert large.get_attribute("alt") == image.get_attribute("alt")
    assert large.bounding_box()["width"] > small
    expect(dialog).to_contain_text(figure.locator("figcaption .caption-text").text_content())
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_without_javascript_a_lesson_can_be_read(browser: Browser, address: str) -> None:
    """Options stand in a list, answers are folded, and no control does nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{RELU}")
    assert question(page, "choose").locator("ul").first.locator("li").count() > 1
    assert page.locator(".question input, .question button").count() == 0
    expect(page.get_by_role("button", name="Show all code")).to_be_hidden()
    answer = question(page, "choose").locator("[data-answer=right]")
    expect(answer).to_be_hidden()
    question(page, "choose").locator("summary").click()
    expect(answer).to_be_visible()
    context.close()


def test_neighbours_of_a_lesson_are_lessons(visit: Visit) -> None:
    """From the first to the last, "Next" leads through all of them, and nowhere else."""
    first = "pages/examples/why/plot_features.html"
    page, seen = visit.open(first), [first]
    while len(seen) < len(LESSONS):
        target = page.locator("a.next-page").evaluate("link => link.href")
        page.goto(target)
        seen.append(target.removeprefix(f"{visit.address}/"))
    assert sorted(seen) == LESSONS


def test_the_quiz_asks_twenty_and_names_what_to_read_again(visit: Visit) -> None:
    """Other questions at another time; a missed one names its lesson."""
    page = visit.open("quiz.html")
    shown = page.locator(".asked:visible")
    assert shown.count() == 20
    places = "all => all.flatMap((one, at) => one.checkVisibility() ? [at] : [])"
    drawn = page.locator(".asked").evaluate_all(places)
    right = shown.nth(0)
    give(right.locator(".question"), answer_of(right, "right"))
    wrong = shown.nth(1)
    give(wrong.locator(".question"), answer_of(wrong, "right"))
    expect(page.locator(".quiz-end")).to_have_text("2 right of 2 answered, 20 asked.")
    missed = next(one for one in shown.all()[2:] if one.locator("[data-answer=wrong]").count())
    lesson = missed.locator("> p a").text_content()
    give(missed.locator(".question"), answer_of(missed, "wrong"))
    ending = page.locator(".quiz-end")
    expect(ending).to_contain_text("2 right of 3 answered, 20 asked. Read again: ")
    expect(ending.get_by_role("link")).to_have_text(lesson)
    told = ending.inner_text()
    page.goto(ending.get_by_role("link").evaluate("link => link.href"))
    page.go_back()  # there is the quiz as it was left
    assert page.locator(".asked").evaluate_all(places) == drawn
    assert ending.inner_text() == told
    for lost in ("[[9999, true]]", '"other"', "no JSON"):
        page.evaluate("text => sessionStorage.setItem('convdocs quiz', text)", lost)
        page.goto(f"{visit.address}/404.html")
        page.go_back()
        assert shown.count() == 20
    page.reload()
    assert page.locator(".asked").evaluate_all(places) != drawn


@pytest.mark.parametrize("from_folder", [False, True])
def test_the_quiz_keeps_to_the_lessons_that_were_begun(visit: Visit, from_folder: bool) -> None:
    """By keyboard, and back again; also where the site lies in a folder, without a server."""
    if from_folder:
        visit.address = SITE.as_uri()
    page = visit.open("quiz.html")
    only = page.get_by_role("checkbox", name="Only from lessons in which I have answered")
    expect(only).to_be_disabled()
    titles = set()
    for path in LESSONS[:2]:
        visit.open(path)
        asked = page.locator(".question").first
        give(asked, answer_of(asked, "right"))
        titles.add(page.title().removesuffix(" - convdocs"))
    visit.open("quiz.html")
    expect(page.locator(".quiz-from")).to_contain_text("(2 so far)")
    shown = page.locator(".asked:visible")
    expect(shown).to_have_count(20)
    only.focus()
    page.keyboard.press("Space")
    alone = sum((SITE / path).read_text("utf-8").count("data-alone>") for path in LESSONS[:2])
    expect(shown).to_have_count(alone)
    assert {*page.locator(".asked:visible > p a").all_text_contents()} == titles
    expect(page.locator(".quiz-end")).to_have_text(f"0 right of 0 answered, {alone} asked.")
    page.keyboard.press("Space")
    expect(shown).to_have_count(20)
    assert visit.faults == []


def test_code_that_is_wider_than_its_place_is_scrolled_by_keyboard(page: Page) -> None:
    """Also when it has just been unfolded, or the window has become narrow."""
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="Show all code").click()
    wide = "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.tabIndex)"
    page.wait_for_timeout(300)
    found = page.locator(".highlight pre").evaluate_all(wide)
    assert found
    assert set(found) == {0}


CLICKS = [path for path in LESSONS if 'data-kind="click"' in (SITE / path).read_text("utf-8")]


@pytest.mark.parametrize("path", CLICKS)
def test_every_cell_can_be_reached_on_a_phone(visit: Visit, path: str) -> None:
    """A row of cells that is wider than the screen is scrolled."""
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 800})
    visit.open(path)
    outside = """all => all.filter(cell => {
        cell.scrollIntoView({inline: "nearest", block: "center", behavior: "instant"});
        const {left, right} = cell.getBoundingClientRect();
        return left < 0 || right > innerWidth;
    }).length"""
    cells = page.locator(".question td button")
    assert cells.count()
    assert cells.evaluate_all(outside) == 0
