"""Draw an explorer's state as it stands still: grids like the explorer's, and one output's sum."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import fills
import numpy as np
import shades
import sums
import windows
from view import View

BY = "\N{MULTIPLICATION SIGN}"
ROOMY, ALL = 24 * 24, 3000  # cells of one plane, and of all, that can still be read
WIDE = 12  # cells, which a page has no room for at their full size
Words = np.ndarray[Any, np.dtype[np.object_]]  # one for each cell


def words(shape: tuple[int, ...], word: str = "") -> Words:
    """Give all cells of a grid one word."""
    return np.full(shape, word, dtype=object)


def size(shape: Iterable[int]) -> str:
    """Write a height and a width, which no line end parts."""
    return f"&nbsp;{BY}&nbsp;".join(map(str, shape))


def signed(number: float, common: int = 1) -> str:
    """Write a number of a sum, a negative one in brackets."""
    shown = fills.show(number, common)
    return f"({shown})" if number < 0 else shown


def span(tone: str, text: str, *, pad: bool = False) -> str:
    """Write a number in its array's colour, padding fainter."""
    return f'<span class="{tone}{" pad" * pad}">{text}</span>'


def grid(
    tone: str, title: str, numbers: np.ndarray, looks: Words, badges: Words, common: int = 1
) -> str:
    """Write one grid; what is no number is asked for, or lies past the padding."""

    def cell(r: int, c: int) -> str:
        number, look, badge = float(numbers[r, c]), looks[r, c].strip(), badges[r, c]
        classes = f' class="{look}"' if look else ""
        note = f' data-badge="{badge}"' if badge else ""
        unknown = "" if look.startswith("beyond") else "?"
        shown = unknown if np.isnan(number) else fills.show(number, common)
        return f"<td{classes}{note}>{shown}</td>"

    rows, columns = numbers.shape
    lines = ("".join(cell(r, c) for c in range(columns)) for r in range(rows))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table class="{tone}"><caption>{title}</caption><tbody>{body}</tbody></table>'


def plane(tone: str, title: str, numbers: np.ndarray, every: np.ndarray) -> str:
    """Write one plane of an array as an image, where there are too many cells to read."""
    drawn = shades.picture(np.nan_to_num(numbers), every)  # what is asked for is drawn as zero
    return (
        f'<table class="{tone}"><caption>{title}</caption>'
        f"<tbody><tr><td>{drawn}</td></tr></tbody></table>"
    )


