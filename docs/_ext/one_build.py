"""One build at a time in a checkout: all of them write between the same sources."""

import sys
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout


@cache
def lock(root: Path) -> FileLock:
    """Give the lock of a checkout, the same one wherever this process asks for it."""
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    return FileLock(folder / "lock")


def wait_for_turn(root: Path) -> None:
    """Hold the checkout's lock from now until this process ends, however it ends."""
    try:
        lock(root).acquire(timeout=0)
    except Timeout:
        print("Another build is under way in this checkout: waiting for its end.", file=sys.stderr)
        lock(root).acquire()
