"""Let the site carry the package's wheel, and every notebook install it where it is missing."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import launch
from hatchling.build import build_wheel
from sphinx.application import Sphinx
from sphinx.config import Config

import convdocs
from sitebuild.upstream import STATIC_CHECKED

NAME = f"convdocs-{convdocs.__version__}-py3-none-any.whl"

# Where the site lies is known only if conf.py says so. Else the wheel is looked for beside the
# notebook, where a reader has put it, and where it is seen from the notebooks of a copied site.
CELL = """
# This page runs through the package convdocs. Where it is missing, this cell installs it.
import importlib.util
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("convdocs") is None:
    places = [Path(folder, "{name}") for folder in (".", "../../_static")]
    wheel = next((str(path) for path in places if path.exists()), "{address}")
    if not wheel:
        raise ModuleNotFoundError(
            "convdocs is missing: put {name}, which the page of this notebook "
            "offers at its end, beside the notebook, and run this cell again"
        )
    pip = [sys.executable, "-m", "pip", "install"]
    uv = ["uv", "pip", "install", "--python", sys.executable]
    subprocess.run([*(pip if importlib.util.find_spec("pip") else uv), wheel], check=True)
    importlib.invalidate_caches()
"""


def build(app: Sphinx, config: Config) -> None:
    """Build the wheel, and add its name to the templates and the cell to the notebooks."""
    folder = Path(app.doctreedir, "wheel").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with chdir(Path(convdocs.__file__).parents[1]):  # hatchling builds what it stands in
        build_wheel(str(folder))
    config.html_context = {**config.html_context, "wheel": NAME}
    base = config.html_baseurl.rstrip("/") or launch.raw(config)
    cell = CELL.format(name=NAME, address=f"{base}/_static/{NAME}" if base else "")
    config.sphinx_gallery_conf["first_notebook_cell"] = cell


def carry(app: Sphinx, config: Config) -> None:
    """Add the wheel to the site."""
    folder = Path(app.doctreedir, "wheel").absolute()
    config.html_static_path = [*config.html_static_path, str(folder)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Come before Sphinx-Gallery, and whatever else reads its settings."""
    app.connect("config-inited", build, priority=1)
    app.connect("config-inited", carry, priority=STATIC_CHECKED + 1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
