"""
Plain correlation finds what is bright, normalised correlation what is alike
============================================================================

To *correlate* two pictures is to ask how alike they are, and that gave the operation of a layer
its name. We cut a patch out of the panda and search for it with a layer whose kernel is the
patch. It fails at first, and the repair takes two average poolings, a root and a division.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import Rectangle
from numpy.testing import assert_allclose
from torch.nn import functional as F

from convdocs import images, plots, questions

plt.style.use("convdocs.page")

# %%
# Is the sum largest where the patch was cut?
# -------------------------------------------
# Cut the patch around one eye out of the grey panda, lay it on every place of the picture, and
# take the sum of products, the plain :term:`correlation`. This search is called
# :term:`template matching`.

grey = torch.from_numpy(np.array(images.load("panda").convert("L"), np.float64) / 255)
top, left, height, width = 72, 46, 40, 36
patch = grey[top : top + height, left : left + width]
plain = F.conv2d(grey[None, None], patch[None, None])[0, 0]
by_loop = (grey[10 : 10 + height, 20 : 20 + width] * patch).sum()
assert_allclose(plain[10, 20], by_loop, atol=1e-9)
found_plain = divmod(plain.argmax().item(), plain.shape[1])  # its row and column
darkest = divmod(plain.argmin().item(), plain.shape[1])

# %%

questions.choose(
    "The patch was cut at row 72, column 46, around a dark eye; the belly is white and lies at "
    "the bottom. At which place is the sum of products largest?",
    "found_plain",
    {
        "(top, left)": "There the two are alike, but a brighter window has larger products.",
        "darkest": "Products with dark pixels are small.",
    },
    because="It is largest on the white belly: no pixel is negative, so bright windows win.",
)

# %%
# It is not where the patch was cut. A sum of products grows with brightness, so it points to white
# fur: here the belly, and the forehead nearly as much. The window is among the brightest hundredth
# of all, and the dark eye is passed over.

means = F.avg_pool2d(grey[None, None], (height, width), stride=1)[
    0, 0
]  # of each window
assert found_plain != (top, left)
assert means[found_plain] > means.quantile(0.99) > means[top, left]
assert 0.99 < plain[:60].max() / plain.max() < 1  # above the eyes

# %%
# What compares shapes instead of brightness?
# -------------------------------------------
# Take the mean off the patch and off each window, and divide by the lengths of what is left. This
# is :term:`zero-mean normalised cross-correlation`, Pearson's correlation coefficient of patch and
# window. With :math:`w` for the patch, :math:`\mu` for its mean and :math:`\mu_o` for that of the
# window at :math:`o`:
#
# .. math:: r_o = \frac{\sum_t (w_t - \mu) (x_{o+t} - \mu_o)}
#           {\sqrt{\sum_t (w_t - \mu)^2 \; \sum_t (x_{o+t} - \mu_o)^2}}

once = patch.numpy().ravel()
window = 0.5 * once + 0.25

# %%

questions.choose(
    "A window holds the numbers of a patch, each times 0.5 and plus 0.25. What is the correlation "
    "coefficient of the two?",
    "round(float(np.corrcoef(once, window)[0, 1]), 9)",
    {
        "round(0.5 * float(np.corrcoef(once, once)[0, 1]), 9)": "The contrast is divided out.",
        "round(0.75 * float(np.corrcoef(once, once)[0, 1]), 9)": "The mean is taken off, and the "
        "contrast is divided out.",
        "round(-float(np.corrcoef(once, window)[0, 1]), 9)": "It would be -1 if bright and dark "
        "were exchanged.",
    },
    because="Brightness and contrast play no part, and 1 is the largest value there is.",
    alone=True,
)

# %%
# The sum above the line is a layer with the kernel :math:`w - \mu`. (The window's mean drops out
# there, since that kernel sums to zero.) Below it we need means of windows and of their squares,
# which average pooling gives. NumPy's coefficient is the judge.

kernel = patch - patch.mean()
squares = F.avg_pool2d(grey[None, None] ** 2, (height, width), stride=1)[0, 0]
assert (squares > means**2).all()  # no window is flat
contrast = torch.sqrt((squares - means**2) * height * width * (kernel**2).sum())
normalised = F.conv2d(grey[None, None], kernel[None, None])[0, 0] / contrast
found = divmod(normalised.argmax().item(), normalised.shape[1])
print(f"normalised correlation points to {found}, where it is {normalised[found]:.3f}")

assert found == (top, left)
assert_allclose(normalised[found], 1, atol=1e-9)
assert normalised.min() < 0 < plain.min()
for i, j in [(0, 0), (100, 30), (190, 140)]:
    there = grey[i : i + height, j : j + width]
    expected = np.corrcoef(once, there.numpy().ravel())[0, 1]
    assert_allclose(normalised[i, j], expected, atol=1e-9)

# %%

# Drawing: the two answers on the picture, and both maps
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.3))
plots.show_picture(axes[0], grey, title="the two answers")
for (i, j), colour, name in [
    (found_plain, "C0", "plain"),
    (found, "C1", "normalised"),
]:
    axes[0].add_patch(
        Rectangle((j, i), width, height, fill=False, edgecolor=colour, linewidth=3)
    )
    axes[0].text(
        j + width / 2, i - 5, name, ha="center", va="bottom", fontsize=9,
        color=plots.ON_FILL, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
names = ["plain, over its peak", "normalised"]
mapped = plots.show_maps(axes[1:], [plain / plain.max(), normalised], titles=names)
for ax in axes[1:]:  # a value at the middle of its window
    x, y = width / 2 - 0.5, height / 2 - 0.5
    ax.images[0].set_extent((x, 180 - x - 1, 235 - y - 1, y))
    ax.set(xlim=(-0.5, 179.5), ylim=(234.5, -0.5))
plots.show_scale(figure, mapped, axes[1:], label="correlation, its peak 1")
low_plain, low = (ax.images[0].get_array().min() for ax in axes[1:])
assert low < 0 < low_plain  # each map below its own title
((start, end),) = {ax.images[0].get_clim() for ax in axes[1:]}  # one scale
assert start == -end
assert [text.get_text() for text in axes[0].texts] == ["plain", "normalised"]
corners = [frame.get_xy() for frame in axes[0].patches]
assert corners == [found_plain[::-1], (left, top)]
plots.describe(
    figure,
    f"""The panda with two windows: plain correlation points to the white belly, at
    row {found_plain[0]} and column {found_plain[1]}; normalised correlation to the
    eye patch, at row {found[0]} and column {found[1]}. Beside it two maps. The plain
    one is positive everywhere, largest on white fur. The normalised one runs from
    negative to 1, with its peak at the eye.""",
    caption="Plain correlation is largest on white fur. The normalised map is highest at "
    f"the eye, {normalised[found]:.0f}. (A value stands where its window has its middle, so the "
    "maps have a margin.)",
)

# %%
# What would a flip do?
# ---------------------
# Convolve instead, and you search for the patch turned by half a turn. Its best match anywhere is
# well below 1.

turned = F.conv2d(grey[None, None], kernel.flip(0, 1)[None, None])[0, 0] / contrast
print(f"best match of the turned patch: {turned.max():.2f}")
assert 0 < turned.max() < 0.9
plt.show()

# %%
# Recap
# -----
# - A kernel that is a patch gives the sum of products of patch and window, which grows with
#   brightness: plain correlation finds what is bright.
# - Without the means, and divided by the contrasts, it is at most 1. It is 1 only where the window
#   is the patch, up to brightness and contrast. On a flat window it is undefined.
# - The search correlates. With a convolution you would look for the patch turned.
#
# Exercises
# ---------
# 1. Mirror the patch left to right. Where do you expect the normalised correlation to peak now?
# 2. Fade the whole picture to ``0.5 * grey + 0.5``, and keep the patch as it was. Does either
#    answer move? Which peak keeps its height?

# %%

# Solution 1: at the other eye, on the other side of the picture
mirrored = F.conv2d(grey[None, None], kernel.flip(1)[None, None])[0, 0] / contrast
row, column = divmod(mirrored.argmax().item(), mirrored.shape[1])
assert abs(row - top) <= 3 and abs(column - (180 - left - width)) <= 3
assert mirrored.max() < 1  # the two eyes are not quite alike

# %%

# Solution 2: neither moves, and only the normalised peak keeps its height
faded = (0.5 * grey + 0.5)[None, None]
plain_faded = F.conv2d(faded, patch[None, None])[0, 0]
shift = F.avg_pool2d(faded, (height, width), stride=1)[0, 0]
spread = F.avg_pool2d(faded**2, (height, width), stride=1)[0, 0] - shift**2
below = torch.sqrt(spread * height * width * (kernel**2).sum())
assert_allclose(
    F.conv2d(faded, kernel[None, None])[0, 0] / below, normalised, atol=1e-9
)
assert plain_faded.argmax() == plain.argmax() and plain_faded.max() > plain.max()

# %%
# Sources
# -------
# - Lewis, *Fast template matching*, Vision Interface, 1995.
