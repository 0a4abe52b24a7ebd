"""A page of the built site, and what goes wrong on it."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Request

SITE = Path(__file__).parents[2] / "site"


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
        page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
        page.on(
            "response",
            lambda r: r.ok or r.status == 304 or self.faults.append(f"{r.status}: {r.url}"),
        )
        page.on("request", self._stay_here)

    def _heed(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:  # the theme announces its toggle by a log
            self.faults.append(f"console: {message.text}")

    def _stay_here(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"left the machine: {request.url}")

    def open(self, path: str) -> Page:
        """Go to a page."""
        self.page.goto(f"{self.address}/{path}")
        return self.page
