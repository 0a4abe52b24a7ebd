"""
Without ReLU between them, two convolutions are one
===================================================

ReLU sets negative numbers to zero and leaves the others alone. That looks like a loss. This
page shows what it makes possible: without such a step a stack of convolutions, however deep,
could be replaced by a single one.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.signal import convolve2d
from torch.nn.functional import conv2d, max_pool2d

from convdocs import images, plots
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv
from convdocs.learning.network import conv_layer, to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# What does ReLU do?
# ------------------
# *ReLU* is short for rectified linear unit: the larger of the number and zero. It looks at
# one cell at a time, so the size stays as it is. Which cells change?

grid = torch.tensor([[3, -1, 0, 5], [-2, 4, -6, 1], [7, -3, 2, -8]])
assert torch.equal(grid.relu(), grid.clamp(min=0))

figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.4))
kept = grid >= 0
plots.show_cells(axes[0], grid, colour=plots.INPUT, highlight=kept, title="before ReLU")
plots.show_cells(
    axes[1], grid.relu(), colour=plots.OUTPUT, highlight=kept, title="after ReLU"
)
plots.describe(
    figure,
    """Two grids of 3 x 4 numbers, before and after ReLU. The seven cells that are not
    negative are filled and stay as they were: 3, 0, 5, 4, 1, 7 and 2. The five
    negative ones become 0.""",
)
assert kept.sum() == 7

# %%
# What is missing without it?
# ---------------------------
# A convolution is *linear*: turn the input's sign and the output's sign turns, add two inputs and
# their outputs add. Steps that are linear stay linear when you chain them, and here the chain is
# even a convolution again. Two 5 x 5 kernels in a row, without padding, see 9 x 9 inputs, and one
# 9 x 9 kernel does the work of both: it is the true convolution of the two, computed here by
# SciPy. (Layers often add a bias, a constant; then one bias does for both.) We take ramps from -2
# to 2, so that all numbers are whole.

assert receptive_field([Conv(1, 1, 5), Conv(1, 1, 5)]).size == (9, 9)
right, _, down, _ = (2 * oriented_ramps()).astype(int)
both = convolve2d(right, down)
assert both.shape == (9, 9)

x = torch.tensor(np.random.default_rng(0).integers(-9, 10, (1, 1, 14, 16)))
k1, k2, k12 = (torch.tensor(k)[None, None] for k in (right, down, both))
assert torch.equal(conv2d(conv2d(x, k1), k2), conv2d(x, k12))

figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.2), width_ratios=[5, 5, 9])
titles = ["first kernel", "second kernel", "one kernel in their place"]
for ax, k, title in zip(axes, (right, down, both), titles, strict=True):
    plots.show_cells(ax, k, colour=plots.KERNEL, title=title, fontsize=8)
plots.describe(
    figure,
    f"""Two 5 x 5 kernels, a ramp from -2 to 2 rising to the right and one rising
    downwards, and the 9 x 9 kernel that does the work of both, with numbers from
    {both.min()} to {both.max()}.""",
)

# %%
# And with it?
# ------------
# No single kernel can do the work of both. If one did, turning the sign of the input would turn
# the sign of the output. With ReLU between the two convolutions it does not, so the second layer
# can compute something that the first could not.


def two_layers(x):
    """Convolve, rectify, convolve."""
    return conv2d(conv2d(x, k1).relu(), k2)


assert torch.equal(conv2d(-x, k12), -conv2d(x, k12))
assert not torch.equal(two_layers(-x), -two_layers(x))
# a positive factor passes through
assert torch.equal(two_layers(3 * x), 3 * two_layers(x))

# %%
# What does the demonstration network owe to it?
# ----------------------------------------------
# ``DemoNet``, the tutorial's network of two 5 x 5 convolutions, has four ramps as kernels.
# The second is the negative of the first, and the fourth of the third. So its first four maps
# are two maps and their negatives, and its second layer adds all four with the same weights.
# What is the sum of a map and its negative? Without a nonlinear step between them the second
# layer would see nothing. (Max pooling is not linear either, so we leave it out here.)

panda = to_batch(images.load("panda"))
ramps = oriented_ramps()
first, second = (conv_layer(as_weight(ramps, channels)) for channels in (3, 4))
with torch.no_grad():
    maps = first(panda)
    zero = torch.zeros(1, 4, 227, 172)
    torch.testing.assert_close(second(maps), zero, rtol=0, atol=1e-3)
    print(f"largest answer with ReLU: {second(maps.relu()).abs().max():.0f}")
    assert second(maps.relu()).abs().max() > 100
    assert second(max_pool2d(maps, 2)).abs().max() > 10  # pooling alone also helps

# %%
# ReLU keeps the positive half of the map and the positive half of its negative. Together they
# are the map without its sign: how much the brightness changes, whichever way. That sum over
# the four maps is what the second layer reads.

rightward, _, downward, _ = maps[0]
change = rightward.abs() + downward.abs()
torch.testing.assert_close(maps.relu()[0].sum(0), change, rtol=0, atol=1e-4)

figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.6))
titles = ["rise to the right", "rise downwards", "sum without ReLU", "sum with ReLU"]
shown = [rightward, downward, maps[0].sum(0), maps[0].relu().sum(0)]
mapped = plots.show_maps(axes, shown, titles=titles)
plots.show_scale(figure, mapped, axes, label="answer of the filter")
plots.describe(
    figure,
    """Four maps of the panda on one scale. The answers to the ramps to the right and
    downwards have both signs. The sum of all four maps is blank without ReLU. With
    ReLU it is positive and outlines the whole animal.""",
)
# sphinx_gallery_thumbnail_number = 3
plt.show()

# %%
# Recap
# -----
# - ReLU replaces negative numbers by zero, cell by cell; the size stays.
# - Two convolutions in a row are one convolution with a larger kernel. A nonlinear step
#   between them is what makes a second layer worth having.
# - A map and its negative, both rectified, add up to the map's magnitude. The demonstration
#   network's second layer works on that, and without ReLU and pooling would be blank.
#
# Exercises
# ---------
# 1. How large is the one kernel that replaces three 3 x 3 convolutions in a row? Has it more
#    weights than the three, or fewer?
# 2. In the last figure, is the sum with ReLU the same for the picture's negative,
#    ``1 - panda``? Predict it from the recap, then check.
#
# Sources
# -------
# Nair and Hinton, *Rectified linear units improve restricted Boltzmann machines*, 2010.
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, sections 6.1 and 6.3.1.
