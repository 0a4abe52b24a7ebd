"""Any picture comes in upright as 8-bit RGB, anything else as one clear error."""

import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from png import chunk, png

from convdocs import images
from convdocs.images import ImageError, load

WIDTH, HEIGHT = 4, 3


def corner(colour: Any = "white", mode: str = "RGB") -> Image.Image:
    """Draw a black picture, wider than high, with one coloured pixel: the top left one."""
    picture = Image.new(mode, (WIDTH, HEIGHT), "black" if mode == "RGB" else 0)
    picture.putpixel((0, 0), (255, 255, 255) if colour == "white" and mode == "RGB" else colour)
    return picture


def colours() -> Image.Image:
    """Draw four flat fields: red, green, blue and grey, of colours that every mode can hold."""
    fields = Image.new("RGB", (2, 2))
    fields.putdata([(200, 60, 60), (60, 180, 60), (60, 60, 200), (128, 128, 128)])
    return fields.resize((16, 16), Image.Resampling.NEAREST)


def loaded(path: Path) -> np.ndarray:
    """Load a picture and give its pixels, once it is seen to be RGB."""
    picture = load(path)
    assert picture.mode == "RGB"
    return np.asarray(picture)


def pixels_or_reason(path: Path) -> np.ndarray | str:
    """Give a picture's pixels, or the reason why it is refused, after the name of the file."""
    try:
        return loaded(path)
    except ImageError as error:
        name, reason = str(error).split(": ", 1)
        return reason if name == str(path) else ""


# The built-in pictures


@pytest.mark.parametrize(("name", "size"), [("panda", (180, 235)), ("grace_hopper", (512, 600))])
def test_a_built_in_picture_is_loaded_by_its_name(name: str, size: tuple[int, int]) -> None:
    """Every name listed is known, and gives a picture of the promised size."""
    picture = load(name)
    assert name in images.BUILT_IN
    assert (picture.mode, picture.size) == ("RGB", size)


def test_each_load_gives_a_picture_of_its_own() -> None:
    """Drawing on one leaves the next untouched."""
    load("panda").paste("red", (0, 0, 180, 235))
    assert np.asarray(load("panda")).std() > 10


