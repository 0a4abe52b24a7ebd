"""A still picture of an explorer's state: its arrays as tables, worked out by convdocs."""

from collections.abc import Callable
from html import escape

import numpy as np

from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.operations.reference import conv_transpose, convolve, cross_correlate

DEFAULT = {
    "operation": "cross_correlate", "size": "5", "kernel_size": "3", "stride": "1",
    "dilation": "1", "padding": "0", "padding_mode": "zeros", "output_padding": "0",
    "ceil_mode": "false", "count_include_pad": "true", "in_channels": "1", "out_channels": "1",
    "groups": "1", "input": "ramp", "weight": "ramp",
}  # fmt: skip
DIRECT = {"cross_correlate": cross_correlate, "convolve": convolve}
POOLING = {"max_pool": max_pool, "avg_pool": avg_pool}
# What only some operations have.
SOME_HAVE = {
    "padding_mode": {*DIRECT},
    "output_padding": {"conv_transpose"},
    "dilation": {*DIRECT, "conv_transpose", "max_pool"},
    "groups": {*DIRECT, "conv_transpose"},
    "weight": {*DIRECT, "conv_transpose"},
    "ceil_mode": {*POOLING},
    "count_include_pad": {"avg_pool"},
}
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def read(text: str) -> dict[str, str]:
    """Split a state's text into settings, and add the others' defaults."""
    given = dict(part.split("=", 1) for part in text.split("&")) if text else {}
    if unknown := given.keys() - DEFAULT.keys():
        raise ValueError(f"there is no setting {', '.join(sorted(unknown))}")
    state = DEFAULT | given
    for name in given:
        if state["operation"] not in SOME_HAVE.get(name, {state["operation"]}):
            raise ValueError(f"{state['operation']} has no {name}")
    out = given.get("out_channels", state["in_channels"])
    if state["operation"] in POOLING and out != state["in_channels"]:
        raise ValueError("pooling has as many channels out as in")
    return state


def pair(text: str) -> tuple[int, int]:
    """Read "3" or "3,5", for height and width."""
    first, *rest = map(int, text.split(","))
    return first, rest[0] if rest else first


def sides(state: dict[str, str]) -> list[tuple[int, int]]:
    """Read the padding before and after, along height and width."""
    text = state["padding"]
    if text == "same":
        if pair(state["stride"]) != (1, 1):
            raise ValueError("padding=same needs stride=1")
        spans = zip(pair(state["kernel_size"]), pair(state["dilation"]), strict=True)
        totals = [(k - 1) * d for k, d in spans]
        return [(total // 2, total - total // 2) for total in totals]
    above, below, left, right = map(int, text.split(",") if "," in text else [text] * 4)
    return [(above, below), (left, right)]


def numbers(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """Read numbers of one's own, or count them up from the corner like the explorer's ramp."""
    if text != "ramp":
        return np.array([int(n) for n in text.split(",")]).reshape(shape)
    outer, inner, row, column = np.indices(shape)
    return outer + inner + 2 * row + column


def work(text: str) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Give input, kernel and output, (channels, height, width) and the kernel's four axes."""
    state = read(text)
    operation, groups = state["operation"], int(state["groups"])
    channels = int(state["in_channels"]), int(state["out_channels"])
    x = numbers(state["input"], (1, channels[0], *pair(state["size"])))
    settings = {name: pair(state[name]) for name in ("stride", "dilation")}
    padding = sides(state)
    if operation in DIRECT:
        shape = (channels[1], channels[0] // groups, *pair(state["kernel_size"]))
        w = numbers(state["weight"], shape)
        padded = np.pad(x, [(0, 0), (0, 0), *padding], mode=MODES[state["padding_mode"]])
        return x[0], w, DIRECT[operation](padded, w, groups=groups, **settings)[0]
    if any(before != after for before, after in padding):
        raise ValueError(f"{operation} pads both sides alike")
    settings["padding"] = tuple(before for before, _ in padding)
    if operation == "conv_transpose":
        w = numbers(
            state["weight"], (channels[0], channels[1] // groups, *pair(state["kernel_size"]))
        )
        settings["output_padding"] = pair(state["output_padding"])
        return x[0], w, conv_transpose(x, w, groups=groups, **settings)[0]
    pool: Callable[..., np.ndarray] = POOLING[operation]
    flags = {"ceil_mode": state["ceil_mode"] == "true"}
    if operation == "avg_pool":
        settings.pop("dilation")
        flags["count_include_pad"] = state["count_include_pad"] == "true"
    return x[0], None, pool(x, pair(state["kernel_size"]), **settings, **flags)[0]


def table(name: str, tone: str, values: np.ndarray) -> str:
    """Write one array as a table."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{round(float(v), 2):g}</td>" for v in row) + "</tr>"
        for row in values
    )
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
