"""Nothing of a reader's work is lost: links, address, Back, undo; and nothing moves by itself."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from test_explorer_use import PLACES, cell
from visit import IDLE, PHONE, Visit

KEPT = "decodeURIComponent(location.hash).split('?')[1] ?? ''"


def said(page: Page) -> str:
    """Read the note."""
    return page.locator("conv-explorer .note").inner_text()


def kept(page: Page, text: str) -> None:
    """Wait until the address holds a text."""
    page.wait_for_function(f"text => ({KEPT}) === text", arg=text)


def move(page: Page, name: str, value: int) -> None:
    """Move a slider of the settings."""
    page.locator(f"conv-explorer input[name='{name}.0']").fill(str(value))


def test_the_address_follows_and_a_reload_finds_it(visit: Visit) -> None:
    """Settings, step and chosen cell are in the address, which adds nothing to the history."""
    page = visit.open("explorer.html")
    before = page.evaluate("history.length")
    move(page, "size", 6)
    kept(page, "size=6")
    page.get_by_role("button", name="Step", exact=True).click()
    kept(page, "size=6&step=2")
    cell(page, "kernel", 1, 2).click()
    kept(page, "size=6&step=2&cell=weight,0,0,1,2")
    assert page.evaluate("history.length") == before
    page.reload()
    assert page.locator("conv-explorer .steps").inner_text() == "step 2 of 16"
    assert cell(page, "kernel", 1, 2).get_attribute("aria-selected") == "true"
    assert visit.faults == []


def test_a_passing_pointer_is_not_kept(visit: Visit) -> None:
    """Who only points leaves the address alone, and finds the step's window again."""
    page = visit.open("explorer.html")
    sum_ = page.locator("conv-explorer .sum")
    first = sum_.inner_text()
    cell(page, "framed", 4, 4).hover()
    assert sum_.inner_text() != first
    page.locator("h1").hover()
    assert sum_.inner_text() == first
    page.wait_for_timeout(500)
    assert page.evaluate(KEPT) == ""


def test_a_link_works_again_and_back_leads_back(visit: Visit) -> None:
    """A second click on a link brings its state again; Back from the first the page's own."""
    page = visit.open("explorer.html")
    page.evaluate(
        """document.querySelector("h1").innerHTML =
        '<a href="#conv-explorer?size=7">seven</a> <a href="#what-it-shows">other</a>'"""
    )
    size = page.locator("conv-explorer input[name='size.0']")
    page.locator("h1 a").first.click()
    expect(size).to_have_value("7")  # a moment after the address, whose event comes later
    move(page, "size", 9)
    kept(page, "size=9")
    page.locator("h1 a").first.click()
    expect(size).to_have_value("7")
    page.evaluate("addEventListener('hashchange', event => { window.led = event.newURL; })")
    page.locator("h1 a").last.click()  # to another place of the page: nothing is lost
    page.wait_for_function("() => window.led?.endsWith('#what-it-shows')")
    kept(page, "size=7")
    assert size.input_value() == "7"
    page.reload()
    expect(size).to_have_value("7")
    for _ in range(3):
        page.go_back()
    expect(size).to_have_value("5")
    page.wait_for_timeout(500)  # nor does it get an address later
    assert page.evaluate("location.hash") == ""
    assert visit.faults == []


def test_a_reload_or_a_link_finds_what_was_done_a_moment_before(visit: Visit) -> None:
    """What is done is in the address at once, and what follows quickly soon: no wait loses it."""
    page = visit.open("explorer.html#conv-explorer?size=7")
    link = "document.body.append(Object.assign(document.createElement('a'), {href: location.hash}))"
    page.evaluate(link)
    follow = "() => document.querySelector('body > a:last-child').click()"
    size = page.locator("conv-explorer input[name='size.0']")
    move(page, "size", 9)
    page.evaluate("() => new Promise(done => setTimeout(done, 10))")
    page.evaluate(follow)
    expect(size).to_have_value("7")
    for steps in (2, 3):  # one soon after the other: a moment later both are kept
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_function("text => location.hash.endsWith(text)", arg=f"step={steps}")
    page.wait_for_timeout(500)
    move(page, "size", 9)
    page.evaluate("() => new Promise(done => setTimeout(done, 10))")
    page.reload()
    expect(size).to_have_value("9")
    assert visit.faults == []


