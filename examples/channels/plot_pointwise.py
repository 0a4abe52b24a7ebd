"""
A 1 x 1 convolution mixes the channels and leaves the pixels alone
==================================================================

A kernel of one single cell seems to have nothing to do. On one channel that is nearly true. On
many channels it takes a weighted sum at every pixel, and turns many maps into few. We do it on
numbers small enough for the head, and then on the feature maps of a small network.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import images, plots
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning.network import DemoNet, conv_layer, to_batch

plt.style.use("convdocs.page")

# %%
# What can it do to one channel?
# ------------------------------
# It lies on one pixel at a time and multiplies it by its only weight. That scales the
# channel, and does nothing else.

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
# (The letters are those in which the formula is often met; here k counts channels.) Because it
# treats every pixel alone, such a layer is called *pointwise*. Here it reads four
# channels of 3 x 3. Work out the green cell from the four blue ones before you go on.

weights = np.array([1.0, 0.5, 0.25, -1.0])
# four times whole numbers, so that the sums are whole too
x = 4 * np.random.default_rng(0).integers(1, 6, (4, 3, 3))
f = np.einsum("k,kij->ij", weights, x)  # one letter is gone from the result: k

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
)

maps = torch.tensor(x)[None].double()  # (1, 4, 3, 3)
theirs = F.conv2d(maps, torch.tensor(weights).reshape(1, 4, 1, 1))
assert np.array_equal(theirs[0, 0], f)

# %%
# Only the channels are added, never the pixels
# ---------------------------------------------
# You may meet the formula with a second sum, over :math:`i` and :math:`j`. That one adds up
# the pixels too, and what is left is a single number: no map.

doubly_summed = np.einsum("k,kij->", weights, x)
print(f"{f.shape = }, {doubly_summed.shape = }")
assert f.shape == (3, 3) and doubly_summed.shape == ()
assert doubly_summed == f.sum()

# %%
# Is that not a linear layer?
# ---------------------------
# It is: one linear layer, applied to each pixel. Take O kernels for C channels. Their weight has
# the shape (O, C, 1, 1), which is a matrix of O rows and C columns with two axes of size 1 added.
# Each pixel is a column of C numbers, and every column is multiplied by that matrix.

generator = torch.Generator().manual_seed(0)
a = torch.randint(-3, 4, (5, 4, 1, 1), generator=generator).double()
matrix = a[:, :, 0, 0]
mixed = F.conv2d(maps, a)

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
# Now real maps. ``DemoNet`` is a small network that does three things twice: a 5 x 5
# convolution, ReLU (what is negative becomes zero), and 2 x 2 max pooling (of four neighbours
# the largest stays). Its filters are four ramps, which rise to the right, to the left, down and
# up; so the panda comes out of it as four maps. We send them through the weights above. No map
# is negative anywhere. Can their weighted sum be?

ramps = oriented_ramps()
network = DemoNet(as_weight(ramps, 3), as_weight(ramps, 4))
pointwise = conv_layer(weights.reshape(1, 4, 1, 1))
with torch.no_grad():
    inputs = network(picture).pool2
    before = pointwise(inputs)
after = before.relu()
assert inputs.shape == (1, 4, 55, 42) and before.shape == (1, 1, 55, 42)
assert inputs.min() >= 0 > before.min()
assert after.min() == 0 and torch.equal(after[before > 0], before[before > 0])

negative = (before < 0).double().mean().item()
print(f"below zero before ReLU: {negative:.0%} of the pixels")

figure, axes = plt.subplot_mosaic("01bbaa;23bbaa", figsize=(7.2, 3.1))
panels = [axes[name] for name in "0123ba"]
directions = ["right", "left", "down", "up"]
titles = [f"{d}, × {w:g}" for d, w in zip(directions, weights, strict=True)]
titles = [title.replace("-", "\N{MINUS SIGN}") for title in titles]
mapped = plots.show_maps(
    panels,
    [*inputs[0], before[0, 0], after[0, 0]],
    titles=[*titles, "weighted sum", "after ReLU"],
)
plots.show_scale(figure, mapped, panels, label="value")
plots.describe(
    figure,
    f"""Four small feature maps of the panda, none of them negative. Beside them,
    drawn twice as large, their weighted sum, negative in {negative:.0%} of its
    pixels, and the same after ReLU, where those pixels are zero. All six are on one
    scale with zero in its middle.""",
)
# sphinx_gallery_thumbnail_number = 2

# %%
# Yes, because the last weight is negative: the sum falls below zero where the fourth map
# outweighs the weighted sum of the other three, and only there.

three = (inputs[0, :3] * torch.tensor(weights[:3]).reshape(3, 1, 1)).sum(0)
assert (inputs[0, 3] > three)[before[0, 0] < -1e-3].all()
assert (inputs[0, 3] < three)[before[0, 0] > 1e-3].all()

# %%
# What is it good for, then?
# --------------------------
# It changes the number of channels and nothing else: here from four to one, with every edge
# of the panda still in its place. Layers that come after it have fewer channels to read.
# How much work that saves is counted on another page of this chapter.

assert before.shape[2:] == inputs.shape[2:]
plt.show()

# %%
# Recap
# -----
# - A 1 x 1 convolution takes a weighted sum over the channels, at each pixel alone.
# - It is a matrix product over the channels: a linear layer at each pixel.
# - With one channel it can only scale. With many it can mix them, and change their number.
# - Positive maps can give a negative sum, if a weight is negative.
#
# Exercises
# ---------
# 1. Which four weights make the output equal to the third map? Which give the mean of all four?
# 2. Put one pointwise layer after another, without ReLU between them. Show that one
#    pointwise layer does the same. What is its matrix?
#
# Sources
# -------
# Lin, Chen and Yan, *Network in network*, 2014, section 3.1, where the idea comes from.
