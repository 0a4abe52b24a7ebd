"""
Common mistakes that raise no error
===================================

Six mistakes after which the code runs to its end and gives a wrong answer. Each is made here,
watched, and mended, so that you learn how to notice it: a weight that the layer never uses, a
kernel of another size, a sum too many, axes the wrong way round, and colours that mislead.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.testing import assert_allclose
from torch import nn
from torch.nn import functional as F

from convdocs import images, kernels, plots, questions
from convdocs.learning import network
from convdocs.sizes import conv_output_size
from convdocs.table import table

plt.style.use("convdocs.page")

# %%
# All six are made on one picture, as a batch of one, with one set of four kernels.

picture = images.load("panda")
batch = network.to_batch(picture)  # (N, C, height, width)
weight = torch.tensor(kernels.as_weight(kernels.oriented_ramps(), 3))
print(f"{batch.shape = }\n{weight.shape = }")

# %%
# The weight is set, and the layer does not use it
# ------------------------------------------------
# We want our own filters in a layer, and store them as a :term:`parameter` of it, an array that
# training may change.

torch.manual_seed(0)
conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
before = conv(batch)
conv.wt1 = nn.Parameter(weight)  # the mistake

# %%

ours, names = F.conv2d(batch, weight), ["weight", "wt1"]
questions.choose(
    "After ``conv.wt1 = nn.Parameter(weight)``, which parameter does ``conv`` compute with?",
    "names[int(torch.allclose(conv(batch), ours))]",
    {
        "names[1]": "A layer's code names the parameter that it reads, and that is not this one."
    },
    because="The layer reads what its own code names. It does not know of the other.",
    alone=True,
)

# %%
# What is different afterwards?

assert torch.equal(conv(batch), before)
print([name for name, _ in conv.named_parameters()])
assert list(conv.state_dict()) == names

# %%
# Nothing but a list of names. The layer computes with ``weight`` and still holds its random
# numbers there. ``wt1`` is a second parameter that nobody reads: it is saved and loaded with the
# network, and gets no gradient. You notice by looking at that list, or by holding the output
# against a function that is *given* the weight.

conv(batch).sum().backward()
assert conv.weight.grad is not None
assert conv.wt1.grad is None
assert not torch.allclose(conv(batch), F.conv2d(batch, weight))

# %%
# The mend is to copy the numbers into ``weight``, telling PyTorch not to record the copying.
# Putting a whole new parameter in its place, ``conv.weight = nn.Parameter(weight)``, works too. An
# :term:`optimiser` that was made earlier, which takes the steps of training, then goes on training
# the old one.

conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
with torch.no_grad():
    conv.weight.copy_(weight)  # the mend
torch.testing.assert_close(conv(batch), F.conv2d(batch, weight))

conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
optimiser = torch.optim.SGD(conv.parameters(), lr=0.1)
conv.weight = nn.Parameter(weight)
torch.testing.assert_close(conv(batch), F.conv2d(batch, weight))
assert optimiser.param_groups[0]["params"][0] is not conv.weight

# %%
# Meant is 5 x 5, the layer says 3 x 3, the weight is 5 x 3
# ---------------------------------------------------------
# A new parameter may have any shape. We want a kernel of 5 x 5 taps, but declare the layer with
# 3 x 3, and then give it a weight of five rows and three columns. Which of the two counts?

layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)  # the mistake
layer.weight = nn.Parameter(torch.tensor(kernels.impulse((5, 3), value=-1))[None, None])
height, width = layer(batch[:, :1]).shape[2:]

# %%

questions.type_in(
    "The layer says 3 x 3, its weight has 5 rows and 3 columns. What is the shape (height, "
    "width) of its output for a picture of 235 x 180, without padding?",
    "(height, width)",
    {
        "tuple(conv_output_size(n, layer.kernel_size[0]) for n in (235, 180))": "That is what the "
        "layer says of itself.",
        "(conv_output_size(235, 3), conv_output_size(180, 5))": "The rows of a weight lie "
        "along the height.",
    },
    because="The weight counts: 4 rows and 2 columns fewer.",
)

# %%

print(layer, "gives", height, "x", width)

assert layer.kernel_size == (3, 3)
assert (
    (height, width)
    == (conv_output_size(235, 5), conv_output_size(180, 3))
    == (231, 178)
)
# what the layer says of itself
assert conv_output_size(235, layer.kernel_size[0]) == 233

# %%
# The weight counts, and the layer goes on saying 3 x 3. Copying instead of replacing brings the
# mistake to light. To mend it, take the kernel size from the weight.

try:
    with torch.no_grad():
        nn.Conv2d(1, 1, kernel_size=3, bias=False).weight.copy_(layer.weight)
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "size of tensor a (3) must match the size of tensor b (5)" in message

# the kernel that was meant
kernel = torch.tensor(kernels.impulse((5, 5), value=-1))[None, None]
layer = nn.Conv2d(1, 1, kernel_size=tuple(kernel.shape[2:]), bias=False)  # the mend
with torch.no_grad():
    layer.weight.copy_(kernel)
assert layer.kernel_size == (5, 5)
assert layer(batch[:, :1]).shape[2:] == (231, 176)

# %%
# One sum too many
# ----------------
# A 1 x 1 convolution weighs :math:`m` channels and adds them up. You may find it written as
#
# .. math:: f_{ij} = \sum_{ij} \sum_{k=1}^m a_k \, x_{k,ij}
#
# The left side is a map, with a value for each row :math:`i` and column :math:`j`. The right
# side adds over all rows and columns, and is a single number. An index that names a place on
# the left must not be summed over on the right:
#
# .. math:: f_{ij} = \sum_{k=1}^m a_k \, x_{k,ij}
#
# ``einsum`` spells a sum out: an index that stands before the arrow only is summed over.

a, x = torch.tensor([3, -1, 2]), torch.arange(24).reshape(3, 2, 4)
doubled = torch.einsum("k,kij->", a, x)  # the mistake
mended = torch.einsum("k,kij->ij", a, x)  # the mend
print("doubled:", doubled.item(), "\nmended:", mended.tolist())

assert doubled.shape == ()
assert mended.shape == (2, 4)
assert torch.equal(mended, F.conv2d(x[None], a[None, :, None, None])[0, 0])
assert doubled == sum(a[k] * x[k, i, j] for k, i, j in np.ndindex(3, 2, 4))

# %%
# Height and width the wrong way round
# ------------------------------------
# Pillow gives a picture's size as (width, height). An array has its rows first: (height, width).

height, width = picture.size  # the mistake
assert (height, width) == (180, 235)
width, height = picture.size  # the mend
assert (height, width) == np.asarray(picture).shape[:2] == batch.shape[2:] == (235, 180)

# %%
# Channels moved by ``reshape``
# -----------------------------
# An array from a picture is (height, width, channel), and a layer wants the channel first.
# ``reshape`` gives the right shape and the wrong picture: it deals the same row of numbers out
# anew. To move an axis, use ``permute``.

pixels = torch.tensor(np.array(picture))
assert pixels.shape == (235, 180, 3)
reshaped = pixels.reshape(3, 235, 180)  # the mistake
permuted = pixels.permute(2, 0, 1)  # the mend
assert reshaped.shape == permuted.shape == batch.shape[1:]
assert not torch.equal(reshaped[0], pixels[:, :, 0])
for c in range(3):
    assert torch.equal(permuted[c], pixels[:, :, c])

# %%
# In one dimension, too: the words of a text often come as (N, L, C), a row of C numbers for each of
# L words, and ``Conv1d`` wants (N, C, L). If L happens to be C no error tells. The kernel then
# moves over the channels and sums over all words, so that the last word changes every answer.

words = torch.arange(36.0).view(1, 6, 6)  # (N, L, C)
other = words.clone()
other[:, -1] += 1  # another last word
three = torch.ones(1, 6, 3)
wrong = F.conv1d(other, three) != F.conv1d(words, three)
mended = F.conv1d(other.mT, three) != F.conv1d(words.mT, three)
assert wrong.tolist() == [[[True, True, True, True]]]
assert mended.tolist() == [[[False, False, False, True]]]

# %%
# Each map on a scale of its own
# ------------------------------
# We draw a map of the panda and the same map divided by 100. Unless told otherwise, ``imshow``
# stretches the colours from each map's own least to its own greatest value.

strong = conv(batch).detach()[0, 0].numpy()
maps, titles = [strong, strong / 100], ["map", "map / 100"]
stretched = [(m - m.min()) / (m.max() - m.min()) for m in maps]

# %%

questions.choose(
    "Two maps, one a hundredth of the other, are each stretched from their own least to their own "
    "greatest value. How far apart are their colours, where 1 is the whole scale?",
    "round(float(abs(stretched[0] - stretched[1]).max()), 3)",
    {
        "round(float(abs(maps[0] - maps[1]).max() / np.ptp(maps[0])), 3)": "That is how far apart "
        "they are on one common scale.",
        "1 - 1 / 100": "The factor is gone before anything is drawn.",
    },
    because="Stretching takes every factor out.",
    alone=True,
)

# %%

# Drawing: each map on a scale of its own
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
for ax, values, name in zip(axes, maps, titles, strict=True):
    ax.imshow(values, cmap=plots.DIVERGING)  # the mistake
    ax.set(title=name, xticks=[], yticks=[])
plots.describe(
    figure,
    """Two feature maps of the panda, side by side. They look the same, although the
    values of the second are 100 times smaller.""",
    caption="The values on the right are a hundredth of those on the left. Nothing tells.",
)
# each turns a value into a place on the colour scale
own = [ax.images[0].norm for ax in axes]
assert_allclose(own[0](maps[0]), own[1](maps[1]), atol=1e-5)
assert abs(own[0](0.0) - 0.5) > 0.01

# %%
# The factor of 100 is gone. Zero is lost as well, since the middle of the colours
# is wherever the middle of the values happens to be. Maps that are compared need one scale, and
# maps with a sign need zero in its middle. (A separate scale for each map is fine if the picture
# says so, and only the pattern matters.)

# Drawing: both maps on one scale
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.3))
image = plots.show_maps(axes, maps, titles=titles)  # the mend
plots.show_scale(figure, image, axes, label="answer of the filter")
plots.describe(
    figure,
    """The same two maps on one scale with zero in its middle. The first shows the
    panda's outlines; the second is nearly white everywhere.""",
    caption="On one scale the second map is what it is: nearly nothing.",
)
assert axes[0].images[0].get_clim() == axes[1].images[0].get_clim()

