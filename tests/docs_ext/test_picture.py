"""What stands where an explorer would: grids with padding, a window, a sum, and the tour."""

import json
import re
from pathlib import Path

import explorer
import picture
import pytest
import torch
import torch.nn.functional as F
from sphinx.testing.util import SphinxTestApp

TEMPLATES = explorer.SOURCES.parent / "_templates"
CONF = f'extensions = ["explorer"]\nhtml_theme = "basic"\ntemplates_path = [{str(TEMPLATES)!r}]\n'

CELL = re.compile(r'<td(?: class="([^"]*)")?(?: data-badge="([^"]*)")?>([^<]*)</td>')
MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}
Cells = list[list[tuple[set[str], str, float]]]  # classes, badge, number


def number(text: str) -> float:
    """Read a number as cells show it; an empty cell, or a question, has none."""
    plain = text.replace("\N{MINUS SIGN}", "-").replace("\N{INFINITY}", "inf").strip("()")
    return float(plain) if plain not in {"", "?"} else float("nan")


def grids(html: str, tone: str) -> list[Cells]:
    """Read the grids of an array: x, w or y."""
    return [
        [[(set(look.split()), badge, number(text)) for look, badge, text in CELL.findall(row)]
         for row in table.split("<tr>")[1:]]
        for table in re.findall(rf'<table class="{tone}">(.*?)</table>', html)
    ]  # fmt: skip


def values(grid: Cells) -> torch.Tensor:
    """Give the numbers of a grid."""
    return torch.tensor([[n for _, _, n in row] for row in grid], dtype=torch.float64)


def having(grid: Cells, word: str) -> set[tuple[int, int]]:
    """Give the places of the cells of a class."""
    return {(r, c) for r, row in enumerate(grid) for c, (look, _, _) in enumerate(row)
            if word in look}  # fmt: skip


def ramp(height: int, width: int) -> torch.Tensor:
    """Count up like the explorer's default numbers."""
    return (2 * torch.arange(height)[:, None] + torch.arange(width)).double()


def test_it_has_the_grids_of_the_explorer_and_says_what_it_is() -> None:
    """Of the kernels, those to the chosen output channel; and why the figure stands still."""
    html = picture.figure("size=3&in_channels=2&out_channels=3&step=2")
    assert [len(grids(html, tone)) for tone in "xwy"] == [2, 2, 3]
    assert "channel&nbsp;1 to 1" in html
    assert "A still picture (size=3, in_channels=2, out_channels=3, step=2)" in html


@pytest.mark.parametrize("mode", MODES)
def test_padding_has_its_values_and_its_look(mode: str) -> None:
    """In every mode the frame holds what PyTorch pads with, and only it is dashed."""
    [grid] = grids(picture.figure(f"size=4,5&padding=1,2,3,1&padding_mode={mode}"), "x")
    padded = F.pad(ramp(4, 5)[None, None], (3, 1, 1, 2), mode=MODES[mode])
    assert torch.equal(values(grid), padded[0, 0])
    inside = {(r, c) for r in range(1, 5) for c in range(3, 8)}
    assert having(grid, "pad") == {(r, c) for r in range(7) for c in range(9)} - inside


def test_same_padding_has_its_larger_half_behind() -> None:
    """As PyTorch pads, where the total is odd."""
    [grid] = grids(picture.figure("padding=same&size=3&kernel_size=4,1"), "x")
    assert having(grid, "pad") == {(r, c) for r in (0, 4, 5) for c in range(3)}
    assert len(grid) == 6


def test_what_max_pooling_hangs_over_is_no_number() -> None:
    """Padding is below all numbers, and past it there is nothing."""
    [grid] = grids(
        picture.figure("operation=max_pool&size=4&padding=1&stride=3&ceil_mode=true"), "x"
    )
    assert grid[0][0] == ({"pad", "lit", "framed"}, "", float("-inf"))
    assert len(grid) == 6
    [grid] = grids(
        picture.figure("operation=max_pool&size=4&kernel_size=3&stride=2&ceil_mode=true"), "x"
    )
    assert having(grid, "beyond") == {(4, k) for k in range(5)} | {(k, 4) for k in range(5)}
    assert values(grid)[4].isnan().all()


