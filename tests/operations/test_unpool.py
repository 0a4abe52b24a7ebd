"""Max unpooling and its sizes, against PyTorch, exactly."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Operation, poolings

from convdocs.operations.pooling import max_pool
from convdocs.operations.unpool import max_unpool
from convdocs.sizes import pool_output_size
from convdocs.unpool_sizes import max_unpool_output_size

SETTINGS = [
    (n, k, s, p) for n in range(1, 5) for k in range(1, 5) for s in range(1, 5)
    for p in range(k // 2 + 1)
]  # fmt: skip


def by_torch(n: int, k: int, s: int, p: int, size: int | None) -> int | None:
    """Tell how many samples PyTorch unpools to, or None where it refuses."""
    wanted = None if size is None else [size]
    places = torch.zeros(1, 1, n, dtype=torch.int64)
    try:
        y = torch.nn.functional.max_unpool1d(torch.ones(1, 1, n), places, k, s, p, wanted)
    except (RuntimeError, ValueError):
        return None
    return y.shape[-1] or None  # an output without samples is refused here


def ours(n: int, k: int, s: int, p: int, size: int | None) -> int | None:
    """Tell what this package does."""
    try:
        return max_unpool_output_size(n, k, stride=s, padding=p, output_size=size)
    except ValueError:
        return None


def test_the_sizes_are_pytorchs() -> None:
    """The size without a wish, and which wishes are granted."""
    for case in SETTINGS:
        for size in (None, *range(-2, 30)):
            assert ours(*case, size) == by_torch(*case, size), (case, size)


def test_every_size_that_was_pooled_can_be_wished_for() -> None:
    """Rounded down or in ceil_mode: a pooled size is less than a stride from the formula's."""
    pooled = 0
    for n in range(1, 30):
        for _, k, s, p in SETTINGS[::4]:
            for ceil_mode in (False, True):
                try:
                    m = pool_output_size(n, k, stride=s, padding=p, ceil_mode=ceil_mode)
                except ValueError:
                    continue
                pooled += 1
                assert max_unpool_output_size(m, k, stride=s, padding=p, output_size=n) == n
    assert pooled > 500


@given(poolings(dilated=False), st.booleans(), st.sampled_from([0, 1, 2]))
def test_unpooling_is_pytorchs(operation: Operation, batched: bool, copies: int) -> None:
    """With the settings of any pooling, its whole shape as output_size, and empty batches."""
    settings = {k: operation.each(k) for k in ("kernel_size", "padding")}
    settings["stride"] = operation.settings.get("stride") or settings["kernel_size"]
    x = np.repeat(operation.input[:1], copies if batched else 1, axis=0).astype(float)
    x = x if batched else x[0]
    y, places = max_pool(
        x, **settings, ceil_mode=operation.settings["ceil_mode"], return_indices=True
    )
    name = f"max_unpool{operation.axes}d"
    for size in (x.shape[-operation.axes :], (1, 1, *x.shape[-operation.axes :])):
        theirs = getattr(torch.nn.functional, name)(
            torch.tensor(y), torch.tensor(places), **settings, output_size=size
        )
        mine = max_unpool(y, places, **settings, output_size=size)
        np.testing.assert_array_equal(mine, theirs.numpy())
    assert mine.shape == x.shape
    np.testing.assert_array_equal(mine[mine != 0], x[mine != 0])


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_without_a_wish_the_size_is_the_formulas(axes: int) -> None:
    """As PyTorch's."""
    x = np.random.default_rng(axes).normal(size=(2, 3, *(6, 4, 8)[:axes]))
    y, places = max_pool(x, 2, return_indices=True)
    theirs = getattr(torch.nn.functional, f"max_unpool{axes}d")(
        torch.tensor(y), torch.tensor(places), 2
    )
    np.testing.assert_array_equal(max_unpool(y, places, 2), theirs)
    again = max_pool(max_unpool(np.abs(y), places, 2), 2)
    np.testing.assert_array_equal(again, np.abs(y))


def test_of_two_samples_for_one_place_the_last_stays() -> None:
    """PyTorch leaves open which."""
    assert max_unpool([[[5, 7]]], [[[1, 1]]], 2).tolist() == [[[0, 7, 0, 0]]]


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float32", "bool"])
def test_unpooling_keeps_the_type(dtype: str) -> None:
    """What is put back is a sample; PyTorch has no whole numbers here."""
    unpooled = max_unpool(np.ones((1, 1, 1), dtype), np.uint8([[[1]]]), 2)
    assert unpooled.dtype == dtype
    assert unpooled.tolist() == [[[0, 1]]]
    with pytest.raises(NotImplementedError, match="not implemented for"):
        torch.nn.functional.max_unpool1d(
            torch.ones(1, 1, 1, dtype=torch.int64), torch.zeros(1, 1, 1, dtype=torch.int64), 2
        )


