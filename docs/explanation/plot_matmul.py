"""
Convolution as matrix multiplication
====================================

There are two ways to write a convolution as a product with a matrix. One rearranges the
picture, the other the kernel. They do the same multiplications and fill memory very
differently: libraries compute with the first, and the second is the one to think with. This
page says why, and what happens on the way back.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d

from convdocs import plots
from convdocs.cost import macs
from convdocs.layers import Conv
from convdocs.operations.fold import fold
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.unfold import matmul_cross_correlate, unfold

plt.style.use("convdocs.page")

# %%
# Two products, one sum
# ---------------------
# A convolution (we use the name as deep learning does, with the kernel unflipped) computes
# each output cell as a sum of products: the weights times what the kernel covers there. To
# make a matrix product of it, something must be laid out as a matrix.
#
# *Weights times columns.* Lay out the picture. Whatever the kernel covers at one place becomes
# a column; this is called unfolding, or im2col. The weights stay as they are, a row for each
# kernel. The result has a row for each output channel.
#
# *Matrix times vector.* Lay out the kernel. Each output cell gets a row as long as the whole
# input, zero except where its window lies. The picture stays as it is, one long vector.
#
# Here are both for two pictures of three channels and four kernels, in whole numbers so that
# they can be compared exactly.

rng = np.random.default_rng(0)
x = rng.integers(-9, 10, (2, 3, 10, 12))  # picture, channel, row, column
weight = rng.integers(-9, 10, (4, 3, 3, 3))  # kernel, channel, row, column
theirs = conv2d(torch.tensor(x), torch.tensor(weight)).numpy()  # (2, 4, 8, 10)

# for each picture 3 * 9 rows, and a column for each of 8 * 10 places
columns = unfold(x, 3)
assert columns.shape == (2, 27, 80)
assert np.array_equal((weight.reshape(4, 27) @ columns).reshape(theirs.shape), theirs)

matrix = cross_correlation_matrix(weight, (10, 12))
assert matrix.shape == (4 * 80, 3 * 120)
assert np.array_equal((matrix @ x.reshape(2, -1).T).T.reshape(theirs.shape), theirs)

# %%
# Neither saves a multiplication. A multiplication and the addition that takes its result up
# count as one *multiply-accumulate*, or MAC. The first product needs 4 x 27 x 80 of them for
# one picture, the second one for each entry that is stored, and both numbers are the MACs of
# the plain loop.

assert weight.size * 80 == matrix.nnz == macs(Conv(3, 4, 3), (10, 12)) == 8_640

# %%
# What does each hold in memory?
# ------------------------------
# Take a layer of real size: three channels of 235 x 180, and four 5 x 5 kernels. It has only
# 300 weights. Count the numbers that must exist at the same time.

taps, places = 3 * 5 * 5, 231 * 176
held = {
    "weights": 4 * taps,
    "input": 3 * 235 * 180,
    "output": 4 * places,
    "columns": taps * places,
    "matrix, without its zeros": 4 * taps * places,
    "matrix, with its zeros": (4 * places) * (3 * 235 * 180),
}
assert round(held["columns"] / held["input"], 1) == 24.0
entries = held["matrix, without its zeros"]
assert entries == macs(Conv(3, 4, 5), (235, 180)) == 12_196_800
assert 82 < held["matrix, with its zeros"] * 4 / 1e9 < 83  # GB, four bytes a number

figure, ax = plt.subplots(figsize=(7.2, 2.6))
fills = {"input": plots.INPUT, "output": plots.OUTPUT, "columns": plots.INPUT}
colours = [fills.get(name, plots.KERNEL) for name in held]
bars = ax.barh(list(held), list(held.values()), color=colours)
ax.bar_label(bars, [f"{count:,}" for count in held.values()], padding=4)
ax.set(xscale="log", xlim=(100, 1e13), xlabel="numbers held, on a logarithmic scale")
ax.invert_yaxis()
plots.describe(
    figure,
    f"""Bars on a logarithmic scale: {held["weights"]} weights, {held["input"]:,}
    input values, {held["output"]:,} output values, {held["columns"]:,} values in the
    columns, {held["matrix, without its zeros"]:,} stored entries of the matrix and
    {held["matrix, with its zeros"]:,} entries with the zeros.""",
)

# %%
# The columns hold the picture 24 times over. The matrix holds the kernels once for each place,
# four times as many numbers as the columns, and with its zeros it would take over 82 GB.
#
# Why does anyone make 24 copies?
# -------------------------------
# Because arithmetic is cheap and memory is slow. What counts is how often a value is used once
# it has been fetched. A product of an (a, b) with a (b, c) matrix needs a * b * c MACs and
# touches a * b + b * c + a * c numbers, each of which can be kept near and used again. In the
# product with the big matrix every entry is used once and thrown away.

shapes = {
    "weights times columns, the layer above": (4, taps, places),
    "weights times columns, 64 to 64 channels, 3 x 3, 56 x 56": (64, 64 * 9, 56 * 56),
}
uses = {name: a * b * c / (a * b + b * c + a * c) for name, (a, b, c) in shapes.items()}
touched = entries + held["input"] + held["output"]
uses["matrix times vector, the layer above, without its zeros"] = entries / touched
for name, use in uses.items():
    print(f"{use:5.2f} MACs for each number touched: {name}")
few, many, once = uses.values()
assert once < 1 < few < 4
assert many > 50

# %%
# General matrix products, *GEMM* in the libraries' words, have been tuned for decades to make
# that reuse real. So im2col followed by GEMM became the standard way: it turns the odd loops of
# a convolution into the one routine that every machine does well. The copies need not
# even be made. The windows can be read from the picture in place, and a library may gather a
# small tile of columns at the moment the product asks for it, as cuDNN does. NumPy shows the
# difference: its windows are a view, and only the reshape to a matrix copies.

view = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
assert view.size == columns.size
assert np.shares_memory(view, x)
assert not np.shares_memory(columns, x)

# %%
# How often is each value copied?
# -------------------------------
# Once for each window it lies in. Unfold a picture of ones and add every column back where it
# came from, which is called *folding*: each cell then holds its number of copies. At a corner
# it is 1, and with a 3 x 3 kernel at most 9. With a stride as large as the kernel nothing
# overlaps, and with a 1 x 1 kernel the columns are the picture in another shape: a pointwise
# convolution is a matrix product already.

ones = np.ones((1, 1, 5, 5), int)
copies = fold(unfold(ones, 3), (5, 5), 3)
assert copies[0, 0, 0, 0] == 1
assert copies.max() == copies[0, 0, 2, 2] == 3 * 3
# nine places, nine cells under each
assert copies.sum() == unfold(ones, 3).size == 9 * (3 * 3)
assert fold(unfold(ones, 2, stride=2), (5, 5), 2, stride=2).max() == 1
assert np.array_equal(unfold(x, 1), x.reshape(2, 3, 120))

# %%
# Why is fold(unfold(x)) not x?
# -----------------------------
# That is the answer already: every value comes back as often as it was copied. The centre of
# the grid below holds 13. Predict what comes back there. The repair is to divide by the copies.

picture = np.arange(1, 26).reshape(1, 1, 5, 5)
folded = fold(unfold(picture, 3), (5, 5), 3)
assert np.array_equal(folded, copies * picture)
assert folded[0, 0, 2, 2] == 9 * 13 == 117
assert np.array_equal(folded / copies, picture)
torch_columns = torch.nn.functional.unfold(torch.tensor(picture).double(), 3)
assert np.array_equal(torch.nn.functional.fold(torch_columns, (5, 5), 3), folded)

# sphinx_gallery_thumbnail_number = 2
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.7))
plots.show_cells(axes[0], picture[0, 0], colour=plots.INPUT, title="x")
bare = np.zeros((5, 5))
plots.show_cells(
    axes[1], copies[0, 0], colour=plots.INPUT, highlight=bare, title="copies of each"
)
plots.show_cells(axes[2], folded[0, 0], colour=plots.OUTPUT, title="fold(unfold(x))")
plots.describe(
    figure,
    """Three grids of 5 x 5. The first counts from 1 to 25. The second gives the
    copies, 1 at the corners, 9 in the centre. The third is their product cell by
    cell, with 117, which is 9 times 13, in the centre.""",
)

# %%
# In matrix words: unfolding is linear, so it is itself a matrix, of zeros and ones. Fold is
# its *transpose*, and the two after one another are a diagonal matrix with the copies on it.
# To get it, we unfold 25 pictures that hold a single one each.

unfolding = unfold(np.eye(25, dtype=int).reshape(25, 1, 5, 5), 3).reshape(25, -1).T
assert np.array_equal(unfolding.T @ unfolding, np.diag(copies.ravel()))

# %%
# One case has no repair: what was never copied cannot come back. A stride above the kernel's size
# passes over cells. A 2 x 2 kernel at stride 3 reads rows 0, 1, 3 and 4 and the same columns, and
# leaves nine of the 25 cells out. At stride 2 it leaves out the last row and column, where
# another step would not fit: nine cells again.

never = fold(unfold(ones, 2, stride=3), (5, 5), 2, stride=3) == 0
assert never.sum() == 25 - 4 * 4 == 9
never = fold(unfold(ones, 2, stride=2), (5, 5), 2, stride=2) == 0
assert never.sum() == never[..., 4, :].sum() + never[..., :4, 4].sum() == 9

# %%
# How does a transposed convolution use this?
# -------------------------------------------
# The first product has two steps: unfold, then multiply by the weights. To transpose a chain,
# transpose its steps and turn their order around. So multiply by the transposed weights, which
# gives one column for each cell of the map, and then fold. This is how a transposed
# convolution is computed with GEMM, and how gradients go from a layer's output to its input.

# a map of four channels, for each of two pictures
stretched = rng.integers(-9, 10, (2, 4, 4, 5))
its_columns = weight.reshape(4, 27).T @ stretched.reshape(2, 4, 20)
back = fold(its_columns, (9, 11), 3, stride=2)
theirs_back = conv_transpose2d(torch.tensor(stretched), torch.tensor(weight), stride=2)
assert np.array_equal(back, theirs_back)

# %%
# The gradient with respect to the weights is a third product, of what arrives from the loss
# with the columns kept from the way forward. One layer in training is three matrix products.

leaf = torch.tensor(weight, dtype=torch.double, requires_grad=True)
arriving = rng.integers(-9, 10, theirs.shape)
conv2d(torch.tensor(x).double(), leaf).backward(torch.tensor(arriving).double())
by_product = (arriving.reshape(2, 4, 80) @ columns.transpose(0, 2, 1)).sum(axis=0)
assert np.array_equal(leaf.grad, by_product.reshape(weight.shape))

# %%
# What do batch and groups change?
# --------------------------------
# A *batch* adds columns. The pictures' columns can stand side by side, and one larger product
# serves them all, with the same weights. *Groups* split the channels, so that each kernel
# reads only its own part. The weights are then a matrix of blocks along the diagonal, and
# libraries do one smaller product for each block instead of multiplying by the zeros.

side_by_side = weight.reshape(4, 27) @ np.concatenate(list(columns), axis=1)
apart = np.stack(np.split(side_by_side, 2, axis=1)).reshape(theirs.shape)
assert np.array_equal(apart, theirs)

# three groups of one channel and two kernels
grouped = rng.integers(-9, 10, (6, 1, 3, 3))
blocks = np.zeros((6, 3, 3, 3), int)
for group in range(3):
    blocks[2 * group : 2 * group + 2, group] = grouped[2 * group : 2 * group + 2, 0]
in_groups = matmul_cross_correlate(x, grouped, groups=3)
assert np.array_equal(in_groups, matmul_cross_correlate(x, blocks))
theirs_grouped = conv2d(torch.tensor(x), torch.tensor(grouped), groups=3)
assert np.array_equal(in_groups, theirs_grouped)

# %%
# With one kernel for each channel the blocks shrink to single rows, and a row times columns
# does less than one MAC for each number touched, like the big matrix. That is one reason why this
# *depthwise* convolution takes more time than its few MACs promise.

row, places = 9, 56 * 56
assert row * places / (row + row * places + places) < 1

# %%
# What is the big matrix for, then?
# ---------------------------------
# For reasoning. Two layers in a row, with nothing between them, are the product of their
# matrices. What linear algebra can say of a matrix (its transpose, its rank, which inputs it
# sends to zero) it says of the layer. And the matrix shares no step with the columns. When two
# calculations that differ this much agree in every number, that is good evidence for both.

weight2 = rng.integers(-9, 10, (2, 4, 3, 3))
both = cross_correlation_matrix(weight2, (8, 10)) @ matrix
assert both.shape == (2 * 6 * 8, 3 * 10 * 12)
after_both = conv2d(torch.tensor(theirs), torch.tensor(weight2))
assert np.array_equal(both @ x[0].ravel(), after_both[0].flatten())
plt.show()

# %%
# Recap
# -----
# - Weights times columns and matrix times vector need the same MACs. At stride 1 the columns hold
#   nearly k * k copies of a large input; the matrix has an entry for every MAC,
#   if there is no padding.
# - Libraries use the columns, because a product of two matrices uses each number many times.
# - ``fold(unfold(x))`` is x times the copies, cell by cell. Divide by ``fold(unfold(ones))``.
# - Transposed weights, then fold: that is the transposed convolution.
#
# Exercises
# ---------
# 1. Unfold 8 x 8 cells with a 2 x 2 kernel at stride 2. How many copies has each cell?
# 2. How many times over do the columns hold a very large picture, for a k x k kernel at
#    stride s? Predict it, then count with ``unfold`` on 100 x 100 ones.
#
# Sources
# -------
# Chellapilla, Puri and Simard, *High performance convolutional neural networks for document
# processing*, 2006 (windows as columns). Chetlur and others, *cuDNN: Efficient primitives for deep
# learning*, 2014 (columns gathered as the product needs them). Dumoulin and Visin, *A guide to
# convolution arithmetic for deep learning*, 2016, section 4.1 (the matrix).
