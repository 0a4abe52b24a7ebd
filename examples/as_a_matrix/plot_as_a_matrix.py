"""
A convolution is a matrix, and its transpose is the transposed convolution
==========================================================================

Write the windows of the input as columns, and one matrix product gives the whole map. Write
the kernel into a matrix instead, and the map is that matrix times the input. On a 4 x 4 grid
you see every number of both, then turn the second matrix over: that is the transposed
convolution, and training sends its gradients back through it.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d

from convdocs import images, kernels, plots
from convdocs.geometry import input_positions
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.unfold import unfold

plt.style.use("convdocs.page")

# %%
# Can a window become a column?
# -----------------------------
# The input is a 4 x 4 grid. Each cell holds its own number, 0 to 15, so that you can see
# where a value came from. A 3 x 3 kernel has 2 x 2 places on it. Read the nine cells under
# each place row by row, and write them below one another. This is called *unfold* in
# PyTorch, and *im2col*, image to columns, elsewhere.

grid = np.arange(16).reshape(4, 4)
columns = unfold(grid[None, None], 3)[0]  # the first picture of a batch of one
assert columns.shape == (9, 4)  # nine cells for each of the four places

figure, axes = plt.subplots(2, 4, figsize=(7.2, 5.2), height_ratios=[4, 9])
for place, (i, j) in enumerate(np.ndindex(2, 2)):
    covered = np.zeros((4, 4), bool)
    covered[np.ix_(input_positions(i, 3), input_positions(j, 3))] = True
    assert np.array_equal(grid[covered], columns[:, place])
    title = f"output cell {i}, {j}"
    plots.show_cells(
        axes[0, place], grid, colour=plots.INPUT, highlight=covered, title=title
    )
    plots.show_cells(axes[1, place], columns[:, [place]], colour=plots.INPUT)
plots.describe(
    figure,
    """Four copies of the 4 x 4 input, numbered 0 to 15. In each another 3 x 3 window
    is filled, and below it stand its nine numbers as one column: 0, 1, 2, 4, 5, 6, 8,
    9, 10 for the first.""",
)

# %%
# One product for the whole map
# -----------------------------
# Write the kernel as one row of nine. Ours numbers its own cells too, 1 to 9. A row times a
# column multiplies pair by pair and adds up, which is one output cell. A row times all four
# columns is the whole map. In the figure each result stands where its row and its column
# cross. Cut the four results into two rows, and they are PyTorch's map. All numbers are whole,
# so the comparison is exact.

kernel = np.arange(1, 10).reshape(3, 3)
product = kernel.reshape(1, 9) @ columns

x, w = torch.tensor(grid)[None, None], torch.tensor(kernel)[None, None]
assert np.array_equal(product.reshape(2, 2), conv2d(x, w)[0, 0])

# The ratios count cells, and a little for the frame, so that the cells line up.
ratios = {"width_ratios": [9.1, 4.1], "height_ratios": [9.1, 1.1]}
figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.8), **ratios)
axes[0, 0].set_axis_off()
plots.show_cells(axes[0, 1], columns, colour=plots.INPUT, title="windows")
plots.show_cells(axes[1, 0], kernel.reshape(1, 9), colour=plots.KERNEL, title="kernel")
plots.show_cells(axes[1, 1], product, colour=plots.OUTPUT)
axes[1, 1].set_xlabel("output")
plots.describe(
    figure,
    f"""The kernel as a row of nine at the bottom left, the four columns at the top
    right, and where they cross the four results: {product[0]}.""",
)

# %%
# Can the kernel be the matrix instead?
# -------------------------------------
# So far the input was rearranged. Now leave it as it is, flattened to 16 numbers, and give
# each output cell a row of 16 weights: the kernel's where its window lies, 0 elsewhere. How
# many of the 4 x 16 entries are not 0? Each of the four rows holds nine weights.

matrix = cross_correlation_matrix(kernel[None, None], (4, 4)).toarray()
assert matrix.shape == (4, 16)
assert np.count_nonzero(matrix) == 4 * 9 == 36
assert np.array_equal(matrix @ grid.ravel(), conv2d(x, w).flatten())

# sphinx_gallery_thumbnail_number = 3
figure, ax = plt.subplots(figsize=(7.2, 2.3))
entries = np.where(matrix == 0, np.nan, matrix)
plots.show_cells(ax, entries, colour=plots.KERNEL, highlight=matrix != 0)
ax.set_xticks(range(16))
ax.set_yticks(range(4), [f"{i}, {j}" for i, j in np.ndindex(2, 2)])
ax.tick_params(length=0)
ax.set(xlabel="input cell", ylabel="output cell")
for edge in (3.5, 7.5, 11.5):
    ax.axvline(edge, color=plots.INK)
ax.axhline(1.5, color=plots.INK)
plots.describe(
    figure,
    """A matrix of 4 rows and 16 columns, cut by lines into blocks of 2 x 4. The first
    row has the weights 1 to 9 in columns 0, 1, 2, 4, 5, 6, 8, 9 and 10. The other
    rows have the same weights moved to the right by 1, 4 and 5. Empty cells are
    zeros.""",
)

# %%
# With more channels and kernels the matrix grows by one such piece for each pair of them: two
# input channels and three kernels make (3 * 4) x (2 * 16).

assert cross_correlation_matrix(np.ones((3, 2, 3, 3)), (4, 4)).shape == (3 * 4, 2 * 16)

# %%
# What is regular about it?
# -------------------------
# A matrix whose diagonals are constant is called a *Toeplitz* matrix. Ours is not one: from
# the second row to the third the weights move by three. But each block between the lines is,
# and the blocks repeat along their own diagonals. That is called *doubly blocked Toeplitz*.

assert not np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])
blocks = matrix.reshape(2, 2, 4, 4)  # output row and column, input row and column
assert np.array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])  # inside each block
assert np.array_equal(blocks[1:, :, 1:], blocks[:-1, :, :-1])  # and from block to block

# %%
# What does the transpose do?
# ---------------------------
# The matrix takes 16 numbers to 4. Its transpose has 16 rows, and takes 4 numbers to 16. Give
# it a 2 x 2 map. Each value is spread over the nine cells that its window reads, times the
# kernel, and what meets in a cell is added. Predict the second number of the first row.

small = np.array([[1, 2], [3, 4]])
large = (matrix.T @ small.ravel()).reshape(4, 4)
print(large)
# the first value's second weight, the second's first
assert large[0, 1] == 1 * 2 + 2 * 1

y = torch.tensor(small)[None, None]
assert np.array_equal(large, conv_transpose2d(y, w)[0, 0])

# %%
# That is what ``conv_transpose2d`` computes, and why it is called *transposed* convolution. A
# transpose is not an inverse: it brings the 4 x 4 size back, not the numbers we began with.

assert not np.array_equal(matrix.T @ matrix @ grid.ravel(), grid.ravel())

# %%
# Have you used it already?
# -------------------------
# Yes, if you ever trained a convolution. Going backwards, the layer is told for each output
# cell how much the loss grows with it, and must say the same for each input cell. Since the
# layer is a matrix, the answer is its transpose times what it was told.

leaf = x.double().requires_grad_()  # derivatives need floats; these hold whole numbers
conv2d(leaf, w.double()).backward(y.double())
assert np.array_equal(leaf.grad[0, 0], large)

# %%
# What do padding and stride change?
# ----------------------------------
# With padding 1 the kernel has 4 x 4 places, and weights that fall on the padding are left
# out of the matrix. With stride 2 as well, only every second row and column of places is
# used. Which rows of the matrix stay?

every = cross_correlation_matrix(kernel[None, None], (4, 4), padding=1).toarray()
strided = cross_correlation_matrix(
    kernel[None, None], (4, 4), padding=1, stride=2
).toarray()
kept = [0, 2, 8, 10]
assert np.array_equal(every[kept], strided)
assert np.array_equal(
    strided @ grid.ravel(), conv2d(x, w, padding=1, stride=2).flatten()
)

figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.0))
filled = (every != 0) & np.isin(np.arange(16), kept)[:, None]
entries = np.where(every == 0, np.nan, every)
panels = [(axes[0], np.arange(16), "stride 1"), (axes[1], kept, "stride 2")]
for ax, rows, title in panels:
    plots.show_cells(
        ax,
        entries[rows],
        colour=plots.KERNEL,
        highlight=filled[rows],
        title=title,
        fontsize=7,
    )
    ax.set_yticks(range(len(rows)), rows, fontsize=7)
plots.describe(
    figure,
    f"""Two matrices, both with padding 1. At stride 1 there are 16 rows and
    {np.count_nonzero(every)} weights, in bands along the diagonals; rows 0, 2, 8 and
    10 are filled. The matrix at stride 2 consists of these four rows, with
    {np.count_nonzero(strided)} weights.""",
)

# %%
# Leaving out rows breaks the diagonals. From one row to the next the weights now move by two,
# so the blocks are no longer Toeplitz.

blocks = strided.reshape(2, 2, 4, 4)
assert not np.array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])
assert np.array_equal(blocks[:, 1:, :, 2:], blocks[:, :-1, :, :-2])

# %%
# The transpose still goes back to 4 x 4. PyTorch cannot know that: at stride 2 a 3 x 3 input
# gives a 2 x 2 map too, so ``output_padding`` has to say which of the two it was.

assert conv2d(x[..., :3, :3], w, padding=1, stride=2).shape == y.shape
back = conv_transpose2d(y, w, padding=1, stride=2, output_padding=1)
assert np.array_equal((strided.T @ small.ravel()).reshape(4, 4), back[0, 0])

# %%
# And for a real picture?
# -----------------------
# One channel of the panda, and a 5 x 5 kernel that rises from left to right. There are
# 231 x 176 places, so that many rows, and 235 x 180 columns. With all its zeros, at four bytes
# a number, the matrix would take 6.9 GB. But a row has only 25 weights. We store those and
# no more, which is called a *sparse* matrix.

channel = np.asarray(images.load("panda"))[..., 0] / 255
ramp = kernels.oriented_ramps()[:1, None].astype(np.float64)
big = cross_correlation_matrix(ramp, channel.shape)
assert big.shape == (231 * 176, 235 * 180) == (40_656, 42_300)
assert big.nnz == 25 * 40_656 == 1_016_400  # the ramp's own zeros are stored as well
cells = big.shape[0] * big.shape[1]
assert round(4 * cells / 1e9, 1) == 6.9
print(f"{big.nnz:,} of {cells:,} entries are stored, or {big.nnz / cells:.3%}")

mapped = (big @ channel.ravel()).reshape(231, 176)
theirs = conv2d(torch.tensor(channel)[None, None], torch.tensor(ramp))[0, 0]
np.testing.assert_allclose(mapped, theirs, rtol=0, atol=1e-12)

figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.2))
plots.show_picture(axes[0], channel, title="red channel")
image = plots.show_maps(axes[1:], [mapped], titles=["matrix times picture"])
plots.show_scale(figure, image, axes[1:], label="answer of the filter")
plots.describe(
    figure,
    """The red channel of the panda in grey, and the map that the sparse matrix makes
    of it: strong responses along the upright edges of head, arms and bamboo, near
    zero elsewhere.""",
)
plt.show()

# %%
# Recap
# -----
# - Windows as columns: the kernel as a row, times all columns, is the whole map.
# - The kernel as a matrix: a row for each output cell, a column for each input cell, and at
#   most as many entries in a row as the kernel has cells.
# - At stride 1 the matrix is doubly blocked Toeplitz. A larger stride leaves out rows, and then
#   it is not.
# - Its transpose is the transposed convolution, and the way gradients take to the input.
#
# Exercises
# ---------
# 1. With padding 2 every cell of the 4 x 4 grid meets all nine weights. Predict the shape of
#    the matrix and the number of its entries, then ask ``cross_correlation_matrix``.
# 2. Take a kernel of ones and add up each *column* of its 4 x 16 matrix. What do you count?
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, section 4.1.
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 9.1 (Toeplitz matrices).
