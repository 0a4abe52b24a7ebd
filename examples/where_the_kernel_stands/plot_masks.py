"""
Masked convolutions read only what came before, and overlook a part of it
=========================================================================

A network that paints a picture pixel by pixel may look at what it has painted, and at nothing else.
It is made of *masked convolutions*, with zeros where the kernel lies on what comes later. A stack
of them has a *blind spot*: painted pixels that it never reads, however many layers follow.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import plots, questions

plt.style.use("convdocs.page")

# %%
# What may a kernel read?
# -----------------------
# The picture is painted row by row, each from left to right. Whoever decides on a pixel may look at
# the rows above it, and at what is left of it in its own row.

grid = np.arange(1, 10).reshape(3, 3)

# %%

questions.click(
    "A 3 x 3 kernel lies around the pixel that is painted next, row by row. Click on the weights "
    "that it may keep; the others become 0.",
    "grid",
    "grid < 5",
    {
        "grid <= 5": "The one in the middle lies on the pixel itself, which is not there yet.",
        "grid < 4": "The pixel to the left is painted, too.",
        "grid % 3 == 1": "These are to the left. But of the row below nothing is painted.",
    },
    because="Three lie on the row above, one on the pixel to the left.",
    alone=True,
)

# %%
# With the other weights set to 0 it is a :term:`masked convolution`. Only the first layer must
# leave out its own place. What the later ones read there has been made of earlier pixels alone, so
# their mask keeps the middle.

first, later = (torch.tensor(grid < 5), torch.tensor(grid <= 5))

# %%
# What does a stack of them read?
# -------------------------------
# We look for who hears of a pixel: 81 pictures of 9 x 9 pixels, each with a 1 on another one, and
# kernels of ones where the mask lets them be. An output that is not 0 has read the 1, on one way
# through the layers or on many.

pixels = torch.eye(81, dtype=torch.float64).view(81, 1, 9, 9)
heard = {}
answer = F.conv2d(pixels, first.double()[None, None], padding=1)
for depth in range(1, 13):
    heard[depth] = answer.view(81, 81) != 0  # (pixels, outputs)
    answer = F.conv2d(answer, later.double()[None, None], padding=1)

# %%
# The masks do their work: in the order of painting, no output hears of its own pixel or of a later
# one. Written as a matrix, with a row for each output, all numbers stand below the diagonal.

number = torch.arange(81)
before = number[:, None] < number  # pixels that are painted before an output
assert not any((reads & ~before).any() for reads in heard.values())
assert torch.equal(before.T, torch.ones(81, 81).tril(-1).bool())

# %%
# Now take one output, that of row 5 and column 4, counted from 0. Before it 49 pixels are painted.

chosen = 5 * 9 + 4
assert before[:, chosen].sum() == chosen == 49
read = {depth: reads[:, chosen].view(9, 9) for depth, reads in heard.items()}

# %%

questions.choose(
    "More layers read more. Do twelve masked layers read all 49?",
    "bool(read[12].sum() == 49)",
    {
        "bool(read[12].sum() > read[2].sum())": "They read more than two do. But what is "
        "missing at the end lies near by.",
    },
    because="Six are missing, however many layers there are. The picture shows which.",
)

# %%

print(
    f"{min(read)} to {max(read)} layers:",
    *(int(cells.sum()) for cells in read.values()),
)
assert read[4].sum() < read[5].sum() == read[12].sum() == 43

# %%

# Drawing: what the output reads after 2, 4 and 12 layers
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
painted = before[:, chosen].view(9, 9)
for ax, depth in zip(axes, (2, 4, 12), strict=True):
    missing = np.where(painted & ~read[depth], 0, np.nan)
    title = f"{depth} layers: {read[depth].sum()} of 49"
    plots.show_cells(
        ax, missing, colour=plots.INPUT, highlight=read[depth].numpy(), title=title,
        form="\N{MULTIPLICATION SIGN}",
    )  # fmt: skip
    ax.text(4, 5, "?", ha="center", va="center")
plots.describe(
    figure,
    """Three grids of 9 x 9 pixels, with a question mark in row 5, column 4. The filled
    cells are what its output reads: after 2 layers the cells around it, above and to
    the left, after 4 a wider area, after 12 all that is painted but for six cells to
    the right, three in the row above, two in the next and one in the third.""",
    caption="Filled: what the output at the question mark reads. A cross is painted and not "
    "read. With more layers most crosses go; those to the right, a small stair, stay.",
)
assert [int(ax.get_title().split()[2]) for ax in axes] == [
    int(read[depth].sum()) for depth in (2, 4, 12)
]
assert (painted & ~read[12]).sum(1).tolist() == [0, 0, 1, 2, 3, 0, 0, 0, 0]

# %%
# Why does it stay?
# -----------------
# Each layer leads at most one step away from the pixel, and the first must: to the left, or up,
# straight or aslant. A step to the right always leads up, too. So whatever lies further to the
# right than it lies above is never reached, and is the :term:`blind spot`. It is not small: of the
# row above all that is further to the right than one pixel belongs to it, however wide the picture
# is.

row, column = np.indices((9, 9))
up, right = 5 - row, column - 4
never = painted.numpy() & (right > up)
assert never.sum() == 6 and np.array_equal(painted & ~read[12], never)
rows, columns = row.ravel(), column.ravel()
# Of each pixel, from each output
up, right = rows - rows[:, None], columns[:, None] - columns
assert np.array_equal(heard[12], before.numpy() & (right <= up))
assert torch.equal(heard[11], heard[12])  # deeper is no better

# %%
# How is it mended?
# -----------------
# By two stacks. The first knows rows only: its layers read the row above, all three weights of it,
# and from the second layer on their own row as well, to both sides, for what stands there comes
# from above. The other stack reads to the left in its own row, and to each of its answers it adds
# what the first has at that place.

above, level = grid < 4, grid < 7
left, stay = grid == 4, (grid == 4) | (grid == 5)
kernels = [torch.tensor(k).double()[None, None] for k in (above, level, left, stay)]
vertical = F.conv2d(pixels, kernels[0], padding=1)
horizontal = F.conv2d(pixels, kernels[2], padding=1) + vertical
for _layer in range(11):
    vertical = F.conv2d(vertical, kernels[1], padding=1)
    horizontal = F.conv2d(horizontal, kernels[3], padding=1) + vertical

# %%

questions.type_in(
    "After twelve layers of both stacks: how many of the 49 painted pixels does the output read?",
    "int((horizontal.view(81, 81)[:, chosen] != 0).sum())",
    {
        "int(read[12].sum())": "So many does a single stack read.",
        "int((vertical.view(81, 81)[:, chosen] != 0).sum())": "These are the rows above. To the "
        "left, in its own row, the other stack has read four more.",
    },
    because="The first stack reads all rows above, the other what is to the left.",
)

# %%
# Nothing is missing any more, at no place of the picture, and still nothing is read that comes
# later.

assert torch.equal(horizontal.view(81, 81) != 0, before)
plt.show()

# %%
# Recap
# -----
# - A masked kernel has zeros where later pixels lie; the first layer's also hides the pixel itself.
# - In a stack of 3 x 3 masked kernels a step to the right costs a step up. What lies further to the
#   right than above is a blind spot at any depth.
# - Two stacks, one for the rows above and one for the row itself, read all that is painted.
#
# Exercises
# ---------
# 1. How large is the blind spot of 5 x 5 kernels, masked in the same way?
# 2. A melody is a row of samples, played from left to right. Has a stack of masked kernels of 3
#    taps a blind spot there?

# %%

# Solution 1: smaller, for a step up leads up to two to the right: what lies more than twice as far
# to the right as above
wide = torch.arange(25).view(1, 1, 5, 5)
answer = F.conv2d(pixels, (wide < 12).double(), padding=2)
for _layer in range(11):
    answer = F.conv2d(answer, (wide <= 12).double(), padding=2)
assert np.array_equal(answer.view(81, 81) != 0, before.numpy() & (right <= 2 * up))

# %%

# Solution 2: no; there is no row above, and each sample to the left is reached
samples = torch.eye(12, dtype=torch.float64).view(12, 1, 12)
answer = F.conv1d(samples, torch.tensor([[[1.0, 0, 0]]]).double(), padding=1)
for _layer in range(11):
    answer = F.conv1d(answer, torch.tensor([[[1.0, 1, 0]]]).double(), padding=1)
assert torch.equal((answer.view(12, 12) != 0).T, torch.ones(12, 12).tril(-1).bool())

# %%
# Sources
# -------
# - van den Oord, Kalchbrenner and Kavukcuoglu, `Pixel recurrent neural networks
#   <https://arxiv.org/abs/1601.06759>`_, 2016, on masks of both kinds.
# - van den Oord and others, `Conditional image generation with PixelCNN decoders
#   <https://arxiv.org/abs/1606.05328>`_, 2016, on the blind spot and the two stacks.
