"""Put a finished site in the place of the last one, in one step where the system has links."""

import os
import shutil
from pathlib import Path

from sitebuild.footprint import Digests, digest
from sitebuild.project import BUILD, ROOT, SITE, SITES


def contents(folder: Path) -> Digests:
    """Give the digest of every file of a site."""
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return {path.relative_to(folder).as_posix(): digest(path) for path in sorted(found)}


def publish(made: Path, name: str) -> Digests:
    """Copy a site, let the name ``site`` lead to the copy, and give its contents."""
    new = SITES / "new"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(made, new, ignore=shutil.ignore_patterns(".*"))
    found = contents(new)
    if contents(SITES / name) != found:
        shutil.rmtree(SITES / name, ignore_errors=True)
        new.rename(SITES / name)
    if SITE.is_dir() and not SITE.is_symlink():
        shutil.rmtree(SITE)  # of a time, or a system, without links
    link = BUILD / "site.new"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(os.path.relpath(SITES / name, ROOT), target_is_directory=True)
        link.replace(SITE)
    except (OSError, NotImplementedError):  # Windows, to whom this is a privilege
        (SITES / name).rename(SITE)
    for old in SITES.iterdir():
        if old.name != name:
            shutil.rmtree(old)
    return found
