"""Walks at random: a link opens as what it was copied from, an edit changes what was chosen."""

import json
import random
import re

import pytest
from explorer_shown import agree, exact, near, run
from playwright.sync_api import Locator, Page
from visit import Visit

# What an explorer shows, and its link; and a second explorer, in which each link is opened. What
# it shows is the same while it is not laid out.
LOOK = """
const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
// Where nobody can see them, layers are not worked out.
const isLayered = () => explorer.session.state.then !== ""
    && root.querySelector(".stack")?.closest("details").open;
const look = root => ({
    grids: [...root.querySelectorAll(".stage table")].map(table => [table.ariaLabel,
        table.ariaRowCount // a picture, of whose cells those are there that were in use
            || [...table.rows].map(row => [...row.cells].map(cell => cell.textContent).join())]),
    settings: [...root.querySelectorAll(".settings :is(input:not([name=tied]), select)")].map(
        input => [input.name, input.value, input.checked]),
    menus: [...root.querySelectorAll(".picker select")].map(menu => menu.value),
    time: root.querySelector(".steps").textContent,
    chosen: root.querySelector(".readout").textContent + root.querySelector(".sum").textContent,
    lit: [...root.querySelectorAll(".stage .cells td")].flatMap((cell, k) =>
        cell.matches(".lit, .framed")
        ? [[k, [...cell.classList].filter(name => name !== "pinned").sort().join(),
            cell.matches(".lit") ? cell.dataset.badge : ""].join()] : []),
    sizes: root.querySelector(".sizes").textContent,
    code: root.querySelector("[aria-label='The same in PyTorch']").value,
    layers: isLayered() && [...root.querySelectorAll(".stack .levels table")]
        .map(table => table.ariaRowCount || table.textContent),
});
const link = root => root.querySelector("[aria-label^=Link]").value;
// What draws pictures, and some of them, are fetched by their first use.
const fetched = async ({session, shadowRoot}) => {
    const waits = () => !shadowRoot.querySelector("[data-part=output] table")
        || (/^(digit|panda)$/.test(session.state.input) && !session.model.x.some(Boolean))
        || (session.state.then && !shadowRoot.querySelector(".stack .levels table"));
    for (let k = 0; k < 100 && waits(); k++) await new Promise(done => setTimeout(done, 10));
};
"""
WALK = (
    "async count => {"
    + LOOK
    + """
    const second = document.querySelector("#second") ?? Object.assign(
        document.createElement("conv-explorer"), {id: "second"});
    second.style.display = "none";
    second.scrollIntoView = () => {}; // it is nowhere
    document.body.append(second);
    const draw = n => {
        window.now = window.now * 48271 % 2147483647;
        return Math.floor(window.now / 2147483647 * n);
    };
    const pick = list => list[draw(list.length)];
    const send = (element, type) => element.dispatchEvent(new Event(type, {bubbles: true}));
    const all = query => [...root.querySelectorAll(query)].filter(e => !e.disabled);
    // Without waiting for a layout.
    const seen = e => !e.closest("[hidden], details:not([open]) > :not(summary)");
    const numbers = [...root.querySelectorAll("details")].find(
        fold => fold.firstChild.textContent === "Numbers");
    numbers.open = true;
    while (!root.querySelector("[type=file]")) await new Promise(done => setTimeout(done, 5));
    const file = root.querySelector("[type=file]"), stage = root.querySelector(".stage");
    const press = name => root.querySelector(`[aria-label="${name}"]`).click();
    const choose = menu => {
        menu.value = pick([...menu.options].filter(option => !option.disabled)).value;
        send(menu, "change");
    };
    const slide = slider => { // small more often than large: of pictures no number is on show
        const [min, max, step] = [slider.min, slider.max, slider.step || 1].map(Number);
        slider.value = min + step * draw(draw((max - min) / step + 1) + 1);
        send(slider, "input");
        send(slider, "change");
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
            const slider = pick(all(".settings [type=range]").filter(seen));
            if (slider) slide(slider);
        },
        tick: () => pick(all("[type=checkbox]:not([name=turned])")).click(),
        select: () => all(".settings select").filter(seen).forEach(choose),
        operate: () => choose(all(".picker select")[0]),
        preset: () => choose(all(".picker select")[1]),
        choose: () => pick(all("td").filter(seen)).click(),
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
            const before = explorer.session.state;
            file.files = files.files;
            send(file, "change");
            for (let k = 0; k < 50 && explorer.session.state === before; k++) {
                await new Promise(done => setTimeout(done, 10));
            }
        },
        // Whatever can be used, each kind of control as often as any other.
        any() {
            const free = all("input, select, button, td, summary").filter(
                e => !e.readOnly && e.type !== "file" && seen(e)
                && !/^(Copy|Tour|Predict|Save|⤢)/.test(e.textContent)); // they have their own tests
            const kindOf = e => e.localName + e.type + e.name;
            const kind = pick([...new Set(free.map(kindOf))]);
            const element = pick(free.filter(e => kindOf(e) === kind));
            const key = keys => element.dispatchEvent(
                new KeyboardEvent("keydown", {key: pick(keys), bubbles: true}));
            if (element.type === "range") slide(element);
            else if (element.type === "number") {
                element.value = pick(["7", "-3", "", "1e9", "2.5", "0.12345", "-1000", "99"]);
                send(element, "input");
                send(element, "change");
            } else if (element.name === "cell") {
                element.value = pick(["7", "-3", "", "1e9", "2.5", "-1000", "99", "1/3", "x"]);
                key(["Enter", "Enter", "Escape", "ArrowUp"]);
            } else if (element.localName === "select") choose(element);
            else if (element.localName === "td" && draw(2)) {
                element.focus();
                key(["ArrowLeft", "ArrowDown", "End", "Home", "5", "-", "Escape"]);
            } else element.click();
            return kind;
        },
    };
    const often = ["edit", "edit", "edit", "move", "move", "move", "move",
        ...Array(19).fill("any"), ...Object.keys(actions)];
    const done = [], states = {};
    const folds = () => [...root.querySelectorAll("details")].map(fold => fold.open).join();
    let before = "", open = folds();
    for (let k = 0; k < count; k++) {
        const name = pick(often);
        done.push(await actions[name]() ?? name);
        const now = folds();
        if (now !== open) await new Promise(done => setTimeout(done, 5)); // they are told later
        open = now;
        if (k % 20 === 0) await new Promise(requestAnimationFrame); // most marks wait for one
        await fetched(explorer);
        const text = [root.querySelector("section").textContent,
            ...[...root.querySelectorAll("td.lit")].map(cell => cell.dataset.badge)].join(" ");
        const wrong = text.search(/NaN|undefined|null|object|Error/);
        if (wrong >= 0) throw Error(`${done}: ${text.slice(Math.max(0, wrong - 99), wrong + 99)}`);
        stage.dispatchEvent(new PointerEvent("pointerleave")); // what is looked at in passing
        const address = link(root), shown = look(root);
        const whole = JSON.stringify([address, shown]);
        if (whole === before) continue; // that link has just been opened
        before = whole;
        const there = tables => [...root.querySelectorAll(`[data-part=${tables}] table`)].map(
            table => table.ariaRowCount ? null
                : [...table.rows].map(row => [...row.cells].map(cell => cell.textContent)));
        const {session} = explorer;
        states[shown.code] ??= {exact: session.model.output};
        if (session.now.time === session.total) Object.assign(states[shown.code],
            {output: there("output"), gathered: there("gathered")});
        // It is opened as if it had been followed.
        const mine = address.replace("#conv-explorer?", "#second?");
        window.dispatchEvent(new HashChangeEvent("hashchange", {newURL: new URL(mine).href}));
        await fetched(second);
        const opened = [second.shadowRoot.querySelector(".note").textContent,
            link(second.shadowRoot), look(second.shadowRoot)];
        const [one, other] = [["", mine, shown], opened].map(what => JSON.stringify(what));
        if (one !== other) return JSON.stringify({done, address, shown, opened});
    }
    const plain = (_, one) => typeof one === "number" && !Number.isFinite(one) ? `${one}` : one;
    return JSON.stringify({done, address: link(root), shown: look(root), states}, plain);
}"""
)
OPENED = (
    "async () => {"
    + LOOK
    + """
    await fetched(explorer);
    return JSON.stringify([root.querySelector(".note").textContent, link(root), look(root)]);
}"""
)


