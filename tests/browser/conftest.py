"""A browser on the built site, cut off from the network."""

import os
from collections.abc import Iterator

import chromium
import pytest
import torch
from host import Host, serve
from playwright.sync_api import Browser, sync_playwright
from visit import Visit

torch.set_num_threads(1)  # what is small is slower on several


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site on this machine."""
    with serve(Host) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; without one, fail under CI and skip elsewhere."""
    path = chromium.find()
    if path is None:
        message = "no Chromium was found: install one to look at the site"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as playwright:
        started = chromium.launch(playwright, path)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Open a new window."""
    context = browser.new_context(accept_downloads=True)
    yield Visit(context.new_page(), address)
    context.close()
