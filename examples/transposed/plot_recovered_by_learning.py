"""
A learned transposed convolution undoes much of a strided convolution
=====================================================================

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

from convdocs import images, plots, questions
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
# blurs. The next two answer where the brightness rises to the right, and where it rises downwards.
# The fourth answers where a pixel differs from the mean of its four neighbours. Each is laid on
# every second place only.

picture = to_batch(images.load("panda")).mean(1, keepdim=True)
blur = np.outer([1, 2, 1], [1, 2, 1]) / 16
kernels = np.stack([blur, SOBEL_X, SOBEL_X.T, LAPLACIAN])
kernels = torch.tensor(kernels, dtype=torch.float32)[:, None]  # (4, 1, 3, 3)

maps = F.conv2d(picture, kernels, stride=2, padding=1)
height, width = (conv_output_size(n, 3, stride=2, padding=1) for n in (235, 180))
assert maps.shape == (1, 4, height, width) == (1, 4, 118, 90)
assert (picture.numel(), maps.numel()) == (42_300, 42_480)

names = ["blur", "rightwards", "downwards", "neighbours"]
step = torch.tensor([[[[0.0, 0, 1]] * 3]])  # it rises to the right
answer = dict(zip(names, F.conv2d(step, kernels).ravel(), strict=True))
assert answer["rightwards"] > 0 == answer["downwards"]
slope = torch.tensor([[[[0.0, 1, 2]] * 3]])  # each pixel is the mean of its neighbours
assert F.conv2d(slope, kernels).ravel()[names.index("neighbours")] == 0

# %%

# Drawing: the picture and its four maps
figure, axes = plt.subplot_mosaic("pp01;pp23", figsize=(7.2, 4.0))
plots.show_picture(axes["p"], picture[0, 0], title="picture")
panels = [axes[name] for name in "0123"]
mapped = plots.show_maps(panels, maps[0], titles=names, limit=2)
plots.show_scale(figure, mapped, panels, label="value of the maps")
plots.describe(
    figure,
    """The grey panda, and at half its size four maps on one scale: a blurred copy,
    its upright edges, its level edges, and its fine grain.""",
    caption="Only the first map holds light and dark, and little detail; the detail is in the "
    "others. Where first and last rows and the first column are strong, that is the padding. "
    "(The pointed ends of the scale stand for all beyond.)",
)
assert {panel.images[0].get_clim() for panel in panels} == {(-2, 2)}  # one scale
lowest = [panel.images[0].get_array().min() for panel in panels]
assert panels[np.argmax(lowest)].get_title() == "blur" and max(lowest) > 0
sizes = maps[0].abs()
assert (sizes[2, [0, -1]].mean(1) > 5 * sizes[2].mean()).all()
assert sizes[1, :, 0].mean() > 5 * sizes[1].mean()

# %%
# And back: which layer gives the right size?
# -------------------------------------------
# A transposed convolution with the same kernel size, stride and padding, from four channels to
# one. A map of 118 rows came from 235 or 236, and one of 90 columns from 179 or 180.

way = {"stride": 2, "padding": 1}
assert [*conv_input_sizes(118, 3, **way)] == [235, 236]
assert [*conv_input_sizes(90, 3, **way)] == [179, 180]
extra = tuple(
    size - conv_transpose_output_size(half, 3, **way)
    for size, half in [(235, height), (180, width)]
)

# %%

questions.type_in(
    "Kernel 3, stride 2, padding 1: maps of 118 x 90 have to become 235 x 180 again. Which "
    "output_padding does it take? Type it as (rows, columns).",
    "extra",
    {
        "extra[::-1]": "That is for a picture 180 high and 235 wide. Height comes first.",
        "(extra[0], extra[0])": "The columns would be 179.",
    },
    because="(118 - 1) x 2 - 2 x 1 + 3 = 235 is right, and (90 - 1) x 2 - 2 x 1 + 3 = 179 lacks 1.",
    alone=True,
)

# %%
# The layer has 37 numbers to learn. It begins with random ones.

torch.manual_seed(0)
layer = nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=extra)
with torch.no_grad():
    untrained = layer(maps)
assert sum(p.numel() for p in layer.parameters()) == 4 * 3 * 3 + 1 == 37

# %%
# What must it beat?
# ------------------
# Plain enlarging. :term:`Bilinear interpolation`, with ``align_corners=True`` (:doc:`a rule for
# where outputs are read </pages/examples/transposed/plot_ways_up>`), keeps the pixels of the
# blurred map here and puts the mean of the neighbours between them. That is a transposed
# convolution too, with a fixed kernel: each pixel stamps a little tent. The 180th column has a
# neighbour on one side only, and repeats it.

blurred = maps[:, :1]
between = F.interpolate(blurred, (235, 179), mode="bilinear", align_corners=True)
tent = torch.tensor([[[[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]]])
stamped = F.conv_transpose2d(blurred, tent, stride=2, padding=1)
torch.testing.assert_close(stamped, between, rtol=0, atol=1e-5)
other = F.interpolate(blurred, scale_factor=2, mode="bilinear")  # without align_corners
assert (other[..., ::2, ::2] - blurred).abs().max() > 0.1
bilinear = F.pad(between, (0, 1, 0, 0), mode="replicate")

# %%
# Learn
# -----
# The *loss* is the mean squared error: the mean of the squared distances from the picture. Its
# :term:`gradient` says for each of the 37 numbers in which direction the loss rises, so each moves
# a little the other way; that is gradient descent. *Adam* does it with a step of its own for each
# number, short where the direction keeps changing. Fidelity is measured in :term:`decibels
# <decibel>`, by the *peak signal-to-noise ratio*, :term:`PSNR`: ten more mean a tenth of that
# error.

losses = fit(layer, maps, picture, steps=200, learning_rate=0.1)
with torch.no_grad():
    learned = layer(maps)
print(f"loss before {losses[0]:.3f}, after {losses[-1]:.5f}")
results = {"untrained": untrained, "bilinear": bilinear, "learned": learned}
scores = {name: psnr(result, picture) for name, result in results.items()}
assert scores["learned"] > scores["bilinear"] + 5 > scores["untrained"] + 20

# %%

# Drawing: the picture and three attempts at it
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.0), height_ratios=[1.3, 0.6])
for column, result in zip(axes.T, [picture, *results.values()], strict=True):
    plots.show_picture(column[0], result[0, 0])
    plots.show_picture(column[1], result[0, 0, 70:120, 50:130])
titles = ["picture\n", *(f"{name}\n{score:.1f} dB" for name, score in scores.items())]
for ax, title in zip(axes[0], titles, strict=True):
    ax.set_title(title)
plots.describe(
    figure,
    """The panda and three attempts at it, and below each its eyes, enlarged. The untrained layer
    gives hardly a panda, bilinear enlarging blurred hair, the trained layer sharp hair.""",
    caption="Look at the hairs and at the light in the eyes: enlarging leaves them blurred, the "
    "trained layer brings them back.",
)
for ax in axes[0, 1:]:  # each stands below its own number
    shown = psnr(ax.images[0].get_array(), picture[0, 0])
    assert f"{shown:.1f} dB" in ax.get_title()
# sphinx_gallery_thumbnail_number = 2

# %%
# What has it learned?
# --------------------
# Four kernels. A pixel on which a kernel had stood is stamped by the middles only, and these
# are simple: the blurred map, minus a quarter of "neighbours". That is sharpening. It gives
# the pixel almost exactly, because blur is nearly pixel plus a quarter of "neighbours".

stamps = layer.weight.detach()[:, 0]
middle = stamps[:, 1, 1]
assert (middle - torch.tensor([1, 0, 0, -0.25])).abs().max() < 0.05
from_middles = (middle.reshape(4, 1, 1) * maps[0]).sum(0) + layer.bias.detach()
torch.testing.assert_close(from_middles, learned[0, 0, ::2, ::2], rtol=0, atol=1e-4)
by_hand = maps[:, 0] - maps[:, 3] / 4
assert psnr(by_hand[0], picture[0, 0, ::2, ::2]) > scores["learned"] + 3

# %%

# Drawing: the learned kernels
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.2))
for ax, stamp, name in zip(axes, stamps, names, strict=True):
    plots.show_cells(ax, stamp, colour=plots.KERNEL, form="{:.2f}", fontsize=9)
    ax.set_title(f"stamp for\n{name}")
plots.describe(
    figure,
    """Four 3 x 3 kernels. The one for the blurred map is a lopsided tent with 1 in its
    middle, the one for the neighbours has about minus a quarter there, the others 0.""",
    caption=f"In the middles, {middle[0]:.2f} of blur and {middle[3]:.2f} of the neighbours: "
    "that sharpens. The other numbers fill the pixels between.",
)

# %%
# Has it learned this panda, or the way back?
# -------------------------------------------
# It has 37 numbers for 42,300 pixels, so it can hardly know the picture by heart. A photograph
# that it has never seen decides.

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

away = (unseen_learned - unseen)[0, 0]
kinds = [away[i::2, j::2].square().mean().sqrt() for i, j in np.ndindex(2, 2)]
print("even, even and the rest:", *(f"{kind:.3f}" for kind in kinds))
assert 2 * kinds[0] < min(kinds[1:])

# %%

# Drawing: the photograph and two attempts at it
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
titles = ["photograph", *(f"{name}, {score:.1f} dB" for name, score in new.items())]
pictures = [unseen, *results.values()]
for ax, result, title in zip(axes, pictures, titles, strict=True):
    plots.show_picture(ax, result[0, 0, 20:120, 40:140], title=title)
plots.describe(
    figure,
    """The face of Grace Hopper: the original, enlarged bilinearly with soft outlines,
    and given back by the trained layer with sharp but dotted ones.""",
    caption="The rims of the glasses are sharp again, but dotted: every second pixel of every "
    "second row is nearly right, and those between them less so.",
)
close = [psnr(ax.images[0].get_array(), unseen[0, 0, 20:120, 40:140]) for ax in axes]
assert close[0] == np.inf and close[2] > close[1] + 3

# %%
# Is that due to the learning, or to the maps?
# --------------------------------------------
# Let a second layer learn as long, from the blurred map alone.

torch.manual_seed(0)
alone = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=(0, 1))
fit(alone, blurred, picture, steps=200, learning_rate=0.1)
with torch.no_grad():
    from_blur = alone(blurred)
scores["from the blur alone"] = psnr(from_blur, picture)

# The best that nine weights and a bias can do, by least squares: a column for each
# weight, what the layer gives with a 1 there alone
ones = torch.eye(9).view(9, 1, 1, 3, 3)
columns = [
    F.conv_transpose2d(blurred, one, **way, output_padding=extra).flatten()
    for one in ones
]
columns = torch.stack([*columns, torch.ones(picture.numel())], 1).double()
best = columns @ torch.linalg.lstsq(columns, picture.flatten().double()).solution
best = psnr(best.view_as(picture), picture)
assert abs(best - scores["from the blur alone"]) < 0.05

# %%

questions.choose(
    "Which picture's PSNR will it come nearer to?",
    "min(('learned', 'bilinear'), key=lambda name: abs(scores[name] - best))",
    {
        "max(('learned', 'bilinear'), key=scores.get)": "That layer had four maps to learn "
        "from. One number for four pixels cannot say what they were."
    },
    because="It comes within a decibel of the bilinear one, whose tent is one of the kernels "
    "that it could learn. The best beats the tent. But the bilinear one also repeats the last "
    "column, as no kernel can, and so it stays ahead.",
)

# %%
# So it is due to the maps: no training of such a layer could do better from the blur alone. All
# four maps together hold a few numbers more than the picture, and most of it can be learned from
# them. But to a certain fine pattern all four kernels answer 0, away from the border, where the
# padding cuts it.

print(*(f"{name:20}{score:4.1f} dB" for name, score in scores.items()), sep="\n")
assert scores["bilinear"] - 1 < best < scores["bilinear"] < scores["learned"] - 5
unrepeated = F.conv_transpose2d(blurred, tent, **way, output_padding=extra)
assert psnr(unrepeated, picture) < best
rest = [psnr(r[..., :-1], picture[..., :-1]) for r in (from_blur, bilinear)]
assert abs(rest[0] - rest[1]) < 0.4
i, j = np.indices((235, 180))
pattern = torch.tensor((-1.0) ** j - (-1.0) ** i).float()[None, None]
answers = F.conv2d(pattern, kernels, stride=2, padding=1)
assert pattern.abs().max() == 2 and answers.any() and not answers[..., 1:-1, 1:-1].any()
plt.show()

# %%
# Recap
# -----
# - A transposed convolution can learn to undo much of a strided convolution. It beats bilinear
#   enlarging because it reads four maps instead of one.
# - With kernel 3, stride 2 and padding 1, an even size needs ``output_padding`` 1, an odd one 0.
# - It learned from one picture, and what it learned holds for another.
#
# Exercises
# ---------
# 1. Leave out the blurred map: three maps, ``nn.ConvTranspose2d(3, ...)``. What is lost? Predict
#    how the picture will look, then show it.
# 2. Sharpen by hand, as above, and enlarge that bilinearly. Is it better than bilinear enlarging
#    of the blurred map, and as good as the trained layer?

# %%

# Solution 1: light and dark; no map is left that knows how bright a flat area is
three = nn.ConvTranspose2d(3, 1, 3, stride=2, padding=1, output_padding=extra)
fit(three, maps[:, 1:], picture, steps=200, learning_rate=0.1)
with torch.no_grad():
    assert psnr(three(maps[:, 1:]), picture) < scores["bilinear"] - 10

# %%

# Solution 2: better, but not as good: the pixels between ask for the other maps
sharp = F.conv_transpose2d(by_hand[None], tent, stride=2, padding=1)
sharp = psnr(F.pad(sharp, (0, 1, 0, 0), mode="replicate"), picture)
assert scores["bilinear"] < sharp < scores["learned"]

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 4.
# - Kingma and Ba, `Adam: A method for stochastic optimization
#   <https://arxiv.org/abs/1412.6980>`_, 2015.
