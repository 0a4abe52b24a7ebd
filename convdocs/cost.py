"""What a layer costs: multiply-accumulates (MACs) and parameters.

One MAC is a multiplication and the addition of its product to a sum: two FLOPs.
"""

from collections.abc import Sequence
from math import prod

from convdocs.arguments import require_integers, require_sequence

__all__ = ["conv_macs", "conv_parameters", "conv_transpose_macs"]


def conv_parameters(
    in_channels: int, out_channels: int, kernel_size: Sequence[int], *, groups: int = 1
) -> int:
    """How many weights has a convolution, its bias left out?

    ``out_channels * (in_channels / groups) * prod(kernel_size)``; a transposed convolution
    between the same channels has as many.

    Parameters
    ----------
    in_channels, out_channels : int
        At least 1.
    kernel_size : sequence of int
        Taps along each axis.
    groups : int
        It divides both numbers of channels.

    Returns
    -------
    int
        The number of weights.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer of at least 1, or `groups` does not divide the channels.

    Examples
    --------
    >>> conv_parameters(64, 16, (3, 3))
    9216
    """
    in_channels, out_channels, groups = require_integers(
        1, in_channels=in_channels, out_channels=out_channels, groups=groups
    )
    kernel_size = require_sequence(kernel_size, "kernel_size")
    for size in kernel_size:
        require_integers(1, kernel_size=size)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            "groups must divide the input and the output channels "
            f"({groups=}, {in_channels=}, {out_channels=})"
        )
    return out_channels * (in_channels // groups) * prod(kernel_size)


def _macs(
    places: Sequence[int], name: str, in_channels: int, out_channels: int,
    kernel_size: Sequence[int], groups: int,
) -> int:  # fmt: skip
    places = require_sequence(places, name)
    kernel_size = require_sequence(kernel_size, "kernel_size")
    for size in places:
        require_integers(1, **{name: size})
    if len(places) != len(kernel_size):
        raise ValueError(
            f"{name} and kernel_size must have as many axes ({name}={places}, {kernel_size=})"
        )
    return prod(places) * conv_parameters(in_channels, out_channels, kernel_size, groups=groups)


def conv_macs(
    output_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """How many multiply-accumulates does a convolution take?

    Every weight is used once at every *output* position: ``prod(output_size)`` times
    :func:`conv_parameters`. Products with padding are counted, as libraries do.

    Parameters
    ----------
    output_size : sequence of int
        The output's spatial size.
    in_channels, out_channels : int
        At least 1.
    kernel_size : sequence of int
        Taps along each axis.
    groups : int
        It divides both numbers of channels.

    Returns
    -------
    int
        Multiply-accumulates for one input of the batch.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer of at least 1, or the numbers clash.

    Examples
    --------
    >>> conv_macs((28, 28), 64, 16, (3, 3))
    7225344
    """
    return _macs(output_size, "output_size", in_channels, out_channels, kernel_size, groups)


def conv_transpose_macs(
    input_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """How many multiply-accumulates does a transposed convolution take?

    Every weight is used once at every *input* position, because that is where the kernel
    stands: ``prod(input_size)`` times :func:`conv_parameters`.

    Parameters
    ----------
    input_size : sequence of int
        The input's spatial size.
    in_channels, out_channels : int
        At least 1.
    kernel_size : sequence of int
        Taps along each axis.
    groups : int
        It divides both numbers of channels.

    Returns
    -------
    int
        Multiply-accumulates for one input of the batch.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer of at least 1, or the numbers clash.

    Examples
    --------
    >>> conv_transpose_macs((2, 2), 3, 1, (2, 2))
    48
    """
    return _macs(input_size, "input_size", in_channels, out_channels, kernel_size, groups)
