"""What is called array_like, and what is not."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from convdocs.arrays import as_real, require_positive

LEARNS = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
EXPECTED = np.array([[1, 2], [3, 4]])
ALIKE = {
    "lists": [[1, 2], [3, 4]],
    "tuples": ((1, 2), (3, 4)),
    "turned": np.array([[4, 3], [2, 1]])[::-1, ::-1],
    "big-endian": EXPECTED.astype(">i2"),
    "long double": EXPECTED.astype(np.longdouble),
    "fractions": [[Fraction(1), 2], [3, Fraction(4)]],
    "a tensor that learns": LEARNS,
    "tensors that learn, in a list": [LEARNS[0], LEARNS[1]],
    "numbers that learn, in lists": [[*LEARNS[0]], [*LEARNS[1]]],
    "a tensor beside a list": (LEARNS[0], [3, 4]),
    "bfloat16": LEARNS.bfloat16(),
    "a negative view": torch.complex(-LEARNS, -LEARNS).conj().imag,
    "fractions in an array": np.array([[Fraction(1), 2], [3, 4]]),
    "a picture": Image.fromarray(EXPECTED.astype(np.uint8)),
}


@pytest.mark.parametrize("values", ALIKE.values(), ids=ALIKE)
def test_every_array_like_becomes_an_array_of_a_plain_type(values: Any) -> None:
    """Real numbers in the machine's byte order, with nothing of PyTorch's about them."""
    array = as_real(values, "values")
    assert type(array) is np.ndarray
    assert array.dtype.isnative
    assert array.dtype.kind in "biuf"
    assert array.dtype.itemsize <= 8
    assert np.array_equal(array, EXPECTED)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float64])
def test_an_array_of_a_plain_type_stays_what_it_is(dtype: type) -> None:
    """Not even a copy is made."""
    values = np.ones((2, 3), dtype)
    values.flags.writeable = False
    assert as_real(values, "values") is values


@pytest.mark.parametrize(
    "values",
    [
        [[1, 2], [3]],
        [LEARNS, LEARNS[0]],
        [2**64],
        "panda",
        [["1", "2"]],
        [1, None],
        [Decimal(1)],
        {1, 2},
        (n for n in (1, 2)),
        np.array([1j]),
        torch.ones(2, dtype=torch.complex64),
        np.datetime64(1, "s"),
        torch.ones(2).to_sparse(),
        torch.ones(2, device="meta"),
    ],
    ids=lambda values: type(values).__name__,
)
def test_what_holds_no_real_numbers_is_refused(values: Any) -> None:
    """In words of this package, with the name of the argument and what it was."""
    told = " ".join(repr(values).split())[:200]
    words = f"weight must be an array of real numbers (weight={told}"
    with pytest.raises(TypeError, match=re.escape(words)):
        as_real(values, "weight")


@pytest.mark.parametrize("value", [0, -1.5, float("nan"), float("inf"), np.float32(0)])
def test_a_positive_number_is_above_zero_and_finite(value: Any) -> None:
    """What is not is refused with its name and value."""
    with pytest.raises(ValueError, match=re.escape(f"above 0 and finite (rate={value!r})")):
        require_positive(value, "rate")


@pytest.mark.parametrize("value", [10**400, Fraction(1, 10**400), -(10**400)])
def test_a_number_that_no_float_holds_is_not_positive(value: Any) -> None:
    """Beyond the largest it is not finite, and below the least it is 0."""
    with pytest.raises(ValueError, match="rate must be above 0 and finite"):
        require_positive(value, "rate")


@pytest.mark.parametrize("value", [True, "1", None, 1j, [1.0]])
def test_a_positive_number_is_a_number(value: Any) -> None:
    """A bool is not taken for one."""
    with pytest.raises(TypeError, match=re.escape(f"rate must be a number (rate={value!r})")):
        require_positive(value, "rate")
