"""The menu and the contents of a narrow window, by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page
from visit import Visit

PATH = "pages/examples/where_the_kernel_stands/plot_stride.html"
DRAWERS = {".nav-overlay-icon": ".sidebar-drawer", ".toc-overlay-icon": ".toc-drawer"}
# What is focused, if nobody can see where that is.
UNSEEN = """
() => {
    const e = document.activeElement;
    const box = e.getBoundingClientRect();
    if (e === document.body) return null; // past the end
    const shown = e.checkVisibility({ visibilityProperty: true }) && box.right > 0 && box.width > 0
        && box.left < innerWidth;
    return shown ? null : e.outerHTML.slice(0, 120);
}
"""


@pytest.fixture(params=[390, 640, 1000])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """Open a lesson in a window that has drawers."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, reduced_motion="reduce"
    )
    visit = Visit(context.new_page(), address)
    yield visit.open(PATH)
    assert visit.faults == []
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the keyboard."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


@pytest.fixture(params=DRAWERS)
def opened(request: pytest.FixtureRequest, page: Page) -> tuple[Locator, Locator]:
    """Open a drawer, if this window has it, and give its sign and itself."""
    sign = page.locator(f"{request.param}:visible")
    if not sign.count():
        assert page.locator(DRAWERS[request.param]).is_visible()
        pytest.skip("this window shows it without a drawer")
    tab_to(page, request.param)
    assert sign.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert sign.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Space")
    assert sign.get_attribute("aria-expanded") == "true"
    return sign, page.locator(DRAWERS[request.param])


def test_a_drawer_takes_the_keyboard_until_escape(
    page: Page, opened: tuple[Locator, Locator]
) -> None:
    """It is in the window, Tab stays in it, and Escape gives the keyboard back to its sign."""
    sign, drawer = opened
    box = drawer.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"] + 1
    assert drawer.evaluate("e => e.contains(document.activeElement)")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('.content, .mobile-header')")
    page.keyboard.press("Escape")
    assert not drawer.is_visible()
    assert sign.evaluate("e => e === document.activeElement")
    assert sign.get_attribute("aria-expanded") == "false"
    assert page.locator("[inert]").count() == 0


def test_a_choice_shuts_the_drawer(page: Page, opened: tuple[Locator, Locator]) -> None:
    """Whoever follows a link sees what it leads to."""
    page.keyboard.press("Enter")  # the first link
    page.wait_for_load_state()
    assert not opened[1].is_visible()


def test_nothing_that_is_hidden_takes_the_keyboard(page: Page) -> None:
    """Tab goes from one thing to the next, and each can be seen."""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(UNSEEN) is None


def test_the_search_field_shows_that_it_has_the_keyboard(visit: Visit) -> None:
    """By an outline, as all else."""
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    page = visit.open(PATH)
    tab_to(page, ".sidebar-search")
    style = page.locator(".sidebar-search").evaluate("e => getComputedStyle(e).outlineStyle")
    assert style == "solid"


def test_whoever_asks_for_calm_gets_it(browser: Browser, address: str) -> None:
    """Nothing glides or rolls where motion is to be reduced, and it does elsewhere."""
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
        const style = getComputedStyle(e);
        return style.scrollBehavior === "smooth" || style.animationName !== "none"
            || style.transitionDuration.split(",").some(time => parseFloat(time) > 0);
    }).map(e => e.outerHTML.slice(0, 80))"""
    for motion in ("reduce", "no-preference"):
        context = browser.new_context(reduced_motion=motion)
        page = context.new_page()
        page.goto(f"{address}/{PATH}")
        assert (page.evaluate(moving) == []) == (motion == "reduce")
        context.close()
