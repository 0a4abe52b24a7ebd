"""The explorer in readers' hands: keyboard, touch, links, screen readers, small screens."""

import gzip
import json
import random
import re
import string
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page
from visit import SITE, Visit, beyond, contrast

DOCS = SITE.parent / "docs"
SCRIPT = (SITE / "_static/explorer.js").read_text(encoding="utf-8")
STATE = "operation=conv_transpose&size=3&stride=2&in_channels=2"


def cell(page: Page, part: str, row: int, column: int, channel: int = 0):
    """Find a cell of a grid."""
    table = page.locator(f"conv-explorer [data-part={part}] table").nth(channel)
    return table.locator("tr").nth(row).locator("td").nth(column)


def unfold(page: Page) -> None:
    """Open all folds."""
    page.locator("conv-explorer details:not([open]) > summary").evaluate_all(
        "all => all.forEach(summary => summary.click())"
    )


def test_the_script_is_small() -> None:
    """What a page loads has at most 25 kB as servers compress it, its style included."""
    assert len(gzip.compress((SITE / "_static/explorer.js").read_bytes())) <= 25_000


def test_a_picture_becomes_the_input(visit: Visit, tmp_path: Path) -> None:
    """A reader's picture is read at the input's size, its colours as channels from 0 to 99."""
    page = visit.open("explorer.html#conv-explorer?size=2,3&kernel_size=1&in_channels=3")
    unfold(page)
    colours = [(0, 51, 255), (255, 0, 0), (10, 20, 30), (1, 2, 3), (128, 0, 77), (9, 99, 199)]
    picture = Image.new("RGB", (3, 2))
    picture.putdata(colours)
    picture.save(tmp_path / "mine.png")
    page.locator("conv-explorer input[type=file]").set_input_files(tmp_path / "mine.png")
    page.locator("conv-explorer option:checked", has_text="own numbers").wait_for(state="attached")
    shown = page.locator("conv-explorer [data-part=framed] td").all_inner_texts()
    assert shown == [str(round(c[k] * 99 / 255)) for k in range(3) for c in colours]
    (tmp_path / "no.png").write_text("no picture", encoding="utf-8")
    page.locator("conv-explorer input[type=file]").set_input_files(tmp_path / "no.png")
    page.get_by_text("no.png is no picture that this browser can draw.").wait_for()
    assert page.locator("conv-explorer [data-part=framed] td").all_inner_texts() == shown
    assert visit.faults == []


SHAPES = """<svg xmlns="http://www.w3.org/2000/svg" width="16" height="8">
<path fill="black" d="M0 0h16v8H0z"/><path fill="white" d="M0 0h4v8H0zM12 0h4v4h-4z"/></svg>"""


def test_a_picture_keeps_its_proportions(visit: Visit, tmp_path: Path) -> None:
    """Its middle fills the input, or the input takes its shape; at each size it is read again."""
    page = visit.open("explorer.html#conv-explorer?size=4&kernel_size=1")
    unfold(page)
    (tmp_path / "mine.svg").write_text(SHAPES, encoding="utf-8")
    page.locator("conv-explorer input[type=file]").set_input_files(tmp_path / "mine.svg")
    page.get_by_text("the input is its middle, 8 \N{MULTIPLICATION SIGN} 8 pixels").wait_for()

    def shown() -> list[list[int]]:
        rows = page.locator("conv-explorer [data-part=framed] tr").all()
        return [[int(n) for n in row.locator("td").all_inner_texts()] for row in rows]

    assert shown() == [[0] * 4] * 4  # what is white stands at the sides
    page.locator("conv-explorer input[name='size.0']").fill("2")
    assert shown() == [[0] * 2] * 2
    page.locator("conv-explorer input[name=tied]").uncheck()
    page.locator("conv-explorer input[name='size.1']").fill("4")
    assert shown() == [[99, 0, 0, 99], [99, 0, 0, 0]]
    page.locator("conv-explorer input[name='size.0']").fill("4")
    page.get_by_role("button", name="Whole picture").click()
    page.get_by_text("the input is all of it").wait_for()
    wide = [99] * 4 + [0] * 8
    assert shown() == [wide + [99] * 4] * 4 + [wide + [0] * 4] * 4
    assert visit.faults == []


