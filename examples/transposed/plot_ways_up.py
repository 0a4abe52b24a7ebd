"""
Most ways up are one stamp, and so transposed convolutions
==========================================================

Maps can be made larger by repeating, by interpolating, by a transposed convolution, by enlarging
first and convolving then, or by making more channels and laying them out as pixels. This page
finds the stamp of each, and so which of them can stand in for which.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.cost import macs
from convdocs.layers import Conv, ConvTranspose
from convdocs.learning.network import to_batch

plt.style.use("convdocs.page")

# %%
# What does repeating stamp?
# --------------------------
# *Nearest-neighbour* enlarging writes each sample twice. So each one stamps itself on two cells,
# beside those of its neighbour: a transposed convolution with a fixed kernel.

row = torch.tensor([[[1.0, 5, 2, 4]]]).double()
ones = torch.ones(1, 1, 2).double()
repeated = F.interpolate(row, scale_factor=2, mode="nearest")
assert repeated.ravel().tolist() == [1, 1, 5, 5, 2, 2, 4, 4]
assert torch.equal(F.conv_transpose1d(row, ones, stride=2), repeated)

# %%
# Where does interpolation read?
# ------------------------------
# :term:`Bilinear interpolation` (*linear*, along one axis) reads between the samples, and PyTorch
# offers two rules for where. With ``align_corners=True`` the first and the last position are those
# of the input. With ``False``, the default, samples are cells with a width: the outputs are cells
# half as wide, and are read at their middles. What lies outside repeats the end.

read_at = {
    True: np.arange(8) * (4 - 1) / (8 - 1),
    False: (np.arange(8) + 0.5) / 2 - 0.5,
}
for corners, positions in read_at.items():
    linear = F.interpolate(row, size=8, mode="linear", align_corners=corners)
    np.testing.assert_allclose(
        linear.ravel(), np.interp(positions, range(4), row.ravel())
    )

# %%

questions.type_in(
    "Four samples, at positions 0 to 3, become eight by linear interpolation with "
    "``align_corners=False``. At which position is output 1 read, counted from 0?",
    "float(read_at[False][1])",
    {
        "1 / 2": "So it would be if output 0 were read at sample 0, that is at position 0.",
        "round(float(read_at[True][1]), 3)": "That is ``align_corners=True``.",
    },
    because="The middle of the second cell of width 1/2, from -1/2 on, is at -1/2 + 3/4 = 1/4.",
    alone=True,
)

# %%

# Drawing: where the eight outputs are read, under both rules
figure, axes = plt.subplots(2, 1, figsize=(7.2, 2.2), sharex=True)
for ax, (corners, positions) in zip(axes, read_at.items(), strict=True):
    ax.plot(range(4), [0] * 4, "o", markersize=14, color=plots.INPUT)
    ax.plot(positions, [0] * 8, "|", markersize=20, color=plots.INK)
    ax.set(yticks=[], ylim=(-1, 1), title=f"align_corners={corners}")
axes[1].set(xticks=range(4), xlabel="position in the input")
plots.describe(
    figure,
    """Two rows with four discs at positions 0 to 3 and eight strokes each. Above, with
    align_corners true, the strokes run evenly from 0 to 3. Below, from minus a quarter
    to 3 and a quarter, two of them a quarter to the left and right of each disc.""",
    caption="Discs are samples, and strokes are where an output is read. Below, every disc has its "
    "strokes at the same distances; above, at every disc they lie elsewhere, and only the first "
    "stroke and the last stand on one.",
)
drawn = [ax.lines[1].get_xdata() for ax in axes]
assert np.allclose(np.subtract.outer(drawn[1], range(4))[[0, 2, 4, 6], range(4)], -0.25)
assert [read for read in drawn[0] if read in range(4)] == [0, 3]

# %%
# Is interpolation a transposed convolution?
# ------------------------------------------
# To find a stamp, send one 1 among zeros through. With ``False`` every 1 inside leaves the same
# four numbers. With ``True`` and twice the size, each leaves others: no kernel does that. With
# ``True`` and twice the size less one, where every second output stands on a sample, one does.

single = torch.eye(7).double()[:, None]  # seven inputs, each with its 1 elsewhere
stamps = {}
for corners, size in [(False, 14), (True, 14), (True, 13)]:
    answers = F.interpolate(single, size=size, mode="linear", align_corners=corners)[
        1:6, 0
    ]
    stamps[corners, size] = {tuple(a[a > 0].numpy().round(9).tolist()) for a in answers}
assert stamps[False, 14] == {(0.25, 0.75, 0.75, 0.25)}
assert stamps[True, 13] == {(0.5, 1, 0.5)}
assert len(stamps[True, 14]) == 5

# %%
# At the ends a stamp is missing, which ``F.interpolate`` makes up for by repeating the end. So do
# we, and cut off more. In two axes the kernel is the outer product.

panda = to_batch(images.load("panda"))[..., :234, :].double()
grey = panda.mean(1, keepdim=True)
slope = torch.tensor([*stamps[False, 14]]).ravel().double()
kernel = torch.outer(slope, slope)[None, None]
around = F.pad(grey, (1, 1, 1, 1), mode="replicate")
stamped = F.conv_transpose2d(around, kernel, stride=2, padding=3)
theirs = F.interpolate(grey, scale_factor=2, mode="bilinear", align_corners=False)
torch.testing.assert_close(stamped, theirs)

# %%
# Enlarge first, then convolve: the same as a transposed layer?
# -------------------------------------------------------------
# To avoid checkerboards, it is often advised to repeat each sample and let a layer of three taps
# follow. One sample becomes two; each of these is read by three places, which makes one stamp.

taps = torch.tensor([2.0, 3, 5]).double()
in_two_steps = F.conv1d(repeated, taps.reshape(1, 1, 3), padding=1)
stamp = torch.tensor(np.convolve([1, 1], taps.flip(0)))

# %%

questions.type_in(
    "Each sample is written twice, and then a kernel of 3 taps moves over the result, padded to "
    "keep its size. On how many cells of the output does a sample inside have a part?",
    "len(stamp)",
    {
        "2 * len(taps)": "The two copies are neighbours, so what reads them overlaps.",
        "len(taps)": "So it would be with one copy.",
    },
    because="Two neighbours are read by three places each, and two of these places are the same.",
    alone=True,
)

# %%
# Yes: the pair is a transposed convolution of four taps, made of sums of the three. With padding of
# zeros it is so at the border, too. And the one layer does it with fewer products: in 2-D, 16
# instead of 36 for each pixel of the input.

assert stamp.tolist() == [5, 3 + 5, 2 + 3, 2]
at_once = F.conv_transpose1d(row, stamp.reshape(1, 1, 4), stride=2, padding=1)
assert torch.equal(at_once, in_two_steps)
pair, one = (
    macs(Conv(1, 1, 3, padding=1), 200),
    macs(ConvTranspose(1, 1, 4, stride=2), 100),
)
assert (pair, one) == (36 * 100**2, 16 * 100**2)

# %%
# And the other way round: is every transposed layer such a pair? Four numbers made of three cannot
# all be free. Write the stamps of all kernels as a matrix times the taps, and count.

along = np.array([np.convolve([1, 1], unit[::-1]) for unit in np.eye(3)]).T  # 4 x 3
both = np.kron(along, along)  # 16 numbers of a 4 x 4 stamp from 9 taps
alternating = np.array([1, -1, 1, -1])
assert np.array_equal(along @ taps.numpy(), stamp) and not (alternating @ along).any()

# %%

questions.choose(
    "A transposed layer has a 4 x 4 kernel and stride 2: 16 numbers, for one channel. How many of "
    "them can be chosen freely, if repeating and a 3 x 3 layer are to do the same?",
    "int(np.linalg.matrix_rank(both))",
    {
        "both.shape[0]": "There are only nine taps to make them of.",
        "int(np.linalg.matrix_rank(along)) * 4": "The restriction holds along both axes.",
    },
    because="Nine taps give nine free numbers. No two sets of taps give the same stamp.",
    alone=True,
)

# %%
# Along one axis exactly one direction is missing: stamps with 1, -1, 1, -1 in them. And what do
# these do? They answer an input that is the same everywhere with a :term:`checkerboard`. So what
# the pair cannot do is, along one axis, just what it is to avoid.

same = torch.ones(1, 1, 8).double()
missing = torch.tensor(alternating).double().reshape(1, 1, 4)
wave = F.conv_transpose1d(same, missing, stride=2, padding=1).ravel()
assert wave[1:-1].tolist() == [2, -2] * 7
nothing_fits, *_ = np.linalg.lstsq(along, alternating, rcond=None)
assert np.allclose(nothing_fits, 0)  # the best taps for it are none at all
flat = F.conv_transpose1d(same, stamp.reshape(1, 1, 4), stride=2, padding=1).ravel()
assert set(flat[1:-1].tolist()) == {10.0}

# %%
# And a layer whose channels become pixels?
# -----------------------------------------
# A :term:`pixel shuffle` takes four channels and lays them out as blocks of 2 x 2 pixels. A layer
# before it makes four times the channels. Together they are called *sub-pixel convolution*.

rng = torch.Generator().manual_seed(0)
weight = torch.randint(-4, 5, (3 * 4, 2, 3, 3), generator=rng).double()
x = torch.randint(-4, 5, (1, 2, 5, 6), generator=rng).double()
shuffled = F.pixel_shuffle(F.conv2d(x, weight, padding=1), 2)
for o, a, b in np.ndindex(3, 2, 2):  # channel, row and column in a block
    made = F.conv2d(x, weight[4 * o + 2 * a + b][None], padding=1)[:, 0]
    assert torch.equal(shuffled[:, o, a::2, b::2], made)

# %%
# That is a transposed convolution with a kernel of 6 x 6: the four 3 x 3 kernels, flipped, and
# interleaved like the teeth of two combs. Nothing but the order of the weights changes, so this
# works in both directions: one function, as many weights, as many MACs, two names. (Not with
# biases: the layer before a shuffle has four for each channel, and four that differ are a pattern.)

teeth = weight.reshape(3, 2, 2, 2, 3, 3).flip(4, 5)  # o, a, b, c, row, column
combed = teeth.permute(3, 0, 4, 1, 5, 2).reshape(2, 3, 6, 6)
assert torch.equal(F.conv_transpose2d(x, combed, stride=2, padding=2), shuffled)
biases = F.pixel_shuffle(
    F.conv2d(0 * x, weight, torch.arange(12.0).double(), padding=1), 2
)
assert torch.equal(biases[0, 1], torch.tensor([[4, 5], [6, 7]]).double().tile(5, 6))
assert combed.numel() == weight.numel()
assert macs(Conv(2, 12, 3, padding=1), 9) == macs(ConvTranspose(2, 3, 6, stride=2), 9)

# %%
# Which channel goes where?
# -------------------------
# With three colours there are two orders. PyTorch's takes channels 0 to 3 for the first colour.
# TensorFlow's *depth to space*, ONNX's by default (DCR), takes channels 0 to 2 for the three
# colours of a block's first pixel. Whoever moves weights from one to the other has to reorder them.

maps = F.pixel_unshuffle(panda, 2)  # twelve channels, in PyTorch's order
blocks = maps.reshape(1, 2, 2, 3, 117, 90)  # n, row, column, colour: the other order
other = blocks.permute(0, 3, 4, 1, 5, 2).reshape(panda.shape)
for colour, a, b in np.ndindex(3, 2, 2):
    assert torch.equal(other[:, colour, a::2, b::2], maps[:, 3 * (2 * a + b) + colour])

order = np.arange(12).reshape(3, 4).T.ravel()
blocks = maps[:, order].reshape(1, 2, 2, 3, 117, 90)
mended = blocks.permute(0, 3, 4, 1, 5, 2).reshape(panda.shape)
assert torch.equal(mended, F.pixel_shuffle(maps, 2)) and torch.equal(mended, panda)

# %%

# Drawing: twelve channels laid out in both orders
figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.6))
for ax, picture, title in zip(
    axes, [panda, other], ["PyTorch's order", "DCR"], strict=True
):
    plots.show_picture(ax, picture[0].movedim(0, -1), title=title)
plots.describe(
    figure,
    """The panda in its colours, and beside it greyer with a fine grid over it.""",
    caption="The same twelve channels. Laid out in the wrong order the shape survives and the "
    "colours mix, pixel by pixel: easily taken for a checkerboard of the network.",
)
shown = {ax.get_title(): ax.images[0].get_array() for ax in axes}
assert np.array_equal(
    shown["PyTorch's order"], F.pixel_shuffle(maps, 2)[0].movedim(0, -1)
)
assert not np.array_equal(shown["DCR"], shown["PyTorch's order"])
# sphinx_gallery_thumbnail_number = 2
plt.show()

# %%
# Recap
# -----
# - By a whole factor, repeating, and interpolating with ``align_corners=False``, are transposed
#   convolutions with fixed stamps. With ``True`` and twice the size every sample has its own.
# - Repeating and then 3 taps, padded with zeros, is a transposed layer with 4. The way back needs,
#   along one axis, a stamp that answers a flat input with a flat output.
# - Pixel shuffle after a k x k layer is a transposed layer with a kernel of 2k x 2k. Every such
#   layer with stride 2 is one, but for what is cut off at the border.
# - There are two orders of channels, and three colours show which one you have.
#
# Exercises
# ---------
# 1. Interpolate by 2 with ``align_corners=False``, then convolve with taps 2, 3, 5. How many taps
#    does the stamp have, and which?
# 2. Repeat each sample three times and let three taps follow. How large are kernel, stride and
#    padding of the one transposed layer?
# 3. Which weights make a layer and a pixel shuffle repeat each pixel twice?

# %%

# Solution 1: six, the first step's stamp convolved with the flipped taps
six = torch.tensor(np.convolve(slope, taps.flip(0)))
assert six.tolist() == [1.25, 4.5, 6.5, 5, 2.25, 0.5]
steps = F.interpolate(single, scale_factor=2, mode="linear", align_corners=False)
steps = F.conv1d(steps, taps.reshape(1, 1, 3), padding=1)[3, 0]
torch.testing.assert_close(steps[4:10], six)

# %%

# Solution 2: 5, 3 and 1
five = torch.tensor(np.convolve([1, 1, 1], taps.flip(0))).reshape(1, 1, 5)
thrice = F.interpolate(row, scale_factor=3, mode="nearest")
steps = F.conv1d(thrice, taps.reshape(1, 1, 3), padding=1)
assert torch.equal(F.conv_transpose1d(row, five, stride=3, padding=1), steps)

# %%

# Solution 3: a 1 x 1 layer that copies its channel four times
copies = F.pixel_shuffle(F.conv2d(grey, torch.ones(4, 1, 1, 1).double()), 2)
assert torch.equal(copies, F.interpolate(grey, scale_factor=2, mode="nearest"))

# %%
# Sources
# -------
# - Shi and others, `Real-time single image and video super-resolution using an efficient sub-pixel
#   convolutional neural network <https://arxiv.org/abs/1609.05158>`_, 2016, for the pixel shuffle.
# - Shi and others, `Is the deconvolution layer the same as a convolutional layer?
#   <https://arxiv.org/abs/1609.07009>`_, 2016, for its being a transposed convolution.
# - Odena, Dumoulin and Olah, `Deconvolution and checkerboard artifacts
#   <https://distill.pub/2016/deconv-checkerboard/>`_, 2016, for enlarging first.
# - ONNX's documentation of its operator ``DepthToSpace``, for the two orders.
