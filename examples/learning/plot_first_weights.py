"""
The first weights decide how much of the signal arrives
=======================================================

Before training, weights are drawn at random. This page finds out how wide PyTorch draws them and
why ``a=math.sqrt(5)`` stands in its source, what ten layers make of a signal then, how He's rule
keeps it, and when equal kernels stay equal.
"""

import inspect
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from convdocs import plots, questions

plt.style.use("convdocs.page")

# %%
# How wide are weights drawn?
# ---------------------------
# The :term:`initialisation` of a layer gives it its first weights. A convolution layer of PyTorch
# draws them evenly between two bounds. They depend on how many products one output adds up, the
# layer's :term:`fan_in`.

torch.manual_seed(0)
layer = nn.Conv2d(3, 400, 5)
fan_in = layer.weight[0].numel()

# %%

questions.type_in(
    "A layer reads 3 channels with kernels of 5 x 5. How many products does one output add up?",
    "fan_in",
    {
        "layer.weight[0, 0].numel()": "So many in each channel. A kernel reads all three.",
        "layer.weight.numel()": "That is the count of all weights. One output uses one kernel's.",
    },
    because="25 in each of the three channels.",
    alone=True,
)

# %%
# The bound is one over the root of that.

bound = 1 / fan_in**0.5
largest = layer.weight.abs().max().item()
assert 0.999 * bound < largest <= bound
assert abs(layer.weight.var().item() / (bound**2 / 3) - 1) < 0.02  # as if drawn evenly

# %%
# Why sqrt(5)?
# ------------
# PyTorch's source says ``init.kaiming_uniform_(self.weight, a=math.sqrt(5))``. That function has
# the bound sqrt(6 / ((1 + a²) fan_in)), where ``a`` is meant for a ReLU that multiplies negative
# numbers by ``a`` instead of dropping them. Here nothing is multiplied by 2.24: with 5 for a² the
# fraction in the root is 1 / fan_in, and the bound 1 / sqrt(fan_in). That was the bound before the
# function came into use, and it was to stay. Biases are drawn between the same bounds.

source = inspect.getsource(nn.Conv2d.reset_parameters)
assert "init.kaiming_uniform_(self.weight, a=math.sqrt(5))" in source
again = torch.empty_like(layer.weight)
torch.manual_seed(0)
nn.init.kaiming_uniform_(again, a=5**0.5)
assert torch.equal(again, layer.weight)
assert np.isclose((6 / ((1 + (5**0.5) ** 2) * fan_in)) ** 0.5, bound)
biases = nn.Conv2d(3, 1000, 5).bias  # of kernels with 75 weights
assert 0.99 < biases.abs().max() * 75**0.5 <= 1

# %%
# What if each kernel reads one channel?
# --------------------------------------
# A *depthwise* layer does: it parts the channels into as many *groups* as there are channels, and
# lays one kernel on each.

depthwise = nn.Conv2d(64, 64, 3, groups=64)
full = nn.Conv2d(64, 64, 3)

# %%

questions.type_in(
    "A depthwise layer has 64 channels and kernels of 3 x 3. What is its fan_in?",
    "depthwise.weight[0].numel()",
    {
        "full.weight[0].numel()": "So it would be if each kernel read all 64 channels.",
        "depthwise.in_channels": "That is the count of channels, of which a kernel reads one.",
    },
    because="One output adds up the 9 products of its own kernel.",
    alone=True,
)

# %%
# So its weights are drawn 8 times as wide as those of a full layer, the root of 64.

widths = [conv.weight.abs().max().item() for conv in (depthwise, full)]
assert 0.98 / 3 < widths[0] <= 1 / 3 and 0.99 / 24 < widths[1] <= 1 / 24
assert full.weight[0].numel() == 64 * depthwise.weight[0].numel()
bound = nn.ConvTranspose2d(64, 3, 4, stride=2).weight.abs().max().item()
assert 0.99 < bound * (3 * 4 * 4) ** 0.5 <= 1  # not 64 * 4, the products of an output

# %%
# What do ten layers leave of a signal?
# -------------------------------------
# A product of a weight and an input has mean zero, and as mean square the weight's variance times
# the input's mean square. The weights are drawn independently, so what two different products have
# with each other has mean zero, too: over fan_in products the mean squares add up. So a layer
# multiplies the mean square of what it reads by fan_in times the variance of its weights. Numbers
# drawn evenly from -b to b have the variance b² / 3, and ReLU drops half of the mean square, for
# the sums are as often below zero as above, and as far.

# %%

questions.choose(
    "Weights are drawn evenly between -1 / sqrt(fan_in) and 1 / sqrt(fan_in), and ReLU follows. "
    "Which part of the mean square does such a layer leave, about?",
    "str(Fraction(1, 3) / 2)",
    {
        "str(Fraction(1, 3))": "ReLU halves it as well.",
        "str(Fraction(1, 2))": "The variance of the weights is a third of the bound squared.",
        "str(Fraction(1, 3) + Fraction(1, 2))": "The two parts are multiplied.",
    },
    because="The sum leaves a third, and ReLU half of that.",
    alone=True,
)

# %%
# :term:`He initialisation` draws the weights with the variance 2 / fan_in, so that a layer with
# ReLU leaves all of it in the mean. PyTorch names it ``kaiming``, after his first name. We send
# noise through ten layers of 64 channels, drawn in PyTorch's way, in He's, and twice as wide as
# He's. They have no biases, which with PyTorch's own weights would put a constant in place of the
# signal, and they go round at the border, where zeros would take some of it away.

