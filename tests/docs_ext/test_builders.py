"""What Sphinx's other builders make of a gallery."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from gallery import Gallery

NOWHERE = "http://127.0.0.1:9/nothing"


@pytest.fixture(scope="module")
def richer(built: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """Add what EPUBs are particular about: a formula, HTML as browsers take it, an address.

    It is built once, in all forms; no test may change it.
    """
    root = tmp_path_factory.mktemp("richer") / "project"
    shutil.copytree(built.root, root, symlinks=True)
    gallery = Gallery(root)
    gallery.edit("docs/conf.py", '["sitebuild"', '["sitebuild", "book", "mathml"')
    gallery.append("docs/conf.py", 'html_math_renderer = "mathml"')
    gallery.append("docs/conf.py", 'epub_uid = epub_identifier = "tiny-1"')
    gallery.append("docs/conf.py", 'version = epub_description = epub_contributor = "1"')
    gallery.append("docs/conf.py", 'epub_css_files = ["book.css"]\nexclude_patterns += ["book"]')
    gallery.write("docs/book/book.css", "body { color: black }\n")
    gallery.append(
        "docs/about.rst",
        f"\n:math:`a^2` at `an address <{NOWHERE}>`__.\n\n.. raw:: html\n\n"
        "   <div data-alone><p>One hidden<br>two<script>go()</script></p>"
        '<a href="genindex.html?a=1#b">index</a> <a href="_static/basic.css">file</a></div>\n',
    )
    gallery.build("--forms")
    assert gallery.status == 0, gallery.log
    return gallery


def sphinx(gallery: Gallery, builder: str, folder: str = "out") -> subprocess.CompletedProcess:
    """Have Sphinx build a gallery by itself."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-b", builder, "-d", "trees", "docs", folder],
        cwd=gallery.root, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("builder", "file", "words"),
    [
        ("dirhtml", "made/gallery/first/plot_one/index.html", "first 9"),
        ("text", "made/gallery/first/plot_one.txt", "first 9"),
        ("gettext", "made.pot", "One line."),
    ],
)
def test_another_builder_shows_what_the_run_put_out(
    builder: str, file: str, words: str, gallery: Gallery
) -> None:
    """The pages run, or are known from their last run, whoever writes them."""
    run = sphinx(gallery, builder)
    assert run.returncode == 0, run.stderr
    assert words in (gallery.root / "out" / file).read_text(encoding="utf-8")


def test_the_check_of_links_names_those_that_lead_nowhere(richer: Gallery) -> None:
    """By page and line, and without a crash, where there is no network either."""
    run = sphinx(richer, "linkcheck", "links")
    assert "Traceback" not in run.stderr
    found = (richer.root / "links/output.txt").read_text(encoding="utf-8")
    assert re.search(rf"about\.rst:\d+: \[broken\] {NOWHERE}", found)


def test_a_book_is_the_same_whenever_and_wherever_it_is_made(richer: Gallery) -> None:
    """Byte for byte, in another folder and by the site's own command."""
    assert sphinx(richer, "epub").returncode == 0
    made = (richer.root / "build/forms/tiny.epub").read_bytes()
    assert made == (richer.root / "out/tiny.epub").read_bytes()


def test_a_book_holds_the_pages_and_needs_no_script(richer: Gallery) -> None:
    """Each part is well-formed, formulas are declared, and no link leaves for what is not there."""
    with zipfile.ZipFile(richer.root / "build/forms/tiny.epub") as book:
        first, *_ = book.infolist()
        parts = {name: book.read(name) for name in book.namelist()}
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    for name, data in parts.items():
        if Path(name).suffix in {".xhtml", ".svg", ".opf", ".ncx"}:
            ET.fromstring(data)
        assert b"<script" not in data
        assert b"DOCTYPE svg" not in data
    page = parts["about.xhtml"].decode()
    assert "data-alone" in page
    assert "One hidden<" in page
    assert 'href="genindex.xhtml"' in page
    assert "basic.css" not in page
    assert re.search(r'href="about\.xhtml"[^>]* properties="mathml"', parts["content.opf"].decode())
    assert b"first 9" in parts["made/gallery/first/plot_one.xhtml"]
    assert "_images/sphx_glr_plot_one_001.svg" in parts


def test_the_archive_is_the_site(richer: Gallery) -> None:
    """Every file of it, below one folder, with no date but the first."""
    with zipfile.ZipFile(richer.root / "build/forms/tiny.zip") as archive:
        inside = {info.filename: archive.read(info) for info in archive.infolist()}
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    assert inside == {f"tiny/{name}": data for name, data in richer.published().items()}


def test_a_page_that_is_no_xml_is_named(richer: Gallery, tmp_path: Path) -> None:
    """An EPUB cannot hold it, and the site stays whole."""
    shutil.copytree(richer.root, tmp_path / "project", symlinks=True)
    broken = Gallery(tmp_path / "project")
    broken.append("docs/about.rst", "\n.. raw:: html\n\n   <p>never closed\n")
    broken.build("--forms")
    assert broken.status == 1
    assert "about: is no XML, which an EPUB needs" in broken.log
    assert "never closed" in broken.published()["about.html"].decode()
