"""The bibliography has every work that a page names among its sources."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page["script"]
    for page in tomllib.loads((ROOT / "docs/contents.toml").read_text(encoding="utf-8"))["page"]
]
TITLE = re.compile(r"\*([^*]+)\*|`([^`<]+?) <(?!https://(?:docs|pillow|oneapi)[^>]*>)[^>]*>`_")


def words(text: str) -> str:
    """Leave out where lines end, and capitals."""
    return re.sub(r"\n(?:# *)?", " ", text).lower()


WORKS = words((ROOT / "docs/reference/bibliography.rst").read_text(encoding="utf-8"))


def test_works_stand_apart_and_in_order() -> None:
    """Each is a paragraph of its own, below its heading by its authors and its year."""
    text = (ROOT / "docs/reference/bibliography.rst").read_text(encoding="utf-8")
    articles, _, books = text.partition("\nBooks\n-----\n")
    listed = []
    for part in (articles.partition("-\n\n")[2], books.partition("\nDocumentation\n")[0]):
        works = [" ".join(work.split()) for work in part.strip().split("\n\n")]
        assert all(len(re.findall(r"\(\d{4}\)\. \*", work)) == 1 for work in works)
        assert works == sorted(works, key=str.casefold)
        listed += works
    assert len(listed) > 40


@pytest.mark.parametrize("page", PAGES)
def test_sources_are_in_the_bibliography(page: str) -> None:
    """By their titles; manuals are meant as they are installed."""
    sources = words((ROOT / page).read_text(encoding="utf-8").partition("\n# Sources\n")[2])
    titles = {printed or linked for printed, linked in TITLE.findall(sources)}
    assert {title for title in titles if title not in WORKS} == set()
