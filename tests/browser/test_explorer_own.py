"""A reader's own numbers: a picture stays a picture, and nothing is cut without a word."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from test_explorer_use import cell
from visit import Visit

# At every even size, its halves are whole cells.
QUARTERS = [[0, 99], [99, 0]]
STAYS = "Your own numbers stay at their places; what is new is 0."


def quarters(size: int) -> list[list[int]]:
    """Give the picture at a size."""
    half = size // 2
    return [[QUARTERS[r // half][c // half] for c in range(size)] for r in range(size)]


def shown(page: Page) -> list[list[int]]:
    """Read the input as it is."""
    x = page.evaluate("document.querySelector('conv-explorer').session.model.x")
    width = page.evaluate("document.querySelector('conv-explorer').session.state.size[1]")
    return [x[k : k + width] for k in range(0, len(x), width)]


def resize(page: Page, size: int, axis: int = 0) -> None:
    """Move the slider of the size."""
    page.locator(f"conv-explorer input[name='size.{axis}']").fill(str(size))


def write(page: Page, row: int, column: int, number: int) -> None:
    """Type a number into a cell of the input."""
    cell(page, "framed", row, column).click()
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


@pytest.fixture
def page(visit: Visit, tmp_path: Path) -> Page:
    """Open the explorer with a picture of quarters."""
    page = visit.open("explorer.html#conv-explorer?size=4&kernel_size=1")
    page.locator("conv-explorer summary", has_text="Numbers").click()
    picture = Image.new("L", (8, 8))
    picture.putdata([n * 255 // 99 for row in quarters(8) for n in row])
    picture.save(tmp_path / "mine.png")
    page.locator("conv-explorer input[type=file]").set_input_files(tmp_path / "mine.png")
    page.get_by_text("the input is all of it").wait_for()
    assert shown(page) == quarters(4)
    return page


def test_a_picture_outlives_undo_and_redo(page: Page) -> None:
    """It is read again at each size, whatever was taken back before."""
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    resize(page, 2)
    assert shown(page) == quarters(2)
    undo.click()
    resize(page, 8)
    assert shown(page) == quarters(8)
    undo.click()
    undo.click()
    assert shown(page) != quarters(4)  # the ramp before it
    redo.click()
    assert shown(page) == quarters(4)
    resize(page, 6)
    assert shown(page) == quarters(6)
    page.get_by_role("button", name="Start over").click()
    undo.click()
    resize(page, 8)
    assert shown(page) == quarters(8)
    assert page.get_by_role("button", name="Whole picture").is_visible()
    assert page.locator("conv-explorer .note").inner_text() == ""


def test_a_picture_outlives_an_exercise_and_the_tour(page: Page) -> None:
    """What comes between leaves it what it was."""
    page.get_by_role("button", name="Predict").click()
    page.get_by_role("button", name="End", exact=True).click()
    resize(page, 6)
    assert shown(page) == quarters(6)
    page.get_by_role("button", name="Tour").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="End the tour").click()
    resize(page, 2)
    assert shown(page) == quarters(2)


def test_a_changed_number_stays_where_it_is_in_the_picture(page: Page) -> None:
    """At another size it covers what it covered, also where other proportions cut the picture."""
    write(page, 0, 1, 55)
    write(page, 3, 3, -7)
    changed = quarters(4)
    changed[0][1], changed[3][3] = 55, -7
    assert shown(page) == changed
    resize(page, 8)
    large = quarters(8)
    for k in range(2):
        large[k][2:4] = [55, 55]
        large[6 + k][6:8] = [-7, -7]
    assert shown(page) == large
    resize(page, 4)
    assert shown(page) == changed
    page.locator("conv-explorer input[name=tied]").uncheck()
    resize(page, 2)  # the middle, half as high as it is wide
    assert shown(page) == [[0, 0, 99, 99], [99, 99, 0, 0]]
    resize(page, 4)
    assert shown(page) == changed
    for _ in range(5):  # four sizes, and the second number
        page.get_by_role("button", name="Undo").click()
    assert shown(page)[3][3] == 0
    assert shown(page)[0][1] == 55


def test_a_built_in_picture_is_a_picture_too(visit: Visit) -> None:
    """A number that is changed in it covers, at twice the size, four cells."""
    page = visit.open("explorer.html#conv-explorer?size=56&kernel_size=1&input=digit&step=all")
    page.wait_for_function(
        "() => document.querySelector('conv-explorer').session.model.x.some(Boolean)"
    )
    large = shown(page)
    resize(page, 28)
    page.locator("conv-explorer [data-part=framed] td").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("-8")
    page.keyboard.press("Enter")
    assert shown(page)[1][0] == -8
    resize(page, 56)
    for r in (2, 3):
        large[r][:2] = [-8, -8]
    assert shown(page) == large
    assert visit.faults == []


def test_other_numbers_keep_their_places_and_it_is_said(visit: Visit) -> None:
    """A link's numbers are rows and columns, not a picture: none moves, and a note tells it."""
    page = visit.open("explorer.html#conv-explorer?size=3&kernel_size=1&input=1,2,3,4,5,6,7,8,9")
    note = page.locator("conv-explorer .note")
    assert note.inner_text() == ""
    resize(page, 4)
    assert shown(page) == [[1, 2, 3, 0], [4, 5, 6, 0], [7, 8, 9, 0], [0, 0, 0, 0]]
    assert note.inner_text() == STAYS
    resize(page, 2)
    assert shown(page) == [[1, 2], [4, 5]]
    assert note.inner_text() == STAYS
    page.locator("conv-explorer input[name='stride.0']").fill("2")
    assert note.inner_text() == ""
    page.get_by_role("button", name="Undo").click()
    resize(page, 3)
    assert shown(page) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]  # what was cut is not lost
    assert visit.faults == []


def test_two_explorers_share_an_address(visit: Visit) -> None:
    """Each keeps its part of it, and finds it again; a link to one leaves the other alone."""
    page = visit.open("explorer.html")
    more = "document.querySelector('h1').after(document.createElement('conv-explorer'))"
    page.evaluate(more)
    sizes = page.locator("conv-explorer input[name='size.0']")
    sizes.nth(0).fill("7")  # in the document's order: the new one first
    page.wait_for_function("() => location.hash === '#conv-explorer-2?size=7'")
    sizes.nth(1).fill("9")
    both = "#conv-explorer?size=9#conv-explorer-2?size=7"
    page.wait_for_function("both => location.hash === both", arg=both)
    page.reload()
    page.evaluate(more)
    expect(sizes.nth(0)).to_have_value("7")
    expect(sizes.nth(1)).to_have_value("9")
    page.evaluate("location.hash = '#conv-explorer?size=8'")
    expect(sizes.nth(1)).to_have_value("8")
    assert sizes.nth(0).input_value() == "7"
    both = "#conv-explorer-2?size=7#conv-explorer?size=8"
    page.wait_for_function("both => location.hash === both", arg=both)
    sizes.nth(1).fill("6")
    page.wait_for_function("() => location.hash.includes('#conv-explorer?size=6')")
    page.reload()
    page.evaluate(more)
    expect(sizes.nth(0)).to_have_value("7")
    expect(sizes.nth(1)).to_have_value("6")
    assert visit.faults == []