def test_a_keyboard_is_enough(visit: Visit) -> None:
    """From the Tab key to a copied link: walk, edit, step and copy without a mouse."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("explorer.html")
    press = page.keyboard.press

    def focused(query: str) -> bool:
        return page.evaluate(
            "query => document.activeElement?.shadowRoot?.activeElement?.matches(query) ?? false",
            query,
        )

    def tab_to(query: str) -> None:
        for _ in range(120):
            if focused(query):
                return
            press("Tab")
        raise AssertionError(query)

    tab_to("input[name='stride.0']")
    press("ArrowRight")
    tab_to("[data-part=framed] td")
    press("Control+Home")
    press("ArrowDown")
    press("ArrowRight")
    readout = page.locator("conv-explorer .readout")
    assert readout.inner_text().startswith("Input, row 1, column 1: 3.")
    press("7")
    press("Enter")
    assert focused("[data-part=framed] td")
    assert readout.inner_text().startswith("Input, row 1, column 1: 7.")
    tab_to("[data-part=output] td")
    press("Control+End")
    assert readout.inner_text().startswith("Output, row 1, column 1")
    tab_to("[aria-label='To the end']")
    press("Space")
    assert cell(page, "output", 1, 1).inner_text()
    page.locator("conv-explorer [aria-label='Step back']").focus()
    press("Space")
    assert cell(page, "output", 1, 1).inner_text() == ""
    folds = page.locator("conv-explorer summary")
    folds.last.focus()
    press("Enter")
    tab_to("input + button")
    press("Enter")
    page.get_by_text("Copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "#conv-explorer?stride=2&input=0,1,2,3,4,2,7," in link
    other = visit.page.context.new_page()
    other.goto(link)
    assert cell(other, "framed", 1, 1).inner_text() == "7"
    assert other.locator("conv-explorer input[name='stride.0']").input_value() == "2"
    assert visit.faults == []


def test_pointing_lights_and_a_click_pins(visit: Visit) -> None:
    """A mouse lights what it points at, until a click keeps a cell and Escape lets it go."""
    page = visit.open("explorer.html#conv-explorer?step=all")
    chosen = page.locator("conv-explorer td[aria-selected]")
    cell(page, "output", 0, 0).hover()
    assert chosen.inner_text() == cell(page, "output", 0, 0).inner_text()
    assert page.locator("conv-explorer [data-part=framed] td.lit").count() == 9
    cell(page, "output", 2, 2).click()
    cell(page, "output", 0, 1).hover()
    assert chosen.inner_text() == cell(page, "output", 2, 2).inner_text()
    page.keyboard.press("Escape")
    cell(page, "output", 1, 1).hover()
    cell(page, "output", 0, 1).hover()
    assert chosen.inner_text() == cell(page, "output", 0, 1).inner_text()


def test_a_key_pins_as_a_click_does(visit: Visit) -> None:
    """Enter keeps an output, and a number that it leaves again: no pointer takes the choice."""
    page = visit.open("explorer.html#conv-explorer?step=all")
    for grid, place in (("output", (2, 2)), ("framed", (1, 1))):
        cell(page, grid, *place).focus()
        page.keyboard.press("Enter")
        if grid == "framed":
            page.keyboard.press("Enter")  # from the field that lies on it
        assert cell(page, grid, *place).evaluate("one => one.matches('.pinned')")
        cell(page, "output", 0, 1).hover()
        assert cell(page, grid, *place).get_attribute("aria-selected") == "true"
        page.keyboard.press("Escape")
        assert page.locator("conv-explorer td.pinned").count() == 0


@pytest.mark.parametrize("show", ["numbers", "shades", "both"])
def test_a_double_click_pins_and_a_pinned_cell_looks_it(visit: Visit, show: str) -> None:
    """Its double frame is seen on shades, too, where all that is lit has a frame."""
    page = visit.open(f"explorer.html#conv-explorer?step=all&show={show}")
    style = "e => getComputedStyle(e).outlineStyle"
    cell(page, "output", 0, 0).hover()
    assert cell(page, "output", 0, 0).evaluate(style) == "solid"
    cell(page, "output", 2, 2).dblclick()
    assert cell(page, "output", 2, 2).evaluate(style) == "double"
    cell(page, "output", 0, 1).hover()
    assert cell(page, "output", 2, 2).get_attribute("aria-selected") == "true"
    cell(page, "output", 2, 2).click()
    assert cell(page, "output", 2, 2).evaluate(style) != "double"


def test_a_finger_is_enough(browser: Browser, address: str) -> None:
    """A tap lights a cell, the next one changes its number where it stands."""
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 740})
    visit = Visit(context.new_page(), address)
    page = visit.open("explorer.html")
    cell(page, "kernel", 0, 0).tap()
    assert page.locator("conv-explorer [data-part=framed] td.lit").count() == 9
    cell(page, "kernel", 0, 0).tap()
    field = cell(page, "kernel", 0, 0).locator("input")
    field.fill("-5")
    field.blur()
    assert cell(page, "kernel", 0, 0).inner_text() == "\N{MINUS SIGN}5"
    assert visit.faults == []
    context.close()


def test_scatter_and_gather_agree_after_every_step(visit: Visit) -> None:
    """While inputs arrive one by one, both outputs are the same, and end as the whole output."""
    page = visit.open(f"explorer.html#conv-explorer?{STATE}&step=all")
    read = """() => ["output", "gathered"].map(part => [...document.querySelector("conv-explorer")
        .shadowRoot.querySelectorAll(`[data-part=${part}] td`)].map(c => c.textContent).join())"""
    whole = page.evaluate(read)
    step = page.get_by_role("button", name="Step", exact=True)
    seen = set()
    for done in range(1, 19):
        step.click()
        assert page.locator("conv-explorer .steps").inner_text() == f"step {done} of 18"
        scattered, gathered = page.evaluate(read)
        assert scattered == gathered
        seen.add(scattered)
    assert page.evaluate(read) == whole
    assert len(seen) > 10


def test_the_matrix_leaves_alone_what_is_being_typed(visit: Visit) -> None:
    """A pointer that passes over it takes neither the choice nor the number."""
    visit.page.set_viewport_size({"width": 1280, "height": 1800})  # both are seen together
    page = visit.open("explorer.html")
    page.locator("conv-explorer summary", has_text="The matrix").click()
    matrix = page.locator("conv-explorer .matrix canvas").nth(1)
    cell(page, "framed", 1, 2).click()
    page.keyboard.press("9")
    box = matrix.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.move(box["x"] + 50, box["y"] + 40)
    page.locator("h1").click()  # leaving the cell keeps what was typed
    assert cell(page, "framed", 1, 2).inner_text() == "9"
    said = page.locator("conv-explorer .readout")
    assert said.inner_text().startswith("Input, row 1, column 2: 9.")
    page.mouse.click(box["x"] + 30, box["y"] + 30)  # the cell is pinned, and let go
    assert said.inner_text().startswith("Output")
    page.locator("conv-explorer [aria-label='Steps done']").fill("1")
    page.get_by_label("Speed").select_option("0.25")
    page.get_by_role("button", name="Play", exact=True).click()
    played = said.inner_text()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5)
    assert said.inner_text() == played  # and not what the pointer is on
    assert visit.faults == []


def test_time_and_choice_stay_where_they_are(visit: Visit) -> None:
    """An edit, and a setting that leaves them a place, keep the step and the chosen number."""
    page = visit.open("explorer.html")
    unfold(page)
    steps = page.locator("conv-explorer [aria-label='Steps done']")
    chosen = page.locator("conv-explorer .readout")
    steps.fill("3")
    cell(page, "framed", 1, 2).click()
    page.keyboard.press("9")
    page.keyboard.press("Enter")
    assert steps.input_value() == "3"
    page.mouse.move(0, 0)  # where no cell can come under the pointer
    page.locator("conv-explorer input[name='padding.0']").fill("2")
    assert steps.input_value() == "3"
    assert chosen.inner_text().startswith("Input, row 1, column 2: 9.")
    assert cell(page, "framed", 3, 4).get_attribute("aria-selected") == "true"
    page.locator("conv-explorer input[name='size.0']").fill("1")  # a frame of 5, and 9 outputs
    assert chosen.inner_text().startswith("Output, row 0, column 2")
    page.locator("conv-explorer input[name='padding.0']").fill("1")
    assert page.locator("conv-explorer .steps").inner_text() == "step 1 of 1"
    assert visit.faults == []


@pytest.mark.parametrize(
    ("opened", "back", "said"),
    [
        ("size=5", "3", "step 1 of 9"),  # a single step on the way is not the last of several
        ("size=6&step=3", "3", "step 3 of 16"),
        ("size=5&kernel_size=5", "3", "step 1 of 9"),
        ("size=5&step=all", "3", "step 9 of 9"),
        ("size=5&step=all", "2", "step 16 of 16"),
    ],
)
def test_fewer_steps_on_the_way_reveal_no_answer(
    visit: Visit, opened: str, back: str, said: str
) -> None:
    """A slider drawn to its end and back leaves as much done as before."""
    page = visit.open(f"explorer.html#conv-explorer?{opened}")
    unfold(page)
    size = page.locator("conv-explorer input[name='kernel_size.0']")
    for value in ("4", "5", back):
        size.fill(value)
    assert page.locator("conv-explorer .steps").inner_text() == said


def test_a_stuffed_zero_stamps_nothing(visit: Visit) -> None:
    """Only inputs have stamps: a zero between them is in no badge of an output."""
    visit.page.set_viewport_size({"width": 1280, "height": 1200})  # where both readings have room
    page = visit.open(f"explorer.html#conv-explorer?{STATE}&step=all")
    lit = page.locator("conv-explorer [data-part=output] td.lit")
    badges = "all => all.map(cell => cell.dataset.badge)"
    cell(page, "framed", 3, 3).click()
    assert set(lit.evaluate_all(badges)) == {""}
    cell(page, "framed", 4, 4).click()
    assert lit.evaluate_all(badges) == [f"+{3 * n}" for n in (0, 1, 2, 2, 3, 4, 4, 5, 6)]


def test_play_is_silent_and_what_follows_is_not(visit: Visit) -> None:
    """While it plays nothing is read out; afterwards a reader's own steps are."""
    page = visit.open("explorer.html")
    voice = page.locator("conv-explorer [role=status]")
    page.get_by_role("button", name="Play").click()
    assert voice.get_attribute("aria-live") == "off"
    page.get_by_role("button", name="Pause").click()
    assert voice.get_attribute("aria-live") == "polite"


