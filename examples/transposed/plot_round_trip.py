"""
The transposed convolution brings back the size, and rarely the picture
=======================================================================

Send a picture through a convolution, and what comes out through the transposed convolution
with the same kernel. The size is the old one again. For one special kernel the picture is back
too, exactly, but for its border; for other kernels it is not. This page shows both, and why.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import torch
from torch.nn import functional as F

from convdocs import images, plots
from convdocs.kernels import impulse, oriented_ramps
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# A picture of one channel
# ------------------------
# Pillow turns the colours into brightness: mode "L", whole numbers from 0 to 255. We keep them
# whole, so that "exactly" can mean exactly.

grey = np.asarray(images.load("panda").convert("L"))
picture = torch.tensor(grey).long()[None, None]  # (1, 1, height, width)
assert picture.shape == (1, 1, 235, 180)

# %%
# There
# -----
# The kernel is 5 x 5 and zero but for -1 in its centre. Lay it anywhere: it picks the pixel
# under its centre and changes its sign. What does it make of the picture, and how large is it?

kernel = torch.tensor(impulse((5, 5), value=-1)).long()[None, None]
there = F.conv2d(picture, kernel)
assert there.shape[2:] == (conv_output_size(235, 5), conv_output_size(180, 5))
assert torch.equal(there, -picture[:, :, 2:-2, 2:-2])

# %%
# And back
# --------
# The transposed convolution stamps the kernel onto its output, once for each input pixel and
# times its value. With this kernel a stamp has a single number that is not zero: the pixel with
# its sign changed again, in the middle.

back = F.conv_transpose2d(there, kernel)
assert back.shape == picture.shape
assert conv_transpose_output_size(231, 5) == 235
assert conv_transpose_output_size(176, 5) == 180

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.7))
plots.show_picture(axes[0], grey / 255, title="picture\n235 x 180")
signed = [there[0, 0], (back - picture)[0, 0]]
titles = ["convolved\n231 x 176", "error\n235 x 180"]
mapped = plots.show_maps(axes[[1, 3]], signed, titles=titles, limit=255)
plots.show_picture(axes[2], back[0, 0] / 255, title="back again\n235 x 180")
plots.show_scale(figure, mapped, axes, label="convolved, error")
plots.describe(
    figure,
    """The grey panda; its convolution, the same panda with all values negative, four
    rows and four columns fewer; what comes back, the panda in a thin black frame; and
    the error, which is zero but for that frame.""",
)

# %%
# What comes back, exactly?
# -------------------------
# Every pixel but those of the border, two on each side. There the kernel's centre never stood,
# so nothing was read and nothing is written: they come back as zero.

inside = torch.zeros_like(picture, dtype=torch.bool)
inside[:, :, 2:-2, 2:-2] = True
assert torch.equal(back[inside], picture[inside])
assert (back[~inside] == 0).all() and (picture[~inside] != 0).all()
print(f"{(~inside).sum()} of {picture.numel()} pixels lost")
assert (~inside).sum() == 235 * 180 - 231 * 176 == 1644

# %%
# What if the kernel is not square?
# ---------------------------------
# A kernel five high and three wide has two cells above its centre and one beside it. Predict
# the border. And what happens to it when we pad the picture before the convolution, so that
# the centre does reach the edge? (Given the same ``padding``, the transposed convolution cuts
# off what the other one added.)

tall = torch.tensor(impulse((5, 3), value=-1)).long()[None, None]
back_tall = F.conv_transpose2d(F.conv2d(picture, tall), tall)
inside_tall = torch.zeros_like(inside)
inside_tall[:, :, 2:-2, 1:-1] = True
assert torch.equal(back_tall, picture * inside_tall)

padded = F.conv2d(picture, kernel, padding=2)
back_padded = F.conv_transpose2d(padded, kernel, padding=2)
assert torch.equal(back_padded, picture)  # every pixel

figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.75))
titles = ["5 x 5", "5 x 3", "5 x 5, padding 2"]
for ax, result, title in zip(axes, [back, back_tall, back_padded], titles, strict=True):
    corner = result[0, 0, :6, :6].numpy()
    same = corner == grey[:6, :6]
    plots.show_cells(ax, corner, colour=plots.OUTPUT, highlight=same, fontsize=9)
    ax.set_title(title)
plots.describe(
    figure,
    """The top left 6 x 6 pixels that come back, filled where they equal the
    picture's. With the 5 x 5 kernel two rows and two columns are zero, with the 5 x 3
    kernel two rows and one column, and with padding none.""",
)

# %%
# Why does it work for this kernel?
# ---------------------------------
# A convolution multiplies the picture, written as one long column, by a matrix A. The transposed
# convolution multiplies by the transpose of A. So the round trip is one matrix, the transpose
# times A. On a picture of 7 x 6 it is small enough to look at: a diagonal, with 1 for every
# pixel that the kernel's centre visits, and 0 for the border.

a = cross_correlation_matrix(impulse((5, 5), value=-1)[None, None], (7, 6))
visited = np.zeros((7, 6))
visited[2:-2, 2:-2] = 1
assert np.array_equal((a.T @ a).toarray(), np.diag(visited.ravel()))

# %%
# Is the transposed convolution the inverse, then?
# ------------------------------------------------
# The inverse would turn the round trip into the identity matrix, with 1 all along the diagonal
# and 0 everywhere else. A kernel with two numbers that are not zero already fails: it mixes two
# pixels, and the matrix has values beside its diagonal. We look at the smallest such kernel
# first. Then try a blur, all ones, which adds up
# 5 x 5 pixels, and a ramp, which answers where the brightness rises to the right. Which of the
# two will come back more like the panda? (We divide what comes back by the square of the sum of
# the kernel's numbers, signs left out, so that it is in grey levels again.)

pair = cross_correlation_matrix([[[[1, 1]]]], (3, 4))
there_and_back = (pair.T @ pair).toarray()
assert np.count_nonzero(there_and_back - np.diag(np.diag(there_and_back))) > 0

blur, ramp = np.ones((5, 5), int), np.rint(2 * oriented_ramps()[0]).astype(int)
trips = []
for k in (blur, ramp):
    weight = torch.tensor(k)[None, None]
    trip = F.conv_transpose2d(F.conv2d(picture, weight), weight)
    assert trip.shape == picture.shape  # the size is back, whatever the kernel
    trips.append(trip[0, 0].numpy())

    small = cross_correlation_matrix(k[None, None], (7, 6))
    round_trip = (small.T @ small).toarray()
    assert (round_trip != np.diag(np.diag(round_trip))).any()

figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.1))
plots.show_picture(axes[0], grey / 255, title="picture")
mean = trips[0] / blur.sum() ** 2
slope = trips[1] / np.abs(ramp).sum() ** 2
plots.show_picture(axes[1], mean / 255, title="blur, there and back")
mapped = plots.show_maps([axes[2]], [slope], titles=["ramp, there and back"])
plots.show_scale(figure, mapped, [axes[2]], label="grey levels")
plots.describe(
    figure,
    """The grey panda; the same after blur and transposed blur, out of focus and
    darker at its rim; and after ramp and transposed ramp, only upright edges,
    positive and negative.""",
)

# %%
# The blur comes back blurred a second time. With the ramp the brightness is gone for good: its
# numbers add up to zero, so a flat grey leaves no trace. In both cases the two steps together
# are one 9 x 9 kernel, the kernel correlated with itself (except near the border).

assert ramp.sum() == 0
for k, trip in zip((blur, ramp), trips, strict=True):
    twice = scipy.signal.correlate2d(k, k)  # 9 x 9
    expected = scipy.signal.correlate2d(grey.astype(int), twice, mode="valid")
    assert np.array_equal(trip[4:-4, 4:-4], expected)

# %%
# What does "transposed" promise?
# -------------------------------
# This: multiply two pictures pixel by pixel and add up the products, and call the sum their
# *inner product*. The inner product of a convolved picture with any y equals that of the
# picture itself with the transposed convolution of y. Every kernel, stride and padding keeps
# that promise (with the ``output_padding`` that restores the size, if one is needed), and nothing
# in it says that the picture returns.

rng = np.random.default_rng(0)
for stride, padding in [(1, 0), (2, 0), (2, 1), (3, 2)]:
    x = torch.tensor(rng.integers(-9, 10, (1, 2, 11, 11)))
    w = torch.tensor(rng.integers(-9, 10, (4, 2, 3, 3)))
    convolved = F.conv2d(x, w, stride=stride, padding=padding)
    y = torch.tensor(rng.integers(-9, 10, tuple(convolved.shape)))
    returned = F.conv_transpose2d(y, w, stride=stride, padding=padding)
    assert (convolved * y).sum() == (x * returned).sum()
plt.show()

# %%
# Recap
# -----
# - At stride 1 the transposed convolution always restores the size, and rarely the picture.
# - With one number in the kernel's centre, 1 or -1, and stride 1, it restores every pixel the
#   centre visited. The border comes back as zero, unless you pad.
# - A kernel with more numbers mixes neighbours on the way: its transpose is not its inverse.
#
# Exercises
# ---------
# 1. Use the kernel with -1 in its centre and stride 2. Which share of the pixels comes back?
# 2. Put 2 instead of -1 in the centre. What comes back, and what must the kernel of the
#    transposed convolution be to repair it?
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 4.
