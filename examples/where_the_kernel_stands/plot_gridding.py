"""
Layers with a common divisor in their dilations never fill the holes
====================================================================

One dilated kernel skips what lies in its holes. Does it matter, if other layers follow? This page
walks back from one output to the inputs that it reads, layer by layer.
"""

from itertools import product
from math import gcd

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.layers import Conv
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# Do more layers fill the holes?
# ------------------------------
# One dilated kernel reads every second sample, or every third. A layer on top of it reads several
# of its answers, and each of them stands elsewhere. Walk back from one output through the layers,
# and collect what each of them reads.

reads = {}
for stack in product(range(1, 5), repeat=2), [(2, 2, 2), (1, 2, 3)]:
    for dilations in stack:
        along = {0}
        for d in reversed(dilations):
            along = {i for o in along for i in input_positions(o, 3, dilation=d)}
        reads[dilations] = sorted(along)

# %%

places = np.arange(9)[None]
questions.click(
    "Two layers of 3 taps, both with dilation 2, on 9 samples. Click on what the one output reads.",
    "places",
    "np.isin(places, reads[2, 2])",
    {
        "places >= 0": "Both layers step over every second sample, and over the same ones.",
        "np.isin(places, [2, 4, 6])": "These lie under the taps of one layer. Each reads on.",
    },
    because="The second layer reads 2, 4 and 6 of the first, which read 0 to 8 in steps of 2.",
    alone=True,
)

# %%
# Holes stay if all dilations are multiples of one number above 1, such as 2 and 2, or 2 and 4. All
# that is read then lies at multiples of it, however many layers there are. Without such a number
# holes may stay, too: 1 and 4 leave some, 1 and 3 do not. Holes of either kind are called
# :term:`gridding`.

for one, two in product(range(1, 5), repeat=2):
    reach = receptive_field([Conv(1, 1, 3, dilation=d) for d in (one, two)]).size[0]
    assert reach == reads[one, two][-1] + 1
    if gcd(one, two) > 1:
        assert len(reads[one, two]) < reach
assert reads[1, 3] == [*range(9)] and 3 not in reads[1, 4]

# %%
# So which do leave none? If the layers taken so far read one piece without holes, a further layer
# of 3 taps lays three copies of it, d apart. If they are to be one piece again, d may be at most
# the length of the piece. Go through the dilations from the smallest up, which must be 1: each may
# be at most 1 more than twice the sum of those before it, the length that they reach across. If one
# is too large, all after it are as large, and step over the same holes. 1, 2 and 5 leave none; 2
# and 3, which have no common divisor, leave some, and so do 6, 12 and 18. The order of the layers
# does not matter.

whole = {}
for dilations in [*product(range(1, 8), repeat=3), (6, 12, 18), (2, 3)]:
    along = {sum(taps) for taps in product(*[(0, d, 2 * d) for d in dilations])}
    whole[dilations] = len(along) == max(along) + 1
    rising = sorted(dilations)
    rule = [d <= 1 + 2 * sum(rising[:i]) for i, d in enumerate(rising)]
    assert whole[dilations] == all(rule)
assert whole[1, 2, 5] and whole[5, 1, 2]
assert not whole[2, 3] and not whole[6, 12, 18]

# %%
# And three layers?
# -----------------

questions.type_in(
    "Three layers of 3 taps have dilations 1, 2 and 3. How many samples is it from the first to "
    "the last that one output reads, counting both?",
    "reads[1, 2, 3][-1] + 1",
    {
        "3 * 3": "So many would three kernels side by side read, without holes.",
        "3 + 5 + 7": "That is the sum of the three spans. Laid end to end, each shares one "
        "sample with the next.",
    },
    because="Each layer adds two distances: 2 and 4 and 6, and the first sample counts.",
    alone=True,
)

# %%
# Three layers with dilations 2, 2, 2 and three with 1, 2, 3 both reach across 13 x 13 inputs, the
# :term:`receptive field` of one output. PyTorch tells what is read: the *gradient* says how
# much the output changes if an input does, and only what is read has a gradient other than 0.

fields = {}
for dilations in (2, 2, 2), (1, 2, 3):
    x = torch.zeros(1, 1, 13, 13, requires_grad=True)
    maps = [x]
    for d in dilations:
        maps.append(conv2d(maps[-1], torch.ones(1, 1, 3, 3), dilation=d))
    slopes = torch.autograd.grad(
        maps[-1].sum(), maps[:-1]
    )  # with respect to each layer's input
    fields[dilations] = [slope[0, 0] != 0 for slope in slopes][::-1]
    along = np.isin(np.arange(13), reads[dilations])
    assert np.array_equal(fields[dilations][-1], np.outer(along, along))
    assert receptive_field([Conv(1, 1, 3, dilation=d) for d in dilations]).size == (
        13,
        13,
    )

# %%

# Drawing: what one output reads of the layers below it, farther and farther down
figure, axes = plt.subplots(2, 3, figsize=(7.2, 5.0))
for row, (dilations, masks) in zip(axes, fields.items(), strict=True):
    for ax, mask, d in zip(row, masks, reversed(dilations), strict=True):
        pad = (13 - len(mask)) // 2
        grid = np.pad(mask, pad)
        title = f"dilation {d}: {mask.sum()} read"
        empty = np.full((13, 13), np.nan)
        plots.show_cells(ax, empty, colour=plots.INPUT, highlight=grid, title=title)
plots.describe(
    figure,
    """Two rows of three 13 x 13 grids. The filled cells are what one output reads of
    the third layer's input, the second layer's and the first's. With dilations 2, 2,
    2: 9, 25 and 49 cells, every second one in every second row. With dilations 1, 2,
    3: 9 cells three apart, 81 with gaps near the rim, and all 169.""",
    caption="What one output reads, from the last layer (left) down to the picture (right). Above, "
    "equal dilations never fill the holes; below, 3, 2 and 1 do.",
)
counts = [[int(ax.get_title().split()[2]) for ax in row] for row in axes]
assert counts == [[9, 25, 49], [9, 81, 169]]
plt.show()

# %%
# Recap
# -----
# - Layers whose dilations have a common divisor above 1 leave holes, however many there are.
# - Without such a divisor holes may still be left, as by 1 and 4. With 3 taps there are none if
#   each dilation, from the smallest up, is at most 1 more than twice the sum of those before it.
# - A receptive field tells how far an output reaches, not that it reads all within.
#
# Exercises
# ---------
# 1. Three layers of 3 taps are to read each of 27 samples once. Which dilations do that?
# 2. Two layers of 5 taps have dilations 1 and d. What is the largest d that leaves no hole?

# %%

# Solution 1: 1, 3 and 9, as the digits of a number in base 3
sums = [a + 3 * b + 9 * c for a, b, c in product(range(3), repeat=3)]
assert sorted(sums) == [*range(27)]
# each sample is reached by one path; more layers of this kind reach 3 times as far each

# %%

# Solution 2: 5, for the first layer then reads 5 neighbours below each tap of the second
for d in range(1, 9):
    along = {
        i for o in input_positions(0, 5, dilation=d) for i in input_positions(o, 5)
    }
    assert (len(along) == max(along) + 1) == (d <= 5)

# %%
# Sources
# -------
# - Wang and others, `Understanding convolution for semantic segmentation
#   <https://arxiv.org/abs/1702.08502>`_, 2018, on the holes that equal dilations leave.
# - Yu and Koltun, `Multi-scale context aggregation by dilated convolutions
#   <https://arxiv.org/abs/1511.07122>`_, 2016, on dilations that grow from layer to layer.
