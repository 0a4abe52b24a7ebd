"""Layers after the explorer's own, and the size formula the other way round."""

import itertools
import math
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import explorer_states
import pytest
import torch
import torch.nn.functional as F
from axe_playwright_python.sync_playwright import Axe
from explorer_states import State
from playwright.sync_api import Browser, Locator, Page, expect
from torch.utils.flop_counter import FlopCounterMode
from visit import IDLE, Visit, beyond

from convdocs.cost_table import cost_table
from convdocs.layers import output_size, pytorch_line
from convdocs.solve import conv_settings, conv_transpose_settings
from convdocs.stack_text import parse_stack

TIMES = " \N{MULTIPLICATION SIGN} "
STACKS = 300
KINDS = {"conv": "cross_correlate", "convT": "conv_transpose", "maxpool": "max_pool",
         "avgpool": "avg_pool"}  # fmt: skip
TOOLS = """
const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
const stack = root.querySelector(".stack");
const lines = [...stack.querySelectorAll("[aria-label=Layers] > [role=row]")];
const layers = () => [...stack.querySelectorAll("[aria-label=Layers] > [role=row]")].slice(1, -1)
    .map(row => ({fault: row.querySelector(".fault")?.textContent ?? "",
        text: row.querySelector("input")?.value ?? "",
        figures: [...row.querySelectorAll("[data-head]")].map(cell => cell.textContent)}));
const grids = () => [...stack.querySelectorAll(".levels .grids")]
    .map(part => [...part.querySelectorAll("table")]);
// A grid of too many cells is a picture.
const cells = (table, of) => table.ariaRowCount ? null
    : [...table.rows].map(row => [...row.cells].map(of));
const link = () => root.querySelector("[aria-label^=Link]").value.split("?")[1];
const lit = tables => tables.map(t => cells(t, c => c.classList.contains("lit") ? 1 : 0));
"""
SHOW = (
    "async all => {"
    + TOOLS
    + """
    const show = async ([text, picks]) => {
        explorer.setAttribute("state", text);
        while (!grids().length) await new Promise(done => setTimeout(done, 5));
        const shown = {link: link(), layers: layers(),
            code: stack.querySelector("textarea").value,
            values: grids().map(part => part.map(t => cells(t, c => c.textContent)))};
        shown.lights = picks.map(pick => {
            const parts = grids();
            const at = Math.floor(pick[0] * parts.length);
            const channel = Math.floor(pick[1] * parts[at].length);
            const table = parts[at][channel];
            if (table.ariaRowCount) return null;
            const row = Math.floor(pick[2] * table.rows.length);
            const column = Math.floor(pick[3] * table.rows[0].cells.length);
            table.rows[row].cells[column].click();
            return {at, cell: [channel, row, column], lit: grids().map(lit),
                said: stack.querySelector(".told").textContent};
        });
        return shown;
    };
    const found = [];
    for (const one of all) found.push(await show(one));
    return found;
}"""
)


def unfold(page: Page) -> None:
    """Open the fold, and wait for its script."""
    page.locator("conv-explorer summary", has_text="Layers after each other").click()
    page.locator("conv-explorer .stack .levels table").first.wait_for()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the explorer's page and the fold once."""
    visit = Visit(browser.new_page(), address)
    page = visit.open("explorer.html")
    unfold(page)
    page.evaluate("document.querySelector('conv-explorer').setAttribute('state', 'size=30')")
    page.locator("conv-explorer .levels .pixels").first.wait_for()  # what draws pictures is there
    yield page
    assert visit.faults == []
    page.close()


