"""
Four pointwise filters save nine tenths of the work
===================================================

The work of a layer grows with the channels it reads. A 1 x 1 convolution in front of it can
make many channels few. This page counts what that saves, finds where it stops paying, and
says what it costs: the layer can no longer do everything it could.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import ImageOps
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from convdocs import images, plots, questions
from convdocs.cost import macs, parameters
from convdocs.kernels import oriented_ramps
from convdocs.layers import Conv
from convdocs.learning.network import to_batch

plt.style.use("convdocs.page")

# %%
# How is the work counted?
# ------------------------
# In *multiply-accumulates*, :term:`MACs <MAC>`: one product, and its addition to a sum. A
# layer uses each of its weights once at every output position. Our example reads 64 maps of 28 x 28
# pixels, with sixteen 3 x 3 filters, and pads the input so that the maps keep their size.

size = (28, 28)
direct = macs(Conv(64, 16, 3, padding=1), size)
assert direct == 28 * 28 * 64 * 16 * 3 * 3 == 7_225_344

# %%
# What do pointwise filters save?
# -------------------------------
# A 1 x 1 convolution, also called *pointwise*, gives at each pixel a weighted sum of the
# channels. Let four such filters turn the 64 maps into four, and let the sixteen 3 x 3 filters
# read only those. Now there are two layers to pay for.

squeeze = macs(Conv(64, 4, 1), size)
filters = macs(Conv(4, 16, 3, padding=1), size)

# %%

questions.choose(
    "Four 1 x 1 filters turn 64 maps into 4, and sixteen 3 x 3 filters read those 4 instead of the "
    "64. What share of the work is saved?",
    "f'{1 - (squeeze + filters) / direct:.0%}'",
    {
        "f'{1 - filters / direct:.0%}'": "The pointwise filters have to be paid for, too.",
        "f'{1 - 4 / 16:.0%}'": "The sixteen filters stay. It is the 64 maps that become 4.",
    },
    because="The 3 x 3 filters read 4 of 64 maps, which is a sixteenth; the pointwise ones cost "
    "4 / (16 x 9) of the direct way.",
    alone=True,
)

# %%

both = squeeze + filters
print(f"{squeeze:,} + {filters:,} = {both:,} instead of {direct:,}")
print(f"{1 - both / direct:.0%} fewer")
assert (squeeze, filters, both) == (200_704, 451_584, 652_288)

# %%
# MACs or FLOPs?
# --------------
# A MAC is two floating point operations, :term:`FLOPs <FLOP>`, so a count in those is twice as
# large. Many tables say one and print the other; ask before you compare. PyTorch has a counter
# that watches layers run, and it counts FLOPs.

generator = torch.Generator().manual_seed(0)
x, free, pointwise, narrow = (  # whole numbers, so that sums are exact
    torch.randint(-3, 4, shape, generator=generator).double()
    for shape in [(1, 64, 28, 28), (16, 64, 3, 3), (4, 64, 1, 1), (16, 4, 3, 3)]
)
with FlopCounterMode(display=False) as counter:
    wanted = F.conv2d(x, free, padding=1)
assert counter.get_total_flops() == 2 * direct

with FlopCounterMode(display=False) as counter:
    in_two_steps = F.conv2d(F.conv2d(x, pointwise), narrow, padding=1)
assert counter.get_total_flops() == 2 * both

# %%
# Where does it stop paying?
# --------------------------
# Every further pointwise filter costs something itself, and makes one more map for the 3 x 3
# filters to read. So the cost rises in a straight line, and somewhere meets the direct way.

numbers = range(1, 65)
detour = [macs([Conv(64, n, 1), Conv(n, 16, 3, padding=1)], size) for n in numbers]
cheaper = [n for n, cost in zip(numbers, detour, strict=True) if cost < direct]
assert direct == 28 * 28 * 9_216 and round(direct / detour[0], 1) == 44.3

# %%

questions.choose(
    "Up to how many pointwise filters is the detour cheaper than the direct way?",
    "cheaper[-1]",
    {
        "pointwise.shape[1] - 1": "The pointwise filters themselves come on top.",
        "free.shape[0] - 1": "That there are sixteen filters sets no such limit.",
    },
    because="Each pointwise filter costs 64 MACs a pixel, and 16 x 9 more for its map: 208. The "
    "direct way costs 9,216 a pixel, and 9,216 / 208 is 44.3.",
)

# %%
# Is it the same layer for less?
# ------------------------------
# No. The two steps together are one 3 x 3 convolution of the 64 maps, and its weight is a product
# of the two weights. But it is a special one: whatever the sixteen filters are, they see the 64
# channels only in four mixtures. A change to the input that all four pointwise filters miss, the
# two steps cannot notice. The direct filters notice most such changes, this one for example.

merged = (narrow.movedim(1, -1) @ pointwise[:, :, 0, 0]).movedim(-1, 1)
assert torch.equal(F.conv2d(x, merged, padding=1), in_two_steps)

seen, _ = torch.linalg.qr(pointwise[:, :, 0, 0].T)  # what the four filters see
change = torch.ones(64).double()
change -= seen @ (seen.T @ change)  # and what is left without it
changed = x + change.reshape(1, 64, 1, 1)
again = F.conv2d(F.conv2d(changed, pointwise), narrow, padding=1)
torch.testing.assert_close(again, in_two_steps)
assert (F.conv2d(changed, free, padding=1) - wanted).abs().max() > 1

# %%
# How much is lost on real maps?
# ------------------------------
# That depends on how much the 64 maps are alike. We take 64 maps of the panda, each the answers to
# edges in one of 64 directions, after ReLU; and 64 maps of noise. For both we ask for the n
# mixtures from which the maps can be rebuilt with the least error. (A *singular value
# decomposition* names them; how it does so does not matter here.) Then we give the two steps these
# mixtures, and compare what comes out with the output of the direct layer, whose filters are
# random. The *share lost* is the mean square of the difference over that of the output.

angles = torch.arange(64).reshape(64, 1, 1) * torch.pi / 32
right, _, down, _ = torch.tensor(oriented_ramps())
edges = right * angles.cos() + down * angles.sin()
panda = to_batch(ImageOps.fit(images.load("panda"), (32, 32))).mean(1, keepdim=True)
maps = {
    "maps of edges": F.conv2d(panda, edges[:, None]).relu().double(),
    "maps of noise": torch.randn(1, 64, 28, 28, generator=generator).double(),
}
lost = {}
for name, inputs in maps.items():
    outputs = F.conv2d(inputs, free, padding=1)
    mixtures, _, _ = torch.linalg.svd(inputs.reshape(64, -1), full_matrices=False)
    lost[name] = []
    for n in numbers:
        few = F.conv2d(inputs, mixtures[:, :n].T[:, :, None, None])
        then = (free.movedim(1, -1) @ mixtures[:, :n]).movedim(-1, 1)
        short = F.conv2d(few, then, padding=1)
        error = (short - outputs).square().mean() / outputs.square().mean()
        lost[name].append(error.item())
at_four = {name: f"{errors[3]:.0%}" for name, errors in lost.items()}
for name, share in at_four.items():
    print(f"{name}: {share} lost with four filters")

# %%

# Drawing: cost and loss against the number of pointwise filters
figure, (top, bottom) = plt.subplots(2, 1, figsize=(7.2, 4.6), sharex=True)
top.plot(numbers, np.array(detour) / 1e6, color=plots.INK)
top.axhline(direct / 1e6, linestyle="--", color=plots.INK)
for text, at in {
    "3 x 3 directly": (1, direct / 1e6),
    "pointwise first, then 3 x 3": (18, detour[17] / 1e6),
}.items():
    top.annotate(text, at, (8, -14), textcoords="offset points")
for n, shift in [(4, (12, -4)), (cheaper[-1], (12, -14))]:
    at, text = (n, detour[n - 1] / 1e6), f"{1 - detour[n - 1] / direct:.1%} fewer"
    top.plot(*at, "o", color=plots.INK)
    top.annotate(f"{n} filters: {text}", at, xytext=shift, textcoords="offset points")
top.set(ylabel="million MACs", ylim=(0, None))
for name, errors in lost.items():
    bottom.plot(numbers, errors, color=plots.INK)
    bottom.annotate(name, (4, errors[3]), (8, 6), textcoords="offset points")
bottom.set(xlabel="number of pointwise filters", ylabel="share lost", xlim=(0, 65))
plots.describe(
    figure,
    f"""Above, the cost of going through 1 to 64 pointwise filters, a rising straight
    line that crosses the level line of the direct way just after {cheaper[-1]} filters.
    Below, the share of the output that is lost, two falling curves: with maps of
    edges {at_four["maps of edges"]} at four filters, with maps of noise {
        at_four["maps of noise"]
    } at four and nothing only at 64.""",
    caption="What is saved above is paid for below: four filters lose "
    f"{at_four['maps of edges']} of the output where the maps are alike, and "
    f"{at_four['maps of noise']} where they are not.",
)
line, level = (drawn.get_ydata() for drawn in top.lines[:2])
assert (line[:44] < level[0]).all() and (line[44:] > level[0]).all()
assert [text.xy for text in top.texts[:2]] == [(1, level[0]), (18, line[17])]
drawn = {
    text.get_text(): curve.get_ydata()[3]
    for text, curve in zip(bottom.texts, bottom.lines, strict=True)
}
assert [text.xy for text in bottom.texts] == [(4, share) for share in drawn.values()]
assert drawn["maps of edges"] < 0.1 < drawn["maps of noise"]

# %%
# What if each filter reads only some channels?
# ---------------------------------------------
# That is another way to save. Split the channels into equal parts, the :term:`groups`, and let
# each filter read one of them. The setting has the same name.

questions.type_in(
    "``nn.Conv2d(64, 16, 3, groups=2)``: what is the shape of its weight?",
    "tuple(torch.nn.Conv2d(64, 16, 3, groups=2).weight.shape)",
    {
        "tuple(free.shape)": "Each filter reads one half of the channels only.",
        "tuple(free[:8, :32].shape)": "That is one group. There are sixteen filters in all.",
    },
    because="All sixteen filters are there, and each reads 64 / 2 channels.",
    alone=True,
)

# %%
# So the weight of a :term:`grouped convolution` is (O, C / groups, height, width), and its cost is
# divided by the number of groups.

halves = free[:, :32]  # (16, 64 / 2, 3, 3)
apart = [F.conv2d(x[:, :32], halves[:8]), F.conv2d(x[:, 32:], halves[8:])]
assert torch.equal(F.conv2d(x, halves, groups=2), torch.cat(apart, dim=1))
assert macs(Conv(64, 16, 3, padding=1, groups=2), size) * 2 == direct

# %%
# Which output reads which input? We ask the layer: inputs that are zero but for one channel, and
# weights of ones. With as many groups as channels, each channel has a kernel of its own and
# nothing is mixed: a :term:`depthwise <depthwise convolution>` layer.

one_each = torch.eye(6).reshape(6, 6, 1, 1)
channels = np.tile(np.arange(6), (6, 1))  # of the input, in a row for each output
reads = {}  # groups: (output channel, input channel)
for groups in (1, 2, 6):
    ones = torch.ones(6, 6 // groups, 1, 1)
    reads[groups] = F.conv2d(one_each, ones, groups=groups).reshape(6, 6).T > 0
assert reads[1].all() and reads[6].equal(torch.eye(6) > 0)

# %%

questions.click(
    "Six channels in, six out, ``groups=2``. Each row stands for an output channel, 0 to 5, and "
    "holds the numbers of the input channels. Click on those that it reads.",
    "channels",
    "reads[2]",
    {
        "reads[6]": "That is a depthwise layer: six groups of one channel.",
        "~reads[2]": "Outputs 0 to 2 are the first group, and read the first half of the inputs.",
    },
    because="Two groups of three: outputs 0 to 2 read inputs 0 to 2, and outputs 3 to 5 the rest.",
)

# %%
# A pointwise layer after a depthwise one does the mixing, and the pair is called :term:`depthwise
# separable <depthwise-separable convolution>`. At each place the depthwise layer takes C k²
# products and the pointwise one C O, where a full layer with O filters of k x k takes C O k².
# Divided, that is the share 1 / O + 1 / k², here 1/16 + 1/9 = 25/144.

pair = [Conv(64, 64, 3, padding=1, groups=64), Conv(64, 16, 1)]
separable = macs(pair, size)
print(f"{separable = :,}, fewer by {1 - separable / direct:.1%}")
assert separable * 144 == direct * 25
plt.show()

# %%
# Recap
# -----
# - A convolution takes (output positions) x (weights) MACs. One MAC is two FLOPs.
# - Four pointwise filters in front of sixteen 3 x 3 ones save 91% here. 44 of them still save
#   a little, 45 cost more than the direct way.
# - The saving is paid with freedom: the filters see the channels in as many mixtures as there are
#   pointwise filters. Where the maps are alike, little is lost.
# - With groups, a weight is (O, C / groups, height, width). A depthwise separable pair costs
#   1 / O + 1 / k² of the full layer.
#
# Exercises
# ---------
# 1. The second layer has 64 filters instead of 16. Where does it stop paying now? Predict
#    whether the number goes up or down, then change the code.
# 2. A tenth of the MACs need not be a tenth of the time, since numbers have to be fetched, too. How
#    many MACs are there for each number that a layer moves (inputs, weights and outputs, each
#    once)? Compare the direct layer with the pointwise one.

# %%

# Solution 1: up, to 57; the direct way became four times as dear, the pointwise filters did not
wide = macs(Conv(64, 64, 3, padding=1), size)
costs = [macs([Conv(64, n, 1), Conv(n, 64, 3, padding=1)], size) for n in numbers]
assert sum(cost < wide for cost in costs) == 57

# %%

# Solution 2: about a hundred, and less than four: the two steps save MACs, not fetching
moved = {
    "direct": 28 * 28 * (64 + 16) + parameters(Conv(64, 16, 3, bias=False)),
    "pointwise": 28 * 28 * (64 + 4) + parameters(Conv(64, 4, 1, bias=False)),
}
assert 90 < direct / moved["direct"] < 110
assert 3 < squeeze / moved["pointwise"] < 4
second = 28 * 28 * (4 + 16) + parameters(Conv(4, 16, 3, bias=False))
assert 0.9 < (moved["pointwise"] + second) / moved["direct"] < 1

# %%
# Sources
# -------
# - Szegedy et al., `Going deeper with convolutions <https://arxiv.org/abs/1409.4842>`_, 2015,
#   section 4.
# - Howard et al., `MobileNets: Efficient convolutional neural networks for mobile vision
#   applications <https://arxiv.org/abs/1704.04861>`_, 2017, section 3.1.
