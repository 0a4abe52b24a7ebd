"""A kernel that walks over its input: what each step outlines and says, and what is refused."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convdocs import plots
from convdocs.geometry import input_positions
from convdocs.operations.reference import cross_correlate

SQUARE = re.compile(r"M([\d.]+) ([\d.]+)h1v1h-1z")


def cells(path: ElementTree.Element | None) -> list[tuple[float, float]]:
    """Give the corners (row, column) of the squares that a path draws."""
    assert path is not None
    found = SQUARE.findall(path.attrib["d"])
    assert "".join(SQUARE.split(path.attrib["d"])[::3]) == ""  # and it draws nothing else
    return [(float(y), float(x)) for x, y in found]


@given(st.data())
def test_each_step_outlines_what_its_answer_reads(data: st.DataObject) -> None:
    """And the answer, whose number it says; the numbers outlined, times the kernel, give it."""
    size, taps, stride, dilation, padding = (
        data.draw(st.integers(low, high)) for low, high in [(5, 7), (1, 3), (1, 3), (1, 2), (0, 2)]
    )
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, w = rng.integers(0, 9, (size, size + 1)), rng.integers(-3, 4, (taps, taps))
    settings = {"stride": stride, "dilation": dilation}
    (y,) = cross_correlate(x[None], w[None, None], padding=padding, **settings)
    reads = tuple([input_positions(o, taps, **settings) for o in range(n)] for n in y.shape)
    around = np.pad(x, padding)
    walk = plots.show_walk(around, w, y, reads, "A walk.", caption="Look.")
    svg = ElementTree.fromstring(walk.svg)
    (group,) = svg
    assert group.attrib["stroke"] == plots.OUTLINE  # what stands out wherever it lies
    texts = [float(text.text.replace("\N{MINUS SIGN}", "-")) for text in svg.iter("text")]
    assert texts == [*around.ravel(), *w.ravel(), *y.ravel()]
    assert [said for said, _ in walk.steps] == [
        f"row {r}, column {c}: {y[r, c]}" for r, c in np.ndindex(y.shape)
    ]
    corner = 0.5 + around.shape[1] + 1 + taps + 1  # where the output begins
    for number, (r, c) in enumerate(np.ndindex(y.shape)):
        assert walk.steps[number][1] == (number,)
        *read, answer = cells(svg.find(f".//*[@id='moving-{number}']"))
        assert answer == (r + 0.5, c + corner)
        met = [around[int(row), int(column)] for row, column in read]
        assert np.dot(met, w.ravel()) == y[r, c]


def test_padding_is_not_filled_and_pooling_has_no_kernel() -> None:
    """The cells that are marked are in the input's colour, the others in none."""
    filled = np.pad(np.ones((2, 2)), 1)
    reads = [[0, 1], [2, 3]], [[0, 1], [2, 3]]
    walk = plots.show_walk(
        np.pad([[1, 2], [3, 4]], 1), None, [[1, 2], [3, 4.5]], reads, "Pooling.", caption="Look.",
        filled=filled, form="{:.1f}",
    )  # fmt: skip
    svg = ElementTree.fromstring(walk.svg)
    inside, outside, output = (path for path in svg.iter("path") if "id" not in path.attrib)
    assert cells(inside) == [(r + 1.5, c + 1.5) for r, c in np.ndindex(2, 2)]
    assert len(cells(outside)) == 12
    assert (inside.get("fill"), output.get("fill")) == (plots.INPUT, plots.OUTPUT)
    assert outside.get("fill") is None
    assert [path for path in svg.iter("path") if path.get("stroke-dasharray")] == [outside]
    assert walk.steps[-1][0] == "row 1, column 1: 4.5"


def test_no_zero_has_a_sign() -> None:
    """Neither in its cell nor in what is said of the step."""
    walk = plots.show_walk([[-0.0]], None, [[-0.0]], ([[0]], [[0]]), "One.", caption="c")
    assert "0</text>" in walk.svg
    said = walk.steps[0][0] + re.sub("<path.*?/>", "", walk.svg)
    assert not re.search("[-\N{MINUS SIGN}]0", said)


def test_walks_stand_in_folds() -> None:
    """Each is a figure of its own, with ids and a name of its own, and one script leads them."""
    one, two, three = (
        plots.show_walk([[1]], [[2]], [[2]], ([[0]], [[0]]), name, caption="Look.")
        for name in ("first", "second", "third")
    )
    folds = {"one & all": {"a": one, "b": two}, "last": {"c & d": three}}
    page = plots.Motions(folds)._repr_html_()
    pieces = [piece.count("<figure class=") for piece in page.split("<details class=")]
    assert pieces == [0, 2, 1]
    assert "<summary>one &amp; all</summary>" in page
    ids = re.findall(r' id="(.*?)"', page)
    assert len(ids) == len({*ids}) == 3
    assert re.findall(r'<figure class="motion" data-name="(.*?)"', page) == ["a", "b", "c &amp; d"]
    assert page.count("<script>") == page.count("</script>") == 1
    assert page.index("<script>") > page.rindex("</figure>")


def test_a_fold_can_be_open_from_the_beginning() -> None:
    """The one that is named, and no other."""
    walk = plots.show_walk([[1]], [[2]], [[2]], ([[0]], [[0]]), "A walk.", caption="Look.")
    page = plots.Motions({"one": {"a": walk}, "two": {}}, opened="two")._repr_html_()
    assert re.findall(r"<details (.*?)><summary>(.*?)<", page) == [
        ('class="motions"', "one"), ('class="motions" open', "two"),
    ]  # fmt: skip


def test_a_figure_is_saved_as_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    """A browser takes it for a page in UTF-8, and nothing in it is fetched."""
    walk = plots.show_walk([[1]], [[-2]], [[-2]], ([[0]], [[0]]), "One.", caption="Look & see.")
    walk.save(tmp_path / "walk.html")
    page = (tmp_path / "walk.html").read_text(encoding="utf-8")
    assert page.startswith(
        '<!DOCTYPE html><meta charset="utf-8"><title>Look &amp; see.</title>\n<figure '
    )
    assert "\N{MINUS SIGN}2</text>" in page
    assert not re.search(r"https?:|src=|@import|href=\"[^#]", page)


X, READS = np.ones((3, 3)), ([[0, 1]], [[1, 2]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plots.show_walk([1, 2], None, [[1]], READS, "t", caption="c"),
         "input must be (height, width) (shape (2,))"),
        (lambda: plots.show_walk(X, [1], [[1]], READS, "t", caption="c"), "kernel must be"),
        (lambda: plots.show_walk(X, None, [[1]], READS, "t", caption="c", filled=[[1]]),
         "filled must have the input's shape ((1, 1) for (3, 3))"),
        (lambda: plots.show_walk(X, None, [[1, 2]], READS, "t", caption="c"),
         "reads must be those of each row and column (output shape (1, 2))"),
        (lambda: plots.show_walk(X, None, [[1]], ([[0, 3]], [[0]]), "t", caption="c"),
         "a read lies outside the input (input shape (3, 3))"),
        (lambda: plots.show_walk(X, None, [[1]], READS, " ", caption="c"),
         "the description of a figure must say something"),
    ],
)  # fmt: skip
def test_what_cannot_be_walked_is_refused(call: Callable[[], object], words: str) -> None:
    """The message says what is wrong, and gives the shapes."""
    with pytest.raises(ValueError, match=re.escape(words)):
        call()
