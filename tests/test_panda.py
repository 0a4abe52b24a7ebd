"""The painted picture: always the same, and with something in it to find."""

import subprocess
import sys

import numpy as np
import torch

from convdocs import panda
from convdocs.kernels import oriented_ramps


def grey() -> np.ndarray:
    """Give the painting's brightness from 0 to 1, (height, width)."""
    return np.asarray(panda.paint().convert("L"), np.float32) / 255


def test_the_painting_is_180_wide_and_235_high() -> None:
    """Pillow tells the width first, NumPy the height."""
    picture = panda.paint()
    assert (picture.mode, picture.size) == ("RGB", (180, 235))
    assert np.asarray(picture).shape == (panda.HEIGHT, panda.WIDTH, 3) == (235, 180, 3)


def test_each_call_paints_a_picture_of_its_own() -> None:
    """Drawing on one leaves the next untouched."""
    first = panda.paint()
    untouched = first.copy()
    first.paste("red", (0, 0, 180, 235))
    assert panda.paint().tobytes() == untouched.tobytes()


def test_every_process_paints_the_same_picture() -> None:
    """The noise in it is seeded, whatever else has drawn random numbers."""
    code = (
        "import sys, numpy; numpy.random.seed(7); from convdocs.panda import paint; "
        "sys.stdout.buffer.write(paint().tobytes())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert run.stdout == panda.paint().tobytes()


def test_every_oriented_filter_finds_something_in_every_quarter() -> None:
    """Each of the four maps is far from flat in each corner of the picture."""
    kernels = torch.tensor(oriented_ramps())[:, None]
    maps = torch.nn.functional.conv2d(torch.tensor(grey())[None, None], kernels)[0]
    height, width = (n // 2 for n in maps.shape[1:])
    for rows in (slice(None, height), slice(height, None)):
        for columns in (slice(None, width), slice(width, None)):
            assert (maps[:, rows, columns].flatten(1).std(1) > 0.5).all()


def test_it_is_black_and_white_where_a_panda_is() -> None:
    """Ears, eye patches and arms are dark; forehead, cheeks and belly are light."""
    brightness = grey()
    dark = [(46, 42), (46, 138), (100, 60), (178, 37), (178, 143)]
    light = [(60, 90), (120, 50), (120, 130), (215, 90)]
    spots = {
        (row, column): brightness[row - 3 : row + 4, column - 3 : column + 4].mean()
        for row, column in dark + light
    }
    assert max(spots[spot] for spot in dark) < 0.35
    assert min(spots[spot] for spot in light) > 0.6


def test_it_uses_the_whole_range_without_clipping_much() -> None:
    """Black and white are both reached, by few samples."""
    pixels = np.asarray(panda.paint())
    assert pixels.min() < 10
    assert pixels.max() > 245
    assert np.isin(pixels, [0, 255]).mean() < 0.02
