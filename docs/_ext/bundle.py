"""Bundle modules into one classic script: a page opened from a folder may load no modules.

The bundler is esbuild, which npm brings; the names of a bundle stay inside a function.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import npm
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

# What modules are, a classic script must ask for; no other configuration is heard.
STRICT = '--tsconfig-raw={"compilerOptions":{"alwaysStrict":true}}'
LICENCE = "// convdocs {name}, BSD-3-Clause"


def bundler() -> Path:
    """Find esbuild's binary."""
    binaries = npm.installed().glob("@esbuild/*/**/esbuild*")  # esbuild.exe, or in bin
    if found := next(binaries, None):
        return found
    raise ExtensionError(f"npm has brought no esbuild for this machine to {sys.prefix}")


def bundle(sources: Path, script: str, folder: Path, *, palette: str | None = None) -> None:
    """Write a folder of modules into another one, as scripts and style sheet named like it.

    Parameters
    ----------
    sources : pathlib.Path
        The modules, and a style sheet named like the folder. Each module in its folder ``extras``
        becomes a script of its own, which the first loads by itself when somebody needs it.
    script : str
        The module that needs all others.
    folder : pathlib.Path
        Where the files go.
    palette : str, optional
        What the style sheet begins with; it then goes into the script, as ``STYLE``.

    Raises
    ------
    sphinx.errors.ExtensionError
        If esbuild refuses a module or warns of it, or if there is one that no other needs.
    """
    root, name = sources.parents[1], sources.name
    place, style = sources.relative_to(root).as_posix(), folder / f"{name}.css"
    options = []

    def run(*more: str) -> None:
        told = subprocess.run(
            [bundler(), *more, "--bundle", "--minify", f"--outdir={folder}",
             STRICT, "--log-level=warning", "--color=false"],
            cwd=root,  # from here files are named
            env=os.environ | {"NODE_PATH": str(npm.installed())},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )  # fmt: skip
        if told.returncode or told.stderr:
            raise ExtensionError(f"the {name} cannot be bundled:\n{told.stderr}")

    run(f"{name}={place}/{name}.css", f"--banner:css={palette or ''}")
    if palette is not None:
        options.append(f"--define:STYLE={json.dumps(style.read_text(encoding='utf-8'))}")
        style.unlink()
    extras = {f"{name}-{path.stem}": path for path in sorted((sources / "extras").glob("*.js"))}
    entries = {name: f"{place}/{script}"} | {
        one: path.relative_to(root).as_posix() for one, path in extras.items()
    }
    taken = folder.with_suffix(".json")
    run(
        *(f"{one}={path}" for one, path in entries.items()), *options, f"--metafile={taken}",
        "--format=iife", "--target=es2023", "--loader:.css=text",
        f"--banner:js={LICENCE.format(name=name)}",
    )  # fmt: skip
    inputs = json.loads(taken.read_text(encoding="utf-8"))["inputs"]
    modules = {path.relative_to(root).as_posix() for path in sources.rglob("*.js")}
    if idle := sorted(modules - inputs.keys()):
        raise ExtensionError(f"{idle[0]}: no module needs it")


def add(app: Sphinx, config: Config, sources: Path, script: str, **palette: str) -> None:
    """Add the bundle of a folder to the site's static files."""
    folder = Path(app.doctreedir, sources.name).absolute()
    bundle(sources, script, folder, **palette)
    config.html_static_path = [*config.html_static_path, str(folder)]
