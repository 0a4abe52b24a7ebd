"""What an EPUB must say, and must not hold, beyond what Sphinx sees to."""

import re
import zipfile
from pathlib import Path

LIST = "content.opf"
HOLDS = {"mathml": b"<math", "svg": b"<svg", "scripted": b"<script"}
ITEM = re.compile(r'<item id="[^"]*" href="([^"]+)" media-type="application/xhtml\+xml" />')
DATE = re.compile(r"(<dc:date>|<meta property=\"dcterms:modified\">)[^<]*")
# Of a drawing by matplotlib: a list of rules at another host, letters without a line, names that
# two copies of a picture share and nothing needs.
DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>\s*")
EMPTY = re.compile(rb"<path(?![^>]*\bd=)")
NAMED = re.compile(rb'(<image\b[^>]*?) id="[^"]*"')


def fit(book: Path, date: str) -> dict[str, bytes]:
    """Give anew what an EPUB must not have as Sphinx packs it.

    A reading system may skip formulas and drawings that the list of contents does not declare; and
    Sphinx writes the time of the build into it.
    """
    with zipfile.ZipFile(book) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}

    def declare(item: re.Match[str]) -> str:
        found = [name for name, mark in HOLDS.items() if mark in members.get(item[1], b"")]
        return item[0].replace(" />", f' properties="{" ".join(found)}" />') if found else item[0]

    text = DATE.sub(rf"\g<1>{date}T00:00:00Z", members[LIST].decode())
    drawings = {name: drawing(data) for name, data in members.items() if name.endswith(".svg")}
    return {LIST: ITEM.sub(declare, text).encode(), **drawings}


def drawing(svg: bytes) -> bytes:
    """Make a drawing one that may stand in a book."""
    return NAMED.sub(rb"\1", EMPTY.sub(b'<path d="M 0 0"', DOCTYPE.sub(b"", svg)))
