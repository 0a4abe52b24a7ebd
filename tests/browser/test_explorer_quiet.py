"""Nothing moves, flickers, talks or takes a choice by itself."""

import re
from itertools import groupby

import pytest
from playwright.sync_api import Page
from test_explorer_use import cell, unfold
from visit import IDLE, Visit

TALL = ["size=16&input=random-3&padding=1", "size=8&in_channels=3&out_channels=2&padding=1"]


@pytest.mark.parametrize("state", TALL)
@pytest.mark.parametrize("width", [390, 1280])
def test_typing_scrolls_nothing(visit: Visit, state: str, width: int) -> None:
    """Neither the first sign nor Enter moves the page, however tall the grids are."""
    visit.page.set_viewport_size({"width": width, "height": 700})
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    target = cell(page, "framed", 5, 5)
    target.scroll_into_view_if_needed()
    target.click()
    before = page.evaluate("scrollY")
    for key in ("5", "7", "Enter"):
        page.keyboard.press(key)
        page.evaluate(IDLE)
        assert page.evaluate("scrollY") == before, key
    assert target.inner_text() == "57"


def test_play_scrolls_a_grid_to_its_window(visit: Visit) -> None:
    """On a phone the lit cells of a wide grid are seen, and the page stays where it is."""
    visit.page.set_viewport_size({"width": 390, "height": 844})
    page = visit.open("explorer.html#conv-explorer?size=16&input=random-3&step=186")
    scroller = page.locator("conv-explorer [data-part=framed] .scroll")
    scroller.evaluate("one => { one.scrollLeft = 0; }")
    before = page.evaluate("scrollY")
    page.get_by_role("button", name="Play").click()
    page.locator("conv-explorer .steps", has_text="step 196 of 196").wait_for()
    page.evaluate(IDLE)
    frame = scroller.bounding_box()
    lit = page.locator("conv-explorer [data-part=framed] td.lit").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    assert len(lit) == 9
    assert scroller.evaluate("one => one.scrollLeft") > 0
    for box in lit:
        assert frame["x"] <= box["left"]
        assert box["right"] <= frame["x"] + frame["width"]
    assert page.evaluate("scrollY") == before


def test_play_does_not_flicker_under_the_pointer(visit: Visit) -> None:
    """While it plays, only what is played is told and lit, whatever the pointer crosses."""
    page = visit.open("explorer.html#conv-explorer?size=8&step=0")
    page.evaluate(
        """() => {
        const root = document.querySelector("conv-explorer").shadowRoot;
        window.told = [];
        new MutationObserver(() => window.told.push([root.querySelector(".readout").textContent,
            [...root.querySelectorAll("[data-part=output] td")].findIndex(c => c.ariaSelected)]))
            .observe(root.querySelector(".readout"), {childList: true, characterData: true,
                subtree: true});
    }"""
    )
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    for k in range(30):
        cell(page, ("framed", "output")[k % 2], k % 6, (5 * k) % 6).hover(force=True)
    page.locator("conv-explorer .steps", has_text="step 36 of 36").wait_for()
    told = page.evaluate("window.told")
    told = [one for one, _ in groupby(told)]  # what is written again is no change
    selected = [n for _, n in told]
    # After its end a pointer may choose; before its beginning it did not move.
    assert selected[: selected.index(35) + 1] == list(range(36))
    for text, n in told[:36]:
        assert text.startswith(f"Output, row {n // 6}, column {n % 6}: ")


def test_one_voice_talks(visit: Visit) -> None:
    """Of all that is there, with all folds open, one live region says what a reader does."""
    page = visit.open("explorer.html#conv-explorer?in_channels=2")
    unfold(page)
    page.locator("conv-explorer .equation canvas").nth(1).wait_for()
    page.locator("conv-explorer .stack").wait_for()
    unfold(page)  # what has come with folds of its own
    live = """[...document.querySelector("conv-explorer").shadowRoot.querySelectorAll(
        "[aria-live], [role=status], [role=alert], [role=log], [role=timer], output")]"""
    read = f"{live}.map(one => [one.className, one.role, one.ariaLive])"
    voices = page.evaluate(read)
    # That of sizes says how many answers there are to what is typed there.
    assert voices == [["voice", "status", "polite"], ["", "status", None]]
    page.evaluate(
        f"""() => {{
        window.talk = [];
        {live}.forEach((one, k) => new MutationObserver(() => window.talk.push(k)).observe(one,
            {{childList: true, characterData: true, subtree: true}}));
    }}"""
    )
    page.get_by_role("button", name="Step", exact=True).click()
    page.locator("conv-explorer input[name='size.0']").fill("6")
    cell(page, "framed", 1, 1).click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert set(page.evaluate("window.talk")) == {0}
    page.locator("conv-explorer [name=to]").fill("56")
    assert set(page.evaluate("window.talk")) == {0, 1}


