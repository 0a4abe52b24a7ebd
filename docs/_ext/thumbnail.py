"""A figure as the small picture of a card: on paper, all of one size, a few kilobytes each."""

from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image, ImageOps

SIZE = 320, 200  # pixels: a card on a screen with two for one
QUALITY = 50  # letters this small are not read, and shapes keep
PAPER = "white"


def save(figure: Figure, path: Path) -> None:
    """Write the small picture of a figure."""
    drawn = BytesIO()
    wide, high = figure.get_size_inches()
    dpi = 2 * min(SIZE[0] / wide, SIZE[1] / high)  # twice as fine, to be made smooth
    figure.savefig(drawn, format="png", dpi=dpi)
    image = Image.open(drawn).convert("RGBA")
    paper = Image.new("RGBA", image.size, PAPER)
    small = ImageOps.pad(
        Image.alpha_composite(paper, image).convert("RGB"), SIZE, Image.Resampling.LANCZOS, PAPER
    )
    small.save(path, quality=QUALITY, method=6)
