"""Every page of the site, opened once and measured from all sides."""

import re
from html import unescape

import measured
import pytest
from visit import ALL, DECODED, IDLE, LESSONS, SITE, Visit, text_of

HEAVIEST = {True: 250_000, False: 300_000}  # bytes of a lesson, and of any other page
MOST_MOVED = 0.02  # of the window, by the browsers' own measure


def test_the_site_has_pages() -> None:
    """The lists that the other tests run over are not empty."""
    assert len(LESSONS) >= 15
    assert {"index.html", "search.html", "genindex.html", "pages/examples/index.html"} <= set(ALL)


@pytest.mark.parametrize("path", ALL)
def test_a_page_is_whole_quick_and_open_to_all(visit: Visit, path: str) -> None:
    """It loads without a message, or anything from elsewhere, or against the site's policy.

    Its images can be decoded, and their room is known before they are there. Nothing moves. A line
    of code that is not folded is seen whole. It is light, however far one reads. Axe has no
    complaint, wide and narrow, in both themes, and the window need not scroll sideways. On paper
    nothing is cut, and nothing stands that is pressed.
    """
    visit.page.add_init_script(measured.WATCH)
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    page = visit.open(path)
    page.evaluate(IDLE)
    moved = page.evaluate("window.moved")
    faults = [f"cannot be decoded: {image}" for image in page.evaluate(DECODED)]
    faults += [f"has no size: {image}" for image in page.evaluate(measured.UNSIZED)]
    faults += [f"is wider than the column: {line}" for line in page.evaluate(measured.WIDER)]
    if not page.title():
        faults.append("has no title")
    if moved >= MOST_MOVED:
        faults.append(f"moves by {moved:.3f} of the window as it loads")
    weight, most = measured.weight(measured.asked(page, visit.address)), HEAVIEST[path in LESSONS]
    if weight > most:
        faults.append(f"{weight} bytes, compressed, where {most} are allowed")
    faults += measured.accessibility(page)
    faults += measured.sideways(page)
    faults += measured.on_paper(page)
    faults += visit.faults
    assert not faults, "\n".join(faults)


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
