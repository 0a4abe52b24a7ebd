"""Write down what the site's search looks through, in the place of Sphinx's own index.

An entry is a section: its heading, its prose, the names of code in it, and the messages that it
shows. So is an entry of the glossary, or a documented name with its summary. What only leads on,
or asks, is left out: cards, tables of contents, sources, exercises; and so is code, but for the
names of libraries.

A build that writes few pages asks only these.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from formula_text import plain
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from sitebuild import upstream

NAME = "search-index.js"
KINDS = {
    r"(.+/)?index": "",  # leads on
    r"pages/api/.*": "Package",
    r"pages/.*": "Lesson",
    r"reference/glossary": "Glossary",
    r"reference/.*": "Reference",
    r"howto/.*": "How-to",
    r"contributing/.*": "Contributing",
    r".*": "Page",
}
"""What kind a page is of, by its name; the first that fits."""

LEADING_ON = {"Exercises", "Sources", "Pages that use it"}
SKIPPED = (
    nodes.FixedTextElement, nodes.raw, nodes.section, nodes.title, nodes.image, addnodes.toctree,
    addnodes.index, addnodes.desc, addnodes.glossary, addnodes.seealso,
)  # fmt: skip
SHELVES = {"asked", "autosummary", "longtable", "no-search", "sphx-glr-thumbnails",
           "sphx-glr-footer", "used"}  # fmt: skip
LIBRARY = re.compile(r"\b(?:nn|F|signal|ndimage)\.[A-Za-z_][\w.]*\w")
MESSAGE = re.compile(r"^(?:\w+Error|UserWarning): .+", re.MULTILINE)


def language(node: nodes.Element) -> str:
    """Say in which language a block of code is written; Sphinx-Gallery's own block, too."""
    return str(node.get("language", node.get("lang", ""))).lower()


def words(node: nodes.Node) -> str:
    """Give what a reader reads in a part of a page, but for what is skipped."""
    if isinstance(node, nodes.Text):
        return str(node)
    assert isinstance(node, nodes.Element)
    if isinstance(node, nodes.math):
        return plain(node.astext())
    if isinstance(node, SKIPPED) or language(node) or SHELVES & {*node.get("classes", [])}:
        return ""
    text = "".join(map(words, node.children))
    return text if isinstance(node, nodes.Inline) else f" {text} "


def tidy(text: str) -> str:
    """Write on one line, without the blanks that markup leaves."""
    return re.sub(r" (?=[,.;:)⌋⌉])", "", " ".join(text.split()))


def own(section: nodes.Element, *kinds: type[nodes.Element]) -> Iterator[nodes.Element]:
    """Give the nodes of some kinds in a section, but not in one below it."""
    for child in section.children:
        if isinstance(child, kinds):
            yield child
        if isinstance(child, nodes.Element) and not isinstance(child, nodes.section):
            yield from own(child, *kinds)


def names(section: nodes.Element) -> str:
    """Give what libraries' names stand in the code of a section, and the messages it shows."""
    found: dict[str, None] = {}
    for block in filter(language, own(section, nodes.Element)):
        wanted = LIBRARY if language(block) == "python" else MESSAGE
        found |= dict.fromkeys(wanted.findall(block.astext()))
    return tidy(" ".join(found))


KEPT = "gathered.json"
"""The file beside Sphinx's own that holds what the last build gathered."""

Entry = tuple[str, str, str, str, list[str]]
"""An entry's anchor, heading and prose, names and messages from its code, and where it sends on."""


def entries(doctree: nodes.document) -> Iterator[Entry]:
    """Take a page apart; its first section is the page itself."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        heading = tidy(title.astext()) if title else ""
        top = section.parent is doctree
        if heading in LEADING_ON:
            continue
        text = tidy(" ".join(map(words, section.children)))
        yield "" if top else section["ids"][0], heading, text, names(section), []
        for glossary in own(section, addnodes.glossary):
            yield from map(term, glossary.findall(nodes.definition_list_item))
        for described in own(section, addnodes.desc):
            yield from documented(described)


def term(item: nodes.definition_list_item) -> Entry:
    """Give an entry of a glossary, by all its names."""
    terms = [*item.findall(nodes.term)]
    text = tidy(" ".join(map(words, item.findall(nodes.definition))))
    text = re.sub(r" See [^.]+\.$", "", text)  # whose link is kept
    heading = ", ".join(tidy(part.astext()) for part in terms)
    links = [
        link["refuri"]
        for link in item.findall(nodes.reference)
        if link.get("internal") and "#" not in link.get("refuri", "#")
    ]
    return terms[0]["ids"][0], heading, text, "", links


def documented(described: nodes.Element) -> Iterator[Entry]:
    """Give a documented name and the first paragraph of what is said of it."""
    signature = described.next_node(addnodes.desc_signature)
    content = described.next_node(addnodes.desc_content)
    if signature is None or not signature["ids"]:
        return
    said = content.next_node(nodes.paragraph) if content else None
    text = tidy(words(said)) if said else ""
    yield signature["ids"][0], signature["ids"][0].rpartition(".")[2], text, signature["ids"][0], []


class Gathered:
    """What every page of the site gives, kept beside what Sphinx keeps."""

    def __init__(self) -> None:
        self.pages: dict[str, list[tuple[Any, ...]]] = {}

    def begin(self, app: Sphinx) -> None:
        """Take what the last build has gathered, and keep Sphinx from making an index."""
        self.kept = Path(app.doctreedir, KEPT)
        upstream.no_index(app)
        with suppress(OSError, ValueError):  # or it was lost, and is gathered anew
            self.pages = json.loads(self.kept.read_text(encoding="utf-8"))

    def gather(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Take a page that is about to be written."""
        folder = posixpath.dirname(app.builder.get_target_uri(docname))
        told = entries(doctree)
        if "nosearch" in app.env.metadata[docname]:  # Sphinx's own word for: by its titles only
            told = ((anchor, heading, "", "", []) for anchor, heading, *_ in told)
        self.pages[docname] = [
            (*entry, [posixpath.normpath(posixpath.join(folder, link)) for link in links])
            for *entry, links in told
        ]

    def keep(self, app: Sphinx, exception: Exception | None) -> None:
        """Write down what was gathered; a build that fails may have written pages, too."""
        self.kept.write_text(json.dumps(self.pages), encoding="utf-8")

    def write(self, app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
        """Write the index among the site's static files."""
        for name in app.env.found_docs - self.pages.keys():
            app.env.apply_post_transforms(app.env.get_doctree(name), name)
        self.pages = {name: self.pages[name] for name in sorted(app.env.found_docs)}
        told, promises = [], app.config.search_promises
        for name, found in self.pages.items():
            kind = next(kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, name))
            if kind and found:
                said = [text.replace("``", "") for text in promises.get(name, ("", ""))]
                told.append([app.builder.get_target_uri(name), kind, *said, found])
        if lost := sorted(promises.keys() - self.pages.keys()):
            raise ExtensionError(f"conf.py: search_promises names {lost[0]}, which is no page")
        for idle in upstream.SEARCHERS:
            Path(app.outdir, "_static", idle).unlink(missing_ok=True)
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        place = Path(app.outdir, "_static", NAME)
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"globalThis.searchIndex={text};\n", encoding="utf-8")
        return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the writing of pages, which Sphinx prepares in one process."""
    app.add_config_value("search_promises", {}, "env", (dict,))
    gathered = Gathered()
    app.connect("builder-inited", gathered.begin)
    app.connect("doctree-resolved", gathered.gather, priority=900)
    app.connect("html-collect-pages", gathered.write)
    app.connect("build-finished", gathered.keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
