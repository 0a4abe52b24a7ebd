"""
Common mistakes and what their error messages say
=================================================

Six mistakes that stop with an error. Each is made here so that you can read its message, learn
what the message means, and see the line that mends it: names that do not exist, axes in the
wrong order, mixed number types, and padding that cannot be had.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import images, kernels, plots
from convdocs.input_sizes import conv_input_sizes
from convdocs.learning import network
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

picture = images.load("panda")
batch = network.to_batch(picture)  # (N, C, height, width)
conv = network.conv_layer(kernels.as_weight(kernels.oriented_ramps(), 3))
print(f"{batch.shape = }\n{conv.weight.shape = }")

# %%
# ``name 'ax' is not defined``
# ----------------------------
# Python looks a name up when the line runs, and not before. So this function can be defined,
# and fails when it is called. (``noqa`` tells our linter that the mistake is on purpose. A
# linter such as ruff finds it without running anything.)


def show_layer(maps):
    for i, values in enumerate(maps):
        ax.imshow(values)  # noqa: F821
        ax.set_title(f"filter {i}")  # noqa: F821


maps = conv(batch).detach()[0].numpy()
try:
    show_layer(maps)
except NameError as error:
    message = f"NameError: {error}"
print(message)
assert "name 'ax' is not defined" in message

# %%
# The mend makes the axes first, one for each map. (It also draws all maps on one scale.)


def show_layer(maps):
    figure, axes = plt.subplots(1, len(maps), figsize=(7.2, 2.2))
    titles = [f"filter {i}" for i in range(len(maps))]
    image = plots.show_maps(axes, maps, titles=titles)
    plots.show_scale(figure, image, axes, label="answer of the filter")
    return figure


figure = show_layer(maps)
plots.describe(
    figure,
    """Four feature maps of the panda, one for each of the four oriented ramps, on one
    scale. The second is the negative of the first, and the fourth of the third.""",
)
assert len(figure.axes) == len(maps) + 1  # one for each map, and one for the scale
np.testing.assert_allclose(maps[1], -maps[0], atol=1e-4)
np.testing.assert_allclose(maps[3], -maps[2], atol=1e-4)

# %%
# ``name 'mm' is not defined``
# ----------------------------
# In a notebook a name stays known after you have renamed it in the code or deleted its cell. It
# is missing for whoever runs the page from the top. Restart and run everything before you share
# it. The mend is to call what the code does define.

try:
    output = mm(batch)
except NameError as error:
    message = f"NameError: {error}"
print(message)
assert "name 'mm' is not defined" in message

output = conv(batch)
assert output.shape == (1, 4, 231, 176)

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
# the input's type.

filters = np.linspace(-1, 1, 75).reshape(1, 3, 5, 5)
try:
    F.conv2d(batch, torch.from_numpy(filters))
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "FloatTensor" in message
assert "DoubleTensor" in message
assert "should be the same" in message

output = F.conv2d(batch, torch.from_numpy(filters).to(batch.dtype))
exact = F.conv2d(batch.double(), torch.from_numpy(filters))
torch.testing.assert_close(output.double(), exact, atol=1e-3, rtol=0)

# %%
# ``padding='same' is not supported for strided convolutions``
# ------------------------------------------------------------
# *Same* means that the output is as large as the input, and PyTorch offers it at stride 1 only.

try:
    nn.Conv2d(3, 4, kernel_size=5, stride=2, padding="same")
except ValueError as error:
    message = f"ValueError: {error}"
print(message)
assert "padding='same' is not supported for strided convolutions" in message

# %%
# Why not? With stride :math:`s`, *same* can at best mean :math:`\lceil n / s \rceil` outputs for
# :math:`n` inputs. The least padding for that depends on :math:`n`, and a layer is made before
# it sees an input. Five taps at stride 2 need 3 zeros for an even input, and 4 for an odd one.

for n in range(6, 12):
    outputs = -(-n // 2)  # n / 2, rounded up
    # from the first place's first tap to the last one's last
    needed = (outputs - 1) * 2 + 5 - n
    assert needed == (4 if n % 2 else 3)

# %%
# The mend: for an odd kernel, half of it (rounded down) on either side gives
# :math:`\lceil n / s \rceil` for every size :math:`n`. Some of the zeros at the end may go unread.

for n in range(1, 50):
    for k in (1, 3, 5, 7):
        for s in (1, 2, 3, 4):
            assert conv_output_size(n, k, stride=s, padding=k // 2) == -(-n // s)
halved = nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=2)(batch)
assert halved.shape == (1, 4, 118, 90)

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
# There are two of them, 11 and 12; a 13 would have become 6. The mend is to name the size you
# had, and let the layer work it out.

assert list(conv_input_sizes(5, 3, stride=2)) == [11, 12]
assert conv_output_size(13, 3, stride=2) == 6
assert nn.ConvTranspose1d(1, 1, 3, stride=2)(y, output_size=[12]).shape[2] == 12
plt.show()

# %%
# Recap
# -----
# - A name must exist when its line runs: run a page from its top before you trust it.
# - A layer reads (N, C, height, width), or (C, height, width) for one input without a batch.
# - Kernel and input must have one number type.
# - Padding that keeps a strided size depends on the input; for odd kernels, ``k // 2`` will do.
# - ``output_padding`` chooses among the sizes that the convolution merged. Without dilation it
#   gives no others.
#
# Exercises
# ---------
# 1. Hand the layer a grey picture of shape (1, 1, 235, 180). Which numbers will its message name?
# 2. Give ``ConvTranspose1d`` stride 2, dilation 3 and ``output_padding=2``. Is it refused? What
#    does *either* mean in the message?
#
# Sources
# -------
# - PyTorch documentation of ``torch.nn.Conv2d`` and ``torch.nn.ConvTranspose2d``.
# - Python documentation, *The Python Tutorial*, section 8.2.
