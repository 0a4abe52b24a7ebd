"""
Common mistakes that raise no error
===================================

Seven mistakes after which the code runs to its end and gives a wrong answer. Each is made here,
watched, and mended, so that you learn how to notice it: a weight that the layer never uses, a
kernel of another size, a sum too many, axes the wrong way round, and colours that mislead.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.testing import assert_allclose
from torch import nn
from torch.nn import functional as F

from convdocs import images, kernels, plots, questions
from convdocs.learning import network
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# Most are made on one picture, as a batch of one, with one set of four kernels.

picture = images.load("panda")
pixels = torch.tensor(np.array(picture))  # (height, width, channel)
batch = network.to_batch(picture)  # (N, C, height, width)
weight = torch.tensor(kernels.as_weight(kernels.oriented_ramps(), 3))
print(f"{batch.shape = }\n{weight.shape = }")
SIDES = "runs, and is wrong", "mended"  # what stands above the pictures

# %%
# Our own filters become a parameter
# ----------------------------------
# We want our own filters in a layer, and store them as a :term:`parameter` of it, an array that
# training may change.

torch.manual_seed(0)
conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
before = conv(batch)
conv.wt1 = nn.Parameter(weight)

# %%

ours, names = F.conv2d(batch, weight), ["weight", "wt1"]
questions.choose(
    "After ``conv.wt1 = nn.Parameter(weight)``, which parameter does ``conv`` compute with?",
    "names[int(torch.allclose(conv(batch), ours))]",
    {
        "names[1]": "A layer's code names the parameter that it reads, and that is not this one."
    },
    because="The layer reads what its own code names. It does not know of the other.",
    alone=True,
)

# %%
# What is different afterwards?

assert torch.equal(conv(batch), before)
print([name for name, _ in conv.named_parameters()])
assert list(conv.state_dict()) == names  # what is saved of a layer

# %%
# Nothing but a list of names. The layer computes with ``weight`` and still holds its random
# numbers there. ``wt1`` is a second parameter that nobody reads: it is saved and loaded with the
# network, and gets no gradient. You notice by looking at that list, or by holding the output
# against a function that is *given* the weight.

conv(batch).sum().backward()
assert conv.weight.grad is not None
assert conv.wt1.grad is None
assert not torch.allclose(conv(batch), ours)

# %%
# The mend is to copy the numbers into ``weight``, telling PyTorch not to record the copying.

conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
with torch.no_grad():
    conv.weight.copy_(weight)  # the mend
    after = conv(batch)
torch.testing.assert_close(after, ours)

# %%

# Drawing: a map before and after the mend
figure, axes = plt.subplots(1, 2, figsize=(3.7, 2.7))
answers = [m.detach()[0, 0] for m in (before, after)]
answers = [m / abs(m).max() for m in answers]
plots.show_maps(axes, answers, titles=SIDES)
plots.describe(
    figure,
    """Two maps of the panda. The wrong one, by random weights, is pale, and nearly all of
    one sign. The mended one has edges of both signs, and is near zero elsewhere.""",
    caption="On the right is the answer of our first filter, as it should be; on the left that of "
    "the random weights that the layer began with. (Each map is divided by its largest answer.)",
)
assert torch.equal(torch.as_tensor(axes[1].images[0].get_array()), answers[1])
torch.testing.assert_close(answers[1] * abs(ours[0, 0]).max(), ours[0, 0])
random, edges = answers
assert (random < 0).double().mean() > 0.8 and abs(random).median() < 0.25
assert edges.min() < -0.8 and edges.max() > 0.8 and abs(edges).median() < 0.1

# %%
# Putting a whole new parameter in its place, ``conv.weight = nn.Parameter(weight)``, works too. But
# an :term:`optimiser`, which takes the steps of training, goes on training the old one if it was
# made before.

conv = nn.Conv2d(3, 4, kernel_size=5, bias=False)
optimiser = torch.optim.SGD(conv.parameters(), lr=0.1)
conv.weight = nn.Parameter(weight.clone())
torch.testing.assert_close(conv(batch), ours)
conv(batch).sum().backward()
optimiser.step()
assert conv.weight.grad.abs().max() > 0 and torch.equal(conv.weight, weight)

# %%
# The layer says 3 x 3, its weight is 5 x 5
# -----------------------------------------
# A new parameter may have any shape. We declare a layer of 3 x 3 with ``padding=1``, which keeps
# the size of a picture. Then we store a kernel of 5 x 5 in it. Which of the two counts?

kernel = torch.tensor(kernels.impulse((5, 5)))[None, None]
layer = nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False)
layer.weight = nn.Parameter(kernel)  # the mistake
height, width = layer(batch[:, :1]).shape[2:]

# %%

declared, stored = layer.kernel_size, layer.weight.shape[2:]
questions.type_in(
    "The layer says 3 x 3 and padding 1, its weight is 5 x 5. What is the shape (height, width) of "
    "its output for a picture of 235 x 180?",
    "(height, width)",
    {
        "tuple(conv_output_size(n, k, padding=1) for n, k in zip((235, 180), declared))": "That is "
        "what the layer says of itself.",
        "tuple(conv_output_size(n, k) for n, k in zip((235, 180), stored))": "The padding counts "
        "as well.",
    },
    because="A 5 x 5 kernel takes 4 rows and 4 columns, and the padding gives 2 of each back.",
)

# %%

print(layer, "gives", height, "x", width)

assert declared == (3, 3) and stored == (5, 5)
sizes = tuple(conv_output_size(n, 5, padding=1) for n in (235, 180))
assert (height, width) == sizes == (233, 178)

# %%
# The weight counts, and the layer goes on saying 3 x 3. Copying instead of replacing brings the
# mistake to light. To mend it, take the kernel size from the weight.

try:
    with torch.no_grad():
        nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False).weight.copy_(kernel)
except RuntimeError as error:
    message = f"RuntimeError: {error}"
print(message)
assert "size of tensor a (3) must match the size of tensor b (5)" in message

layer = nn.Conv2d(1, 1, kernel.shape[2:], padding="same", bias=False)  # the mend
with torch.no_grad():
    layer.weight.copy_(kernel)
assert layer(batch[:, :1]).shape == batch[:, :1].shape

# %%
# One sum too many
# ----------------
# A 1 x 1 convolution weighs :math:`m` channels and adds them up. It is easily written as
#
# .. math:: f_{ij} = \sum_{ij} \sum_{k=1}^m a_k \, x_{k,ij}
#
# The left side is a map, with a value for each row :math:`i` and column :math:`j`. The right
# side adds over all rows and columns, and is a single number. An index that names a place on
# the left must not be summed over on the right:
#
# .. math:: f_{ij} = \sum_{k=1}^m a_k \, x_{k,ij}
#
# ``einsum`` spells a sum out: an index that stands before the arrow only is summed over.

a, x = torch.tensor([3, -1, 2]), torch.arange(24).reshape(3, 2, 4)
summed = torch.einsum("k,kij->", a, x)  # the mistake
mended = torch.einsum("k,kij->ij", a, x)  # the mend
print("wrong: ", summed.item(), "\nmended:", mended.tolist())

assert summed.shape == ()
assert mended.shape == (2, 4)
assert torch.equal(mended, F.conv2d(x[None], a[None, :, None, None])[0, 0])
assert summed == sum(a[k] * x[k, i, j] for k, i, j in np.ndindex(3, 2, 4))

# %%
# Height and width the wrong way round
# ------------------------------------
# Pillow gives a picture's size as (width, height). An array has its rows first: (height, width).
# We want the upper left quarter of the panda.

height, width = picture.size  # the mistake
wrong = pixels[: height // 2, : width // 2]
assert (height, width) == (180, 235) and wrong.shape == (90, 117, 3)

width, height = picture.size  # the mend
quarter = pixels[: height // 2, : width // 2]
assert (height, width) == pixels.shape[:2] == batch.shape[2:] == (235, 180)
assert quarter.shape == (117, 90, 3)
whole = F.pad(quarter, (0, 0, 0, 90, 0, 118))  # with zeros to the right and below
assert whole.shape == pixels.shape and torch.equal(whole[:117, :90], pixels[:117, :90])

# %%

# Drawing: what each takes for the upper left quarter
figure, axes = plt.subplots(1, 2, figsize=(3.7, 2.7))
for ax, part, name in zip(axes, (wrong, quarter), SIDES, strict=True):
    plots.show_picture(ax, picture, title=name)
    frame = plt.Rectangle((0, 0), *part.shape[1::-1], fill=False, ec="C1", linewidth=3)
    ax.add_patch(frame)
    assert (frame.get_height(), frame.get_width()) == part.shape[:2]
plots.describe(
    figure,
    """The panda twice, with a frame that begins at the upper left corner. The wrong one is
    wider than high and passes the middle; the mended one is a quarter of the picture.""",
    caption="Either runs. Only the frame on the right ends in the middle of both sides.",
)

# %%
# Channels moved by ``reshape``
# -----------------------------
# An array from a picture is (height, width, channel), and a layer wants the channel first.
# ``reshape`` gives the right shape and the wrong picture: it deals the same row of numbers out
# anew, so that a row of the picture, with its three colours, fills three rows of one channel. To
# move an axis, use ``permute``.

reshaped = pixels.reshape(3, 235, 180)  # the mistake
permuted = pixels.permute(2, 0, 1)  # the mend
assert reshaped.shape == permuted.shape == batch.shape[1:]
assert torch.equal(reshaped.flatten(), pixels.flatten())
assert torch.equal(reshaped[0, :3].flatten(), pixels[0].flatten())
assert not torch.equal(permuted.flatten(), pixels.flatten())
for c in range(3):
    assert torch.equal(permuted[c], pixels[:, :, c])
torch.testing.assert_close(permuted / 255, batch[0])

# %%

# Drawing: the picture of either
figure, axes = plt.subplots(1, 2, figsize=(3.7, 2.7))
for ax, channels, name in zip(axes, (reshaped, permuted), SIDES, strict=True):
    plots.show_picture(ax, np.dstack([*channels]), title=name)
plots.describe(
    figure,
    """Two pictures of one size. The wrong one is striped line by line, in garish colours,
    and stretched to three times its height; the mended one is the panda.""",
    caption="The shape is right on either side. To look at the picture is the test.",
)
assert np.array_equal(axes[1].images[0].get_array(), np.asarray(picture))
assert not np.array_equal(axes[0].images[0].get_array(), np.asarray(picture))

# %%
# Words where channels belong
# ---------------------------
# The words of a text often come as (N, L, C), a row of C numbers for each of L words, and
# ``Conv1d`` wants (N, C, L). If L happens to be C no error tells. The kernel then moves over the
# channels and sums over all words. We exchange the last word, and see which answers change.

words = torch.arange(36.0).view(1, 6, 6)  # (N, L, C)
other = words.clone()
other[:, -1] += 1  # another last word
three = torch.ones(1, 6, 3)
wrong = F.conv1d(other, three) != F.conv1d(words, three)  # the mistake
# the mend: .mT exchanges the last two axes
mended = F.conv1d(other.mT, three) != F.conv1d(words.mT, three)
print("wrong: ", *wrong.flatten().tolist())
print("mended:", *mended.flatten().tolist())
assert wrong.all() and wrong.numel() == 4
assert mended.tolist() == [[[False, False, False, True]]]

# %%
# Only the last of four windows of three holds the last word.

assert [5 in range(o, o + 3) for o in range(4)] == mended.flatten().tolist()

# %%
# Each map on a scale of its own
# ------------------------------
# We draw a map of the panda after ReLU, which has no number below zero, and the same map divided by
# 100. Unless told otherwise, ``imshow`` stretches the colours from each map's own least to its own
# greatest value.

strong = after.relu()[0, 0].numpy()[::2, ::2]  # every second one is enough
maps, titles = [strong, strong / 100], ["map", "map / 100"]
stretched = [(m - m.min()) / (m.max() - m.min()) for m in maps]

# %%

questions.choose(
    "Two maps, one a hundredth of the other, are each stretched from their own least to their own "
    "greatest value. How far apart are their colours, where 1 is the whole scale?",
    "round(float(abs(stretched[0] - stretched[1]).max()), 3)",
    {
        "round(float(abs(maps[0] - maps[1]).max() / np.ptp(maps[0])), 3)": "That is how far apart "
        "they are on one common scale.",
        "1 / 100": "That is how large the one's numbers are beside the other's.",
    },
    because="Stretching takes every factor out.",
    alone=True,
)

# %%

# Drawing: both maps, each on a scale of its own, and on one
figure, axes = plt.subplots(2, 2, figsize=(3.7, 4.4))
for ax, values in zip(axes[:, 0], maps, strict=True):
    ax.imshow(values, cmap=plots.DIVERGING)  # the mistake
    ax.set(xticks=[], yticks=[])
image = plots.show_maps(axes[:, 1], maps)  # the mend
for ax, side in zip(axes[0], SIDES, strict=True):
    ax.set_title(side)
for ax, name in zip(axes[:, 0], titles, strict=True):
    ax.set_ylabel(name)
plots.show_scale(figure, image, axes.ravel(), label="answer, on the right")
plots.describe(
    figure,
    """Two maps of the panda, one below the other, in two columns. On the left both look the
    same: purple wherever nothing is, orange at the outlines. On the right, on one scale, the
    first is white with orange outlines, and the second is nearly white everywhere.""",
    caption="Nothing on the left says that the lower map is a hundredth of the upper one, nor that "
    "purple stands for zero there.",
)
# each turns a value into a place on the colour scale
own = [ax.images[0].norm for ax in axes[:, 0]]
assert_allclose(own[0](maps[0]), own[1](maps[1]), atol=1e-5)
assert [norm(0.0) for norm in own] == [0, 0]
assert axes[0, 1].images[0].get_clim() == axes[1, 1].images[0].get_clim()
assert image.norm(0.0) == 0.5  # the middle colour, white
assert_allclose(image.norm(maps[1]), 0.5, atol=0.01)
plt.show()

# %%
# The factor of 100 is gone on the left. Zero is lost as well: it lies at the purple end, where
# strong negative answers belong. Maps that are compared need one scale, and maps with a sign need
# zero in its middle. (A separate scale for each map is fine if the picture says so, and only the
# pattern matters.)

# %%
# Recap
# -----
# What gives each of the seven away:
#
# - a weight that nobody reads: the names of the parameters, and ``F.conv2d``, which is given the
#   weight. Copy into ``layer.weight``;
# - a weight of another size: the shape of the output;
# - a sum too many: a single number where there should be a map. An index that names a place on the
#   left of an equation is not summed over on the right;
# - height and width exchanged: ``batch.shape``, unless the picture is square;
# - ``reshape`` for ``permute``: no shape, only a look at the picture;
# - words where channels belong: change one word, and see which answers move;
# - colours that mislead: a scale beside the maps, one for all, with zero in its middle.
#
# Exercises
# ---------
# 1. Copy ``torch.tensor(2.0)`` into a layer's weight. Do you expect an error? What became of
#    the weight?
# 2. Take a square picture instead of the panda. Which of the seven mistakes would be harder still
#    to notice?

# %%

# Solution 1: no error; all 300 numbers are 2, for a single number is spread over any shape
with torch.no_grad():
    conv.weight.copy_(torch.tensor(2.0))
assert (conv.weight == 2).all() and conv.weight.numel() == 300

# %%

# Solution 2: swapped height and width; the shapes are right whichever way round they are
side = 64
square = picture.resize((side, side))
height, width = square.size  # the mistake
assert (height, width) == np.asarray(square).shape[:2]

# %%
# Sources
# -------
# - PyTorch documentation of ``torch.nn.Conv2d`` and ``torch.nn.Parameter``.
# - Pillow documentation of ``PIL.Image.Image.size``.
# - Matplotlib documentation of ``matplotlib.axes.Axes.imshow``.