assert image.norm(0.0) == 0.5  # the middle colour, white, is zero
assert_allclose(image.norm(maps[1]), 0.5, atol=0.01)

# %%
# The six side by side
# --------------------
# On the left what was wrong, on the right what mends it, as both ran above.

pairs = {
    "conv.wt1 = nn.Parameter(weight)": "conv.weight.copy_(weight)",
    "kernel_size=3": "kernel_size=tuple(kernel.shape[2:])",
    'torch.einsum("k,kij->", a, x)': 'torch.einsum("k,kij->ij", a, x)',
    "height, width = picture.size": "width, height = picture.size",
    "pixels.reshape(3, 235, 180)": "pixels.permute(2, 0, 1)",
    "ax.imshow(values, cmap=plots.DIVERGING)": "plots.show_maps(axes, maps, titles=titles)",
}
print(table([{"wrong": wrong, "mended": mend} for wrong, mend in pairs.items()]))
plt.show()

# %%
# Recap
# -----
# - Set a layer's weight by copying into ``layer.weight``, and hold its output against
#   ``F.conv2d``, which is given the weight.
# - A weight decides the size of a kernel, whatever the layer was declared with.
# - An index that names a place on the left of an equation is not summed over on the right.
# - The right shape is no proof: ``reshape`` and swapped sizes pass, and only numbers tell.
# - Draw maps that are compared on one scale, with zero in its middle.
#
# Exercises
# ---------
# 1. Copy ``torch.tensor(2.0)`` into a layer's weight. Do you expect an error? What became of
#    the weight?
# 2. Take a square picture instead of the panda. Which of the six mistakes would be harder still
#    to notice?

# %%

# Solution 1: no error; all 300 numbers are 2, for a single number is spread over any shape
with torch.no_grad():
    conv.weight.copy_(torch.tensor(2.0))
assert (conv.weight == 2).all() and conv.weight.numel() == 300

# %%

# Solution 2: swapped height and width; the shapes are right whichever way round they are
side = 64
square = picture.resize((side, side))
height, width = square.size  # the mistake
assert (height, width) == np.asarray(square).shape[:2]

# %%
# Sources
# -------
# - PyTorch documentation of ``torch.nn.Conv2d`` and ``torch.nn.Parameter``.
# - Pillow documentation of ``PIL.Image.Image.size``.
# - Matplotlib documentation of ``matplotlib.axes.Axes.imshow``.
