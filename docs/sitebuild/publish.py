"""Put a finished site in the place of the last one, in one step where the system has links."""

import os
import shutil
import tempfile
from pathlib import Path

from sitebuild.project import BUILD, ROOT, SITE, SITES


def publish(made: Path) -> None:
    """Copy a site, and let the name ``site`` lead to the copy."""
    SITES.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix="", dir=SITES))
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(made, new, ignore=hidden, dirs_exist_ok=True)
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
