"""A picture's black is 0 and its white 255, whatever its depth, or it is refused with the reason.

The files are written here by the formats' specifications, so that every sample is known.
"""

import re
import struct
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from png import chunk, png
from tiff import tiff

from convdocs.images import ImageError, load

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INKS, LAB = 0, 1, 2, 3, 5, 8
SHARED, APART = 1, 2  # alpha that the colours are multiplied by already, or not


def grey(*samples: float) -> np.ndarray:
    """Give one row of grey samples."""
    return np.array(samples).reshape(1, -1, 1)


def row(path: Path, content: bytes) -> list[int]:
    """Load a file of one grey row."""
    path.write_bytes(content)
    (pixels,) = np.asarray(load(path)).tolist()
    assert all(len({*pixel}) == 1 for pixel in pixels)
    return [pixel[0] for pixel in pixels]


def refused(path: Path, content: bytes) -> str:
    """Give the reason why a file is refused, after its name."""
    path.write_bytes(content)
    with pytest.raises(ImageError, match="^" + re.escape(f"{path}: ")) as caught:
        load(path)
    return str(caught.value).removeprefix(f"{path}: ")


def pixels_or_reason(path: Path) -> np.ndarray | str:
    """Give a picture's pixels, or the reason why it is refused."""
    try:
        return np.asarray(load(path))
    except ImageError as error:
        return str(error).removeprefix(f"{path}: ")


# Greys of every depth

