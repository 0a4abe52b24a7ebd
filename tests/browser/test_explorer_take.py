"""What is taken away from an explorer: pictures, the run, frames of other pages, and paper."""

import itertools
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageColor, ImageSequence
from playwright.sync_api import Page, expect
from visit import SITE, Visit

PALETTE = json.loads((SITE.parent / "convdocs/plots/palette.json").read_text(encoding="utf-8"))
PAPER = {"framed": "input", "input": "input", "kernel": "kernel", "flipped": "kernel",
         "output": "output", "gathered": "output"}  # fmt: skip
STATES = [
    "padding=1&stride=2&step=4",
    "operation=conv_transpose&size=3&stride=2&out_channels=2&step=5",
    "operation=max_pool&size=6&stride=2&input=random-3&step=2",
    "operation=avg_pool&size=6,5&stride=2&padding=1&ceil_mode=true&in_channels=3&step=all",
    "size=4&in_channels=4&out_channels=4&groups=2&input=random-3&weight=random-2&step=7",
    "kernel_size=1,2&input=random-4&weight=-99,98&cell=weight,0,0,1",
]


def unfold(page: Page) -> None:
    """Open the fold in which the buttons are, and wait for them."""
    page.locator("conv-explorer summary", has_text="Take away").click()
    page.get_by_role("button", name="Save SVG").wait_for()


