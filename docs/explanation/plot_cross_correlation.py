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
# Which one is PyTorch's?
# -----------------------
# Take an input :math:`x` and a kernel :math:`w` with taps :math:`t = 0, 1, 2, \ldots` along one
# axis. :term:`Cross-correlation` reads forwards from the output position :math:`o`:
#
# .. math:: (x \star w)_o = \sum_t w_t \, x_{o + t}
#
# *Convolution* reads backwards:
#
# .. math:: (x * w)_o = \sum_t w_t \, x_{o - t}
#
# Reading :math:`x` backwards is reading it forwards with :math:`w` in the mirror. So the two
# differ by a :term:`flip` of the kernel, along every axis it has, and in where positions start to
# be counted. NumPy offers both. With ``"valid"`` it keeps the :term:`valid` positions, those where
# the whole kernel meets the input.

x, w = np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.array([1, 2, -1])
layer = F.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0].numpy()

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
# An early network that scanned a picture with the same weights everywhere was called equivalent
# to a convolution in 1998 (LeCun and others). It is one, with the flipped weights.
#
# It does no harm because the weights are *learned*. Let one layer correlate and another
# convolve, and start the second from the flip of the first. Both give the same output, so the
# same error, and the slope of the error is flipped as well. Every step of training then keeps
# them mirror images. Here the slope of the correlating layer comes from PyTorch. That of the
# convolving one is a difference of two errors, and exact because the error is quadratic.

target = np.array([2, 7, 1, 8, 2, 8])
weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
output = F.conv1d(torch.tensor(x).double()[None, None], weight[None, None])[0, 0]
((output - torch.tensor(target)) ** 2).sum().backward()

twice_slope = [
    np.sum((np.convolve(x, w[::-1] + step, "valid") - target) ** 2)
    - np.sum((np.convolve(x, w[::-1] - step, "valid") - target) ** 2)
    for step in np.eye(3, dtype=int)
]
print("slope, correlating:", weight.grad.numpy())
print("slope, convolving: ", np.array(twice_slope) / 2)
assert np.array_equal(np.array(twice_slope) / 2, weight.grad.numpy()[::-1])

# %%
# So what one layer learns is the flip of what the other learns, and both say the same.
#
# When does it matter? First, with kernels made by hand
# -----------------------------------------------------
# A kernel from a book, or weights moved between libraries, must be read the way they were
# meant. SciPy's ``convolve`` flips and its ``correlate`` does not. Take Sobel's kernel, which
# answers where the brightness rises to the right.

sobel, laplacian = kernels.SOBEL_X, kernels.LAPLACIAN

# %%

questions.click(
    "Sobel's kernel is flipped along both axes. Click on the cells whose number changes.",
    "sobel",
    "np.flip(sobel) != sobel",
    {
        "np.flip(sobel, 0) != sobel": "Its rows read alike from above and from below, but the "
        "columns change sides too.",
        "sobel < 0": "Where a negative number was a positive one stands now, and the other way "
        "round.",
    },
    because="The left and the right column change sides, and so every sign turns.",
    alone=True,
)

# %%
# So every edge changes its sign, and with the Laplacian, which reads alike in the mirror,
# nothing changes.

grey = torch.from_numpy(np.array(images.load("panda").convert("L"), np.float64) / 255)
for kernel, turned in ((sobel, -1), (laplacian, 1)):
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
# result. Two correlating layers in a row, without padding, are still one correlation.

a, b = np.array([1, 2, 3]), np.array([1, 0, -2, 5])
assert np.array_equal(np.convolve(a, b), np.convolve(b, a))
regrouped = np.convolve(x, np.convolve(a, b))
assert np.array_equal(np.convolve(np.convolve(x, a), b), regrouped)
assert np.array_equal(np.correlate(a, b, "full"), np.correlate(b, a, "full")[::-1])
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

assert np.array_equal(twice, np.correlate(x, np.convolve(a, b), "valid"))

# %%
# And convolution answers an :term:`impulse`, a single 1 among zeros, with the kernel itself, its
# :term:`impulse response`. Correlation brings out the kernel turned by half a turn.

impulse, counted = np.zeros((5, 5), int), np.arange(1, 10).reshape(3, 3)
impulse[2, 2] = 1
answers = {
    "correlation": signal.correlate2d(impulse, counted, "valid"),
    "convolution": signal.convolve2d(impulse, counted, "valid"),
}
by_layer = F.conv2d(
    torch.tensor(impulse)[None, None], torch.tensor(counted)[None, None]
)
assert np.array_equal(by_layer[0, 0], answers["correlation"])
assert np.array_equal(answers["correlation"], counted[::-1, ::-1])
assert np.array_equal(answers["convolution"], counted)

# %%

# Drawing: an impulse, a kernel, and the two answers
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.5), width_ratios=[5, 3, 3, 3])
plots.show_cells(axes[0], impulse, colour=plots.INPUT, title="impulse")
plots.show_cells(axes[1], counted, colour=plots.KERNEL, title="kernel")
for ax, (name, answer) in zip(axes[2:], answers.items(), strict=True):
    plots.show_cells(ax, answer, colour=plots.OUTPUT, title=name)
written = [int(text.get_text()) for text in axes[3].texts]
assert axes[3].get_title() == "convolution" and written == [*range(1, 10)]
plots.describe(
    figure,
    """A grid of 5 x 5 zeros with a 1 in its centre, a kernel that counts from 1 to 9, the
    correlation of both, which counts from 9 down to 1, and the convolution, which counts
    from 1 to 9.""",
    caption="Convolution stamps the kernel where the impulse is. Correlation, and so a layer, "
    "stamps it turned by half a turn.",
)

# %%
# The Fourier transform turns both into products, wave by wave, and there the flip is a conjugate:
# :doc:`/pages/examples/as_a_matrix/plot_matrix_further` shows it.
#
# Third, on the way back
# ----------------------
# Write the layer as a matrix that multiplies the input. Its transpose is the *transposed
# convolution*. The layer correlates with the kernel; the transpose convolves with the same kernel,
# at every position where kernel and input overlap at all, as a :term:`full convolution`
# (``"full"``). Backpropagation uses it in every layer: it carries the error's slope from the
# output back to the input.

y = np.array([2, 0, 5, 1, -3, 4])
matrix = cross_correlation_matrix(w[None, None], (len(x),))
assert np.array_equal(matrix.T @ y, np.convolve(y, w, "full"))

start = torch.zeros(1, 1, len(x), dtype=torch.float64, requires_grad=True)
arriving = torch.tensor(y)[None, None].double()
F.conv1d(start, torch.tensor(w).double()[None, None]).backward(arriving)
assert np.array_equal(start.grad[0, 0], np.convolve(y, w, "full"))
plt.show()

# %%
# Recap
# -----
# - Cross-correlation reads :math:`x_{o+t}`, convolution :math:`x_{o-t}`: a flip of the kernel.
# - Layers correlate. Since their weights are learned, the flip changes nothing but their order.
# - It matters for kernels made by hand, for moving weights, and for the laws of convolution.
# - Two layers in a row, without padding, correlate with the convolution of their kernels.
# - The transpose of a correlation is a full convolution.
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
