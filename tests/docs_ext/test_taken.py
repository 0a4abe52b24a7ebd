"""What a page takes from lessons has it read again only when just that has changed."""

import os
from pathlib import Path

import taken
from sphinx.testing.util import SphinxTestApp


def test_only_what_was_taken_makes_a_page_stale(tmp_path: Path) -> None:
    """The page depends on a file that stays as old as it is until what it holds is another."""
    (tmp_path / "conf.py").write_text("", encoding="utf-8")
    (tmp_path / "index.rst").write_text("T\n=\n", encoding="utf-8")
    app = SphinxTestApp(srcdir=tmp_path)
    try:
        taken.keep(app, "minutes", {"a": 3})
        app.env.prepare_settings("index")
        assert taken.take(app.env, "minutes") == {"a": 3}
        (file,) = app.env.dependencies["index"]
        place = tmp_path / file
        os.utime(place, (0, 0))
        taken.keep(app, "minutes", {"a": 3})
        assert place.stat().st_mtime == 0
        taken.keep(app, "minutes", {"a": 4})
        assert place.stat().st_mtime > 0
        assert taken.take(app.env, "minutes") == {"a": 4}
    finally:
        app.cleanup()
