"""The numbers of an explorer's arrays, by the names that it gives them, and how it writes them."""

import json
import math
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

EXPLORER = Path(__file__).parents[1] / "explorer"
TABLE: dict[str, Any] = json.loads((EXPLORER / "settings.json").read_text(encoding="utf-8"))
PICTURES = json.loads((EXPLORER / "pictures.json").read_text(encoding="utf-8"))
FINEST = 256  # the largest denominator that is shown
NOISE = 1e-9  # what is left of a sum that cancels
MINUS = "\N{MINUS SIGN}"


def impulse(shape: tuple[int, ...]) -> Array:
    """Give a one at the centre of each plane."""
    planes = np.zeros(shape, int)
    planes[..., shape[2] // 2, shape[3] // 2] = 1
    return planes


def sampled(picture: Array, shape: tuple[int, ...]) -> Array:
    """Give a picture at any size, in each plane."""
    rows, columns = (len(picture) * np.arange(n) // n for n in shape[2:])
    drawn: Array = np.broadcast_to(picture[np.ix_(rows, columns)], shape)
    return drawn


def face(shape: tuple[int, ...]) -> Array:
    """Give nine where the bits of a small picture are set."""
    bits = np.array([[row >> 7 - k & 1 for k in range(8)] for row in TABLE["face"]])
    return sampled(9 * bits, shape)


def picture(name: str) -> Array:
    """Read a picture's rows, in which a cell is two digits."""
    return np.array([[*map(int, re.findall("..", row))] for row in PICTURES[name]])


def draws(seed: int) -> Iterator[float]:
    """Draw by Park and Miller's generator, but for the first five, which are much alike."""
    state = seed
    for k in range(1 << 30):
        state = state * 48271 % 2147483647
        if k >= 5:
            yield state / 2147483647


def random(shape: tuple[int, ...], seed: int, *, signed: bool) -> Array:
    """Draw digits, or small numbers of either sign."""
    most, least = (7, -3) if signed else (10, 0)
    drawn = draws(seed)
    whole = [math.floor(next(drawn) * most) + least for _ in range(math.prod(shape))]
    return np.array(whole).reshape(shape)


def gaussian(shape: tuple[int, ...]) -> Array:
    """Give the products of two rows of Pascal's triangle, with the sum one."""
    down, across = ([math.comb(n - 1, k) for k in range(n)] for n in shape[2:])
    if max(shape[2:]) > (widest := TABLE["widest_gaussian"]):
        raise ValueError(f"gaussian goes up to {widest}, not to {max(shape[2:])}")
    plane = np.outer(down, across) / (sum(down) * sum(across))
    return np.broadcast_to(plane, shape)


def constant(name: str, shape: tuple[int, ...]) -> Array:
    """Give one kernel of the table in each plane."""
    plane = np.array(TABLE["kernels"][name])
    if plane.shape != shape[2:]:
        own, wanted = ("{} \N{MULTIPLICATION SIGN} {}".format(*s) for s in (plane.shape, shape[2:]))
        raise ValueError(f"{name} is a kernel of {own}, not {wanted}")
    return np.broadcast_to(plane, shape)


PLAIN: dict[str, Callable[[tuple[int, ...]], Array]] = {
    "ramp": lambda shape: np.tensordot([1, 1, 2, 1], np.indices(shape), 1),
    "ones": lambda shape: np.ones(shape, int),
    "zeros": lambda shape: np.zeros(shape, int),
    "checkerboard": lambda shape: np.indices(shape).sum(axis=0) % 2,
    "impulse": impulse,
    "face": face,
    "box": lambda shape: np.full(shape, 1 / (shape[2] * shape[3])),
    "gaussian": gaussian,
}


def named(name: str, shape: tuple[int, ...], *, signed: bool) -> Array:
    """Give the numbers of a name; a kernel (signed) draws numbers of either sign."""
    word, _, seed = name.partition("-")
    if word == "random":
        return random(shape, int(seed), signed=signed)
    if word in PICTURES:
        return sampled(picture(word), shape)
    return PLAIN[word](shape) if word in PLAIN else constant(word, shape)


def denominator(number: float) -> int:
    """Give the smallest denominator of what two decimals do not write, or 1."""
    if round(number * 100) / 100 == number:
        return 1
    found = (k for k in range(2, FINEST + 1) if round(number * k) / k == number)
    return next(found, 1)


def common_denominator(numbers: Array) -> int:
    """Give one denominator for all: 16 for 1/16, 2/16 and 4/16."""
    common = math.lcm(*{denominator(float(n)) for n in numbers.flat})
    return common if common <= FINEST else 1


def show(number: float, common: int = 1) -> str:
    """Write a number as the explorer's cells do."""
    size = abs(number)
    if size < NOISE:
        return "0"
    sign = MINUS if number < 0 else ""
    if math.isinf(number):
        return f"{sign}\N{INFINITY}"
    over = round(size * common)
    if common > 1 and over / common == size and over % common:
        return f"{sign}{over}/{common}"
    if size >= 0.1:
        short = math.floor(size * 100 + 0.5) / 100
    else:
        exact = Decimal(size)
        short = float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), ROUND_HALF_UP))
    return sign + np.format_float_positional(short, trim="-")


def number(text: str) -> float:
    """Read a whole number, a decimal or a fraction."""
    exact = Fraction(text)
    return int(exact) if exact.denominator == 1 else float(exact)
