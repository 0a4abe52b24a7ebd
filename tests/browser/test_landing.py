"""The first page: a picture that runs once, cards in order, and questions to choose from."""

import re
import tomllib

import pytest
from playwright.sync_api import Browser, Page
from visit import SITE, Visit

CONTENTS = tomllib.loads((SITE.parent / "docs/contents.toml").read_text(encoding="utf-8"))
# In cells: where the window stands, and how much of the map is uncovered, after a time.
STANDS = """seconds => {
    const at = selector => document.querySelector(selector).getBoundingClientRect();
    for (const one of document.getAnimations()) {
        one.pause();
        one.currentTime = 1000 * seconds;
    }
    const panda = at(".scan .panda"), window = at(".scan .window");
    const map = at(".scan .map"), row = at(".scan .row"), rest = at(".scan .rest");
    const cell = panda.width / 36;
    return [window.left - panda.left, window.top - panda.top, row.left - map.left,
        row.top - map.top, rest.top - map.top].map(length => Math.round(length / cell * 10) / 10);
}"""


@pytest.mark.parametrize("seconds", [0, 0.155, 0.32 * 20 + 0.005, 0.32 * 42 + 0.315])
def test_the_window_stands_where_the_map_grows(visit: Visit, seconds: float) -> None:
    """As many rows and cells of the map are uncovered as the window has passed, and no more."""
    page = visit.open("index.html")
    page.wait_for_selector(".scan.moves")
    left, top, covered_left, covered_top, rest = page.evaluate(STANDS, seconds)
    assert (top, left) == (seconds // 0.32, int(seconds % 0.32 / 0.01))
    assert (covered_top, rest) == (top, top + 1)
    assert covered_left == left + 1
    assert visit.faults == []


def button(page: Page) -> str:
    """Read what the button below the picture offers."""
    return page.locator(".scan > button").inner_text()


def test_the_picture_stops_when_asked_and_by_itself(visit: Visit) -> None:
    """It runs by itself once; the button stops it, goes on, and runs it again from the start."""
    page = visit.open("index.html")
    running = "document.getAnimations().filter(one => one.playState === 'running').length"
    page.wait_for_selector(".scan.moves")
    assert button(page) == "Pause"
    page.locator(".scan > button").click()
    assert (button(page), page.evaluate(running)) == ("Play", 0)
    page.locator(".scan > button").click()
    assert (button(page), page.evaluate(running) > 0) == ("Pause", True)
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    page.wait_for_selector(".scan:not(.moves)")
    assert button(page) == "Play"
    page.locator(".scan > button").click()
    assert (button(page), page.evaluate(running) > 0) == ("Pause", True)


def test_the_picture_stands_where_motion_is_not_wanted(browser: Browser, address: str) -> None:
    """The whole map is there, and runs only if asked."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/index.html")
    assert button(page) == "Play"
    assert not page.locator(".scan .rest").is_visible()
    context.close()


def test_without_scripts_nothing_offers_to_stop_the_picture(browser: Browser, address: str) -> None:
    """The button is there from the start, but only where it does something."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/index.html")
    assert page.locator(".scan .map img").is_visible()
    assert page.locator(".scan > button").is_hidden()
    context.close()


def test_the_first_screen_has_the_claim_two_ways_in_and_the_picture(visit: Visit) -> None:
    """On a small laptop, without scrolling."""
    visit.page.set_viewport_size({"width": 1366, "height": 768})
    page = visit.open("index.html")
    for selector in ("h1", ".lead", ".buttons a:last-child", ".scan > button", "#chapters h2"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 768, selector


def test_the_chapters_stand_in_order_with_their_lessons(visit: Visit) -> None:
    """A card leads to its chapter, and tells as many lessons as the contents list."""
    page = visit.open("index.html")
    links = page.locator("ul.chapters a").evaluate_all("all => all.map(a => a.pathname)")
    folders = [chapter["folder"] for chapter in CONTENTS["chapter"]]
    wanted = [f"/pages/{folder.removeprefix('docs/')}/index.html" for folder in folders]
    assert links == wanted
    told = page.locator("ul.chapters li p:last-child").all_inner_texts()
    counts = [int(re.match(r"(\d+) lessons, about \d+ minutes", text)[1]) for text in told]
    scripts = [page["script"].rpartition("/")[0] for page in CONTENTS["page"]]
    assert counts == [scripts.count(folder) for folder in folders]


def test_questions_are_chosen_by_their_words(visit: Visit) -> None:
    """All words that are typed occur in what is left, whatever their order and case."""
    page = visit.open("index.html")
    shown = page.locator(".questions li:visible")
    everything = shown.all_inner_texts()
    assert len(everything) == len(CONTENTS["page"])
    field = page.get_by_label("Only questions with")
    field.fill("ADDING pad")
    assert shown.all_inner_texts() == [
        text for text in everything if "adding" in text.lower() and "pad" in text.lower()
    ]
    assert 0 < shown.count() < len(everything)
    titles = page.locator(".questions .rubric:visible")
    assert 0 < titles.count() <= shown.count()  # none of a chapter of which nothing is left
    assert page.locator("#where-is-it-answered [role=status]").inner_text() == (
        f"{shown.count()} of {len(everything)} questions"
    )
    field.fill("xyzzy")
    assert shown.count() == 0
    field.fill("")
    assert shown.count() == len(everything)


def test_the_page_is_in_sight_in_the_list_and_on_the_path(visit: Visit) -> None:
    """The list begins farther down where it must; and the path above the page leads back up."""
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 500})
    visit.open("pages/examples/as_a_matrix/plot_matrix_further.html")
    assert page.locator(".sidebar-scroll").evaluate("list => list.scrollTop") > 0
    box = page.locator(".sidebar-tree .current-page > .reference").bounding_box()
    assert 0 <= box["y"] <= page.viewport_size["height"] - box["height"]
    path = page.get_by_role("navigation", name="Breadcrumbs").locator("a")
    assert path.all_inner_texts() == ["convdocs", "The tutorial", "As a matrix"]
    path.last.click()
    assert page.locator("h1").inner_text().startswith("As a matrix")
