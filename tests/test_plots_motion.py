"""A figure that moves: what a step shows, the same bytes at every run, and what is refused."""

import html
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from convdocs import plots
from convdocs.plots.inline import as_group

DOTS = ["C0", "C1", "C2"]


def draw(count: int = 3, *, still: str = "still") -> tuple[Figure, list[tuple[str, list[Artist]]]]:
    """Draw a row of dots of which each step shows one more, and a word that is always there."""
    with plt.style.context("convdocs.page"):
        figure = Figure(figsize=(3, 2))
        ax = figure.subplots()
        ax.set_title(still)
        dots = [artist for n in range(count) for artist in ax.plot(n, n, "o", color=DOTS[n % 3])]
    return figure, [(f"step <{n}>", dots[: n + 1]) for n in range(count)]


def motion(count: int = 3, text: str = "Dots that appear, one by one.") -> plots.Motion:
    """Turn the row of dots into a motion."""
    figure, steps = draw(count)
    return plots.show_motion(figure, steps, text, caption='One "more" & more.')


def shown(moving: plots.Motion) -> str:
    """Give the motion as a page holds it."""
    return moving._repr_html_()


def test_each_step_shows_its_artists_and_says_its_sentence() -> None:
    """Those of the step by their numbers, those of no step in every one."""
    moving = motion()
    assert moving.steps == (("step <0>", (0,)), ("step <1>", (0, 1)), ("step <2>", (0, 1, 2)))
    data = html.unescape(re.search('data-steps="(.*?)"', shown(moving))[1])
    assert json.loads(data) == [
        ["step <0>", "--m0: visible"],
        ["step <1>", "--m0: visible;--m1: visible"],
        ["step <2>", "--m0: visible;--m1: visible;--m2: visible"],
    ]


def test_what_moves_is_hidden_until_a_step_shows_it() -> None:
    """Each moving artist is one group of the drawing, with a rule of its own."""
    page = shown(motion())
    for n in range(3):
        assert page.count(f'class="motion-{n}"') == 1
        assert f".motion-{n} {{ visibility: var(--m{n}, hidden) }}" in page
    drawing = ElementTree.fromstring(
        re.search(r"<defs>(<g id=.*</g>)</defs></svg>", page, re.DOTALL)[1]
    )
    colours = [
        re.search(
            r"fill: (#\w+)",
            ElementTree.tostring(drawing.find(f".//*[@class='motion-{n}']"), "unicode"),
        )[1]
        for n in range(3)
    ]
    assert colours == [to_hex(dot) for dot in DOTS]  # no two are exchanged


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [0]), (2, [0, 1]), (4, [0, 1, 2, 3]), (5, [0, 1, 3, 4]), (10, [0, 3, 6, 9])],
)
def test_up_to_four_stills_stand_for_paper(count: int, expected: list[int]) -> None:
    """The first and the last among them, each in its own state and with its sentence."""
    stills = shown(motion(count)).partition('class="motion-stills"')[2].partition("<script>")[0]
    assert re.findall(r"<p>step &lt;(\d+)&gt;</p>", stills) == [str(n) for n in expected]
    states = re.findall(r'style="([^"]*)"><use', stills)
    assert [state.count("visible") for state in states] == [n + 1 for n in expected]


def test_it_waits_until_it_is_asked() -> None:
    """Nothing runs by a clock but what the button starts, and the controls have names."""
    page = shown(motion())
    script = page.partition("<script>")[2]
    assert script.count("setInterval") == 1
    assert script.index("play.onclick") < script.index("setInterval")
    assert not re.search(r"animation|transition|<animate", page)
    assert re.findall(r"<button type=\"button\">(\w+)</button>", page) == ["Back", "Play", "Next"]
    assert '<input type="range" aria-label="Step" min="0" max="2" value="0">' in page
    assert page.count('role="img" aria-label="') == 1 + 3


def test_the_same_drawing_gives_the_same_bytes() -> None:
    """Also with clip paths and markers, whose ids matplotlib makes up."""
    one, two = shown(motion()), shown(motion())
    assert one == two
    assert "clip-path" in one
    assert not re.search(r"\d{4}-\d\d-\d\d", one)  # no date


