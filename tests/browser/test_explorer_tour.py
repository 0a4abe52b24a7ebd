"""The tour of the explorer: done by hand, left at any place, and gone without a trace."""

import json
import re
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visit import PHONE, SITE, Visit

STEPS = json.loads((SITE.parent / "docs/explorer/tour.json").read_text("utf-8"))
SEEN = """() => {
    const root = document.querySelector("conv-explorer").shadowRoot;
    const box = one => one.getBoundingClientRect().toJSON();
    const [tour, dock, sum] = [".tour", ".dock", ".sum"].map(one => box(root.querySelector(one)));
    return {tour, dock, sum, tables: [...root.querySelectorAll(".stage table")].map(box)};
}"""
STATE = "size=6&stride=2&input=random-5&step=3&cell=output,0,0,1"


def cell(page: Page, part: str, row: int, column: int, channel: int = 0):
    """Find a cell of a grid."""
    table = page.locator(f"conv-explorer [data-part={part}] table").nth(channel)
    return table.locator("tr").nth(row).locator("td").nth(column)


def begin(visit: Visit, text: str = STATE) -> Page:
    """Open the explorer in a state, and begin the tour."""
    page = visit.open(f"explorer.html#conv-explorer?{text}")
    page.get_by_role("button", name="Tour").click()
    page.get_by_role("group", name="Tour").wait_for()
    return page


def drag(page: Page) -> None:
    """Drag the window from the input's first corner to its last."""
    cell(page, "framed", 1, 1).drag_to(cell(page, "framed", 3, 3))


def play(page: Page) -> None:
    """Step through the four stamps."""
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()


def settle(page: Page, name: str, value: str) -> None:
    """Move a slider of the settings, which the tour has unfolded."""
    page.locator(f"conv-explorer input[name='{name}.0']").fill(value)


def solve(page: Page) -> None:
    """Type the sum of the last window under a plus of ones."""
    page.locator("conv-explorer .predict").wait_for()  # a script of its own, which moves the rest
    cell(page, "output", 1, 1).dblclick()
    page.keyboard.type(str(0 + 2 + 1 + 1 + 3))
    page.keyboard.press("Enter")


TASKS = [
    drag,
    lambda page: settle(page, "stride", "2"),
    lambda page: settle(page, "padding", "1"),
    lambda page: cell(page, "output", 0, 1).click(),
    lambda page: cell(page, "framed", 1, 2).click(),
    play,
    lambda page: cell(page, "output", 0, 0).click(),
    solve,
]


@pytest.mark.parametrize("compact", [False, True])
def test_each_step_is_done_by_doing_it(visit: Visit, compact: bool) -> None:
    """None is done before, each says so afterwards, and the last leads out."""
    page = visit.open("index.html" if compact else "explorer.html")
    page.get_by_role("button", name="Tour").click()
    tour = page.get_by_role("group", name="Tour")
    for n, (step, act) in enumerate(zip(STEPS, TASKS, strict=True), 1):
        assert f"{n} of {len(STEPS)}: {step['title']}" in tour.inner_text()
        assert page.evaluate(
            "document.activeElement.shadowRoot.activeElement.innerText"
        ).startswith(f"{n} of ")
        assert step["words"] in tour.inner_text()
        assert "\N{CHECK MARK}" not in tour.inner_text()
        act(page)
        tour.get_by_text(f"\N{CHECK MARK} {step['task']}").wait_for()
        said = page.locator("conv-explorer .note").inner_text()
        assert said.startswith("Done." if n < len(STEPS) else "Right.")  # it tells of the answer
        tour.get_by_role("button", name="Next" if n < len(STEPS) else "Done").click()
    assert not tour.is_visible()
    assert visit.faults == []


def test_afterwards_the_explorer_is_as_before(visit: Visit) -> None:
    """State, step, choice, folds and what can be taken back are those of before the tour."""
    page = visit.open(f"explorer.html#conv-explorer?{STATE}")
    link = page.locator("conv-explorer [aria-label^=Link]")
    page.locator("conv-explorer summary", has_text="Numbers").click()
    page.locator("conv-explorer input[name='padding.0']").fill("1")
    changed = link.evaluate("field => field.value")
    folds = "all => all.map(fold => fold.open)"
    before = page.locator("conv-explorer details").evaluate_all(folds)
    page.get_by_role("button", name="Tour").click()
    tour = page.get_by_role("group", name="Tour")
    for _ in range(2):
        tour.get_by_role("button", name="Next").click()
    settle(page, "padding", "1")
    tour.get_by_role("button", name="End the tour").click()
    assert not tour.is_visible()
    assert link.evaluate("field => field.value") == changed
    assert page.locator("conv-explorer details").evaluate_all(folds) == before
    page.get_by_role("button", name="Undo").click()
    assert link.evaluate("field => field.value").endswith(STATE)


def test_the_address_stays_that_of_the_work(visit: Visit) -> None:
    """A tour that is broken off by a reload has taken nothing."""
    page = begin(visit)
    page.get_by_role("button", name="Next").click()
    settle(page, "stride", "2")
    page.get_by_text("\N{CHECK MARK}").wait_for()
    page.wait_for_timeout(400)  # nothing is to come, which nothing can be waited for
    assert page.evaluate("location.hash") == f"#conv-explorer?{STATE}"
    page.reload()
    link = page.locator("conv-explorer [aria-label^=Link]")
    assert link.input_value().endswith(STATE)
    assert visit.faults == []


