"""How close pictures are, against definitions written out by hand."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest
import torch

from convdocs.measures import psnr

RNG = np.random.default_rng(0)
ONE, OTHER = RNG.random((2, 9, 12)), RNG.random((2, 9, 12))


def test_it_is_the_logarithm_of_peak_over_error() -> None:
    """By PyTorch's mean squared error, whatever stands before height and width."""
    error = torch.nn.functional.mse_loss(torch.tensor(ONE), torch.tensor(OTHER)).item()
    assert psnr(ONE, OTHER) == pytest.approx(-10 * math.log10(error))
    assert psnr(255 * ONE, 255 * OTHER, peak=255) == pytest.approx(psnr(ONE, OTHER))


def test_a_tenth_of_the_squared_error_is_ten_decibels_more() -> None:
    """The unit is the decibel."""
    nearer = OTHER + (ONE - OTHER) / math.sqrt(10)
    assert psnr(nearer, OTHER) == pytest.approx(psnr(ONE, OTHER) + 10)


def test_equal_pictures_are_infinitely_close() -> None:
    """And no warning is given of a division by zero."""
    assert psnr(ONE, ONE) == math.inf


def test_bytes_do_not_wrap_around() -> None:
    """The difference of 0 and 255 is the peak."""
    black, white = np.zeros((2, 2), np.uint8), np.full((2, 2), 255, np.uint8)
    assert psnr(black, white, peak=255) == psnr(white, black, peak=255) == 0


def test_the_border_is_left_out_of_both_pictures() -> None:
    """So many rows and columns at each edge."""
    framed = OTHER.copy()
    framed[:, [0, 1, -2, -1]] = framed[..., [0, 1, -2, -1]] = 9
    assert psnr(framed, OTHER, border=2) == math.inf
    assert psnr(framed, OTHER, border=1) < 0
    assert psnr(torch.tensor(ONE, requires_grad=True), OTHER, border=3) == pytest.approx(
        psnr(ONE[:, 3:-3, 3:-3], OTHER[:, 3:-3, 3:-3])
    )


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: psnr(ONE, OTHER[0]), ValueError,
         "both pictures must be (*any, height, width) and of one shape "
         "(picture=(2, 9, 12), original=(9, 12))"),
        (lambda: psnr([1, 2], [1, 2]), ValueError, "(picture=(2,), original=(2,))"),
        (lambda: psnr(ONE, OTHER, border=5), ValueError,
         "nothing is left of the pictures to compare (shape=(2, 9, 12), border=5)"),
        (lambda: psnr(ONE[:0], OTHER[:0]), ValueError, "nothing is left"),
        (lambda: psnr(ONE, OTHER, border=1.0), TypeError, "border must be an integer"),
        (lambda: psnr(ONE, OTHER, peak=0), ValueError, "peak must be above 0 and finite (peak=0)"),
        (lambda: psnr(ONE, OTHER, peak="byte"), TypeError, "peak must be a number (peak='byte')"),
        (lambda: psnr("panda", OTHER), TypeError, "picture must be an array of real numbers"),
        (lambda: psnr(ONE, [[1], [1, 2]]), TypeError, "(original=[[1], [1, 2]])"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message gives the shapes or the numbers that clash."""
    with pytest.raises(error, match=re.escape(words)):
        call()
