"""Where does a kernel stand on an array? What convolutions, poolings and unfoldings share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from convdocs.each_axis import per_axis
from convdocs.padding_mode import require_mode
from convdocs.reads import all_reads
from convdocs.sides import Padding, sides

__all__ = ["Windows", "stand"]


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Where a kernel stands on an array: checked shapes and settings.

    Attributes
    ----------
    batch : int or None
        How many arrays at once; None for an array without a batch.
    in_channels : int
        The array's channels.
    input_size, kernel_size, stride, dilation, output_size : tuple of int
        One number for each spatial axis.
    padding : tuple of tuple of int
        One (before, after) for each spatial axis.
    padding_mode : str
        What is read in the padding.
    """

    batch: int | None
    in_channels: int
    input_size: tuple[int, ...]
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    output_size: tuple[int, ...]
    padding_mode: str = "zeros"

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The input's shape with a batch, of one if there was none."""
        return (1 if self.batch is None else self.batch, self.in_channels, *self.input_size)

    @property
    def padded_size(self) -> tuple[int, ...]:
        """The input's spatial size with its padding."""
        pairs = zip(self.input_size, self.padding, strict=True)
        return tuple(n + before + after for n, (before, after) in pairs)

    @property
    def inner(self) -> tuple[slice, ...]:
        """Where the input lies in the padded one, along each axis."""
        pairs = zip(self.input_size, self.padding, strict=True)
        return tuple(slice(before, before + n) for n, (before, _) in pairs)

    def outer(self, *shape: int) -> tuple[int, ...]:
        """Put the batch, if there is one, before a shape.

        Parameters
        ----------
        *shape : int
            The shape of one output.

        Returns
        -------
        tuple of int
            The shape of the whole output.
        """
        return shape if self.batch is None else (self.batch, *shape)

    def reads(self) -> list[list[list[int | None]]]:
        """Tell what the kernel reads, axis by axis.

        Returns
        -------
        list of list
            For each axis, each output position and each tap, the input position that is read,
            or None for nothing.
        """
        return self._table(self.output_size, self.input_size)

    def writes(self) -> list[list[list[int | None]]]:
        """Tell where a transposed convolution writes, axis by axis: `reads`, its ends swapped.

        Returns
        -------
        list of list
            For each axis, each input position and each tap, the output position that is written
            to, or None for nothing.
        """
        return self._table(self.input_size, self.output_size)

    def met(self, tap: Sequence[int]) -> tuple[slice, ...]:
        """Tell what a tap meets in the padded input from all places, by slices with a step.

        Parameters
        ----------
        tap : sequence of int
            The tap's place in the kernel.

        Returns
        -------
        tuple of slice
            For each axis one sample for each output position.
        """
        axes = zip(tap, self.dilation, self.output_size, self.stride, strict=True)
        return tuple(slice(t * d, t * d + (o - 1) * s + 1, s) for t, d, o, s in axes)

    def _table(self, places: Sequence[int], size: Sequence[int]) -> list[list[list[int | None]]]:
        return [
            all_reads(n, o, k, stride=s, padding=p, dilation=d, padding_mode=self.padding_mode)
            for n, o, k, s, p, d in zip(
                size, places, self.kernel_size, self.stride, self.padding, self.dilation,
                strict=True,
            )
        ]  # fmt: skip


def stand(
    input_size: tuple[int, ...],
    kernel_size: tuple[int, ...],
    *,
    stride: int | Sequence[int],
    padding: Padding,
    dilation: int | Sequence[int],
    size: Callable[..., int],
    padding_mode: str = "zeros",
    **each: tuple[int | None, ...],
) -> dict[str, Any]:
    """Check the settings of a kernel that fits its array's axes, and find the output's size.

    Parameters
    ----------
    input_size, kernel_size : tuple of int
        One checked number for each spatial axis.
    stride, dilation : int or sequence of int
        One number, or one for each spatial axis.
    padding : int, str or sequence
        One number, 'same', 'valid', or for each axis a number or a pair (before, after).
    size : callable
        What finds the output's size along one axis.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What is read in the padding.
    **each : tuple of int
        What `size` takes beside the geometry, one number for each axis.

    Returns
    -------
    dict
        The attributes of :class:`Windows` that do not tell of the channels.

    Raises
    ------
    TypeError, ValueError
        If the kernel does not fit, or a setting is out of its range.

    Examples
    --------
    >>> from convdocs.sizes import conv_output_size
    >>> stand((7,), (3,), stride=2, padding=1, dilation=1, size=conv_output_size)["output_size"]
    (4,)
    """
    axes = len(input_size)
    stride = per_axis(stride, axes, "stride", minimum=1)
    dilation = per_axis(dilation, axes, "dilation", minimum=1)
    both = sides(padding, kernel_size, stride=stride, dilation=dilation)
    output_size = []
    for axis, (n, pair) in enumerate(zip(input_size, both, strict=True)):
        require_mode(padding_mode, pair, n)
        as_given = pair[0] if pair[0] == pair[1] else pair  # for the words of an error
        output_size.append(
            size(
                n, kernel_size[axis], stride=stride[axis], padding=as_given,
                dilation=dilation[axis], **{name: value[axis] for name, value in each.items()},
            )
        )  # fmt: skip
    return {
        "input_size": input_size, "kernel_size": kernel_size, "stride": stride, "padding": both,
        "dilation": dilation, "output_size": tuple(output_size), "padding_mode": padding_mode,
    }  # fmt: skip
