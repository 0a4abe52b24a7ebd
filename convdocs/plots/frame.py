"""What every figure and every axes of a page share: what is said of it, and no frame."""

import re
from weakref import WeakKeyDictionary

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["describe"]

CAPTIONS: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()
"""The captions of the figures that are open."""

CODE = re.compile(r"\bnp\.(?:bool|complex|float|int|uint)\d*\(|(?<![\w.])(?:array|tensor)\(\[")
"""How numbers of NumPy and PyTorch show themselves, which nobody can listen to."""


def describe(figure: Figure, text: str, *, caption: str) -> None:
    """Say in words what a figure shows, for readers who cannot see it, and what to see in it.

    The site takes the text as the figure's alternative text, and writes the caption below it; it
    refuses a figure without.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        It is labelled with the text.
    text : str
        One or two sentences; runs of white space count as one space.
    caption : str
        What everybody is to see in the figure, in a sentence or two of reStructuredText.

    Raises
    ------
    ValueError
        If the text or the caption is empty, or shows a number as Python's own ``np.int64(9)``.

    Examples
    --------
    >>> figure = Figure()
    >>> describe(figure, "A panda  in bamboo.", caption="Its fur is black and white.")
    >>> figure.get_label()
    'A panda in bamboo.'
    """
    words, said = in_words(text, caption)
    figure.set_label(words)
    CAPTIONS[figure] = said


def in_words(text: str, caption: str) -> tuple[str, str]:
    """Give a description and a caption with single blanks; refuse them if they say nothing."""
    words, said = (" ".join(one.split()) for one in (text, caption))
    if not words:
        raise ValueError("the description of a figure must say something")
    if not said:
        raise ValueError("the caption of a figure must say what to see in it")
    if code := CODE.search(f"{words} {said}"):
        raise ValueError(f"{code[0]}...) is for Python: write the number in the description")
    return words, said


def bare(ax: Axes, title: str | None) -> None:
    """Take ticks and frame away from axes, and write a title if there is one."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    if title is not None:
        ax.set_title(title)
