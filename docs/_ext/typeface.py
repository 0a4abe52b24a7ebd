"""The typefaces of the pages and of their figures: packages' fonts, cut to what is shown.

A part of a font may not bear the name that its licence reserves for the whole, hence the names
under which style sheets know them.
"""

import logging
from functools import cache
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import npm
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "convdocs"
NAME = "Source Sans 3"  # what matplotlib finds in the font itself


def text(style: str = "Regular") -> Path:
    """Give the file of a style of the family for text."""
    return npm.installed() / f"source-sans/TTF/SourceSans3-{style}.ttf"


def maths() -> Path:
    """Give the file of the font for formulas, which knows how their parts grow."""
    return Path(str(distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")))


def licence() -> str:
    """Give the licence of both, with the copyright of each."""
    (its_text,) = npm.installed().glob("source-sans/LICENSE*")
    first, rest = its_text.read_text(encoding="utf-8").replace("\r", "").split("\n", 1)
    with TTFont(maths(), lazy=True) as font:
        of_maths = font["name"].getDebugName(0)
    return f"{NAME}: {first}\nSTIX Two Math: {of_maths}\n{rest}"


logging.getLogger("fontTools").setLevel(logging.WARNING)  # or it tells of each table


@cache
def cut(font: Path, characters: frozenset[str]) -> bytes:
    """Cut a font down to some characters, as WOFF2; those that it lacks are left to others."""
    options = Options(layout_features=["kern"], hinting=False, name_IDs=[0, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted(map(ord, characters)))
    # Without the time, which would differ; and its file is closed, as pages may leave none open.
    with TTFont(font, lazy=True, recalcTimestamp=False) as whole:
        subsetter.subset(whole)
        whole.flavor = "woff2"
        whole.save(file := BytesIO())
    return file.getvalue()
