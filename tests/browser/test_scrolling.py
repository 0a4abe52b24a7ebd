"""On a phone, what is wider than the screen says that it can be scrolled, and is."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from visit import contrast

PHONE = {"viewport": {"width": 390, "height": 844}}
BAND = 40  # pixels at either side of a box, in which its sign stands
CORNER = 10  # pixels above and below, where a box may be round
FIGURE = "a.image-reference"
BOXES = {
    FIGURE: "pages/examples/where_the_kernel_stands/plot_dilation.html",
    ".highlight pre": "pages/examples/convolution/plot_by_hand.html",
    ".question table": "pages/examples/convolution/plot_four_filters.html",
    ".table-wrapper": "howto/use_the_explorer.html",
    "div.math": "reference/sizes.html",
}
WIDE = "all => all.findIndex(box => box.scrollWidth > box.clientWidth + 1 && box.checkVisibility())"
# Without these rules, a box is as it would be if it said nothing.
SILENT = f"* {{ background-image: none !important }} {FIGURE}::after {{ visibility: hidden }}"

# The site's policy lets no style element be added.
SILENCE = """rules => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets.push(sheet);
}"""


def wide(page: Page, kind: str) -> Locator:
    """Give the first box of a kind that is wider than its place."""
    boxes = page.locator(kind)
    found = boxes.evaluate_all(WIDE)
    assert found >= 0
    return boxes.nth(found)


def signs(box: Locator) -> list[float]:
    """Say how far the sign at each side of a box stands out from the box without signs."""
    before, between, after = b"", b"", box.screenshot(animations="disabled")
    for _ in range(20):  # what loads late moves the box: then it is another picture for that alone
        if before == after:
            break
        before = after
        box.page.evaluate(SILENCE, SILENT)
        between = box.screenshot(animations="disabled")
        box.page.evaluate("document.adoptedStyleSheets.pop()")
        after = box.screenshot(animations="disabled")
    assert before == after
    told, silent = (Image.open(BytesIO(one)).convert("RGB") for one in (before, between))
    found = []
    for left in (0, told.width - BAND):
        area = (left, CORNER, left + BAND, told.height - CORNER)
        bands = (image.crop(area).get_flattened_data() for image in (told, silent))
        found.append(max(contrast(*pair) for pair in {*zip(*bands, strict=True)}))
    return found


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", BOXES)
def test_what_is_wider_than_a_phone_says_on_which_side_it_goes_on(
    browser: Browser, address: str, kind: str, scheme: str, forced: str
) -> None:
    """By at least the guidelines' contrast of 3 to 1, in both themes and in forced colours."""
    context = browser.new_context(**PHONE, color_scheme=scheme, forced_colors=forced)
    page = context.new_page()
    page.goto(f"{address}/{BOXES[kind]}")
    box = wide(page, kind)
    box.scroll_into_view_if_needed()
    left, right = signs(box)
    assert left < 1.1
    assert right >= 3
    box.evaluate("box => box.scrollLeft = box.scrollWidth")
    if kind == FIGURE:  # its sign stays, and then lies beside the figure
        image, sign = (box.locator("img").bounding_box(), box.bounding_box())
        assert image["x"] + image["width"] <= sign["x"] + sign["width"] - BAND
    else:
        left, right = signs(box)
        assert left >= 3
        assert right < 1.1
    context.close()


@pytest.mark.parametrize("kind", [kind for kind in BOXES if kind != ".question table"])
def test_what_is_wider_than_a_phone_is_scrolled_by_keyboard(
    browser: Browser, address: str, kind: str
) -> None:
    """Tab gets there, an outline shows where one is, and the arrow keys scroll."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{address}/{BOXES[kind]}")
    box = wide(page, kind)
    assert box.evaluate("box => box.tabIndex") == 0
    page.keyboard.press("Tab")  # so that the browser shows where the keyboard is
    box.focus()
    assert box.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"
    page.keyboard.press("ArrowRight")
    expect(box).not_to_have_js_property("scrollLeft", 0)
    page.set_viewport_size({"width": 1900, "height": 844})
    fits = box.evaluate("box => box.scrollWidth <= box.clientWidth")
    if fits and kind != FIGURE:  # which is a link at every width
        expect(box).not_to_have_attribute("tabindex", "0")
    context.close()


def test_a_figure_that_fits_has_no_sign(browser: Browser, address: str) -> None:
    """Where nothing is hidden, nothing says so."""
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{BOXES[FIGURE]}")
    box = page.locator(FIGURE).first
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert max(signs(box)) < 1.1
    context.close()
