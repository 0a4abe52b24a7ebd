"""What a run depends on: the files it reads, and the versions of what it imports.

A page is stale when any of this has changed. What is watched is the run itself, not its text: a
module imported three steps away and a data file opened by a library are seen alike. Not seen is
what a child process or a C library opens by itself, and what is only asked for and not opened:
whether a file exists, its size, a module that may be missing.
"""

import functools
import hashlib
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

from sitebuild.project import GENERATED, ROOT, name

Digests = dict[str, str | None]

INSIDE = f"{ROOT}{os.sep}"
OUTSIDE = tuple(f"{folder}{os.sep}" for folder in (GENERATED, sys.prefix))


def digest(path: Path) -> str | None:
    """Give a file's digest, or that of a folder's list of names; None if there is neither."""
    try:
        if path.is_dir():
            return hashed(sorted(p.name for p in path.iterdir() if p.name != "__pycache__"))
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def digests(paths: Iterable[Path]) -> Digests:
    """Give the digest of each path, under the name that messages use."""
    return {name(path): digest(path) for path in sorted(set(paths))}


def hashed(*values: object) -> str:
    """Give a digest of anything that JSON can write."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def tree(places: Iterable[Path]) -> list[Path]:
    """List what lies below folders, without what tools leave there and the build generates."""
    found = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
    return [
        path
        for path in found
        if (not path.is_dir() or path.suffix == ".py")
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        and not path.is_relative_to(GENERATED)
    ]


class Watch:
    """Collects the files and folders of the project that this process opens from now on.

    Each counts as it was when it was first opened. Files that are opened in vain count too: their
    appearance would change the run. An audit hook cannot be removed, so this is for a process that
    ends with the page.
    """

    def __init__(self) -> None:
        self.before = inherited()
        self.seen: dict[Path, str | None] = {}
        self.looking = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if self.looking:
            return
        if event == "open":
            if not writes(*args[1:]):
                self.look(args[0])
        elif event in {"os.listdir", "os.scandir"}:
            caller = sys._getframe(1).f_globals.get("__name__")
            if caller != "importlib._bootstrap_external":  # which looks into whole folders
                self.look(args[0] or ".")

    def look(self, path: object) -> None:
        """Note what a file of the project is now, unless it has been noted before."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        if (source := own(path)) and source not in self.seen:
            self.looking = True  # which opens it, too
            self.seen[source] = digest(source)
            self.looking = False

    def reads(self) -> Digests:
        """Give all that was seen, and the modules that were there before, as each was."""
        for file in self.before:
            self.look(file)
        return {name(path): seen for path, seen in sorted(self.seen.items())}


def own(path: str | bytes | os.PathLike[str]) -> Path | None:
    """Give a file of the project by which a page is what it is; of bytecode its source."""
    whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 (links are not followed)
    if not f"{whole}{os.sep}".startswith(INSIDE) or whole.startswith(OUTSIDE):
        return None
    return Path(importlib.util.source_from_cache(whole) if whole.endswith(".pyc") else whole)


@functools.cache  # which all processes of pages inherit, too
def inherited() -> list[str]:
    """List the project's modules that this process had when it began, from whoever forked it."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    return [file for file in files if file and own(file)]


def writes(mode: object, flags: object) -> bool:
    """Say whether a file is opened to be written; where there is no mode, the flags tell."""
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def versions() -> dict[str, str]:
    """Give the version of Python, and of every distribution of which a module is loaded."""
    tops = {module.partition(".")[0] for module in list(sys.modules)}
    names = {name for top in tops for name in distributions().get(top, [])}
    return {name: version_now(name) or "" for name in ["Python", *sorted(names)]}


distributions = functools.cache(metadata.packages_distributions)  # reads every installed package


@functools.cache
def version_now(name: str) -> str | None:
    """Give the version that is installed, or None."""
    if name == "Python":
        return platform.python_version()
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def changes(
    reads: Digests, used: dict[str, str], now: Callable[[Path], str | None] = digest
) -> list[str]:
    """Say in words what differs now from what a run read and used."""
    found = []
    for file, old in reads.items():
        if (new := now(ROOT / file)) != old:
            verb = "appeared" if old is None else "is gone" if new is None else "changed"
            found.append(f"{file} {verb}")
    for library, version in used.items():
        if (other := version_now(library)) != version:
            found.append(f"{library} {version} became {other or 'nothing'}")
    return found