def test_play_goes_on_and_stops(visit: Visit) -> None:
    """Play takes steps until it is paused; less motion, if asked for, takes it away."""
    page = visit.open("explorer.html")
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_function(
        "() => document.querySelector('conv-explorer').shadowRoot"
        ".querySelector('[aria-label=\"Steps done\"]').value == 2"
    )
    page.get_by_role("button", name="Pause").click()
    assert play.is_enabled()
    visit.page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert play.is_disabled()
    assert page.get_by_text("less motion was asked for").is_visible()


def test_the_time_slider_shows_what_is_done(visit: Visit) -> None:
    """Outputs past the slider's time are empty, those before it are not."""
    page = visit.open("explorer.html")
    page.locator("conv-explorer [aria-label='Steps done']").fill("4")
    texts = page.locator("conv-explorer [data-part=output] td").all_inner_texts()
    assert [bool(text) for text in texts] == [True] * 4 + [False] * 5


def test_a_control_says_why_it_stops(visit: Visit) -> None:
    """At its end a slider names the clash with its numbers; what an operation lacks is off."""
    page = visit.open("explorer.html#conv-explorer?kernel_size=5")
    slider = page.locator("conv-explorer input[name='kernel_size.0']")
    assert slider.get_attribute("max") == "5"
    assert page.get_by_text("the kernel spans 6, the padded height is 5").first.is_visible()
    assert page.locator("conv-explorer input[name=ceil_mode]").is_hidden()
    lacks = "cross-correlation has no output_padding, ceil_mode, count_include_pad in PyTorch"
    assert page.get_by_text(lacks).is_visible()


