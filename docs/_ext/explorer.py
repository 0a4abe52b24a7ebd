"""Place the explorer on pages, with a still picture for readers without JavaScript.

The explorer's sources are modules, in ``docs/explorer``. A page opened from a folder may load no
modules, so esbuild bundles them into one classic script, whose names stay inside a function.
"""

import json
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import palette
import still
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

SOURCES = Path(__file__).parents[1] / "explorer"
WANTED = SOURCES / "package.json"
MODULES = Path(sys.prefix) / "node_modules"  # which nox fills
LICENCE = "// convdocs explorer, BSD-3-Clause; explained in docs/explorer."


class explorer(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """The place of an explorer on a page."""


class Explorer(SphinxDirective):
    """Place an explorer, ``.. explorer:: size=7&stride=2``, in the state of a link's text."""

    optional_arguments = 1
    final_argument_whitespace = False
    option_spec: ClassVar = {"compact": lambda _: True}

    def run(self) -> list[nodes.Node]:
        """Work out the still picture, which refuses a state that cannot exist."""
        state = self.arguments[0] if self.arguments else ""
        try:
            picture = still.picture(state)
        except (TypeError, ValueError) as error:
            raise self.error(f"explorer: {state}: {error}") from None
        return [explorer(state=state, picture=picture, compact="compact" in self.options)]


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


def bundle(folder: Path) -> None:
    """Write the script and the style into a folder.

    Raises
    ------
    sphinx.errors.ExtensionError
        If esbuild refuses a module or warns of it, or if there is one that no other needs.
    """
    root, taken = SOURCES.parents[1], folder.with_suffix(".json")
    place = SOURCES.relative_to(root).as_posix()
    told = subprocess.run(
        [
            bundler(), f"explorer={place}/element.js", f"explorer={place}/explorer.css",
            "--bundle", "--format=iife", "--target=es2023", "--minify", f"--banner:js={LICENCE}",
            f"--banner:css={palette.rule(':host')}", f"--outdir={folder}", f"--metafile={taken}",
            "--log-level=warning", "--color=false",
        ],
        cwd=root,  # from here files are named
        capture_output=True,
        encoding="utf-8",
        check=False,
    )  # fmt: skip
    if told.returncode or told.stderr:
        raise ExtensionError(f"the explorer cannot be bundled:\n{told.stderr}")
    inputs = json.loads(taken.read_text(encoding="utf-8"))["inputs"]
    modules = {path.relative_to(root).as_posix() for path in SOURCES.rglob("*.js")}
    if idle := sorted(modules - inputs.keys()):
        raise ExtensionError(f"{idle[0]}: no module needs it")


def write(app: Sphinx, config: Config) -> None:
    """Add the two files to the site's static files."""
    folder = Path(app.doctreedir, "explorer").absolute()
    bundle(folder)
    config.html_static_path = [*config.html_static_path, str(folder)]


def place(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put an explorer before the recap of each page that conf.py names."""
    if found := app.config.explorers.get(docname):
        state, task = found
        title = f"Try it\n------\n\n{task}\n\n"
        before, recap, after = source[0].rpartition("\nRecap\n-----\n")
        if not recap:
            raise ExtensionError(f"{docname}: has no recap to put an explorer before")
        source[0] = f"{before}\n{title}.. explorer:: {state}\n   :compact:\n{recap}{after}"


def visit(translator: HTML5Translator, node: explorer) -> None:
    """Write the element, and in it what it replaces."""
    compact = " compact" if node["compact"] else ""
    translator.body.append(
        f'<conv-explorer state="{escape(node["state"])}"{compact}>{node["picture"]}'
        "</conv-explorer>\n"
    )
    raise nodes.SkipNode


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Refuse an explorer for a page that is not there."""
    if lost := sorted(app.config.explorers.keys() - env.found_docs):
        raise ExtensionError(f"conf.py: explorers names {', '.join(lost)}, which is no page")


def load(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the script on pages that have an explorer."""
    if doctree and next(doctree.findall(explorer), None):
        app.add_js_file("explorer.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and which pages get an explorer without naming one."""
    app.add_config_value("explorers", {}, "env", (dict,))
    app.add_node(explorer, html=(visit, None))
    app.add_directive("explorer", Explorer)
    app.connect("config-inited", write)
    app.connect("source-read", place)
    app.connect("env-updated", check)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
