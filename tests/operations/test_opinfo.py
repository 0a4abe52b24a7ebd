"""PyTorch's own samples of each operation: taken alike, refused alike, the same numbers.

They are private to PyTorch; this is the one place that asks for them.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from convdocs.operations.adaptive import adaptive_avg_pool, adaptive_max_pool
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.operations.unfold import matmul_cross_correlate, unfold

MOST = 8  # samples of an operation and a type; there are up to 1440
CONV = "weight bias stride padding dilation groups"
TRANSPOSE = "weight bias stride padding output_padding groups dilation"
MAX = "kernel_size stride padding dilation ceil_mode return_indices"
AVG = "kernel_size stride padding ceil_mode count_include_pad divisor_override"
OPERATIONS: dict[str, tuple[str, list[Callable[..., Any]]]] = {
    "conv{}d": (CONV, [cross_correlate, matmul_cross_correlate]),
    "conv_transpose{}d": (TRANSPOSE, [conv_transpose]),
    "max_pool{}d": (MAX, [max_pool]),
    "avg_pool{}d": (AVG, [avg_pool]),
    "adaptive_max_pool{}d": ("output_size return_indices", [adaptive_max_pool]),
    "adaptive_avg_pool{}d": ("output_size", [adaptive_avg_pool]),
}
NAMES = [(name.format(axes), *OPERATIONS[name], axes) for name in OPERATIONS for axes in (1, 2, 3)]
NAMES.append(("unfold", "kernel_size dilation padding stride", [unfold], 2))
SETTINGS = {"kernel_size", "stride", "padding", "output_padding", "dilation"}


@cache
def database() -> dict[str, Any]:
    """Import PyTorch's samples, which takes seconds, warns and may rewrite the command line."""
    arguments = sys.argv[:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db  # noqa: PLC0415
    sys.argv[:] = arguments
    return {op.name: op for op in op_db}


def call(sample: Any, names: str, axes: int) -> tuple[list[Any], dict[str, Any]]:
    """Write a sample as our call: settings by name, and one number for each axis."""
    given = dict(zip(names.split(), sample.args, strict=False)) | sample.kwargs
    for name in SETTINGS & {*given}:
        value = given[name]
        if isinstance(value, tuple | list) and len(value) == 1:  # PyTorch's way to say all axes
            given[name] = value[0]
        if isinstance(value, tuple | list) and not value:  # and to say the default
            del given[name]
    if isinstance(given.get("kernel_size"), int):  # which tells how many axes there are
        given["kernel_size"] = (given["kernel_size"],) * axes
    if isinstance(given.get("output_size"), int):
        given["output_size"] = (given["output_size"],) * axes
    arrays = [
        sample.input,
        *(given.pop(name) for name in ("weight", "kernel_size") if name in given),
    ]
    return arrays, given


def some(samples: Iterator[Any]) -> list[Any]:
    """Choose among the samples, the same ones each time."""
    every = list(samples)
    chosen = np.random.default_rng(0).permutation(len(every))[:MOST]
    return [every[i] for i in sorted(chosen)]


def by_torch(name: str, sample: Any) -> Any:
    """Give what PyTorch makes of a sample."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an uneven padding may cost a copy
        return getattr(torch.nn.functional, name)(sample.input, *sample.args, **sample.kwargs)


BY_NAME = pytest.mark.parametrize(
    ("name", "names", "functions", "axes"), NAMES, ids=[name for name, *_ in NAMES]
)


@BY_NAME
def test_what_pytorch_takes_is_taken_and_gives_the_same(
    name: str, names: str, functions: list[Callable[..., Any]], axes: int
) -> None:
    """In double precision, complex and whole numbers, of which PyTorch cuts off the means."""
    op = database()[f"nn.functional.{name}"]
    for dtype in sorted({torch.float64, torch.complex64, torch.int64} & op.dtypes, key=str):
        for sample in some(op.sample_inputs("cpu", dtype)):
            theirs = by_torch(name, sample)
            arrays, settings = call(sample, names, axes)
            for function in functions:
                ours = function(*arrays, **settings)
                pairs = (
                    [(ours, theirs)] if torch.is_tensor(theirs) else zip(ours, theirs, strict=True)
                )
                for our, their in pairs:
                    whole = function is avg_pool and dtype == torch.int64
                    np.testing.assert_allclose(
                        np.trunc(our) if whole else our, their.detach().resolve_conj().numpy(),
                        rtol=1e-5, atol=1e-5,
                    )  # fmt: skip


@BY_NAME
def test_what_pytorch_refuses_is_refused(
    name: str, names: str, functions: list[Callable[..., Any]], axes: int
) -> None:
    """But for arrays of two types, which PyTorch does not bring to a common one."""
    op = database()[f"nn.functional.{name}"]
    for error in op.error_inputs("cpu") if op.error_inputs_func else ():
        if "should be the same" in error.error_regex:
            continue
        arrays, settings = call(error.sample_input, names, axes)
        for function in functions:
            with pytest.raises((TypeError, ValueError)):
                function(*arrays, **settings)
