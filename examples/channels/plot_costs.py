"""
What a layer costs depends on what is counted, and where
========================================================

Tools give different numbers for one network, and all of them can be right. This page puts their
rules of counting side by side. Then it counts the memory that a way of computing takes, and finds
why a blur once asked for 24.9 terabytes.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.ndimage
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from convdocs import plots, questions
from convdocs.cost_table import cost_table
from convdocs.kernels import LAPLACIAN, SOBEL_X
from convdocs.layers import Conv, ConvTranspose, MaxPool

plt.style.use("convdocs.page")

# %%
# At the input or at the output?
# ------------------------------
# A *transposed convolution*, which a later chapter explains, makes maps larger: it writes its
# kernel, times a number of the input, into the output, once for each number of the *input*. Some
# tools multiply its weights by the *output* places all the same, as if it were a convolution.

(tiny,) = cost_table(ConvTranspose(3, 1, 2, stride=2), (2, 2))
products = F.conv_transpose2d(torch.ones(1, 3, 2, 2), torch.ones(3, 1, 2, 2), stride=2)
assert products.sum() == tiny.macs == 48  # each product of ones is 1
assert tiny.macs_at_output == 192
(grown,) = cost_table(ConvTranspose(16, 3, 4, stride=2, padding=1), 16)

# %%

questions.choose(
    "``nn.ConvTranspose2d(16, 3, 4, stride=2, padding=1)`` makes 32 x 32 of 16 x 16. By which "
    "factor is its cost too high if it is counted at the output?",
    "grown.macs_at_output // grown.macs",
    {
        "int((grown.macs_at_output // grown.macs) ** 0.5)": "There are two axes.",
        "grown.weights // (16 * 3)": "All weights count in both rules. Their number cancels.",
    },
    because="The output has 2 x 2 times as many places as the input: stride times stride.",
    alone=True,
)

# %%
# What do the rules make of one network?
# --------------------------------------
# Pooling makes a colour picture smaller, and a transposed layer makes it large again. Not all
# products are real: some are with the zeros of the padding, and the padding of a transposed layer
# cuts off cells at the rim that were added up. A *bias*, a constant for each output channel, may be
# counted on top. It need not be: K products take K - 1 additions, and the bias is one more. That
# makes 2 K FLOPs, which is two for each MAC already. PyTorch's own counter gives the fourth of the
# five numbers below.

network = [Conv(3, 8, 3, padding=1), MaxPool(2), Conv(8, 16, 3, padding=1)]
network += [ConvTranspose(16, 3, 4, stride=2, padding=1)]
table = cost_table(network, (32, 32))
for row in table:
    print(f"{row.name:16}{row.parameters:6,} parameters{row.macs:9,} MACs")
rules = {
    "real MACs, no padding": [row.real_macs for row in table],
    "MACs": [row.macs for row in table],
    "MACs, all at the output": [row.macs_at_output for row in table],
    "FLOPs = 2 x MACs": [row.flops for row in table],
    "FLOPs, biases on top": [row.flops + row.bias_additions for row in table],
}
totals = {rule: sum(counts) for rule, counts in rules.items()}

x, real = torch.ones(1, 3, 32, 32), 0
layers = nn.Conv2d(3, 8, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1)
with FlopCounterMode(display=False) as counter, torch.no_grad():
    for layer in *layers, nn.ConvTranspose2d(16, 3, 4, stride=2, padding=1):
        for name, parameter in layer.named_parameters():
            parameter.fill_(name == "weight")  # and the bias 0
        x = layer(torch.ones_like(x))  # a product of ones is 1, with the padding 0
        real += x.double().sum() * hasattr(layer, "weight")
assert counter.get_total_flops() == totals["FLOPs = 2 x MACs"]
assert real == totals["real MACs, no padding"]

# %%

# Drawing: what each rule counts, layer by layer
figure, ax = plt.subplots(figsize=(7.2, 2.8))
start = np.zeros(len(rules))
for number, shade in {0: 0.15, 2: 0.45, 3: 0.85}.items():
    share = np.array([counts[number] for counts in rules.values()]) / 1e6
    look = {"fc": (plots.INK, shade), "ec": plots.INK, "label": table[number].name}
    ax.barh([*rules], share, left=start, **look)
    start += share
for place, total in enumerate(start):
    ax.annotate(f"{total:.2f}", (total, place), (4, -4), textcoords="offset points")
ax.set(xlabel="million", xlim=(0, 1.12 * max(start)))
ax.invert_yaxis()
figure.legend(loc="outside upper center", ncols=3)
plots.describe(
    figure,
    "Five bars, each of three parts, one for each layer with weights: "
    + ", ".join(f"{rule} {total:,}" for rule, total in totals.items()),
    caption="One network, five rules. From MACs to FLOPs all parts double; from MACs to the third "
    "bar only the transposed layer grows, so that no factor turns one into the other.",
)
assert np.allclose(start * 1e6, [*totals.values()])
drawn = np.array([[bar.get_width() for bar in bars] for bars in ax.containers])
assert np.allclose(drawn[:, [2, 3]] / drawn[:, [1]], [[1, 2], [1, 2], [4, 2]])

# %%
# Not even the order of two layers need be the same. The transposed layer has fewer MACs than one of
# 3 x 3 with 16 channels to 16 on the same 16 x 16 maps, and more if it is counted at the output.

(level,) = cost_table(Conv(16, 16, 3, padding=1), (16, 16))
assert grown.macs < level.macs and grown.macs_at_output > level.macs_at_output

# %%
# Why did a blur ask for 24.9 terabytes?
# --------------------------------------
# Somebody blurred 16860 x 10750 numbers of 8 bytes with a kernel of 131 x 131, padded so that the
# size stayed the same, and was told "you tried to allocate 24882763560000 bytes". The library had
# chosen a way that writes every window down as a column of a matrix (*im2col*; a later page does
# it).

size, same = (16860, 10750), {"padding": "same", "bias": False}
(square,) = cost_table(Conv(1, 1, 131, **same), size, element_size=8)
picture = np.prod(size).item() * 8

# %%

questions.type_in(
    "Every window of a 131 x 131 kernel is written down, one at each pixel of a picture. How many "
    "times the memory of the picture is that?",
    "square.column_bytes // picture",
    {
        "131 * len(size)": "The windows are squares, with 131 rows of 131.",
        "round((square.column_bytes / picture) ** 0.5)": "That is one row of a window.",
    },
    because="At each pixel 131 x 131 = 17,161 numbers.",
    alone=True,
)

# %%
# A Gaussian blur is *separable* along its two axes: its kernel is a column times a row. So the
# column can go first and the row second, with 2 x 131 products instead of 131 x 131, and the
# windows of each pass take 131 times the picture. (That is still 190 GB. A program that works on
# one stripe of the picture at a time needs only that stripe's share.)

steps = [Conv(1, 1, (131, 1), **same), Conv(1, 1, (1, 131), **same)]
passes = cost_table(steps, size, element_size=8)
assert square.column_bytes == 24_882_763_560_000
assert max(row.column_bytes for row in passes) * 131 == square.column_bytes
assert sum(row.macs for row in passes) * 131 == square.macs * 2
assert round(passes[0].column_bytes / 1e9) == 190

bell = torch.exp(-(torch.linspace(-2, 2, 7).double() ** 2))
small = torch.arange(1200.0).reshape(1, 1, 30, 40).double() ** 2 % 7
at_once = scipy.ndimage.correlate(small[0, 0], np.outer(bell, bell), mode="constant")
column = F.conv2d(small, bell.reshape(1, 1, 7, 1), padding=(3, 0))
in_turn = F.conv2d(column, bell.reshape(1, 1, 1, 7), padding=(0, 3))
np.testing.assert_allclose(in_turn[0, 0], at_once)

(odd,) = cost_table(ConvTranspose(1, 1, 3, stride=2), (5, 5))
assert odd.macs_at_output * 5**2 == odd.macs * 11**2  # 5 cells become 11
plt.show()

# %%
# Recap
# -----
# - Before you compare two numbers, ask: MACs or FLOPs, where a transposed layer is counted, and
#   what of biases and padding. Compare networks under one rule only; under another their order may
#   change.
# - A transposed layer works at its input. Counted at the output its cost is too high by the factor
#   outputs / inputs: stride times stride, where the output is stride times as high and wide.
# - MACs are not memory. Written as columns, windows of k x k take k x k times the memory of the
#   picture, if the size is kept.
#
# Exercises
# ---------
# 1. Without padding all products of a convolution are real. Are those of a transposed one, too?
# 2. Is ``SOBEL_X`` of ``convdocs.kernels`` separable? Is ``LAPLACIAN``? (A matrix that is a column
#    times a row has *rank* 1, and ``np.linalg.matrix_rank`` finds it.)

# %%

# Solution 1: yes; with padding they are not, for what it cuts off was computed for nothing
for cut, all_real in [(0, True), (1, False)]:
    (row,) = cost_table(ConvTranspose(1, 1, 3, stride=2, padding=cut), 5)
    assert (row.real_macs == row.macs) == all_real

# %%

# Solution 2: the first, a blur times a difference; the other is a sum of two products
assert np.array_equal(np.outer([1, 2, 1], [-1, 0, 1]), SOBEL_X)
assert [np.linalg.matrix_rank(kernel) for kernel in (SOBEL_X, LAPLACIAN)] == [1, 2]

# %%
# Sources
# -------
# - torchinfo, its module ``layer_info``, multiplies weights by output places.
# - The blur was reported to `torchvision <https://github.com/pytorch/vision/issues/7413>`_.
