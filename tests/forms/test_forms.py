"""The book and the archive are what the site is, and what programs that open them ask for."""

import os
import re
import subprocess
import zipfile
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE, FORMS = ROOT / "site", ROOT / "build/forms"
(BOOK,), (ARCHIVE,) = FORMS.glob("*.epub"), FORMS.glob("*.zip")


def opened(path: Path) -> dict[str, bytes]:
    """Give what a packed file holds."""
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def title(page: str) -> str:
    """Give the words of a page's first heading."""
    heading = re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)[0]
    return unescape(re.sub(r'<a class="headerlink".*?</a>|<[^>]*>', "", heading)).strip()


def test_the_book_is_valid() -> None:
    """EPUBCheck, which stores ask before they take a book, finds no error and warns of nothing."""
    run = subprocess.run(
        ["java", "-jar", os.environ["EPUBCHECK"], BOOK],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "No errors or warnings detected" in run.stdout


def test_the_book_has_every_page_of_the_site() -> None:
    """Under the same title, which no page of the book lacks; none asks for a script."""
    book = opened(BOOK)
    pages = [path for path in SITE.rglob("*.html") if path.with_name(f"{path.name}.md").exists()]
    assert len(pages) > 100
    for path in pages:
        name = path.relative_to(SITE).with_suffix(".xhtml").as_posix()
        text = book[name].decode()
        assert title(text) == title(path.read_text(encoding="utf-8")), name
        assert not re.search(r"<(?:script|button|iframe|input)\b|\son\w+=", text), name
        assert all('alt="' in image for image in re.findall(r"<img\b[^>]*>", text)), name


def test_the_book_asks_and_answers() -> None:
    """Each question of the site stands in it with its answer, folded."""
    book = opened(BOOK)
    for path in SITE.rglob("plot_*.html"):
        name = path.relative_to(SITE).with_suffix(".xhtml").as_posix()
        asked = path.read_text(encoding="utf-8").count("<summary>Answer</summary>")
        assert book[name].decode().count("<summary>Answer</summary>") == asked, name


def test_the_archive_is_the_site() -> None:
    """Every file of it, below one folder."""
    files = [path for path in SITE.rglob("*") if path.is_file()]
    site = {path.relative_to(SITE).as_posix(): path.read_bytes() for path in files}
    assert opened(ARCHIVE) == {f"{ARCHIVE.stem}/{name}": data for name, data in site.items()}