def number(text: str) -> float:
    """Read a number as the cells write it."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("∞", "inf"))


def later(rng: random.Random, shape: tuple[int, ...]) -> tuple[str, State | None]:
    """Draw a layer for an input of this shape, which it may or may not fit."""
    kind = rng.choice(["conv", "conv", "conv", "convT", "convT", "maxpool", "avgpool", "relu"])
    if kind == "relu":
        return kind, None
    channels, *size = shape

    def pair(values: list[int]) -> list[int]:
        return [rng.choice(values)] * 2 if rng.random() < 0.7 else rng.choices(values, k=2)

    pools, settings = kind.endswith("pool"), {"in_channels": channels, "out_channels": channels}
    kernel = pair([1, 2, 3, 3, 3, 4])
    stride = pair([1, 1, 2, 2, 3])
    dilation = [1, 1] if kind == "avgpool" else pair([1, 1, 1, 2])
    sides = pair([0, 0, 1]) if pools else pair([0, 1, 1, 2])
    padding: list[int] | str = [sides[0], sides[0], sides[1], sides[1]]
    words = {"k": kernel, "s": stride, "p": sides, "d": dilation}
    flags = []
    if not pools:
        settings["out_channels"] = rng.randint(1, 4)
        groups = rng.choice([1, 1, 1, math.gcd(channels, settings["out_channels"])])
        if groups > 1:
            settings["groups"] = groups
            words["g"] = [groups]
        if rng.random() < 0.4:
            flags.append("nobias")
    if kind == "convT" and rng.random() < 0.4:
        words["op"] = settings["output_padding"] = pair([0, 1])
    if kind == "conv" and rng.random() < 0.15:
        padding, flags = "same", [*flags, "psame"]
        del words["p"]
    if pools and rng.random() < 0.4:
        settings["ceil_mode"] = True
        flags.append("ceil")
    written = [kind, *(() if pools else (channels, settings["out_channels"]))]
    for letter, values in words.items():
        neutral = {"k": None, "p": 0, "op": 0, "s": None if pools else 1}.get(letter, 1)
        if any(value != neutral for value in values):
            written.append(letter + "x".join(map(str, dict.fromkeys(values))))
    text = " ".join(map(str, [*written, *flags]))
    state = State(KINDS[kind], list(size), kernel, stride, dilation, padding, settings)
    return text, state


def drawn(rng: random.Random, most: int = 4) -> tuple[State, list[tuple[str, State | None]], str]:
    """Draw a first layer and what follows, as long as it fits, and whether the last does."""
    first = explorer_states.draw(rng, 16)
    output = first.output()
    while (output is None or not first.has_room(output) or output.isinf().any()
           or len(first.input) > 150):  # fmt: skip
        first = explorer_states.draw(rng, 16)
        output = first.output()
    chain: list[tuple[str, State | None]] = []
    come, fits = torch.ones_like(output), True
    for _ in range(rng.randint(1, most)):
        text, state = later(rng, tuple(come.shape))
        chain.append((text, state))
        if state is None:
            come = come.relu()
            continue
        state.input = come.flatten().tolist()
        ins, outs, groups = state.channels
        state.weight = [1] * (ins * outs // groups * math.prod(state.kernel_size))
        after = state.output()
        fits = after is not None and after.numel() > 0 and state.has_room(after)
        if come.isinf().any() and not state.pools:
            fits = False  # zero times infinity is no number
        if not fits:
            break
        come = after
    then = ",".join(text.replace(" ", "+") for text, _ in chain)
    return first, chain, f"{first.text()}&then={then}" if fits else f"!{first.text()}&then={then}"


def spread(state: State, x: torch.Tensor) -> torch.Tensor:
    """Add up, for each output, all that its layer reads: zero only for what reads nothing."""
    ins, outs, groups = state.channels
    given = {name: value for name, value in state.settings.items() if name != "bias"}
    if not state.pools:
        state = replace(state, settings=given)
        shape = (ins, outs // groups) if state.operation == "conv_transpose" else (
            outs, ins // groups)  # fmt: skip
        return state.compute(x, torch.ones(*shape, *state.kernel_size, dtype=x.dtype))
    given.pop("count_include_pad", None)
    given.pop("in_channels")
    given.pop("out_channels")
    size = F.max_pool2d(x, state.kernel_size, state.stride, state.padding[::2], state.dilation,
                        **given).shape[-2:]  # fmt: skip
    ends = [
        (o - 1) * s + d * (k - 1) + 1 - n - p
        for o, s, d, k, n, p in zip(
            size, state.stride, state.dilation, state.kernel_size, x.shape[-2:],
            state.padding[::2], strict=True)
    ]  # fmt: skip
    above, left = state.padding[0], state.padding[2]
    framed = F.pad(x, (left, max(ends[1], 0), above, max(ends[0], 0)))
    ones = torch.ones(x.shape[1], 1, *state.kernel_size, dtype=x.dtype)
    found = F.conv2d(framed, ones, None, state.stride, 0, state.dilation, x.shape[1])
    return found[..., : size[0], : size[1]]


def run(code: str) -> dict[str, Any]:
    """Run what is there to paste."""
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def work(first: State, chain: list, net: torch.nn.Sequential) -> tuple[list, list, list]:
    """Give each layer's output, parameters and MACs, with the weights of a network."""
    modules = [one for one in net if not type(one).__name__.endswith("Pad2d")]
    assert len(modules) == 1 + len(chain)
    x, w = first.tensors()
    outputs = []
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net(x)
    flops = counter.get_flop_counts()
    for state, module in zip([first, *(state for _, state in chain)], modules, strict=True):
        with torch.no_grad():
            if state is None:
                x = x.relu()
            else:
                weight = w if state is first else getattr(module, "weight", None)
                x = state.compute(x, weight)
                bias = getattr(module, "bias", None)
                if bias is not None and state is not first:
                    x = x + bias[:, None, None]
        outputs.append(x[0])
    learned = [sum(p.numel() for p in module.parameters()) for module in modules]
    macs = [sum(flops.get(f"Sequential.{name}", {}).values()) // 2
            for name, module in net.named_children() if module in modules]  # fmt: skip
    return outputs, learned, macs


def check_lights(first: State, chain: list, light: dict) -> None:
    """Hold what lights up against the derivative of what is chosen, and the words against it."""
    x = torch.ones(first.tensors()[0].shape, dtype=torch.float64, requires_grad=True)
    levels = [x]
    for state in [first, *(state for _, state in chain)]:
        levels.append(levels[-1] * 1 if state is None else spread(state, levels[-1]))
    at, (channel, row, column) = light["at"], light["cell"]
    if at:
        lower = levels[:at]
        grads = torch.autograd.grad(levels[at][0, channel, row, column], lower, allow_unused=True,
                                    materialize_grads=True)  # fmt: skip
        wanted = [(grad[0] != 0).int().tolist() for grad in grads]
        for lit, grid in zip(light["lit"], wanted, strict=False):
            assert None in lit or lit == grid
        assert not any(1 in row for lit in light["lit"][at + 1 :] for g in lit if g for row in g)
        for k, grid in enumerate(wanted):
            what = f"layer {k}" if k else "the input"
            count = int(torch.tensor(grid).sum())
            assert re.search(rf"\b{count}( cells?)? of {what}\b", light["said"])
        return
    one = torch.zeros_like(x)
    one[0, channel, row, column] = 1
    for k, state in enumerate([first, *(state for _, state in chain)], 1):
        one = one if state is None else (spread(state, one) != 0).double()
        assert None in light["lit"][k] or light["lit"][k] == one[0].int().tolist()