ONE = np.ones((1, 1, 3))
PLACES = np.array([[[1, 3, 4]]])


@pytest.mark.parametrize(
    ("input", "indices", "settings", "error", "words"),
    [
        (ONE, PLACES, {"output_size": [4]}, ValueError,
         "output_size must be less than a stride from 6 (output_size=4, input_size=3, "
         "kernel_size=2, stride=2, padding=0)"),
        (ONE, PLACES, {"output_size": [8]}, ValueError, "less than a stride from 6"),
        (ONE, PLACES, {"output_size": [5, 7]}, ValueError,
         "output_size has 2 numbers for 1 spatial axis (output_size=(5, 7))"),
        (ONE, PLACES, {"output_size": []}, ValueError, "output_size has 0 numbers for 1 spatial"),
        (ONE, PLACES, {"output_size": 7}, TypeError,
         "output_size must be a sequence of integers (output_size=7)"),
        (ONE, PLACES + 2, {}, ValueError,
         "indices must be places of the output: from 0 to below its number of samples (index=6, "
         "output_size=(6,))"),
        (ONE, PLACES - 2, {}, ValueError, "(index=-1, output_size=(6,))"),
        (ONE, PLACES[..., :2], {}, ValueError,
         "indices must have the shape of the input (indices shape (1, 1, 2), input shape"),
        (ONE, PLACES * 1.0, {}, TypeError, "indices must be whole numbers (indices=array("),
        (ONE, PLACES > 1, {}, TypeError, "indices must be whole numbers (indices=array("),
        (ONE[0, 0], PLACES[0, 0], {}, ValueError, "input must be (N, C, *spatial), or"),
        (ONE[:, :0], PLACES[:, :0], {}, ValueError, "input has an axis without elements"),
        (ONE[..., :0], PLACES[..., :0], {}, ValueError, "input has an axis without elements"),
        (ONE, PLACES, {"kernel_size": 0}, ValueError, "kernel_size must be at least 1"),
        (ONE, PLACES, {"stride": 0}, ValueError, "stride must be at least 1 (stride=0)"),
        (ONE, PLACES, {"padding": -1}, ValueError, "padding must be at least 0 (padding=-1)"),
        (ONE, PLACES, {"padding": 2}, ValueError,
         "padding must be at most half the kernel (padding=2, kernel_size=2)"),
        (ONE[..., :1], PLACES[..., :1] * 0, {"padding": 1}, ValueError,
         "the padding cuts off the whole output (input_size=1, kernel_size=2, stride=2, "
         "padding=1)"),
        (ONE, PLACES, {"stride": 2**40}, ValueError, "an array would hold too many numbers (numb"),
    ],
)  # fmt: skip
def test_an_impossible_unpooling_is_refused(
    input: Any, indices: Any, settings: dict[str, Any], error: Any, words: str
) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        max_unpool(input, indices, **({"kernel_size": 2} | settings))


def test_pytorch_refuses_these_too() -> None:
    """A wish out of reach, places that are none, shapes that differ, an axis without elements."""
    unpool = torch.nn.functional.max_unpool1d
    x, places = torch.tensor(ONE), torch.tensor(PLACES)
    for input, indices, size in [
        (x, places, [4]), (x, places, [8]), (x, places, [5, 7]), (x, places, []), (x, places, 7),
        (x, places + 2, None), (x, places - 2, None), (x, places[..., :2], None),
        (x, places * 1.0, None), (x, places > 1, None), (x[0, 0], places[0, 0], None),
        (x[:, :0], places[:, :0], None), (x[..., :0], places[..., :0], None),
    ]:  # fmt: skip
        with pytest.raises((RuntimeError, TypeError, ValueError)):
            unpool(input, indices, 2, output_size=size)


def test_pytorch_takes_settings_that_no_pooling_has() -> None:
    """A kernel of 0 and any padding, which max_unpool refuses."""
    places = torch.zeros(1, 1, 3, dtype=torch.int64)
    for kernel_size, padding in ((0, 0), (2, -1), (2, 2)):
        unpool = torch.nn.functional.max_unpool1d
        assert unpool(torch.ones(1, 1, 3), places, kernel_size, 2, padding).shape[-1] > 0
        with pytest.raises(ValueError, match="must be at"):
            max_unpool(ONE, PLACES * 0, kernel_size, stride=2, padding=padding)
