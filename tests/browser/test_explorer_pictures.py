"""Inputs with too many cells for numbers are pictures of shades, which can be read cell by cell."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Page
from visit import Visit

from convdocs.kernels import SOBEL_X

# What a picture shows: red, green, blue and opacity of each cell.
COPY = """
const copied = canvas => {
    const {width, height} = canvas;
    const pen = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true});
    pen.drawImage(canvas, 0, 0);
    return pen.getImageData(0, 0, width, height);
};
"""
READ = (
    "async part => {"
    + COPY
    + """
    const root = document.querySelector("conv-explorer").shadowRoot;
    const find = () => root.querySelector(`[data-part=${part}] .picture`);
    while (!find()) await new Promise(done => setTimeout(done, 10));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const {width, height, data} = copied(find());
    return [height, width, [...data]];
}"""
)
# Of the marks over it, the cells whose middle of the left edge is drawn on.
EDGES = (
    "async part => {"
    + COPY
    + """
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const root = document.querySelector("conv-explorer").shadowRoot;
    const {width: columns, height: rows} = root.querySelector(`[data-part=${part}] .picture`);
    const {width, height, data} = copied(root.querySelector(`[data-part=${part}] .marks`));
    const found = [];
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
        const y = Math.floor((r + 0.5) * height / rows), x = Math.round(c * width / columns);
        if (data[4 * (y * width + x) + 3]) found.push([r, c]);
    }
    return found;
}"""
)


def picture(page: Page, part: str) -> np.ndarray:
    """Read a picture, rows and columns first."""
    height, width, data = page.evaluate(READ, part)
    return np.array(data).reshape(height, width, 4)


def numbers(page: Page, key: str, *size: int) -> torch.Tensor:
    """Read an array of the model."""
    found = page.evaluate(f"document.querySelector('conv-explorer').session.model.{key}")
    return torch.tensor(found, dtype=torch.float64).reshape(1, -1, *size)


def point(page: Page, part: str, row: int, column: int, *, click: bool = False) -> None:
    """Move the mouse to the middle of a cell of a picture."""
    table = page.locator(f"conv-explorer [data-part={part}] table").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    rows, columns = (int(table.get_attribute(f"aria-{n}count")) for n in ("row", "col"))
    x = box["x"] + box["width"] * (column + 0.5) / columns
    y = box["y"] + box["height"] * (row + 0.5) / rows
    page.mouse.move(x, y)
    if click:
        page.mouse.click(x, y)


def test_a_digit_under_sobels_kernel_has_two_hues(visit: Visit) -> None:
    """Above zero and below it hues differ, zero is the ground, and one end is as strong as both."""
    page = visit.open("explorer.html#conv-explorer?size=28&input=digit&weight=sobel_x&step=all")
    shown = picture(page, "output")[..., :3]
    x = numbers(page, "x", 28, 28)
    assert x.max() == 99  # the picture has come
    y = F.conv2d(x, torch.tensor(SOBEL_X).double()[None, None])[0, 0].numpy()
    assert (shown[y == 0] == 255).all()
    for sign, hue in ((1, (0xE0, 0x82, 0x14)), (-1, (0x80, 0x73, 0xAC))):
        part = np.abs(y) / np.abs(y).max()
        there = y * sign > 0
        wanted = 255 + part[there, None] * (np.array(hue) - 255)
        assert np.abs(shown[there] - wanted).max() <= 1
    assert visit.faults == []


def test_a_blurred_panda_is_grey(visit: Visit) -> None:
    """Where nothing is below zero, black is zero, and white the largest; in either theme."""
    state = "size=64&kernel_size=5&input=panda&weight=gaussian&step=all"
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    shown = picture(page, "output")[..., :3]
    x = numbers(page, "x", 64, 64)
    row = torch.tensor([1.0, 4, 6, 4, 1]).double() / 16
    y = F.conv2d(x, torch.outer(row, row)[None, None])[0, 0].numpy()
    assert np.abs(shown - 255 * (y / y.max())[..., None]).max() <= 1
    page.emulate_media(color_scheme="dark")
    assert (picture(page, "output")[..., :3] == shown).all()
    assert visit.faults == []


def test_a_picture_follows_the_theme(visit: Visit) -> None:
    """Zero is the ground of the page as it is now."""
    page = visit.open("explorer.html#conv-explorer?size=28&input=digit&weight=sobel_x&step=all")
    assert picture(page, "output")[0, 0].tolist() == [255, 255, 255, 255]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"async () => (await ({READ})('output'))[2][0] < 255")
    assert picture(page, "output")[0, 0].tolist() == [0x13, 0x14, 0x16, 255]


def test_what_has_not_come_yet_is_seen_through(visit: Visit) -> None:
    """After so many steps so many outputs are there; padding stands out less than inputs."""
    page = visit.open("explorer.html#conv-explorer?size=30&padding=1&step=100")
    opacity = picture(page, "output")[..., 3]
    assert (opacity.ravel()[:100] == 255).all()
    assert (opacity.ravel()[100:] == 0).all()
    framed = picture(page, "framed")[..., 3]
    assert (framed[1:-1, 1:-1] == 255).all()
    framed[1:-1, 1:-1] = 0
    assert set(framed.ravel()) == {0, framed[0, 0]}
    assert 0 < framed[0, 0] < 255


@pytest.mark.parametrize("stride", [1, 2])
def test_a_picture_is_read_by_mouse_and_keys(visit: Visit, stride: int) -> None:
    """Pointing and walking say the cell, its number and its sum, and outline what it reads."""
    state = f"size=40&input=random-5&stride={stride}&step=all"
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    shape = picture(page, "output").shape[:2]
    x = numbers(page, "x", 40, 40)
    y = F.conv2d(x, numbers(page, "w", 3, 3), stride=stride)[0, 0].int()
    readout = page.locator("conv-explorer .readout")

    def says(r: int, c: int) -> None:
        sign = "\N{MINUS SIGN}" if y[r, c] < 0 else ""
        wanted = f"Output, row {r}, column {c}: {sign}{abs(int(y[r, c]))}."
        page.get_by_text(wanted).wait_for()
        windows = {(stride * i, stride * j) for i, j in ((r, c), held)}  # lit, and to be dragged
        edges = {(i + k, j + side) for i, j in windows for k in range(3) for side in (0, 3)}
        seen = {tuple(at) for at in page.evaluate(EDGES, "framed")}
        assert seen == {(i, j) for i, j in edges if j < 40}

    held = (shape[0] - 1, shape[1] - 1)  # the last step's
    point(page, "output", 7, 11)
    says(7, 11)
    point(page, "output", 7, 11, click=True)
    held = (7, 11)
    says(7, 11)
    for key, held in (("ArrowRight", (7, 12)), ("ArrowDown", (8, 12)), ("Home", (8, 0))):
        page.keyboard.press(key)
        says(*held)
    cell = page.locator("conv-explorer [data-part=output] td:focus")
    assert cell.get_attribute("aria-colindex") == "1"
    assert cell.locator("..").get_attribute("aria-rowindex") == "9"
    assert re.sub("\N{MINUS SIGN}", "-", cell.text_content()) == str(int(y[8, 0]))
    assert page.locator("conv-explorer [data-part=output] td").count() <= 3
    assert readout.inner_text()
    assert visit.faults == []


def test_the_loupe_shows_the_numbers_about_a_cell(visit: Visit) -> None:
    """Five by five numbers, with the pointed one in the middle, and nothing past the edges."""
    page = visit.open("explorer.html#conv-explorer?size=40&input=random-5&step=all")
    picture(page, "framed")
    x = numbers(page, "x", 40, 40)[0, 0].int()
    point(page, "framed", 20, 39)
    loupe = page.locator("conv-explorer [data-part=framed] .loupe i").all_inner_texts()
    window = F.pad(x[18:23, 37:].double(), (0, 2), value=-1).int().tolist()
    assert loupe == [str(n) if n >= 0 else "" for row in window for n in row]


def test_a_number_of_a_picture_can_be_changed(visit: Visit) -> None:
    """Walk to a cell, type, and the picture and the lines have the number."""
    page = visit.open("explorer.html#conv-explorer?size=40&input=zeros&step=all")
    picture(page, "framed")
    point(page, "framed", 5, 6, click=True)
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    page.get_by_text("Input, row 5, column 6: 7.").wait_for()
    assert numbers(page, "x", 40, 40)[0, 0, 5, 6] == 7
    assert (picture(page, "framed")[5, 6] == 255).all()
    assert visit.faults == []


def test_the_commonest_upsampling_has_room(visit: Visit) -> None:
    """16 x 16, and 64 x 64, doubled by a transposed convolution."""
    page = visit.open("explorer.html")
    for size in (16, 64):
        state = f"operation=conv_transpose&size={size}&kernel_size=2&stride=2&step=all"
        page.locator("conv-explorer").evaluate("(e, s) => e.setAttribute('state', s)", state)
        assert picture(page, "output").shape[:2] == (2 * size, 2 * size)
        assert (picture(page, "gathered") == picture(page, "output")).all()
    assert visit.faults == []


def test_channels_are_drawn_as_a_block(visit: Visit) -> None:
    """Through the channels of a group goes a block to one output; one channel has no drawing."""
    state = "size=6&kernel_size=3,2&in_channels=4&out_channels=2&groups=2"
    page = visit.open(f"explorer.html#conv-explorer?{state}&cell=output,1,2,3")
    fold = page.locator("conv-explorer details", has_text="The channels")
    fold.locator("summary").click()
    block = fold.locator("svg")
    told = block.get_attribute("aria-label").replace("\N{MULTIPLICATION SIGN}", "x")
    assert "output channel 1 reads a block of 2 x 3 x 2 inputs" in told
    assert "channels of its group" in told
    assert "12 products" in told
    for array, planes, windows in (("input", 4, 2), ("weight", 2, 2), ("output", 2, 1)):
        assert block.locator(f".{array} .plane").count() == planes
        assert block.locator(f".{array} .window").count() == windows
    boxes = [box.bounding_box() for box in block.locator(".input :is(.plane, .window)").all()]
    cell = boxes[0]["width"] / 6
    for window in boxes[4:]:
        assert window["height"] / cell == pytest.approx(3, abs=0.3)
        assert window["width"] / cell == pytest.approx(2, abs=0.3)
    page.locator("conv-explorer").evaluate("e => e.setAttribute('state', 'size=6')")
    assert not fold.is_visible()
    assert visit.faults == []
