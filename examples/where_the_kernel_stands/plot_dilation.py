"""
Dilation reaches further with the same weights, and skips what lies between
===========================================================================

A *dilated* kernel has its taps spread out, with holes between them. This page shows where
the taps stand, what the wider reach does to the maps of a picture, what it costs, and which
pixels are never read.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import Rectangle
from torch.nn.functional import conv2d

from convdocs import images, plots
from convdocs.cost import macs
from convdocs.geometry import input_positions, kernel_span
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool
from convdocs.learning.network import DemoNet, to_batch
from convdocs.receptive import receptive_field
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What does dilation=1 mean?
# --------------------------
# Dilation is the distance from one tap to the next. At 1 the taps are neighbours: no holes,
# the ordinary convolution. At 2 there is one hole between two taps, at 3 there are two. The
# nine weights stay the same. Each grid shows the input under a 3 x 3 kernel; the dashed frame
# is what the kernel spans.

kernel = torch.arange(1, 10).reshape(3, 3)
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
for dilation, ax in enumerate(axes, 1):
    # centred on cell 3
    reads = list(input_positions(3 - dilation, 3, dilation=dilation))
    span = kernel_span(3, dilation=dilation)
    first, last = reads[0], reads[-1] + 1
    assert reads == [3 - dilation, 3, 3 + dilation] and span == last - first
    numbers, taps = np.full((7, 7), np.nan), np.zeros((7, 7), bool)
    numbers[first:last, first:last] = 0
    numbers[np.ix_(reads, reads)] = kernel
    taps[np.ix_(reads, reads)] = True
    plots.show_cells(
        ax, numbers, colour=plots.KERNEL, highlight=taps,
        title=f"dilation {dilation}: spans {span} x {span}",
    )  # fmt: skip
    frame = Rectangle(
        (first - 0.5, first - 0.5), span, span, fill=False, lw=2.5, ls=(0, (3, 1))
    )
    frame.set(edgecolor=plots.INK, clip_on=False, zorder=3)
    ax.add_patch(frame)
plots.describe(
    figure,
    """Three 7 x 7 grids. The nine taps of a 3 x 3 kernel, numbered 1 to 9, are
    filled. At dilation 1 they touch and span 3 x 3 cells; at dilation 2 there is one
    cell marked 0 between neighbouring taps and they span 5 x 5; at dilation 3 there
    are two and they span 7 x 7.""",
)

# %%
# How far does it reach?
# ----------------------
# From the first of :math:`k` taps to the last there are :math:`k - 1` distances of
# :math:`d` samples, so the kernel spans :math:`d(k - 1) + 1`. This span is what the size
# formula subtracts from the padded input. How far do 5 taps reach at dilation 3?

assert kernel_span(5, dilation=3) == 3 * (5 - 1) + 1 == 13
assert conv_output_size(235, 5, dilation=3) == 235 - 13 + 1 == 223
assert conv_output_size(180, 5, dilation=3) == 180 - 13 + 1 == 168

# %%
# Is it a new kind of convolution?
# --------------------------------
# No. Read the zeros in the figure as weights: a dilated kernel gives exactly what the larger
# kernel gives that has zeros in the holes. Only nobody multiplies by the zeros.

x = torch.tensor(np.random.default_rng(0).integers(-9, 10, (1, 1, 12, 15)))
stuffed = torch.zeros(7, 7, dtype=kernel.dtype)
stuffed[::3, ::3] = kernel
assert torch.equal(
    conv2d(x, kernel[None, None], dilation=3), conv2d(x, stuffed[None, None])
)

# %%
# What does it do to the panda?
# -----------------------------
# ``DemoNet`` is the tutorial's network: a 5 x 5 convolution, ReLU and 2 x 2 max pooling, twice.
# Its kernels are four ramps, which answer where brightness rises to the right, to the left,
# downwards and upwards. We give the first convolution dilation 3 and set its maps below those of
# the kernels without holes, all on one scale. Before you scroll: will the answers be stronger,
# weaker, or the same somewhere else?

panda = to_batch(images.load("panda"))
weights = [as_weight(oriented_ramps(), channels) for channels in (3, 4)]
with torch.no_grad():
    results = {d: DemoNet(*weights, dilation=d)(panda) for d in (1, 3)}
assert results[1].conv1.shape == (1, 4, 231, 176)
assert results[3].conv1.shape == (1, 4, 223, 168)

limit = max(float(r.conv1.abs().max()) for r in results.values())
figure, axes = plt.subplots(4, 4, figsize=(7.2, 8.6))
rows = [(d, stage) for d in (1, 3) for stage in ("conv1", "relu1")]
for row, (dilation, stage) in zip(axes, rows, strict=True):
    mapped = plots.show_maps(row, getattr(results[dilation], stage)[0], limit=limit)
    when = "before ReLU" if stage == "conv1" else "after ReLU"
    row[0].set_ylabel(f"dilation {dilation}, {when}")
for ax, direction in zip(axes[0], ["right", "left", "down", "up"], strict=True):
    ax.set_title(direction)
plots.show_scale(figure, mapped, axes.ravel(), label="answer of the first convolution")
plots.describe(
    figure,
    """Four rows of four maps of the panda after the first convolution, before and
    after ReLU. Without holes the outlines are thin, and fur and mouth show as fine
    lines. With dilation 3 the outlines of head, eyes and belly are broad and strong,
    and the fine lines fade.""",
)

# %%
# Why are the answers stronger?
# -----------------------------
# Each row of the ramp that looks to the right computes the difference between its outer taps,
# plus half the difference between the two taps beside the centre. Without holes the outer taps
# are 4 pixels apart, at dilation 3 they are 12. On an even slope three times the distance is
# exactly three times the difference.

slope = (torch.arange(26.0) / 26).expand(1, 3, 26, 26)
with torch.no_grad():
    answers = {d: DemoNet(*weights, dilation=d)(slope).conv1 for d in (1, 3)}
torch.testing.assert_close(answers[3][0, 0, 0, 0], 3 * answers[1][0, 0, 0, 0])

# %%
# A picture is no even slope: its brightness goes up and comes down again. On the panda, pixels
# 12 apart in a row differ about twice as much as pixels 4 apart, and the answers grow about as
# much. (We trim the map of the smaller kernel, so that the same places are compared.)

differences = {
    s: float((panda[..., s:] - panda[..., :-s]).abs().mean()) for s in (4, 12)
}
near, far = results[1].conv1[..., 4:-4, 4:-4].abs(), results[3].conv1.abs()
print(f"differences: {differences[12] / differences[4]:.2f} times as large")
print(f"answers: {far.mean() / near.mean():.2f} times as strong")
print(f"stronger at {(far > near).float().mean():.0%} of the places")
assert 1.9 < differences[12] / differences[4] < 2.1
assert 1.9 < far.mean() / near.mean() < 2.1
assert 0.7 < (far > near).float().mean() < 0.8

# %%
# Stronger at three places in four, then, and weaker at the fourth. The largest answer hardly
# grows: brightness runs from 0 to 1, and the positive weights add up to 22.5 at any dilation,
# so no answer can pass that. And there is a price. An edge is felt from 6 pixels away instead
# of 2, so outlines turn broad. Lines thinner than the holes, such as the mouth, fade.

assert weights[0][0].clip(0).sum() == 22.5
print(f"largest answers: {near.max():.1f} and {far.max():.1f}, of at most 22.5")
assert near.max() < far.max() < 1.1 * near.max()
mouth = np.s_[..., 112:126, 70:98]  # rows and columns of the trimmed maps
print(
    f"mean answers at the mouth: {near[mouth].mean():.1f} and {far[mouth].mean():.1f}"
)
assert far[mouth].mean() < 0.75 * near[mouth].mean()

# %%
# What does it cost?
# ------------------
# No more weights: 5 x 5 for each channel, where a kernel of 13 x 13 without holes has 6.8
# times as many. The multiply-accumulates (MACs) even fall a little, because the wider kernel
# has fewer places to stand.

cost = {d: macs(Conv(3, 4, 5, dilation=d), (235, 180)) for d in (1, 3)}
print(cost, "and with 13 x 13 weights:", macs(Conv(3, 4, 13), (235, 180)))
assert 0.92 < cost[3] / cost[1] < 1
assert round(13**2 / 5**2, 1) == 6.8

# %%
# What does it miss?
# ------------------
# What lies in the holes. A pixel there may be as bright as it likes: this output does not
# change. (Other outputs do. Their kernels stand so that a tap falls on it.)

dotted = x.clone()
dotted[0, 0, 0, 1] += 100  # between the first tap and the second
before, after = (conv2d(y, kernel[None, None], dilation=3)[0, 0] for y in (x, dotted))
assert before[0, 0] == after[0, 0] and before[0, 1] != after[0, 1]

# %%
# Do more layers fill the holes?
# ------------------------------
# Not if they all take the same step. Three 3 x 3 layers with dilation 2 and three with dilations
# 1, 2 and 3 both reach across 13 x 13 inputs, the *receptive field* of one output. Number them 0
# to 12 along each axis. Now walk back from the output through the layers and collect the inputs
# that it really reads.

stacks = {
    name: [Conv(1, 1, 3, dilation=int(d)) for d in name.split()]
    for name in ("2 2 2", "1 2 3")
}
stacks["the network"] = [
    Conv(3, 4, 5, dilation=3), MaxPool(2), Conv(4, 4, 5), MaxPool(2)
]  # fmt: skip
reads = {}
for name, layers in stacks.items():
    along = {0}
    for layer in reversed(layers):
        k, s, d = layer.kernel_size[0], layer.stride[0], layer.dilation[0]
        along = {i for o in along for i in input_positions(o, k, stride=s, dilation=d)}
    reads[name] = sorted(along)
    reach = receptive_field(layers).size[0]
    print(f"{name}: reads {len(along)} of {reach} along each axis")
assert [len(along) for along in reads.values()] == [7, 13, 24]
assert reads["2 2 2"] == [0, 2, 4, 6, 8, 10, 12]
sizes = [receptive_field(layers).size for layers in stacks.values()]
assert sizes == [(13, 13), (13, 13), (24, 24)]

# %%
# With dilation 2 throughout, this output reads 49 of the 169 inputs and never the rest, however
# long we train. With 1, 2, 3 it reads all. (Our network is safe: the pooling and the second layer
# have no holes.) PyTorch's gradients agree: only an input that is read has one.

figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.0))
for ax, name in zip(axes, ("2 2 2", "1 2 3"), strict=True):
    filled = np.zeros((13, 13), bool)
    filled[np.ix_(reads[name], reads[name])] = True
    y = picture = torch.zeros(1, 1, 13, 13, requires_grad=True)
    for layer in stacks[name]:
        y = conv2d(y, torch.ones(1, 1, 3, 3), dilation=layer.dilation)
    y.sum().backward()
    assert np.array_equal(picture.grad[0, 0] != 0, filled)
    title = f"dilations {', '.join(name.split())}: {filled.sum()} of 169 read"
    plots.show_cells(
        ax, np.full((13, 13), np.nan), colour=plots.INPUT, highlight=filled, title=title
    )
plots.describe(
    figure,
    """Two 13 x 13 grids of input cells; those that one output reads through three 3 x
    3 layers are filled. With dilations 2, 2, 2 every second cell in every second row:
    49. With dilations 1, 2, 3 all 169.""",
)
plt.show()

# %%
# Recap
# -----
# - Dilation is the distance between taps: 1 means no holes, and k taps span d(k - 1) + 1.
# - A dilated convolution is the convolution with the zero-filled larger kernel, at the price
#   of the small one.
# - The ramps answer more strongly across 12 pixels than across 4 where brightness keeps
#   changing: twice as strong on average on the panda, three times on an even slope.
# - One output skips what lies in the holes, and layers with one dilation above 1 never fill them.
#
# Exercises
# ---------
# 1. Raise the dilation of the first layer from 1 to 12 and print the mean magnitude of its
#    maps. Does it grow all the way? Predict where it stops.
# 2. Which inputs do two 3 x 3 layers with dilations 1 and 3 read? And with 1 and 4?
#
# Sources
# -------
# Yu and Koltun, *Multi-scale context aggregation by dilated convolutions*, 2016.
# Wang and others, *Understanding convolution for semantic segmentation*, 2018, on the holes
# that equal dilations leave ("gridding").
