"""How long the explorer takes in a browser: a step, looking at a cell, and opening a state."""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

import chromium
from visit import SITE

NUMBERS = "size=16&kernel_size=5&padding=2&in_channels=4"
SHADES = "size=64&kernel_size=5&input=panda"
LARGEST = {
    "cross_correlate": "size=64&kernel_size=5&padding=2&in_channels=4&out_channels=4",
    "conv_transpose": "size=64&stride=2&kernel_size=5&in_channels=4&out_channels=4",
    "max_pool": "size=64&kernel_size=11&padding=5&in_channels=4",
}
# What has the most terms in a sum, and the most entries in a matrix.
WIDEST = "size=16&kernel_size=16&padding=8&in_channels=4&out_channels=4"
LIMITS = {"median": 16, "95 %": 32, "opened": 100}  # milliseconds; 16 is a frame of sixty a second

# Frames come as soon as they are asked for: what an action waits for the next one is not its own.
AT_ONCE = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
# An action counts until the frame that shows it is on its way: its style, layout and painting, too.
# It is done as a frame begins, where the browser reports what a hand has moved: what the action
# asks of a frame (requestAnimationFrame) is in this one, and no second, empty one is counted.
TIME = """async ([state, rounds, matrix = false]) => {
    const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
    const shown = () => new Promise(done => requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = done;
        port2.postMessage(0);
    }));
    const scroller = Object.assign(document.createElement("div"), {innerHTML: "<br>".repeat(9)});
    scroller.style.cssText = "position: fixed; inset: 0 auto auto 0; overflow: scroll; "
        + "width: 1em; height: 1em";
    document.body.append(scroller);
    const begin = () => new Promise(done => {
        scroller.addEventListener("scroll", done, {once: true});
        scroller.scrollTop ^= 1;
    });
    const times = {opened: []};
    const time = async (name, act) => {
        await shown();
        await begin();
        const began = performance.now();
        act();
        document.body.getBoundingClientRect();
        const acted = performance.now() - began;
        await shown();
        (times[name] ??= []).push([acted, performance.now() - began]);
    };
    explorer.setAttribute("state", state);
    while (!root.querySelector("[data-part=output] table")) await shown();
    for (let k = 0; k < 5; k++) {
        explorer.setAttribute("state", "");
        await time("opened", () => explorer.setAttribute("state", state));
    }
    if (matrix) {
        const folds = [...root.querySelectorAll("details")];
        folds.find(fold => fold.firstChild.textContent === "The matrix").open = true;
        while (!root.querySelector(".equation canvas[aria-label]")) await shown();
        explorer.session.choose({array: "input", channel: 0, to: 0, row: 9, column: 9});
        for (let k = 0; k < 10; k++) await time("edit", () => explorer.session.write(k));
    }
    const step = root.querySelector("[aria-label=Step]");
    const table = root.querySelector("[data-part=output] table");
    const {left, top, width, height} = table.getBoundingClientRect();
    const pointerType = "mouse", bubbles = true;
    const point = k => {
        const place = {clientX: left + width * (37 * k % 101) / 101,
            clientY: top + height * (53 * k % 97) / 97, bubbles, pointerType};
        const cells = table.querySelectorAll("td");
        if (table.ariaRowCount) table.dispatchEvent(new PointerEvent("pointermove", place));
        else cells[37 * k % cells.length].dispatchEvent(new PointerEvent("pointerover", place));
    };
    for (let k = 0; k < rounds; k++) await time("step", () => step.click());
    for (let k = 0; k < rounds; k++) await time("point", () => point(k));
    scroller.remove();
    return times;
}"""


def measure(page: Page, name: str, state: str, *, matrix: bool = False) -> None:
    """Time opening, steps and pointing, and print medians and the slowest of twenty.

    With an open matrix, time edits, too.
    """
    for action, pairs in page.evaluate(TIME, [f"operation={name}&{state}", 120, matrix]).items():
        acted, shown = zip(*pairs, strict=True)
        if action in {"opened", "edit"}:
            print(f"{name:16} {action:6} {statistics.median(acted):7.1f} ms", flush=True)
            continue
        print(
            f"{name:16} {action:6} {statistics.median(acted):7.1f} ms "
            f"{statistics.quantiles(acted, n=20)[-1]:7.1f} ms; with its frame "
            f"{statistics.median(shown):7.1f} ms {statistics.quantiles(shown, n=20)[-1]:7.1f} ms",
            flush=True,
        )


def main() -> None:
    """Open the explorer's page of the built site, and time every operation."""
    path = chromium.find()
    if path is None:
        sys.exit("no Chromium was found: install one to time the explorer")
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, path, *AT_ONCE)
        page = browser.new_page()
        page.goto((SITE / "explorer.html").as_uri())
        print("at most " + ", ".join(f"{most} ms {name}" for name, most in LIMITS.items()))
        for settings in (NUMBERS, SHADES, f"{SHADES}&in_channels=4"):
            print(f"\n{settings}")
            for operation in ("cross_correlate", "conv_transpose"):
                measure(page, operation, f"{settings}&out_channels=4")
            for operation in ("max_pool", "avg_pool"):
                measure(page, operation, settings)
        print(f"\n{WIDEST}")
        for operation in ("cross_correlate", "conv_transpose"):
            measure(page, operation, WIDEST)
            measure(page, operation, WIDEST, matrix=True)
            page.reload()  # and the matrix is folded again
        print("\nthe most that there is room for")
        for operation, settings in LARGEST.items():
            measure(page, operation, settings)
        browser.close()


if __name__ == "__main__":
    main()
