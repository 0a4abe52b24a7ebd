"""What an explorer shows, read in the page many states at a time, and held against PyTorch."""

import json
import warnings
from typing import Any

import torch
from playwright.sync_api import Page

# A grid of too many cells is a picture, in which a cell is there once it is pointed at.
TABLES = """
const explorer = document.querySelector("conv-explorer"), root = explorer.shadowRoot;
const tables = part => [...root.querySelectorAll(`[data-part=${part}] table`)];
const texts = table => table.ariaRowCount ? null
    : [...table.rows].map(row => [...row.cells].map(cell => cell.textContent));
const click = (part, k, row, column) => {
    const table = tables(part)[k];
    if (!table.ariaRowCount) return table.rows[row].cells[column].click();
    explorer.style.display = ""; // where a cell of a picture is, only its layout tells
    const {left, top, width, height} = table.getBoundingClientRect();
    const clientX = left + width * (column + 0.5) / table.ariaColCount;
    const clientY = top + height * (row + 0.5) / table.ariaRowCount;
    table.dispatchEvent(new MouseEvent("click", {bubbles: true, clientX, clientY}));
};
const link = () => root.querySelector("[aria-label^=Link]").value;
const open = async (text, whole = false) => {
    explorer.style.display = "none"; // what it shows is the same, and no state waits for a layout
    const done = [text, "step=all&cell=output,0,0,0"].filter(Boolean).join("&");
    explorer.setAttribute("state", whole ? text : done);
    while (!tables("output").length) await new Promise(done => setTimeout(done, 5));
};
"""


def ask(page: Page, show: str, asked: list[Any]) -> list[Any]:
    """Let a function of the page answer, one after the other, in one visit for many."""
    answers = page.evaluate(
        "async asked => {" + TABLES + f"const show = {show};" + """
        const answers = [];
        try {
            for (const one of asked) answers.push(await show(one));
        } finally {
            explorer.style.display = "";
        }
        const plain = (_, one) => typeof one === "number" && !Number.isFinite(one) ? `${one}` : one;
        return JSON.stringify(answers, plain); // several times faster than objects
        }""", asked)  # fmt: skip
    return json.loads(answers)


def number(text: str) -> float:
    """Read a number as the cells write it."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("∞", "inf"))


def exact(numbers: list[float | str]) -> torch.Tensor:
    """Read the numbers that the explorer works with."""
    return torch.tensor([float(one) for one in numbers], dtype=torch.float64)


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


def run(code: str) -> torch.Tensor:
    """Run what "Copy as PyTorch" gives."""
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, names)
    return names["y"][0]
