"""Numbers as a picture: grey from zero up, or two hues about zero where some are below it."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import numpy as np
import palette
from PIL import Image

SIDE = 256  # pixels of the longer side, at most, as it is shown


def colours(values: np.ndarray, most: float, *, signed: bool) -> np.ndarray:
    """Give red, green and blue of each number, where `most` has the full hue."""
    depth = np.clip(values / most, -1, 1)[..., None]
    if not signed:
        return np.repeat(255 * depth, 3, axis=-1)
    names = ("ground", "above", "below")
    pairs: dict[str, Any] = palette.COLOURS["by_theme"]
    ground, above, below = (np.array([*bytes.fromhex(pairs[n][0][1:])]) for n in names)
    hues: np.ndarray = ground + np.abs(depth) * (np.where(depth > 0, above, below) - ground)
    return hues


def picture(values: np.ndarray, every: np.ndarray) -> str:
    """Write one plane as an image, on the scale of all planes of its array."""
    finite = every[np.isfinite(every)]
    least, most = min(finite.min(initial=0), 0), float(np.abs(finite).max(initial=0)) or 1.0
    drawn = colours(values, most, signed=bool(least < 0)).round().astype(np.uint8)
    Image.fromarray(drawn).save(file := BytesIO(), "PNG")
    rows, columns = values.shape
    size = f'width="{SIDE * columns // max(rows, columns)}"'
    data = b64encode(file.getvalue()).decode()
    words = f"Shades of {-most if least < 0 else 0:g} to {most:g}"
    return f'<img src="data:image/png;base64,{data}" {size} alt="{words}">'
