"""The finished site: every part of every page is there, and so is every file that it names."""

import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from sitebuild.footprint import digest
from sitebuild.foreign import foreign
from sitebuild.pages import Page, PageError, Record
from sitebuild.project import name

DOWNLOADS = {".py": "script", ".ipynb": "notebook", ".zip": "archive"}
NAMED = re.compile(r'<\w+\s[^<>]*?\b(?:src|href)="(?![\w+.-]+:|//)([^"#?]+)')


def check(out: Path, top: Path, pages: list[Page], since: float = 0, root: str = "/") -> None:
    """Refuse a site in a folder that lacks something, or would fetch something from elsewhere.

    On its server the folder will lie at the address `root`.

    What was written before a time, `since`, was looked at by the build that wrote it.
    """
    made = {p: out / p.folder.relative_to(top.resolve()) / f"{p.source.stem}.html" for p in pages}
    parts: dict[str, list[Path]] = {}
    for part in (*out.glob("_downloads/*/*"), *out.glob("_images/*")):
        parts.setdefault(part.name, []).append(part)
    for page, html in made.items():
        check_page(out, page, html, parts)
    there = cache(os.path.exists)
    for html in sorted(path for path in out.rglob("*.html") if path.stat().st_mtime >= since):
        text = html.read_text(encoding="utf-8")
        of_site = html.relative_to(out).as_posix()
        for found in foreign(text):
            raise PageError(f"{of_site}: would fetch from another host: {found}")
        for reference in set(NAMED.findall(text)):
            place = unquote(reference)
            below = out if place.startswith("/") else html.parent
            if not there(os.path.normpath(below / place.removeprefix(root))):
                raise PageError(f"{of_site}: names {reference}, which is not on the site")


def check_page(out: Path, page: Page, html: Path, parts: dict[str, list[Path]]) -> None:
    """Refuse a page of which something is missing, or is not what its run wrote."""
    if not html.exists():
        missing = html.relative_to(out).as_posix()
        raise PageError(f"{name(page.source)}: its page {missing} is missing")
    text = html.read_text(encoding="utf-8")
    record = Record.load(page.record)
    for path, wanted in (record.writes if record else {}).items():
        file = Path(path)
        if file.name.startswith("sphx_glr_"):
            kind = "thumbnail" if file.stem.endswith("_thumb") else "figure"
        elif not (kind := DOWNLOADS.get(file.suffix, "")):
            continue
        place = next((part for part in parts.get(file.name, []) if digest(part) == wanted), None)
        if place is None:
            raise PageError(f"{name(page.source)}: its {kind} {file.name} is missing from the site")
        if kind != "thumbnail" and place.relative_to(out).as_posix() not in text:
            raise PageError(f"{name(page.source)}: its page does not show its {kind} {file.name}")
