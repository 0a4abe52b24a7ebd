"""
Stride 2 keeps every second place, and what no place reads is lost
==================================================================

The *stride* is how far the kernel moves from one place to the next. This page draws the
places, counts them with the size formula, and shows why that formula rounds down and what is
then never read.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from torch.nn.functional import conv1d, conv2d

from convdocs import exercises, plots, questions
from convdocs.geometry import input_positions
from convdocs.input_sizes import conv_input_sizes
from convdocs.sizes import conv_output_size

plt.style.use("convdocs.page")

# %%
# Where can the kernel stand?
# ---------------------------
# Take an input of 9 x 9 cells and a 3 x 3 kernel. The whole kernel must lie on the input, so
# its centre never stands on the rim. With :term:`stride` 1 the centre visits the 7 x 7 cells
# inside. With stride 2 it moves two cells at a time, to the right and down.

centres = {}
for stride in (1, 2):
    outputs = range(conv_output_size(9, 3, stride=stride))
    centres[stride] = [input_positions(o, 3, stride=stride)[1] for o in outputs]
assert len(centres[1]) ** 2 == 49

# %%

questions.type_in(
    "A 3 x 3 kernel has 49 places on 9 x 9 cells. How many are left at stride 2?",
    "len(centres[2]) ** 2",
    {
        "len(centres[1]) ** 2 // 2": "It skips rows as well as columns.",
        "len(centres[1]) ** 2 // 4": "Near, but of 7 places in a row it keeps 4.",
        "(len(centres[1]) // 2) ** 2": "The place where it starts counts too.",
    },
    because="Of the 7 places along an axis it keeps the 1st, 3rd, 5th and 7th: 4 x 4.",
    alone=True,
)

# %%

# Drawing: the places of the kernel's centre at stride 1 and 2
visited = np.zeros((9, 9), bool)
visited[np.ix_(centres[1], centres[1])] = True
crossed = np.full((9, 9), np.nan)
crossed[np.ix_(centres[2], centres[2])] = 1  # drawn as an X; the others stay empty
figure, ax = plt.subplots(figsize=(3.6, 4.2))
plots.show_cells(
    ax, crossed, colour=plots.KERNEL, highlight=visited, form=lambda _: "X", fontsize=14
)
fill = Patch(facecolor=plots.KERNEL)
cross = Line2D([], [], color=plots.ON_FILL, marker="x", markersize=9, linestyle="none")
names = ["stride 1: the centre stands here", "stride 2: it stands here only"]
figure.legend(
    [fill, (fill, cross)], names, loc="outside lower center", handleheight=1.8
)
plots.describe(
    figure,
    """A 9 x 9 grid. The inner 7 x 7 cells are filled: the places of the centre of a 3
    x 3 kernel at stride 1. Of these, 4 x 4 carry an X, every second one in both
    directions, starting at the top left: the places at stride 2.""",
    caption=f"Stride 2 keeps {len(ax.texts)} of the {visited.sum()} places.",
)
assert (len(ax.texts), visited.sum()) == (16, 49)

# %%
# Does it change the answers? No, only which of them are computed: stride 2 gives, up to rounding,
# what stride 1 gives if you then keep every second row and every second column. To keep fewer of
# the numbers is called :term:`downsampling`.

rng = np.random.default_rng(0)
x = torch.tensor(rng.integers(-9, 10, (1, 3, 9, 12)))
w = torch.tensor(rng.integers(-9, 10, (4, 3, 3, 3)))
assert torch.equal(conv2d(x, w, stride=2), conv2d(x, w)[..., ::2, ::2])

# %%
# How many places are there?
# --------------------------
# Take an axis of :math:`n` cells, or :term:`samples <sample>`, with :term:`padding`: :math:`p`
# more samples, as a rule zeros, on either side. There a kernel of :math:`k` taps with *dilation*
# :math:`d` (the distance between taps; 1 means no holes) and stride :math:`s` has
#
# .. math:: \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1
#
# places, if the kernel fits at all; the half brackets round down. In words: take the padded input,
# subtract what the kernel *spans*, from its first tap to its last, and you have the *room* in which
# it can move. Count the whole steps that fit into the room. Add 1 for the place where it starts.
# That is the :term:`output size`. For 9 samples and 3 taps the room is 9 - 3 = 6. At stride 2 that
# is 3 steps, so 4 places. PyTorch's sizes agree in 168 cases.

assert conv_output_size(9, 3, stride=2) == (9 - 3) // 2 + 1 == 4
cases = list(product(range(5, 12), (2, 3), (1, 2, 3), (0, 1), (1, 2)))
for n, k, s, p, d in cases:
    signal, kernel = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
    y = conv1d(signal, kernel, stride=s, padding=p, dilation=d)
    assert y.shape[-1] == conv_output_size(n, k, stride=s, padding=p, dilation=d)
assert len(cases) == 168

# %%
# Why does it round down?
# -----------------------
# Because half a step is no step. With 8 samples the room is 5: two whole steps and one sample
# over. After a third step the last tap would have nothing to read, so an incomplete step does
# not count. And something else follows.

samples, reads = {}, {}
for n, k, s in [(7, 3, 2), (8, 3, 2), (8, 2, 3)]:
    places = conv_output_size(n, k, stride=s)
    samples[n, k, s] = np.tile(np.arange(n), (places, 1))
    reads[n, k, s] = np.zeros((places, n), bool)
    for o in range(places):
        reads[n, k, s][o, input_positions(o, k, stride=s)] = True
unread = {case: ~read.any(axis=0) for case, read in reads.items()}

# %%

questions.click(
    "3 taps move over these 8 samples at stride 2. Click on what is never read.",
    "samples[8, 3, 2][:1]",
    "unread[8, 3, 2][None]",
    {
        "(np.arange(8) % 2 == 1)[None]": "3 taps reach beyond a step of 2: neighbouring places "
        "share a sample.",
        "(np.arange(8) >= 6)[None]": "Sample 6 is under the last tap of the third place.",
    },
    because="The places read 0 to 2, 2 to 4 and 4 to 6. The last sample is left over.",
    alone=True,
)

# %%
# A step may also be longer than the kernel. Then there are gaps between the places, too,
# however long the input is.
# PyTorch agrees on what is read: change such a sample, and no output changes.

for (n, k, s), never in unread.items():
    nudges = torch.eye(n)[:, None]  # row i: a signal that is 1 at sample i
    moved = conv1d(nudges, torch.ones(1, 1, k), stride=s).any(-1)[:, 0]
    assert np.array_equal(~moved, never)
assert [list(np.flatnonzero(u)) for u in unread.values()] == [[], [7], [2, 5]]

# %%

# Drawing: what each place reads, a row for each, and what none reads
figure, axes = plt.subplots(1, 3, figsize=(7.2, 1.5), width_ratios=[7, 8, 8])
for ax, case in zip(axes, reads, strict=True):
    n, k, s = case
    read, never = reads[case], np.flatnonzero(unread[case])
    plots.show_cells(ax, samples[case], colour=plots.INPUT, highlight=read, fontsize=8)
    for sample in never:
        ax.add_patch(
            Rectangle(
                (sample - 0.5, -0.5),
                1,
                len(read),
                fill=False,
                hatch="//",
                ec=plots.FAINT,
            )
        )
    hatched = [patch.get_x() + 0.5 for patch in ax.patches if patch.get_hatch()]
    assert hatched == [*never]
    ax.set(title=f"{n} samples\n{k} taps, stride {s}", anchor="N")
plots.describe(
    figure,
    """Three grids with one row for each place of a kernel; the samples it reads are
    filled. 3 taps at stride 2 have 3 places on 7 samples and 3 on 8, where sample 7,
    the last, is hatched, being filled in no row. 2 taps at stride 3 have 3 places on
    8 samples; samples 2 and 5 are hatched.""",
    caption="Hatched is what no place reads: the end if a step does not fit, and gaps if "
    "steps are longer than the kernel.",
)

# %%
# Can you tell the input's size from the output's?
# ------------------------------------------------

questions.choose(
    "3 taps at stride 2 have 3 places on 7 samples. How many sizes of the input give 3 places?",
    "len(conv_input_sizes(3, 3, stride=2))",
    {
        "len(conv_input_sizes(3, 3, stride=1))": "So it is at stride 1. Here half a step can be "
        "left over.",
        "len(conv_input_sizes(3, 3, stride=3))": "As many as the step is long: at stride 3.",
    },
    because="7 samples do, and 8 with one left over. 9 give 4 places.",
    alone=True,
)

# %%
# Sizes 7 and 8 give the same 3 outputs: they *collide*. From 3 outputs you cannot tell which it
# was. With stride :math:`s` there are :math:`s` such sizes (fewer if some would be below 1). A
# :term:`transposed convolution`, which goes back to the larger size, has to be told which one, by
# its setting :term:`output_padding`.

assert list(conv_input_sizes(3, 3, stride=2)) == [7, 8]
assert list(conv_input_sizes(3, 3, stride=5)) == [13, 14, 15, 16, 17]
assert list(conv_input_sizes(1, 3, stride=5, padding=2)) == [1, 2, 3]

# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - Stride s computes every s-th answer along each axis, and leaves its value as it was.
# - Size: room divided by stride, rounded down, plus one. What is left over at the end is
#   never read, nor what lies between steps that are longer than the kernel. (Of a dilated kernel
#   more may be missed.)
# - s neighbouring input sizes give the same output size.
#
# Exercises
# ---------
# 1. A 1 x 1 kernel with stride 2: what part of the input is never read? (Some
#    :term:`residual networks <residual network>`, where the input of a few layers is added to
#    their output, have such a layer.)
# 2. With one zero of padding on either side, does a kernel of 3 taps read all of 8 samples at
#    stride 2? Predict it, then ask PyTorch.
# 3. Write ``output_size(n, k, stride, padding, dilation)``, and have it checked:
#    ``exercises.check("output_size", output_size)`` tells where it is right.

# %%

# Solution 1: three quarters, for it reads one cell of every 2 x 2
picture = torch.zeros(1, 1, 8, 8, requires_grad=True)
conv2d(picture, torch.ones(1, 1, 1, 1), stride=2).sum().backward()
# ``grad`` says how fast the sum changes with each cell: 0 where nothing is read
assert (picture.grad == 0).float().mean() == 0.75

# %%

# Solution 2: yes, for the room is now 7: 3 steps, and what is left over is a zero at the end
signal = torch.zeros(1, 1, 8, requires_grad=True)
answers = conv1d(signal, torch.ones(1, 1, 3), stride=2, padding=1)
answers.sum().backward()
assert answers.shape[-1] == 4 and (signal.grad != 0).all()

# %%


# Solution 3: the room in whole steps, and the place where the kernel starts
def output_size(n, k, stride, padding, dilation):
    room = n + 2 * padding - (dilation * (k - 1) + 1)
    return room // stride + 1


exercises.check("output_size", output_size)

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 2.
# - He, Zhang, Ren and Sun, `Deep residual learning for image recognition
#   <https://arxiv.org/abs/1512.03385>`_, 2016, for the 1 x 1 layer of exercise 1.
