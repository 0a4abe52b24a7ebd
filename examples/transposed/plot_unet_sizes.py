"""
A U-Net that halves four times takes multiples of 16; the rest need mending
===========================================================================

A *U-Net* goes down in steps of 2 and up again, and meets on the way up what it kept on the way
down. If a size was odd, the two differ by a row or a column. This page tells which sizes pass, what
mends the others and what each mend costs, and which sizes one dense layer behind the maps takes.
"""

import math
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.layers import Conv, MaxPool, output_size
from convdocs.sizes import (
    conv_output_size,
    conv_transpose_output_size,
    pool_output_size,
)
from convdocs.transposing import transposed_of
from convdocs.unet import sizes_that_pass, unet_passage

plt.style.use("convdocs.page")

# %%
# Where do two sizes meet?
# ------------------------
# A :term:`U-Net` halves its maps several times, and then doubles them as often. Each time it has
# doubled them, it lays beside them, as more channels, the maps of that size that it kept on the way
# down: a :term:`skip connection`. Halving is 2 x 2 max pooling here, doubling a transposed
# convolution with 2 x 2 stamps side by side. What else it has keeps the size, so we leave it out.

pool, up = nn.MaxPool2d(2), nn.ConvTranspose2d(1, 1, 2, stride=2)

# %%

questions.type_in(
    "A map 25 samples wide is kept. Max pooling (kernel and stride 2) halves it, and a transposed "
    "convolution (kernel 2, stride 2) doubles what is left. How wide is it then?",
    "conv_transpose_output_size(pool_output_size(25, 2), 2, stride=2)",
    {
        "25 // 2 * 2 + 1": "The layer that doubles cannot know that the size was odd.",
        "math.ceil(25 / 2) * 2": "A window that is not full gives nothing: 12 are left, not 13.",
    },
    because="Pooling leaves out the last sample, 12 are left, and twice 12 is 24.",
    alone=True,
)

# %%
# So 25 and 24 meet, and PyTorch does not join them.

kept = torch.zeros(1, 1, 25, 25)
try:
    torch.cat([kept, up(pool(kept))], dim=1)
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "Sizes of tensors must match except in dimension 1" in message
assert "Expected size 25 but got size 24" in message
(skip,) = unet_passage(25, depth=1).skips
halved = pool_output_size(25, 2)
assert conv_transpose_output_size(halved, 2, stride=2) == skip.raised[0] == 24

# %%
# Which sizes pass?
# -----------------
# Go down once, and every even size comes back. Go down twice, and half of it must be even too.

questions.type_in(
    "A U-Net goes down five times, each time by 2 x 2 max pooling. What is the smallest width "
    "of at least 330 that passes without a mend?",
    "sizes_that_pass(range(330, 400), depth=5)[0]",
    {
        "sizes_that_pass(range(330, 400), depth=4)[0]": "It can be halved four times: 168, 84, 42, "
        "21.",
        "sizes_that_pass(range(330, 400), depth=6)[0]": "That passes, but a smaller one does too.",
    },
    because="The multiples of 2 x 2 x 2 x 2 x 2 = 32 pass, and the next one is 352.",
    alone=True,
)

# %%
# Multiples of ``2**depth`` pass, and no others. Here PyTorch halves each size, level by level: it
# passes if each half, doubled, is what was halved.

sizes, passing = np.arange(16, 49), np.zeros((4, 33), bool)
for n in sizes:
    x, widths = torch.zeros(1, n), [n]
    for level in range(4):
        x = F.max_pool1d(x, 2)
        widths.append(x.shape[1])
        passing[level, n - 16] = all(2 * half == n for n, half in pairwise(widths))
for depth in range(1, 5):
    found = sizes[passing[depth - 1]].tolist()
    assert found == sizes_that_pass(sizes, depth=depth)
    assert found == [n for n in sizes if n % 2**depth == 0]

# %%

# Drawing: the sizes that pass, for one to four levels
figure, ax = plt.subplots(figsize=(7.2, 1.9))
grid, shown = np.tile(sizes[:17], (4, 1)), passing[:, :17]
plots.show_cells(ax, grid, colour=plots.INPUT, highlight=shown)
for row in range(4):
    ax.text(-1, row, f"down {row + 1}x", ha="right", va="center")
