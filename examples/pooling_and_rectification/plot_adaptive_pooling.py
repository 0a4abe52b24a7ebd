"""
Adaptive pooling lets windows overlap, and unpooling must be told the size
==========================================================================

Ordinary pooling is told the size of a window; *adaptive pooling* is told how many windows there
are to be. This page shows which samples each of them reads, when the two are the same, and why a
dense layer asks for it. Then *unpooling* goes back: it puts what max pooling kept into its
old place.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_max_pool1d,
    max_pool2d,
    max_unpool1d,
    max_unpool2d,
)

from convdocs import images, plots, questions
from convdocs.adaptive_windows import adaptive_windows
from convdocs.geometry import input_positions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning.network import conv_layer, to_batch
from convdocs.operations.adaptive import adaptive_avg_pool
from convdocs.operations.unpool import max_unpool
from convdocs.sizes import pool_output_size
from convdocs.unpool_sizes import max_unpool_output_size

plt.style.use("convdocs.page")

# %%
# Which samples does a window read?
# ---------------------------------
# :term:`Adaptive pooling` cuts an axis of n samples into m equal shares, whole numbers or not.
# Sample j fills the stretch from j to j + 1. A window reads every sample that its share touches,
# even in part: window i begins at i n / m, rounded down, and ends just before (i + 1) n / m rounded
# up.

windows = adaptive_windows(10, 3)
shares = [(i * 10 / 3, (i + 1) * 10 / 3) for i in range(3)]

# %%

questions.type_in(
    "Three windows share 10 samples, and sample j lies between j and j + 1. Each window reads all "
    "that its third touches. How many samples does the second one read?",
    "len(windows[1])",
    {
        "10 // 3": "Its third runs from 3.33 to 6.67. It touches samples 3 and 6 as well.",
        "windows[1].stop": "That is where it ends. It starts at 3.",
    },
    because="From 3.33 down to 3, and from 6.67 up to 7: the samples 3, 4, 5 and 6.",
    alone=True,
)

# %%
# The three read 0 to 3, 3 to 6 and 6 to 9. PyTorch agrees: of ten rows that are 1 at one sample
# only, each window finds those whose sample it reads.

assert windows == [range(4), range(3, 7), range(6, 10)]
found = adaptive_max_pool1d(torch.eye(10)[:, None], 3)[:, 0] > 0
assert [torch.nonzero(column).ravel().tolist() for column in found.T] == [
    [*window] for window in windows
]

# %%

# Drawing: the windows for four pairs of sizes, a row for each, and below it its share
figure, axes = plt.subplots(1, 4, figsize=(7.2, 1.7), width_ratios=[10, 9, 10, 4])
for ax, (n, m) in zip(axes, [(10, 3), (9, 3), (10, 4), (4, 6)], strict=True):
    reads = [np.isin(np.arange(n), window) for window in adaptive_windows(n, m)]
    theirs = adaptive_max_pool1d(torch.eye(n)[:, None], m)[:, 0] > 0
    assert np.array_equal(reads, theirs.T)
    cells = np.tile(np.arange(n), (m, 1))
    plots.show_cells(
        ax, cells, colour=plots.INPUT, highlight=reads, title=f"{n} to {m}", fontsize=7
    )
    ends = np.arange(m + 1) * n / m - 0.5
    bars = ax.hlines(np.arange(m) + 0.42, ends[:-1], ends[1:], color=plots.OUTLINE)
    for bar, read in zip(bars.get_segments(), reads, strict=True):
        (start, _), (end, _) = bar
        touched = (np.arange(n) + 0.5 > start) & (np.arange(n) - 0.5 < end)
        assert np.array_equal(read, touched)
    ax.set_anchor("N")
plots.describe(
    figure,
    """Four grids with one row for each window, and a bar in each row as long as its share.
    10 to 3: windows of four samples, 0 to 3, 3 to 6 and 6 to 9; bars end inside
    samples 3 and 6. 9 to 3: three blocks side by side. 10 to 4: windows of three
    samples that start at 0, 2, 5 and 7. 4 to 6: windows of one or two samples.""",
    caption="A window reads each sample that its share (rose) touches. Where a share ends inside "
    "a sample, both neighbours read it. There may even be more windows than samples.",
)

# %%
# Why do windows overlap?
# -----------------------
# Because a share ends inside a sample, and neither neighbour gives it up. Of the m - 1 ends between
# shares, at multiples of n / m, those at whole numbers cut no sample, as many as the greatest
# common divisor of n and m less one. The other m - gcd(n, m) cut one, which is read twice. So all
# windows together read n + m - gcd(n, m) samples.

pairs = [(n, m) for n in range(1, 31) for m in range(1, 31)]
for n, m in pairs:
    assert sum(map(len, adaptive_windows(n, m))) == n + m - np.gcd(n, m)
    assert sum(i * n % m == 0 for i in range(1, m)) == np.gcd(n, m) - 1

# %%
# Rounding both ends down would read every sample once (if there are no more windows than samples).
# It is not what PyTorch computes, and code that does it gives other averages unless n / m is whole.

ten = torch.arange(10.0)
means = adaptive_avg_pool1d(ten[None], 3)[0].tolist()
apart = [float(ten[int(start) : int(end)].mean()) for start, end in shares]
print(means, "and not", apart)
assert means == [1.5, 4.5, 7.5] == adaptive_avg_pool(ten[None], (3,))[0].tolist()
assert apart == [1.0, 4.0, 7.5]

# %%
# When is it ordinary pooling?
# ----------------------------
# Without padding: when all windows are equally long, and start at equal distances above 0.

questions.choose(
    "Which ordinary pooling reads what adaptive pooling reads of 10 samples in 3 windows? "
    "Kernel, stride:",
    "(len(windows[0]), windows[1].start - windows[0].start)",
    {
        "(10 // 3, 10 // 3)": "It would never read sample 9.",
        "(len(windows[0]), len(windows[0]))": "Only two such windows fit on 10 samples.",
        "(10 // 3, len(windows[0]))": "It would skip samples between its windows.",
    },
    because="The windows have 4 samples and start at 0, 3 and 6.",
    alone=True,
)

# %%
# That 10 to 3 works is luck: the remainder of 10 / 3 is 1. With remainder 0 the kernel and the
# stride are the quotient; with remainder 1 the kernel is one longer. With any other remainder no
# ordinary pooling without padding does the same: of 10 to 4, the steps are 2, 3 and 2. Only with
# remainder m - 1, as of 5 to 3, one with padding 1 does: its stride is n / m, rounded up, and its
# kernel one more.

for n, m in pairs:
    reads = adaptive_windows(n, m)
    steps = {b.start - a.start for a, b in pairwise(reads)}
    equal = len({*map(len, reads)}) == 1 and len(steps) <= 1
    if m <= n:
        assert equal == (n % m <= 1)
        if equal:
            assert pool_output_size(n, n // m + n % m, stride=n // m) == m
            assert len(reads[0]) == n // m + n % m and steps <= {n // m}
        stride = -(-n // m)
        padded = [
            input_positions(o, stride + 1, stride=stride, padding=1) for o in range(m)
        ]
        same = [[*read] for read in reads] == [
            [i for i in read if 0 <= i < n] for read in padded
        ]
        assert same == (n % m == m - 1)
assert [window.start for window in adaptive_windows(10, 4)] == [0, 2, 5, 7]

# %%
# What is it for?
# ---------------
# A dense layer has a weight for every number that it reads, so it reads a fixed count. Maps grow
# with the picture. Adaptive pooling between the two makes the count fixed: a network then takes
# pictures of any size on which its kernels fit. With one window for the whole map, the
# :term:`global average`, all that is left of a map is how much of its feature there is, and no
# longer where.

panda = to_batch(images.load("panda"))
layer = conv_layer(as_weight(oriented_ramps(), 3))
dense = torch.nn.Linear(4 * 1 * 1, 10, bias=False)
with torch.no_grad():
    maps = layer(panda).relu()
    assert maps[0].numel() * 10 == 1_626_240
    for picture in (panda, panda[..., 20:160]):
        pooled = adaptive_avg_pool2d(layer(picture).relu(), 1)
        assert dense(pooled.flatten(1)).shape == (1, 10)
torch.testing.assert_close(adaptive_avg_pool2d(maps, 1)[..., 0, 0], maps.mean((2, 3)))

# %%

questions.type_in(
    "4 maps of 231 x 176 are averaged to 1 x 1 each. A dense layer makes 10 numbers of that. How "
    "many weights does it have, without a bias?",
    "dense.weight.numel()",
    {
        "maps[0].numel() * 10": "So many it would take without the pooling: 1,626,240.",
        "4 + 10": "Each of the 10 outputs has a weight for each of the 4 inputs.",
    },
    because="4 numbers are left, and each output has a weight for each: 4 times 10.",
    alone=True,
)

# %%
# Can pooling be undone?
# ----------------------
# Only for the numbers that were kept. With ``return_indices`` max pooling also tells where each
# lay, its cell counted row by row. :term:`Unpooling` puts it back there; all else is zero, and
# lost. It must know how long a row was: pooled in blocks of two, 5 columns leave 2, as 4 columns
# do. By default it takes 4. If there were 5, places are counted wrongly: only what lay in the first
# row's four cells comes back to its place. PyTorch complains only if a place lies outside the
# smaller grid, as none does here. Hand it the size that was pooled: ``output_size``.

grid = torch.tensor(
    [[0.0, 2, 1, 1, 4], [3, 7, 0, 6, 2], [5, 9, 8, 0, 3], [1, 4, 5, 2, 1]]
)
kept, index = max_pool2d(grid[None, None], 2, return_indices=True)
astray = max_unpool2d(kept, index, 2)[0, 0]
back = max_unpool2d(kept, index, 2, output_size=(4, 5))[0, 0]
winners = back > 0
assert index.tolist() == [[[[6, 8], [11, 12]]]]
assert torch.equal(back[winners], grid[winners]) and winners.sum() == 4
assert not torch.equal(astray, back[:, :4]) and astray.sum() == back.sum()
assert [place for place in range(20) if divmod(place, 4) == divmod(place, 5)] == [
    0,
    1,
    2,
    3,
]
message = ""
try:
    max_unpool2d(kept, index + 7, 2)
except RuntimeError as error:
    message = str(error)
assert "invalid max index: 19" in message  # the last, outside a grid of 16
assert np.array_equal(max_unpool(kept, index, 2, output_size=(4, 5))[0, 0], back)
assert torch.equal(max_pool2d(back[None, None], 2), kept)  # as none is below zero

# %%

# Drawing: what was pooled, what was kept, and unpooling without and with output_size
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.1), width_ratios=[5, 2, 4, 5])
drawn = {
    "input": grid,
    "kept": kept[0, 0],
    "no output_size": astray,
    "output_size=(4, 5)": back,
}
for ax, (title, cells) in zip(axes, drawn.items(), strict=True):
    colour = plots.INPUT if title == "input" else plots.OUTPUT
    filled = winners if title == "input" else cells > 0
    plots.show_cells(ax, cells, colour=colour, highlight=filled)
    ax.set_title(title, fontsize=8)
plots.describe(
    figure,
    """Four grids. The input, 4 x 5, with its winners 7, 6, 9 and 8 filled. What was kept,
    2 x 2. Unpooled without output_size, 4 x 4: the four numbers stand in other cells.
    Unpooled to 4 x 5: they stand where they lay, and the other cells are 0.""",
    caption="The same places, counted in rows of four and of five. Only the last grid has the "
    "winners where they were.",
)
assert [text.get_text() for text in axes[3].texts].index("7") == 6
assert [text.get_text() for text in axes[2].texts].index("7") == 6
where = [(cells == 7).nonzero()[0].tolist() for cells in drawn.values()]
assert where == [[1, 1], [0, 0], [1, 2], [1, 1]]

# %%

granted = []
for size in range(12):
    try:
        max_unpool1d(
            torch.ones(1, 1, 3), torch.zeros(1, 1, 3, dtype=int), 2, output_size=[size]
        )
        granted.append(size)
    except ValueError:
        pass

# %%

questions.type_in(
    "Max pooling along one axis, with windows of 2, stride 2 and no padding, kept 3 numbers. How "
    "many sizes could its input have had, with ``ceil_mode`` or without?",
    "len(granted)",
    {
        "[pool_output_size(n, 2) for n in range(2, 12)].count(3)": "With ``ceil_mode`` 5 "
        "samples give 3 windows, too.",
        "max_unpool_output_size(3, 2)": "That is the size that unpooling takes by default.",
    },
    because="6 and 7 without it, 5 and 6 with it: less than a stride away from 6.",
    alone=True,
)

# %%
# And these are the sizes that ``output_size`` may ask for.

assert granted == [5, 6, 7]
assert max_unpool_output_size(3, 2) == 6
for n in range(2, 12):
    pooled_sizes = {pool_output_size(n, 2, ceil_mode=mode) for mode in (False, True)}
    assert (3 in pooled_sizes) == (n in granted)
# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - Adaptive pooling reads all that each equal share touches, so windows overlap unless n / m is
#   whole.
# - It is ordinary pooling without padding if there are no more windows than samples, and n / m
#   leaves the remainder 0 or 1.
# - It hands a fixed count of numbers to a dense layer, whatever the picture's size.
# - Unpooling needs the places and the size. What did not win is lost.
#
# Exercises
# ---------
# 1. For which sizes from 14 to 28 is adaptive pooling to 7 an ordinary pooling without padding?
# 2. All numbers are below zero. They are max pooled, unpooled, and pooled again. What comes out?

# %%

# Solution 1: 14, 15, 21, 22 and 28, which leave the remainder 0 or 1
sizes = []
for n in range(14, 29):
    reads = adaptive_windows(n, 7)
    if len({(len(r), r.start - i * reads[1].start) for i, r in enumerate(reads)}) == 1:
        sizes.append(n)
assert sizes == [14, 15, 21, 22, 28]

# %%

# Solution 2: zeros, for what unpooling fills in is now the largest
negative, places = max_pool2d(grid[None, None, :, :4] - 10, 2, return_indices=True)
assert (negative < 0).all()
assert (max_pool2d(max_unpool2d(negative, places, 2), 2) == 0).all()

# %%
# Sources
# -------
# - Lin, Chen and Yan, `Network in network <https://arxiv.org/abs/1312.4400>`_, 2014, on the global
#   average.
# - Zeiler and Fergus, `Visualizing and understanding convolutional networks
#   <https://arxiv.org/abs/1311.2901>`_, 2014, on unpooling.
# - PyTorch documentation of :class:`torch.nn.AdaptiveAvgPool2d` and
#   :class:`torch.nn.MaxUnpool2d`.
