"""Exercises: every right solution is taken, and a wrong one is told where and why."""

import ast
import re
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.sparse
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view

from convdocs import exercises
from convdocs.exercises import correlating, counting, pooling, scattering
from convdocs.sizes import conv_output_size

SHEET = counting.EXERCISES | correlating.EXERCISES | pooling.EXERCISES | scattering.EXERCISES
Array = np.ndarray


def told(name: str, function: Callable[..., Any]) -> str:
    """Give what is said of a solution that is not right."""
    with pytest.raises(AssertionError) as caught:
        exercises.check(name, function)
    return str(caught.value)


def batch(array: Array) -> torch.Tensor:
    """Give an array as PyTorch's layers take it: one input of one channel."""
    return torch.tensor(np.asarray(array), dtype=torch.float32)[None, None]


# Solutions that are right, as different readers write them


def _size_by_counting(n: int, k: int, stride: int, padding: int, dilation: int) -> int:
    count, first = 0, -padding
    while first + dilation * (k - 1) < n + padding:
        count, first = count + 1, first + stride
    return count


def _size_by_torch(n: int, k: int, stride: int, padding: int, dilation: int) -> int:
    layer = torch.nn.Conv1d(1, 1, k, stride, padding, dilation)
    return layer(torch.zeros(1, 1, n)).shape[-1]


def _size_in_the_order_of_pytorch(n: int, k: int, padding: int, dilation: int, stride: int) -> int:
    return _size_by_counting(n, k, stride, padding, dilation)


def _correlate_by_loop(x: Array, w: Array) -> list[int]:
    return [sum(x[i + tap] * w[tap] for tap in range(len(w))) for i in range(len(x) - len(w) + 1)]