def_, he, wide = "PyTorch's own", "He", "twice as wide as He"
squares = {def_: [1.0], he: [1.0], wide: [1.0]}
for name, left in squares.items():
    torch.manual_seed(1)
    x = torch.randn(4, 64, 16, 16)
    for _ in range(10):
        conv = nn.Conv2d(64, 64, 3, padding=1, padding_mode="circular", bias=False)
        with torch.no_grad():
            if name != def_:
                nn.init.kaiming_normal_(conv.weight)
                conv.weight *= 2 if name == wide else 1
            x = conv(x)
            left.append(x.square().mean().item())
            x = x.relu()
with torch.no_grad():
    a, b = torch.randn(2, 1, 64, 16, 16)
    for _ in range(10):
        conv = nn.Conv2d(64, 64, 3, padding=1, padding_mode="circular")
        a, b = conv(a).relu(), conv(b).relu()
assert (a - b).square().mean() < 1e-3 * a.square().mean()  # two inputs, one constant
for name, left in squares.items():
    print(f"{name}: {left[-1]:.1e} after ten layers")

# %%

# Drawing: the mean square of the numbers after each layer, on a scale of powers of ten
figure, ax = plt.subplots(figsize=(6.4, 2.8))
marks = dict(zip(squares, "osD", strict=True))
for name, left in squares.items():
    ax.semilogy(range(11), left, marker=marks[name], markersize=4, label=name)
ax.set(xlabel="layers", ylabel="mean square")
ax.legend()
plots.describe(
    figure,
    """Three lines over ten layers, on a logarithmic scale. PyTorch's own weights: from 1
    straight down to less than a ten millionth. He: almost level, between 1 and 5.
    Twice as wide as He: straight up to more than a million.""",
    caption="What shrinks or grows by a factor in each layer is gone, or huge, after ten.",
)
assert [line.get_label() for line in ax.lines] == [def_, he, wide]
ends = [line.get_ydata()[-1] for line in ax.lines]
assert ends[0] < 1e-7 and all(1 < s < 5 for s in squares[he][1:]) and ends[2] > 1e6

# %%
# The steps are what the question says, but each mean square is taken before its ReLU. So the first
# step is a third, or, with He's weights, a doubling; from the second on ReLU takes its half.

for name, start, factor in [
    (def_, Fraction(1, 3), Fraction(1, 6)),
    (he, 2, 1),
    (wide, 8, 4),
]:
    left = np.array(squares[name])
    assert abs(left[1] / start - 1) < 0.1
    assert abs((left[10] / left[1]) ** (1 / 9) / factor - 1) < 0.15

# %%
# Would equal kernels do?
# -----------------------
# Equal kernels stay equal if the layer that reads them weighs them equally, too: kernels that are
# equal answer the same, so then they get the same *gradient*, and each step leaves them equal. If
# it weighs them differently, as weights drawn at random do, they part.

torch.manual_seed(2)
hidden, last = nn.Conv2d(1, 4, 3, bias=False), nn.Conv2d(4, 1, 3, bias=False)
x, target = torch.randn(8, 1, 8, 8), torch.randn(8, 1, 4, 4)
learned = {}
for weighed in ("at random", "equally"):
    nn.init.constant_(hidden.weight, 0.1)
    if weighed == "equally":
        nn.init.constant_(last.weight, 0.1)
    steps = torch.optim.SGD([hidden.weight, last.weight], lr=0.1)
    for _ in range(20):
        steps.zero_grad()
        (last(hidden(x).relu()) - target).square().mean().backward()
        steps.step()
    learned[weighed] = hidden.weight.detach().clone()
assert learned["at random"].std(0).max() > 0.01
equal = learned["equally"]
assert not torch.allclose(equal, torch.tensor(0.1))  # they did learn
torch.testing.assert_close(equal, equal[:1].expand(4, 1, 3, 3))
assert equal[0].std() > 0.01  # within a kernel they differ
plt.show()

# %%
# Recap
# -----
# - PyTorch draws a convolution layer's weights between -1 / sqrt(fan_in) and 1 / sqrt(fan_in);
#   ``sqrt(5)`` is a way to write that. (Of a transposed layer, of which a later chapter tells,
#   it counts the products that one *input* goes into.)
# - Without biases, and with ReLU, each such layer leaves a sixth of the mean square. He's variance,
#   2 / fan_in, leaves all of it in the mean.
# - Equal kernels that are weighed equally stay equal, so something must differ at first.
#
# Exercises
# ---------
# 1. Which variance of the weights keeps the mean square where no ReLU follows?
# 2. What mean square do 20 layers of PyTorch's own leave, before the last ReLU, as a power of ten?

# %%

# Solution 1: 1 / fan_in, half of He's
conv = nn.Conv2d(64, 64, 3, padding=1, padding_mode="circular", bias=False)
nn.init.kaiming_normal_(conv.weight, nonlinearity="linear")
assert abs(conv.weight.var().item() * 64 * 9 - 1) < 0.05
noise = torch.randn(4, 64, 16, 16)
assert abs(conv(noise).square().mean().item() - 1) < 0.1

# %%

# Solution 2: about 10 to the power of -15, for each layer takes 0.78 of a power
power = np.log10(1 / 3) + 19 * np.log10(1 / 6)
assert round(power) == -15

# %%
# Sources
# -------
# - He, Zhang, Ren and Sun, `Delving deep into rectifiers: Surpassing human-level performance on
#   ImageNet classification <https://arxiv.org/abs/1502.01852>`_, 2015.
# - PyTorch documentation of ``torch.nn.init``, and its issue 15314, on ``sqrt(5)`` and the bound of
#   before.
