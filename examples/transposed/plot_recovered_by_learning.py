"""
A learned transposed convolution gives back what the maps still hold
====================================================================

A convolution with stride 2 turns a picture into four maps of half its size. We train a
transposed convolution to find the way back, on that one picture. Then we ask how good it is:
against plain enlarging, and on a photograph it has never seen.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import ImageOps
from torch import nn
from torch.nn import functional as F

from convdocs import images, plots
from convdocs.input_sizes import conv_input_sizes
from convdocs.kernels import LAPLACIAN, SOBEL_X
from convdocs.learning.network import to_batch
from convdocs.learning.training import fit
from convdocs.measures import psnr
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# There: four maps of half the size
# ---------------------------------
# We take the panda in grey (the mean of its three channels) and four 3 x 3 kernels. The first
# blurs. The next two answer where the brightness rises to the right, and where it rises
# downwards. The fourth answers where a pixel differs from its neighbours. Each is laid
# on every second place only. (The scale below ends at 2; a few edges go beyond. The lines at the
# border are edges too: there the picture meets the zeros of the padding.)

picture = to_batch(images.load("panda")).mean(1, keepdim=True)
assert picture.shape == (1, 1, 235, 180)
blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
kernels = np.stack([blur, SOBEL_X, SOBEL_X.T, LAPLACIAN])
kernels = torch.tensor(kernels, dtype=torch.float32)[:, None]  # (4, 1, 3, 3)

maps = F.conv2d(picture, kernels, stride=2, padding=1)
height, width = (conv_output_size(n, 3, stride=2, padding=1) for n in (235, 180))
assert maps.shape == (1, 4, height, width) == (1, 4, 118, 90)
print(f"numbers in the picture: {picture.numel():,}, in the maps: {maps.numel():,}")
assert (picture.numel(), maps.numel()) == (42_300, 42_480)

figure, axes = plt.subplot_mosaic("pp01;pp23", figsize=(7.2, 4.0))
plots.show_picture(axes["p"], picture[0, 0], title="picture")
panels = [axes[name] for name in "0123"]
names = ["blur", "rightwards", "downwards", "neighbours"]
mapped = plots.show_maps(panels, maps[0], titles=names, limit=2)
plots.show_scale(figure, mapped, panels, label="value of the maps")
plots.describe(
    figure,
    """The grey panda, and at half its size four maps on one scale: a blurred copy,
    its upright edges, its level edges, and its fine grain.""",
)

# %%
# And back: which layer has the right size?
# -----------------------------------------
# A transposed convolution with the same kernel size, stride and padding, from four channels to
# one. A map of 118 rows came from 235 or 236, and one of 90 columns from 179 or 180. Without
# being told, the layer gives the smaller: (118 - 1) * 2 - 2 * 1 + 3 = 235 rows and
# (90 - 1) * 2 - 2 * 1 + 3 = 179 columns. That is right for the rows, and for the
# columns it takes an ``output_padding`` of 1.

for size, smaller in [(118, 235), (90, 179)]:
    assert conv_transpose_output_size(size, 3, stride=2, padding=1) == smaller
    sizes = conv_input_sizes(size, 3, stride=2, padding=1)
    assert list(sizes) == [smaller, smaller + 1]

torch.manual_seed(0)
layer = nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=(0, 1))
with torch.no_grad():
    untrained = layer(maps)
assert untrained.shape == picture.shape
to_learn = sum(p.numel() for p in layer.parameters())
assert to_learn == 4 * 3 * 3 + 1 == 37

# %%
# How good is a picture?
# ----------------------
# The *peak signal-to-noise ratio*, PSNR, compares the mean squared error with the largest value
# a pixel can have, here 1, in decibels. Ten decibels more mean a tenth of that error.

error = F.mse_loss(untrained, picture).item()
print(f"untrained: {psnr(untrained, picture):.1f} dB")
np.testing.assert_allclose(psnr(untrained, picture), -10 * np.log10(error), atol=1e-4)

# %%
# What must it beat?
# ------------------
# Plain enlarging. *Bilinear* interpolation keeps the pixels of the blurred map and puts the mean
# of the neighbours between them. That is a transposed convolution too, with a fixed kernel: each
# pixel stamps a little tent. The 180th column has a neighbour on one side only, and repeats it.

blurred = maps[:, :1]
between = F.interpolate(blurred, (235, 179), mode="bilinear", align_corners=True)
tent = torch.tensor([[[[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]]])
stamped = F.conv_transpose2d(blurred, tent, stride=2, padding=1)
torch.testing.assert_close(stamped, between, rtol=0, atol=1e-5)
bilinear = F.pad(between, (0, 1, 0, 0), mode="replicate")

# %%
# Learn
# -----
# 500 steps of gradient descent (Adam) on the mean squared error. Watch how far it falls below
# the error of the bilinear picture.

losses = fit(layer, maps, picture, steps=500, learning_rate=0.05)
with torch.no_grad():
    learned = layer(maps)

figure, ax = plt.subplots(figsize=(7.2, 2.6))
ax.semilogy(losses, label="transposed convolution, while it learns")
ax.axhline(F.mse_loss(bilinear, picture), linestyle="--", color="C1", label="bilinear")
ax.set(xlabel="step", ylabel="mean squared error", xlim=(0, 500))
ax.legend()
plots.describe(
    figure,
    f"""The loss over 500 steps, on a logarithmic scale. It falls from {losses[0]:.2f}
    to {losses[-1]:.4f}, and is soon below the level line of the bilinear picture,
    {F.mse_loss(bilinear, picture):.4f}.""",
)

# %%
# Is the panda back?
# ------------------
# Look at the hairs and at the light in the eyes.

results = {"untrained": untrained, "bilinear": bilinear, "learned": learned}
scores = {name: psnr(result, picture) for name, result in results.items()}
print({name: f"{score:.1f} dB" for name, score in scores.items()})
assert scores["learned"] > scores["untrained"] + 20
assert scores["learned"] > scores["bilinear"] + 5
assert scores["learned"] > 32

figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.0), height_ratios=[1.3, 0.6])
for column, result in zip(axes.T, [picture, *results.values()], strict=True):
    plots.show_picture(column[0], result[0, 0])
    plots.show_picture(column[1], result[0, 0, 70:120, 50:130])
titles = ["picture\n", *(f"{name}\n{score:.1f} dB" for name, score in scores.items())]
for ax, title in zip(axes[0], titles, strict=True):
    ax.set_title(title)
plots.describe(
    figure,
    f"""The panda and three attempts at it, above as a whole and below its eyes
    enlarged. The untrained layer gives {scores["untrained"]:.1f} dB and hardly a
    panda, bilinear enlarging {scores["bilinear"]:.1f} dB and blurred hair, the
    trained layer {scores["learned"]:.1f} dB and sharp hair.""",
)
# sphinx_gallery_thumbnail_number = 3

# %%
# Has it learned this panda, or the way back?
# -------------------------------------------
# It has 37 numbers for 42,300 pixels, so it can hardly know the picture by heart. A photograph
# that it has never seen decides. We cut it to the same size, and send it there and back. Look at
# the rims of the glasses: sharp again, but dotted. With stride 2, even and odd pixels come from
# different numbers of the kernel, and on a new picture they do not quite agree.

photograph = ImageOps.fit(images.load("grace_hopper"), (180, 235))
unseen = to_batch(photograph).mean(1, keepdim=True)
unseen_maps = F.conv2d(unseen, kernels, stride=2, padding=1)
with torch.no_grad():
    unseen_learned = layer(unseen_maps)
unseen_between = F.conv_transpose2d(unseen_maps[:, :1], tent, stride=2, padding=1)
unseen_bilinear = F.pad(unseen_between, (0, 1, 0, 0), mode="replicate")

results = {"bilinear": unseen_bilinear, "learned": unseen_learned}
new = {name: psnr(result, unseen) for name, result in results.items()}
assert new["learned"] > new["bilinear"] + 3.5

figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
titles = ["photograph", *(f"{name}, {score:.1f} dB" for name, score in new.items())]
shown = [unseen, *results.values()]
for ax, result, title in zip(axes, shown, titles, strict=True):
    plots.show_picture(ax, result[0, 0, 20:120, 40:140], title=title)
plots.describe(
    figure,
    f"""The face of Grace Hopper, cut from the photograph: the original, enlarged
    bilinearly ({new["bilinear"]:.1f} dB) with soft outlines, and given back by the
    trained layer ({new["learned"]:.1f} dB) with sharp but dotted ones.""",
)

# %%
# Is that due to the learning, or to the maps?
# --------------------------------------------
# Let a second layer learn as long, from the blurred map alone. Will it beat the bilinear picture?

torch.manual_seed(0)
alone = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=(0, 1))
fit(alone, blurred, picture, steps=500, learning_rate=0.05)
with torch.no_grad():
    from_blur = alone(blurred)
scores["from the blur alone"] = psnr(from_blur, picture)
print(f"{scores['from the blur alone']:.1f} dB")
assert scores["from the blur alone"] < scores["bilinear"]
assert scores["from the blur alone"] < scores["learned"] - 5
# without the last column
rest = [psnr(r[..., :-1], picture[..., :-1]) for r in (from_blur, bilinear)]
assert abs(rest[0] - rest[1]) < 0.4
plt.show()

# %%
# No. It is about as good, and falls behind only because it cannot repeat the last column. So it
# is due to the maps. One number for four pixels cannot say what they were, and no training brings
# back what is gone. Four maps hold as many numbers as the picture, and from them most of it can
# be learned.
#
# Recap
# -----
# - A transposed convolution can learn to undo a strided convolution, as far as the maps still
#   hold the picture. It beats bilinear enlarging because it reads four maps instead of one.
# - With kernel 3, stride 2 and padding 1, an even size needs ``output_padding`` 1, an odd one 0.
# - It learned from one picture, and what it learned holds for another.
#
# Exercises
# ---------
# 1. Leave out the blurred map: three maps, ``nn.ConvTranspose2d(3, ...)``. What is lost? Predict
#    how the picture will look, then show it.
# 2. Give the layer a 5 x 5 kernel, with padding 2 so that the sizes stay. How many decibels more
#    do you get, on the panda and on the photograph?
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 4.
# Kingma and Ba, *Adam: A method for stochastic optimization*, 2015.
