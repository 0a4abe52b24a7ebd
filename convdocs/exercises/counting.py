"""How large is an output, and how far does it see?"""

import math
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from convdocs.exercises.exercise import Exercise, Mistakes
from convdocs.layers import Conv
from convdocs.receptive import receptive_field
from convdocs.sizes import conv_output_size

__all__ = ["EXERCISES"]

Layers = list[tuple[int, int]]


def _size(n: int, k: int, stride: int, padding: int, dilation: int) -> int:
    return conv_output_size(n, k, stride=stride, padding=padding, dilation=dilation)


def _sizes() -> Iterator[tuple[Any, ...]]:
    settings = product(range(1, 9), range(1, 5), range(1, 5), range(4), range(1, 4))
    fitting = [c for c in settings if c[0] + 2 * c[3] > c[4] * (c[1] - 1)]
    yield from sorted(fitting, key=lambda c: ((c[2] > 1) + (c[3] > 0) + (c[4] > 1), sum(c), c))


def _room(n: int, k: int, padding: int, dilation: int) -> int:
    return n + 2 * padding - dilation * (k - 1) - 1


_SIZE_MISTAKES: Mistakes = {
    "not rounding down: half a step is no step": lambda n, k, s, p, d: _room(n, k, p, d) / s + 1,
    "rounding up: half a step is no step": lambda n, k, s, p, d: -(-_room(n, k, p, d) // s) + 1,
    "rounding to the nearest: half a step is no step": (
        lambda n, k, s, p, d: round(_room(n, k, p, d) / s) + 1
    ),
    "leaving out the place where the kernel starts: add 1 to the steps": (
        lambda n, k, s, p, d: _room(n, k, p, d) // s
    ),
    "adding the 1 before dividing: it is the place to start from, not a step": (
        lambda n, k, s, p, d: (_room(n, k, p, d) + 1) // s
    ),
    "adding one place too many": lambda n, k, s, p, d: _room(n, k, p, d) // s + 2,
    "counting the padding once: it stands on both sides": (
        lambda n, k, s, p, d: (_room(n, k, p, d) - p) // s + 1
    ),
    "leaving the padding out": lambda n, k, s, p, d: _room(n, k, 0, d) // s + 1,
    "leaving the stride out": lambda n, k, s, p, d: _room(n, k, p, d) + 1,
    "leaving the dilation out: it spreads the taps": (
        lambda n, k, s, p, d: _room(n, k, p, 1) // s + 1
    ),
    "a span of dilation * k: k taps have k - 1 gaps, so it is dilation * (k - 1) + 1": (
        lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1
    ),
    "putting `dilation` samples between two taps: they are `dilation` apart": (
        lambda n, k, s, p, d: _room(n, k, p, d + 1) // s + 1
    ),
}


def _field(layers: Layers) -> int:
    return receptive_field([Conv(1, 1, k, stride=s) for k, s in layers]).size[0]


def _stacks() -> Iterator[tuple[Any, ...]]:
    layer = [*product((1, 2, 3, 5), (1, 2, 3))]
    stacks = [*product(layer), *product(layer, layer), *product(layer[1:8], repeat=3)]
    for stack in sorted(stacks, key=lambda c: (len(c), _steps(c), sum(map(sum, c)), c)):
        yield ([*stack],)


def _steps(layers: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a layer skips places of the one below."""
    return any(stride > 1 for _, stride in layers)


def _grown(layers: Layers, *, start: int = 1, own: bool = False, whole: bool = False) -> int:
    """Let the field grow, in a way that may be wrong: see where it is called."""
    size, step = start, 1
    for kernel, stride in layers:
        step *= stride if own else 1
        size += (kernel - 1 + whole) * step
        step *= 1 if own else stride
    return size


_FIELD_MISTAKES: Mistakes = {
    "leaving the strides out: they widen the steps of the layers above": (
        lambda layers: _grown([(k, 1) for k, _ in layers])
    ),
    "adding up the kernels: neighbours share what they see, so a layer adds k - 1 steps": (
        lambda layers: sum(k for k, _ in layers)
    ),
    "multiplying the kernels: the fields of neighbours overlap": (
        lambda layers: math.prod(k for k, _ in layers)
    ),
    "starting from 0: without any layer one input is seen": (
        lambda layers: _grown(layers, start=0)
    ),
    "counting a layer's own stride before its kernel: it widens the steps above only": (
        lambda layers: _grown(layers, own=True)
    ),
    "adding k steps for each layer: k taps are k - 1 steps apart": (
        lambda layers: _grown(layers, start=0, whole=True)
    ),
    "adding k steps for each layer, and 1 to start from: k taps are k - 1 steps apart": (
        lambda layers: _grown(layers, whole=True)
    ),
    "going through the layers from the last one: the first one is the first": (
        lambda layers: _grown(layers[::-1])
    ),
    "taking the last step for all layers": (
        lambda layers: 1 + sum(k - 1 for k, _ in layers) * math.prod(s for _, s in layers[:-1])
    ),
    "taking a layer's own stride for the steps below it": (
        lambda layers: 1 + sum((k - 1) * s for k, s in layers)
    ),
    "taking the last layer only": lambda layers: layers[-1][0],
}


EXERCISES = {
    "output_size": Exercise(
        ("n", "k", "stride", "padding", "dilation"), _size, _sizes, _SIZE_MISTAKES
    ),
    "receptive_field": Exercise(("layers",), _field, _stacks, _FIELD_MISTAKES),
}