def saved(page: Page, kind: str, folder: Path) -> Path:
    """Save a picture and say where."""
    with page.expect_download(timeout=120_000) as waiting:
        page.get_by_role("button", name=f"Save {kind}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def opened(visit: Visit, state: str, theme: str = "light") -> Page:
    """Open the explorer's page in a state."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    unfold(page)
    return page


GRIDS = """() => [...document.querySelector("conv-explorer").shadowRoot
    .querySelectorAll("[data-part] figure")].map(figure => ({
        part: figure.closest("[data-part]").dataset.part,
        caption: figure.querySelector("figcaption").textContent,
        cells: [...figure.querySelectorAll("td")].map(cell => [
            cell.textContent,
            cell.matches(".lit") ? cell.dataset.badge : "",
            cell.matches(".lit"),
            ["pad", "beyond", "unread"].find(look => cell.matches("." + look)) ?? "",
            cell.ariaSelected === "true",
            cell.matches(".won"),
        ]),
    }))"""


def box(rectangle: ET.Element) -> tuple[float, ...]:
    """Give left, top, width and height."""
    return tuple(float(rectangle.get(name)) for name in ("x", "y", "width", "height"))


def around(x: float, y: float, width: float, height: float) -> tuple[float, float]:
    """Give the middle."""
    return x + width / 2, y + height / 2


def drawn(svg: ET.Element) -> list[dict]:
    """Read the grids of a picture, as they are read from the page."""
    grids = []
    for group in svg.findall("{*}g"):
        if group.get("class") == "sum":
            continue
        words = [text.text for text in group if text.get("class") == "caption"]
        cells, marks = [], {}
        for part in group:
            kinds = set((part.get("class") or "").split())
            if kinds & {"chosen", "won"}:
                marks[kinds.pop()] = around(*box(part))
            elif part.tag.endswith("rect"):
                look = "".join(kinds - {"lit"})
                cells.append(["", "", "lit" in kinds, look, around(*box(part))])
            elif part.tag.endswith("text") and "caption" not in kinds:
                cells[-1]["badge" in kinds] = part.text
        for cell in cells:
            middle = cell.pop()
            cell += [np.allclose(marks.get(mark, np.inf), middle) for mark in ("chosen", "won")]
        grids.append({"part": group.get("class"), "caption": " ".join(words), "cells": cells})
    return grids


@pytest.mark.parametrize("state", STATES)
def test_an_svg_holds_what_the_page_shows(visit: Visit, state: str, tmp_path: Path) -> None:
    """Numbers, badges, lights, padding, the chosen cell, captions, sum and code are the page's."""
    page = opened(visit, state)
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    assert drawn(svg) == page.evaluate(GRIDS)
    title, description = svg.find("{*}title").text, svg.find("{*}desc").text
    for setting in state.split("&"):
        if not setting.startswith(("operation=", "step=", "cell=", "weight=-")):
            assert setting in title
    assert page.locator("conv-explorer .readout").inner_text() in description
    assert page.locator("conv-explorer textarea").first.input_value() in description
    written = "".join(svg.find("{*}g[@class='sum']").itertext())
    assert written.replace("\n", "") == page.locator("conv-explorer .sum").text_content()
    assert visit.faults == []


@pytest.mark.parametrize("state", STATES)
def test_an_svg_needs_nothing_else(visit: Visit, state: str, tmp_path: Path) -> None:
    """It names no file, no style, no script and no font but a generic one."""
    path = saved(opened(visit, state), "SVG", tmp_path)
    text = path.read_text(encoding="utf-8").replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    assert not re.search(r"href|url\(|http|<style|<script|<image|<foreignObject|\bstyle=", text)
    families = {
        name for found in re.findall('font-family="(.*?)"', text) for name in found.split(", ")
    }
    assert families == {"system-ui", "sans-serif", "ui-monospace", "monospace"}
    assert max(len(line) for line in path.name.split("_")) < 40


FRAMED = """() => [...document.querySelector("conv-explorer").shadowRoot
    .querySelectorAll("[data-part] figure")].map(figure =>
        [...figure.querySelectorAll("td")].map(cell => cell.matches(".framed")))"""


@pytest.mark.parametrize("state", STATES)
def test_a_picture_frames_the_window_as_the_page_does(
    visit: Visit, state: str, tmp_path: Path
) -> None:
    """What can be dragged on the page is outlined in the picture, and nothing else."""
    page = opened(visit, state)
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    strong = "#{:02x}{:02x}{:02x}".format(*colours("light")["strong"])
    found = []
    for group in svg.findall("{*}g"):
        if group.get("class") == "sum":
            continue
        cells = [r for r in group.findall("{*}rect")
                 if not {"chosen", "won"} & {*(r.get("class") or "").split()}]  # fmt: skip
        found.append([r.get("stroke") == strong for r in cells])
    assert found == page.evaluate(FRAMED)
    assert any(map(any, found))
    assert visit.faults == []


@pytest.mark.parametrize("state", STATES)
def test_a_product_stands_under_its_factors(visit: Visit, state: str, tmp_path: Path) -> None:
    """In the picture, too: in the middle below them, over no other, and inside the picture."""
    page = opened(visit, state)
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    texts = [text for text in svg.find("{*}g[@class='sum']").findall("{*}text") if text.text]
    lines: dict[float, list[tuple[float, float]]] = {}
    for text in texts:
        left, width = float(text.get("x")), 7.8 * len(text.text)
        blank = 7.8 * (len(text.text) - len(text.text.lstrip()))
        lines.setdefault(float(text.get("y")), []).append((left + blank, left + width))
    for spans in lines.values():
        for (_, end), (start, _) in itertools.pairwise(sorted(spans)):
            assert start >= end - 0.01
        assert max(end for _, end in spans) <= float(svg.get("width")) + 0.01
    assert max(lines, default=0) < float(svg.get("height"))
    products = page.locator("conv-explorer .sum .product").count()
    assert products == sum(text.text.startswith(" = ") for text in texts[2:])
    assert visit.faults == []


def test_a_file_is_named_by_its_state(visit: Visit, tmp_path: Path) -> None:
    """A name holds the settings that are no defaults and the step, in plain signs."""
    page = opened(visit, "size=3,4&kernel_size=2&input=0,-1,2,3,4,5,6,7,8,9,10,11&step=2")
    assert saved(page, "SVG", tmp_path).name == (
        "cross_correlate_size-3-4_kernel_size-2_input-own_step-2-of-6.svg"
    )


def colours(theme: str) -> dict[str, np.ndarray]:
    """Give the palette of a theme as bytes."""
    pick = ("light", "dark").index(theme)
    names = {name: value for name, value in PALETTE.items() if str(value).startswith("#")}
    names |= {name: two[pick] for name, two in PALETTE["by_theme"].items()}
    return {name: np.array(ImageColor.getrgb(value)) for name, value in names.items()}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_a_png_has_the_palettes_colours(
    visit: Visit, state: str, theme: str, tmp_path: Path
) -> None:
    """It is twice the size of the SVG, and each cell has the colour of its array and its light."""
    page = opened(visit, state, theme)
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    with Image.open(saved(page, "PNG", tmp_path)) as picture:
        assert picture.size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    palette = colours(theme)
    assert (pixels[0, 0] == palette["ground"]).all()
    assert (pixels[-1, -1] == palette["ground"]).all()
    count = 0
    for group in svg.findall("{*}g"):
        full = palette.get(PAPER.get(group.get("class")))
        for rectangle in group.findall("{*}rect") if full is not None else []:
            kinds = (rectangle.get("class") or "").split()
            if {"chosen", "won"} & {*kinds}:
                continue
            wanted = palette["ground"] + 0.22 * (full - palette["ground"])
            if kinds and "unread" not in kinds:
                wanted = full if "lit" in kinds else palette["ground"]
            left, top, *_ = box(rectangle)
            seen = pixels[int(2 * top) + 11, int(2 * left) + 11]  # where no number and no mark is
            assert np.abs(seen - wanted).max() <= 1, (group.get("class"), kinds)
            count += 1
    assert count == sum(len(grid["cells"]) for grid in page.evaluate(GRIDS))


def shade(number: float, least: float, most: float, palette: dict[str, np.ndarray]) -> np.ndarray:
    """Give a number's colour: from black up to white, or one of two hues about the ground."""
    if least >= 0:
        return palette["black"] + number / most * (palette["white"] - palette["black"])
    hue = palette["below" if number < 0 else "above"]
    return palette["ground"] + abs(number) / max(most, -least) * (hue - palette["ground"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("show", ["both", "shades"])
def test_cells_in_shades_are_drawn_in_them(
    visit: Visit, show: str, theme: str, tmp_path: Path
) -> None:
    """Each cell has the colour of its number; with its number in it, or without."""
    weights = [-2, 1, 3, 0]
    state = f"show={show}&size=4&kernel_size=2&weight=-2,1,3,0&input=random-3&step=all"
    page = opened(visit, state, theme)
    code = page.locator("conv-explorer textarea").first.input_value()
    values = [int(n) for n in re.findall(r"\d+", code[code.index("x =") : code.index("w =")])][:16]
    outputs = [
        sum(weights[2 * i + j] * values[4 * (r + i) + c + j] for i in (0, 1) for j in (0, 1))
        for r in range(3)
        for c in range(3)
    ]
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    palette = colours(theme)
    numbers = {"framed": values, "kernel": weights, "output": outputs}
    for grid in svg.findall("{*}g"):
        if grid.get("class") not in numbers:
            continue
        wanted = numbers[grid.get("class")]
        cells = [r for r in grid.findall("{*}rect") if (r.get("class") or "lit") == "lit"]
        for cell, number in zip(cells, wanted, strict=True):
            expected = shade(number, min(wanted), max(wanted), palette)
            assert np.abs(ImageColor.getrgb(cell.get("fill")) - expected).max() <= 1, number
        texts = [t.text for t in grid.findall("{*}text") if t.get("class") is None]
        minus = [str(number).replace("-", "\N{MINUS SIGN}") for number in wanted]
        assert texts == (minus if show == "both" else [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("weight", [1, -1])
def test_too_many_cells_for_numbers_become_a_picture(
    visit: Visit, weight: int, theme: str, tmp_path: Path
) -> None:
    """In the middle of each cell of the PNG is the shade of its number."""
    page = opened(visit, f"size=30&kernel_size=1&weight={weight}&input=random-3&step=all", theme)
    code = page.locator("conv-explorer textarea").first.input_value()
    values = [int(n) for n in re.findall(r"\d+", code[code.index("x =") : code.index("w =")])][:900]
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    with Image.open(saved(page, "PNG", tmp_path)) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    for part, factor in (("framed", 1), ("output", weight)):
        edge = svg.find(f"{{*}}g[@class='{part}']/{{*}}rect[@class='edge']")
        left, top, width, _ = box(edge)
        side = (width - 1) / 30
        numbers = factor * np.array(values)
        for k, number in enumerate(numbers[:-1]):  # the last one is chosen
            row, column = divmod(k, 30)
            x, y = left + 0.5 + (column + 0.5) * side, top + 0.5 + (row + 0.5) * side
            wanted = shade(number, numbers.min(), numbers.max(), colours(theme))
            assert np.abs(pixels[int(2 * y), int(2 * x)] - wanted).max() <= 1, (part, k)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("size=3&kernel_size=2&input=random-3", 4),
        ("operation=conv_transpose&size=2,3&stride=2&kernel_size=2&weight=random-5", 6),
        ("operation=max_pool&size=4&kernel_size=2&in_channels=2&input=random-2", 18),
    ],
)
def test_the_run_is_the_pictures_of_its_steps(
    visit: Visit, state: str, steps: int, theme: str, tmp_path: Path
) -> None:
    """From before the first step to the last, each frame of the GIF is the PNG of its step."""
    page = opened(visit, f"{state}&step=2", theme)
    with Image.open(saved(page, "the run", tmp_path)) as film:
        assert film.n_frames == steps + 1
        assert film.info["loop"] == 0
        frames = [(np.asarray(frame.convert("RGB")).astype(int), frame.info["duration"])
                  for frame in ImageSequence.Iterator(film)]  # fmt: skip
    paces = {duration for _, duration in frames[:-1]}
    assert len(paces) == 1
    assert frames[-1][1] > 1.5 * paces.pop()  # the end can be looked at
    slider = page.locator("conv-explorer [aria-label='Steps done']")
    assert slider.input_value() == "2"  # the reader's own step is left alone
    for step, (frame, _) in enumerate(frames):
        slider.fill(str(step))
        with Image.open(saved(page, "PNG", tmp_path)) as picture:
            pixels = np.asarray(picture.convert("RGB")).astype(int)
        assert frame.shape == pixels.shape
        off = np.abs(frame - pixels).max(axis=2)
        assert (off == 0).mean() > 0.98  # but for the edges of letters: a GIF has 256 colours
        assert off.max() <= 16
    assert visit.faults == []


def test_of_a_run_that_is_too_long_every_nth_step_is_saved(visit: Visit, tmp_path: Path) -> None:
    """The file fits on slides, begins and ends as the run does, and it is said what it holds."""
    page = opened(visit, "size=28&padding=1&input=digit&show=shades")
    path = saved(page, "the run", tmp_path)
    note = page.locator("conv-explorer .note")
    expect(note).to_contain_text("Saved: one in ")
    by = int(re.search(r"one in (\d+) of the 784 steps", note.inner_text())[1])
    assert by > 3
    assert path.name.endswith(f"run-by-{by}.gif")
    assert path.stat().st_size < 8.1e6
    with Image.open(path) as film:
        assert film.n_frames == -(-784 // by) + 1
        film.seek(film.n_frames - 1)
        frame = np.asarray(film.convert("RGB")).astype(int)
    page.get_by_role("button", name="To the end").click()
    svg = ET.fromstring(saved(page, "SVG", tmp_path).read_text(encoding="utf-8"))
    assert frame.shape[1] in {int(svg.get("width")), 2 * int(svg.get("width"))}
    # The last frame is that of the end: its output is whole.
    output = svg.find("{*}g[@class='output']/{*}rect[@class='edge']")
    left, top, width, height = (
        int(n * frame.shape[1] / int(svg.get("width"))) for n in box(output)
    )
    ground = frame[0, 0]
    inside = frame[top + 4 : top + height - 4, left + 4 : left + width - 4]
    assert (np.abs(inside - ground).max(axis=2) > 2).mean() > 0.9
    assert visit.faults == []


def test_pictures_can_be_saved_from_a_folder_under_a_strict_policy(
    visit: Visit, tmp_path: Path
) -> None:
    """A page opened by double click, which allows no style and only images of its own, does it."""
    for script in SITE.glob("_static/explorer*.js"):
        (tmp_path / script.name).write_bytes(script.read_bytes())
    (tmp_path / "index.html").write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Mine</title>'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "script-src file:; img-src 'self' data: blob:\"><body>"
        '<conv-explorer state="size=3&amp;kernel_size=2"></conv-explorer>'
        '<script src="explorer.js" defer></script></body></html>',
        encoding="utf-8",
    )
    visit.address = tmp_path.as_uri()
    page = visit.open("index.html")
    unfold(page)
    assert "</svg>" in saved(page, "SVG", tmp_path).read_text(encoding="utf-8")
    for kind, count in (("PNG", 1), ("the run", 5)):
        with Image.open(saved(page, kind, tmp_path)) as picture:
            assert getattr(picture, "n_frames", 1) == count
    assert page.get_by_role("button", name="Copy as iframe").count() == 0  # there is no such page
    assert visit.faults == []


# A page of its own

EMBED = "embed.html#conv-explorer?size=7&stride=2&step=all&cell=input,0,1,2"


@pytest.mark.parametrize("where", ["served", "folder"])
def test_the_page_for_frames_holds_nothing_else(visit: Visit, where: str) -> None:
    """It fills a frame of any width, follows its fragment, and asks not to be listed."""
    if where == "folder":
        visit.address = SITE.as_uri()
    visit.page.set_viewport_size({"width": 390, "height": 700})
    page = visit.open(EMBED)
    host = page.locator("conv-explorer")
    assert host.bounding_box()["x"] == host.bounding_box()["y"] == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("body > *").evaluate_all("all => all.map(e => e.tagName)") == ["MAIN"]
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    assert page.locator("conv-explorer [data-part=framed] td").count() == 49
    assert page.locator("conv-explorer .readout").inner_text().startswith("Input, row 1")
    assert visit.faults == []


def test_the_page_for_frames_leads_to_the_whole_page(visit: Visit) -> None:
    """Its link opens the explorer's page in the state that a reader has come to."""
    page = visit.open(EMBED)
    page.locator("conv-explorer [data-part=output] td").nth(4).click()
    with page.expect_popup() as waiting:
        page.get_by_role("link", name="Open in convdocs").click()
    other = waiting.value
    assert other.url.split("#")[0] == f"{visit.address}/explorer.html"
    for part in (".readout", ".sum"):
        shown = page.locator(f"conv-explorer {part}").text_content()
        assert other.locator(f"conv-explorer {part}").text_content() == shown != ""
    links = [one.locator("[aria-label^=Link]").input_value() for one in (page, other)]
    assert links[0] == links[1] == other.url


def test_the_tag_that_is_copied_shows_the_state_on_another_page(
    visit: Visit, tmp_path: Path
) -> None:
    """Pasted into a page of a reader's own, it brings the explorer, and leads nobody down to it."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(visit, "size=4&kernel_size=2&input=random-3&step=3")
    wanted = page.evaluate(GRIDS)
    page.get_by_role("button", name="Copy as iframe").click()
    page.get_by_text("Copied.").wait_for()
    tag = page.evaluate("navigator.clipboard.readText()")
    tag = f'<p style="height: 2000px">Mine{tag}'
    (tmp_path / "mine.html").write_text(
        f'<!DOCTYPE html><html lang="en"><title>Mine</title><body>{tag}</body></html>', "utf-8"
    )
    page.goto((tmp_path / "mine.html").as_uri())
    frame = page.frames[1]
    frame.locator("conv-explorer .sum").wait_for()
    assert frame.evaluate(GRIDS) == wanted
    assert frame.evaluate("document.fullscreenEnabled")
    assert page.evaluate("scrollY") == 0
    frame.get_by_text("Take away", exact=True).click()
    frame.get_by_role("button", name="Copy link").click()
    frame.get_by_text("Copied.").wait_for()
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["id"].startswith("frame")] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_for_frames(visit: Visit, theme: str) -> None:
    """Also with the fold open that one would take it away by; its theme is the system's."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open(EMBED)
    unfold(page)
    ground = page.locator("conv-explorer section").evaluate("e => getComputedStyle(e).background")
    assert ground.startswith("rgb({}, {}, {})".format(*colours(theme)["ground"]))
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found] == []


# Paper

WIDE = "size=16&padding=8&input=random-3&weight=-99,98,97,96,95,-94,93,92,91"


@pytest.mark.parametrize("state", [WIDE, STATES[0], STATES[3]])
def test_paper_holds_no_controls_and_all_that_was_folded(visit: Visit, state: str) -> None:
    """Printed are whole grids, the sum, the lines of PyTorch and the link; nothing to press."""
    visit.page.set_viewport_size({"width": 690, "height": 900})
    page = opened(visit, state)
    code = page.locator("conv-explorer textarea").first.input_value()
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    texts = page.locator("conv-explorer [data-part] td").all_text_contents()
    assert page.locator("conv-explorer .paper").is_hidden()
    page.emulate_media(media="print")
    inner = page.locator("conv-explorer section")
    shown = inner.evaluate(
        """section => [...section.querySelectorAll("button, select, input, textarea, summary, a")]
        .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert shown == []
    assert page.locator("conv-explorer .paper pre").inner_text() == code
    assert page.locator("conv-explorer .paper p").inner_text() == link
    cells = page.locator("conv-explorer [data-part] td")
    assert cells.all_text_contents() == texts
    wrong = cells.evaluate_all(
        """all => all.filter(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
            return box.right > innerWidth || text.width > box.width + 0.5;
        }).length"""
    )
    assert wrong == 0
    cut = inner.evaluate(
        """section => [...section.querySelectorAll(".scroll, .sum, .readout")].filter(e =>
            e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflow !== "visible"
        ).length"""
    )
    assert cut == 0
    below = page.locator("conv-explorer .sizes").bounding_box()["y"]
    above = page.locator("conv-explorer .stage").bounding_box()
    assert below - above["y"] - above["height"] < 220  # no room is kept for what may come