@pytest.mark.parametrize("operation", ["cross_correlate", "convolve"])
@pytest.mark.parametrize(
    ("more", "place"),
    [("", (0, 0)), ("&step=2", (0, 1)), ("&step=all", (1, 2)), ("&cell=output,0,1,0", (1, 0))],
)
def test_the_window_is_what_the_output_depends_on(
    operation: str, more: str, place: tuple[int, int]
) -> None:
    """The framed cells, and the weights in them, are the derivatives of the chosen output."""
    html = picture.figure(
        f"operation={operation}&size=6,5&kernel_size=2,3&stride=3,1&dilation=2,1"
        f"&weight=5,-3,2,7,1,4{more}"
    )
    x = ramp(6, 5)[None, None].requires_grad_()
    w = torch.tensor([[5, -3, 2], [7, 1, 4]], dtype=torch.float64)[None, None]
    turned = w.flip(-2, -1) if operation == "convolve" else w
    F.conv2d(x, turned, stride=(3, 1), dilation=(2, 1))[0, 0][place].backward()
    [grid] = grids(html, "x")
    assert having(grid, "framed") == {(r, c) for r, c in x.grad[0, 0].nonzero().tolist()}
    for r, c in having(grid, "framed"):
        assert number(grid[r][c][1][1:]) == x.grad[0, 0, r, c]
    assert having(grids(html, "y")[0], "chosen") == {place}


def test_what_nobody_reads_is_hatched() -> None:
    """The inputs on which no output depends look different."""
    [grid] = grids(picture.figure("size=8&stride=3"), "x")
    x = ramp(8, 8)[None, None].requires_grad_()
    F.conv2d(x, torch.ones(1, 1, 3, 3, dtype=torch.float64), stride=3).sum().backward()
    assert having(grid, "unread") == {(r, c) for r, c in (x.grad[0, 0] == 0).nonzero().tolist()}


def test_a_stamp_is_what_one_input_adds() -> None:
    """The framed outputs, and what stands in them, are those of this input alone."""
    html = picture.figure(
        "operation=conv_transpose&size=3,4&stride=2&padding=1&in_channels=2&step=19&weight=ones"
    )
    x = torch.zeros(1, 2, 3, 4, dtype=torch.float64)
    x[0, 1, 1, 2] = 1 + 2 + 2  # the nineteenth input, and its number in the ramp
    w = torch.ones(2, 1, 3, 3, dtype=torch.float64)
    added = F.conv_transpose2d(x, w, stride=2, padding=1)[0, 0]
    [grid] = grids(html, "y")
    assert having(grid, "framed") == {(r, c) for r, c in added.nonzero().tolist()}
    assert {number(grid[r][c][1]) for r, c in having(grid, "framed")} == {5}
    assert having(grids(html, "x")[1], "chosen") == {(1, 2)}


@pytest.mark.parametrize(
    "state",
    [
        "padding=1",
        "operation=convolve&weight=random-3&padding=1&padding_mode=circular&bias=-2",
        "size=4&in_channels=4&out_channels=2&groups=2&weight=random-5&step=all&bias=1,-3",
        "operation=avg_pool&padding=1&stride=2&ceil_mode=true&size=6&step=all",
        "operation=avg_pool&padding=1&count_include_pad=false",
        "operation=max_pool&input=random-4&padding=1&step=7",
    ],
)
def test_the_sum_below_is_that_of_the_chosen_output(state: str) -> None:
    """Computed as it is written, the sum gives the number before it, and that of the cell."""
    html = picture.figure(state)
    written = re.sub("<[^>]*>", "", re.search(r'<p class="total">(.*?)</p>', html)[1])
    for sign, other in (("\N{MINUS SIGN}", "-"), ("\N{MIDDLE DOT}", "*")):
        written = written.replace(sign, other)
    result, terms = written.split(" = ")
    assert eval(terms) == pytest.approx(float(result), abs=0.005)
    [chosen] = [
        n for grid in grids(html, "y") for row in grid for look, _, n in row if "chosen" in look
    ]
    assert chosen == float(result)


