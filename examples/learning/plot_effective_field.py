"""
Most of a receptive field hardly matters, and training moves what does
======================================================================

A field of 41 pixels says how far an output could see. How much does each of them count? We count
paths, measure gradients, and train one small network for two tasks, a far-sighted one and a
near-sighted one.
"""

import copy

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.layers import Conv
from convdocs.learning.training import fit
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# How many ways lead to a pixel?
# ------------------------------
# Take layers of 3 taps along one axis, all weights equal. An output reaches an input by every path
# through the layers: one step left, none, or one right in each. The middle is reached by many
# paths, the outermost input by a single one.

ways = {1: np.ones(3)}
for depth in range(2, 21):
    ways[depth] = np.convolve(ways[depth - 1], np.ones(3))

# %%

questions.type_in(
    "Two layers of 3 taps see 5 inputs. By how many of the 9 paths is the middle one reached?",
    "int(ways[2][2])",
    {
        "len(ways[1]) ** 2": "That is the count of paths to all five.",
        "int(ways[2][1])": "That is the one beside it.",
    },
    because="Left then right, twice straight on, or right then left: 3 paths. The five have 1, 2, "
    "3, 2 and 1.",
    alone=True,
)

# %%
# The gradient of an output says how much it grows with each input. With weights of 1 it counts
# exactly these paths; otherwise each counts with the product of its weights. With five layers the
# middle has 51 of 243 paths, and the two ends have one each.

for depth in (2, 5, 20):
    x = torch.zeros(1, 1, 2 * depth + 1, dtype=torch.float64, requires_grad=True)
    y = x
    for _ in range(depth):
        y = F.conv1d(y, torch.ones(1, 1, 3, dtype=torch.float64))
    (slope,) = torch.autograd.grad(y.sum(), x)
    assert np.array_equal(slope[0, 0], ways[depth])
    assert receptive_field([Conv(1, 1, (3,))] * depth).size == (len(ways[depth]),)
assert ways[5].tolist() == [1, 5, 15, 30, 45, 51, 45, 30, 15, 5, 1]

# %%
# How does it grow?
# -----------------
# The share that each input has is a heap around the middle. Its width is the *standard deviation*,
# the root of the :term:`variance`, which is the mean squared distance from the middle. A layer of
# equal weights moves by -1, 0 or 1, and that has the variance 2/3; the variances of independent
# moves add up. The part of a field that counts is called the :term:`effective receptive field`.

spreads = {}
for depth, paths in ways.items():
    distance = np.arange(len(paths)) - depth
    spreads[depth] = np.sqrt(paths @ distance**2 / paths.sum())

# %%

questions.choose(
    "Twenty layers of 3 taps, all weights equal, see about four times as far as five. What counts "
    "lies in a heap around the middle. How many times as wide is it (standard deviation)?",
    "round(spreads[20] / spreads[5], 2)",
    {
        "round(len(ways[20]) / len(ways[5]), 2)": "That is what the field grows by.",
        "round(spreads[20] ** 2 / spreads[5] ** 2, 2)": "So its square grows, the variance.",
    },
    because="Each layer adds 2/3 to the variance, so the width grows as the root of the depth.",
    alone=True,
)

# %%
# Weights that are not equal, but drawn at random from 0 to 1, change little. In two dimensions the
# middle 17 x 17 of 41 x 41 pixels hold nearly all.

assert all(np.isclose(spreads[n], np.sqrt(2 * n / 3)) for n in spreads)
torch.manual_seed(0)
x = torch.zeros(1, 1, 41, 41, requires_grad=True)
y = x
for _ in range(20):
    y = F.conv2d(y, torch.rand(1, 1, 3, 3) / 4.5)  # weights that add up to about 1
(slope,) = torch.autograd.grad(y.sum(), x)
drawn = slope[0, 0] / slope.sum()
assert (drawn > 0).all()  # all is seen
middle = drawn[12:29, 12:29].sum().item()
print(f"17 x 17 of 41 x 41 pixels, {17**2 / 41**2:.0%} of the field, have {middle:.0%}")
assert middle > 0.9
equal = np.outer(ways[20], ways[20])
assert abs(equal[12:29, 12:29].sum() / equal.sum() - middle) < 0.02

# %%
# What does training do to it?
# ----------------------------
# Five layers with ReLU between them see 11 x 11 pixels. We train a copy for each of two tasks on
# noise: to give twice the mean of four pixels far off, at the corners of a 9 x 9 square, or twice
# the pixel in the middle.

torch.manual_seed(0)
parts = [nn.Conv2d(1, 6, 3, padding=1)]
for _ in range(3):
    parts += [nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1)]
