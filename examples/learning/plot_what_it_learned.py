"""
Most learned kernels keep much of their first shape, and few are ramps
======================================================================

One often reads that a network's first layer learns to see edges, and that more layers see more
complex things. We look at the kernels that read digits, before and after, and measure.
"""

import copy

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning.network import conv_layer, to_batch
from convdocs.learning.training import fit_classifier

plt.style.use("convdocs.page")

# %%
# Which networks do we look at?
# -----------------------------
# The one of the page before: 8 kernels of 3 x 3, ReLU, pooling, a dense layer. One network may be
# an accident, so we train five, which differ in the random weights that they begin with and in the
# order of the digits. Of each we keep a copy from before. With batches of 300 instead of 100, and a
# learning rate of 0.07 instead of 0.02, 60 steps do instead of 240.

digits = load_digits()
x = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
y = torch.tensor(digits.target)
settings = {"epochs": 15, "batch_size": 300, "learning_rate": 0.07}
untrained, trained, accuracies = [], [], []
for seed in range(5):
    torch.manual_seed(seed)
    first, last = nn.Conv2d(1, 8, 3, padding=1), nn.Linear(128, 10)
    network = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), last)
    untrained.append(copy.deepcopy(network))
    losses = fit_classifier(network, x[:1200], y[:1200], **settings)
    trained.append(network)
    right = network(x[1200:]).argmax(1) == y[1200:]
    accuracies.append(right.double().mean().item())
assert len(losses) == 60 and min(accuracies) > 0.92 and max(accuracies) < 0.96

# %%
# How far do kernels move?
# ------------------------
# We write each kernel as a row of 9 weights and divide it by its length, the square root of the sum
# of its squares. The products of two such rows add up to 1 if the kernels have the same shape, and
# to 0 in the mean, give or take a third (1 over the root of 9), if they have nothing to do with
# each other. Each trained kernel has moved by more than the length that it had, and each is larger
# now. Most keep much of the shape that chance gave them; a few are no more like it than strangers
# are.

before, after = (
    torch.cat([network[0].weight.detach().flatten(1) for network in networks])
    for networks in (untrained, trained)
)
growth = (after.norm() / before.norm()).item()
assert (after.norm(dim=1) > 1.5 * before.norm(dim=1)).all()
assert ((after - before).norm(dim=1) / before.norm(dim=1)).min() > 1
before, after = F.normalize(before), F.normalize(after)
likeness = (before * after).sum(1)
print(f"{len(after)} kernels grow {growth:.1f} times, likeness {likeness.mean():.2f}")
assert len(after) == 40 and likeness.mean() > 0.75 and growth > 3
assert (likeness > 0.7).sum() > 30 and 2 <= (likeness < 0.4).sum() <= 8

# %%
# Are they ramps?
# ---------------
# A ramp in any direction is so many times the ramp to the right plus so many times the ramp
# downwards. Both made 1 long, and at right angles, they share out what is ramp in a kernel:
# multiply it with each of the two, square, add. That is 1 for a ramp, however it is turned, and 2 /
# 9 in the mean for kernels drawn at random: two directions of nine. (We take the middle 3 x 3 of
# the 5 x 5 ramps; ``@`` adds up products.)

ramps = torch.tensor(oriented_ramps()[:, 1:4, 1:4])
right, _, down, _ = F.normalize(ramps.flatten(1))
assert right @ down == 0
random = F.normalize(
    torch.randn(100_000, 9, generator=torch.Generator().manual_seed(0))
)
by_chance = (random[::2] * random[1::2]).sum(1)  # the likeness of strangers
assert abs(by_chance.mean()) < 0.01 and abs(by_chance.std() - 1 / 3) < 0.01
turned = F.normalize(3 * right - 4 * down, dim=0)
chance, of_turned, ramp_before, ramp_after = (
    (k @ right) ** 2 + (k @ down) ** 2 for k in (random, turned, before, after)
)
assert abs(chance.mean() - 2 / 9) < 0.002 and abs(of_turned - 1) < 1e-6

