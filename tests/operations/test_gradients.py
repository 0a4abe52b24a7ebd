"""The way back, against PyTorch's autograd, by every output in turn, and as convolutions."""

import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from strategies import Operation, convolutions, padded_convolutions

from convdocs.operations.gradients import input_gradient, weight_gradient


def by_autograd(
    x: np.ndarray, w: np.ndarray, g: np.ndarray, **settings: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Let PyTorch convolve in float64, and send the outputs' slopes back."""
    leaves = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (x, w)]
    output = getattr(torch.nn.functional, f"conv{w.ndim - 2}d")(*leaves, **settings)
    slopes = torch.autograd.grad(output, leaves, torch.tensor(g, dtype=torch.float64))
    return slopes[0].numpy(), slopes[1].numpy()


def arriving(operation: Operation) -> np.ndarray:
    """Draw a slope for each output."""
    shape = operation.by_torch("conv{}d").shape
    return np.random.default_rng(operation.input.size).integers(-9, 10, shape)


@given(convolutions())
def test_both_gradients_are_autograds(operation: Operation) -> None:
    """Every number agrees, on one to three axes and with every setting."""
    x, w = operation.arrays
    g = arriving(operation)
    to_input, to_weight = by_autograd(x, w, g, **operation.settings)
    for y in (g, g.astype(np.float64)):
        ours = input_gradient(y, w, x.shape[2:], **operation.settings)
        np.testing.assert_array_equal(ours, to_input)
        assert ours.dtype == y.dtype
        ours = weight_gradient(x, y, w.shape[2:], **operation.settings)
        np.testing.assert_array_equal(ours, to_weight)
        assert ours.dtype == y.dtype


@given(convolutions(among_axes=(1, 2), channels=1))
def test_a_slope_is_the_change_of_the_weighted_sum_of_outputs(operation: Operation) -> None:
    """The loss is linear in each number alone, so one more of it shows its slope, exactly."""
    x, w = operation.arrays
    g = arriving(operation)

    def loss(x: np.ndarray, w: np.ndarray) -> int:
        outputs = operation.by_torch("conv{}d", x, w, **operation.settings)
        return int((outputs.astype(np.int64) * g).sum())

    for array, ours in (
        (x, input_gradient(g, w, x.shape[2:], **operation.settings)),
        (w, weight_gradient(x, g, w.shape[2:], **operation.settings)),
    ):
        before, at = loss(x, w), np.random.default_rng(g.size).integers(array.size)
        array.flat[at] += 1
        assert loss(x, w) - before == ours.flat[at]
        array.flat[at] -= 1


@given(convolutions(among_axes=(1, 2), channels=1))
def test_whole_numbers_are_added_up_place_by_place(operation: Operation) -> None:
    """In int64, by a loop over every output and tap that leaves out the padding."""
    x, w = operation.arrays
    g = arriving(operation)
    steps = [*map(operation.each, ("stride", "dilation", "padding"))]
    to_input, to_weight = np.zeros_like(x), np.zeros_like(w)
    for place in np.ndindex(*g.shape[2:]):
        for tap in np.ndindex(*w.shape[2:]):
            at = tuple(m * s + t * d - p for m, t, s, d, p in zip(place, tap, *steps, strict=True))
            if all(0 <= i < n for i, n in zip(at, x.shape[2:], strict=True)):
                to_input[0, 0, *at] += w[0, 0, *tap] * g[0, 0, *place]
                to_weight[0, 0, *tap] += x[0, 0, *at] * g[0, 0, *place]
    ours = input_gradient(g, w, x.shape[2:], **operation.settings)
    np.testing.assert_array_equal(ours, to_input)
    ours = weight_gradient(x, g, w.shape[2:], **operation.settings)
    np.testing.assert_array_equal(ours, to_weight)


@given(padded_convolutions().filter(lambda drawn: drawn.settings["padding_mode"] == "zeros"))
def test_any_padding_by_zeros_is_undone_and_a_batch_may_be_missing(operation: Any) -> None:
    """'same', 'valid', pairs and numbers, as autograd takes them through PyTorch's own pad."""
    settings = {k: v for k, v in operation.settings.items() if k != "padding_mode"}
    others = {k: v for k, v in settings.items() if k != "padding"}
    axes = operation.weight.ndim - 2
    pads = [(0, 0)] * (operation.input.ndim - axes) + [*operation.sides]
    g = operation.by_torch() - 1
    padded, to_weight = by_autograd(np.pad(operation.input, pads), operation.weight, g, **others)
    inner = [slice(b, b + n) for (b, _), n in zip(pads, operation.input.shape, strict=True)]
    size = operation.input.shape[-axes:]
    ours = input_gradient(g, operation.weight, size, **settings)
    np.testing.assert_array_equal(ours, padded[tuple(inner)])
    ours = weight_gradient(operation.input, g, operation.weight.shape[2:], **settings)
    np.testing.assert_array_equal(ours, to_weight)