untrained = nn.Sequential(*parts, nn.ReLU(), nn.Conv2d(6, 1, 3, padding=1))
x = torch.randn(16, 1, 15, 15)
corners = torch.zeros(1, 1, 9, 9)
corners[..., ::8, ::8] = 0.5
tasks = {"far": F.conv2d(x, corners, padding=4), "near": 2 * x}
networks, losses = {"before": untrained}, {}
for task, target in tasks.items():
    networks[task] = copy.deepcopy(untrained)
    losses[task] = fit(networks[task], x, target, steps=100)
    print(
        f"{task}: the loss falls from {losses[task][0]:.2f} to {losses[task][-1]:.2f}"
    )
    assert losses[task][-1] < 0.7 * losses[task][0]

# %%

questions.choose(
    "How many pixels does the middle output's field have after training?",
    "receptive_field([Conv(6, 6, 3)] * 5).size[0] ** 2",
    {
        "corners.numel()": "That is the square that the far task asks for. The layers see further.",
        "int((corners != 0).sum())": "These are what the far task asks for, not all that is seen.",
        "x[0].numel()": "That is the whole picture. The layers do not reach so far.",
    },
    because="The field follows from the layers' settings alone. What changes is how much each "
    "pixel counts.",
)

# %%
# With ReLU the gradient depends on the picture, so we take the mean of its square over all
# pictures. We measure how far off what counts lies by the root of its mean squared distance.

counts, reach = {}, {}
rows, columns = torch.meshgrid(*[torch.arange(15.0) - 7] * 2, indexing="ij")
for name, network in networks.items():
    seen = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(network(seen)[:, 0, 7, 7].sum(), seen)
    share = slope.square().mean((0, 1))
    assert (share[2:13, 2:13] > 0).all()  # 11 x 11, and nothing else
    assert torch.equal(F.pad(share[2:13, 2:13], (2, 2, 2, 2)), share)
    counts[name] = share / share.sum()
    reach[name] = (counts[name] * (rows**2 + columns**2)).sum().sqrt().item()
print(*(f"{name:8}{pixels:.1f} pixels" for name, pixels in reach.items()), sep="\n")
assert reach["near"] < reach["before"] - 0.5 < reach["far"] - 2

# %%

# Drawing: how much each pixel counts, for deep random layers and before and after training
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.2))
titles = ["20 random layers", "before training", "trained, far", "trained, near"]
shown = [drawn, *counts.values()]
for ax, title, share in zip(axes, titles, shown, strict=True):
    plots.show_maps([ax], [share], titles=[title], limit=float(share.max()))
    name = title.split()[-1].replace("training", "before").replace("layers", "")
    assert np.array_equal(ax.images[0].get_array(), counts.get(name, drawn))
plots.describe(
    figure,
    """Four squares. 20 random layers: a round soft spot in the middle third of 41 x 41 pixels.
    Before training, on 15 x 15: a patchwork of strong and weak pixels around the middle.
    Trained for far pixels: four spots at the corners of a square, one of them pale. Trained for
    the near pixel: a single one in the middle.""",
    caption="How much each pixel counts for the middle output, each on its own scale: of 20 random "
    "layers the gradient, in 41 x 41 pixels, then the mean of its square, in 15 x 15. The task "
    "puts the weight where it is needed: at the four corners (less at one of them), or in the "
    "middle.",
)
assert counts["near"][7, 7] > 0.8
assert counts["far"][3:12:8, 3:12:8].sum() > 0.7
assert counts["far"][11, 3] < 0.6 * counts["far"].max()
assert counts["before"][5:10, 5:10].sum() > 0.6
by_paths = np.outer(ways[5], ways[5]).ravel()
assert np.corrcoef(counts["before"][2:13, 2:13].ravel(), by_paths)[0, 1] > 0.7
assert {divmod(int(i), 15) for i in counts["far"].ravel().topk(4).indices} == {
    (3, 3),
    (3, 11),
    (11, 3),
    (11, 11),
}
plt.show()

# %%
# Recap
# -----
# - Of layers alike, without stride or dilation, a field grows with the depth, what counts in it
#   only with the root of the depth.
# - Before training the inner pixels together count most, much as the paths to them.
# - Training leaves the field as it is, and moves what counts to where the task needs it.
#
# Exercises
# ---------
# 1. How many layers make the heap ten times as wide as one layer does?
# 2. Five layers of 3 taps, or one of 11 taps with equal weights: which heap is wider?

# %%

# Solution 1: 100, for the width grows as the root
paths = np.ones(3) / 3
for _ in range(99):
    paths = np.convolve(paths, np.ones(3) / 3)
wide = np.sqrt(paths @ (np.arange(201) - 100) ** 2)
assert np.isclose(wide, 10 * spreads[1])

# %%

# Solution 2: the one layer, for its outermost taps count as much as the middle
one = np.sqrt(np.mean((np.arange(11) - 5) ** 2))
assert one > 1.7 * spreads[5]

# %%
# Sources
# -------
# - Luo, Li, Urtasun and Zemel, `Understanding the effective receptive field in deep convolutional
#   neural networks <https://arxiv.org/abs/1701.04128>`_, 2016.
