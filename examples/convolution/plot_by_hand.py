"""
One output cell is one sum of products
======================================

A convolution layer does the same small calculation everywhere: lay the kernel on the input,
multiply the numbers that lie on top of each other, add everything up. This page does it with a
pencil first, on 5 x 5 pixels of a real picture, and then asks PyTorch, a library for networks, for
the same numbers.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import ConnectionPatch

from convdocs import exercises, images, plots, questions
from convdocs.operations.reference import convolve, cross_correlate
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What does the layer read?
# -------------------------
# A *layer* is one step of a neural network: numbers go in, numbers come out. Ours is a
# :term:`convolution layer`, and the first of its network: into it goes a picture, which is three
# grids of numbers, one for each *channel*: red, green and blue. We cut 5 x 5 pixels out of the
# panda, at the rim of an eye, and divide by 26, rounding down. That leaves ten steps of brightness,
# 0 to 9, and the arithmetic fits in the head.

panda = images.load("panda")
pixels = np.asarray(panda)  # (height, width, channel), 0 to 255
# (channel, height, width)
patch = pixels[84:89, 60:65].transpose(2, 0, 1).astype(int) // 26
assert patch.shape == (3, 5, 5)
assert {*(np.arange(256) // 26)} == {*range(10)}

# %%

# Drawing: the panda, the patch, and the three channels of the patch
figure = plt.figure(figsize=(3.7, 3.6))
above, below = figure.subfigures(2, 1, height_ratios=[2.2, 1.4])
whole, enlarged = above.subplots(1, 2)
plots.show_picture(whole, panda)
whole.add_patch(plt.Rectangle((59.5, 83.5), 5, 5, fill=False, ec="C1", linewidth=1))
plots.show_picture(enlarged, pixels[84:89, 60:65], title="patch")
for corner, end in (((64.5, 83.5), (0, 1)), ((64.5, 88.5), (0, 0))):
    line = {"coordsA": whole.transData, "coordsB": enlarged.transAxes, "color": "C1"}
    above.add_artist(ConnectionPatch(corner, end, **line))
axes = below.subplots(1, 3)
for ax, channel, name in zip(axes, patch, ["red", "green", "blue"], strict=True):
    plots.show_cells(ax, channel, colour=plots.INPUT, title=name, fontsize=9)
assert np.array_equal(pixels[84:89, 60:65] // 26, patch.transpose(1, 2, 0))
assert (patch[:, :, 0] < patch[:, :, -1]).all()
plots.describe(
    figure,
    """A painted panda, from the rim of one eye of which two lines lead to the 5 x 5 pixels
    there, enlarged; and three grids with the numbers of their red, green and blue, small at
    the left and larger at the right.""",
    caption="A pixel is the same place in all three grids. The larger its three numbers, "
    "the brighter it is.",
)

# %%
# What does a kernel look like?
# -----------------------------
# A *kernel* is a few numbers, its *weights*, that are laid on the input. For an input of three
# channels it has three slices, one 3 x 3 slice for each. Ours compares right with left in the red
# slice, doubles the centre of the green one, and compares bottom with top in the blue one. (People
# often draw three equal slices. A layer that learns has a different slice for every channel.)

kernel = np.array(
    [
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        [[0, 0, 0], [0, 2, 0], [0, 0, 0]],
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    ]
)
assert kernel.shape[0] == patch.shape[0]  # as many slices as channels

# %%
# Multiply, and add up each channel
# ---------------------------------
# Put the kernel on the top left corner. It covers rows 0 to 2 and columns 0 to 2, its
# :term:`window`. Each covered number is multiplied by the weight on top of it. That makes nine
# products a channel, 27 in all.

rows, columns = np.indices((5, 5))  # of each cell of the patch
covered = (rows < 3) & (columns < 3)
window = patch[:, 0:3, 0:3]
assert np.array_equal(patch[:, covered], window.reshape(3, 9))
assert window.size == kernel.size == 27
print(window[0], kernel[0], sep="\n\n")

# %%

questions.type_in(
    "Printed above are the red numbers under the kernel, and the kernel's red slice. What do "
    "their nine products add up to?",
    "(window[0] * kernel[0]).sum()",
    {
        "(window[0] * abs(kernel[0])).sum()": "The weights on the left are negative.",
        "(window[0] + kernel[0]).sum()": "Multiply what lies on top of each other.",
        "(window[0] @ kernel[0]).sum()": "That is the product of matrices, rows times "
        "columns. Here each number meets one weight only.",
    },
    because="The right column adds up to 7, the left one to 3, and 7 - 3 is 4.",
)

# %%
# The other two channels go in the same way. Then add up the channels: that one number is one cell
# of the output.

products = window * kernel
channel_sums = products.sum(axis=(1, 2))
first_cell = channel_sums.sum()
red, green, blue = window
assert (red[:, 2].sum(), red[:, 0].sum()) == (7, 3)
assert channel_sums[0] == 7 - 3  # right minus left
assert channel_sums[1] == 2 * green[1, 1]
assert channel_sums[2] == blue[2].sum() - blue[0].sum()  # bottom minus top
assert first_cell == 4 + 2 - 1 == 5

# %%

# Drawing: input times kernel gives products, products add up, and so do the channels
figure, axes = plt.subplots(
    *(7, 7),
    figsize=(3.7, 5.4),
    width_ratios=[5, 0.7, 3, 0.7, 3, 0.7, 1.1],
    height_ratios=[5, 0.7, 5, 0.7, 5, 0.7, 1.1],
)
for c, name in enumerate(["red", "green", "blue"]):
    line = axes[2 * c]
    total, bare = channel_sums[c].reshape(1, 1), np.zeros((3, 3))
    for ax, cells, colour, lit, title in (
        (line[0], patch[c], plots.INPUT, covered, f"{name} input"),
        (line[2], kernel[c], plots.KERNEL, None, "kernel"),
        (line[4], products[c], "none", bare, "products"),
        (line[6], total, "none", [[0]], "sum"),
    ):
        look = {"colour": colour, "highlight": lit, "title": title, "fontsize": 9}
        plots.show_cells(ax, cells, **look)
    for ax, sign in zip(line[1::2], ["×", "=", "→"], strict=True):
        ax.text(0.5, 0.5, sign, ha="center", va="center", fontsize=12)
    axes[2 * c + 1, 6].text(0.5, 0.5, "++="[c], ha="center", va="center", fontsize=12)
plots.show_cells(axes[6, 6], [[first_cell]], colour=plots.OUTPUT)
for ax in axes.flat:
    if not ax.patches:
        ax.axis("off")
plots.describe(
    figure,
    f"""Three rows, one for each channel: the 5 x 5 input with its top left 3 x 3 cells
    filled, times the kernel's slice, equals nine products, which add up to
    {channel_sums[0]}, {channel_sums[1]} and {channel_sums[2]}. Below, their sum: {first_cell}.""",
    caption="27 products, three sums, one output cell: "
    f"{channel_sums[0]} + {channel_sums[1]} - {-channel_sums[2]} = {first_cell}.",
)
drawn = {text.get_position(): text.get_text() for text in axes[0, 4].texts}
assert drawn[2, 1] == str(products[0, 1, 2]) and drawn[0, 1] == "−1"
assert axes[6, 6].texts[0].get_text() == "5"

# %%
# However many channels go in, a single kernel gives a single grid of such cells, a *feature map*,
# which is one channel of the output.
#
# Then move on, one cell at a time
# --------------------------------
# The kernel steps to the right, and at the end of a row to the start of the next.

questions.click(
    "Which numbers of the red channel does output cell (1, 2) read, in row 1 and column "
    "2 of the output, both counted from 0?",
    "patch[0]",
    "(rows >= 1) & (rows <= 3) & (columns >= 2)",
    {
        "(rows <= 2) & (columns >= 1) & (columns <= 3)": "That is the window around "
        "(1, 2). But cell (0, 0) already reads from (0, 0) on.",
        "(rows >= 2) & (columns >= 1) & (columns <= 3)": "That is cell (2, 1): the row "
        "comes first.",
        "(rows == 1) & (columns == 2)": "One output cell reads a whole window.",
    },
    because="Cell (0, 0) reads rows 0 to 2 and columns 0 to 2. One step down and two to "
    "the right, rows 1 to 3 and columns 2 to 4.",
)

# %%
# How many places are there? Along each axis the kernel has three weights, its *taps*, and the last
# tap must still lie on the input. That leaves 5 - 3 + 1 = 3. The function
# :func:`~convdocs.sizes.conv_output_size` counts them, for any size.

size = conv_output_size(5, 3)
assert size == 5 - 3 + 1
output = np.zeros((size, size), int)
for i, j in np.ndindex(size, size):
    output[i, j] = (patch[:, i : i + 3, j : j + 3] * kernel).sum()
print(output)
assert output[0, 0] == first_cell

# %%

# Drawing: the nine places, and the output cell that each fills
figure, grid = plt.subplots(2, 2, figsize=(4.2, 4.4))
axes = grid.ravel()
for ax, channel, name in zip(axes[:3], patch, ["red", "green", "blue"], strict=True):
    plots.show_cells(ax, channel, colour=plots.INPUT, title=name)
empty = np.full((3, 3), np.nan)
plots.show_cells(
    axes[3], empty, colour=plots.OUTPUT, highlight=0 * output, title="output"
)
frame = {"fill": False, "ec": plots.OUTLINE, "lw": 3, "zorder": 3}
steps, filled = [], []
for i, j in np.ndindex(3, 3):
    frames = [
        ax.add_patch(plt.Rectangle((j - 0.5, i - 0.5), 3, 3, **frame))
        for ax in axes[:3]
    ]
    filled.append(
        axes[3].add_patch(plt.Rectangle((j - 0.5, i - 0.5), 1, 1, fc=plots.OUTPUT))
    )
    number = {"ha": "center", "va": "center", "size": 10, "c": plots.ON_FILL}
    filled.append(axes[3].text(j, i, output[i, j], **number))
    sums = (patch[:, i : i + 3, j : j + 3] * kernel).sum(axis=(1, 2))
    told = " + ".join(map(str, sums)).replace("+ -", "- ")
    steps.append((f"cell ({i}, {j}): {told} = {output[i, j]}", [*frames, *filled]))
assert steps[0][0] == "cell (0, 0): 4 + 2 - 1 = 5"
for n, (said, artists) in enumerate(steps):
    total = 0
    for c, drawn in enumerate(artists[:3]):
        left, top, wide, high = (int(x + 0.5) for x in drawn.get_bbox().bounds)
        total += (patch[c, top : top + high, left : left + wide] * kernel[c]).sum()
    shown = [int(text.get_text()) for text in artists[4::2]]
    assert shown == [*output.ravel()[: n + 1]] and said.endswith(f"= {total}")
    assert shown[-1] == total
plots.show_motion(
    figure,
    steps,
    """The red, green and blue numbers of the patch, 5 x 5 each, and an empty output of 3 x 3
    cells. A frame of 3 x 3 cells moves over all three at once, from left to right and from top
    to bottom, and at each place one more cell of the output is filled in.""",
    caption="Each place fills one output cell, and each cell adds up all three channels.",
)

# %%
# Is that what PyTorch computes?
# ------------------------------
# PyTorch's arrays are called *tensors*. Its ``conv2d`` takes several inputs at once, a
# :term:`batch`, as one array (N, C, height, width): N inputs of C channels each. The kernels come
# as (O, C, height, width), O of them. We have one of each, so both arrays get a leading 1:
# ``[None]`` puts it there. All numbers are whole, so the comparison can be exact.
#
# A layer may have one number more for each kernel, a :term:`bias`, and adds it to every cell. Ours
# has none.

batch, weight = torch.tensor(patch)[None], torch.tensor(kernel)[None]
print(tuple(batch.shape), tuple(weight.shape))
theirs = torch.nn.functional.conv2d(batch, weight)
assert theirs.shape == (1, 1, 3, 3)
assert np.array_equal(theirs[0, 0], output)
biased = torch.nn.functional.conv2d(batch, weight, bias=torch.tensor([7]))
assert torch.equal(biased, theirs + 7)

# %%

questions.type_in(
    "The input is (1, 3, 5, 5) and the layer has 4 kernels of 3 x 3, each with a slice "
    "for every channel. What is the shape of the output?",
    "tuple(torch.nn.functional.conv2d(batch, weight.repeat(4, 1, 1, 1)).shape)",
    {
        "(1, 3 * 4, size, size)": "A kernel adds up its three slices: one map each.",
        "(4, 1, size, size)": "N stays in front; kernels make channels.",
        "(1, 4, *patch.shape[1:])": "Three taps have 3 places on 5, not 5.",
    },
    because="One input gives four maps, one for each kernel, with 3 x 3 places.",
    alone=True,
)

# %%
# The package has this page's calculation as a function,
# :func:`~convdocs.operations.reference.cross_correlate`: a plain loop, for any number of kernels,
# channels and axes. Other pages check faster ways against it. It is not called ``convolve``, for
# that turns the kernel first: :doc:`/pages/examples/convolution/plot_flip`.

assert np.array_equal(cross_correlate(patch[None], kernel[None])[0, 0], output)
assert np.array_equal(convolve(patch[None], np.rot90(kernel, 2, (1, 2))[None]), theirs)
plt.show()

# %%
# Recap
# -----
# - Multiply element by element, add over the kernel's cells, add over the channels: one
#   output cell.
# - One kernel has a slice for every input channel, and gives one output channel.
# - A kernel of size 3 has 5 - 3 + 1 places along an axis of 5.
#
# Exercises
# ---------
# 1. Without running anything: what is the output if every number of the kernel is 0 but for
#    a 1 in the centre of its red slice? Then check.
# 2. Can a kernel of this shape count all that it covers, the sum of all 27 numbers? And their mean?
# 3. Write ``cross_correlate_2d(x, w, stride)`` for one channel, two grids of whole numbers, that
#    moves the kernel by more than one cell at a time, to the right and down: by its :term:`stride`.
#    Have it checked:
#    ``exercises.check("cross_correlate_2d", cross_correlate_2d)`` tells for
#    which inputs it is right.

# %%

# Solution 1: the middle of the red channel, a copy without the rim
copies = np.zeros((3, 3, 3), int)
copies[0, 1, 1] = 1
assert np.array_equal(
    cross_correlate(patch[None], copies[None])[0, 0], patch[0, 1:4, 1:4]
)

# %%

# Solution 2: with 27 ones, or with 27 times 1/27
ones = np.ones((1, 3, 3, 3))
assert cross_correlate(patch[None], ones)[0, 0, 0, 0] == window.sum()
assert np.isclose(cross_correlate(patch[None], ones / 27)[0, 0, 0, 0], window.mean())

# %%


# Solution 3: as above, with windows that begin a stride apart
def cross_correlate_2d(x, w, stride):
    height, width = w.shape
    return [
        [
            (x[i : i + height, j : j + width] * w).sum()
            for j in range(0, x.shape[1] - width + 1, stride)
        ]
        for i in range(0, x.shape[0] - height + 1, stride)
    ]


exercises.check("cross_correlate_2d", cross_correlate_2d)

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.1.
