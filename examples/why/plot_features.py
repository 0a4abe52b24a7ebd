"""
Three numbers, laid on every place alike, find upright edges
============================================================

Somebody who looks for eyes in a picture looks in the same way everywhere. A *convolution* does
just that. You watch one at work on a single row of a panda, exchange three numbers, and it finds
*edges*, where bright meets dark. You need some Python, and nothing of deep learning.
"""

import matplotlib.pyplot as plt
import numpy as np

from convdocs import images, plots, questions
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# What is a picture to a computer?
# --------------------------------
# A grid of numbers. This one has 235 rows of 180 points, the :term:`pixels <pixel>`, and for each
# pixel three numbers from 0 to 255: how much red, green and blue it has. The red numbers alone
# make a grid, and so do the others. Such a grid is called a :term:`channel`. To begin with, one
# channel is enough: the mean of the three, rounded down, which is the pixel's brightness. And of
# the 235 rows we take one, through the eyes. (In the code of this site an ``assert`` checks what
# the text says.)

panda = images.load("panda")
pixels = np.asarray(panda).astype(int)
assert pixels.shape == (235, 180, 3)
brightness = pixels.sum(axis=2) // 3
row = brightness[92]

# %%

# Drawing: the panda, and the brightness along one of its rows
figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.9), width_ratios=[1, 2])
plots.show_picture(axes[0], panda)
axes[0].axhline(92, color="C1", linewidth=1.5)
axes[1].plot(row, color="C0", linewidth=1)
axes[1].set(xlabel="column", ylabel="brightness", ylim=(0, 260))
plots.describe(
    figure,
    """A painted panda with a line through its eyes, and the brightness along that line
    as a curve: grey bamboo, bright fur, dark across one eye patch, bright between the
    eyes, dark across the other patch, bright, and grey; everywhere a little jagged.""",
    caption="Brightness along the line through the eyes. The two long valleys are the dark "
    "patches around them. The jags are fur.",
)

# %%
# What is a moving average?
# -------------------------
# The jags are in the way. So replace each number by the mean of itself and its two neighbours. In
# other words: lay three numbers, a third each, on the first three pixels, multiply what lies on top
# of each other, and add up. Then move on by one pixel, and do the same again.
#
# The three thirds are a :term:`kernel`. Each of its numbers is a :term:`weight`, and each place in
# it that holds one is a :term:`tap`. What comes out at one place is the kernel's *answer* there.
# Here are twelve pixels at the rim of a patch.

samples = row[40:52]
average = np.array([1, 1, 1]) / 3

# %%
# The kernel never hangs over an end of the row. (One could add pixels there for it to lie on, which
# is called *padding*. We do *without*.)

questions.type_in(
    "A kernel of 3 taps moves over 12 pixels, one pixel at a time, and all its taps "
    "must lie on them. How many answers does it give?",
    "conv_output_size(len(samples), len(average))",
    {
        "len(samples)": "The first tap cannot stand on the last two pixels.",
        "len(samples) - len(average)": "The place where it starts counts, too.",
        "len(samples) // len(average)": "It moves by one pixel, not by three.",
    },
    because="Its first tap can stand on 12 - 3 + 1 = 10 pixels.",
    alone=True,
)

# %%
# We write the movement as a loop over the 10 places, which ``conv_output_size`` counts. NumPy has
# it in one call, and the two agree. It is called *correlation*; a later lesson tells why.

places = range(conv_output_size(12, 3))
averages = np.array([(average * samples[i : i + 3]).sum() for i in places])
assert len(averages) == 12 - 3 + 1
assert np.allclose(averages, np.correlate(samples, average))
assert np.isclose(averages[0], np.mean(samples[:3]))
# the step between two answers is the mean of three steps between pixels, so jags shrink
assert np.allclose(np.diff(averages), np.correlate(np.diff(samples), average))
assert np.abs(np.diff(averages)).max() < np.abs(np.diff(samples)).max()

# %%
# Let it run, or go step by step, and watch where the answer leaves the pixel in the middle.

