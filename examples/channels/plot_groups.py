"""
Groups cut the weight into blocks, and keep colours apart
=========================================================

With ``groups`` each filter reads only a part of the channels. This page draws which part, tells the
shapes of the weights, finds out why a blurred picture turns grey, and why an eighth of the work
does not take an eighth of the time.
"""

from time import thread_time

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.cost import macs, parameters
from convdocs.cost_table import cost_table
from convdocs.layers import Conv, ConvTranspose
from convdocs.learning.network import to_batch

plt.style.use("convdocs.page")

# %%
# What do groups leave out?
# -------------------------
# Write one cell for each pair of an output channel (a row) and an input channel (a column). It
# stands for the slice of a filter that leads from one to the other, on this page called a kernel. A
# layer without :term:`groups` has a kernel in every cell. With groups there are equal blocks along
# the diagonal, and nothing elsewhere. So a grouped layer is a full one with many zeros. Nobody
# stores or multiplies them.

generator = torch.Generator().manual_seed(0)
x = torch.randint(-3, 4, (1, 6, 9, 9), generator=generator).double()
blocks = {}
for groups in (1, 2, 3, 6):
    w = torch.randint(1, 4, (6, 6 // groups, 3, 3), generator=generator).double()
    full = torch.zeros(6, 6, 3, 3).double()
    each = 6 // groups
    for g in range(groups):
        part = slice(g * each, (g + 1) * each)
        full[part, part] = w[part]
    assert torch.equal(F.conv2d(x, full), F.conv2d(x, w, groups=groups))
    blocks[groups] = (full != 0).any(3).any(2).numpy()
    assert blocks[groups].sum() * groups == 6 * 6

# %%

# Drawing: which output channel reads which input channel
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.3))
for ax, (groups, block) in zip(axes, blocks.items(), strict=True):
    empty = np.full((6, 6), np.nan)
    title = f"groups={groups}:\n{block.sum()} kernels"
    plots.show_cells(ax, empty, colour=plots.KERNEL, highlight=block, title=title)
    filled = np.reshape([p.get_facecolor()[3] > 0 for p in ax.patches], (6, 6))
    assert filled.sum() == int(ax.get_title().split()[1]) == 36 // groups
axes[0].set(ylabel="output channel", xlabel="input channel")
plots.describe(
    figure,
    """Four 6 x 6 grids, output channels down and input channels across. Filled are all 36
    cells with one group; two blocks of 3 x 3 with two; three of 2 x 2 with three; and the
    diagonal with six.""",
    caption="Filled cells have a kernel. Twice as many groups have half as many kernels, weights, "
    "and products.",
)

# %%
# With as many groups as channels, at the right, each channel has a kernel of its own: the layer is
# :term:`depthwise <depthwise convolution>`.

# %%
# What if there are more outputs than inputs?
# -------------------------------------------
# The groups must divide both numbers. ``nn.Conv2d(3, 6, 3, groups=3)`` has two kernels for each
# channel; their number is called the *channel multiplier*. In which order do the outputs come? Ask
# with inputs of which one channel is not zero.

six = torch.ones(6, 1, 3, 3)
one_each = torch.eye(3).reshape(3, 3, 1, 1).expand(3, 3, 3, 3)
heard = F.conv2d(one_each, six, groups=3).flatten(1).T > 0  # (output, input)

# %%

questions.choose(
    "``nn.Conv2d(3, 6, 3, groups=3)`` has two outputs for each channel. Which input channels do "
    "its outputs 0 to 5 read, in this order?",
    "tuple(heard.int().argmax(1))",
    {
        "tuple(torch.arange(6) % 3)": "That would be all channels once, and then again.",
        "tuple(torch.arange(6) // 3)": "There are three channels, not two.",
    },
    because="The outputs of one group stand together: two of the first channel, and so on.",
    alone=True,
)

# %%
# TensorFlow's ``depthwise_conv2d`` keeps such a weight as (height, width, C, multiplier). The
# outputs come in the same order, so ``permute`` and ``reshape`` bring it here. Of the groups the
# weight itself says nothing: (6, 1, 3, 3) belongs to four layers, with 1, 2, 3 or 6 input channels.

theirs = torch.randint(-3, 4, (3, 3, 3, 2), generator=generator).double()
ours = theirs.permute(2, 3, 0, 1).reshape(6, 1, 3, 3)
y = F.conv2d(x[:, :3], ours, groups=3)
for channel, copy in np.ndindex(3, 2):
    kernel = theirs[:, :, channel, copy]
    alone = F.conv2d(x[:, [channel]], kernel[None, None])
    assert torch.equal(y[:, [2 * channel + copy]], alone)
for channels in (1, 2, 3, 6):
    layer = nn.Conv2d(channels, 6, 3, groups=channels)
    assert layer.weight.shape == ours.shape == (6, 1, 3, 3)
try:
    nn.Conv2d(3, 4, 3, groups=3)
except ValueError as error:
    message = str(error)
print(message)
assert message == "out_channels must be divisible by groups"

