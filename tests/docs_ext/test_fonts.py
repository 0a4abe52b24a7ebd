"""The site's fonts: what they hold, and that formulas grow in them."""

from io import BytesIO
from pathlib import Path

import fonts
import mathml
import pytest
import typeface
from fontTools.ttLib import TTFont

FORMULA = (
    "<math><mi>h</mi><mo>&lt;</mo><mi mathvariant='normal'>k</mi><mi>max</mi><mn>7</mn></math>"
)


def opened(font: Path, letters: str) -> TTFont:
    """Cut a font, and open what is left."""
    return TTFont(BytesIO(typeface.cut(font, frozenset(letters))))


def test_pages_are_read_for_text_formulas_and_what_scripts_write(tmp_path: Path) -> None:
    """Names of characters are read as browsers do; a letter alone in a formula leans."""
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text(f"<p>\u00d7 &rarr; &#8804;</p>{FORMULA}", "utf-8")
    (tmp_path / "_static/explorer-x.js").write_text(r'"\xBD \u2194"', "utf-8")
    (tmp_path / "_static/other.js").write_text('"\u4e0d"', "utf-8")
    found = fonts.shown(tmp_path)
    assert found["text"] - fonts.LATIN == {*"\u00d7\u2192\u2264\u00bd\u2194"}
    assert found["maths"] - fonts.LATIN == {"\N{PLANCK CONSTANT}"}
    assert fonts.slanted(FORMULA) == {*"\N{PLANCK CONSTANT}<kmax7"}


@pytest.mark.parametrize(("letter", "leaning"), [("a", "\U0001d44e"), ("\u03c0", "\U0001d70b")])
def test_letters_of_formulas_lean(letter: str, leaning: str) -> None:
    """Small pi is the letter, and not its other form."""
    assert fonts.slanted(f"<math><mi>{letter}</mi></math>") == {leaning}


@pytest.mark.parametrize("formula", [r"\sqrt{x}", r"\sqrt[3]{x}"])
def test_a_root_has_its_sign_though_it_is_no_text(formula: str) -> None:
    """The site writes an element for it, and where it writes none, no root is wanted."""
    written = mathml.tex2mathml(formula, as_block=False)
    assert "\u221a" not in written
    assert "\u221a" in fonts.slanted(written)
    assert "\u221a" not in fonts.slanted(mathml.tex2mathml("x", as_block=False))


@pytest.mark.parametrize("style", fonts.TEXT.values())
def test_a_cut_font_has_the_letters_and_their_widths_and_no_others(style: str) -> None:
    """As the whole font has them; digits are of one width, so that columns align."""
    whole, part = TTFont(typeface.text(style)), opened(typeface.text(style), "Ab0123456789\u2212")
    assert {*map(chr, part.getBestCmap())} == {*"Ab0123456789\u2212"}
    for code, glyph in part.getBestCmap().items():
        assert part["hmtx"][glyph][0] == whole["hmtx"][whole.getBestCmap()[code]][0]
    assert len({part["hmtx"][part.getBestCmap()[ord(c)]][0] for c in "0123456789\u2212"}) == 1


def test_floors_sums_and_roots_grow() -> None:
    """The font for formulas keeps its constants, and each of these in several sizes or in parts."""
    font = opened(typeface.maths(), "(\u230a\u2211\u221ax")
    table = font["MATH"].table
    assert table.MathConstants.FractionRuleThickness.Value > 0
    grown = table.MathVariants.VertGlyphCoverage.glyphs
    variants = dict(zip(grown, table.MathVariants.VertGlyphConstruction, strict=True))
    for character in "(\u230a\u2211\u221a":
        sizes = variants[font.getBestCmap()[ord(character)]].MathGlyphVariantRecord
        heights = [size.AdvanceMeasurement for size in sizes]
        assert len(heights) > 1
        assert heights == sorted(heights)
        assert {size.VariantGlyph for size in sizes} <= {*font.getGlyphOrder()}


def test_a_cut_is_the_same_bytes_again() -> None:
    """Whatever the order of the letters, and at another time."""
    one = typeface.cut(typeface.text(), frozenset("abc"))
    typeface.cut.cache_clear()
    assert typeface.cut(typeface.text(), frozenset("cba")) == one


def test_the_licence_names_both_and_is_whole() -> None:
    """It stands beside the fonts, and in each its copyright."""
    told = typeface.licence()
    for part in ("Adobe", "STIX Fonts Project", "PERMISSION & CONDITIONS", "DISCLAIMER"):
        assert part in told
    for font in (typeface.text(), typeface.maths()):
        assert any(part in opened(font, "a")["name"].getDebugName(0) for part in ("Adobe", "STIX"))