def test_a_followed_link_ends_it_and_stays(visit: Visit) -> None:
    """Where a link leads, the explorer is; Back finds the work of before the tour."""
    page = begin(visit)
    tour = page.get_by_role("group", name="Tour")
    page.evaluate("location.hash = 'conv-explorer?size=9&stride=3'")
    tour.wait_for(state="hidden")
    link = page.locator("conv-explorer [aria-label^=Link]")
    assert link.input_value().endswith("?size=9&stride=3")
    page.wait_for_timeout(400)  # nothing is to come
    assert page.evaluate("location.hash") == "#conv-explorer?size=9&stride=3"
    assert page.locator("conv-explorer details").first.get_attribute("open") is not None
    page.go_back()
    page.wait_for_function(f"location.hash.endsWith('?{STATE}')")
    expect(link).to_have_value(re.compile(re.escape(STATE) + "$"))
    assert visit.faults == []


def test_what_was_made_in_it_can_be_had_back(visit: Visit) -> None:
    """Undo leads to what a reader chose in the tour, and Redo back; a task that is done is none."""
    page = begin(visit)
    link = page.locator("conv-explorer [aria-label^=Link]")
    tour = page.get_by_role("group", name="Tour")
    tour.get_by_role("button", name="Next").click()
    settle(page, "stride", "2")
    tour.get_by_text("\N{CHECK MARK}").wait_for()
    tour.get_by_role("button", name="Next").click()
    page.get_by_label("Published case").select_option("padding_strides")
    chosen = link.input_value()
    tour.get_by_role("button", name="Next").click()
    tour.get_by_role("button", name="End the tour").click()
    assert link.input_value().endswith(STATE)
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    undo.click()
    assert link.input_value() == chosen
    redo.click()
    assert link.input_value().endswith(STATE)
    undo.click()
    assert undo.get_attribute("aria-disabled") == "true"
    assert visit.faults == []


def look(page: Page, step: dict[str, str], device: dict) -> None:
    """Look where everything is."""
    seen = page.evaluate(SEEN)
    assert seen["tour"]["top"] >= 0, step["title"]
    assert seen["sum"]["bottom"] <= device["viewport"]["height"], step["title"]
    tables = [table["bottom"] for table in seen["tables"]]
    if device is not PHONE:
        assert max(tables) <= seen["dock"]["top"], step["title"]
    elif step.get("open") != "Settings":  # which stand above the grids
        assert tables[0] <= seen["dock"]["top"], step["title"]


def test_what_it_speaks_of_is_seen(browser: Browser, address: str) -> None:
    """Words, grids, player and sum share the window; on a phone, words, the first grid and sum."""
    screen = {"viewport": {"width": 1366, "height": 768}}
    for device in (screen, PHONE):
        context = browser.new_context(**device)
        page = begin(Visit(context.new_page(), address))
        tour = page.get_by_role("group", name="Tour")
        for step in STEPS:
            tour.get_by_text(f": {step['title']}").wait_for()
            for _ in range(100):  # a step may fetch a script, which moves the rest once it has come
                with suppress(AssertionError):
                    look(page, step, device)
                    break
                page.wait_for_timeout(100)
            look(page, step, device)
            tour.get_by_role("button", name="Next").or_(
                page.get_by_role("button", name="Done")
            ).click()
        context.close()


def test_one_can_go_back_and_begin_again(visit: Visit) -> None:
    """Back leads to the step before, in its own state; a second tour begins at the first step."""
    page = begin(visit)
    tour = page.get_by_role("group", name="Tour")
    assert tour.get_by_role("button", name="Back").is_disabled()
    tour.get_by_role("button", name="Next").click()
    settle(page, "stride", "2")
    tour.get_by_role("button", name="Next").click()
    tour.get_by_role("button", name="Back").click()
    assert f"2 of {len(STEPS)}" in tour.inner_text()
    assert page.locator("conv-explorer input[name='stride.0']").input_value() == "1"
    tour.get_by_role("button", name="End the tour").click()
    page.get_by_role("button", name="Tour").click()
    assert f"1 of {len(STEPS)}" in tour.inner_text()


def test_a_keyboard_goes_through_it(visit: Visit) -> None:
    """From the words the next Tab leads to the buttons, and the arrow moves the window."""
    page = begin(visit)
    tour = page.get_by_role("group", name="Tour")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    tour.get_by_text("\N{CHECK MARK}").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert f"2 of {len(STEPS)}" in tour.inner_text()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wide(visit: Visit, theme: str, width: int) -> None:
    """On every step, on a phone too."""
    visit.page.emulate_media(color_scheme=theme)
    visit.page.set_viewport_size({"width": width, "height": 800})
    page = begin(visit)
    for step in STEPS:
        page.get_by_role("group", name="Tour").get_by_text(f": {step['title']}").wait_for()
        page.wait_for_timeout(100)
        found = Axe().run(page, context="conv-explorer").response["violations"]
        assert [(fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("group", name="Tour").get_by_role("button", name="Next").or_(
            page.get_by_role("button", name="Done")
        ).click()
