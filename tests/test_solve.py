"""Which settings take one size to another: against all there are, on PyTorch's meta device."""

import time
from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from convdocs.layers import Conv, pytorch_line
from convdocs.solve import (
    ConvSettings,
    ConvTransposeSettings,
    conv_settings,
    conv_transpose_settings,
)
from convdocs.transposing import transposed_of

SIZE = st.integers(1, 24)
KERNELS, STRIDES, PADDINGS, DILATIONS = 5, 4, 3, 3
BOUNDS = {
    "max_kernel_size": KERNELS, "max_stride": STRIDES, "max_padding": PADDINGS,
    "max_dilation": DILATIONS,
}  # fmt: skip
ALL = [
    (k, s, p, d)
    for k, s, p, d in product(
        range(1, KERNELS + 1), range(1, STRIDES + 1), range(PADDINGS + 1), range(1, DILATIONS + 1)
    )
    if k > 1 or d == 1
]


def meta(*shape: int) -> torch.Tensor:
    """Give a tensor that has a shape and nothing else."""
    return torch.empty(*shape, device="meta")


def by_torch(call: Callable[[], torch.Tensor]) -> int | None:
    """Give the size of what PyTorch makes, or None where it refuses."""
    try:
        return call().shape[-1]
    except RuntimeError:
        return None


def conv(n: int, k: int, s: int, p: int, d: int) -> int | None:
    """Give PyTorch's size of a convolution."""
    return by_torch(lambda: F.conv1d(meta(1, 1, n), meta(1, 1, k), None, s, p, d))


def transposed(n: int, k: int, s: int, p: int, a: int, d: int) -> int | None:
    """Give PyTorch's size of a transposed convolution."""
    x, w = meta(1, 1, n), meta(1, 1, k)
    return by_torch(lambda: F.conv_transpose1d(x, w, None, s, p, a, 1, d))


def built(line: str) -> nn.Module:
    """Run a line that is to be pasted."""
    with torch.device("meta"):
        module = eval(line, {"nn": nn})
    assert isinstance(module, nn.Module)
    return module


@settings(max_examples=20)
@given(SIZE, SIZE)
def test_the_convolutions_are_all_that_pytorch_would_make(i: int, o: int) -> None:
    """Each setting within the bounds is found if and only if it gives the size, once."""
    found = conv_settings(i, o, **BOUNDS)
    assert sorted(found) == sorted(one for one in ALL if conv(i, *one) == o)


@settings(max_examples=10)
@given(SIZE, SIZE)
def test_the_transposed_convolutions_are_all_that_pytorch_would_make(i: int, o: int) -> None:
    """With every output_padding that it allows."""
    found = conv_transpose_settings(i, o, **BOUNDS)
    tried = [(k, s, p, a, d) for k, s, p, d in ALL for a in range(max(s, d))]
    assert sorted(found) == sorted(one for one in tried if transposed(i, *one) == o)


def test_the_default_bounds_take_less_than_a_tenth_of_a_second() -> None:
    """The best of three, for some sizes up to 512."""
    for i, o in (512, 512), (512, 256), (7, 1), (1, 7), (512, 1), (1, 512), (256, 511):
        for solve in conv_settings, conv_transpose_settings:
            took = []
            for _ in range(3):
                start = time.perf_counter()
                solve(i, o)
                took.append(time.perf_counter() - start)
            assert min(took) < 0.1


@pytest.mark.parametrize(
    ("sizes", "first"),
    [
        ((28, 28), (1, 1, 0, 1)),
        ((28, 26), (3, 1, 0, 1)),
        ((235, 231), (5, 1, 0, 1)),
        ((28, 14), (3, 2, 1, 1)),
        ((235, 118), (3, 2, 1, 1)),
        ((224, 14), (16, 16, 0, 1)),
        ((7, 1), (7, 1, 0, 1)),
        ((1, 1), (1, 1, 0, 1)),
    ],
)
def test_the_first_convolution_is_the_one_in_the_books(
    sizes: tuple[int, int], first: tuple[int, ...]
) -> None:
    """Pointwise, valid, halving, patches, or a whole input at once."""
    assert conv_settings(*sizes)[0] == first


@pytest.mark.parametrize(
    ("sizes", "first"),
    [
        ((28, 28), (1, 1, 0, 0, 1)),
        ((14, 28), (2, 2, 0, 0, 1)),
        ((7, 13), (3, 2, 1, 0, 1)),
        ((6, 18), (3, 3, 0, 0, 1)),
        ((1, 4), (4, 4, 0, 0, 1)),
    ],
)
def test_the_first_transposed_convolution_is_the_one_in_the_books(
    sizes: tuple[int, int], first: tuple[int, ...]
) -> None:
    """Stamps side by side, if they can lie so."""
    assert conv_transpose_settings(*sizes)[0] == first


