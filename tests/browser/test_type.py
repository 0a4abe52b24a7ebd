"""The type of pages: its fonts are there, lines are short, comments recede, formulas grow."""

from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser
from visit import contrast

LESSON = "pages/examples/convolution/plot_by_hand.html"
SHEET = "reference/sizes.html"
# A browser that does not have a font at once does without it until the next page.
LOADED = """async () => {
  const own = [...document.fonts].filter((face) => !face.family.includes("stand-in"));
  await Promise.all(own.map((face) => face.load()));
  return own.map((face) => [face.family.replaceAll('"', ""), face.style, face.weight]);
}"""
LINES = """() => [...document.querySelectorAll("article section > p")].map((p) => {
  const range = document.createRange();
  range.selectNodeContents(p);
  const height = parseFloat(getComputedStyle(p).lineHeight);
  const lines = Math.round(range.getBoundingClientRect().height / height);
  return [p.textContent.length, lines];
}).filter(([letters, lines]) => lines > 3).map(([letters, lines]) => letters / lines)"""
COLOURS = """() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const of = (e, property) => rgb(getComputedStyle(e)[property]);
  const words = [...document.querySelectorAll(".highlight-Python pre span")]
    .filter((e) => e.textContent.trim() && !e.children.length);
  const ground = of(document.querySelector(".highlight-Python .highlight"), "backgroundColor");
  const comment = (e) => /^c/.test(e.className);
  return { ground, comments: words.filter(comment).map((e) => of(e, "color")),
    others: words.filter((e) => !comment(e)).map((e) => of(e, "color")) };
}"""
FLOORS = """() => [...document.querySelectorAll("math mo")]
  .filter((e) => "\u230a\u2308".includes(e.textContent) && e.parentElement.querySelector("mfrac"))
  .map((e) => e.getBoundingClientRect().height
    / e.parentElement.querySelector("mfrac").getBoundingClientRect().height)"""


def contrasts(colours: list[list[int]], ground: list[int]) -> list[float]:
    """Give how much each colour stands out."""
    return [contrast(colour, ground) for colour in colours]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_comments_recede_and_can_be_read(browser: Browser, address: str, scheme: str) -> None:
    """They have less contrast than every other word of code, and at least 4.5 to 1."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/{LESSON}")
    found: dict[str, Any] = page.evaluate(COLOURS)
    context.close()
    comments = contrasts(found["comments"], found["ground"])
    others = contrasts(found["others"], found["ground"])
    assert min(comments) >= 4.5
    assert min(others) >= 7 > max(comments)


def test_pages_have_the_fonts_of_the_site(browser: Browser, address: str) -> None:
    """Each loads; formulas grow in theirs, lines hold about 68 letters, and headings are quiet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/{LESSON}")
    assert sorted(map(tuple, page.evaluate(LOADED))) == [
        ("convdocs", "italic", "normal"),
        ("convdocs", "normal", "600 900"),
        ("convdocs", "normal", "normal"),
        ("convdocs maths", "normal", "normal"),
    ]
    page.goto(f"{address}/{SHEET}")
    floors = page.evaluate(FLOORS)
    page.goto(f"{address}/{LESSON}")
    assert floors
    assert min(floors) >= 0.95
    assert 62 <= median(page.evaluate(LINES)) <= 74
    sizes = {"h1": "34px", "h2": "24px"}
    for heading, size in sizes.items():
        style = "e => { const s = getComputedStyle(e); return [s.fontSize, s.fontWeight] }"
        assert page.locator(f"article {heading}").first.evaluate(style) == [size, "600"]
    family = "e => getComputedStyle(e).fontFamily.split(',')[0]"
    for part in ("body", "article p", ".sidebar-tree", "article h1", "button"):
        assert page.locator(part).first.evaluate(family) == "convdocs", part
    context.close()
