"""A figure as the small picture of a card: on paper, all of one size, a few kilobytes each."""

from pathlib import Path

from PIL import Image, ImageOps

SIZE = 320, 200  # pixels: a card on a screen with two for one
QUALITY = 50  # letters this small are not read, and shapes keep


def save(picture: Image.Image, path: Path) -> None:
    """Write the small picture of a figure that is drawn on white."""
    small = ImageOps.pad(picture.convert("RGB"), SIZE, Image.Resampling.LANCZOS, "white")
    small.save(path, quality=QUALITY, method=6)
