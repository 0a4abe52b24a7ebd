"""
300 shared numbers do the work of 20 billion
============================================

A *neural network* computes numbers from numbers, step by step. It could connect every pixel of a
picture with every number of the next step. Why does it take a convolution instead? Because what is
worth finding is small, and can be anywhere. This page counts what that saves, and moves the panda
to see which answers move along.
"""

import matplotlib.pyplot as plt
import numpy as np

from convdocs import images, plots, questions
from convdocs.cost import parameters
from convdocs.layers import Conv
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What does a layer do?
# ---------------------
# A :term:`neural network` is a chain of :term:`layers <layer>`. Into a layer go numbers, out come
# numbers, its answers, and between them stand its *weights*. As a rule those are not chosen by
# hand, as ours will be, but found by trial and improvement on many examples, which is called
# :term:`training`. Here are
# twelve numbers to go in: the brightness of twelve pixels at the rim of an eye patch.

panda = images.load("panda")
brightness = np.asarray(panda).astype(int).sum(axis=2) // 3
row = brightness[92]
samples = row[40:52]

# %%

# Drawing: the panda, and twelve of its pixels
figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=[1, 2])
plots.show_picture(axes[0], panda)
axes[0].plot([40, 51], [92, 92], color="C1", linewidth=3)
plots.show_cells(axes[1], samples[None], colour=plots.INPUT, title="twelve pixels")
plots.describe(
    figure,
    f"""A painted panda with a short mark at the rim of one eye patch, and the
    brightness of the twelve pixels under the mark: {", ".join(map(str, samples))}.""",
    caption="The marked pixels lead from the bright face into the dark patch.",
)

# %%
# A convolution layer lays a *kernel*, a few weights in a row, on each place and adds up the
# products. Ours takes the pixel on the left away from the one on the right. Three weights have ten
# places on twelve pixels, so there are ten answers. The strongest stands at the *edge*, where the
# row gets dark.

kernel = np.array([-1, 0, 1])
before = np.array([(kernel * samples[i : i + 3]).sum() for i in range(12 - 3 + 1)])
print(before)
assert np.array_equal(before, np.correlate(samples, kernel))
assert np.abs(before).argmax() == before.argmin() and before.min() < -90

# %%
# The plainest layer is the :term:`dense layer`, also called fully connected: each of its answers
# has a weight of its own for each number that goes in.

questions.type_in(
    "A dense layer reads 12 numbers and gives 10 answers. How many weights does it have?",
    "len(samples) * len(before)",
    {
        "len(samples) + len(before)": "Each of the 10 answers has its own 12 weights.",
        "len(kernel)": "That is the convolution, whose answers share 3 weights.",
    },
    because="Each of the 10 answers has a weight for each of the 12 numbers.",
    alone=True,
)

# %%
# How many weights would the whole picture take?
# ----------------------------------------------
# A kernel may be a grid as well, say of 5 x 5 weights, which moves across and down. A colour
# picture has three *channels*, a grid of numbers each for red, green and blue. So a kernel has 5 x
# 5 weights for each of them, and one answer adds up all 75 products. The answers to one pattern
# make a grid, a *feature map*. (Layers often add a constant to each map, its *bias*, which we leave
# out.) Say we look for four patterns. A dense layer would have to give as many answers as the four
# maps hold.

inputs = 3 * 235 * 180
answers = 4 * conv_output_size(235, 5) * conv_output_size(180, 5)
dense, shared = inputs * answers, 4 * 3 * 5 * 5
print(f"{inputs:,} numbers in, {answers:,} answers")
print(f"dense: {dense:,} weights; kernels: {shared}")
assert (inputs, answers) == (3 * panda.width * panda.height, 4 * 231 * 176)
assert (inputs, answers, dense) == (126_900, 162_624, 20_636_985_600)
# the package counts the same: 3 channels in, 4 maps out, 5 x 5 kernels, no bias
assert parameters(Conv(3, 4, 5, bias=False)) == shared == 300
print(
    f"at 4 bytes a weight: {dense * 4 / 1e9:.0f} gigabytes against {shared * 4} bytes"
)

# %%
# Can so few do the same?
# -----------------------
# Not what every dense layer can do. But a dense layer does exactly what the convolution does, if
# two things hold of its weights. Write them as a table, with a row for each answer and a column for
# each pixel, and you see both. :term:`Locality`: an answer reads three neighbours, and all its
# other weights are zero. :term:`Weight sharing`: each row has the same three weights, one place
# further on than the row above.

table = np.zeros((10, 12), int)
for i in range(10):
    table[i, i : i + 3] = kernel
assert np.array_equal(table @ samples, before)  # each row times the pixels, added up

reads = np.array([[i <= j < i + 3 for j in range(12)] for i in range(10)])
assert not table[~reads].any()  # locality
assert all(np.array_equal(table[i][reads[i]], kernel) for i in range(10))  # sharing

# %%
# To compare, here is a dense layer as it is before training, with weights drawn at random.

unlike = np.random.default_rng(0).normal(scale=0.5, size=(10, 12)).round(1)

# %%

# Drawing: the weights of a dense layer and those of a convolution
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
for ax, weights, filled, title in [
    (axes[0], unlike, np.ones_like(reads), "dense layer"),
    (axes[1], table, reads, "convolution"),
]:
    plots.show_cells(
        ax, weights, colour=plots.KERNEL, highlight=filled, title=title, fontsize=7
    )
    ax.set(xlabel="pixel", ylabel="answer")
