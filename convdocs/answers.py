"""How a question and its answers are written: for the terminal, a notebook and the site."""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

__all__ = ["Question"]


@dataclass(frozen=True)
class Answer:
    """A value that a line of Python gives, how it is written, and what is to be said of it."""

    value: Any
    line: str
    words: str

    @property
    def shown(self) -> str:
        """The value, as a reader would write it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, list):  # which cells are meant, row by row
            return " ".join("".join(str(int(bool(cell))) for cell in row) for row in self.value)
        return f"{self.value:.6g}" if isinstance(self.value, float) else str(self.value)

    def html(self, tag: str, kind: str) -> str:
        """Write the answer, its reason, and last its line; a script finds the value."""
        cells = isinstance(self.value, list)
        value = _marks(self.shown.split()) if cells else f"<b>{escape(self.shown)}</b>."
        return (
            f'<{tag} data-answer="{kind}" data-value="{escape(self.shown)}">{value} '
            f"{_html(self.words)}"
            f'<span class="line"> In Python: <code>{escape(self.line)}</code>.</span></{tag}>'
        )


@dataclass(frozen=True)
class Question:
    """A question with its answers; the last expression of a cell shows it.

    Attributes
    ----------
    kind : str
        ``"choose"``, ``"type"`` or ``"click"``: how the reader answers.
    text : str
        The question.
    right : Answer
        The right answer, and why it is right.
    wrong : tuple of Answer
        What mistakes lead to, and what each mistake is.
    grid : tuple of tuple
        The cells to click on, written out; empty where there are none.
    alone : bool
        Whether the question can be understood without its page.
    """

    kind: str
    text: str
    right: Answer
    wrong: tuple[Answer, ...]
    grid: tuple[tuple[str, ...], ...] = ()
    alone: bool = False

    @property
    def options(self) -> list[str]:
        """All answers in an order that does not tell which is right."""
        answers = [self.right, *self.wrong]
        try:
            answers.sort(key=lambda answer: answer.value)
        except TypeError:
            answers.sort(key=lambda answer: answer.shown)
        return [answer.shown for answer in answers]

    def __str__(self) -> str:
        """Write the question for the terminal."""
        options = f"\n  {'   '.join(self.options)}" if self.kind == "choose" else ""
        rows = "".join("\n  " + " ".join(f"{cell:>4}" for cell in row) for row in self.grid)
        return f"Question: {self.text}{options}{rows}"

    def _repr_html_(self) -> str:
        """Write the question for a notebook or the site, its answers folded."""
        options = "".join(f"<li>{escape(option)}</li>" for option in self.options)
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.grid
        )
        return (
            f'<div class="question" role="group" aria-label="Question" data-kind="{self.kind}"'
            f"{' data-alone' * self.alone}><p>{_html(self.text)}</p>"
            + f"<ul>{options}</ul>" * (self.kind == "choose")
            + (f"<table><tbody>{rows}</tbody></table>" if rows else "")
            + f"<details><summary>Answer</summary>{self.right.html('p', 'right')}"
            + (
                f"<ul>{''.join(a.html('li', 'wrong') for a in self.wrong)}</ul>"
                if self.wrong
                else ""
            )
            + "</details></div>"
        )


def _html(text: str) -> str:
    """Write plain text; what stands in double backticks is code."""
    return re.sub(r"``(.+?)``", r"<code>\1</code>", escape(" ".join(text.split())))


def _marks(rows: list[str]) -> str:
    """Draw which cells are meant, and say it to those who cannot see."""
    drawn = "<br>".join(
        row.replace("0", "\N{WHITE SQUARE}").replace("1", "\N{BLACK SQUARE}") for row in rows
    )
    told = "; ".join(
        f"row {r}: " + (", ".join(str(c) for c, mark in enumerate(row) if mark == "1") or "none")
        for r, row in enumerate(rows)
    )
    return f'<b class="marks" role="img" aria-label="{told}">{drawn}</b>'