def test_what_was_done_can_be_undone(visit: Visit) -> None:
    """Every change is one step back, a whole slide too; Start over is one as well."""
    page = visit.open("explorer.html#conv-explorer?size=6")
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    assert undo.is_disabled()
    assert redo.is_disabled()
    slider = page.locator("conv-explorer input[name='stride.0']")
    slider.evaluate(
        """(slider) => [2, 3, 4].forEach((value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input"));
        }) ?? slider.dispatchEvent(new Event("change"))"""
    )
    cell(page, "kernel", 0, 0).click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start over").click()
    kept(page, "")
    undo.click()
    assert cell(page, "kernel", 0, 0).inner_text() == "8"
    assert slider.input_value() == "4"
    page.keyboard.press("Control+z")
    assert cell(page, "kernel", 0, 0).inner_text() == "0"
    page.keyboard.press("Control+z")
    assert slider.input_value() == "1"
    assert undo.is_disabled()
    page.keyboard.press("Control+Shift+Z")
    assert slider.input_value() == "4"
    redo.click()
    assert cell(page, "kernel", 0, 0).inner_text() == "8"
    assert visit.faults == []


def test_a_long_ramp_can_be_edited_and_kept(visit: Visit) -> None:
    """Where a ramp goes beyond what can be typed, a link holds it all the same."""
    page = visit.open("explorer.html#conv-explorer?size=1,64&kernel_size=1,3&in_channels=4")
    page.wait_for_timeout(500)
    page.locator("conv-explorer").evaluate(
        """it => it.session.set({input: {shape: [1, 4, 1, 64],
            values: it.session.model.x.map((n, k) => k === 7 ? -5 : 2 * n)}})"""
    )
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    assert ",132" in link
    page.goto("about:blank")
    page.goto(link)
    assert said(page) == ""
    assert page.locator("conv-explorer [aria-label^=Link]").input_value() == link


MANGLED = {
    "size=6&amp;stride=2&amp;step=3": "size=6&stride=2&step=3",
    "size%3D6%26stride%3D2": "size=6&stride=2",
    "size=3D6&stride=3D2": "size=6&stride=2",
    "size=6&str%20ide=2": "size=6&stride=2",
    "size=6&stri=%0Ade=2": "size=6&stride=2",
    "size=6&stride=2).": "size=6&stride=2",
    "size=6&stride=2,%C2%BB": "size=6&stride=2",
    "size=8&then=convT+1+1+k2+s2,%0Arelu": "size=8&then=convT+1+1+k2+s2,relu",
    "size=6&&stride=2&": "size=6&stride=2",
    "size=6;stride=2;": "size=6&stride=2",
    "size=6&amp;amp;stride=2": "size=6&stride=2",
    "size=6&stride=2%E2%80%BA": "size=6&stride=2",
    "size=6&stride=2%3E": "size=6&stride=2",
    "bias=%E2%88%921": "bias=-1",
}


@pytest.mark.parametrize("mangled", MANGLED)
def test_a_mangled_link_is_read(visit: Visit, mangled: str) -> None:
    """What a mail program does to a link does no harm where its meaning is plain."""
    page = visit.open(f"explorer.html#conv-explorer?{mangled}")
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    assert link.split("?")[1] == MANGLED[mangled]
    assert said(page) == ""


SAME = "size=40&kernel_size=5,1&dilation=8&padding=same"  # 16 above and below, none beside