# %%

questions.choose(
    "Guess: in random kernels 0.22 is ramp. How much, in the mean, is ramp in the trained ones?",
    "round(ramp_after.mean().item(), 2)",
    {
        "round(chance.mean().item(), 2)": "So much is ramp by chance. Training adds some.",
        "round(ramp_after.max().item(), 2)": "That is the one with the most.",
        "round(of_turned.item(), 2)": "Then the network would have found our ramps.",
    },
    because="More than before, and less than half.",
)

# %%
# Training adds ramp in four of the five networks, and not in the fifth. Few of all 40 kernels are
# nearly ramps.

added = (ramp_after - ramp_before).view(5, 8).mean(1).sort().values
print("added:", " ".join(f"{share:.2f}" for share in added))
print(f"before {ramp_before.mean():.2f}, above 0.8 after: {(ramp_after > 0.8).sum()}")
assert -0.1 < added[0] < 0.05 < added[1]
assert ramp_before.mean() < 0.25 < ramp_after.mean() - 0.05 and ramp_after.mean() < 0.4
assert (ramp_after > 0.8).sum() <= 4

# %%

# Drawing: four kernels before and after, and two ramps
figure, axes = plt.subplots(2, 5, figsize=(7.2, 3.2))
for row, kernels, ramp in zip(axes, (before, after), (right, down), strict=True):
    panels = [*kernels[:4], ramp]
    mapped = plots.show_maps(row, [k.view(3, 3) for k in panels], limit=0.8)
    for ax, kernel in zip(row, panels, strict=True):
        assert torch.equal(torch.as_tensor(ax.images[0].get_array()).flatten(), kernel)
assert {ax.images[0].get_clim() for ax in axes.flat} == {(-0.8, 0.8)}  # one scale
axes[0, 0].set_ylabel("before")
axes[1, 0].set_ylabel("after")
for number, (above, below) in enumerate(axes.T[:4]):
    above.set_title(f"kernel {number}")
    below.set_xlabel(f"ramp {ramp_after[number]:.2f}")
axes[0, 4].set_title("ramp right")
axes[1, 4].set_title("ramp down")
plots.show_scale(figure, mapped, axes.ravel(), label="weight, of a kernel of length 1")
plots.describe(
    figure,
    f"""Two rows of four kernels, before and after training, on one scale, and two ramps
    beside them, to the right and downwards. Each kernel resembles the one above it. Below
    stand the kernels' shares of ramp after training,
    {", ".join(f"{share:.2f}" for share in ramp_after[:4])}.""",
    caption="Compare upper and lower row, each kernel made 1 long: the first network's kernels "
    "have changed their shape, but can still be recognised. None of the four is even half ramp.",
)
assert likeness[:4].min() > 0.7 and ramp_after[:4].max() < 0.5

# %%

# Drawing: the maps of a digit by one kernel before and after, and by a ramp
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.1))
plots.show_picture(axes[0], x[0, 0], title="digit")
drawn = F.conv2d(x[:1], torch.stack([before[1], after[1], right]).view(3, 1, 3, 3))[0]
mapped = plots.show_maps(axes[1:], drawn, titles=["before", "after", "ramp"])
((low, high),) = {ax.images[0].get_clim() for ax in axes[1:]}  # one scale
assert low == -high  # below zero purple, above it orange
plots.show_scale(figure, mapped, axes, label="answer")
plots.describe(
    figure,
    """A digit 0, and three maps of it on one scale: by the second kernel before and
    after training, both purple along the strokes, and by the ramp to the right, which
    is orange left of each stroke and purple right of it.""",
    caption="The second kernel's map, whose likeness is among the highest, is nearly the same "
    "before and after training, at length 1 and without bias. Only the ramp's has an orange "
    "and a purple side to each stroke.",
)
assert likeness[1] > likeness.quantile(0.75)
like = F.normalize(drawn.flatten(1)) @ F.normalize(drawn.flatten(1)).T
assert like[0, 1] > 0.9 and like[1, 2] < 0.5 and -drawn[2].min() > 0.8 < drawn[2].max()
assert drawn[:2].max() < 0.5 < -2 * drawn[0].min() and -drawn[1].min() > 0.8

