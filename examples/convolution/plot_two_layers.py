"""
Two layers take 235 x 180 pixels to 55 x 42 answers
===================================================

Convolution, ReLU, pooling, and the same once more: a whole small network, with filters that you
know. You follow the panda through its six stages, see where the negative values go and why the
sizes shrink as they do, and find out how much of the picture one last number sees.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch

from convdocs import images, plots
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool, output_size
from convdocs.learning.network import DemoNet, conv_layer, to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# What is in the network?
# -----------------------
# ``DemoNet`` does three things, twice. A 5 x 5 convolution answers to a pattern. *ReLU*, the
# rectified linear unit, puts zero where an answer is negative. *Max pooling* keeps the largest
# of every 2 x 2 block. Nothing is learned: both layers get the four ramps, which answer to
# brightness that rises to the right, to the left, down and up, the same for every channel
# they read. We check that the layers really have them.

ramps = oriented_ramps()
weight1, weight2 = as_weight(ramps, 3), as_weight(ramps, 4)
network = DemoNet(weight1, weight2)
assert np.array_equal(network.conv1.weight.detach(), weight1)
assert np.array_equal(network.conv2.weight.detach(), weight2)

# (1, 3, 235, 180): batch, channel, height, width
panda = to_batch(images.load("panda"))
with torch.no_grad():
    stages = network(panda)
for name, stage in stages._asdict().items():
    print(f"{name}: {tuple(stage.shape[1:])}")

# %%
# Why these sizes?
# ----------------
# A 5 x 5 kernel has no place for its centre in the two outermost rows and columns on each side,
# so each convolution takes 4 off the height and 4 off the width. Pooling halves, and drops a row
# or a column that is left without a partner: 231 rows make 115 pairs, and the last row is read by
# nobody; 111 rows make 55. Work out the second half yourself before you compare.
#
# A convolution is written down with the channels that it reads, those that it gives, and the size
# of its kernel. ReLU changes no size and is left out.

layers = [Conv(3, 4, 5), MaxPool(2), Conv(4, 4, 5), MaxPool(2)]
sizes = [(235, 180)]
for layer in layers:
    sizes.append(output_size(layer, sizes[-1]))
print(" -> ".join(f"{height} x {width}" for height, width in sizes))
assert sizes[1:] == [(231, 176), (115, 88), (111, 84), (55, 42)]

pairs = [
    ("conv1", 1),
    ("relu1", 1),
    ("pool1", 2),
    ("conv2", 3),
    ("relu2", 3),
    ("pool2", 4),
]
for name, step in pairs:
    assert getattr(stages, name).shape == (1, 4, *sizes[step])

# %%
# Four maps in each stage, because each layer has four kernels. To show that the last row is
# unread, we paint it over: the pooled maps do not change.

painted = stages.relu1.clone()
painted[:, :, -1] = 99
assert torch.equal(network.pool(painted), stages.pool1)

# %%
# Where do the negative values go?
# --------------------------------
# A ramp answers with a positive number where the picture rises its way and with a negative
# one where it falls. ReLU replaces the negative ones by zero, and leaves the others as they
# are. So that the rows can be compared, all maps of the figure share one scale, with zero in
# its middle. If every map had its own, the same orange would mean another number in each.

names = ["right", "left", "down", "up"]
figure, axes = plt.subplots(2, 4, figsize=(7.2, 4.8))
maps = [*stages.conv1[0], *stages.relu1[0]]
mapped = plots.show_maps(axes.ravel(), maps, titles=names + [None] * 4)
for ax, when in zip(axes[:, 0], ["before ReLU", "after ReLU"], strict=True):
    ax.set_ylabel(f"layer 1, {when}")
plots.show_scale(figure, mapped, axes.ravel(), label="answer of the filter")
negative1 = (stages.conv1 < 0).double().mean().item()
plots.describe(
    figure,
    f"""Two rows of four maps of the panda on one scale. Above, the first layer's
    answers: each outline is orange on one side and purple on the other. Below, after
    ReLU, the purple is gone: {negative1:.0%} of the numbers are zero now and the
    orange is unchanged.""",
)
# sphinx_gallery_thumbnail_number = 2

print(f"negative in layer 1: {negative1:.1%}")
assert torch.equal(stages.relu1, stages.conv1.clamp(min=0))
assert (stages.relu1 == 0).double().mean() >= negative1 > 0.45

# %%
# Is what ReLU removes lost?
# --------------------------
# Not here. The ramps come in pairs of opposites, so what is purple in one map is orange in
# another: the map "left" is the negative of "right". Subtract the two rectified maps, and the
# answer from before ReLU is back, every number of it.

right, left, down, up = stages.relu1[0]
assert torch.equal(stages.conv1[0, 0], -stages.conv1[0, 1])
assert torch.equal(right - left, stages.conv1[0, 0])
assert torch.equal(down - up, stages.conv1[0, 2])

# %%
# What does the second layer answer to?
# -------------------------------------
# It reads the pooled maps, all four at once, and all four hold strengths of edges. So it
# answers where the strength of the edges rises: its "right" is positive just left of an upright
# outline and negative just right of it. The eyes, the mouth and the rim of the belly come out as
# strokes. These maps are drawn almost as large as the ones above, but they have less than half
# as many rows; look at the ticks.

figure, axes = plt.subplots(2, 4, figsize=(7.2, 5.0))
maps = [*stages.conv2[0], *stages.relu2[0]]
mapped = plots.show_maps(axes.ravel(), maps, titles=names + [None] * 4)
for ax, when in zip(axes[:, 0], ["before ReLU", "after ReLU"], strict=True):
    ax.set_ylabel(f"layer 2, {when}")
    ax.set_yticks([0, 110])
axes[1, 0].set_xticks([0, 83])
plots.show_scale(figure, mapped, axes.ravel(), label="answer of the filter")
negative2 = (stages.conv2 < 0).double().mean().item()
plots.describe(
    figure,
    f"""Two rows of four maps, 111 by 84, on one scale. The second layer answers in
    orange and purple strokes along the panda's outlines, strongest at the eyes, the
    mouth and the belly. After ReLU the purple is gone, {negative2:.0%} of the
    numbers.""",
)

print(f"negative in layer 2: {negative2:.1%}")
assert torch.equal(stages.relu2, stages.conv2.clamp(min=0))
assert negative2 > 0.4
assert stages.conv2.abs().max() > stages.conv1.abs().max()  # hence a scale of its own

# %%
# Is it the strength of edges that it reads? Add the four pooled maps up, whatever direction
# they stand for, and send that one map through the same four ramps.

strength = stages.pool1.sum(1, keepdim=True)
with torch.no_grad():
    answer = conv_layer(as_weight(ramps, 1))(strength)
assert torch.allclose(answer, stages.conv2, atol=1e-3)

# %%
# How much of the picture does one number see?
# --------------------------------------------
# A number of the first convolution sees 5 x 5 pixels. Pooling puts two such places side by
# side, which makes 6, and from there on neighbours are 2 pixels apart. The second convolution
# adds 4 neighbours, 8 pixels; the second pooling one more, 2 pixels, and doubles the step to 4.
# The 16 x 16 pixels that a number sees are its *receptive field*; neighbours' fields begin 4
# pixels apart.

field = receptive_field(layers)
print(field)
assert field.size == (16, 16) and field.stride == (4, 4)
assert field.size[0] == 5 + 1 + 4 * 2 + 1 * 2

# %%
# Do the pixels agree? We put noise in place of everything outside the 16 x 16 field of the
# numbers at (20, 30), and they stay as they were; then in place of the field, and they do not.

top, left_edge = (
    field.start[0] + 20 * field.stride[0],
    field.start[1] + 30 * field.stride[1],
)
inside = torch.zeros_like(panda, dtype=torch.bool)
inside[..., top : top + 16, left_edge : left_edge + 16] = True
noise = torch.rand(panda.shape, generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    outside_changed = network(torch.where(inside, panda, noise)).pool2
    inside_changed = network(torch.where(inside, noise, panda)).pool2
assert torch.equal(outside_changed[..., 20, 30], stages.pool2[..., 20, 30])
assert not torch.equal(inside_changed[..., 20, 30], stages.pool2[..., 20, 30])

# %%
# And it needs all 16: the rows and columns at the rim of the field have a say too. To see it
# we ask PyTorch for the slope, or *gradient*, of the number with respect to each pixel. Max
# pooling passes a slope on to the winner only, and ReLU to what is positive. So we average over
# blocks instead and leave ReLU out, which changes the values but not who reads whom.

blocks = torch.nn.AvgPool2d(2)
weight = torch.rand(1, 1, 5, 5, generator=torch.Generator().manual_seed(0))
pixels = torch.zeros(1, 1, 235, 180, requires_grad=True)
x = pixels
for _ in range(2):
    x = blocks(torch.nn.functional.conv2d(x, weight))
x[0, 0, 20, 30].backward()
rows, columns = torch.nonzero(pixels.grad[0, 0], as_tuple=True)
assert (rows.min(), rows.max()) == (top, top + 15)
assert (columns.min(), columns.max()) == (left_edge, left_edge + 15)
assert len(rows) == 16 * 16  # no pixel of the field is left out
plt.show()

# %%
# Recap
# -----
# - 235 x 180 -> 231 x 176 -> 115 x 88 -> 111 x 84 -> 55 x 42: a 5 x 5 kernel takes 4 off,
#   2 x 2 pooling halves and drops an odd row.
# - ReLU puts zero where a map is negative. With opposite filters nothing is lost by it.
# - Maps that are to be compared need one scale, with zero in its middle.
# - One number after the second pooling sees 16 x 16 pixels, and its neighbour the 16 x 16 that
#   begin 4 pixels further on.
#
# Exercises
# ---------
# 1. Which sizes does the panda pass through if the kernels are 3 x 3? Predict, then change
#    the code above.
# 2. Give the first layer only the filters "right" and "down". What of the picture does ReLU
#    remove for good?
#
# Sources
# -------
# - Goodfellow, Bengio and Courville, *Deep Learning*, 2016, sections 9.1 to 9.3.
# - Araujo, Norris and Sim, *Computing receptive fields of convolutional neural networks*,
#   Distill, 2019.
