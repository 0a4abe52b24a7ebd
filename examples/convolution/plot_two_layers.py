"""
Two layers take 235 x 180 pixels to 55 x 42 answers
===================================================

Convolution, then *ReLU*, which puts zero in place of what is negative, then *pooling*, which keeps
one number of each block, and the same once more: a whole small network, with filters that you know.
You follow the panda through its six stages, see where the negative values go and why the sizes
shrink as they do, and find out how much of the picture one last number sees.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from convdocs import exercises, images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool, output_size
from convdocs.learning.network import DemoNet, conv_layer, to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# What is in the network?
# -----------------------
# Three steps, twice. A 5 x 5 convolution answers to a pattern. :term:`ReLU`, short for rectified
# linear unit, puts zero where an answer is negative. :term:`Max pooling <max pooling>` keeps the
# largest number of each block of 2 x 2. In PyTorch, ``__init__`` makes a network's parts, and
# ``forward`` says in which order a picture goes through them.


class TwoLayers(nn.Module):
    def __init__(self, weight1, weight2):
        super().__init__()
        self.conv1 = conv_layer(weight1)
        self.conv2 = conv_layer(weight2)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        conv1 = self.conv1(x)
        relu1 = conv1.relu()
        pool1 = self.pool(relu1)
        conv2 = self.conv2(pool1)
        relu2 = conv2.relu()
        pool2 = self.pool(relu2)
        return conv1, relu1, pool1, conv2, relu2, pool2


# %%
# Nothing is learned: both layers get the four ramps, right, left, down and up, the same for every
# channel that they read. The package has this network as ``DemoNet``, which gives the six stages
# by name; the pages after this one use it.

ramps = oriented_ramps()
weight1, weight2 = as_weight(ramps, 3), as_weight(ramps, 4)
network = DemoNet(weight1, weight2)
panda = to_batch(images.load("panda"))  # (1, 3, 235, 180)
with torch.no_grad():
    stages = network(panda)
    written_here = TwoLayers(weight1, weight2)(panda)
assert all(torch.equal(*pair) for pair in zip(stages, written_here, strict=True))

# %%
# Why these sizes?
# ----------------
# A 5 x 5 kernel has no place for its centre in the two outermost rows and columns on each side,
# so each convolution takes 4 off the height and 4 off the width: 231 x 176 are left. Then comes
# pooling.

questions.type_in(
    "Max pooling keeps one number of each whole 2 x 2 block. What is left of a map of 231 x 176?",
    "output_size(MaxPool(2), (231, 176))",
    {
        "tuple(-(-n // 2) for n in (231, 176))": "The last row has no partner, and no "
        "block starts there.",
        "tuple(n - 1 for n in (231, 176))": "Blocks lie side by side, they do not overlap.",
    },
    because="231 rows make 115 pairs, and the last row is read by nobody.",
    alone=True,
)

# %%
# Work out the second half yourself. A convolution is written down with the channels that it reads,
# those that it gives, and the size of its kernel; ReLU changes no size.

layers = [Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)]
sizes = [output_size(layers[:n], (235, 180)) for n in (1, 2, 3, 4)]
print(" -> ".join(f"{height} x {width}" for height, width in sizes))
assert sizes == [(231, 176), (115, 88), (111, 84), (55, 42)]
for stage, step in zip(stages, [0, 0, 1, 2, 2, 3], strict=True):
    assert stage.shape == (1, 4, *sizes[step])  # four kernels give four maps

# blocks of 2 x 2 from all rows but the last, and the largest number of each
blocks = stages.relu1[:, :, :230].reshape(1, 4, 115, 2, 88, 2)
assert torch.equal(blocks.amax(dim=(3, 5)), stages.pool1)

# %%
# Where do the negative values go?
# --------------------------------
# The ramps "right" and "left" are opposites, so what is negative in one map is positive in the
# other. A picture that is bright on one side tells which map is which: the one that answers most.

dark_left = torch.zeros(1, 3, 40, 40)
dark_left[..., 20:] = 1
edges = torch.cat([dark_left, 1 - dark_left, dark_left.mT])  # .mT: rows become columns
with torch.no_grad():
    edge_stages = network(edges)
places = edge_stages.conv1.amax(dim=(2, 3)).argmax(dim=1).tolist()
place_of = dict(zip(["right", "left", "down"], places, strict=True))
print(*(f"bright {name}: map {place}" for name, place in place_of.items()), sep="\n")
right, left = stages.conv1[0, places[:2]]
assert torch.equal(left, -right)
cell = right.min()

# %%

questions.choose(
    f"At one place 'right' holds {cell.item():.2f}. Both maps go through ReLU, and then 'left' is "
    "subtracted from 'right'. What stands there?",
    "round((cell.relu() - (-cell).relu()).item(), 2)",
    {
        "round((-cell).relu().item(), 2)": "That is 'left' minus 'right'.",
        "round(cell.relu().item(), 2)": "That is what becomes of 'right' alone.",
    },
    because="ReLU makes 0 of it in 'right'. In 'left' it stands with the other sign, is left "
    "alone, and is subtracted.",
)

# %%
# So nothing is lost here. Subtract the two maps after ReLU, and every number from before is back.

assert torch.equal(stages.relu1, torch.where(stages.conv1 > 0, stages.conv1, 0))
assert torch.equal(stages.relu1[0, 0] - stages.relu1[0, 1], right)

# %%

# Drawing: a map before and after ReLU, and what ReLU leaves of its opposite
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.3))
titles = ["right", "right, ReLU", "left, ReLU"]
shown = [right, *stages.relu1[0, :2]]
mapped = plots.show_maps(axes, shown, titles=titles)
plots.show_scale(figure, mapped, axes, label="answer of the filter")
plots.describe(
    figure,
    """Three maps of the panda. Before ReLU each outline is orange on one side and purple
    on the other. After ReLU it has only the orange; and its opposite, after ReLU, is
    orange where it was purple, and blank elsewhere.""",
    caption="ReLU takes the purple from 'right'. What it loses, 'left' keeps, for it was orange "
    "there.",
)
((low, high),) = {ax.images[0].get_clim() for ax in axes}  # one scale
assert low == -high  # orange above zero, purple below
for ax, stage in zip(axes, [stages.conv1, *[stages.relu1] * 2], strict=True):
    place = place_of[ax.get_title().removesuffix(", ReLU")]
    assert np.array_equal(ax.images[0].get_array(), stage[0, place])

# %%
# What does the second layer answer to?
# -------------------------------------
# It reads the four pooled maps at once, and all four hold strengths of edges. As its slices are
# equal, it sees no more than their sum: how much the brightness changes, whichever way. So its
# "right" is positive just left of an upright edge, where the strength rises, and negative just
# right of it, no matter on which side the picture is the brighter one.

strength = stages.pool1.sum(dim=1, keepdim=True)
with torch.no_grad():
    answer = conv_layer(as_weight(ramps, 1))(strength)
torch.testing.assert_close(answer, stages.conv2, rtol=0, atol=1e-3)

field = receptive_field(layers[:3])
# the column of the picture in the middle of what each number sees
middle = field.centre[1] + field.stride[1] * torch.arange(edge_stages.conv2.shape[3])
for row in edge_stages.conv2[:2, 0, 5]:
    assert row.max() > 1 and middle[row > 1].max() < 19.5  # left of the edge
    assert row.min() < -1 and middle[row < -1].min() > 19.5  # right of it

# %%

# Drawing: two maps of the second layer before and after ReLU
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.7))
titles = ["right", "down", "right, ReLU", "down, ReLU"]
shown = [stages.conv2[0, 0], stages.conv2[0, 2], stages.relu2[0, 0], stages.relu2[0, 2]]
mapped = plots.show_maps(axes, shown, titles=titles)
axes[0].set(xticks=[0, 83], yticks=[0, 110])
plots.show_scale(figure, mapped, axes, label="answer of the filter")
plots.describe(
    figure,
    """Four maps of the second layer, 111 x 84. Before ReLU, orange and purple strokes
    run side by side along the panda's outlines. After ReLU the purple is gone.""",
    caption="Before ReLU each upright outline is a pair of strokes in 'right', each level one in "
    "'down'; ReLU leaves one of the two. Look at the ticks: these maps have less than half as many "
    "rows as the picture.",
)
for ax, stage in zip(axes, [stages.conv2] * 2 + [stages.relu2] * 2, strict=True):
    place = place_of[ax.get_title().removesuffix(", ReLU")]
    assert np.array_equal(ax.images[0].get_array(), stage[0, place])
