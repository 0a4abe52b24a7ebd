"""Figures on their way to the site."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import figures
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import thumbnail
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.errors import ExtensionError

from convdocs import images, plots


@pytest.fixture(autouse=True)
def _one_figure() -> Iterator[None]:
    with mpl.rc_context():
        figures.set_type({}, None)
        draw()
        yield
        plt.close("all")


def draw() -> None:
    """Draw two cells, one filled and one bare."""
    plt.style.use("convdocs.page")
    figure, ax = plt.subplots(figsize=(3, 2))
    plots.show_cells(ax, [[1, -2]], colour=plots.INPUT, title="cells", highlight=[[True, False]])
    plots.describe(figure, 'Two cells; <one> & "another".', caption="One is *filled*.")


def scrape(folder: Path) -> str:
    """Let the scraper save the open figures below `folder`."""
    paths = (folder / f"sphx_{n}.png" for n in range(1, 9))
    block_vars = {"src_file": "plot_x.py", "image_path_iterator": paths}
    return figures.scrape(("code", "", 12), block_vars, {"src_dir": str(folder)})


def test_a_saved_figure_is_the_same_bytes_again(tmp_path: Path) -> None:
    """The same drawing saved by two runs gives two equal files."""
    for folder in ("a", "b"):
        draw()
        (tmp_path / folder).mkdir()
        figures.save(plt.gcf(), tmp_path / folder / "x.svg")
    assert (tmp_path / "a/x.svg").read_bytes() == (tmp_path / "b/x.svg").read_bytes()


def test_a_figure_is_drawn_once_for_each_of_its_two_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once more before each, to see what will be: figures are half of what a page takes."""
    drawn = Mock(wraps=plt.gcf().patch.draw)
    monkeypatch.setattr(plt.gcf().patch, "draw", drawn)
    scrape(tmp_path)
    assert drawn.call_count == 2


def test_a_saved_figure_is_well_formed_and_describes_itself(tmp_path: Path) -> None:
    """The SVG parses, and carries its description for whoever takes the file alone."""
    figures.save(plt.gcf(), tmp_path / "x.svg")
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert root.tag.endswith("svg")
    assert any(e.text == 'Two cells; <one> & "another".' for e in root.iter())


def test_ids_are_numbered_in_the_order_in_which_they_stand() -> None:
    """Two drawings that differ in their ids alone become the same, with every reference."""
    svg = '<g clip-path="url(#p{0})"/><use href="#m{1}"/><path id="m{1}"/><clipPath id="p{0}"/>'
    drawings = [
        svg.format(*ids) for ids in (("0123456789", "abcdef0123"), ("fedcba9876", "0" * 10))
    ]
    one, two = map(figures.number_ids, drawings)
    assert one == two
    assert one == '<g clip-path="url(#p1)"/><use href="#m0"/><path id="m0"/><clipPath id="p1"/>'


def test_all_ink_and_nothing_else_turns_light(tmp_path: Path) -> None:
    """The style sheet's selectors match the inked elements as matplotlib writes them."""
    figures.save(plt.gcf(), tmp_path / "x.svg")
    svg = (tmp_path / "x.svg").read_text(encoding="utf-8")
    style, drawing = re.search(r"<style>(.*?)</style>(.*)", svg, re.DOTALL).groups()
    selectors = re.findall(r'\[style\*="([^"]+)"\]', style)
    assert selectors == [f"fill: {plots.INK}", f"stroke: {plots.INK}"]
    assert any(selector in drawing for selector in selectors)
    bare = re.sub("|".join(map(re.escape, selectors)), "", drawing)
    assert plots.INK not in bare


def text_of(path: Path) -> str:
    """Give the words in a drawing, one after the other."""
    elements = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return "".join("".join(element.itertext()) for element in elements)


def font_of(path: Path) -> TTFont:
    """Open the font that a drawing brings along."""
    (data,) = re.findall(r"data:font/woff2;base64,([^)]+)", path.read_text(encoding="utf-8"))
    return TTFont(BytesIO(b64decode(data)))


def test_the_text_of_a_figure_is_text_in_letters_that_it_brings_along(tmp_path: Path) -> None:
    """Each has a glyph in the font inside, which has few others; no other family is named."""
    plt.gcf().text(0, 0, "R&D < fi")
    figures.save(plt.gcf(), tmp_path / "x.svg")
    words = text_of(tmp_path / "x.svg")
    assert all(part in words for part in ("cells", "1", "\N{MINUS SIGN}2", "R&D < fi"))
    font = font_of(tmp_path / "x.svg")
    glyphs = {*map(chr, font.getBestCmap())}
    assert {*words} - {*" \n"} <= glyphs
    assert len(glyphs) < 30
    svg = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert {*re.findall(r"font-family: ([^;}]+)", svg)} == {'"convdocs"', '"convdocs", sans-serif'}


def test_matplotlib_measures_text_in_the_font_that_is_shown(tmp_path: Path) -> None:
    """A word is as wide on its figure as the advances of its glyphs add up to."""
    word = plt.gcf().text(0, 0, "0123456789", fontsize=20)
    measured = word.get_window_extent().width / plt.gcf().dpi * 72
    figures.save(plt.gcf(), tmp_path / "x.svg")
    font = font_of(tmp_path / "x.svg")
    advances = sum(font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in word.get_text())
    assert measured == pytest.approx(advances / font["head"].unitsPerEm * 20, rel=0.02)


