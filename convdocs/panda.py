"""The tutorial's own picture: a panda in bamboo, painted by arithmetic.

Shapes are signed distances in pixels (negative inside), turned into soft-edged masks and
painted one over the other. Shading, fur and grain give filters something to find.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

__all__ = ["HEIGHT", "WIDTH", "paint"]

WIDTH, HEIGHT = 180, 235

Plane = NDArray[np.float64]

# (cx, cy, half width, half height, tilt in degrees) of the ellipses that make the panda.
BODY = (90, 205, 68, 72, 0)
BELLY = (90, 214, 44, 50, 0)
HEAD = (90, 92, 62, 54, 0)
EARS = ((42, 46, 20, 20, 0), (138, 46, 20, 20, 0))
PATCHES = ((64, 92, 15, 20, 35), (116, 92, 15, 20, -35))
MUZZLE = (90, 117, 27, 20, 0)
NOSE = (90, 107, 9, 6, 0)
ARMS = ((37, 178, 20, 45, 18), (143, 178, 20, 45, -18))
PAWS = ((52, 222, 23, 19, 0), (128, 222, 23, 19, 0))


def _ellipse(x: Plane, y: Plane, cx: float, cy: float, rx: float, ry: float, tilt: float) -> Plane:
    """Distance to an ellipse, about right near its edge."""
    angle = np.deg2rad(tilt)
    u = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
    v = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
    radius = np.hypot(u / rx, v / ry)
    slope = np.hypot(u / rx**2, v / ry**2)
    reach = np.divide(radius, slope, out=np.full_like(x, min(rx, ry)), where=slope > 0)
    distance: Plane = (radius - 1) * reach
    return distance


def _mask(distance: Plane, softness: float = 0.8) -> Plane:
    mask: Plane = 1 / (1 + np.exp(np.clip(distance / softness, -40, 40)))
    return mask


class _Canvas:
    """Colours that are painted over through masks."""

    def __init__(self, seed: int) -> None:
        self.noise = np.random.default_rng(seed)
        y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
        self.x, self.y = x, y
        self.rgb = np.zeros((HEIGHT, WIDTH, 3))

    def grain(self, sigma_y: float, sigma_x: float) -> Plane:
        """Noise of unit spread, smoothed more along one direction than the other."""
        grain = gaussian_filter(self.noise.standard_normal((HEIGHT, WIDTH)), (sigma_y, sigma_x))
        scaled: Plane = grain / grain.std()
        return scaled

    def paint(self, mask: Plane, colour: tuple[float, float, float], shade: Plane) -> None:
        layer = np.asarray(colour) * shade[..., None]
        self.rgb += mask[..., None] * (layer - self.rgb)

    def ball(
        self, shape: tuple[float, ...], colour: tuple[float, float, float], *,
        fur: Plane, depth: float = 0.35,
    ) -> None:  # fmt: skip
        """Paint an ellipse as a furry ball lit from the upper left, its edge ragged."""
        cx, cy, rx, ry, _ = shape
        lit = ((cx - self.x) / rx + (cy - self.y) / ry) / 2
        edge = ((self.x - cx) / rx) ** 2 + ((self.y - cy) / ry) ** 2
        shade = 1 + depth * (0.5 * lit - 0.4 * np.clip(edge, 0, 1)) + 0.07 * fur
        distance = _ellipse(self.x, self.y, *shape)
        self.paint(_mask(distance + 1.2 * fur), colour, shade)


def _bamboo(canvas: _Canvas) -> None:
    """Paint a misty gradient, then stalks with joints, dark far away and bright near."""
    x, y = canvas.x, canvas.y
    mist = 0.82 - 0.25 * y / HEIGHT + 0.03 * canvas.grain(9, 9)
    canvas.paint(np.ones_like(x), (0.75, 0.86, 0.66), mist)
    stalks = ((14, 9, 0.55, 41), (58, 6, 0.75, 57), (106, 7, 0.68, 37), (163, 11, 0.5, 47))
    for centre, width, light, gap in stalks:
        middle = centre + 0.02 * (y - HEIGHT / 2)
        across = (x - middle) / width
        joint = np.abs((y + 3 * centre) % gap - gap / 2) < 1.5
        shade = light * (1.25 - 0.5 * across**2 - 0.35 * across - 0.35 * joint)
        shade += 0.03 * canvas.grain(6, 0.5)
        canvas.paint(_mask(np.abs(x - middle) - width), (0.62, 0.85, 0.34), shade)
    leaves = ((22, 24, 24, 5, 28), (150, 18, 26, 5, -33), (160, 128, 20, 4, -50),
              (16, 120, 18, 4, 48), (92, 14, 22, 4, 8))  # fmt: skip
    for leaf in leaves:
        vein = np.exp(-((canvas.y - leaf[1]) ** 2) / 3)
        shade = 1 + 0.1 * canvas.grain(1, 3) + 0.1 * vein
        canvas.paint(_mask(_ellipse(x, y, *leaf)), (0.33, 0.6, 0.2), shade)


def _face(canvas: _Canvas, fur: Plane) -> None:
    x, y = canvas.x, canvas.y
    black, white = (0.16, 0.15, 0.17), (0.95, 0.93, 0.9)
    for ear in EARS:
        canvas.ball(ear, black, fur=fur, depth=0.8)
    canvas.ball(HEAD, white, fur=fur, depth=0.32)
    for patch in PATCHES:
        canvas.ball(patch, black, fur=fur, depth=0.6)
    for side, patch in zip((1, -1), PATCHES, strict=True):
        ex, ey = patch[0] + 3 * side, patch[1] - 3
        one = np.ones_like(x)
        canvas.paint(_mask(_ellipse(x, y, ex, ey, 6, 6, 0)), (0.36, 0.22, 0.12), one)
        canvas.paint(_mask(_ellipse(x, y, ex, ey, 3.6, 3.6, 0)), (0.03, 0.03, 0.04), one)
        canvas.paint(_mask(_ellipse(x, y, ex - 2, ey - 2, 1.7, 1.7, 0)), (1, 1, 1), one)
    canvas.ball(MUZZLE, (0.98, 0.96, 0.93), fur=fur, depth=0.25)
    canvas.ball(NOSE, (0.1, 0.09, 0.1), fur=0 * fur, depth=0.9)
    mouth = np.minimum(
        np.hypot(x - 90, np.maximum(np.abs(y - 116) - 4, 0)),
        np.abs(np.hypot(np.abs(x - 90) - 9, y - 117) - 9) + 20 * (y < 119),
    )
    canvas.paint(_mask(mouth - 0.9, 0.5), (0.2, 0.16, 0.16), np.ones_like(x))


@cache
def _pixels() -> NDArray[np.uint8]:
    canvas = _Canvas(seed=180_235)
    _bamboo(canvas)
    fur = canvas.grain(1.6, 0.6)
    black, white = (0.15, 0.14, 0.16), (0.93, 0.91, 0.88)
    canvas.ball(BODY, black, fur=fur, depth=0.7)
    canvas.ball(BELLY, white, fur=fur, depth=0.4)
    for limb in ARMS + PAWS:
        canvas.ball(limb, black, fur=fur, depth=0.9)
    shadow = 0.35 * _mask(_ellipse(canvas.x, canvas.y, 90, 150, 52, 16, 0), 6)
    canvas.paint(shadow, (0.1, 0.1, 0.12), np.ones_like(fur))
    _face(canvas, fur)
    grained = canvas.rgb + 0.012 * canvas.grain(0.4, 0.4)[..., None]
    return np.round(np.clip(grained, 0, 1) * 255).astype(np.uint8)


def paint() -> Image.Image:
    """Paint the panda.

    Returns
    -------
    PIL.Image.Image
        180 wide by 235 high, mode RGB, the same at every call.

    Examples
    --------
    >>> paint().size
    (180, 235)
    """
    return Image.fromarray(_pixels())