# %%
# What shape is the weight?
# -------------------------
# That of a convolution is (O, C / groups, height, width), those of the kernel. A :term:`transposed
# convolution`, which a later chapter explains, goes the other way with the same weight: each number
# that it reads is multiplied by a kernel and written into the output. It reads what the convolution
# gave, so the first axis is now its *input*.

# %%

questions.type_in(
    "``nn.ConvTranspose2d(4, 6, 3, groups=2)``: what is the shape of its weight?",
    "tuple(nn.ConvTranspose2d(4, 6, 3, groups=2).weight.shape)",
    {
        "tuple(nn.Conv2d(4, 6, 3, groups=2).weight.shape)": "That is the convolution from 4 to 6 "
        "channels. The transposed one has its input channels first.",
        "tuple(nn.ConvTranspose2d(4, 6, 3).weight.shape)": "That is without groups. Each input "
        "channel writes to the outputs of its group only.",
    },
    because="The 4 input channels come first, and each of them serves the 6 / 2 outputs of its "
    "group.",
    alone=True,
)

# %%
# A convolution from 6 to 4 channels has 4 x 6 / 2 kernels, and the transposed one from 4 to 6 has
# as many. Their work is counted at different sizes: a convolution uses each weight once for each
# output cell, and a transposed one once for each input cell.

there, back = Conv(6, 4, 3, groups=2), ConvTranspose(4, 6, 3, groups=2)
w = torch.randint(-3, 4, (4, 3, 3, 3), generator=generator).double()
small = torch.randint(-3, 4, (1, 4, 7, 7), generator=generator).double()
forth = (F.conv2d(x, w, groups=2) * small).sum()
assert (
    forth == (x * F.conv_transpose2d(small, w, groups=2)).sum()
)  # one weight for both
assert macs(there, (9, 9)) == macs(back, (7, 7)) == 7 * 7 * w.numel()
assert macs(Conv(6, 4, 3), (9, 9)) == 2 * macs(there, (9, 9))

# %%
# Why is my picture grey?
# -----------------------
# Somebody wants to blur a colour picture. They copy the 9 x 9 kernel of a mean for all pairs of
# channels, (3, 3, 9, 9), and divide so that the brightness stays. The colours are gone.

panda = (255 * to_batch(images.load("panda"))).round().double()  # 0 to 255: exact sums
mixed = F.conv2d(panda, torch.ones(3, 3, 9, 9).double()) / (3 * 81)
apart = F.conv2d(panda, torch.ones(3, 1, 9, 9).double(), groups=3) / 81

# %%

questions.choose(
    "A weight (3, 3, 9, 9), in which all nine slices are the same, reads a colour picture. How "
    "many different channels does the output have?",
    "len(mixed[0].unique(dim=0))",
    {
        "len(apart[0].unique(dim=0))": "Each output adds up red, green and blue, and all three do "
        "so with the same slices.",
        "mixed.shape[1] * panda.shape[1]": "There are nine slices, but the answers of three of "
        "them are added up in each output.",
    },
    because="Each output channel is the same sum over all three colours, so all three are equal, "
    "and equal red, green and blue are grey.",
    alone=True,
)

# %%
# Every filter of a full layer adds up *all* channels. To treat each colour by itself, take
# ``groups=3`` and a weight (3, 1, 9, 9).

assert torch.equal(mixed[:, 0], mixed[:, 1]) and torch.equal(mixed[:, 0], mixed[:, 2])
torch.testing.assert_close(mixed, apart.mean(1, keepdim=True).expand_as(mixed))
for colour in range(3):
    alone = F.avg_pool2d(panda[:, [colour]], 9, stride=1)
    torch.testing.assert_close(apart[:, [colour]], alone)

# %%

# Drawing: the panda, blurred with all channels mixed, and each by itself
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.2))
shown = {"picture": panda, "groups=1": mixed, "groups=3": apart}
for ax, (title, picture) in zip(axes, shown.items(), strict=True):
    plots.show_picture(ax, picture[0].movedim(0, -1) / 255, title=title)
colourful = {ax.get_title(): np.ptp(ax.images[0].get_array(), axis=2) for ax in axes}
plots.describe(
    figure,
    """The panda in green bamboo; blurred, in grey; and blurred, in colour.""",
    caption="The same mean of 9 x 9 pixels. Without groups it mixes the colours, too.",
)
assert colourful["groups=1"].max() == 0 and colourful["groups=3"].max() > 0.1

# %%
# Why is an eighth of the work not eight times as fast?
# -----------------------------------------------------
# A depthwise layer and a pointwise one after it, a :term:`depthwise separable <depthwise-separable
# convolution>` pair, have about an eighth of the weights and MACs of a full 3 x 3 layer of 64
# channels. But a machine must also fetch every number and put every result back. Count these, each
# once, 4 bytes apiece, for 64 channels of 56 x 56.

size = (56, 56)
layers = {
    "full": Conv(64, 64, 3, padding=1, bias=False),
    "depthwise": Conv(64, 64, 3, padding=1, groups=64, bias=False),
    "pointwise": Conv(64, 64, 1, bias=False),
}
work = {name: macs(layer, size) for name, layer in layers.items()}
moved = {name: cost_table(layer, size)[0].bytes_moved for name, layer in layers.items()}
for name, count in work.items():
    print(f"{name}: {count:,} MACs, {moved[name]:,} bytes")

