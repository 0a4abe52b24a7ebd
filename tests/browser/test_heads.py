"""What pages tell of themselves, and what a server shows where there is no page."""

import json
import re

import pytest
from playwright.sync_api import Browser
from visit import ALL, LESSONS, SITE, text_of

BARE = {"embed.html", "404.html"}  # which nobody is to find


@pytest.mark.parametrize("path", sorted({*ALL} - BARE))
def test_a_page_tells_what_it_is(path: str) -> None:
    """One description of a fitting length, one width, two colours, and what others show of it."""
    head = text_of(path).partition("</head>")[0]
    said = re.findall(r'<meta name="description" content="([^"]*)">', head)
    assert len(said) == 1
    assert 10 < len(said[0]) <= 200  # with its marks written out
    assert len(re.findall('<meta name="viewport"', head)) == 1
    assert len(re.findall('<meta name="theme-color" media="', head)) == 2
    for name in ("title", "description", "site_name", "type"):
        assert len(re.findall(f'<meta property="og:{name}" content="[^"]+">', head)) == 1
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
    assert len(found) == (path in LESSONS)
    for text in found:
        told = json.loads(text)
        assert told["@type"] == "LearningResource"
        assert re.fullmatch(r"PT\d+M", told["timeRequired"])


def test_no_two_lessons_are_described_alike() -> None:
    """Or nobody could choose between them."""
    said = [re.search(r'"description" content="([^"]*)"', text_of(path))[1] for path in LESSONS]
    assert len({*said}) == len(LESSONS)


def test_a_missing_page_helps_at_any_depth(browser: Browser, address: str) -> None:
    """The server's page for no page has links that lead somewhere, and a search that works."""
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{address}/no/such/page.html")
    assert answer.status == 404
    links = page.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert links
    for link in links:
        assert context.request.get(link).ok
    page.locator("input[name=q]").fill("dilation")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search.html?q=dilation")
    context.close()


def test_crawlers_may_come() -> None:
    """Nothing is forbidden, and the pages for frames and for no page ask not to be listed."""
    assert (SITE / "robots.txt").read_text(encoding="utf-8").startswith("User-agent: *\nAllow: /")
    for path in BARE:
        assert '<meta name="robots" content="noindex">' in text_of(path)