@pytest.mark.parametrize(
    ("state", "hidden"), [("ask=output", 9), ("ask=1,5", 2), ("operation=max_pool&ask=1", 1)]
)
def test_what_is_asked_for_is_nowhere_in_the_picture(state: str, hidden: int) -> None:
    """Neither the cell nor the sum tells it, nor does the window of the first one."""
    given = "input=" + ",".join(str(7 * k % 23 + 50) for k in range(25))
    html = picture.figure(f"{given}&{state}")
    assert html.count(">?</td>") == hidden
    assert '<p class="total"><span class="y">?</span> = \N{HORIZONTAL ELLIPSIS}</p>' in html
    assert "framed" not in html
    told = [n for row in grids(picture.figure(given), "y")[0] for _, _, n in row]
    if state == "ask=output":
        assert len({*told}) == 9
        assert not {f"{n:g}" for n in told} & {*re.findall(r"\d+", html)}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("step=10", "there is no step 10"),
        ("step=-1", "there is no step -1"),
        ("step=1&step=2", "step is given twice"),
        ("cell=output,0,3,0", "there is no cell output,0,3,0"),
        ("cell=output,0,1", "there is no cell output,0,1"),
        ("operation=max_pool&cell=weight,0,0,0", "there is no cell weight,0,0,0"),
        ("in_channels=2&out_channels=2&groups=2&cell=weight,1,0,0,0", "there is no cell weight"),
        ("ask=10", "there is no output 10 to ask for"),
        ("ask=0", "there is no output 0 to ask for"),
        ("ask=all", "there is no output all to ask for"),
        ("ask=", "there is no output  to ask for"),
    ],
)
def test_what_a_state_cannot_show_is_refused(state: str, message: str) -> None:
    """No step, cell or question is made up."""
    with pytest.raises(ValueError, match=message):
        picture.figure(state)


def tour(folder: Path) -> tuple[str, str]:
    """Build a page with the tour, and give it and the warnings."""
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.rst").write_text("Page\n====\n\n.. explorer-tour::\n")
    app = SphinxTestApp(srcdir=folder, freshenv=True)
    try:
        app.build()
        return (Path(app.outdir) / "index.html").read_text("utf-8"), app.warning.getvalue()
    finally:
        app.cleanup()


def test_the_tour_is_a_list_of_pictures_with_their_words(tmp_path: Path) -> None:
    """Each step has its title, its words, what there is to do, and the picture of its state."""
    page, warnings = tour(tmp_path)
    assert not warnings
    steps = json.loads(explorer.TOUR.read_text("utf-8"))
    items = page.partition("<ol")[2].partition("</ol>")[0].split("<li>")[1:]
    assert 6 <= len(steps) == len(items) <= 8
    for step, item in zip(steps, items, strict=True):
        told = re.sub(
            r"\s+", " ", re.sub("<[^>]*>", "", item.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        )
        assert f"{step['title']}. {step['words']} {step['task']}" in told
        assert picture.Drawing(step["state"]).html() in item


@pytest.mark.parametrize("state", ["size=2", "ask=10", "cell=output,0,9,9"])
def test_a_step_of_the_tour_that_cannot_exist_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """The step is named."""
    steps = json.loads(explorer.TOUR.read_text("utf-8"))
    steps[3] |= {"state": state, "title": "The lost step"}
    changed = tmp_path / "tour.json"
    changed.write_text(json.dumps(steps), "utf-8")
    monkeypatch.setattr(explorer, "TOUR", changed)
    _, warnings = tour(tmp_path)
    assert "tour.json: The lost step: " in warnings
    assert "index.rst:4" in warnings
