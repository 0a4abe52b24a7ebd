"""The colours that mean the same on every page, read from the one file that holds them."""

import json
from pathlib import Path
from typing import Any

__all__ = [
    "DARK_INK",
    "DIVERGING",
    "FAINT",
    "INK",
    "INPUT",
    "KERNEL",
    "ON_FILL",
    "OUTLINE",
    "OUTPUT",
]

_COLOURS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

INPUT: str = _COLOURS["input"]
"""The fill of input cells."""

KERNEL: str = _COLOURS["kernel"]
"""The fill of kernel cells."""

OUTPUT: str = _COLOURS["output"]
"""The fill of output cells."""

OUTLINE: str = _COLOURS["outline"]
"""The frame of what the kernel covers; it stands out from every fill, and from both pages."""

INK: str = _COLOURS["by_theme"]["ink"][0]
"""Text and lines on the bare page; the site turns it light on dark pages."""

DARK_INK: str = _COLOURS["by_theme"]["ink"][1]
"""What the site turns the ink into on dark pages."""

ON_FILL: str = _COLOURS["on_fill"]
"""Text on a filled cell: the same on light and dark pages."""

FAINT: str = _COLOURS["faint"]
"""Lines that may recede; visible on light and dark pages."""

DIVERGING: str = _COLOURS["diverging"]
"""The colour map of values that can be negative; its white is zero."""