def test_random_stacks_are_pytorchs(page: Page) -> None:
    """Outputs, parameters, MACs and what a cell depends on are PyTorch's; misfits are said."""
    rng = random.Random(31)
    stacks: list = []
    fits = 0
    while fits < STACKS:
        stacks.append(drawn(rng))
        fits += not stacks[-1][2].startswith("!")
    shown = page.evaluate(SHOW, [[text.lstrip("!"), [[rng.random() for _ in range(4)]]]
                                 for _, _, text in stacks])  # fmt: skip
    for (first, whole_chain, text), found in zip(stacks, shown, strict=True):
        faults = [bool(layer["fault"]) for layer in found["layers"]]
        misfits = text.startswith("!")
        assert faults == [False] * len(whole_chain) + [misfits], (text, found["layers"])
        chain = whole_chain[: len(whole_chain) - misfits]
        if misfits:
            assert found["layers"][-1]["figures"] == [""] * 4
        else:
            assert found["link"].split("then=")[1] == text.split("then=")[1]
        names = run(found["code"])
        outputs, learned, macs = work(first, chain, names["net"])
        assert torch.equal(names["x"], first.tensors()[0])
        assert torch.allclose(names["y"][0], outputs[-1], rtol=1e-12, atol=1e-9), text
        whole = first.whole  # until a mean is no longer exact in binary
        states = [first, *(state for _, state in chain)]
        for values, output, state in zip(found["values"][1:], outputs, states, strict=True):
            whole = whole and not (state and state.operation == "avg_pool")
            if None in values:
                continue
            told = torch.tensor([[[number(cell) for cell in row] for row in g] for g in values],
                                dtype=torch.float64)  # fmt: skip
            assert not whole or torch.equal(told, output), text
            assert torch.allclose(told, output, rtol=1e-9, atol=0.00501), text
        for layer, output, parameters, count in zip(
            found["layers"], outputs, learned, macs, strict=False
        ):
            shape, *counts, _ = layer["figures"]
            assert shape == TIMES.join(map(str, output.shape))
            assert counts == [f"{parameters:,}", f"{count:,}"]
        for light in filter(None, found["lights"]):
            check_lights(first, chain, light)
    again = page.evaluate(SHOW, [[one["link"], []] for one in shown[:20]])
    for one, other in zip(shown, again, strict=False):
        for what in ("link", "layers", "values", "code"):
            assert one[what] == other[what]


def extent(chain: list[State | None], down: int, across: int) -> tuple[list[int], list[int]]:
    """Find the first and the last input that one output of the layers reads, along each axis."""
    x = torch.ones(1, chain[0].channels[0], 160, 160, dtype=torch.float64, requires_grad=True)
    y = x
    for state in chain:
        y = y if state is None else spread(state, y)
    y[0, 0, down, across].backward()
    seen = [torch.nonzero((x.grad[0] != 0).sum((0, axis)))[:, 0] for axis in (2, 1)]
    return [int(one[0]) for one in seen], [int(one[-1]) for one in seen]


def test_receptive_fields_are_as_wide_as_the_gradient(page: Page) -> None:
    """Size, step, start and centre are those of the derivative of two outputs in the middle."""
    rng = random.Random(32)
    stacks = [one for one in (drawn(rng) for _ in range(160)) if not one[2].startswith("!")]
    shown = page.evaluate(SHOW, [[text, []] for *_, text in stacks])
    known = 0
    for (first, chain, text), found in zip(stacks, shown, strict=True):
        first.settings.pop("padding_mode", None)  # which inputs stand in the padding
        states = [first, *(state for _, state in chain)]
        told = found["layers"][-1]["figures"][3]
        strided = any(s and s.operation == "conv_transpose" and s.stride != [1, 1] for s in states)
        assert ("not the same" in told) == strided, text
        if strided:
            continue
        size, *rest = re.fullmatch(r"(.*), step (.*), from (.*), centre (.*)", told).groups()
        sizes = [int(n) for n in size.split(TIMES)]
        step, start, centre = ([float(n) for n in one.replace("\N{MINUS SIGN}", "-").split(", ")]
                               for one in rest)  # fmt: skip
        step, start, centre = (one * 2 if len(one) == 1 else one for one in (step, start, centre))
        if max(sizes) > 70:  # wider than the input about its middle, where no padding is read
            continue
        at = [round((80 - c) / s) for c, s in zip(centre, step, strict=True)]
        (low, high), (after, _) = extent(states, *at), extent(states, at[0] + 1, at[1] + 1)
        known += 1
        assert [b - a + 1 for a, b in zip(low, high, strict=True)] == sizes, text
        assert [b - a for a, b in zip(low, after, strict=True)] == step, text
        assert [a - n * s for a, n, s in zip(low, at, step, strict=True)] == start, text
        assert centre == [a + (n - 1) / 2 for a, n in zip(start, sizes, strict=True)]
    assert known >= 30


WRITE = (
    "all => {"
    + TOOLS
    + """
    const start = "size=6&in_channels=4&kernel_size=1&out_channels=4&then=relu";
    return all.map(text => {
        explorer.setAttribute("state", start);
        const field = stack.querySelector("[aria-label='Layer 2']");
        field.value = text;
        field.dispatchEvent(new Event("change"));
        return layers()[1];
    });
}"""
)


