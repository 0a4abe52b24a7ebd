"""The sidebar of a page: the way down to it, and its neighbours."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

PAGES = {
    "index": "Root\n====\n\n.. toctree::\n\n   a/index\n   b/index\n",
    "a/index": "A & more\n========\n\n.. toctree::\n\n   one\n   two\n",
    "a/one": "One\n===\n",
    "a/two": "Two\n===\n",
    "b/index": "B\n=\n\n.. toctree::\n\n   three\n",
    "b/three": "Three\n=====\n",
    "alone": ":orphan:\n\nAlone\n=====\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site of two chapters."""
    folder = tmp_path_factory.mktemp("sidebar")
    (folder / "conf.py").write_text(
        "extensions = ['sidebar']\nhtml_theme = 'furo'\n", encoding="utf-8"
    )
    for name, text in PAGES.items():
        path = folder / f"{name}.rst"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    app = SphinxTestApp(srcdir=folder)
    app.build()
    app.cleanup()
    assert app.warning.getvalue() == ""
    return Path(app.outdir)


@pytest.mark.parametrize(
    ("page", "shown", "current"),
    [
        ("index", ["A & more", "B"], []),
        ("a/index", ["A & more", "One", "Two", "B"], ["A & more"]),
        ("a/two", ["A & more", "One", "Two", "B"], ["A & more", "Two"]),
        ("b/three", ["A & more", "B", "Three"], ["B", "Three"]),
        ("alone", ["A & more", "B"], []),
        ("genindex", ["A & more", "B"], []),
    ],
)
def test_the_sidebar_opens_only_the_readers_chapter(
    site: Path, page: str, shown: list[str], current: list[str]
) -> None:
    """Each level on the way to the page is listed, links lead there, and the way is marked."""
    file = site / f"{page}.html"
    tree = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser").select_one(
        ".sidebar-tree"
    )
    links = tree.select("a")
    assert [link.text for link in links] == shown
    for link in links:
        assert (file.parent / link["href"]).resolve().exists() or link["href"] == "#"
    assert [item.find("a").text for item in tree.select("li.current")] == current
    for item in tree.select("li"):
        assert len(item["class"]) == len(set(item["class"]))
    assert [item.find("a").text for item in tree.select("li.current-page")] == current[-1:]
