"""The colours stand once, and every language takes them from there."""

import json
import re
from pathlib import Path
from typing import Any

import explorer
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import palette
import pytest
from matplotlib.colors import to_hex, to_rgb
from sphinx.testing.util import SphinxTestApp

ROOT = Path(__file__).parents[2]
COLOURS: dict[str, Any] = json.loads(palette.SOURCE.read_text(encoding="utf-8"))
BY_THEME = COLOURS["by_theme"]

# Where a colour can stand: not a heading, nor a private method of JavaScript.
LITERAL = re.compile(r"""(?<=[\s"'(,:])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?=[\s"'),;]|$)""")
FUNCTION = re.compile(r"\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(\s*[\d.]")
# These formats can read no other file.
OTHERS = {"docs/_static/favicon.svg"}


def all_colours(value: Any) -> set[str]:
    """Give every colour of the palette, however deep it stands."""
    if isinstance(value, str):
        return {value} if value.startswith("#") else set()
    members = value.values() if isinstance(value, dict) else value
    return set().union(*map(all_colours, members))


def sources() -> dict[str, str]:
    """Give the texts that could hold a colour, by path; generated ones are left out."""
    places = ["convdocs", "examples", "docs/_ext", "docs/_static", "docs/_templates",
              "docs/explanation", "docs/explorer", "docs/lesson", "tests"]  # fmt: skip
    kinds = {".css", ".html", ".js", ".py", ".svg"}
    found = [path for place in places for path in (ROOT / place).rglob("*")]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in [*found, ROOT / "docs/conf.py"]
        if path.suffix in kinds
    }


def test_no_colour_stands_outside_the_palette() -> None:
    """Neither in a style sheet nor in a script, a page, a test or a tool."""
    texts = sources()
    assert {"docs/_static/site.css", "convdocs/plots/cells.py"} <= set(texts)
    assert any(name.startswith("docs/explorer/") and name.endswith(".js") for name in texts)
    assert "docs/lesson/lesson.css" in texts
    strays = {
        name: found
        for name, text in texts.items()
        if name not in OTHERS and (found := LITERAL.findall(text) + FUNCTION.findall(text))
    }
    assert strays == {}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_can_read_no_other_file_has_the_palettes_colours(name: str) -> None:
    """The icon is drawn in them."""
    assert {*LITERAL.findall(sources()[name])} <= all_colours(COLOURS)


def test_the_style_of_figures_has_the_palettes_colours() -> None:
    """One ink for all words and lines, the four lines of a plot, and a faint grid."""
    inks = ["text.color", "axes.labelcolor", "axes.titlecolor", "axes.edgecolor", "xtick.color",
            "ytick.color"]  # fmt: skip
    with plt.style.context("convdocs.page"):
        assert {to_hex(mpl.rcParams[name]) for name in inks} == {BY_THEME["ink"][0]}
        assert to_hex(mpl.rcParams["grid.color"]) == COLOURS["faint"]
        cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [to_hex(colour) for colour in cycle] == COLOURS["lines"]


def test_the_rule_names_every_colour_and_both_of_a_pair() -> None:
    """What goes by the theme is one value for light and one for dark pages."""
    rule = palette.rule(":host")
    assert rule.startswith(":host{")
    assert rule.endswith("}\n")
    values = dict(re.findall(r"--([a-z-]+):([^;}]+)", rule))
    assert values["on-fill"] == COLOURS["on_fill"]
    assert values["ink"] == "light-dark({}, {})".format(*BY_THEME["ink"])
    assert f"--lines-1:{COLOURS['lines'][1]};" in rule
    assert {*LITERAL.findall(rule)} == all_colours(COLOURS)


def test_the_site_and_the_explorer_get_the_rule(tmp_path: Path) -> None:
    """Pages link it; the explorer's own style begins with it, and needs no other file."""
    templates = f"templates_path = [{str(ROOT / 'docs/_templates')!r}]\n"
    conf = f'extensions = ["palette", "explorer"]\n{templates}'
    (tmp_path / "conf.py").write_text(conf, encoding="utf-8")
    (tmp_path / "index.rst").write_text("Page\n====\n", encoding="utf-8")
    app = SphinxTestApp(srcdir=tmp_path, freshenv=True)
    try:
        app.build()
        html = Path(app.outdir, "index.html").read_text(encoding="utf-8")
        sheets = Path(app.outdir, "_static")
        assert (sheets / "palette.css").read_text(encoding="utf-8") == palette.rule(":root")
        script = (sheets / "explorer.js").read_text(encoding="utf-8")
    finally:
        app.cleanup()
    assert "_static/palette.css" in html
    own = script[script.index(":host") :].split("`")[0]
    assert re.sub(r"\s", "", own).startswith(re.sub(r"\s", "", explorer.COLOURS))
    defined = {*re.findall(r"--([a-z-]+):", own)}
    ink = (explorer.SOURCES / "picture/ink.js").read_text(encoding="utf-8")
    paints = re.findall(r'"([a-z-]+)"', ink[ink.index("PAINTS =") :].split(");")[0])
    assert len(paints) > 10
    assert {*paints} <= defined
    scripts = [
        "at",
        "part",
        "digits",
        "cell",
        "lines",
        "x",
        "y",
        "rows",
        "columns",
    ]  # what those set
    page = ["font-stack"]  # where there is one around it
    assert {*re.findall(r"var\(--([a-z-]+)", own)} - defined <= {*scripts, *page}


def luminance(colour: str) -> float:
    """Give the relative luminance of the Web Content Accessibility Guidelines, 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(map(float.__mul__, [0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("hue", ["above", "below"])
def test_numbers_can_be_read_on_every_shade(hue: str, theme: int) -> None:
    """On the way from zero to either end the contrast is at least 4.5 to 1."""
    ink = luminance(BY_THEME["number"][theme])
    ends = [np.array(to_rgb(BY_THEME[name][theme])) for name in ("ground", hue)]
    for part in np.linspace(0, 1, 101):
        pair = sorted((ink, luminance(tuple(ends[0] + part * (ends[1] - ends[0])))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_numbers_can_be_read_on_every_grey() -> None:
    """Up to some grey they are white, and black from there; the contrast is at least 4.5 to 1."""
    script = (ROOT / "docs/explorer/view/shades.js").read_text(encoding="utf-8")
    middle = float(re.search(r"^const MIDDLE = (\S+);", script, re.MULTILINE)[1])
    for part in np.linspace(0, 1, 1001):
        ink = luminance(COLOURS["black" if part > middle else "white"])
        pair = sorted((ink, luminance((part, part, part))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "panel"])
@pytest.mark.parametrize("ink", ["ink", "quiet", "strong"])
def test_words_can_be_read_on_every_ground(ink: str, ground: str, theme: int) -> None:
    """The contrast is at least 4.5 to 1, the guidelines' level for text."""
    pair = sorted(luminance(BY_THEME[name][theme]) for name in (ink, ground))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5
