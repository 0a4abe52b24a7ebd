"""Put a page's matplotlib figures on the site: as SVG, described in words, for both themes.

Sphinx-Gallery's own scraper saves PNGs at fixed sizes, takes the alternative text from the
figure's title and knows one theme. This one saves each figure once, as an SVG that turns its
ink light where the page is dark, brings the letters of its text along, and refuses a figure without
a description.
"""

import re
import time
from base64 import b64decode, b64encode
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import panels
import thumbnail
import typeface
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image
from sphinx.errors import ExtensionError

from convdocs.plots.frame import CAPTIONS
from convdocs.plots.palette import DARK_INK, INK
from sitebuild.upstream import SVG_FAMILY, SVG_ID, SVG_SIZE, SVG_WORDS

# An SVG in an <img> sees the color-scheme of the element that shows it, hence the media query; one
# that is opened alone asks for a ground that suits its ink, and on paper it is dark.
# Matplotlib writes colours into style attributes, which only !important can override.
THEME = (
    "@media screen { svg { color-scheme: light dark } }"
    "@media screen and (prefers-color-scheme: dark) {"
    f'[style*="fill: {INK}"] {{ fill: {DARK_INK} !important }}'
    f'[style*="stroke: {INK}"] {{ stroke: {DARK_INK} !important }}'
    "}"
)
# An image loads no font from elsewhere, so that it holds the few glyphs that it shows. They stand
# where matplotlib has measured them at every zoom.
LETTERS = (
    '@font-face {{ font-family: "{name}"; src: url(data:font/woff2;base64,{data}) }}'
    'text {{ font-family: "{name}", sans-serif; text-rendering: geometricPrecision }}'
)

FEWEST_WORDS = 3
DPI = 96  # a pixel of CSS is a pixel of a notebook's picture
NARROWEST = 34 * 16  # CSS pixels to which site.css lets a figure shrink on a phone
SMALLEST = 8  # CSS pixels of letters that can be read there
INCHES = 0.5, 20  # from what can be seen to what can be scrolled


def set_type(gallery_conf: dict[str, Any], fname: str | Path | None) -> None:
    """Have matplotlib measure text in the family that the site then shows it in.

    The signature is that of Sphinx-Gallery's ``reset_modules``. A reader who runs the script has
    matplotlib's own font instead, which is then also the one for what this one lacks.
    """
    font_manager.fontManager.addfont(typeface.text())
    mpl.rcParams["font.sans-serif"] = [typeface.NAME, "DejaVu Sans"]


def is_photograph(image: Image.Image) -> bool:
    """Say whether a picture has more colours than a map's 256, or most of the greys there are."""
    colours = image.getcolors(maxcolors=256)
    red, green, blue = (band.tobytes() for band in image.split())
    return colours is None or (len(colours) > 128 and red == green == blue)


def shrink(embedded: re.Match[str]) -> str:
    """Write an embedded picture in fewer bytes: a photograph with a loss that nobody sees.

    Maps in colours of their own, what has few colours, and what is see-through lose nothing.
    """
    image: Image.Image = Image.open(BytesIO(b64decode(embedded[1])))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    exact = image.mode != "RGB" or not is_photograph(image)
    data = BytesIO()
    image.save(data, format="webp", lossless=exact, quality=90 if exact else 85, method=5)
    return f"data:image/webp;base64,{b64encode(data.getvalue()).decode()}"


def number_ids(svg: str) -> str:
    """Number the ids that matplotlib makes of coordinates, whose last digits may differ."""
    ids = dict.fromkeys(re.findall(rf'\bid="({SVG_ID})"', svg))
    numbers = {name: f"{name[:-10]}{n}" for n, name in enumerate(ids)}
    return re.sub(
        rf'(\bid="|url\(#|href="#)({SVG_ID})(?=["\)])',
        lambda found: found[1] + numbers.get(found[2], found[2]),
        svg,
    )


