"""Every number that the explorer shows is PyTorch's."""

import math
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import explorer_states
import fills
import published
import pytest
import torch
import torch.nn.functional as F
from explorer_states import State
from playwright.sync_api import Browser, Page
from visit import Visit

TIMES = "\N{MULTIPLICATION SIGN}"
# A grid of too many cells is a picture, in which a cell is there once it is pointed at.
TABLES = """
const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
const tables = part => [...root.querySelectorAll(`[data-part=${part}] table`)];
const texts = table => table.ariaRowCount ? null
    : [...table.rows].map(row => [...row.cells].map(cell => cell.textContent));
const click = (part, k, row, column) => {
    const table = tables(part)[k];
    if (!table.ariaRowCount) return table.rows[row].cells[column].click();
    const {left, top, width, height} = table.getBoundingClientRect();
    const clientX = left + width * (column + 0.5) / table.ariaColCount;
    const clientY = top + height * (row + 0.5) / table.ariaRowCount;
    table.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX, clientY}));
};
const open = async text => {
    const whole = [text, "step=all&cell=output,0,0,0"].filter(Boolean).join("&");
    explorer.setAttribute("state", text.includes("step=") ? text : whole);
    while (!tables("output").length) await new Promise(done => setTimeout(done, 5));
};
"""
SHOW = (
    "async ([text, picks]) => {"
    + TABLES
    + """
    await open(text);
    const shown = {exact: explorer.session.model.output,
        link: root.querySelector("[aria-label^=Link]").value,
        code: root.querySelector("textarea").value,
        titles: [...root.querySelectorAll("table")].map(t => t.ariaLabel),
        sizes: [...root.querySelectorAll(".sizes p")].map(p => p.textContent)};
    for (const part of ["output", "gathered"]) shown[part] = tables(part).map(texts);
    const {out_channels, axes: [rows, columns]} = {
        ...explorer.session.state, axes: explorer.session.model.axes};
    shown.sums = picks.map(pick => {
        const [k, row, column] = pick.map((f, a) => Math.floor(
            f * [out_channels, rows.outputs, columns.outputs][a]));
        click("output", k, row, column);
        const sum = root.querySelector(".sum");
        return [[k, row, column], sum.textContent, [...sum.querySelectorAll(".term")].map(term =>
            [".factors", ".product"].map(part => term.querySelector(part)?.textContent ?? "")),
            [...sum.querySelectorAll(".bias")].map(bias => bias.textContent)];
    });
    return shown;
}"""
)
LIT = (
    "async ([text, part, k, row, column]) => {"
    + TABLES
    + """
    await open(text);
    if (root.querySelector(".picture")) return null;
    click(part, k, row, column);
    const lit = part => tables(part).map(table => [...table.rows].map(
        row => [...row.cells].map(cell => cell.classList.contains("lit") ? 1 : 0)));
    return {framed: lit("framed"), input: lit("input"), kernel: lit("kernel"),
        output: lit("output"), readout: root.querySelector(".readout").textContent};
}"""
)


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the explorer's page once."""
    visit = Visit(browser.new_page(), address)
    yield visit.open("explorer.html")
    # What PyTorch refuses is a state that the explorer warns of.
    assert [fault for fault in visit.faults if "console: conv-explorer: Error" not in fault] == []
    visit.page.close()


def squared(name: str, size: int) -> str:
    """Give the title of a square grid."""
    return f"{name} {size} {TIMES} {size}"


def number(text: str) -> float:
    """Read a number as the cells write it."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("∞", "inf"))


def agree(shown: list[list[list[str]]], output: torch.Tensor) -> bool:
    """Compare grids of texts with PyTorch's output: integers exactly, means to the last digit."""
    if None in shown:
        return True  # a picture, whose numbers are seen one at a time
    values = [[[number(cell) for cell in row] for row in grid] for grid in shown]
    wanted = output.tolist()
    flat = [(a, b) for g, h in zip(values, wanted, strict=True)
            for r, s in zip(g, h, strict=True) for a, b in zip(r, s, strict=True)]  # fmt: skip
    return all(a == b or (b % 1 and abs(a - b) <= 0.005 + 1e-6) for a, b in flat)