plots.describe(
    figure,
    """Two tables of ten rows and twelve columns. The dense layer's is full of different
    numbers. The convolution's has -1, 0, 1 in each row, one column further on from row
    to row, and zeros elsewhere.""",
    caption=f"The dense layer's {unlike.size} weights, each to be found, and the convolution's "
    "three, written ten times: locality is the band, and sharing that its rows are alike.",
)
assert [text.get_text() for text in axes[1].texts[:4]] == ["−1", "0", "1", "0"]

# %%
# What if the panda moves?
# ------------------------
# Let it move two pixels to the right, while the twelve cells stay. Then each pixel stands two cells
# further on, and two new ones come in at the left.

moved = row[38:50]
assert np.array_equal(moved[2:], samples[:-2])
after = table @ moved
strongest = np.abs(before).argmax()

# %%

questions.type_in(
    f"The convolution's strongest answer, the one farthest from 0, was number {strongest}, counted "
    "from 0. Which is the strongest after the panda has moved two pixels to the right?",
    "np.abs(after).argmax()",
    {
        "strongest": "The kernel has stayed, but what it looks for has moved.",
        "strongest - 2": "The pixels went to the right, and the answers follow.",
    },
    because="The same weights meet the same pixels, two places further on. The two new answers "
    "are weaker.",
)

# %%
# The convolution's answers move along. That is called :term:`equivariance`: to move first and
# convolve then gives the same as to convolve first and move then, except for the two answers at the
# left, which read the new pixels. (That is so for a kernel that moves by one pixel at a time: one
# that moves by two, over pixels moved by one, gives none of its old answers.) In a dense layer with
# weights of all kinds the moved pixels meet other weights, so other answers come out. It would have
# to learn the edge anew for each place.

assert np.array_equal(after[2:], before[:-2])
assert np.abs(after[:2]).max() < np.abs(before).max()
by_one = np.correlate(row[39:51], kernel)[::2]  # moved by 1, with steps of 2
assert not np.isin(before[::2], by_one).any()
dense_before, dense_after = unlike @ samples, unlike @ moved
assert not np.isclose(dense_after[2:], dense_before[:-2], atol=1).any()

shifted = np.roll(brightness, 2, axis=1)  # the same for all rows of the picture
for one, other in zip(brightness, shifted, strict=True):
    maps = np.correlate(one, kernel), np.correlate(other, kernel)
    assert np.array_equal(maps[1][2:], maps[0][:-2])

# %%

# Drawing: pixels and answers before and after the move, what has moved along filled
figure, axes = plt.subplots(3, 1, figsize=(7.2, 4.6))
# an answer stands below the middle of what it reads
stand = np.full((3, 2, 12), np.nan)
stand[0] = samples, moved
stand[1, :, 1:-1] = before, after
stand[2, :, 1:-1] = dense_before, dense_after
along = np.zeros(stand.shape, bool)
along[:, 0, :-2] = along[:, 1, 2:] = stand[:, 0, :-2] == stand[:, 1, 2:]
for ax, values, filled, title in zip(
    axes, stand, along, ["pixels", "convolution", "dense layer"], strict=True
):
    colour = plots.INPUT if title == "pixels" else plots.OUTPUT
    plots.show_cells(
        ax, values, colour=colour, highlight=filled, title=title, form="{:.0f}"
    )
    ax.set_yticks([0, 1], ["before", "after"])
plots.describe(
    figure,
    """Three pairs of strips, before and after the move. Of the pixels and of the
    convolution's answers all but two are filled, the same numbers two cells further on;
    of the dense layer's answers none.""",
    caption="Filled is what has moved along: eight of the convolution's ten answers, all that "
    "read neither a new pixel nor a lost one, and none of the dense layer's.",
)
seen = [sum(cell.get_facecolor()[3] > 0 for cell in ax.patches) for ax in axes]
assert seen == [20, 16, 0]  # filled cells
# sphinx_gallery_thumbnail_number = 3
plt.show()

# %%
# Recap
# -----
# - A *dense* layer has a weight for each pair of number and answer; a convolution repeats a few.
# - *Locality* (an answer reads neighbours) and *weight sharing* (the same weights everywhere)
#   leave 300 of 20,636,985,600 weights.
# - *Equivariance*: when the picture moves, the answers of a convolution without larger steps move
#   along. A dense layer's do not, unless its weights are shared like that.
#
# Exercises
# ---------
# 1. Locality without sharing: each of the ten answers has three weights of its own. How many
#    weights is that, and do the answers of such a layer move along?
# 2. Make the picture twice as wide. How many weights do the kernels and the dense layer have now?

# %%

# Solution 1: 30 weights, and they do not
local = np.where(reads, unlike, 0)
assert reads.sum() == 30
assert not np.allclose((local @ moved)[2:], (local @ samples)[:-2])

# %%

# Solution 2: the kernels still 300, the dense layer more than four times as many
wide = 3 * 235 * 360 * 4 * 231 * conv_output_size(360, 5)
assert wide == 2 * inputs * 4 * 231 * 356 > 4 * dense
assert parameters(Conv(3, 4, 5, bias=False)) == 300  # the picture's size does not enter

# %%
# Sources
# -------
# - LeCun, Bottou, Bengio and Haffner, `Gradient-based learning applied to document recognition
#   <https://doi.org/10.1109/5.726791>`_, 1998, section II.
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.2.
