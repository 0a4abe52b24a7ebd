"""What makes a page stale, and what does not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from gallery import FIRST, SECOND, Gallery

from sitebuild import footprint

BOTH = ["plot_one", "plot_two"]
RULES = "docs/sitebuild/page_code.py"  # what a page's code is held against before its run
INSTALLED = "tinylib-{}.dist-info/METADATA"


def install(folder: Path, version: str) -> None:
    """Install a library of one module, as an installer does."""
    for old in folder.glob("tinylib*"):
        old.rename(old.with_name(f"was-{old.name}"))
    info = folder / INSTALLED.format(version)
    info.parent.mkdir()
    info.write_text(f"Metadata-Version: 2.1\nName: tinylib\nVersion: {version}\n", encoding="utf-8")
    info.with_name("top_level.txt").write_text("tinylib\n", encoding="utf-8")
    folder.joinpath("tinylib.py").write_text(f"VERSION = {version!r}\n", encoding="utf-8")


def change(name: str, text: str) -> Callable[[Gallery], None]:
    """Make an edit that adds a text to a file."""
    return lambda gallery: gallery.append(name, text)


def keep_date(gallery: Gallery) -> None:
    """Change one character of a module, and neither its length nor its date."""
    path = gallery.root / "tiny/products.py"
    times = path.stat()
    gallery.edit("tiny/products.py", "a * b", "a + b")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def touch(gallery: Gallery) -> None:
    """Give every source a new date."""
    for folder in ("docs", "examples", "tiny"):
        for path in (gallery.root / folder).rglob("*.*"):
            path.touch()


@pytest.mark.parametrize(
    ("edit", "stale"),
    [
        (change(FIRST, "print(4)"), {"plot_one": f"{FIRST} changed"}),
        (change("tiny/areas.py", "# more"), {"plot_one": "tiny/areas.py changed"}),
        (change("tiny/products.py", "# more"), {"plot_one": "tiny/products.py changed"}),
        (change("tiny/__init__.py", "# more"), {"plot_one": "tiny/__init__.py changed"}),
        (change("examples/first/data.csv", "0"), {"plot_two": "examples/first/data.csv changed"}),
        (change("docs/conf.py", "# more"), dict.fromkeys(BOTH, "docs/conf.py changed")),
        (change(RULES, "# more"), dict.fromkeys(BOTH, f"{RULES} changed")),
        (change("tiny/unused.py", "# more"), {}),
        (change("docs/about.rst", "More."), {}),
        (change("examples/first/GALLERY_HEADER.rst", "More."), {}),
        (keep_date, {"plot_one": "tiny/products.py changed"}),
        (touch, {}),
    ],
    ids=["text", "module", "module's module", "package", "data", "configuration", "rules of checks",
         "unused module", "other page", "header", "same length and date", "dates only"],
)  # fmt: skip
def test_what_a_page_depends_on_makes_it_run_and_nothing_else_does(
    gallery: Gallery, edit: Callable[[Gallery], None], stale: dict[str, str]
) -> None:
    """After an edit exactly those pages run that read what was edited, and the build says why."""
    edit(gallery)
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.ran() == stale


def test_the_new_text_is_shown_even_if_its_bytecode_looks_current(gallery: Gallery) -> None:
    """A module of equal length and date is not run from its old bytecode."""
    keep_date(gallery)
    page = gallery.build().published()["made/gallery/first/plot_one.html"].decode()
    assert "first 6" in page


def test_another_version_of_a_library_makes_its_pages_run(gallery: Gallery, tmp_path: Path) -> None:
    """A page runs again when a library that it imports is installed in another version."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    install(libraries, "1.0")
    gallery.append(FIRST, "import tinylib\nprint(tinylib.VERSION)")
    environment = {**os.environ, "PYTHONPATH": str(libraries)}
    gallery.build(env=environment)
    assert gallery.status == 0, gallery.log
    install(libraries, "2.0")
    gallery.build(env=environment)
    assert gallery.ran() == {"plot_one": "tinylib 1.0 became 2.0"}
    assert b"2.0" in gallery.published()["made/gallery/first/plot_one.html"]


def test_a_file_that_a_page_looked_for_in_vain_counts_too(gallery: Gallery) -> None:
    """A page runs again when a file appears that it would have read."""
    gallery.append(
        SECOND, "try:\n    print(Path('more.csv').read_text())\nexcept OSError:\n    print('no')"
    )
    gallery.build()
    gallery.write("examples/first/more.csv", "8")
    gallery.build()
    assert gallery.ran() == {"plot_two": "examples/first/more.csv appeared"}


def test_a_folder_that_a_page_lists_counts_too(gallery: Gallery) -> None:
    """A page runs again when the names in a folder that it lists have changed."""
    gallery.append(SECOND, "print(sorted(p.name for p in Path().glob('*.csv')))")
    gallery.build()
    gallery.write("examples/first/more.csv", "8")
    gallery.build()
    assert gallery.ran() == {"plot_two": "examples/first changed"}


def test_a_page_that_has_lost_what_it_wrote_runs_again(gallery: Gallery) -> None:
    """A figure that was changed or removed between the builds is drawn again."""
    figure = gallery.root / "docs/made/gallery/first/images/sphx_glr_plot_one_001.svg"
    before = figure.read_bytes()
    figure.write_bytes(before[:100])
    gallery.append("docs/about.rst", "More.")
    gallery.build()
    assert gallery.ran() == {"plot_one": "what it wrote is not there as it was written"}
    assert figure.read_bytes() == before


def test_changes_are_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each difference is one sentence, about a file or a version."""
    monkeypatch.setattr(footprint, "ROOT", tmp_path)
    (tmp_path / "here").write_text("1", encoding="utf-8")
    reads = {"here": "another digest", "gone": "a digest", "nowhere": None}
    used = {"Python": "2.7", "no-such-library": "1.0"}
    found = footprint.changes(reads, used)
    assert found[:2] == ["here changed", "gone is gone"]
    assert found[2].startswith("Python 2.7 became 3.")
    assert found[3:] == ["no-such-library 1.0 became nothing"]
