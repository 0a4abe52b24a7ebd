"""Place the explorer on pages, with a still picture for readers without JavaScript.

The explorer's sources are modules, in ``docs/explorer``. A page opened from a folder may load no
modules, so they are joined into one classic script, whose names stay inside a function.
"""

import re
import sys
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import footprint
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
IMPORT = re.compile(r'^import .* from "\./(.+)";$\n', re.MULTILINE)
NAME = re.compile(r"^(?:const|let|class|function) (\w+)", re.MULTILINE)
STYLE_REMARK = re.compile(r"/\*.*?\*/\n+", re.DOTALL)
REMARK = re.compile(r"^ *//.*\n| +// .*$", re.MULTILINE)


class explorer(nodes.General, nodes.Element):  # noqa: N801 (as docutils names its nodes)
    """The place of an explorer on a page."""


class Explorer(SphinxDirective):
    """Place an explorer, ``.. explorer:: size=7&stride=2``, in the state of a link's text."""

    optional_arguments = 1
    final_argument_whitespace = False
    option_spec: ClassVar = {"compact": lambda _: True}

    def run(self) -> list[nodes.Node]:
        """Work out the still picture, which refuses a state that cannot exist."""
        for path in footprint.below(SOURCES.parents[1], sys.modules.values()):
            self.env.note_dependency(path)  # what it is worked out by
        state = self.arguments[0] if self.arguments else ""
        try:
            picture = still.picture(state)
        except (KeyError, TypeError, ValueError) as error:
            raise self.error(f"explorer: {state}: {error}") from None
        return [explorer(state=state, picture=picture, compact="compact" in self.options)]


def in_order(name: str, seen: dict[str, str]) -> dict[str, str]:
    """Give the modules that a module needs, and then itself, each once."""
    if name not in seen:
        text = (SOURCES / name).read_text(encoding="utf-8")
        for needed in IMPORT.findall(text):
            in_order(needed, seen)
        seen[name] = text
    return seen


def tabs(text: str) -> str:
    """Indent by tabs, which are smaller than spaces."""
    return re.sub(r"^(?:  )+", lambda m: "\t" * (len(m[0]) // 2), text, flags=re.MULTILINE)


def join() -> str:
    """Join the modules into one script, without their remarks."""
    parts = []
    for name, text in in_order("element.js", {}).items():
        body = re.sub(r"^export ", "", REMARK.sub("", IMPORT.sub("", text)), flags=re.MULTILINE)
        parts.append(f"// {name}\n\n{tabs(body.strip())}\n")
    whole = "\n".join(parts)
    names = NAME.findall(whole)
    if twice := {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"docs/explorer: two modules define {', '.join(sorted(twice))}")
    licence = "// convdocs explorer, BSD-3-Clause; explained in docs/explorer."
    return f'{licence}\n\n(() => {{\n"use strict";\n\n{whole}\n}})();\n'


def write(app: Sphinx, config: Config) -> None:
    """Add the two files to the site's static files."""
    folder = Path(app.doctreedir, "explorer")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "explorer.js").write_text(join(), encoding="utf-8")
    style = (SOURCES / "explorer.css").read_text(encoding="utf-8")
    style = palette.rule(":host") + "\n" + STYLE_REMARK.sub("", style)
    (folder / "explorer.css").write_text(tabs(style), encoding="utf-8")
    config.html_static_path = [*config.html_static_path, str(folder)]


def place(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put an explorer before the recap of each page that conf.py names."""
    if (state := app.config.explorers.get(docname)) is not None:
        title = "Try it\n------\n\n"
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
