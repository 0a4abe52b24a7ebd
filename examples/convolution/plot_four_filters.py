"""
A picture through four filters: one map for each
================================================

From an image file to a convolution layer and its feature maps, one step at a time: where
height and width stand, what the batch dimension is for, how to give a layer your own
filters, and how to read the signs in what comes out.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torchvision.transforms.v2 import functional as tvf

from convdocs import images, plots
from convdocs.geometry import input_positions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning import network
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# How large is the picture?
# -------------------------
# It depends on whom you ask. PIL answers like a screen: width first. An array answers like a
# table: rows first, and the number of rows is the *height*. Nothing was turned.

panda = images.load("panda")  # a painting of our own; a path to your picture works too
print(f"{panda.size = }, {np.asarray(panda).shape = }")
assert panda.size == (panda.width, panda.height) == (180, 235)
assert np.asarray(panda).shape == (235, 180, 3)

# %%
# How does it become a tensor?
# ----------------------------
# PyTorch wants the channels first. ``pil_to_tensor`` moves them and keeps the whole numbers
# from 0 to 255. ``to_dtype`` turns those into fractions from 0 to 1.

pixels = tvf.pil_to_tensor(panda)
scaled = tvf.to_dtype(pixels, torch.float32, scale=True)
print(f"{tuple(pixels.shape)} of {pixels.dtype}, then {scaled.dtype}")
assert np.array_equal(pixels, np.asarray(panda).transpose(2, 0, 1))
torch.testing.assert_close(scaled, pixels / 255)

# %%
# What is the fourth dimension for?
# ---------------------------------
# Networks take several pictures at a time: a *batch*, (N, C, H, W) for number, channels,
# height and width. A batch of one picture still needs its N, and ``unsqueeze(0)`` puts a 1
# in front. ``network.to_batch`` is these three steps in one call.

batch = scaled.unsqueeze(0)
print(tuple(batch.shape))
assert torch.equal(batch, network.to_batch(panda))

# %%
# What do the filters look like?
# ------------------------------
# Four *ramps* of 5 x 5 weights, which rise to the right, to the left, down and up. The second
# and the fourth are the negatives of the first and the third. In each, the weights add up to
# zero.

ramps = oriented_ramps()
names = ["1: right", "2: left", "3: down", "4: up"]
assert np.array_equal(ramps[0, 0], [-1, -0.5, 0, 0.5, 1])
assert np.array_equal(ramps[1::2], -ramps[::2])
assert np.array_equal(ramps[2], ramps[0].T)
assert not ramps.sum(axis=(1, 2)).any()

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.1))
for ax, ramp, name in zip(axes, ramps, names, strict=True):
    plots.show_cells(ax, ramp, colour=plots.KERNEL, title=name, fontsize=7)
plots.describe(
    figure,
    """Four 5 x 5 kernels. Each row of the first reads -1, -0.5, 0, 0.5, 1. The second
    is its negative. In the third the same numbers run down each column, and the
    fourth is the negative of the third.""",
)

# %%
# How do they get into a layer?
# -----------------------------
# A weight is (O, C, height, width): for every output channel, a slice for every input
# channel. We have four filters and three colours, and use the same ramp for red, green and
# blue. Then we check that the layer really has that weight. It would run just as well with
# the random one it was born with.

weight = as_weight(ramps, 3)
layer = network.conv_layer(weight)
print(layer, tuple(layer.weight.shape))
assert tuple(layer.weight.shape) == (4, 3, 5, 5)
assert all(np.array_equal(weight[:, c], ramps) for c in range(3))
assert np.array_equal(layer.weight.detach(), weight)

# %%
# What comes out?
# ---------------
# One *feature map* for each filter. Before you run it: how many rows and columns are left,
# when five taps must find room among 235 and among 180?

with torch.no_grad():  # nothing is trained here
    maps = layer(batch)
size = [conv_output_size(n, 5) for n in batch.shape[2:]]
assert tuple(maps.shape) == (1, 4, *size) == (1, 4, 231, 176)

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.5))
image = plots.show_maps(axes, maps[0], titles=names)
plots.show_scale(figure, image, axes, label="answer of the filter")
plots.describe(
    figure,
    """The four feature maps of the panda on one scale with zero in the middle.
    Filters 1 and 2 trace upright edges, 3 and 4 level ones; maps 2 and 4 are maps 1
    and 3 with orange and purple exchanged. Flat areas are white.""",
)
# sphinx_gallery_thumbnail_number = 2

# %%
# What does the batch do for the layer? Each picture in it goes through the same filters and
# knows nothing of the others. We stack the panda and its mirror image.

both = torch.cat([batch, batch.flip(3)])
with torch.no_grad():
    torch.testing.assert_close(layer(both)[:1], maps)
    torch.testing.assert_close(layer(both)[1:], layer(batch.flip(3)))

# %%
# Why do two of the maps look like negatives?
# -------------------------------------------
# Because they are. The sum of products is *linear*: change the sign of every weight and every
# answer changes its sign. We check it without any rounding, in whole numbers: pixels from 0
# to 255, and weights doubled.

whole = torch.nn.functional.conv2d(pixels[None].long(), torch.tensor(2 * weight).long())
assert torch.equal(whole[:, 1::2], -whole[:, ::2])
torch.testing.assert_close(whole / (2 * 255), maps)

# %%
# What do orange and purple mean?
# -------------------------------
# Filter 1 subtracts what is on the left of its window from what is on the right. So orange
# (positive) should stand where the picture gets brighter to the right, purple (negative)
# where it gets darker, and white where nothing changes. Let us visit the strongest of each.

first = maps[0, 0].numpy()
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.9), width_ratios=[3, 4, 4])
plots.show_picture(axes[0], panda, title="where they are")
story = []
for ax, sign, place in zip(
    axes[1:], "+\N{MINUS SIGN}", [first.argmax(), first.argmin()], strict=True
):
    i, j = np.unravel_index(place, first.shape)
    rows, columns = input_positions(i, 5), input_positions(j, 5)
    window = (
        pixels[:, rows.start : rows.stop, columns.start : columns.stop].float().mean(0)
    )
    left, right = window[:, :2].mean(), window[:, 3:].mean()
    assert (first[i, j] > 0) == (right > left) == (sign == "+")
    answer = f"{first[i, j]:+.1f}".replace("-", "\N{MINUS SIGN}")
    story.append(f"{answer}: left {left:.0f}, right {right:.0f}")
    plots.show_cells(
        ax, window, colour=plots.INPUT, title=story[-1], form="{:.0f}", fontsize=9
    )
    axes[0].text(j + 2, i + 2, sign, ha="center", va="center", color=plots.ON_FILL,
                 bbox={"boxstyle": "circle", "facecolor": plots.INPUT})  # fmt: skip
plots.describe(
    figure,
    f"""The panda with two marks, and the brightness of the 5 x 5 pixels at each. At
    the strongest positive answer the window is dark on the left and bright on the
    right ({story[0]}); at the strongest negative one it is the other way round
    ({story[1]}).""",
)

# %%
# That is also why feature maps are negative about as often as positive: weights that add up
# to zero compare places with each other, and a comparison can go either way. Where all the
# pixels are alike, the answer is zero.

flat = torch.full((1, 3, 9, 9), 0.7)
torch.testing.assert_close(layer(flat), torch.zeros(1, 4, 5, 5), atol=1e-5, rtol=0)
assert 0.3 < (first < 0).mean() < 0.7

# %%
# And a photograph?
# -----------------
# The same layer takes a picture of any size; only the maps' size follows. This is the
# photograph of Grace Hopper that comes with matplotlib. We draw maps 1 and 3, since 2 and 4
# would only repeat them in the other colours. Find the stars, and the jacket's lapels.

photograph = images.load("grace_hopper")
with torch.no_grad():
    answers = layer(network.to_batch(photograph))[0]
height, width = (
    conv_output_size(photograph.height, 5),
    conv_output_size(photograph.width, 5),
)
assert tuple(answers.shape) == (4, height, width) == (4, 596, 508)

figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
plots.show_picture(axes[0], photograph, title="photograph")
image = plots.show_maps(axes[1:], answers[::2], titles=names[::2])
plots.show_scale(figure, image, axes, label="answer of the filter")
plots.describe(
    figure,
    """A photograph of Grace Hopper in uniform, and its maps 1 and 3 on one scale. Map
    1 traces the upright edges of the cap, face and lapels, map 3 the level ones of
    the peak of the cap and the medal ribbons.""",
)
plt.show()

# %%
# Recap
# -----
# - PIL says (width, height); arrays and tensors say (height, width).
# - A layer reads (N, C, H, W). One picture is a batch with N = 1: ``unsqueeze(0)``.
# - A layer's weight is (O, C, height, width), and each of the O filters makes one map.
# - Signed maps are drawn on one scale with zero in the middle, so that colours compare.
# - A ramp answers positive where the picture brightens along it, negative where it darkens.
#
# Exercises
# ---------
# 1. Which maps do you expect from the panda upside down, ``batch.flip(2)``? Predict what
#    becomes of maps 1 and 3, then draw them.
# 2. Set the three colour slices of a filter to ramp, zeros, and minus ramp. What does such
#    a filter see in a grey picture?
#
# Sources
# -------
# - PyTorch documentation of ``torch.nn.Conv2d``.
# - torchvision documentation of ``torchvision.transforms.v2``.
# - Pillow documentation of ``PIL.Image.Image.size``.
