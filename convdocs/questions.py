"""Questions to the reader of a page, whose answers come out of the page's own run.

A page asks before it tells. The right answer is a line of Python, and so is each wrong one, which
is what a named mistake leads to. All of them run where the question stands, so that an answer
changes with the code, and a question with two right answers, or with none, ends the page.
"""

import ast
import atexit
import sys
from typing import Any

from convdocs.answers import Answer, Question

__all__ = ["Question", "choose", "click", "type_in"]

_UNTOLD: list[str] = []


def _plain(value: Any) -> Any:
    """Turn what NumPy and PyTorch give into Python's own numbers, tuples and lists."""
    if isinstance(value, tuple):  # a shape of PyTorch is one
        return tuple(_plain(part) for part in value)
    return value.tolist() if hasattr(value, "tolist") else value


def _run(line: str, names: dict[str, Any]) -> Any:
    """Give the value of a line, which must compute something."""
    try:
        ast.literal_eval(line)
    except ValueError:
        return _plain(eval(line, names))
    raise ValueError(f"an answer is computed, not typed: {line}")


def _lengths(rows: object) -> list[int | None]:
    """Give how many cells each row of a grid has; None for what is no row, or no grid."""
    rows = rows if isinstance(rows, list) else [rows]
    return [len(row) if isinstance(row, list) else None for row in rows]


def _ask(
    kind: str, kinds: tuple[type, ...], text: str, answer: str, mistakes: dict[str, str],
    because: str, *, alone: bool, grid: str = "",
) -> Question:  # fmt: skip
    names = sys._getframe(2).f_globals  # those of the page that asks
    if not any(isinstance(node, ast.Name) for node in ast.walk(ast.parse(answer, mode="eval"))):
        raise ValueError(f"the right answer must come out of the page's run: {answer}")
    lines = [(answer, because), *mistakes.items()]
    answers = [Answer(_run(line, names), line, words) for line, words in lines]
    for one in answers:
        if not isinstance(one.value, kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise TypeError(f"{one.line} gives a {type(one.value).__name__}, not a {wanted}")
        if not one.words.strip():
            raise ValueError(f"nothing is said of {one.line}")
    rows = _run(grid, names) if grid else []
    wide = _lengths(rows)
    if grid and (None in wide or any(_lengths(one.value) != wide for one in answers)):
        raise ValueError(f"each answer must mark the cells of {grid}, one by one")
    for number, one in enumerate(answers):
        if one.shown in {other.shown for other in answers[:number]}:
            raise ValueError(f"{one.line} gives {one.shown}, which another answer gives too")
    cells = tuple(tuple(f"{cell:g}" for cell in row) for row in rows)
    question = Question(kind, " ".join(text.split()), answers[0], tuple(answers[1:]), cells, alone)
    if sys.stdout is sys.__stdout__:  # a plain script, which shows no last expression
        print(question)
        if not _UNTOLD:
            atexit.register(lambda: print("\nAnswers\n" + "\n".join(_UNTOLD)))
        _UNTOLD.append(f"{question.text}\n  {question.right.shown}: {question.right.line}")
    return question


def choose(
    question: str, answer: str, mistakes: dict[str, str], *, because: str, alone: bool = False
) -> Question:
    """Ask the reader to choose among the right answer and what mistakes lead to.

    Parameters
    ----------
    question : str
        The question, in plain words; what stands in double backticks is shown as code.
    answer : str
        A line of Python, run where the question stands, that gives the right answer: a number,
        a text, a truth or a tuple.
    mistakes : dict of str
        For each wrong answer the line of Python that leads to it, and a sentence that names the
        mistake. At least one.
    because : str
        Why the right answer is right.
    alone : bool
        Whether the question can be understood without the page on which it stands.

    Returns
    -------
    Question
        The last expression of a cell shows it. In a script it is printed, and all answers when
        the script ends.

    Raises
    ------
    TypeError, ValueError
        If a line computes nothing, gives what another one gives, or is not explained.

    Examples
    --------
    >>> from convdocs import questions, sizes
    >>> asked = questions.choose(
    ...     "How many places has a kernel of 3 taps on 8 samples?",
    ...     "sizes.conv_output_size(8, 3)",
    ...     {"8 // 3": "Places may overlap."},
    ...     because="The last tap must lie on the input, too.",
    ... )
    >>> asked.options
    ['2', '6']
    """
    if not mistakes:
        raise ValueError("there is nothing to choose from: name at least one mistake")
    kinds = (int, float, str, tuple)
    return _ask("choose", kinds, question, answer, mistakes, because, alone=alone)


def type_in(
    question: str, answer: str, mistakes: dict[str, str], *, because: str, alone: bool = False
) -> Question:
    """Ask the reader to type a number or a shape.

    Parameters
    ----------
    question, answer, because, alone : str or bool
        As in :func:`choose`; `answer` gives a number, or a tuple of numbers.
    mistakes : dict of str
        As in :func:`choose`, but there may be none.

    Returns
    -------
    Question
        As in :func:`choose`.

    Raises
    ------
    TypeError, ValueError
        As in :func:`choose`.

    Examples
    --------
    >>> from convdocs import questions, sizes
    >>> asked = questions.type_in(
    ...     "What is the shape of the output?", "(1, 4, sizes.conv_output_size(8, 3))", {},
    ...     because="Four kernels give four channels.",
    ... )
    >>> asked.right.shown
    '(1, 4, 6)'
    """
    kinds = (int, float, tuple)
    return _ask("type", kinds, question, answer, mistakes, because, alone=alone)


def click(
    question: str, grid: str, answer: str, mistakes: dict[str, str], *, because: str,
    alone: bool = False,
) -> Question:  # fmt: skip
    """Ask the reader to click on cells of a grid.

    Parameters
    ----------
    question : str
        As in :func:`choose`.
    grid : str
        A line of Python that gives the numbers in the cells, an array (height, width).
    answer : str
        A line of Python that gives an array of the same shape, true where a cell is to be
        clicked on.
    mistakes : dict of str
        Lines that give such arrays too, and what each mistake is; there may be none.
    because, alone : str or bool
        As in :func:`choose`.

    Returns
    -------
    Question
        As in :func:`choose`.

    Raises
    ------
    TypeError, ValueError
        As in :func:`choose`, and if an answer has not the shape of the grid.

    Examples
    --------
    >>> import numpy as np
    >>> from convdocs import questions
    >>> cells = np.arange(6).reshape(2, 3)
    >>> asked = questions.click(
    ...     "Which cells hold even numbers?", "cells", "cells % 2 == 0", {},
    ...     because="Their remainder is 0.",
    ... )
    >>> asked.grid
    (('0', '1', '2'), ('3', '4', '5'))
    """
    return _ask("click", (list,), question, answer, mistakes, because, alone=alone, grid=grid)
