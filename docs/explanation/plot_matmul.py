"""
A convolution is one product of two matrices, and folding is the way back
=========================================================================

Lay the windows of a picture out as columns, and a convolution is one product of two matrices. The
columns hold most of the picture many times over. This page counts what that costs and why it can
pay, and finds what becomes of the copies on the way back, which is called *folding*.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d

from convdocs import plots, questions
from convdocs.cost import macs
from convdocs.layers import Conv
from convdocs.operations.fold import fold
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.unfold import unfold

plt.style.use("convdocs.page")

# %%
# How does a layer become a matrix product?
# -----------------------------------------
# A convolution (we use the name as deep learning does, with the kernel unflipped) computes each
# output cell as a sum of products: the weights times what the kernel covers there. Whatever it
# covers at one place becomes a column; this is called :term:`unfold`, or :term:`im2col`. The
# weights stay as they are, a row for each kernel. The product has a row for each output channel.
# Here it is for two pictures of three channels and four kernels, in whole numbers so that we can
# compare exactly.

rng = np.random.default_rng(0)
x = rng.integers(-9, 10, (2, 3, 10, 12))  # picture, channel, row, column
weight = rng.integers(-9, 10, (4, 3, 3, 3))  # kernel, channel, row, column
theirs = conv2d(torch.tensor(x), torch.tensor(weight)).numpy()
columns = unfold(x, 3)
assert np.array_equal((weight.reshape(4, -1) @ columns).reshape(theirs.shape), theirs)

# %%

questions.type_in(
    "A picture has three channels of 10 x 12 cells. A 3 x 3 kernel reads all three. What is "
    "the shape of the matrix of its windows, with one window in each column?",
    "columns[0].shape",
    {
        "(9, theirs[0, 0].size)": "A window goes through all three channels.",
        "(columns.shape[1], x[0, 0].size)": "Without padding there are fewer places than cells.",
        "columns[0].T.shape": "The windows are the columns, not the rows.",
    },
    because="3 x 9 numbers lie under the kernel, at each of 8 x 10 places.",
    alone=True,
)

# %%
# The kernel can be laid out instead: a row for each output cell, as long as the whole input, 0
# except where its window lies. Neither way saves a multiplication. A multiplication and the
# addition that takes its result up count as one :term:`MAC`, and both need as many as the plain
# loop: without padding the big matrix holds one entry for each. It serves for reasoning more than
# for computing.

matrix = cross_correlation_matrix(weight, (10, 12))
assert np.array_equal((matrix @ x.reshape(2, -1).T).T.reshape(theirs.shape), theirs)
assert weight.size * 80 == matrix.nnz == macs(Conv(3, 4, 3), (10, 12)) == 8_640

# %%
# What does each hold in memory?
# ------------------------------
# Take a layer of real size: three channels of 235 x 180, and four 5 x 5 kernels. It has only 300
# weights. Count the numbers that each way has to hold.

taps, places = 3 * 5 * 5, 231 * 176
held = {
    "weights": 4 * taps,
    "input": 3 * 235 * 180,
    "output": 4 * places,
    "columns": taps * places,
    "matrix, without its zeros": 4 * taps * places,
    "matrix, with its zeros": (4 * places) * (3 * 235 * 180),
}
entries = held["matrix, without its zeros"]
assert entries == macs(Conv(3, 4, 5), (235, 180)) == 12_196_800
assert 82 < held["matrix, with its zeros"] * 4 / 1e9 < 83  # GB, four bytes a number

# %%

questions.choose(
    "The windows of a 5 x 5 kernel at stride 1, written as columns, take how many times the "
    "memory of the picture, 235 x 180?",
    'round(held["columns"] / held["input"])',
    {
        'round(held["input"] / held["input"])': "A cell is written once for each window it is in.",
        'round((held["columns"] / held["input"]) ** 0.5)': "The windows overlap along both axes.",
        'round(3 * held["columns"] / held["input"])': "The picture has the three channels too.",
    },
    because="Most cells lie in 5 x 5 windows, those near the border in fewer.",
    alone=True,
)

# %%

# Drawing: the numbers held, as dots on a logarithmic scale
figure, ax = plt.subplots(figsize=(7.2, 2.6))
fills = {"input": plots.INPUT, "output": plots.OUTPUT, "columns": plots.INPUT}
colours = [fills.get(name, plots.KERNEL) for name in held]
ax.scatter(held.values(), range(len(held)), s=90, color=colours, edgecolor=plots.INK)
for row, count in enumerate(held.values()):
    ax.annotate(
        f"{count:,}", (count, row), (9, 0), textcoords="offset points", va="center"
    )
ax.set_yticks(range(len(held)), held)
ax.set(xscale="log", xlim=(100, 1e13), xlabel="numbers held, on a logarithmic scale")
ax.invert_yaxis()
plots.describe(
    figure,
    f"""Dots on a logarithmic scale: {held["weights"]} weights, {held["input"]:,}
    input values, {held["output"]:,} output values, {held["columns"]:,} values in the
    columns, {held["matrix, without its zeros"]:,} stored entries of the matrix and
    {held["matrix, with its zeros"]:,} entries with the zeros.""",
    caption=f"The columns hold the picture {held['columns'] / held['input']:.0f} times over, and "
    f"the matrix without its zeros holds {entries / held['columns']:.0f} times as many numbers as "
    "the columns.",
)

# %%
# Why would anyone make the copies?
# ---------------------------------
# What counts is also how often a number is used once it has been fetched. A product of an (a, b)
# with a (b, c) matrix needs :math:`a b c` MACs and touches :math:`a b + b c + a c` numbers, each of
# which can be kept near and used again. General matrix products, :term:`GEMM` in the libraries'
# words, are written to do that. For one picture, every entry of the big matrix is used once.

shapes = {
    "columns, the layer above": (4, taps, places),
    "columns, 64 to 64 channels, 3 x 3, 56 x 56": (64, 64 * 9, 56 * 56),
    "columns, depthwise, 3 x 3, 56 x 56": (1, 9, 56 * 56),
}
uses = {name: a * b * c / (a * b + b * c + a * c) for name, (a, b, c) in shapes.items()}
uses["matrix"] = entries / (entries + held["input"] + held["output"])
for name, use in uses.items():
    print(f"{use:5.2f} MACs for each number touched: {name}")
few, many, depthwise, once = uses.values()
assert max(once, depthwise) < 1 < few < 4
assert many > 50

# %%
# With one kernel for each channel (:term:`depthwise <depthwise convolution>`) there is little to
# use again. And the copies need not be made: windows can be read in place. NumPy's are a
# view, and only the reshape to a matrix copies. Not all libraries make columns for all layers:
# the next page tells of other ways.

view = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))
assert view.size == columns.size
assert np.shares_memory(view, x) and not np.shares_memory(columns, x)

# %%
# Why is fold(unfold(x)) not x?
# -----------------------------
# :term:`Folding <fold>` adds every column back where it came from. A value comes back once for
# each window it lies in. Unfold and fold ones, and each cell holds its number of copies.

ones = np.ones((1, 1, 5, 5), int)
copies = fold(unfold(ones, 3), (5, 5), 3)
picture = np.arange(1, 26).reshape(1, 1, 5, 5)
folded = fold(unfold(picture, 3), (5, 5), 3)
torch_columns = torch.nn.functional.unfold(torch.tensor(picture).double(), 3)
assert np.array_equal(torch.nn.functional.fold(torch_columns, (5, 5), 3), folded)

# %%

questions.type_in(
    "A 5 x 5 grid holds 1 to 25, 13 in its centre. Its 3 x 3 windows are written as columns, "
    "and all columns added back where they came from. What is in the centre?",
    "folded[0, 0, 2, 2]",
    {
        "picture[0, 0, 2, 2]": "Windows overlap, so the centre comes back more than once.",
        "3 * picture[0, 0, 2, 2]": "Three windows overlap along each axis.",
    },
    because="All nine windows hold the centre: 9 times 13.",
    alone=True,
)

# %%
# The repair is to divide by the copies where they are not 0; cells that no window reads are lost.
# In matrix words: unfolding is a matrix of zeros and ones, fold is its *transpose*, and one after
# the other they are a diagonal matrix with the copies on it.

assert np.array_equal(folded, copies * picture)
assert np.array_equal(folded / copies, picture)
unfolding = unfold(np.eye(25, dtype=int).reshape(25, 1, 5, 5), 3).reshape(25, -1).T
assert np.array_equal(unfolding.T @ unfolding, np.diag(copies.ravel()))
# a 2 x 2 kernel at stride 3 never reads nine of the cells, and they do not come back
assert (fold(unfold(ones, 2, stride=3), (5, 5), 2, stride=3) == 0).sum() == 9

# %%

# Drawing: a grid, its copies, and what comes back
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.7))
shown = [picture[0, 0], copies[0, 0], folded[0, 0]]
plots.show_cells(axes[0], shown[0], colour=plots.INPUT, title="x")
bare = np.zeros((5, 5))
name = "copies of each"
plots.show_cells(axes[1], shown[1], colour=plots.INPUT, highlight=bare, title=name)
plots.show_cells(axes[2], shown[2], colour=plots.OUTPUT, title="fold(unfold(x))")
assert np.array_equal(shown[0] * shown[1], shown[2])
plots.describe(
    figure,
    """Three grids of 5 x 5. The first counts from 1 to 25. The second gives the
    copies, 1 at the corners, 9 in the centre. The third is their product cell by
    cell, with 117, which is 9 times 13, in the centre.""",
    caption=f"A corner comes back once, the centre {copies.max()} times: the third grid is the "
    "first times the second.",
)
# sphinx_gallery_thumbnail_number = 2

# %%
# How does a transposed convolution use this?
# -------------------------------------------
# The product has two steps: unfold, then multiply by the weights. To transpose a chain, transpose
# its steps and turn their order around: multiply by the transposed weights, then fold. So a
# transposed convolution can be computed with GEMM, and the gradient of a layer's input.

stretched = rng.integers(
    -9, 10, (2, 4, 4, 5)
)  # four channels, for each of two pictures
its_columns = weight.reshape(4, 27).T @ stretched.reshape(2, 4, 20)
back = fold(its_columns, (9, 11), 3, stride=2)
theirs_back = conv_transpose2d(torch.tensor(stretched), torch.tensor(weight), stride=2)
assert np.array_equal(back, theirs_back)

leaf = torch.tensor(x, dtype=torch.double, requires_grad=True)
arriving = rng.integers(-9, 10, theirs.shape)  # from the loss
conv2d(leaf, torch.tensor(weight).double()).backward(torch.tensor(arriving).double())
spread = weight.reshape(4, 27).T @ arriving.reshape(2, 4, 80)
assert np.array_equal(leaf.grad, fold(spread, (10, 12), 3))
plt.show()

# %%
# Recap
# -----
# - Weights times columns is the layer, with as many MACs as the loop. At stride 1 the columns
#   hold nearly k x k copies of a large input.
# - A product of two large matrices uses each number many times; that is why copies can pay.
# - ``fold(unfold(x))`` is x times the copies, cell by cell. Divide by ``fold(unfold(ones))`` where
#   it is not 0; cells that no window reads are lost.
# - Transposed weights, then fold: that is the transposed convolution.
#
# Exercises
# ---------
# 1. How many times over do the columns hold a very large picture, for a k x k kernel at
#    stride s? Predict it, then count with ``unfold`` on 100 x 100 ones.
# 2. The gradient with respect to the *weights* is a product with the columns, too. Which one?

# %%

# Solution 1: (k / s)**2 times, so once if the stride is the kernel's size
for k, s in ((5, 1), (4, 2), (2, 2)):
    ratio = unfold(np.ones((1, 1, 100, 100)), k, stride=s).size / 100**2
    assert (
        0.9 < ratio / (k / s) ** 2 <= 1
    )  # less than that by what is lost at the border

# %%

# Solution 2: what arrives from the loss, times the transposed columns
leaf = torch.tensor(weight, dtype=torch.double, requires_grad=True)
conv2d(torch.tensor(x).double(), leaf).backward(torch.tensor(arriving).double())
by_product = (arriving.reshape(2, 4, -1) @ columns.transpose(0, 2, 1)).sum(axis=0)
assert np.array_equal(leaf.grad, by_product.reshape(weight.shape))

# %%
# Sources
# -------
# - Chellapilla, Puri and Simard, *High performance convolutional neural networks for document
#   processing*, 2006 (windows as columns).
# - Chetlur and others, `cuDNN: Efficient primitives for deep learning
#   <https://arxiv.org/abs/1410.0759>`_, 2014 (columns gathered as the product needs them).
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, section 4.1 (the matrix).