((low, high),) = {ax.images[0].get_clim() for ax in axes}
assert low == -high
# sphinx_gallery_thumbnail_number = 2

# %%
# It is often said that what layers find grows more complex the deeper they lie. A second layer can
# answer to arrangements of what the first one found. Whether that is something worth finding, an
# eye or a panda, is up to the weights, and these four only compare how
# strong the edges are on two sides.
#
# How much of the picture does one number see?
# --------------------------------------------
# A number of the first convolution sees 5 x 5 pixels. Pooling joins two such places, the second
# one pixel further on, which makes 5 + 1 = 6. From there on neighbours are 2 pixels apart.

questions.type_in(
    "A 5 x 5 convolution, 2 x 2 pooling in steps of 2, and another 5 x 5 convolution: how many "
    "pixels along each axis does one number see?",
    "receptive_field(layers[:3]).size[0]",
    {
        "receptive_field(layers[:2]).size[0] + 4": "Each of the four others lies 2 pixels on.",
        "layers[0].kernel_size[0] * 2 * 5": "What neighbours see overlaps.",
    },
    because="The first of five neighbours sees 6, and each of the 4 others adds 2: 14.",
    alone=True,
)

# %%
# The second pooling adds one neighbour more, 2 pixels, and doubles the step to 4. The 16 x 16
# pixels that a number sees are its :term:`receptive field`; those of neighbours begin 4 pixels
# apart.