def test_a_layer_is_written_as_the_package_reads_it(page: Page) -> None:
    """Within the explorer's bounds a text is a layer here exactly if it is one for the package."""
    rng = random.Random(33)
    words = ["4", "2", "k3", "k2x3", "kernel_size=3", "s2", "stride=2", "p1", "padding=same",
             "psame", "pvalid", "p1x0", "d2", "dilation=2", "g2", "groups=4", "op1",
             "output_padding=1", "nobias", "bias=False", "ceil", "ceil_mode=True", "k", "x3", "s0",
             "k=3", "kernel_size3", "bias=True", "3k", "P1", "-1"]  # fmt: skip
    starts = ["conv 4 2 k3", "conv 4 4 k3", "CONV2d 4 1 k2", "convT 4 2 k3", "convt2D 4 3 k2",
              "maxpool k2", "avgpool2d k3", "MaxPool k3", "relu", "ReLU", "conv 4", "dense 4 2",
              "", "conv 4 2"]  # fmt: skip
    texts = [" ".join([rng.choice(starts), *rng.sample(words, rng.randint(0, 3))])
             for _ in range(320)]  # fmt: skip
    good = 0
    for text, layer in zip(texts, page.evaluate(WRITE, texts), strict=True):
        if re.match(r"(convt|max|avg).*same", text.lower()):
            assert layer["fault"], text  # PyTorch has it for convolutions only
            continue
        try:
            (part,) = parse_stack(text)
            size = output_size(part.layer, (6, 6))
            (row,) = cost_table(part.layer, (6, 6), in_channels=4) or (None,)
        except ValueError:
            assert layer["fault"], text
            continue
        assert not layer["fault"], (text, layer)
        good += 1
        shape = (row.out_channels if row else 4, *size)
        counts = (row.parameters, row.macs) if row else (0, 0)
        assert layer["figures"][:3] == [TIMES.join(map(str, shape)), *(f"{n:,}" for n in counts)]
        again = parse_stack(layer["text"])[0].layer
        assert again == part.layer, text
    assert good >= 60


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("then=maxpool+k5", "the kernel spans 5, the padded height is 3"),
        ("then=conv+2+1+k3", "it reads 2 channels, 1 come"),
        ("then=conv+1+9+k1", "in_channels goes from 1 to 4 here, not to 9"),
        ("then=conv+1+1", "its kernel_size is missing"),
        ("then=conv+1+1+k1+k1", "kernel_size is given twice"),
        ("then=conv+1+1+k1+op1", "conv has no such setting: op1"),
        ("then=conv+1+1+k1x1x1", ""),
        ("then=convT+1+1+k8+s8+s8", "stride is given twice"),
        ("size=22&then=convT+1+1+k1+s8", "a grid of 153 cells has no room, only one of 144"),
        ("then=maxpool+k3+p2", "pooling pads at most half the kernel, not 2 for 3"),
        (
            "operation=max_pool&size=2&kernel_size=2&dilation=3&padding=1&then=conv+1+1+k1",
            "what comes is not finite: a window before it holds padding alone",
        ),
        ("then=maxpool+k9", "stride goes from 1 to 8 here, not to 9"),
        ("then=relu,,relu", ""),
        ("then=,relu", ""),
        ("then=dense+4", ""),
        ("then=relu,relu,relu,relu,relu,relu,relu", ""),
        ("then=relu+k3", ""),
        ("then=conv%201%201+k3", ""),
    ],
)
def test_what_is_no_layer_is_refused_and_what_misfits_is_said(
    page: Page, text: str, word: str
) -> None:
    """A link whose text has no layer's form is refused; a layer that does not fit says why."""
    note, link, said = page.evaluate("text => {" + TOOLS + """
        explorer.setAttribute("state", "");
        history.replaceState(null, "", "#conv-explorer?" + text);
        window.dispatchEvent(new HashChangeEvent("hashchange", {newURL: location.href}));
        return [root.querySelector(".note").textContent, link(),
            layers().map(layer => layer.fault)];
    }""", text)  # fmt: skip
    if word:
        assert (note, link) == ("", text)
        assert word in said[1]
    else:
        assert "The link cannot be read: then cannot be" in note
        assert link == ""


def test_the_part_keeps_up_with_the_explorer(visit: Visit) -> None:
    """A link with layers opens the fold; another first layer works all anew; none is forgotten."""
    page = visit.open("explorer.html#conv-explorer?size=9&then=conv+1+2+k3,maxpool+k2+s1")
    rows = page.locator("conv-explorer [aria-label=Layers] > [role=row]")
    rows.nth(4).wait_for()
    assert f"2{TIMES}4{TIMES}4" in rows.nth(3).inner_text()
    page.locator("conv-explorer input[name='size.0']").fill("5")
    assert "the kernel spans 2, the padded height is 1" in rows.nth(3).inner_text()
    page.locator("conv-explorer input[name='size.0']").fill("10")
    assert f"2{TIMES}5{TIMES}5" in rows.nth(3).inner_text()
    page.locator("conv-explorer input[name='out_channels.0']").fill("3")
    assert "it reads 1 channel, 3 come" in rows.nth(2).inner_text()
    page.get_by_role("button", name="Let each layer read what comes").click()
    assert page.get_by_label("Layer 2", exact=True).input_value() == "conv 3 2 k3"
    page.get_by_role("button", name="Move layer 3 up").click()
    assert page.get_by_label("Layer 2", exact=True).input_value() == "maxpool k2 s1"
    page.get_by_role("button", name="Remove layer 2").click()
    assert rows.count() == 4
    assert visit.faults == []


