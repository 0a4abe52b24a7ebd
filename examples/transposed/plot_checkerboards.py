"""
Uneven stamps mostly make checkerboards, and even ones do not rule them out
===========================================================================

Pictures that a transposed convolution made often show a fine regular pattern. Counting stamps
predicts it. But a kernel whose size the stride divides is not enough, and training need not remove
it: we measure five ways of upsampling on a flat grey picture, where every pattern is an artifact.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.coverage import coverage
from convdocs.layers import ConvTranspose
from convdocs.learning.training import fit

plt.style.use("convdocs.page")

# %%
# How often is each output written?
# ---------------------------------
# Every input stamps the kernel on the output, and the stamps lie a stride apart. ``coverage``
# counts how many reach each output along an axis; in a picture the counts of rows and columns are
# multiplied. PyTorch counts the same if it stamps ones.

pairs = [(2, 2), (4, 2), (3, 2), (5, 3)]
counts = {}
for kernel, stride in pairs:
    (counts[kernel, stride],) = coverage(
        ConvTranspose(1, 1, (kernel,), stride=stride), 5
    )
    ones = F.conv_transpose1d(
        torch.ones(1, 1, 5), torch.ones(1, 1, kernel), stride=stride
    )
    assert counts[kernel, stride] == tuple(ones[0, 0].int().tolist())

# %%

questions.choose(
    "A kernel of 5 taps stamps with stride 3. How many stamps reach the outputs away from the "
    "border, one after the other?",
    "counts[5, 3][3:9]",
    {
        "counts[4, 2][3:9]": "So it would be if the kernel were twice the stride.",
        "counts[3, 2][3:9]": "5 is 3 + 2: of three outputs two are reached twice.",
    },
    because="Tap 0 and tap 3 write one output, tap 1 and tap 4 the next, and tap 2 writes alone.",
    alone=True,
)

# %%
# Without :term:`dilation`, the counts are equal inside if, and only if, the stride divides the
# kernel's size. Where it does not, a flat input with equal weights comes out as a
# :term:`checkerboard`. In a picture the counts are multiplied, so one pixel can be four times as
# bright as its diagonal neighbour. (With dilation 2, four taps at stride 2 skip every other place.)

for kernel, stride in np.ndindex(9, 6):
    k, s = kernel + 1, stride + 1
    (row,) = coverage(ConvTranspose(1, 1, (k,), stride=s), 20)
    assert (len({*row[k : len(row) - k]}) == 1) == (k % s == 0)
(holes,) = coverage(ConvTranspose(1, 1, (4,), stride=2, dilation=2), 20)
assert not any(holes[1::2]) and all(holes[::2])

# %%

# Drawing: how often each output of a small picture is written
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.3))
for ax, (kernel, stride) in zip(axes, pairs, strict=True):
    inside = np.array(counts[kernel, stride][3:10])
    grid = np.outer(inside, inside)
    title = f"kernel {kernel}, stride {stride}"
    plots.show_cells(
        ax, grid, colour=plots.OUTPUT, title=title, highlight=grid == 4, fontsize=8
    )
    for cell, count in zip(ax.patches, grid.ravel(), strict=True):
        if count == 2:
            cell.set_facecolor((plots.OUTPUT, 0.35))
    k, s = (int(word.strip(",")) for word in title.split()[1::2])
    ones = F.conv_transpose2d(torch.ones(1, 1, 5, 5), torch.ones(1, 1, k, k), stride=s)
    shown = [int(text.get_text()) for text in ax.texts]
    assert shown == ones[0, 0, 3:10, 3:10].int().ravel().tolist()
    opacity = [cell.get_facecolor()[3] for cell in ax.patches]
    assert opacity == [{1: 0, 2: 0.35, 4: 1}[count] for count in shown]
    assert (len({*shown}) == 1) == (k in (2, 4))
plots.describe(
    figure,
    """Four grids of 7 x 7 counts from the middle of an output. Kernel 2, stride 2: all 1. Kernel 4,
    stride 2: all 4. Kernel 3, stride 2: 1, 2 and 4 alternate. Kernel 5, stride 3: blocks of 2 x 2
    fours, with twos and ones between.""",
    caption="How many stamps each output gets: one where a cell is bare, two where it is faintly "
    "green, four where it is green. The first two grids are even, the other two are not.",
)

# %%
# Is a multiple of the stride enough?
# -----------------------------------
# Equal counts give equal outputs if the weights are equal, and otherwise only if the weights that
# meet have equal sums, as random ones hardly ever have: each output inside is reached by every
# second tap of a kernel with stride 2, by taps 0, 2, ... or by taps 1, 3, ...

taps = torch.tensor([1.0, 2.0, 3.0, 4.0])
row = F.conv_transpose1d(torch.ones(1, 1, 6), taps[None, None], stride=2)[0, 0]

# %%

questions.choose(
    "The kernel 1, 2, 3, 4 stamps a row of six ones with stride 2. What do outputs 4 and 5 hold, "
    "counted from 0?",
    "tuple(row[4:6].int().tolist())",
    {
        "counts[4, 2][4:6]": "So many stamps reach each, but the stamps hold other numbers.",
        "tuple(row[3:5].int().tolist())": "These are outputs 3 and 4: stamps begin at even ones.",
        "tuple(taps.reshape(2, 2).sum(1).int().tolist())": "Neighbouring taps write neighbouring "
        "outputs, and are not added up.",
    },
    because="Outputs 4, 6, ... get 1 + 3, the ones between them 2 + 4.",
    alone=True,
)

# %%
# So it is not enough. What counts is the sum of the weights that reach an output: 4 and 6 here. A
# kernel of 2 with stride 2 writes each output once, and shows its four weights as they are.

assert row[3:-3].reshape(-1, 2).flip(1).unique(dim=0).tolist() == [[4, 6]]
weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
tiled = F.conv_transpose2d(torch.ones(1, 1, 3, 3), weight[None, None], stride=2)[0, 0]
assert torch.equal(tiled, weight.tile(3, 3))

# %%
# What cannot make one of flat grey?
# ----------------------------------
# Five small networks double the size. Two end in a transposed convolution, with kernel 3 or 4. One
# repeats each pixel and then convolves ("resize"). Two compute four channels and lay them side by
# side as the pixels of 2 x 2 blocks: a *pixel shuffle*, or *sub-pixel* convolution. In the last of
# them the four kernels begin equal, so that each pixel comes four times, as by repeating: that is
# called ICNR, "initialized to convolution NN resize", where NN is the nearest neighbour. (The layer
# before a shuffle has no bias: four that differ would be a pattern, too.)

networks = {}
for name in ("kernel 3", "kernel 4", "resize", "sub-pixel", "ICNR"):
    torch.manual_seed(0)
    last = {
        "kernel 3": [nn.ConvTranspose2d(8, 1, 3, 2, padding=1, output_padding=1)],
        "kernel 4": [nn.ConvTranspose2d(8, 1, 4, 2, padding=1)],
        "resize": [nn.Upsample(scale_factor=2), nn.Conv2d(8, 1, 3, padding=1)],
    }
    four = [nn.Conv2d(8, 4, 3, padding=1, bias=False), nn.PixelShuffle(2)]
    if name == "ICNR":
        four[0].weight.data[1:] = four[0].weight.data[0]
    ends = last.get(name, four)
    networks[name] = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), *ends)

# %%
# On flat grey, any difference inside is an artifact; its size is the standard deviation there.
# Then each network learns to double digits of 4 x 4 pixels, and we look again.

digits = torch.tensor(load_digits().images[:100] / 16, dtype=torch.float32)[:, None]
small = F.avg_pool2d(digits, 2)
grey = torch.full((1, 1, 12, 12), 0.5)
flat, artifacts, losses = {}, {}, {}
for when in ("before", "after"):
    for name, network in networks.items():
        if when == "after":
            losses[name] = fit(network, small, digits, steps=60, learning_rate=0.01)
        with torch.no_grad():
            flat[name, when] = v = network(grey)[0, 0, 6:-6, 6:-6]
        artifacts[name, when] = v.std().item()
        assert (
            max((v[2:] - v[:-2]).abs().max(), (v[:, 2:] - v[:, :-2]).abs().max()) < 1e-5
        )

# %%

questions.type_in(
    "Before training, how many of the five networks give a flat middle for flat grey?",
    "sum(artifacts[name, 'before'] < 1e-6 for name in networks)",
    {
        "sum(artifacts[name, 'after'] < 1e-6 for name in networks)": "ICNR begins flat, too.",
        "len([*networks]) - 1": "Equal counts of stamps do not make the weights equal.",
    },
    because="Resizing does, whatever the weights, and so does ICNR, until it is trained.",
)

# %%
# Only one of them leaves flat what is flat, whatever its weights: after resizing, all outputs
# inside are computed from the same numbers with the same weights. ICNR is only a beginning, and
# training leaves it. And where there was a pattern, it is still there after training, though the
# loss has fallen.

for name in networks:
    before, after = artifacts[name, "before"], artifacts[name, "after"]
    print(f"{name:9}: {before:.3f} before training, {after:.3f} after")
    assert losses[name][-1] < 0.06 and losses[name][-1] < losses[name][0] / 2
assert {n for n in networks if artifacts[n, "before"] < 1e-6} == {"resize", "ICNR"}
assert {n for n in networks if artifacts[n, "after"] < 1e-6} == {"resize"}
assert min(artifacts[n, "after"] for n in networks if n != "resize") > 0.01

# %%

# Drawing: what becomes of flat grey, before and after training
figure, axes = plt.subplots(2, 5, figsize=(7.2, 3.1))
for line, when in zip(axes, ("before", "after"), strict=True):
    for ax, name in zip(line, networks, strict=True):
        shown = flat[name, when] - flat[name, when].mean()
        mapped = plots.show_maps([ax], [shown], titles=[f"{name}\n{when}"], limit=0.2)
        told = ax.get_title().split("\n")
        assert abs(ax.images[0].get_array().std(ddof=1) - artifacts[*told]) < 1e-5
assert {ax.images[0].get_clim() for ax in axes.flat} == {(-0.2, 0.2)}  # one scale
plots.show_scale(figure, mapped, axes.ravel(), label="difference from the mean")
plots.describe(
    figure,
    """Two rows of five squares, all on one scale. Before training, kernel 3, kernel 4 and sub-pixel
    show a regular pattern of period 2; resize and ICNR are blank. After training only resize is
    blank, and ICNR has a pattern like the others.""",
    caption="Flat grey, doubled by five networks. Above with random weights, below trained: only "
    "resizing first leaves it flat both times.",
)

# %%
# Does flat grey show every pattern?
# ----------------------------------
# No. Try a ramp as well, pixels that grow by 1 each: then the output should grow in equal steps.
# Four equal taps with stride 2 leave flat what is flat, and make a staircase of a ramp. So does the
# "resize" of above: repeat each pixel, add up three neighbours, and the sums grow by one step and
# by two in turns. The taps 1, 3, 3, 1, which are linear interpolation, times 4, leave both even. So
# does a convolution behind such an interpolation, whatever its weights.

flat_row, ramp = torch.ones(1, 1, 9), torch.arange(9.0)[None, None]
for taps, stairs in [([1.0, 1, 1, 1], {0, 2}), ([1.0, 3, 3, 1], {2})]:
    for row, steps in [(flat_row, {0}), (ramp, stairs)]:
        y = F.conv_transpose1d(row, torch.tensor([[taps]]), stride=2)[0, 0, 3:-3]
        assert {*y.diff().tolist()} == steps
grows = F.conv1d(ramp.repeat_interleave(2, 2), torch.ones(1, 1, 3)).diff()
assert grows.ravel().tolist() == [1, 2] * 7 + [1]
smooth = F.interpolate(ramp, scale_factor=2, mode="linear")[..., 1:-1]
stamped = F.conv_transpose1d(ramp, torch.tensor([[taps]]) / 4, stride=2)
assert torch.equal(stamped[..., 2:-2], smooth)
weights = torch.randn(5, 1, 3)
y = F.conv1d(smooth, weights).diff()
torch.testing.assert_close(y, weights.sum(2).expand(5, y.shape[2])[None] / 2)

# %%
# Why is it worse on a small input?
# ---------------------------------
# Where stamps overlap and padding does not cut the rim away, outputs at the border get fewer, even
# if the stride divides the kernel: of a map of 2 x 2, doubled, three quarters do. If more layers on
# top bring it to the size wanted, the pattern gets coarser with each: after two layers with kernel
# 3 and stride 2 it has a period of 4, and counts of 1, 2 and 3 along each axis.

shares = {}
for size in (2, 4, 64):
    (row,) = coverage(ConvTranspose(1, 1, (4,), stride=2, padding=1), size)
    shares[size] = 1 - np.mean(np.outer(row, row) == 4)
assert row[0] == row[-1] == 1 and {*row[1:-1]} == {2}
for size, share in shares.items():
    print(f"{size:2} x {size:2}: {share:.0%} at the border")
assert shares[2] == 0.75 and shares[64] < 0.04
(cut,) = coverage(ConvTranspose(1, 1, (4,), stride=2, padding=2), 6)
assert {*cut} == {2}
y = torch.ones(1, 1, 9)
for _ in range(2):
    y = F.conv_transpose1d(y, torch.ones(1, 1, 3), stride=2)
inside = y[0, 0, 8:-8]
assert torch.equal(inside[4:], inside[:-4]) and not torch.equal(inside[2:], inside[:-2])
assert {*inside.tolist()} == {1, 2, 3}
plt.show()

# %%
# Recap
# -----
# - Counts of stamps differ inside unless the stride divides the kernel's size.
# - Equal counts are not enough: the weights that reach neighbouring outputs must have equal sums.
# - Resizing before the convolution leaves flat what is flat, away from the border. ICNR begins so.
#   A ramp shows whether it also grows evenly: with linear interpolation it does.
# - Borders, and layers on top of each other, make it worse.
#
# Exercises
# ---------
# 1. The kernel 1, 2, 1 stamps with stride 2. Does it make a pattern?
# 2. Which kernel of 6 taps and stride 3, other than equal weights, leaves flat what is flat?

# %%

# Solution 1: no, although 2 does not divide 3, for 1 + 1 = 2
row = F.conv_transpose1d(
    torch.ones(1, 1, 6), torch.tensor([[[1.0, 2.0, 1.0]]]), stride=2
)
assert (row[0, 0, 1:-1] == 2).all()
# it is linear interpolation: what lies between two inputs gets half of each, times 2

# %%

# Solution 2: any in which taps 0 and 3, 1 and 4, 2 and 5 have equal sums, such as this one
weight = torch.tensor([[[1.0, 2.0, 3.0, 3.0, 2.0, 1.0]]])
row = F.conv_transpose1d(torch.ones(1, 1, 6), weight, stride=3)
assert (row[0, 0, 3:-3] == 4).all()

# %%
# Sources
# -------
# - Odena, Dumoulin and Olah, `Deconvolution and checkerboard artifacts
#   <https://distill.pub/2016/deconv-checkerboard/>`_, 2016, on uneven overlap and resizing.
# - Aitken and others, `Checkerboard artifact free sub-pixel convolution
#   <https://arxiv.org/abs/1707.02937>`_, 2017, on ICNR.
