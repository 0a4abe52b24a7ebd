"""Gather the questions that can be understood without their pages: ``.. quiz::``."""

import re
from pathlib import Path
from typing import Any

import contents
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ALONE = re.compile(r'<div class="question"[^>]* data-alone>.*?</details></div>', re.DOTALL)


class Quiz(SphinxDirective):
    """Show the questions of all lessons in the order of reading, each with its lesson."""

    def run(self) -> list[nodes.Node]:
        """Take the questions from the pages, which have run before anything is read."""
        found: list[nodes.Node] = []
        for page in contents.PAGES:
            name = contents.docname(page)
            source = Path(self.env.srcdir, name).with_suffix(".rst")
            self.env.note_dependency(source)
            for question in ALONE.findall(source.read_text(encoding="utf-8")):
                asked = nodes.container("", nodes.raw("", question, format="html"))
                asked += self.parse_text_to_nodes(f"The lesson: :doc:`/{name}`")
                asked["classes"] = ["asked"]
                found.append(asked)
        return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the quiz."""
    app.add_directive("quiz", Quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
