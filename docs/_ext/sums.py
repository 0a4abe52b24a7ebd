"""The window of an output and the sum behind its number, or the stamp of an input."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from view import Place, View


@dataclass
class Term:
    """A number that an output reads, where it stands, and its weight if there is one."""

    place: Place
    number: float
    weight: float | None
    real: bool  # and not padding


def window(view: View) -> list[Term]:
    """Give all that the chosen output reads, tap by tap; nothing if it is asked for."""
    if view.hidden:
        return []
    to, row, column = view.chosen
    down, across = view.axes
    values = view.framed()
    return [
        Term(
            (channel, r, c),
            float(values[channel, r, c]),
            None if view.pools else float(view.kernel(channel, to)[i, j]),
            down.sources[r] >= 0 and across.sources[c] >= 0,
        )
        for channel in view.partners(to)
        for i, r in enumerate(down.reads[row])
        for j, c in enumerate(across.reads[column])
    ]


def counted(view: View) -> list[Term]:
    """Give the terms of the sum: pooling does not count all that lies in its window."""
    terms = window(view)
    if not view.pools:
        return terms
    pads = view.state["operation"] == "avg_pool" and view.state["count_include_pad"]
    return [term for term in terms if term.real or (pads and not np.isnan(term.number))]


def around(view: View, terms: list[Term]) -> tuple[str, str, str]:
    """Give what stands before, between and behind the terms."""
    if view.state["operation"] == "max_pool":
        return "max(", ", ", ")"
    return ("(", " + ", f") / {len(terms)}") if view.pools else ("", " + ", "")


def bias(view: View) -> float:
    """Give what is added to the sum."""
    own = view.state["bias"]
    return float(own[view.chosen[0] if len(own) > 1 else 0])


def stamp(view: View, to: int) -> Iterator[tuple[Place, float]]:
    """Give the outputs of a channel that the chosen input feeds, and what it adds to each."""
    channel, row, column = view.chosen
    if channel not in view.partners(to):
        return
    down, across = view.axes
    kernel, number = view.kernel(channel, to), float(view.x[view.chosen])
    for r, rows in enumerate(down.reads):
        for c, columns in enumerate(across.reads):
            at = down.homes[row], across.homes[column]
            if at[0] in rows and at[1] in columns:
                tap = rows.index(at[0]), columns.index(at[1])
                yield (r, c), number * float(kernel[tap])
