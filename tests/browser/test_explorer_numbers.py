"""Every number that the explorer shows is PyTorch's."""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import explorer_states
import fills
import published
import pytest
import torch
import torch.nn.functional as F
from explorer_shown import agree, ask, exact, near, number, run
from explorer_states import State
from playwright.sync_api import Browser, Page
from visit import Visit

TIMES = "\N{MULTIPLICATION SIGN}"
SHOW = """async ([text, picks]) => {
    await open(text);
    const outputs = () => tables("output").map(texts);
    const shown = {link: link(), output: outputs()};
    if (link().endsWith("?")) return shown; // it was refused
    Object.assign(shown, {exact: explorer.session.model.output,
        gathered: tables("gathered").map(texts),
        code: root.querySelector("[aria-label='The same in PyTorch']").value,
        sizes: [...root.querySelectorAll(".sizes p")].map(p => p.textContent)});
    const {state, axes: [rows, columns]} = explorer.session.model;
    shown.sums = picks.map(pick => {
        const [k, row, column] = pick.map((f, a) => Math.floor(
            f * [state.out_channels, rows.outputs, columns.outputs][a]));
        click("output", k, row, column);
        const sum = root.querySelector(".sum");
        return [[k, row, column], sum.textContent, [...sum.querySelectorAll(".term")].map(term =>
            [".factors", ".product"].map(part => term.querySelector(part)?.textContent ?? "")),
            [...sum.querySelectorAll(".bias")].map(bias => bias.textContent),
            root.querySelector(".readout").textContent];
    });
    await open(shown.link.split("?")[1], true);
    shown.again = {link: link(), output: outputs()};
    return shown;
}"""
LIT = """async ([text, clicks]) => {
    await open(text);
    if (root.querySelector(".picture")) return null;
    const lit = part => tables(part).map(table => [...table.rows].map(
        row => [...row.cells].map(cell => cell.classList.contains("lit") ? 1 : 0)));
    return clicks.map(place => {
        click(...place);
        return {framed: lit("framed"), input: lit("input"), kernel: lit("kernel"),
            output: lit("output"), readout: root.querySelector(".readout").textContent};
    });
}"""

WON = """async ([text, places]) => {
    await open(text);
    if (root.querySelector(".picture")) return null;
    return places.map(([channel, ...place]) => {
        click("output", channel, ...place);
        return [...tables("framed")[channel].rows].flatMap((row, r) => [...row.cells].flatMap(
            (cell, c) => cell.classList.contains("won") ? [[r, c]] : []));
    });
}"""


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
        at.append(padded(n, before, after, mode)[i + before] if outside else i)
    return 0.0 if None in at else x[0, c, at[0], at[1]].item()


@cache
def padded(n: int, before: int, after: int, mode: str) -> list[int]:
    """Let PyTorch say which inputs stand in a line's padding."""
    line = torch.arange(n, dtype=torch.float64).reshape(1, 1, 1, n)
    return F.pad(line, (before, after, 0, 0), mode=mode)[0, 0, 0].int().tolist()


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
    text, terms, bias, told = shown
    assert told.endswith(f", and adds the bias {bias[0].strip('()')}." if bias else "."), state
    assert bias or "adds the bias" not in told, state
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


def drawn(rng: random.Random, count: int, largest: int = 64) -> list[tuple[State, Any]]:
    """Draw states, each with PyTorch's output, until so many are possible; a few others between."""
    states: list[tuple[State, Any]] = []
    while count:
        state = explorer_states.draw(rng, largest)
        output = state.output()
        if output is not None and state.has_room(output):
            states.append((state, output))
            count -= 1
        elif rng.random() < 0.4:  # about half of all are impossible
            states.append((state, None))
    return states


@pytest.mark.parametrize("seed", range(10))
def test_random_states_show_what_pytorch_computes(page: Page, seed: int) -> None:
    """What PyTorch takes is shown as PyTorch computes it; what it refuses is refused."""
    rng = random.Random(seed)
    for _ in range(3):
        states = drawn(rng, 100)
        asked = [
            [state.text(), [[rng.random() for _ in range(3)] for _ in range(3)]]
            for state, _ in states
        ]
        for (state, output), shown in zip(states, ask(page, SHOW, asked), strict=True):
            if output is None:
                assert shown["link"].endswith("?"), state
            else:
                check(state, output, shown)


def check(state: State, output: torch.Tensor, shown: dict[str, Any]) -> None:
    """Hold all that is shown of a state against PyTorch's output."""
    assert not shown["link"].endswith("?"), state
    assert agree(shown["output"], output), state
    if state.operation == "conv_transpose":
        assert agree(shown["gathered"], output), state
    for text, size in zip(shown["sizes"], output.shape[1:], strict=True):
        check_size(text, size)
    for place, *written in shown["sums"]:
        check_sum(state, output, place, *written)
    error = state.magnitude()
    found = exact(shown["exact"]).reshape(output.shape)
    assert near(found, output, 0 if state.whole else 1e-12 * error), state
    y = run(shown["code"]).double()
    assert near(y, output, 1e-6 * (output.abs() if state.whole else error)), state
    assert shown["again"] == {"link": shown["link"], "output": shown["output"]}, state


