"""The built site, as a reader's browser sees it."""

import json
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from visit import SITE, Visit

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


def test_the_site_has_pages() -> None:
    """The lists that the other tests run over are not empty."""
    assert len(LESSONS) >= 15
    assert {"index.html", "search.html", "genindex.html", "gallery/index.html"} <= set(ALL)


@pytest.mark.parametrize("path", ALL)
def test_a_page_loads_whole_and_from_here(visit: Visit, path: str) -> None:
    """Every page loads without a message, a failed request or one that leaves the machine."""
    page = visit.open(path)
    page.wait_for_load_state("networkidle")
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
def test_a_lesson_describes_every_figure(visit: Visit, path: str) -> None:
    """Every figure of a lesson has a description of more than a few words."""
    page = visit.open(path)
    texts = page.locator("img.sphx-glr-single-img").evaluate_all("all => all.map(i => i.alt)")
    assert texts
    assert all(len(text.split()) > 5 for text in texts), texts


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_downloads(visit: Visit, path: str, tmp_path: Path) -> None:
    """The three buttons give a script, a notebook and a zip with the same two files."""
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


def test_search_finds_dilation(visit: Visit) -> None:
    """Searching for "dilation" lists the page about dilation."""
    page = visit.open("index.html")
    page.locator("input[name=q]").first.fill("dilation")
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.search li a")
    page.wait_for_load_state("networkidle")
    found = page.locator("ul.search li a").evaluate_all("all => all.map(a => a.href)")
    assert any("plot_dilation.html" in href for href in found), found
    assert visit.faults == []


def colours(visit: Visit) -> dict[tuple[int, ...], int]:
    """Count the pixels of each colour in the page's first figure, as shown."""
    picture = Image.open(BytesIO(visit.page.locator("img.sphx-glr-single-img").first.screenshot()))
    return Counter(picture.convert("RGB").get_flattened_data())


def test_theme_toggle_turns_page_and_figures(visit: Visit) -> None:
    """The toggle cycles light, dark and auto; the ink of the figures follows it."""
    page = visit.open("gallery/convolution/plot_by_hand.html")
    seen = {}
    for _ in range(3):
        page.locator(".theme-toggle:visible").first.click()
        seen[page.evaluate("document.body.dataset.theme")] = colours(visit)
    assert set(seen) == {"light", "dark", "auto"}
    dark_ink, light_ink = (0x24, 0x29, 0x2F), (0xD5, 0xDB, 0xE2)
    assert seen["light"][dark_ink] > 50 > seen["light"][light_ink]
    assert seen["dark"][light_ink] > 50 > seen["dark"][dark_ink]
    assert visit.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["index.html", "gallery/index.html", "reference/glossary.html", *LESSONS]
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
    "path", ["index.html", "gallery/index.html", "reference/sizes.html", *LESSONS]
)
def test_a_narrow_screen_need_not_scroll_sideways(visit: Visit, path: str) -> None:
    """At 360 pixels the page itself is no wider than the screen."""
    visit.page.set_viewport_size({"width": 360, "height": 740})
    page = visit.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
