"""Drawing: what stands on the axes, and a few pictures of how it looks."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from convdocs import plots
from convdocs.geometry import input_positions
from convdocs.plots import frame, palette

# The tolerance is small enough for one changed digit to show; see the pictures' size.
picture_test = pytest.mark.mpl_image_compare(
    baseline_dir="baseline",
    style="convdocs.page",
    savefig_kwargs={"facecolor": "white", "dpi": 80},
    tolerance=1,
)


@pytest.fixture
def ax() -> Axes:
    """Give empty axes on a figure that pyplot knows nothing of."""
    return Figure().subplots()


def words(ax: Axes) -> list[str]:
    """Give the texts in the cells, in the order they were drawn."""
    return [text.get_text() for text in ax.texts]


def fills(ax: Axes) -> list[Any]:
    """Give the cells' fill colours, "none" for those that show the page."""
    colours = [patch.get_facecolor() for patch in ax.patches]
    return ["none" if colour[3] == 0 else to_hex(colour) for colour in colours]


# Pictures


@picture_test
def test_cells_look_like_this() -> Figure:
    """Filled and bare cells, a missing number, a minus sign, and the outline of a kernel."""
    figure, ax = plt.subplots(figsize=(2.4, 2.1))
    values = [[1, -2, 3, 0.5], [np.nan, 5, -6, 7], [8, 9, 10, -11]]
    highlight = np.zeros((3, 4), bool)
    highlight[np.ix_(input_positions(0, 2, dilation=2), input_positions(1, 2, dilation=2))] = True
    plots.show_cells(ax, values, colour=plots.INPUT, highlight=highlight, title="input")
    plots.show_window(ax, input_positions(0, 2, dilation=2), input_positions(1, 2, dilation=2))
    return figure


@picture_test
def test_the_three_fills_look_like_this() -> Figure:
    """Input blue, kernel rose, output green, and numbers written by a function."""
    figure, axes = plt.subplots(1, 3, figsize=(3.6, 1.4))
    for ax, colour in zip(axes, [plots.INPUT, plots.KERNEL, plots.OUTPUT], strict=True):
        plots.show_cells(ax, [[0.25, 1], [-0.5, 2]], colour=colour, form="{:.2f}", fontsize=8)
    return figure


@picture_test
def test_maps_and_their_scale_look_like_this() -> Figure:
    """Two maps on one scale, zero white, the smaller one paler, and the scale at their right."""
    figure, axes = plt.subplots(1, 2, figsize=(3.6, 1.6))
    ramp = np.linspace(-1, 1, 5)[None].repeat(3, axis=0)
    mapped = plots.show_maps(axes, [4 * ramp, ramp], titles=["four", "one"])
    plots.show_scale(figure, mapped, axes, label="response")
    return figure


@picture_test
def test_pictures_look_like_this() -> Figure:
    """Colour as it is, grey from black to white, whether it runs to 1 or to 255."""
    figure, axes = plt.subplots(1, 3, figsize=(3.6, 1.4))
    colour = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    grey = np.linspace(0, 1, 6).reshape(2, 3)
    plots.show_picture(axes[0], colour, title="colour")
    plots.show_picture(axes[1], grey, title="grey")
    plots.show_picture(axes[2], np.uint8(255 * grey))
    return figure


# Cells


def test_each_cell_shows_its_number_at_its_column_and_row(ax: Axes) -> None:
    """Row 0 is at the top, and the number stands on the centre of its cell."""
    plots.show_cells(ax, [[1, 2, 3], [4, 5, 6]], colour=plots.INPUT)
    assert words(ax) == ["1", "2", "3", "4", "5", "6"]
    assert [text.get_position() for text in ax.texts] == [(c, r) for r in (0, 1) for c in (0, 1, 2)]
    centres = [
        (patch.get_x() + 0.5, patch.get_y() + 0.5)
        for patch in ax.patches
        if isinstance(patch, Rectangle)
    ]
    assert centres == [text.get_position() for text in ax.texts]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_aspect() == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[-1.5, 2.0]], ["\N{MINUS SIGN}1.5", "2"]),
        ([[-0.0, 0.0]], ["0", "0"]),
        ([[np.nan, 1]], ["1"]),
        ([[True, False]], ["1", "0"]),
        (np.array([[200, 255]], np.uint8), ["200", "255"]),
        (np.float32([[0.1, 1e-6]]), ["0.1", "1e\N{MINUS SIGN}06"]),
    ],
)
def test_numbers_are_written_as_people_write_them(
    values: Any, expected: list[str], ax: Axes
) -> None:
    """With a true minus sign, no sign before zero, and nothing where there is no number."""
    plots.show_cells(ax, values, colour=plots.OUTPUT)
    assert words(ax) == expected


