"""A still picture of an explorer's state: its arrays as tables, worked out by convdocs."""

import json
import math
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose

TABLE = Path(__file__).parents[1] / "explorer" / "settings.json"
OPERATIONS, SETTINGS, _ = json.loads(TABLE.read_text(encoding="utf-8")).values()
DIRECT: dict[str, Callable[..., np.ndarray]] = {
    "cross_correlate": cross_correlate,
    "convolve": convolve,
}
POOLING: dict[str, Callable[..., Any]] = {"max_pool": max_pool, "avg_pool": avg_pool}


def value(name: str, text: str) -> Any:
    """Read the value of a setting: a word, or whole numbers, one for all sides or one for each."""
    rule, default = SETTINGS[name], SETTINGS[name]["default"]
    if text == default == "ramp":  # the other fills are the explorer's
        return text
    if "bounds" not in rule:
        if text not in (words := rule.get("choices", OPERATIONS)):
            raise ValueError(f"{name} is one of {', '.join(words)}, not {text}")
        return {"true": True, "false": False}.get(text, text)
    least, most = rule["bounds"]
    if not re.fullmatch(r"-?[0-9]+(,-?[0-9]+)*", text):
        ramp = "ramp, or " * (default == "ramp")
        raise ValueError(f"{name} takes {ramp}whole numbers from {least} to {most}, not {text}")
    found = [int(part) for part in text.split(",")]
    if wrong := [n for n in found if not least <= n <= most]:
        raise ValueError(f"{name} goes from {least} to {most}, not to {wrong[0]}")
    if default == "ramp":
        return found
    count = len(default) if isinstance(default, list) else 1
    if len(found) not in {1, count}:
        raise ValueError(f"{name} takes 1 or {count} numbers, not {len(found)}")
    return found * (count // len(found)) if isinstance(default, list) else found[0]


def read(text: str) -> dict[str, Any]:
    """Split a state's text into settings, and add the others' defaults."""
    given: dict[str, Any] = {}
    for part in text.split("&") if text else []:
        name, _, word = part.partition("=")
        if name not in SETTINGS or "written" in SETTINGS[name]:
            raise ValueError(f"there is no setting {name}")
        if name in given or not word:
            raise ValueError(f"{name} is given twice" if word else f"{name} has no value")
        flag = [one for one, rule in SETTINGS.items() if rule.get("written") == part]
        given |= dict.fromkeys([*flag, name], True) if flag else {name: value(name, word)}
    state = {name: rule["default"] for name, rule in SETTINGS.items()} | given
    operation = state["operation"]
    for name, rule in SETTINGS.items():
        has = rule.get("of", [operation])
        if (
            not {operation, OPERATIONS[operation]["family"]} & {*has}
            and state[name] != rule["default"]
        ):
            raise ValueError(f"{operation} has no {rule.get('written', name)}")
    if (
        operation in POOLING
        and given.get("out_channels", state["in_channels"]) != state["in_channels"]
    ):
        raise ValueError("pooling has as many channels out as in")
    for name in ("in_channels", "out_channels"):
        if state[name] % state["groups"]:
            raise ValueError(f"groups={state['groups']} does not divide {name}={state[name]}")
    return state


def numbers(state: dict[str, Any], name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Give numbers of one's own, or count them up from the corner like the explorer's ramp."""
    if isinstance(own := state[name], list):
        if len(own) != math.prod(shape):
            raise ValueError(f"{name} has {len(own)} numbers for an array of shape {shape}")
        return np.array(own).reshape(shape)
    outer, inner, row, column = np.indices(shape)
    ramp: np.ndarray = outer + inner + 2 * row + column
    return ramp


def work(text: str) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Give input, kernel and output, (channels, height, width) and the kernel's four axes."""
    state = read(text)
    operation, groups, taps = state["operation"], state["groups"], state["kernel_size"]
    ins, outs = state["in_channels"], state["out_channels"]
    x = numbers(state, "input", (1, ins, *state["size"]))
    settings: dict[str, Any] = {"stride": state["stride"], "padding": "same"}
    if not state["same"]:
        above, below, left, right = state["padding"]
        settings["padding"] = ((above, below), (left, right))
        if operation not in DIRECT and (above, left) != (below, right):
            raise ValueError(f"{operation} pads both sides alike")
    if operation in POOLING:
        settings["ceil_mode"] = state["ceil_mode"]
        if operation == "avg_pool":
            settings["count_include_pad"] = state["count_include_pad"]
        else:
            settings["dilation"] = state["dilation"]
        return x[0], None, POOLING[operation](x, taps, **settings)[0]
    settings |= {"dilation": state["dilation"], "groups": groups}
    if operation == "conv_transpose":
        w = numbers(state, "weight", (ins, outs // groups, *taps))
        y = conv_transpose(x, w, output_padding=state["output_padding"], **settings)
    else:
        w = numbers(state, "weight", (outs, ins // groups, *taps))
        y = DIRECT[operation](x, w, padding_mode=state["padding_mode"], **settings)
    return x[0], w, y[0]


def table(name: str, tone: str, values: np.ndarray) -> str:
    """Write one array as a table."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{round(float(v), 2):g}</td>" for v in row) + "</tr>"
        for row in values
    ).replace("-", "\N{MINUS SIGN}")
    title = f"{name} {values.shape[0]} &times; {values.shape[1]}"
    return f'<table class="{tone}"><caption>{title}</caption><tbody>{rows}</tbody></table>'


def picture(text: str) -> str:
    """Write a state as a figure of tables that says why it stands still."""
    x, w, y = work(text)
    tables = [table("Input", "x", channel) for channel in x]
    if w is not None:
        tables += [table("Kernel", "w", kernel) for kernel in w.reshape(-1, *w.shape[2:])]
    tables += [table("Output", "y", channel) for channel in y]
    settings = text.replace("&", ", ") or "all settings at their defaults"
    return (
        f'<figure class="still"><div>{"".join(tables)}</div><figcaption>A still picture '
        f"({escape(settings)}). Where JavaScript runs, an explorer stands here in which every "
        "cell shows what it reads and feeds.</figcaption></figure>"
    )
