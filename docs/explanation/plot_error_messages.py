"""
What PyTorch's error messages about convolutions mean
=====================================================

Six mistakes that stop with an error. Each is made here so that you can read its message, learn
what the message means, and see the line that mends it: pictures that become too small, a dense
layer that expects another number of inputs, axes in the wrong order, mixed number types, and
padding that cannot be had.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import images, kernels, plots, questions
from convdocs.input_sizes import conv_input_sizes
from convdocs.layers import Conv, MaxPool, output_size
from convdocs.learning import network
from convdocs.receptive import receptive_field
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# We need a picture, as a batch of one, and a layer with four kernels.

picture = images.load("panda")
batch = network.to_batch(picture)  # (N, C, height, width)
conv = network.conv_layer(kernels.as_weight(kernels.oriented_ramps(), 3))
print(f"{batch.shape = }\n{conv.weight.shape = }")

# %%
# ``Kernel size can't be greater than actual input size``
# -------------------------------------------------------
# Each layer makes the picture smaller, until a kernel no longer fits on it. A convolution of
# 5 x 5 and a 2 x 2 pooling, six times in a row: after how many of the six is the panda, 180
# pixels wide, too narrow for the next?

width, widths = 180, [180]
while width >= 5:
    width = output_size([Conv(4, 4, 5), MaxPool(2)], (width,) * 2)[1]
    widths.append(width)

# %%

questions.type_in(
    "A row of 180 pixels passes a kernel of 5 without padding and a pooling of 2, again and again. "
    "After how many rounds is it narrower than the kernel?",
    "len(widths) - 1",
    {
        "next(n for n in range(9) if 180 / 2**n < 5)": "In the sixth it fails: it is too narrow "
        "after the fifth. Or did you only halve? Each kernel takes 4 away, too.",
        "180 // 5": "Each kernel takes 4 away, and each pooling halves what is left.",
    },
    because="180, 88, 42, 19, 7, 1: after the fifth only one sample is left.",
)

# %%

assert widths == [180, 88, 42, 19, 7, 1]
stack = nn.Sequential(
    *[nn.Sequential(nn.Conv2d(4, 4, 5), nn.MaxPool2d(2)) for _ in range(6)]
)
try:
    stack(torch.zeros(1, 4, 235, 180))
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "Kernel size can't be greater than actual input size" in message
assert (
    "Calculated padded input size per channel: (3 x 1). Kernel size: (5 x 5)" in message
)

# %%
# The numbers in the message are those of the layer that failed, not of your picture: its padded
# input has 3 rows and 1 column. The remedies: fewer layers, larger pictures, or padding that keeps
# the size, ``padding=2`` for 5 taps. How large must a picture be? As large as the receptive field
# of the whole stack, if nothing pads.

layers = [Conv(4, 4, 5), MaxPool(2)] * 6
need = receptive_field(layers).size[0]
assert output_size(layers, (need, need)) == (1, 1)
with torch.no_grad():
    assert stack(torch.zeros(1, 4, need, need)).shape[2:] == (1, 1)
    try:
        stack(torch.zeros(1, 4, need - 1, need))
    except RuntimeError as error:
        message = f"RuntimeError: {error}"
assert "too small" in message  # the last pooling has nothing to read
padded = nn.Sequential(*[
    nn.Sequential(nn.Conv2d(4, 4, 5, padding=2), nn.MaxPool2d(2)) for _ in range(6)
])  # fmt: skip
assert padded(torch.zeros(1, 4, 235, 180)).shape[2:] == (3, 2)
print(f"without padding the stack needs {need} x {need} pixels")

# %%
# ``mat1 and mat2 shapes cannot be multiplied``
# ---------------------------------------------
# After the convolutions, a dense layer (``nn.Linear``) reads all numbers of all maps, laid out in
# one row. It must be told beforehand how many there are. Four maps of the panda after a 5 x 5
# convolution and a 2 x 2 pooling:

maps = nn.MaxPool2d(2)(conv(batch))
channels, rows, columns = maps.shape[1:]

# %%

questions.choose(
    "A 5 x 5 convolution without padding with 4 kernels and a 2 x 2 pooling read a picture of "
    "235 x 180. How many inputs must the dense layer behind them be made for?",
    "channels * rows * columns",
    {
        "rows * columns": "Every one of the four maps is read.",
        "channels * (235 // 2) * (180 // 2)": "The kernel takes 4 off before the pooling.",
        "channels * rows + columns": "The numbers of a map fill a rectangle: rows times columns.",
    },
    because="Four maps of 115 x 88.",
    alone=True,
)

# %%
# Forget what the kernel takes off, and the message says which two numbers do not agree.

dense = nn.Linear(4 * 117 * 90, 10)  # the mistake
try:
    dense(maps.flatten(1))
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "mat1 and mat2 shapes cannot be multiplied (1x40480 and 42120x10)" in message
assert channels * rows * columns == 40480

# %%
# ``mat1`` is what arrives, one row of 40,480 numbers, and ``mat2`` is what the layer was made for.
# If the first number is not the batch, look at ``flatten``: it must begin at axis 1. Left out, or
# as ``flatten()``, or without a batch axis, it gives other numbers. The remedy is to count
# (:func:`convdocs.layers.output_size` does), to let the layer count by itself at the first call
# (``nn.LazyLinear``), or to average each map to one number, so that any size will do.

height, width = output_size([Conv(3, 4, 5), MaxPool(2)], (235, 180))
assert nn.Linear(4 * height * width, 10)(maps.flatten(1)).shape == (1, 10)
lazy = nn.LazyLinear(10)
assert lazy(maps.flatten(1)).shape == (1, 10) and lazy.in_features == 40480
for size in [(235, 180), (60, 99)]:
    means = nn.AdaptiveAvgPool2d(1)(conv(torch.zeros(1, 3, *size))).flatten(1)
    assert nn.Linear(4, 10)(means).shape == (1, 10)

pair, first_numbers = maps.repeat(2, 1, 1, 1), []
for given in (pair.flatten(1), pair, pair.flatten(), maps[0].flatten(1)):
    try:
        dense(given)
    except RuntimeError as error:
        first_numbers.append(str(error).partition("(")[2].partition(" ")[0])
assert first_numbers == ["2x40480", "920x88", "1x80960", "4x10120"]

# %%
# ``to have 3 channels, but got 235 channels instead``
# ----------------------------------------------------
# A layer reads (N, C, height, width), and takes three axes for (C, height, width), one input
# without its batch. Hand it a picture's (height, width, channel), and the height is read as
# a number of channels.

pixels = torch.tensor(np.array(picture)) / 255
try:
    conv(pixels)
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "to have 3 channels, but got 235 channels instead" in message

alone = conv(pixels.permute(2, 0, 1))
assert alone.shape == (4, 231, 176)  # no batch in, no batch out
torch.testing.assert_close(alone[None], conv(batch))

# %%
# So a missing batch axis is no error in itself. Add it with ``unsqueeze(0)`` all the same if
# later code counts axes.
#
# ``Input type (...) and weight type (...) should be the same``
# -------------------------------------------------------------
# NumPy makes float64, pictures become float32, and a layer will not mix the two. Give the kernel
# the input's type. Small kernels on one small picture, or machines without oneDNN, say *expected
# scalar type Float but found Double*: the same mistake.

filters = np.linspace(-1, 1, 75).reshape(1, 3, 5, 5)
try:
    F.conv2d(batch, torch.from_numpy(filters))
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert all(
    name in message for name in ("FloatTensor", "DoubleTensor", "should be the same")
)

try:
    F.conv2d(torch.zeros(1, 3, 9, 9), torch.ones(1, 3, 3, 3).double())
except RuntimeError as error:
    message = str(error)
assert "expected scalar type Float but found Double" in message

output = F.conv2d(batch, torch.from_numpy(filters).to(batch.dtype))
exact = F.conv2d(batch.double(), torch.from_numpy(filters))
torch.testing.assert_close(output.double(), exact, atol=1e-3, rtol=0)

# %%
# ``padding='same' is not supported for strided convolutions``
# ------------------------------------------------------------
# :term:`Same <same padding>` means that the output is as large as the input, and PyTorch offers it
# at stride 1 only.

try:
    nn.Conv2d(3, 4, kernel_size=5, stride=2, padding="same")
except ValueError as error:
    message = f"ValueError: {error}"
print(message)
assert "padding='same' is not supported for strided convolutions" in message

# %%
# Why not? With stride :math:`s`, *same* can at best mean :math:`\lceil n / s \rceil` outputs for
# :math:`n` inputs. The least padding for that depends on :math:`n`, and a layer is made before
# it sees an input.

zeros = {n: (-(-n // 2) - 1) * 2 + 5 - n for n in range(6, 12)}

# %%

questions.choose(
    "Five taps in steps of 2 are to give half as many outputs as inputs, rounded up. How "
    "many zeros do 7 inputs need at least?",
    "zeros[7]",
    {
        "zeros[8]": "That is enough for an even number of inputs.",
        "5 // 2": "That is one side's share of an odd number of inputs.",
    },
    because="Four outputs span 3 x 2 + 5 = 11 samples, 4 more than there are.",
)

# %%
# An even input needs 3, and an odd one 4. The remedy: for an odd kernel, half of it (rounded down),
# times the dilation, on either side gives :math:`\lceil n / s \rceil` for every size :math:`n`.
# Some of the zeros at the end may go unread. Where other libraries pad with fewer zeros in front,
# :doc:`they read other samples </pages/examples/where_the_kernel_stands/plot_same_padding>`.

assert zeros == {n: 4 if n % 2 else 3 for n in range(6, 12)}
for n in range(1, 50):
    for k, s, d in product((1, 3, 5, 7), (1, 2, 3, 4), (1, 2, 3)):
        outputs = conv_output_size(n, k, stride=s, padding=k // 2 * d, dilation=d)
        assert outputs == -(-n // s)
halved = nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=2)(batch)
assert halved.shape == (1, 4, 118, 90)

# %%

# Drawing: what is read of the zeros, for an even and an odd input
figure, axes = plt.subplots(1, 2, figsize=(7.2, 1.7), width_ratios=[12, 11])
for ax, n in zip(axes, (8, 7), strict=True):
    line = np.r_[np.zeros(2), np.arange(1, n + 1), np.zeros(2)]
    reads = np.array(
        [np.isin(np.arange(n + 4), 2 * o + np.arange(5)) for o in range(4)]
    )
    plots.show_cells(
        ax, np.tile(line, (4, 1)), colour=plots.INPUT, highlight=reads, fontsize=8
    )
    ax.set_title(f"{n} samples and {len(line) - n} zeros")
    assert (~reads.any(0)).sum() == (1 if n == 8 else 0)
plots.describe(
    figure,
    """Two grids with one row for each of four places of five taps in steps of 2, on 8 and
    on 7 samples with two zeros at either end. What a place reads is filled. With 8 samples the
    last zero is filled in no row.""",
    caption="Both give four outputs. With 8 samples the last zero is read by nobody: they need "
    "only three.",
)

# %%
# ``output padding must be smaller than either stride or dilation``
# -----------------------------------------------------------------
# A transposed convolution with 3 taps at stride 2 makes 11 samples out of 5. We would like 13,
# and ask for two more.

y = torch.ones(1, 1, 5)
assert nn.ConvTranspose1d(1, 1, 3, stride=2)(y).shape[2] == 11
try:
    nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=2)(y)
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "output padding must be smaller than either stride or dilation" in message

# %%
# ``output_padding`` chooses among the sizes that the convolution would have brought down to 5.
# There are two of them, 11 and 12; a 13 would have become 6. The remedy is to name the size you
# had, and let the layer work it out. 13 cannot be had with this kernel and stride, without
# dilation.

assert list(conv_input_sizes(5, 3, stride=2)) == [11, 12]
assert conv_output_size(13, 3, stride=2) == 6
assert nn.ConvTranspose1d(1, 1, 3, stride=2)(y, output_size=[12]).shape[2] == 12
try:
    nn.ConvTranspose1d(1, 1, 3, stride=2)(y, output_size=[13])
except ValueError as error:
    message = str(error)
assert "valid sizes range from [11] to [12]" in message
plt.show()

# %%
# Recap
# -----
# - *Kernel size can't be greater*: the picture has become too small before this layer. Pad, or take
#   away layers.
# - *mat1 and mat2*: the dense layer was made for another number of inputs than arrives.
# - A layer reads (N, C, height, width), or (C, height, width) for one input without a batch.
# - Kernel and input must have one number type.
# - Padding that keeps a strided size depends on the input; for odd kernels, ``k // 2`` on either
#   side (times the dilation) gives n / s, rounded up.
# - ``output_padding`` chooses among the sizes that the convolution merged. Without dilation it
#   gives no others.
#
# Exercises
# ---------
# 1. Hand the layer a grey picture of shape (1, 1, 235, 180). Which numbers will its message name?
# 2. Give ``ConvTranspose1d`` stride 2, dilation 3 and ``output_padding=2``. Is it refused? What
#    does *either* mean in the message?

# %%

# Solution 1: three wanted, one given
try:
    conv(batch.mean(1, keepdim=True))
except RuntimeError as error:
    message = str(error)
assert "[1, 1, 235, 180] to have 3 channels, but got 1 channels instead" in message

# %%

# Solution 2: it is taken; one of the two bounds is enough
longer = nn.ConvTranspose1d(1, 1, 3, stride=2, dilation=3, output_padding=2)(y)
# (5 - 1) * 2 + 3 * (3 - 1) + 2 + 1
assert longer.shape[2] == 17
try:
    nn.ConvTranspose1d(1, 1, 3, stride=2, dilation=3, output_padding=3)(y)
except RuntimeError as error:
    message = str(error)
assert "output padding must be smaller" in message

# %%
# Sources
# -------
# - PyTorch documentation of ``torch.nn.Conv2d``, ``torch.nn.ConvTranspose2d`` and
#   ``torch.nn.LazyLinear``.
