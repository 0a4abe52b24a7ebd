"""A page of the built site, and what goes wrong on it."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import ConsoleMessage, Page, Request

SITE = Path(__file__).parents[2] / "site"
ALL = sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html"))
LESSONS = [p for p in ALL if Path(p).name.startswith("plot_")]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# What a page's scripts begin, they begin before it is idle for the first time. Playwright's
# "networkidle" waits half a second more, which hundreds of pages make minutes. A browser that draws
# no frame may not say that it is idle.
IDLE = """
new Promise(done => requestIdleCallback(() => setTimeout(done, 50), { timeout: 1000 }))
"""

# Loads the images that are farther down, too, and gives those that cannot be decoded.
DECODED = """
async () => {
    const images = [...document.images];
    images.forEach(i => i.loading = "eager");
    const bad = await Promise.all(images.map(
        i => i.decode().then(() => i.naturalWidth > 0 ? null : i.src, () => i.src)));
    return bad.filter(Boolean);
}
"""


def text_of(path: str) -> str:
    """Read a page of the site."""
    return (SITE / path).read_text(encoding="utf-8")


def pixels(screenshot: bytes) -> Counter[tuple[int, ...]]:
    """Count the pixels of each colour."""
    return Counter(Image.open(BytesIO(screenshot)).convert("RGB").get_flattened_data())


def luminance(colour: Sequence[float]) -> float:
    """Give the relative luminance of the Web Content Accessibility Guidelines, 2.2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(*colours: Sequence[float]) -> float:
    """Give how far the lightest and the darkest stand apart, from 1 to 21, by the same."""
    levels = sorted(map(luminance, colours))
    return (levels[-1] + 0.05) / (levels[0] + 0.05)


def beyond(page: Page) -> list[str]:
    """Give what of an explorer lies beyond the window's right edge, but what scrolls by itself."""
    return page.evaluate(
        """() => [...document.querySelector("conv-explorer").shadowRoot.querySelectorAll("*")]
        .filter(e => !e.closest(".scroll, .equation") && e.checkVisibility()
            && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120))"""
    )


class Visit:
    """A page of the site and everything that went wrong, or outside, while it was open."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("console", self._heed)
        page.on("pageerror", lambda e: self.faults.append(f"exception: {e}"))
        page.on("requestfailed", self._miss)
        page.on(
            "response",
            lambda r: r.ok or r.status == 304 or self.faults.append(f"{r.status}: {r.url}"),
        )
        page.on("request", self._stay_here)

    def _heed(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:  # the theme announces its toggle by a log
            self.faults.append(f"console: {message.text}")

    def _miss(self, request: Request) -> None:
        # The browser gives up a page's sign, and nothing else, where the page is left at once.
        given_up = request.failure == "net::ERR_ABORTED" and request.url.endswith("favicon.svg")
        if not given_up:
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _stay_here(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"left the machine: {request.url}")

    def open(self, path: str) -> Page:
        """Go to a page."""
        self.page.goto(f"{self.address}/{path}")
        return self.page
