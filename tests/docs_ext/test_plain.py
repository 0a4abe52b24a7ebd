"""What other formats get in the place of what only a site can show."""

from types import SimpleNamespace

import plain
import pytest
from docutils import nodes
from explorer import explorer
from landing import scan
from lesson import fold


def document() -> nodes.document:
    """Make a page with a fold, an explorer, a question, a style and what can be downloaded."""
    code = nodes.literal_block(text="a = 1")
    asked = '<div class="question"><p>How <code>many</code>?</p></div>'
    found = nodes.document(None, None)
    found += [
        fold("", code, title="The ``lines``"),
        explorer(state="size=7", picture="<table></table>"),
        scan("", nodes.paragraph(text="A map.")),
        nodes.raw("", asked, format="html"),
        nodes.raw("", "<style>a { b: c }</style>", format="html"),
        nodes.container("", nodes.paragraph(text="Download"), classes=["sphx-glr-footer"]),
    ]
    return found


def unfolded(builder: str, form: str) -> nodes.document:
    """Give the page as a builder gets it."""
    found = document()
    app = SimpleNamespace(builder=SimpleNamespace(name=builder, format=form))
    plain.unfold(app, found, "page")
    return found


@pytest.mark.parametrize("builder", ["text", "man", "latex"])
def test_other_formats_get_words(builder: str) -> None:
    """Titles in bold, an explorer as a sentence, a question as paragraphs, and nothing of HTML."""
    found = unfolded(builder, builder)
    words = [node.astext() for node in found.findall(nodes.paragraph)]
    assert words == [
        "The lines",
        "The site has an explorer here at size=7.",
        "A map.",
        "**Question.** How `many`?",
    ]
    assert [node.astext() for node in found.findall(nodes.literal_block)] == ["a = 1"]
    assert not [*found.findall(nodes.raw), *found.findall(fold), *found.findall(explorer)]
    assert not [*found.findall(scan)]


def test_a_book_keeps_folds_and_drawings_and_offers_no_downloads() -> None:
    """It is HTML, but there is nothing beside it."""
    found = unfolded("epub", "html")
    assert [*found.findall(fold)]
    assert "A map." in found.astext()
    assert not [*found.findall(scan)]
    assert "Download" not in found.astext()


def test_a_site_keeps_all() -> None:
    """Nothing is taken from the pages themselves."""
    assert str(unfolded("html", "html")) == str(document())
