"""The gallery's configuration, on a gallery of one page."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import contents
import pytest

ROOT = Path(__file__).parents[2]

GOOD = '''
"""
A title
=======

A page that says what it shows.
"""
import matplotlib.pyplot as plt
from convdocs import plots
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")
print("size", conv_output_size(7, 3))
figure, ax = plt.subplots()
plots.describe(figure, "An empty pair of axes.", caption="Nothing yet.")
'''


def build(folder: Path, page: str) -> tuple[int, str]:
    """Build a site with the project's configuration and a single page."""
    others = (
        "pages", "reference", "howto", "contributing", "explanation", "explorer.rst",
        "contents.toml",
    )  # fmt: skip
    ignore = shutil.ignore_patterns(*others)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=ignore)
    (folder / "docs/index.rst").write_text(
        "T\n=\n\n.. toctree::\n\n   pages/examples/index\n   pages/explanation/index\n   quiz\n",
        encoding="utf-8",
    )
    (folder / "docs/explanation").mkdir()
    shutil.copy(ROOT / "CITATION.cff", folder)
    chapter = folder / "examples/convolution"
    chapter.mkdir(parents=True)
    for place in (folder / "examples", chapter, folder / "docs/explanation"):
        (place / "GALLERY_HEADER.rst").write_text("Header\n======\n\nText.\n", encoding="utf-8")
    entry = '[[page]]\nscript = "examples/convolution/plot_by_hand.py"\nquestion = "Why?"\n'
    entry += '[[chapter]]\nfolder = "examples/convolution"\npicture = "IKO"\n'
    (folder / "docs/contents.toml").write_text(entry, encoding="utf-8")
    table = '[tool.sitebuild]\nsources = ["docs", "examples"]\ngenerated = "docs/pages"\n'
    (folder / "pyproject.toml").write_text(table, encoding="utf-8")
    (chapter / "plot_by_hand.py").write_text(page.lstrip(), encoding="utf-8")
    return build_again(folder)


def build_again(folder: Path) -> tuple[int, str]:
    """Build the site that lies in a folder."""
    run = subprocess.run(
        [sys.executable, folder / "docs/sitebuild"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, re.sub(r"\x1b\[[\d;]*m", "", run.stdout + run.stderr)


def test_every_page_has_its_place() -> None:
    """The contents list the pages that exist, each once, with the question that it answers."""
    pages = [*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")]
    listed = [page["script"] for page in contents.PAGES]
    assert sorted(listed) == sorted(page.relative_to(ROOT).as_posix() for page in pages)
    assert all(page["question"].endswith("?") for page in contents.PAGES)


@pytest.mark.parametrize("told", ["needs", "after"])
def test_the_head_of_a_page_has_no_markup(told: str) -> None:
    """What it needs and what it teaches are shown as they are written."""
    assert not [page["script"] for page in contents.PAGES if "`" in page.get(told, "")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plot_new.py", r"plot_new\.py: docs/contents\.toml gives it no place"),
        (None, r"contents\.toml: names examples/convolution/plot_by_hand\.py, which is not there"),
    ],
    ids=["page without a place", "place without a page"],
)
def test_pages_and_contents_must_agree(tmp_path: Path, name: str | None, message: str) -> None:
    """Whoever adds a page and forgets its place is told so, and where it goes."""
    build(tmp_path, GOOD)
    path = tmp_path / "examples/convolution/plot_by_hand.py"
    path.unlink() if name is None else shutil.copy(path, path.with_name(name))
    status, log = build_again(tmp_path)
    assert status == 1
    assert re.search(message, log), log


def test_a_chapter_must_have_a_picture(tmp_path: Path) -> None:
    """Whoever adds a chapter is told what its card on the first page needs."""
    build(tmp_path, GOOD)
    contents = tmp_path / "docs/contents.toml"
    text = contents.read_text(encoding="utf-8").partition("[[chapter]]")[0]
    picture = '[[chapter]]\nfolder = "examples/other"\npicture = "IKO"\n'
    contents.write_text(text + picture, encoding="utf-8")
    status, log = build_again(tmp_path)
    assert status == 1
    assert "pictures are of examples/other; the pages are of examples/convolution" in log


def test_a_good_page_is_built_with_output_and_figure(tmp_path: Path) -> None:
    """A page that runs is shown with what it printed and drew."""
    status, log = build(tmp_path, GOOD)
    assert status == 0, log
    html = (tmp_path / "site/pages/examples/convolution/plot_by_hand.html").read_text(
        encoding="utf-8"
    )
    assert "size 5" in html
    assert 'alt="An empty pair of axes."' in html
    assert '<span class="caption-text">Nothing yet.</span>' in html


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("assert conv_output_size(7, 3) == 6", r"plot_by_hand\.py:15: AssertionError"),
        ("plt.figure()", r"plot_by_hand\.py:7: .* without a description"),
    ],
    ids=["wrong claim", "figure without description"],
)
def test_a_bad_page_fails_the_build(tmp_path: Path, mistake: str, message: str) -> None:
    """A page that is wrong ends the build with an error that names the file and the line."""
    status, log = build(tmp_path, GOOD + mistake + "\n")
    assert status != 0
    assert re.search(message, log, re.DOTALL), log
