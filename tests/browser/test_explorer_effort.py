"""A step costs what it changes, however much else there is."""

import json

import pytest
from test_explorer_use import unfold
from visit import IDLE, Visit

STYLED = "disabled-by-default-devtools.timeline.invalidationTracking"  # whose style is worked out
STEP = """async () => {
    const { shadowRoot } = document.querySelector("conv-explorer");
    shadowRoot.querySelector("[aria-label=Step]").click();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
}"""
FULL = "size=16&kernel_size=5&padding=2&in_channels=4"


@pytest.mark.parametrize(
    "state",
    [
        f"operation=max_pool&{FULL}",
        f"{FULL}&out_channels=4",
        f"{FULL}&out_channels=2&show=shades",
        f"{FULL}&out_channels=2&then=relu,conv+2+2+k3,relu",
        "size=64&kernel_size=5&input=panda",
    ],
)
def test_a_step_styles_what_it_changes(visit: Visit, state: str) -> None:
    """Thousands of cells whose look stays are not asked for it."""
    page = visit.open(f"explorer.html#conv-explorer?{state}&step=20")
    unfold(page)
    page.evaluate(IDLE)
    page.evaluate(STEP)  # the first makes what the later ones change
    page.context.browser.start_tracing(page=page, categories=[STYLED])
    page.evaluate(STEP)
    events = json.loads(page.context.browser.stop_tracing())["traceEvents"]
    styled = sum(event["name"] == "StyleResolver::ResolveStyle" for event in events)
    assert 0 < styled < 400


def test_of_a_long_sum_what_is_in_sight_is_laid_out(visit: Visit) -> None:
    """Most of a thousand terms wait until somebody scrolls to them, and then they are there."""
    page = visit.open("explorer.html#conv-explorer?size=16&kernel_size=16&in_channels=4")
    terms = page.locator("conv-explorer .sum .term")
    assert terms.count() == 4 * 16 * 16
    page.evaluate(IDLE)
    seen = "all => all.filter(e => e.checkVisibility({contentVisibilityAuto: true})).length"
    assert 0 < terms.evaluate_all(seen) < terms.count() / 2
    terms.last.scroll_into_view_if_needed()
    page.evaluate(IDLE)
    assert terms.last.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    last = page.locator("conv-explorer [data-part=framed] td.lit").last.inner_text()
    assert terms.last.inner_text().startswith(f"{last}·")
