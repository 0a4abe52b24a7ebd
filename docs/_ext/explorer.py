"""Place the explorer on pages, with a still picture for readers without JavaScript.

The explorer's sources are modules, in ``docs/explorer``, which ``bundle`` makes one script.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from zlib import crc32

import bundle
import palette
import picture
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from sitebuild.upstream import SITES, STATIC_CHECKED

SOURCES = Path(__file__).parents[1] / "explorer"
TOUR = SOURCES / "tour.json"
COLOURS = palette.rule(":host", but=("outline", "faint", "lines"))
"""What of the palette the explorer has: the rest is for figures."""
BARE = "embed"
"""The page that holds nothing but an explorer, for frames of other pages."""
OWN = "explorer"
"""The page that is about nothing else, and as wide as there is room."""


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
            drawn = picture.figure(state)
        except (TypeError, ValueError) as error:
            raise self.error(f"explorer: {state}: {error}") from None
        return [explorer(state=state, picture=drawn, compact="compact" in self.options)]


class Tour(SphinxDirective):
    """Write the explorer's tour as a list of still pictures, ``.. explorer-tour::``."""

    def run(self) -> list[nodes.Node]:
        """Draw each step, which refuses a state that cannot exist."""
        self.env.note_dependency(str(TOUR))
        steps = json.loads(TOUR.read_text(encoding="utf-8"))
        listed = nodes.enumerated_list(classes=["explorer-tour"])
        for step in steps:
            try:
                drawn = picture.Drawing(step["state"]).html()
            except (TypeError, ValueError) as error:
                raise self.error(f"{TOUR.name}: {step['title']}: {error}") from None
            words = nodes.paragraph("", "", nodes.strong(text=step["title"]))
            words += nodes.Text(f". {step['words']}")
            task = nodes.paragraph("", "", nodes.emphasis(text=step["task"]))
            still = nodes.raw("", drawn, format="html")
            listed += nodes.list_item("", words, task, still)
        summary = f"The tour as {len(steps)} still pictures"
        return [
            nodes.raw("", f'<details class="tour"><summary>{summary}</summary>', format="html"),
            listed,
            nodes.raw("", "</details>", format="html"),
        ]


def write(app: Sphinx, config: Config) -> None:
    """Add script and style to the site's static files."""
    bundle.add(app, config, SOURCES, "element.js", palette=COLOURS)


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
    builder = translator.builder
    bare = builder.get_relative_uri(builder.current_docname, BARE)
    translator.body.append(
        f'<conv-explorer state="{escape(node["state"])}"{compact} embed="{bare}">{node["picture"]}'
        "</conv-explorer>\n"
    )
    raise nodes.SkipNode


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Refuse an explorer for a page that is not there."""
    if lost := sorted(app.config.explorers.keys() - env.found_docs):
        raise ExtensionError(f"conf.py: explorers names {', '.join(lost)}, which is no page")


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page for frames, which has no document."""
    if app.builder.name not in SITES:  # no frame shows it
        return
    page = app.builder.get_relative_uri(BARE, "explorer")
    body = (
        f'<conv-explorer compact page="{page}" embed="{BARE}.html">{picture.figure("")}'
        "</conv-explorer>"
    )
    yield BARE, {"body": body}, f"{BARE}.html"


def load(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Load the script right before a page's first explorer.

    The browser waits there with the rest of the page: what stands below an explorer appears once,
    where it stays.
    """
    if pagename == OWN:
        app.add_css_file("wide.css", priority=900)
    if pagename == BARE or (doctree and next(doctree.findall(explorer), None)):
        version = crc32(Path(app.doctreedir, "explorer/explorer.js").read_bytes())
        source = f"{context['pathto']('_static/explorer.js', resource=True)}?v={version:08x}"
        element = "<conv-explorer "
        script = f'<script src="{source}"></script>\n{element}'
        context["body"] = context["body"].replace(element, script, 1)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive, and which pages get an explorer without naming one."""
    app.add_config_value("explorers", {}, "env", (dict,))
    app.add_node(explorer, html=(visit, None))
    app.add_directive("explorer", Explorer)
    app.add_directive("explorer-tour", Tour)
    app.connect("config-inited", write, priority=STATIC_CHECKED + 1)
    app.connect("source-read", place)
    app.connect("env-updated", check)
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