def test_groups_name_the_way_out(visit: Visit) -> None:
    """Where channels go up in steps of the groups, the reason says what would free them, whole."""
    page = visit.open("explorer.html#conv-explorer?in_channels=3&out_channels=3&groups=3")
    said = page.get_by_text("groups=3: steps of 3; groups=1 takes any").first
    assert said.is_visible()
    assert said.evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_padding_in_a_sum_can_be_read(visit: Visit, theme: str) -> None:
    """It is fainter than the rest, by no more than the guidelines' contrast of 4.5 to 1 allows."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open("explorer.html#conv-explorer?padding=1")
    told = page.locator("conv-explorer .sum .padded").first.evaluate(
        """span => {
        const { color, backgroundColor, opacity } = getComputedStyle(span);
        const ground = getComputedStyle(span.getRootNode().querySelector("section"));
        const read = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
        return [Number(opacity), read(color), read(backgroundColor), read(ground.backgroundColor)];
    }"""
    )
    opacity, *colours = told
    assert 0 < opacity < 1
    *two, ground = colours
    shown = [
        [opacity * c + (1 - opacity) * g for c, g in zip(colour, ground, strict=True)]
        for colour in two
    ]
    assert contrast(*shown) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", [
    "padding=1&stride=2", STATE, "operation=max_pool&padding=1", "size=28&input=digit&padding=1",
    "input=random-3&weight=sobel_x&bias=-1/3&show=both", "in_channels=2&show=shades",
])  # fmt: skip
def test_axe_finds_nothing(visit: Visit, state: str, theme: str) -> None:
    """Axe finds no fault at all in an explorer with all its folds open."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    unfold(page)
    page.wait_for_timeout(100)
    found = Axe().run(page, context="conv-explorer").response["violations"]
    assert [(fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found] == []


@pytest.mark.parametrize("width", [320, 640])
def test_a_small_screen_need_not_scroll_sideways(visit: Visit, width: int) -> None:
    """At 320 pixels, which 1280 are at 400%, only grids scroll, each by itself."""
    visit.page.set_viewport_size({"width": width, "height": 700})
    page = visit.open("explorer.html#conv-explorer?size=16&padding=8")
    unfold(page)
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond(page) == []


def test_no_number_is_cut(visit: Visit) -> None:
    """The widest numbers have room in their cells."""
    numbers = ",".join(["-99"] * 100)
    page = visit.open(
        f"explorer.html#conv-explorer?size=10&kernel_size=10&padding=2&input={numbers}&weight={numbers}"
    )
    cut = page.locator("conv-explorer td").evaluate_all(
        """all => all.filter(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect().width > cell.getBoundingClientRect().width;
        }).length"""
    )
    assert cut == 0


def test_the_table_of_settings_is_what_links_take(visit: Visit) -> None:
    """Every word of the table, every bound and every default can be asked for; more cannot."""
    table = json.loads((DOCS / "explorer/settings.json").read_text("utf-8"))
    good, bad = ["size=16&kernel_size=16", "kernel_size=1&size=16&padding=8"], ["same=true"]
    for name, rule in table["settings"].items():
        if "written" in rule:
            good.append(rule["written"])
            continue
        of = rule.get("of", ["cross_correlate"])
        operation = next(
            o for o, kind in table["operations"].items() if {o, kind["family"]} & {*of}
        )
        start = f"operation={operation}&" if name != "operation" else ""
        words = table["operations"] if name == "operation" else rule.get("choices", [])
        good += [f"{start}{name}={'random-7' if word == 'random' else word}" for word in words]
        bad.append(f"{start}{name}=other")
        for bound, step in zip(rule.get("bounds", []), (-1, 1), strict=False):
            bad.append(f"{start}{name}={bound + step}")
            if name in {"size", "stride", "in_channels", "out_channels"}:
                good.append(f"kernel_size=1&{start}{name}={bound}")
    page = visit.open("explorer.html")
    for text, (note, *_) in zip(good + bad, page.evaluate(FOLLOW, good + bad), strict=True):
        assert bool(note) == (text in bad), text


def tries(rng: random.Random) -> str:
    """Make a fragment that is nearly one, or not at all."""
    good = ["operation=avg_pool", "size=4,5", "padding=1,0,0,1", "input=random-3", "weight=ramp"]
    bad = [
        "size=1e9", "size=-1", "size=99999999999999999999", "kernel_size=NaN", "stride=0", "size=٣",
        "operation=constructor", "operation=__proto__", "__proto__=1", "same=true", "toString=1",
        "input=<img src=x onerror=alert(1)>", "padding_mode=%00", "ceil_mode=constructor", "&", "=",
        "input=" + "1," * 9000, "weight=random-0", "input=random-1e3", "%", "%E0%A4%A", "groups=3",
        "javascript:alert(1)", "<script>window.hacked=1</script>", "size=4,5,6", "input=random",
        "in_channels=2&in_channels=3", "'\"><svg onload=alert(1)>", "size=\u202e4",
        "input=alert(1)",
    ]  # fmt: skip
    parts = rng.choices(good, k=rng.randint(0, 3)) + rng.choices(bad, k=rng.randint(0, 2))
    rng.shuffle(parts)
    text = "&".join(parts)
    for _ in range(rng.choice([0, 0, 1, 3])):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(string.printable) + text[at + rng.randint(0, 2) :]
    return text


FOLLOW = """texts => {
    const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
    return texts.map(text => {
        history.replaceState(null, "", "#conv-explorer?" + text);
        window.dispatchEvent(new HashChangeEvent("hashchange", {newURL: location.href}));
        return [root.querySelector(".note").textContent,
            root.querySelector("[aria-label^=Link]").value.split("?")[1],
            root.querySelectorAll("img, script, svg, iframe").length,
            /NaN|undefined|null|alert/.test([...root.querySelectorAll("section :not(.note)")].map(
                e => e.childElementCount ? "" : e.textContent).join())];
    });
}"""


def test_no_fragment_does_harm(visit: Visit) -> None:
    """Of 2,000 fragments none runs a script or raises; of a bad one the note says what is wrong."""
    rng = random.Random(11)
    page = visit.open("explorer.html")
    page.on("dialog", lambda dialog: visit.faults.append(dialog.message))
    texts = [tries(rng) for _ in range(2000)]
    outcomes = page.evaluate(FOLLOW, texts)
    refused = 0
    for text, (note, state, elements, odd) in zip(texts, outcomes, strict=True):
        assert elements == 0, text
        assert not odd, text
        if note:
            refused += 1
            assert note.startswith("The link cannot be read: "), text
            assert state == "", text
        else:
            assert re.fullmatch(r"[a-z0-9_=&,-]*", state), text
    assert 1000 < refused < 2000
    assert page.evaluate("'hacked' in window") is False
    assert visit.faults == []


def test_it_defines_no_global_name(visit: Visit) -> None:
    """The script leaves nothing behind but the element."""
    page = visit.open("genindex.html")
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page.evaluate("document.body.append(document.createElement('conv-explorer'))")
    page.add_script_tag(url="_static/explorer.js")
    page.locator("conv-explorer section").wait_for()
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - before <= {"0"}


LOADS = {
    "as it is": '<script src="explorer.js" defer></script>',
    "twice": '<script src="explorer.js"></script><script src="explorer.js"></script>',
    "as a module's text": f'<script type="module">{SCRIPT}</script>',
    "in the page": f"<script>{SCRIPT}</script>",
}


@pytest.mark.parametrize("way", LOADS)
def test_the_scripts_and_one_tag_are_enough(visit: Visit, tmp_path: Path, way: str) -> None:
    """Two explorers work on a page of one's own, in any encoding, opened from a folder."""
    for path in (SITE / "_static").glob("explorer*.js"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "index.html").write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="latin1"><title>Mine</title><body>'
        '<conv-explorer state="size=4"></conv-explorer><conv-explorer compact></conv-explorer>'
        f"{LOADS[way]}</body></html>",
        encoding="utf-8",
    )
    visit.address = tmp_path.as_uri()
    page = visit.open("index.html")
    page.locator("conv-explorer section").last.wait_for()
    titles = page.locator("conv-explorer [data-part=framed] table").evaluate_all(
        "all => all.map(table => table.rows.length)"
    )
    assert titles == [4, 5]
    assert "5 \N{MULTIPLICATION SIGN} 5" in page.locator("conv-explorer section").last.inner_text()
    ids = page.evaluate(
        "[...document.querySelectorAll('conv-explorer')].flatMap(e => [e.id,"
        " ...[...e.shadowRoot.querySelectorAll('[id]')].map(i => i.id)])"
    )
    assert len(ids) == len(set(ids))
    page.locator("conv-explorer summary", has_text="The matrix").last.click()
    page.get_by_text(re.compile("M is 9 . 25")).wait_for()
    assert visit.faults == []


