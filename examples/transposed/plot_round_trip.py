"""
The transposed convolution brings back the size, and rarely the picture
=======================================================================

Send a picture on a *round trip*: through a convolution, and what comes out through the transposed
convolution with the same kernel. The size is the old one again (after a larger stride, with the
right ``output_padding``). At stride 1, for a kernel with a single 1 or -1, the picture is back too,
exactly, but for its border; for most others it is not. This page shows both, and why.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import torch
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.kernels import impulse, oriented_ramps
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# There
# -----
# We take the panda in brightness only (Pillow's mode "L"), whole numbers from 0 to 255, so that
# "exactly" can mean exactly. The kernel is 5 x 5 and zero but for -1 in its centre. Lay it
# anywhere: it picks the pixel under its centre and changes its sign.

grey = np.asarray(images.load("panda").convert("L"))
picture = torch.tensor(grey).long()[None, None]  # (1, 1, height, width)
kernel = torch.tensor(impulse((5, 5), value=-1)).long()[None, None]
there = F.conv2d(picture, kernel)
assert (
    there.shape[2:]
    == (conv_output_size(235, 5), conv_output_size(180, 5))
    == (231, 176)
)
assert torch.equal(there, -picture[:, :, 2:-2, 2:-2])

# %%
# And back
# --------
# The transposed convolution stamps the kernel onto its output, once for each input pixel and
# times its value. With this kernel a stamp has a single number that is not zero, in the middle:
# the pixel with its sign changed again.

back = F.conv_transpose2d(there, kernel)
assert back.shape == picture.shape

# %%

questions.type_in(
    "A 10 x 10 picture goes through a 5 x 5 kernel that is zero but for -1 in its centre, no "
    "padding, and back through the transposed convolution. How many pixels come back with their "
    "value?",
    "conv_output_size(10, 5) ** 2",
    {
        "10 * 10": "The size comes back. The kernel's centre never stood on the border, though.",
        "(10 - 2) ** 2": "Two rows are lost on either side, not two in all.",
    },
    because="The centre visits 6 x 6 pixels. No others are read: zeros stand in their place.",
    alone=True,
)

# %%

# Drawing: the picture, its convolution, what comes back, and a corner of it
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.7))
plots.show_picture(axes[0], grey / 255, title="picture\n235 x 180")
mapped = plots.show_maps(
    [axes[1]], [there[0, 0]], titles=["convolved\n231 x 176"], limit=255
)
plots.show_picture(axes[2], back[0, 0] / 255, title="back again\n235 x 180")
corner = back[0, 0, :20, :15]
plots.show_picture(axes[3], corner / 255, title="its corner\n20 x 15")
plots.show_scale(figure, mapped, axes, label="convolved")
plots.describe(
    figure,
    """The grey panda; its convolution, the same panda with all values negative; what
    comes back, the panda in a thin black frame; and the top left corner of that
    enlarged, with two black rows above and two black columns at the left.""",
    caption="The enlarged corner shows what is missing: two rows and two columns are black, "
    "all other pixels are the picture's.",
)
assert (axes[1].images[0].get_array() <= 0).all()  # all negative, as the colours say
assert (axes[3].images[0].get_array() == 0).sum() == 20 * 15 - 18 * 13

# %%
# What comes back, exactly?
# -------------------------
# Every pixel but those of the border, two on each side. There the kernel's centre never stood,
# so nothing was read and nothing is written: they come back as zero.

inside = torch.zeros_like(picture, dtype=torch.bool)
inside[:, :, 2:-2, 2:-2] = True
assert torch.equal(back[inside], picture[inside])
assert (back[~inside] == 0).all() and (picture[~inside] != 0).all()
print(f"{(~inside).sum():,} of {picture.numel():,} pixels lost")
assert (~inside).sum() == 235 * 180 - 231 * 176 == 1644

# %%
# What if the kernel is not square?
# ---------------------------------
# A kernel five high and three wide has two cells above its centre and one on either side of it.

tall = torch.tensor(impulse((5, 3), value=-1)).long()[None, None]
back_tall = F.conv_transpose2d(F.conv2d(picture, tall), tall)
top_left = grey[:6, :6]

# %%

questions.click(
    "The top left 6 x 6 pixels of the picture. Click on those that come back with their value when "
    "the kernel is 5 high and 3 wide, with -1 in its centre.",
    "top_left",
    "(back_tall == picture)[0, 0, :6, :6]",
    {
        "(back == picture)[0, 0, :6, :6]": "That kernel is 5 wide. This one loses one column.",
        "(back_tall == picture)[0, 0, :6, :6].T": "Rows and columns are exchanged: height first.",
    },
    because="Two cells lie above the centre and one beside it: two rows and one column are lost.",
)

# %%
# If we pad the picture before the convolution, the centre does reach the edge. Given the same
# ``padding``, the transposed convolution cuts off what the other one added. Every pixel returns.

padded = F.conv2d(picture, kernel, padding=2)
back_padded = F.conv_transpose2d(padded, kernel, padding=2)
assert torch.equal(back_padded, picture)
lost = (back_tall != picture)[0, 0]
assert lost[:2].all() and lost[:, 0].all() and not lost[2:-2, 1:-1].any()

# %%
# Why does it work for this kernel?
# ---------------------------------
# A convolution multiplies the picture, written as one long column, by a matrix A: its rows say
# what each output reads. The transposed convolution multiplies by the :term:`transpose` of A. So
# the round trip is one matrix, the transpose times A. Row by row it says what a pixel that
# comes back is made of. On a picture of 3 x 4 it is small enough to look at, for a kernel with -1
# between two zeros, and for one with two ones.

trips = []
for row in ([0, -1, 0], [1, 1]):
    a = cross_correlation_matrix(np.reshape(row, (1, 1, 1, -1)), (3, 4))
    trips.append((a.T @ a).toarray())
single, pair = trips
assert np.array_equal(single, np.diag([0, 1, 1, 0] * 3))  # 1 where the -1 has been
assert np.array_equal(
    pair[1], [1, 2, 1, *[0] * 9]
)  # two pixels twice, and both neighbours

# %%

# Drawing: the matrices of two round trips
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
for ax, trip, title in zip(axes, trips, ["0, -1, 0", "1, 1"], strict=True):
    plots.show_cells(ax, trip, colour=plots.KERNEL, highlight=trip != 0, fontsize=7)
    ax.set_title(f"kernel {title}".replace("-", "\N{MINUS SIGN}"))
plots.describe(
    figure,
    """Two 12 x 12 matrices. The left one has ones on its diagonal, but for every
    first and last pixel of a row, and zeros elsewhere. The right one has ones and
    twos on its diagonal, and ones beside it.""",
    caption="By the first kernel a pixel comes back alone or not at all, by the second mixed with "
    "its neighbours: there are numbers beside the diagonal.",
)
beside = [
    sum(t.get_text() != "0" for n, t in enumerate(ax.texts) if n % 13) for ax in axes
]
assert beside == [0, 2 * 3 * 3]  # cell 13 n lies on the diagonal

# %%
# Is the transposed convolution the inverse, then?
# ------------------------------------------------
# The inverse would give the *identity matrix*: 1 all along the diagonal and 0 everywhere else. The
# pair of ones already fails. Now try it on the panda with a blur, all ones, which adds up 5 x 5
# pixels, and a ramp, which answers where the brightness rises to the right.

bank = {"blur": np.ones((5, 5), int), "ramp": (2 * oriented_ramps()[0]).astype(int)}
assert bank["ramp"].sum() == 0
returned, alike = {}, {}
for name, k in bank.items():
    weight = torch.tensor(k)[None, None]
    trip = F.conv_transpose2d(F.conv2d(picture, weight), weight)
    assert trip.shape == picture.shape  # the size is back, whatever the kernel
    returned[name] = trip[0, 0].numpy()
    alike[name] = np.corrcoef(returned[name].ravel(), grey.ravel())[0, 1]

# %%

questions.choose(
    "Which of the two comes back more like the panda, by the correlation coefficient (1 for a "
    "copy, whatever its brightness and contrast)?",
    "max(alike, key=alike.get)",
    {
        "min(alike, key=alike.get)": "The ramp's numbers add up to zero, so a flat grey leaves "
        "no trace, and nothing can bring the brightness back."
    },
    because="The blur keeps light and dark, if softly; of the ramp only edges remain.",
)

# %%

# Drawing: the picture, and what comes back with the two kernels
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.1))
plots.show_picture(axes[0], grey, title="picture")
# over the squared sum of the kernel's numbers, without signs: grey levels again
soft, slope = (returned[name] / np.abs(k).sum() ** 2 for name, k in bank.items())
plots.show_picture(axes[1], soft / 255, title="blur, there and back")
mapped = plots.show_maps([axes[2]], [slope], titles=["ramp, there and back"])
plots.show_scale(figure, mapped, [axes[2]], label="grey levels")
plots.describe(
    figure,
    """The grey panda; the same after blur and transposed blur, out of focus and
    darker at its rim; and after ramp and transposed ramp, only upright edges,
    positive and negative.""",
    caption="The size is right both times. The blur comes back blurred a second time, and the "
    "ramp brings back edges without any brightness.",
)
likeness = [
    np.corrcoef(ax.images[0].get_array().ravel(), grey.ravel())[0, 1] for ax in axes
]
assert likeness[0] > likeness[1] > 0.9
assert likeness[2] < 0.5

# %%
# In both cases the two steps together are one 9 x 9 kernel, the kernel correlated with itself
# (except near the border).

for name, k in bank.items():
    twice = scipy.signal.correlate2d(k, k)  # (9, 9)
    expected = scipy.signal.correlate2d(grey.astype(int), twice, mode="valid")
    assert np.array_equal(returned[name][4:-4, 4:-4], expected)

# %%
# What does "transposed" promise?
# -------------------------------
# This: multiply two pictures pixel by pixel and add up the products, and call the sum their
# *inner product*. The inner product of a convolved picture with any y equals that of the
# picture itself with the transposed convolution of y. Every kernel, stride and padding keeps
# that promise (with the ``output_padding`` that restores the size, if one is needed), and nothing
# in it says that the picture returns. With several kernels it can, though: four of 2 x 2, all 1 and
# -1 and orthogonal to each other, in steps of 2, bring back four times the picture.

rng = np.random.default_rng(0)
needed = set()
for size, stride, padding in np.ndindex(6, 5, 3):
    if size and stride:
        x = torch.tensor(rng.integers(-9, 10, (1, 2, 11, 11)))
        w = torch.tensor(rng.integers(-9, 10, (4, 2, size, size)))
        convolved = F.conv2d(x, w, stride=stride, padding=padding)
        y = torch.tensor(rng.integers(-9, 10, tuple(convolved.shape)))
        settings = {"stride": stride, "padding": padding}
        extra = 11 - conv_transpose_output_size(y.shape[2], size, **settings)
        trip = F.conv_transpose2d(y, w, output_padding=extra, **settings)
        assert (convolved * y).sum() == (x * trip).sum()
        needed.add(extra)
assert needed == {0, 1, 2, 3}
signs = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]
four = torch.tensor(signs).reshape(4, 1, 2, 2)  # orthogonal to each other
block = picture[..., :234, :]
trip = F.conv_transpose2d(F.conv2d(block, four, stride=2), four, stride=2)
assert torch.equal(trip, 4 * block)
plt.show()

# %%
# Recap
# -----
# - At stride 1 the transposed convolution always restores the size, and rarely the picture.
# - With one number in the kernel's centre, 1 or -1, and stride 1, it restores every pixel the
#   centre visited. The border comes back as zero, unless you pad.
# - A kernel with more than one number that is not zero mixes neighbours on the way. Its transpose
#   is, on inputs longer than itself, not its inverse. (Several kernels together may bring
#   everything back.)
#
# Exercises
# ---------
# 1. Use the kernel with -1 in its centre and stride 2. Which share of the pixels comes back?
# 2. Put 2 instead of -1 in the centre. What comes back, and what must the kernel of the
#    transposed convolution be to repair it?

# %%

# Solution 1: a quarter, every second pixel of every second row
half = F.conv2d(picture, kernel, stride=2)
trip = F.conv_transpose2d(half, kernel, stride=2, output_padding=(0, 1))
assert torch.equal(trip[:, :, 2:-2:2, 2:-2:2], picture[:, :, 2:-2:2, 2:-2:2])
assert (
    trip != 0
).sum() == half.numel() and 0.24 < half.numel() / picture.numel() < 0.25

# %%

# Solution 2: four times the picture; a half in the centre repairs it
twofold = 2.0 * (kernel != 0)
doubled = F.conv2d(picture.double(), twofold.double())
for way_back, times in [(twofold, 4), (twofold / 4, 1)]:
    trip = F.conv_transpose2d(doubled, way_back.double())
    assert torch.equal(trip, (times * picture * inside).double())

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 4.
