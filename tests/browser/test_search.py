"""Words lead to pages."""

from visit import Visit


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
