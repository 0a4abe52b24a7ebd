"""The bibliography says of each work who leans on it."""

import re
from pathlib import Path

import contents
import pytest
import works
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

TITLE = re.compile(r"\*([^*]+)\*|`([^`<]+?) <(?!https://(?:docs|pillow|oneapi)[^>]*>)[^>]*>`_")
LISTED = (contents.ROOT / "docs/reference/bibliography.rst").read_text(encoding="utf-8")
ONE = "One, A., and Two, B. (1999). *A title: More\nof it.* Where."
SOURCES = "# %%\n# Sources\n# -------\n# - "
SCRIPTS = {
    "plot_printed": f"x\n\n{SOURCES}One and Two, *A title:\n#   more of it*, 1999.\n",
    "plot_linked": f"x\n\n{SOURCES}`A title: more of it <https://a.b>`_.\n",
    "plot_longer": f"x\n\n{SOURCES}Two, *On a title: more of it*.\n",
    "plot_after": f"{SOURCES}None.\n\nprint('*A title: more of it*')\n",
    "plot_before": f"x *A title: more of it*\n\n{SOURCES}None.\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make pages and modules, some of which name a work."""
    for name, text in SCRIPTS.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "convdocs").mkdir()
    (tmp_path / "convdocs/cites.py").write_text('"""One and Two, A\ntitle, 1999."""', "utf-8")
    (tmp_path / "convdocs/whole").mkdir()
    (tmp_path / "convdocs/whole/__init__.py").write_text("__all__ = []\n", "utf-8")
    for part in ("one", "two"):
        text = '"""One, A title, 1999."""'
        (tmp_path / f"convdocs/whole/{part}.py").write_text(text, "utf-8")
    (tmp_path / "convdocs/other.py").write_text('"""One and Two, A title, 2001."""', "utf-8")
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    monkeypatch.setattr(contents, "PAGES", [{"script": f"{name}.py"} for name in SCRIPTS])
    monkeypatch.setattr(contents, "SCRIPTS", [Path(f"{name}.py") for name in SCRIPTS])
    return tmp_path


def used(text: str) -> list[str]:
    """Give who uses the work that a paragraph holds."""
    named = {page["script"]: works.sources(page["script"]) for page in contents.PAGES}
    return works.users(works.WORK.match(" ".join(text.split())), named, works.modules())


def test_pages_use_what_their_sources_name_and_modules_what_they_cite(project: Path) -> None:
    """By the whole title, printed or linked, among the sources; by author and year."""
    pages = [":doc:`/pages/plot_printed`", ":doc:`/pages/plot_linked`"]
    assert used(ONE) == [*pages, ":mod:`convdocs.cites`", ":mod:`convdocs.whole`"]


def test_no_page_of_the_site_is_forgotten() -> None:
    """Each title among a page's sources stands in the bibliography, and the page below it."""
    paragraphs = [" ".join(text.split()) for text in LISTED.split("\n\n")]
    by_title = {work[3].casefold(): used(text) for text in paragraphs
                if (work := works.WORK.match(text))}  # fmt: skip
    assert len(by_title) > 40
    for page, script in zip(contents.PAGES, contents.SCRIPTS, strict=True):
        text = (contents.ROOT / script).read_text(encoding="utf-8").partition("\n# Sources\n")[2]
        for printed, linked in TITLE.findall(re.sub(r"\n#\s*", " ", text)):
            if (title := (printed or linked).casefold()) != "torchvision":  # a manual
                assert f":doc:`/{contents.docname(page)}`" in by_title[title], (script, title)


def test_a_work_that_nobody_names_is_refused(project: Path) -> None:
    """A bibliography is no reading list; other pages are let alone."""
    app = SphinxTestApp(srcdir=_empty(project))
    try:
        app.env.prepare_settings("reference/bibliography")
        works.gather(app)
        content = [f"B\n=\n\n{ONE}\n"]
        works.attach(app, "index", content)
        assert content == [f"B\n=\n\n{ONE}\n"]
        works.attach(app, "reference/bibliography", content)
        assert "\n\nUsed by :doc:`/pages/plot_printed`; " in content[0]
        with pytest.raises(ExtensionError, match="names 'Other'"):
            works.attach(app, "reference/bibliography", ["Nobody, N. (1999). *Other.* Where."])
    finally:
        app.cleanup()


def _empty(top: Path) -> Path:
    """Make the sources of a site without pages."""
    folder = top / "docs"
    folder.mkdir()
    (folder / "conf.py").write_text("", encoding="utf-8")
    (folder / "index.rst").write_text("T\n=\n", encoding="utf-8")
    return folder