# Drawing: the kernel moves along the row, and each place gives one answer
figure, (cells, curve) = plt.subplots(2, 1, figsize=(5.2, 3.8), height_ratios=[2, 3])
both = np.stack([samples, np.full(12, np.nan)])
plots.show_cells(cells, both, colour=plots.INPUT, highlight=~np.isnan(both))
curve.plot(samples, "o-", color="C0", linewidth=1)
curve.set(ylabel="brightness", xlim=(-0.55, 11.55), xticks=range(12), ylim=(0, 260))
curve.set_xlabel("pixel")
far = np.abs(averages - samples[1:-1]).argmax() + 1
steps, seen = [], []
for i, mean in enumerate(averages):
    frame = {"fill": False, "edgecolor": plots.OUTLINE, "linewidth": 4, "zorder": 3}
    kernel = cells.add_patch(plt.Rectangle((i - 0.5, -0.5), 3, 1, **frame))
    seen.append(cells.add_patch(plt.Rectangle((i + 0.5, 0.5), 1, 1, fc=plots.OUTPUT)))
    seen.append(
        cells.text(i + 1, 1, f"{mean:.0f}", ha="center", va="center", c=plots.ON_FILL)
    )
    seen += curve.plot(i + 1, mean, "s", color="C2")
    terms = " + ".join(str(pixel) for pixel in samples[i : i + 3])
    steps.append((f"({terms}) / 3 = {mean:.1f}", [kernel, *seen]))
drawn = {text.get_position(): text.get_text() for text in cells.texts[12:]}
assert drawn == {(i + 1, 1): f"{samples[i : i + 3].mean():.0f}" for i in places}
assert [len(artists) for _, artists in steps] == [1 + 3 * n for n in range(1, 11)]
plots.show_motion(
    figure,
    steps,
    f"""Twelve cells with the brightness of twelve pixels, from {samples[0]} to
    {samples[-1]}, and the same numbers as a curve that falls steeply. A frame of three
    cells moves along them. Below its middle one green cell after another is filled in
    with the mean of the three, ten in all, each also a point beside the curve.""",
    caption="At each place one answer, the mean of three pixels. It is farthest from the pixel "
    f"in the middle where the row drops: pixel {far} is {samples[far]}, the mean there "
    f"{averages[far - 1]:.0f}.",
)

# %%
# What else can a kernel say?
# ---------------------------
# Exchange the weights, and the same movement answers another question. The weights -1, 0 and 1
# take the pixel on the left away from the one on the right: *right minus left*.

difference = np.array([-1, 0, 1])
flat = np.array([200, 200, 200])

# %%
# What do they answer where nothing changes?

questions.choose(
    "What do the weights -1, 0, 1 answer on three pixels of brightness 200?",
    "(difference * flat).sum()",
    {
        "(np.abs(difference) * flat).sum()": "The weight -1 takes away: -200 + 200.",
        "round((average * flat).sum())": "That is the mean, whose weights add up to 1.",
        "(difference * flat)[0]": "That is the first product. The third is 200.",
    },
    because="The weights add up to 0, so what the pixels have in common cancels.",
    alone=True,
)

# %%
# So it is silent where all is flat, and speaks up at an :term:`edge`. On the three pixels 229, 217
# and 114 at the rim of the patch it answers -229 + 0 + 114 = -115. The answer is negative where
# the row gets darker, and positive where it gets brighter.

rim = samples[5:8]
assert rim.tolist() == [229, 217, 114]
assert difference @ rim == -229 + 0 + 114 == -115  # @ multiplies and adds up
assert difference @ rim[::-1] == 115  # the same pixels from right to left

# %%
# Now the whole row. Which answers are strong, say above 90 or below -90? Only those near four
# columns, the rims of the two patches. In order: a fall, a rise, a fall, a rise.

answers = np.array([(difference * row[i : i + 3]).sum() for i in range(180 - 3 + 1)])
assert np.array_equal(answers, np.correlate(row, difference))
strong = np.flatnonzero(np.abs(answers) > 90)  # the places of strong answers, in order
middles = strong + 1  # an answer stands at the pixel in its middle
print("strong at columns", *middles.tolist())
gaps = np.flatnonzero(np.diff(strong) > 5)  # more than 5 columns lie between two
rims = np.split(strong, gaps + 1)  # so a rim ends there, and the next begins behind it
print("near columns", *[int(rim[0]) + 1 for rim in rims])
assert [set(np.sign(answers[rim])) for rim in rims] == [{-1}, {1}, {-1}, {1}]
assert answers[strong[0]] == row[strong[0] + 2] - row[strong[0]] < 0  # right minus left

