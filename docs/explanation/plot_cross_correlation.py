"""
Cross-correlation and convolution: a layer computes the first
=============================================================

Two operations differ by one sign. Deep learning computes the first and calls it by the name of
the second. You will see why nobody minds as long as the weights are learned, four places where
the difference counts, and the use that gave cross-correlation its name.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import Rectangle
from numpy.testing import assert_allclose
from scipy import ndimage, signal
from torch.nn import functional as F

from convdocs import images, kernels, plots
from convdocs.operations.matrix import cross_correlation_matrix

plt.style.use("convdocs.page")

# %%
# Two definitions
# ---------------
# Take an input :math:`x` and a kernel :math:`w` with taps :math:`t = 0, 1, 2, \ldots` along one
# axis. *Cross-correlation* reads forwards from the output position :math:`o`:
#
# .. math:: (x \star w)_o = \sum_t w_t \, x_{o + t}
#
# *Convolution* reads backwards:
#
# .. math:: (x * w)_o = \sum_t w_t \, x_{o - t}
#
# Reading :math:`x` backwards is reading it forwards with :math:`w` in the mirror. So the two
# differ by a *flip* of the kernel, along every axis it has, and in where positions start to be
# counted. NumPy offers both, and keeps with ``"valid"`` the positions where the whole kernel
# meets the input. Which one is PyTorch's?

x = np.array([3, 1, 4, 1, 5, 9, 2, 6])
w = np.array([1, 2, -1])

layer = F.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0].numpy()
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
# The networks of the 1990s took the word from signal processing: a unit that scans the picture
# with the same weights everywhere was said to be equivalent to a convolution. It is one, with
# the flipped weights. Libraries leave the flip out, since that saves a step and the indices
# count upwards.
#
# It does no harm because the weights are *learned*. Let one layer correlate and another
# convolve, and start the second from the flip of the first. Both give the same output, so the
# same error, and the slope of the error is flipped as well. Every training step then keeps them
# mirror images. Here the slope of the correlating layer comes from PyTorch. That of the
# convolving one is a difference of two errors, and exact because the error is quadratic.

target = np.array([2, 7, 1, 8, 2, 8])
weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
output = F.conv1d(torch.tensor(x).double()[None, None], weight[None, None])[0, 0]
((output - torch.tensor(target)) ** 2).sum().backward()

slope = [
    np.sum((np.convolve(x, w[::-1] + step, "valid") - target) ** 2)
    - np.sum((np.convolve(x, w[::-1] - step, "valid") - target) ** 2)
    for step in np.eye(3, dtype=int)
]
print("slope, correlating:", weight.grad.numpy())
print("slope, convolving: ", np.array(slope) / 2)
assert np.array_equal(np.array(slope) / 2, weight.grad.numpy()[::-1])

# %%
# So the mask that a layer learns is the flip of the mathematician's, and both say the same.
#
# When does it matter? First, with kernels made by hand
# -----------------------------------------------------
# A kernel from a book, or weights moved between libraries, must be read the way they were
# meant. SciPy's ``convolve`` flips and its ``correlate`` does not. OpenCV's ``filter2D``
# correlates, as does MATLAB's ``imfilter`` unless told otherwise, while MATLAB's ``conv2``
# convolves. Predict what the flip does to these two: Sobel's edges, rising to the right, and the
# Laplacian.

grey = torch.from_numpy(np.array(images.load("panda").convert("L"), np.float64) / 255)
for kernel in (kernels.SOBEL_X, kernels.LAPLACIAN):
    layer = F.conv2d(
        grey[None, None], torch.tensor(kernel).double()[None, None], padding=1
    )
    correlated = ndimage.correlate(grey.numpy(), kernel, mode="constant")
    assert_allclose(layer[0, 0], correlated, atol=1e-12)

flipped = np.flip(kernels.SOBEL_X)
assert np.array_equal(flipped, -kernels.SOBEL_X)  # every edge changes its sign
assert np.array_equal(np.flip(kernels.LAPLACIAN), kernels.LAPLACIAN)  # nothing changes

# %%
# Second, in theory
# -----------------
# Convolution can be reordered and regrouped, :math:`a * b = b * a` and
# :math:`(x * a) * b = x * (a * b)`, and it answers an *impulse*, a single 1 among zeros, with
# the kernel itself. Correlation does none of this: swapping its arguments reverses the result,
# and an impulse brings out the flipped kernel. Two correlating layers in a row are still one
# correlation. With which kernel? The *convolution* of the two.

a, b = np.array([1, 2, 3]), np.array([1, 0, -2, 5])
assert np.array_equal(np.convolve(a, b), np.convolve(b, a))
assert np.array_equal(np.correlate(a, b, "full"), np.correlate(b, a, "full")[::-1])
assert np.array_equal(np.convolve([0, 0, 1, 0, 0], w, "valid"), w)
assert np.array_equal(np.correlate([0, 0, 1, 0, 0], w, "valid"), w[::-1])

twice = np.correlate(np.correlate(x, a, "valid"), b, "valid")
assert np.array_equal(twice, np.correlate(x, np.convolve(a, b), "valid"))
assert not np.array_equal(twice, np.correlate(x, np.correlate(a, b, "full"), "valid"))

# %%
# Third: spectra
# --------------
# The *spectrum* of a signal is its discrete Fourier transform :math:`\mathcal{F}`. Call those of
# input and kernel :math:`X` and :math:`W`. Let the signal go round in a circle, so that position
# :math:`n` is position 0 again. Then
#
# .. math:: \mathcal{F}(x * w) = X \, W, \qquad \mathcal{F}(x \star w) = X \, \bar{W}
#
# for real kernels. The bar is the complex conjugate: a flip in space is a conjugate in
# frequency. Filters computed by FFT must mind it. We hold both against sums over the circle.

n, taps = len(x), range(len(w))
convolved = [sum(w[t] * x[(o - t) % n] for t in taps) for o in range(n)]
correlated = [sum(w[t] * x[(o + t) % n] for t in taps) for o in range(n)]

of_x, of_w = np.fft.fft(x), np.fft.fft(w, n)  # the kernel is filled up with zeros
assert_allclose(np.fft.ifft(of_x * of_w), convolved, atol=1e-12)
assert_allclose(np.fft.ifft(of_x * of_w.conj()), correlated, atol=1e-12)

# %%
# Fourth: on the way back
# -----------------------
# Write the layer as a matrix :math:`\mathbf{A}` that multiplies the input. Its transpose is the
# *transposed convolution*. The layer correlates with the kernel; the transpose convolves with the
# same kernel, at every position where kernel and input overlap at all (``"full"``). Training uses
# it in every layer: it carries the error's slope from the output back to the input.

y = np.array([2, 0, 5, 1, -3, 4])
matrix = cross_correlation_matrix(w[None, None], (len(x),))
assert np.array_equal(matrix.T @ y, np.convolve(y, w, "full"))

start = torch.zeros(1, 1, len(x), dtype=torch.float64, requires_grad=True)
F.conv1d(start, torch.tensor(w).double()[None, None]).backward(
    torch.tensor(y)[None, None].double()
)
assert np.array_equal(start.grad[0, 0], np.convolve(y, w, "full"))

picture, mask = torch.arange(20).reshape(4, 5), torch.tensor([[1, 2], [3, -4], [0, 5]])
# in two dimensions, too
back = F.conv_transpose2d(picture[None, None], mask[None, None])[0, 0]
assert np.array_equal(back, signal.convolve2d(picture.numpy(), mask.numpy(), "full"))

# %%
# Where the name comes from: finding a patch
# ------------------------------------------
# To *correlate* two pictures is to ask how alike they are. Cut the patch around one eye out of
# the panda, lay it on every place of the picture, and take the sum of products. Is the sum
# largest where the patch was cut?

top, left, height, width = 72, 46, 40, 36
patch = grey[top : top + height, left : left + width]
plain = F.conv2d(grey[None, None], patch[None, None])[0, 0]
found_plain = divmod(plain.argmax().item(), plain.shape[1])
print(f"cut at {(top, left)}, plain correlation points to {found_plain}")

# of every window
means = F.avg_pool2d(grey[None, None], (height, width), stride=1)[0, 0]
assert found_plain != (top, left)
assert means[found_plain] > means.quantile(0.99) > means[top, left]
assert plain.min() > 0

# %%
# It is not. A sum of products grows with brightness, so plain correlation points to the white
# belly, a window among the brightest hundredth of all, and passes over the dark eye.
#
# The cure is to compare shapes instead of brightness. Take the mean off the patch and off each
# window, and divide by what is left of their contrast. This is *zero-mean normalised
# cross-correlation*, Pearson's correlation coefficient of patch and window. With :math:`\mu` for
# the mean of the patch and :math:`\mu_o` for that of the window at :math:`o`:
#
# .. math:: r_o = \frac{\sum_t (w_t - \mu) (x_{o+t} - \mu_o)}
#           {\sqrt{\sum_t (w_t - \mu)^2 \; \sum_t (x_{o+t} - \mu_o)^2}}
#
# The upper sum is a layer with the kernel :math:`w - \mu`. (The window's mean drops out
# there, since that kernel sums to zero.) The lower one needs means of windows, which average
# pooling gives. Where is it largest? (The maps below are smaller than the picture. Each value
# stands at the place of its window's top left corner.)

kernel = patch - patch.mean()
squares = F.avg_pool2d(grey[None, None] ** 2, (height, width), stride=1)[0, 0]
contrast = torch.sqrt((squares - means**2) * height * width * (kernel**2).sum())
normalised = F.conv2d(grey[None, None], kernel[None, None])[0, 0] / contrast
found = divmod(normalised.argmax().item(), normalised.shape[1])
print(f"normalised correlation points to {found}, where it is {normalised[found]:.3f}")

assert found == (top, left)
assert_allclose(normalised[found], 1, atol=1e-9)  # no window can be more alike
assert normalised.min() < 0
for i, j in [(0, 0), (100, 30), (190, 140)]:  # NumPy's coefficient as the judge
    window = grey[i : i + height, j : j + width]
    expected = np.corrcoef(patch.ravel(), window.ravel())[0, 1]
    assert_allclose(normalised[i, j], expected, atol=1e-9)

figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.3))
plots.show_picture(axes[0], grey, title="the two answers")
answers = [(found_plain, "C0", "plain"), (found, "C1", "normalised")]
for (i, j), colour, name in answers:
    axes[0].add_patch(
        Rectangle((j, i), width, height, fill=False, edgecolor=colour, linewidth=3)
    )
    axes[0].text(
        j + width / 2, i - 5, name, ha="center", va="bottom", fontsize=9,
        color=plots.ON_FILL, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
mapped = plots.show_maps(
    axes[1:],
    [plain / plain.max(), normalised],
    titles=["plain, over its peak", "normalised"],
)
plots.show_scale(figure, mapped, axes[1:], label="correlation")
plots.describe(
    figure,
    f"""The panda with two windows: plain correlation points to the white belly, at
    row {found_plain[0]} and column {found_plain[1]}; normalised correlation to the
    eye patch, at row {found[0]} and column {found[1]}. Beside it two maps. The plain
    one is positive everywhere, largest on white fur. The normalised one runs from
    negative to 1, with its peak at the eye.""",
)

# %%
# A flip would spoil this: convolve instead, and you search for the patch turned by half a turn.

turned = F.conv2d(grey[None, None], kernel.flip(0, 1)[None, None])[0, 0] / contrast
print(f"best match of the turned patch: {turned.max():.2f}")
assert turned.max() < 0.9
plt.show()

# %%
# Recap
# -----
# - Cross-correlation reads :math:`x_{o+t}`, convolution :math:`x_{o-t}`: a flip of the kernel.
# - Layers correlate. Since their weights are learned, the flip changes nothing but their order.
# - It matters for kernels made by hand, for moving weights, and for the laws of convolution.
# - The transpose of a correlation is a full convolution.
# - Plain correlation finds what is bright; only the normalised one finds what is alike.
#
# Exercises
# ---------
# 1. Mirror the patch left to right. Where do you expect the normalised correlation to peak now?
# 2. Fade the whole picture to ``0.5 * grey + 0.5``, and keep the patch as it was. Does either
#    answer move? Which peak keeps its height?
#
# Sources
# -------
# - Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 9.1.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
#   recognition*, Proceedings of the IEEE, 1998, section II.
# - Lewis, *Fast template matching*, Vision Interface, 1995.
# - Oppenheim and Schafer, *Discrete-Time Signal Processing*, third edition, 2010, chapters 2
#   and 8.
