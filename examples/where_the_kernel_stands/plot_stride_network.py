"""
Stride 2 in two layers leaves coarse maps for a fifth of the work
=================================================================

Give both convolutions of a small network stride 2, and its maps shrink fast. This page follows
the sizes, shows what is left of the panda in the second layer, and counts what it saves.
"""

import matplotlib.pyplot as plt
import torch
from torch.nn.functional import avg_pool2d

from convdocs import images, plots, questions
from convdocs.cost import macs
from convdocs.input_sizes import conv_input_sizes
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv, MaxPool
from convdocs.learning.network import DemoNet, to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# What happens to a network?
# --------------------------
# ``DemoNet``, the network of the last chapter, is a 5 x 5 convolution, ReLU and 2 x 2 max pooling,
# twice. Its kernels are four ramps. We give both convolutions stride 2.

panda = to_batch(images.load("panda"))
weights = [as_weight(oriented_ramps(), channels) for channels in (3, 4)]
results, layers = {}, {}
for stride in (1, 2):
    network = DemoNet(*weights, stride=stride)  # after the loop: the one with stride 2
    with torch.no_grad():
        results[stride] = network(panda)
    first, second = (Conv(channels, 4, 5, stride=stride) for channels in (3, 4))
    layers[stride] = [first, MaxPool(2), second, MaxPool(2)]

# %%
# The picture is 235 pixels high and 180 wide.

questions.type_in(
    "235 x 180 pixels, a 5 x 5 kernel, stride 2, no padding: height and width of the output?",
    "tuple(results[2].conv1.shape[2:])",
    {
        "(235 // 2, 180 // 2)": "The last tap must lie on the picture as well.",
        "((235 - 5) // 2, (180 - 5) // 2)": "The place where the kernel starts counts too.",
        "((235 - 5) // 2 + 1, -(-(180 - 5) // 2) + 1)": "Half a step is no step.",
    },
    because="The rooms are 230 and 175: 115 and 87 whole steps, and one place to start from.",
    alone=True,
)

# %%
# So half a step is lost in the width. Pooling leaves 58 x 44, the second layer 27 x 20, and its
# pooling 13 x 10.

assert results[2].conv2.shape == (1, 4, 27, 20)
assert results[2].pool2.shape == (1, 4, 13, 10)
blocks = results[2].relu1.unfold(2, 2, 2).unfold(3, 2, 2)
assert blocks.shape == (1, 4, 58, 44, 2, 2)
assert torch.equal(results[2].pool1, blocks.amax((4, 5)))  # the largest of each

# %%
# What does the second layer see now?
# -----------------------------------
# With stride 1 neighbouring cells of the second convolution lie 2 picture pixels apart,
# and each sees 14 x 14 pixels, its :term:`receptive field`. With stride 2 they lie 8 pixels
# apart (2 from each convolution and 2 from the pooling between, multiplied) and see 23 x 23.

fields = {s: receptive_field(layers[s][:3]) for s in (1, 2)}
assert [field.size for field in fields.values()] == [(14, 14), (23, 23)]
assert [field.stride for field in fields.values()] == [(2, 2), (8, 8)]

# %%
# The coarse map tells roughly what the mean of the fine one tells over 4 x 4 cells: between the two
# the correlation is 0.8 (1 means alike up to a constant and a positive factor, 0 that no straight
# line relates them).

fine, coarse = results[1].conv2[0], results[2].conv2[0]
means = avg_pool2d(fine[:, 1:, 1:], 4)  # from cell 1 on they lie closest to the coarse
assert means.shape == coarse.shape
one, two = fields[1], fields[2]
begins = [
    abs(one.centre[0] + (s + 1.5) * one.stride[0] - two.centre[0]) for s in range(4)
]
assert begins[1] == min(begins)
for number in (0, 2):
    pair = torch.stack([means[number].flatten(), coarse[number].flatten()])
    assert 0.79 < torch.corrcoef(pair)[0, 1] < 0.85

# %%

