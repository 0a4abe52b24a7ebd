"""
What a kernel maps to zero is lost, and its spectrum says how near each wave comes
==================================================================================

Two pictures may give one and the same map. Which ones, the matrix of the layer tells: its *rank*
says how much is kept, its *singular values* how much is nearly lost. If the picture goes round in
a circle, no matrix is needed: the kernel's *spectrum*, a number for each wave, holds them all.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn.functional import conv2d

from convdocs import images, plots, questions
from convdocs.operations.matrix import cross_correlation_matrix

plt.style.use("convdocs.page")

# %%
# Where is the matrix in a layer?
# -------------------------------
# Nowhere. A layer keeps its weights, each one once: here three. The matrix writes them out for an
# input of one size, again in each row. Row ``o`` holds what output ``o`` weighs each input by: the
# three weights where its window is, and zeros. Take eight samples in a row, and the kernel 1, 2, 1.

w = np.array([1, 2, 1])
layer = nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular", bias=False)
layer.weight.data = torch.tensor(w[None, None]).float()
kinds = {
    "no padding": {},
    "zeros": {"padding": 1},
    "circular": {"padding": 1, "padding_mode": "circular"},
}
matrices = {
    name: cross_correlation_matrix(w[None, None], (8,), **settings).toarray()
    for name, settings in kinds.items()
}
x = np.array([3, 1, 4, 1, 5, 9, 2, 6])
assert layer.weight.numel() == len(w) and matrices["circular"].shape == (8, 8)
theirs = layer(torch.tensor(x[None, None]).float())[0, 0].detach()
assert np.array_equal(matrices["circular"] @ x, theirs)

# %%

eight = np.arange(8)[None]
questions.click(
    "Eight samples, a kernel of three weights, and circular padding of one: beyond the last sample "
    "comes the first again. Click on the samples that the last output reads.",
    "eight",
    'matrices["circular"][[-1]] != 0',
    {
        'matrices["zeros"][[-1]] != 0': "That is so with zeros around: the third weight meets none "
        "of the samples.",
        'matrices["no padding"][[-1]] != 0': "That is the last output without padding, the sixth.",
    },
    because="The last output stands on sample 7. It reads 6, 7, and, round the circle, 0.",
    alone=True,
)

# %%

# Drawing: the window of the last output, and below it the matrix with its last row lit
figure, axes = plt.subplots(2, 3, figsize=(7.2, 3.4), height_ratios=[1.5, 8])
for (top, below), (name, matrix) in zip(axes.T, matrices.items(), strict=True):
    read = matrix[[-1]] != 0
    plots.show_cells(top, x[None], colour=plots.INPUT, highlight=read, title=name)
    lit = np.zeros(matrix.shape, bool)
    lit[-1] = read
    shown = np.where(matrix == 0, np.nan, matrix)
    plots.show_cells(below, shown, colour=plots.KERNEL, highlight=lit, fontsize=8)
    product = matrix[-1] @ x
    below.set_xlabel(f"the last output is {product}")
    window = [int(text.get_text()) for n, text in enumerate(top.texts) if read[0, n]]
    assert np.dot(matrix[-1][read[0]], window) == product
    filled = [n for n, cell in enumerate(below.patches) if cell.get_facecolor()[3] > 0]
    assert (
        np.array_equal(filled, np.flatnonzero(lit))
        and min(filled) // 8 == len(matrix) - 1
    )
plots.describe(
    figure,
    """Three matrices for the kernel 1, 2, 1 on eight samples, each below the samples, of which
    those that the last row reads are filled. Without padding there are six rows, each the one
    above moved by one; the last reads samples 5, 6 and 7. With zeros there are eight rows, and
    the first and the last have two weights only. With circular padding the missing weights stand
    in the opposite corners.""",
    caption="A filled row is read off the filled samples above it. With circular padding a weight "
    "that leaves on one side comes in on the other.",
)

# %%
# When is it Toeplitz, when circulant?
# ------------------------------------
# All three are :term:`Toeplitz <Toeplitz matrix>`: each diagonal holds one number. The circular one
# is more: each row is the row above, moved by one, and what leaves at the end comes in at the
# front. That is called a :term:`circulant matrix`. It takes one axis, one channel, stride 1, and
# circular padding that keeps the size. A stride of 2 leaves out rows, and then it is neither. With
# circular padding, the matrix of a picture consists of circulant blocks, which go round in a circle
# themselves: it is *doubly blocked circulant*.

for name, matrix in matrices.items():
    assert np.array_equal(matrix[1:, 1:], matrix[:-1, :-1])
    turned = np.array_equal(matrix, np.roll(np.roll(matrix, 1, axis=0), 1, axis=1))
    assert turned == (name == "circular")
in_twos = cross_correlation_matrix(w[None, None], (8,), stride=2, **kinds["circular"])
assert np.array_equal(in_twos.toarray(), matrices["circular"][::2])
assert not np.array_equal(in_twos.toarray()[1:, 1:], in_twos.toarray()[:-1, :-1])

blur = np.outer(w, w)  # 3 x 3, on 6 x 6 cells
of_picture = cross_correlation_matrix(
    blur[None, None], (6, 6), **kinds["circular"]
).toarray()
blocks = of_picture.reshape(6, 6, 6, 6)  # output row and column, input row and column
for down, across in ((1, 0), (0, 1)):
    again = np.roll(blocks, (down, across, down, across), (0, 1, 2, 3))
    assert np.array_equal(again, blocks)

# %%
# What is lost?
# -------------
# An input that a layer answers with zeros is lost. And not only alone: add it to any other, and
# the map does not change. So no layer after it can tell the two apart.

stripes, slow = np.array([1, -1] * 4), np.array([1, 1, -1, -1] * 2)
constant = np.ones(8, int)

# %%

questions.choose(
    "The kernel 1, 2, 1 goes round in a circle of eight samples. Which of these inputs does it "
    "answer with zeros only?",
    "tuple(stripes)",
    {
        "tuple(constant)": "It answers each 1 with 1 + 2 + 1.",
        "tuple(slow)": "Where two equal samples meet, they do not cancel: 1 + 2 - 1.",
    },
    because="Wherever it stands, the neighbours weigh as much as the middle, with the other sign.",
    alone=True,
)

# %%
# How many such inputs are there? The :term:`rank` of a matrix says how many dimensions its outputs
# fill. The number of inputs, eight, less the rank is the number of dimensions of its :term:`null
# space`, which is all that it maps to zero. Without padding six outputs are too few for eight
# inputs. In a circle only the stripes are lost, and their multiples.

assert np.array_equal(matrices["circular"] @ (x + stripes), matrices["circular"] @ x)
assert not (matrices["circular"] @ stripes).any()
ranks = {name: int(np.linalg.matrix_rank(matrix)) for name, matrix in matrices.items()}

# %%

questions.type_in(
    "The same kernel with one zero on either side: eight outputs from eight inputs. What is the "
    "rank of its matrix?",
    'ranks["zeros"]',
    {
        'ranks["circular"]': "Try the stripes: at the two ends a neighbour is missing.",
        'ranks["no padding"]': "That is how many outputs there are without the zeros.",
    },
    because="The ends give the stripes away: there 2 - 1 is left. Only an input "
    "of zeros gives zeros.",
)

# %%
# How much is nearly lost?
# ------------------------
# With zeros around, stripes leave a trace at the two ends only, yet by rank they are kept. The
# :term:`singular values <singular value>` tell more. For any matrix there are directions
# of the input, at right angles to each other, that it takes to directions at right angles, and a
# singular value says how many times as long one becomes. Here the smallest is 0.12 and the largest
# 3.88. Stripes that fade out at both ends come back 0.12 times as long: they are nearly lost, and a
# little noise hides them. Plain stripes keep half their length. What a zero belongs to is lost for
# good.

print(*(f"{name}: rank {rank}" for name, rank in ranks.items()), sep="\n")
sizes = {name: np.linalg.svd(m, compute_uv=False) for name, m in matrices.items()}
assert ranks == {"no padding": 8 - 2, "zeros": 8, "circular": 8 - 1}
np.testing.assert_allclose(sizes["circular"][[0, -1]], [w.sum(), 0], atol=1e-12)
np.testing.assert_allclose(sizes["zeros"][[0, -1]], [3.88, 0.12], atol=0.005)
faded = stripes * np.sin(np.pi * np.arange(1, 9) / 9)
both = np.stack([stripes, faded], axis=1)
kept = np.linalg.norm(matrices["zeros"] @ both, axis=0) / np.linalg.norm(both, axis=0)
np.testing.assert_allclose(kept, [1 / 2, sizes["zeros"][-1]])

# %%
# Why are they the spectrum?
# --------------------------
# In a circle the directions are known: waves. Written with complex numbers, the wave that goes
# round :math:`f` times is :math:`e^{2 \pi i f n / 8}` at sample :math:`n`, with :math:`i` the
# imaginary unit, and moved by a sample it is the same wave times a number. So all taps of the
# kernel meet multiples of one thing, and the output is the wave again, times one number: the sum of
# the weights times these multiples. The :term:`spectrum` of the kernel, which is its discrete
# Fourier transform, has for each :math:`f` a number of the same magnitude. And as waves are at
# right angles to each other, before and after, these magnitudes are the singular values.

spectrum = np.fft.fft(w, 8)
for f in range(8):
    wave = np.exp(2j * np.pi * f * np.arange(8) / 8)
    answer = matrices["circular"] @ wave
    np.testing.assert_allclose(answer / wave, (answer / wave)[0], atol=1e-12)
    np.testing.assert_allclose(abs(answer[0]), abs(spectrum[f]), atol=1e-12)
np.testing.assert_allclose(np.sort(abs(spectrum))[::-1], sizes["circular"], atol=1e-12)

# %%

box = np.array([1, 1, 1])
questions.type_in(
    "The kernel 1, 1, 1 goes round in a circle of eight samples. How many times as large does it "
    "make the finest stripes, 1, -1, 1, -1 and so on (without the sign)?",
    "round(abs(np.fft.fft(box, 8)[4]))",
    {
        "box.sum()": "That is what it does to a constant, the slowest wave.",
        "box[0] - box[1]": "The third weight is left over, and counts.",
    },
    because="1 - 1 + 1: the third weight has no partner. A mean of three keeps a third of them.",
    alone=True,
)

# %%
# The magnitude hides one thing: a layer does not flip its kernel. Call the spectra of input and
# kernel :math:`X` and :math:`W`, the transform :math:`\mathcal{F}`, convolution :math:`*` and
# cross-correlation :math:`\star`. In a circle, for real kernels,
#
# .. math:: \mathcal{F}(x * w) = X \, W, \qquad \mathcal{F}(x \star w) = X \, \bar{W}
#
# The bar is the complex conjugate: a flip in space is a conjugate in frequency.

convolved = [sum(w[t] * x[(o - t) % 8] for t in range(3)) for o in range(8)]
correlated = [sum(w[t] * x[(o + t) % 8] for t in range(3)) for o in range(8)]
of_x = np.fft.fft(x)
np.testing.assert_allclose(np.fft.ifft(of_x * spectrum), convolved, atol=1e-12)
np.testing.assert_allclose(np.fft.ifft(of_x * spectrum.conj()), correlated, atol=1e-12)

# %%
# Pictures have their singular values from ``fft2``: 36 waves, 36 values.

in_circle = np.linalg.svd(of_picture, compute_uv=False)
magnitudes = abs(np.fft.fft2(blur, (6, 6))).ravel()
np.testing.assert_allclose(np.sort(magnitudes)[::-1], in_circle, atol=1e-12)

# %%

# Drawing: the spectra of three kernels, and as dots the singular values on eight samples
figure, ax = plt.subplots(figsize=(7.2, 3.2))
for name, kernel, style, heights in (
    ("1, 2, 1", w, "-", [4, 2, 0]),
    ("1, 1, 1", box, "--", [3, 1, 1]),
    ("-1, 0, 1", np.array([-1, 0, 1]), ":", [0, 2, 0]),
):
    fine = abs(np.fft.rfft(kernel, 512))
    line = ax.plot(np.linspace(0, 0.5, 257), fine, style, label=name.replace("-", "−"))
    assert np.allclose(fine[[0, 128, 256]], heights)  # at 0, a quarter and a half
    assert name != "1, 1, 1" or abs(fine.argmin() / 512 - 1 / 3) < 0.01
    dots = abs(np.fft.rfft(kernel, 8))
    assert np.allclose(dots, fine[::64])  # the dots lie on the curve
    size = 4 * len(ax.lines)  # rings, each around those before it
    ax.plot(
        np.linspace(0, 0.5, 5), dots, "o", c=line[0].get_color(), ms=size, mfc="none"
    )
ax.set(xlabel="periods of the wave per sample", ylabel="times as large")
ax.legend()
plots.describe(
    figure,
    """Three curves over the waves, from a constant at 0 to the finest stripes at 0.5. That of
    the kernel 1, 2, 1 falls from 4 to 0. That of 1, 1, 1 falls from 3 to 0 at a third and
    rises to 1 at the stripes. That of -1, 0, 1 rises from 0 to 2 at a quarter and falls to 0.
    Five rings on each.""",
    caption="Rings are the singular values on eight samples; the three inner ones count twice. "
    "Where a curve touches zero, a wave is lost. The mean of three loses waves of three samples, "
    "if they fit in the circle, and lets finer ones through.",
)

# %%
# What does that look like?
# -------------------------
# The 3 x 3 kernel of the same weights maps fine checks to zero, at every place without padding. So
# these two pictures give one map.

panda = np.asarray(images.load("panda").convert("L"), float)[60:124, 60:124]
checks = 60 * (-1.0) ** np.add.outer(np.arange(64), np.arange(64))
pictures = np.stack([panda, panda + checks])[:, None]
maps = conv2d(
    torch.tensor(pictures), torch.tensor(blur[None, None] / blur.sum()).double()
)
assert abs(pictures[1] - pictures[0]).min() == 60
np.testing.assert_allclose(maps[0], maps[1], rtol=0, atol=1e-10)

# %%

# Drawing: the two pictures, and the map of each
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.2))
shown = [pictures[0, 0], maps[0, 0].numpy(), pictures[1, 0], maps[1, 0].numpy()]
titles = ["a picture", "its map", "with checks on it", "its map"]
for ax, grid, title in zip(axes, shown, titles, strict=True):
    ax.imshow(grid, cmap="gray", vmin=-60, vmax=315)
    ax.set(xticks=[], yticks=[], title=title)
plots.describe(
    figure,
    """A part of the panda and its blurred map; the same part with a strong checkerboard of single
    pixels over it, and its map, which is the same.""",
    caption="Different inputs, one map: no layer behind this one can know of the checks.",
)
# sphinx_gallery_thumbnail_number = 3
plt.show()

# %%
# Recap
# -----
# - A layer keeps each weight once; its matrix repeats them, for an input of one size.
# - Circular padding that keeps the size makes it circulant, along one axis, if there is one channel
#   and stride 1.
# - What the matrix maps to zero is lost, whatever comes after. Rank counts what is kept.
# - In a circle the singular values are the magnitudes of the kernel's spectrum, wave by wave, for
#   one channel and stride 1.
#
# Exercises
# ---------
# 1. Which inputs does the kernel -1, 0, 1 lose on a circle of eight samples, and what is the rank?
# 2. What does a stride of 2 lose at least? Does the kernel 1, 2, 1 keep the stripes then?
# 3. Two channels in, two out: find the singular values of the whole layer from spectra.

# %%

# Solution 1: two of the eight dimensions, the constant and the stripes
edge = cross_correlation_matrix([[[-1, 0, 1]]], (8,), **kinds["circular"]).toarray()
assert not (edge @ constant).any() and not (edge @ stripes).any()
assert np.linalg.matrix_rank(edge) == 8 - 2

# %%

# Solution 2: half of the dimensions, for four outputs are left; and stripes stay lost
assert np.linalg.matrix_rank(in_twos.toarray()) == 4
assert not (in_twos @ stripes).any()
# It keeps nothing that stride 1 has lost: the rows are some of the same rows.

# %%

# Solution 3: for each wave a 2 x 2 matrix of the four spectra, and the singular values of these
several = np.random.default_rng(0).integers(-9, 10, (2, 2, 3))
whole = cross_correlation_matrix(several, (8,), **kinds["circular"]).toarray()
small = np.fft.fft(several, 8).transpose(2, 0, 1)  # wave, output, input
values = np.linalg.svd(small, compute_uv=False).ravel()
expected = np.linalg.svd(whole, compute_uv=False)
np.testing.assert_allclose(np.sort(values)[::-1], expected)

# %%
# Sources
# -------
# - Gray, `Toeplitz and circulant matrices: A review <https://doi.org/10.1561/0100000006>`_, 2006.
# - Sedghi, Gupta and Long, `The singular values of convolutional layers
#   <https://arxiv.org/abs/1805.10408>`_, 2019.
# - Oppenheim and Schafer, *Discrete-Time Signal Processing*, third edition, 2010, chapter 8.