DEEP = {
    "12 bits": (tiff(grey(0, 2048, 4095), 12), [0, 128, 255]),
    "12 bits, packed": (tiff(grey(0, 2048, 4095), 12, packs=True), [0, 128, 255]),
    "16 bits": (tiff(grey(0, 32768, 65535), 16), [0, 128, 255]),
    "16 bits, big-endian": (tiff(grey(0, 32768, 65535), 16, order=">"), [0, 128, 255]),
    "16 bits, white is zero": (tiff(grey(0, 65535), 16, photometric=0), [255, 0]),
    "16 bits, signed": (tiff(grey(-32768, 0, 32767), 16, form=SIGNED), [0, 128, 255]),
    "8 bits, signed": (tiff(grey(-128, 0, 127), 8, form=SIGNED), [0, 128, 255]),
    "32 bits": (tiff(grey(0, 2**31, 2**32 - 1), 32), [0, 128, 255]),
    "32 bits, signed": (tiff(grey(-(2**31), 0, 2**31 - 1), 32, form=SIGNED), [0, 128, 255]),
    "floats": (tiff(grey(0.0, 0.5, 1.0), 32, form=FLOAT), [0, 128, 255]),
    "floats, white is zero": (tiff(grey(0.0, 1.0), 32, form=FLOAT, photometric=0), [255, 0]),
    "floats a little outside": (tiff(grey(-1e-6, 1 + 1e-6), 32, form=FLOAT), [0, 255]),
    "8 bits, white is zero": (tiff(grey(0, 100, 255), 8, photometric=0), [255, 155, 0]),
    "4 bits": (tiff(grey(0, 8, 15), 4), [0, 136, 255]),
    "2 bits": (tiff(grey(0, 1, 2, 3), 2), [0, 85, 170, 255]),
    "1 bit": (tiff(grey(0, 1), 1), [0, 255]),
    "1 bit, white is zero": (tiff(grey(0, 1), 1, photometric=0), [255, 0]),
    "PNG of 16 bits": (png(3, 1, 16, 0, b"\0" + struct.pack(">3H", 0, 32768, 65535)),
                       [0, 128, 255]),
    "PNG of 4 bits": (png(3, 1, 4, 0, b"\0\x08\xf0"), [0, 136, 255]),
    "PGM to 1023": (b"P5 3 1 1023\n" + struct.pack(">3H", 0, 512, 1023), [0, 128, 255]),
    "PGM to 4095": (b"P5 3 1 4095\n" + struct.pack(">3H", 0, 2048, 4095), [0, 128, 255]),
    "PGM to 65535": (b"P5 3 1 65535\n" + struct.pack(">3H", 0, 32768, 65535), [0, 128, 255]),
    "PGM to 15": (b"P5 3 1 15\n\0\x08\x0f", [0, 136, 255]),
    "plain PGM to 1000": (b"P2 3 1 1000\n0 502 1000\n", [0, 128, 255]),
    "PPM to 1023": (b"P6 2 1 1023\n" + struct.pack(">6H", *[512] * 3, *[1023] * 3), [128, 255]),
    "PFM": (b"Pf\n3 1\n-1.0\n" + struct.pack("<3f", 0, 0.5, 1), [0, 128, 255]),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_black_is_0_and_white_255(kind: str, tmp_path: Path) -> None:
    """The ends of the file's own range become the ends of 8 bits, and its middle the middle."""
    content, expected = DEEP[kind]
    assert row(tmp_path / "grey", content) == expected


def test_a_jpeg_2000_of_16_bits_is_scaled(tmp_path: Path) -> None:
    """Its black is 0 and its white 255."""
    file = BytesIO()
    deep = Image.fromarray(np.array([[0, 32768, 65535]], "<u2"))
    deep.save(file, format="JPEG2000", irreversible=False)
    assert row(tmp_path / "grey", file.getvalue()) == [0, 128, 255]


UNTOLD = {
    "floats to 255": (tiff(grey(0.0, 255.0), 32, form=FLOAT),
        "its samples run from 0 to 255, not from 0 to 1 as floats do"),
    "negative floats": (tiff(grey(-1.0, 1.0), 32, form=FLOAT),
        "its samples run from -1 to 1, not from 0 to 1 as floats do"),
    "bytes in 32 bits": (tiff(grey(0, 100, 255), 32),
        "its samples run from 0 to 255, which is a single grey of 8 bits where black is 0 and "
        "white 4294967295"),
    "bytes in 32 signed bits": (tiff(grey(0, 100, 255), 32, form=SIGNED),
        "its samples are signed and run from 0 to 255: it does not tell whether they begin at 0 "
        "or at -2147483648"),
    "heights in 16 signed bits": (tiff(grey(0, 4095), 16, form=SIGNED),
        "its samples are signed and run from 0 to 4095: it does not tell whether they begin at "
        "0 or at -32768"),
    "10 bits": (tiff(grey(0, 1023), 10),
        "it is a TIFF of a kind that Pillow cannot read (BitsPerSample=(10,), "
        "PhotometricInterpretation=1, FillOrder=1, PlanarConfiguration=1, byte order II)"),
    "14 bits": (tiff(grey(0, 16383), 14),
        "it is a TIFF of a kind that Pillow cannot read (BitsPerSample=(14,)"),
    "12 bits, big-endian": (tiff(grey(0, 4095), 12, order=">"),
        "it is a TIFF of a kind that Pillow cannot read (BitsPerSample=(12,)"),
    "deep grey with alpha": (tiff(np.full((1, 2, 2), 65535), 16, extra=(APART,)),
        "it is a TIFF of a kind that Pillow cannot read (BitsPerSample=(16, 16)"),
    "a clear colour of 16 bits": (
        png(1, 1, 16, 2, b"\0" + bytes(6), chunk(b"tRNS", bytes(6))),
        "its clear colour has 16 bits a sample, of which Pillow keeps 8"),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNTOLD)
def test_what_a_file_does_not_tell_is_not_guessed(kind: str, tmp_path: Path) -> None:
    """It is refused, with the numbers that leave it open."""
    content, reason = UNTOLD[kind]
    assert refused(tmp_path / "untold", content).startswith(reason)


def fits(*samples: int) -> bytes:
    """Write a FITS file of 16-bit samples, whose white nothing in the format tells."""
    cards = ["SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 2", f"NAXIS1  = {len(samples)}",
             "NAXIS2  = 1", "END"]  # fmt: skip
    head = "".join(card.ljust(80) for card in cards).ljust(2880)
    return head.encode() + struct.pack(f">{len(samples)}h", *samples).ljust(2880, b"\0")


def test_deep_samples_of_a_format_that_tells_no_white_are_refused(tmp_path: Path) -> None:
    """A FITS file holds measurements, and not brightnesses."""
    reason = "a FITS file does not tell which of its samples is white"
    assert refused(tmp_path / "sky.fits", fits(-5, 0, 1000)) == reason


# Every kind of TIFF: right, or refused


def levels(samples: np.ndarray, bits: int, form: int, photometric: int) -> np.ndarray:
    """Give what a grey TIFF shows, by its specification."""
    low = {UNSIGNED: 0, SIGNED: -(2 ** (bits - 1)), FLOAT: 0}[form]
    span = 1 if form == FLOAT else 2**bits - 1
    shown = np.round((samples[..., 0] - np.float64(low)) / span * 255)
    return 255 - shown if photometric == WHITE_IS_ZERO else shown


@pytest.mark.parametrize("form", [UNSIGNED, SIGNED, FLOAT])
@pytest.mark.parametrize("bits", [1, 2, 4, 6, 8, 10, 12, 14, 16, 24, 32])
def test_a_grey_tiff_of_any_kind_is_right_or_refused(bits: int, form: int, tmp_path: Path) -> None:
    """Byte order, fill order, planes, packing and the direction of brightness may not matter."""
    rng = np.random.default_rng(bits)
    low = -(2 ** (bits - 1)) if form == SIGNED else 0
    samples = rng.integers(low, low + 2**bits, (5, 7, 1))
    samples[0, :2, 0] = low, low + 2**bits - 1
    if form == FLOAT:
        samples = rng.random((5, 7, 1)).astype(np.float32)
    path, read = tmp_path / "any.tif", 0
    for photometric, order, planar, fill, packs in product((0, 1), "<>", (1, 2), (1, 2), (0, 1)):
        path.write_bytes(
            tiff(samples, 32 if form == FLOAT else bits, form=form, photometric=photometric,
                 order=order, planar=planar, fill_order=fill, packs=bool(packs))
        )  # fmt: skip
        shown = pixels_or_reason(path)
        if isinstance(shown, str):
            assert len(shown) > 10
            continue
        read += 1
        expected = levels(samples, bits, form, photometric)
        assert np.abs(shown[..., 0] - expected).max() <= (photometric == WHITE_IS_ZERO)
    assert read >= (form == UNSIGNED and bits in {1, 2, 4, 8, 12, 16, 32})


KINDS = {
    "RGB": (RGB, 3, ()),
    "RGB and more": (RGB, 4, (0,)),
    "RGB and alpha": (RGB, 4, (APART,)),
    "RGB and alpha, unsaid": (RGB, 4, ()),
    "shared alpha": (RGB, 4, (SHARED,)),
    "grey and more": (BLACK_IS_ZERO, 2, (0,)),
    "grey and alpha": (BLACK_IS_ZERO, 2, (APART,)),
    "grey and shared alpha": (BLACK_IS_ZERO, 2, (SHARED,)),
    "palette": (PALETTE, 1, ()),
    "palette and alpha": (PALETTE, 2, (APART,)),
    "inks": (INKS, 4, ()),
}
COLOURS = np.random.default_rng(3).integers(0, 256, (3, 256)) * 257


def on_paper(samples: np.ndarray, kind: str) -> np.ndarray:
    """Give what a colour TIFF shows on white paper, from samples between 0 and 1."""
    photometric, _, extra = KINDS[kind]
    if photometric == INKS:
        return (1 - samples[..., :3]) * (1 - samples[..., 3:])
    if photometric == PALETTE:
        colour = COLOURS.T[np.round(samples[..., 0] * 255).astype(int)] / 65535
    else:
        colour = samples[..., : 1 if photometric == BLACK_IS_ZERO else 3]
    if extra == (0,) or samples.shape[-1] in {1, 3}:
        return colour + np.zeros(3)
    alpha = samples[..., -1:]
    return colour * (1 if extra == (SHARED,) else alpha) + 1 - alpha + np.zeros(3)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", KINDS)
def test_a_colour_tiff_of_any_kind_is_right_or_refused(
    kind: str, bits: int, tmp_path: Path
) -> None:
    """To a step of 8 bits, or two where alpha is shared, which costs Pillow a division."""
    photometric, count, extra = KINDS[kind]
    samples = np.random.default_rng(count).integers(0, 2**bits, (5, 7, count))
    if extra == (SHARED,):
        samples[..., :-1] = samples[..., :-1] * samples[..., -1:] // (2**bits - 1)
    path, read = tmp_path / "any.tif", 0
    for order, planar, fill, packs in product("<>", (1, 2), (1, 2), (0, 1)):
        path.write_bytes(
            tiff(samples, bits, photometric=photometric, extra=extra, order=order, planar=planar,
                 fill_order=fill, packs=bool(packs),
                 colours=tuple(COLOURS.ravel().tolist()) if photometric == PALETTE else ())
        )  # fmt: skip
        shown = pixels_or_reason(path)
        if isinstance(shown, str):
            assert len(shown) > 10
            continue
        read += 1
        expected = 255 * on_paper(samples / (2**bits - 1), kind)
        assert np.abs(shown - expected).max() <= (2.5 if extra == (SHARED,) else 1.5)
    assert read >= (bits == 8 or photometric in {RGB, INKS})


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_palette_of_few_bits_keeps_its_colours(bits: int, tmp_path: Path) -> None:
    """Each sample picks its colour, in TIFF and in PNG."""
    picks, colours = np.arange(2**bits), COLOURS[:, : 2**bits]
    path = tmp_path / "few"
    path.write_bytes(tiff(picks.reshape(1, -1, 1), bits, photometric=PALETTE,
                          colours=tuple(colours.ravel().tolist())))  # fmt: skip
    np.testing.assert_array_equal(np.asarray(load(path))[0], colours.T // 257)
    packed = int("".join(f"{pick:0{bits}b}" for pick in picks).ljust(8, "0"), 2)
    rows = b"\0" + packed.to_bytes(max(1, bits * 2**bits // 8), "big")
    table = chunk(b"PLTE", (colours.T // 257).astype(np.uint8).tobytes())
    path.write_bytes(png(2**bits, 1, bits, 3, rows, table))
    np.testing.assert_array_equal(np.asarray(load(path))[0], colours.T // 257)


@pytest.mark.parametrize(
    ("lab", "expected"),
    [((0, 0, 0), (0, 0, 0)), ((255, 0, 0), (255, 255, 255)), ((136, 0, 0), (126, 126, 126)),
     ((138, 81, 70), (255, 0, 0))],
    ids=["black", "white", "grey", "red"],
)  # fmt: skip
def test_lightness_and_two_colour_axes_are_understood(
    lab: tuple[int, ...], expected: tuple[int, ...], tmp_path: Path
) -> None:
    """CIELAB in 8 bits: lightness to 255, the axes signed; red is (54.3, 80.8, 69.9) at D50."""
    path = tmp_path / "lab.tif"
    path.write_bytes(tiff(np.array(lab).reshape(1, 1, 3), 8, photometric=LAB))
    assert np.abs(np.asarray(load(path))[0, 0].astype(int) - expected).max() <= 5


def test_deep_colours_keep_their_brightness(tmp_path: Path) -> None:
    """16 bits of red, green, blue and alpha, to a step of 8 bits, in PNG."""
    samples = np.random.default_rng(5).integers(0, 65536, (4, 4))
    path = tmp_path / "deep.png"
    path.write_bytes(png(4, 1, 16, 6, b"\0" + samples.astype(">u2").tobytes()))
    colour, alpha = samples[:, :3] / 65535, samples[:, 3:] / 65535
    expected = 255 * (colour * alpha + 1 - alpha)
    assert np.abs(np.asarray(load(path))[0] - expected).max() <= 1.5


@pytest.mark.parametrize(("depth", "clear"), [(1, 0), (2, 1), (4, 3), (8, 100), (16, 25700)])
def test_one_sample_for_clear_is_found_at_every_depth(
    depth: int, clear: int, tmp_path: Path
) -> None:
    """A dark sample that stands for clear shows the white paper; the one beside it stays."""
    other = clear ^ 1
    samples = f"{clear:0{depth}b}{other:0{depth}b}".ljust(8, "0")
    rows = b"\0" + int(samples, 2).to_bytes(len(samples) // 8, "big")
    mark = chunk(b"tRNS", struct.pack(">H", clear))
    shown = row(tmp_path / "clear.png", png(2, 1, depth, 0, rows, mark))
    assert shown == [255, round(other / (2**depth - 1) * 255)]


# Inks


def test_inks_of_a_jpeg_are_read_by_adobes_mark_and_not_without(tmp_path: Path) -> None:
    """Adobe's files hold the ink that is missing, and say so; files without it say nothing."""
    file, path = BytesIO(), tmp_path / "inks.jpg"
    Image.new("CMYK", (16, 16), (255, 0, 0, 0)).save(file, format="JPEG", quality=100)
    marked = file.getvalue()
    at = marked.index(b"\xff\xee")
    (length,) = struct.unpack(">H", marked[at + 2 : at + 4])
    assert marked[at + 4 : at + 9] == b"Adobe"
    path.write_bytes(marked)
    assert np.abs(np.asarray(load(path)).astype(int) - (0, 255, 255)).max() <= 3
    reason = refused(path, marked[:at] + marked[at + 2 + length :])
    assert reason == "it has inks, but no mark that tells whether 0 is none of them or all"