def test_padding_that_only_same_may_have_goes_with_it(visit: Visit) -> None:
    """The padding of 'same' goes beyond the slider's end: without it nothing else may."""
    page = visit.open("explorer.html")
    ask_for = "text => document.querySelector('conv-explorer').setAttribute('state', text)"
    link = page.locator("conv-explorer [aria-label^=Link]")
    sides = [page.locator(f"conv-explorer input[name='padding.{k}']") for k in range(4)]
    same = page.locator("conv-explorer input[name=same]")
    shown = "sides => sides.map(side => side.value)"
    all_sides = page.locator("conv-explorer input[name^='padding.']")
    page.evaluate(ask_for, SAME)
    assert all_sides.evaluate_all(shown) == ["16", "16", "0", "0"]
    assert sides[2].is_disabled()  # to move it would leave 16 above
    assert page.get_by_text("padding goes up to 8, not 16").first.is_visible()
    page.get_by_label("Operation").select_option("conv_transpose")
    assert said(page) == "Had to be set back: padding, same."
    assert all_sides.evaluate_all(shown) == ["0"] * 4
    transposed = link.input_value()
    page.evaluate(ask_for, "")
    page.evaluate(ask_for, SAME)
    same.uncheck()
    assert all_sides.evaluate_all(shown) == ["0"] * 4
    for address in (transposed, link.input_value()):
        other = visit.page.context.new_page()
        other.goto(address)
        assert said(other) == ""
        assert other.locator("conv-explorer [aria-label^=Link]").input_value() == address
        other.close()
    assert visit.faults == []


def test_a_number_being_written_gives_way_to_what_comes_meanwhile(visit: Visit) -> None:
    """A picture that comes late, or Back, shows its own numbers: what was typed is given up."""
    text = "size=3&kernel_size=1&input=1,{},3,4,5,6,7,8,9"
    page = visit.open("explorer.html#conv-explorer?" + text.format(2))
    one = cell(page, "framed", 0, 1)
    one.click()
    one.click()
    page.keyboard.type("73")
    page.evaluate("text => { location.hash = `conv-explorer?${text}`; }", text.format(34))
    one.filter(has_text="34").wait_for()
    assert page.locator("conv-explorer input[name=cell]").count() == 0
    assert one.inner_text() == "34"
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    assert link.endswith("?" + text.format(34))
    assert visit.faults == []


def test_what_is_typed_is_kept_or_it_is_said(visit: Visit) -> None:
    """A number that cannot be held is told with what it became; what is no number stays there."""
    page = visit.open("explorer.html")
    one, note = cell(page, "framed", 0, 1), page.locator("conv-explorer .note")
    field = page.locator("conv-explorer input[name=cell]")
    one.click()
    for typed, kept_as, words in [
        ("250", "99", "Not 250: 99 is nearest."),
        ("-100", "\N{MINUS SIGN}99", "Not -100: -99 is nearest."),
        ("0.123456", "0.12", "Not 0.123456: 0.1235 is nearest."),
        ("0.1235", "0.12", ""),
        ("1/3", "0.33", ""),
        ("7", "7", ""),
    ]:
        page.keyboard.press("F2")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(one).to_have_text(kept_as)
        expect(note).to_have_text(words)
    page.keyboard.press("F2")
    page.keyboard.type("2,500")
    page.keyboard.press("Enter")
    expect(note).to_have_text("2,500 is no number.")
    expect(field).to_have_value("2,500")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(one).to_have_text("7")
    expect(field).to_have_count(0)
    assert visit.faults == []


REFUSED = {
    "size=6&stride=0": "stride cannot be 0",
    "size=6&sise=2": "sise is no setting",
    "size=6&stride": "stride gives stride no value",
    "size=6&size=7": "size is given twice",
    "size=2": "the kernel spans 3, the padded height is 2",
    "step=10": "there is no step 10",
    "cell=output,0,3,0": "there is no cell output,0,3,0",
    "cell=weight,0,0,3,1": "there is no cell weight,0,0,3,1",
    "input=1,2": "input has 2 numbers, not 25",
    "operation=max_pool&out_channels=2": "pooling has as many channels out as in, not 2",
}


@pytest.mark.parametrize("text", REFUSED)
def test_the_note_names_the_part(visit: Visit, text: str) -> None:
    """What cannot be read is told with its part, and the page's own state is there instead."""
    page = visit.open(f"explorer.html#conv-explorer?{text}")
    assert said(page) == f"The link cannot be read: {REFUSED[text]}. Here is the page's own state."
    assert page.locator("conv-explorer input[name='size.0']").input_value() == "5"


def test_a_page_that_gives_no_state_is_told(visit: Visit) -> None:
    """An author finds what is wrong with the attribute in the note and in the console."""
    page = visit.open("explorer.html")
    page.evaluate(
        "document.querySelector('conv-explorer').setAttribute('state', 'size=7|stride=2')"
    )
    assert said(page).startswith("The page's state cannot be read: size=7|stride=2 gives")
    assert any("conv-explorer" in fault for fault in visit.faults)


