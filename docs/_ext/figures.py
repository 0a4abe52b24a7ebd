"""Put a page's matplotlib figures on the site: as SVG, described in words, for both themes.

Sphinx-Gallery's own scraper saves PNGs at fixed sizes, takes the alternative text from the
figure's title and knows one theme. This one saves each figure once, as an SVG that turns its
ink light where the page is dark, and refuses a figure without a description.
"""

import re
import time
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import thumbnail
from matplotlib.figure import Figure
from PIL import Image
from sphinx.errors import ExtensionError

from convdocs.plots.frame import CAPTIONS
from convdocs.plots.palette import DARK_INK, INK
from sitebuild.upstream import SVG_ID

# An SVG in an <img> sees the color-scheme of the element that shows it, hence the media query; one
# that is opened alone asks for a ground that suits its ink, and on paper it is dark.
# Matplotlib writes colours into style attributes, which only !important can override.
THEME = (
    "<style>@media screen { svg { color-scheme: light dark } }"
    "@media screen and (prefers-color-scheme: dark) {"
    f'[style*="fill: {INK}"] {{ fill: {DARK_INK} !important }}'
    f'[style*="stroke: {INK}"] {{ stroke: {DARK_INK} !important }}'
    "}</style>"
)

FEWEST_WORDS = 3
DPI = 96  # a pixel of CSS is a pixel of a notebook's picture
INCHES = 0.5, 20  # from what can be seen to what can be scrolled


def shrink(embedded: re.Match[str]) -> str:
    """Write an embedded picture in fewer bytes: a photograph with a loss that nobody sees.

    What has up to 256 colours, or is see-through somewhere, loses nothing.
    """
    image: Image.Image = Image.open(BytesIO(b64decode(embedded[1])))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    exact = image.mode != "RGB" or image.getcolors(maxcolors=256) is not None
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


def save(figure: Figure, path: Path) -> None:
    """Save one figure, byte for byte the same at every run."""
    # Without a fixed salt the ids of clip paths and glyphs would be random.
    with plt.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(
            path, format="svg", metadata={"Date": None, "Description": figure.get_label()}
        )
    svg = number_ids(path.read_text(encoding="utf-8"))
    svg = re.sub(r"(<svg\b[^>]*>)", rf"\1{THEME}", svg, count=1)
    svg = re.sub(r"data:image/png;base64,([^\"]+)", shrink, svg)
    path.write_text(svg, encoding="utf-8")


def picture(figure: Figure) -> bytes:
    """Draw a figure once more as PNG, dark on white, for what shows it on a ground of its own."""
    data = BytesIO()
    # No name of a version, or the bytes would change with it.
    figure.savefig(data, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    image = Image.open(data).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    data = BytesIO()
    image.save(data, format="png", optimize=True)
    return data.getvalue()


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
        drawn = picture(figure)
        thumbnail.save(drawn, path.with_suffix(".webp"))
        gallery_conf.get("figure_pictures", {})[path.stem] = drawn
        gallery_conf.get("figure_seconds", {})[path.stem] = time.perf_counter() - clock
        source = path.relative_to(gallery_conf["src_dir"]).as_posix()
        # In CSS pixels; to give it also makes the image a link.
        width, height = (round(side * 96) for side in figure.get_size_inches())
        text.append(
            f".. figure:: /{source}\n   :alt: {figure.get_label()}\n   :width: {width}px\n"
            f"   :height: {height}px\n   :class: sphx-glr-single-img\n\n"
            f"   {CAPTIONS.get(figure, '')}\n"
        )
    plt.close("all")
    return "\n".join(text)
