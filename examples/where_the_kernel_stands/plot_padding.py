"""
Padding keeps the size, and what it holds shows at the rim
==========================================================

A kernel of several taps that must lie on the picture with all of them never has its centre on the
rim, so the map is smaller. *Padding* adds rows and columns around the picture. You see how many it
takes, four ways to fill them, what each does to the answers at the rim, and how large each may be.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.kernels import SOBEL_X, as_weight, oriented_ramps
from convdocs.learning.network import to_batch
from convdocs.padding import same_padding
from convdocs.padding_mode import MODES, require_mode, source
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# How many zeros keep the size?
# -----------------------------
# Along an axis of :math:`n` numbers, the :term:`samples <sample>`, a kernel of :math:`k` taps
# has :math:`n - k + 1` places: :math:`k - 1` are missing. So :math:`k - 1` samples of
# :term:`padding` keep the size, half of them before the input and half after it.

for k in (1, 3, 5, 7):
    before, after = same_padding(k)
    assert before + after == k - 1 and conv_output_size(100, k) == 100 - (k - 1)
    y = F.conv1d(torch.zeros(1, 1, 100), torch.zeros(1, 1, k), padding=before)
    assert y.shape[-1] == 100

# %%

questions.type_in(
    "A layer has 7 x 7 kernels. Which ``padding``, on every side, keeps the size of its maps?",
    "same_padding(7)[0]",
    {
        "sum(same_padding(7))": "So many rows are missing in all. Half of them go on either side.",
        "7 // 2 + 1": "The tap in the middle needs none.",
    },
    because="7 taps lose 6 places along an axis, so 3 samples go on either side.",
    alone=True,
)

# %%
# That works for odd kernels. An even one misses an odd number of places, so no ``padding=p`` is
# right: the nearest two give one output too few, and one too many. Then the sides must differ.

for k, p, size in [(4, 1, 99), (4, 2, 101)]:
    y = F.conv1d(torch.zeros(1, 1, 100), torch.zeros(1, 1, k), padding=p)
    assert y.shape[-1] == conv_output_size(100, k, padding=p) == size
assert sum(same_padding(4)) == 3 and conv_output_size(100, 4, padding=(1, 2)) == 100

# %%
# How do I pad each side by itself?
# ---------------------------------
# Given a number, PyTorch's layers put that many samples at both ends of an axis. (They also know
# the word "same", which a later page is about.) ``F.pad`` takes a number for each end; use it, and
# then a layer without padding. Mind its order: the *last* axis comes first.

sides = (1, 2, 0, 0)
picture = torch.arange(24.0).reshape(1, 1, 4, 6)

# %%

questions.type_in(
    "A tensor has 4 rows and 6 columns. How many of each does it have after "
    "``F.pad(x, (1, 2, 0, 0))``? Type it as (rows, columns).",
    "tuple(F.pad(picture, sides).shape[2:])",
    {
        "tuple(F.pad(picture, sides[::-1]).shape[2:])": "The first two numbers are for the last "
        "axis, the columns.",
        "tuple(F.pad(picture, (1, 1, 2, 2)).shape[2:])": "They are not (columns, rows) but left, "
        "right, top, bottom.",
    },
    because="One column on the left and two on the right; no row above, none below.",
    alone=True,
)

# %%

left, right, top, bottom = sides
by_numpy = np.pad(picture[0, 0], [(top, bottom), (left, right)])  # rows come first here
assert np.array_equal(F.pad(picture, sides)[0, 0], by_numpy)
w = torch.randn(1, 1, 1, 4, generator=torch.Generator().manual_seed(0))
assert F.conv2d(F.pad(picture, sides), w).shape == picture.shape
assert nn.ZeroPad2d(sides)(picture).equal(F.pad(picture, sides))  # the same as a layer

# %%
# What can stand there?
# ---------------------
# Zeros, if nothing else is said. But a layer has a setting ``padding_mode``, the
# :term:`padding mode`, with three more values. *Reflect* mirrors the input at its first and its
# last sample. *Replicate* repeats these. *Circular* goes on at the other end. All three only *read
# elsewhere*: a position outside the input stands for one inside.

row = np.array([1, 2, 3, 4])

# %%

questions.choose(
    "The samples 1, 2, 3, 4 get two more on either side with ``padding_mode='reflect'``. Which two "
    "numbers stand before the 1, from left to right?",
    "tuple(np.pad(row, 2, mode='reflect')[:2])",
    {
        "tuple(np.pad(row, 2, mode='symmetric')[:2])": "The mirror stands on the first sample, "
        "and not before it.",
        "tuple(np.pad(row, 2, mode='edge')[:2])": "That repeats the first sample: replicate.",
        "tuple(np.pad(row, 2, mode='wrap')[:2])": "That goes on at the other end: circular.",
    },
    because="Seen from the 1, the second number to the left is the second to the right, 3.",
    alone=True,
)

# %%
# NumPy has all four, three of them under names of its own, and agrees with PyTorch. (``F.pad`` says
# "constant" for zeros, too.) A layer with a padding mode is the same as ``F.pad`` and then a layer
# without padding.

numpy_names = dict(zip(MODES, ["constant", "reflect", "edge", "wrap"], strict=True))
torch_names = {mode: "constant" if mode == "zeros" else mode for mode in MODES}
x = torch.tensor(row)[None, None].float()
padded = {}
for mode in MODES:
    reads = [source(i, 4, mode) for i in range(-2, 6)]
    padded[mode] = np.array([0 if i is None else row[i] for i in reads])
    assert np.array_equal(padded[mode], np.pad(row, 2, mode=numpy_names[mode]))
    theirs = F.pad(x, (2, 2), mode=torch_names[mode])
    assert np.array_equal(padded[mode], theirs[0, 0])
    layer = nn.Conv1d(1, 1, 5, padding=2, padding_mode=mode, bias=False)
    torch.testing.assert_close(layer(x), F.conv1d(theirs, layer.weight))

# %%

# Drawing: four samples, padded in four ways
figure, axes = plt.subplots(4, 1, figsize=(7.2, 3.2))
inside = np.isin(np.arange(8), range(2, 6))[None]
for ax, (mode, samples) in zip(axes, padded.items(), strict=True):
    plots.show_cells(ax, samples[None], colour=plots.INPUT, highlight=inside)
    ax.set_ylabel(mode, rotation=0, ha="right", va="center")
    shown = [int(text.get_text()) for text in ax.texts]
    assert shown == [*np.pad(row, 2, mode=numpy_names[ax.get_ylabel()])]
plots.describe(
    figure,
    f"""Four rows of eight cells. The four in the middle are filled and hold 1, 2, 3, 4.
    Around them, {"; ".join(f"{mode}: {p[:2]} and {p[6:]}" for mode, p in padded.items())}.""",
    caption="Only the filled cells are the input. What stands beside them is made up: out of "
    "nothing, or out of the input.",
)

# %%
# What does that look like on a picture?
# --------------------------------------
# We give the panda 60 pixels more on every side. Hardly any layer pads as much; it is done to see
# what a kernel on the rim is given to read.

panda = to_batch(images.load("panda"))
framed = {m: F.pad(panda, (60,) * 4, mode=torch_names[m])[0] for m in MODES}
corner = {m: np.pad(panda[0, 0], 60, mode=numpy_names[m])[:60, :60] for m in MODES}
assert all(np.array_equal(framed[m][0, :60, :60], corner[m]) for m in MODES)

# %%

# Drawing: the panda with a wide frame, filled in four ways
figure, axes = plt.subplots(1, 4, figsize=(7.2, 2.5))
for ax, (mode, wide) in zip(axes, framed.items(), strict=True):
    plots.show_picture(ax, wide.movedim(0, -1), title=mode)
    ax.add_patch(
        plt.Rectangle((59.5, 59.5), 180, 235, fill=False, ec=plots.OUTLINE, lw=2)
    )
    drawn = ax.images[0].get_array()[:60, :60, 0]
    assert np.array_equal(drawn, corner[ax.get_title()])
plots.describe(
    figure,
    """The panda four times with a frame of 60 pixels: black; the picture mirrored at its
    border; the border's pixels drawn out into streaks; and the opposite side of the
    picture, as on tiles.""",
    caption="Zeros are black: an edge wherever the picture is bright. Mirror and streaks go on "
    "without a jump. Tiles have an edge where the two ends of the picture do not match.",
)

# %%
# What does it do to the answers?
# -------------------------------
# A kernel that looks for edges finds the one that the zeros make. Take a picture without any edge,
# 1 everywhere, and the Sobel kernel, which says how much brighter it is on the right.

flat, sobel = torch.ones(1, 1, 5, 5), torch.tensor(SOBEL_X)[None, None]
false_edges = F.conv2d(flat, sobel, padding=1)[0, 0] != 0
rim = torch.ones(5, 5, dtype=torch.bool)
rim[1:-1, 1:-1] = False

# %%

questions.click(
    "A picture is 1 everywhere, padded with one zero on every side. A 3 x 3 kernel subtracts what "
    "is on its left from what is on its right. Click on the places where it does not answer 0.",
    "flat[0, 0]",
    "false_edges",
    {
        "rim": "Above and below, the zeros are on the left and on the right alike.",
        "false_edges.T": "So answers a kernel that subtracts what is above from what is below.",
    },
    because="In the first column there is nothing on the left, in the last nothing on the right.",
)

# %%
# With the other three modes a flat picture stays flat. On the panda's left and right rim the ramp
# that rises to the right answers, in the mean, more than five times as strongly with zeros as with
# *replicate* or *circular*. But these made something up, too. So did *reflect*: a mirror is alike
# on both sides, so on the very left and right rim the ramp answers 0, whatever the picture.

ramp = torch.tensor(as_weight(oriented_ramps()[:1], 3))
maps, at_rim = {}, {}
for mode in MODES:
    layer = nn.Conv2d(3, 1, 5, padding=2, padding_mode=mode, bias=False)
    layer.weight = nn.Parameter(ramp, requires_grad=False)
    maps[mode] = layer(panda)[0, 0]
    at_rim[mode] = maps[mode][:, [0, -1]].abs().mean().item()
    level = F.conv2d(F.pad(flat, (1,) * 4, mode=torch_names[mode]), sobel)
    assert (level != 0).any() == (mode == "zeros")
    assert torch.equal(maps[mode][2:-2, 2:-2], F.conv2d(panda, ramp)[0, 0])
print(*(f"{mode:10}{answer:4.1f}" for mode, answer in at_rim.items()), sep="\n")
assert at_rim["zeros"] > 5 * max(at_rim["replicate"], at_rim["circular"])
assert at_rim["reflect"] < 1e-4
# sphinx_gallery_thumbnail_number = 2

# %%
# How much padding can there be?
# ------------------------------
# Beyond its first sample, a mirror has :math:`n - 1` samples to show. So *reflect* fills fewer
# samples on a side than the axis has. *Circular* fills at most as many, once around, and PyTorch
# stops there, for it copies one piece of the input to each side. NumPy goes on, around and around:
# it divides the position by :math:`n`, and reads the sample at the remainder. Zeros and *replicate*
# have no limit.

for mode, most, because in [("reflect", 3, "less than"), ("circular", 4, "once")]:
    require_mode(mode, (most, most), 4)
    theirs = F.pad(x, (most, most), mode=mode)[0, 0]
    assert np.array_equal(theirs, np.pad(row, most, mode=numpy_names[mode]))
    message = "none"
    try:
        F.pad(x, (most + 1, most + 1), mode=mode)
    except RuntimeError as error:
        message = str(error).partition(", but")[0]
    print(f"{mode}: {message}")
    assert because in message
assert np.array_equal(np.pad(row, 9, mode="wrap"), row[np.arange(-9, 13) % 4])
for mode in ("zeros", "replicate"):
    require_mode(mode, (50, 50), 4)
    theirs = F.pad(x, (50, 50), mode=torch_names[mode])[0, 0]
    assert np.array_equal(theirs, np.pad(row, 50, mode=numpy_names[mode]))
plt.show()

# %%
# Recap
# -----
# - An odd kernel of k taps keeps the size with k // 2 samples on either side. An even one needs
#   sides that differ: ``F.pad``, with the last axis first.
# - Zeros make an edge. *Reflect*, *replicate* and *circular* read a position inside instead.
# - *Reflect* fills fewer samples on a side than the axis has; *circular* at most as many.
#
# Exercises
# ---------
# 1. A 5 x 5 kernel takes the mean of a picture that is 1 everywhere, padded with two zeros on every
#    side, so that the size stays. What does it answer in the corner?
# 2. Pad the row with six samples on either side, circular, in PyTorch.
# 3. A padding of 3 by *reflect*, or three times a padding of 1: is it the same?

# %%

# Solution 1: 9/25, for 3 x 3 of the 5 x 5 taps lie on the picture
mean = F.conv2d(torch.ones(1, 1, 9, 9), torch.full((1, 1, 5, 5), 1 / 25), padding=2)
torch.testing.assert_close(mean[0, 0, 0, 0], torch.tensor(9 / 25))

# %%

# Solution 2: ask for the samples by number, and let the numbers go round
around = x[..., torch.arange(-6, 4 + 6) % 4]
assert np.array_equal(around[0, 0], np.pad(row, 6, mode="wrap"))

# %%

# Solution 3: no, for the second mirror stands on the sample that the first one made
once, thrice = F.pad(x, (3, 3), mode="reflect"), x
for _ in range(3):
    thrice = F.pad(thrice, (1, 1), mode="reflect")
assert once[0, 0, :4].tolist() == [4, 3, 2, 1]
assert thrice[0, 0, :4].tolist() == [2, 1, 2, 1]

# %%
# Sources
# -------
# - PyTorch documentation of :func:`torch.nn.functional.pad` and :class:`torch.nn.Conv2d`.
# - NumPy documentation of :func:`numpy.pad`.
