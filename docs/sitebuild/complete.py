"""The finished site: every part of every page is there, and so is every file that it names."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from sitebuild.footprint import digest
from sitebuild.foreign import foreign
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import name

DOWNLOADS = {".py": "script", ".ipynb": "notebook", ".zip": "archive"}
NAMED = re.compile(r'<\w+\s[^<>]*?\b(?:src|href)="(?![\w+.-]+:|//)([^"#?]+)')


def check(out: Path, top: Path, pages: list[Page], changed: Iterable[Page] | None) -> None:
    """Refuse a site in a folder that lacks something, or would fetch something from elsewhere.

    Where nothing but some pages has `changed`, what all others name was looked at before.
    """
    for page in pages:
        check_page(out, top.resolve(), page)
    there: dict[str, bool] = {}
    new = out.rglob("*.html") if changed is None else [made(out, top.resolve(), p) for p in changed]
    for html in sorted(new):
        text = html.read_text(encoding="utf-8")
        of_site = html.relative_to(out).as_posix()
        for found in foreign(text):
            raise PageError(f"{of_site}: would fetch from another host: {found}")
        for reference in set(NAMED.findall(text)):
            target = os.path.normpath(html.parent / unquote(reference))
            if target not in there:
                there[target] = Path(target).exists()
            if not there[target]:
                raise PageError(f"{of_site}: names {reference}, which is not on the site")


def made(out: Path, top: Path, page: Page) -> Path:
    """Give the file that a page becomes."""
    return out / page.folder.relative_to(top) / f"{page.source.stem}.html"


def check_page(out: Path, top: Path, page: Page) -> None:
    """Refuse a page of which something is missing, or is not what its run wrote."""
    html = made(out, top, page)
    if not html.exists():
        raise PageError(
            f"{name(page.source)}: its page {html.relative_to(out).as_posix()} is missing"
        )
    text = html.read_text(encoding="utf-8")
    record = Record.load(page.record)
    for path, wanted in (record.writes if record else {}).items():
        file = Path(path)
        if "images" in file.parent.parts[-2:]:
            kind = "thumbnail" if file.parent.name == "thumb" else "figure"
            places = [out / "_images" / file.name]
        elif kind := DOWNLOADS.get(file.suffix, ""):
            places = [*out.glob(f"_downloads/*/{file.name}")]
        else:
            continue
        place = next((place for place in places if digest(place) == wanted), None)
        if place is None:
            raise PageError(f"{name(page.source)}: its {kind} {file.name} is missing from the site")
        if kind != "thumbnail" and place.relative_to(out).as_posix() not in text:
            raise PageError(f"{name(page.source)}: its page does not show its {kind} {file.name}")