# %%

# Drawing: the row and the kernel's answers
figure, axes = plt.subplots(2, 1, figsize=(7.2, 3.4), sharex=True)
axes[0].plot(row, color="C0", linewidth=1)
axes[0].set_ylabel("brightness")
axes[1].plot(np.arange(1, 179), answers, color="C2", linewidth=1)
axes[1].plot(middles, answers[strong], "o", color="C1", markersize=4)
axes[1].set(xlabel="column", ylabel="right minus left")
plots.describe(
    figure,
    """Two curves over the 180 columns: the jagged brightness, and right minus left,
    which jitters around zero and has a trough, a peak, a trough and a peak, marked by
    dots.""",
    caption="The dots lie where the dark patches begin and end. The fur and the outline of the "
    "head answer more weakly.",
)
assert 60 < answers[20:30].max() < 90 and 60 < np.abs(answers[134:140]).max() < 90

# %%
# What is a feature?
# ------------------
# A :term:`feature` is a pattern of neighbouring pixels that is worth finding, wherever it is. An
# edge is one. A kernel stands for one feature, and its answer says how much of the feature is
# here. (Elsewhere the answer is called :term:`activation` or *response*.) Take the kernel over
# every row, and the answers make a grid, the :term:`feature map`.

feature_map = np.array([np.correlate(line, difference) for line in brightness])
assert feature_map.shape == (235, 178)
assert np.array_equal(feature_map, brightness[:, 2:] - brightness[:, :-2])
assert np.array_equal(feature_map[92], answers)

# %%

# Drawing: the panda and its feature map
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
plots.show_picture(axes[0], panda, title="picture")
mapped = plots.show_maps(axes[1:], [feature_map], titles=["feature map"])
plots.show_scale(figure, mapped, axes, label="right minus left")
plots.describe(
    figure,
    """The panda, and its feature map: upright outlines are orange where the picture
    gets brighter to the right and purple where it gets darker; flat areas are white.""",
    caption="Three weights have traced the upright outlines: orange where it gets brighter to the "
    "right, purple where darker. Level outlines leave little.",
)
assert np.array_equal(axes[1].images[0].get_array(), feature_map)
assert mapped.norm(0) == 0.5  # zero is white, the middle of the scale
brighter, darker = mapped.to_rgba([100, -100])
assert brighter[0] > brighter[2] and darker[0] < darker[2]  # orange, and purple
# sphinx_gallery_thumbnail_number = 3
plt.show()

# %%
# Recap
# -----
# - A *kernel* is a few weights, each at a *tap*. Laid on one place of the input it gives one
#   answer, the sum of the products. Without padding, 3 taps have 12 - 3 + 1 = 10 places on 12
#   pixels.
# - Weights of a third each give the mean; -1, 0, 1 give right minus left.
# - A *feature* is a pattern of neighbours that is worth finding anywhere. The kernel's answers to
#   it, place by place, are its *feature map*.
#
# Exercises
# ---------
# 1. Which three weights are silent on every straight slope, such as 10, 13, 16, and speak up where
#    the slope bends?
# 2. The kernel of this page finds upright edges. How do you find level ones with it?

# %%

# Solution 1: 1, -2, 1, the change of the change
bend = np.array([1, -2, 1])
assert bend @ [10, 13, 16] == 0 and bend @ [7, 7, 7] == 0
assert bend @ [10, 13, 20] == (20 - 13) - (13 - 10)

# %%

# Solution 2: lay it on columns, from top to bottom
level = np.array([np.correlate(column, difference) for column in brightness.T]).T
assert np.array_equal(level, brightness[2:] - brightness[:-2])
# positive where it gets brighter downwards: from the dark patch to the cheek
assert level[100:120, 60].max() > 50

# %%
# Sources
# -------
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.1.
