"""One build at a time in a checkout: all of them write between the same sources."""

import sys
from functools import cache

from filelock import FileLock, Timeout

from sitebuild.project import BUILD


@cache
def lock() -> FileLock:
    """Give the lock of the checkout, the same one wherever this process asks for it."""
    BUILD.mkdir(exist_ok=True)
    return FileLock(BUILD / "lock")


def wait_for_turn() -> None:
    """Hold the checkout's lock from now until this process ends, however it ends."""
    try:
        lock().acquire(timeout=0)
    except Timeout:
        print("Another build is under way in this checkout: waiting for its end.", file=sys.stderr)
        lock().acquire()
