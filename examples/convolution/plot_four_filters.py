"""
A picture through four filters: one map for each
================================================

From an image file to a convolution layer and its feature maps, one step at a time: where height
and width stand, how to give a layer your own *filters*, as we call kernels made by hand, and how
to read the signs in what comes out.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.signal import correlate2d
from torchvision.transforms.v2 import functional as tvf

from convdocs import images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.learning import network
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# How large is the picture?
# -------------------------
# It depends on whom you ask. PIL, the library that opens the file, answers like a screen: width
# first. An array answers like a table: rows first, and the number of rows is the *height*.

panda = images.load("panda")  # a painting of our own; a path to your picture works too
print(f"{panda.size = }")
assert panda.size == (panda.width, panda.height) == (180, 235)

# %%

# Drawing: the picture, with its width and its height
figure, ax = plt.subplots(figsize=(3, 3.6))
plots.show_picture(ax, panda)
ax.set(xlabel=f"width {panda.width}", ylabel=f"height {panda.height}")
plots.describe(
    figure,
    """A painted panda among bamboo, with dark ears and dark patches round its eyes. The
    picture is 180 pixels wide and 235 high.""",
    caption="The panda, 180 pixels wide and 235 high.",
)
drawn = ax.images[0].get_array()
assert (ax.get_ylabel(), ax.get_xlabel()) == ("height 235", "width 180")
assert drawn.shape[:2] == (235, 180)
# an ear and the patch of an eye are darker than the fur of a cheek
assert drawn[[46, 103], [42, 55]].max() < drawn[110, 115].min()

# %%

questions.type_in(
    "PIL says that the size of a colour picture is (180, 235). What is the shape of "
    "``numpy.asarray(picture)``?",
    "np.asarray(panda).shape",
    {
        "(*panda.size, 3)": "An array counts rows first, and 235 is the number of rows.",
        "(3, *panda.size[::-1])": "Each pixel keeps its three colours: they come last.",
        "panda.size[::-1]": "A colour picture has three numbers for each pixel.",
    },
    because="235 rows of 180 pixels, with three numbers each. Nothing was turned.",
    alone=True,
)

# %%
# How does it become a tensor?
# ----------------------------
# PyTorch's arrays are called :term:`tensors <tensor>`, and its layers read the channels first,
# which is a convention: TensorFlow's read them last. ``pil_to_tensor`` moves them and keeps the
# whole numbers from 0 to 255. ``to_dtype`` turns those into fractions from 0 to 1. Last,
# ``unsqueeze(0)`` puts a 1 in front: a layer reads a :term:`batch`, (N, C, H, W) for number,
# channels, height and width. ``network.to_batch`` is these three steps in one call.

pixels = tvf.pil_to_tensor(panda)
scaled = tvf.to_dtype(pixels, torch.float32, scale=True)
batch = scaled.unsqueeze(0)
print(tuple(pixels.shape), tuple(batch.shape))
assert np.array_equal(pixels, np.asarray(panda).transpose(2, 0, 1))
torch.testing.assert_close(scaled, pixels / 255)
assert torch.equal(batch, network.to_batch(panda))

# %%
# What do the filters look like?
# ------------------------------
# A :term:`filter`, for us, is a kernel that is made by hand to look for something. (Elsewhere,
# learned kernels are filters too.) Ours are four :term:`ramps <ramp>` of 5 x 5 weights, which rise
# to the right, to the left, down and up. So each answers most to a picture that is bright where the
# ramp is high, and dark where it is low. We try that on four small pictures: a row of the table for
# each, with the answers of the four ramps. The largest of each row is its ramp's.

names = ["right", "left", "down", "up"]
ramps = oriented_ramps()
assert np.array_equal(ramps[0, 0], [-1, -0.5, 0, 0.5, 1])

small = {name: np.zeros((5, 5)) for name in names}
small["right"][:, 3:] = 1  # the columns or the rows that are bright
small["left"][:, :2] = 1
small["down"][3:] = 1
small["up"][:2] = 1
table = np.array([(ramps * small[name]).sum(axis=(1, 2)) for name in names])
print(" " * 6, *(f"{name:>6}" for name in names))
for name, line in zip(names, table, strict=True):
    print(f"{name:6}", *(f"{answer:6.1f}" for answer in line))
place = table.argmax(axis=1)  # of the largest number in each row
assert place.tolist() == [0, 1, 2, 3]

# %%

# Drawing: the four kernels
figure, axes = plt.subplots(2, 2, figsize=(3.7, 4.1))
for ax, ramp, name in zip(axes.flat, ramps, names, strict=True):
    plots.show_cells(ax, ramp, colour=plots.KERNEL, title=name, fontsize=9)
plots.describe(
    figure,
    """Four 5 x 5 kernels. Each row of the first reads -1, -0.5, 0, 0.5, 1. The second
    is its negative. In the third the same numbers run down each column, and the
    fourth is the negative of the third.""",
    caption="The second kernel is the first with all signs turned, and the fourth the third.",
)
assert np.array_equal(ramps[1::2], -ramps[::2]) and np.array_equal(ramps[2], ramps[0].T)

# %%
# How do they get into a layer?
# -----------------------------
# We have four filters and three colours, and use the same ramp for red, green and blue: the three
# *slices* of a filter. A layer keeps all of them in one array, its ``weight``.

weight = as_weight(ramps, 3)
assert all(np.array_equal(weight[:, c], ramps) for c in range(3))

# %%

questions.type_in(
    "A layer lays four 5 x 5 filters on a picture of three channels. What is the shape of "
    "its weight?",
    "weight.shape",
    {
        "(weight.shape[1], weight.shape[0], 5, 5)": "What comes out is counted first.",
        "ramps.shape": "Each filter has a slice for each of the three channels.",
        "(4 * weight.shape[1], 5, 5)": "Filters and slices have an axis each.",
    },
    because="(O, C, height, width): for each output channel a slice for each input channel.",
    alone=True,
)

# %%
# A new layer is born with random weights, so we copy ours into it. And we check that they are
# there, for with the random ones the layer would run, too, and nobody would notice. PyTorch takes
# notes of what is done with weights, so that they can be learned; with ``no_grad`` it takes none,
# and ``detach`` gives the numbers without them. Our function ``network.conv_layer`` does the
# copying on later pages.

layer = torch.nn.Conv2d(3, 4, kernel_size=5, bias=False)
with torch.no_grad():
    layer.weight.copy_(torch.tensor(weight))
assert np.array_equal(layer.weight.detach(), weight)
assert layer(batch).requires_grad  # it has notes
assert torch.equal(layer.weight, network.conv_layer(weight).weight)

# %%
# What comes out?
# ---------------
# One :term:`feature map` for each filter. Its numbers, which we call answers, are also called
# *activations* or *responses*. How large is it, when five taps must find room among 235 and among
# 180?

questions.choose(
    "A 5 x 5 kernel moves over 235 x 180 pixels. How large are its feature maps?",
    "tuple(conv_output_size(n, 5) for n in (235, 180))",
    {
        "tuple(n for n in batch.shape[2:])": "At the border the kernel would hang over.",
        "tuple(n - 5 for n in batch.shape[2:])": "The place where it starts counts too.",
        "tuple(n // 5 for n in batch.shape[2:])": "It moves by one pixel, not by five.",
    },
    because="Along each axis the kernel has 5 - 1 places fewer than there are pixels.",
)

# %%
# Each filter adds up what it finds in the three colours. As its slices are equal, it could as well
# read the sum of the colours. SciPy, which knows nothing of layers, does so and finds the same four
# maps.

with torch.no_grad():
    maps = layer(batch)[0].numpy()
assert maps.shape == (4, *(conv_output_size(n, 5) for n in (235, 180)))
for answers, ramp in zip(maps, ramps, strict=True):
    by_scipy = correlate2d(scaled.sum(0), ramp, mode="valid")  # without padding
    np.testing.assert_allclose(answers, by_scipy, rtol=0, atol=1e-4)
assert np.array_equal(maps[1::2], -maps[::2])

# %%

# Drawing: the four feature maps on one scale
figure, grid = plt.subplots(2, 2, figsize=(3.7, 4.3))
axes = grid.ravel()
image = plots.show_maps(axes, maps, titles=names)
plots.show_scale(figure, image, axes, label="answer of the filter")
plots.describe(
    figure,
    """The four feature maps of the panda on one scale with zero in the middle. The two above
    trace upright edges, the two below level ones; the second is the first with orange and
    purple exchanged, and so are the fourth and the third. Flat areas are white.""",
    caption="Turn the sign of every weight, and every answer turns its sign: two of the four "
    "maps are negatives. All share one scale, so that their colours compare.",
)
for ax in axes:
    assert np.array_equal(
        ax.images[0].get_array(), maps[place[names.index(ax.get_title())]]
    )
    assert ax.images[0].get_clim() == (-np.abs(maps).max(), np.abs(maps).max())
assert image.cmap(1.0)[0] > image.cmap(1.0)[2]  # orange: more red than blue
assert image.cmap(0.0)[2] > image.cmap(0.0)[1]  # purple: more blue than green
# sphinx_gallery_thumbnail_number = 3

# %%
# What do orange and purple mean?
# -------------------------------
# Try it on one row of pixels and one row of the ramp "right".

bar = np.array([[0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0]])
answers = np.correlate(bar[0], ramps[0, 0], mode="same")[None]  # one for each pixel

# %%

questions.click(
    "The kernel (-1, -0.5, 0, 0.5, 1) moves over this row of pixels. Click on each pixel "
    "that lies under its middle when the sum of products is positive.",
    "bar",
    "answers > 0",
    {
        "bar > 0": "Where all five pixels are bright, the products cancel.",
        "answers < 0": "There the right half is darker than the left: the sum is negative.",
        "answers != 0": "At the right end of the bar the sum is negative.",
    },
    because="Wherever the kernel lies across the left end of the bar, its right half is brighter.",
    alone=True,
)

# %%
# So orange (positive) stands where the picture gets brighter along the ramp, purple (negative)
# where it gets darker, and white where it stays as it is, however bright. Here is the row of the
# panda's first map with the strongest answer. It reads five rows of pixels; we take their mean. We
# draw each answer at the column under the kernel's middle: the first at 2, the last at 177 of 179.

i = maps[0].max(axis=1).argmax()
profile = scaled[:, i : i + 5].mean(dim=(0, 1)).numpy()
along = maps[0, i]
fifteen = 15 * ramps[0, 0]  # 5 rows in each of 3 colours, of which profile is the mean
by_row = np.correlate(profile, fifteen, mode="valid")
np.testing.assert_allclose(by_row, along, rtol=0, atol=1e-4)
flat = torch.full((1, 3, 9, 9), 0.7)
torch.testing.assert_close(layer(flat), torch.zeros(1, 4, 5, 5), atol=1e-5, rtol=0)
middles = np.arange(180)[2:-2]  # two taps on either side
assert len(middles) == len(along) and (middles[0], middles[-1]) == (2, 177)

# %%

# Drawing: the brightness along a row, and the filter's answers below it
figure, (above, below) = plt.subplots(2, 1, figsize=(3.7, 3.6), sharex=True)
above.plot(profile, color="C0")
above.set(ylabel="brightness", ylim=(0, 1.05))
below.fill_between(middles, along.clip(min=0), color=image.cmap(0.8))
below.fill_between(middles, along.clip(max=0), color=image.cmap(0.2))
below.set(xlabel="column of the picture", ylabel="answer of 'right'")
rise, fall = middles[along.argmax()], middles[along.argmin()]
for ax in (above, below):
    ax.vlines([rise, fall], *ax.get_ylim(), color=plots.INK, linewidth=1, linestyle=":")
plots.describe(
    figure,
    f"""Two curves over the picture's columns. Above, the brightness along one row;
    below, the answers of the filter. The answer is highest at column {rise}, where the
    brightness climbs most steeply, and lowest at column {fall}, where it drops.""",
    caption=f"Where the curve climbs, the answer is positive (most at column {rise}); where it "
    f"drops, negative (most at column {fall}). Where it is level, next to nothing.",
)
assert profile[rise - 2] < profile[rise + 2] and profile[fall - 2] > profile[fall + 2]
assert np.diff(profile).argmax() in (rise - 1, rise)  # the steps to it and from it
plt.show()

# %%
# Recap
# -----
# - PIL says (width, height); arrays and tensors say (height, width).
# - A layer reads (N, C, H, W). One picture is a batch with N = 1: ``unsqueeze(0)``.
# - A layer's weight is (O, C, height, width), and each of the O kernels makes one map.
# - Signed maps are drawn on one scale with zero in the middle, so that colours compare.
# - A ramp answers positive where the picture brightens along it, negative where it darkens.
#
# Exercises
# ---------
# 1. Turn the panda upside down, ``batch.flip(2)``. What becomes of the maps "right" and
#    "down"? Predict it, then compare.
# 2. Set the three slices of a filter to ramp, zeros, and minus ramp. What does it see in a grey
#    picture?

# %%

# Solution 1: both maps stand on their heads, and "down" also turns its sign
with torch.no_grad():
    turned = layer(batch.flip(2))[0].numpy()
np.testing.assert_allclose(turned[0], maps[0, ::-1], rtol=0, atol=1e-4)
# what grew brighter on the way down now grows darker
np.testing.assert_allclose(turned[2], -maps[2, ::-1], rtol=0, atol=1e-4)

# %%

# Solution 2: nothing, for in a grey picture red and blue are alike and cancel
red_minus_blue = network.conv_layer([[ramps[0], 0 * ramps[0], -ramps[0]]])
grey = batch.mean(dim=1, keepdim=True).expand(1, 3, -1, -1)
with torch.no_grad():
    assert red_minus_blue(grey).abs().max() < 1e-5
    assert red_minus_blue(batch).abs().max() > 1  # in colour it sees where hues change

# %%
# Sources
# -------
# - PyTorch, `Conv2d <https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html>`_.
# - torchvision, `Transforms v2 <https://docs.pytorch.org/vision/stable/transforms.html>`_.
# - Pillow, `Image <https://pillow.readthedocs.io/en/stable/reference/Image.html>`_.
