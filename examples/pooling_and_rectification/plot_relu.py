"""
Without ReLU between them, two convolutions that do not pad are one
===================================================================

ReLU sets negative numbers to zero and leaves the others alone. That seems to throw something away.
This page shows what it makes possible: without such a step a stack of convolutions, however deep,
could be replaced by a single one, but for what padding does at the border.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.signal import convolve2d
from torch.nn.functional import batch_norm, conv2d, max_pool2d

from convdocs import exercises, images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv
from convdocs.learning.network import conv_layer, to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# What does ReLU do?
# ------------------
# :term:`ReLU` is short for rectified linear unit: the larger of the number and zero,
# :math:`y = \max(0, x)`. This :term:`rectification` looks at one cell at a time, so the size stays
# as it is. Steps of this kind, which bend what was straight, are called
# :term:`activation functions <activation function>`.

grid = torch.tensor([[3, -1, 0, 5], [-2, 4, -6, 1], [7, -3, 2, -8]])

# %%
# Which cells of this grid does it change?

questions.click(
    "Click on the cells that ReLU changes.",
    "grid",
    "grid.relu() != grid",
    {
        "grid <= 0": "The larger of 0 and 0 is 0, so a 0 stays as it is.",
        "grid > 0": "Those it leaves alone: the larger of the number and 0 is the number.",
    },
    because="The five negative numbers become 0, and all others stay.",
    alone=True,
)

# %%

# Drawing: a grid before and after ReLU
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
    caption=f"Filled cells pass through. The {(~kept).sum()} others were below zero and are 0.",
)
assert torch.equal(grid.relu(), torch.where(kept, grid, 0))
for ax in axes:
    signs = [text.get_text().startswith("\N{MINUS SIGN}") for text in ax.texts]
    assert sum(signs) == (5 if ax.get_title() == "before ReLU" else 0)

# %%
# What is missing without it?
# ---------------------------
# A convolution is :term:`linear`: turn the input's sign and the output's sign turns, add two
# inputs and their outputs add. Steps that are linear stay linear when you chain them. Two 5 x 5
# kernels in a row, without padding, see how many inputs along an axis?

questions.type_in(
    "Two 5 x 5 convolutions in a row: how many inputs along each axis reach one output?",
    "receptive_field([Conv(1, 1, 5), Conv(1, 1, 5)]).size[0]",
    {
        "5 + 5": "Neighbours share all inputs but one: the second kernel adds 4 to the 5.",
        "5 * 5": "That would hold if the fields of neighbours did not overlap.",
    },
    because="The first sees 5; the second puts 5 such places side by side: 4 more.",
    alone=True,
)

# %%
# And is the chain of the two a convolution again? It is: one 9 x 9 kernel does the work of both. It
# is the true convolution of the two, computed here by SciPy: at tap s of the second kernel and t of
# the first the two together read s + t further on, so the places add up. We take ramps from -2 to
# 2, so that all numbers are whole and the comparison is exact.

right, _, down, _ = (2 * oriented_ramps()).astype(int)
both = convolve2d(right, down)
assert both.shape == (9, 9)

x = torch.tensor(np.random.default_rng(0).integers(-9, 10, (1, 1, 14, 16)))
k1, k2, k12 = (torch.tensor(k)[None, None] for k in (right, down, both))
assert torch.equal(conv2d(conv2d(x, k1), k2), conv2d(x, k12))
other = torch.roll(x, 5, -1)
assert torch.equal(conv2d(x + other, k1), conv2d(x, k1) + conv2d(other, k1))

# %%

# Drawing: two kernels and the one that replaces them
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.2), width_ratios=[5, 5, 9])
titles = ["first kernel", "second kernel", "one kernel in their place"]
for ax, k, title in zip(axes, (right, down, both), titles, strict=True):
    plots.show_cells(ax, k, colour=plots.KERNEL, title=title, fontsize=8)
plots.describe(
    figure,
    f"""Two 5 x 5 kernels, a ramp from -2 to 2 rising to the right and one rising
    downwards, and the 9 x 9 kernel that does the work of both, with numbers from
    {both.min()} to {both.max()}.""",
    caption="Two small kernels in a row can do no more than the large one in their place.",
)

# %%
# Layers often add a :term:`bias`, one constant for each map. Without padding, one bias does for
# both. If the second layer pads with zeros, one kernel no longer does for both: the layer then sees
# zeros around the first one's output, where the large kernel sees outputs. The inside agrees; a
# border as wide as that padding does not. Nor can a single bias replace two.

padded = conv2d(conv2d(x, k1, padding=2), k2, padding=2)
differs = (padded != conv2d(x, k12, padding=4))[0, 0]
inside = torch.zeros_like(differs)
inside[2:-2, 2:-2] = True
assert torch.equal(differs, ~inside)
assert torch.equal(conv2d(conv2d(x, k1, padding=2), k2), conv2d(x, k12, padding=2))

nothing, biases = torch.zeros_like(x), (torch.tensor([3]), torch.tensor([1]))
plain = conv2d(conv2d(nothing, k1 + 1, biases[0]), k2 + 1, biases[1])
assert len(plain.unique()) == 1
bordered = conv2d(
    conv2d(nothing, k1 + 1, biases[0], padding=2), k2 + 1, biases[1], padding=2
)
assert len(bordered.unique()) > 1

# %%
# Before :term:`batch normalisation` a bias does nothing. That step subtracts from each map its
# mean, over all places of all inputs in the batch, and divides by its spread. In training the bias
# is part of the mean that is subtracted; in use a mean kept from training is, which holds the bias
# as well. So layers before it are made with ``bias=False``.

batch = torch.arange(2 * 3 * 16.0).reshape(2, 3, 4, 4) ** 2 % 7
shifted = batch + torch.tensor([5.0, -3, 100]).reshape(3, 1, 1)
normal, same = (
    batch_norm(maps, None, None, training=True) for maps in (batch, shifted)
)
torch.testing.assert_close(same, normal, rtol=0, atol=1e-4)
in_use = [
    batch_norm(maps, maps.mean((0, 2, 3)), maps.var((0, 2, 3)))
    for maps in (batch, shifted)
]
torch.testing.assert_close(*in_use, rtol=0, atol=1e-4)

# %%
# And with it?
# ------------
# No single kernel can do the work of both. If one did, turning the sign of the input would turn
# the sign of the output. With ReLU between the two convolutions it does not, so the second layer
# can compute something that the first could not.

with_relu = conv2d(conv2d(x, k1).relu(), k2)
turned = conv2d(conv2d(-x, k1).relu(), k2)
assert torch.equal(conv2d(-x, k12), -conv2d(x, k12))
assert not torch.equal(turned, -with_relu)
# a positive factor passes through
assert torch.equal(conv2d(conv2d(3 * x, k1).relu(), k2), 3 * with_relu)

# %%
# What does the demonstration network owe to it?
# ----------------------------------------------
# ``DemoNet``, the tutorial's network of two 5 x 5 convolutions, has four ramps as kernels.
# The second is the negative of the first, and the fourth of the third. So its first four maps
# are two maps and their negatives, and its second layer adds all four with the same weights.
# (Max pooling is not linear either, so we leave it out here.)

panda = to_batch(images.load("panda"))
ramps = oriented_ramps()
assert np.array_equal(ramps[1], -ramps[0]) and np.array_equal(ramps[3], -ramps[2])
first, second = (conv_layer(as_weight(ramps, channels)) for channels in (3, 4))
with torch.no_grad():
    maps = first(panda)
    rightward, leftward, downward, upward = maps[0]
    without_relu, with_relu = second(maps), second(maps.relu())

# %%

value, opposite = torch.tensor(3), torch.tensor(-3)
questions.choose(
    "A cell of a map holds 3. ReLU is applied to it, and to the opposite kernel's map. What do the "
    "two add up to there?",
    "value.relu() + opposite.relu()",
    {
        "value + value": "The opposite kernel turns the sign of every answer.",
        "value + opposite": "So they would without ReLU: a map and its negative cancel.",
    },
    because="The opposite kernel answers -3, of which ReLU makes 0. The 3 stays.",
)

# %%
# Without ReLU a map and its negative cancel, cell by cell. So without a step between them that is
# not linear (a *nonlinear* one) the second layer would see nothing.

torch.testing.assert_close(without_relu, torch.zeros(1, 4, 227, 172), rtol=0, atol=1e-3)
print(f"largest answer with ReLU: {with_relu.abs().max():.0f}")
assert with_relu.abs().max() > 100
with torch.no_grad():
    assert second(max_pool2d(maps, 2)).abs().max() > 10  # pooling alone also helps

# %%
# ReLU keeps the positive half of the map and the positive half of its negative. Together they
# are the map without its sign: how much the brightness changes, whichever way. That sum over
# the four maps is what the second layer reads here. (Of pooled maps the sum is another.)

change = rightward.abs() + downward.abs()
torch.testing.assert_close(maps.relu()[0].sum(0), change, rtol=0, atol=1e-4)
pooled = max_pool2d(maps.relu(), 2)[0].sum(0)
assert not torch.allclose(pooled, max_pool2d(change[None, None], 2)[0, 0], atol=1)
# rightward rises to the right: bright pixels to the right of dark ones make it positive
step = torch.zeros(1, 3, 5, 5)
step[..., 3:] = 1
with torch.no_grad():
    assert first(step)[0, :, 0, 0].argmax() == 0
    assert first(step.transpose(-2, -1))[0, :, 0, 0].argmax() == 2

# %%

# Drawing: two maps, and the sum of all four without and with ReLU
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
    caption="The third map is blank: map and negative cancel. ReLU lets their sum say where "
    "anything changes.",
)
((low, high),) = {ax.images[0].get_clim() for ax in axes}  # one scale
assert low == -high  # zero is white
drawn = {ax.get_title(): ax.images[0].get_array() for ax in axes}
assert np.array_equal(drawn["rise to the right"], maps[0, 0])
assert np.array_equal(drawn["rise downwards"], maps[0, 2])
assert abs(drawn["sum without ReLU"]).max() < 1e-3
assert drawn["sum with ReLU"].min() >= 0 and drawn["sum with ReLU"].max() > 10
# sphinx_gallery_thumbnail_number = 3
plt.show()

# %%
# Recap
# -----
# - ReLU replaces negative numbers by zero, cell by cell; the size stays.
# - Without padding, two convolutions in a row are one convolution with a larger kernel. With a
#   nonlinear step between them, a second layer computes what no single kernel can.
# - A map and its negative, both rectified, add up to the map's magnitude. The demonstration
#   network's second layer, left without its pooling, reads just that. Without ReLU, too, its answer
#   would be blank.
#
# Exercises
# ---------
# 1. How large is the one kernel that replaces three 3 x 3 convolutions in a row? Does it have
#    more weights than the three, or fewer?
# 2. In the last figure, is the sum with ReLU the same for the picture's negative,
#    ``1 - panda``? Predict it from the recap, then check.
# 3. Write ``relu(x)`` for a grid, an array (height, width), and have it checked:
#    ``exercises.check("relu", relu)``.

# %%

# Solution 1: 7 x 7, and more weights if there is one channel throughout
size = receptive_field([Conv(1, 1, 3)] * 3).size
assert size == (7, 7)
# three small kernels have fewer weights, and can have a ReLU after each
small, large = (conv_layer(np.ones((1, 1, n, n))).weight.numel() for n in (3, 7))
assert (3 * small, large) == (27, 49)

# %%

# Solution 2: the same, for every map only turns its sign
with torch.no_grad():
    negative = first(1 - panda)
# the ramps add up to 0, so the constant 1 leaves no trace
torch.testing.assert_close(negative, -maps, rtol=0, atol=1e-4)
sums = negative.relu().sum(1), maps.relu().sum(1)
torch.testing.assert_close(*sums, rtol=0, atol=1e-3)

# %%


# Solution 3: the number where it is above 0, and 0 elsewhere
def relu(x):
    return np.where(x > 0, x, 0)


exercises.check("relu", relu)

# %%
# Sources
# -------
# - Nair and Hinton, *Rectified linear units improve restricted Boltzmann machines*, 2010.
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   sections 6.1 and 6.3.1.