def ones_like_kernel(state: State) -> torch.Tensor | None:
    """Give a kernel of ones."""
    _, w = state.tensors()
    return None if w is None else torch.ones_like(w)


def test_lights_are_the_inputs_weights_and_outputs_that_meet(page: Page) -> None:
    """A cell lights what it takes part with, and nothing else, as derivatives tell."""
    rng = random.Random(5)
    checked = Counter()
    while min(checked.values(), default=0) < 60 or len(checked) < 5:
        states, asked = [], []
        for state, output in drawn(rng, 100, 16):
            if output is None:
                continue
            state.settings.pop("bias", None)
            x, _ = state.tensors()
            c, i, j = (rng.randrange(n) for n in x.shape[1:])
            part, at = ("input", (i, j)) if state.operation == "conv_transpose" else (
                "framed", (i + home(state, 0), j + home(state, 1)))  # fmt: skip
            place = [rng.randrange(n) for n in output.shape]
            states.append((state, (c, i, j), place))
            asked.append([state.text(), [[part, c, *at], ["output", *place]]])
        for one, lit in zip(states, ask(page, LIT, asked), strict=True):
            if lit is not None:
                check_lights(*one, *lit)
                checked[one[0].operation] += 1


def check_lights(
    state: State, sample: tuple[int, ...], place: list[int], fed: dict, read: dict
) -> None:
    """Hold what an input and an output light against PyTorch's derivatives."""
    x, _ = state.tensors()
    w = ones_like_kernel(state)
    one = torch.zeros_like(x)
    one[0, *sample] = 1
    feeds = (state.compute(one, w)[0] > 0).int()  # what one sample alone reaches
    assert fed["output"] == feeds.tolist(), state
    assert f"It feeds {int(feeds.sum())} output" in fed["readout"]
    if state.operation == "conv_transpose":
        x.requires_grad_(True)
        state.compute(x, w)[0, *place].backward()
        assert read["input"] == (x.grad[0] != 0).int().tolist(), state
        assert f"It reads {int((x.grad != 0).sum())} input" in read["readout"]
        return
    places = sum(sum(map(sum, grid)) for grid in read["framed"])
    ins, _, groups = state.channels
    taps = state.kernel_size[0] * state.kernel_size[1]
    assert places == taps * (1 if state.pools else ins // groups), state


ADDS = """async ([text, place]) => {
    await open(text);
    if (root.querySelector(".picture")) return null;
    click(...place);
    const terms = [...root.querySelectorAll(".sum .term")].map(term => [
        ...[...term.querySelectorAll(".factors span")].map(factor => factor.textContent),
        ...term.querySelector(".product").textContent.split(/ (?:=|to) /).slice(1)]);
    return [tables("output").map(table => [...table.rows].map(row => [...row.cells].map(
        cell => cell.matches(".lit") ? cell.dataset.badge : null))), terms];
}"""


def test_an_input_says_what_it_adds_to_each_output(page: Page) -> None:
    """The numbers on lit outputs are the outputs of this input alone, and of none in pooling."""
    rng = random.Random(9)
    checked = Counter()
    while min(checked.values(), default=0) < 40 or len(checked) < 5:
        states, asked = [], []
        for state, output in drawn(rng, 100, 16):
            if output is None:
                continue
            state.settings.pop("bias", None)
            x, w = state.tensors()
            c, i, j = (rng.randrange(n) for n in x.shape[1:])
            alone = torch.zeros_like(x)
            alone[0, c, i, j] = x[0, c, i, j]
            at = ("input", c, i, j) if state.operation == "conv_transpose" else (
                "framed", c, i + home(state, 0), j + home(state, 1))  # fmt: skip
            states.append((state, None if state.pools else state.compute(alone, w)[0]))
            asked.append([state.text(), at])
        for (state, wanted), found in zip(states, ask(page, ADDS, asked), strict=True):
            if found is None:
                continue
            checked[state.operation] += 1
            badges, terms = found
            check_additions(state, wanted, badges)
            check_spread(state, badges, terms)


def check_additions(state: State, wanted: torch.Tensor | None, found: list) -> None:
    """Hold what stands on lit outputs against what PyTorch computes; on others stands nothing."""
    for c, grid in enumerate(found):
        for i, row in enumerate(grid):
            for j, badge in enumerate(row):
                if wanted is None:
                    assert not badge, state
                elif badge is None:
                    assert wanted[c, i, j] == 0, state
                else:
                    assert badge[0] in "+\N{MINUS SIGN}", state
                    shown = number(badge.removeprefix("+"))
                    assert shown == pytest.approx(short(wanted[c, i, j].item()), abs=1e-9), state


def check_spread(state: State, badges: list, terms: list) -> None:
    """Hold the line below against the badges: the same products, each with its factors."""
    if state.pools or state.operation == "conv_transpose":
        assert terms == [], state
        return
    wanted = {
        ", ".join(map(str, (c, i, j)[len(badges) < 2 :])): badge.removeprefix("+")
        for c, grid in enumerate(badges)
        for i, row in enumerate(grid)
        for j, badge in enumerate(row)
        if badge is not None
    }
    assert {place: product for _, _, product, place in terms} == wanted, state
    assert len(terms) == len(wanted), state
    for x, weight, product, _ in terms:
        a, b = (
            float(Fraction(one.strip("()").replace("\N{MINUS SIGN}", "-"))) for one in (x, weight)
        )
        rounded = 0.01 + 0.005 * (abs(a) + abs(b))
        assert a * b == pytest.approx(number(product), abs=rounded), state


def home(state: State, a: int) -> int:
    """Count the padding before the input along an axis."""
    if state.padding == "same":
        return state.dilation[a] * (state.kernel_size[a] - 1) // 2
    return state.padding[2 * a]


def test_the_input_that_won_is_pytorchs(page: Page) -> None:
    """Of a window of max pooling the first of the largest is marked, and of padding alone none."""
    rng = random.Random(8)
    checked = 0
    while checked < 300:
        states, asked = [], []
        for state, output in drawn(rng, 100, 16):
            if output is not None and state.operation == "max_pool":
                places = [[rng.randrange(n) for n in output.shape] for _ in range(10)]
                above, _, left, _ = state.padding
                kept = {k: v for k, v in state.settings.items() if not k.endswith("channels")}
                indices = F.max_pool2d(
                    state.tensors()[0], state.kernel_size, state.stride, (above, left),
                    state.dilation, return_indices=True, **kept,
                )[1][0]  # fmt: skip
                wanted = []
                for place in places:
                    r, c = divmod(int(indices[*place]), state.size[1])
                    wanted.append([[r + above, c + left]] if output[*place] > -math.inf else [])
                states.append(wanted)
                asked.append([state.text(), places])
        for wanted, won in zip(states, ask(page, WON, asked), strict=True):
            if won is not None:
                assert won == wanted
                checked += len(won)


def test_a_weight_lights_every_input_that_it_multiplies(page: Page) -> None:
    """A weight lights an input exactly if some output depends on the product of the two."""
    rng = random.Random(6)
    checked = 0
    while checked < 60:
        states = [
            (state, [rng.randrange(n) for n in state.kernel_size])
            for state, output in drawn(rng, 60, 16)
            if output is not None
            and not (state.pools or state.settings.get("padding_mode", "zeros") != "zeros")
        ]
        asked = [[state.text(), [["kernel", 0, *at]]] for state, at in states]
        for (state, at), lit in zip(states, ask(page, LIT, asked), strict=True):
            if lit is not None:
                check_weight(state, at, *lit)
                checked += 1


def check_weight(state: State, at: list[int], lit: dict) -> None:
    """Hold what a weight from channel 0 to channel 0 lights against PyTorch's derivative."""
    x, w = state.tensors()
    alone = torch.zeros_like(w)
    alone[0, 0, *at] = 1
    x = torch.ones_like(x, requires_grad=True)
    state.compute(x, alone).sum().backward()
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


MATRIX = """async ([text, entries]) => {
    const fold = [...root.querySelectorAll("details")].find(
        d => d.firstChild.textContent === "The matrix");
    fold.open = true;
    while (!fold.querySelector("p")?.textContent) await new Promise(done => setTimeout(done, 5));
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


def test_the_matrix_is_the_jacobian(page: Page) -> None:
    """The matrix' size, its entries and their number are those of PyTorch's derivative."""
    rng = random.Random(7)
    states: list[State] = []
    while len(states) < 40:
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
        states.append(state)
    asked = [[s.text(), [[rng.random(), rng.random()] for _ in range(10)]] for s in states]
    for state, (caption, read) in zip(states, ask(page, MATRIX, asked), strict=True):
        x, w = state.tensors()
        jacobian = torch.autograd.functional.jacobian(
            lambda x, s=state, w=w: s.compute(x, w).flatten(), x
        ).reshape(-1, x.numel())
        found = re.search(rf"is (\d+) {TIMES} (\d+) with (\d+)", caption)
        rows, columns, count = map(int, found.groups())
        assert (rows, columns) == tuple(jacobian.shape)
        assert count == int((jacobian != 0).sum())
        for text in read:
            r, c, value = re.match(r"M\[(\d+), (\d+)\] = (\S+):", text).groups()
            assert number(value) == pytest.approx(jacobian[int(r), int(c)].item(), abs=0.005 + 1e-9)


def test_every_published_case_is_a_preset(page: Page) -> None:
    """The presets have the sizes, settings and matrices of the published tables."""
    choose: Callable[[str], Any] = lambda name: page.evaluate(  # noqa: E731
        """name => {
        const root = document.querySelector("conv-explorer").shadowRoot;
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
            ((caption, _),) = ask(page, MATRIX, [[text, []]])
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
