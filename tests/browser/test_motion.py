"""The figure that moves: it waits, runs when asked, and can be led by keyboard and heard."""

import re
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page
from visit import Visit

from convdocs.plots.palette import OUTLINE

PATH = "pages/examples/why/plot_features.html"
STEPS = 10
SEEN = r"svg => svg.style.cssText.match(/--m\d+/g)?.length ?? 0"


@pytest.fixture
def figure(visit: Visit) -> Locator:
    """Open the page, without its clock, and give the figure."""
    visit.page.clock.install()
    found = visit.open(PATH).locator("figure.motion")
    assert found.count() == 1
    return found


def state(figure: Locator) -> tuple[int, str, int]:
    """Give the step, what is said of it, and how much of what moves it shows."""
    return (
        int(figure.get_by_role("slider").input_value()),
        figure.locator("output").inner_text(),
        figure.locator(".motion-player svg").evaluate(SEEN),
    )


def test_it_waits_at_its_first_step(figure: Locator, visit: Visit) -> None:
    """However long a reader looks, with one frame and one answer."""
    visit.page.clock.run_for(10_000)
    assert state(figure) == (0, "(224 + 191 + 202) / 3 = 205.7", 1 + 3)
    assert visit.faults == []


def test_play_advances_and_pause_stops(figure: Locator, visit: Visit) -> None:
    """A step a second; the button says what it does next."""
    figure.get_by_role("button", name="Play").click()
    visit.page.clock.run_for(3_000)
    assert state(figure)[::2] == (3, 1 + 3 * 4)
    figure.get_by_role("button", name="Pause").click()
    visit.page.clock.run_for(5_000)
    assert state(figure)[0] == 3
    assert figure.get_by_role("button", name="Play").is_visible()


def test_it_stops_at_its_end_and_begins_anew(figure: Locator, visit: Visit) -> None:
    """The last step stays; play leads to the first."""
    figure.get_by_role("button", name="Play").click()
    visit.page.clock.run_for(30_000)
    assert state(figure) == (STEPS - 1, "(84 + 56 + 39) / 3 = 59.7", 1 + 3 * STEPS)
    figure.get_by_role("button", name="Play").click()
    assert state(figure)[0] == 0


def test_buttons_go_a_step_and_not_past_the_ends(figure: Locator) -> None:
    """Back at the first step and next at the last do nothing."""
    back, following = (figure.get_by_role("button", name=name) for name in ("Back", "Next"))
    back.click()
    assert state(figure)[0] == 0
    following.click()
    following.click()
    back.click()
    assert state(figure)[0] == 1
    for _ in range(STEPS + 2):
        following.click()
    assert state(figure)[0] == STEPS - 1