def test_two_motions_share_no_ids_and_all_their_links_lead_somewhere() -> None:
    """Each drawing's ids begin with its own name."""
    pages = [shown(motion()), shown(motion(text="Other dots that appear."))]
    ids = [set(re.findall(r'\bid="([^"]+)"', page)) for page in pages]
    assert not ids[0] & ids[1]
    for page, own in zip(pages, ids, strict=True):
        assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', page)) == own
        assert len(re.findall(r'\bid="', page)) == len(own)


def test_the_ink_is_the_pages_own() -> None:
    """So it is light on a dark page, in a notebook too; all other colours stay."""
    page = shown(motion())
    assert plots.INK not in page
    assert "currentColor" in page
    assert "*{" not in page.replace(" ", "")  # no rule for the whole page


def test_its_words_are_text_in_the_letters_of_the_page() -> None:
    """Whoever searches the page finds them, and no family is named in the drawing."""
    with plt.style.context("convdocs.page"):
        page = shown(motion())
    assert re.search(r"<text\b[^>]*>still</text>", page)
    assert "font-family" not in page


def test_words_are_escaped() -> None:
    """A caption or a description may hold quotes and angle brackets."""
    page = shown(motion(text='A <dot> & a "dot".'))
    assert 'aria-label="A &lt;dot&gt; &amp; a &quot;dot&quot;."' in page
    assert "<p>One &quot;more&quot; &amp; more.</p>" in page


def test_a_page_stays_small() -> None:
    """Twelve steps over as many cells, each with its number, are less than 60 kB."""
    figure = Figure(figsize=(6, 2))
    ax = figure.subplots()
    plots.show_cells(ax, [np.arange(100, 112)], colour=plots.INPUT)
    steps = [(str(n), [ax.text(n, 1, str(n * n))]) for n in range(12)]
    assert (
        len(
            shown(
                plots.show_motion(
                    figure, steps, "Twelve cells and as many numbers.", caption="Look."
                )
            )
        )
        < 60_000
    )


def test_the_figure_is_closed_and_stands_at_the_last_step() -> None:
    """A notebook would show it a second time; a script shows how it ends."""
    figure = plt.figure()
    word, other = figure.text(0, 0, "first"), figure.text(0, 0, "last")
    plots.show_motion(
        figure, [("one", [word]), ("two", [other])], "Two words, one by one.", caption="Look."
    )
    assert not plt.fignum_exists(figure.number)
    assert (word.get_visible(), other.get_visible()) == (False, True)


def test_a_picture_can_move() -> None:
    """An image is shown and hidden like everything else."""
    figure = Figure()
    image = figure.subplots().imshow([[0, 1]], interpolation="none")
    page = shown(
        plots.show_motion(
            figure, [("seen", [image]), ("gone", [])], "A picture that goes.", caption="Look."
        )
    )
    assert re.search(r'<image [^>]*class="motion-0"', page)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda figure, steps: plots.show_motion(figure, steps, " ", caption="Look."),
         "the description of a figure must say something"),
        (lambda figure, steps: plots.show_motion(figure, [], "Nothing moves.", caption="Look."),
         "a motion has at least one step, and says something of each"),
        (lambda figure, steps: plots.show_motion(figure, [(" ", steps[0][1])], "Dots.",
                                                caption="Look."),
         "a motion has at least one step, and says something of each"),
        (lambda figure, steps: plots.show_motion(figure, draw()[1], "Dots of another.",
                                                caption="Look."),
         "a step names what the figure does not draw (Line2D"),
    ],
)  # fmt: skip
def test_what_cannot_move_is_refused(
    call: Callable[[Figure, list[Any]], object], message: str
) -> None:
    """The message says what a motion needs, or which artist it is."""
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        call(*draw())


def test_a_drawing_takes_the_room_that_it_had() -> None:
    """72 points are an inch, and 96 pixels on a page."""
    figure, _ = draw()
    size, _ = as_group(motion().svg, "a")
    assert size == 'viewBox="0 0 216 144" width="288"'
    assert figure.get_size_inches().tolist() == [3, 2]