def test_the_code_says_which_layers_it_leaves_out(visit: Visit) -> None:
    """A layer that does not fit is a comment at its place, with the reason; the rest runs."""
    page = visit.open(
        "explorer.html#conv-explorer?size=8&padding=1&then=conv+1+4+k3+s2+p1,maxpool+k2,relu"
    )
    page.locator("conv-explorer .levels table").first.wait_for()
    code = page.locator("conv-explorer .stack textarea")
    assert "left out" not in code.input_value()
    page.locator("conv-explorer input[name='out_channels.0']").fill("2")
    assert [line.strip() for line in code.input_value().splitlines() if "left out" in line] == [
        "# left out: layer 2, conv 1 4 k3 s2 p1: it reads 1 channel, 2 come",
        "# left out: layer 3, maxpool k2: what comes before it does not fit",
        "# left out: layer 4, relu: what comes before it does not fit",
    ]
    names = run(code.input_value())
    assert [type(one).__name__ for one in names["net"]] == ["Conv2d"]
    assert names["y"].shape == (1, 2, 8, 8)
    assert visit.faults == []


DEEP = "size=8&padding=1&then=conv+1+1+k3+p1,maxpool+k2,relu"
SAID = "1 of layer 3, 4 of layer 2, 16 of layer 1, 36 of the input"


def test_the_chosen_cell_of_a_later_layer_is_kept(visit: Visit) -> None:
    """Link, reload, steps and undo keep it; readout, sum and lights are its own."""
    page = visit.open(f"explorer.html#conv-explorer?{DEEP}&weight=random-7")
    told = page.locator("conv-explorer .stack .told")
    link = page.locator("conv-explorer [aria-label^=Link]")
    readout = page.locator("conv-explorer .readout")
    lit = page.locator("conv-explorer [data-part=framed] td.lit")
    last = page.locator("conv-explorer .levels .grids").last.locator("td")

    def check(step: str) -> None:
        expect(readout).to_contain_text("Layer 4, channel 0, row 1, column 1")
        expect(told).to_contain_text(SAID.replace("1 of", "1 cell of", 1))
        expect(lit).to_have_count(36)
        expect(last.nth(5)).to_have_attribute("aria-selected", "true")
        number = last.nth(5).inner_text()
        assert page.locator("conv-explorer .sum").text_content().startswith(f"{number} = max(")
        assert link.input_value().split("?")[1] == "&".join(
            [DEEP.replace("&then", "&weight=random-7&then"), *[step][: bool(step)],
             "cell=layer4,0,1,1"])  # fmt: skip

    last.nth(5).click()
    check("")
    page.locator("conv-explorer [data-part=output] td").last.hover()
    expect(readout).to_contain_text("Layer 4")  # which is pinned
    page.keyboard.press("Escape")
    page.locator("conv-explorer [data-part=output] td").first.hover()
    expect(readout).to_contain_text("Output, row")
    page.locator("h1").hover()
    check("")
    page.get_by_role("button", name="Step", exact=True).click()
    check("step=2")
    page.wait_for_function("() => location.hash.includes('step=2&cell=layer4,0,1,1')")
    page.reload()
    check("step=2")
    page.locator("conv-explorer input[name='size.0']").fill("2")
    expect(readout).not_to_contain_text("Layer 4")  # which has no such cell
    assert "cell=" not in link.input_value()
    page.get_by_role("button", name="Undo").click()
    check("step=2")
    page.locator("conv-explorer .levels .grids").nth(2).locator("td").nth(9).click()
    assert link.input_value().endswith("cell=layer2,0,1,1")
    assert "·" in page.locator("conv-explorer .sum").text_content()
    page.locator("conv-explorer [data-part=kernel] td").first.click()
    assert link.input_value().endswith("cell=weight,0,0,0,0")
    assert told.inner_text().startswith("Choose a cell")
    assert visit.faults == []


def test_a_passing_pointer_leaves_the_cell_of_a_later_layer(visit: Visit) -> None:
    """Of a transposed convolution too, whose last step is an input's."""
    page = visit.open(f"explorer.html#conv-explorer?operation=conv_transpose&{DEEP}")
    readout = page.locator("conv-explorer .readout")
    page.locator("conv-explorer .levels .grids").last.locator("td").first.click()
    expect(readout).to_contain_text("Layer 4, channel 0, row 0, column 0")
    page.keyboard.press("Escape")
    page.locator("conv-explorer [data-part=output] td").last.hover()
    expect(readout).to_contain_text("Output, row")
    page.locator("h1").hover()
    expect(readout).to_contain_text("Layer 4, channel 0, row 0, column 0")
    assert visit.faults == []


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_cell_slips_from_under_the_pointer(visit: Visit, width: int) -> None:
    """What is said of a cell of a later layer has room before it is said."""
    visit.page.set_viewport_size({"width": width, "height": 900})
    page = visit.open(f"explorer.html#conv-explorer?{DEEP},conv+1+1+k3+p1,relu")
    layers = page.locator("conv-explorer .levels .grids")
    expect(layers).to_have_count(7)
    place = "one => one.getBoundingClientRect().top + scrollY"
    before = layers.last.evaluate(place)
    for k in range(7):
        layers.nth(k).locator("td").last.click()
        assert layers.last.evaluate(place) == pytest.approx(before, abs=2), k
    assert visit.faults == []


