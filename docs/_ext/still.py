"""An explorer's state as it stands still: its arrays, worked out by convdocs."""

import math
import re
from collections.abc import Callable
from typing import Any

import fills
import numpy as np

from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.operations.transposed import conv_transpose

OPERATIONS, SETTINGS = fills.TABLE["operations"], fills.TABLE["settings"]
DIRECT: dict[str, Callable[..., np.ndarray]] = {
    "cross_correlate": cross_correlate,
    "convolve": convolve,
}
POOLING: dict[str, Callable[..., Any]] = {"max_pool": max_pool, "avg_pool": avg_pool}


def value(name: str, text: str) -> Any:
    """Read the value of a setting: a word, or numbers, one for all sides or one for each."""
    rule, default = SETTINGS[name], SETTINGS[name]["default"]
    if "form" in rule:
        if not re.fullmatch(rule["form"], text):
            raise ValueError(f"{name} takes layers, as conv+1+2+k3,relu, not {text}")
        return text
    words = rule.get("choices", OPERATIONS if "bounds" not in rule else [])
    seeded = "random" in words and re.fullmatch(r"random-[1-9]\d{0,2}", text)
    if seeded or (text in words and text != "random"):
        return {"true": True, "false": False}.get(text, text)
    if "bounds" not in rule:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {text}")
    least, most = rule["bounds"]
    one, kind = r"-?[0-9]+", "whole numbers"
    if digits := rule.get("decimals"):
        one, kind = rf"-?([0-9]+(\.[0-9]{{1,{digits}}})?|[0-9]+/0*[1-9][0-9]*)", "numbers"
    if not re.fullmatch(f"{one}(,{one})*", text):
        named = f"{', '.join(words)}, or " if words else ""
        raise ValueError(f"{name} takes {named}{kind} from {least} to {most}, not {text}")
    found = [fills.number(part) for part in text.split(",")]
    low, high = rule.get("kept", (least, most))
    if wrong := [n for n in found if not low <= n <= high]:
        raise ValueError(f"{name} goes from {least} to {most}, not to {wrong[0]}")
    if words or name == "bias":
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
    """Give numbers of one's own, or those of a name."""
    own = state[name]
    if isinstance(own, str):
        return fills.named(own, shape, signed=name == "weight")
    if len(own) != math.prod(shape):
        raise ValueError(f"{name} has {len(own)} numbers for an array of shape {shape}")
    return np.array(own).reshape(shape)


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
    if len(bias := state["bias"]) not in {1, outs}:
        raise ValueError(f"bias has {len(bias)} numbers for {outs} output channels")
    return x[0], w, y[0] + np.array(bias)[:, None, None]
