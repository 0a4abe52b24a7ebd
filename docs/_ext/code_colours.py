"""The colours of code, in which comments recede: those for the highest contrast, but for comments.

What is said of the code has the pages' quiet ink, in both themes, and stands upright; everything
else keeps a contrast of at least 7 to 1.
"""

from typing import ClassVar

import palette
from a11y_pygments.a11y_high_contrast_dark.style import Theme as HighDark
from a11y_pygments.a11y_high_contrast_light.style import Theme as HighLight
from pygments.token import Comment

LIGHT, DARK = palette.COLOURS["by_theme"]["quiet"]


class Light(HighLight):  # type: ignore[misc]  # it has no types
    """On light pages."""

    styles: ClassVar = HighLight.styles | {Comment: f"noitalic {LIGHT}"}


class Dark(HighDark):  # type: ignore[misc]
    """On dark pages."""

    styles: ClassVar = HighDark.styles | {Comment: f"noitalic {DARK}"}