@pytest.mark.parametrize("form", ["{:+.1f}", lambda value: f"{value:+.1f}"])
def test_the_form_of_the_numbers_can_be_chosen(
    form: str | Callable[[float], str], ax: Axes
) -> None:
    """By a format or by a function."""
    plots.show_cells(ax, [[1, -2]], colour=plots.KERNEL, form=form)
    assert words(ax) == ["+1.0", "\N{MINUS SIGN}2.0"]


def test_only_highlighted_cells_are_filled(ax: Axes) -> None:
    """Text on a fill is dark on every page; text on the bare page has the page's ink."""
    plots.show_cells(ax, [[1, 2]], colour=plots.KERNEL, highlight=[[1, 0]])
    assert fills(ax) == [plots.KERNEL, "none"]
    assert [text.get_color() for text in ax.texts] == [plots.ON_FILL, plots.INK]


def test_the_grid_needs_no_ticks(ax: Axes) -> None:
    """Ticks and frame are gone, and the title is written."""
    plots.show_cells(ax, [[1]], colour=plots.INPUT, title="input")
    assert len(ax.get_xticks()) == len(ax.get_yticks()) == 0
    assert not any(spine.get_visible() for spine in ax.spines.values())
    assert ax.get_title() == "input"


def test_a_window_outlines_the_cells_that_are_read_and_no_others(ax: Axes) -> None:
    """A dilated kernel leaves holes, and one that stands in the padding lies outside."""
    rows, columns = input_positions(0, 2, padding=1), input_positions(1, 2, dilation=3)
    plots.show_window(ax, rows, (c for c in columns))
    corners = {(p.get_x() + 0.5, p.get_y() + 0.5) for p in ax.patches if isinstance(p, Rectangle)}
    assert corners == {(1, -1), (4, -1), (1, 0), (4, 0)}
    assert all(patch.get_edgecolor() == to_rgba(plots.OUTLINE) for patch in ax.patches)
    assert fills(ax) == ["none"] * 4


# Every array_like

LEARNS = torch.tensor([[0.0, 0.25], [0.5, 1.0]], requires_grad=True)
PLAIN = LEARNS.detach().numpy()
ARRAY_LIKES = {
    "lists": PLAIN.tolist(),
    "turned": PLAIN[::-1, ::-1].copy()[::-1, ::-1],
    "big-endian": PLAIN.astype(">f4"),
    "half precision": PLAIN.astype(np.float16),
    "long double": PLAIN.astype(np.longdouble),
    "a tensor that learns": LEARNS,
    "tensors that learn, in a list": [*LEARNS],
    "bfloat16": LEARNS.bfloat16(),
}


@pytest.mark.parametrize("values", ARRAY_LIKES.values(), ids=ARRAY_LIKES)
def test_every_array_like_can_be_drawn(values: Any) -> None:
    """As cells and as their highlight, as a map and as a picture."""
    figure = Figure()
    axes = figure.subplots(1, 3)
    plots.show_cells(axes[0], values, colour=plots.INPUT, highlight=values)
    plots.show_maps([axes[1]], [values])
    plots.show_picture(axes[2], values)
    figure.draw_without_rendering()
    assert words(axes[0]) == ["0", "0.25", "0.5", "1"]
    assert fills(axes[0]) == ["none", *[plots.INPUT] * 3]
    for ax in axes[1:]:
        np.testing.assert_array_equal(ax.images[0].get_array(), PLAIN)


# Maps and pictures


def colour_of(image: Any, value: float) -> tuple[float, ...]:
    """Give the colour that a drawn map has for a value."""
    return tuple(image.cmap(image.norm(value))[:3])


def test_maps_share_one_scale_with_zero_in_its_middle() -> None:
    """The largest magnitude in any of them ends the scale on both sides; zero is white."""
    axes = Figure().subplots(1, 2)
    last = plots.show_maps(axes, [[[1, 2]], [[-5, 0]]])
    assert [ax.images[0].get_clim() for ax in axes] == [(-5, 5)] * 2
    assert last is axes[1].images[0]
    assert min(colour_of(last, 0)) > 0.95