field = receptive_field(layers)
assert (field.size, field.stride, field.start) == ((16, 16), (4, 4), (0, 0))

# %%
# Do the numbers agree? With kernels of ones nothing can become negative, so a white pixel on black
# lifts each number that sees it. We send 1024 pictures of 32 x 32 through such a network, each with
# one white pixel. Which of them lift the number at (3, 2)?

ones = np.ones((1, 1, 5, 5))
spots = torch.eye(32 * 32).reshape(-1, 1, 32, 32)  # row n of the matrix has its 1 at n
with torch.no_grad():
    lifts = DemoNet(ones, ones)(spots).pool2[:, 0, 3, 2].reshape(32, 32) > 0
seen = torch.zeros(32, 32, dtype=torch.bool)
seen[3 * 4 : 3 * 4 + 16, 2 * 4 : 2 * 4 + 16] = True
assert torch.equal(lifts, seen)  # all of its 16 x 16 pixels, and no other

# %%

# Drawing: the field of one number on the panda, and how it grows from layer to layer
figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.4))
top, left_edge = 20 * 4, 30 * 4  # of the number at (20, 30)
plots.show_picture(axes[0], panda[0].permute(1, 2, 0), title="in the picture")
plots.show_picture(axes[1], panda[0].permute(1, 2, 0), title="enlarged")
axes[1].set(xlim=(left_edge - 2.5, left_edge + 17.5), ylim=(top + 17.5, top - 2.5))
corner, line = (left_edge - 0.5, top - 0.5), {"edgecolor": "C1", "linewidth": 2}
for ax, depth in zip(axes[[0, 1, 1, 1, 1]], (4, 4, 3, 2, 1), strict=True):
    size = receptive_field(layers[:depth]).size[0]
    ax.add_patch(plt.Rectangle(corner, size, size, fill=False, **line))
plots.describe(
    figure,
    """The panda with a square of 16 x 16 pixels at the corner of an eye, and the same
    place enlarged, with four squares in one another that share their upper left
    corner: 5, 6, 14 and 16 pixels wide.""",
    caption="One last number sees the large square. The numbers of earlier layers that begin in "
    "the same corner see 14, 6 and 5 pixels: the second convolution widens the view most.",
)
drawn = [patch.get_width() for patch in axes[1].patches]
assert drawn == [16, 14, 6, 5] and axes[0].patches[0].get_width() == 16
plt.show()

# %%
# Recap
# -----
# - 235 x 180 -> 231 x 176 -> 115 x 88 -> 111 x 84 -> 55 x 42: a 5 x 5 kernel takes 4 off,
#   2 x 2 pooling halves and drops an odd row.
# - ReLU puts zero where a map is negative. With opposite filters nothing is lost by it.
# - The second layer reads the strength of edges and answers on either side of each.
# - One number after the second pooling sees 16 x 16 pixels; its neighbour's begin 4 further on.
#
# Exercises
# ---------
# 1. Which sizes does the panda pass through with 3 x 3 kernels? What does the last number see?
# 2. Give the first layer only the filters "right" and "down". What of the picture does ReLU
#    remove for good?
# 3. Write a function that takes a list of pairs (kernel, stride), the first layer first, and gives
#    the size of the field along an axis. Have it checked, by whatever name you gave it:
#    ``exercises.check("receptive_field", field_of)``.

# %%

# Solution 1: each kernel takes 2 off, and the field is 10 x 10
smaller = [Conv(3, 4, 3), MaxPool(2), Conv(4, 4, 3), MaxPool(2)]
through = [output_size(smaller[:n], (235, 180)) for n in (1, 2, 3, 4)]
assert through == [(233, 178), (116, 89), (114, 87), (57, 43)]
assert receptive_field(smaller).size == (10, 10)

# %%

# Solution 2: how strongly it grows darker to the right, and downwards
two = DemoNet(weight1[[0, 2]], as_weight(ramps, 2))
# of two pictures that fall to the right, one twice as steeply, both maps are 0
fall = torch.linspace(1, 0, 20).expand(1, 3, 20, 20)
with torch.no_grad():
    for place, picture in enumerate((fall, fall.mT)):
        assert not two(picture).relu1[0, place].any()
        assert not two(picture / 2).relu1[0, place].any()

# %%


# Solution 3: a layer adds its kernel but for one tap, in steps of the layers below
def field_of(pairs):
    size, step = 1, 1
    for taps, stride in pairs:
        size += (taps - 1) * step
        step *= stride
    return size


exercises.check("receptive_field", field_of)

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   sections 9.1 to 9.3.
# - Araujo, Norris and Sim, `Computing receptive fields of convolutional neural networks
#   <https://distill.pub/2019/computing-receptive-fields>`_, Distill, 2019.
