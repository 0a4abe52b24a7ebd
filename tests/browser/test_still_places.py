"""On a slow line: what is read stays where it is, and a link into a page lands."""

import measured
import pytest
from playwright.sync_api import Browser, CDPSession
from visit import IDLE, LESSONS, PHONE, Visit

KINDS = {  # a page of each kind, and a place far down on it
    "index.html": "",
    "explorer.html": "",
    "quiz.html": "",
    "reference/glossary.html": "term-stride",
    "reference/sizes.html": "",
    "pages/examples/index.html": "as-a-matrix",
    "pages/api/convdocs.plots.describe.html": "",
    "pages/examples/where_the_kernel_stands/plot_dilation.html": "recap",
    "pages/examples/convolution/plot_four_filters.html": "recap",
    "pages/examples/convolution/plot_two_layers.html": "recap",
    "pages/explanation/plot_deconvolution.html": "recap",
}
STRIDE = "pages/examples/where_the_kernel_stands/plot_stride.html"
SLOW = {"offline": False, "latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
READ = """
async () => {
    for (let at = 0; at < document.documentElement.scrollHeight && at < 12000; at += 600) {
        scrollTo({ top: at, behavior: "instant" });
        await new Promise(done => setTimeout(done, 80));
    }
    return window.moved;
}
"""
LANDED = """
name => {
    const { top } = document.getElementById(name).getBoundingClientRect();
    const end = document.documentElement.scrollHeight - scrollY - innerHeight;
    return (-5 <= top && top <= 120) || (end < 2 && top > 0);
}
"""
WIDE = {"viewport": {"width": 1280, "height": 900}}


def slow(visit: Visit) -> CDPSession:
    """Have the page come over a line of 1.6 Mbit/s."""
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    return session


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", KINDS)
def test_nothing_moves_while_one_reads_and_it_loads(
    browser: Browser, address: str, path: str, window: dict
) -> None:
    """Layout shift, while somebody scrolls over the page, stays below 0.02."""
    context = browser.new_context(**window)
    visit = Visit(context.new_page(), address)
    visit.page.add_init_script(measured.WATCH)
    slow(visit)
    visit.page.goto(f"{address}/{path}", wait_until="domcontentloaded")
    assert visit.page.evaluate(READ) < 0.02
    assert visit.faults == []
    context.close()


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", [path for path, place in KINDS.items() if place])
def test_a_link_into_a_page_lands(browser: Browser, address: str, path: str, window: dict) -> None:
    """When all is there, what was asked for is at the top of the window."""
    context = browser.new_context(**window)
    visit = Visit(context.new_page(), address)
    slow(visit)
    page = visit.page
    page.goto(f"{address}/{path}#{KINDS[path]}")
    page.wait_for_function(LANDED, arg=KINDS[path])
    page.wait_for_timeout(500)
    assert page.evaluate(LANDED, KINDS[path])
    context.close()


@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", [LESSONS[0], "explorer.html", STRIDE])
def test_a_reload_finds_the_place(browser: Browser, address: str, path: str, window: dict) -> None:
    """Whoever was reading below the explorer's first lines reads on there, also who comes back."""
    context = browser.new_context(**window)
    visit = Visit(context.new_page(), address)
    page = visit.open(path)
    explorer = page.locator("conv-explorer").first
    explorer.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + 250)")
    top = page.evaluate("scrollY")
    assert top > 200
    for again in (page.reload, lambda: (page.goto(f"{address}/404.html"), page.go_back())):
        page.evaluate(IDLE)
        again()
        page.evaluate(IDLE)
        assert page.evaluate("scrollY") == pytest.approx(top, abs=200)
    context.close()
