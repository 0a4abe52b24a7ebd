"""What a link's text shows: a state worked out, the output it is about, and what is asked for."""

import re
from typing import Any

import numpy as np
import still
import windows

CELL = re.compile(r"(input|weight|output)((?:,\d{1,3}){3,4})")
LATER = re.compile(r"layer[2-7](,\d{1,3}){3}")  # a cell of a later layer, which no still shows
ASK = re.compile(r"output|\d+(,\d+)*")
Place = tuple[int, ...]  # channel, row and column


def split(text: str) -> tuple[str, dict[str, str]]:
    """Take out of a text what is no setting."""
    parts = [part.partition("=") for part in text.split("&")] if text else []
    names = [name for name, _, _ in parts]
    more = {name: value for name, _, value in parts if name in {"step", "cell", "ask"}}
    if twice := [name for name in more if names.count(name) > 1]:
        raise ValueError(f"{twice[0]} is given twice")
    return "&".join("".join(part) for part in parts if part[0] not in more), more


class View:
    """What a text shows.

    Attributes
    ----------
    state, x, w, y
        Settings, input, kernel and output; no number where an output is asked for.
    axes
        How windows lie.
    chosen
        The place of the output, or, of a transposed convolution, the input that it is about.
    """

    def __init__(self, text: str) -> None:
        settings, more = split(text)
        self.state: dict[str, Any] = still.read(settings)
        self.x, self.w, y = still.work(settings)
        self.y = y.astype(float)
        self.pools = self.w is None
        self.stamps = self.state["operation"] == "conv_transpose"
        lay = windows.transposed if self.stamps else windows.direct
        self.axes = [lay(self.state, a, y.shape[1 + a]) for a in (0, 1)]
        self.hide(more.get("ask"))
        self.chosen = self.choose(more.get("step", "1"), more.get("cell"))
        self.hidden = not self.stamps and bool(np.isnan(self.y[self.chosen]))

    def hide(self, ask: str | None) -> None:
        """Take away the outputs that are asked for: all, or by their numbers from one on."""
        if ask is None:
            return
        if not ASK.fullmatch(ask):
            raise ValueError(f"there is no output {ask} to ask for")
        count = self.y.size
        for n in range(1, count + 1) if ask == "output" else map(int, ask.split(",")):
            if not 1 <= n <= count:
                raise ValueError(f"there is no output {n} to ask for")
            self.y.flat[n - 1] = np.nan

    def choose(self, step: str, cell: str | None) -> Place:
        """Give the place that a text is about."""
        steps = (self.x if self.stamps else self.y).shape
        total = int(np.prod(steps))
        if not re.fullmatch(r"\d{1,6}|all", step) or (step != "all" and int(step) > total):
            raise ValueError(f"there is no step {step}")
        last = max(1, total if step == "all" else int(step)) - 1
        asked = np.isnan(self.y).ravel()
        if asked.any() and not self.stamps:
            last = int(asked.argmax())
        if self.state["then"] and LATER.fullmatch(cell or ""):
            cell = None
        place = np.unravel_index(last, steps)
        return (self.cell(cell) if cell is not None else None) or tuple(int(k) for k in place)

    def cell(self, text: str) -> Place | None:
        """Read the name of a cell; give its place if windows are of its kind."""
        if not (found := CELL.fullmatch(text)):
            raise ValueError(f"there is no cell {text}")
        *_, channel, row, column = numbers = [int(k) for k in found[2].split(",")[1:]]
        array, lead = found[1], (numbers[0] if len(numbers) > 3 else 0)
        lengths = {
            "input": (len(self.x), *(len(axis.sources) for axis in self.axes)),
            "weight": (len(self.x) * (not self.pools), *self.state["kernel_size"]),
            "output": self.y.shape,
        }[array]
        inside = all(k < n for k, n in zip((channel, row, column), lengths, strict=True))
        apart = array == "weight" and inside and channel not in self.partners(lead)
        if not inside or apart or lead >= len(self.y):
            raise ValueError(f"there is no cell {text}")
        if array == "output" and not self.stamps:
            return channel, row, column
        r, c = (axis.sources[q] for axis, q in zip(self.axes, (row, column), strict=True)) \
            if array == "input" else (-1, -1)  # fmt: skip
        return (channel, r, c) if self.stamps and min(r, c) >= 0 else None

    @property
    def per_group(self) -> tuple[int, int]:
        """Give the channels of a group, in and out."""
        groups = self.state["groups"]
        return self.state["in_channels"] // groups, self.state["out_channels"] // groups

    def partners(self, channel: int) -> range:
        """Give the input channels that an output channel reads."""
        ins, outs = (1, 1) if self.pools else self.per_group
        return range(channel // outs * ins, (channel // outs + 1) * ins)

    def kernel(self, channel: int, to: int) -> np.ndarray:
        """Give the kernel from an input channel to an output channel."""
        assert self.w is not None
        ins, outs = self.per_group
        kernel: np.ndarray = (
            self.w[channel, to % outs] if self.stamps else self.w[to, channel % ins]
        )
        return kernel

    def framed(self) -> np.ndarray:
        """Give the input with its padding, which max pooling never picks."""
        nothing = -np.inf if self.state["operation"] == "max_pool" else 0.0
        return windows.framed(self.x, self.axes, nothing)