def test_nothing_is_found_where_nothing_fits() -> None:
    """An output far larger than the input, or a bound too low."""
    assert conv_settings(5, 50) == []
    assert conv_settings(28, 26, max_kernel_size=2, max_padding=0, max_dilation=1) == []
    assert conv_transpose_settings(50, 2) == []


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_layers_of_settings_do_what_is_promised(axes: int) -> None:
    """The line that one pastes, run by PyTorch on as many axes."""
    for there in conv_settings(12, 5, **BOUNDS)[:20]:
        line = pytorch_line(there.layer(2, 3, axes=axes))
        assert built(line)(meta(1, 2, *[12] * axes)).shape == (1, 3, *[5] * axes)
    for back in conv_transpose_settings(5, 12, **BOUNDS)[:20]:
        line = pytorch_line(back.layer(3, 2, axes=axes))
        assert built(line)(meta(1, 3, *[5] * axes)).shape == (1, 2, *[12] * axes)


@settings(max_examples=60)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3), SIZE)
def test_each_size_that_collides_has_its_transposed_layer(
    k: int, s: int, p: int, d: int, o: int
) -> None:
    """They are all the sizes that PyTorch takes to this output, and its lines give them back."""
    sizes = [(n,) for n in range(1, o * s + k * d + 1) if conv(n, k, s, p, d) == o]
    layer = Conv(4, 6, (k,), stride=s, padding=p, dilation=d, groups=2, bias=False)
    if not sizes:
        with pytest.raises(ValueError, match="no input size gives this output size"):
            transposed_of(layer, o)
        return
    layers = transposed_of(layer, o)
    assert [*layers] == sizes
    for (size,), back in layers.items():
        module = built(pytorch_line(back))
        assert module(meta(1, 6, o)).shape == (1, 4, size)
        assert module.weight.shape == built(pytorch_line(layer)).weight.shape


def test_along_two_axes_every_pair_of_sizes_collides() -> None:
    """A stride of 2 and one of 3 make six sizes one, and each axis has its output_padding."""
    layers = transposed_of(Conv(1, 1, 3, stride=(2, 3), padding=((1, 1), (0, 2))), (4, 5))
    assert [*layers] == [(n, m) for n in (7, 8) for m in (13, 14, 15)]
    assert [layer.output_padding for layer in layers.values()] == [*product(range(2), range(3))]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: conv_settings(0, 3), ValueError, r"input_size must be .* \(input_size=0\)"),
        (lambda: conv_settings(3, 2.0), TypeError, r"output_size must be .* \(output_size=2.0\)"),
        (lambda: conv_settings(3, 2, max_padding=-1), ValueError, r"max_padding must be at least"),
        (lambda: conv_settings(3, 2, max_stride=10**9), ValueError, "too many settings to try"),
        (lambda: conv_transpose_settings(3, 2, max_kernel_size=10**30), ValueError, "at most 92"),
        (lambda: ConvSettings(1, 1, 0, 1).layer(axes=4), ValueError, "at most three axes"),
        (lambda: ConvTransposeSettings(1, 1, 0, 0, 1).layer(axes=0), ValueError, "at least 1"),
        (lambda: transposed_of(None, 3), TypeError, r"conv must be a Conv \(conv=None\)"),
        (lambda: transposed_of(Conv(1, 1, 3, stride=65), 3), ValueError, "too many sizes collide"),
        (
            lambda: transposed_of(Conv(1, 1, 3, padding=1, padding_mode="reflect"), 3),
            ValueError,
            "only padding with zeros is transposed so",
        ),
        (lambda: transposed_of(Conv(1, 1, 3), (3, 3, 3)), ValueError, "3 numbers for 2 spatial"),
    ],
)
def test_what_cannot_be_solved_is_refused(
    call: Callable[[], object], kind: type[Exception], words: str
) -> None:
    """By one error that names the number, before anything is tried."""
    with pytest.raises(kind, match=words):
        call()


def test_far_sizes_are_no_harder() -> None:
    """The padding is solved for, not searched."""
    assert conv_settings(2**62, 2**61)[0] == (3, 2, 1, 1)
    assert conv_transpose_settings(2**61, 2**62)[0] == (2, 2, 0, 0, 1)
