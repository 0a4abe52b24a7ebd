"""How often each input is read and each output written, as the explorer's maps tell."""

import random
import re
from dataclasses import replace

import explorer_states
import numpy as np
import pytest
import torch
from explorer_shown import ask
from explorer_states import State
from playwright.sync_api import Page
from test_explorer_numbers import page  # noqa: F401 (a fixture)
from test_explorer_stack import spread
from visit import Visit

from convdocs.coverage import coverage
from convdocs.layers import ConvTranspose

COUNTS = """async text => {
    const fold = [...root.querySelectorAll("details")].find(
        d => d.firstChild.textContent === "How often each cell is used");
    fold.open = true;
    while (!fold.querySelector(".counts")) await new Promise(done => setTimeout(done, 5));
    await open(text);
    while (!fold.querySelector("table")) await new Promise(done => setTimeout(done, 5));
    return [fold.querySelector("p").textContent, [...fold.querySelectorAll("table")].map(texts)];
}"""


def alone(state: State) -> State:
    """Give the same layer from one channel to one."""
    given = {k: v for k, v in state.settings.items() if k not in {"groups", "bias"}}
    return replace(state, settings=given | {"in_channels": 1, "out_channels": 1})


def drawn(count: int) -> list[State]:
    """Draw states that are possible."""
    rng, states = random.Random(12), []
    while len(states) < count:
        state = explorer_states.draw(rng, 16)
        output = state.output()
        if output is not None and state.has_room(output):
            states.append(state)
    return states


def test_the_maps_count_what_pytorch_reads(page: Page) -> None:  # noqa: F811
    """Ones through PyTorch count an output's inputs, the derivative of their sum an input's."""
    states = drawn(200)
    compared = uneven = 0
    for state, (said, maps) in zip(
        states, ask(page, COUNTS, [state.text() for state in states]), strict=True
    ):
        x = torch.ones(1, 1, *state.size, dtype=torch.float64, requires_grad=True)
        writes = spread(alone(state), x)
        writes.sum().backward()
        for shown, wanted in zip(maps, (x.grad[0, 0], writes[0, 0]), strict=True):
            if shown is not None:  # a picture
                assert [list(map(int, row)) for row in shown] == wanted.int().tolist(), state
                compared += 1
        nobody = int((x.grad == 0).sum())
        found = re.search(r"(\d+) of them by nobody", said)
        assert (int(found[1]) if found else 0) == nobody, state
        if state.operation == "conv_transpose":
            layer = ConvTranspose(
                1, 1, tuple(state.kernel_size), stride=tuple(state.stride),
                padding=tuple(state.padding[::2]), dilation=tuple(state.dilation),
                output_padding=tuple(state.settings.get("output_padding", (0, 0))),
            )  # fmt: skip
            down, across = coverage(layer, state.size)
            assert (np.outer(down, across) == writes[0, 0].detach().numpy()).all(), state
            uneven += "checkerboard" in said
        else:
            assert "checkerboard" not in said, state
    assert compared > 300
    assert uneven > 5


@pytest.mark.parametrize(
    ("kernel_size", "stride", "board"),
    [(3, 2, True), (4, 2, False), (4, 3, True), (2, 2, False), (3, 1, False), (1, 2, True)],
)
def test_a_checkerboard_is_told(
    page: Page,  # noqa: F811
    kernel_size: int,
    stride: int,
    board: bool,
) -> None:
    """It is there where the stride does not divide the kernel."""
    state = f"operation=conv_transpose&size=7&kernel_size={kernel_size}&stride={stride}"
    ((said, _),) = ask(page, COUNTS, [state])
    assert ("checkerboard" in said) == board, said


def test_a_cell_of_a_map_is_the_explorers(visit: Visit) -> None:
    """What is chosen in either is chosen in both, by mouse and by keys."""
    opened = visit.open("explorer.html#conv-explorer?size=4&padding=1&step=all")
    opened.locator("conv-explorer summary", has_text="How often").click()
    reads, writes = (opened.locator("conv-explorer .counts table").nth(k) for k in (0, 1))
    readout = opened.locator("conv-explorer .readout")
    writes.locator("td").nth(5).click()
    assert readout.inner_text().startswith("Output, row 1, column 1: ")
    assert writes.locator("td").nth(5).inner_text() == "9"
    assert writes.locator("[aria-selected]").count() == 1
    reads.locator("td").first.click()
    opened.keyboard.press("ArrowRight")
    told = readout.inner_text()
    assert told.startswith("Input, row 0, column 1: 1. ")
    assert f"It feeds {reads.locator('td').nth(1).inner_text()} outputs." in told
    opened.locator("conv-explorer [data-part=framed] td").nth(7).click()
    assert reads.locator("[aria-selected]").inner_text() == "4"
    opened.locator("conv-explorer input[name='size.0']").fill("30")
    opened.locator("conv-explorer .counts .pixels").nth(1).wait_for()
    assert visit.faults == []
