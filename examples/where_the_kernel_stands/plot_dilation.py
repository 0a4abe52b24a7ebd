"""
Dilation reaches further with the same weights, and skips what lies between
===========================================================================

A *dilated* kernel has its taps spread out, with holes between them. This page shows where
the taps stand, what the wider reach does to the maps of a picture, what it costs, and what one
output skips.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import Rectangle
from torch.nn.functional import conv2d

from convdocs import images, plots, questions
from convdocs.cost import macs
from convdocs.geometry import input_positions, kernel_span
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv
from convdocs.learning.network import conv_layer, to_batch
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What does dilation=1 mean?
# --------------------------
# :term:`Dilation <dilation>` is the distance from one tap to the next. At 1 the taps are
# neighbours: no holes, the ordinary convolution. At 2 there is one hole between two taps, at 3
# there are two. The nine weights stay the same. (:term:`Atrous`, from the French *à trous*, "with
# holes", means the same.)

kernel = torch.arange(1, 10).reshape(3, 3)
taps = {d: list(input_positions(3 - d, 3, dilation=d)) for d in (1, 2, 3)}
assert taps == {1: [2, 3, 4], 2: [1, 3, 5], 3: [0, 3, 6]}

# %%

# Drawing: the taps on the input at three dilations
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
for ax, (dilation, reads) in zip(axes, taps.items(), strict=True):
    first, last = reads[0], reads[-1] + 1
    span = kernel_span(3, dilation=dilation)
    assert span == last - first
    numbers, filled = np.full((7, 7), np.nan), np.zeros((7, 7), bool)
    numbers[first:last, first:last] = 0
    numbers[np.ix_(reads, reads)] = kernel
    filled[np.ix_(reads, reads)] = True
    title = f"dilation {dilation}: spans {span} x {span}"
    plots.show_cells(ax, numbers, colour=plots.KERNEL, highlight=filled, title=title)
    frame = Rectangle(
        (first - 0.5, first - 0.5), span, span, fill=False, ls=(0, (3, 1))
    )
    frame.set(edgecolor=plots.INK, linewidth=2.5, clip_on=False, zorder=3)
    ax.add_patch(frame)
plots.describe(
    figure,
    """Three 7 x 7 grids. The nine taps of a 3 x 3 kernel, numbered 1 to 9, are
    filled. At dilation 1 they touch and span 3 x 3 cells; at dilation 2 there is one
    cell marked 0 between neighbouring taps and they span 5 x 5; at dilation 3 there
    are two and they span 7 x 7.""",
    caption="The same nine weights, farther and farther apart. The dashed frame is what the "
    "kernel spans.",
)

# %%
# How far does it reach?
# ----------------------

questions.type_in(
    "How many samples does a kernel of 5 taps span at dilation 3?",
    "kernel_span(5, dilation=3)",
    {
        "3 * 5": "After the last tap there is no hole any more.",
        "5 + 3 - 1": "There are four distances between the taps, and each grows.",
    },
    because="From the first tap to the last there are 4 distances of 3; and the first counts.",
    alone=True,
)

# %%
# From the first of :math:`k` taps to the last there are :math:`k - 1` distances of :math:`d`
# samples, so the kernel spans :math:`d(k - 1) + 1`. This :term:`span <kernel span>` is what the
# size formula subtracts from the padded input.

assert kernel_span(5, dilation=3) == 3 * (5 - 1) + 1 == 13
assert conv_output_size(235, 5, dilation=3) == 235 - 13 + 1 == 223
assert conv_output_size(180, 5, dilation=3) == 180 - 13 + 1 == 168

# %%
# Is it a new kind of convolution?
# --------------------------------
# No. Read the zeros in the figure as weights: a dilated kernel gives what the larger kernel gives
# that has zeros in the holes. But the zeros need not be multiplied. So no weights are added, and
# without padding the multiply-accumulates even fall a little, because the wider kernel has fewer
# places to stand. A 13 x 13 kernel without holes has 6.8 times as many weights as a 5 x 5.

x = torch.tensor(np.random.default_rng(0).integers(-9, 10, (1, 1, 12, 15)))
stuffed = torch.zeros(7, 7, dtype=kernel.dtype)
stuffed[::3, ::3] = kernel
dilated = conv2d(x, kernel[None, None], dilation=3)
assert torch.equal(dilated, conv2d(x, stuffed[None, None]))

cost = {d: macs(Conv(3, 4, 5, dilation=d), (235, 180)) for d in (1, 3)}
print(*(f"dilation {d}: {count:,} MACs" for d, count in cost.items()), sep="\n")
print(f"13 x 13 weights: {macs(Conv(3, 4, 13), (235, 180)):,} MACs")
assert 0.92 < cost[3] / cost[1] < 1
assert round(13**2 / 5**2, 1) == 6.8

# %%
# Are the answers stronger?
# -------------------------
# We take the four ramps, 5 x 5 kernels that rise to the right, to the left, downwards and upwards.
# Each row of the first computes the difference between its outer taps, plus half the difference
# between the two taps beside the centre. First let it look at an even slope, a picture whose
# brightness rises by the same step from each column to the next.

ramps = as_weight(oriented_ramps(), 3)
layers = {d: conv_layer(ramps, dilation=d) for d in (1, 3)}
slope = (torch.arange(26.0) / 26).expand(1, 3, 26, 26)
with torch.no_grad():
    even = {d: float(layer(slope)[0, 0, 0, 0]) for d, layer in layers.items()}

# %%

questions.choose(
    "On an even slope to the right, how many times as strong is the answer of the ramp that rises "
    "to the right at dilation 3 as at dilation 1?",
    "round(even[3] / even[1], 3)",
    {
        "float(even[1] / even[1])": "The slope is as steep, but the taps lie farther apart.",
        "13 / 5": "So does the span grow. What counts is the distance between taps.",
        "float(3 * 3)": "Taps above each other see the same brightness on this slope.",
    },
    because="Three times the distance is three times the difference: 12 pixels instead of 4.",
)

# %%
# A picture is no even slope: its brightness goes up and comes down again. On the panda, pixels
# 12 apart in a row differ about twice as much as pixels 4 apart, and the answers, also called
# *activations*, grow about as much. (We trim the map of the smaller kernel, so that the same
# places are compared.)

panda = to_batch(images.load("panda"))
with torch.no_grad():
    near, far = (layer(panda)[0] for layer in layers.values())
assert near.shape == (4, 231, 176) and far.shape == (4, 223, 168)
near = near[:, 4:-4, 4:-4]
change = {s: float((panda[..., s:] - panda[..., :-s]).abs().mean()) for s in (4, 12)}
print(f"differences: {change[12] / change[4]:.2f} times as large")
print(f"answers: {far.abs().mean() / near.abs().mean():.2f} times as strong")
assert 1.9 < change[12] / change[4] < 2.1
assert 1.9 < far.abs().mean() / near.abs().mean() < 2.1
assert 0.7 < (far.abs() > near.abs()).float().mean() < 0.8

# %%
# They are stronger at three places in four, and weaker at the fourth. And there is a price.
# Short or bent thin lines fade, such as the mouth: they meet fewer of the taps. (A thin straight
# line keeps its strongest answer.) An edge is felt from 6 pixels away
# instead of 2, so outlines turn broad: 12 columns of answers where there were 4.

mouth = np.s_[:, 112:126, 70:98]  # rows and columns of the trimmed maps
assert far[mouth].abs().mean() < 0.75 * near[mouth].abs().mean()
edge = (torch.arange(40) >= 20).float().expand(1, 3, 40, 40)  # dark, then bright
with torch.no_grad():
    felt = {d: np.flatnonzero(layers[d](edge)[0, 0, 0]) + 2 * d for d in (1, 3)}
assert felt[1].tolist() == [18, 19, 20, 21]  # of the kernel's centre
assert felt[3].tolist() == list(range(14, 26))
line = torch.zeros(1, 3, 40, 40)
line[..., 20] = 1
with torch.no_grad():
    assert len({float(layer(line)[0, 0].max()) for layer in layers.values()}) == 1

# %%

# Drawing: two maps at dilation 1 and at dilation 3
rises = torch.linspace(-1, 1, 5).expand(5, 5)
assert torch.equal(layers[3].weight[0, 0], rises)
assert torch.equal(layers[3].weight[2, 0], rises.T)
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.4), height_ratios=[1.3, 1])
shown = {
    f"{direction}, dilation {d}": maps[number]
    for number, direction in [(0, "right"), (2, "down")] for d, maps in [(1, near), (3, far)]
}  # fmt: skip
limit = max(abs(map_).max().item() for map_ in shown.values())
mapped = plots.show_maps(axes[0], shown.values(), titles=[*shown], limit=limit)
furs = [map_[150:190, 72:112] for map_ in shown.values()]
plots.show_maps(axes[1], furs, limit=limit)
plots.show_scale(figure, mapped, axes.ravel(), label="answer")
plots.describe(
    figure,
    """Four maps of the panda on one scale with zero in its middle: the answers to the ramps
    to the right and downwards, and below each the fur where the belly begins. Without
    holes the outlines are thin, and fur and mouth show as fine lines. With dilation 3 the
    outlines of head, eyes and belly are broad and strong, the mouth fades, and the fur is a
    comb of stripes.""",
    caption="With dilation 3 outlines are broader and stronger, and the mouth fades. Below, where "
    "the belly begins, enlarged: the fur becomes a comb of stripes, for the taps meet every third "
    "column.",
)
drawn = {ax.get_title(): ax.images[0] for ax in axes[0]}
((low, high),) = {ax.images[0].get_clim() for ax in axes.flat}
assert low == -high  # one scale for all, with zero in its middle
assert np.array_equal(drawn["right, dilation 3"].get_array(), far[0])
assert np.array_equal(drawn["down, dilation 1"].get_array(), near[2])
for whole, part in axes.T:
    fur = whole.images[0].get_array()[150:190, 72:112]
    assert np.array_equal(part.images[0].get_array(), fur)

# %%
# What does it miss?
# ------------------
# What lies in the holes. A pixel there may be as bright as it likes: that output does not change.
# (At stride 1, on an input large enough, others do. Their kernels stand so that a tap falls on it.
# If stride and dilation are both 2, half of the samples along an axis meet no tap at all, and so
# three quarters of a picture's pixels. Whether layers on top make up for holes is asked on the next
# page.)

dotted = x.clone()
dotted[0, 0, 0, 1] += 100  # between the first tap and the second
after = conv2d(dotted, kernel[None, None], dilation=3)
assert after[..., 0, 0] == dilated[..., 0, 0] and after[..., 0, 1] != dilated[..., 0, 1]
for size in (7, 8, 9):  # of 9 samples and more every one is read
    dots = torch.zeros(1, 1, size, size, requires_grad=True)
    conv2d(dots, torch.ones(1, 1, 3, 3), dilation=3).sum().backward()
    assert (dots.grad != 0).all() == (size >= 9)
dots = torch.zeros(1, 1, 41, 41, requires_grad=True)
conv2d(dots, torch.ones(1, 1, 3, 3), stride=2, dilation=2).sum().backward()
# what meets a tap is in an even row and an even column
even = torch.arange(41) % 2 == 0
assert torch.equal(dots.grad[0, 0] != 0, even[:, None] & even)

# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - Dilation is the distance between taps: 1 means no holes, and k taps span d(k - 1) + 1.
# - A dilated convolution is the convolution with the zero-filled larger kernel, at the price
#   of the small one.
# - The ramps answer more strongly across 12 pixels than across 4 where brightness keeps
#   changing: twice as strong on average on the panda, three times on an even slope.
# - One output skips what lies in the holes.
#
# Exercises
# ---------
# 1. Raise the dilation of the layer of ramps from 1 to 12. Does the mean magnitude of its maps grow
#    all the way? Predict where it stops.
# 2. Which dilation of a 3 x 3 kernel spans as much as a 7 x 7 kernel? Does it give the same
#    answers as that kernel with the nine weights at its corners, edges and centre?

# %%

# Solution 1: up to dilation 8, where the outer taps are 32 pixels apart, and then it falls
with torch.no_grad():
    wide = [conv_layer(ramps, dilation=d)(panda) for d in range(1, 13)]
height, width = wide[-1].shape[2:]
trims = [((m.shape[2] - height) // 2, (m.shape[3] - width) // 2) for m in wide]
mean = [
    m[..., i : i + height, j : j + width].abs().mean()  # at the same places
    for m, (i, j) in zip(wide, trims, strict=True)
]
assert mean == sorted(mean[:8]) + sorted(mean[8:], reverse=True)

# %%

# Solution 2: 3, and yes, for those are its taps; this kernel was ``stuffed`` above
assert [d for d in range(1, 7) if kernel_span(3, dilation=d) == 7] == [3]
assert stuffed.nonzero().tolist() == [[i, j] for i in (0, 3, 6) for j in (0, 3, 6)]

# %%
# Sources
# -------
# Yu and Koltun, `Multi-scale context aggregation by dilated convolutions
# <https://arxiv.org/abs/1511.07122>`_, 2016.