def grab(page: Page, start: Locator, end: Locator) -> None:
    """Drag from the middle of one cell to that of another, once they have come to rest."""
    start.hover()
    page.mouse.down()
    box = end.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()


@pytest.mark.parametrize(
    ("state", "part", "start", "end", "step"),
    [
        ("", "framed", (1, 1), (3, 3), 9),
        ("size=7&stride=2&padding=1", "framed", (0, 2), (4, 6), 11),
        ("size=4&in_channels=2&out_channels=2&step=5", "framed", (1, 1), (2, 2), 8),
        ("operation=max_pool&size=6&kernel_size=2&stride=2", "framed", (0, 0), (5, 5), 9),
        ("operation=conv_transpose&size=3&stride=2", "output", (1, 1), (3, 5), 6),
    ],
)
def test_the_window_is_dragged(
    visit: Visit, state: str, part: str, start: tuple, end: tuple, step: int
) -> None:
    """The kernel, or a stamp, follows the pointer as its steps allow, and time goes along."""
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    page.set_viewport_size({"width": 1280, "height": 1600})
    grab(page, cell(page, part, *start), cell(page, part, *end))
    assert page.locator("conv-explorer .steps").inner_text().startswith(f"step {step} of")
    assert "framed" in cell(page, part, *end).get_attribute("class")
    assert page.locator("conv-explorer td.pinned").count() == 0  # what ends a drag is no click
    assert visit.faults == []


def tapped(one: Locator) -> None:
    """Tap a cell where there is a finger, else click it."""
    one.tap() if one.evaluate("() => matchMedia('(pointer: coarse)').matches") else one.click()


@pytest.mark.parametrize("device", [{"viewport": {"width": 1366, "height": 768}}, PHONE])
@pytest.mark.parametrize(
    ("state", "part", "other", "start", "end", "step"),
    [
        ("", "framed", ("framed", 3, 3), (1, 1), (2, 2), 5),
        ("size=6&stride=2&step=2", "framed", ("kernel", 1, 1), (1, 3), (3, 3), 4),
        ("operation=conv_transpose&size=2&stride=2", "output", ("output", 4, 4), (1, 1), (3, 3), 4),
    ],
)
def test_the_window_stays_when_something_else_is_chosen(
    browser: Browser, address: str, device: dict, state: str, part: str, other: tuple,
    start: tuple, end: tuple, step: int,
) -> None:  # fmt: skip
    """A click on a cell lights what belongs to it and leaves the frame, which can be dragged."""
    context = browser.new_context(**device)
    visit = Visit(context.new_page(), address)
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    framed = page.locator(f"conv-explorer [data-part={part}] td.framed")
    before = framed.count()
    assert before == 9
    for _ in range(2):
        tapped(cell(page, *other))
        assert cell(page, *other).get_attribute("aria-selected") == "true"
        assert framed.count() == before
        grab(page, cell(page, part, *start), cell(page, part, *end))
        assert page.locator("conv-explorer .steps").inner_text().startswith(f"step {step} of")
        start = end
    assert framed.count() == before
    assert visit.faults == []
    context.close()


@pytest.mark.parametrize("way", ["Escape", "beside"])
def test_the_step_is_found_again(visit: Visit, way: str) -> None:
    """Escape, or a click beside all cells, leads from any cell back to what the step did."""
    page = visit.open("explorer.html#conv-explorer?size=6&step=3")
    readout = page.locator("conv-explorer .readout")
    first = readout.inner_text()
    cell(page, "framed", 5, 5).click()
    assert readout.inner_text() != first
    kept(page, "size=6&step=3&cell=input,0,5,5")
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.locator("conv-explorer figcaption").first.click()
    assert readout.inner_text() == first
    kept(page, "size=6&step=3")
    assert page.locator("conv-explorer td.pinned").count() == 0
    assert visit.faults == []


