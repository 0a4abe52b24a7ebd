"""The typefaces of the pages and of their figures: packages' fonts, cut to what is shown.

A part of a font may not bear the name that its licence reserves for the whole, hence the names
under which style sheets know them.
"""

from functools import cache
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import npm
import uharfbuzz
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


@cache
def cut(font: Path, characters: frozenset[str]) -> bytes:
    """Cut a font down to some characters, as WOFF2; those that it lacks are left to others."""
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.add(int.from_bytes(b"kern"))
    wanted.name_id_set.clear()
    wanted.name_id_set.update({0, 14})  # the copyright, and where the licence is
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(font))
    part = BytesIO(uharfbuzz.subset(whole, wanted).blob.data)
    # Without the time, which would differ.
    with TTFont(part, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as packed:
        packed.flavor = "woff2"
        packed.save(file := BytesIO())
    return file.getvalue()