def test_a_limit_can_be_given_so_that_figures_compare() -> None:
    """It replaces the largest magnitude."""
    axes = Figure().subplots(1, 2)
    plots.show_maps(axes, [[[1]], [[2]]], limit=9, titles=["a", "b"])
    assert [ax.images[0].get_clim() for ax in axes] == [(-9, 9)] * 2
    assert [ax.get_title() for ax in axes] == ["a", "b"]


def test_a_map_of_zeros_is_white(ax: Axes) -> None:
    """What a ReLU has silenced altogether does not take the colour of the scale's end."""
    assert min(colour_of(plots.show_maps([ax], [np.zeros((2, 2))]), 0)) > 0.95


@pytest.mark.parametrize(
    ("values", "end"),
    [(np.int8([[-128, 1]]), 128), (np.uint8([[3, 200]]), 200), ([[False, True]], 1)],
)
def test_the_scale_of_small_integers_does_not_wrap_around(values: Any, end: int, ax: Axes) -> None:
    """The magnitude of -128 is 128, and bytes have no negatives."""
    assert plots.show_maps([ax], [values]).get_clim() == (-end, end)


def test_purple_is_negative_and_orange_positive(ax: Axes) -> None:
    """Orange has more red than blue, purple more blue than red."""
    image = plots.show_maps([ax], [[[-1, 1]]])
    (low_red, _, low_blue), (high_red, _, high_blue) = colour_of(image, -1), colour_of(image, 1)
    assert low_blue > low_red
    assert high_red > high_blue


def test_the_scale_is_labelled_and_its_ends_are_the_maps() -> None:
    """It says what the numbers mean, and belongs to the maps it stands beside."""
    figure = Figure()
    axes = figure.subplots(1, 2)
    bar = plots.show_scale(figure, plots.show_maps(axes, [[[1]], [[-3]]]), axes, label="response")
    assert bar.ax.get_ylabel() == "response"
    assert (bar.vmin, bar.vmax) == (-3, 3)


def test_maps_and_their_scale_end_in_a_frame_that_both_pages_show() -> None:
    """The purple end of the scale is as dark as the dark page, and its middle as white as paper."""
    figure = Figure()
    axes = figure.subplots(1, 2)
    mapped = plots.show_maps(axes, [[[1]], [[-3]]])
    bar = plots.show_scale(figure, mapped, axes, label="response")
    frames = [spine for ax in axes for spine in ax.spines.values()]
    assert all(line.get_visible() for line in (*frames, bar.outline))
    drawn = {to_hex(line.get_edgecolor()) for line in (*frames, bar.outline)}
    assert drawn == {palette.FAINT}


@pytest.mark.parametrize(("limit", "ends"), [(None, "neither"), (3, "neither"), (2, "both")])
def test_a_scale_has_points_where_a_map_goes_beyond_it(limit: float | None, ends: str) -> None:
    """The first of two maps counts, too."""
    figure = Figure()
    axes = figure.subplots(1, 2)
    mapped = plots.show_maps(axes, [[[-3]], [[1]]], limit=limit)
    assert plots.show_scale(figure, mapped, axes, label="response").extend == ends


GREYS = np.uint8([[0, 128, 255]])


@pytest.mark.parametrize(
    "picture",
    [GREYS, GREYS / 255, Image.fromarray(GREYS), Image.fromarray(GREYS).convert("RGB")],
    ids=["bytes", "floats", "L", "RGB"],
)
def test_grey_is_drawn_as_bright_as_it_is(picture: Any, ax: Axes) -> None:
    """Black is black, white is white, and the middle is the middle, in bytes and in floats."""
    plots.show_picture(ax, picture)
    (image,) = ax.images
    drawn = image.to_rgba(image.get_array(), bytes=True)
    np.testing.assert_array_equal(drawn[0, :, :3], np.repeat(GREYS.T, 3, axis=1))


# The look of every figure


