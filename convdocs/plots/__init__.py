"""Drawing: functions that take axes and arrays, draw, and compute nothing.

Input cells are blue, kernel cells rose, output cells green on every page. What can be
negative is drawn from purple through white to orange, with zero at white.
Start a page with ``plt.style.use("convdocs.page")``.
"""

from convdocs.plots.cells import show_cells, show_window
from convdocs.plots.frame import describe
from convdocs.plots.maps import show_maps, show_picture, show_scale
from convdocs.plots.motion import Motion, Motions, show_motion
from convdocs.plots.palette import DIVERGING, FAINT, INK, INPUT, KERNEL, ON_FILL, OUTLINE, OUTPUT
from convdocs.plots.walk import show_walk

__all__ = [
    "DIVERGING",
    "FAINT",
    "INK",
    "INPUT",
    "KERNEL",
    "ON_FILL",
    "OUTLINE",
    "OUTPUT",
    "Motion",
    "Motions",
    "describe",
    "show_cells",
    "show_maps",
    "show_motion",
    "show_picture",
    "show_scale",
    "show_walk",
    "show_window",
]
