"""
Transposed convolution stamps the kernel, and overlaps add up
=============================================================

A convolution gathers: each output cell reads a window of the input. Its transpose scatters:
each input cell stamps the kernel, times its own value, onto a larger output. We do it stamp by
stamp, and then find the same numbers a second way, as a convolution with a flipped kernel.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from convdocs import plots
from convdocs.cost import macs
from convdocs.geometry import input_positions
from convdocs.layers import Conv, ConvTranspose
from convdocs.operations.reference import conv_transpose, cross_correlate
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# How large is the output?
# ------------------------
# A 3 x 3 kernel that moves in steps of 2 (its *stride*) has two places along an axis of 5. So a
# convolution makes 2 x 2 cells out of 5 x 5. The transposed convolution goes the other way,
# from 2 x 2 to 5 x 5.

assert conv_output_size(5, 3, stride=2) == 2
assert conv_transpose_output_size(2, 3, stride=2) == 5

# %%
# Where does an input cell write?
# -------------------------------
# Where the convolution would have read. There, output cell 1 reads positions 2, 3 and 4. Here,
# *input* cell 1 writes to positions 2, 3 and 4. The relation between the two sides is the same
# in both directions, and the package has one function for it.

print([list(input_positions(cell, 3, stride=2)) for cell in (0, 1)])

# %%
# Stamp by stamp
# --------------
# Input cell by input cell: multiply the whole kernel by its value, lay it on the output, and
# add. Position 2 is written by both cells of an axis, so stamps overlap there. How many stamps
# meet in the centre of the output, and what is their sum?

x = np.array([[1, 2], [3, 4]])
kernel = np.arange(1, 10).reshape(3, 3)
output = np.zeros((5, 5), int)
written = np.zeros((5, 5), int)  # how often each cell was written

figure, axes = plt.subplots(3, 4, figsize=(7.2, 4.2), height_ratios=[2, 3, 5])
for n, (i, j) in enumerate(np.ndindex(2, 2)):
    rows, columns = input_positions(i, 3, stride=2), input_positions(j, 3, stride=2)
    stamp = x[i, j] * kernel
    output[np.ix_(rows, columns)] += stamp
    written[np.ix_(rows, columns)] += 1

    here = np.zeros((2, 2), bool)
    here[i, j] = True
    plots.show_cells(axes[0, n], x, colour=plots.INPUT, highlight=here)
    plots.show_cells(axes[1, n], stamp, colour=plots.KERNEL)
    so_far = np.where(written > 0, output, np.nan)
    plots.show_cells(axes[2, n], so_far, colour=plots.OUTPUT, highlight=written > 0)
    plots.show_window(axes[2, n], rows, columns)
for ax, label in zip(axes[:, 0], ["input", "stamp", "output so far"], strict=True):
    ax.set_ylabel(label)
plots.describe(
    figure,
    f"""Four columns, one for each cell of the 2 x 2 input. Each shows the cell, the
    kernel times its value, and the 5 x 5 output so far with the stamped 3 x 3 cells
    outlined. In the end the centre cell has received four stamps and holds {
        output[2, 2]
    }.""",
)

print(written)
assert written[2, 2] == 4 and output[2, 2] == 1 * 9 + 2 * 7 + 3 * 3 + 4 * 1 == 36

# %%
# Is that what PyTorch computes?
# ------------------------------
# Yes, number for number. The package's ``conv_transpose`` is this loop for any number of
# channels and axes. In both the weight has the input's channels first, (C, O, height, width):
# it is the weight of the convolution that goes the other way.

batch, weight = x[None, None], kernel[None, None]
theirs = F.conv_transpose2d(torch.tensor(batch), torch.tensor(weight), stride=2)
assert np.array_equal(theirs[0, 0], output)
assert np.array_equal(conv_transpose(batch, weight, stride=2)[0, 0], output)

there, back = nn.Conv2d(1, 4, 3), nn.ConvTranspose2d(4, 1, 3)
assert back.weight.shape == there.weight.shape == (4, 1, 3, 3)

# %%
# Can each output cell gather instead?
# ------------------------------------
# Look at one output cell and ask who stamped it. The centre received the *last* number of the
# kernel from the first input cell, and the *first* number from the last. So a window that
# gathers the same must hold the kernel flipped, upside down and left to right. And the steps
# of 2? They put the input cells two apart: write one zero between neighbours, and two rows and
# columns of zeros (kernel size - 1) around them. Then an ordinary convolution with stride 1
# does it.

stuffed = np.zeros((3, 3), int)
stuffed[::2, ::2] = x
padded = np.pad(stuffed, 3 - 1)
flipped = kernel[::-1, ::-1]
gathered = cross_correlate(padded[None, None], flipped[None, None])[0, 0]
assert np.array_equal(gathered, output)

figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), width_ratios=[7, 3, 5])
centre = np.zeros((5, 5), bool)
centre[2, 2] = True
from_input = np.zeros((7, 7), bool)
from_input[2:5:2, 2:5:2] = True
plots.show_cells(axes[0], padded, colour=plots.INPUT, highlight=from_input)
plots.show_window(axes[0], input_positions(2, 3), input_positions(2, 3))
plots.show_cells(axes[1], flipped, colour=plots.KERNEL)
plots.show_cells(axes[2], gathered, colour=plots.OUTPUT, highlight=centre)
titles = ["zero-stuffed, padded input", "kernel, flipped", "output"]
for ax, title in zip(axes, titles, strict=True):
    ax.set_title(title)
plots.describe(
    figure,
    f"""Left, a 7 x 7 grid of zeros that holds the input's 1, 2, 3 and 4 two cells
    apart, with the central 3 x 3 window outlined. Next, the flipped kernel, 9 to 1.
    Right, the 5 x 5 output with its centre filled: {gathered[2, 2]}.""",
)

# %%
# The flip is easy to forget, because with a kernel that half a turn leaves as it is nobody
# notices. Ours is not such a kernel, and without the flip the numbers are wrong.

unflipped = cross_correlate(padded[None, None], kernel[None, None])[0, 0]
print(f"{(unflipped != output).sum()} of {output.size} cells differ")
assert not np.array_equal(unflipped, output)

symmetric = kernel + np.flip(kernel)
assert np.array_equal(np.flip(symmetric), symmetric)

# %%
# Flip and slide is what mathematics calls *convolution*. So this is a true convolution of the
# zero-stuffed input with the kernel, and a signal processing library agrees.

assert np.array_equal(scipy.signal.convolve2d(stuffed, kernel, mode="full"), output)

# %%
# What does it cost?
# ------------------
# Every input cell uses every number of the kernel once. So the multiply-accumulates (MACs, one
# product and one addition each) are counted at the *input* size: 4 x 9 = 36. Counted at
# the output it would be 25 x 9 = 225. That is the price of the gathering way, where most
# products are with a zero that was stuffed in.

assert macs(ConvTranspose(1, 1, 3, stride=2), x.shape) == written.sum() == 36
assert macs(Conv(1, 1, 3), padded.shape) == 225

with FlopCounterMode(display=False) as counter:
    F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 3, 3), stride=2)
assert counter.get_total_flops() == 2 * 36  # PyTorch counts two operations for each MAC
plt.show()

# %%
# Recap
# -----
# - Each input cell stamps the kernel, times its value, where a convolution would have read.
#   Where stamps overlap they are added.
# - The same is a cross-correlation, stride 1, of the zero-stuffed and padded input with the flipped
#   kernel.
# - Its cost is counted at the input: 36 MACs here.
#
# Exercises
# ---------
# 1. At which stride do the stamps of a 3 x 3 kernel touch but not overlap? And what stands
#    between the stamps when the stride is larger?
# 2. Replace the input by ones and the kernel by ones. What do the numbers of the output count?
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 4.