# Drawing: two maps of the second convolution at stride 1 and 2
slope = torch.linspace(-1, 1, 5).expand(5, 5)
kernels = {"right": slope, "left": -slope, "down": slope.T, "up": -slope.T}
assert kernels["right"][0, -1] == kernels["down"][-1, 0] == 1
assert torch.equal(network.conv2.weight[:, 0], torch.stack([*kernels.values()]))
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.9))
shown = {
    f"{direction}, stride {s}": maps[[*kernels].index(direction)]
    for direction in ("right", "down") for s, maps in [(1, fine), (2, coarse)]
}  # fmt: skip
mapped = plots.show_maps(axes, shown.values(), titles=[*shown])
for ax, map_ in zip(axes, shown.values(), strict=True):
    ax.set_xlabel(f"{map_.shape[0]} x {map_.shape[1]} cells")
plots.show_scale(figure, mapped, axes, label="answer")
plots.describe(
    figure,
    """Four maps of the panda after the second convolution, before ReLU, on one scale.
    With stride 1, 111 x 84 cells, thin outlines of the head, the eyes and the belly,
    positive on one side and negative on the other. With stride 2, 27 x 20 cells,
    roughly the same pattern in coarse blocks.""",
    caption="Stride 2 leaves a coarse version of the maps, on one scale with zero in its middle. "
    "(The maps for left and up are the negatives of these.)",
)
((low, high),) = {ax.images[0].get_clim() for ax in axes}
assert low == -high
drawn = {ax.get_title(): ax.images[0].get_size() for ax in axes}
assert drawn["right, stride 1"] == (111, 84) and drawn["down, stride 2"] == (27, 20)
for maps in (fine, coarse):
    torch.testing.assert_close(maps[1::2], -maps[::2], rtol=0, atol=1e-3)

# %%
# What does it save?
# ------------------

outputs = {s: r.conv1.shape[2] * r.conv1.shape[3] for s, r in results.items()}
questions.choose(
    "A layer moves its kernel in steps of 2 instead of 1, across and down. About what part of its "
    "answers is left?",
    "round(outputs[2] / outputs[1], 2)",
    {
        "round((outputs[2] / outputs[1]) ** 0.5, 2)": "So it is along one axis; there are two.",
        "round((outputs[2] / outputs[1]) ** 2, 2)": "So it would be at stride 4.",
    },
    because="Every second row, and in it every second column.",
    alone=True,
)

# %%
# Every output number costs as many *multiply-accumulates* (MACs: one product, and its
# addition to a sum) as its kernel has weights. In the first layer stride 2 leaves about a quarter
# of the outputs. The second layer gains twice: its input is smaller already, and its own stride
# shrinks the output again.

cost = {}
for s, r in results.items():
    cost[s] = [r.conv1.numel() * 3 * 5 * 5, r.conv2.numel() * 4 * 5 * 5]
    print(f"stride {s}: {cost[s]}, together {sum(cost[s])}")
    assert macs(layers[s], (235, 180)) == sum(cost[s])
assert round(cost[1][0] / cost[2][0], 1) == 4.0
assert round(cost[1][1] / cost[2][1], 1) == 17.3
assert round(sum(cost[1]) / sum(cost[2]), 1) == 4.9
plt.show()

# %%
# Recap
# -----
# - Stride 2 in both convolutions divides the work by 4.0 in the first, by 17.3 in the second
#   and by 4.9 in all.
# - The second layer's cells then lie 8 pixels apart instead of 2, and each sees 23 x 23 pixels
#   instead of 14 x 14.
#
# Exercises
# ---------
# 1. Which other width gives a first layer 88 wide at stride 2? Predict it, then ask
#    ``conv_input_sizes``.
# 2. Which pixels of the panda does the first layer never read at stride 2? Paint them black and
#    see whether any answer changes.

# %%

# Solution 1: 179, for the half step is never read
assert list(conv_input_sizes(88, 5, stride=2)) == [179, 180]

# %%

# Solution 2: those of the last column, for the height leaves nothing over
painted = panda.clone()
painted[..., -1] = 0
assert not torch.equal(painted, panda)
with torch.no_grad():
    answers = network.conv1(painted)
torch.testing.assert_close(answers, results[2].conv1, rtol=0, atol=1e-4)

# %%
# Sources
# -------
# Springenberg, Dosovitskiy, Brox and Riedmiller, `Striving for simplicity: The all
# convolutional net <https://arxiv.org/abs/1412.6806>`_, 2015, on strides in place of pooling.