plots.describe(
    figure,
    """Four rows of the numbers 16 to 32. Filled are, from the top, the multiples of 2, of
    4, of 8 and of 16.""",
    caption="Each level leaves every second of the sizes that passed the one before: "
    f"{', '.join(map(str, shown.sum(1)))} of 17.",
)
drawn = [int(text.get_text()) for text in ax.texts[:-4]]
assert drawn == [*sizes[:17]] * 4

# %%
# What mends the others?
# ----------------------
# Enlarge what comes up, by padding or with ``output_size``; or crop what was kept. (Or pad the
# picture to the next size that passes, 240 x 192 here, and cut the answer.) Try all on the size of
# the panda, 235 x 180, with a layer on each level that joins the two channels.

join, ends = nn.Conv2d(2, 1, 3, padding=1), {}
for mend in ("pad", "output_size", "crop", "picture"):
    x, kept = torch.zeros(1, 1, 235, 180), []
    if mend == "picture":
        x = F.pad(x, (0, 192 - 180, 0, 240 - 235))
    for _ in range(4):
        kept.append(x)
        x = pool(x)
    passage = unet_passage(tuple(kept[0].shape[2:]), depth=4, crop=mend == "crop")
    for old, skip in zip(reversed(kept), passage.skips, strict=True):
        assert skip.kept == old.shape[2:]
        x = up(x, output_size=skip.kept) if mend == "output_size" else up(x)
        if mend == "pad":
            x = F.pad(x, skip.pad)
        less = [-n if mend == "crop" else 0 for n in skip.pad]  # padded by less than 0
        x = join(torch.cat([F.pad(old, less), x], dim=1))
    ends[mend] = tuple(x[:, :, :235, :180].shape[2:])
    print(mend, ends[mend])
    assert mend == "picture" or ends[mend] == passage.output_size
assert ends["crop"] == (224, 176)
assert ends["pad"] == ends["output_size"] == ends["picture"] == (235, 180)

# %%
# Only cropping loses pixels, down to the multiple of 16 below. Padding the picture loses none, and
# computes a tenth more here. For each place where two sizes meet, convdocs has the lines to paste.
# Here they are for the outermost, where 234 rows come up and 235 were kept: pad, crop, or the
# ``output_padding`` that ``output_size`` would find.

for n in range(16, 80):
    assert unet_passage(n, depth=4, crop=True).output_size[0] == n // 16 * 16
assert 0.08 < x.numel() / (235 * 180) - 1 < 0.1  # x is of the padded picture
outermost = unet_passage((235, 180), depth=4).skips[-1]
print(*outermost.mends.values(), sep="\n")
assert "up = F.pad(up, (0, 0, 0, 1))" in outermost.mends["pad"]
assert outermost.missing == (1, 0)
assert outermost.raised[0] == 234 and outermost.kept[0] == 235

# %%
# Do padding and ``output_size`` put the same there?
# --------------------------------------------------
# Padding adds zeros. ``output_size`` makes the layer cut off less. Without padding, as here,
# nothing was cut, and the new sample is the bias. Where padding has cut stamps, it holds what was
# cut.

x = torch.tensor([[[1.0, 2.0]]])
new = {}
for taps, stride, padding in [(2, 2, 0), (3, 2, 0), (4, 2, 0), (4, 2, 1), (4, 4, 1)]:
    layer = nn.ConvTranspose1d(1, 1, taps, stride=stride, padding=padding)
    nn.init.ones_(layer.weight)
    nn.init.constant_(layer.bias, 0.5)
    longer = layer(x, output_size=[layer(x).shape[2] + 1])
    assert torch.equal(longer[..., :-1], layer(x))
    new[taps, stride, padding] = longer[0, 0, -1].item()
# the bias alone without padding; with it the end of the stamp of 2
assert new == {way: 0.5 if way[2] == 0 else 2 + 0.5 for way in new}

# %%
# Does ``output_size`` know dilation?
# -----------------------------------
# Yes: it takes the sizes that collide, and those only: all that the convolution with the same
# settings makes into 4 samples. One sample more, and it would make 5 of them.

for dilation in range(1, 4):
    layer = nn.ConvTranspose1d(1, 1, 3, stride=2, dilation=dilation)
    taken = []
    for n in range(1, 30):
        try:
            taken.append(layer(torch.zeros(1, 1, 4), output_size=[n]).shape[2:])
        except ValueError as error:
            message = f"ValueError: {error}"
    assert taken == [*transposed_of(Conv(1, 1, (3,), stride=2, dilation=dilation), 4)]
    assert conv_output_size(taken[-1][0] + 1, 3, stride=2, dilation=dilation) == 5