class Drawing:
    """The grids of what a text shows."""

    def __init__(self, text: str) -> None:
        self.view = View(text)
        self.common = 1 if self.view.w is None else fills.common_denominator(self.view.w)
        arrays = self.view.x if self.view.stamps else self.view.framed(), self.view.y
        # As in the explorer, where one is too large to be read, none is written in numbers.
        self.large = max(array[0].size for array in arrays) > ROOMY
        self.large |= sum(array.size for array in arrays) > ALL

    def which(self, channel: int, more: str = "") -> str:
        """Name a channel where there are several."""
        several = len(self.view.x) + len(self.view.y) > 2
        return f", channel&nbsp;{channel}{more}" if several else ""

    def inputs(self) -> Iterator[str]:
        """Write the input of each channel with its padding, and what the chosen output reads."""
        view = self.view
        terms = sums.window(view)
        values = view.framed()
        shape = values.shape[1:]
        look = words(shape)
        for r, c in np.ndindex(shape):
            look[r, c] = windows.look(view.axes, r, c)
        frame = f", with padding {size(shape)}" if shape != view.x.shape[1:] else ""
        for channel, numbers in enumerate(values):
            looks, badges = look.copy(), words(shape)
            for term in terms:
                if term.place[0] == channel:
                    looks[term.place[1:]] += " lit framed"
                    if term.weight is not None:
                        badges[term.place[1:]] = BY + fills.show(term.weight, self.common)
            title = f"Input {size(view.x.shape[1:])}{frame}{self.which(channel)}"
            yield (
                plane("x", title, view.x[channel], view.x)
                if self.large
                else grid("x", title, numbers, looks, badges)
            )

    def stamping(self) -> Iterator[str]:
        """Write the input of each channel, and which one stamps."""
        view = self.view
        for channel, numbers in enumerate(view.x):
            looks = words(numbers.shape)
            if channel == view.chosen[0]:
                looks[view.chosen[1:]] = "lit chosen"
            title = f"Input {size(numbers.shape)}{self.which(channel)}"
            yield (
                plane("x", title, numbers, view.x)
                if self.large
                else grid("x", title, numbers, looks, words(numbers.shape))
            )

    def kernels(self) -> Iterator[str]:
        """Write the kernels that lead to the chosen output channel."""
        view = self.view
        if view.pools:
            return
        to = view.chosen[0]
        if view.stamps:
            to = next(o for o in range(len(view.y)) if view.chosen[0] in view.partners(o))
        back = ", read backwards" if view.state["operation"] == "convolve" else ""
        for channel in view.partners(to):
            kernel = view.kernel(channel, to)
            lit = not view.hidden and (not view.stamps or channel == view.chosen[0])
            looks = words(kernel.shape, "lit" if lit else "")
            title = f"Kernel {size(kernel.shape)}{back}{self.which(channel, f' to {to}')}"
            yield grid("w", title, kernel, looks, words(kernel.shape), self.common)
        if any(bias := view.state["bias"]):
            row = np.array([bias])
            yield grid("w", "Bias", row, words(row.shape), words(row.shape))

    def outputs(self) -> Iterator[str]:
        """Write the output of each channel, the chosen one, or what the stamp adds."""
        view = self.view
        for channel, numbers in enumerate(view.y):
            looks, badges = words(numbers.shape), words(numbers.shape)
            for place, added in sums.stamp(view, channel) if view.stamps else ():
                looks[place] = "lit framed"
                if not np.isnan(numbers[place]):
                    badges[place] = "+" * (added >= 0) + fills.show(added)
            if not view.stamps and channel == view.chosen[0]:
                looks[view.chosen[1:]] = "chosen" if view.hidden else "lit chosen"
            title = f"Output {size(numbers.shape)}{self.which(channel)}"
            yield (
                plane("y", title, numbers, view.y)
                if self.large
                else grid("y", title, numbers, looks, badges)
            )

    def sum(self) -> str:
        """Write the sum of the chosen output, or what the chosen input does."""
        view = self.view
        if view.stamps:
            number = span("x", signed(float(view.x[view.chosen])))
            return f"{number} times the kernel is added to the framed cells of the output."
        if view.hidden:
            return f"{span('y', '?')} = \N{HORIZONTAL ELLIPSIS}"
        terms = sums.counted(view)
        opening, between, closing = sums.around(view, terms)
        products = [
            span("x", fills.show(term.number) if term.weight is None else signed(term.number),
                 pad=not term.real)
            + (f"\N{MIDDLE DOT}{span('w', signed(term.weight, self.common))}"
               if term.weight is not None else "")
            for term in terms
        ]  # fmt: skip
        bias = sums.bias(view)
        added = f" + {span('w', signed(bias))}" if bias else ""
        whole = f"{opening}{between.join(products)}{closing}{added}"
        return f"{span('y', fills.show(float(view.y[view.chosen])))} = {whole}"

    def html(self, tag: str = "div", end: str = "") -> str:
        """Write all grids in one element, below them the sum, and what ends it."""
        inputs = self.stamping() if self.view.stamps else self.inputs()
        grids = "".join([*inputs, *self.kernels(), *self.outputs()])
        wide = max(self.view.y.shape[2], *(len(axis.sources) for axis in self.view.axes)) > WIDE
        small = " small" if wide else ""
        total = f'<p class="total">{self.sum()}</p>'
        return f'<{tag} class="still{small}"><div>{grids}</div>{total}{end}</{tag}>'


def figure(text: str) -> str:
    """Write what a text shows as a figure that says why it stands still."""
    settings = text.replace("&", ", ") or "all settings at their defaults"
    return Drawing(text).html(
        "figure",
        f"<figcaption>A still picture ({escape(settings)}). Where JavaScript runs, an explorer "
        "stands here in which every cell shows what it reads and feeds.</figcaption>",
    )
