"""Walks at random: a link opens as what it was copied from, an edit changes what was chosen."""

import random
import re

import pytest
from playwright.sync_api import Locator, Page
from visit import Visit

# What the explorer shows, and its link.
LOOK = """
const root = document.querySelector("conv-explorer").shadowRoot;
const look = () => ({
    grids: [...root.querySelectorAll("table")].map(table => [table.ariaLabel,
        table.ariaRowCount // a picture, of whose cells those are there that were in use
            || [...table.rows].map(row => [...row.cells].map(cell => cell.textContent).join())]),
    settings: [...root.querySelectorAll(".settings :is(input:not([name=tied]), select)")].map(
        input => [input.name, input.value, input.checked]),
    menus: [...root.querySelectorAll(".picker select")].map(menu => menu.value),
    time: root.querySelector(".steps").textContent,
    chosen: root.querySelector(".readout").textContent + root.querySelector(".sum").textContent,
    lit: [...root.querySelectorAll(".cells td")].flatMap((cell, k) => cell.matches(".lit, .framed")
        ? [[k, [...cell.classList].filter(name => name !== "pinned").sort().join(),
            cell.matches(".lit") ? cell.dataset.badge : ""].join()] : []),
    sizes: root.querySelector(".sizes").textContent,
    code: root.querySelector("textarea").value,
});
const link = () => root.querySelector("[aria-label^=Link]").value;
// What draws pictures, and some of them, are fetched by their first use.
const fetched = async () => {
    const {session} = document.querySelector("conv-explorer");
    const waits = () => !root.querySelector("[data-part=output] table")
        || (/^(digit|panda)$/.test(session.state.input) && !session.model.x.some(Boolean));
    for (let k = 0; k < 100 && waits(); k++) await new Promise(done => setTimeout(done, 10));
};
"""
STEPS = (
    "async ([seed, count]) => {"
    + LOOK
    + """
    let now = seed;
    const draw = n => Math.floor((now = now * 48271 % 2147483647) / 2147483647 * n);
    const pick = list => list[draw(list.length)];
    const send = (element, type) => element.dispatchEvent(new Event(type, {bubbles: true}));
    const all = query => [...root.querySelectorAll(query)].filter(e => !e.disabled);
    const file = root.querySelector("[type=file]"), stage = root.querySelector(".stage");
    const press = name => root.querySelector(`[aria-label="${name}"]`).click();
    const choose = menu => {
        menu.value = pick([...menu.options].filter(option => !option.disabled)).value;
        send(menu, "change");
    };
    const actions = {
        edit() {
            const cell = pick(all("[data-part=framed] td, [data-part=kernel] td"));
            cell.click();
            if (!root.querySelector("[name=cell]")) cell.click();
            const field = root.querySelector("[name=cell]");
            if (!field) return;
            field.value = pick([draw(199) - 99, (draw(1980000) - 990000) / 10000, "1/9"]);
            field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
        },
        bias() {
            const one = pick(all("[name^=bias]").filter(e => !e.hidden));
            one.value = (draw(1980) - 990) / 10;
            send(one, "change");
        },
        move() {
            const slider = pick(all(".settings [type=range]").filter(e => e.checkVisibility()));
            if (!slider) return;
            const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
            slider.value = min + step * draw((max - min) / step + 1);
            send(slider, "input");
            send(slider, "change");
        },
        tick: () => pick(all("[type=checkbox]:not([name=turned])")).click(),
        select: () => all(".settings select").filter(e => e.checkVisibility()).forEach(choose),
        operate: () => choose(all(".picker select")[0]),
        preset: () => choose(all(".picker select")[1]),
        choose: () => pick(all("td")).click(),
        step: () => press(pick(["Step", "Step", "Step back", "To the end", "To the beginning"])),
        undo: () => press("Undo"),
        redo: () => press("Redo"),
        fill() {
            const [input, weight] = all("details select[name=input], details select[name=weight]");
            choose(pick([input, weight]));
        },
        async photo() {
            const canvas = Object.assign(document.createElement("canvas"), {width: 9, height: 7});
            const pen = canvas.getContext("2d");
            for (let k = 0; k < 63; k++) {
                pen.fillStyle = `rgb(${draw(256)} ${draw(256)} ${draw(256)})`;
                pen.fillRect(k % 9, Math.floor(k / 9), 1, 1);
            }
            const blob = await new Promise(done => canvas.toBlob(done));
            const files = new DataTransfer();
            files.items.add(new File([blob], "mine.png", {type: "image/png"}));
            const before = root.querySelector("textarea").value;
            file.files = files.files;
            send(file, "change");
            for (let k = 0; k < 50 && root.querySelector("textarea").value === before; k++) {
                await new Promise(done => setTimeout(done, 10));
            }
        },
    };
    const often = ["edit", "edit", "edit", "move", "move", "move", "move", ...Object.keys(actions)];
    const seen = [];
    for (let k = 0; k < count; k++) {
        const name = pick(often);
        await actions[name]();
        await fetched();
        stage.dispatchEvent(new PointerEvent("pointerleave"));
        seen.push([name, link(), look()]);
    }
    return seen;
}"""
)
OPEN = (
    "async address => {"
    + LOOK
    + """
    history.replaceState(null, "", location.pathname);
    const heard = new Promise(done => addEventListener("hashchange", done, {once: true}));
    location.hash = new URL(address).hash;
    await heard;
    await fetched();
    return [root.querySelector(".note").textContent, link(), look()];
}"""
)


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_link_opens_as_what_it_was_copied_from(visit: Visit, seed: int) -> None:
    """Whatever was edited, resized, filled or chosen before: numbers, settings, lines and link."""
    page = visit.open("explorer.html")
    steps = page.evaluate(STEPS, [seed, 60])
    other = visit.page.context.new_page()
    other.goto(page.url)
    for k, (_, link, shown) in enumerate(steps):
        note, again, opened = other.evaluate(OPEN, link)
        assert (note, again) == ("", link)
        for part, seen in shown.items():
            assert opened[part] == seen, [name for name, *_ in steps[: k + 1]]
    assert visit.faults == []


