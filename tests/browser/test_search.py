"""The search, from a folder and without the network: what readers type leads to the right page."""

import gzip
import re
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visit import SITE, Visit

QUERIES = tomllib.loads(Path(__file__).with_name("queries.toml").read_text(encoding="utf-8"))
ALL = [(query, right.split()) for group in QUERIES.values() for query, right in group]

# Each query goes the way of a submitted one, and its results are read where they are shown.
ASK = """queries => queries.map(query => {
    document.querySelector("#sought").value = query;
    document.querySelector("form.searching").requestSubmit();
    return [...document.querySelectorAll(".found h2 a")].map(link => link.getAttribute("href"));
})"""


@pytest.fixture(scope="module")
def searching(browser: Browser) -> Iterator[Visit]:
    """Open the page from its folder, where there is no network."""
    context = browser.new_context(offline=True)
    visit = Visit(context.new_page(), SITE.as_uri())
    visit.open("search.html")
    yield visit
    context.close()


def last(address: str) -> str:
    """Name a page as the list of queries does."""
    return Path(address.partition("#")[0]).stem.rpartition(".")[2]


def test_the_list_is_what_it_says() -> None:
    """It has 120 queries, none twice, one in ten mistyped, and names pages that are there."""
    assert len(ALL) >= 120
    assert len({query for query, _ in ALL}) == len(ALL)
    assert 10 * len(QUERIES["typing_errors"]) >= len(ALL)
    there = {last(path.name) for path in SITE.rglob("*.html")}
    assert {name for _, right in ALL for name in right} <= there


def test_what_readers_type_leads_to_the_right_page(searching: Visit) -> None:
    """It comes first for 95 of 100 queries, and among the first three for all."""
    found = searching.page.evaluate(ASK, [query for query, _ in ALL])
    short, first = [], 0
    for (query, right), addresses in zip(ALL, found, strict=True):
        names = [last(address) for address in addresses]
        rank = next((n for n, name in enumerate(names, 1) if name in right), 0)
        first += rank == 1
        if rank != 1:
            short.append(f"{rank or '-'}: {query}: {' or '.join(right)}, not {' '.join(names[:3])}")
    print(f"{first} of {len(ALL)} first", *short, sep="\n")
    assert not [line for line in short if line[0] not in "23"]
    assert first >= 0.95 * len(ALL), short
    assert searching.faults == []


def test_results_lead_to_headings_that_are_there(searching: Visit) -> None:
    """Every link of every result, to its section."""
    links = "[...document.querySelectorAll('.found a')].map(link => link.getAttribute('href'))"
    found: set[str] = set()
    for query, _ in ALL[::3]:
        searching.page.evaluate(ASK, [query])
        found |= {*searching.page.evaluate(links)}
    assert len(found) > 300
    for address in found:
        place, _, anchor = address.partition("#")
        text = (SITE / place).read_text(encoding="utf-8")
        assert not anchor or re.search(rf'\bid="{re.escape(unquote(anchor))}"', text), address


def test_a_typed_query_is_answered_told_and_kept(browser: Browser) -> None:
    """Typed on any page: its results have kinds and marked words; going back brings them again."""
    context = browser.new_context(offline=True)
    visit = Visit(context.new_page(), SITE.as_uri())
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    page = visit.open("pages/examples/transposed/plot_scatter.html")
    page.keyboard.press("/")
    asked.clear()
    page.keyboard.type("dialation")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Read as “dilation”")
    first = page.locator(".found li").first
    expect(first.get_by_role("link").first).to_contain_text("Dilation reaches further")
    expect(first.locator(".kind")).to_contain_text("Lesson")
    assert "dilat" in first.locator("mark").first.inner_text().lower()
    assert page.evaluate("document.activeElement.id") != "sought"  # the page is read, not typed on
    assert not [url for url in asked if "/pages/" in url]  # no result is loaded
    page.keyboard.press("/")
    page.keyboard.type("stride")
    expect(page.get_by_role("status")).to_contain_text("for “stride”")
    kept = page.url
    page.locator(".found a").first.click()
    page.wait_for_url("**/plot_stride.html*")
    page.go_back()
    assert page.url == kept
    expect(page.locator(".found li a").first).to_contain_text("Stride")
    page.locator("#sought").fill("xyzzyqq")
    expect(page.get_by_role("status")).to_contain_text("No page for")
    page.locator("#sought").fill("")
    expect(page.get_by_role("status")).to_be_empty()
    expect(page.locator(".found li")).to_have_count(0)
    assert said(visit) == []
    context.close()


def said(visit: Visit) -> list[str]:
    """Give what went wrong, but for files of a page that was left before it had them all."""
    return [fault for fault in visit.faults if not fault.startswith("failed: ")]


PAGES = [
    "index.html", "explorer.html", "genindex.html", "reference/glossary.html",
    "search.html?q=stride", "pages/api/convdocs.layers.Conv.html",
    "pages/examples/why/plot_why.html",
]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
def test_a_slash_leads_to_the_field(browser: Browser, width: int) -> None:
    """On each kind of page, where it can be seen; but in a field it is a slash, as everywhere."""
    context = browser.new_context(viewport={"width": width, "height": 844}, offline=True)
    visit = Visit(context.new_page(), SITE.as_uri())
    for place in PAGES:
        page = visit.open(place)
        page.keyboard.press("/")
        field = page.locator("input[name=q]")
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        page.keyboard.type("1/2")
        expect(field).to_have_value("1/2")
    assert said(visit) == []
    context.close()


def violations(page: Page) -> list[str]:
    """Name what is wrong for those who see or hear or move in another way."""
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_results_can_be_read_by_all(browser: Browser, scheme: str, width: int) -> None:
    """Whether seen or heard, in both themes; nothing is wider than the window."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    query = "RuntimeError%3A+mat1+and+mat2+shapes+cannot+be+multiplied+(1x40480+and+42120x10)"
    page.goto(f"{SITE.as_uri()}/search.html?q={query}")
    expect(page.locator(".found li").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("h1").count() == 1
    context.close()


def test_what_is_typed_is_shown_and_never_run(searching: Visit) -> None:
    """Markup in a query is text."""
    searching.page.evaluate(ASK, ['<img src=x onerror="document.title=1"> stride'])
    assert searching.page.locator("article img").count() == 0
    assert "<img" in searching.page.get_by_role("status").inner_text()
    assert searching.faults == []


def test_without_scripts_the_page_says_so(browser: Browser, address: str) -> None:
    """In a sentence that can be seen, with the ways that are left."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/search.html?q=stride")
    expect(page.get_by_text("scripts are switched off here")).to_be_visible()
    context.close()


def test_only_the_page_that_searches_loads_what_it_needs() -> None:
    """Script and index take 120 kB on the way, and Sphinx's own search is not on the site."""
    parts = [SITE / "_static" / name for name in ("search.js", "search-index.js", "search.css")]
    assert sum(len(gzip.compress(part.read_bytes())) for part in parts) <= 120_000
    assert {"searchtools.js", "language_data.js"}.isdisjoint(
        p.name for p in parts[0].parent.iterdir()
    )
    assert not (SITE / "searchindex.js").exists()
    for path in SITE.rglob("*.html"):
        loaded = re.findall(r'<script[^>]*src="([^"]+)"', unescape(path.read_text("utf-8")))
        assert any("search" in name for name in loaded) == (path.name == "search.html"), path
