"""How long one step of the explorer takes in a browser, at the size that people meet."""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import chromium
from visit import SITE

SETTINGS = "size=16&kernel_size=5&padding=2&in_channels=4"
LIMIT = 16  # milliseconds: a frame of a screen that shows sixty in a second

# An action counts until style and layout are done; painting comes after it.
TIME = """async ([state, rounds]) => {
    const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
    explorer.setAttribute("state", state);
    const step = root.querySelector("[aria-label=Step]");
    const cells = [...root.querySelectorAll("[data-part=output] td")];
    const point = new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"});
    const actions = {step: () => step.click(),
        point: k => cells[37 * k % cells.length].dispatchEvent(point)};
    const times = {};
    for (const [name, act] of Object.entries(actions)) {
        times[name] = [];
        for (let k = 0; k < rounds; k++) {
            await new Promise(requestAnimationFrame);
            const began = performance.now();
            act(k);
            document.body.getBoundingClientRect();
            times[name].push(performance.now() - began);
        }
    }
    return times;
}"""


def measure(page: Page, operation: str, channels: str) -> None:
    """Time steps and pointing, and print the median and the slowest of twenty."""
    state = f"operation={operation}&{SETTINGS}{channels}"
    for action, times in page.evaluate(TIME, [state, 200]).items():
        slow = statistics.quantiles(times, n=20)[-1]
        print(
            f"{operation:16} {action:6} {statistics.median(times):6.1f} ms {slow:6.1f} ms "
            f"  at most {LIMIT} ms",
            flush=True,
        )


def main() -> None:
    """Open the explorer's page of the built site, and time every operation."""
    path = chromium.find()
    if path is None:
        sys.exit("no Chromium was found: install one to time the explorer")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path)
        page = browser.new_page()
        page.goto((SITE / "explorer.html").as_uri())
        print(f"{SETTINGS}\n{'':23}   median     95 %")
        for operation in ("cross_correlate", "convolve", "conv_transpose"):
            measure(page, operation, "&out_channels=4")
        for operation in ("max_pool", "avg_pool"):
            measure(page, operation, "")
        browser.close()


if __name__ == "__main__":
    main()
