"""Put a finished site in the place of the last one, in one step where the system has links."""

import filecmp
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from sitebuild.project import BUILD, ROOT, SITE, SITES


def publish(made: Path) -> None:
    """Copy a site, or link what the last one has already, and let ``site`` lead to the copy."""
    SITES.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix="", dir=SITES))

    def carry(source: str, target: str) -> None:
        last = SITE / Path(source).relative_to(made)
        with suppress(OSError):  # there is none, or the system has no links
            if filecmp.cmp(source, last, shallow=False):
                os.link(last, target)  # to write it again would take longer than all else here
                return
        shutil.copy2(source, target)

    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(made, new, ignore=hidden, copy_function=carry, dirs_exist_ok=True)
    if SITE.is_dir() and not SITE.is_symlink():
        shutil.rmtree(SITE)  # of a time, or a system, without links
    link = BUILD / "site.new"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(os.path.relpath(new, ROOT), target_is_directory=True)
        link.replace(SITE)
    except (OSError, NotImplementedError):  # Windows, to whom this is a privilege
        new.rename(SITE)
    for old in SITES.iterdir():
        if old != new:
            shutil.rmtree(old)