class Hand:
    """A reader's hand: the mouse and the keyboard."""

    def __init__(self, page: Page, rng: random.Random) -> None:
        self.page, self.rng = page, rng
        self.press = page.keyboard.press
        self.readout = page.locator("conv-explorer .readout")

    def lines(self) -> str:
        """Read the lines of PyTorch."""
        return self.page.locator("conv-explorer textarea").input_value()

    def numbers(self) -> dict[str, list[int]]:
        """Read input and kernel, in PyTorch's order."""
        return {name: flat(nested) for name, nested in tensors(self.lines()).items()}

    def cell(self) -> Locator:
        """Pick a cell of an input or a kernel."""
        cells = self.page.locator(
            "conv-explorer :is([data-part=framed], [data-part=input], [data-part=kernel]) td"
        )
        return cells.nth(self.rng.randrange(cells.count()))

    def point(self) -> None:
        """Cross a cell on the way elsewhere."""
        self.cell().hover()

    def choose(self) -> tuple[str, str]:
        """Click a cell and walk; tell which cell then has the focus, and which is chosen."""
        self.cell().click()
        if self.page.locator("conv-explorer input[name=cell]").count():
            self.press("Escape")  # it was chosen already
        for _ in range(self.rng.choice([0, 0, 1, 3])):
            self.press(self.rng.choice(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home"]))
        focused = self.readout.inner_text()
        if self.rng.random() < 0.5:
            self.press("Escape")  # so that pointing chooses again
            self.point()
        return focused, self.readout.inner_text()

    def typed(self) -> int:
        """Type a number, digit by digit, and perhaps cross a cell meanwhile."""
        number = self.rng.randint(-99, 99)
        for sign in str(number):
            self.press(sign)
            if self.rng.random() < 0.2:
                self.point()
        return number

    def by_typing(self, now: int) -> int:
        """Type into the cell that has the focus, and leave it in one of four ways."""
        number = self.typed()
        if (leave := self.rng.choice(["Enter", "Tab", "Escape", "click"])) == "click":
            self.cell().click()
        else:
            self.press(leave)
        return now if leave == "Escape" else number

    def by_arrows(self, now: int) -> int:
        """Begin by Enter, count with the arrow keys, and keep the number by Enter."""
        self.press("Enter")
        steps = [self.rng.choice([1, -1]) for _ in range(3)]
        for step in steps:
            self.press("ArrowUp" if step > 0 else "ArrowDown")
        self.press("Enter")
        return min(99, max(-99, now + sum(steps)))

    def by_second_click(self, now: int) -> int:
        """Click the chosen cell once more, write a number, and leave by Enter or Tab."""
        box = self.page.locator("conv-explorer td[aria-selected]").first.bounding_box()
        self.page.mouse.click(box["x"] + 5, box["y"] + 5)
        if not self.page.locator("conv-explorer input[name=cell]").count():
            self.page.mouse.click(box["x"] + 5, box["y"] + 5)
        number = self.typed()
        self.press(self.rng.choice(["Enter", "Tab"]))
        return number


def tensors(lines: str) -> dict[str, list]:
    """Read the nested lists of the lines of PyTorch."""
    found = re.findall(r"^([xw]) = torch.tensor\((.*), dtype", lines, re.MULTILINE)
    return {name: eval(text, {"__builtins__": {}}) for name, text in found}


def flat(values: object) -> list[int]:
    """Give all numbers of a nested list."""
    return [n for one in values for n in flat(one)] if isinstance(values, list) else [values]


GRIDS = [
    "size=4&in_channels=2&out_channels=2",
    "size=5&padding=1,0,2,1&padding_mode=reflect",
    "operation=convolve&size=3&kernel_size=2&padding=same",
    "operation=conv_transpose&size=3&stride=2&out_channels=2",
    "operation=max_pool&size=4&kernel_size=2&ceil_mode=true&stride=2",
]


def place(told: str, lines: str) -> tuple[str, int] | None:
    """Find the number that a readout tells of, among those of the lines of PyTorch."""
    sample = r"(Input|Weight to output channel (\d+)), channel (\d+), row (\d+), column (\d+)"
    found = re.match(sample, told)
    if not found:
        return None
    to, channel, row, column = (int(n or 0) for n in found.groups()[1:])
    name = "x" if found[1] == "Input" else "w"
    nested = tensors(lines)[name]
    pair = (0, channel) if name == "x" else (channel, to) if "transpose" in lines else (to, channel)
    inner, height, width = len(nested[0]), len(nested[0][0]), len(nested[0][0][0])
    return name, ((pair[0] * inner + pair[1]) * height + row) * width + column


@pytest.mark.parametrize("state", GRIDS)
def test_an_edit_changes_the_chosen_number_and_no_other(visit: Visit, state: str) -> None:
    """By mouse or keys, with a pointer that crosses other cells: only what was chosen."""
    page = visit.open(f"explorer.html#conv-explorer?{state}")
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.locator("conv-explorer summary").first.click()  # without the settings all is on screen
    hand = Hand(page, random.Random(state))
    ways: dict[str, int] = {}
    while len(ways) < 3 or min(ways.values()) < 4:
        focused, chosen = hand.choose()
        way = hand.rng.choice(["by_typing", "by_arrows", "by_second_click"])
        target = place(focused if way in {"by_typing", "by_arrows"} else chosen, hand.lines())
        if target is None:  # a cell of padding, in which there is no number to change
            continue
        ways[way] = ways.get(way, 0) + 1
        expected = hand.numbers()
        name, index = target
        expected[name][index] = getattr(hand, way)(expected[name][index])
        assert hand.numbers() == expected, (way, focused, chosen)
    assert visit.faults == []
