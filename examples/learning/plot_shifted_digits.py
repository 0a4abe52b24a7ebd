"""
Shifted by one pixel, digits puzzle a convolutional network too
===============================================================

A convolution does the same at every place. Does a network with one then read a digit wherever
it stands? We shift the digits by one pixel, blur them, and compare with a dense network.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.learning.training import fit_classifier

plt.style.use("convdocs.page")

# %%
# Which digits do they get?
# -------------------------
# Of scikit-learn's 1,797 digits 1,200 are shown, and 597 held back for the test. Here we also move
# each digit by one pixel, in four directions, and fill up with zeros. (Up and down cut a row of
# strokes off, a tenth of the ink and more; to the sides it is hardly any.) And we blur each with a
# kernel whose nine weights add up to 1.

digits = load_digits()
x = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]
y = torch.tensor(digits.target)
framed = F.pad(x, (1, 1, 1, 1))
corners = {"right": (1, 0), "left": (1, 2), "down": (0, 1), "up": (2, 1)}
shifted = {
    way: framed[..., top : top + 8, left : left + 8]
    for way, (top, left) in corners.items()
}
for way in ("up", "down"):  # what is cut off is more than zeros
    assert (shifted[way].sum((1, 2, 3)) < x.sum((1, 2, 3))).all()
    assert shifted[way].sum() < 0.9 * x.sum()
assert min(shifted[way].sum() for way in ("left", "right")) > 0.99 * x.sum()
assert torch.equal(shifted["right"][..., 1:], x[..., :-1])
assert torch.equal(shifted["down"][..., 1:, :], x[..., :-1, :])
binomial = torch.tensor(np.outer([1, 2, 1], [1, 2, 1]) / 16, dtype=torch.float32)
blurred = F.conv2d(x, binomial[None, None], padding=1)
assert binomial.sum() == 1

# %%

# Drawing: one digit of the test, and all that is made of it
made = {"as it is": x, **shifted, "blurred": blurred}
figure, axes = plt.subplots(1, 6, figsize=(7.2, 1.5))
for ax, (name, version) in zip(axes, made.items(), strict=True):
    plots.show_picture(ax, version[1200, 0], title=name)
plots.describe(
    figure,
    f"""Six grey pictures of a handwritten {y[1200]}, 8 x 8 pixels each: as it is, one pixel
    further to the right, left, down and up, and blurred.""",
    caption=f"The first digit held back, a {y[1200]}, as the networks are tested on it. Up and "
    "down cut a row of its strokes off, and the blur spreads them.",
)
seen = {ax.get_title(): np.array(ax.images[0].get_array()) for ax in axes}
whole = seen["as it is"]
assert np.array_equal(seen["right"][:, 1:], whole[:, :-1])
assert np.array_equal(seen["left"][:, :-1], whole[:, 1:])
assert np.array_equal(seen["down"][1:], whole[:-1]) and whole[-1].any()
assert np.array_equal(seen["up"][:-1], whole[1:]) and whole[0].any()
assert (seen["blurred"] > 0).sum() > (whole > 0).sum()

# %%
# Which networks?
# ---------------
# The one you know, and one without convolution: all 64 pixels into 18 sums with weights of their
# own (a *hidden* layer, for it is neither input nor output), ReLU, and ten scores. It has about as
# many numbers to learn, so it cannot win or lose by its size.

# a lambda makes a new network each time that it is called
make = {
    "convolutional": lambda: nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    ),
    "dense": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 18), nn.ReLU(), nn.Linear(18, 10)
    ),
}
sizes = {name: sum(p.numel() for p in new().parameters()) for name, new in make.items()}
print(", ".join(f"{name}: {size} numbers to learn" for name, size in sizes.items()))
assert abs(sizes["convolutional"] / sizes["dense"] - 1) < 0.1

# %%
# We train five of each, with other random weights each time, and note the *accuracy*, the share of
# held-back digits that are read rightly: as they are, shifted (the mean of four ways), blurred.
# With batches of 240 instead of 100, and a learning rate of 0.05 instead of 0.02, 75 steps do
# instead of 240.

settings = {"batch_size": 240, "learning_rate": 0.05}
tests = {"as they are": [x], "shifted": [*shifted.values()], "blurred": [blurred]}
found = {}
for name, new in make.items():
    found[name] = np.zeros((5, len(tests)))
    for seed in range(5):
        torch.manual_seed(seed)
        network = new()
        fit_classifier(network, x[:1200], y[:1200], epochs=15, **settings)
        if name == "convolutional":
            convolutional = network  # the last one, for exercise 2
        for number, versions in enumerate(tests.values()):
            right = [network(v[1200:]).argmax(1) == y[1200:] for v in versions]
            found[name][seed, number] = torch.stack(right).double().mean()

# %%

questions.choose(
    "The convolutional network reads about 94 in 100 digits, and whoever guesses 10. Shift "
    "each by one pixel: how many in 100 does it still read?",
    'round(100 * found["convolutional"][:, 1].mean())',
    {
        'round(100 * found["convolutional"][:, 0].mean())': "Its maps move along with the "
        "digit. But the dense layer behind them has a weight for each place.",
        "round(100 / len(y.unique()))": "So few, if it were no better than guessing. Much of a "
        "shifted digit still lies where it lay.",
    },
    because="The maps move along with the digit, and then meet other weights in the dense layer.",
)

# %%
# Both fall far, the dense one further, in each of the five runs. A blur costs either of them
# less than half of that.

for name, rows in found.items():
    means = dict(zip(tests, rows.mean(0), strict=True))
    print(f"{name:13}", *(f"  {test} {mean:.1%}" for test, mean in means.items()))
conv, full = found.values()
assert round(100 * conv[:, 0].mean()) == 94
falls_conv, falls_full = conv[:, :1] - conv, full[:, :1] - full
assert (falls_conv[:, 1] < falls_full[:, 1]).all() and falls_conv[:, 1].min() > 0.2
assert all((falls[:, 2] < falls[:, 1] / 2).all() for falls in (falls_conv, falls_full))
assert conv[:, 1].min() > full[:, 1].max()
assert abs(falls_conv[:, 2].mean() - falls_full[:, 2].mean()) < 0.02

# %%

# Drawing: the accuracies of both kinds, a dot for each run
figure, ax = plt.subplots(figsize=(7.2, 2.8))
for (name, rows), offset, colour in zip(
    found.items(), (-0.12, 0.12), ("C0", "C1"), strict=True
):
    for number in range(3):
        dots = ax.plot([number + offset] * 5, rows[:, number], "o", color=colour, ms=5)[
            0
        ]
    dots.set_label(name)
    assert np.array_equal(dots.get_ydata(), rows[:, -1])
ax.set(xticks=range(3), xticklabels=tests, ylabel="accuracy", ylim=(0.4, 1))
ax.legend()
plots.describe(
    figure,
    f"""Accuracies of five convolutional and five dense networks as dots. As they are:
    about {conv[:, 0].mean():.0%} and {full[:, 0].mean():.0%}. Shifted:
    {conv[:, 1].mean():.0%} and {full[:, 1].mean():.0%}. Blurred:
    {conv[:, 2].mean():.0%} and {full[:, 2].mean():.0%}.""",
    caption="A shift by one pixel costs both kinds more than a blur does. The convolutional "
    "networks (blue) lose less by the shift, and about as much by the blur.",
)

# %%
# Which layer minds the place?
# ----------------------------
# Not the convolution: shift the digit, and its map is shifted, number by number. This is called
# *equivariance*. (We leave out the border, where the shift brings in zeros.) Pooling forgets a
# little of the place. The dense layer behind has a weight for each place of each map, and to it a
# shifted map is another map.

with torch.no_grad():
    layer = make["convolutional"]()[0]
    maps, moved = layer(x), layer(shifted["right"])
torch.testing.assert_close(moved[..., 2:-1], maps[..., 1:-2])

# %%

questions.type_in(
    "Eight maps of 8 x 8 numbers, pooled over 2 x 2 blocks. How many weights does the dense "
    "layer have for each of the ten scores?",
    'make["convolutional"]()[4].in_features',
    {
        "8 * 8 * 8": "Pooling leaves one number of each block of four.",
        "8 * 3 * 3": "These are the kernels' weights.",
        "8 * 2 * 2": "The blocks are 2 x 2; there are 4 x 4 of them.",
    },
    because="8 maps of 4 x 4 numbers, and a weight for each.",
    alone=True,
)

# %%
# What helps?
# -----------
# To show them shifted digits as well: 1,200 digits become 6,000, without anybody writing one. This
# is called :term:`data augmentation`. We take 3 epochs of 6,000 digits instead of 15 of 1,200, so
# that it is the same number of steps.

more_x = torch.cat([version[:1200] for version in (x, *shifted.values())])
more_y = y[:1200].repeat(5)
assert len(more_x) * 3 == 1200 * 15 == 75 * settings["batch_size"]
augmented = {}
for name, new in make.items():
    augmented[name] = np.zeros((3, 2))
    for seed in range(3):
        torch.manual_seed(seed)
        network = new()
        fit_classifier(network, more_x, more_y, epochs=3, **settings)
        for number, versions in enumerate([[x], shifted.values()]):
            right = [network(v[1200:]).argmax(1) == y[1200:] for v in versions]
            augmented[name][seed, number] = torch.stack(right).double().mean()
    as_they_are, moved = augmented[name].mean(0)
    print(f"{name:13}  as they are {as_they_are:.1%}  shifted {moved:.1%}")

# %%
# Here they part. The convolutional network now reads nearly nine shifted digits in ten, and has
# lost nothing for it. The dense one reads them better than before, too, but behind the other, and
# the unshifted ones worse than before.

conv_more, full_more = augmented.values()
assert 0.85 < conv_more[:, 1].mean() < 0.9 and full_more[:, 1].max() < 0.8
assert conv_more[:, 1].min() > conv[:, 1].max()
assert full_more[:, 1].min() > full[:, 1].max()
assert conv_more[:, 0].mean() > conv[:, 0].mean() - 0.005  # three digits of 597
assert full_more[:, 0].max() < full[:, 0].min()
# sphinx_gallery_thumbnail_number = 2
plt.show()

# %%
# Recap
# -----
# - A convolution moves along with a shift; a dense layer behind it does not, and the network
#   as a whole reads shifted digits badly.
# - By a shift it still loses less than a dense network with as many numbers to learn.
# - Shown shifted digits, both read them better: the convolutional network nearly nine in ten, the
#   dense one less than eight.
#
# Exercises
# ---------
# 1. Put ``nn.AdaptiveMaxPool2d(1)`` in place of the 2 x 2 pooling: of each map only the largest
#    number is left, wherever it stands. Does such a network mind a shift of a digit that
#    stays clear of the border?
# 2. Two pixels to the right instead of one: predict, then measure.

# %%

# Solution 1: not at all
everywhere = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()
)
inner = F.pad(x[..., 1:-1, 1:-1], (2, 2, 2, 2))  # room on all sides
torch.testing.assert_close(everywhere(inner), everywhere(inner.roll(1, -1)))
# But it also forgets where the parts of a digit stand. Networks that do so have more layers
# before, whose numbers see larger parts.

# %%

# Solution 2: far fewer; each pixel of shift costs again
read = []
for pixels in range(3):
    moved = F.pad(x, (pixels, 0))[..., :8]
    read.append(
        (convolutional(moved[1200:]).argmax(1) == y[1200:]).double().mean().item()
    )
print(*(f"{share:.1%}" for share in read))
assert read[0] > read[1] + 0.2 and read[1] > read[2] + 0.1

# %%
# Sources
# -------
# Azulay and Weiss, `Why do deep convolutional networks generalize so poorly to small image
# transformations? <https://arxiv.org/abs/1805.12177>`_, 2019.
#
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, sections 7.4, 9.2 and 9.3.