def luminance(colour: str) -> float:
    """Give the relative luminance of the Web Content Accessibility Guidelines, 2.2."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("fill", [plots.INPUT, plots.KERNEL, plots.OUTPUT])
def test_numbers_on_a_fill_are_easy_to_read(fill: str) -> None:
    """The contrast is at least 7 to 1, the guidelines' higher level."""
    assert (luminance(fill) + 0.05) / (luminance(plots.ON_FILL) + 0.05) >= 7


PAGES = json.loads(Path(palette.__file__).with_suffix(".json").read_text("utf-8"))["by_theme"]


@pytest.mark.parametrize("below", [plots.INPUT, plots.KERNEL, plots.OUTPUT, *PAGES["ground"]])
def test_the_frame_of_a_window_stands_out_wherever_it_lies(below: str) -> None:
    """By at least 3 to 1, the guidelines' level for what is no text."""
    pair = sorted([luminance(below), luminance(plots.OUTLINE)])
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3


def test_the_style_writes_everything_in_the_one_ink() -> None:
    """The site can turn it light, because nothing else has that colour and nothing another."""
    with plt.style.context("convdocs.page"):
        inks = {
            mpl.rcParams[name]
            for name in ("text.color", "axes.labelcolor", "axes.titlecolor", "axes.edgecolor",
                         "xtick.color", "ytick.color")
        }  # fmt: skip
        pages = {mpl.rcParams[f"{name}.facecolor"] for name in ("figure", "savefig", "axes")}
    assert {to_hex(ink) for ink in inks} == {plots.INK}
    assert pages == {"none"}


# Words for those who cannot see


def test_a_description_becomes_the_figures_label() -> None:
    """Line breaks and indents of the source count as one space."""
    figure = Figure()
    plots.describe(figure, "A grid\n    of  cells. ", caption="Each holds\n a number.")
    assert figure.get_label() == "A grid of cells."
    assert frame.CAPTIONS[figure] == "Each holds a number."


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.describe(ax.figure, " \n", caption="Cells."),
         "the description of a figure must say something"),
        (lambda ax: plots.describe(ax.figure, f"Sums: {[np.int64(9)]}.", caption="Sums."),
         "np.int64(...) is for Python"),
        (lambda ax: plots.describe(ax.figure, "A grid of cells.", caption=" "),
         "the caption of a figure must say what to see in it"),
        (lambda ax: plots.show_cells(ax, [1, 2], colour=plots.INPUT),
         "cells must be (height, width) (shape (2,))"),
        (lambda ax: plots.show_cells(ax, 5, colour=plots.INPUT),
         "cells must be (height, width) (shape ())"),
        (lambda ax: plots.show_cells(ax, [[1, 2]], colour=plots.INPUT, highlight=[[True]]),
         "highlight must have the cells' shape ((1, 1) for (1, 2))"),
        (lambda ax: plots.show_maps([ax], [[[1]], [[2]]]),
         "2 maps and 1 titles for 1 axes: there must be one of each, for at least one axes"),
        (lambda ax: plots.show_maps([ax], [[[1]]], titles=["a", "b"]),
         "1 maps and 2 titles for 1 axes"),
        (lambda ax: plots.show_maps([ax], [np.ones((4, 4, 3))]),
         "a map must be (height, width) (shape (4, 4, 3))"),
        (lambda ax: plots.show_maps([ax], [np.ones((0, 4))]),
         "a map must be (height, width) (shape (0, 4))"),
        (lambda ax: plots.show_maps([], []), "0 maps and 0 titles for 0 axes"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(
    call: Callable[[Axes], object], message: str, ax: Axes
) -> None:
    """The message gives the shapes or the counts that clash."""
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        call(ax)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.show_maps([ax], [[[1, 2], [3]]]),
         "a map must be an array of real numbers (a map=[[1, 2], [3]])"),
        (lambda ax: plots.show_cells(ax, "panda", colour=plots.INPUT),
         "cells must be an array of real numbers (cells='panda')"),
        (lambda ax: plots.show_cells(ax, [[1]], colour=plots.INPUT, highlight=[["yes"]]),
         "highlight must be an array of real numbers (highlight=[['yes']])"),
        (lambda ax: plots.show_picture(ax, [[1j]]),
         "picture must be an array of real numbers (picture=[[1j]])"),
    ],
)  # fmt: skip
def test_what_holds_no_numbers_is_refused(
    call: Callable[[Axes], object], message: str, ax: Axes
) -> None:
    """The message shows what was given."""
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        call(ax)
