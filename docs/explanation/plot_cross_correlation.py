"""
Cross-correlation and convolution: a layer computes the first
=============================================================

Two operations differ by one sign. Deep learning computes the first and calls it by the name of
the second. You will see why nobody minds as long as the weights are learned, and three places
where the difference counts.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.testing import assert_allclose
from scipy import ndimage, signal
from torch.nn import functional as F

from convdocs import images, kernels, plots, questions
from convdocs.operations.matrix import cross_correlation_matrix

plt.style.use("convdocs.page")

# %%
# Where is the sign?
# ------------------
# :doc:`/pages/examples/convolution/plot_flip` shows the flip on nine numbers; here are the reasons.
# Take an input :math:`x` and a kernel :math:`w` with taps :math:`t = 0, 1, 2, \ldots` along one
# axis. :term:`Cross-correlation` reads forwards from the output position :math:`o`:
#
# .. math:: (x \star w)_o = \sum_t w_t \, x_{o + t}
#
# *Convolution* reads backwards:
#
# .. math:: (x * w)_o = \sum_t w_t \, x_{o - t}
#
# Reading :math:`x` backwards is reading it forwards with :math:`w` turned round. So the two differ
# by a :term:`flip` of the kernel, along every axis it has, and in where positions start to be
# counted: the first one where three taps lie on the input is 0 forwards and 2 backwards. NumPy
# offers both (for real numbers: of a complex kernel ``correlate`` takes the conjugate). With
# ``"valid"`` it keeps the :term:`valid` positions, those where the whole kernel meets the input.

x, w = np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.array([1, 2, -1])
layer = F.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0].numpy()
forwards = [sum(w[t] * x[o + t] for t in range(3)) for o in range(6)]
backwards = [sum(w[t] * x[o - t] for t in range(3)) for o in range(2, 8)]
assert np.array_equal(forwards, np.correlate(x, w, "valid"))
assert np.array_equal(backwards, np.convolve(x, w, "valid"))
assert np.array_equal(np.correlate(x, 1j * w, "valid"), -1j * np.array(forwards))

# %%

# Drawing: the input, and the kernel's taps below what they read for position 3
figure, axes = plt.subplots(2, 1, figsize=(3.7, 3))
signs = {"cross-correlation, $o = 3$": 1, "convolution, $o = 3$": -1}
for ax, (title, sign) in zip(axes, signs.items(), strict=True):
    read = [3 + sign * t for t in range(3)]
    lit = np.isin([range(8), range(8)], read)
    rows = np.full((2, 8), np.nan)
    rows[0] = x
    plots.show_cells(ax, rows, colour=plots.INPUT, highlight=lit * [[1], [0]])
    for t, place in enumerate(read):
        tap = (place - 0.5, 0.5)
        ax.add_patch(plt.Rectangle(tap, 1, 1, fc=plots.KERNEL, ec=plots.OUTLINE))
        words = {"ha": "center", "va": "center", "color": plots.ON_FILL}
        ax.text(place, 1, f"$w_{t}$", fontsize=12, **words)
    for place in range(8):
        ax.text(place, -0.6, f"$x_{place}$", ha="center", va="bottom", fontsize=12)
    ax.set_title(title, pad=18)
    met = dict(zip(read, w, strict=True))
    total = sum(x[place] * weight for place, weight in met.items())
    assert total == (forwards[3] if sign == 1 else backwards[3 - 2])
first, second = (
    {t.get_text(): t.get_position()[0] for t in ax.texts if "w" in t.get_text()}
    for ax in axes
)
assert list(first.values()) == [3, 4, 5] and list(second.values()) == [3, 2, 1]
plots.describe(
    figure,
    """The eight numbers of x, twice, with the three taps below those that they meet. For
    cross-correlation the taps 0, 1, 2 stand from left to right below x3, x4 and x5; for
    convolution tap 0 stands below x3 too, tap 1 to its left below x2, tap 2 below x1.""",
    caption="From position 3 on, the taps are laid to the right or to the left. Read from the "
    "left, the second kernel is the first one flipped.",
)

# %%

questions.choose(
    "An input begins with 3, 1, 4, and the kernel is 1, 2, -1. What is the first output of "
    "PyTorch's ``conv1d``, without padding?",
    "layer[0]",
    {
        'np.convolve(x, w, "valid")[0]': "That is the convolution: the kernel's last tap, -1, "
        "would meet the 3. A layer does not flip.",
        "x[:3].sum()": "The kernel's weights are missing.",
    },
    because="1 times 3, 2 times 1, and -1 times 4.",
    alone=True,
)

# %%

print("correlate:", np.correlate(x, w, "valid"))
print("convolve: ", np.convolve(x, w, "valid"))
print("conv1d:   ", layer)

assert np.array_equal(layer, np.correlate(x, w, "valid"))
assert not np.array_equal(layer, np.convolve(x, w, "valid"))
# flip it, and they agree
assert np.array_equal(layer, np.convolve(x, w[::-1], "valid"))

# %%
# Why does nobody mind?
# ---------------------
# LeCun and others (1998) call what their layer does equivalent to a convolution. Strictly, it
# convolves with the flipped weights.
#
# It does no harm because the weights are *learned*. Let one layer correlate and another convolve,
# and start the second from the flip of the first. Both give the same output, so the same
# :term:`loss`. Its *slopes*, by how much it grows as each weight does, are flipped as well. So
# every step of training keeps one kernel the flip of the other. We take 50 steps. The slopes of the
# correlating layer come from PyTorch. For the convolving one we take the loss at weight + 1 and at
# weight - 1: half the difference is the slope, exactly, as the loss is quadratic in each weight.

target = np.array([2, 7, 1, 8, 2, 8])
weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
flipped = w[::-1].astype(float)
for _ in range(50):
    output = F.conv1d(torch.tensor(x).double()[None, None], weight[None, None])[0, 0]
    loss = ((output - torch.tensor(target)) ** 2).sum()
    (slopes,) = torch.autograd.grad(loss, weight)
    changed = [*(flipped + np.eye(3)), *(flipped - np.eye(3))]
    outputs = [np.convolve(x, kernel, "valid") for kernel in changed]
    losses = ((np.array(outputs) - target) ** 2).sum(axis=1)
    halves = (losses[:3] - losses[3:]) / 2
    assert_allclose(halves, slopes.numpy()[::-1], atol=1e-9)
    weight = (weight - 0.001 * slopes).detach().requires_grad_()
    flipped = flipped - 0.001 * halves
    assert_allclose(flipped, weight.detach().numpy()[::-1], atol=1e-9)
print("correlating:", weight.detach().numpy().round(3))
print("convolving: ", flipped.round(3))
assert np.abs(flipped - w[::-1]).min() > 0.1  # each weight has moved

# %%
# So what one layer learns is the flip of what the other learns, and both say the same.
#
# When does it matter? First, with kernels made by hand
# -----------------------------------------------------
# A kernel from a book, or weights moved between libraries, must be read the way they were
# meant. SciPy's ``convolve`` flips and its ``correlate`` does not. Sobel's kernel answers where the
# brightness rises to the right, and half a turn turns its sign, and so that of every edge. With the
# Laplacian, which half a turn leaves as it is, nothing changes.

sobel, laplacian = kernels.SOBEL_X, kernels.LAPLACIAN
grey = torch.from_numpy(np.array(images.load("panda").convert("L"), np.float64) / 255)
for kernel, turned in ((sobel, -1), (laplacian, 1)):
    assert np.array_equal(np.rot90(kernel, 2), turned * kernel)
    weights = torch.tensor(kernel).double()[None, None]
    ours = F.conv2d(grey[None, None], weights, padding=1)[0, 0]
    assert_allclose(ours, ndimage.correlate(grey, kernel, mode="constant"), atol=1e-12)
    convolved = ndimage.convolve(grey, kernel, mode="constant")
    assert_allclose(ours, turned * convolved, atol=1e-12)

# %%
# Second, in theory
# -----------------
# Convolution can be reordered and regrouped, :math:`a * b = b * a` and
# :math:`(x * a) * b = x * (a * b)`. Correlation cannot: swapping its arguments reverses the
# result. Two correlating layers in a row are still one correlation, if there is nothing between
# them: neither padding nor a :term:`bias` nor ReLU. (If the first moves in steps of 2, the second
# kernel counts with a zero between its taps.)

a, b = np.array([1, 2, 3]), np.array([1, 0, -2, 5])
twice = np.correlate(np.correlate(x, a, "valid"), b, "valid")

# %%

questions.choose(
    "One layer has the kernel 1, 2, 3, the next one 1, 0, -2, 5. Which kernel of one layer, which "
    "does not flip either, does the work of both?",
    "tuple(np.convolve(a, b))",
    {
        'tuple(np.correlate(a, b, "full"))': "That flips the second kernel. But where the first "
        "reads t further on and the second u, both read t + u further on: no flip.",
        "tuple(np.convolve(a, b)[::-1])": "Neither layer flips, so nothing is turned.",
    },
    because="The convolution of the two: it adds up all products with the same t + u.",
)

# %%

for product, lawful in ((np.convolve, True), (np.correlate, False)):
    ab, ba = product(a, b, "full"), product(b, a, "full")
    assert np.array_equal(ab, ba) == lawful
    in_a_row = product(product(x, a, "full"), b, "full")
    assert np.array_equal(in_a_row, product(x, ab, "full")) == lawful
assert np.array_equal(ab, ba[::-1])  # of the correlation

one = np.convolve(a, b)
assert np.array_equal(twice, np.correlate(x, one, "valid"))
# but not with a ReLU, a bias or padding in between
between = np.correlate(-x, a, "valid")
for changed in (between.clip(min=0), between + 1, np.pad(between[1:-1], 1)):
    after = np.correlate(changed, b, "valid")
    assert not np.array_equal(after, np.correlate(-x, one, "valid"))
spread = np.kron(b[:3], [1, 0])[:-1]  # the second kernel behind a stride of 2
strided = np.correlate(-x, np.convolve(a, spread), "valid")[::2]
assert np.array_equal(np.correlate(between[::2], b[:3], "valid"), strided)
assert strided[0] != np.correlate(-x, np.convolve(a, b[:3]), "valid")[0]

# %%
# And convolution answers an :term:`impulse`, a single 1 among zeros, with the kernel itself, its
# :term:`impulse response`. Correlation brings out the kernel turned by half a turn.

impulse, counted = np.zeros((5, 5), int), np.arange(1, 10).reshape(3, 3)
impulse[2, 2] = 1
assert np.array_equal(signal.convolve2d(impulse, counted, "valid"), counted)
assert np.array_equal(signal.correlate2d(impulse, counted, "valid"), np.flip(counted))

# %%
# The Fourier transform writes a signal as a sum of waves, with a complex number for each. It turns
# both operations into products of these numbers, and the flip into a *conjugate*, the imaginary
# part with its sign turned: :doc:`/pages/examples/as_a_matrix/plot_matrix_further` shows it. (Here
# both go round in a circle, so that the waves fit.)

waves, of_kernel = np.fft.fft(x), np.fft.fft(w, 8)
for sign, factors in ((-1, of_kernel), (1, of_kernel.conj())):
    circle = [sum(w[t] * x[(o + sign * t) % 8] for t in range(3)) for o in range(8)]
    assert_allclose(np.fft.fft(circle), waves * factors, atol=1e-9)

# %%
# Third, on the way back
# ----------------------
# Write the layer as a matrix that multiplies the input. Its transpose, with rows and columns
# exchanged, is the *transposed convolution*. The layer correlates with the kernel. At stride 1,
# without padding, the transpose convolves with the same kernel, at every position where kernel and
# input overlap at all, as a :term:`full convolution` (``"full"``).

y = np.array([2, 0, 5, 1, -3, 4])
full = np.convolve(y, w, "full")

# %%

questions.choose(
    "A layer of three taps reads six numbers, with a zero of padding at either end, and gives six. "
    "How many does its transpose make of these six?",
    "cross_correlation_matrix(w[None, None], (6,), padding=1).T.shape[0]",
    {
        "len(full)": "That is the full convolution, the transpose of a layer without padding.",
        'len(np.convolve(y, w, "valid"))': "That many come out of a layer without padding.",
    },
    because="One for each number that the layer reads. The zeros of padding are none of them.",
)

# %%
# So padding crops the full convolution. A stride puts zeros between the numbers first. *Training*
# takes this way in every convolution layer but the first: the loss's slopes in the outputs come
# in, and those in the inputs come out. This is called :term:`backpropagation`.

apart = np.zeros(11)
apart[::2] = y
arriving, weights = (torch.tensor(n).double()[None, None] for n in (y, w))
for size, settings, wanted in (
    (8, {}, full),
    (6, {"padding": 1}, full[1:-1]),
    (13, {"stride": 2}, np.convolve(apart, w, "full")),
):
    matrix = cross_correlation_matrix(w[None, None], (size,), **settings)
    assert np.array_equal(matrix.T @ y, wanted)
    start = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
    F.conv1d(start, weights, **settings).backward(arriving)
    assert np.array_equal(start.grad[0, 0], wanted)
plt.show()

# %%
# Recap
# -----
# - Cross-correlation reads :math:`x_{o+t}`, convolution :math:`x_{o-t}`: a flip of the kernel.
# - Layers correlate. Since their weights are learned, the flip changes nothing but their order.
# - It matters for kernels made by hand, for moving weights, and for the laws of convolution.
# - Two layers in a row, at stride 1 and with neither padding, bias nor ReLU, correlate with the
#   convolution of their kernels.
# - The transpose of a correlation is a full convolution, at stride 1 and without padding.
#
# Exercises
# ---------
# 1. A library that convolves has learned the kernel ``mask``. How do you give it to PyTorch's
#    ``conv2d`` so that the answers are the same? Try it with a mask of 3 x 2.
# 2. Which kernels make no difference between the two operations? And which only turn the sign?

# %%

# Solution 1: flip it along both axes (the shape does not matter)
mask = np.array([[1, 2], [3, -4], [0, 5]])
theirs = signal.convolve2d(grey, mask, "valid")
moved = torch.tensor(mask[::-1, ::-1].copy()).double()
assert_allclose(F.conv2d(grey[None, None], moved[None, None])[0, 0], theirs, atol=1e-12)

# %%

# Solution 2: those that half a turn leaves alone; those that it gives another sign
even, odd = (laplacian, np.outer([1, 2, 1], [1, 2, 1])), (sobel, sobel.T)
for kernel, sign in [*((k, 1) for k in even), *((k, -1) for k in odd)]:
    assert np.array_equal(np.flip(kernel), sign * kernel)
    pair = (f(impulse, kernel) for f in (signal.correlate2d, signal.convolve2d))
    assert np.array_equal(next(pair), sign * next(pair))

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.1.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
#   recognition*, Proceedings of the IEEE, 1998, section II.
# - Oppenheim and Schafer, *Discrete-Time Signal Processing*, third edition, 2010, chapter 2.
