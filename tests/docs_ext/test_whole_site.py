"""A site built in steps is the site that one step would have built."""

import os
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from gallery import FIRST, SECOND, Gallery


def retitle(gallery: Gallery) -> None:
    """Give a page that others name another title."""
    gallery.edit(FIRST, "The first page", "The other page")


def emphasise(gallery: Gallery) -> None:
    """Change a title's markup, and none of its letters."""
    gallery.edit(FIRST, "The first page\n", "The *first* page\n")
    gallery.edit(FIRST, "==============", "================")


def another_word(gallery: Gallery) -> None:
    """Change a word of a page's body, of which no other page knows."""
    gallery.edit(FIRST, "# One line.", "# One more line.")


def new_heading(gallery: Gallery) -> None:
    """Give a page another section."""
    gallery.append(FIRST, "# %%\n# More\n# ----\n# Text.")


def rename(gallery: Gallery) -> None:
    """Give the second page another name."""
    (gallery.root / SECOND).rename(gallery.root / "examples/first/plot_new.py")


def move(gallery: Gallery) -> None:
    """Put the second page into a chapter of its own."""
    gallery.write("examples/other/GALLERY_HEADER.rst", "Other\n=====\n\nText.\n")
    for name in ("plot_two.py", "data.csv"):
        (gallery.root / "examples/first" / name).rename(gallery.root / "examples/other" / name)


def add(gallery: Gallery) -> None:
    """Add a page that uses a function of which another page shows the cards."""
    text = (gallery.root / FIRST).read_text(encoding="utf-8")
    gallery.write("examples/first/plot_three.py", text.replace("first", "third"))


def stop_using(gallery: Gallery) -> None:
    """Take away the only use of a function of which another page shows the cards."""
    gallery.edit(FIRST, "areas.square(3)", "9")
    gallery.edit(FIRST, "areas.square(2)", "4")


def fewer_figures(gallery: Gallery) -> None:
    """Take away a page's figure."""
    gallery.edit(FIRST, 'figure.set_label("A rising line.")\n', "plt.close()\n")


def redraw(gallery: Gallery) -> None:
    """Change what a figure shows, which is on cards too, and what is said of it."""
    gallery.edit(FIRST, "ax.plot([0, ", "ax.plot([1, ")
    gallery.edit(FIRST, "A rising line.", "A line that rises.")


def old_date(gallery: Gallery) -> None:
    """Change a page's text and give it a date before that of its last build."""
    gallery.append("docs/about.rst", "Much more.")
    os.utime(gallery.root / "docs/about.rst", (0, 0))


def reconfigure(gallery: Gallery) -> None:
    """Change a setting that every page shows."""
    gallery.append("docs/conf.py", 'html_title = "Another title"')


@pytest.mark.parametrize(
    "edit",
    [
        retitle,
        emphasise,
        another_word,
        new_heading,
        rename,
        move,
        add,
        stop_using,
        fewer_figures,
        redraw,
        old_date,
        reconfigure,
    ],
    ids=lambda edit: edit.__name__,
)
def test_an_incremental_build_is_a_clean_build(
    gallery: Gallery, edit: Callable[[Gallery], None], tmp_path: Path
) -> None:
    """After an edit, the site built on the last one equals that of a fresh project."""
    before = gallery.published()
    edit(gallery)
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.published() != before
    fresh = Gallery(tmp_path / "fresh").create()
    for place in ("docs/about.rst", "docs/conf.py"):
        fresh.write(place, (gallery.root / place).read_text(encoding="utf-8"))
    edited_in_place = {path.relative_to(gallery.root) for path in gallery.root.glob("examples/*/*")}
    for path in fresh.root.glob("examples/*/*"):
        path.unlink()
    for path in edited_in_place:
        fresh.write(str(path), (gallery.root / path).read_text(encoding="utf-8"))
    fresh.build()
    assert fresh.status == 0, fresh.log
    assert gallery.published() == fresh.published()


def test_no_page_but_the_edited_one_is_written_again(gallery: Gallery) -> None:
    """Where a page's body alone has changed, what shows the other pages is left as it is.

    Documented code that no page uses makes Sphinx-Gallery write a file while Sphinx reads.
    """
    gallery.append("docs/conf.py", "extensions.insert(0, 'sphinx.ext.autodoc')")
    gallery.append("docs/about.rst", ".. automodule:: tiny.unused\n")
    gallery.write("tiny/unused.py", '"""One line."""\n')
    another_word(gallery)
    gallery.build()  # in this folder all are new
    assert gallery.status == 0, gallery.log
    written = {path: path.stat().st_mtime_ns for path in gallery.root.glob("build/work/**/*.html")}
    gallery.edit(FIRST, "# One more line.", "# One line.")
    gallery.build()
    changed = {path.name for path, date in written.items() if path.stat().st_mtime_ns != date}
    assert "plot_one.html" in changed
    assert not {"plot_two.html", "about.html"} & changed


def test_a_table_of_summaries_follows_the_modules(gallery: Gallery) -> None:
    """A page that shows a module's first line shows the new one."""
    gallery.append(
        "docs/conf.py",
        "extensions += ['sphinx.ext.autosummary']\nnitpicky = autosummary_generate = False",
    )
    gallery.append("docs/about.rst", ".. autosummary::\n\n   tiny.unused\n")
    for line in ("One line.", "Another line."):
        gallery.write("tiny/unused.py", f'"""{line}"""\n')
        gallery.build()
        assert gallery.status == 0, gallery.log
        assert line in gallery.published()["about.html"].decode()


def test_what_other_extensions_make_stays(gallery: Gallery) -> None:
    """Only what an earlier build of the pages made is ever removed."""
    gallery.append("docs/conf.py", "extensions += ['sphinx.ext.viewcode']")
    gallery.append("docs/about.rst", ".. autofunction:: tiny.areas.square\n")
    gallery.append("docs/conf.py", "extensions += ['sphinx.ext.autodoc']")
    for text in ("One.", "Two."):
        gallery.append("docs/about.rst", text)
        gallery.build()
        assert gallery.status == 0, gallery.log
        assert "_modules/tiny/areas.html" in gallery.published()


@pytest.mark.parametrize("change", [rename, Path.unlink], ids=["renamed", "deleted"])
def test_a_page_that_is_gone_is_gone_everywhere(
    gallery: Gallery, change: Callable[..., None]
) -> None:
    """No page, figure, archive, index or card of the site knows a page that is no more."""
    assert mentions(gallery, "plot_two")
    change(gallery if change is rename else gallery.root / SECOND)
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert mentions(gallery, "plot_two") == []


def mentions(gallery: Gallery, name: str) -> list[str]:
    """List the files of the site in whose name or content a name stands; archives are opened."""
    found = []
    for path, data in gallery.published().items():
        if path.endswith(".zip"):
            with ZipFile(BytesIO(data)) as archive:
                data = " ".join(archive.namelist()).encode()  # noqa: PLW2901 (its stored bytes)
        if path.endswith("objects.inv"):
            data = zlib.decompress(data.split(b"zlib.\n", 1)[1])  # noqa: PLW2901
        if name in path or name.encode() in data:
            found.append(path)
    return found
