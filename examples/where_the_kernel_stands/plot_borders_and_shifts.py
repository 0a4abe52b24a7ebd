"""
Maps move along with the picture, except at borders and between strides
=======================================================================

"Convolution is equivariant to shifts" is true of a layer without a border and without a stride.
This page measures where it fails, how far into a map a border reaches, how a large picture is
computed in tiles without seams, and what a repair called partial convolution repairs.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.kernels import as_weight, oriented_ramps
from convdocs.layers import Conv
from convdocs.learning.network import to_batch
from convdocs.receptive import receptive_field

plt.style.use("convdocs.page")

# %%
# Shift first, or compute first?
# ------------------------------
# Move a picture by one pixel, what leaves on the right coming in again on the left, and compute a
# layer. Or compute first and move the map. Where do the two differ? We pad with zeros, and then in
# a circle, which reads the opposite border instead, so that there is no border at all.

rng = np.random.default_rng(0)
x = torch.tensor(rng.integers(1, 9, (1, 1, 16, 16))).double()
weight = torch.tensor(
    rng.integers(1, 9, (1, 1, 3, 3))
).double()  # whole numbers: no rounding
wrong = {}
for mode in ("constant", "circular"):  # constant: zeros
    maps = [x, x.roll(1, 3)]
    for layer in (1, 2, 3):
        maps = [F.conv2d(F.pad(y, (1, 1, 1, 1), mode), weight) for y in maps]
        wrong[mode, layer] = (
            (maps[0].roll(1, 3) != maps[1])[0, 0].any(0).nonzero().ravel()
        )

# %%

columns = np.arange(16)[None]
questions.click(
    "Three taps and one zero on either side, 16 columns. The picture moves one to the right, and "
    "what leaves comes in again on the left. Compare with the old map, moved along in the same "
    "way: which columns differ?",
    "columns",
    "np.isin(columns, wrong['constant', 1])",
    {
        "columns % 15 == 0": "Column 1 shows what was in column 0, and that had read a zero.",
        "columns == 0": "What reads beyond the right end changes, too.",
    },
    because="Column 15 reads a zero now, and what moved there had not. What moved to column 1 had, "
    "and what moved to column 0 had read it on the other side.",
)

# %%
# Three columns of 16. Each layer that follows carries the difference one column further inside.
# With circular padding both ways are equal everywhere, however many layers there are.

for layer in (1, 2, 3):
    assert len(wrong["constant", layer]) == 2 * layer + 1
    assert not len(wrong["circular", layer])
unpadded = [F.conv2d(y, weight) for y in (x, x.roll(1, 3))]
assert torch.equal(
    unpadded[1][..., 1:], unpadded[0][..., :-1]
)  # what is computed twice

# %%
# What do stride and pooling do to it?
# ------------------------------------
# We shift a picture by 1 to 4 columns, wrapped round so that no border has a say, and compare
# what each layer makes of both.

moves = {}
for name in ("stride 2", "max pooling"):
    for shift in range(1, 5):
        framed = [F.pad(y, (1, 1, 1, 1), "circular") for y in (x, x.roll(shift, 3))]
        y, moved = (
            F.conv2d(f, weight, stride=2)
            if name == "stride 2"
            else F.max_pool2d(f[..., 1:-1, 1:-1], 2)
            for f in framed
        )
        if any(torch.equal(y.roll(by, 3), moved) for by in range(8)):
            moves[name] = [*moves.get(name, []), shift]

# %%

questions.type_in(
    "A layer has stride 2 and circular padding. By how many pixels, at least, must a picture move "
    "so that the map has the same numbers, moved?",
    "moves['stride 2'][0]",
    {
        "moves['stride 2'][0] // 2": "Then other windows are read, which lay between.",
        "moves['stride 2'][1]": "That works, too, but less will do.",
    },
    because="Moved by the stride, each window is read by the next output. Moved by less, it is not "
    "read at all.",
    alone=True,
)

# %%
# Two strided layers need 4, three 8. *Max pooling* is no better: it forgives a shift only where
# nothing larger enters a block, and as large a number stays. A network that halves its maps five
# times moves along *exactly*, in general, only with shifts by multiples of 32 pixels, and only far
# from the border.

assert moves == {"stride 2": [2, 4], "max pooling": [2, 4]}
halving = Conv(1, 1, 3, stride=2, padding=1)
steps = [receptive_field([halving] * n).stride[0] for n in (1, 2, 3, 5)]
assert steps == [2, 4, 8, 32]

# %%
# Does it help to *blur* before the stride, to replace each sample by a mean of itself and its
# neighbours? In part. Of a row of 64 samples, the even ones are what stride 2 keeps, and the odd
# ones what it keeps once the picture has moved by one. Any row is a sum of waves, slow ones and
# fast ones, whose strengths are the magnitudes of what ``rfft`` gives. (There is more of this in
# :doc:`/pages/explanation/plot_ways_to_compute`.) If the shift only moved what stride 2 keeps, both
# rows would hold the same waves, equally strong. The difference arises where short waves, too short
# for half as many samples, :term:`alias <aliasing>` onto long ones. A blur weakens the short ones.

row = np.random.default_rng(0).standard_normal(64)
long_waves = np.fft.rfft(row)
long_waves[16:] = 0  # a wave needs two samples, also after the stride
rows = {"not blurred": row, "no short waves": np.fft.irfft(long_waves)}
for taps in ([1, 2, 1], [1, 4, 6, 4, 1]):
    means = [t / sum(taps) * np.roll(row, i) for i, t in enumerate(taps)]
    rows["blurred by " + " ".join(map(str, taps))] = sum(means)
unlike = {}
for name, samples in rows.items():
    even, odd = (np.abs(np.fft.rfft(samples[start::2])) for start in (0, 1))
    unlike[name] = np.linalg.norm(even - odd) / np.linalg.norm(even)
    print(f"{name}: they differ by {unlike[name]:.0%}")

# %%
# A longer blur leaves less. With no short waves nothing is left. At
# stride 1 nothing is skipped: the waves are as strong however the picture lies, and a blur repairs
# nothing.

assert (
    unlike["not blurred"]
    > 2 * unlike["blurred by 1 2 1"]
    > 4 * unlike["blurred by 1 4 6 4 1"]
)
assert unlike["blurred by 1 4 6 4 1"] > 0.1 and unlike["no short waves"] < 1e-12
waves, later = (np.abs(np.fft.rfft(np.roll(row, by))) for by in (0, 1))
np.testing.assert_allclose(waves, later, rtol=0, atol=1e-12)

# %%
# How far does a border reach?
# ----------------------------
# Take a row of ones and layers that give the mean of three, padded with zeros, or with the
# outermost number again. Nothing should change, and away from the border nothing does. We note what
# stands at each distance from the border.

after = {}
for mode in ("constant", "replicate"):
    y = torch.ones(1, 1, 30).double()
    for layer in range(1, 7):
        y = F.avg_pool1d(F.pad(y, (1, 1), mode), 3, stride=1)
        after[mode, layer] = y[0, 0].numpy()
for layer in range(1, 7):
    low = ~np.isclose(after["constant", layer], 1)
    assert low.nonzero()[0].tolist() == [*range(layer), *range(30 - layer, 30)]
    assert np.allclose(after["replicate", layer], 1)
    assert np.isclose(after["constant", layer][0], after["constant", layer].min())

# %%

# Drawing: the mean of three, taken again and again, against the distance from the border
figure, ax = plt.subplots(figsize=(5.4, 2.6))
for layer, mark in zip((1, 3, 6), "os^", strict=True):
    ax.plot(after["constant", layer][:11], marker=mark, label=f"zeros, layer {layer}")
ax.plot(after["replicate", 6][:11], ls="--", label="replicate, layer 6")
ax.set(xlabel="distance from the border", ylabel="answer", ylim=(0, 1.1))
ax.legend()
for line in ax.lines:
    mode, layer = line.get_label().replace("zeros", "constant").split(", layer ")
    assert np.array_equal(line.get_ydata(), after[mode, int(layer)][:11])
plots.describe(
    figure,
    """Curves that rise with the distance from the border to 1. After one layer only distance 0 is
    low, at two thirds; after three, distances 0 to 2; after six, 0 to 5, from about a third up. A
    dashed line for replicate lies at 1 throughout.""",
    caption="Zeros make the border dark, one pixel further inside with every layer. If the padding "
    "repeats the outermost pixel, a flat row stays flat.",
)
first, sixth = (round(after["constant", n][0], 2) for n in (1, 6))
assert first == 0.67 and 0.25 < sixth < 0.4

# %%
# How do tiles fit together?
# --------------------------
# A picture that is too large is computed in tiles. If each tile is padded by itself, it has borders
# of its own, which show as seams. So cut tiles that overlap, and throw away what saw the padding.

panda = to_batch(images.load("panda"))[..., :96, :96].double()
first, second = (torch.tensor(as_weight(oriented_ramps(), n)).double() for n in (3, 4))


# %%

layers = [Conv(3, 4, 5, padding=2), Conv(4, 4, 5, padding=2)]
questions.type_in(
    "Two layers of 5 x 5 with padding 2. By how many pixels, on each side, must a tile be larger "
    "than the part of its map that is kept?",
    "(receptive_field(layers).size[0] - 1) // 2",
    {
        "receptive_field(layers).size[0] - 1": "That is for both sides together.",
        "layers[0].padding[0][0]": "The second layer reads what the first made of the padding.",
    },
    because="An output sees 9 x 9 pixels, which are 4 on each side of its own place.",
    alone=True,
)

# %%
# With that margin the tiles give the whole picture's map, up to rounding, and at the picture's own
# border, too, where a tile is padded with zeros as the picture is. Without it they differ, but
# nowhere further than 4 pixels from a seam.

maps = {}
for margin in (96, 0, 4):  # a margin of 96 is the whole picture
    maps[margin] = torch.zeros(4, 96, 96).double()
    for top in range(0, 96, 32):
        for left in range(0, 96, 32):
            up, to_left = (max(0, n - margin) for n in (top, left))
            tile = panda[..., up : top + 32 + margin, to_left : left + 32 + margin]
            y = F.conv2d(F.conv2d(tile, first, padding=2).relu(), second, padding=2)
            kept = y[0, :, top - up :, left - to_left :][:, :32, :32]
            maps[margin][:, top : top + 32, left : left + 32] = kept
whole = F.conv2d(F.conv2d(panda, first, padding=2).relu(), second, padding=2)[0]
torch.testing.assert_close(maps[4], whole)
seams = ((maps[0] - whole).abs() > 1e-9).any(0)
near = torch.tensor(
    [min(abs(n + 0.5 - seam) for seam in (32, 64)) < 4 for n in range(96)]
)
assert seams.any() and not seams[~near][:, ~near].any()

# %%

# Drawing: the map of the whole picture, and what tiles make of it
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.6))
shown = [whole[0], maps[0][0] - whole[0], maps[4][0] - whole[0]]
titles = ["whole", "tiles, minus whole", "margin 4, minus whole"]
mapped = plots.show_maps(axes, shown, titles=titles)
plots.show_scale(figure, mapped, axes, label="answer")
assert len({ax.images[0].get_clim() for ax in axes}) == 1  # one scale
worst = [abs(ax.images[0].get_array()).max() for ax in axes]
assert worst[1] > 0.9 * worst[0] and worst[2] < 1e-9 * worst[0]
upright, level = (d[~near][:, near].abs() for d in (shown[1], shown[1].T))
assert upright.max() == worst[1] and 0 < 3 * level.mean() < upright.mean()
plots.describe(
    figure,
    """Three squares on one scale. A map of a corner of the panda's picture, strokes in orange and
    purple, the strongest along its left and right border; a blank square with strong strokes along
    two upright seams, faint ones along two level seams; a blank square.""",
    caption="What tiles add to the map. Padded one by one, they leave seams: of this kernel, which "
    "answers to upright edges, upright ones as strong as outlines. With a margin of 4 nothing is "
    "left.",
)

# %%
# What comes in block by block, as sound does, is cut in the same way. What comes later is not known
# yet, so the whole margin lies before: for a kernel of 5 taps the last 4 samples of the block
# before, and zeros before the first. Then the blocks give what the whole gives. A convolution that
# reads nothing later than its own place is called :term:`causal <causal convolution>`. In PyTorch
# it is one without padding, behind ``F.pad(x, (d * (k - 1), 0))`` for k taps with dilation d.

sound, five = (
    torch.arange(120.0).view(1, 1, 120) % 7,
    torch.tensor([[[1.0, 2, 3, 4, 5]]]),
)
kept, answers = torch.zeros(1, 1, 4), []
for block in sound.split(40, 2):
    heard = torch.cat([kept, block], 2)
    answers.append(F.conv1d(heard, five))
    kept = heard[..., -4:]
assert torch.equal(torch.cat(answers, 2), F.conv1d(F.pad(sound, (4, 0)), five))

changed = sound.clone()
changed[..., 50] += 1
both = [F.conv1d(F.pad(s, (3 * 4, 0)), five, dilation=3) for s in (sound, changed)]
differs = (both[0] != both[1]).nonzero()[:, 2].tolist()
assert differs == [50, 53, 56, 59, 62] and both[0].shape == sound.shape

# %%
# Two layers of 5 taps need the last 8 samples, the field of both less 1. Or each keeps the last 4
# of its own input: then nothing is computed twice, and the blocks give what layers give that pad
# themselves. (If they have a bias, the first 4 answers differ: zeros before the sound do not become
# zeros before the second layer.) In a :term:`transposed convolution` the answers of two blocks
# overlap, by 3 with 5 taps and stride 2. Keep the last 3, and add them to the first 3 of the next.

bias = torch.ones(1)
kept, four, tail = (torch.zeros(1, 1, n) for n in (8, 4, 3))
lasts = [four, four]
at_once, one_by_one, upward = [], [], []
for block in sound.split(40, 2):
    heard = torch.cat([kept, block], 2)
    kept, y = heard[..., -8:], block
    at_once.append(F.conv1d(F.conv1d(heard, five, bias), five, bias))
    for layer in (0, 1):
        heard = torch.cat([lasts[layer], y], 2)
        lasts[layer], y = heard[..., -4:], F.conv1d(heard, five, bias)
    one_by_one.append(y)
    longer = F.conv_transpose1d(y, five, stride=2)
    longer[..., :3] += tail
    tail = longer[..., -3:]
    upward.append(longer[..., :-3])

whole = F.conv1d(F.conv1d(F.pad(sound, (8, 0)), five, bias), five, bias)
assert torch.equal(torch.cat(at_once, 2), whole)
padded = F.conv1d(F.pad(sound, (4, 0)), five, bias)
padded = F.conv1d(F.pad(padded, (4, 0)), five, bias)
assert torch.equal(torch.cat(one_by_one, 2), padded)
assert (whole != padded).nonzero()[:, 2].tolist() == [0, 1, 2, 3]
grown = F.conv_transpose1d(padded, five, stride=2)
assert torch.equal(torch.cat([*upward, tail], 2), grown)
assert receptive_field([Conv(1, 1, (5,))] * 2).size == (8 + 1,)

# %%
# What does partial convolution repair?
# -------------------------------------
# It pads with zeros and makes up for them: it multiplies each sum of products by how many taps
# there are over how many of them lie in the picture. A kernel of ones on a picture of ones counts
# the latter, so the factor is 9/6 at a side and 9/4 in a corner.

ones = torch.ones(1, 1, 5, 5).double()
inside = F.conv2d(ones, torch.ones(1, 1, 3, 3).double(), padding=1)
scale = 9 / inside
print(scale[0, 0])
assert {*scale.ravel().tolist()} == {1.0, 1.5, 2.25}
noise = torch.tensor(rng.normal(size=(1, 1, 5, 5)))
mean = F.conv2d(noise, torch.full((1, 1, 3, 3), 1 / 9).double(), padding=1) * scale
same = F.avg_pool2d(noise, 3, stride=1, padding=1, count_include_pad=False)
torch.testing.assert_close(mean, same)  # a mean of those that are there
ramp = torch.tensor(as_weight(oriented_ramps(), 1)).double()[:1, :, 1:-1, 1:-1]
flat = (F.conv2d(ones, ramp, padding=1) * scale)[0, 0]
assert abs(flat[1:-1, 1:-1]).max() < 1e-9 and abs(flat[:, [0, -1]]).min() > 0.1
plt.show()

# %%
# A mean stays a mean: flat stays flat. But a ramp, whose weights add up to zero, answers to a flat
# picture at the border as if there were an edge, and scaling makes that larger. The constant that
# a layer may add to every output, its *bias*, must be added after the scaling, for it does not come
# from the taps.

# %%
# Recap
# -----
# - Shifts and layers may change places, but not at borders, and not for shifts between strides.
# - With each padded layer at stride 1 a border reaches further in, by (span - 1) / 2 if the span is
#   odd and as much stands on either side.
# - Tiles equal the whole, at stride 1, with odd spans and zeros around that keep the size, if each
#   has a margin of (field - 1) / 2, thrown away later. (With strides a tile must also begin at a
#   multiple of the step. What wraps round reads the other end, which a tile does not have.)
# - Partial convolution keeps means at the border, and does not hide an edge that zeros make.
#
# Exercises
# ---------
# 1. By what does partial convolution with a 5 x 5 kernel multiply at the middle of a side?
# 2. Cut a row into tiles for two layers of 3 taps *without* padding. How far must they overlap?

# %%

# Solution 1: by 25/15, for 3 x 5 of the taps lie in the picture
inside = F.conv2d(torch.ones(1, 1, 9, 9), torch.ones(1, 1, 5, 5), padding=2)
assert inside[0, 0, 0, 4] == 3 * 5 and inside[0, 0, 4, 4] == 25

# %%

# Solution 2: by 4, the field of 5 less the step of 1; then the maps lie side by side
row, taps = torch.tensor(rng.integers(1, 9, (1, 1, 24))), torch.tensor([[[1, 2, 4]]])
overlap = receptive_field([Conv(1, 1, (3,))] * 2).size[0] - 1
whole = F.conv1d(F.conv1d(row, taps), taps)
parts = [
    F.conv1d(F.conv1d(t, taps), taps) for t in (row[..., :14], row[..., 14 - overlap :])
]
assert overlap == 4 and torch.equal(torch.cat(parts, 2), whole)
by_two = F.conv1d(row, taps, stride=2)  # a tile for it begins at 8, not at 7
assert torch.equal(F.conv1d(row[..., 8:], taps, stride=2), by_two[..., 4:])
assert not torch.equal(F.conv1d(row[..., 7:], taps, stride=2)[..., :7], by_two[..., 4:])

# %%
# Sources
# -------
# - Azulay and Weiss, `Why do deep convolutional networks generalize so poorly to small image
#   transformations? <https://arxiv.org/abs/1805.12177>`_, 2019, on strides and shifts.
# - Liu and others, `Partial convolution based padding
#   <https://arxiv.org/abs/1811.11718>`_, 2018.
