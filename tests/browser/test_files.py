"""What a lesson offers to take along."""

import json
import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from visit import LESSONS, SITE, Visit, text_of

LINK = re.compile(r"<a\b[^>]*\sdownload\b[^>]*>")


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_offers_its_files(path: str) -> None:
    """A script, a notebook, both in a zip, and the wheel that they need, with the line for it."""
    html = text_of(path)
    here = posixpath.dirname(path)
    links = [re.search('href="([^"]+)"', tag)[1] for tag in LINK.findall(html)]
    found = {SITE / posixpath.normpath(f"{here}/{unquote(link)}") for link in links}
    files = {file.suffix: file for file in found}
    assert sorted(file.suffix for file in found) == [".ipynb", ".py", ".whl", ".zip"]
    compile(files[".py"].read_text(encoding="utf-8"), str(files[".py"]), "exec")
    assert json.loads(files[".ipynb"].read_text(encoding="utf-8"))["cells"]
    with zipfile.ZipFile(files[".zip"]) as archive:
        inside = {Path(name).suffix: archive.read(name) for name in archive.namelist()}
    assert inside == {suffix: files[suffix].read_bytes() for suffix in (".py", ".ipynb")}
    assert f"python -m pip install {files['.whl'].name}" in html
    with zipfile.ZipFile(files[".whl"]) as archive:
        assert "convdocs/__init__.py" in archive.namelist()


def test_a_click_takes_a_file_along(visit: Visit, tmp_path: Path) -> None:
    """Under its own name, and not as a page that the browser shows."""
    page = visit.open(LESSONS[0])
    names = set()
    for link in page.locator("article a[download]").all():
        with page.expect_download() as waiting:
            link.click()
        names.add(waiting.value.suggested_filename)
        waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    assert {Path(name).suffix for name in names} == {".ipynb", ".py", ".whl", ".zip"}
    assert all((tmp_path / name).stat().st_size > 1000 for name in names)
    assert visit.faults == []
