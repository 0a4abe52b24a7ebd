"""What a page tells machines of itself."""

import json
from pathlib import Path

import head
import pytest
from bs4 import BeautifulSoup
from docutils.core import publish_doctree
from sphinx.testing.util import SphinxTestApp

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("One  is\nshort.", "One is short."),
        ("The first. " + "More words " * 20, "The first."),
        ("word " * 50, "word " * 31 + "word\N{HORIZONTAL ELLIPSIS}"),
    ],
)
def test_a_description_is_short(text: str, short: str) -> None:
    """Whole sentences if they fit, and else whole words and a sign that more follows."""
    assert head.shorten(text) == short
    assert len(short) <= head.LONGEST


def test_a_description_is_a_pages_first_paragraph() -> None:
    """As plain text; a page without one is described by its title."""
    doctree = publish_doctree("Title\n=====\n\nA *first* one.\n\nA second.\n")
    assert head.description(doctree, "Title") == "A first one."
    assert "Index" in head.description(None, "Index")


def test_a_lesson_is_described_as_something_to_learn_from() -> None:
    """In JSON that is read back, and that cannot end the script in which it stands."""
    context = {
        "title": "A &lt; B </script>",
        "project": "p",
        "lesson": {"number": 2, "minutes": 9, "question": "Why?", "needs": "lesson 1"},
    }
    told = head.lesson(context, "Text.")
    assert "<" not in told
    data = json.loads(told)
    assert data["@type"] == "LearningResource"
    assert data["name"] == "A < B </script>"
    assert data["timeRequired"] == "PT9M"
    assert data["teaches"] == "Why?"
    assert data["competencyRequired"] == "lesson 1"
    assert "url" not in data


@pytest.mark.parametrize("base", ["", "https://convolution.example/guide/"])
def test_addresses_are_told_where_they_are_known(tmp_path: Path, base: str) -> None:
    """Canonical, picture, sitemap and the missing page's links go by the configured address."""
    (tmp_path / "conf.py").write_text(
        f"extensions = ['head', 'server']\nhtml_theme = 'furo'\nhtml_baseurl = '{base}'\n"
        f"templates_path = ['{(DOCS / '_templates').as_posix()}']\n",
        encoding="utf-8",
    )
    (tmp_path / "index.rst").write_text("Root\n====\n\nWords.\n", encoding="utf-8")
    app = SphinxTestApp(srcdir=tmp_path)
    try:
        app.build()
        out = Path(app.outdir)
    finally:
        app.cleanup()
    page, missing = (
        BeautifulSoup((out / name).read_text(encoding="utf-8"), "html.parser")
        for name in ("index.html", "404.html")
    )
    told = {tag.get("property"): tag["content"] for tag in page.select("meta[property]")}
    canonical = [link["href"] for link in page.select("link[rel=canonical]")]
    links = {link["href"] for link in missing.select("a")}
    robots = (out / "robots.txt").read_text(encoding="utf-8")
    assert page.select_one("meta[name=description]")["content"] == "Words."
    if base:
        assert canonical == [told["og:url"]] == [f"{base}index.html"]
        assert told["og:image"].startswith(base)
        assert f"<loc>{base}index.html</loc>" in (out / "sitemap.xml").read_text(encoding="utf-8")
        assert f"Sitemap: {base}sitemap.xml" in robots
        assert "/guide/index.html" in links
    else:
        assert canonical == []
        assert not {"og:url", "og:image"} & {*told}
        assert not (out / "sitemap.xml").exists()
        assert "Sitemap" not in robots
        assert "/index.html" in links
