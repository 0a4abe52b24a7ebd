"""Bundle modules into one classic script: a page opened from a folder may load no modules.

The bundler is esbuild, which npm brings; the names of a bundle stay inside a function.
"""

import json
import subprocess
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

DOCS = Path(__file__).parents[1]
WANTED = DOCS / "explorer/package.json"
MODULES = Path(sys.prefix) / "node_modules"  # which nox fills
LICENCE = "// convdocs {name}, BSD-3-Clause; explained in docs/{name}."


def bundler() -> Path:
    """Find esbuild's binary, if the environment has what the sources name."""
    try:
        current = (MODULES / WANTED.name).read_bytes() == WANTED.read_bytes()
    except FileNotFoundError:
        current = False
    found = next(MODULES.glob("@esbuild/*/**/esbuild*"), None)  # esbuild.exe, or in bin
    if not (current and found):
        raise ExtensionError(
            f"what docs/explorer/{WANTED.name} names is not installed in {sys.prefix}: "
            "run `python -m nox -s docs`, which does it"
        )
    return found


def bundle(sources: Path, script: str, folder: Path, *, style: str = "") -> None:
    """Write script and style of a folder of modules, both named like it, into another folder.

    Parameters
    ----------
    sources : pathlib.Path
        The modules, and a style sheet named like the folder.
    script : str
        The module that needs all others.
    folder : pathlib.Path
        Where the two files go.
    style : str
        What the style sheet begins with.

    Raises
    ------
    sphinx.errors.ExtensionError
        If esbuild refuses a module or warns of it, or if there is one that no other needs.
    """
    root, taken, name = sources.parents[1], folder.with_suffix(".json"), sources.name
    place = sources.relative_to(root).as_posix()
    told = subprocess.run(
        [
            bundler(), f"{name}={place}/{script}", f"{name}={place}/{name}.css", "--bundle",
            "--format=iife", "--target=es2023", "--minify", f"--outdir={folder}",
            f"--banner:js={LICENCE.format(name=name)}", f"--banner:css={style}",
            f"--metafile={taken}", "--log-level=warning", "--color=false",
        ],
        cwd=root,  # from here files are named
        capture_output=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    if told.returncode or told.stderr:
        raise ExtensionError(f"the {name} cannot be bundled:\n{told.stderr}")
    inputs = json.loads(taken.read_text(encoding="utf-8"))["inputs"]
    modules = {path.relative_to(root).as_posix() for path in sources.rglob("*.js")}
    if idle := sorted(modules - inputs.keys()):
        raise ExtensionError(f"{idle[0]}: no module needs it")


def add(app: Sphinx, config: Config, sources: Path, script: str, *, style: str = "") -> None:
    """Add the bundle of a folder to the site's static files."""
    folder = Path(app.doctreedir, sources.name).absolute()
    bundle(sources, script, folder, style=style)
    config.html_static_path = [*config.html_static_path, str(folder)]
