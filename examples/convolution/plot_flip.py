"""
Correlation or convolution: PyTorch does not flip the kernel
============================================================

Mathematics turns the kernel by half a turn before it is laid on the input. A convolution
layer does not. Here you see the difference on nine numbers, learn how to get either one, and
train a layer to find out why deep learning does not mind.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.signal import convolve2d, correlate2d

from convdocs import images, plots
from convdocs.kernels import LAPLACIAN, SOBEL_X
from convdocs.learning import network
from convdocs.learning.training import fit
from convdocs.operations.reference import convolve, cross_correlate

plt.style.use("convdocs.page")

# %%
# What does a single 1 turn into?
# -------------------------------
# Take an input of zeros with a single 1 in the middle, an *impulse*, and a kernel whose nine
# numbers are all different. Each output cell is a sum of nine products, and only one of them
# can be other than zero. So the output consists of the kernel's own numbers. In which order?
# Predict it before you look: the first output cell is the one whose window has the impulse
# at its *last* place.

impulse = np.zeros((5, 5), int)
impulse[2, 2] = 1
kernel = np.arange(1, 10).reshape(3, 3)

# Both functions want a batch (N, C, height, width) and a stack of kernels: one of each here.
correlated = cross_correlate(impulse[None, None], kernel[None, None])[0, 0]
convolved = convolve(impulse[None, None], kernel[None, None])[0, 0]

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.9), width_ratios=[5, 3, 3, 3])
plots.show_cells(
    axes[0], impulse, colour=plots.INPUT, highlight=impulse == 1, title="input"
)
plots.show_cells(axes[1], kernel, colour=plots.KERNEL, title="kernel")
plots.show_cells(axes[2], correlated, colour=plots.OUTPUT, title="cross-correlation")
plots.show_cells(axes[3], convolved, colour=plots.OUTPUT, title="convolution")
plots.describe(
    figure,
    """A 5 x 5 input of zeros with a 1 in its centre; a 3 x 3 kernel with the numbers
    1 to 9; the cross-correlation, which is the numbers 9 down to 1; the convolution,
    which is the numbers 1 to 9, as in the kernel.""",
)

# %%
# *Cross-correlation* lays the kernel down as it is written, and its output shows the kernel
# flipped. *Convolution* flips the kernel first, and its output shows the kernel as it is
# written. To *flip* means to reverse the rows and the columns, which is the same as half a turn.

flipped = np.flip(kernel)  # along both axes
assert np.array_equal(flipped, np.rot90(kernel, 2))
assert np.array_equal(correlated, flipped)
assert np.array_equal(convolved, kernel)

# %%
# Why does the plain one come out flipped?
# ----------------------------------------
# Follow the impulse. As the kernel moves to the right, the impulse moves to the *left* under
# it: at the first output cell the impulse meets the kernel's last number, at the last cell the
# first. Turning the kernel beforehand undoes that. In the figure the kernel's numbers are written
# where they lie on the input, and the blue frame marks the impulse.

figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.2))
for row, (name, laid) in enumerate(
    [("as it is written", kernel), ("flipped", flipped)]
):
    for ax, (i, j) in zip(axes[row], [(0, 0), (0, 1), (0, 2), (2, 2)], strict=True):
        standing = np.full((5, 5), np.nan)
        standing[i : i + 3, j : j + 3] = laid
        covered = ~np.isnan(standing)
        meets = int(standing[2, 2])
        assert meets == (correlated, convolved)[row][i, j]
        title = f"cell ({i}, {j}) is {meets}"
        plots.show_cells(
            ax, standing, colour=plots.KERNEL, highlight=covered, title=title
        )
        plots.show_window(ax, [2], [2], colour="C0")
    axes[row, 0].set_ylabel(f"kernel {name}")
plots.describe(
    figure,
    """Two rows of four 5 x 5 grids. Above, the kernel stands as written at output
    cells (0, 0), (0, 1), (0, 2) and (2, 2), and the impulse in the centre meets its
    numbers 9, 8, 7 and 1. Below, the kernel is flipped, and the impulse meets 1, 2, 3
    and 9.""",
)

# %%
# Which one is PyTorch's?
# -----------------------
# ``conv2d`` is the cross-correlation. SciPy's ``convolve2d`` is the convolution. We ask both
# about real pixels, one channel of the panda, in whole numbers, so that equal means equal.

pixels = np.asarray(images.load("panda"))[80:92, 55:70, 0].astype(int)
x, w = torch.tensor(pixels)[None, None], torch.tensor(kernel)[None, None]

theirs = torch.nn.functional.conv2d(x, w)
assert np.array_equal(cross_correlate(x, w), theirs)
true = convolve2d(pixels, kernel, mode="valid")  # only places where the kernel fits
assert np.array_equal(convolve(x, w)[0, 0], true)
assert not np.array_equal(theirs[0, 0], true)

# %%
# How do you get true convolution out of PyTorch?
# -----------------------------------------------
# Flip the weight yourself, along its two spatial axes and no other: a weight is
# (O, C, height, width), and O and C count channels, which have no direction. A transpose is not
# a flip.

assert np.array_equal(torch.nn.functional.conv2d(x, w.flip(2, 3))[0, 0], true)
assert not np.array_equal(torch.nn.functional.conv2d(x, w.transpose(2, 3))[0, 0], true)

# %%
# When does it make no difference?
# --------------------------------
# When half a turn leaves the kernel as it was. The Laplacian, which compares a pixel with its
# four neighbours, is such a kernel. The Sobel kernel, which compares right with left, becomes
# its own negative, so with it only the sign changes: a rise is reported as a fall.

print(LAPLACIAN)
print(SOBEL_X)
assert np.array_equal(np.flip(LAPLACIAN), LAPLACIAN)
assert np.array_equal(np.flip(SOBEL_X), -SOBEL_X)

# %%
# What is the flip good for?
# --------------------------
# It makes convolution a product you can calculate with. It *commutes*: input and kernel may
# change places. And it *associates*: two filters in a row are the same as one, their
# convolution. Cross-correlation does neither. Here ``"full"`` keeps every place where the
# kernel still touches the input.

a, b = kernel, kernel % 4
commuted = np.array_equal(convolve2d(a, b, mode="full"), convolve2d(b, a, mode="full"))
in_a_row = convolve2d(convolve2d(pixels, a, mode="full"), b, mode="full")
as_one = convolve2d(pixels, convolve2d(a, b, mode="full"), mode="full")
assert commuted and np.array_equal(in_a_row, as_one)

commuted = np.array_equal(
    correlate2d(a, b, mode="full"), correlate2d(b, a, mode="full")
)
in_a_row = correlate2d(correlate2d(pixels, a, mode="full"), b, mode="full")
as_one = correlate2d(pixels, correlate2d(a, b, mode="full"), mode="full")
assert not commuted and not np.array_equal(in_a_row, as_one)

# %%
# Does it matter for a kernel that is learned?
# --------------------------------------------
# Suppose that someone filters with a true convolution and keeps the kernel secret. We see
# noise that went in and what came out, and train a layer on the pair, starting at zeros. Which
# kernel will it find? The secret one is a letter F, so that you can see which way up it is.

letter = ["_###_", "_#___", "_##__", "_#___", "_#___"]
secret = np.array([[1 if mark == "#" else -0.25 for mark in row] for row in letter])

noise = torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))
answer = torch.tensor(
    convolve2d(noise[0, 0], secret, mode="valid"), dtype=torch.float32
)
layer = network.conv_layer(np.zeros((1, 1, 5, 5)))
losses = fit(layer, noise, answer[None, None], steps=300, learning_rate=0.05)
learned = layer.weight.detach().numpy()[0, 0]
print(f"mean squared error: {losses[0]:.2f} at first, {losses[-1]:.6f} at last")

figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.4))
titles = ["secret kernel", "learned kernel", "learned kernel, flipped"]
image = plots.show_maps(axes, [secret, learned, np.flip(learned)], titles=titles)
plots.show_scale(figure, image, axes, label="weight")
plots.describe(
    figure,
    """Three 5 x 5 kernels on one scale. The secret kernel is an upright letter F; the
    learned one is the same F turned by half a turn; flipped, it is upright again.""",
)
# sphinx_gallery_thumbnail_number = 3

# %%
# The layer has learned the kernel *flipped*: the layer does not flip, so its weights had to.
# None of the 25 is off by more than 0.01.

assert np.abs(learned - np.flip(secret)).max() < 0.01
assert np.abs(learned - secret).max() > 1  # unflipped it would be far off

# %%
# What the layer *computes* is the true convolution, on noise it has never seen too. That is
# why nobody minds: with learned weights, "convolution with w" and "cross-correlation with w
# flipped" are two names for one layer. It matters when you write a kernel by hand, or carry
# weights to a program that does flip.

fresh = torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(1))
wanted = torch.tensor(
    convolve2d(fresh[0, 0], secret, mode="valid"), dtype=torch.float32
)
torch.testing.assert_close(layer(fresh)[0, 0], wanted, atol=0.1, rtol=0)
assert wanted.std() > 1  # so 0.1 is little
plt.show()

# %%
# Recap
# -----
# - A layer's "convolution" is cross-correlation: the kernel is laid down as it is written.
# - True convolution flips the kernel along both spatial axes: ``conv2d(x, w.flip(2, 3))``.
# - Kernels that half a turn leaves alone give the same output either way.
# - Convolution commutes and associates; cross-correlation does not.
# - A learned kernel comes out flipped if it must be, and the layer's output is the same.
#
# Exercises
# ---------
# 1. Move the impulse to (1, 3). Which of the kernel's numbers still appear in the output of
#    each operation, and where?
# 2. Make the answer with a cross-correlation instead. Which of the three pictures of the F
#    change?
#
# Sources
# -------
# - Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 9.1.
# - PyTorch documentation of ``torch.nn.Conv2d``; SciPy documentation of
#   ``scipy.signal.convolve2d``.
