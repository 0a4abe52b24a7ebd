"""How much padding keeps the size: what 'same' stands for."""

from convdocs.arguments import require_integers
from convdocs.errors import clash

__all__ = ["same_padding"]


def same_padding(
    kernel_size: int,
    *,
    stride: int = 1,
    dilation: int = 1,
    input_size: int | None = None,
    extra: str = "after",
) -> tuple[int, int]:
    """How much padding does it take to give as many outputs as inputs?

    ``dilation * (kernel_size - 1)`` samples, half of them on either side. Where that is odd,
    one side gets the extra one: the end in PyTorch's ``padding="same"``, in TensorFlow and in
    ONNX's SAME_UPPER, the beginning in ONNX's SAME_LOWER. PyTorch has it at stride 1 only;
    TensorFlow takes it to mean ``ceil(input_size / stride)`` outputs otherwise, which takes
    ``max(0, (outputs - 1)*stride + dilation*(kernel_size - 1) + 1 - input_size)`` samples.

    Parameters
    ----------
    kernel_size, stride, dilation : int
        At least 1.
    input_size : int, optional
        At least 1; needed for a stride above 1, and without a part in the answer at stride 1.
    extra : {'after', 'before'}
        The side that gets the extra sample.

    Returns
    -------
    tuple of int
        The samples (before, after).

    Raises
    ------
    TypeError, ValueError
        If a parameter is out of its range, or `input_size` is missing.

    References
    ----------
    PyTorch documentation of ``torch.nn.Conv2d``; ONNX documentation of ``Conv``.

    Examples
    --------
    >>> same_padding(3), same_padding(4), same_padding(4, extra="before")
    ((1, 1), (1, 2), (2, 1))
    >>> same_padding(3, stride=2, input_size=6)
    (0, 1)
    """
    kernel_size, stride, dilation = require_integers(
        1, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    if not isinstance(extra, str) or extra not in {"after", "before"}:
        raise clash("extra must be 'after' or 'before'", extra=extra)
    total = dilation * (kernel_size - 1)
    if input_size is not None:
        (input_size,) = require_integers(1, input_size=input_size)
        outputs = -(-input_size // stride)
        total = max(0, (outputs - 1) * stride + total + 1 - input_size)
    elif stride > 1:
        raise clash("'same' at a stride above 1 depends on the input_size", stride=stride)
    less, more = total // 2, total - total // 2
    return (less, more) if extra == "after" else (more, less)