# %%
# What are learned kernels worth?
# -------------------------------
# We take away the learning from the first layer only: its kernels stay as they are, and the dense
# layer learns. Four random kernels, the same made as long as our ramps and without biases, or our
# four ramps; beside them four that may learn. What kernels that stay give is always the same, so
# that we compute it once.

scores = {"random": [], "ramps": [], "learned": [], "random, longer": []}
for seed in range(3):
    for name, found in scores.items():
        torch.manual_seed(seed)
        first, last = nn.Conv2d(1, 4, 3, padding=1), nn.Linear(64, 10)
        maps = nn.Sequential(first, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        if name == "ramps":
            first.weight.data, first.bias.data = ramps[:, None].clone(), torch.zeros(4)
        if name == "random, longer":
            longer = F.normalize(first.weight.data.flatten(1)) * ramps[0].norm()
            first.weight.data, first.bias.data = longer.view(4, 1, 3, 3), torch.zeros(4)
        if name == "learned":
            network, seen = nn.Sequential(maps, last), x
        else:
            network, seen = last, maps(x).detach()
        fit_classifier(network, seen[:1200], y[:1200], **settings)
        found.append(
            (network(seen[1200:]).argmax(1) == y[1200:]).double().mean().item()
        )
for name, found in scores.items():
    print(f"{name:16}", *(f"{score:.1%}" for score in found))

# %%

questions.choose(
    "Which four kernels read worst?",
    "min(scores, key=lambda name: sum(scores[name]))",
    {
        "[*scores][1]": "They are longer than PyTorch's random kernels, and have no biases. "
        "Whatever their shape, that may help.",
        "[*scores][2]": "They can become whatever lowers the loss.",
        "[*scores][3]": "Longer, and without biases, they come near the ramps.",
    },
    because="Random kernels as PyTorch draws them, short and with biases, lose in all three runs.",
)

# %%
# Four ramps that nobody learned come within three digits in a hundred of four learned kernels, and
# random ones lose to both. But much of that is not their shape: made as long as the ramps, and
# without biases, random kernels read within two digits in a hundred of them, and in each run more
# than as they were drawn. So the ramps' shape gains little here.

for random_score, *others in zip(*scores.values(), strict=True):
    assert random_score < min(others)
mean = {name: sum(found) / 3 for name, found in scores.items()}
assert abs(mean["ramps"] - mean["learned"]) < 0.03
assert abs(mean["ramps"] - mean["random, longer"]) < 0.02
drawn = nn.Conv2d(1, 1000, 3).weight.flatten(1).norm(dim=1)
assert drawn.max() <= 1 < ramps.flatten(1).norm(dim=1).min()  # the ramps are longer

# %%
# Do more layers see more complex things?
# ---------------------------------------
# Let us call a number complex if no single kernel can compute it, not even one as large as the
# digit. Then we can measure: find the kernel that comes nearest (by *least squares*: the one with
# the least squared error), and see what share of the number's variance, its mean squared
# deviation, is left. Three convolutions in a row, looked at before each ReLU, at the middle of the
# maps:

torch.manual_seed(0)
one, two, three = (nn.Conv2d(channels, 8, 3, padding=1) for channels in (1, 8, 8))
convolutions = [one, nn.ReLU(), two, nn.ReLU(), three]
deep = nn.Sequential(
    *convolutions, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
)
pixels = torch.cat([x.flatten(1), torch.ones(1797, 1)], 1).double()
complexity = {}
for when in ["untrained", "trained"]:
    if when == "trained":
        smaller = settings | {"learning_rate": 0.05}  # three layers want smaller steps
        fit_classifier(deep, x[:1200], y[:1200], **smaller)
    complexity[when] = []
    for depth in (1, 3, 5):
        middle = deep[:depth](x)[:, :, 3, 4].detach().double()
        nearest = torch.linalg.lstsq(pixels, middle, driver="gelsd").solution
        left = ((middle - pixels @ nearest) ** 2).mean(0) / middle.var(0, correction=0)
        complexity[when].append(left.mean().item())
    print(f"{when:11}", *(f"{share:6.1%}" for share in complexity[when]))

# %%
# So it is true of this one network, in this sense: each layer is further from any single kernel.
# But it is so without any training, and even more so. And here it gains little: three layers read
# about as well as one.

for first, second, third in complexity.values():
    assert first < 1e-6 < second < third
for layer in (1, 2):
    assert complexity["untrained"][layer] > complexity["trained"][layer]
by_three = (deep(x[1200:]).argmax(1) == y[1200:]).double().mean().item()
print(f"three layers: {by_three:.1%}")
assert abs(by_three - sum(accuracies) / 5) < 0.015

# %%
# Is there more variation after ReLU?
# -----------------------------------
# Rectified maps look livelier, and one may read that there is more variation in them.

with torch.no_grad():
    maps = torch.cat([network[0](x) for network in trained], 1)
    panda = conv_layer(as_weight(oriented_ramps(), 3))(to_batch(images.load("panda")))

# %%

questions.choose(
    "The standard deviation says how far numbers spread around their mean. What does ReLU "
    "do to the standard deviation of a map that has negative numbers?",
    '"lowers it" if panda.relu().std() < panda.std() else "raises it"',
    {
        '"raises it" if panda.relu().std() < panda.std() else "lowers it"': "No two numbers "
        "can be further apart after ReLU than before.",
    },
    because="ReLU brings two numbers nearer to each other, or leaves them as far apart.",
    alone=True,
)

# %%
# It is lower in every map of the five networks and of the panda. But the range is smaller, too,
# from the smallest number to the largest. Whoever draws each map from its smallest to its largest
# number gives the same difference more colour after ReLU than before. Hence the impression.

for some in (maps, panda):
    flat = some.transpose(0, 1).flatten(1)
    flat = flat[flat.amin(1) < 0]
    assert len(flat) >= 4 and (flat.relu().std(1) < flat.std(1)).all()
    assert (flat.relu().amax(1) < flat.amax(1) - flat.amin(1)).all()
plt.show()

# %%
# Recap
# -----
# - Most trained kernels keep much of the shape that they began with. There is more ramp in them
#   than before, but few are ramps.
# - Ramps read nearly as well as learned kernels. Random ones read worse as they are drawn, but not
#   much worse than ramps if they are as long and have no biases.
# - Deeper layers are further from what one kernel can compute, in this network trained or not.
# - ReLU lowers the variation in a map.
#
# Exercises
# ---------
# 1. Is a trained kernel perhaps a blur, all weights alike? Measure that share, too.
# 2. Exchange the first two kernels of a trained network, with their biases, and what the dense
#    layer does with their maps. What changes? What does that say about comparing two networks
#    kernel by kernel?

# %%

# Solution 1: hardly more than by chance, which gives 1 / 9
blur = torch.full((9,), 1 / 3)
share = (after @ blur) ** 2
assert abs(blur.norm() - 1) < 1e-6 and abs(share.mean() - 1 / 9) < 0.05

# %%

# Solution 2: nothing changes, so the number of a kernel means nothing
swap = torch.tensor([1, 0, *range(2, 8)])
other = copy.deepcopy(trained[0])
other[0].weight.data = other[0].weight.data[swap]
other[0].bias.data = other[0].bias.data[swap]
other[4].weight.data = other[4].weight.data.view(10, 8, 16)[:, swap].flatten(1)
torch.testing.assert_close(other(x), trained[0](x))

# %%
# Sources
# -------
# Zeiler and Fergus, `Visualizing and understanding convolutional networks
# <https://arxiv.org/abs/1311.2901>`_, 2014: a large network, in whose deeper layers they do see
# more complex patterns.