def near(found: torch.Tensor, wanted: torch.Tensor, error: torch.Tensor | float) -> bool:
    """Compare, also where nothing is read and the maximum is infinite."""
    return bool(((found == wanted) | ((found - wanted).abs() <= error)).all())


def value(text: str) -> float:
    """Read a factor as a sum writes it: 2, 0.5, 1/9 or (-3)."""
    return float(Fraction(text.strip("()").replace("\N{MINUS SIGN}", "-")))


def products(state: State, k: int, row: int, column: int) -> Counter:
    """Count the products of one output by brute force: an input, a weight."""
    x, w = state.tensors()
    ins, outs, groups = state.channels
    found: Counter = Counter()
    for c in range(ins) if not state.pools else [k]:
        if w is not None and c // (ins // groups) != k // (outs // groups):
            continue
        for i in range(state.kernel_size[0]):
            for j in range(state.kernel_size[1]):
                one = read(state, x, c, (row, i), (column, j))
                if one is None:
                    continue
                if w is None:
                    found[(short(one),)] += 1
                    continue
                taps = (i, j)
                if state.operation == "convolve":
                    taps = state.kernel_size[0] - 1 - i, state.kernel_size[1] - 1 - j
                pair = (c, k % (outs // groups)) if state.operation == "conv_transpose" else (
                    k, c % (ins // groups))  # fmt: skip
                other = w[*pair, *taps].item()
                found[short(one), short(other), short(one * other)] += 1
    return found


def read(
    state: State, x: torch.Tensor, c: int, down: tuple[int, int], across: tuple[int, int]
) -> float | None:
    """Give what an output reads through a tap: None for what is in no sum."""
    at = []
    for a, (o, t) in enumerate((down, across)):
        n, s, d = state.size[a], state.stride[a], state.dilation[a]
        reach = d * (state.kernel_size[a] - 1)
        before, after = (
            (reach // 2, reach - reach // 2)
            if state.padding == "same" else state.padding[2 * a : 2 * a + 2]
        )  # fmt: skip
        if state.operation == "conv_transpose":
            place = o + before - t * d
            if place % s or not 0 <= place // s < n:
                return None
            at.append(place // s)
            continue
        i = o * s + t * d - before
        if i >= n + after:
            return None
        outside = not 0 <= i < n
        if outside and state.operation == "max_pool":
            return None
        if outside and not state.settings.get("count_include_pad", True):
            return None
        mode = state.settings.get("padding_mode", "zeros")
        if mode == "zeros" and outside:
            at.append(None)
            continue
        line = torch.arange(n, dtype=torch.float64).reshape(1, 1, 1, n)
        kind = "constant" if mode == "zeros" else mode
        at.append(int(F.pad(line, (before, after, 0, 0), mode=kind)[0, 0, 0, i + before]))
    return 0.0 if None in at else x[0, c, at[0], at[1]].item()


def short(number: float) -> float:
    """Round as the cells do, halves up: to two decimals, or two digits where those say little."""
    size = abs(number)
    if size < 1e-9:
        return 0.0
    if size >= 0.1:
        return math.copysign(math.floor(size * 100 + 0.5) / 100, number)
    exact = Decimal(number)
    last = Decimal(1).scaleb(exact.adjusted() - 1)
    return float(exact.quantize(last, ROUND_HALF_UP))


def check_sum(state: State, output: torch.Tensor, place: list[int], *shown: Any) -> None:
    """Hold a written sum against the products, and its result against the output."""
    text, terms, bias = shown
    left, right = text.split(" = ", 1)
    total = output[*place].item()
    assert number(left) == pytest.approx(total, abs=0.005 + 1e-9) or number(left) == total
    wanted = products(state, *place)
    if state.pools:
        pattern = {"max_pool": r"max\((.*)\)", "avg_pool": r"\((.*)\) / (\d+)"}[state.operation]
        inside, *by = re.fullmatch(pattern, right).groups()
        between = ", " if state.operation == "max_pool" else " + "
        assert inside == between.join(term for term, _ in terms)
        values = [value(term) for term, _ in terms]
        assert Counter((short(n),) for n in values) == wanted
        if by and state.whole:
            assert sum(values) / int(by[0]) == total
        return
    added = [value(product.removeprefix(" = ")) for _, product in terms]
    factors = [tuple(map(value, factor.split("·"))) for factor, _ in terms]
    seen = Counter((short(x), short(w), n) for (x, w), n in zip(factors, added, strict=True))
    assert seen == wanted
    added += map(value, bias)
    between = " + ".join([*("".join(term) for term in terms), *bias]) or "0"
    assert right == between
    assert abs(sum(added) - total) <= (0 if state.whole else 0.005 * len(added) + 1e-9)


def check_size(text: str, size: int) -> None:
    """Work the written formula out."""
    shown = int(re.search(r"= (\d+)(:|$)", text)[1])
    formula = text.split(" = ")[2]
    up = "⌈" in formula
    python = formula.replace("\N{MINUS SIGN}", "-").replace("·", "*").replace("/", "//")
    if up:
        python = re.sub(r"⌈\((.*)\) // (\d+)⌉", r"-(-(\1) // \2)", python)
    assert eval(python.replace("⌊", "(").replace("⌋", ")")) == shown == size, text


def run(code: str) -> torch.Tensor:
    """Run what "Copy as PyTorch" gives."""
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, names)
    return names["y"][0]


@pytest.mark.parametrize("seed", range(26))
def test_random_states_show_what_pytorch_computes(page: Page, seed: int) -> None:
    """What PyTorch takes is shown as PyTorch computes it; what it refuses is refused."""
    rng = random.Random(seed)
    taken = 0
    while taken < 40:
        state = explorer_states.draw(rng)
        output = state.output()
        picks = [[rng.random() for _ in range(3)] for _ in range(3)]
        shown = page.evaluate(SHOW, [state.text(), picks])
        if output is None or not state.has_room(output):
            assert shown["link"].endswith("?"), state
            continue
        taken += 1
        assert agree(shown["output"], output), state
        if state.operation == "conv_transpose":
            assert agree(shown["gathered"], output), state
        for text, size in zip(shown["sizes"], output.shape[1:], strict=True):
            check_size(text, size)
        for place, *written in shown["sums"]:
            check_sum(state, output, place, *written)
        error = state.magnitude()
        exact = torch.tensor(shown["exact"], dtype=torch.float64).reshape(output.shape)
        assert near(exact, output, 0 if state.whole else 1e-12 * error), state
        code = run(shown["code"])
        assert near(code.double(), output, 1e-6 * (output.abs() if state.whole else error)), state
        again = page.evaluate(SHOW, [shown["link"].split("?", 1)[1], []])
        assert again["output"] == shown["output"]
        assert again["link"] == shown["link"]


def ones_like_kernel(state: State) -> torch.Tensor | None:
    """Give a kernel of ones."""
    _, w = state.tensors()
    return None if w is None else torch.ones_like(w)


def test_lights_are_the_inputs_weights_and_outputs_that_meet(page: Page) -> None:
    """A cell lights what it takes part with, and nothing else, as derivatives tell."""
    rng = random.Random(5)
    checked = Counter()
    while min(checked.values(), default=0) < 60 or len(checked) < 5:
        state = explorer_states.draw(rng, 16)
        state.settings.pop("bias", None)
        output = state.output()
        if output is None or not state.has_room(output):
            continue
        x, _ = state.tensors()
        w = ones_like_kernel(state)
        c, i, j = (rng.randrange(n) for n in x.shape[1:])
        one = torch.zeros_like(x)
        one[0, c, i, j] = 1
        feeds = (state.compute(one, w)[0] > 0).int()  # what one sample alone reaches
        part, at = ("input", (i, j)) if state.operation == "conv_transpose" else (
            "framed", (i + home(state, 0), j + home(state, 1)))  # fmt: skip
        lit = page.evaluate(LIT, [state.text(), part, c, *at])
        if lit is None:
            continue
        checked[state.operation] += 1
        assert lit["output"] == feeds.tolist(), state
        assert f"It feeds {int(feeds.sum())} output" in lit["readout"]
        k, row, column = (rng.randrange(n) for n in output.shape)
        lit = page.evaluate(LIT, [state.text(), "output", k, row, column])
        if state.operation == "conv_transpose":
            x.requires_grad_(True)
            state.compute(x, w)[0, k, row, column].backward()
            assert lit["input"] == (x.grad[0] != 0).int().tolist(), state
            assert f"It reads {int((x.grad != 0).sum())} input" in lit["readout"]
            continue
        places = sum(sum(map(sum, grid)) for grid in lit["framed"])
        ins, _, groups = state.channels
        taps = state.kernel_size[0] * state.kernel_size[1]
        assert places == taps * (1 if state.pools else ins // groups), state


def home(state: State, a: int) -> int:
    """Count the padding before the input along an axis."""
    if state.padding == "same":
        return state.dilation[a] * (state.kernel_size[a] - 1) // 2
    return state.padding[2 * a]


def test_a_weight_lights_every_input_that_it_multiplies(page: Page) -> None:
    """A weight lights an input exactly if some output depends on the product of the two."""
    rng = random.Random(6)
    checked = 0
    while checked < 60:
        state = explorer_states.draw(rng, 16)
        state.settings.pop("padding_mode", None)
        output = state.output()
        if output is None or not state.has_room(output) or state.pools:
            continue
        x, w = state.tensors()
        i, j = (rng.randrange(n) for n in state.kernel_size)
        alone = torch.zeros_like(w)
        alone[0, 0, i, j] = 1  # from channel 0 to channel 0
        x = torch.ones_like(x, requires_grad=True)
        state.compute(x, alone).sum().backward()
        lit = page.evaluate(LIT, [state.text(), "kernel", 0, i, j])
        if lit is None:
            continue
        checked += 1
        part = "input"
        if state.operation != "conv_transpose":
            part = "framed"
            tops = [home(state, a) for a in (0, 1)]
            lit["framed"] = [
                [row[tops[1] : tops[1] + state.size[1]] for row in grid][
                    tops[0] : tops[0] + state.size[0]
                ]
                for grid in lit["framed"]
            ]
        assert lit[part] == (x.grad[0] != 0).int().tolist(), state


MATRIX = (
    "async ([text, entries]) => {"
    + TABLES
    + """
    const fold = [...root.querySelectorAll("details")].find(
        d => d.firstChild.textContent === "The matrix");
    fold.open = true;
    while (!fold.querySelector("canvas")) await new Promise(done => setTimeout(done, 10));
    await new Promise(done => setTimeout(done, 30));
    await open(text);
    const [row, column] = ["Output", "Input"].map(
        name => root.querySelector(`[aria-label=${name}]`));
    const read = entries.map(pair => {
        [row, column].forEach((slider, k) => {
            slider.value = Math.floor(pair[k] * (Number(slider.max) + 1));
            slider.dispatchEvent(new Event("input"));
        });
        return fold.querySelector("p:last-child").textContent;
    });
    return [fold.querySelector("p").textContent, read];
}"""
)


def test_the_matrix_is_the_jacobian(page: Page) -> None:
    """The matrix' size, its entries and their number are those of PyTorch's derivative."""
    rng = random.Random(7)
    checked = 0
    while checked < 40:
        state = explorer_states.draw(rng)
        state.weight = [w or 1 for w in state.weight]  # so that entries can be counted by value
        state.kernel = ""
        output = state.output()
        if output is None or not state.has_room(output) or output.numel() * len(state.input) > 4e4:
            continue
        if state.operation == "max_pool" and len(set(state.input)) < len(state.input):
            continue  # at a tie the derivative of a maximum is not one thing
        if state.settings.get("padding_mode", "zeros") != "zeros" or (
            output.isinf().any() or not output.numel()
        ):
            continue
        checked += 1
        x, w = state.tensors()
        jacobian = torch.autograd.functional.jacobian(
            lambda x, s=state, w=w: s.compute(x, w).flatten(), x
        ).reshape(output.numel(), x.numel())
        fractions = [[rng.random(), rng.random()] for _ in range(10)]
        caption, read = page.evaluate(MATRIX, [state.text(), fractions])
        found = re.search(rf"is (\d+) {TIMES} (\d+) with (\d+)", caption)
        rows, columns, count = map(int, found.groups())
        assert (rows, columns) == tuple(jacobian.shape)
        assert count == int((jacobian != 0).sum())
        for text in read:
            r, c, value = re.match(r"M\[(\d+), (\d+)\] = (\S+):", text).groups()
            assert number(value) == pytest.approx(jacobian[int(r), int(c)].item(), abs=0.005)


WALK = (
    "([seed, count]) => {"
    + TABLES
    + """
    let now = seed;
    const draw = n => Math.floor((now = now * 48271 % 2147483647) / 2147483647 * n);
    const pick = list => list[draw(list.length)];
    const seen = {};
    for (let k = 0; k < count; k++) {
        const all = [...root.querySelectorAll("input, select, button, td, summary")].filter(e =>
            !e.disabled && e.checkVisibility() && !e.readOnly && e.type !== "file"
            && !/^(Copy|Tour|Predict|Save)/.test(e.textContent)); // they have tests of their own
        const kinds = [...new Set(all.map(e => e.localName + e.type + e.name))];
        const kind = pick(kinds);
        const element = pick(all.filter(e => e.localName + e.type + e.name === kind));
        const send = type => element.dispatchEvent(new Event(type, {bubbles: true}));
        if (element.type === "range") {
            const [min, max, step] = [element.min, element.max, element.step || 1].map(Number);
            element.value = min + step * draw((max - min) / step + 1);
            send("input");
        } else if (element.type === "number") {
            element.value = pick(["7", "-3", "", "1e9", "2.5", "0.12345", "-1000", "99"]);
            send("change");
        } else if (element.name === "cell") {
            element.value = pick(["7", "-3", "", "1e9", "2.5", "-1000", "99", "1/3", "x"]);
            const key = pick(["Enter", "Enter", "Escape", "ArrowUp"]);
            element.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        } else if (element.localName === "select") {
            element.value = pick([...element.options].filter(o => !o.disabled)).value;
            send("change");
        } else if (element.localName === "td" && draw(2)) {
            element.focus();
            const key = pick(["ArrowLeft", "ArrowDown", "End", "Home", "5", "-", "Escape"]);
            element.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
        } else element.click();
        const text = [root.querySelector("section").textContent,
            ...[...root.querySelectorAll("td.lit")].map(cell => cell.dataset.badge)].join(" ");
        if (/NaN|undefined|null|object/.test(text)) throw Error(`${kind}: ${text}`);
        const code = root.querySelector("textarea").value;
        const slider = root.querySelector("[aria-label='Steps done']");
        const drawn = tables("output").length; // the first large state waits for its script
        if (slider.value === slider.max && drawn) seen[code] = [tables("output").map(texts),
            tables("gathered").map(texts), explorer.session.model.output];
    }
    return Object.entries(seen);
}"""
)


@pytest.mark.parametrize("seed", range(1, 21))
def test_no_control_leads_to_a_state_that_lies(visit: Visit, seed: int) -> None:
    """250 actions at random reach no error, no NaN, and only states that PyTorch computes alike."""
    page = visit.open("explorer.html")
    for code, (output, gathered, exact) in page.evaluate(WALK, [seed, 250]):
        y = run(code)
        assert agree(output, y), code
        wanted = y.double().flatten()  # of float32: the lines round, and so do their sums
        error = 1e-6 * (wanted.abs() + 99 * 99 * 16)
        assert near(torch.tensor(exact, dtype=torch.float64), wanted, error), code
        assert not gathered or agree(gathered, y), code
    assert visit.faults == []


def test_every_published_case_is_a_preset(page: Page) -> None:
    """The presets have the sizes, settings and matrices of the published tables."""
    choose: Callable[[str], Any] = lambda name: page.evaluate(  # noqa: E731
        "name => {" + TABLES + """
        const menu = [...root.querySelectorAll("select")][1];
        menu.value = name;
        menu.dispatchEvent(new Event("change"));
        const link = root.querySelector("[aria-label^=Link]").value;
        return [menu.value, Object.fromEntries(new URLSearchParams(link.split("?")[1])),
            [...root.querySelectorAll("table")].map(t => t.ariaLabel)];
        }""", name)  # fmt: skip
    twins = {twin.name: twin for twin in published.TWINS}
    matrices = {matrix.name: matrix for matrix in published.MATRICES}
    for case in published.DIRECT:
        shown, settings, titles = choose(case.name)
        assert shown == case.name
        assert int(settings.get("size", 5)) == case.input_size
        assert int(settings.get("kernel_size", 3)) == case.kernel_size
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1)):
            assert int(settings.get(name, default)) == getattr(case, name)
        assert squared("Output", case.output_size) in titles
        if case.name in matrices:
            text = "&".join(f"{k}={v}" for k, v in settings.items())
            caption, _ = page.evaluate(MATRIX, [text, []])
            of = matrices[case.name]
            assert f"{of.rows} {TIMES} {of.columns} with {of.entries} entries" in caption
        if case.name not in twins:
            continue
        twin = twins[case.name]
        shown, settings, titles = choose(f"{case.name}_transposed")
        assert shown == f"{case.name}_transposed"
        assert int(settings.get("size", 5)) == case.output_size
        assert int(settings.get("output_padding", 0)) == twin.output_padding
        assert squared("Output", case.input_size) in titles
        stuffed = next(title for title in titles if title.startswith("Zero-stuffed"))
        before, *after = map(int, re.findall(rf"(\d+) {TIMES}", stuffed))
        assert before == twin.stuffed_size
        wide = twin.stuffed_size + 2 * twin.stuffed_padding + twin.output_padding
        assert (after or [before])[0] == wide


# A picture is fetched by its first use; zeros stand for it till then.
FILLED = """async text => {
    const explorer = document.querySelector("conv-explorer");
    explorer.setAttribute("state", text);
    const waits = () => /digit|panda/.test(text) && !explorer.session.model.x.some(Boolean);
    for (let k = 0; k < 500 && waits(); k++) await new Promise(done => setTimeout(done, 10));
    const { x, w } = explorer.session.model;
    return { x, w };
}"""


@pytest.mark.parametrize(("name", "key", "shape"), [
    ("input", "x", (1, 2, 9, 7)), ("weight", "w", (3, 2, 3, 3)),
])  # fmt: skip
def test_every_fill_is_what_stands_still(
    page: Page, name: str, key: str, shape: tuple[int, ...]
) -> None:
    """By its name an array has the same numbers in the explorer and in the still picture."""
    for word in fills.TABLE["settings"][name]["choices"]:
        text = f"{name}={'random-7' if word == 'random' else word}"
        model = page.evaluate(FILLED, f"size=9,7&in_channels=2&out_channels=3&{text}")
        wanted = fills.named(text.split("=")[1], shape, signed=name == "weight")
        assert model[key] == wanted.ravel().tolist(), word