PLACES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if "<conv-explorer" in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def readers(browser: Browser, address: str) -> Iterator[list[Visit]]:
    """Open two windows for all pages: one in which no script runs, and one in which they do."""
    contexts = [browser.new_context(java_script_enabled=on) for on in (False, True)]
    yield [Visit(context.new_page(), address) for context in contexts]
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PLACES)
def test_without_javascript_there_is_a_picture(readers: list[Visit], path: str) -> None:
    """Where scripts do not run, tables of the same numbers stand still, and say so."""
    without, visit = readers
    still = without.open(path).locator("conv-explorer figure.still")
    assert "still picture" in still.inner_text()
    drawn = still.locator(".y td").all_inner_texts()
    page = visit.open(path)
    page.get_by_role("button", name="To the end").click()
    output = page.locator("conv-explorer [data-part=output]")
    if images := still.locator(".y img").all():  # too many numbers to read: pictures, in both
        files = [b64decode(one.get_attribute("src").partition(",")[2]) for one in images]
        sizes = [list(Image.open(BytesIO(file)).size) for file in files]
        canvases = output.locator(".pixels canvas.picture")
        assert canvases.evaluate_all("all => all.map((c) => [c.width, c.height])") == sizes
    else:
        assert output.locator("td").all_inner_texts() == drawn
    assert visit.faults == []


def test_it_stands_where_it_serves() -> None:
    """The pages that the sources and the contents name have one; only they load it."""
    pages = tomllib.loads((DOCS / "contents.toml").read_text("utf-8"))["page"]
    scripts = [page["script"] for page in pages if "explorer" in page]
    named = [f"pages/{s.removeprefix('docs/').removesuffix('.py')}" for s in scripts]
    placed = [path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.rst")
              if re.search(r"^\.\. explorer::", path.read_text("utf-8"), re.MULTILINE)]  # fmt: skip
    assert {"index", "explorer"} <= set(placed)
    assert sorted(f"{name}.html" for name in [*named, *placed, "embed"]) == PLACES
    for path in SITE.rglob("*.html"):
        loads = "explorer.js" in re.sub(r"<pre>.*?</pre>", "", path.read_text(encoding="utf-8"))
        name = path.relative_to(SITE).as_posix()
        assert loads == (name in PLACES) or name == "howto/use_the_explorer.html", name