def test_a_presenter_needs_three_keys(visit: Visit) -> None:
    """Arrows, or a clicker's keys, step; the space bar plays and pauses; speed is a choice."""
    page = visit.open("explorer.html")
    page.locator("conv-explorer .legend:not(.scales)").click()
    steps = page.locator("conv-explorer .steps")
    for key, shown in [
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("ArrowLeft", 2),
        ("End", 9),
        ("Home", 0),
    ]:
        page.keyboard.press(key)
        assert steps.inner_text() == f"step {shown} of 9"
    page.get_by_label("Speed").select_option("4")
    page.locator("conv-explorer .legend:not(.scales)").click()
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => document.querySelector('conv-explorer').shadowRoot"
        ".querySelector('.steps').textContent === 'step 9 of 9'",
        timeout=5000,  # at the speed of 1 it would take longer
    )
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("() => document.fullscreenElement?.localName === 'conv-explorer'")
    page.keyboard.press("ArrowLeft")
    assert steps.inner_text() == "step 8 of 9"
    assert visit.faults == []


@pytest.mark.parametrize("name", ["Play", "Step", "Settings"])
def test_arrows_go_on_after_a_click(visit: Visit, name: str) -> None:
    """What was clicked before takes the space bar, and no arrow, nor Home and End."""
    page = visit.open("explorer.html#conv-explorer?step=4")
    page.emulate_media(reduced_motion="no-preference")
    clicked = page.locator("conv-explorer :is(button, summary)").filter(has_text=name).or_(
        page.get_by_role("button", name=name, exact=True)).first  # fmt: skip
    clicked.click()
    if name == "Play":
        clicked.click()
    steps = page.locator("conv-explorer .steps")
    for key, shown in [("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)]:
        page.keyboard.press(key)
        assert steps.inner_text() == f"step {shown} of 9"
    folded = page.locator("conv-explorer details").first
    was = folded.get_attribute("open")
    page.locator("conv-explorer summary").first.focus()
    page.keyboard.press("Space")
    assert folded.get_attribute("open") != was
    assert page.get_by_role("button", name="Play").is_visible()
    assert visit.faults == []


SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""


@pytest.mark.parametrize("path", PLACES)
def test_nothing_shifts_while_a_page_loads(browser: Browser, address: str, path: str) -> None:
    """The explorer stands where it stays, on a phone, a tablet and a screen."""
    for width in (390, 820, 1280):
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = Visit(context.new_page(), address).open(path)
        page.locator("conv-explorer").first.scroll_into_view_if_needed()
        assert page.evaluate(SHIFT) < 0.02, width  # all of them, since the page began
        context.close()


BOXES = """all => all.filter(e => e.checkVisibility())
    .map(e => e.getBoundingClientRect().toJSON())"""
USUAL = [
    "size=8&in_channels=3&padding=1",
    "size=8&in_channels=3&out_channels=3",
    "size=8&kernel_size=5&padding=same",
    "operation=max_pool&size=8&in_channels=3&kernel_size=2&stride=2",
    "operation=conv_transpose&size=4&stride=2",
]
TALL = [  # which have room, but not beside the settings, or for one reading at a time
    "size=8&in_channels=3&out_channels=2&padding=1",
    "size=8&in_channels=3&out_channels=3&padding=1",
    "size=8&kernel_size=5&padding=2&in_channels=3",
    "operation=conv_transpose&size=8&stride=2",
    "operation=conv_transpose&size=4&stride=2&in_channels=3&out_channels=3",
]


LED = [  # two lessons, of which scripts make one shorter above the explorer, and one longer
    "explorer.html",
    "pages/examples/convolution/plot_flip.html",
    "pages/examples/pooling_and_rectification/plot_pooling.html",
]


@pytest.mark.parametrize(("device", "above"), [({}, 0), (PHONE, 64)])
@pytest.mark.parametrize("path", LED)
def test_a_link_leads_to_its_explorer(
    browser: Browser, address: str, path: str, device: dict, above: int
) -> None:
    """Wherever it stands, and whatever moves above it; also where the page is there already."""
    context = browser.new_context(**device)
    visit = Visit(context.new_page(), address)
    page = visit.open(f"{path}#conv-explorer?size=6&step=3")
    place = "() => document.querySelector('conv-explorer').getBoundingClientRect().top"
    page.evaluate(IDLE)
    assert page.evaluate(place) == pytest.approx(above, abs=1)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    page.evaluate("location.hash = 'conv-explorer?size=6&step=4'")
    page.wait_for_function(f"above => Math.abs(({place})() - above) < 1", arg=above)
    assert page.locator("conv-explorer .steps").inner_text() == "step 4 of 16"
    assert visit.faults == []
    context.close()


@pytest.mark.parametrize("state", USUAL + TALL)
def test_a_usual_state_is_on_one_screen(visit: Visit, state: str) -> None:
    """At 1366 x 768, grids, player and sum are seen together, beside all that can be set."""
    page = visit.page
    page.set_viewport_size({"width": 1366, "height": 768})
    visit.open(f"explorer.html#conv-explorer?{state}")  # which leads to it
    root = page.locator("conv-explorer section")
    page.evaluate(IDLE)  # cells are made to fit in the frame after the state
    settings = root.locator(".table > details")
    assert (settings.get_attribute("open") is None) == (state in TALL)
    for part in (".stage table", ".settings input", ".player", ".sum"):
        for box in root.locator(part).evaluate_all(BOXES):
            assert box["top"] >= 0, part
            assert box["bottom"] <= 768, part
    dock = root.locator(".dock").bounding_box()["y"]
    lowest = max(box["bottom"] for box in root.locator(".stage table").evaluate_all(BOXES))
    assert lowest <= dock + 1  # nothing lies over the grids


def test_one_reading_is_open_where_two_have_no_room(visit: Visit) -> None:
    """The other is a click away and stays open at other settings; both are where they have room."""
    page = visit.page
    page.set_viewport_size({"width": 1366, "height": 768})
    visit.open("explorer.html#conv-explorer?operation=conv_transpose&size=8&stride=2")
    readings = page.locator("conv-explorer .stage details")
    are = "all => all.map(reading => reading.open)"
    assert readings.evaluate_all(are) == [True, False]
    readings.last.locator("summary").click()
    expect(readings.first).not_to_have_attribute("open", "")
    page.locator("conv-explorer .table > details > summary").click()
    move(page, "size", 7)
    assert readings.evaluate_all(are) == [False, True]
    move(page, "size", 3)
    assert readings.evaluate_all(are) == [True, True]
    assert page.locator("conv-explorer .table > details").get_attribute("open") == ""
    move(page, "size", 8)
    assert page.locator("conv-explorer .table > details").get_attribute("open") == ""  # in use
    assert visit.faults == []


def test_a_full_screen_has_larger_cells(visit: Visit) -> None:
    """They grow with the screen, and are again what they were when it is left."""
    page = visit.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    visit.open("explorer.html")
    one = cell(page, "framed", 0, 0)
    before = one.bounding_box()["height"]
    page.get_by_role("button", name="Full screen").click()
    root = "document.querySelector('conv-explorer').shadowRoot"
    wide = f"() => {root}.querySelector('td').offsetWidth"
    page.wait_for_function(f"least => ({wide})() > least", arg=2 * before)
    assert page.locator("conv-explorer .scroll").evaluate_all(
        "all => Math.max(...all.map(e => e.scrollWidth - e.clientWidth))") == 0  # fmt: skip
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function(f"height => ({wide})() === height", arg=before)
    assert visit.faults == []


@pytest.mark.parametrize(
    ("width", "height", "position"), [(683, 384, "static"), (390, 844, "sticky")]
)
def test_a_low_window_is_for_the_grids(
    visit: Visit, width: int, height: int, position: str
) -> None:
    """At twice the size, player and sum scroll along; on a phone they stay in sight."""
    visit.page.set_viewport_size({"width": width, "height": height})
    page = visit.open("explorer.html")
    dock = page.locator("conv-explorer .dock")
    assert dock.evaluate("dock => getComputedStyle(dock).position") == position


def test_on_a_phone_the_sum_stays_beside_the_cell(browser: Browser, address: str) -> None:
    """Where a cell is tapped, its sentence and sum are in sight."""
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = Visit(context.new_page(), address).open(
        "explorer.html#conv-explorer?size=8&in_channels=3&padding=1&step=all"
    )
    target = cell(page, "framed", 1, 1)
    target.evaluate("cell => cell.scrollIntoView({block: 'center', behavior: 'instant'})")
    target.tap()
    for part in (".readout", ".sum"):
        box = page.locator(f"conv-explorer {part}").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844 + 1
    assert page.locator("conv-explorer .readout").inner_text().startswith("Input, channel 0, row 0")
    context.close()
