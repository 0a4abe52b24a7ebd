"""PyTorch: a picture as a tensor, and the two-layer demonstration network."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.v2 import functional as tvf

from convdocs.arguments import require_integers
from convdocs.arrays import as_real
from convdocs.errors import mistyped
from convdocs.layers import Conv, MaxPool, output_size

__all__ = ["DemoNet", "Stages", "conv_layer", "to_batch"]


def to_batch(image: Image.Image) -> Tensor:
    """Turn a picture into a batch of one.

    Parameters
    ----------
    image : PIL.Image.Image
        Mode RGB, of any size.

    Returns
    -------
    torch.Tensor
        Shape (1, 3, height, width), float32 from 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If `image` is no picture, or has another mode.

    Examples
    --------
    >>> to_batch(Image.new("RGB", (180, 235))).shape
    torch.Size([1, 3, 235, 180])
    """
    if not isinstance(image, Image.Image):
        raise mistyped("a PIL image", "image", image)
    if image.mode != "RGB":
        raise ValueError(f"the picture must be RGB (mode={image.mode!r})")
    batch: Tensor = tvf.to_dtype(tvf.pil_to_tensor(image), torch.float32, scale=True)[None]
    return batch


def conv_layer(weight: ArrayLike, *, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    """Make a convolution layer that really has the given weight, in 32 bits, and no bias.

    Parameters
    ----------
    weight : array_like
        Shape (O, C, height, width).
    stride, dilation : int
        As in ``torch.nn.Conv2d``.

    Returns
    -------
    torch.nn.Conv2d
        Its weight is a copy of `weight`, in float32.

    Raises
    ------
    TypeError, ValueError
        If `weight` is not an array of real numbers with four axes and something in each, or a
        setting is not an integer of at least 1.

    Examples
    --------
    >>> conv_layer([[[[2.0]]]])(torch.ones(1, 1, 1, 1)).item()
    2.0
    """
    return _conv_layer(weight, "weight", stride, dilation)


def _conv_layer(weight: ArrayLike, name: str, stride: int, dilation: int) -> nn.Conv2d:
    array = as_real(weight, name)
    if array.ndim != 4 or 0 in array.shape:
        raise ValueError(f"{name} must be (O, C, height, width) (shape {array.shape})")
    stride, dilation = require_integers(1, stride=stride, dilation=dilation)
    out_channels, in_channels, height, width = array.shape
    layer = nn.Conv2d(
        in_channels, out_channels, (height, width), stride=stride, dilation=dilation, bias=False
    )
    with torch.no_grad():
        # a copy in float64 has no stride below 0, which PyTorch does not take
        layer.weight.copy_(torch.tensor(np.array(array, np.float64)))
    return layer


class Stages(NamedTuple):
    """The six intermediate results of :class:`DemoNet`, in the order they arise.

    Attributes
    ----------
    conv1, relu1, pool1, conv2, relu2, pool2 : torch.Tensor
        Shape (N, channels, height, width) each.
    """

    conv1: Tensor
    relu1: Tensor
    pool1: Tensor
    conv2: Tensor
    relu2: Tensor
    pool2: Tensor


class DemoNet(nn.Module):
    """Convolution, ReLU and 2x2 max pooling, twice, with weights that are given.

    Parameters
    ----------
    weight1, weight2 : array_like
        Shapes (O, C, height, width); `weight2` reads as many channels as `weight1` gives.
    stride : int
        Of both convolutions.
    dilation : int
        Of the first convolution.

    Attributes
    ----------
    layers : tuple of Layer
        The convolutions and poolings as values; ReLU changes neither sizes nor fields.

    Raises
    ------
    TypeError, ValueError
        If a weight or a setting is none, or the second weight does not read what the first one
        gives.

    Examples
    --------
    >>> from convdocs.kernels import as_weight, oriented_ramps
    >>> ramps = oriented_ramps()
    >>> network = DemoNet(as_weight(ramps, 3), as_weight(ramps, 4))
    >>> network(torch.zeros(1, 3, 235, 180)).pool2.shape
    torch.Size([1, 4, 55, 42])
    """

    def __init__(
        self, weight1: ArrayLike, weight2: ArrayLike, *, stride: int = 1, dilation: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = _conv_layer(weight1, "weight1", stride, dilation)
        self.conv2 = _conv_layer(weight2, "weight2", stride, 1)
        self.pool = nn.MaxPool2d(2)
        if self.conv2.in_channels != self.conv1.out_channels:
            raise ValueError(
                f"weight2 reads {self.conv2.in_channels} channels but weight1 gives "
                f"{self.conv1.out_channels}"
            )
        first, second = (
            Conv(
                conv.in_channels, conv.out_channels, conv.weight.shape[2:], bias=False,
                stride=conv.stride, dilation=conv.dilation,
            )
            for conv in (self.conv1, self.conv2)
        )  # fmt: skip
        self.layers = first, MaxPool(2), second, MaxPool(2)

    def forward(self, x: Tensor) -> Stages:
        """Compute all six stages.

        Parameters
        ----------
        x : torch.Tensor
            Shape (N, C, height, width).

        Returns
        -------
        Stages
            What each stage gives.

        Raises
        ------
        TypeError, ValueError
            If `x` is no such tensor of the weights' type, or is too small.
        """
        wanted = self.conv1.weight.dtype
        if not isinstance(x, Tensor) or x.dtype != wanted:
            given = x.dtype if isinstance(x, Tensor) else type(x).__name__
            raise TypeError(f"x must be a tensor of {wanted} (got {given})")
        if x.ndim != 4 or x.shape[1] != self.conv1.in_channels:
            channels = self.conv1.in_channels
            raise ValueError(f"x must be (N, {channels}, height, width) (shape {tuple(x.shape)})")
        output_size(self.layers, x.shape[2:])
        conv1 = self.conv1(x)
        relu1 = conv1.relu()
        pool1 = self.pool(relu1)
        conv2 = self.conv2(pool1)
        relu2 = conv2.relu()
        return Stages(conv1, relu1, pool1, conv2, relu2, self.pool(relu2))