def test_a_cell_that_no_later_layer_has_is_told(visit: Visit) -> None:
    """The rest of the link is read; where no layers follow, there is no such cell at all."""
    page = visit.open(f"explorer.html#conv-explorer?{DEEP}&cell=layer4,0,4,0")
    note = page.locator("conv-explorer .note")
    expect(note).to_have_text("There is no cell 0,4,0 in layer 4.")
    link = page.locator("conv-explorer [aria-label^=Link]")
    assert link.input_value().split("?")[1] == DEEP
    page = visit.open("explorer.html#conv-explorer?cell=layer4,0,1,0")
    page.reload()
    expect(note).to_contain_text("there is no cell layer4,0,1,0")
    assert visit.faults == []


def test_a_new_stack_is_alive_and_can_be_worked_out_by_hand(visit: Visit) -> None:
    """What the buttons add keeps numbers above zero; each kernel stands beside its maps."""
    page = visit.open("explorer.html#conv-explorer?size=8&padding=1")
    unfold(page)
    for kind in ("Convolution", "Max pooling", "ReLU"):
        page.get_by_role("button", name=f"Add {kind}", exact=True).click()
    assert page.get_by_label("Layer 2", exact=True).input_value() == "conv 1 2 k3 p1"
    maps = page.locator("conv-explorer .levels .grids")
    assert any(number(text) > 0 for text in maps.last.locator("td").all_inner_texts())
    kernels = page.locator("conv-explorer .levels .kernels")
    expect(kernels).to_have_count(1)
    expect(kernels.locator("table")).to_have_count(2)
    expect(kernels.locator("figcaption").last).to_have_text(f"Kernel, channel 0 to 1: 3{TIMES}3")

    def read(grids: Locator, *shape: int) -> torch.Tensor:
        texts = grids.locator("td").all_inner_texts()
        return torch.tensor([number(text) for text in texts], dtype=torch.float64).reshape(shape)

    weight, come = read(kernels, 2, 1, 3, 3), read(maps.nth(1), 1, 1, 8, 8)
    assert torch.equal(F.conv2d(come, weight, padding=1), read(maps.nth(2), 1, 2, 8, 8))
    maps.nth(2).locator("table").last.locator("td").nth(9).click()
    assert kernels.locator("table").last.locator("td.lit").count() == 9
    assert kernels.locator("td.lit").count() == 9  # those of the other channel are not
    page.locator("conv-explorer .sum .product").first.wait_for()
    kernels.locator("td").first.click()  # it is there to be read
    assert "cell=layer2,1,1,1" in page.locator("conv-explorer [aria-label^=Link]").input_value()
    kernels.locator("td").first.press("ArrowRight")
    assert page.evaluate(
        "document.activeElement.shadowRoot.activeElement === document.activeElement.shadowRoot"
        ".querySelectorAll('.kernels td')[1]"
    )
    assert visit.faults == []


def test_many_weights_show_the_kernels_of_one_output_channel(visit: Visit) -> None:
    """Where all would be too many, the chosen cell's channel says whose are on show."""
    page = visit.open("explorer.html#conv-explorer?out_channels=4&size=9&then=conv+4+4+k5+p2")
    kernels = page.locator("conv-explorer .levels .kernels figcaption")
    expect(kernels).to_have_count(4)
    expect(kernels.last).to_contain_text("channel 3 to 0")
    page.locator("conv-explorer .levels .grids").last.locator("table").nth(2).locator(
        "td"
    ).first.click()
    expect(kernels).to_have_count(4)
    expect(kernels.last).to_contain_text("channel 3 to 2")
    assert visit.faults == []


def test_a_layer_made_to_fit_is_told(visit: Visit) -> None:
    """Channels that are not those that come are changed, and a note says what became of them."""
    page = visit.open("explorer.html#conv-explorer?size=8&then=relu,relu")
    field = page.get_by_label("Layer 2", exact=True)
    field.fill("conv 2 1 k3")
    field.press("Enter")
    expect(field).to_have_value("conv 1 1 k3")
    note = page.locator("conv-explorer .note")
    expect(note).to_have_text("Layer 2 reads what comes: conv 2 1 k3 is conv 1 1 k3 now.")
    for text, read in {
        "nn.Conv2d(1, 4, 3, padding=1)": "conv 1 4 k3 p1",
        "Conv2d(1,2,(3, 2),bias=False)": "conv 1 2 k3x2 nobias",
        "torch.nn.ConvTranspose2d(1, 2, 2, stride=2),": "convT 1 2 k2 s2",
        "nn.MaxPool2d(2, ceil_mode=True)": "maxpool k2 ceil",
        "nn.AvgPool2d(kernel_size=(2, 3), stride=1)": "avgpool k2x3 s1",
        "nn.ReLU(inplace=True)": "relu",
    }.items():
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_value(read)
        expect(note).to_have_text("")
    for text in ("nn.Linear(3, 4)", "nn.Conv2d(1, 1, 3, padding_mode='reflect')", "constructor(1)"):
        field.fill(text)
        field.press("Enter")
        expect(note).to_contain_text("Layer 2: ")
        expect(field).to_have_value(text)
    assert visit.faults == []


def test_layers_wait_for_their_script(visit: Visit) -> None:
    """Where the script cannot be had, a link keeps the layers and the explorer goes on."""
    visit.page.route("**/explorer-stack.js", lambda route: route.abort())
    page = visit.open("explorer.html#conv-explorer?size=6&then=relu")
    page.get_by_text("explorer-stack.js is not there").wait_for()
    page.locator("conv-explorer input[name='size.0']").fill("7")
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    assert link.partition("?")[2] == "size=7&then=relu"


