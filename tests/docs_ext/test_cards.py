"""Cards of lessons say what the lesson answers, and how long it takes."""

import re
from types import SimpleNamespace

import cards
import contents
import pytest

CARD = """<div class="sphx-glr-thumbcontainer"><img alt="" src="a_thumb.svg" />
<p><a class="reference internal" href="{page}.html" title="A > B"><span class="doc">T</span></a></p>
  <div class="sphx-glr-thumbnail-title">T</div>
</div>"""
ASKS = re.compile(r'<div class="sphx-glr-thumbnail-title">T</div><div class="asks">(.*?)</div>')


def filled(pagename: str, body: str, builder: str = "html") -> str:
    """Give the body of a page as it is written."""
    context = {"body": body}
    app = SimpleNamespace(builder=SimpleNamespace(name=builder))
    cards.add(app, pagename, "page.html", context, None)
    return context["body"]


@pytest.fixture(scope="module")
def index() -> str:
    """Make a list with a card for each lesson."""
    names = (contents.docname(page).removeprefix("pages/examples/") for page in contents.PAGES)
    return "\n".join(CARD.format(page=name) for name in names)


@pytest.mark.parametrize("pagename", ["pages/examples/index", "pages/explanation/index"])
def test_each_card_has_its_lesson_s_question_and_minutes(index: str, pagename: str) -> None:
    """In its order, with names of code marked up."""
    found = ASKS.findall(filled(pagename, index))
    assert len(found) == len(contents.PAGES)
    for told, page, script in zip(found, contents.PAGES, contents.SCRIPTS, strict=True):
        question, minutes = told.removesuffix("</small>").split(" <small>")
        assert re.sub("</?code>", "``", question).replace("&lt;", "<") == page["question"]
        text = (contents.ROOT / script).read_text(encoding="utf-8")
        assert minutes == f"About {contents.minutes(text)} minutes"


@pytest.mark.parametrize(
    ("pagename", "builder"),
    [
        ("reference/generated/convdocs.sizes.conv_output_size", "html"),
        ("pages/examples/why/plot_why", "html"),
        ("pages/examples/index", "epub"),
    ],
)
def test_small_cards_and_those_of_the_book_stay(index: str, pagename: str, builder: str) -> None:
    """Below a function there is room for a title, and a book has no cards."""
    assert filled(pagename, index, builder) == index


def test_a_card_that_names_no_lesson_is_an_error() -> None:
    """It would show nothing, and nobody would notice."""
    with pytest.raises(KeyError, match="plot_nothing"):
        filled("pages/examples/index", CARD.format(page="why/plot_nothing"))
