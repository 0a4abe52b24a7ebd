"""The palette seen by readers whose eyes lack one of three kinds of cones, and as contrast."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from convdocs.plots import palette

COLOURS = palette._COLOURS
FILLS = [COLOURS[name] for name in ("input", "kernel", "output")]
GROUNDS = COLOURS["by_theme"]["ground"]

# What is left of red, green and blue light: Machado, Oliveira and Fernandes, "A Physiologically-
# based Model for Simulation of Color Vision Deficiency", 2009, at full severity.
EYES = {
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
          [0.0193339, 0.1191920, 0.9503041]]  # fmt: skip


def light(colour: str) -> np.ndarray:
    """Give a colour as amounts of light."""
    parts = np.array(to_rgb(colour))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Give the ratio of the Web Content Accessibility Guidelines, 2.2."""
    low, high = sorted(float(light(colour) @ TO_XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, eye: str) -> np.ndarray:
    """Give a colour as CIELAB, as an eye sees it."""
    seen = np.clip(np.array(EYES[eye]) @ light(colour), 0, 1)
    scaled = np.array(TO_XYZ) @ seen / np.sum(TO_XYZ, axis=1)
    x, y, z = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Give the colour difference of CIEDE2000."""
    chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    stretch = 1 + (1 - np.sqrt(chroma**7 / (chroma**7 + 25**7))) / 2
    (l1, c1, h1), (l2, c2, h2) = (
        (x, np.hypot(a * stretch, b), np.degrees(np.arctan2(b, a * stretch)) % 360)
        for x, a, b in (one, other)
    )
    turn = (h2 - h1 + 180) % 360 - 180
    hue = np.radians((h1 + turn / 2) % 360)
    depth, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2
    weigh = (
        1 - 0.17 * np.cos(hue - np.pi / 6) + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.pi / 30) - 0.2 * np.cos(4 * hue - np.radians(63))
    )  # fmt: skip
    lightness = (l2 - l1) / (1 + 0.015 * depth**2 / np.sqrt(20 + depth**2))
    saturation = (c2 - c1) / (1 + 0.045 * chroma)
    across = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * weigh)
    blue = np.radians(60 * np.exp(-(((np.degrees(hue) - 275) / 25) ** 2)))
    twist = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(blue)
    return float(np.sqrt(lightness**2 + saturation**2 + across**2 + twist * saturation * across))


def test_the_difference_is_that_of_published_pairs() -> None:
    """Three pairs of the test data of Sharma, Wu and Dalal, 2005."""
    pairs = {
        2.0425: ((50, 2.6772, -79.7751), (50, 0, -82.7485)),
        7.2195: ((50, 2.49, -0.001), (50, -2.49, 0.0011)),
        27.1492: ((50, 2.5, 0), (73, 25, -18)),
    }
    for wanted, (one, other) in pairs.items():
        assert difference(np.array(one), np.array(other)) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("colours", [FILLS, COLOURS["lines"]], ids=["fills", "lines"])
def test_colours_are_told_apart_by_every_eye(colours: list[str], eye: str) -> None:
    """Each two fills, and each two lines, are ten units apart, about ten just noticeable steps."""
    for one, other in combinations(colours, 2):
        assert difference(lab(one, eye), lab(other, eye)) >= 10, (one, other)


@pytest.mark.parametrize("ground", GROUNDS)
def test_lines_stand_out_from_the_page(ground: str) -> None:
    """By 3 to 1 at least, in both themes."""
    for line in (*COLOURS["lines"], COLOURS["outline"], COLOURS["faint"]):
        assert contrast(line, ground) >= 3, line


@pytest.mark.parametrize("fill", FILLS)
def test_the_outline_and_the_numbers_stand_out_from_every_fill(fill: str) -> None:
    """The outline by 3 to 1, numbers by 7 to 1."""
    assert contrast(palette.OUTLINE, fill) >= 3
    assert contrast(palette.ON_FILL, fill) >= 7
