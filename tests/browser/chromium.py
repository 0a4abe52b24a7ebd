"""The machine's Chromium, as the tests and the bench start it."""

import shutil

from playwright.sync_api import Browser, Playwright

# The first is the same browser without windows and menus, which a test opens a thousand times.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-ipc-flooding-protection",  # it would stop thousands of tries of links
]


def find() -> str | None:
    """Give the path of the browser, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, path: str, *flags: str) -> Browser:
    """Start it, cut off from the network."""
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
