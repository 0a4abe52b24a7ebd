"""The gallery's configuration, on a gallery of one page."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import reading_order

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
plots.describe(figure, "An empty pair of axes.")
'''


def build(folder: Path, page: str) -> tuple[int, str]:
    """Build a site with the project's configuration and a single page."""
    others = ("gallery", "explained", "reference", "howto", "explanation", "explorer.rst")
    ignore = shutil.ignore_patterns(*others)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=ignore)
    (folder / "docs/index.rst").write_text(
        "T\n=\n\n.. toctree::\n\n   gallery/index\n   explained/index\n", encoding="utf-8"
    )
    (folder / "docs/explanation").mkdir()
    chapter = folder / "examples/convolution"
    chapter.mkdir(parents=True)
    for place in (folder / "examples", chapter, folder / "docs/explanation"):
        (place / "GALLERY_HEADER.rst").write_text("Header\n======\n\nText.\n", encoding="utf-8")
    with (folder / "docs/conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nexplorers = {}  # the page has no recap to put one before\n")
    (chapter / "plot_by_hand.py").write_text(page.lstrip(), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, folder / "docs/build.py"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    return run.returncode, re.sub(r"\x1b\[[\d;]*m", "", run.stdout + run.stderr)


def test_every_page_has_its_place() -> None:
    """The reading order lists the chapters and pages that exist, each once."""
    pages = [*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")]
    assert sorted(reading_order.pages.ordered_list) == sorted(page.name for page in pages)
    chapters = {Path(chapter).name for chapter in reading_order.chapters.ordered_list}
    assert chapters == {page.parent.name for page in ROOT.glob("examples/*/GALLERY_HEADER.rst")}


def test_a_good_page_is_built_with_output_and_figure(tmp_path: Path) -> None:
    """A page that runs is shown with what it printed and drew."""
    status, log = build(tmp_path, GOOD)
    assert status == 0, log
    html = (tmp_path / "site/gallery/convolution/plot_by_hand.html").read_text(encoding="utf-8")
    assert "size 5" in html
    assert 'alt="An empty pair of axes."' in html


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