def test_a_batch_of_none_gives_no_slope() -> None:
    """As autograd: nothing for the input, and zeros for the weight."""
    x, w, g = np.ones((0, 2, 5)), np.ones((3, 2, 2)), np.ones((0, 3, 4))
    to_input, to_weight = by_autograd(x, w, g)
    assert input_gradient(g, w, (5,)).shape == to_input.shape
    np.testing.assert_array_equal(weight_gradient(x, g, 2), to_weight)


@pytest.mark.parametrize("name", ["float16", "float32", "uint8", "bool"])
def test_the_types_are_those_of_every_operation(name: str) -> None:
    """Whole numbers become int64 without wrapping round; floating ones come back as they were."""
    g, w = np.ones((1, 1, 5000), name), np.ones((1, 1, 1), name)
    expected = np.dtype(name) if name.startswith("float") else np.int64
    assert input_gradient(g, w, (5000,)).dtype == expected
    ours = weight_gradient(np.ones((1, 1, 5000), name), g, 1)
    assert ours.dtype == expected
    assert ours.item() == 5000


X, G, W = np.ones((1, 2, 6)), np.ones((1, 3, 4)), np.ones((3, 2, 3))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: input_gradient(G, W, (7,)), ValueError,
         "output_gradient must have a number for each number of the output "
         "(output_gradient shape (1, 3, 4), output shape (1, 3, 5))"),
        (lambda: weight_gradient(X, G, 2), ValueError,
         "output_gradient must have a number for each number of the output "
         "(output_gradient shape (1, 3, 4), output shape (1, 3, 5))"),
        (lambda: input_gradient(G, W, (6, 6)), ValueError,
         "weight must be (O, C/groups, *kernel) and output_gradient (N, O, *output) or "
         "(O, *output), with an axis for each of input_size (weight shape (3, 2, 3), "
         "output_gradient shape (1, 3, 4), input_size=(6, 6))"),
        (lambda: weight_gradient(X, G[0], 3), ValueError,
         "output_gradient must be (N, O, *output), or (O, *output) if the input has no batch "
         "(input shape (1, 2, 6), output_gradient shape (3, 4), kernel_size=3)"),
        (lambda: weight_gradient(X, G, 3, groups=4), ValueError,
         "groups must divide the input and the output channels (groups=4, in_channels=2, "
         "out_channels=3)"),
        (lambda: input_gradient(G * 1j, W, (6,)), TypeError,
         "output_gradient must be real: a slope is one of real numbers here"),
        (lambda: weight_gradient(X, G, 3, padding=10**9), ValueError,
         "output_gradient must have a number for each number of the output"),
        (lambda: input_gradient(np.broadcast_to(1.0, (1, 1, 2**15, 2**15)), np.ones((1, 1, 1, 1)),
                                (2**15, 2**15)), ValueError,
         "an array would hold too many numbers (numbers=1073741824"),
        (lambda: weight_gradient(np.ones((1, 1, 40_000)), np.ones((1, 1, 20_000)), 20_001),
         ValueError, "the loops would take too many steps (steps=400020000"),
        (lambda: input_gradient(np.full((1, 1, 2), 2**62), np.full((1, 1, 2), 1), (3,)),
         ValueError, "a sum could be more than int64 holds"),
        (lambda: weight_gradient(np.full((1, 1, 3), 2**62), np.full((1, 1, 2), 1), 2),
         ValueError, "a sum could be more than int64 holds"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(call: Any, error: type[Exception], words: str) -> None:
    """The message says what clashes and gives the numbers."""
    with pytest.raises(error, match=re.escape(words)):
        call()


def test_the_arguments_are_left_alone() -> None:
    """None of them is written to, and none is a view of the result."""
    x, g, w = np.ones((1, 1, 4)), np.ones((1, 1, 4)), np.ones((1, 1, 1))
    for array in (x, g, w):
        array.flags.writeable = False
    assert not np.shares_memory(input_gradient(g, w, (4,)), g)
    assert not np.shares_memory(weight_gradient(x, g, 1), x)