def test_a_figure_without_words_brings_no_font(tmp_path: Path) -> None:
    """It would be bytes for nothing."""
    figure, ax = plt.subplots(figsize=(1, 1))
    ax.axis("off")
    figures.save(figure, tmp_path / "x.svg")
    assert "font" not in (tmp_path / "x.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("points", "inches", "small"), [(8, 7, False), (7, 7, True), (7, 5, False)]
)
def test_a_figure_whose_letters_may_not_shrink_is_marked(
    tmp_path: Path, points: float, inches: float, small: bool
) -> None:
    """They would be less than 8 pixels high where a phone shows it 544 pixels wide."""
    plt.close("all")
    figure = plt.figure(figsize=(inches, 1))
    figure.text(0, 0, "letters", fontsize=points)
    plots.describe(figure, "A word in letters.", caption="It is small.")
    assert (" small-print\n" in scrape(tmp_path)) == small


def test_a_figure_that_fits_a_phone_is_marked(tmp_path: Path) -> None:
    """It is at most 360 pixels wide, and shrinks to what is there."""
    for inches, slim in ((3.75, True), (4, False)):
        plt.close("all")
        plots.describe(plt.figure(figsize=(inches, 1)), "Nothing is drawn.", caption="Nothing.")
        assert (" slim\n" in scrape(tmp_path)) == slim


def test_the_page_gets_a_figure_with_its_description_and_caption(tmp_path: Path) -> None:
    """The text for the page names file, description, size in CSS pixels, and caption."""
    text = scrape(tmp_path)
    assert ".. figure:: /sphx_1.svg\n" in text
    assert '   :alt: Two cells; <one> & "another".\n' in text
    assert "   :width: 288px\n   :height: 192px\n" in text
    assert text.endswith("\n\n   One is *filled*.\n")
    assert plt.get_fignums() == []


@pytest.mark.parametrize("words", ["", " ", ".", "A figure.", "\N{NO-BREAK SPACE}" * 9])
def test_a_figure_without_description_is_refused(tmp_path: Path, words: str) -> None:
    """A figure that nobody described in a few words fails, by file and line."""
    plt.figure().set_label(words)
    with pytest.raises(ExtensionError, match=r"plot_x\.py:12: .* without a description"):
        scrape(tmp_path)


@pytest.mark.parametrize("inches", [(0, 0), (0, 3), (3, 0.1), (400, 3), (3, 400)])
def test_a_figure_that_no_page_can_show_is_refused(
    tmp_path: Path, inches: tuple[float, float]
) -> None:
    """One without room, or of a size that comes of a slip, fails by file and line."""
    plots.describe(plt.figure(figsize=inches), "A figure of no use.", caption="No use.")
    size = "{:g} by {:g} inches; each side has 0.5 to 20$".format(*inches)
    with pytest.raises(ExtensionError, match=rf"plot_x\.py:12: .* draws a figure of {size}"):
        scrape(tmp_path)


@pytest.mark.parametrize("picture", ["map", "few colours", "translucent"])
def test_an_embedded_picture_keeps_every_pixel(tmp_path: Path, picture: str) -> None:
    """Shrinking a picture that is no photograph changes none that is seen."""
    noise = np.random.default_rng(0)
    ax = plt.figure(figsize=(3, 2)).add_subplot()
    if picture == "map":
        ax.imshow(noise.normal(size=(40, 60)), cmap=plots.DIVERGING)
    elif picture == "translucent":
        ax.imshow(64 * noise.integers(0, 4, (40, 60, 4), dtype=np.uint8))
    else:
        ax.imshow(255 * noise.integers(0, 2, (40, 60, 3), dtype=np.uint8))
    figures.save(plt.gcf(), tmp_path / "small.svg")
    plt.gcf().savefig(tmp_path / "large.svg")
    small, large = (embedded(tmp_path / name) for name in ("small.svg", "large.svg"))
    one, other = (np.asarray(image.convert("RGBA")) for _, image in (small, large))
    seen = other[..., 3] > 0
    assert np.array_equal(one[..., 3], other[..., 3])
    assert np.array_equal(one[seen], other[seen])
    assert len(small[0]) <= len(large[0])


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photograph_loses_nothing_that_is_seen(tmp_path: Path, mode: str) -> None:
    """In colours or grey it takes a third of the bytes at most, and keeps at least 35 dB."""
    exact = np.asarray(images.load("panda").convert(mode).convert("RGB"))
    name = tmp_path / "photo.png"
    Image.fromarray(exact).save(name)
    found = re.fullmatch("(.+)", b64encode(name.read_bytes()).decode())
    shrunk = b64decode(figures.shrink(found).partition(",")[2])
    error = np.square(np.asarray(Image.open(BytesIO(shrunk))) - exact.astype(float)).mean()
    assert 10 * np.log10(255**2 / error) >= 35
    assert len(shrunk) <= name.stat().st_size / 3


def test_a_card_gets_a_small_picture_on_paper(tmp_path: Path) -> None:
    """All are of one size, a few kilobytes, the same at every run, and show the figure's ink."""
    plt.gcf().set_size_inches(7, 2)
    for name in ("one.webp", "two.webp"):
        thumbnail.save(figures.picture(plt.gcf()), tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("one.webp", "two.webp"))
    assert one == two
    assert len(one) < 10_000
    small = Image.open(BytesIO(one)).convert("L")
    assert small.size == thumbnail.SIZE
    assert small.getpixel((0, 0)) > 250
    assert small.getextrema()[0] < 200


def embedded(path: Path) -> tuple[str, Image.Image]:
    """Give the picture inside an SVG, as it is written and as it looks."""
    data = re.search(r'image/(?:png|webp);base64,([^"]+)"', path.read_text(encoding="utf-8"))[1]
    return data, Image.open(BytesIO(b64decode(data)))
