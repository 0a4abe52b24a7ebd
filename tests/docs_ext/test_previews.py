"""What a link says before it is followed."""

import re
from pathlib import Path

import contents
import previews
import pytest
from sphinx.testing.util import SphinxTestApp

SCRIPT = '"""\nA title\n=======\n\nA :term:`kernel <kernels>` of *three*\n``taps``.\n\nMore.\n"""\n'


def test_the_first_paragraph_of_a_page_is_read_without_its_markup() -> None:
    """Titles hold plain text."""
    assert previews.first_words(SCRIPT) == "A kernel of three taps."


def test_links_to_terms_and_lessons_say_what_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second name of a term says the same; other links say nothing."""
    page = {"script": "examples/one/plot_a.py"}
    monkeypatch.setattr(contents, "PAGES", [page])
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    (tmp_path / "examples/one").mkdir(parents=True)
    (tmp_path / page["script"]).write_text(SCRIPT, encoding="utf-8")
    docs = tmp_path / "docs"
    texts = {
        "conf.py": 'extensions = ["previews"]\n',
        "index.rst": "T\n=\n\n.. toctree::\n   :glob:\n\n   */*\n   pages/examples/one/*\n",
        "pages/examples/one/plot_a.rst": "A title\n=======\n\n:term:`tap`, :term:`weight`\n",
        "reference/glossary.rst": "G\n=\n\n.. glossary::\n\n   tap\n   weight\n"
        "      A *number*.\n\n      See more.\n\n"
        "Read :doc:`/pages/examples/one/plot_a` and :doc:`/index`.\n",
    }
    for name, text in texts.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
    app = SphinxTestApp(srcdir=docs, freshenv=True)
    try:
        app.build()
        assert not app.warning.getvalue()
        lesson, glossary = (
            (Path(app.outdir) / name).read_text(encoding="utf-8")
            for name in ("pages/examples/one/plot_a.html", "reference/glossary.html")
        )
    finally:
        app.cleanup()
    body = re.compile(r'<a class="reference internal"[^>]* title="([^"]*)"')
    assert [t for t in body.findall(lesson) if "number" in t] == ["A number."] * 2
    assert "A kernel of three taps." in body.findall(glossary)
    assert len(body.findall(glossary)) == 1
