"""What a picture's samples mean, told by its file: which number is black and which is white.

Pillow brings most pictures to 8 bits itself. Of deeper ones it hands over the bare numbers, in
one mode for many depths, and a few kinds of TIFF it reads wrongly. What the file does not tell is
refused here, never guessed.
"""

from pathlib import Path

import numpy as np
from PIL import Image, TiffImagePlugin, TiffTags

__all__ = ["kind_of_tiff", "to_rgb"]

_BITS, _PHOTOMETRIC, _FILL_ORDER, _PLANES, _EXTRA, _FORMAT = 258, 262, 266, 284, 338, 339
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3  # what SampleFormat can be
_WHITE_IS_ZERO = 0  # what PhotometricInterpretation can be
_SIXTEEN_BITS = {"PNG", "PPM", "JPEG2000"}  # Pillow spreads their deep greys over 16 bits


def _tags(of: object) -> TiffImagePlugin.ImageFileDirectory_v2 | None:
    """Give what a TIFF says of itself; of another format, nothing."""
    return getattr(of, "tag_v2", None)


def _first(tags: TiffImagePlugin.ImageFileDirectory_v2, tag: int, default: int) -> int:
    value = tags.get(tag, default)
    return int(value[0] if isinstance(value, tuple) else value)


def _described(tags: TiffImagePlugin.ImageFileDirectory_v2) -> str:
    told = (_BITS, _FORMAT, _PHOTOMETRIC, _EXTRA, _FILL_ORDER, _PLANES)
    numbers = [f"{TiffTags.lookup(tag).name}={tags[tag]}" for tag in told if tag in tags]
    order = f"byte order {tags.prefix.decode()}"
    return f"it is a TIFF of a kind that Pillow cannot read ({', '.join([*numbers, order])})"


def kind_of_tiff(path: Path) -> str | None:
    """Say what kind of TIFF a file is that Pillow does not open.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str or None
        A sentence with the numbers that decide the kind; None if the file is no TIFF.

    Examples
    --------
    >>> print(kind_of_tiff(Path(__file__)))
    None
    """
    with path.open("rb") as file:
        head = file.read(8)
        try:
            if 43 in head[2:4]:  # BigTIFF
                head += file.read(8)
            tags = TiffImagePlugin.ImageFileDirectory_v2(head)
            file.seek(tags.next)
            tags.load(file)
            return _described(tags)
        except Exception:  # on broken data it raises what it likes
            return None


def _refuse_misread(image: Image.Image) -> None:
    """Refuse the kinds of TIFF of which Pillow takes other bits for the samples."""
    tags = _tags(image)
    if tags is None:
        return
    packed = image.info.get("compression") != "raw"
    plain = (
        image.mode in {"L", "P", "RGB", "CMYK"}
        and {*tags.get(_BITS, (1,))} == {8}
        and _first(tags, _PHOTOMETRIC, 0) != _WHITE_IS_ZERO
        and _first(tags, _FILL_ORDER, 1) == 1
    )
    # In planes of their own, Pillow reads plain bytes only; packed, it lets alpha out. What libtiff
    # unpacks is in this machine's byte order, and Pillow swaps it all the same.
    whole = image.mode not in {"LA", "La", "PA", "RGBA", "LAB"} if packed else plain
    swapped = packed and tags.prefix == b"MM" and image.mode in {"I", "F"}
    if swapped or (_first(tags, _PLANES, 1) == 2 and not whole):
        raise ValueError(_described(tags))


