"""What a link says before it is followed."""

import re
from pathlib import Path

import contents
import pytest
from sphinx.testing.util import SphinxTestApp


def test_links_to_terms_and_lessons_say_what_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second name of a term says the same; other links say nothing."""
    monkeypatch.setattr(contents, "PAGES", [{"script": "examples/one/plot_a.py"}])
    docs = tmp_path / "docs"
    texts = {
        "conf.py": 'extensions = ["previews"]\n',
        "index.rst": "T\n=\n\n.. toctree::\n   :glob:\n\n   */*\n   pages/examples/one/*\n",
        "pages/examples/one/plot_a.rst": "A title\n=======\n\nA :term:`tap <weight>` of\n"
        "*three* ``taps``.\n\nMore: :term:`tap`.\n",
        "reference/glossary.rst": "G\n=\n\n.. glossary::\n\n   tap\n   weight\n"
        "      A *number*. See :doc:`/pages/examples/one/plot_a`.\n\n      See more.\n\n"
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
    assert "A tap of three taps." in body.findall(glossary)
    assert [t for t in body.findall(lesson) if "number" in t] == ["A number. See A title."] * 2
    assert body.findall(glossary) == ["A tap of three taps."] * 2
