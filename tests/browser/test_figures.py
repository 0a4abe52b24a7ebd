"""Figures as a phone shows them: their letters can be read, and what is cut off says so."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect
from visit import SITE, contrast

PHONE = {"viewport": {"width": 390, "height": 844}}
STAGE = "pages/examples/convolution/plot_by_hand.html"
FIGURE = re.compile(r"<figure class=\"(?:align-default|motion).*?</figure>", re.DOTALL)
SMALLEST = 8  # CSS pixels
POINTS = 0.75  # of one
PALETTE = Path(__file__).parents[2] / "convdocs/plots/palette.json"
GROUNDS = json.loads(PALETTE.read_text(encoding="utf-8"))["by_theme"]["ground"]

# Each figure in its turn takes the place of the page's text. Of a picture that stands in a file the
# width is measured, of one that is a part of the page each of its letters too.
MEASURE = """async (htmls) => {
  const article = document.querySelector("article");
  const letters = (svg) => {
    const drawn = svg.cloneNode();
    const group = svg.querySelector("use").getAttribute("href");
    drawn.innerHTML = document.querySelector(group).outerHTML;
    svg.replaceWith(drawn);
    const sizes = [...drawn.querySelectorAll("text, tspan")].filter((e) => e.textContent.trim())
      .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.getScreenCTM()]);
    return sizes.map(([size, { a, b }]) => size * Math.hypot(a, b)); // some are turned
  };
  return htmls.map(([place, html]) => {
    article.innerHTML = html;
    const box = article.querySelector("a.image-reference");
    const images = [...article.querySelectorAll("img")].filter((e) => e.checkVisibility());
    const motion = article.querySelector(".motion");
    if (motion) {
      const all = [...motion.querySelectorAll("svg.shown")].filter((e) => e.checkVisibility());
      return { place, letters: all.flatMap(letters),
        cut: document.documentElement.scrollWidth > innerWidth, sign: false };
    }
    return { place, file: images[0].getAttribute("src"), parts: images.length,
      width: Math.max(...images.map((e) => e.clientWidth)),
      scale: Math.min(...images.map((e) => e.clientWidth / e.getAttribute("width"))),
      cut: box.scrollWidth > box.clientWidth + 1,
      sign: getComputedStyle(box, "::after").display !== "none" };
  });
}"""


def figures() -> Iterator[tuple[str, str]]:
    """Give the page and the element of every figure."""
    for page in sorted(SITE.rglob("*.html")):
        for figure in FIGURE.findall(page.read_text(encoding="utf-8")):
            if "<img" in figure or "motion" in figure:
                yield page.relative_to(SITE).as_posix(), figure


@pytest.fixture(scope="module")
def shown(browser: Browser, address: str) -> list[dict[str, Any]]:
    """Show every figure on a phone, all on one page."""
    context = browser.new_context(**PHONE, java_script_enabled=True)
    page: Page = context.new_page()
    page.goto(f"{address}/{STAGE}")
    found = page.evaluate(MEASURE, [*figures()])
    context.close()
    assert len(found) > 50
    return found


def seen(image: Locator) -> Image.Image:
    """Read the pixels of an element, away from the bar above."""
    image.evaluate("image => image.scrollIntoView({ block: 'center' })")
    return Image.open(BytesIO(image.screenshot())).convert("RGB")


def drawing(of_page: str, file: str) -> str:
    """Read the file of a figure, which a page names."""
    return Path(SITE, of_page).parent.joinpath(file).read_text(encoding="utf-8")


def test_letters_of_figures_can_be_read_on_a_phone(shown: list[dict[str, Any]]) -> None:
    """None is lower than eight pixels, as wide as the figure is shown there."""
    small = []
    for one in shown:
        if "letters" in one:
            sizes = one["letters"]
        else:
            svg = drawing(one["place"], one["file"])
            told = re.findall(r'font-size(?:: |=")([\d.]+)', svg)
            sizes = [float(size) / POINTS * one["scale"] for size in told]
        assert sizes or "<text" not in svg
        if sizes and min(sizes) < SMALLEST:
            small.append((one["place"], one.get("file"), round(min(sizes), 2)))
    assert small == []


def test_what_is_cut_off_on_a_phone_says_so(shown: list[dict[str, Any]]) -> None:
    """A figure that does not fit has the sign that it can be scrolled, and no other has."""
    assert any(one["cut"] for one in shown)
    assert any(one.get("width", 400) < 390 for one in shown)  # slim ones fit, and parts
    assert sum(one.get("parts", 1) > 1 for one in shown) > 30
    for one in shown:
        assert one["cut"] == one["sign"], (one["place"], one.get("file"))


@pytest.mark.parametrize("name", ["stride", "checkerboards"])
def test_parts_of_a_figure_are_the_figure(browser: Browser, address: str, name: str) -> None:
    """Below each other on a phone they show what it shows in one piece on a desk."""
    path = next(SITE.glob(f"pages/examples/*/plot_{name}.html")).relative_to(SITE)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/{path}")
    figure = page.locator("figure:has(img.part)").first
    whole = seen(figure.locator("img.whole"))
    expect(figure.locator("img.part").first).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(figure.locator("img.whole")).to_be_hidden()
    parts = [seen(part) for part in figure.locator("img.part").all()]
    assert len(parts) > 1
    left = 0
    for part in parts:
        same = whole.crop((left, 0, left + part.width, whole.height))
        assert part.size == same.size
        assert part.getcolors(1 << 20) != [(part.width * part.height, part.getpixel((0, 0)))]
        coarse = [image.resize((part.width // 8, part.height // 8)) for image in (part, same)]
        off = ImageChops.difference(*coarse).convert("L")  # a line may lie between two pixels
        assert max(off.tobytes()) < 40, (name, left)
        left += part.width
    assert abs(left - whole.width) <= len(parts)  # of each a pixel may be cut
    page.close()


def test_lines_of_figures_stand_out_from_both_pages() -> None:
    """Whatever is drawn as a line, tick and axes included, by 3 to 1; ink turns with the theme."""
    faint = set()
    for path in SITE.glob("_images/*.svg"):
        svg = path.read_text(encoding="utf-8")
        turns = dict(re.findall(r'\[style\*="stroke: (#\w+)"\] \{ stroke: (#\w+)', svg))
        for line in re.findall(r'<g id="line2d_\d+">(.*?)</g>', svg, re.DOTALL):
            for colour in re.findall(r"fill: none; stroke: (#\w{6})", line):
                for ground, ink in zip(GROUNDS, (colour, turns.get(colour, colour)), strict=True):
                    if contrast(*(bytes.fromhex(one[1:]) for one in (ground, ink))) < 3:
                        faint.add((path.name, colour, ground))
    assert faint == set()
