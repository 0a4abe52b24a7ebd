"""The ink of figures, code and explorers suits the ground that the page is painted on."""

import json
import re
import zlib
from collections import Counter
from itertools import product
from urllib.parse import urljoin

import pytest
from PIL import ImageColor
from playwright.sync_api import Browser, Page
from visit import SITE, Visit, pixels


def rgb(colour: str) -> tuple[int, ...]:
    """Read a colour as three bytes."""
    return ImageColor.getrgb(colour)


PALETTE = json.loads((SITE.parent / "convdocs/plots/palette.json").read_text(encoding="utf-8"))
INKS = [rgb(colour) for colour in PALETTE["by_theme"]["ink"]]  # for light pages, and for dark ones
FIRST = "pages/examples/pooling_and_rectification/plot_pooling.html"  # whose first figure has ink


def bright(colour: tuple[int, ...]) -> bool:
    """Tell paper from night."""
    return sum(colour) > 3 * 127


def assert_ink_suits(seen: Counter[tuple[int, ...]], ground_is_bright: bool) -> None:
    """Check the ground, and that the figure has the ink that can be read on it, and no other."""
    assert bright(seen.most_common(1)[0][0]) == ground_is_bright
    right, wrong = INKS if ground_is_bright else INKS[::-1]
    assert seen[right] > 50 > seen[wrong]


def colours(visit: Visit) -> Counter[tuple[int, ...]]:
    """Count the pixels of the page's first figure, as shown."""
    return pixels(visit.page.locator("img.sphx-glr-single-img").first.screenshot())


def test_theme_toggle_turns_page_and_figures(visit: Visit) -> None:
    """The toggle cycles light, dark and auto; the ink of the figures follows it."""
    page = visit.open(FIRST)
    seen = {}
    for _ in range(3):
        page.locator(".theme-toggle:visible").first.click()
        seen[page.evaluate("document.body.dataset.theme")] = colours(visit)
    assert set(seen) == {"light", "dark", "auto"}
    assert_ink_suits(seen["light"], True)
    assert_ink_suits(seen["dark"], False)
    assert visit.faults == []


def test_where_figures_show_daylight_they_stand_on_it(visit: Visit) -> None:
    """Told by what only WebKit can do; it shows their dark ink on whatever ground."""
    page = visit.page
    page.emulate_media(color_scheme="dark")
    alone = "@supports (hanging-punctuation: first)"
    assert page.evaluate(f"() => !CSS.supports('{alone.removeprefix('@supports ')}')")
    sheet = (SITE / "_static/site.css").read_text(encoding="utf-8")
    assert alone in sheet
    body = sheet.replace(alone, "@supports (display: block)")
    page.route("**/site.css*", lambda route: route.fulfill(body=body, content_type="text/css"))
    visit.open(FIRST)
    assert_ink_suits(colours(visit), True)
    page.locator("a.image-reference").first.click()
    assert_ink_suits(pixels(page.locator("dialog.figure img").screenshot()), True)
    assert visit.faults == []


def with_theme(browser: Browser, address: str, theme: str) -> Page:
    """Open a window where a theme was chosen, or no script runs, or none may store anything."""
    context = browser.new_context(java_script_enabled=theme != "no script")
    page = context.new_page()
    if theme == "blocked":
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', "
            "{get() { throw new DOMException('blocked', 'SecurityError'); }});"
        )
    elif theme != "no script":
        page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.goto(f"{address}/{FIRST}")
    return page


# What furo paints: paper is light, a chosen theme holds, and anything else follows the system.
MEDIA = [("screen", "none"), ("print", "none"), ("screen", "active")]


@pytest.mark.parametrize("theme", ["light", "dark", "auto", "no script", "blocked"])
def test_figures_code_and_explorers_follow_the_page_as_it_is_painted(
    browser: Browser, address: str, theme: str
) -> None:
    """On screen, on paper and in forced colours, whatever theme the page and the system have."""
    page = with_theme(browser, address, theme)
    for system, (media, forced) in product(["light", "dark"], MEDIA):
        page.emulate_media(color_scheme=system, media=media, forced_colors=forced)
        follows = system if forced == "active" or theme not in {"light", "dark"} else theme
        paper = media == "print" or follows == "light"
        assert_ink_suits(pixels(page.locator("img.sphx-glr-single-img").first.screenshot()), paper)
        if forced == "active":
            continue  # the system's colours, and not the page's
        ground = page.locator(".highlight").first.evaluate("e => getComputedStyle(e).background")
        assert bright(tuple(map(int, re.findall(r"\d+", ground)[:3]))) == paper
        inner = page.locator("conv-explorer section").first
        if theme != "no script":
            ink = inner.evaluate("e => getComputedStyle(e).color")
            assert ink == "rgb({}, {}, {})".format(*INKS[0 if paper else 1])
        else:
            cell = page.locator(".still td.lit").first
            style = cell.evaluate(
                "e => [getComputedStyle(e).color, getComputedStyle(e).background]"
            )
            on_fill, fill = (rgb(PALETTE[name]) for name in ("on_fill", "input"))
            assert style[0] == "rgb({}, {}, {})".format(*on_fill)
            assert style[1].startswith("rgb({}, {}, {})".format(*fill))
    page.context.close()


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_what_is_printed_has_dark_ink(
    browser: Browser, address: str, theme: str, system: str
) -> None:
    """In the print itself, and not in an emulation of it; also of a figure that is open alone."""
    page = with_theme(browser, address, theme)
    page.emulate_media(color_scheme=system)
    alone = page.locator("a.image-reference").first.get_attribute("href")
    for path in ("", alone):
        page.goto(urljoin(page.url, path))
        printed = print_colours(page.pdf())
        assert INKS[0] in printed
        assert INKS[1] not in printed
    page.context.close()


def print_colours(pdf: bytes) -> set[tuple[int, ...]]:
    """Give the colours that the pages of a PDF fill and draw with."""
    streams = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    drawn = b"\n".join(zlib.decompressobj().decompress(stream) for stream in streams)
    found = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b", drawn)
    return {tuple(round(float(part) * 255) for part in colour) for colour in found}


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_figure_that_is_open_alone_can_be_read(visit: Visit, system: str, forced: str) -> None:
    """Its ink suits the ground that the browser gives it."""
    page = visit.open(FIRST)
    page.emulate_media(color_scheme=system, forced_colors=forced)
    page.goto(urljoin(page.url, page.locator("a.image-reference").first.get_attribute("href")))
    assert_ink_suits(pixels(page.screenshot()), system == "light")
