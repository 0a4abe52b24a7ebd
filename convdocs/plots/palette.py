"""The colours that mean the same on every page."""

__all__ = ["DIVERGING", "FAINT", "INK", "INPUT", "KERNEL", "ON_FILL", "OUTPUT"]

INPUT, KERNEL, OUTPUT = "#9ccbf3", "#f3a9c6", "#a3d9ac"
"""The fills of input, kernel and output cells."""

INK = "#24292f"
"""Text and lines on the bare page; the site turns it light on dark pages."""

ON_FILL = "#15191e"
"""Text on a filled cell: the same on light and dark pages."""

FAINT = "#8b949e"
"""Lines that may recede; visible on light and dark pages."""

DIVERGING = "PuOr_r"
"""The colour map of values that can be negative; its white is zero."""
