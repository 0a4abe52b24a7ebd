"""Whatever is passed, an error is ours: its kind, its words, its names, its length."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convdocs import limits
from convdocs.adaptive_windows import adaptive_windows
from convdocs.coverage import coverage
from convdocs.geometry import input_positions, kernel_span
from convdocs.input_sizes import conv_input_sizes
from convdocs.layers import Conv, ConvTranspose
from convdocs.operations.adaptive import adaptive_avg_pool, adaptive_max_pool
from convdocs.operations.fold import fold
from convdocs.operations.gradients import input_gradient, weight_gradient
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.operations.unfold import matmul_cross_correlate, unfold
from convdocs.operations.unpool import max_unpool
from convdocs.padding import same_padding
from convdocs.padding_mode import source
from convdocs.reads import all_reads
from convdocs.seen import inputs_read, outputs_fed
from convdocs.shapes import conv_shape, conv_transpose_shape
from convdocs.sides import axis_sides, sides
from convdocs.sizes import conv_output_size, conv_transpose_output_size, pool_output_size
from convdocs.solve import conv_settings, conv_transpose_settings
from convdocs.transposing import transposed_of
from convdocs.unet import sizes_that_pass, unet_passage
from convdocs.unpool_sizes import max_unpool_output_size
from convdocs.window_shapes import max_unpool_shape, pool_shape, unfold_shape

X, W = np.arange(12.0).reshape(1, 2, 6), np.ones((2, 2, 3))
CONV = {
    "input": X, "weight": W, "bias": None, "stride": 1, "padding": 0, "dilation": 1, "groups": 1,
    "padding_mode": "zeros",
}  # fmt: skip
TRANSPOSED = {k: v for k, v in CONV.items() if k != "padding_mode"} | {"output_padding": 0}
MATRIX = {k: v for k, v in CONV.items() if k not in {"input", "bias"}} | {"input_size": (6,)}
BACK = {k: v for k, v in MATRIX.items() if k != "padding_mode"}
BACK |= {"output_gradient": np.ones((1, 2, 4))}
TO_WEIGHT = {k: v for k, v in BACK.items() if k not in {"weight", "input_size"}}
TO_WEIGHT |= {"input": X, "kernel_size": 3}
POOL = {"input": X, "kernel_size": 2, "stride": 1, "padding": 0, "ceil_mode": False}
UNFOLD = {
    "input": X, "kernel_size": 2, "dilation": 1, "padding": 0, "stride": 1,
    "padding_mode": "zeros",
}  # fmt: skip
FOLD = {k: v for k, v in UNFOLD.items() if k != "input"}
FOLD |= {"columns": np.ones((1, 4, 5)), "output_size": (6,)}
AXIS = {"kernel_size": 3, "stride": 1, "padding": 0, "dilation": 1}
UNPOOL = {"kernel_size": 2, "stride": 1, "padding": 0}
SHAPES = {"input_shape": (1, 2, 6), "weight_shape": (2, 2, 3), "bias_shape": (2,)}
BOUNDS = {"max_kernel_size": 3, "max_stride": 3, "max_padding": 3, "max_dilation": 3}
CALLS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (cross_correlate, CONV),
    (convolve, CONV),
    (matmul_cross_correlate, CONV),
    (conv_transpose, TRANSPOSED),
    (cross_correlation_matrix, MATRIX),
    (input_gradient, BACK),
    (weight_gradient, TO_WEIGHT),
    (max_pool, POOL | {"dilation": 1, "return_indices": False}),
    (avg_pool, POOL | {"count_include_pad": True, "divisor_override": None}),
    (unfold, UNFOLD),
    (fold, FOLD),
    (conv_shape, SHAPES | AXIS | {"groups": 1, "padding_mode": "zeros"}),
    (conv_transpose_shape, SHAPES | AXIS | {"groups": 1, "output_padding": 0}),
    (unfold_shape, {"input_shape": (1, 2, 6)} | AXIS | {"padding_mode": "zeros"}),
    (pool_shape, {"input_shape": (1, 2, 6)} | AXIS | {"ceil_mode": False}),
    (conv_output_size, {"input_size": 6} | AXIS),
    (conv_input_sizes, {"output_size": 6} | AXIS),
    (conv_transpose_output_size, {"input_size": 6, "output_padding": 0} | AXIS),
    (pool_output_size, {"input_size": 6, "ceil_mode": False} | AXIS),
    (partial(inputs_read, Conv(1, 1, (3,))), {"input_size": 6, "output_position": 2}),
    (partial(outputs_fed, Conv(1, 1, (3,))), {"input_size": 6, "input_position": 2}),
    (coverage, {"layer": ConvTranspose(1, 1, (3,)), "input_size": 6}),
    (kernel_span, {"kernel_size": 3, "dilation": 1}),
    (input_positions, {"output_position": 2} | AXIS),
    (all_reads, {"input_size": 6, "output_size": 4} | AXIS | {"padding_mode": "zeros"}),
    (axis_sides, AXIS),
    (sides, {"padding": 0, "kernel_size": (3,), "stride": (1,), "dilation": (1,)}),
    (same_padding, {"kernel_size": 3, "stride": 1, "dilation": 1, "extra": "after"}),
    (conv_settings, {"input_size": 6, "output_size": 3} | BOUNDS),
    (conv_transpose_settings, {"input_size": 3, "output_size": 6} | BOUNDS),
    (transposed_of, {"conv": Conv(1, 1, 3, stride=2), "output_size": (3, 3)}),
    (unet_passage, {"input_size": 6, "depth": 2, "crop": False}),
    (sizes_that_pass, {"sizes": (4, 6), "depth": 2, "crop": False}),
    (source, {"position": 2, "input_size": 6, "padding_mode": "zeros"}),
    (adaptive_windows, {"input_size": 6, "output_size": 4}),
    (adaptive_avg_pool, {"input": X, "output_size": 4}),
    (adaptive_max_pool, {"input": X, "output_size": 4, "return_indices": True}),
    (max_unpool_output_size, {"input_size": 6, "output_size": 7} | UNPOOL),
    (max_unpool_shape, {"input_shape": (1, 2, 6), "output_size": (7,)} | UNPOOL),
    (max_unpool, {"input": X, "indices": X.astype(int) // 2, "output_size": (7,)} | UNPOOL),
]
for _, arguments in CALLS[11:13]:
    del arguments["kernel_size"]  # the weight's


class Hostile:
    """Whose every answer is an error of its own."""

    def __index__(self) -> int:
        raise RuntimeError("hostile index")

    def __iter__(self) -> Any:
        raise RuntimeError("hostile iteration")

    def __array__(self, *_: object, **__: object) -> Any:
        raise RuntimeError("hostile array")

    def __repr__(self) -> str:
        raise RuntimeError("hostile repr")


class Huge(int):
    """A number too long for Python to write, which Hypothesis can write all the same."""

    def __repr__(self) -> str:
        return f"{'-' if self < 0 else ''}10**5000"


def endless() -> Any:
    """Count for ever."""
    while True:
        yield 1


NUMBERS = st.one_of(
    st.integers(-3, 8),
    st.integers(-(2**70), 2**70),
    st.sampled_from([10**6, 65_535, 2**31, 2**63 - 1, 2**63, Huge(10**5000), Huge(-(10**5000))]),
)
STRANGE = st.one_of(
    NUMBERS,
    st.lists(NUMBERS, max_size=3),
    st.lists(st.lists(NUMBERS, max_size=3), max_size=3),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.sampled_from(["same", "valid", "zeros", "reflect", "circular", "replicate", "wrap"]),
    st.none(),
    st.booleans(),
    st.complex_numbers(),
    st.dictionaries(NUMBERS, NUMBERS, max_size=2),
    st.frozensets(st.integers(0, 3), max_size=2),
    st.sampled_from([
        np.ones(2), np.ones((2, 2), bool), np.array(3), np.array([]), np.array(["a"]), np.True_,
        np.ones((0, 2, 6)), np.ones((1, 2, 6), object), np.full((2, 6), np.nan), np.uint8(3),
        np.broadcast_to(1.0, (1, 2, 2**31)), np.broadcast_to(1.0, (2**31, 2, 3)),
        np.broadcast_to(1.0, (1, 2**31, 3)), np.broadcast_to(1.0, (2, 2, 10**6)),
        torch.ones(2), torch.tensor([1, 2]), torch.ones(1, 2, 6, requires_grad=True),
        torch.ones(2, 2, 3, dtype=torch.bfloat16), torch.empty(1, 2, 6, device="meta"),
        object(), int, len, range(10**12), [[1, 2], [3]], [[]], [[[]]], "x" * 10**5,
    ]),
    st.builds(Hostile),
    st.builds(endless),
)  # fmt: skip


# What clashes, as this package words it, and in brackets every number that caused it.
OURS = re.compile(
    r"""
    (level\ \d+:\ )?
    ( \w+ \ must\ (be|not\ be|have)\ .+
    | \w+ \ has\ (\d+|more\ than\ \d+)\ (number|entr).+
    | padding='same'\ is\ for\ stride\ 1.+
    | 'same'\ at\ a\ stride\ above\ 1\ depends\ on\ the\ input_size
    | padding_mode\ '\w+'\ fills\ at\ most\ \d+\ samples?\ on\ a\ side\ here
    | (no\ input\ of\ output_size\ .+\ is\ unfolded\ so:\ .+)
    | kernel\ spans\ \d+\ samples?\ but\ the\ padded\ input\ has\ \d+
    | weight\ reads\ \d+\ channels\ but\ each\ group\ of\ the\ input\ has\ \d+
    | groups\ must\ divide\ the\ input\ and\ the\ output\ channels
    | no\ input\ size\ gives\ this\ output\ size
    | the\ bounds\ leave\ too\ many\ settings\ to\ try
    | there\ are\ too\ many\ sizes\ to\ try
    | the\ (padding\ cuts\ off\ the\ whole\ output|matrix\ would\ have\ more\ .+)
    | the\ kernel\ stands\ in\ \d+\ places?\ but\ there\ (is|are)\ \d+\ columns?
    | the\ loops\ would\ take\ too\ many\ steps
    | an\ array\ would\ hold\ too\ many\ numbers
    | (nothing\ to\ convolve:\ an|input\ has\ an)\ axis\ (has\ no|without)\ elements
    | a\ window\ reads\ nothing\ but\ padding,.+
    | (a\ sum|\w+\ is\ computed).+ int64 .+
    )
    \ \( [a-z_ ]+ [=\ (] .* \)
    """,
    re.VERBOSE | re.DOTALL,
)


@pytest.fixture(autouse=True, scope="module")
def _small_bounds() -> Any:
    """Let the examples be quick where what they ask for can be done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MOST_STEPS", 10**4)
        patch.setattr(limits, "MOST_NUMBERS", 10**6)
        yield


@settings(max_examples=600)
@given(st.sampled_from(CALLS), st.data())
def test_an_error_is_ours(
    call: tuple[Callable[..., Any], dict[str, Any]], data: st.DataObject
) -> None:
    """Named arguments in its brackets, no word of NumPy's, and short; or there is a result."""
    function, valid = call
    changed = data.draw(st.lists(st.sampled_from(sorted(valid)), min_size=1, max_size=2))
    arguments = valid | {name: data.draw(STRANGE, label=name) for name in changed}
    try:
        function(**arguments)
        return
    except (TypeError, ValueError) as caught:
        error = caught
    words = str(error)
    assert OURS.fullmatch(words), words
    assert len(words) < 1000
    assert error.__cause__ is None
    assert "hostile" not in words


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: unfold(np.ones((2, 3)), 2),
         "input must be (N, C, *spatial), or (C, *spatial) with a kernel_size for each axis "
         "(input shape (2, 3), kernel_size=2)"),
        (lambda: cross_correlation_matrix([1, 2, 3], (5,)),
         "weight must be (O, C/groups, *kernel) with a kernel axis for each of input_size "
         "(weight shape (3,), input_size=(5,))"),
        (lambda: fold(np.ones((1, 3, 2)), (), 3),
         "output_size must have a number for each spatial axis (output_size=())"),
        (lambda: fold(np.ones((1, 3, 2)), (4,), (3, 1)),
         "kernel_size has 2 numbers for 1 spatial axis (kernel_size=(3, 1))"),
        (lambda: cross_correlate(X, W, padding=10**5000),
         "padding must be at most 9223372036854775807 (padding=about 2**16609)"),
        (lambda: cross_correlate(X, W, stride=range(10**12)),
         "stride has more than 64 numbers (stride=range(0, 1000000000000))"),
        (lambda: cross_correlate(np.ones((1, 1, 4, 4)), np.ones((1, 1, 2, 2)), padding=65_535),
         "an array would hold too many numbers (numbers=17180131329, most=1000000, "
         "kernel_size=(2, 2), output_size=(131073, 131073))"),
        (lambda: matmul_cross_correlate(X, W, padding=10**9),
         "an array would hold too many numbers (numbers=12000000024, most=1000000, "
         "kernel_size=(3,), output_size=(2000000004,), padding=((1000000000, 1000000000),))"),
        (lambda: pool_output_size(9, 2, ceil_mode=np.ones(2)),
         "ceil_mode must be True or False (ceil_mode=array([1., 1.]))"),
        (lambda: conv_transpose(X, W, padding=-1), "padding must be at least 0 (padding=-1)"),
        (lambda: conv_output_size(4, 3, dilation=2, padding=(0, 0)),
         "kernel spans 5 samples but the padded input has 4 (kernel_size=3, dilation=2, "
         "input_size=4, padding=(0, 0))"),
        (lambda: cross_correlate(X, W, bias=[1]),
         "bias must be one number for each output channel (bias shape (1,), out_channels=2)"),
        (lambda: max_pool(X, Hostile()),
         "kernel_size must be an integer, or one for each axis (kernel_size=a Hostile)"),
    ],
)  # fmt: skip
def test_an_error_blames_what_the_caller_gave(call: Callable[[], object], words: str) -> None:
    """In the caller's terms, whole, with every number that caused it."""
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert str(caught.value) == words
