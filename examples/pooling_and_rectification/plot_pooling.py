"""
Pooling makes one number of every block
=======================================

A pooling layer divides each map into blocks and replaces each by one number: its largest, or its
average. It has no weights. This page computes both by hand, measures on a picture what is
gained, what a shift does to it, and whether the numbers vary less.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import Rectangle
from torch.nn.functional import avg_pool2d, conv2d, max_pool2d

from convdocs import exercises, images, plots, questions
from convdocs.cost import macs
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool
from convdocs.learning.network import conv_layer, to_batch
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# Which number stands for a block?
# --------------------------------
# There are two kinds of :term:`pooling`: :term:`max pooling` takes the largest number of each
# block, :term:`average pooling` the mean. Blocks are mostly 2 x 2 and lie side by side: the
# window's stride is its own size.

grid = np.array([[0, 2, 1, 1], [3, 7, 0, 6], [5, 6, 2, 0], [1, 8, 5, 9]])
x = torch.tensor(grid, dtype=torch.float32)[None, None]
largest, average = max_pool2d(x, 2)[0, 0], avg_pool2d(x, 2)[0, 0]
assert np.array_equal(largest, max_pool(x, 2)[0, 0])  # of this project, in plain loops
assert np.array_equal(average, avg_pool(x, 2)[0, 0])
_, where = max_pool2d(x, 2, return_indices=True)  # cells counted row by row
winners = np.isin(np.arange(16).reshape(4, 4), where)

# %%

questions.click(
    "Click on the numbers that max pooling keeps of these 2 x 2 blocks.",
    "grid",
    "winners",
    {
        "grid >= 6": "One 6 has an 8 in its own block.",
        "grid == grid.max(axis=1, keepdims=True)": "The largest of each block, not of each row.",
        "grid == grid.max()": "Each block keeps one number, however small it is.",
    },
    because="Each block of four keeps its largest: 7, 6, 8 and 9.",
    alone=True,
)

# %%

questions.type_in(
    "Which number does average pooling put in place of the block 2, 0, 5, 9?",
    "float(average[1, 1])",
    {
        "float(grid[2:, 2:].sum())": "That is the sum. Divide it by the number of cells.",
        "float(largest[1, 1])": "That is the largest.",
    },
    because="2 + 0 + 5 + 9 is 16, a quarter of which is 4.",
    alone=True,
)

# %%

# Drawing: a grid in blocks, its largest numbers and its averages
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), width_ratios=[4, 2, 2])
plots.show_cells(axes[0], grid, colour=plots.INPUT, highlight=winners, title="input")
for row, column in np.ndindex(2, 2):
    block = Rectangle(
        (2 * column - 0.5, 2 * row - 0.5), 2, 2, fill=False, linewidth=2.5
    )
    block.set(edgecolor=plots.INK, clip_on=False, zorder=3)
    axes[0].add_patch(block)
for ax, kept, title in [(axes[1], largest, "max"), (axes[2], average, "average")]:
    plots.show_cells(ax, kept, colour=plots.OUTPUT, title=title)
plots.describe(
    figure,
    f"""A 4 x 4 grid in four blocks of 2 x 2, the largest number of each block filled,
    and two 2 x 2 grids: the largest numbers, {largest[0, 0]:g} and {largest[0, 1]:g}
    above {largest[1, 0]:g} and {largest[1, 1]:g}, and the averages, {average[0, 0]:g}
    and {average[0, 1]:g} above {average[1, 0]:g} and {average[1, 1]:g}.""",
    caption="Each block becomes one number: its largest, which is filled, or its mean.",
)
assert [text.get_text() for text in axes[1].texts] == ["7", "6", "8", "9"]
assert [text.get_text() for text in axes[2].texts] == ["3", "2", "5", "4"]
assert [ax.get_title() for ax in axes] == ["input", "max", "average"]

# %%
# What does it buy?
# -----------------
# Fewer numbers, so less work for the next layer; this is :term:`down-sampling`. We take four
# maps of the panda: what a 5 x 5 convolution with the four ramps answers, and then ReLU. A second
# 5 x 5 convolution takes 4.2 times fewer multiply-accumulates (MACs) on the pooled maps than on
# these. And it sees more. (ReLU may come before or after max pooling: what is largest stays so.
# With average pooling the order counts.)

panda = to_batch(images.load("panda"))
layer = conv_layer(as_weight(oriented_ramps(), 3))
with torch.no_grad():
    maps = layer(panda).relu()
pooled = max_pool2d(maps, 2)
print(f"{tuple(maps.shape[1:])} becomes {tuple(pooled.shape[1:])}")
first, pool, second = Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5)
next_macs = [macs(second, y.shape[2:]) for y in (maps, pooled)]
assert round(next_macs[0] / next_macs[1], 1) == 4.2
with torch.no_grad():
    answers = layer(panda)
assert torch.equal(pooled, max_pool2d(answers, 2).relu())
assert not torch.equal(avg_pool2d(maps, 2), avg_pool2d(answers, 2).relu())


# %%

questions.type_in(
    "A 5 x 5 convolution, 2 x 2 pooling, and again a 5 x 5 convolution: how many pixels along "
    "each axis reach one number?",
    "receptive_field([first, pool, second]).size[0]",
    {
        "receptive_field([first, second]).size[0]": "That is how many do so without the pooling.",
        "5 + 2 + 5": "Neighbours share pixels, and steps behind the pooling count double.",
    },
    because="5 in the first, 6 with the pooling, and the second kernel adds 4 steps of 2 pixels.",
)

# %%
# Without pooling 9 pixels would, and with it 14.

assert receptive_field([first, second]).size == (9, 9)
assert receptive_field([first, pool, second]).size == (14, 14)

# %%
# Does it forgive a small shift?
# ------------------------------
# A little. As long as the winner moves within its block, and nothing larger comes in, the maximum
# stays; if it moves into the next block, the maximum changes unless as large a number comes. So
# move the panda by one pixel, compute the maps again, and ask how much they change (the root of the
# mean squared change) as a fraction of how much they vary (their :term:`standard deviation`, the
# root of the mean squared distance from the mean). As a control we also keep the first number of
# each block, whatever it is: it should forgive nothing. And we do the same after a *blur*, a
# weighted mean of 3 x 3 neighbours.

weights = torch.tensor([1.0, 2, 1]) / 4
blur = torch.outer(weights, weights).expand(4, 1, 3, 3)  # each map by itself: groups=4
ways = {
    "no pooling": lambda y: y,
    "first of each block": lambda y: y[..., ::2, ::2],
    "average": lambda y: avg_pool2d(y, 2),
    "max": lambda y: max_pool2d(y, 2),
    "blur, then first": lambda y: conv2d(y, blur, stride=2, groups=4),
}
with torch.no_grad():
    here, moved = layer(panda[..., :-1]).relu(), layer(panda[..., 1:]).relu()
change, moves = {}, {}
for name, way in ways.items():
    before, after = way(here), way(moved)
    change[name] = float((after - before).square().mean().sqrt() / before.std())
    moves[name] = float((after - before).abs().mean())
    print(f"{name}: {change[name]:.0%}")
assert [round(100 * c) for c in change.values()] == [47, 47, 40, 40, 37]
assert moves["max"] > moves["no pooling"] > moves["average"]

# %%
# Both kinds soften the change by about a seventh, and 40% is far from nothing. (After max
# pooling the numbers themselves change no less than before; they only vary more.) A wider mean
# before numbers are dropped does more. What it holds back is :term:`aliasing`: what is finer than
# the new grid does not vanish, it turns up as something else. A pattern that alternates from
# sample to sample becomes a constant, whose sign depends on where you begin. The blur removes it
# first, and so does the average. The maximum makes 1 of it.

alternating = torch.tensor([1.0, -1]).repeat(1, 4, 4, 4)  # from column to column
assert (alternating[..., ::2, ::2] == 1).all() and (
    alternating[..., ::2, 1::2] == -1
).all()
assert (ways["blur, then first"](alternating) == 0).all()
assert (ways["average"](alternating) == 0).all()
assert (ways["max"](alternating) == 1).all()

# %%
# A shift by the whole stride, 2 pixels, passes cleanly: the pooled map then moves by one cell. A
# layer whose output moves along with its input is called *equivariant* to the shift. So pooling is
# equivariant to shifts by whole strides. After a shift by one pixel the pooled map is neither the
# old one nor the old one moved by a cell, though the maps had moved with the picture.

with torch.no_grad():
    here, moved = (
        ways["max"](layer(panda[..., :-2])),
        ways["max"](layer(panda[..., 2:])),
    )
torch.testing.assert_close(moved[..., :-1], here[..., 1:], rtol=0, atol=1e-4)
with torch.no_grad():
    here, moved = layer(panda[..., :-1]), layer(panda[..., 1:])
torch.testing.assert_close(moved[..., :-1], here[..., 1:], rtol=0, atol=1e-4)
before, after = ways["max"](here), ways["max"](moved)
assert (after - before).abs().max() > 1
assert (after[..., :-1] - before[..., 1:]).abs().max() > 1

# %%
# Does it lower the variance?
# ---------------------------
# That is often said of pooling. (The :term:`variance` is the square of the standard deviation.) Of
# average pooling it is true if equal blocks cover the map: the variance of a map is the variance of
# the block means plus the mean variance inside the blocks, and averaging drops the second part. Of
# max pooling it need not be true, and on the panda it is false: the variance grows by more than a
# third.

even = maps[..., :-1, :].double()  # 230 rows, so that the blocks cover everything
plain, means, maxima = (
    ways[name](even).var((2, 3), correction=0)  # divided by the count of cells
    for name in ("no pooling", "average", "max")
)
# the variance inside each 2 x 2 block, averaged over the blocks
inside = even.unfold(2, 2, 2).unfold(3, 2, 2).var((4, 5), correction=0).mean((2, 3))
for name, pooled in {"average": means, "max": maxima}.items():
    print(f"{name}: variance x", *(f"{factor:.2f}" for factor in (pooled / plain)[0]))
torch.testing.assert_close(means + inside, plain)
assert (means < plain).all() and (maxima > 4 / 3 * plain).all()
row = torch.tensor([[0.0, 0, 10, 10, 5]])  # of which two blocks leave out the 5
assert avg_pool2d(row[None], (1, 2)).var() > row.var()

# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - Pooling 2 x 2 leaves a quarter of the numbers, and the next layer sees farther for less work.
# - It softens a shift by one pixel and does not undo it. A blur before dropping numbers does more.
# - Averages over equal blocks that cover the map never raise its variance. Maxima may, and do here.
#
# Exercises
# ---------
# 1. By what factor does average pooling lower the variance of *noise*, numbers drawn at random,
#    each independently? Predict it, then try ``torch.randn``. Why does it lower the panda's so
#    little?
# 2. On which maps would max pooling lower the variance? Try ``1 - maps``.
# 3. Write ``max_pool_2d(x, size)``, the largest number of each whole block of a grid, and have it
#    checked: ``exercises.check("max_pool_2d", max_pool_2d)``. Mind what is left over at the end.

# %%

# Solution 1: by 4, as many as the numbers in a block
noise = torch.randn(1, 1, 400, 400, generator=torch.Generator().manual_seed(0))
assert 3.9 < noise.var() / avg_pool2d(noise, 2).var() < 4.1
# neighbours in the panda's maps are alike, so there is little variance inside the blocks
assert (inside < 0.3 * plain).all()

# %%

# Solution 2: where a few numbers are far below the others, for then they lose
turned = [y.var((2, 3), correction=0) for y in (1 - even, ways["max"](1 - even))]
assert (turned[1] < 0.75 * turned[0]).all()

# %%


# Solution 3: cut off what is left over, and give the cells of a block axes of their own
def max_pool_2d(x, size):
    height, width = (n // size for n in x.shape)
    cut = x[: height * size, : width * size]
    return cut.reshape(height, size, width, size).max(axis=(1, 3))


exercises.check("max_pool_2d", max_pool_2d)

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.3.
# - Zhang, `Making convolutional networks shift-invariant again
#   <https://arxiv.org/abs/1904.11486>`_, 2019, on the blur.
# - PyTorch documentation of :class:`torch.nn.MaxPool2d` and :class:`torch.nn.AvgPool2d`.
