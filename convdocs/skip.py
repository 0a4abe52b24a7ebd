"""Where two ways through a network meet: do the sizes fit, and what mends them?"""

from dataclasses import replace
from typing import NamedTuple

from convdocs.layers import ConvTranspose, pytorch_line
from convdocs.layers.stack import Layer

__all__ = ["Skip"]


class Skip(NamedTuple):
    """Where a map that was kept on the way down meets what comes up.

    Attributes
    ----------
    level : int
        Which level; 1 is the first one down, and the last one up.
    kept, raised : tuple of int
        The spatial size of what was kept, and of what comes up.
    up : Layer
        The layer that brought it up.
    """

    level: int
    kept: tuple[int, ...]
    raised: tuple[int, ...]
    up: Layer

    @property
    def missing(self) -> tuple[int, ...]:
        """How many samples what comes up lacks along each axis; negative if it is larger."""
        return tuple(kept - raised for kept, raised in zip(self.kept, self.raised, strict=True))

    @property
    def pad(self) -> tuple[int, ...]:
        """What ``F.pad`` is to add to what comes up: last axis first, an odd one at the end."""
        halves = [(abs(n) // 2 * (1 if n > 0 else -1), n) for n in reversed(self.missing)]
        return tuple(side for half, n in halves for side in (half, n - half))

    @property
    def mends(self) -> dict[str, str]:
        """Lines of PyTorch, each of which makes the two fit, by the kind of mend."""
        if not any(self.missing):
            return {}
        crop = tuple(-side for side in self.pad)
        lines = {"pad": f"up = F.pad(up, {self.pad})", "crop": f"kept = F.pad(kept, {crop})"}
        if isinstance(self.up, ConvTranspose):
            extra = zip(self.up.output_padding, self.missing, strict=True)
            try:
                layer = replace(self.up, output_padding=tuple(a + n for a, n in extra))
                lines["output_padding"] = pytorch_line(layer)
            except ValueError:
                pass  # no output_padding makes up for so much, or PyTorch has no such layer
        return lines