def _correlate_2d_by_loop(x: Array, w: Array, stride: int) -> Array:
    rows, columns = ((n - k) // stride + 1 for n, k in zip(x.shape, w.shape, strict=True))
    y = np.zeros((rows, columns), int)
    for i, j in np.ndindex(rows, columns):
        for a, b in np.ndindex(*w.shape):
            y[i, j] += x[i * stride + a, j * stride + b] * w[a, b]
    return y


def _relu_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


def _relu_by_loop(x: Array) -> list[list[float]]:
    return [[value * (value > 0) for value in row] for row in x]


def _pool_by_loop(x: Array, size: int) -> list[list[int]]:
    pooled = []
    for i in range(0, len(x) - size + 1, size):
        pooled.append([])
        for j in range(0, len(x[0]) - size + 1, size):
            pooled[-1].append(max(x[a, b] for a in range(i, i + size) for b in range(j, j + size)))
    return pooled


def _pool_by_reshaping(x: Array, size: int) -> Array:
    rows, columns = (n // size for n in x.shape)
    cut = x[: rows * size, : columns * size]
    return cut.reshape(rows, size, columns, size).max(axis=(1, 3))


def _stamp(x: Array, w: Array, stride: int) -> Array:
    y = np.zeros((len(x) - 1) * stride + len(w))
    for i, value in enumerate(x):
        y[i * stride : i * stride + len(w)] += value * w
    return y


def _stuff(x: Array, w: Array, stride: int) -> Array:
    stuffed = np.zeros((len(x) - 1) * stride + 1, int)
    stuffed[::stride] = x
    return np.convolve(stuffed, w)


def _matrix_by_loop(n: int, w: Array) -> list[list[int]]:
    return [
        [w[j - i] if 0 <= j - i < len(w) else 0 for j in range(n)] for i in range(n - len(w) + 1)
    ]


def _matrix_by_unfolding(n: int, w: Array) -> Array:
    return sliding_window_view(np.eye(n, dtype=int), len(w), axis=1).swapaxes(0, 1) @ w


def _matrix_by_diagonals(n: int, w: Array) -> scipy.sparse.sparray:
    rows = n - len(w) + 1
    return scipy.sparse.diags_array(
        [[float(one)] * rows for one in w], offsets=[*range(len(w))], shape=(rows, n)
    )


def _field_downwards(layers: list[tuple[int, int]]) -> int:
    size = 1
    while layers:
        kernel, stride = layers.pop()  # the list is the reader's own
        size = (size - 1) * stride + kernel
    return size


def _field_by_gradient(layers: list[tuple[int, int]]) -> int:
    x = torch.zeros(1, 1, 60, requires_grad=True)
    y = x
    for kernel, stride in layers:
        y = F.conv1d(y, torch.ones(1, 1, kernel), stride=stride)
    y[0, 0, 0].backward()
    (seen,) = x.grad[0, 0].nonzero(as_tuple=True)
    return seen.max() - seen.min() + 1


RIGHT: dict[str, dict[str, Callable[..., Any]]] = {
    "output_size": {
        "counting": _size_by_counting,
        "formula": lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1,
        "float": lambda n, k, s, p, d: float(ceil((n + 2 * p - d * (k - 1)) / s)),
        "fraction": lambda *of: Fraction(_size_by_counting(*of)),
        "torch": _size_by_torch,
        "names in another order": _size_in_the_order_of_pytorch,
        "keywords": conv_output_size,
    },
    "cross_correlate_1d": {
        "loop": _correlate_by_loop,
        "numpy": np.correlate,
        "windows": lambda x, w: sliding_window_view(x, len(w)) @ w,
        "generator": lambda x, w: (sum(x[i:][: len(w)] * w) for i in range(len(x) - len(w) + 1)),
        "torch": lambda x, w: F.conv1d(batch(x), batch(w).requires_grad_())[0, 0],
        "fft": lambda x, w: scipy.signal.fftconvolve(x, w[::-1], mode="valid"),
    },
    "cross_correlate_2d": {
        "loop": _correlate_2d_by_loop,
        "windows": lambda x, w, s: (sliding_window_view(x, w.shape)[::s, ::s] * w).sum((2, 3)),
        "scipy": lambda x, w, s: scipy.signal.correlate2d(x, w, "valid")[::s, ::s],
        "torch": lambda x, w, s: F.conv2d(batch(x), batch(w), stride=s)[0, 0],
    },
    "convolve_2d": {
        "scipy": lambda x, w: scipy.signal.convolve2d(x, w, mode="valid"),
        "fft": lambda x, w: scipy.signal.fftconvolve(x, w, mode="valid") + 0j,
        "turned": lambda x, w: _correlate_2d_by_loop(x, np.rot90(w, 2), 1).tolist(),
        "torch": lambda x, w: F.conv2d(batch(x), batch(w).flip(2, 3))[0, 0],
    },
    "relu": {
        "loop": _relu_by_loop,
        "maximum": lambda x: np.maximum(x, 0),
        "in place": _relu_in_place,
        "product": lambda x: x * (x > 0),
        "half": lambda x: (x + abs(x)) / 2,
        "tuples": lambda x: tuple(tuple(max(0, one) for one in row) for row in x),
        "map": lambda x: (map(partial(max, 0), row) for row in x),
        "torch": lambda x: torch.relu(torch.tensor(x)),
        "module": lambda x: torch.nn.ReLU()(torch.tensor(x, dtype=torch.bfloat16)),
    },
    "max_pool_2d": {
        "loop": _pool_by_loop,
        "reshape": _pool_by_reshaping,
        "windows": lambda x, n: sliding_window_view(x, (n, n))[::n, ::n].max(axis=(2, 3)),
        "torch": lambda x, n: F.max_pool2d(batch(x), n)[0, 0],
    },
    "conv_transpose_1d": {
        "stamps": _stamp,
        "stuffing": _stuff,
        "upsampling": lambda x, w, s: scipy.signal.upfirdn(w, x, up=s),
        "torch": lambda x, w, s: F.conv_transpose1d(batch(x), batch(w), stride=s)[0, 0],
    },
    "matrix_1d": {
        "loop": _matrix_by_loop,
        "unfold": _matrix_by_unfolding,
        "sparse": _matrix_by_diagonals,
        "toeplitz": lambda n, w: scipy.linalg.toeplitz(
            np.r_[w[0], np.zeros(n - len(w))], np.r_[w, np.zeros(n - len(w))]
        ),
    },
    "receptive_field": {
        "downwards": _field_downwards,
        "formula": lambda layers: (
            1 + sum((k - 1) * np.prod([s for _, s in layers[:n]], dtype=int)
                    for n, (k, _) in enumerate(layers))
        ),
        "gradient": _field_by_gradient,
    },
}  # fmt: skip


# Solutions that are not, and what must be said of each


def _windows(x: Array, w: Array) -> Array:
    return sliding_window_view(x, w.shape)


def _correlate_2d(x: Array, w: Array, *strides: int) -> Array:
    down, along = strides or (1, 1)
    return (_windows(x, w)[::down, ::along] * w).sum(axis=(2, 3))


def _grow(layers: list[tuple[int, int]], *, size: int = 1, own: bool = False) -> int:
    step = 1
    for kernel, stride in layers:
        step *= stride if own else 1
        size += (kernel - 1) * step
        step *= 1 if own else stride
    return size


def _overwrite(x: Array, w: Array, stride: int) -> Array:
    y = np.zeros((len(x) - 1) * stride + len(w))
    for i, value in enumerate(x):
        y[i * stride : i * stride + len(w)] = value * w
    return y


WRONG: dict[str, list[tuple[Callable[..., Any], str]]] = {
    "output_size": [
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1, "not rounding down"),
        (lambda n, k, s, p, d: ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1, "rounding up"),
        (lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1, "counting the padding once"),
        (lambda n, k, s, p, d: (n + 2 * p - k) // s + 1, "leaving the dilation out"),
        (lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1, "a span of dilation * k"),
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s, "leaving out the place"),
        (lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s, "adding the 1 before dividing"),
        (lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1, "leaving the padding out"),
        (lambda n, k, s, p, d: n + 2 * p - d * (k - 1), "leaving the stride out"),
        # two at once: the smaller case is told
        (lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) / s + 1, "counting the padding once"),
        (lambda n, k, s, p, d: n // s + 1, "output_size(n=1, k=1, stride=1, padding=0, dilation=1"),
    ],
    "cross_correlate_1d": [
        (lambda x, w: np.convolve(x, w, mode="valid"), "flipping the kernel"),
        (lambda x, w: np.correlate(x, w, mode="full"), "until no place is left"),
        (lambda x, w: np.correlate(x, w, mode="same"), "until the output has its size"),
        (lambda x, w: _windows(x, w).sum(axis=1), "without its weights"),
        (lambda x, w: (_windows(x, w) * w).mean(axis=1), "taking the mean"),
        (lambda x, w: [sum(x[i:][: len(w)] * w) for i in range(len(x) - len(w))], "too early"),
        (lambda x, w: x * w, "of shape (2,) and not (1,)"),
        (lambda x, w: np.abs(np.correlate(x, w)), "cross_correlate_1d(x="),
    ],
    "cross_correlate_2d": [
        (lambda x, w, s: _correlate_2d(x, np.flip(w), s, s), "flipping the kernel"),
        (lambda x, w, s: _correlate_2d(x, w), "leaving the stride out"),
        (lambda x, w, s: _correlate_2d(x, w, s, 1), "striding down the rows only"),
        (lambda x, w, s: _correlate_2d(x, w, 1, s), "striding along the columns only"),
        (lambda x, w, s: _correlate_2d(x, w, s, s)[:-1, :-1], "one place too early"),
        (lambda x, w, s: F.conv2d(batch(x), batch(w), stride=s), "their shape is not"),
        (lambda x, w, s: _correlate_2d(x, w.T, s, s), "w=np.array([[1, -1]]), stride=1"),
        (lambda x, w, s: _correlate_2d(x, w, s, s).T, "cross_correlate_2d(x="),
    ],
    "convolve_2d": [
        (_correlate_2d, "that is cross-correlation"),
        (lambda x, w: _correlate_2d(x, w[::-1]), "upside down only"),
        (lambda x, w: _correlate_2d(x, w[:, ::-1]), "from left to right only"),
        (lambda x, w: _correlate_2d(x[::-1, ::-1], w), "flipping the input"),
        (scipy.signal.convolve2d, "SciPy's default"),
        (lambda x, w: scipy.signal.convolve2d(x, w, mode="same"), "the output has its size"),
        (lambda x, w: _correlate_2d(x, w.T), "convolve_2d(x="),
        (lambda x, w: _correlate_2d(x, np.rot90(w)), "convolve_2d(x="),
        (lambda x, w: _correlate_2d(np.flip(x), np.flip(w)), "both the input and the kernel"),
    ],
    "relu": [
        (np.abs, "the absolute value"),
        (lambda x: np.minimum(x, 0), "keeping the negative numbers"),
        (lambda x: x > 0, "asking whether"),
        (lambda x: x[x > 0], "dropping the negative numbers"),
        (lambda x: x.clip(0, 1), "cutting off at 1"),
        (lambda x: np.where(x > 0, x, 0.01 * x), "leaky"),
        (lambda x: (x + abs(x)) // 2, "rounding"),
        (lambda x: x.clip(0, 9), "relu(x=np.array([[-12"),
        (lambda x: max(0, x), "raised: ValueError: The truth value"),
        (lambda x: print(end=""), "given:  None. Does the function end with a return?"),
        (lambda x: np.maximum(x, 0).ravel(), "their shape is not"),
    ],
    "max_pool_2d": [
        (lambda x, n: np.maximum(_pool_by_reshaping(x, n), 0), "starting from 0"),
        (lambda x, n: _windows(x, np.ones((n, n))).max(axis=(2, 3)), "moving on by one cell"),
        (lambda x, n: F.max_pool2d(batch(x), n, ceil_mode=True)[0, 0], "what is left over"),
        (lambda x, n: F.avg_pool2d(batch(x), n)[0, 0], "taking the mean"),
        (lambda x, n: -_pool_by_reshaping(-x, n), "the smallest number"),
        (lambda x, n: x[n - 1 :: n, n - 1 :: n], "the last number"),
        (lambda x, n: F.max_pool2d(batch(x), (1, n))[0, 0], "along the rows only"),
        (lambda x, n: x.max(), "the whole grid"),
        (
            lambda x, n: x.reshape(len(x) // n, len(x[0]) // n, -1).max(axis=2),
            "max_pool_2d(x=np.array([[4, -2, 2, -5], [-1, 1, -7, -8]]), size=2)",
        ),
        (lambda x, n: _pool_by_reshaping(x, 2), "size=3)"),
    ],
    "conv_transpose_1d": [
        (_overwrite, "over the one before"),
        (lambda x, w, s: _stamp(x, w[::-1], s), "flipping the kernel"),
        (lambda x, w, s: np.convolve(x, w), "leaving the stride out"),
        (lambda x, w, s: [*_stamp(x, w, s), *[0] * s], "a step too many"),
        (lambda x, w, s: _stamp(x, w, s)[:-1], "one cell too short"),
        (lambda x, w, s: [*_stamp(x, w, s), 0], "one cell too long"),
        (lambda x, w, s: _stamp(x**0, w, s), "without the input's numbers"),
        (lambda x, w, s: _correlate_by_loop(x, w)[::s], "conv_transpose_1d(x="),
        (lambda x, w, s: _stamp(x, w, s + 1), "conv_transpose_1d(x="),
    ],
    "matrix_1d": [
        (lambda n, w: np.transpose(_matrix_by_loop(n, w)), "rows and columns about"),
        (lambda n, w: _matrix_by_loop(n, w[::-1]), "flipping the kernel"),
        (lambda n, w: _matrix_by_loop(n, w)[:-1], "a row too few"),
        (
            lambda n, w: scipy.linalg.circulant(np.r_[w, [0] * (n - len(w))]).T,
            "go round the end",
        ),
        (lambda n, w: _matrix_by_loop(n + len(w) - 1, w), "matrix_1d(n=2, w="),
        (
            lambda n, w: np.array(_matrix_by_loop(n + len(w) - 1, w))[:, :n],
            "a row for each input",
        ),
        (lambda n, w: np.eye(n), "matrix_1d(n=1, w=np.array([-1]))"),
        (lambda n, w: w, "matrix_1d(n=1, w=np.array([-1]))"),
    ],
    "receptive_field": [
        (lambda layers: 1 + sum(k - 1 for k, _ in layers), "leaving the strides out"),
        (lambda layers: sum(k for k, _ in layers), "adding up the kernels"),
        (lambda layers: np.prod([k for k, _ in layers]), "multiplying the kernels"),
        (partial(_grow, own=True), "own stride before its kernel"),
        (partial(_grow, size=0), "starting from 0"),
        (lambda layers: _grow(layers[::-1]), "from the last one"),
        (lambda layers: layers[-1][0], "the last layer only"),
        (lambda layers: 1 + sum((k - 1) * s for k, s in layers), "for the steps below it"),
        (lambda layers: _grow(layers[:2]), "receptive_field(layers=[(2, 1), (2, 1), (2, 1)])"),
        (lambda layers: _grow(layers) * 2 - 1, "receptive_field(layers=[(2, 1)])"),
    ],
}  # fmt: skip


ALL_RIGHT = [
    pytest.param(name, solution, id=f"{name}-{label}")
    for name, solutions in RIGHT.items()
    for label, solution in solutions.items()
]
ALL_WRONG = [
    pytest.param(name, solution, words, id=f"{name}-{words}")
    for name, solutions in WRONG.items()
    for solution, words in solutions
]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Let PyTorch compute alone: on numbers so few, threads spend their time on waiting."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize(("name", "solution"), ALL_RIGHT)
def test_a_right_solution_is_taken(
    name: str, solution: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """However it computes, and whatever its numbers come in."""
    begin = time.process_time()
    exercises.check(name, solution)
    assert re.fullmatch(rf"Right: {name}, in all \d+ cases\.\n", capsys.readouterr().out)
    assert time.process_time() - begin < 5  # of a machine that may be busy; it takes a tenth


@pytest.mark.parametrize(("name", "solution", "words"), ALL_WRONG)
def test_a_wrong_solution_is_told_its_mistake_or_its_case(
    name: str, solution: Callable[..., Any], words: str
) -> None:
    """The message shows the call, what was wanted, and what came instead."""
    message = told(name, solution)
    assert words in message
    assert message.startswith(
        f"{name} is not right yet. The first case that differs is\n    {name}("
    )
    assert "\n    wanted: " in message
    assert re.search(r"\n    (given|raised): ", message)


@pytest.mark.parametrize("name", SHEET)
def test_every_known_mistake_is_told_by_its_name(name: str) -> None:
    """None is right in all cases, and none is taken for another one."""
    for words, makes in SHEET[name].mistakes.items():
        assert told(name, lambda *of, makes=makes: makes(*of)).endswith(f"\nThat comes of {words}.")


@pytest.mark.parametrize("name", SHEET)
def test_an_exercise_is_listed_with_its_arguments_and_tested(name: str) -> None:
    """Two right solutions, five wrong ones, and its signature in the module's text."""
    assert f"- ``{name}({', '.join(SHEET[name].names)})``: " in exercises.__doc__
    assert len(RIGHT[name]) >= 2
    assert len(WRONG[name]) >= 5


@pytest.mark.parametrize("name", SHEET)
def test_cases_are_the_same_each_time_and_can_be_pasted(name: str) -> None:
    """The call in a message is Python, and gives what was wanted."""
    calls = [told(name, lambda *of: "no number") for _ in range(2)]
    assert calls[0] == calls[1]
    call, wanted = re.search(r"\n    (\w+\(.*\))\n    wanted: (.*)\n", calls[0]).groups()

    def pasted(**values: Any) -> Any:
        return SHEET[name].right(*values.values())

    assert np.array_equal(eval(call, {"np": np, name: pasted}), ast.literal_eval(wanted))


def test_a_message_says_how_far_a_solution_is_right() -> None:
    """All that comes before the first case that differs."""
    message = told("output_size", lambda n, k, s, p, d: (n - k) // s + 1)
    assert re.search(r"In the cases before it, \d+ of 1272, it is right\.", message)
    assert "padding=1" in message or "dilation=2" in message
    assert "before it" not in told("output_size", lambda *of: 0)


def test_an_error_is_told_with_its_place() -> None:
    """The reader's own traceback comes with it."""

    def relu(x: Array) -> Array:
        return x.maximum(0)

    with pytest.raises(AssertionError, match=r"raised: AttributeError: .*'maximum'") as caught:
        exercises.check("relu", relu)
    assert isinstance(caught.value.__cause__, AttributeError)
    assert "raised: TypeError: " in told("output_size", lambda n, k: n - k + 1)


def test_an_error_without_words_is_told_by_its_name() -> None:
    """An assertion of the reader's own, for example; of many lines the first is told."""

    def fails(*words: str) -> Callable[[Array], Array]:
        def relu(x: Array) -> Array:
            raise NotImplementedError(*words)

        return relu

    assert "\n    raised: NotImplementedError" in told("relu", fails())
    assert told("relu", fails("later\nperhaps")).endswith("raised: NotImplementedError: later")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("3", "given:  '3', which is not an array of numbers"),
        ([[1, 2], [3]], "given:  [[1, 2], [3]], which is not an array of numbers"),
        (np.full((1, 2), np.nan), "given:  [[nan, nan]]"),
        (1e300, "given:  1e+300, of shape () and not (1, 2)"),
        (np.zeros(1000), "0,..., of shape (1000,) and not (1, 2)"),
    ],
    ids=["text", "ragged", "nan", "number", "long"],
)
def test_an_answer_of_another_kind_is_told_as_it_is(answer: object, words: str) -> None:
    """Text is no number, and what is long is cut."""
    assert words in told("relu", lambda x: answer)


def test_numbers_that_single_precision_cannot_tell_apart_are_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A ten thousandth of a whole number is no mistake; a hundredth is."""
    exercises.check("relu", lambda x: np.maximum(x, 0) + 1e-5)
    assert "Right" in capsys.readouterr().out
    told("relu", lambda x: np.maximum(x, 0) + 0.01)


def test_what_cannot_be_checked_is_refused() -> None:
    """An exercise that is not there, and a value where a function is wanted."""
    with pytest.raises(ValueError, match=r"no such exercise, only output_size, .* \(name='rely'\)"):
        exercises.check("rely", np.abs)
    with pytest.raises(TypeError, match="the function itself, without brackets"):
        exercises.check("output_size", 3)


def test_sizes_and_fields_are_those_of_a_loop() -> None:
    """The oracle itself is held against counting."""
    for n, k, s, p, d in product(range(1, 6), range(1, 4), range(1, 4), range(3), range(1, 4)):
        if n + 2 * p > d * (k - 1):
            expected = _size_by_counting(n, k, s, p, d)
            assert SHEET["output_size"].right(n, k, s, p, d) == expected
    assert SHEET["receptive_field"].right([(5, 1), (2, 2), (5, 1), (2, 2)]) == 16


def test_pages_check_their_solutions() -> None:
    """Each exercise for code that a page names has a checker, and eight pages have one."""
    examples = Path(__file__).parents[1] / "examples"
    used = [
        name
        for page in examples.rglob("plot_*.py")
        for name in re.findall(r'exercises\.check\("(\w+)"', page.read_text(encoding="utf-8"))
    ]
    assert {*used} <= {*SHEET}
    assert len(used) >= 8