LONGEST = "size=16&kernel_size=12&padding=8&in_channels=4&out_channels=4&weight=random-5&step=all"
PLACES = """() => {
    const {session, shadowRoot: root} = document.querySelector("conv-explorer");
    const {axes: [rows, columns], state} = session.model;
    const last = (array, count) => ({array, channel: state.in_channels - 1,
        to: state.out_channels - 1, row: rows[count] - 1, column: columns[count] - 1});
    const input = {...last("input", "length"), row: rows.home(3), column: columns.home(3)};
    return [last("input", "length"), input, last("weight", "taps"), last("output", "outputs")]
        .map(sample => {
            session.choose(sample);
            return root.querySelector(".sum").offsetTop - root.querySelector(".dock").offsetTop;
        });
}"""


@pytest.mark.parametrize("width", [320, 390, 600, 820, 1280])
@pytest.mark.parametrize("state", [LONGEST, "padding=1&step=all"])
def test_sentences_have_room(visit: Visit, state: str, width: int) -> None:
    """The longest sentence, that of a weight, moves nothing, on a phone neither."""
    visit.page.set_viewport_size({"width": width, "height": 844})
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    page.evaluate(IDLE)
    assert len(set(page.evaluate(PLACES))) == 1


def matrix(page: Page) -> dict[str, float]:
    """Open the matrix, and give the place of its drawing."""
    page.locator("conv-explorer summary", has_text="The matrix").click()
    page.locator("conv-explorer .equation canvas").nth(1).wait_for()
    page.evaluate(IDLE)
    return page.locator("conv-explorer .matrix canvas").nth(1).bounding_box()


def test_the_matrix_lights_what_was_chosen_and_no_more(visit: Visit) -> None:
    """Nobody chose an input: no column is lit until somebody does, and no row of a stamp."""
    page = visit.open("explorer.html#conv-explorer?size=4&kernel_size=2&step=all")
    matrix(page)
    bars = page.locator("conv-explorer .bar").filter(visible=True)
    said = page.locator("conv-explorer .equation ~ p")
    assert bars.count() == 2  # the output's row, in the matrix and beside it
    assert said.inner_text() == "Output 8 reads 4 inputs."
    page.mouse.move(0, 0)  # the scrolling to the cell would lead an output under the pointer
    cell(page, "framed", 0, 0).click()
    assert bars.count() == 4
    assert said.inner_text() == "M[8, 0] = 0: output 8 does not read input 0."
    page.get_by_label("Operation").select_option("conv_transpose")
    page.mouse.move(0, 0)  # where it points at no cell
    page.evaluate(
        """document.querySelector("conv-explorer").setAttribute("state",
        "operation=conv_transpose&size=2&kernel_size=2&step=all")"""
    )
    assert bars.count() == 2
    assert said.inner_text() == "4 outputs read input 3."
    assert visit.faults == []


def test_the_matrix_leaves_a_pinned_cell_alone(visit: Visit) -> None:
    """A pointer that passes over it takes no choice that a click has pinned; a click does."""
    visit.page.set_viewport_size({"width": 1280, "height": 1800})
    page = visit.open("explorer.html#conv-explorer?step=all")
    box = matrix(page)
    cell(page, "framed", 1, 2).click()
    said = page.locator("conv-explorer .readout")
    pinned = said.inner_text()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.move(box["x"] + 50, box["y"] + 40)
    assert said.inner_text() == pinned
    assert cell(page, "framed", 1, 2).evaluate("one => one.matches('.pinned')")
    page.mouse.down()
    page.mouse.up()
    assert re.match("Output, row 0", said.inner_text())
    assert page.locator("conv-explorer .pinned").count() == 0


def test_maps_of_layers_leave_a_pinned_cell_alone(visit: Visit) -> None:
    """Nor does a pointer over what the layers give."""
    visit.page.set_viewport_size({"width": 1280, "height": 2400})
    page = visit.open("explorer.html#conv-explorer?step=all&then=conv+1+1+k2")
    maps = page.locator("conv-explorer .levels td")
    maps.first.wait_for()
    cell(page, "framed", 1, 2).click()
    said = page.locator("conv-explorer .readout")
    pinned = said.inner_text()
    maps.nth(30).hover()
    assert said.inner_text() == pinned
    maps.nth(30).click()
    assert said.inner_text() != pinned
    assert cell(page, "framed", 1, 2).evaluate("one => !one.matches('.pinned')")
    assert visit.faults == []
