"""Whole arrays under a kernel without weights: does it fit, and how many windows are there?

Arrays are ``(N, C, *spatial)``, or ``(C, *spatial)`` if `kernel_size` has a number for each axis,
as :func:`convdocs.each_axis.told_apart` tells.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from convdocs.each_axis import per_axis, require_sequence, told_apart
from convdocs.sides import Padding
from convdocs.sizes import conv_output_size, pool_output_size
from convdocs.unpool_sizes import max_unpool_output_size
from convdocs.windows import Windows, stand

__all__ = ["max_unpool_shape", "pool_shape", "unfold_shape"]


def unfold_shape(
    input_shape: Sequence[int],
    kernel_size: int | Sequence[int],
    *,
    dilation: int | Sequence[int] = 1,
    padding: Padding = 0,
    stride: int | Sequence[int] = 1,
    padding_mode: str = "zeros",
) -> Windows:
    r"""Check the arguments of an unfolding and find where its windows stand.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial), or (C, \*spatial) if `kernel_size` has a number for each axis.
    kernel_size, dilation, stride : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.

    Returns
    -------
    Windows
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit, or a setting is out of its range.

    References
    ----------
    PyTorch documentation of ``torch.nn.Unfold``.

    Examples
    --------
    >>> unfold_shape((1, 3, 8, 8), 3, padding=1, stride=2).output_size
    (4, 4)
    """
    batch, channels, size = told_apart(input_shape, kernel_size=kernel_size)
    kernel = per_axis(kernel_size, len(size), "kernel_size", minimum=1)
    geometry = stand(
        size, kernel, stride=stride, padding=padding, dilation=dilation,
        size=conv_output_size, padding_mode=padding_mode,
    )  # fmt: skip
    return Windows(batch=batch, in_channels=channels, **geometry)


def pool_shape(
    input_shape: Sequence[int],
    kernel_size: int | Sequence[int],
    *,
    stride: int | Sequence[int] | None = None,
    padding: Padding = 0,
    dilation: int | Sequence[int] = 1,
    ceil_mode: bool = False,
) -> Windows:
    r"""Check the arguments of a pooling and find where its windows stand.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial), or (C, \*spatial) if `kernel_size` has a number for each axis.
    kernel_size, stride, dilation : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after); at
        most half the kernel on any side.
    ceil_mode : bool
        Whether a last window may hang over the end.

    Returns
    -------
    Windows
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit, or a setting is out of its range.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxPool2d`` and ``torch.nn.AvgPool2d``.

    Examples
    --------
    >>> pool_shape((1, 3, 7, 7), 2, ceil_mode=True).output_size
    (4, 4)
    """
    batch, channels, size = told_apart(input_shape, kernel_size=kernel_size)
    kernel = per_axis(kernel_size, len(size), "kernel_size", minimum=1)
    geometry = stand(
        size, kernel, stride=kernel if stride is None else stride, padding=padding,
        dilation=dilation, size=partial(pool_output_size, ceil_mode=ceil_mode),
    )  # fmt: skip
    return Windows(batch=batch, in_channels=channels, **geometry)


def max_unpool_shape(
    input_shape: Sequence[int],
    kernel_size: int | Sequence[int],
    *,
    stride: int | Sequence[int] | None = None,
    padding: Padding = 0,
    output_size: Sequence[int] | None = None,
) -> Windows:
    r"""Check the arguments of an unpooling and find how large its output is.

    Parameters
    ----------
    input_shape : sequence of int
        (N, C, \*spatial), or (C, \*spatial) if `kernel_size` has a number for each axis.
    kernel_size, stride : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after); at
        most half the kernel on any side.
    output_size : sequence of int, optional
        A number for each spatial axis; of a batch, there may be two more before them, which are
        not looked at.

    Returns
    -------
    Windows
        The shapes and settings, per axis where they are.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range, or `output_size` is none that the pooling had.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxUnpool2d``.

    Examples
    --------
    >>> max_unpool_shape((1, 3, 3, 3), 2, output_size=(6, 7)).output_size
    (6, 7)
    """
    batch, channels, size = told_apart(input_shape, kernel_size=kernel_size)
    kernel = per_axis(kernel_size, len(size), "kernel_size", minimum=1)
    wanted: tuple[int | None, ...] = (None,) * len(size)
    if output_size is not None:
        given = require_sequence(output_size, "output_size")
        behind = given[2:] if len(given) == len(size) + 2 else given
        wanted = per_axis(behind, len(size), "output_size", minimum=1)
    geometry = stand(
        size, kernel, stride=kernel if stride is None else stride, padding=padding,
        dilation=1, size=_unpooled, output_size=wanted,
    )  # fmt: skip
    return Windows(batch=batch, in_channels=channels, **geometry)


def _unpooled(input_size: int, kernel_size: int, *, dilation: int, **settings: Any) -> int:
    del dilation  # which unpooling has not
    return max_unpool_output_size(input_size, kernel_size, **settings)
