"""
Correlation or convolution: PyTorch does not flip the kernel
============================================================

Mathematics *flips* the kernel, by half a turn, before it is laid on the input. A convolution layer
does not. Here you see the difference on nine numbers, learn how to get either one, and let a layer
find a kernel by itself, to see why deep learning does not mind.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.signal import convolve2d, correlate2d
from torch.nn.functional import conv2d

from convdocs import exercises, images, plots, questions
from convdocs.kernels import LAPLACIAN, SOBEL_X
from convdocs.learning.network import conv_layer
from convdocs.learning.training import fit
from convdocs.operations.reference import convolve, cross_correlate

plt.style.use("convdocs.page")

# %%
# What does a single 1 turn into?
# -------------------------------
# Take an input of zeros with a single 1 in the middle, an :term:`impulse`, and a kernel whose nine
# numbers are all different. Each output cell is a sum of nine products, and only one of them can
# be other than zero. So the output consists of the kernel's own numbers. In which order?

impulse = np.zeros((5, 5), int)
impulse[2, 2] = 1
kernel = np.arange(1, 10).reshape(3, 3)
print(kernel)

# %%

questions.choose(
    "A layer lays the 3 x 3 kernel 1, 2, 3 / 4, 5, 6 / 7, 8, 9 on a 5 x 5 input of zeros with "
    "a single 1 in its centre. Which number is the first output cell?",
    "cross_correlate(impulse[None, None], kernel[None, None])[0, 0, 0, 0]",
    {
        "kernel[0, 0]": "The kernel's first number lies on the corner of the input, a 0.",
        "kernel[1, 1]": "The kernel's centre lies on row 1, column 1; the impulse on 2, 2.",
        "impulse[0, 0] * kernel[0, 0]": "The first window, rows and columns 0 to 2, has the "
        "impulse in it.",
    },
    because="The impulse lies at the last place of the first window, under the 9.",
    alone=True,
)

# %%
# :term:`Cross-correlation` lays the kernel down as it is written, and its output shows the kernel
# flipped. :term:`Convolution` flips the kernel first, and its output shows the kernel as it is
# written. To :term:`flip` means to reverse the rows and the columns, which is the same as half a
# turn.

# Both functions want a batch (N, C, height, width) and a stack of kernels: one of each
correlated = cross_correlate(impulse[None, None], kernel[None, None])[0, 0]
convolved = convolve(impulse[None, None], kernel[None, None])[0, 0]

flipped = np.flip(kernel)  # along both axes
assert np.array_equal(flipped, np.rot90(kernel, 2))
assert np.array_equal(correlated, flipped)
assert np.array_equal(convolved, kernel)

# %%
# Why does the plain one come out flipped?
# ----------------------------------------
# Follow the impulse. As the kernel moves to the right, the impulse moves to the *left* under
# it: at the first output cell the impulse meets the kernel's last number, at the last cell the
# first. Turning the kernel beforehand undoes that.

# %%

# Drawing: the kernel at four places, as it is written and flipped
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.2))
for row, (name, laid) in enumerate([("as written", kernel), ("flipped", flipped)]):
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
        plots.show_window(ax, [2], [2])
    axes[row, 0].set_ylabel(f"kernel {name}")
plots.describe(
    figure,
    """Two rows of four 5 x 5 grids. Above, the kernel stands as written at output
    cells (0, 0), (0, 1), (0, 2) and (2, 2), and the impulse in the centre meets its
    numbers 9, 8, 7 and 1. Below, the kernel is flipped, and the impulse meets 1, 2, 3
    and 9.""",
    caption="The kernel's numbers stand where they lie on the input, and the thick frame marks "
    "the impulse. Read the titles: backwards above, forwards below.",
)
labels = [ax.get_ylabel() for ax in axes[:, 0]]
assert labels == ["kernel as written", "kernel flipped"]
assert [ax.get_title()[-1] for ax in axes.flat] == list("98711239")

# %%
# Which one is PyTorch's?
# -----------------------
# ``conv2d`` is the cross-correlation. SciPy's ``convolve2d`` is the convolution. We ask both
# about real pixels, one channel of the panda, in whole numbers, so that equal means equal.

pixels = np.asarray(images.load("panda"))[80:92, 55:70, 0].astype(int)
x, w = torch.tensor(pixels)[None, None], torch.tensor(kernel)[None, None]

theirs = conv2d(x, w)
assert np.array_equal(cross_correlate(x, w), theirs)
true = convolve2d(pixels, kernel, mode="valid")  # only places where the kernel fits
assert np.array_equal(convolve(x, w)[0, 0], true)
assert not np.array_equal(theirs[0, 0], true)

# %%
# How do you get true convolution out of PyTorch?
# -----------------------------------------------
# Flip the weight yourself, along its two :term:`spatial axes <spatial axis>`, height and width,
# and no other: a weight is (O, C, height, width), and O and C count channels, which have no
# direction. A *transpose*, which exchanges rows with columns, is not a flip.

assert np.array_equal(conv2d(x, w.flip(2, 3))[0, 0], true)
assert not np.array_equal(conv2d(x, w.transpose(2, 3))[0, 0], true)

# %%
# When does it make no difference?
# --------------------------------
# Two well-known kernels. The :term:`Laplacian` compares a pixel with its four neighbours. The
# :term:`Sobel kernel` compares what is on the right with what is on the left.

print(LAPLACIAN)
print(SOBEL_X)
step = np.array([[0, 0, 0, 2, 2, 2]] * 3)
one_step, sobel = torch.tensor(step).float(), torch.tensor(SOBEL_X)
assert conv2d(one_step[None, None], sobel[None, None])[..., 1] == 8

# %%

questions.choose(
    "A layer with the Sobel kernel -1, 0, 1 / -2, 0, 2 / -1, 0, 1 stands on an edge and answers 8. "
    "What is the answer of a true convolution with this kernel there?",
    "int(convolve2d(step, SOBEL_X, mode='valid')[0, 1])",
    {
        "int(correlate2d(step, SOBEL_X, mode='valid')[0, 1])": "Half a turn brings the -1 to "
        "where the 1 was.",
        "int(SOBEL_X.sum())": "The weights add up to 0, but the pixels under them differ.",
    },
    because="Half a turn makes this kernel its own negative, so the answer turns its sign.",
    alone=True,
)

# %%
# The Laplacian is the same after half a turn, so it makes no difference there. The Sobel kernel
# becomes its own negative: a rise is reported as a fall.

assert np.array_equal(np.flip(LAPLACIAN), LAPLACIAN)
assert np.array_equal(np.flip(SOBEL_X), -SOBEL_X)

# %%
# What is the flip good for?
# --------------------------
# It makes convolution a product you can calculate with. It :term:`commutes <commutative>`: input
# and kernel may change places. And it *associates*: two filters in a row are the same as one, their
# convolution. Cross-correlation in general does neither. (Two cross-correlations in a row are still
# one, but with the *convolution* of the two kernels.) Here ``"full"`` keeps every place where the
# kernel still touches the input.

a, b = kernel, kernel % 4
for product, is_so in ((convolve2d, True), (correlate2d, False)):
    assert (
        np.array_equal(product(a, b, mode="full"), product(b, a, mode="full")) == is_so
    )
    in_a_row = product(product(pixels, a, mode="full"), b, mode="full")
    as_one = product(pixels, product(a, b, mode="full"), mode="full")
    assert np.array_equal(in_a_row, as_one) == is_so
in_a_row = correlate2d(correlate2d(pixels, a), b)
assert np.array_equal(in_a_row, correlate2d(pixels, convolve2d(a, b)))

# %%
# Does it matter for a kernel that is learned?
# --------------------------------------------
# Suppose that someone filters with a true convolution and keeps the kernel secret. We see random
# numbers that went in and what came out. A layer can *learn* from such a pair: it starts with
# zeros, compares its output with the one that is wanted, changes each weight a little so that the
# difference shrinks, and does so again, here 300 times. (How it knows which way to change them is
# for a later chapter.) The secret kernel is a letter F, so that you can see which way up it is.

letter = [".###.", ".#...", ".##..", ".#...", ".#..."]
secret = np.array([[1 if mark == "#" else -0.25 for mark in row] for row in letter])

# %%

questions.choose(
    "Somebody convolves with this letter F as kernel, flip and all. A layer, which does not flip, "
    "learns to do the same. What is the first row of the kernel that it finds?",
    "letter[-1][::-1]",
    {
        "letter[0]": "Laid down as it is, the F would give the cross-correlation.",
        "letter[-1]": "The columns are reversed, too: half a turn, not a mirror image.",
    },
    because="The layer does not flip, so its weights must: the last row, read backwards.",
)

# %%

generator = torch.Generator().manual_seed(0)
seen, fresh = torch.randn(2, 1, 1, 32, 32, generator=generator)
wanted, wanted_fresh = (
    torch.tensor(convolve2d(noise[0, 0], secret, mode="valid")).float()[None, None]
    for noise in (seen, fresh)
)
layer = conv_layer(np.zeros((1, 1, 5, 5)))
fit(layer, seen, wanted, steps=300, learning_rate=0.05)
learned = layer.weight.detach().numpy()[0, 0]

# %%
# The layer has learned the kernel *flipped*: it does not flip, so its weights had to. None of
# the 25 is off by more than 0.01.

assert np.abs(learned - np.flip(secret)).max() < 0.01
assert np.abs(learned - secret).max() > 1  # unflipped it would be far off
assert "".join("#" if w > 0.5 else "." for w in learned[0]) == letter[-1][::-1]

# %%

# Drawing: the secret kernel, the learned one, and the learned one flipped
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.4))
titles = ["secret kernel", "learned kernel", "learned kernel, flipped"]
image = plots.show_maps(axes, [secret, learned, np.flip(learned)], titles=titles)
plots.show_scale(figure, image, axes, label="weight")
plots.describe(
    figure,
    """Three 5 x 5 kernels on one scale. The secret kernel is an upright letter F; the
    learned one is the same F turned by half a turn; flipped, it is upright again.""",
    caption="The F stands on its head in the weights. What the layer computes is right all the "
    "same.",
)
assert len({ax.images[0].get_clim() for ax in axes}) == 1  # one scale
for ax in axes:  # on its head, the F has its wide bar at the bottom
    on_its_head = ax.images[0].get_array()[-1, 3] > 0.5
    assert on_its_head == (ax.get_title() == "learned kernel")
# sphinx_gallery_thumbnail_number = 2

# %%
# What the layer *computes* is the true convolution, on numbers that it has never seen, too. That is
# why nobody minds: with learned weights, "convolution with w" and "cross-correlation with w
# flipped" are two names for one layer. It matters when you write a kernel by hand, or carry
# weights to a program that does flip.

torch.testing.assert_close(layer(fresh), wanted_fresh, atol=0.1, rtol=0)
assert wanted_fresh.std() > 1  # so 0.1 is little
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
# 2. Let the secret filter be a cross-correlation instead. What does the learned kernel look like?
# 3. Write ``convolve_2d(x, w)``, true convolution of a grid where the kernel lies wholly on it, and
#    have it checked: ``exercises.check("convolve_2d", convolve_2d)``. NumPy alone will do.

# %%

# Solution 1: four, since the impulse lies in the window at four of the nine places only
moved = np.roll(impulse, (-1, 1), (0, 1))[None, None]
of_correlation = cross_correlate(moved, kernel[None, None])[0, 0]
of_convolution = convolve(moved, kernel[None, None])[0, 0]
assert np.array_equal(of_correlation, [[0, 6, 5], [0, 3, 2], [0, 0, 0]])
# the same cells, and again in the order in which the kernel is written
assert np.array_equal(of_convolution, [[0, 4, 5], [0, 7, 8], [0, 0, 0]])

# %%

# Solution 2: like the secret kernel, upright
by_correlation = correlate2d(seen[0, 0], secret, mode="valid")
second = conv_layer(np.zeros((1, 1, 5, 5)))
target = torch.tensor(by_correlation).float()[None, None]
fit(second, seen, target, steps=300, learning_rate=0.05)
assert np.abs(second.weight.detach().numpy()[0, 0] - secret).max() < 0.01

# %%


# Solution 3: flip along both axes, then cross-correlate
def convolve_2d(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return (windows * w[::-1, ::-1]).sum(axis=(2, 3))


exercises.check("convolve_2d", convolve_2d)

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.1.
# - PyTorch, `Conv2d <https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html>`_.
# - SciPy, `convolve2d
#   <https://docs.scipy.org/doc/scipy/reference/generated/scipy.signal.convolve2d.html>`_.