print(message)
assert "output size of [29], but valid sizes range from [13] to [14]" in message

# %%
# How many ``in_features`` does the layer after ``flatten`` have?
# ---------------------------------------------------------------
# A dense layer reads all numbers of all maps, and is made for one count: maps, times rows, times
# columns. Take this stack, with 4 maps at its end.

stack = [Conv(1, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)]

# %%

questions.choose(
    "A 28 x 28 picture goes twice through a 5 x 5 convolution without padding and 2 x 2 max "
    "pooling. There are 4 maps at the end. How many in_features does the dense layer after flatten "
    "have?",
    "4 * math.prod(output_size(stack, 28))",
    {
        "math.prod(output_size(stack, 28))": "That is one map of the four.",
        "4 * (28 // 4) ** 2": "The kernels take 4 off as well, before each pooling.",
    },
    because="28, 24, 12, 8, 4: four maps of 4 x 4.",
    alone=True,
)

# %%
# Sizes collide here too. Four sizes end in 4 x 4 maps, and the dense layer takes all of them; one
# pixel more, and it refuses.

features = nn.Sequential(
    nn.Conv2d(1, 4, 5), nn.MaxPool2d(2), nn.Conv2d(4, 4, 5), nn.MaxPool2d(2)
)
dense, accepted = nn.Linear(4 * math.prod(output_size(stack, 28)), 10), []
for n in range(24, 33):
    try:
        dense(features(torch.zeros(1, 1, n, n)).flatten(1))
        accepted.append(n)
    except RuntimeError as error:
        message = f"RuntimeError: {error}"
print(message)
assert accepted == [n for n in range(24, 33) if output_size(stack, n) == (4, 4)]
assert accepted == [28, 29, 30, 31]
assert "mat1 and mat2 shapes cannot be multiplied (1x100 and 64x10)" in message

# %%
# The dense layer is itself a convolution, whose kernels are as large as the maps: 10 kernels of
# 4 x 4 x 4. Written so, it takes larger pictures too, and gives a map of answers instead of one.

with torch.no_grad():
    weight = dense.weight.reshape(10, 4, 4, 4)
    for n, places in [(28, 1), (40, 4)]:
        maps = features(torch.rand(1, 1, n, n))
        answers = F.conv2d(maps, weight, dense.bias)
        assert answers.shape == (1, 10, places, places)
        torch.testing.assert_close(
            answers[..., 0, 0], dense(maps[..., :4, :4].flatten(1))
        )
plt.show()

# %%
# Recap
# -----
# - With d halvings multiples of ``2**d`` pass. Otherwise, if pooling rounds down, what comes up is
#   smaller than what was kept.
# - Padding and ``output_size`` keep the picture's size; cropping loses up to ``2**d - 1`` rows, and
#   as many columns.
# - ``output_size`` takes the sizes that collide, with dilation too, and no others.
# - ``in_features`` is maps x rows x columns. Pictures whose sizes collide share it.
#
# Exercises
# ---------
# 1. The first U-Net had two 3 x 3 convolutions without padding on each level, went down four
#    times, and cropped. Its picture had 572 pixels a side. Which is the next size with which no
#    pooling leaves out a row?
# 2. Pool with ``ceil_mode=True`` instead. Of 25, which is larger now, what was kept or what comes
#    up? And which mend is impossible?

# %%

# Solution 1: 588; sizes pass in steps of 16, but are no multiples of 16
first = {"depth": 4, "block": [Conv(1, 1, 3), Conv(1, 1, 3)], "crop": True}
assert sizes_that_pass(range(560, 600), **first) == [572, 588]
assert unet_passage(572, **first).output_size == (388, 388)

# %%

# Solution 2: what comes up is, 26 against 25; ``output_size`` can only enlarge it
(skip,) = unet_passage(25, depth=1, down=MaxPool(2, ceil_mode=True)).skips
assert skip.raised == (26, 26) and {*skip.mends} == {"pad", "crop"}
assert skip.pad == (0, -1, 0, -1)  # padded by less than nothing

# %%
# Sources
# -------
# - Ronneberger, Fischer and Brox, `U-Net: Convolutional networks for biomedical image segmentation
#   <https://arxiv.org/abs/1505.04597>`_, 2015.
# - PyTorch documentation of `ConvTranspose2d
#   <https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html>`_, on
#   ``output_size``.
