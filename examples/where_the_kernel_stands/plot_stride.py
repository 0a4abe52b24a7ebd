"""
Stride 2 keeps every second place and asks for a quarter of the work
====================================================================

The *stride* is how far the kernel moves from one place to the next. This page draws the
places, counts them with the size formula, shows why that formula rounds down, and runs a
two-layer network with stride 2 on a picture.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from torch.nn.functional import conv1d, conv2d

from convdocs import images, plots
from convdocs.cost import macs
from convdocs.geometry import input_positions
from convdocs.input_sizes import conv_input_sizes
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool, output_size
from convdocs.learning.network import DemoNet, to_batch
from convdocs.receptive import receptive_field
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# Where can the kernel stand?
# ---------------------------
# Take an input of 9 x 9 cells and a 3 x 3 kernel, without padding. The whole kernel must lie
# on the input, so its centre never stands on the rim. With stride 1 the centre visits all
# 7 x 7 cells inside. With stride 2 it moves two cells at a time, to the right and down. How
# many of the 49 places are left?

centres = {}
for stride in (1, 2):
    outputs = range(conv_output_size(9, 3, stride=stride))
    centres[stride] = [input_positions(o, 3, stride=stride)[1] for o in outputs]
print(centres)
assert [len(along) ** 2 for along in centres.values()] == [49, 16]

visited = np.zeros((9, 9), bool)
visited[np.ix_(centres[1], centres[1])] = True
crossed = np.full((9, 9), np.nan)
crossed[np.ix_(centres[2], centres[2])] = 1  # drawn as an X; the others stay empty

figure, ax = plt.subplots(figsize=(7.2, 3.6))
plots.show_cells(
    ax, crossed, colour=plots.KERNEL, highlight=visited, form=lambda _: "X", fontsize=14
)
fill = Patch(facecolor=plots.KERNEL)
cross = Line2D([], [], color=plots.ON_FILL, marker="x", markersize=9, linestyle="none")
names = ["stride 1: the centre stands here", "stride 2: it stands here only"]
figure.legend(
    [fill, (fill, cross)], names, loc="outside right center", handleheight=1.8
)
plots.describe(
    figure,
    """A 9 x 9 grid. The inner 7 x 7 cells are filled: the places of the centre of a 3
    x 3 kernel at stride 1. Of these, 4 x 4 carry an X, every second one in both
    directions, starting at the top left: the places at stride 2.""",
)

# %%
# The centre says where the kernel stands; it reads three cells along each axis. At stride 2
# neighbouring places still share a cell, because three taps are more than two steps.

for o in range(4):
    print(f"output {o} reads", *input_positions(o, 3, stride=2))
first, second = (set(input_positions(o, 3, stride=2)) for o in (0, 1))
assert first & second == {2}

# %%
# How many places are there?
# --------------------------
# Take an axis of :math:`n` cells, or *samples*, with *padding*: :math:`p` more samples, as a
# rule zeros, on either side. There a kernel of :math:`k` taps with dilation :math:`d` (the
# distance between taps; 1 means no holes) and stride :math:`s` has
#
# .. math:: \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1
#
# places. In words: take the padded input, subtract what the kernel spans, and you have the
# *room* in which it can move. Count the whole steps that fit into the room. Add 1 for the
# place where it starts. For 9 samples and 3 taps the room is 9 - 3 = 6. At stride 2 that is
# 3 steps, so 4 places. PyTorch's own output sizes agree in 168 cases.

assert conv_output_size(9, 3, stride=2) == (9 - 3) // 2 + 1 == 4
cases = list(product(range(5, 12), (2, 3), (1, 2, 3), (0, 1), (1, 2)))
for n, k, s, p, d in cases:
    y = conv1d(
        torch.zeros(1, 1, n), torch.zeros(1, 1, k), stride=s, padding=p, dilation=d
    )
    assert y.shape[-1] == conv_output_size(n, k, stride=s, padding=p, dilation=d)
assert len(cases) == 168

# %%
# Why does it round down?
# -----------------------
# Because half a step is no step. With 8 samples the room is 5: two whole steps and one cell
# over. After a third step the last tap would have nothing to read, so an incomplete step does
# not count, and the sample at the end is never read. (A ceiling would count a place where
# the kernel hangs over the end.) In the figure each row is one place. Which sample of the
# middle grid is filled in no row?

figure, axes = plt.subplots(1, 3, figsize=(7.2, 1.7), width_ratios=[7, 8, 9])
for ax, n in zip(axes, (7, 8, 9), strict=True):
    places = conv_output_size(n, 3, stride=2)
    reads = np.zeros((places, n), bool)
    for o in range(places):
        reads[o, input_positions(o, 3, stride=2)] = True
    assert list(np.flatnonzero(~reads.any(axis=0))) == ([7] if n == 8 else [])
    samples = np.tile(np.arange(n), (places, 1))
    plots.show_cells(ax, samples, colour=plots.INPUT, highlight=reads, fontsize=8)
    ax.set(title=f"{n} samples, {places} places", anchor="N")
plots.describe(
    figure,
    """Three grids with one row for each place of a 3-tap kernel at stride 2; the
    samples it reads are filled. 7 samples give 3 places. 8 samples give the same 3
    places, and sample 7, the last, is filled in no row. 9 samples give 4 places.""",
)

# %%
# Sizes 7 and 8 *collide*: from 3 outputs you cannot tell which it was. With stride :math:`s`
# there are :math:`s` such sizes. A transposed convolution, which goes back to the larger
# size, has to be told which one; its ``output_padding`` does that.

assert list(conv_input_sizes(3, 3, stride=2)) == [7, 8]
assert list(conv_input_sizes(3, 3, stride=5)) == [13, 14, 15, 16, 17]

# %%
# Does stride change the numbers?
# -------------------------------
# No, only which of them are computed. Stride 2 gives exactly what stride 1 gives if you then
# keep every second row and every second column.

rng = np.random.default_rng(0)
x = torch.tensor(rng.integers(-9, 10, (1, 3, 9, 12)))
w = torch.tensor(rng.integers(-9, 10, (4, 3, 3, 3)))
assert torch.equal(conv2d(x, w, stride=2), conv2d(x, w)[..., ::2, ::2])

# %%
# What happens to a network?
# --------------------------
# ``DemoNet`` is the tutorial's network: a 5 x 5 convolution, ReLU and 2 x 2 max pooling,
# twice. Its kernels are four ramps, which answer where brightness rises to the right, to the
# left, downwards and upwards. We give both convolutions stride 2. Work out the sizes before
# you read them: the height 235 leaves a room of 230, which is 115 steps. The width 180 leaves
# 175, which is 87 steps and a half. Pooling is a window of 2 with stride 2.

panda = to_batch(images.load("panda"))
weights = [as_weight(oriented_ramps(), channels) for channels in (3, 4)]
results, layers = {}, {}
for stride in (1, 2):
    network = DemoNet(*weights, stride=stride)  # after the loop: the one with stride 2
    with torch.no_grad():
        results[stride] = network(panda)
    first, second = (Conv(channels, 4, 5, stride=stride) for channels in (3, 4))
    layers[stride] = {
        "conv1": first, "pool1": MaxPool(2), "conv2": second, "pool2": MaxPool(2)
    }  # fmt: skip
    sizes, (height, width) = [], (235, 180)
    for name, layer in layers[stride].items():
        height, width = output_size(layer, (height, width))
        assert getattr(results[stride], name).shape == (1, 4, height, width)
        sizes.append(f"4x{height}x{width}")
    print(f"stride {stride}:", *sizes)
assert sizes == ["4x116x88", "4x58x44", "4x27x20", "4x13x10"]

# %%
# The half step in the width means that the first layer never reads the picture's last
# column. Paint that column black, and no answer changes.

changed = panda.clone()
changed[..., -1] = 0
assert not torch.equal(changed, panda)
with torch.no_grad():
    torch.testing.assert_close(
        network.conv1(changed), results[2].conv1, rtol=0, atol=1e-4
    )

# %%
# What does the second layer see now?
# -----------------------------------
# Much the same features, coarser. With stride 1 neighbouring cells of the second convolution lie 2
# pixels of the picture apart, and each sees 14 x 14 pixels. With stride 2 they lie 8 pixels
# apart (2 from each convolution and 2 from the pooling between, multiplied) and see 23 x 23.
# All sixteen maps share one scale with zero in its middle.

for stride, size, step in [(1, 14, 2), (2, 23, 8)]:
    first, pool, second, _ = layers[stride].values()
    field = receptive_field([first, pool, second])
    assert (field.size, field.stride) == ((size, size), (step, step))

limit = max(float(r.conv2.abs().max()) for r in results.values())
figure, axes = plt.subplots(4, 4, figsize=(7.2, 8.6))
rows = [(s, stage) for s in (1, 2) for stage in ("conv2", "relu2")]
for row, (stride, stage) in zip(axes, rows, strict=True):
    maps = getattr(results[stride], stage)[0]
    mapped = plots.show_maps(row, maps, limit=limit)
    when = "before ReLU" if stage == "conv2" else "after ReLU"
    row[0].set_ylabel(f"stride {stride}, {when}\n{maps.shape[1]} x {maps.shape[2]}")
for ax, direction in zip(axes[0], ["right", "left", "down", "up"], strict=True):
    ax.set_title(direction)
plots.show_scale(figure, mapped, axes.ravel(), label="answer of the second convolution")
plots.describe(
    figure,
    """Four rows of four maps of the panda after the second convolution. With stride
    1, 111 x 84 cells, thin outlines of the head, the eyes and the belly, positive and
    negative before ReLU, positive only after it. With stride 2, 27 x 20 cells, the
    same pattern in coarse blocks.""",
)

# %%
# What does it save?
# ------------------
# Every output number costs as many multiply-accumulates (MACs: one product, and the addition that
# takes it up) as its kernel has weights. In the first layer stride 2 leaves about a quarter of
# the outputs. The second layer gains twice: its input is smaller already, and its own stride
# shrinks the output again.

cost = {}
for stride, r in results.items():
    first, _, second, _ = layers[stride].values()
    cost[stride] = [macs(first, (235, 180)), macs(second, r.pool1.shape[2:])]
    print(f"stride {stride}: {cost[stride]}, together {sum(cost[stride])}")
    assert macs(layers[stride].values(), (235, 180)) == sum(cost[stride])
assert round(cost[1][0] / cost[2][0], 1) == 4.0
assert round(cost[1][1] / cost[2][1], 1) == 17.3
assert round(sum(cost[1]) / sum(cost[2]), 1) == 4.9
plt.show()

# %%
# Recap
# -----
# - Stride s computes every s-th answer along each axis, and leaves its value as it was.
# - Size: room divided by stride, rounded down, plus one. What is left over at the end is
#   never read, and s neighbouring input sizes give the same output size.
# - Stride 2 in both convolutions divides the work by 4.0 in the first, by 17.3 in the second
#   and by 4.9 in all. The second layer's cells then lie 8 pixels apart instead of 2.
#
# Exercises
# ---------
# 1. A 1 x 1 kernel with stride 2: what part of the input is never read? (Some residual
#    networks have such a layer.)
# 2. Which other width gives a first layer 88 wide at stride 2? Predict it, then ask
#    ``conv_input_sizes(88, 5, stride=2)``.
#
# Sources
# -------
# Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 2.
# Springenberg, Dosovitskiy, Brox and Riedmiller, *Striving for simplicity: The all
# convolutional net*, 2015, on strides in place of pooling.
