"""The built site, as a reader's browser sees it."""

import ast
import json
import re
import zipfile
import zlib
from collections import Counter
from html import unescape
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageColor
from playwright.sync_api import Browser, Page
from visit import SITE, Visit


def rgb(colour: str) -> tuple[int, ...]:
    """Read a colour as three bytes."""
    return ImageColor.getrgb(colour)


def text_of(path: str) -> str:
    """Read a page of the site."""
    return (SITE / path).read_text(encoding="utf-8")


PALETTE = json.loads((SITE.parent / "convdocs/plots/palette.json").read_text(encoding="utf-8"))
INKS = [rgb(colour) for colour in PALETTE["by_theme"]["ink"]]  # for light pages, and for dark ones
FIRST = "pages/examples/where_the_kernel_stands/plot_stride.html"  # its first figure has much ink
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ALL = sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html"))
LESSONS = [p for p in ALL if Path(p).name.startswith("plot_")]

DECODED = """
async () => {
    const images = [...document.images];
    images.forEach(i => i.loading = "eager");
    const bad = await Promise.all(images.map(
        i => i.decode().then(() => i.naturalWidth > 0 ? null : i.src, () => i.src)));
    return bad.filter(Boolean);
}
"""


# What a page's scripts begin, they begin before it is idle for the first time. Playwright's
# "networkidle" waits half a second more, which two hundred pages make minutes.
IDLE = "new Promise(done => requestIdleCallback(() => setTimeout(done, 50)))"


def test_the_site_has_pages() -> None:
    """The lists that the other tests run over are not empty."""
    assert len(LESSONS) >= 15
    assert {"index.html", "search.html", "genindex.html", "pages/examples/index.html"} <= set(ALL)


@pytest.mark.parametrize("path", ALL)
def test_a_page_loads_whole_and_from_here(visit: Visit, path: str) -> None:
    """Every page loads without a message, a failed request or one that leaves the machine."""
    page = visit.open(path)
    page.evaluate(IDLE)
    assert page.evaluate(DECODED) == []
    assert page.title()
    assert visit.faults == []


@pytest.mark.parametrize("path", ["index.html", LESSONS[0]])
def test_a_page_opens_from_a_folder(visit: Visit, path: str) -> None:
    """A page opened by double click, without a server, loads as well."""
    visit.address = SITE.as_uri()
    page = visit.open(path)
    assert page.evaluate(DECODED) == []
    assert visit.faults == []


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_describes_every_figure(path: str) -> None:
    """Every figure of a lesson has a description of more than a few words."""
    figures = re.findall(r'<img[^>]*class="[^"]*sphx-glr-single-img[^>]*>', text_of(path))
    texts = [unescape(re.search(r'alt="([^"]*)"', figure)[1]) for figure in figures]
    assert texts
    assert all(len(text.split()) > 5 for text in texts), texts


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_downloads(visit: Visit, path: str, tmp_path: Path) -> None:
    """Three buttons give a script, a notebook, both in a zip; a line the wheel that they need."""
    page = visit.open(path)
    files = {}
    for link in page.locator(".sphx-glr-download a").all():
        with page.expect_download() as waiting:
            link.click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        files[target.suffix] = target
    assert set(files) == {".py", ".ipynb", ".zip"}
    compile(files[".py"].read_text(encoding="utf-8"), str(files[".py"]), "exec")
    assert json.loads(files[".ipynb"].read_text(encoding="utf-8"))["cells"]
    with zipfile.ZipFile(files[".zip"]) as archive:
        inside = {Path(name).suffix: archive.read(name) for name in archive.namelist()}
    assert inside == {suffix: files[suffix].read_bytes() for suffix in (".py", ".ipynb")}
    line = page.locator("p", has_text="pip install")
    with page.expect_download() as waiting:
        line.locator("a").click()
    name = waiting.value.suggested_filename
    assert f"python -m pip install {name}" in line.inner_text()
    waiting.value.save_as(tmp_path / name)
    with zipfile.ZipFile(tmp_path / name) as archive:
        assert "convdocs/__init__.py" in archive.namelist()


# Ink and ground


def pixels(screenshot: bytes) -> Counter[tuple[int, ...]]:
    """Count the pixels of each colour."""
    return Counter(Image.open(BytesIO(screenshot)).convert("RGB").get_flattened_data())


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


# Copying


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
    page.wait_for_function(f"({VISIBLE})(document.querySelector('button.copybtn')) === 1")
    levels = sorted(map(luminance, pixels(button.screenshot())))
    assert (levels[-1] + 0.05) / (levels[0] + 0.05) >= 3
    context.close()


def luminance(colour: tuple[int, ...]) -> float:
    """Give the relative luminance of the Web Content Accessibility Guidelines, 2.2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
    page.wait_for_function(f"({VISIBLE})(document.activeElement) === 1")
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_copy_buttons_show_on_a_touch_screen(browser: Browser, address: str) -> None:
    """Where nothing can hover they are always there, and cover no code that cannot be moved."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{address}/howto/build_the_site.html")
    buttons = page.locator("button.copybtn")
    buttons.first.wait_for(state="attached")
    page.wait_for_function(f"[...document.querySelectorAll('button.copybtn')].every({VISIBLE})")
    for block in page.locator(".highlight").all():
        pre = block.locator("pre")
        pre.evaluate("e => e.scrollLeft = e.scrollWidth")
        end = pre.evaluate("""e => {
            const range = document.createRange();
            range.selectNodeContents(e);
            return Math.max(...[...range.getClientRects()].map(r => r.right));
        }""")
        assert end <= block.locator("button.copybtn").bounding_box()["x"]
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["index.html", "quiz.html", "pages/examples/index.html", "reference/glossary.html", *LESSONS],
)
def test_axe_finds_no_grave_fault(visit: Visit, path: str, theme: str) -> None:
    """No critical or serious accessibility fault that axe knows, in either theme."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open(path)
    grave = [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in {"critical", "serious"}
        for node in fault["nodes"]
    ]
    assert grave == []


@pytest.mark.parametrize(
    "path",
    ["index.html", "quiz.html", "pages/examples/index.html", "reference/sizes.html", *LESSONS],
)
def test_a_narrow_screen_need_not_scroll_sideways(visit: Visit, path: str) -> None:
    """At 360 pixels the page itself is no wider than the screen."""
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
