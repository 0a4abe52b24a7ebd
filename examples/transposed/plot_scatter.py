"""
Transposed convolution stamps the kernel, and overlaps add up
=============================================================

A convolution *gathers*: each output cell reads a window of the input. Its transpose *scatters*:
each input cell *stamps* the kernel, times its own value, onto a larger output. We do it stamp by
stamp, and then find the same numbers a second way, as a convolution with a flipped kernel.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from convdocs import exercises, plots, questions
from convdocs.cost import macs
from convdocs.geometry import input_positions
from convdocs.layers import Conv, ConvTranspose
from convdocs.operations.reference import cross_correlate
from convdocs.operations.transposed import conv_transpose
from convdocs.seen import inputs_read
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# How large is the output?
# ------------------------
# A convolution with a *stride* of 2, that is in steps of 2, makes maps smaller. A
# :term:`transposed convolution` goes the other way. Networks use it where maps have to grow again,
# which is called :term:`upsampling`.

questions.type_in(
    "Each cell of a 2 x 2 input stamps a 3 x 3 kernel, and the stamps lie 2 cells apart. How "
    "large is the output? Type it as (height, width).",
    "(conv_transpose_output_size(2, 3, stride=2),) * 2",
    {
        "(2 * 3, 2 * 3)": "That would be stamps side by side. These overlap by one cell.",
        "(2 * 2, 2 * 2)": "Each stamp is one cell longer than the step: the last sticks out.",
    },
    because="The second stamp begins 2 cells after the first and is 3 long: 2 + 3 = 5.",
    alone=True,
)

# %%
# Where does an input cell write?
# -------------------------------
# It writes where the convolution from 5 x 5 to 2 x 2 reads. Along one axis, counted from 0, output
# cell 1 of the convolution reads positions 2, 3 and 4. Here *input* cell 1 writes to positions 2, 3
# and 4. So one function of the package, ``input_positions``, serves both directions.

assert conv_transpose_output_size(2, 3, stride=2) == 5
assert conv_output_size(5, 3, stride=2) == 2
print([list(input_positions(cell, 3, stride=2)) for cell in (0, 1)])
assert list(input_positions(1, 3, stride=2)) == [2, 3, 4]

# %%
# Stamp by stamp
# --------------
# Input cell by input cell: multiply the whole kernel by its value, lay it on the output, and add.

x = np.array([[1, 2], [3, 4]])
kernel = np.arange(1, 10).reshape(3, 3)
output = np.zeros((5, 5), int)
written = np.zeros((5, 5), int)  # how often each cell was written
steps = []
for i, j in np.ndindex(2, 2):
    rows, columns = input_positions(i, 3, stride=2), input_positions(j, 3, stride=2)
    stamp = x[i, j] * kernel
    output[np.ix_(rows, columns)] += stamp
    written[np.ix_(rows, columns)] += 1
    steps.append((i, j, stamp, np.where(written > 0, output, np.nan), rows, columns))

# %%

cells = np.arange(25).reshape(5, 5)
questions.click(
    "Four stamps of 3 x 3, 2 cells apart, on 5 x 5 cells, which are numbered here. Click on all "
    "cells that more than one stamp writes to.",
    "cells",
    "written > 1",
    {
        "written == 4": "There all four meet. Along the arms of the cross two stamps meet.",
        "written == 2": "Do not forget the cell where all four meet.",
    },
    because="Position 2 belongs to both stamps of an axis: a row, a column, and their crossing.",
)

# %%

# Drawing: the four stamps, and the output after each
figure, axes = plt.subplots(3, 4, figsize=(7.2, 4.2), height_ratios=[2, 3, 5])
for n, (i, j, stamp, so_far, rows, columns) in enumerate(steps):
    here = np.zeros((2, 2), bool)
    here[i, j] = True
    plots.show_cells(axes[0, n], x, colour=plots.INPUT, highlight=here)
    plots.show_cells(axes[1, n], stamp, colour=plots.KERNEL)
    filled = ~np.isnan(so_far)
    plots.show_cells(axes[2, n], so_far, colour=plots.OUTPUT, highlight=filled)
    plots.show_window(axes[2, n], rows, columns)
for ax, label in zip(axes[:, 0], ["input", "stamp", "output so far"], strict=True):
    ax.set_ylabel(label)
centres = ", ".join(f"{so_far[2, 2]:g}" for _, _, _, so_far, _, _ in steps)
plots.describe(
    figure,
    f"""Four columns, one for each cell of the 2 x 2 input. Each shows the cell, the
    kernel times its value, and the 5 x 5 output so far with the stamped 3 x 3 cells
    outlined. In the end the centre cell has received four stamps and holds {
        output[2, 2]
    }.""",
    caption=f"Follow the centre: it grows with every stamp, {centres}. "
    "A corner is written once and then stays.",
)
assert [int(text.get_text()) for text in axes[2, 3].texts] == [*output.ravel()]

# %%
# The centre gets four products. A convolution adds up products as well, but there the output cell
# :term:`gathers <gather>` them; here the input cells :term:`scatter` them.

assert written[2, 2] == 4 and output[2, 2] == 1 * 9 + 2 * 7 + 3 * 3 + 4 * 1 == 36

# %%
# Is that what PyTorch computes?
# ------------------------------
# Yes, number for number. The package's ``conv_transpose`` is this loop for any number of channels
# and axes. In both the weight has the input's channels first, (input channels, output channels,
# height, width), and not the output's, for it is the weight of the convolution that goes the other
# way.

batch, weight = x[None, None], kernel[None, None]
theirs = F.conv_transpose2d(torch.tensor(batch), torch.tensor(weight), stride=2)
assert np.array_equal(theirs[0, 0], output)
assert np.array_equal(conv_transpose(batch, weight, stride=2)[0, 0], output)

there, back = nn.Conv2d(1, 4, 3), nn.ConvTranspose2d(4, 1, 3)
assert back.weight.shape == there.weight.shape == (4, 1, 3, 3)

# %%
# Can each output cell gather instead?
# ------------------------------------
# Look at one output cell and ask who stamped it. The steps of 2 put the input cells two apart:
# write one zero between neighbours, which is called :term:`zero-stuffing`, and two rows and columns
# of zeros (kernel size - 1) around them. Then an ordinary convolution with stride 1 does it.
# With which kernel?

stuffed = np.zeros((3, 3), int)
stuffed[::2, ::2] = x
padded = np.pad(stuffed, 3 - 1)
window = padded[2:5, 2:5]  # what is read for the centre of the output
print(window)

# %%

questions.choose(
    "The window in the middle has 1, 2, 3 and 4 in its corners and zeros between them. Which "
    "numbers must stand in the corners of the kernel, row by row, for a sum of 36?",
    "tuple(kernel[::-2, ::-2].ravel())",
    {
        "tuple(kernel[::2, ::2].ravel())": "That is the kernel as it was stamped. It gives "
        "1 x 1 + 2 x 3 + 3 x 7 + 4 x 9 = 64.",
        "tuple(np.fliplr(kernel)[::2, ::2].ravel())": "Flipped from left to right only: the rows "
        "have to change places, too.",
    },
    because="The first input cell brought the last number of the kernel, 9, and the last input "
    "cell the first: upside down and left to right.",
)

# %%
# With the flipped kernel all 25 cells agree. Flip and slide is what mathematics calls
# *convolution*: so this is a true convolution of the zero-stuffed input with the kernel, and
# SciPy agrees.

flipped = kernel[::-1, ::-1]
gathered = cross_correlate(padded[None, None], flipped[None, None])[0, 0]
assert np.array_equal(gathered, output)
assert np.array_equal(scipy.signal.convolve2d(stuffed, kernel, mode="full"), output)

# %%

# Drawing: the stuffed input, the flipped kernel and the output
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), width_ratios=[7, 3, 5])
centre = np.zeros((5, 5), bool)
centre[2, 2] = True
plots.show_cells(axes[0], padded, colour=plots.INPUT, highlight=padded > 0)
plots.show_window(axes[0], input_positions(2, 3), input_positions(2, 3))
plots.show_cells(axes[1], flipped, colour=plots.KERNEL)
plots.show_cells(axes[2], gathered, colour=plots.OUTPUT, highlight=centre)
titles = ["zero-stuffed, padded input", "kernel, flipped", "output"]
for ax, title in zip(axes, titles, strict=True):
    ax.set_title(title)
plots.describe(
    figure,
    f"""Left, a 7 x 7 grid of zeros that holds the input's 1, 2, 3 and 4 two cells
    apart, with the central 3 x 3 window outlined. Next, the flipped kernel, 9 to 1.
    Right, the 5 x 5 output with its centre filled: {gathered[2, 2]}.""",
    caption=f"Gathered in one window instead of stamped four times: {gathered[2, 2]} again. "
    f"Of the nine products, {(window == 0).sum()} are with a zero.",
)
drawn = [[int(t.get_text()) for t in ax.texts] for ax in axes]
assert np.dot(np.reshape(drawn[0], (7, 7))[2:5, 2:5].ravel(), drawn[1]) == drawn[2][12]

# %%
# The flip is easy to forget, for if half a turn leaves a kernel as it is, nobody notices. Half a
# turn does not leave ours as it is, and without the flip the numbers are wrong.

unflipped = cross_correlate(padded[None, None], kernel[None, None])[0, 0]
print(f"{(unflipped != output).sum()} of {output.size} cells differ")
assert not np.array_equal(unflipped, output)

symmetric = kernel + flipped  # 10 everywhere, which no turn changes
stamped = conv_transpose(batch, symmetric[None, None], stride=2)
assert np.array_equal(
    cross_correlate(padded[None, None], symmetric[None, None]), stamped
)

# %%
# The window meets two rows that hold inputs in one place and one in the next, and so with columns.
# Neighbouring outputs read different numbers of inputs, so behind such a layer there is no one size
# of a :term:`receptive field`. ``inputs_read`` names what each output reads.

along = ConvTranspose(1, 1, (3,), stride=2)  # one axis
reads = [inputs_read(along, 9, o)[0] for o in range(4, 8)]
print(reads)
assert [len(read) for read in reads] == [2, 1, 2, 1]

# %%
# What does it cost?
# ------------------
# The unit is the MAC, a *multiply-accumulate*: one product, and the addition that takes it up.

questions.type_in(
    "A 4 x 4 input, a 3 x 3 kernel, stride 2, one channel: how many MACs does a transposed "
    "convolution take?",
    "macs(ConvTranspose(1, 1, 3, stride=2), (4, 4))",
    {
        "conv_transpose_output_size(4, 3, stride=2) ** 2 * 9": "That is the price of gathering: "
        "9 products for each of the 9 x 9 outputs, most of them with a stuffed-in zero.",
        "conv_output_size(4, 3, stride=2) ** 2 * 9": "That is the convolution from 4 x 4 to 1 x 1.",
    },
    because="Each of the 16 input cells uses each of the 9 numbers of the kernel once.",
    alone=True,
)

# %%
# So MACs are counted at the *input* size. In our example that is 4 x 9 = 36; the gathering way
# takes 25 x 9 = 225 if it multiplies by the zeros, too.

assert macs(ConvTranspose(1, 1, 3, stride=2), x.shape) == written.sum() == 36
assert macs(Conv(1, 1, 3), padded.shape) == 225

with FlopCounterMode(display=False) as counter:
    F.conv_transpose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 3, 3), stride=2)
assert counter.get_total_flops() == 2 * 36  # PyTorch counts two operations for each MAC
plt.show()

# %%
# Recap
# -----
# - Each input cell stamps the kernel, times its value, where a convolution would have read.
#   Where stamps overlap they are added.
# - The same is a cross-correlation, stride 1, of the zero-stuffed and padded input with the flipped
#   kernel.
# - Its cost is counted at the input: 36 MACs here.
#
# Exercises
# ---------
# 1. At which stride do the stamps of a 3 x 3 kernel touch but not overlap? And what stands
#    between the stamps when the stride is larger?
# 2. Replace the input by ones and the kernel by ones. What do the numbers of the output count? At
#    which strides does a kernel of 4 write equally often to all cells away from the border? (At
#    others a pattern remains, of the kind called :term:`checkerboard`.)
# 3. Write ``conv_transpose_1d(x, w, stride)``: stamp a row of weights for each number of a row.
#    Have it checked: ``exercises.check("conv_transpose_1d", conv_transpose_1d)``.

# %%

# Solution 1: at stride 3; beyond that, zeros
for stride, meeting, empty in [(2, True, False), (3, False, False), (4, False, True)]:
    ones = torch.ones(1, 1, 3, 3)
    counts = F.conv_transpose2d(ones, torch.ones(1, 1, 3, 3), stride=stride)
    assert (counts.max() > 1) == meeting and (counts.min() == 0) == empty

# %%

# Solution 2: how many stamps each cell got; equally many at strides that divide 4
counts = conv_transpose(np.ones_like(batch), np.ones_like(weight), stride=2)[0, 0]
assert np.array_equal(counts, written)
for stride in (1, 2, 3, 4):
    row = conv_transpose(
        np.ones((1, 1, 9), int), np.ones((1, 1, 4), int), stride=stride
    )
    inside = row[0, 0, 4:-4]
    # where stamps overlap unevenly pictures show a pattern, which is called a checkerboard
    assert (len(set(inside)) == 1) == (4 % stride == 0)

# %%


# Solution 3: of n stamps the last one begins n - 1 strides after the first
def conv_transpose_1d(x, w, stride):
    y = np.zeros((len(x) - 1) * stride + len(w), int)
    for i, value in enumerate(x):
        y[i * stride : i * stride + len(w)] += value * w
    return y


exercises.check("conv_transpose_1d", conv_transpose_1d)

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 4.
# - Odena, Dumoulin and Olah, `Deconvolution and checkerboard artifacts
#   <https://distill.pub/2016/deconv-checkerboard/>`_, 2016, on stamps that overlap unevenly.
