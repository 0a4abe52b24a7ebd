"""Find what npm has brought into the environment, and nox has put there."""

import sys
from pathlib import Path

from sphinx.errors import ExtensionError

WANTED = Path(__file__).parents[1] / "explorer/package.json"
MODULES = Path(sys.prefix) / "node_modules"


def installed() -> Path:
    """Give the folder of the packages, if they are those that the sources name."""
    try:
        current = (MODULES / WANTED.name).read_bytes() == WANTED.read_bytes()
    except FileNotFoundError:
        current = False
    if not current:
        raise ExtensionError(
            f"what docs/explorer/{WANTED.name} names is not installed in {sys.prefix}: "
            "run `python -m nox -s docs`, which does it"
        )
    return MODULES
