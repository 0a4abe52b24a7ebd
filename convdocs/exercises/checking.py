"""Is a reader's function right, and if not, where does it differ first?"""

import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from convdocs.arrays import as_real
from convdocs.errors import clash, mistyped
from convdocs.exercises import correlating, counting, pooling, scattering
from convdocs.exercises.exercise import Exercise, Mistakes
from convdocs.operations.numbers import as_array

__all__ = ["check"]

_EXERCISES = counting.EXERCISES | correlating.EXERCISES | pooling.EXERCISES | scattering.EXERCISES
_ENOUGH = 3  # wrong answers that a mistake explains make it known: others may come on top of it
_LONGEST = 300  # characters of an answer


class _Tried(NamedTuple):
    """A case, what was wanted, the numbers given, if any, and what is to be said if not right."""

    case: tuple[Any, ...]
    wanted: np.ndarray
    given: np.ndarray | None
    fault: str
    error: Exception | None


def check(name: str, function: Callable[..., Any]) -> None:
    """Try a function that answers an exercise, and print that it is right.

    What counts is the numbers and their shape. They may come as an array, a list, a tuple, a
    tensor or a sparse matrix, and as floats; the function may change what it is given.

    Parameters
    ----------
    name : str
        The exercise: one of those that :mod:`convdocs.exercises` lists.
    function : callable
        The reader's function. Arguments are given by name if it has all of the exercise's names,
        and in the exercise's order otherwise.

    Raises
    ------
    AssertionError
        If it is not right. The message tells the first and smallest case that differs, and the
        mistake that leads to such answers, if it is a known one.
    TypeError, ValueError
        If there is no such exercise, or `function` is none.

    Examples
    --------
    >>> def output_size(n, k, stride, padding, dilation):
    ...     return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    >>> check("output_size", output_size)
    Right: output_size, in all 1272 cases.
    >>> check("relu", abs)
    Traceback (most recent call last):
    ...
    AssertionError: relu is not right yet. The first case that differs is
        relu(x=np.array([[-2, 1]]))
        wanted: [[0, 1]]
        given:  [[2, 1]]
    That comes of taking the absolute value: a negative number becomes 0.
    """
    if name not in _EXERCISES:
        raise clash(f"there is no such exercise, only {', '.join(_EXERCISES)}", name=name)
    if not callable(function):
        raise mistyped("the function itself, without brackets", "function", function)
    exercise = _EXERCISES[name]
    tried = [_try(function, exercise, case) for case in exercise.cases()]
    wrong = [number for number, one in enumerate(tried) if one.fault]
    if not wrong:
        print(f"Right: {name}, in all {len(tried)} cases.")
        return
    first = tried[wrong[0]]
    told = [
        f"{name} is not right yet. The first case that differs is",
        f"    {name}({_written(exercise.names, first.case)})",
        f"    wanted: {_shown(first.wanted)}",
        f"    {first.fault}",
    ]
    if wrong[0]:
        told.append(f"In the cases before it, {wrong[0]} of {len(tried)}, it is right.")
    if mistake := _mistake(exercise.mistakes, tried, wrong):
        told.append(f"That comes of {mistake}.")
    raise AssertionError("\n".join(told)) from first.error


def _try(function: Callable[..., Any], exercise: Exercise, case: tuple[Any, ...]) -> _Tried:
    """Call a function once, and compare its answer."""
    wanted = np.asarray(exercise.right(*case))
    given, fault, error = _answer(function, exercise.names, case)
    if given is not None and not _same(given, wanted):
        fault = f"given:  {_shown(given)}{_shape(given, wanted)}"
    return _Tried(case, wanted, given, fault, error)


def _answer(
    function: Callable[..., Any], names: tuple[str, ...], case: tuple[Any, ...]
) -> tuple[np.ndarray | None, str, Exception | None]:
    """Give the numbers of a function's answer; or what to say if there are none."""
    order, by_name = _passed(function, names, deepcopy(case))  # which it may change
    try:
        answer = _listed(function(*order, **by_name))
    except Exception as error:  # whatever a reader's code raises is told
        words = [type(error).__name__, *str(error).splitlines()[:1]]
        return None, f"raised: {_cut(': '.join(words))}", error
    if answer is None:
        return None, "given:  None. Does the function end with a return?", None
    if hasattr(answer, "toarray"):  # a sparse matrix
        answer = answer.toarray()
    for read in (as_array, as_real):  # the second one also reads fractions
        try:
            return read(answer, "answer"), "", None
        except TypeError:
            pass
    written = _cut(" ".join(repr(answer).split()))
    return None, f"given:  {written}, which is not an array of numbers", None


def _listed(answer: Any) -> Any:
    """Write out what gives its parts one after another, such as a generator or a map."""
    return [*map(_listed, answer)] if isinstance(answer, list | tuple | Iterator) else answer


def _passed(
    function: Callable[..., Any], names: tuple[str, ...], values: tuple[Any, ...]
) -> tuple[list[Any], dict[str, Any]]:
    """Split arguments into those that go by position and those that go by name."""
    try:
        has = inspect.signature(function).parameters
    except (TypeError, ValueError):  # one that is written in C may not tell
        return [*values], {}
    free = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    known = {name for name in names if name in has and has[name].kind in free}
    if len(known) < len(names):
        known = {name for name in known if has[name].kind is inspect.Parameter.KEYWORD_ONLY}
    given = dict(zip(names, values, strict=True))
    return [given[n] for n in names if n not in known], {n: given[n] for n in names if n in known}


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether numbers agree, up to what single precision leaves."""
    if one.size == other.size == 0:  # a list of nothing does not tell its shape
        return True
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-5, atol=1e-4)


def _mistake(mistakes: Mistakes, tried: list[_Tried], wrong: list[int]) -> str:
    """Name the mistake that gives the very same answers, in the smallest cases at least."""

    def agrees(words: str, cases: list[_Tried]) -> list[bool]:
        makes = mistakes[words]
        return [
            one.given is not None and _same(one.given, np.asarray(makes(*one.case)))
            for one in cases
        ]

    smallest = tried[: wrong[:_ENOUGH][-1] + 1]
    known = [words for words in mistakes if all(agrees(words, smallest))]
    return max(known, key=lambda words: sum(agrees(words, tried)), default="")


def _shape(given: np.ndarray, wanted: np.ndarray) -> str:
    """Say that a shape is not the one that was wanted."""
    if given.shape == wanted.shape:
        return ""
    told = f", of shape {given.shape} and not {wanted.shape}"
    if given.size == wanted.size and _same(given.reshape(wanted.shape), wanted):
        told += ": the numbers are right, their shape is not"
    return told


def _written(names: tuple[str, ...], case: tuple[Any, ...]) -> str:
    """Write arguments so that they can be pasted into a call."""
    values = (
        f"np.array({value.tolist()})" if isinstance(value, np.ndarray) else repr(value)
        for value in case
    )
    return ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))


def _shown(values: np.ndarray) -> str:
    """Write an answer; whole numbers as such, whatever their type."""
    whole = values.dtype.kind in "fb" and (abs(values) < 2**53).all() and (values % 1 == 0).all()
    return _cut(str((values.astype(int) if whole else values).tolist()))


def _cut(text: str) -> str:
    """Cut a text where it gets long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
