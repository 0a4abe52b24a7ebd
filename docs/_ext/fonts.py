"""Write the site's fonts: of each typeface just what stands on the pages, and its licence.

The style sheet ``type.css`` says where they are used. Basic Latin is always there, because readers
type it into the explorer, and formulas lean, which takes letters of their own.
"""

import json
import re
import unicodedata
from base64 import b64encode
from html import unescape
from pathlib import Path
from typing import Any

import typeface
from sphinx.application import Sphinx

from sitebuild.upstream import SITES

TEXT = {"text": "Regular", "strong": "Semibold", "emphasis": "It"}
SHEET = "fonts.css"
FACE = {
    "text": "font-family: convdocs",
    "strong": "font-family: convdocs; font-weight: 600 900",
    "emphasis": "font-family: convdocs; font-style: italic",
    # Formulas are set anew, and lines break elsewhere, if it comes after the first are painted.
    "maths": 'font-family: "convdocs maths"; font-display: optional',
}
SCRIPTS = "explorer*.js", "lesson*.js"  # which write on pages
LATIN = frozenset(map(chr, range(0x20, 0x7F)))
MATHS = re.compile(r"<math\b.*?</math>", re.DOTALL)
TOKEN = re.compile(r"<(m[ino])\b([^>]*)>([^<]*)")
ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))", re.IGNORECASE)  # as bundles write them
ITALIC = {"h": "\N{PLANCK CONSTANT}"} | {
    unicodedata.normalize("NFKC", letter): letter
    for letter in map(chr, range(0x1D434, 0x1D7CC))
    if re.fullmatch(r"MATHEMATICAL ITALIC (SMALL|CAPITAL) \w+", unicodedata.name(letter, ""))
}


def slanted(html: str) -> set[str]:
    """Give the characters of a page's formulas, letters that stand for themselves in italics."""
    found: set[str] = set()
    for formula in MATHS.findall(html):
        for tag, attributes, text in TOKEN.findall(formula):
            letters = unescape(text).strip()
            leans = tag == "mi" and len(letters) == 1 and "normal" not in attributes
            found |= {ITALIC.get(letters, letters)} if leans else set(letters)
        # a root is an element, and its sign is not written as text
        found |= {"\N{SQUARE ROOT}"} if re.search("<m(sqrt|root)", formula) else set()
    return found


def shown(folder: Path) -> dict[str, set[str]]:
    """Give what the pages of a folder, and their scripts, show as text and in formulas."""
    text, maths = set[str](), set[str]()
    for page in folder.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        maths |= slanted(html)
        text |= set(html).union(*map(unescape, set(re.findall(r"&#?\w+;", html))))
    for script in (path for name in SCRIPTS for path in folder.glob(f"_static/{name}")):
        code = script.read_text(encoding="utf-8")
        text |= set(code).union(chr(int(a or b, 16)) for a, b in ESCAPED.findall(code))
    return {"text": {c for c in text if c.isprintable()} | LATIN, "maths": maths | LATIN}


def face(name: str, data: str) -> str:
    """Write a font into a style sheet, where it is there from the first line that is painted."""
    return f'@font-face {{ {FACE[name]}; src: url("data:font/woff2;base64,{data}") }}\n'


def write(app: Sphinx, exception: Exception | None) -> None:
    """Cut the fonts to the pages that are there, unless that has been done."""
    if exception or app.builder.name not in SITES:
        return
    static = Path(app.outdir, "_static")
    found = shown(Path(app.outdir))
    wanted = {name: (typeface.text(style), found["text"]) for name, style in TEXT.items()}
    wanted["maths"] = typeface.maths(), found["maths"]
    told = {name: f"{path}: {''.join(sorted(letters))}" for name, (path, letters) in wanted.items()}
    done = Path(app.doctreedir, "fonts.json")
    if (static / SHEET).exists() and done.exists() and json.loads(done.read_text("utf-8")) == told:
        return
    faces = {
        name: b64encode(typeface.cut(path, frozenset(letters))).decode()
        for name, (path, letters) in wanted.items()
    }
    (static / SHEET).write_text("".join(map(face, faces, faces.values())), encoding="utf-8")
    (static / "fonts-OFL.txt").write_text(typeface.licence(), encoding="utf-8")
    done.write_text(json.dumps(told), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Come when all pages are written, and before it is checked that all is there."""
    app.add_css_file(SHEET, priority=399)
    app.add_css_file("type.css", priority=400)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
