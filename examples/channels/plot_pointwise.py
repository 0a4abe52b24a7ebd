"""
A 1 x 1 convolution mixes the channels and leaves the pixels alone
==================================================================

A *1 x 1 convolution*, whose kernel is a single cell, seems to have nothing to do. On one channel
that is nearly true. On many channels it takes a weighted sum at every pixel, and can turn many
maps into few. We do it on numbers small enough for the head, and then on the feature maps of a
small network.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning.network import DemoNet, conv_layer, to_batch

plt.style.use("convdocs.page")

# %%
# What can it do to one channel?
# ------------------------------
# It lies on one pixel at a time and multiplies it by its only weight. That scales the
# channel and, without a bias, does nothing else.

picture = to_batch(images.load("panda"))  # (1, channel, height, width), 0 to 1
red = picture[:, :1]
assert torch.equal(F.conv2d(red, torch.tensor([[[[0.5]]]])), 0.5 * red)

# %%
# And to many channels?
# ---------------------
# Now the kernel is one cell high, one cell wide, and as deep as the input: it has one weight
# :math:`a_k` for each channel :math:`k`. At row :math:`i` and column :math:`j` it gives
#
# .. math:: f_{ij} = \sum_k a_k \, x_{kij}
#
# (Here k counts channels.) Because it
# treats every pixel alone, such a 1x1 layer is called *pointwise*
# (:term:`pointwise convolution`). Here it reads four channels of 3 x 3: each is multiplied by its
# weight, and the four are added.

weights = np.array([1.0, 0.5, 0.25, -1.0])
# four times whole numbers, so that the sums are whole too
x = 4 * np.random.default_rng(0).integers(1, 6, (4, 3, 3))
f = sum(weight * channel for weight, channel in zip(weights, x, strict=True))

maps = torch.tensor(x)[None].double()  # (1, 4, 3, 3)
theirs = F.conv2d(maps, torch.tensor(weights).reshape(1, 4, 1, 1))
assert np.array_equal(theirs[0, 0], f)

# %%

at_corner = x[:, 0, 0]
questions.type_in(
    f"The four channels hold {', '.join(map(str, at_corner))} at one pixel, and the weights are "
    "1, 0.5, 0.25 and -1. What does the 1 x 1 kernel answer there?",
    "float(f[0, 0])",
    {
        "float(at_corner @ abs(weights))": "The last weight is negative.",
        "float(at_corner.sum())": "Each channel has a weight of its own.",
        "float(at_corner @ weights / 4)": "It is a sum, and no mean.",
    },
    because="Each channel's number times its weight, and the four products added.",
    alone=True,
)

# %%

# Drawing: four channels with their weights, and the weighted sum
corner = np.zeros((3, 3), bool)
corner[0, 0] = True
figure, axes = plt.subplots(1, 5, figsize=(7.2, 1.9))
for k in range(4):
    title = f"channel {k + 1}\n× {weights[k]:g}".replace("-", "\N{MINUS SIGN}")
    plots.show_cells(axes[k], x[k], colour=plots.INPUT, highlight=corner, title=title)
title = "weighted\nsum"
plots.show_cells(axes[4], f, colour=plots.OUTPUT, highlight=corner, title=title)
plots.describe(
    figure,
    f"""Four 3 x 3 input channels with their weights 1, 0.5, 0.25 and minus 1, and the
    3 x 3 output. The top left cells {x[0, 0, 0]}, {x[1, 0, 0]}, {x[2, 0, 0]} and
    {x[3, 0, 0]} give the top left output {f[0, 0]:g}.""",
    caption="Each output cell is a weighted sum of the four cells at its own place.",
)
shown = [float(ax.texts[0].get_text().replace("\N{MINUS SIGN}", "-")) for ax in axes]
factors = [ax.get_title().split()[-1] for ax in axes[:4]]
factors = [float(factor.replace("\N{MINUS SIGN}", "-")) for factor in factors]
assert np.dot(shown[:4], factors) == shown[4]

# %%
# Only the channels are added, never the pixels
# ---------------------------------------------
# You may meet the formula with a second sum, over :math:`i` and :math:`j`. That one adds up
# the pixels too, and what is left is a single number: no map. What really happens at one pixel
# stays there: change one cell of one channel, and one cell of the output changes.

doubly_summed = (weights.reshape(4, 1, 1) * x).sum()
print(f"{f.shape = }, {doubly_summed.shape = }")
assert f.shape == (3, 3) and doubly_summed.shape == ()
assert doubly_summed == f.sum()

touched = maps.clone()
touched[0, 2, 1, 0] += 8
now = F.conv2d(touched, torch.tensor(weights).reshape(1, 4, 1, 1))
assert (now != theirs).nonzero().tolist() == [[0, 0, 1, 0]]

# %%
# Is that not a linear layer?
# ---------------------------
# It is: one linear layer, also called *dense*, applied to each pixel. Take 5 kernels for 4
# channels.

generator = torch.Generator().manual_seed(0)
a = torch.randint(-3, 4, (5, 4, 1, 1), generator=generator).double()
mixed = F.conv2d(maps, a)

# %%

questions.choose(
    "A 1 x 1 layer reads 4 channels and gives 5. What is the shape of its weight in PyTorch?",
    "tuple(a.shape)",
    {
        "tuple(a.transpose(0, 1).shape)": "The channels that it gives come first.",
        "tuple(a[:, :1].shape)": "Each kernel is as deep as the input.",
        "tuple(a.squeeze().shape)": "Height and width are there, though they are 1.",
    },
    because="5 kernels, each 4 channels deep, one cell high and one wide.",
    alone=True,
)

# %%
# Without its two axes of size 1 that is a matrix of 5 rows and 4 columns. Each pixel is a
# column of 4 numbers, one of each channel, and every column is multiplied by that matrix.

matrix = a[:, :, 0, 0]
columns = maps.flatten(2)  # (1, 4, 9): nine pixels, each a column of four numbers
assert torch.equal(mixed.flatten(2), matrix @ columns)
# torch's linear layer wants the channels on the last axis
assert torch.equal(mixed.movedim(1, -1), F.linear(maps.movedim(1, -1), matrix))

# %%
# No pixel sees its neighbours. So you may shuffle the pixels before the layer or after it, and
# get the same numbers. A 3 x 3 kernel does not allow that.

order = torch.randperm(9, generator=generator)
shuffled = columns[:, :, order].reshape(1, 4, 3, 3)
assert torch.equal(F.conv2d(shuffled, a).flatten(2), mixed.flatten(2)[:, :, order])

wide = a.expand(5, 4, 3, 3)
first, last = F.conv2d(shuffled, wide, padding=1), F.conv2d(maps, wide, padding=1)
assert not torch.equal(first.flatten(2), last.flatten(2)[:, :, order])

# %%
# Four feature maps become one
# ----------------------------
# Now real maps. ``DemoNet``, the network of two 5 x 5 convolutions, each with ReLU and 2 x 2 max
# pooling, has four ramps as filters, which rise to the right, to the left, down and up; so the
# panda comes out of it as four :term:`feature maps <feature map>`. We send them through the
# weights above.

ramps = oriented_ramps()
network = DemoNet(as_weight(ramps, 3), as_weight(ramps, 4))
pointwise = conv_layer(weights.reshape(1, 4, 1, 1))
with torch.no_grad():
    stages = network(picture)
    inputs = stages.pool2
    before = pointwise(inputs)
after = before.relu()
assert inputs.shape == (1, 4, 55, 42) and before.shape == (1, 1, 55, 42)
blocks = stages.relu2[..., :110, :].unfold(2, 2, 2).unfold(3, 2, 2)
assert torch.equal(inputs, blocks.amax((4, 5)))  # the largest of each block
assert inputs.min() >= 0

# %%
# After ReLU and max pooling no map is negative anywhere.

questions.choose(
    "At one pixel the four maps hold 0, 10, 0 and 6. Weighted with 1, 0.5, 0.25 and -1, what do "
    "they add up to?",
    "float(weights @ [0, 10, 0, 6])",
    {
        "float(np.sum([0, 10, 0, -6]))": "The second weight is 0.5: the map counts half.",
        "float(abs(weights) @ [0, 10, 0, 6])": "The fourth weight is negative.",
    },
    because="Half of 10 is 5, and 6 are taken away. That the fourth map is smaller than the rest "
    "does not save the sum.",
)

# %%
# The sum falls below zero where the fourth map outweighs the weighted sum of the other three,
# and only there.

three = sum(weight * map_ for weight, map_ in zip(weights[:3], inputs[0], strict=False))
assert (inputs[0, 3] > three)[before[0, 0] < -1e-3].all()
assert (inputs[0, 3] < three)[before[0, 0] > 1e-3].all()
negative = (before < 0).double().mean().item()
print(f"below zero before ReLU: {negative:.0%} of the pixels")
assert not (inputs[0, 3] > inputs[0, :3].sum(0))[before[0, 0] < -1e-3].all()
assert after.min() == 0 and torch.equal(after[before > 0], before[before > 0])

# %%

# Drawing: four maps with their weights, their weighted sum, and that after ReLU
rises = torch.linspace(-1, 1, 5).expand(5, 5)
kernels = {"right": rises, "left": -rises, "down": rises.T, "up": -rises.T}
assert kernels["right"][0, -1] == kernels["down"][-1, 0] == 1
assert torch.equal(network.conv2.weight[:, 0], torch.stack([*kernels.values()]))
figure, axes = plt.subplot_mosaic("01bbaa;23bbaa", figsize=(7.2, 3.1))
panels = [axes[name] for name in "0123ba"]
titles = [f"{d}, × {w:g}" for d, w in zip(kernels, weights, strict=True)]
titles = [title.replace("-", "\N{MINUS SIGN}") for title in titles]
titles += ["weighted sum", "after ReLU"]
drawn = [*inputs[0], before[0, 0], after[0, 0]]
mapped = plots.show_maps(panels, drawn, titles=titles)
plots.show_scale(figure, mapped, panels, label="value")
plots.describe(
    figure,
    f"""Four small feature maps of the panda, none of them negative. Beside them,
    drawn twice as large, their weighted sum, negative in {negative:.0%} of its
    pixels, and the same after ReLU, where those pixels are zero. All six are on one
    scale with zero in its middle.""",
    caption="Four maps without a negative number have a weighted sum that is negative (purple) "
    "wherever the fourth outweighs the weighted sum of the rest.",
)
((low, high),) = {ax.images[0].get_clim() for ax in panels}
assert low == -high
values = {ax.get_title(): ax.images[0].get_array() for ax in panels}
assert values["weighted sum"].min() < 0 == values["after ReLU"].min()
# sphinx_gallery_thumbnail_number = 2

# %%
# What is it good for, then?
# --------------------------
# It changes the number of channels and leaves the size of the maps alone: here from four to one,
# with each pixel of the maps still at its place. Layers that come after it have fewer channels to
# read. How much work that saves is counted on another page of this chapter.

nudged = inputs.clone()
nudged[0, :, 20, 30] += torch.tensor([8.0, 0, 0, 0])
with torch.no_grad():
    moved = (pointwise(nudged) != before).nonzero()
assert moved.tolist() == [[0, 0, 20, 30]]
plt.show()

# %%
# Recap
# -----
# - A 1 x 1 convolution takes a weighted sum over the channels, at each pixel alone.
# - It is a matrix product over the channels: a linear layer at each pixel.
# - With one channel and no bias it can only scale. With many it can mix them, and change their
#   number.
# - Positive maps can give a negative sum, if a weight is negative.
#
# Exercises
# ---------
# 1. Which four weights take the second map from the first? Which give the mean of all four?
# 2. Put one pointwise layer after another, without ReLU between them. Show that one
#    pointwise layer does the same. What is its matrix?

# %%

# Solution 1: 1, -1, 0, 0; four times 1/4 is the mean
less, mean = torch.tensor([1.0, -1, 0, 0]).double(), torch.full((4,), 0.25).double()
assert torch.equal(
    F.conv2d(maps, less.reshape(1, 4, 1, 1))[0, 0], maps[0, 0] - maps[0, 1]
)
assert torch.equal(F.conv2d(maps, mean.reshape(1, 4, 1, 1))[0, 0], maps[0].mean(0))

# %%

# Solution 2: the product of the two matrices, the later one on the left
b = torch.randint(-3, 4, (2, 5, 1, 1), generator=generator).double()
product = (b[:, :, 0, 0] @ matrix)[:, :, None, None]
assert torch.equal(F.conv2d(mixed, b), F.conv2d(maps, product))
# with ReLU between them the numbers differ
assert not torch.equal(F.conv2d(mixed.relu(), b), F.conv2d(maps, product))

# %%
# Sources
# -------
# - Lin, Chen and Yan, `Network in network <https://arxiv.org/abs/1312.4400>`_, 2014,
#   section 3.1, where the idea comes from.
