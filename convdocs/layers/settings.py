"""What the layers share in being made."""

from collections.abc import Sequence

from convdocs.each_axis import items_of, per_axis
from convdocs.errors import clash

__all__: list[str] = []


def keep(layer: object, **values: object) -> None:
    """Give a layer, which is frozen, what it is made of."""
    for name, value in values.items():
        object.__setattr__(layer, name, value)


def taps(kernel_size: int | Sequence[int]) -> tuple[int, ...]:
    """Give the kernel's size along each axis; a single number means two axes."""
    sizes = items_of(kernel_size)
    if sizes == ():
        raise clash("a kernel must have at least one axis", kernel_size=kernel_size)
    return per_axis(kernel_size, 2 if sizes is None else len(sizes), "kernel_size", minimum=1)
