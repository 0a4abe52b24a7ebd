"""
A convolution is a matrix, and its transpose is the transposed convolution
==========================================================================

Write the windows of the input as columns, and one matrix product gives the whole map. Write
the kernel into a matrix instead, and the map is that matrix times the input. On a 4 x 4 grid
you see every number of both. Then exchange rows and columns of the second: that is the transposed
convolution, and training sends its gradients back through it.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d

from convdocs import exercises, images, kernels, plots, questions
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.unfold import unfold

plt.style.use("convdocs.page")

# %%
# Can a window become a column?
# -----------------------------
# The input is a 4 x 4 grid. Each cell holds its own number, 0 to 15, so that you can see
# where a value came from. A 3 x 3 kernel has 2 x 2 places on it. Read the nine cells under
# each place row by row, and write them below one another. PyTorch calls this :term:`unfold`,
# others *im2col*, image to columns. Write the kernel as a row of nine, and that row times a
# column multiplies pair by pair and adds up: one output cell. The row times all four columns
# is the whole map. All numbers are whole, so the comparison with PyTorch is exact.

grid, kernel = np.arange(16).reshape(4, 4), np.arange(1, 10).reshape(3, 3)
columns = unfold(grid[None, None], 3)[0]  # the first picture of a batch of one
product = kernel.reshape(1, 9) @ columns

x, w = torch.tensor(grid)[None, None], torch.tensor(kernel)[None, None]
assert columns.shape == (9, 4)
assert np.array_equal(product.reshape(2, 2), conv2d(x, w)[0, 0])

# %%

# Drawing: the input, its windows as columns, the kernel as a row, and their product
first = np.zeros((4, 4), bool)
first[:3, :3] = True
assert np.array_equal(grid[first], columns[:, 0])
# The ratios count cells, and a little for the frame, so that the cells line up.
ratios = {"width_ratios": [9.1, 4.1], "height_ratios": [9.1, 1.1]}
figure, axes = plt.subplots(2, 2, figsize=(7.2, 4.8), **ratios)
left = np.arange(4) == np.zeros((9, 1))  # the first column alone
blue, row = plots.INPUT, kernel.reshape(1, 9)
plots.show_cells(axes[0, 0], grid, colour=blue, highlight=first, title="input")
plots.show_cells(axes[0, 1], columns, colour=blue, highlight=left, title="windows")
plots.show_cells(axes[1, 0], row, colour=plots.KERNEL, title="kernel")
plots.show_cells(axes[1, 1], product, colour=plots.OUTPUT, highlight=left[:1])
axes[1, 1].set_xlabel("output")
plots.describe(
    figure,
    f"""The 4 x 4 input, numbered 0 to 15, its first 3 x 3 window filled. At its right
    four columns of nine numbers, the first filled: {columns[:, 0]}. At the bottom left
    the kernel as a row of nine; where it crosses the columns, the four results:
    {product[0]}.""",
    caption=f"The filled window is the filled column. The kernel's row times it is "
    f"{product[0, 0]}, and each result stands where its row and its column cross.",
)

# %%
# Can the kernel be the matrix instead?
# -------------------------------------
# So far the input was rearranged. Now leave it as it is, but *flattened*: its rows one behind
# the other, 16 numbers. Each output cell gets a row of 16 weights, the kernel's where its window
# lies and 0 elsewhere. So the matrix has a row for each output cell, a column for each input cell.

matrix = cross_correlation_matrix(kernel[None, None], (4, 4)).toarray()
assert np.array_equal(matrix @ grid.ravel(), conv2d(x, w).flatten())

# %%

questions.click(
    "The third row of the matrix belongs to the kernel's place at the bottom left. In which of "
    "the 16 columns is it not 0?",
    "np.arange(16)[None]",
    "matrix[[2]] != 0",
    {
        "abs(np.arange(16)[None] - 8) <= 4": "The window leaves out the last cell of each row.",
        "matrix[[1]] != 0": "That is the place at the top right, the second row's.",
        "matrix[[0]] != 0": "The window moves from place to place, and the weights with it.",
    },
    because="That window has the input's rows 1 to 3 and its columns 0 to 2.",
)

# %%

# Drawing: the matrix of the kernel
figure, ax = plt.subplots(figsize=(7.2, 2.3))
entries = np.where(matrix == 0, np.nan, matrix)
plots.show_cells(ax, entries, colour=plots.KERNEL, highlight=matrix != 0)
ax.set_xticks(range(16))
ax.set_yticks(range(4), [f"{i}, {j}" for i, j in np.ndindex(2, 2)])
ax.tick_params(length=0)
ax.set(xlabel="input cell", ylabel="output cell")
ax.vlines([3.5, 7.5, 11.5], -0.55, 3.55, color=plots.INK)
ax.axhline(1.5, color=plots.INK)
starts = [int(np.flatnonzero(row)[0]) for row in matrix]
assert starts == [0, 1, 4, 5]
assert all(np.array_equal(row[row > 0], kernel.ravel()) for row in entries)
plots.describe(
    figure,
    """A matrix of 4 rows and 16 columns, cut by lines into blocks of 2 x 4. The first
    row has the weights 1 to 9 in columns 0, 1, 2, 4, 5, 6, 8, 9 and 10. The other rows
    have them moved to the right by 1, 4 and 5. Empty cells are zeros.""",
    caption=f"The same nine weights stand in each row, and begin in columns {starts}. Between "
    "the lines every diagonal holds one number.",
)
# sphinx_gallery_thumbnail_number = 2

# %%
# With more channels and kernels there is one such piece for each pair of them.

many = np.random.default_rng(0).integers(-9, 10, (3, 2, 3, 3))
pieces = [[cross_correlation_matrix(k[None, None], (4, 4)) for k in ks] for ks in many]
together = np.block([[piece.toarray() for piece in row] for row in pieces])
assert np.array_equal(cross_correlation_matrix(many, (4, 4)).toarray(), together)

# %%

questions.type_in(
    "A layer has two input channels, three 3 x 3 kernels and no padding. What is the shape of "
    "its matrix for inputs of 4 x 4?",
    "together.shape",
    {
        "matrix.shape": "That is the piece of one channel and one kernel.",
        "(3 * 4, 16)": "Every kernel reads both channels, so the input has 2 x 16 cells.",
        "(2 * 16, 3 * 4)": "A row for each output cell, a column for each input cell.",
    },
    because="Three maps of 2 x 2 cells come out, two channels of 4 x 4 cells go in.",
    alone=True,
)

# %%
# What is regular about it?
# -------------------------
# A matrix whose diagonals are constant is called a :term:`Toeplitz matrix`. Ours is not one: from
# the second row to the third the weights move by three. But each block between the lines is, and
# the blocks repeat along their own diagonals. That is called
# :term:`doubly blocked Toeplitz <doubly blocked Toeplitz matrix>`, and holds for one channel at
# stride 1, with padding of zeros or without. With several channels each piece has this form; the
# whole need not.

assert not np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])
padded = cross_correlation_matrix(kernel[None, None], (4, 4), padding=1).toarray()
for entire, side in ((matrix, 2), (padded, 4)):
    # output row and column, input row and column
    blocks = entire.reshape(side, side, 4, 4)
    assert np.array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])  # in each block
    assert np.array_equal(blocks[1:, :, 1:], blocks[:-1, :, :-1])  # block to block
pieces = together.reshape(6, 2, 8, 4)
assert not np.array_equal(pieces[1:, :, 1:], pieces[:-1, :, :-1])

# %%
# What does the transpose do?
# ---------------------------
# The matrix takes 16 numbers to 4. Its :term:`transpose`, with rows and columns exchanged, takes 4
# to 16. Give it a 2 x 2 map. Each value is spread over the nine cells that its window reads, times
# the kernel, and what meets in a cell is added.

small = np.array([[2, 3], [4, 5]])
large = (matrix.T @ small.ravel()).reshape(4, 4)

# %%

questions.type_in(
    "The 2 x 2 map holds 2, 3 and 4, 5; the 3 x 3 kernel 1 to 9. The transposed matrix spreads "
    "the map over 4 x 4 cells. What stands in the second cell of the first row?",
    "large[0, 1]",
    {
        "small[0, 0] * kernel[0, 1]": "The map's second value arrives there too, with the "
        "kernel's first weight.",
        "small[0, 1] * kernel[0, 1]": "The map's second value begins its window here, so its "
        "first weight lands here; and the map's first value arrives too.",
    },
    because="The map's 2 with the kernel's 2, and the map's 3 with the kernel's 1.",
    alone=True,
)

# %%
# That is what ``conv_transpose2d`` computes, and why it is called *transposed* convolution. A
# transpose is not an inverse: it brings the 4 x 4 size back, not the numbers we began with.

print(large)
y = torch.tensor(small)[None, None]
assert np.array_equal(large, conv_transpose2d(y, w)[0, 0])
assert not np.array_equal(matrix.T @ matrix @ grid.ravel(), grid.ravel())

# %%
# You have used it if you ever trained two convolutions in a row. Going backwards, the layer is told
# for each output cell how much the loss grows with it, and must say the same for each input cell.
# Since the layer is a matrix, the answer is its transpose times what it was told. This is what
# *backpropagation* does to the input of a convolution.

leaf = x.double().requires_grad_()  # derivatives need floats
conv2d(leaf, w.double()).backward(y.double())
assert np.array_equal(leaf.grad[0, 0], large)

# %%
# What does a stride change?
# --------------------------
# With padding 1 the kernel has 4 x 4 places, so the matrix has 16 rows; weights that fall on
# the padding are left out. At stride 2 only every second row and column of places is used.

every_second = {"padding": 1, "stride": 2}
strided = cross_correlation_matrix(kernel[None, None], (4, 4), **every_second).toarray()
assert np.array_equal(strided @ grid.ravel(), conv2d(x, w, **every_second).flatten())

# %%

kept = np.arange(16).reshape(4, 4)[::2, ::2].ravel()
assert np.array_equal(padded[kept], strided)
questions.choose(
    "With padding 1 and stride 1 the matrix has rows 0 to 15. Which of them are left at stride 2?",
    "tuple(kept)",
    {
        "tuple(range(0, 16, 2))": "Every second column of places, yes, but every second row of "
        "places goes as well.",
        "tuple(range(4))": "Four rows are right, but the kernel still goes over all of the input.",
    },
    because="Places 0 and 2 of the first row of places, and 0 and 2 of the third: 8 and 10.",
)

# %%
# Leaving out rows breaks the diagonals: the blocks are no longer Toeplitz. The transpose still
# goes back to 4 x 4. PyTorch cannot know that: at stride 2 inputs of 3 rows or columns give a 2 x 2
# map too, so ``output_padding`` has to say it for each axis.

blocks = strided.reshape(2, 2, 4, 4)
assert not np.array_equal(blocks[:, 1:, :, 1:], blocks[:, :-1, :, :-1])
for rows, columns in ((3, 3), (3, 4), (4, 3)):
    assert conv2d(x[..., :rows, :columns], w, **every_second).shape == y.shape
back = conv_transpose2d(y, w, output_padding=1, **every_second)
assert np.array_equal((strided.T @ small.ravel()).reshape(4, 4), back[0, 0])

# %%
# And for a real picture?
# -----------------------
# One channel of the panda, and a 5 x 5 kernel that rises from left to right. With all its zeros,
# at four bytes a number, the matrix would take 6.9 GB. But a row has only 25 weights. We store
# those and no more, which is called a :term:`sparse matrix`. PyTorch's map is the same.

panda = np.asarray(images.load("panda"))[..., 0] / 255
ramp = kernels.oriented_ramps()[:1, None].astype(np.float64)
big = cross_correlation_matrix(ramp, panda.shape)
assert big.shape == (231 * 176, 235 * 180)
assert big.nnz == 25 * 231 * 176  # the ramp's own zeros are stored as well
cells = big.shape[0] * big.shape[1]
assert round(4 * cells / 1e9, 1) == 6.9
print(f"{big.nnz:,} of {cells:,} entries are stored, or {big.nnz / cells:.3%}")

theirs = conv2d(torch.tensor(panda)[None, None], torch.tensor(ramp))
np.testing.assert_allclose(big @ panda.ravel(), theirs.flatten(), rtol=0, atol=1e-12)
plt.show()

# %%
# Recap
# -----
# - Windows as columns: the kernel as a row, times all columns, is the whole map.
# - The kernel as a matrix: a row for each output cell, a column for each input cell, and at
#   most as many entries in a row as the kernel has weights.
# - At stride 1, with padding of zeros or without, the matrix of one channel is doubly blocked
#   Toeplitz. A larger stride leaves out rows, and then in general it is not.
# - Its transpose is the transposed convolution, and the way gradients take to the input.
#
# Exercises
# ---------
# 1. With padding 2 every cell of the 4 x 4 grid meets all nine weights. Predict the shape of
#    the matrix and the number of entries that are not 0, then ask ``cross_correlation_matrix``.
# 2. Take a kernel of ones and add up each *column* of its 4 x 16 matrix. What do you count?
# 3. Write ``matrix_1d(n, w)``, the matrix of a row of weights ``w`` on a row of ``n`` numbers, at
#    stride 1, without padding. Have it checked: ``exercises.check("matrix_1d", matrix_1d)``.

# %%

# Solution 1: 36 rows, and nine entries in each of the 16 columns
full = cross_correlation_matrix(kernel[None, None], (4, 4), padding=2)
assert full.shape == (6 * 6, 16) and full.nnz == 16 * 9
assert (np.count_nonzero(full.toarray(), axis=0) == 9).all()

# %%

# Solution 2: in how many windows each input cell lies
counting = cross_correlation_matrix(np.ones((1, 1, 3, 3), int), (4, 4)).toarray()
reads = np.zeros((4, 4), int)
for i, j in np.ndindex(2, 2):
    reads[i : i + 3, j : j + 3] += 1
assert np.array_equal(counting.sum(axis=0).reshape(4, 4), reads)
assert reads[0, 0] == 1 and reads[1, 1] == 4  # a corner, and a cell in the middle

# %%


# Solution 3: the weights in every row, each time one sample farther
def matrix_1d(n, w):
    rows = np.zeros((n - len(w) + 1, n), int)
    for i, one in enumerate(rows):
        one[i : i + len(w)] = w
    return rows


exercises.check("matrix_1d", matrix_1d)

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, section 4.1.
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.1 (Toeplitz matrices).
