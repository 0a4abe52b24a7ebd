"""Outputs that a reader is asked for: hidden everywhere, and wrong answers explained."""

import re

import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from visit import Visit

X = [7, -3, 4, 9, 2, 5, 8, -6, 1, 3, 0, 6, -2, 7, 4, 9, 1, 5, -8, 2, 3, 6, 9, -4, 8]
W = [3, -1, 2, 4, 5, -2, 6, 1, 7]
NUMBERS = f"input={','.join(map(str, X))}&weight={','.join(map(str, W))}"
x = torch.tensor(X, dtype=torch.float64).reshape(1, 1, 5, 5)
w = torch.tensor(W, dtype=torch.float64).reshape(1, 1, 3, 3)
MINUS = "\N{MINUS SIGN}"


def start(visit: Visit, text: str) -> Page:
    """Open the explorer with an exercise."""
    page = visit.open(f"explorer.html#conv-explorer?{text}")
    page.locator("conv-explorer .predict").wait_for()
    return page


def cell(page: Page, row: int, column: int, part: str = "output", channel: int = 0) -> Locator:
    """Find a cell of a grid."""
    table = page.locator(f"conv-explorer [data-part={part}] table").nth(channel)
    return table.locator("tr").nth(row).locator("td").nth(column)


def answer(page: Page, number: float | str, row: int = 0, column: int = 0) -> str:
    """Type a number into an output, and give what is said about it."""
    cell(page, row, column).click()
    page.keyboard.type(f"{number:.10g}" if isinstance(number, float) else str(number))
    page.keyboard.press("Enter")
    return page.locator("conv-explorer .note").inner_text()


def at(y: torch.Tensor, row: int, column: int) -> float:
    """Give one number of an output."""
    return y[0, 0, row, column].item()


def conv(**settings: object) -> torch.Tensor:
    """Cross-correlate the numbers of these tests."""
    return F.conv2d(x, settings.pop("w", w), **settings)


PADDED = "padding=1&padding_mode=reflect"
MEAN = "operation=avg_pool&kernel_size=3&padding=1&stride=2&" + NUMBERS.partition("&")[0]
MAX = MEAN.replace("avg", "max")
POOL = {"kernel_size": 3, "padding": 1, "stride": 2}

