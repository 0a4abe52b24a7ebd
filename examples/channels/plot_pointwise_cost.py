"""
Four pointwise filters save nine tenths of the work
===================================================

The work of a layer grows with the channels it reads. A 1 x 1 convolution in front of it can
make many channels few. This page counts what that saves, finds where it stops paying, and
says what it costs: the layer can no longer do everything it could.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from convdocs import plots
from convdocs.cost import macs, parameters
from convdocs.layers import Conv

plt.style.use("convdocs.page")

# %%
# How is the work counted?
# ------------------------
# In *multiply-accumulates*, MACs: one product, and the addition that takes it up. A layer uses
# each of its weights once at every output position. Our example reads 64 maps of 28 x 28
# pixels, with sixteen 3 x 3 filters, and pads the input so that the maps keep their size.

size = (28, 28)
direct = macs(Conv(64, 16, 3, padding=1), size)
print(f"{direct = :,}")
assert direct == 28 * 28 * 64 * 16 * 3 * 3 == 7_225_344

# %%
# What do pointwise filters save?
# -------------------------------
# A 1 x 1 convolution, also called *pointwise*, gives at each pixel a weighted sum of the
# channels. Let four such filters turn the 64 maps into four, and let the sixteen 3 x 3 filters
# read only those. Now there are two layers to pay for. Guess the share that is saved.

squeeze = macs(Conv(64, 4, 1), size)
filters = macs(Conv(4, 16, 3, padding=1), size)
saved = 1 - (squeeze + filters) / direct
print(f"{squeeze = :,}, {filters = :,}, fewer by {saved:.2%}")
assert (squeeze, filters) == (200_704, 451_584)
assert round(100 * saved) == 91

# %%
# MACs or FLOPs?
# --------------
# A MAC is two floating point operations, so a count in FLOPs is twice as large. Many tables
# say one and print the other; ask before you compare. PyTorch has a counter that watches
# layers run, and it counts FLOPs.

generator = torch.Generator().manual_seed(0)
x, free, pointwise, narrow = (  # whole numbers, so that sums are exact
    torch.randint(-3, 4, shape, generator=generator).double()
    for shape in [(1, 64, 28, 28), (16, 64, 3, 3), (4, 64, 1, 1), (16, 4, 3, 3)]
)
with FlopCounterMode(display=False) as counter:
    F.conv2d(x, free, padding=1)
assert counter.get_total_flops() == 2 * direct

with FlopCounterMode(display=False) as counter:
    in_two_steps = F.conv2d(F.conv2d(x, pointwise), narrow, padding=1)
assert counter.get_total_flops() == 2 * (squeeze + filters)

# %%
# Where does it stop paying?
# --------------------------
# Every further pointwise filter costs something itself, and makes one more map for the 3 x 3
# filters to read. So the cost rises in a straight line, and at some number it meets the direct
# way. At fewer than 64, or at more?

numbers = range(1, 65)
detour = [macs([Conv(64, n, 1), Conv(n, 16, 3, padding=1)], size) for n in numbers]
last_saving = max(n for n, cost in zip(numbers, detour, strict=True) if cost < direct)
first_dearer = min(n for n, cost in zip(numbers, detour, strict=True) if cost > direct)
print(f"{last_saving = }, {first_dearer = }")
assert (last_saving, first_dearer) == (44, 45)

figure, ax = plt.subplots(figsize=(7.2, 3.2))
ax.plot(numbers, np.array(detour) / 1e6, label="pointwise first, then 3 x 3")
ax.axhline(direct / 1e6, linestyle="--", color="C1", label="3 x 3 directly")
for n, shift in [(4, (12, -4)), (last_saving, (12, -14))]:
    cost = detour[n - 1]
    ax.plot(n, cost / 1e6, "o", color="C0")
    text = f"{n} filters: {1 - cost / direct:.1%} fewer"
    ax.annotate(text, (n, cost / 1e6), xytext=shift, textcoords="offset points")
ax.set(xlabel="number of pointwise filters", xlim=(0, 65))
ax.set(ylabel="million MACs", ylim=(0, None))
ax.legend(loc="upper left")
plots.describe(
    figure,
    f"""A rising straight line: the cost of going through 1 to 64 pointwise filters.
    At four filters it is {saved:.1%} below the level line of the direct way, {
        direct / 1e6:.1f} million MACs. It crosses that line between {last_saving} and
    {first_dearer} filters.""",
)

# %%
# Is it the same layer for less?
# ------------------------------
# No. The two steps together are one 3 x 3 convolution of the 64 maps, and its weight is easy
# to write down. But it is a special one: whatever the sixteen filters are, they see the 64
# channels only in four mixtures.

merged = torch.einsum("omhw,mc->ochw", narrow, pointwise[:, :, 0, 0])
assert merged.shape == free.shape
assert torch.equal(F.conv2d(x, merged, padding=1), in_two_steps)

# %%
# The *rank* of a matrix tells how many of its columns are independent. Write a weight as a matrix
# with one column for each channel. The weight of the two steps has rank 4. The direct weight,
# sixteen filters of random numbers, has rank 64: no channel's column is a mixture of the others.

as_matrices = [weight.movedim(1, -1).reshape(16 * 9, 64) for weight in (merged, free)]
ranks = [torch.linalg.matrix_rank(matrix).item() for matrix in as_matrices]
print(f"{ranks = }")
assert ranks == [4, 64]

# %%
# So there are changes to the input that the direct filters notice and the two steps cannot: any
# mixture of channels that all four pointwise filters miss. Networks that take the two steps (with
# a ReLU between the steps, as a rule) count on the 64 maps being alike enough for a few mixtures
# to hold what matters.

_, _, directions = torch.linalg.svd(pointwise[:, :, 0, 0])
unseen = directions[-1]  # a mixture at right angles to all four filters
changed = x + 10 * unseen.reshape(1, 64, 1, 1)
again = F.conv2d(F.conv2d(changed, pointwise), narrow, padding=1)
torch.testing.assert_close(again, in_two_steps)
difference = F.conv2d(changed, free, padding=1) - F.conv2d(x, free, padding=1)
assert difference.abs().max() > 1

# %%
# What if each filter reads only some channels?
# ---------------------------------------------
# That is the other way to save. With ``groups`` the channels are split into equal parts, and
# each filter reads one part. Therefore the weight has the shape (O, C / groups, height, width).

halves = free[:, :32]  # (16, 64 / 2, 3, 3)
grouped = F.conv2d(x, halves, padding=1, groups=2)
first = F.conv2d(x[:, :32], halves[:8], padding=1)
second = F.conv2d(x[:, 32:], halves[8:], padding=1)
assert torch.equal(grouped, torch.cat([first, second], dim=1))
assert macs(Conv(64, 16, 3, padding=1, groups=2), size) * 2 == direct

# %%
# With as many groups as channels, each channel has a kernel of its own and nothing is mixed:
# a *depthwise* layer. Which output reads which input? We ask the layers: eight inputs that are
# zero but for one channel, and weights of ones.

figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.7))
names = {1: "all", 2: "halves", 8: "depthwise"}
for ax, (groups, name) in zip(axes, names.items(), strict=True):
    one_channel_each = torch.eye(8).reshape(8, 8, 1, 1)
    reads = F.conv2d(one_channel_each, torch.ones(8, 8 // groups, 1, 1), groups=groups)
    reads = reads.reshape(8, 8).T > 0  # (output channel, input channel)
    layer = Conv(8, 8, 1, groups=groups, bias=False)
    assert reads.sum() == parameters(layer) == 64 // groups
    empty = np.full((8, 8), np.nan)
    title = f"{name}: groups = {groups}"
    plots.show_cells(ax, empty, colour=plots.KERNEL, highlight=reads, title=title)
    ax.set_xlabel("input channel")
axes[0].set_ylabel("output channel")
plots.describe(
    figure,
    """Three grids of eight output channels by eight input channels; a cell is filled
    where the output reads the input. With one group all cells are filled, with two
    groups two blocks of 4 x 4, with eight groups the diagonal only.""",
)

# %%
# A pointwise layer after a depthwise one does the mixing, and the pair is called *depthwise
# separable*. Of a full layer with O filters of k x k it costs the share 1 / O + 1 / k². Here
# that is 1/16 + 1/9 = 25/144.

assert torch.nn.Conv2d(64, 64, 3, groups=64).weight.shape == (64, 1, 3, 3)
pair = [Conv(64, 64, 3, padding=1, groups=64), Conv(64, 16, 1)]
separable = macs(pair, size)
print(f"{separable = :,}, fewer by {1 - separable / direct:.1%}")
assert separable * 144 == direct * 25
plt.show()

# %%
# Recap
# -----
# - A convolution takes (output positions) x (weights) MACs. One MAC is two FLOPs.
# - Four pointwise filters in front of sixteen 3 x 3 ones save 91% here. 44 of them still save
#   a little, 45 cost more than the direct way.
# - The saving is paid with freedom: the weight's rank is at most the number of pointwise
#   filters.
# - With groups, a weight is (O, C / groups, height, width). A depthwise separable pair costs
#   1 / O + 1 / k² of the full layer.
#
# Exercises
# ---------
# 1. The second layer has 64 filters instead of 16. Where does it stop paying now? Predict
#    whether the number goes up or down, then change the code.
# 2. Can the weight of a depthwise separable pair have rank 64 when it is written as above? Draw
#    two random weights, merge them with ``einsum``, and see.
#
# Sources
# -------
# Szegedy et al., *Going deeper with convolutions*, 2015, section 4, on 1 x 1 convolutions as
# reductions. Howard et al., *MobileNets: Efficient convolutional neural networks for mobile
# vision applications*, 2017, section 3.1, on the cost of depthwise separable convolutions.
