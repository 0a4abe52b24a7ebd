"""A browser on the built site, cut off from the network."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

SITE = Path(__file__).parents[2] / "site"


class Quiet(SimpleHTTPRequestHandler):
    """A file server that does not log."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; without one, fail under CI and skip elsewhere."""
    path = next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
    )
    if path is None:
        message = "no Chromium was found: install one to look at the site"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--disable-ipc-flooding-protection"]  # it would stop thousands of tries of links
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


class Visit:
    """A page of the site and everything that went wrong, or outside, while it was open."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("console", self._heed)
        page.on("pageerror", lambda e: self.faults.append(f"exception: {e}"))
        page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
        page.on("response", lambda r: r.ok or self.faults.append(f"{r.status}: {r.url}"))
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


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Open a new window."""
    context = browser.new_context(accept_downloads=True)
    yield Visit(context.new_page(), address)
    context.close()


@pytest.fixture(scope="session")
def published() -> ModuleType:
    """Give the published cases, which the package's tests use too."""
    spec = spec_from_file_location("published", Path(__file__).parents[1] / "published.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