def letters(svg: str) -> str:
    """Write the style of an SVG's text, with the glyphs for it."""
    shown = unescape("".join(re.findall(SVG_WORDS, svg)))
    if not shown.strip():
        return ""
    data = b64encode(typeface.cut(typeface.text(), frozenset(shown))).decode()
    return LETTERS.format(name=typeface.FAMILY, data=data)


def save(figure: Figure, path: Path) -> None:
    """Save one figure, byte for byte the same at every run, and settle its layout.

    Straight from the canvas: ``savefig`` would draw everything once more, to see what will be.
    """
    # Without a fixed salt the ids of clip paths and glyphs would be random.
    about, dpi = {"Date": None, "Description": figure.get_label()}, figure.dpi
    with plt.rc_context({"svg.hashsalt": path.stem}):
        FigureCanvasSVG(figure).print_svg(path, metadata=about)
    figure.set_layout_engine("none")
    figure.dpi = dpi
    svg = number_ids(path.read_text(encoding="utf-8"))
    style = f"<style>{letters(svg)}{THEME}</style>"
    svg = re.sub(SVG_FAMILY, "", svg)
    svg = re.sub(r"<svg\b[^>]*>", lambda head: head[0] + style, svg, count=1)
    svg = re.sub(r"data:image/png;base64,([^\"]+)", shrink, svg)
    path.write_text(svg, encoding="utf-8")


def picture(figure: Figure) -> Image.Image:
    """Draw a figure once more in pixels, dark on white, for what shows it on a ground of its own.

    Its layout is settled.
    """
    figure.set_facecolor("white")
    figure.dpi = DPI
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    return drawn.quantize(256, dither=Image.Dither.NONE)


def has_small_print(svg: str, width: int) -> bool:
    """Say whether a figure so many CSS pixels wide has letters that may not shrink."""
    points = min(map(float, re.findall(SVG_SIZE, svg)), default=12.0)
    return points / 0.75 * min(NARROWEST / width, 1) < SMALLEST


def unfit(figure: Figure) -> str | None:
    """Say why a figure cannot stand on a page."""
    if len(re.findall(r"\w+", str(figure.get_label()))) < FEWEST_WORDS:
        return "without a description; give it one with convdocs.plots.describe(figure, ...)"
    wide, high = figure.get_size_inches()
    low, top = INCHES
    if not (low <= wide <= top and low <= high <= top):
        return f"of {wide:g} by {high:g} inches; each side has {low} to {top}"
    return None


def scrape(block: tuple[Any, ...], block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the figures that a block of a page leaves open, and show them on the page.

    The signature is that of Sphinx-Gallery's ``image_scrapers``. A figure without a description, or
    of a size that no page can show, is refused.
    """
    text = []
    for number in plt.get_fignums():
        figure = plt.figure(number)
        if fault := unfit(figure):
            raise ExtensionError(
                f"{block_vars['src_file']}:{block[2]}: the block that starts here draws a figure "
                f"{fault}"
            )
        path = Path(next(block_vars["image_path_iterator"])).with_suffix(".svg")
        clock = time.perf_counter()
        save(figure, path)
        thumbnail.save(drawn := picture(figure), path.with_suffix(".webp"))
        drawn.save(png := BytesIO(), format="png")
        gallery_conf.get("figure_pictures", {})[path.stem] = png.getvalue()
        gallery_conf.get("figure_seconds", {})[path.stem] = time.perf_counter() - clock
        source = path.relative_to(gallery_conf["src_dir"]).as_posix()
        # In CSS pixels; to give it also makes the image a link.
        width, height = (round(side * 96) for side in figure.get_size_inches())
        marks = " small-print" * has_small_print(path.read_text(encoding="utf-8"), width)
        marks += " slim" * (width <= panels.ROOM)
        if edges := panels.parts(figure, width, height):
            marks += f" parts-{'-'.join(map(str, edges))}"
        text.append(
            f".. figure:: /{source}\n   :alt: {figure.get_label()}\n   :width: {width}px\n"
            f"   :height: {height}px\n   :class: sphx-glr-single-img{marks}\n\n"
            f"   {CAPTIONS.get(figure, '')}\n"
        )
    plt.close("all")
    return "\n".join(text)
