"""Layers as values: what a network is made of, without an array in sight.

A layer is checked once, when it is made, and never changes; layers that do the same are equal.
They stand one after another in a :class:`Sequential`, or just in a list, and side by side in a
:class:`Branch`. *Layer* in a signature means any of the eight. Sizes and lines of PyTorch follow
from them here, receptive fields in :mod:`convdocs.receptive`, costs in :mod:`convdocs.cost`.
"""

from convdocs.layers.adaptive import AdaptiveAvgPool, AdaptiveMaxPool
from convdocs.layers.convolution import Conv, ConvTranspose
from convdocs.layers.fit import axes_of
from convdocs.layers.paste import pytorch_line
from convdocs.layers.pooling import AvgPool, MaxPool
from convdocs.layers.size import output_size
from convdocs.layers.stack import Branch, Sequential, as_layer

__all__ = [
    "AdaptiveAvgPool",
    "AdaptiveMaxPool",
    "AvgPool",
    "Branch",
    "Conv",
    "ConvTranspose",
    "MaxPool",
    "Sequential",
    "as_layer",
    "axes_of",
    "output_size",
    "pytorch_line",
]
