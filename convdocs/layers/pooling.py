"""The layers that keep one number of each window."""

from collections.abc import Sequence
from dataclasses import dataclass

from convdocs.arguments import LARGEST, require_flag
from convdocs.each_axis import per_axis
from convdocs.layers.settings import keep, taps
from convdocs.sides import Padding, sides
from convdocs.sizes import pool_output_size

__all__ = ["AvgPool", "MaxPool"]


def _window(
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None,
    padding: Padding,
    dilation: int | Sequence[int] = 1,
) -> dict[str, tuple[object, ...]]:
    kernel = taps(kernel_size)
    strides = per_axis(kernel if stride is None else stride, len(kernel), "stride", minimum=1)
    dilations = per_axis(dilation, len(kernel), "dilation", minimum=1)
    paddings = sides(padding, kernel, stride=strides, dilation=dilations)
    for k, s, p, d in zip(kernel, strides, paddings, dilations, strict=True):
        # settings that clash do so on the longest input, too
        pool_output_size(LARGEST, k, stride=s, padding=p, dilation=d)
    return {"kernel_size": kernel, "stride": strides, "padding": paddings, "dilation": dilations}


@dataclass(frozen=True, init=False)
class MaxPool:
    """Max pooling, as ``nn.MaxPool1d``, ``nn.MaxPool2d`` and ``nn.MaxPool3d`` are in PyTorch.

    Parameters
    ----------
    kernel_size : int or sequence of int
        The window along each axis, at least 1. A single number means two axes.
    stride : int or sequence of int, optional
        At least 1; the kernel's size when it is None.
    padding : int, str or sequence
        Samples added, from 0 to half the kernel on either side, as a convolution takes it;
        kept as pairs.
    dilation : int or sequence of int
        At least 1.
    ceil_mode : bool
        Whether a last, incomplete window counts.

    Raises
    ------
    TypeError, ValueError
        If a setting has another type or is out of its range, or settings clash.

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxPool2d``.

    Examples
    --------
    >>> MaxPool(2) == MaxPool((2, 2), stride=2)
    True
    """

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        *,
        stride: int | Sequence[int] | None = None,
        padding: Padding = 0,
        dilation: int | Sequence[int] = 1,
        ceil_mode: bool = False,
    ) -> None:
        window = _window(kernel_size, stride, padding, dilation)
        keep(self, **window, ceil_mode=require_flag(ceil_mode=ceil_mode))


@dataclass(frozen=True, init=False)
class AvgPool:
    """Average pooling, as ``nn.AvgPool1d``, ``nn.AvgPool2d`` and ``nn.AvgPool3d`` are in PyTorch.

    Parameters
    ----------
    kernel_size : int or sequence of int
        The window along each axis, at least 1. A single number means two axes.
    stride : int or sequence of int, optional
        At least 1; the kernel's size when it is None.
    padding : int, str or sequence
        Samples added, from 0 to half the kernel on either side, as a convolution takes it;
        kept as pairs.
    ceil_mode : bool
        Whether a last, incomplete window counts.
    count_include_pad : bool
        Whether padding counts as zeros in the averages.

    Raises
    ------
    TypeError, ValueError
        If a setting has another type or is out of its range, or settings clash.

    References
    ----------
    PyTorch documentation of ``torch.nn.AvgPool2d``.

    Examples
    --------
    >>> AvgPool(3, stride=1, padding=1).padding
    ((1, 1), (1, 1))
    """

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    ceil_mode: bool
    count_include_pad: bool

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        *,
        stride: int | Sequence[int] | None = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        window = _window(kernel_size, stride, padding)
        del window["dilation"]  # an average has none
        keep(
            self, **window, ceil_mode=require_flag(ceil_mode=ceil_mode),
            count_include_pad=require_flag(count_include_pad=count_include_pad),
        )  # fmt: skip

    @property
    def dilation(self) -> tuple[int, ...]:
        """One along each axis, so that all windows can be asked the same."""
        return (1,) * len(self.kernel_size)
