"""
Pooling keeps one number of every block
=======================================

A pooling layer divides each map into blocks and replaces a block by one number: its largest,
or its average. It has no weights. This page computes both by hand, measures on a picture what
is gained, and settles what happens at the border.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d

from convdocs import images, plots
from convdocs.cost import macs
from convdocs.geometry import input_positions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool
from convdocs.learning.network import conv_layer, to_batch
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.receptive import receptive_field
from convdocs.sizes import pool_output_size

plt.style.use("convdocs.page")

# %%
# Which number stays?
# -------------------
# In *max pooling* the largest of the block, in *average pooling* the mean. Blocks are mostly
# 2 x 2 and lie side by side: the window's stride is its own size. In the figure neighbouring
# blocks alternate between filled and unfilled, and so do the numbers they become. The winners
# are framed. Compute the bottom right average before you look.

grid = np.array([[0, 2, 1, 1], [3, 7, 0, 6], [5, 6, 2, 0], [1, 8, 5, 9]])
x = torch.tensor(grid, dtype=torch.float32)[None, None]
largest, average = max_pool(x, 2)[0, 0], avg_pool(x, 2)[0, 0]
assert np.array_equal(largest, max_pool2d(x, 2)[0, 0])
assert np.array_equal(average, avg_pool2d(x, 2)[0, 0])
assert average[1, 1] == (2 + 0 + 5 + 9) / 4

filled = np.eye(2, dtype=bool)
blocks = np.kron(filled, np.ones((2, 2), bool))  # the same pattern, two cells wide
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), width_ratios=[4, 2, 2])
plots.show_cells(axes[0], grid, colour=plots.INPUT, highlight=blocks, title="input")
for i, j in np.ndindex(2, 2):
    block = grid[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
    row, column = np.unravel_index(block.argmax(), (2, 2))
    plots.show_window(axes[0], [2 * i + row], [2 * j + column], colour="C2")
plots.show_cells(axes[1], largest, colour=plots.OUTPUT, highlight=filled, title="max")
plots.show_cells(
    axes[2], average, colour=plots.OUTPUT, highlight=filled, title="average"
)
plots.describe(
    figure,
    f"""A 4 x 4 grid in four blocks of 2 x 2, the largest number of each block framed,
    and two 2 x 2 grids: the largest numbers, {largest[0, 0]:g} and {largest[0, 1]:g}
    above {largest[1, 0]:g} and {largest[1, 1]:g}, and the averages, {average[0, 0]:g}
    and {average[0, 1]:g} above {average[1, 0]:g} and {average[1, 1]:g}.""",
)

# %%
# What does it buy?
# -----------------
# Fewer numbers, so less work for the next layer. We take four maps of the panda: a 5 x 5
# convolution with ramps that answer to brightness rising to the right, to the left, downwards
# and upwards, and then ReLU. A second 5 x 5 convolution on the pooled maps takes 4.2 times
# fewer multiply-accumulates (MACs) than on these maps. And it sees more: 14 pixels along each
# axis instead of 9.

panda = to_batch(images.load("panda"))
layer = conv_layer(as_weight(oriented_ramps(), 3))
with torch.no_grad():
    maps = layer(panda).relu()
pooled = max_pool2d(maps, 2)
print(f"{tuple(maps.shape[1:])} becomes {tuple(pooled.shape[1:])}")
first, pool, second = Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5)
next_macs = [macs(second, y.shape[2:]) for y in (maps, pooled)]
assert round(next_macs[0] / next_macs[1], 1) == 4.2

assert receptive_field([first, second]).size == (9, 9)
assert receptive_field([first, pool, second]).size == (14, 14)

# %%
# Does it forgive a small shift?
# ------------------------------
# A little. Within a block the winner may move and the maximum stays, but across the border of
# a block it may not. So move the panda by one pixel, compute the maps again, and ask how much
# they change (the root of the mean squared change) as a fraction of how much they vary (their
# standard deviation). As a control we also keep the first number of each block, whatever it
# is: downsampling alone should forgive nothing.

ways = {
    "no pooling": lambda y: y,
    "first of each block": lambda y: y[..., ::2, ::2],
    "average": lambda y: avg_pool2d(y, 2),
    "max": lambda y: max_pool2d(y, 2),
}
with torch.no_grad():
    here, moved = layer(panda[..., :-1]).relu(), layer(panda[..., 1:]).relu()
change = {}
for name, way in ways.items():
    change[name] = float((way(moved) - way(here)).square().mean().sqrt())
    change[name] /= float(way(here).std())
    print(f"{name}: {change[name]:.0%}")
assert abs(change["first of each block"] / change["no pooling"] - 1) < 0.05
for name in ("average", "max"):
    assert 0.8 < change[name] / change["no pooling"] < 0.9 and change[name] > 0.35
absolute = {n: float((ways[n](moved) - ways[n](here)).abs().mean()) for n in ways}
assert absolute["max"] > absolute["no pooling"] > absolute["average"]

# %%
# So either pooling softens the change by about a seventh, and 40% is still far from nothing.
# (Compared with what? After max pooling the numbers themselves change no less than before; they
# only vary more.) A shift by the whole stride, 2 pixels, passes cleanly: the pooled map then
# moves by one cell.

with torch.no_grad():
    here, moved = (
        max_pool2d(layer(y).relu(), 2) for y in (panda[..., :-2], panda[..., 2:])
    )
torch.testing.assert_close(moved[..., :-1], here[..., 1:], rtol=0, atol=1e-4)

# %%
# Does it lower the variance?
# ---------------------------
# That is often said. Of average pooling it is true, always: the variance of a map is the
# variance of the block means plus the mean variance inside the blocks, and averaging drops
# the second part. Of max pooling it need not be true, and on the panda it is false: the
# variance grows by more than a third.

even = maps[..., :-1, :].double()  # 230 rows, so that the blocks cover everything
# the variance inside each 2 x 2 block, averaged over the blocks
inside = even.unfold(2, 2, 2).unfold(3, 2, 2).var((4, 5), correction=0).mean((2, 3))
variance = {
    name: ways[name](even).var((2, 3), correction=0)
    for name in ("no pooling", "average", "max")
}
for name in ("average", "max"):
    factors = variance[name] / variance["no pooling"]
    print(f"{name}: variance x", *(f"{f:.2f}" for f in factors[0]))
torch.testing.assert_close(variance["average"] + inside, variance["no pooling"])
assert (variance["average"] < variance["no pooling"]).all()
assert (variance["max"] > 4 / 3 * variance["no pooling"]).all()

# %%
# What if the size is odd?
# ------------------------
# Then the last row or column is in no block and is dropped: 231 rows become 115. With
# ``ceil_mode=True`` one more window may hang over the end, and looks at what is there: 116.
# One rule goes with it. A window that would *start* in the padding after the input is dropped,
# because it would see nothing. So the size is not the formula with a ceiling in it. In the
# figure each row is one window of 2; p is padding, and empty cells lie outside even that.

assert pool_output_size(231, 2) == 115
assert pool_output_size(231, 2, ceil_mode=True) == 116
figure, axes = plt.subplots(1, 3, figsize=(7.2, 1.9))
cases = [(5, 0, False), (5, 0, True), (3, 1, True)]
for ax, (n, padding, mode), windows in zip(axes, cases, (2, 3, 2), strict=True):
    theirs = max_pool1d(torch.zeros(1, 1, n), 2, padding=padding, ceil_mode=mode)
    ours = pool_output_size(n, 2, padding=padding, ceil_mode=mode)
    assert theirs.shape[-1] == ours == windows
    columns = np.arange(-padding, 6 - padding)
    names = [str(i) if 0 <= i < n else "p" if i < n + padding else "" for i in columns]
    reads = [input_positions(o, 2, stride=2, padding=padding) for o in range(windows)]
    read = [np.isin(columns, window) for window in reads]
    cells = np.tile(np.arange(6), (windows, 1))
    plots.show_cells(
        ax, cells, colour=plots.INPUT, highlight=read, form=names.__getitem__
    )
    ax.set(title=f"{n} samples, padding {padding}\nceil_mode={mode}", anchor="N")
plots.describe(
    figure,
    """Three grids with one row for each window of 2. Five samples without ceil_mode:
    two windows, sample 4 is in none. With ceil_mode: a third window holds sample 4
    and hangs over the end. Three samples with padding 1 and ceil_mode: two windows,
    though there is padding left over.""",
)

# %%
# The third grid is the rule at work. Its padded input has 5 samples, so a ceiling would give
# 3 windows, and the third would start at position 3, in the padding. PyTorch gives 2. Its sizes
# agree with ``pool_output_size`` in the 66 cases below, too.

assert np.ceil((3 + 2 * 1 - 2) / 2) + 1 == 3
for n in range(3, 14):
    for k, s, p in [(2, 2, 0), (2, 2, 1), (3, 2, 1), (3, 3, 1), (2, 3, 1), (3, 1, 0)]:
        y = max_pool1d(torch.zeros(1, 1, n), k, stride=s, padding=p, ceil_mode=True)
        assert y.shape[-1] == pool_output_size(
            n, k, stride=s, padding=p, ceil_mode=True
        )

# %%
# What does the average divide by at the border?
# ----------------------------------------------
# Max pooling ignores padding. Average pooling has to decide whether padding counts as zeros.
# By default it does: a 3 x 3 window at the corner finds 4 samples and 5 zeros and divides by
# 9, so even an input that is 36 everywhere gets a dark rim. With ``count_include_pad=False`` it
# divides by the number of samples found.

x = torch.full((1, 1, 3, 3), 36.0)
assert max_pool2d(-x, 3, stride=1, padding=1).max() == -36  # zeros would have won
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
plots.show_cells(axes[0], x[0, 0], colour=plots.INPUT, title="input")
for ax, count in zip(axes[1:], (True, False), strict=True):
    y = avg_pool(x, 3, stride=1, padding=1, count_include_pad=count)
    theirs = avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=count)
    assert np.array_equal(y, theirs)
    assert y[0, 0, 0, 0] == (4 * 36 / 9 if count else 4 * 36 / 4)
    plots.show_cells(
        ax, y[0, 0], colour=plots.OUTPUT, title=f"count_include_pad={count}"
    )
plots.describe(
    figure,
    """Three 3 x 3 grids. The input is 36 everywhere. Averaged over 3 x 3 windows with
    padding 1, it becomes 16 in the corners, 24 at the edges and 36 in the centre when
    padding is counted, and stays 36 everywhere when it is not.""",
)

# %%
# What hangs over the end in ``ceil_mode`` is no padding, and is never counted: the last
# window here holds one 6, and its average is 6.

assert avg_pool1d(torch.tensor([[[6.0, 6, 6]]]), 2, ceil_mode=True).tolist() == [
    [[6, 6]]
]
assert avg_pool([[[6, 6, 6]]], 2, ceil_mode=True).tolist() == [[[6, 6]]]
plt.show()

# %%
# Recap
# -----
# - Pooling 2 x 2 leaves a quarter of the numbers, and the next layer sees farther for less work.
# - It softens a shift by one pixel and does not undo it.
# - Averages over blocks that cover the map never raise its variance. Maxima may, and do here.
# - An odd end is dropped. ``ceil_mode`` keeps it, unless the window would start in the padding.
# - The average counts padding as zeros unless ``count_include_pad=False``.
#
# Exercises
# ---------
# 1. By what factor does average pooling lower the variance of independent noise? Predict it,
#    then try ``torch.randn``. Why does it lower the panda's so little?
# 2. On which maps would max pooling lower the variance? Try ``1 - maps``.
#
# Sources
# -------
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, section 9.3.
# Zhang, *Making convolutional networks shift-invariant again*, 2019.
# PyTorch documentation of ``torch.nn.MaxPool2d`` and ``torch.nn.AvgPool2d``.