def test_without_matplotlib_there_is_no_grace_hopper(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which package ships the photograph."""
    monkeypatch.setattr(images, "find_spec", lambda name: None)
    with pytest.raises(ImageError, match=r"^grace_hopper: matplotlib, which ships .* installed$"):
        load("grace_hopper")


# Modes

# Formats that store each mode as it is; the colours that come back may be off by this much.
MODES = [
    ("1", "png", 0),
    ("L", "png", 0),
    ("LA", "png", 0),
    ("P", "png", 0),
    ("PA", "tif", 0),
    ("RGB", "png", 0),
    ("RGBA", "png", 0),
    ("CMYK", "tif", 1),
    ("YCbCr", "tif", 4),
    ("LAB", "tif", 8),
    ("I", "tif", 1),
    ("I;16", "png", 1),
    ("I;16B", "tif", 1),
    ("F", "tif", 1),
]


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """Write a picture's colours in another mode, by the meaning of its samples."""
    if mode == "P":
        return picture.quantize(8)
    if mode == "PA":
        return picture.quantize(8).convert("PA")
    grey = np.asarray(picture.convert("L"), np.int64)
    if mode == "I":
        return Image.fromarray((grey * 2**24 - 2**31).astype("<i4"))
    if mode == "F":
        return Image.fromarray((grey / 255).astype("<f4"))
    if mode.startswith("I"):
        return Image.fromarray((grey * 257).astype({"I;16": "<u2", "I;16B": ">u2"}[mode]))
    return picture.convert(mode)


@pytest.mark.parametrize(("mode", "extension", "tolerance"), MODES)
def test_a_picture_of_any_mode_shows_its_colours(
    mode: str, extension: str, tolerance: int, tmp_path: Path
) -> None:
    """The colours that were saved come back, or their brightness where the mode has no colour."""
    path = tmp_path / f"picture.{extension}"
    in_mode(colours(), mode).save(path)
    with Image.open(path) as stored:
        assert stored.mode == mode
    expected = colours()
    if mode not in {"P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"}:
        expected = expected.convert("1" if mode == "1" else "L")
    difference = loaded(path).astype(int) - np.asarray(expected.convert("RGB"))
    assert np.abs(difference).max() <= tolerance


@pytest.mark.parametrize("mode", ["HSV", "RGBX", "RGBa"])
def test_a_mode_that_no_lasting_format_stores_is_understood(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should one of Pillow's decoders give it, its colours come back."""
    path = tmp_path / "picture.png"
    colours().save(path)
    picture = colours().convert("RGBA" if mode == "RGBa" else "RGB").convert(mode)
    monkeypatch.setattr(images.Image, "open", lambda _: picture)
    assert np.abs(loaded(path).astype(int) - np.asarray(colours())).max() <= 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(value: float, tmp_path: Path) -> None:
    """A float picture may hold what has no brightness."""
    path = tmp_path / "holes.tif"
    Image.fromarray(np.array([[0, value]], np.float32)).save(path)
    with pytest.raises(ImageError, match=re.escape(f"{path}: it has samples that are not finite")):
        load(path)


def transparent(mode: str, path: Path) -> None:
    """Save two black pixels, of which the left one is clear."""
    clear = Image.new("L", (2, 1), 255)
    clear.putpixel((0, 0), 0)
    if mode in {"LA", "RGBA"}:
        picture = Image.new(mode, (2, 1))
        picture.putalpha(clear)
        picture.save(path)
    elif mode == "P":
        picture = Image.new("P", (2, 1))
        picture.putpalette([0, 0, 0, 0, 0, 0])
        picture.putpixel((1, 0), 1)
        picture.save(path, transparency=0)
    else:  # one sample value stands for clear; the other black is one step lighter
        depth, colour, bands = (8, 2, 3) if mode == "RGB" else (16 if mode == "I;16" else 8, 0, 1)
        rows = b"\0" + bytes(bands * depth // 8) + b"\1" * bands * (depth // 8)
        path.write_bytes(png(2, 1, depth, colour, rows, chunk(b"tRNS", b"\0\0" * bands)))


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P", "L", "RGB", "I;16"])
def test_what_is_clear_shows_white_paper(mode: str, tmp_path: Path) -> None:
    """Transparency is laid on white, whether it is a channel, a palette entry or one value."""
    path = tmp_path / "clear.png"
    transparent(mode, path)
    with Image.open(path) as stored:
        assert stored.mode == mode
    pixels = loaded(path)
    assert pixels[0, 0].tolist() == [255] * 3
    assert pixels[0, 1].max() <= 1


def test_half_clear_is_half_white(tmp_path: Path) -> None:
    """Half transparent red on white paper is pink."""
    path = tmp_path / "half.png"
    Image.new("RGBA", (1, 1), (255, 0, 0, 128)).save(path)
    assert loaded(path)[0, 0].tolist() == [255, 127, 127]


# Orientation

# Where a camera that was held that way puts the scene's top left corner in the file.
STORED_CORNER = {
    1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (-1, 0), 7: (-1, -1), 8: (0, -1),
}  # fmt: skip


@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("orientation", STORED_CORNER)
def test_a_turned_picture_is_turned_upright(
    orientation: int, extension: str, tmp_path: Path
) -> None:
    """The scene's bright corner is at the top left again, and the picture wider than high."""
    stored = np.zeros((HEIGHT, WIDTH) if orientation < 5 else (WIDTH, HEIGHT), np.uint8)
    stored[STORED_CORNER[orientation]] = 255
    stored = np.kron(stored, np.ones((8, 8), np.uint8))  # whole blocks survive compression
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    path = tmp_path / f"turned.{extension}"
    Image.fromarray(stored).convert("RGB").save(path, exif=exif)
    bright = loaded(path)[4::8, 4::8, 0] > 127
    assert bright.shape == (HEIGHT, WIDTH)
    assert np.argwhere(bright).tolist() == [[0, 0]]


def test_a_turn_told_by_xmp_counts_too(tmp_path: Path) -> None:
    """Some programs write the orientation as XMP instead of EXIF."""
    path = tmp_path / "turned.png"
    notes = PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", '<x tiff:Orientation="3"/>')
    corner().save(path, pnginfo=notes)
    assert np.argwhere(loaded(path)[..., 0]).tolist() == [[HEIGHT - 1, WIDTH - 1]]


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*", b"MM\0*\0\0\0\x08\0\x09\x01\x12", b"\xff"]
)
@pytest.mark.parametrize("extension", ["jpg", "png", "webp"])
def test_unreadable_notes_do_not_make_a_picture_unreadable(
    exif: bytes, extension: str, tmp_path: Path
) -> None:
    """Broken EXIF data turn nothing, and no warning comes of them."""
    path = tmp_path / f"notes.{extension}"
    corner().save(path, exif=exif, **({"lossless": True} if extension == "webp" else {}))
    assert load(path).size == (WIDTH, HEIGHT)


def test_a_turn_is_found_among_broken_notes(tmp_path: Path) -> None:
    """A tag that cannot be written back does not keep the picture from being turned."""
    path = tmp_path / "turned.png"
    turn = struct.pack(">HHIHH", ExifTags.Base.Orientation, 3, 1, 3, 0)
    wrong = struct.pack(">HHIHH", ExifTags.Base.ResolutionUnit, 2, 1, 65535, 0)
    exif = b"MM\0*" + struct.pack(">IH", 8, 2) + turn + wrong + bytes(4)
    path.write_bytes(png(2, 1, 8, 0, b"\0\xff\0", chunk(b"eXIf", exif)))
    assert loaded(path)[0, :, 0].tolist() == [0, 255]


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int, tmp_path: Path) -> None:
    """Only 2 to 8 mean a turn."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    corner().save(tmp_path / "odd.png", exif=exif)
    assert np.argwhere(loaded(tmp_path / "odd.png")[..., 0]).tolist() == [[0, 0]]


# Files that hold more than one picture, or none


@pytest.mark.parametrize("extension", ["gif", "png", "webp", "tif"])
def test_of_several_pictures_the_first_is_taken(extension: str, tmp_path: Path) -> None:
    """An animation gives its first frame, a paged file its first page."""
    frames = [Image.new("RGB", (6, 5), colour) for colour in ("red", "lime", "blue")]
    path = tmp_path / f"several.{extension}"
    lossless = {"lossless": True} if extension == "webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], **lossless)
    assert (loaded(path) == [255, 0, 0]).all()


@pytest.mark.parametrize("extension", ["jpg", "png", "gif", "tif", "bmp", "webp"])
def test_a_picture_cut_short_anywhere_is_whole_or_refused(extension: str, tmp_path: Path) -> None:
    """Wherever the file ends, no picture with a missing part comes back, and no other error."""
    whole, path = tmp_path / f"whole.{extension}", tmp_path / f"cut.{extension}"
    noise = np.random.default_rng(0).integers(0, 256, (9, 8, 3), np.uint8)
    Image.fromarray(noise).save(whole)
    pixels, content = loaded(whole), whole.read_bytes()
    reasons = []
    for length in range(1, len(content)):
        path.write_bytes(content[:length])
        outcome = pixels_or_reason(path)
        if isinstance(outcome, str):
            reasons.append(outcome)
        else:
            np.testing.assert_array_equal(outcome, pixels)
    assert all(reasons)
    assert len(reasons) > 0.8 * len(content)  # the last few bytes may be a mere end mark


@pytest.mark.parametrize("extension", ["jpg", "png", "gif", "tif", "bmp", "webp", "avif", "dds"])
def test_a_picture_with_wrong_bytes_is_read_or_refused(extension: str, tmp_path: Path) -> None:
    """Whatever a decoder stumbles over, it is one error that names the file."""
    path = tmp_path / f"wrong.{extension}"
    try:
        colours().save(path)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow does not write {extension}")
    content, rng = path.read_bytes(), np.random.default_rng(1)
    for _ in range(150):
        wrong = np.frombuffer(content, np.uint8).copy()
        wrong[rng.integers(0, min(300, wrong.size), 3)] = rng.integers(0, 256, 3)
        path.write_bytes(wrong.tobytes())
        outcome = pixels_or_reason(path)
        assert isinstance(outcome, np.ndarray) or outcome


def test_what_pillow_warns_of_does_not_stop_a_picture(tmp_path: Path) -> None:
    """A file with one needless number in a tag is read, and no warning comes out."""
    path = tmp_path / "wordy.tif"
    corner().save(path, dpi=(72, 72))
    unit = struct.pack("<HHI", ExifTags.Base.ResolutionUnit, 3, 1)
    wordy = path.read_bytes().replace(unit, struct.pack("<HHI", ExifTags.Base.ResolutionUnit, 3, 2))
    path.write_bytes(wordy)
    with pytest.warns(UserWarning, match="had too many entries"), Image.open(path) as opened:
        opened.load()
    assert np.argwhere(loaded(path)[..., 0]).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"Dear panda,\n", "it is not an image that Pillow can read"),
        (b"\x89PNG\r\n\x1a\n", "it is not an image that Pillow can read"),
        (b"P5 0 0 255\n", "it is not an image that Pillow can read"),
        (png(8, 8, 8, 2, b""), "image file is truncated"),
        (png(100_000, 100_000, 8, 2, b""), "it has over 50000000 pixels"),
        (png(10_000, 6_000, 8, 2, b""), "it has 10000 x 6000 pixels, over the limit of 50000000"),
        (png(10_000, 10_000, 8, 2, b""), "it has 10000 x 10000 pixels, over the limit of"),
        (png(1, 1, 8, 0, b"\0\0", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**21)))),
         "Decompressed data too large"),
    ],
    ids=["empty", "text", "signature", "no pixels", "no data", "bomb", "large", "larger", "notes"],
)  # fmt: skip
def test_a_file_that_is_no_picture_is_refused_with_the_reason(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    """The error begins with the file's name and goes on with what is wrong with it."""
    path = tmp_path / "no picture.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match="^" + re.escape(f"{path}: {reason}")):
        load(path)


def test_a_picture_of_the_most_pixels_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit itself is allowed, one row more is not."""
    monkeypatch.setattr(images, "MAX_PIXELS", 12)
    corner().save(tmp_path / "most.png")
    Image.new("L", (4, 4)).save(tmp_path / "more.png")
    assert load(tmp_path / "most.png").size == (4, 3)
    with pytest.raises(ImageError, match=r"more.png: it has 4 x 4 pixels, over the limit of 12$"):
        load(tmp_path / "more.png")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder is told apart from an empty file."""
    with pytest.raises(ImageError, match=re.escape(f"{tmp_path}: it is a folder") + "$"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["nowhere.png", "Panda", "folder/nowhere.jpg"])
def test_a_missing_file_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error also says that there is no built-in picture of that name."""
    monkeypatch.chdir(tmp_path)
    words = f"{name}: there is no such file, nor such a built-in picture"
    with pytest.raises(ImageError, match="^" + re.escape(words) + "$"):
        load(name)


def test_a_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says so, and not that the file is broken."""
    path = tmp_path / "secret.png"
    corner().save(path)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(images.Image, "open", refuse)  # root may read files of any mode
    with pytest.raises(ImageError, match=r"secret\.png: it may not be read$"):
        load(path)


@pytest.mark.parametrize(
    "name",
    [None, 3, 3.5, b"panda", [], np.array(["panda", "panda"]), Image.new("RGB", (2, 2)), ""],
    ids=lambda name: type(name).__name__,
)
def test_what_is_not_a_name_is_refused(name: Any) -> None:
    """Only a string or a path names a picture; even a picture does not."""
    words = f"{name!r}: a picture is named by a string or a path"
    with pytest.raises(ImageError, match="^" + re.escape(words) + "$"):
        load(name)


@pytest.mark.parametrize("name", ["nul\0.png", "long" * 5000, "\ud800.png", "file.png/inside.png"])
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    """Whatever the operating system says of it, it is the same kind of error."""
    (tmp_path / "file.png").write_bytes(b"x")
    reason = pixels_or_reason(tmp_path / name)
    assert isinstance(reason, str)
    assert reason
    assert "Errno" not in reason


def test_a_string_a_path_and_anything_that_gives_a_path_will_do(tmp_path: Path) -> None:
    """An object with __fspath__ serves as well."""

    class Upload:
        def __fspath__(self) -> str:
            return str(tmp_path / "picture.png")

    corner().save(tmp_path / "picture.png")
    for name in (Upload(), tmp_path / "picture.png", str(tmp_path / "picture.png")):
        assert load(name).tobytes() == corner().tobytes()


def test_the_file_is_closed_again(tmp_path: Path) -> None:
    """A loaded picture may be drawn on and its file deleted; a refused one's too."""
    path = tmp_path / "picture.png"
    corner().save(path)
    picture = load(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ImageError, match=r"picture\.png: "):
        load(path)
    path.unlink()
    picture.putpixel((1, 1), (1, 2, 3))
    assert picture.getpixel((1, 1)) == (1, 2, 3)
