"""Pictures in, clear errors out: any readable image file becomes upright 8-bit RGB."""

import warnings
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from convdocs import panda, samples

__all__ = ["BUILT_IN", "MAX_PIXELS", "ImageError", "load"]

BUILT_IN = ("panda", "grace_hopper")
"""The names that :func:`load` knows besides paths."""

MAX_PIXELS = 50_000_000
"""The most pixels that :func:`load` will decode; a larger picture is refused unread."""

# What turns a picture upright, by its EXIF orientation; 1 is upright already.
_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(ValueError):
    """A picture could not be read; the message names the file and the reason."""


def _grace_hopper() -> Path:
    """Find the photograph that matplotlib ships, without importing matplotlib."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ValueError("matplotlib, which ships this picture, is not installed")
    return Path(spec.origin).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"


def _turn(image: Image.Image) -> Image.Transpose | None:
    # Pillow's exif_transpose also writes the notes anew, and so refuses a sound picture for a
    # broken note.
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation))
    except Exception:
        return None


def _read(path: Path) -> Image.Image:
    if path.is_dir():
        raise ValueError("it is a folder")
    if path.stat().st_size == 0:
        raise ValueError("the file is empty")
    with warnings.catch_warnings():
        # Ours is the stricter limit; what else Pillow warns of does not stop a picture.
        warnings.simplefilter("ignore")
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(
                    f"it has {image.width} x {image.height} pixels, over the limit of {MAX_PIXELS}"
                )
            rgb, turn = samples.to_rgb(image), _turn(image)
            return rgb if turn is None else rgb.transpose(turn)


def load(picture: str | PathLike[str]) -> Image.Image:
    """Load a built-in picture by name, or the reader's own by its path.

    Parameters
    ----------
    picture : str or path-like
        ``"panda"`` (180 wide, 235 high), ``"grace_hopper"`` (512 wide, 600 high), or the path
        of an image file of any format, mode and orientation that Pillow reads.

    Returns
    -------
    PIL.Image.Image
        Mode RGB, 8 bits a channel, turned upright. Deeper samples are scaled so that the file's
        black is 0 and its white 255; transparency is laid on white, and of an animation it is
        the first frame.

    Raises
    ------
    ImageError
        If the file is missing, empty, truncated, not an image, has over :data:`MAX_PIXELS`
        pixels or does not tell what its samples mean, or `picture` is not a name at all.

    Examples
    --------
    >>> load("panda").size
    (180, 235)
    >>> load("no_such.png")
    Traceback (most recent call last):
    ...
    convdocs.images.ImageError: no_such.png: there is no such file, nor such a built-in picture
    """
    if not isinstance(picture, str | PathLike) or picture == "":
        raise ImageError(f"{picture!r}: a picture is named by a string or a path")
    if picture == "panda":
        return panda.paint()
    try:
        return _read(_grace_hopper() if picture == "grace_hopper" else Path(picture))
    except FileNotFoundError:
        reason = "there is no such file, nor such a built-in picture"
    except PermissionError:
        reason = "it may not be read"
    except UnidentifiedImageError:
        kind = samples.kind_of_tiff(Path(picture))
        reason = kind or "it is not an image that Pillow can read"
    except Image.DecompressionBombError:
        reason = f"it has over {MAX_PIXELS} pixels"
    except Exception as error:  # on broken data each decoder raises what it likes
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    raise ImageError(f"{picture}: {reason}")