def test_a_keyboard_is_enough_for_layers(visit: Visit) -> None:
    """Add, write, walk and copy without a mouse; the chosen cell lights the explorer's input."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("explorer.html#conv-explorer?size=7")
    press = page.keyboard.press

    def tab_to(query: str, key: str = "Tab") -> None:
        for _ in range(60):
            press(key)
            if page.evaluate(
                "query => document.activeElement?.shadowRoot?.activeElement?.matches(query)", query
            ):
                return
        raise AssertionError(query)

    page.locator("conv-explorer summary", has_text="Layers after each other").focus()
    press("Enter")
    page.locator("conv-explorer .levels table").first.wait_for()
    tab_to("[aria-label='Add Convolution']")
    press("Enter")
    tab_to("[aria-label='Layer 2']", "Shift+Tab")
    press("Control+a")
    page.keyboard.type("conv 1 1 k2 d2")
    press("Enter")
    tab_to("[aria-label='Add ReLU']")
    press("Enter")
    press("Enter")
    tab_to("[aria-label='Remove layer 4']", "Shift+Tab")
    press("Enter")
    assert page.get_by_label("Layer 3", exact=True).input_value() == "relu"
    tab_to(".levels .grids td")
    for _ in range(3):
        tab_to(".levels .grids td")
    press("Control+Home")
    press("ArrowDown")
    said = page.locator("conv-explorer .stack .told").inner_text()
    assert said.startswith("Layer 3, channel 0, row 1, column 0")
    assert "1 cell of layer 2, 4 of layer 1, 25 of the input (rows 1 to 5; columns 0 to 4)" in said
    lit = page.locator("conv-explorer [data-part=framed] td.lit")
    assert lit.count() == 25
    assert page.locator("conv-explorer [data-part=output] td.lit").count() == 4
    tab_to("summary")
    press("Enter")
    tab_to("button")
    press("Enter")
    page.get_by_text("Copied.").wait_for()
    names = run(page.evaluate("navigator.clipboard.readText()"))
    assert [type(one).__name__ for one in names["net"]] == ["Conv2d", "Conv2d", "ReLU"]
    assert visit.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_layers(visit: Visit, theme: str) -> None:
    """Axe finds no fault with numbers, shades, a layer that misfits, and all folds open."""
    visit.page.emulate_media(color_scheme=theme)
    page = visit.open(
        "explorer.html#conv-explorer?size=16&padding=1&then=conv+1+2+k3+s2,relu,maxpool+k9"
    )
    page.locator("conv-explorer .levels table").first.wait_for()
    page.locator("conv-explorer .stack details > summary").evaluate_all(
        "all => all.forEach(summary => summary.click())"
    )
    page.locator("conv-explorer .levels table").last.locator("td").nth(20).click()
    found = Axe().run(page, context="conv-explorer").response["violations"]
    assert [(fault["id"], [n["html"][:200] for n in fault["nodes"]]) for fault in found] == []


@pytest.mark.parametrize("width", [320, 640])
def test_layers_need_not_scroll_sideways(visit: Visit, width: int) -> None:
    """On a small screen only grids scroll, each by itself."""
    visit.page.set_viewport_size({"width": width, "height": 700})
    page = visit.open("explorer.html#conv-explorer?size=16&then=conv+1+2+k3x5+s2+p1x2+d1x2+nobias")
    page.locator("conv-explorer .levels table").first.wait_for()
    page.locator("conv-explorer .stack details > summary").evaluate_all(
        "all => all.forEach(summary => summary.click())"
    )
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert beyond(page) == []


def test_many_cells_of_a_layer_are_a_picture(visit: Visit) -> None:
    """Where a layer has too many cells for numbers, a chosen pixel still tells and lights."""
    page = visit.open("explorer.html#conv-explorer?size=30&weight=ones&then=relu,maxpool+k2,relu")
    pictures = page.locator("conv-explorer .levels .pixels")
    pictures.nth(2).wait_for()
    assert pictures.count() == 3  # the input, what the first layer gives, and its ReLU
    pictures.nth(2).locator("table").click(position={"x": 1, "y": 1})
    said = page.locator("conv-explorer .stack .told").inner_text()
    assert said.startswith(
        "Layer 2, channel 0, row 0, column 0: 27. It depends on 1 cell of layer 1"
    )
    last = page.locator("conv-explorer .levels table").last
    last.locator("td").first.click()
    said = page.locator("conv-explorer .stack .told").inner_text()
    assert "16 of the input (rows 0 to 3; columns 0 to 3)" in said
    assert visit.faults == []


def test_a_layers_picture_has_its_look_where_no_other_needs_it(visit: Visit) -> None:
    """The explorer's own grids are numbers: what draws pictures brings its style all the same."""
    page = visit.open("explorer.html#conv-explorer?size=16&kernel_size=1&then=convT+1+1+k2+s2")
    picture = page.locator("conv-explorer .levels .picture")
    picture.wait_for()
    page.evaluate(IDLE)
    box = picture.bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] >= 32 * 3
    assert page.locator("conv-explorer .stage .picture").count() == 0
    assert visit.faults == []


def test_no_number_of_a_layer_is_cut(visit: Visit) -> None:
    """Where layers are written in numbers, the widest have room in their cells."""
    page = visit.open(
        "explorer.html#conv-explorer?input=random-3&then=conv+1+2+k3+p1,convT+2+1+k2+s2"
    )
    page.locator("conv-explorer .levels table").first.wait_for()
    cut = page.locator("conv-explorer .levels table:not(.shaded) td").evaluate_all(
        """all => [all.length, all.filter(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            return range.getBoundingClientRect().width > cell.getBoundingClientRect().width;
        }).length]"""
    )
    assert cut == [25 + 9 + 2 * 9 + 2 * 9 + 36 + 2 * 4, 0]  # the kernels, too


