"""The explorer in forced colours: what is drawn on canvas is not forced, and marks stand out."""

import pytest
from visit import Visit

READ = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const root = document.querySelector("conv-explorer").shadowRoot;
    const mark = document.createElement("i");
    mark.style.cssText = "color: Highlight";
    root.append(mark);
    const style = one => getComputedStyle(one);
    const drawn = [...root.querySelectorAll(".equation canvas")].filter(canvas => canvas.width)
        .map(({width, height}, k, all) => {
            const pen = new OffscreenCanvas(width, height).getContext("2d");
            pen.drawImage(all[k], 0, 0);
            const {data} = pen.getImageData(0, 0, width, height);
            return new Set(new Uint32Array(data.buffer)).size; // its fill, its ink, and their edges
        });
    return [style(mark).color, drawn, [...root.querySelectorAll(".bar")].filter(
        bar => bar.checkVisibility()).map(bar => [style(bar).outlineColor, style(bar).outlineStyle,
            Math.round(bar.getBoundingClientRect().top
                - bar.parentElement.getBoundingClientRect().top)])];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_matrix_and_vectors_show_what_is_chosen(visit: Visit, theme: str) -> None:
    """Ink differs from its fill, and lines stand at the row of both the matrix and its vectors."""
    visit.page.emulate_media(color_scheme=theme, forced_colors="active")
    page = visit.open("explorer.html#conv-explorer?size=4&kernel_size=2&bias=3&step=all")
    page.locator("conv-explorer summary", has_text="The matrix").click()
    page.locator("conv-explorer .equation canvas").first.wait_for()
    page.locator("conv-explorer [data-part=output] td").nth(4).click()
    page.locator("conv-explorer [data-part=framed] td").nth(6).click()
    highlight, drawn, bars = page.evaluate(READ)
    assert len(drawn) == 4
    assert min(drawn) > 2
    assert {tuple(bar[:2]) for bar in bars} == {(highlight, "solid")}
    left, row, column, right, bias = (top for *_, top in bars)
    cell = right // 6
    assert (left, row, column, right, bias) == (4 * cell, 4 * cell, 0, 6 * cell, 4 * cell)
    assert visit.faults == []


@pytest.mark.parametrize("show", ["numbers", "shades", "both"])
def test_the_chosen_cell_is_told_from_lit_ones(visit: Visit, show: str) -> None:
    """It has an outline that no lit cell has, and so has the cell that won a window."""
    visit.page.emulate_media(forced_colors="active")
    page = visit.open(f"explorer.html#conv-explorer?operation=max_pool&size=6&step=all&show={show}")
    read = """all => all.map(one => getComputedStyle(one)).map(
        style => [style.outlineStyle, style.outlineWidth])"""
    chosen = page.locator("conv-explorer td[aria-selected]").evaluate_all(read)
    won = page.locator("conv-explorer [data-part=framed] td.won").evaluate_all(read)
    lit = page.locator("conv-explorer [data-part=framed] td.lit:not(.won)").evaluate_all(read)
    assert chosen == won == [["double", "4px"]]
    assert len(lit) == 8
    assert {style for style, _ in lit} <= {"solid", "dashed"}


def test_edges_and_the_legend_are_seen(visit: Visit) -> None:
    """A cell that is not lit has an edge, and each swatch one as the cells that it stands for."""
    visit.page.emulate_media(forced_colors="active")
    page = visit.open(
        "explorer.html#conv-explorer?operation=max_pool&size=7&kernel_size=2&stride=3&padding=1&step=4"
    )
    read = """all => all.filter(one => one.checkVisibility()).map(one => getComputedStyle(one)).map(
        style => `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`)"""
    swatches = page.locator("conv-explorer .swatch").evaluate_all(read)
    cells = page.locator("conv-explorer .stage td").evaluate_all(read)
    assert not [one for one in [*swatches, *cells] if one.startswith("none")]
    assert len(set(swatches)) == 5  # framed, lit, padding, unread and won


def test_a_picture_keeps_its_shades(visit: Visit) -> None:
    """Its hues are those of any other display: a forced one would stand for every number."""
    page = visit.open("explorer.html#conv-explorer?size=28&input=digit&weight=sobel_x&step=all")
    page.locator("conv-explorer .picture").first.wait_for()
    read = "all => all.map(one => getComputedStyle(one).color + getComputedStyle(one).outlineColor)"
    plain = page.locator("conv-explorer .picture").evaluate_all(read)
    page.emulate_media(forced_colors="active")
    assert page.locator("conv-explorer .picture").evaluate_all(read) == plain


def test_shades_are_seen(visit: Visit) -> None:
    """They tell by colour alone, so theirs are kept, and so are those of scales."""
    visit.page.emulate_media(forced_colors="active")
    page = visit.open("explorer.html#conv-explorer?size=6&input=random-1&step=all&show=shades")
    ground = "all => new Set(all.map(one => getComputedStyle(one).backgroundColor)).size"
    assert page.locator("conv-explorer [data-part=framed] td").evaluate_all(ground) > 4
    scales = page.locator("conv-explorer .scale").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundImage)"
    )
    assert scales
    assert all("gradient" in scale for scale in scales)