def _ends(image: Image.Image) -> tuple[float, float] | None:
    """Give the samples for black and for white, or None where Pillow knows them."""
    deep = image.mode.startswith(("I", "F"))
    tags = _tags(image)
    if tags is not None:
        bits, form = _first(tags, _BITS, 1), _first(tags, _FORMAT, _UNSIGNED)
        if not deep and form != _SIGNED:
            return None
        ends = {
            _UNSIGNED: (0, 2**bits - 1),
            _SIGNED: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1),
            _FLOAT: (0, 1),
        }[form]
        return ends[::-1] if _first(tags, _PHOTOMETRIC, 0) == _WHITE_IS_ZERO else ends
    if not deep:
        return None
    if image.format in _SIXTEEN_BITS:
        return (0, 1) if image.mode == "F" else (0, 65535)
    raise ValueError(f"a {image.format} file does not tell which of its samples is white")


def _numbers(image: Image.Image) -> np.ndarray:
    """Give the samples as the numbers that the file means."""
    samples, tags = np.asarray(image), _tags(image)
    if tags is not None and image.mode == "L":
        return samples.view(np.int8)
    if tags is not None and image.mode == "I" and _first(tags, _FORMAT, _UNSIGNED) == _UNSIGNED:
        return samples.view(np.uint32)
    return samples


def _grey(image: Image.Image, black: float, white: float) -> Image.Image:
    """Scale samples to 8 bits, unless the file leaves open what they mean."""
    samples = _numbers(image)
    if not np.isfinite(samples).all():
        raise ValueError("it has samples that are not finite numbers")
    low, high = samples.min(), samples.max()
    if min(black, white) < 0 <= low:
        raise ValueError(
            f"its samples are signed and run from {low} to {high}: "
            f"it does not tell whether they begin at 0 or at {min(black, white)}"
        )
    levels = np.round((samples - np.float64(black)) / (white - black) * 255)
    if levels.min() < 0 or levels.max() > 255:
        raise ValueError(f"its samples run from {low:g} to {high:g}, not from 0 to 1 as floats do")
    if abs(white - black) > 65535 and low != high and levels.min() == levels.max():
        raise ValueError(
            f"its samples run from {low} to {high}, which is a single grey of 8 bits where black "
            f"is {black} and white {white}"
        )
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        levels[samples == clear] = 255
    return Image.fromarray(levels.astype(np.uint8))


def _scale_clear(image: Image.Image, rawmode: str) -> None:
    """Bring the sample of a PNG that stands for clear to 8 bits, as Pillow did with the others."""
    clear = image.info.get("transparency")
    if rawmode in {"L;2", "L;4"} and isinstance(clear, int):
        image.info["transparency"] = clear * 255 // (2 ** int(rawmode[2]) - 1)
    if rawmode == "RGB;16B" and clear is not None:
        raise ValueError("its clear colour has 16 bits a sample, of which Pillow keeps 8")


def to_rgb(image: Image.Image) -> Image.Image:
    """Decode a picture of any mode and depth to 8-bit RGB, transparency laid on white.

    Parameters
    ----------
    image : PIL.Image.Image
        A picture that Pillow has opened, and may not have loaded.

    Returns
    -------
    PIL.Image.Image
        The picture in mode RGB, as it lies in the file.

    Raises
    ------
    ValueError
        If the file does not tell what its samples mean, or Pillow would take others for them.

    Examples
    --------
    >>> to_rgb(Image.new("CMYK", (1, 1), (255, 0, 0, 0))).getpixel((0, 0))
    (0, 255, 255)
    """
    _refuse_misread(image)
    tiles = getattr(image, "tile", [])
    rawmode = tiles[0].args if image.format == "PNG" and tiles else ""
    image.load()
    ends = _ends(image)
    if ends is not None:
        return _grey(image, *ends).convert("RGB")
    if image.mode == "La":  # its samples carry their share already
        share, alpha = np.moveaxis(np.asarray(image, int), -1, 0)
        return Image.fromarray(np.minimum(share + 255 - alpha, 255).astype(np.uint8)).convert("RGB")
    _scale_clear(image, rawmode)
    if image.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info:
        raise ValueError("it has inks, but no mark that tells whether 0 is none of them or all")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, "white")
        image = Image.alpha_composite(paper, rgba)
    return image.convert("RGB")