SOLVE = (
    "([pairs, kind]) => {"
    + TOOLS
    + """
    const [from, to] = ["from", "to"].map(name => root.querySelector(`[name=${name}]`));
    const menu = [...stack.querySelectorAll("select")].at(-1);
    menu.value = kind;
    explorer.setAttribute("state", "");
    const table = stack.querySelector("[aria-label=Answers]");
    return pairs.map(([size, wanted]) => {
        [from.value, to.value] = [size, wanted];
        const before = performance.now();
        to.dispatchEvent(new Event("input"));
        const took = performance.now() - before;
        const more = [...stack.querySelectorAll("button")]
            .find(button => /^All \\d/.test(button.textContent));
        if (!more.hidden) more.click();
        return {took, said: stack.querySelector("[aria-label=Answers]").parentElement
            .parentElement.querySelector("[role=status]").textContent,
            rows: [...table.children].slice(1).map(row => [...row.children].slice(0, -1)
                .map(cell => cell.textContent))};
    });
}"""
)


@pytest.mark.parametrize("kind", ["direct", "transposed"])
def test_the_answers_are_the_packages(page: Page, kind: str) -> None:
    """All settings that take one size to another, in the package's order, in a tenth second."""
    rng = random.Random(34)
    pairs = [(224, 112), (112, 224), (28, 14), (14, 28), (1, 1), (512, 512), (1, 512), (512, 1)]
    pairs += [(rng.randint(1, 512), rng.randint(1, 512)) for _ in range(60)]
    pairs += [(n, max(1, n * rng.randint(1, 4) // rng.randint(1, 4)) % 512 + 1)
              for n in (rng.randint(1, 512) for _ in range(60))]  # fmt: skip
    solve = conv_settings if kind == "direct" else conv_transpose_settings
    shown = page.evaluate(SOLVE, [pairs, kind])
    for (size, wanted), found in zip(pairs, shown, strict=True):
        answers = solve(size, wanted)
        assert found["rows"] == [
            [*map(str, answer), pytorch_line(answer.layer(1, 1))] for answer in answers
        ], (size, wanted)
        count = str(len(answers) or "No")
        assert found["said"].startswith(f"{count} answer{'s' * (len(answers) != 1)} "), found
    took = sorted(found["took"] for found in shown)
    assert took[len(took) // 2] < 100


@pytest.mark.parametrize("kind", ["direct", "transposed"])
def test_the_answers_are_all_that_pytorch_gives(page: Page, kind: str) -> None:
    """Every setting within the bounds that gives the wanted size is an answer, and no other."""
    size, wanted = (9, 5) if kind == "direct" else (5, 9)
    (shown,) = page.evaluate(SOLVE, [[(size, wanted)], kind])
    x = torch.empty(1, 1, size, device="meta")
    every = set()
    for k, s, p, d in itertools.product(range(1, 17), range(1, 17), range(9), range(1, 5)):
        if k == 1 and d > 1:
            continue
        w = torch.empty(1, 1, k, device="meta")
        for extra in range(max(s, d) if kind == "transposed" else 1):
            try:
                y = (F.conv1d(x, w, None, s, p, d) if kind == "direct"
                     else F.conv_transpose1d(x, w, None, s, p, extra, 1, d))  # fmt: skip
            except RuntimeError:
                continue
            if y.shape[-1] == wanted:
                every.add((k, s, p, extra, d) if kind == "transposed" else (k, s, p, d))
    found = [tuple(map(int, row[:-1])) for row in shown["rows"]]
    assert len(found) == len({*found})
    assert {*found} == every


def test_an_answer_can_be_shown_where_it_has_room(visit: Visit) -> None:
    """A button puts an answer into the explorer; what is too large for it says so."""
    page = visit.open("explorer.html#conv-explorer?operation=max_pool&padding=1&ceil_mode=true")
    unfold(page)
    page.locator("conv-explorer summary", has_text="Which settings").click()
    button = page.locator("conv-explorer [aria-label=Answers] button")
    assert page.get_by_text("Up to a size of 64, an answer can be shown").is_visible()
    assert button.count() == 0
    page.locator("conv-explorer input[name=from]").fill("7")
    page.locator("conv-explorer input[name=to]").fill("40")
    assert page.get_by_text("No answers with").is_visible()
    page.locator("conv-explorer input[name=to]").fill("14")
    page.locator("conv-explorer .stack select").last.select_option("transposed")
    button.nth(2).click()
    assert page.locator("conv-explorer [data-part=output] tr").count() == 14
    link = page.locator("conv-explorer [aria-label^=Link]").input_value()
    settings = link.split("?")[1].split("&cell=")[0]
    assert settings == "operation=conv_transpose&size=7&kernel_size=6&stride=2&padding=2"
    page.locator("conv-explorer .stack select").last.select_option("direct")
    page.locator("conv-explorer input[name=to]").fill("1")
    page.get_by_role("button", name="All", exact=False).last.click()
    assert page.get_by_text("stride goes to 8 here, not to 9").first.is_visible()
    page.locator("conv-explorer input[name=to]").fill("0")
    assert page.get_by_text("Two whole numbers, from 1 to 512.").is_visible()
    assert visit.faults == []
