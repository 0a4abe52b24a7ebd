"""Start the program that runs the pages, before anything slow to import is needed here."""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import same_bytes

SERVER = Path(__file__).with_name("page_server.py")

early: dict[tuple[str, ...], subprocess.Popen] = {}
"""A server that was started before Sphinx, under the modules that it imports."""


def shared(modules: Sequence[str]) -> tuple[str, ...]:
    """Name what a server imports before it runs pages: these modules, and what runs a page."""
    return ("one_page", *modules)


def start(modules: Sequence[str]) -> subprocess.Popen:
    """Start a server, and let it import what the pages share."""
    server = subprocess.Popen(
        [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, **same_bytes.ENVIRONMENT},
    )  # fmt: skip
    send(server, (sys.path, tuple(modules)))
    return server


def send(server: subprocess.Popen, message: object) -> None:
    """Give a server its next message."""
    with suppress(BrokenPipeError):  # why it ended shows when its answers are read
        pickle.dump(message, server.stdin)
        server.stdin.flush()