# The state, the output that is answered, the mistake made with PyTorch, and what is said of it.
MISTAKES = {
    "turned": ("", (0, 1), lambda: conv(w=w.flip(-2, -1)), "with the kernel turned"),
    "not turned": ("operation=convolve", (0, 1), conv, "with the kernel not turned"),
    "turned stamp": ("operation=conv_transpose", (3, 3),
                     lambda: F.conv_transpose2d(x, w.flip(-2, -1)), "with the kernel turned"),
    "stride": ("stride=2", (1, 1), conv, "without the stride"),
    "dilation": ("dilation=2", (0, 0), conv, "without the dilation"),
    "padding": ("padding=1", (1, 1), conv, "without the padding"),
    "padding as zero": (PADDED, (0, 1), lambda: conv(padding=1), "with zeros in the padding"),
    "bias": ("bias=17", (1, 2), conv, "without the bias"),
    "a term": ("", (0, 0), lambda: conv() - 8 * 5, "without 8·5"),
    "a negative term": ("", (0, 0), lambda: conv() - -3 * -1, f"without ({MINUS}3)·({MINUS}1)"),
    "a term's sign": ("", (0, 0), lambda: conv() - 2 * 8 * 5, "with the wrong sign of 8·5"),
    "the sign": ("", (0, 0), lambda: -conv(), "with the other sign"),
    "all signs": ("", (0, 0), lambda: F.conv2d(x.abs(), w.abs()), "without any minus signs"),
    "mean for largest": (MAX, (1, 1), lambda: F.avg_pool2d(x, **POOL),
                         "with the mean of the window, not its largest"),
    "another of the window": (MAX, (1, 1), lambda: x[:, :, 1:, 1:],
                              "with another number of the window, not its largest"),
    "largest for mean": (MEAN, (1, 1), lambda: F.max_pool2d(x, **POOL),
                         "with the largest of the window, not its mean"),
    "undivided": (MEAN, (1, 1), lambda: F.avg_pool2d(x, **POOL, divisor_override=1),
                  "without the division by 9"),
    "divided by another": (MEAN, (1, 1), lambda: F.avg_pool2d(x, **POOL, divisor_override=8),
                           "with a division by 8, not by 9"),
    "padding not counted": (MEAN, (0, 0),
                            lambda: F.avg_pool2d(x, **POOL, count_include_pad=False),
                            "with the padding not counted in the divisor"),
    "padding counted": (MEAN + "&count_include_pad=false", (0, 0),
                        lambda: F.avg_pool2d(x, **POOL),
                        "with the padding counted in the divisor"),
    "something else": ("", (0, 0), lambda: conv() + 1000.5, "It is 1000.5 too large."),
    "something less": ("", (0, 0), lambda: conv() - 1000, "It is 1000 too small."),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_known_by_what_it_gives(visit: Visit, name: str) -> None:
    """Who makes it is told so, and that the number is wrong; it stays asked for."""
    state, place, mistake, words = MISTAKES[name]
    numbers = "" if "pool" in state else f"&{NUMBERS}"
    page = start(visit, f"{state}{numbers}&ask=output".lstrip("&"))
    number = at(mistake(), *place)
    said = answer(page, number, *place)
    assert " is wrong. " in said
    assert words in said
    assert cell(page, *place).inner_text() == "?"
    assert visit.faults == []


def test_a_forgotten_channel_is_named(visit: Visit) -> None:
    """The sum without one of the input's channels is known, too."""
    page = start(visit, "size=4&in_channels=2&input=random-3&weight=random-4&ask=output")
    framed = [page.locator("conv-explorer [data-part=framed] table").nth(k) for k in (0, 1)]
    kernels = [page.locator("conv-explorer [data-part=kernel] table").nth(k) for k in (0, 1)]

    def read(tables: list[Locator], size: int) -> torch.Tensor:
        texts = [t for table in tables for t in table.locator("td").all_inner_texts()]
        found = torch.tensor([float(t.replace(MINUS, "-")) for t in texts], dtype=torch.float64)
        return found.reshape(1, 2, size, size)

    first = F.conv2d(read(framed, 4)[:, :1], read(kernels, 3)[:, :1])
    assert "without input channel 1." in answer(page, at(first, 1, 0), 1, 0)


@pytest.mark.parametrize(
    ("state", "right"),
    [
        (NUMBERS, conv),
        (f"{NUMBERS}&stride=2&padding=1&operation=convolve",
         lambda: F.conv2d(x, w.flip(-2, -1), stride=2, padding=1)),
        (f"{NUMBERS}&operation=conv_transpose&stride=2",
         lambda: F.conv_transpose2d(x, w, stride=2)),
        (MEAN, lambda: F.avg_pool2d(x, **POOL)),
        (MAX, lambda: F.max_pool2d(x, **POOL)),
    ],
    ids=["cross_correlate", "convolve", "conv_transpose", "avg_pool", "max_pool"],
)  # fmt: skip
def test_right_answers_are_told_so_and_counted(visit: Visit, state: str, right) -> None:
    """Each shows its number and its sum; the last one ends with the score."""
    page = start(visit, f"{state}&ask=1,3,4")
    y = right()
    score = page.locator("conv-explorer .predict .steps")
    width = y.shape[3]
    for done, k in enumerate((0, 2, 3), 1):
        row, column = divmod(k, width)
        assert cell(page, row, column).inner_text() == "?"
        assert answer(page, at(y, row, column), row, column).startswith("Right.")
        assert score.inner_text() == f"{done} of 3 right"
        assert cell(page, row, column).inner_text() != "?"
        cell(page, row, column).click()
        assert "?" not in page.locator("conv-explorer .sum").inner_text()
    assert "That was the last: 3 of 3 right." in page.locator("conv-explorer .note").inner_text()
    assert page.locator("conv-explorer td", has_text="?").count() == 0
    assert visit.faults == []


def test_an_answer_may_be_a_fraction_or_rounded(visit: Visit) -> None:
    """Who writes a third as 1/3 or as its two decimals is right."""
    page = start(
        visit, "operation=avg_pool&size=3&kernel_size=1,3&input=1,0,0,1,1,0,0,0,2&ask=output"
    )
    assert answer(page, "1/3", 0, 0).startswith("Right.")
    assert answer(page, "0.67", 1, 0).startswith("Right.")
    assert answer(page, "0.6", 2, 0).startswith("0.6 is wrong.")
    assert answer(page, "zz", 2, 0) == "zz is no number."


SPY = """
window.written = [];
const old = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    window.written.push(String(text));
    return old.call(this, text, ...rest);
};"""
EVERYTHING = """() => {
    const found = [...window.written, location.href];
    const walk = (node) => {
        if (node.nodeType === 3) found.push(node.data);
        for (const { value } of node.attributes ?? []) found.push(value);
        if (typeof node.value === "string") found.push(node.value);
        if (node.shadowRoot) walk(node.shadowRoot);
        node.childNodes.forEach(walk);
    };
    walk(document.querySelector("conv-explorer").shadowRoot);
    return found;
}"""
LARGE = [60 + 7 * k % 37 for k in range(16)]  # so that no output is like another number
TALL = [31, -17, 23, 5, 41, -7, 13, 29, 11]


@pytest.mark.parametrize("operation", ["convolve", "conv_transpose", "avg_pool", "max_pool"])
def test_nothing_tells_what_is_asked_for(visit: Visit, operation: str) -> None:
    """No text, attribute, field, drawing or address holds a hidden number, wherever one looks."""
    visit.page.add_init_script(SPY)
    image = torch.tensor(LARGE, dtype=torch.float64).reshape(1, 1, 4, 4)
    kernel = torch.tensor(TALL, dtype=torch.float64).reshape(1, 1, 3, 3)
    given = f"operation={operation}&size=4&input={','.join(map(str, LARGE))}"
    if operation.endswith("pool"):
        given += "&kernel_size=2&stride=2"
        y = getattr(F, f"{operation}2d")(image, 2)
    else:
        given += f"&weight={','.join(map(str, TALL))}"
        y = {"convolve": lambda: F.conv2d(image, kernel.flip(-2, -1)),
             "conv_transpose": lambda: F.conv_transpose2d(image, kernel)}[operation]()  # fmt: skip
    page = start(visit, f"{given}&ask=output")
    page.locator("conv-explorer details:not([open]) > summary").evaluate_all(
        "all => all.forEach(summary => summary.click())"
    )
    page.wait_for_timeout(400)
    found: list[str] = []
    for part in page.locator("conv-explorer [data-part]").evaluate_all(
        "all => all.map(part => part.dataset.part)"
    ):
        for k in range(page.locator(f"conv-explorer [data-part={part}] td").count()):
            page.locator(f"conv-explorer [data-part={part}] td").nth(k).hover()
            found += page.evaluate(EVERYTHING)
    page.get_by_label("Its transpose").check()
    found += page.evaluate(EVERYTHING)
    page.locator("conv-explorer [data-part=output] td").first.click()
    for key in ("ArrowRight", "ArrowDown", "Escape"):
        page.keyboard.press(key)
        found += page.evaluate(EVERYTHING)
    page.locator("conv-explorer").get_by_label("Output", exact=True).fill("1")
    found += page.evaluate(EVERYTHING)
    told = {n for text in found for n in re.findall(r"\d+(?:\.\d+)?", text)}
    given_numbers = {str(abs(n)) for n in LARGE + TALL}
    hidden = {f"{abs(n):g}" for n in y.flatten().tolist()} - (
        given_numbers if operation == "max_pool" else set()
    )
    if operation == "max_pool":  # its outputs are inputs: what tells them is which one has won
        assert page.locator("conv-explorer td.won").count() == 0
        columns = page.locator("conv-explorer [data-part=output] td").all_inner_texts()
        assert columns == ["?"] * 4
    else:
        assert len(hidden) > 3
    assert not hidden & told
    assert visit.faults == []


def test_a_hint_shows_the_window_and_no_sum(visit: Visit) -> None:
    """An output that is asked for lights nothing until its window is asked for, too."""
    page = start(visit, f"{NUMBERS}&ask=output")
    lit = page.locator("conv-explorer [data-part=framed] td.lit")
    cell(page, 1, 1).click()
    assert lit.count() == 0
    assert page.locator("conv-explorer td.framed").count() == 0
    page.get_by_role("button", name="Show window").click()
    assert lit.count() == 9
    assert page.locator("conv-explorer .sum").inner_text() == "? = …"
    assert cell(page, 1, 1).inner_text() == "?"


def test_a_number_can_be_given_up(visit: Visit) -> None:
    """It is shown, and not counted as right; the last one leads to the way out."""
    page = start(visit, f"{NUMBERS}&ask=1,2")
    show = page.get_by_role("button", name="Show number")
    cell(page, 0, 1).click()
    show.click()
    y = conv()
    assert cell(page, 0, 1).inner_text() == f"{at(y, 0, 1):g}".replace("-", MINUS)
    assert page.locator("conv-explorer .predict .steps").inner_text() == "0 of 2 right, 1 shown"
    cell(page, 0, 0, "kernel").click()
    show.click()  # nothing that is asked for is chosen: it is the first that is
    assert cell(page, 0, 0).inner_text() == f"{at(y, 0, 0):g}".replace("-", MINUS)
    assert not show.is_visible()
    focused = "document.activeElement.shadowRoot.activeElement.innerText"
    assert page.evaluate(focused) == "End"


def test_what_is_asked_for_travels_in_a_link(visit: Visit) -> None:
    """A copied exercise asks somebody else for what is hidden now, and nothing more."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open(f"explorer.html#conv-explorer?{NUMBERS}")
    page.get_by_role("button", name="Predict").click()
    page.get_by_role("button", name="Show number").click()
    page.get_by_role("button", name="Copy as exercise").click()
    page.get_by_text("Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "ask=2,3,4,5,6,7,8,9" in link
    other = Visit(visit.page.context.new_page(), visit.address)
    other.page.goto(link)
    texts = other.page.locator("conv-explorer [data-part=output] td").all_inner_texts()
    assert texts == [f"{at(conv(), 0, 0):g}".replace("-", MINUS), *"????????"]
    assert other.page.locator("conv-explorer .predict .steps").inner_text() == "0 of 8 right"
    assert visit.faults == other.faults == []


@pytest.mark.parametrize("ask", ["ask=10", "ask=0", "ask=", "ask=all", "ask=1,,2", "ask=1&ask=2"])
def test_what_cannot_be_asked_for_is_refused(visit: Visit, ask: str) -> None:
    """The note names it, and the explorer has its own state."""
    page = visit.open(f"explorer.html#conv-explorer?size=5&{ask}")
    note = page.locator("conv-explorer .note").inner_text()
    assert "ask" in note
    assert "Here is the page's own state." in note
    assert page.locator("conv-explorer td", has_text="?").count() == 0


def test_an_exercise_ends_and_can_be_taken_back(visit: Visit) -> None:
    """Ended early, it leads back to where it began; undone, it is as if it had not begun."""
    page = visit.open(f"explorer.html#conv-explorer?{NUMBERS}&step=4")
    before = page.locator("conv-explorer [data-part=output] td").all_inner_texts()
    page.get_by_role("button", name="Predict").click()
    player = page.get_by_role("group", name="Time")
    page.locator("conv-explorer .predict").wait_for()
    assert not player.is_visible()  # an exercise has no time
    page.keyboard.press("End")
    assert page.locator("conv-explorer td", has_text="?").count() == 9
    page.get_by_role("button", name="End").click()
    assert player.is_visible()
    outputs = page.locator("conv-explorer [data-part=output] td")
    assert outputs.all_inner_texts() == before  # and not all answers
    assert player.locator(".steps").inner_text() == "step 4 of 9"
    page.get_by_role("button", name="Undo").click()
    assert outputs.all_inner_texts() == before
    page.get_by_role("button", name="Predict").click()
    for _ in range(9):
        page.get_by_role("button", name="Show number").click()
    page.get_by_role("button", name="End").click()
    texts = [f"{n:g}".replace("-", MINUS) for n in conv().flatten().tolist()]
    assert outputs.all_inner_texts() == texts  # they were all told
    assert visit.faults == []


def test_a_score_outlives_a_reload(visit: Visit) -> None:
    """Who loads the page again in the midst of an exercise goes on with it."""
    page = start(visit, f"{NUMBERS}&ask=1,3,4")
    y = conv()
    assert answer(page, at(y, 0, 0), 0, 0).startswith("Right.")
    page.wait_for_function("() => location.hash.includes('ask=3,4')")
    page.reload()
    score = page.locator("conv-explorer .predict .steps")
    expect(score).to_have_text("1 of 3 right")
    assert answer(page, at(y, 0, 2), 0, 2).startswith("Right.")
    expect(score).to_have_text("2 of 3 right")
    page.evaluate("text => { location.hash = text; }", f"conv-explorer?{NUMBERS}&ask=1,2")
    expect(score).to_have_text("0 of 2 right")  # another exercise has a score of its own
    assert visit.faults == []


def test_an_answer_leads_on_and_none_is_swallowed(visit: Visit) -> None:
    """Two numbers typed one after the other are two answers; who clicks elsewhere stays there."""
    page = start(visit, "size=4&ask=output")
    note = page.locator("conv-explorer .note")
    cell(page, 0, 0).click()
    page.keyboard.type("111")
    page.keyboard.press("Enter")
    expect(note).to_have_text("Right. 111 is at row 0, column 0.")
    expect(page.locator("conv-explorer td.pinned")).to_have_text("?")
    page.keyboard.type("137")
    expect(note).to_have_text("")
    page.keyboard.press("Enter")
    expect(note).to_contain_text("137 is wrong.")
    page.keyboard.type("1")
    expect(note).to_contain_text("137 is wrong.")  # a hint may be read while one types
    page.keyboard.press("Escape")
    page.keyboard.type("138")
    cell(page, 1, 1).click()  # which takes the answer, too
    assert cell(page, 0, 1).inner_text() == "138"
    assert cell(page, 1, 1).get_attribute("aria-selected") == "true"
    assert visit.faults == []


def test_a_setting_asks_again_for_the_new_outputs(visit: Visit) -> None:
    """While all outputs are asked for, those of another size are, too."""
    page = start(visit, f"{NUMBERS}&ask=output")
    page.locator("conv-explorer input[name='stride.0']").fill("2")
    assert page.locator("conv-explorer [data-part=output] td").all_inner_texts() == ["?"] * 4
    assert page.locator("conv-explorer .predict .steps").inner_text() == "0 of 4 right"


def test_a_keyboard_answers(visit: Visit) -> None:
    """Tab, arrows, digits and Enter are enough, and Escape changes nothing."""
    page = start(visit, f"{NUMBERS}&ask=output")
    y = conv()
    here = (
        "document.activeElement?.shadowRoot?.activeElement"
        "?.matches('[data-part=output] td') ?? false"
    )
    for _ in range(120):
        if page.evaluate(here):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+Home")
    page.keyboard.press("F2")
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    page.keyboard.press("Enter")  # no answer is none
    note = page.locator("conv-explorer .note")
    assert note.inner_text() == ""
    for column in range(3):
        number = f"{at(y, 0, column):g}"
        page.keyboard.type(number)
        if column:
            assert note.inner_text() == ""  # nor of what is being typed
        page.keyboard.press("Enter")  # and on to the next
        assert note.inner_text() == (
            f"Right. {number.replace('-', MINUS)} is at row 0, column {column}."
        )
        assert cell(page, (column + 1) // 3, (column + 1) % 3).evaluate("e => e.matches(':focus')")
    page.keyboard.press("ArrowDown")
    assert note.inner_text() == ""  # what was said of one output is not said of the next
    assert page.locator("conv-explorer .predict .steps").inner_text() == "3 of 9 right"
    assert visit.faults == []


def test_no_part_says_what_is_false_while_outputs_are_asked_for(visit: Visit) -> None:
    """Matrix and layers name the reason why they are incomplete; no legend speaks of a player."""
    page = start(visit, "size=8&padding=1&step=all&ask=1&then=relu,conv+1+1+k3,relu")
    page.locator("conv-explorer summary", has_text="The matrix").click()
    caption = page.locator("conv-explorer canvas[role=img]")
    shown = 22 * 22 - 4  # of the corner's four
    expect(caption).to_have_attribute(
        "aria-label",
        re.compile(
            rf"M is 64 . 64; of its entries {shown} are shown: those of the outputs that are "
            r"asked for are not\."
        ),
    )
    faults = page.locator("conv-explorer .stack .fault")
    assert faults.all_inner_texts() == ["", *["what comes is asked for"] * 2]
    player = page.locator("conv-explorer .legend").get_by_text("or press ▶")
    expect(player).to_be_hidden()
    page.get_by_role("button", name="End").click()
    expect(player).to_be_visible()
    expect(caption).to_have_attribute("aria-label", re.compile("with 484 entries, one for each"))
    assert visit.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, theme: str) -> None:
    """Axe finds no fault in an exercise, before and after an answer."""
    visit.page.emulate_media(color_scheme=theme)
    page = start(visit, f"{NUMBERS}&ask=output")
    answer(page, 5, 1, 1)
    page.get_by_role("button", name="Show window").click()
    found = Axe().run(page, context="conv-explorer").response["violations"]
    assert [(fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found] == []
