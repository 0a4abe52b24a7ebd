"""
Several sizes become one, and output_padding says which to give back
====================================================================

A convolution with a stride above 1 makes the same output size from several input sizes. Its
transpose has to choose one of them, and takes the smallest unless you say otherwise. This page
shows why the sizes collide, how to choose, and what the extra rows and columns hold.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import plots
from convdocs.geometry import input_positions
from convdocs.input_sizes import conv_input_sizes
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# Does the same layer, transposed, restore the size?
# --------------------------------------------------
# So one often reads. Take one axis, a kernel of 5, padding 2 and stride 3. Inputs of 16, 17 and
# 18 samples all give 6. And 6 samples, sent through the transposed convolution with the same
# settings, can give only one size.

settings = {"stride": 3, "padding": 2}
for size in (16, 17, 18, 19):
    there = nn.Conv1d(1, 1, 5, **settings)(torch.zeros(1, 1, size))
    back = nn.ConvTranspose1d(1, 1, 5, **settings)(there)
    print(f"{size} -> {there.shape[2]} -> {back.shape[2]}")
    assert there.shape[2] == conv_output_size(size, 5, **settings)
    assert back.shape[2] == conv_transpose_output_size(there.shape[2], 5, **settings)

assert list(conv_input_sizes(6, 5, **settings)) == [16, 17, 18]
assert conv_transpose_output_size(6, 5, **settings) == 16

# %%
# Why do the sizes collide?
# -------------------------
# Because the kernel moves three samples at a time, and a step that would lead past the end is
# not taken. One or two samples more do not make room for another step; the third does. Below,
# blue cells are the input and empty ones the padding. Outlined is what the last place reads.

figure, axes = plt.subplots(4, 1, figsize=(7.2, 2.2))
for ax, size in zip(axes, (16, 17, 18, 19), strict=True):
    places = conv_output_size(size, 5, **settings)
    samples = np.full((1, size + 2 * 2), np.nan)
    inside = np.zeros(samples.shape, bool)
    inside[0, 2 : 2 + size] = True
    samples[inside] = np.arange(size)
    plots.show_cells(ax, samples, colour=plots.INPUT, highlight=inside, fontsize=8)
    last = input_positions(places - 1, 5, **settings)
    # the first cell drawn is position -2
    plots.show_window(ax, [0], [position + 2 for position in last])
    ax.set(xlim=(-0.6, 22.6))
    ax.set_ylabel(f"{size}: {places} places", rotation=0, ha="right", va="center")
plots.describe(
    figure,
    """Four rows of cells: inputs of 16, 17, 18 and 19 samples with two cells of
    padding on either side. In the first three the last of six places ends at position
    17, and 0, 1 and 2 cells are left over behind it. In the fourth there is room for
    a seventh place.""",
)
# sphinx_gallery_thumbnail_number = 1

# %%
# In general the number of sizes that collide is the stride. At stride 1 none do.

for stride in (1, 2, 3, 4):
    sizes = conv_input_sizes(6, 5, stride=stride, padding=2)
    assert len(sizes) == stride
    assert {conv_output_size(n, 5, stride=stride, padding=2) for n in sizes} == {6}

# %%
# How do I get the size I had?
# ----------------------------
# With ``output_padding``: it is added to the smallest of the sizes. So subtract. If you had 18
# samples and the layer would give back 16, you need 2.

for size in (16, 17, 18):
    needed = size - conv_transpose_output_size(6, 5, **settings)
    layer = nn.ConvTranspose1d(1, 1, 5, **settings, output_padding=needed)
    assert layer(torch.zeros(1, 1, 6)).shape[2] == size
    print(f"for {size}: output_padding={needed}")

# %%
# Or give the layer the size, and let it do the subtraction.

layer = nn.ConvTranspose1d(1, 1, 5, **settings)
assert layer(torch.zeros(1, 1, 6), output_size=[18]).shape[2] == 18

# %%
# Are the extra samples zeros?
# ----------------------------
# The name suggests it. But a transposed convolution adds nothing at the end: it cuts off less.
# Each input sample stamps the kernel, times its value, onto the output; the last of our six
# stamps covers positions 13 to 17. Padding 2 means that two positions are cut off on either
# side, and these held values. Take stamps of 1, 2, 3, 4, 5 and six samples of 1. What stands at
# positions 16 and 17?

x, kernel = torch.ones(1, 1, 6), torch.arange(1.0, 6.0).reshape(1, 1, 5)
uncut = F.conv_transpose1d(x, kernel, stride=3)[0, 0]
assert len(uncut) == 16 + 2 + 2
for extra in (0, 1, 2):
    output = F.conv_transpose1d(x, kernel, **settings, output_padding=extra)[0, 0]
    print([int(v) for v in output])
    assert torch.equal(output, uncut[2 : 18 + extra])  # two cut in front, fewer behind
assert output[16:].tolist() == [4, 5]

# %%
# The same on a picture's worth of axes: an input of 2 x 2, kernel 3 x 3, stride 2, padding 1.
# Without ``output_padding`` it gives 3 x 3; with 1 it gives 4 x 4. Nothing in the 3 x 3 changes,
# and the new row and column are full of values.

x, kernel = torch.tensor([[[[1, 2], [3, 4]]]]), torch.arange(1, 10).reshape(1, 1, 3, 3)
small, large = (
    F.conv_transpose2d(x, kernel, stride=2, padding=1, output_padding=extra)[0, 0]
    for extra in (0, 1)
)
assert torch.equal(large[:3, :3], small)
assert (large != 0).all()

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.3), width_ratios=[2, 3, 3, 4])
old = np.zeros((4, 4), bool)
old[:3, :3] = True
plots.show_cells(axes[0], x[0, 0], colour=plots.INPUT, title="input")
plots.show_cells(axes[1], kernel[0, 0], colour=plots.KERNEL, title="kernel")
plots.show_cells(axes[2], small, colour=plots.OUTPUT, title="output_padding=0")
plots.show_cells(axes[3], large, colour=plots.OUTPUT, highlight=old)
axes[3].set_title("output_padding=1")
plots.describe(
    figure,
    f"""A 2 x 2 input, a 3 x 3 kernel, and two outputs. The first is 3 x 3. The
    second, 4 x 4, has the same nine cells filled, and a fourth column {
        large[:, 3].tolist()
    } and a fourth row {large[3].tolist()}, none of them zero.""",
)

# %%
# When are they zeros?
# --------------------
# When no stamp reaches them: with no padding there is nothing to give back, and what lies
# behind the last stamp is empty. (A layer with a bias has the bias there.) Those samples depend
# on no input and no weight, so no training can fill them. If you need ``output_padding``, have
# padding too, at least as much.

empty = F.conv_transpose2d(x, kernel, stride=2, output_padding=1)[0, 0]
assert empty.shape == (6, 6)
assert (empty[5] == 0).all() and (empty[:, 5] == 0).all() and (empty[:5, :5] != 0).all()

# %%
# What is its limit?
# ------------------
# A stride of s makes s sizes collide, so ``stride - 1`` is the most you need. PyTorch allows
# a little more: below the stride *or* below the dilation (the distance between the taps
# of the kernel), whichever is larger.

x = torch.zeros(1, 1, 4)
refusal = "output padding must be smaller than either stride or dilation"
for dilation, extra in [(3, 2), (3, 3), (1, 2)]:
    layer = nn.ConvTranspose1d(1, 1, 3, 2, dilation=dilation, output_padding=extra)
    try:
        answer = layer(x).shape[2]
    except RuntimeError as error:
        answer = str(error).split(",")[0]
    print(f"stride 2, {dilation = }, output_padding={extra}: {answer}")
    assert answer == (15 if extra < max(2, dilation) else refusal)

# %%
# The rest of what it allows is never a size that you had. With stride 2 and dilation 3 the
# convolution makes 5 samples out of 15, not 4.

assert conv_output_size(15, 3, stride=2, dilation=3) == 5
assert list(conv_input_sizes(4, 3, stride=2, dilation=3)) == [13, 14]
plt.show()

# %%
# Recap
# -----
# - A stride of s makes s input sizes collide. Without ``output_padding`` the transposed
#   convolution gives back the smallest.
# - ``output_padding`` = the size you had - the size you would get.
# - It cuts off less at the end. The extra samples hold whatever the stamps left there.
# - It must be below the stride or the dilation, whichever is larger.
#
# Exercises
# ---------
# 1. A picture is 235 high and 180 wide; kernel 3, stride 2, padding 1. Which ``output_padding``
#    does each axis need? (It takes one number for each.)
# 2. Kernel 3, stride 4, no padding: which samples of the output does no stamp reach?
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, section 4.6.
# PyTorch documentation of ``torch.nn.ConvTranspose2d``.
