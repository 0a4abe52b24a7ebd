"""
One output cell is one sum of products
======================================

A convolution layer does the same small calculation everywhere: lay the kernel on the input,
multiply the numbers that lie on top of each other, add everything up. This page does it with a
pencil first, on 5 x 5 pixels of a real picture, and then asks PyTorch for the same numbers.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch

from convdocs import images, plots
from convdocs.operations.reference import cross_correlate
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What does the layer read?
# -------------------------
# A colour picture is three grids of numbers, one for each *channel*: red, green and blue. We
# cut 5 x 5 pixels out of the panda, at the rim of an eye, and keep ten steps of brightness
# so that the arithmetic fits in the head.

pixels = np.asarray(images.load("panda"))  # (height, width, channel), 0 to 255
# (channel, height, width)
patch = pixels[84:89, 60:65].transpose(2, 0, 1).astype(int) // 26
print(f"{patch.shape = }")

# %%
# What does a kernel look like?
# -----------------------------
# A kernel for such an input is as deep as the input: one 3 x 3 slice for each channel. Ours
# compares left with right in the red slice, doubles the centre of the green one, and compares
# top with bottom in the blue one. (People often draw three equal slices. A layer that learns
# has a different slice for every channel.)

kernel = np.array(
    [
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        [[0, 0, 0], [0, 2, 0], [0, 0, 0]],
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    ]
)
assert kernel.shape[0] == patch.shape[0]  # as many slices as channels

# %%
# Multiply, and add up each channel
# ---------------------------------
# Put the kernel on the top left corner. It covers rows 0 to 2 and columns 0 to 2. Each
# covered pixel is multiplied by the number on top of it: that makes 3 x 9 products. Before
# you look at the last column of the figure, add up the nine products of the red channel.

window = patch[:, 0:3, 0:3]
products = window * kernel
channel_sums = products.sum(axis=(1, 2))

covered = np.zeros((5, 5), bool)
covered[:3, :3] = True
figure, axes = plt.subplots(3, 4, figsize=(7.2, 8.6), width_ratios=[5, 3, 3, 1])
for c, name in enumerate(["red", "green", "blue"]):
    titles = ["input", "kernel", "products", "sum"] if c == 0 else [None] * 4
    plots.show_cells(
        axes[c, 0], patch[c], colour=plots.INPUT, highlight=covered, title=titles[0]
    )
    plots.show_cells(axes[c, 1], kernel[c], colour=plots.KERNEL, title=titles[1])
    plots.show_cells(axes[c, 2], products[c], colour=plots.OUTPUT, title=titles[2])
    plots.show_cells(
        axes[c, 3], [[channel_sums[c]]], colour=plots.OUTPUT, title=titles[3]
    )
    axes[c, 0].set_ylabel(name)
plots.describe(
    figure,
    f"""Three rows, one for each channel. Each shows the 5 x 5 input with its top left
    3 x 3 cells filled, the 3 x 3 kernel slice, the nine products, and their sum:
    {channel_sums[0]} for red, {channel_sums[1]} for green, {channel_sums[2]} for
    blue.""",
)

# %%
# Add up the channels
# -------------------
# The three sums are added, and that one number is one cell of the output. However many
# channels go in, a single kernel gives a single grid of such cells, a *map*.

first_cell = channel_sums.sum()
print(" + ".join(f"({s})" for s in channel_sums), "=", first_cell)
assert first_cell == sum(
    patch[c, i, j] * kernel[c, i, j]
    for c in range(3)
    for i in range(3)
    for j in range(3)
)

# %%
# Then move on, one cell at a time
# --------------------------------
# The kernel steps to the right, and at the end of a row to the start of the next. How many
# places are there? Along each axis the kernel has three cells, called its *taps*, and the last
# tap must still lie on the input. That leaves 5 - 3 + 1 = 3 places. The figure draws only the
# red channel of the input; each output cell adds up all three.

size = conv_output_size(5, 3)
assert size == 5 - 3 + 1

output = np.full((size, size), np.nan)  # empty cells, filled in one by one
figure, axes = plt.subplots(3, 6, figsize=(7.2, 4.2), width_ratios=[5, 3] * 3)
panels = axes.reshape(-1, 2)
for (i, j), (left, right) in zip(np.ndindex(size, size), panels, strict=True):
    output[i, j] = (patch[:, i : i + 3, j : j + 3] * kernel).sum()
    covered = np.zeros((5, 5), bool)
    covered[i : i + 3, j : j + 3] = True
    titles = ["red channel", "output"] if (i, j) == (0, 0) else [None, None]
    plots.show_cells(
        left,
        patch[0],
        colour=plots.INPUT,
        highlight=covered,
        title=titles[0],
        fontsize=7,
    )
    done = ~np.isnan(output)
    plots.show_cells(
        right, output, colour=plots.OUTPUT, highlight=done, title=titles[1], fontsize=7
    )
plots.describe(
    figure,
    """Nine pairs of grids. In each pair the kernel covers another 3 x 3 window of the
    red channel, moving from left to right and from top to bottom, and one more cell
    of the 3 x 3 output is filled in.""",
)

# %%
# Is that what PyTorch computes?
# ------------------------------
# ``torch.nn.functional.conv2d`` wants a batch of inputs, (N, C, height, width), and a stack
# of kernels, (O, C, height, width). We have one of each, so both get a leading 1. All the
# numbers are whole, so the comparison can be exact.

theirs = torch.nn.functional.conv2d(
    torch.tensor(patch)[None], torch.tensor(kernel)[None]
)
print(theirs[0, 0])
assert np.array_equal(theirs[0, 0], output)

# %%
# The package's ``cross_correlate`` is this page's calculation written as a loop, for any
# number of kernels, channels and axes. Other pages check faster ways against it.

assert np.array_equal(cross_correlate(patch[None], kernel[None])[0, 0], output)
plt.show()

# %%
# Recap
# -----
# - Multiply element by element, add over the kernel's cells, add over the channels: one
#   output cell.
# - One kernel has a slice for every input channel, and gives one output channel.
# - A kernel of size 3 has 5 - 3 + 1 places along an axis of 5.
#
# Exercises
# ---------
# 1. Without running anything: what is the output if every number of the kernel is 0 but for
#    a 1 in the centre of its red slice? Then check.
# 2. Give the layer a second kernel. What shape does the output have now?
#
# Sources
# -------
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 9.1.
