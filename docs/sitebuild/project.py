"""Where the project keeps what, some of it named in pyproject.toml, and whose turn it is there."""

import json
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
BUILD, SITE = ROOT / "build", ROOT / "site"
MADE = "made.json"  # beside Sphinx's own files: what the next build may go on from
SITES, WORK, FORMS = BUILD / "sites", BUILD / "work", BUILD / "forms"

_table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["sitebuild"]

SOURCES: list[Path] = [ROOT / "pyproject.toml", *(ROOT / name for name in _table["sources"])]
"""The files and folders from which the site is built, ours to read and to watch."""

GENERATED: Path = ROOT / _table["generated"]
"""The one folder among the sources into which the build writes."""

PRELOAD: list[str] = _table.get("preload", [])
"""The modules that take long to import: those that stale pages need, while Sphinx gets ready."""


def name(path: Path) -> str:
    """Give a path as messages and records name it: below the project's folder if it lies there."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def load(path: Path) -> dict[str, Any]:
    """Read a JSON file; what is not there, or not whole, says nothing."""
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value


@cache
def wait_for_turn() -> object:
    """Hold the checkout until this process ends, however it ends: all write between its sources."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 (not in the processes of pages)

    BUILD.mkdir(exist_ok=True)
    lock = FileLock(BUILD / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("Another build is under way in this checkout: waiting for its end.", file=sys.stderr)
        lock.acquire()
    return lock  # to the cache, which keeps it
