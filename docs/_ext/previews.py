"""Say of a link to the glossary or to a lesson what stands there, without following it.

The text is the link's title: browsers show it to whoever points at the link, and the style sheet to
whoever reaches it by keyboard.
"""

import posixpath
from typing import Any

import contents
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import docname_join

GLOSSARY = "reference/glossary"


def first_words(part: nodes.Element, env: BuildEnvironment) -> str:
    """Give the first paragraph of a part of a page as plain text, which titles hold.

    Links are not resolved yet: one that names a page without words of its own gets its title.
    """
    words = next(part.findall(nodes.paragraph)).deepcopy()
    for link in words.findall(addnodes.pending_xref):
        if link["reftype"] == "doc" and not link["refexplicit"]:
            name = docname_join(link["refdoc"], link["reftarget"])
            if name in env.titles:  # or its own check says what is wrong
                link[:] = [nodes.Text(env.titles[name].astext())]
    return " ".join(words.astext().split())


class Previews:
    """What is said of each address, from the time when all pages have been read."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def gather(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Read the glossary and the beginnings of all lessons."""
        for page in contents.PAGES:
            name = contents.docname(page)
            self.texts[f"{name}.html"] = first_words(env.get_doctree(name), env)
        if GLOSSARY not in env.found_docs:
            return
        for glossary in env.get_doctree(GLOSSARY).findall(addnodes.glossary):
            for entry in glossary.findall(nodes.definition_list_item):
                said = first_words(next(entry.findall(nodes.definition)), env)
                names = [name for term in entry.findall(nodes.term) for name in term["ids"]]
                self.texts |= {f"{GLOSSARY}.html#{name}": said for name in names}

    def attach(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Give the links of a page their titles."""
        folder = posixpath.dirname(app.builder.get_target_uri(docname))
        for link in doctree.findall(nodes.reference):
            if link.get("internal") and "refuri" in link:
                address = posixpath.normpath(posixpath.join(folder, link["refuri"]))
                if said := self.texts.get(address):
                    link["reftitle"] = said


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the moments after reading, and before writing."""
    previews = Previews()
    app.connect("env-check-consistency", previews.gather)
    app.connect("doctree-resolved", previews.attach)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
