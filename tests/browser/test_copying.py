"""What is copied from a page can be pasted, and the buttons for it are found."""

import ast

import pytest
from playwright.sync_api import Browser
from visit import ALL, PHONE, Visit, contrast, pixels, text_of


@pytest.mark.parametrize("path", [path for path in ALL if "highlight-console" in text_of(path)])
def test_a_command_is_copied_without_its_prompt(visit: Visit, path: str) -> None:
    """What arrives in the clipboard can be pasted into a shell."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open(path)
    blocks = page.locator(".highlight-console").all()
    assert blocks
    for block in blocks:
        shown = block.locator("pre").inner_text()
        assert shown.startswith("$ ")
        block.hover()
        block.locator("button.copybtn").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == "\n".join(line[2:] for line in shown.splitlines() if line[:2] == "$ ")


def test_an_example_is_copied_without_its_prompts(visit: Visit) -> None:
    """What arrives in the clipboard can be pasted into Python."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("howto/use_your_own_picture.html")
    block = page.locator(".highlight-default").filter(has_text=">>> ").first
    block.hover()
    block.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert ">>>" not in copied
    assert ast.parse(copied).body


VISIBLE = "e => Number(getComputedStyle(e).opacity)"


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_copy_button_can_be_told_from_its_ground(
    browser: Browser, address: str, system: str
) -> None:
    """Where nothing hovers, its lines have at least the guidelines' contrast of 3 to 1."""
    context = browser.new_context(**PHONE, color_scheme=system)
    page = context.new_page()
    page.goto(f"{address}/howto/build_the_site.html")
    button = page.locator("button.copybtn").first
    button.wait_for(state="attached")
    page.wait_for_function(f"() => ({VISIBLE})(document.querySelector('button.copybtn')) === 1")
    assert contrast(*pixels(button.screenshot())) >= 3
    context.close()


def test_a_copy_button_shows_where_the_keyboard_is(visit: Visit) -> None:
    """Tab reaches it, and then it is there, with an outline."""
    page = visit.open("howto/build_the_site.html")
    button = page.locator("button.copybtn").first
    button.wait_for(state="attached")
    assert button.evaluate(VISIBLE) == 0
    page.locator("h1").click()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button.copybtn')"):
            break
    focused = page.locator("button.copybtn:focus-visible")
    page.wait_for_function(f"() => ({VISIBLE})(document.activeElement) === 1")
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_copy_buttons_show_on_a_touch_screen(browser: Browser, address: str) -> None:
    """Where nothing can hover they are always there, in a column in which no code stands."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{address}/howto/build_the_site.html")
    buttons = page.locator("button.copybtn")
    buttons.first.wait_for(state="attached")
    page.wait_for_function(
        f"() => [...document.querySelectorAll('button.copybtn')].every({VISIBLE})"
    )
    for block in page.locator(".highlight").all():
        pre = block.locator("pre")
        pre.evaluate("e => e.scrollLeft = e.scrollWidth")
        end = pre.evaluate("""e => {
            const range = document.createRange();
            range.selectNodeContents(e);
            return Math.max(...[...range.getClientRects()].map(r => r.right));
        }""")
        box, button = pre.bounding_box(), block.locator("button.copybtn").bounding_box()
        assert max(end, box["x"] + box["width"]) <= button["x"]
    context.close()
