"""Pooling, as plain loops over windows, edge rules included.

Arrays are ``(N, C, *spatial)`` with any number of spatial axes.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from convdocs.arguments import per_axis
from convdocs.geometry import input_positions
from convdocs.sizes import pool_output_size

__all__ = ["avg_pool", "max_pool"]

Setting = int | Sequence[int]


def _pool(
    x: np.ndarray, kernel_size: Setting, stride: Setting | None, padding: Setting,
    dilation: Setting, ceil_mode: bool, dtype: np.dtype,
    summary: Callable[[np.ndarray, int], np.ndarray],
) -> np.ndarray:  # fmt: skip
    """Give `summary` each window's samples and the count of positions in the padded input."""
    axes = x.ndim - 2
    if axes < 1 or x.size == 0:
        raise ValueError(f"input must be (N, C, *spatial) and hold samples (shape {x.shape})")
    settings = list(
        zip(
            x.shape[2:],
            per_axis(kernel_size, axes, "kernel_size"),
            per_axis(kernel_size if stride is None else stride, axes, "stride"),
            per_axis(padding, axes, "padding"),
            per_axis(dilation, axes, "dilation"),
            strict=True,
        )
    )
    size = [
        pool_output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
        for n, k, s, p, d in settings
    ]
    output = np.empty((*x.shape[:2], *size), dtype)
    for position in np.ndindex(*size):
        inside = [list(range(n)) for n in x.shape[:2]]
        padded = 1
        for o, (n, k, s, p, d) in zip(position, settings, strict=True):
            reads = input_positions(o, k, stride=s, padding=p, dilation=d)
            inside.append([i for i in reads if 0 <= i < n])
            if not inside[-1]:
                raise ValueError(
                    f"a window reads nothing but padding (input_size={n}, kernel_size={k}, "
                    f"stride={s}, padding={p}, dilation={d})"
                )
            padded *= sum(i < n + p for i in reads)
        window = x[np.ix_(*inside)].reshape(*x.shape[:2], -1)
        output[:, :, *position] = summary(window, padded)
    return output


def max_pool(
    input: ArrayLike,
    kernel_size: Setting,
    *,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    r"""Keep the largest sample of each window; padding never wins.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    kernel_size, stride, padding, dilation : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    ceil_mode : bool
        Whether a last window may hang over the end.

    Returns
    -------
    ndarray
        Shape (N, C, \*output), of the input's type.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range, the kernel reaches past the padded input, or a
        dilated window reads nothing but padding (PyTorch gives minus infinity there).

    References
    ----------
    PyTorch documentation of ``torch.nn.MaxPool2d``.

    Examples
    --------
    >>> max_pool([[[1, 4, 2, 3]]], 2)
    array([[[4, 3]]])
    """
    x = np.asarray(input)
    return _pool(
        x, kernel_size, stride, padding, dilation, ceil_mode, x.dtype,
        lambda window, _: window.max(axis=-1),
    )  # fmt: skip


def avg_pool(
    input: ArrayLike,
    kernel_size: Setting,
    *,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> np.ndarray:
    r"""Replace each window by its mean.

    At the border the sum is divided by the positions of the window that lie in the padded
    input, or, without `count_include_pad`, by those that lie in the input itself. What hangs
    over the end of the padding in `ceil_mode` is never counted.

    Parameters
    ----------
    input : array_like
        Shape (N, C, \*spatial).
    kernel_size, stride, padding : int or sequence of int
        One number, or one for each spatial axis; `stride` is `kernel_size` when None.
    ceil_mode : bool
        Whether a last window may hang over the end.
    count_include_pad : bool
        Whether padding counts as samples of value zero.

    Returns
    -------
    ndarray
        Shape (N, C, \*output), floating.

    Raises
    ------
    TypeError, ValueError
        If a setting is out of its range or the kernel reaches past the padded input.

    References
    ----------
    PyTorch documentation of ``torch.nn.AvgPool2d``.

    Examples
    --------
    >>> avg_pool([[[1, 4, 2, 3]]], 2)
    array([[[2.5, 2.5]]])
    >>> avg_pool([[[6, 6]]], 2, padding=1, count_include_pad=False)
    array([[[6., 6.]]])
    """
    x = np.asarray(input)
    dtype = np.result_type(x.dtype, np.float32)

    def mean(window: np.ndarray, padded: int) -> np.ndarray:
        total: np.ndarray = window.sum(axis=-1, dtype=dtype)
        return total / (padded if count_include_pad else window.shape[-1])

    return _pool(x, kernel_size, stride, padding, 1, ceil_mode, dtype, mean)
