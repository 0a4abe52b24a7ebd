"""The glossary: no word twice, each with its page, and no link that leads nowhere."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page["script"]
    for page in tomllib.loads((ROOT / "docs/contents.toml").read_text(encoding="utf-8"))["page"]
]
TEXTS = [
    *PAGES,
    *(path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("docs/**/*.rst"))),
]
TEXTS = [text for text in TEXTS if not text.startswith("docs/pages/")]  # which the build makes
ROLE = re.compile(r":(term|doc):`(?:[^`<]*<)?([^`>]+)>?`")


def entries() -> list[tuple[tuple[str, ...], str]]:
    """Give the words of each entry, several if they mean the same, and what is said of them."""
    glossary = (ROOT / "docs/reference/glossary.rst").read_text(encoding="utf-8")
    listed = glossary.partition("   :sorted:\n")[2]
    found = re.findall(r"((?:^ {3}\S.*\n)+)((?:^ {6}.*\n|\n)+)", listed, re.MULTILINE)
    return [(tuple(map(str.strip, words.splitlines())), text) for words, text in found]


ENTRIES = entries()
WORDS = [word.lower() for words, _ in ENTRIES for word in words]


def links(name: str) -> set[tuple[str, str]]:
    """Give the roles of a text, and where they lead."""
    text = re.sub(r"\n(?:# |#$)? *", " ", (ROOT / name).read_text(encoding="utf-8"))
    return {(found[1], found[2]) for found in ROLE.finditer(text)}


def source(document: str, of: str) -> Path:
    """Give the file of a document, named from the root or from the text that links to it."""
    name = (
        document.removeprefix("/") if document.startswith("/") else f"{Path(of).parent}/{document}"
    )
    name = name.removeprefix("docs/")
    if name in {"pages/examples/index", "pages/explanation/index"}:
        folder = {"pages/examples": "examples", "pages/explanation": "docs/explanation"}
        return ROOT / folder[name.removesuffix("/index")] / "GALLERY_HEADER.rst"
    if name.startswith("pages/"):
        script = name.removeprefix("pages/") + ".py"
        return ROOT / ("" if script.startswith("examples/") else "docs") / script
    return ROOT / "docs" / f"{name}.rst"


def test_no_word_is_defined_twice() -> None:
    """Not even in another case."""
    assert len(WORDS) > 100
    assert sorted(WORDS) == sorted({*WORDS})


@pytest.mark.parametrize("text", TEXTS)
def test_links_to_words_and_documents_lead_somewhere(text: str) -> None:
    """From every page and every other text of the site."""
    found = links(text)
    assert {to for role, to in found if role == "term" and to.lower() not in WORDS} == set()
    assert {to for role, to in found if role == "doc" and not source(to, text).exists()} == set()


@pytest.mark.parametrize(("words", "text"), ENTRIES, ids=[words[0] for words, _ in ENTRIES])
def test_an_entry_names_the_page_that_shows_it(words: tuple[str, ...], text: str) -> None:
    """And that page links to the entry; what no page shows is looked up elsewhere."""
    named = re.search(r"See :doc:`([^`]*)`\.$", text.strip())
    assert named
    page = source(named[1], "docs/reference/glossary.rst").relative_to(ROOT).as_posix()
    if page.endswith(".rst"):
        return
    to = {to.lower() for role, to in links(page) if role == "term"}
    assert to & {word.lower() for word in words}
