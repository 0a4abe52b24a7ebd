"""Named kernels, against SciPy's filters and what their names promise."""

import re
from collections.abc import Callable

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import torch
from hypothesis import given
from hypothesis import strategies as st

from convdocs.kernels import LAPLACIAN, SOBEL_X, as_weight, impulse, oriented_ramps

PICTURE = np.random.default_rng(5).integers(0, 256, (9, 8)).astype(np.float32)
INSIDE = slice(1, -1), slice(1, -1)  # where a 3x3 kernel needs no rule for the border


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [(SOBEL_X, scipy.ndimage.sobel(PICTURE, axis=1)), (LAPLACIAN, scipy.ndimage.laplace(PICTURE))],
    ids=["SOBEL_X", "LAPLACIAN"],
)
def test_a_constant_kernel_does_what_scipys_filter_does(
    kernel: np.ndarray, expected: np.ndarray
) -> None:
    """Slid over a picture unflipped, it gives scipy.ndimage's numbers away from the border."""
    slid = scipy.signal.correlate(PICTURE, kernel, mode="valid", method="direct")
    np.testing.assert_array_equal(slid, expected[INSIDE])


@pytest.mark.parametrize("kernel", [SOBEL_X, LAPLACIAN], ids=["SOBEL_X", "LAPLACIAN"])
def test_a_constant_kernel_cannot_be_changed(kernel: np.ndarray) -> None:
    """A page that writes into one would change it for the others."""
    with pytest.raises(ValueError, match="read-only"):
        kernel[0, 0] = 7


def test_the_laplacian_is_zero_on_any_ramp() -> None:
    """Second differences of a plane vanish; those of a parabola are its curvature."""
    row, column = np.mgrid[:5, :6].astype(np.float32)
    plane, parabola = 3 * row - 2 * column + 1, column**2
    assert not scipy.signal.correlate(plane, LAPLACIAN, mode="valid", method="direct").any()
    assert (scipy.signal.correlate(parabola, LAPLACIAN, mode="valid", method="direct") == 2).all()


@pytest.mark.parametrize(
    ("index", "brightness"),
    [
        (0, lambda row, column: column),
        (1, lambda row, column: -column),
        (2, lambda row, column: row),
        (3, lambda row, column: -row),
    ],
    ids=["right", "left", "down", "up"],
)
def test_each_ramp_answers_strongest_where_brightness_rises_its_way(
    index: int, brightness: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> None:
    """The four stand in the order right, left, down, up; the opposite one answers as negative."""
    answers = (oriented_ramps() * brightness(*np.mgrid[:5, :5])).sum(axis=(1, 2))
    assert answers.argmax() == index
    assert answers.argmin() == index ^ 1
    assert answers.max() == -answers.min() > 0
    assert (np.delete(answers, [index, index ^ 1]) == 0).all()


def test_the_ramps_run_in_half_steps_from_minus_one_to_one() -> None:
    """Every line along the ramp is the same five numbers, in single precision."""
    ramps = oriented_ramps()
    assert ramps.dtype == np.float32
    np.testing.assert_array_equal(ramps[0], [[-1, -0.5, 0, 0.5, 1]] * 5)
    np.testing.assert_array_equal(ramps[2], ramps[0].T)


def test_the_ramps_are_the_callers_own() -> None:
    """Writing into one set leaves the next untouched."""
    oriented_ramps()[:] = 9
    assert oriented_ramps().max() == 1


ODD = st.lists(st.sampled_from([1, 3, 5]), min_size=1, max_size=3)


@given(ODD, st.sampled_from([1, -1, 2.5]))
def test_an_impulse_copies_the_picture_times_its_value(size: list[int], value: float) -> None:
    """On any number of axes, with the picture's edges padded by zeros."""
    picture = np.random.default_rng(0).integers(-9, 10, (6,) * len(size)).astype(np.float32)
    kernel = impulse(size, value=value)
    assert kernel.dtype == np.float32
    copied = scipy.ndimage.correlate(picture, kernel, mode="constant")
    np.testing.assert_array_equal(copied, value * picture)


@pytest.mark.parametrize("spatial", [(3,), (2, 3), (2, 1, 2)])
def test_a_bank_as_weight_filters_the_sum_of_the_channels(spatial: tuple[int, ...]) -> None:
    """The same kernel on every channel: PyTorch gives the filtered sum of the channels."""
    rng = np.random.default_rng(1)
    bank = rng.integers(-9, 10, (4, *spatial))
    weight = as_weight(bank, 3)
    assert weight.shape == (4, 3, *spatial)
    assert weight.dtype == np.float32
    conv = getattr(torch.nn.functional, f"conv{len(spatial)}d")
    picture = torch.tensor(rng.integers(-9, 10, (1, 3, *(4,) * len(spatial))), dtype=torch.float32)
    summed = conv(picture.sum(1, keepdim=True), torch.tensor(bank[:, None], dtype=torch.float32))
    assert torch.equal(conv(picture, torch.tensor(weight)), summed)


def test_a_bank_may_be_learned_kernels() -> None:
    """Tensors that require grad, also in a list, are kernels like any others."""
    bank = torch.ones(2, 3, 3, requires_grad=True)
    for kernels in (bank, [*bank], np.ones((2, 3, 3), ">f4")[:, ::-1]):
        assert np.array_equal(as_weight(kernels, 1), np.ones((2, 1, 3, 3)))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: impulse((2, 3)), ValueError,
         "an even kernel has no centre (kernel_size=(2, 3))"),
        (lambda: impulse([3, 0]), ValueError, "kernel_size must be at least 1 (kernel_size=0)"),
        (lambda: impulse((-3,)), ValueError, "kernel_size must be at least 1 (kernel_size=-3)"),
        (lambda: impulse(3), TypeError,
         "kernel_size must be a sequence of integers (kernel_size=3)"),
        (lambda: impulse((3.0,)), TypeError, "kernel_size must be a sequence of integers"),
        (lambda: impulse(()), ValueError, "there must be one number and an axis"),
        (lambda: impulse((3,), value=None), TypeError, "value must be"),
        (lambda: impulse((3,), value="2"), TypeError, "value must be"),
        (lambda: impulse((3,), value=[1]), ValueError, "one number and an axis (value=[1]"),
        (lambda: impulse((10**7 + 1,) * 2), ValueError, "an array would hold too many numbers"),
        (lambda: as_weight(np.ones((4, 5, 5)), 10**12), ValueError, "too many numbers"),
        (lambda: as_weight(np.ones((4, 5, 5)), 0), ValueError, "in_channels must be at least 1"),
        (lambda: as_weight(np.ones((4, 5, 5)), 3.0), TypeError, "(in_channels=3.0)"),
        (lambda: as_weight([1], 3), ValueError, "a bank of kernels is (O, *kernel) (shape (1,))"),
        (lambda: as_weight(5, 3), ValueError, "a bank of kernels is (O, *kernel) (shape ())"),
        (lambda: as_weight([[1, 2], [3]], 3), TypeError,
         "bank must be an array of real numbers (bank=[[1, 2], [3]])"),
    ],
)  # fmt: skip
def test_an_impossible_kernel_is_refused(
    call: Callable[[], object], error: type[Exception], words: str
) -> None:
    """The message names the number or the shape that cannot be."""
    with pytest.raises(error, match=re.escape(words)):
        call()
