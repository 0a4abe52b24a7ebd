"""The same bytes, whenever and wherever they are made."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

# What a page, or Sphinx, could notice of the machine and of whoever builds.
ENVIRONMENT = {
    "DISPLAY": "",  # with a screen at hand, matplotlib warns that it does not use it
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",  # sums in one order on every machine, and no quarrel over cores
    "PYTHONDONTWRITEBYTECODE": "",  # to import the libraries from source takes three times as long
    "PYTHONHASHSEED": "0",
    "PYTHONOPTIMIZE": "",  # it would leave the assertions out
    "PYTHONPYCACHEPREFIX": "",  # old bytecode is looked for beside the sources only
    "PYTHONWARNINGS": "",
    "TZ": "UTC",
    "WAYLAND_DISPLAY": "",
}


def environment() -> dict[str, str]:
    """Give the environment of this process as every build should see it."""
    wanted = {**os.environ, **ENVIRONMENT}
    if elsewhere := os.environ.get("SITEBUILD_ELSEWHERE"):
        wanted["PYTHONHASHSEED"] = elsewhere
    wanted.pop("SOURCE_DATE_EPOCH", None)  # Sphinx would put its year into the copyright
    return wanted


EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
FIRST = "mimetype"  # of an EPUB, which must begin with it, as it is


def rewrite(archive: Path, changed: dict[str, bytes] | None = None) -> None:
    """Pack an archive anew, as :func:`pack` does. Members that have changed since are given."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()} | (changed or {})
    pack(archive, members)


def pack(archive: Path, members: Mapping[str, bytes]) -> None:
    """Pack members by name, all with one date and one mode."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name in sorted(members, key=lambda name: (name != FIRST, name)):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name == FIRST else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3  # else it would tell the operating system
            packed.writestr(info, members[name])