# %%

pair = {"depthwise", "pointwise"}
questions.choose(
    "On 64 channels of 56 x 56 a depthwise layer has 1/64 of the MACs of the full one. For each "
    "MAC, how many times as many bytes does it move as the full one?",
    "round(moved['depthwise'] / work['depthwise'] / (moved['full'] / work['full']))",
    {
        "round(work['full'] / work['full'])": "It reads and writes as many channels as the full "
        "layer, and does little with each number.",
        "round(work['full'] / work['pointwise'])": "The pointwise layer has so many "
        "times fewer MACs.",
        "round(work['full'] / work['depthwise'])": "So it would be if it moved all the bytes of "
        "the full one. It has fewer weights to fetch.",
    },
    because="The same channels are read and written, and only the weights become fewer, which are "
    "a twelfth of the bytes here. The MACs are 64 times fewer: 64 x 11 / 12 is about 59.",
)

# %%
# The pair saves seven eighths of the MACs and moves nearly *twice* the bytes: the maps between
# the two layers are written and read again. Where moving is what takes the time, it is slower than
# the full layer. Late in a network, where channels are many and maps small, the weights are most of
# the bytes, and a depthwise layer saves those, too: of 512 channels of 14 x 14 it moves a twelfth.

both = sum(work[name] for name in pair), sum(moved[name] for name in pair)
assert 0.12 < both[0] / work["full"] < 0.13
assert 1.8 < both[1] / moved["full"] < 1.9
weights = {name: parameters(layer) for name, layer in layers.items()}
assert round(moved["full"] / (4 * weights["full"])) == 12
assert round(work["full"] / work["depthwise"] * 11 / 12) == 59
late = [Conv(512, 512, 3, padding=1, groups=groups) for groups in (1, 512)]
bytes_moved = [cost_table(layer, (14, 14))[0].bytes_moved for layer in late]
assert 12 < bytes_moved[0] / bytes_moved[1] < 13
assert weights["full"] * both[0] == work["full"] * sum(weights[n] for n in pair)
for name, layer in layers.items():
    w = torch.zeros(64, 64 // layer.groups, *layer.kernel_size)
    maps = torch.zeros(1, 64, *size)
    out = F.conv2d(maps, w, padding=layer.kernel_size[0] // 2, groups=layer.groups)
    assert moved[name] == sum(t.numel() * t.itemsize for t in (maps, w, out))

# %%
# Measure the time: what this thread computes, alone, and the best of several tries, which other
# programs disturb least. The depthwise layer has 64 times fewer MACs than the full one, and is not
# 32 times as fast. The pair is not eight times as fast. How many times it is, your machine decides:
# print ``best``.

torch.set_num_threads(1)
best = {}
for name, layer in layers.items():
    maps, k = torch.rand(1, 64, *size), layer.kernel_size[0]
    w, tries = torch.rand(64, 64 // layer.groups, k, k), []
    for _ in range(9):
        clock = thread_time()
        F.conv2d(maps, w, padding=k // 2, groups=layer.groups)
        tries.append(thread_time() - clock)
    best[name] = min(tries)
assert work["full"] == 64 * work["depthwise"]
assert best["full"] < 32 * best["depthwise"]
assert best["full"] < 8 * (best["depthwise"] + best["pointwise"])
plt.show()

# %%
# Recap
# -----
# - Groups leave blocks along the diagonal of the weight: (O, C / groups, ...) in a convolution,
#   (C, O / groups, ...) in a transposed one.
# - The outputs of a group stand together.
# - One kernel for each colour takes ``groups=3``. Without, every output is a sum over the colours.
# - A depthwise layer saves MACs. Where the maps are large it saves hardly any bytes.
#
# Exercises
# ---------
# 1. Which weight of a full layer, (3, 3, 9, 9), blurs in colour?
# 2. A machine does B MACs in the time in which it moves four bytes. It does both at once, so for
#    each layer the slower of the two decides. From which B on is the pair slower than the full
#    layer?

# %%

# Solution 1: the mean where output and input channel are the same, and zeros elsewhere
diagonal = torch.eye(3).reshape(3, 3, 1, 1) * torch.full((9, 9), 1 / 81).double()
torch.testing.assert_close(F.conv2d(panda, diagonal), apart)

# %%

# Solution 2: from 144 on; the full layer still computes then, and the pair waits for numbers
slower = []
for b in range(1, 300):
    time = {n: max(work[n], b * moved[n] / 4) for n in layers}
    if sum(time[n] for n in pair) > time["full"]:
        slower.append(b)
assert slower == [*range(144, 300)]

# %%
# Sources
# -------
# - Howard et al., `MobileNets: Efficient convolutional neural networks for mobile vision
#   applications <https://arxiv.org/abs/1704.04861>`_, 2017, section 3.1.
# - PyTorch documentation of :class:`torch.nn.Conv2d` and :class:`torch.nn.ConvTranspose2d`;
#   TensorFlow documentation of ``tf.nn.depthwise_conv2d``.