@pytest.mark.parametrize("seed", range(1, 21))
def test_no_walk_leads_to_a_state_that_lies_or_to_a_link_that_does(visit: Visit, seed: int) -> None:
    """Each of 500 actions at random gives what PyTorch computes, and a link that opens as it."""
    page = visit.open("explorer.html")
    page.evaluate("seed => { window.now = seed; }", seed)
    done: list[str] = []
    for _ in range(5):
        walked = json.loads(page.evaluate(WALK, 100))
        done += walked["done"]
        if "opened" in walked:  # a link that opens as something else
            note, _, opened = walked["opened"]
            at = f"{walked['address']} after {done[-20:]}"  # a text, which is told whole
            assert note == "", at
            for part, seen in walked["shown"].items():
                assert opened[part] == seen, at
            raise AssertionError(walked["opened"])
        for code, shown in walked["states"].items():
            y = run(code)
            wanted = y.double().flatten()  # of float32: the lines round, and so do their sums
            error = 1e-6 * (wanted.abs() + 99 * 99 * 16)
            worked = exact(shown["exact"])
            assert near(worked, wanted, error), code
            for part in ("output", "gathered"):
                assert agree(shown.get(part) or [None], worked.reshape(y.shape)), code
    assert len(done) == 500
    other = visit.page.context.new_page()
    other.goto(walked["address"])
    assert json.loads(other.evaluate(OPENED)) == ["", walked["address"], walked["shown"]]
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
    to = r"(?: to output channel (\d+))?(?:, channel (\d+))?"
    sample = rf"(Input|Weight){to}, row (\d+), column (\d+)"
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
