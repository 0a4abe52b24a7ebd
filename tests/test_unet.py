"""Sizes through a U-Net, against one that PyTorch runs on its meta device."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from convdocs.layers import Conv, ConvTranspose, MaxPool, Sequential, pytorch_line
from convdocs.skip import Skip
from convdocs.unet import sizes_that_pass, unet_passage

BLOCKS = {
    "none": [],
    "same": [Conv(1, 1, 3, padding=1)],
    "valid": [Conv(1, 1, 3), Conv(1, 1, 3)],
}
DOWNS = {
    "pool": MaxPool(2),
    "ceil": MaxPool(2, ceil_mode=True),
    "conv": Conv(1, 1, 3, stride=2, padding=1),
}
UPS = {
    "2": ConvTranspose(1, 1, 2, stride=2),
    "4": ConvTranspose(1, 1, 4, stride=2, padding=1),
    "3": ConvTranspose(1, 1, 3, stride=2, padding=1, output_padding=1),
}
RUN = {"nn": nn, "F": F}


def built(layers: Any) -> nn.Module:
    """Run the lines that are to be pasted."""
    with torch.device("meta"):
        module = eval(pytorch_line(layers), RUN)
    assert isinstance(module, nn.Module)
    return module


def meta(*size: int) -> torch.Tensor:
    """Give a map that has a size and nothing else."""
    return torch.empty(1, 1, *size, device="meta")


def passed(size: int, depth: int, parts: list[Any], crop: bool) -> tuple[list[Any], Any] | None:
    """Send a map through PyTorch's layers; give the sizes that meet, or None if it is refused."""
    block, down, up = map(built, parts)
    x, kept, met = meta(size, size + 1), [], []
    try:
        for _ in range(depth):
            kept.append(block(x))
            x = down(kept[-1])
        x = block(x)
        for old in reversed(kept):
            x = up(x)
            met.append((tuple(old.shape[2:]), tuple(x.shape[2:])))
            x = block(x if crop else old)
    except RuntimeError:
        return None
    return met, tuple(x.shape[2:])


@settings(max_examples=80)
@given(
    st.integers(1, 70), st.integers(1, 3), st.sampled_from(sorted(BLOCKS)),
    st.sampled_from(sorted(DOWNS)), st.sampled_from(sorted(UPS)), st.booleans(),
)  # fmt: skip
def test_the_sizes_that_meet_are_those_of_pytorch(
    size: int, depth: int, block: str, down: str, up: str, crop: bool
) -> None:
    """On every level, for pictures that are not square, padded or cropped."""
    parts = {"block": BLOCKS[block], "down": DOWNS[down], "up": UPS[up]}
    theirs = passed(size, depth, [*parts.values()], crop)
    if theirs is None:
        with pytest.raises(ValueError, match=r"level \d: "):
            unet_passage((size, size + 1), depth=depth, crop=crop, **parts)
        return
    ours = unet_passage((size, size + 1), depth=depth, crop=crop, **parts)
    assert ([(skip.kept, skip.raised) for skip in ours.skips], ours.output_size) == theirs
    assert [skip.level for skip in ours.skips] == [*range(depth, 0, -1)]


@settings(max_examples=80)
@given(st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_every_mend_makes_the_two_fit(sizes: list[int]) -> None:
    """Its line is run; what PyTorch's layer cannot mend, its output_size refuses as well."""
    kept, small = tuple(sizes[:2]), sizes[2:]
    layer = ConvTranspose(1, 1, 3, stride=3)
    up = built(layer)
    raised = up(meta(*small))
    skip = Skip(1, kept, tuple(raised.shape[2:]), layer)
    lines = skip.mends
    assert (lines == {}) == (kept == skip.raised)
    for kind in {"pad", "crop"} & {*lines}:
        both: dict[str, Any] = {"up": raised, "kept": meta(*kept)}
        exec(lines[kind], RUN, both)
        assert both["up"].shape == both["kept"].shape
    if kept == skip.raised:
        return
    try:
        assert tuple(up(meta(*small), output_size=kept).shape[2:]) == kept
    except ValueError:  # PyTorch's, of a size that it cannot give
        assert "output_padding" not in lines
    else:
        mended = eval(lines["output_padding"], RUN).to("meta")
        assert tuple(mended(meta(*small)).shape[2:]) == kept


def test_a_layer_that_pytorch_lacks_leaves_the_other_mends() -> None:
    """Padded on one side only, it cannot be pasted; the picture can be padded and cropped."""
    uneven = ConvTranspose(1, 1, 3, stride=2, padding=[(0, 1), (0, 1)])
    skip, *_ = unet_passage(100, depth=3, up=uneven).skips
    assert any(skip.missing)
    assert {*skip.mends} == {"pad", "crop"}


def test_what_is_lacking_is_put_at_the_end() -> None:
    """Where a pooling of 2 drops a row, that row was the last."""
    (skip,) = unet_passage((5, 4), depth=1).skips
    assert skip.pad == (0, 0, 0, 1)
    assert Skip(1, (7, 2), (4, 5), MaxPool(2)).pad == (-1, -2, 1, 2)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_multiples_of_a_power_of_two_pass(depth: int) -> None:
    """And no other size does, with halving, doubling, and blocks that keep the size."""
    sizes = range(1, 100)
    found = sizes_that_pass(sizes, depth=depth, block=BLOCKS["same"])
    assert found == [n for n in sizes if n % 2**depth == 0]


def test_the_first_unet_takes_572_to_388() -> None:
    """As in the paper's figure 1, and its sizes pass in steps of 16."""
    first = {"depth": 4, "block": BLOCKS["valid"], "crop": True}
    passage = unet_passage(572, **first)
    assert passage.output_size == (388, 388)
    assert [(s.kept[0], s.raised[0]) for s in passage.skips] == [
        (64, 56), (136, 104), (280, 200), (568, 392),
    ]  # fmt: skip
    assert sizes_that_pass(range(500, 600), **first) == [508, 524, 540, 556, 572, 588]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: unet_passage(8, depth=0), ValueError, "depth must be at least 1"),
        (lambda: unet_passage(8, depth=10**6), ValueError, "depth must be at most 64"),
        (lambda: unet_passage((8, 8, 8), depth=1), ValueError, "3 numbers for 2 spatial axes"),
        (lambda: unet_passage(3, depth=2), ValueError, "level 2: kernel spans 2 samples"),
        (lambda: unet_passage(8, depth=1, crop=1), TypeError, "crop must be True or False"),
        (lambda: unet_passage(8, depth=1, block=3), TypeError, "layers must be layers"),
        (lambda: unet_passage(8, depth=1, up=MaxPool((2,))), ValueError, "the same axes"),
        (
            lambda: unet_passage(8, depth=1, up=Sequential(), down=Sequential()),
            ValueError,
            "the same axes",
        ),
        (lambda: sizes_that_pass(iter(int, 1), depth=1), ValueError, "too many sizes"),
        (lambda: sizes_that_pass(8, depth=1), TypeError, "sizes must be a sequence"),
        (lambda: sizes_that_pass([8, 0], depth=1), ValueError, "size must be at least 1"),
    ],
)
def test_what_is_no_unet_is_refused(
    call: Callable[[], object], kind: type[Exception], words: str
) -> None:
    """By one error that says what is wrong."""
    with pytest.raises(kind, match=words):
        call()