def test_the_slider_is_led_by_the_keyboard(figure: Locator, visit: Visit) -> None:
    """Arrows go a step, Home and End to the ends; everything is reached by Tab, in order."""
    page: Page = visit.page
    figure.get_by_role("button", name="Back").focus()
    names = []
    for _ in range(5):
        names.append(
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
        page.keyboard.press("Tab")
    assert names == ["Back", "Play", "Next", "Step", "Save GIF"]
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    for key, step in (("ArrowRight", 1), ("End", STEPS - 1), ("ArrowLeft", STEPS - 2), ("Home", 0)):
        page.keyboard.press(key)
        assert state(figure)[0] == step


def test_what_is_shown_moves(figure: Locator, visit: Visit) -> None:
    """Two steps look different, and the same step looks the same again."""
    visit.page.set_viewport_size({"width": 1280, "height": 1600})
    # Nothing scrolls from here on: a picture scrolled by part of a pixel is another picture.
    figure.evaluate("figure => figure.scrollIntoView({ block: 'center', behavior: 'instant' })")
    picture = figure.locator(".motion-player svg")
    back, following = (figure.get_by_role("button", name=name) for name in ("Back", "Next"))
    pictures = []
    for button in (back, following, back):
        button.click()
        pictures.append(Image.open(BytesIO(picture.screenshot())).convert("L"))
    first, second, again = pictures
    assert ImageChops.difference(first, again).getextrema()[1] < 64  # of letters' soft edges
    assert ImageChops.difference(first, second).getextrema()[1] > 128


def test_it_is_named_and_tells_its_steps(figure: Locator, visit: Visit) -> None:
    """The drawing is described; a step that is asked for is announced, one that runs is not."""
    drawing = figure.get_by_role("img")
    assert drawing.count() == 1  # the stills are for paper
    assert len(drawing.get_attribute("aria-label").split()) > 20
    told = figure.locator("output")
    assert told.get_attribute("aria-live") in {None, "polite"}
    figure.get_by_role("button", name="Play").click()
    assert told.get_attribute("aria-live") == "off"
    figure.get_by_role("button", name="Pause").click()
    assert told.get_attribute("aria-live") == "polite"
    found = Axe().run(visit.page, context="figure.motion").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_nineteen_folded_figures_are_printed_unfolded(visit: Visit) -> None:
    """A fold for each case and its twin, one of them open; on paper each has up to four stills."""
    folds = visit.open("pages/examples/transposed/plot_published_cases.html").locator(".motions")
    figures = [fold.locator("figure.motion").count() for fold in folds.all()]
    assert figures == [2] * 7 + [1] * 5
    seen = [fold.locator(".motion-player").first.is_visible() for fold in folds.all()]
    assert seen == [n == 5 for n in range(12)]
    last = folds.last
    last.locator("summary").click()
    figure = last.locator("figure.motion")
    assert state(figure) == (0, "row 0, column 0: 3", 1)
    figure.get_by_role("button", name="Next").click()
    assert state(figure)[::2] == (1, 1)
    visit.page.emulate_media(media="print")
    stills = folds.first.locator(".motion-stills svg")
    assert [one.bounding_box() is not None for one in stills.all()] == [True] * 8
    assert visit.faults == []


def test_a_figure_is_saved_as_a_gif_of_all_its_steps(visit: Visit) -> None:
    """By its name on the page: what a step outlines, a second each, the last one longer."""
    page = visit.open("pages/examples/transposed/plot_published_cases.html")
    fold = page.locator(".motions").last
    fold.locator("summary").click()
    with page.expect_download() as download:
        fold.get_by_role("button", name="Save GIF").click()
    assert download.value.suggested_filename == "max-pooling.gif"
    gif = Image.open(BytesIO(download.value.path().read_bytes()))
    assert gif.n_frames == 9
    cell = gif.width / 9.5  # half a cell, 5 of the input, one between, 3 of the output, no kernel
    for step in range(9):
        gif.seek(step)
        assert gif.info["duration"] == (2_000 if step == 8 else 1_000)
        frame = gif.convert("RGB")
        assert frame.getpixel((1, 1)) == (255, 255, 255)  # white, whatever the page is on
        outlined = Image.eval(
            ImageChops.difference(frame, Image.new("RGB", gif.size, OUTLINE)).convert("L"),
            lambda far: 255 * (far < 24),
        )
        row, column = divmod(step, 3)
        for first, cells, wide in (0.5, 5, 3), (6.5, 3, 1):
            start, end = (int((first + n) * cell) for n in (-0.25, cells + 0.25))
            part = outlined.crop((start, 0, end, int(5.75 * cell)))
            left, top, right, bottom = part.getbbox()
            across = [round((n - 0.25 * cell) / cell) for n in (left, right)]
            down = [round((n - 0.5 * cell) / cell) for n in (top, bottom)]
            assert (across, down) == ([column, column + wide], [row, row + wide])
    assert visit.faults == []


def test_markers_and_lines_of_a_saved_figure_have_their_colours(figure: Locator) -> None:
    """Those that a style sheet of the site gives, and those that a marker has where it is used."""
    with figure.page.expect_download() as download:
        figure.get_by_role("button", name="Save GIF").click()
    gif = Image.open(BytesIO(download.value.path().read_bytes()))
    assert gif.n_frames == STEPS
    gif.seek(STEPS - 1)
    frame = gif.convert("RGB")
    markers = figure.locator("defs use").evaluate_all(
        """uses => uses.map((use) => [use.x.baseVal.value, use.y.baseVal.value,
            getComputedStyle(use).fill.match(/\\d+/g).map(Number)])"""
    )
    scale = gif.width / figure.locator("svg.shown").first.evaluate("s => s.viewBox.baseVal.width")
    coloured = [fill for *_, fill in markers if max(fill) - min(fill) > 60]
    assert len(coloured) == 12 + STEPS  # as many pixels, and as many means
    for x, y, fill in markers:
        if fill in coloured:
            drawn = frame.getpixel((round(x * scale), round(y * scale)))
            far = [max(abs(a - b) for a, b in zip(drawn, c, strict=True)) for c in coloured]
            assert min(far) < 8  # its own, or that of one that lies on it


@pytest.mark.parametrize("way", ["paper", "no script"])
def test_four_stills_stand_in_its_place(browser: Browser, address: str, way: str) -> None:
    """On paper and without JavaScript, each with its sentence, and no controls."""
    context = browser.new_context(java_script_enabled=way != "no script")
    page = Visit(context.new_page(), address).open(PATH)
    if way == "paper":
        page.emulate_media(media="print")
    stills = page.locator(".motion-stills svg")
    assert [stills.nth(n).is_visible() for n in range(stills.count())] == [True] * 4
    assert not page.locator(".motion-player").is_visible()
    said = page.locator(".motion-stills p").all_inner_texts()
    assert all(re.fullmatch(r"\(\d+ \+ \d+ \+ \d+\) / 3 = [\d.]+", text) for text in said)
    pictures = [stills.nth(n).screenshot() for n in range(4)]
    assert len(set(pictures)) == 4
    context.close()
