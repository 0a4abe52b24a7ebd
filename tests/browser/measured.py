"""What is measured of a page while it is open, each as a list of what is wrong."""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe_playwright_python
from playwright.sync_api import Page
from visit import SITE

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
WIDTHS = 1280, 390
SHEET = 718  # what margins leave of A4, in pixels of 1/96 inch
NARROWEST = 320  # the guidelines' width, that of 1280 pixels at 400 %

# Told of by the browser as they happen.
WATCH = """
window.moved = 0;
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PALE = ["color-contrast", "link-in-text-block"]  # rules whose verdict goes by the theme
AXE_RUN = """
async rules => {
    const options = { preload: false, resultTypes: ["violations"] };
    if (rules.length) options.runOnly = rules;
    else options.rules = { "target-size": { enabled: true }, "duplicate-id": { enabled: true } };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(
        ({ html, target }) => `${id}: ${target.flat().join(" ")}: ${html.slice(0, 160)}`));
}
"""
# The boxes that scroll, none of which a keyboard may pass by.
UNREACHED = """
() => [...document.querySelectorAll("main *, article *")].filter(e =>
    e.scrollWidth > e.clientWidth + 1 && e.checkVisibility()
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    && e.tabIndex < 0 && !e.querySelector("a, button, input, [tabindex='0']"))
    .map(e => e.outerHTML.slice(0, 120))
"""
WIDER = """() => [...document.querySelectorAll(".highlight-Python pre")]
    .filter((code) => !code.closest("details") && code.scrollWidth > code.clientWidth)
    .map((code) => code.textContent.split("\\n").find(
        (line, k, lines) => lines.every((other) => other.length <= line.length)))"""
UNSIZED = """
() => [...document.images].filter(i => !(i.getAttribute("width") && i.getAttribute("height")))
    .map(i => i.outerHTML.slice(0, 160))
"""


def widen(page: Page, width: int, height: int) -> None:
    """Give the window another size, and wait until the page has heard of it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def axe(page: Page, rules: list[str]) -> Iterator[str]:
    """Run the rules, or all, on the page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    yield from page.evaluate(AXE_RUN, rules)


def accessibility(page: Page) -> Iterator[str]:
    """Run all rules at both widths, and those that look at colours in the dark, too."""
    page.emulate_media(reduced_motion="reduce")  # or a colour would be met half way
    for width in WIDTHS:
        widen(page, width, 900)
        for theme, rules in (("light", []), ("dark", PALE)):
            page.emulate_media(color_scheme=theme)
            found = [*axe(page, rules)]
            yield from (f"{width} px, {theme}: {fault}" for fault in found)
    yield from page.evaluate(UNREACHED)
    page.emulate_media(color_scheme="light")


def sideways(page: Page) -> Iterator[str]:
    """Say by how much the page is wider than a narrow window."""
    widen(page, NARROWEST, 740)
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
        yield f"{wide} pixels wide in a window of {NARROWEST}"


PRESSED = "button, input, select, textarea, .skip-to-content, .headerlink, a[download]"
CUT = """
pressed => {
    const seen = [...document.querySelectorAll("body *")].filter(e => e.checkVisibility());
    const told = e => e.outerHTML.slice(0, 120);
    return [
        ...seen.filter(e => e.matches(pressed)).map(e => `is printed: ${told(e)}`),
        ...seen.filter(e => e.matches("pre, .table-wrapper, figure a")
            && e.scrollWidth > e.clientWidth + 1).map(e => `is cut on paper: ${told(e)}`),
    ];
}
"""


def on_paper(page: Page) -> Iterator[str]:
    """List what is printed though it can only be pressed, and what a sheet would cut."""
    widen(page, SHEET, 1000)
    page.emulate_media(media="print")
    yield from page.evaluate(CUT, PRESSED)
    page.emulate_media(media="screen")


@cache
def compressed(place: Path) -> int:
    """Give the bytes of a file as a server sends it."""
    data = place.read_bytes()
    return min(len(data), len(gzip.compress(data)))


def weight(paths: set[str]) -> int:
    """Give the bytes of all files of the site that were asked for."""
    return sum(compressed(SITE / path) for path in paths)


def asked(page: Page, address: str) -> set[str]:
    """List the files of the site that the page has asked for by now."""
    names = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    here = [name for name in [page.url, *names] if name.startswith(address)]
    return {unquote(urlsplit(name).path).lstrip("/") for name in here}
