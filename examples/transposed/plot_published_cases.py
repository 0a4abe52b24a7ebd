"""
Nineteen published cases: the sizes agree, and each twin flips its kernel
=========================================================================

Dumoulin and Visin's guide to convolution arithmetic is known for its pictures: twelve convolutions
and poolings, seven of them with a transposed twin. Their pictures have hardly a number. Here all
nineteen move with theirs, and their sizes are compared with what PyTorch gives.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# The table
# ---------
# For each case, the published numbers along an axis: input :math:`i`, kernel :math:`k`, stride
# :math:`s`, padding :math:`p`, dilation :math:`d`, output :math:`o`. All are square. These are
# typed from the source; everything else on this page is computed.

direct = {
    "no padding, no strides": (4, 3, 1, 0, 1, 2),
    "arbitrary padding": (5, 4, 1, 2, 1, 6),
    "same padding": (5, 3, 1, 1, 1, 5),
    "full padding": (5, 3, 1, 2, 1, 7),
    "no padding, strides": (5, 3, 2, 0, 1, 2),
    "padding, strides": (5, 3, 2, 1, 1, 3),
    "padding, strides, odd": (6, 3, 2, 1, 1, 3),
    "dilation": (7, 3, 1, 0, 2, 3),
    "numbers": (5, 3, 1, 0, 1, 3),
    "numbers, padding, strides": (5, 3, 2, 1, 1, 3),
    "average pooling": (5, 3, 1, 0, 1, 3),
    "max pooling": (5, 3, 1, 0, 1, 3),
}
rng = np.random.default_rng(1)
xs = {name: rng.integers(0, 4, (i, i)) for name, (i, *_) in direct.items()}
ws = {name: rng.integers(1, 3, (k, k)) for name, (_, k, *_) in direct.items()}

# %%
# The last four come with numbers in the source, too.

numbered = [*direct][8:]
for name in numbered:
    lines = "33210", "00131", "31223", "20022", "20001"
    xs[name] = np.array([[int(digit) for digit in line] for line in lines])
    ws[name] = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
published = {
    "numbers": [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
    "numbers, padding, strides": [[6, 17, 3], [8, 17, 13], [6, 4, 4]],
    "average pooling": [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]],
    "max pooling": [[3, 3, 3], [3, 3, 3], [3, 2, 3]],
}

# %%
# The twelve direct cases
# -----------------------
# One loop computes them all, and holds the sizes against the table.

inputs = {name: torch.tensor(x)[None, None].double() for name, x in xs.items()}
kernels = {name: torch.tensor(w)[None, None].double() for name, w in ws.items()}
outputs = {}
for name, (i, k, s, p, d, o) in direct.items():
    if "pooling" in name:
        pool = F.max_pool2d if "max" in name else F.avg_pool2d
        y = pool(inputs[name], k, stride=s)
    else:
        y = F.conv2d(inputs[name], kernels[name], stride=s, padding=p, dilation=d)
    outputs[name] = y[0, 0].numpy()
    assert outputs[name].shape == (o, o)
    assert conv_output_size(i, k, stride=s, padding=p, dilation=d) == o
assert all(np.allclose(outputs[n].round(1), published[n]) for n in numbered)

# %%
# How many numbers does the matrix hold?
# --------------------------------------
# A convolution can be written as a matrix times the flattened input. It has a row for each
# output and a column for each input.

i, k, s, p, d, o = direct["same padding"]
same = cross_correlation_matrix(np.ones((1, 1, k, k)), (i, i), padding=p)

# %%

questions.type_in(
    "A 3 x 3 kernel moves over 5 x 5 cells with padding 1, so its matrix has 25 rows and 25 "
    "columns. How many of its entries are not zero, if no weight is?",
    "int(same.count_nonzero())",
    {
        "o * o * k * k": "At the rim some taps lie on the padding, which has no column.",
        "(o - 2) ** 2 * k * k": "These are the places inside only. Those at the rim read, too.",
    },
    because="Along an axis the five places find 2, 3, 3, 3 and 2 cells, 13 in all; and 13 x 13 is "
    "169.",
    alone=True,
)

# %%
# The counts for the eight cases without numbers, rows and columns and entries:

counts = {}
for name in [*direct][:8]:
    i, k, s, p, d, o = direct[name]
    matrix = cross_correlation_matrix(
        ws[name][None, None], (i, i), stride=s, padding=p, dilation=d
    )
    assert np.array_equal(matrix @ xs[name].ravel(), outputs[name].ravel())
    counts[name] = (*matrix.shape, matrix.count_nonzero())
    print(f"{name}: {counts[name][0]} x {counts[name][1]}, {counts[name][2]} not zero")
assert [*counts.values()] == [
    *[(4, 16, 36), (36, 25, 324), (25, 25, 169), (49, 25, 225)],
    *[(4, 25, 36), (9, 25, 49), (9, 36, 64), (9, 49, 81)],
]

# %%
# The seven twins
# ---------------
# The twin goes from o x o back to i x i. The guide draws it as a convolution, too, as follows.
# Put :math:`s - 1` zeros between the cells, which gives the *stuffed* size; pad with
# :math:`p' = k - 1 - p` zeros, and with :math:`a` more below and at the right, which PyTorch calls
# :term:`output_padding`. Then convolve in steps of 1. Again typed from the source: the stuffed
# size, p' and a.

twins = {
    "no padding, no strides": (2, 2, 0),
    "arbitrary padding": (6, 1, 0),
    "same padding": (5, 1, 0),
    "full padding": (7, 0, 0),
    "no padding, strides": (3, 2, 0),
    "padding, strides": (5, 1, 0),
    "padding, strides, odd": (5, 1, 1),
}

# %%
# What the pictures leave open, since they have no numbers: with *which* kernel? With the flipped
# one. As it stands, the kernel gives wrong numbers in all seven.

grown, read_for_it = {}, {}
for name, (size, pad, extra) in twins.items():
    i, k, s, p, d, o = direct[name]
    assert pad == k - 1 - p
    assert (
        conv_transpose_output_size(o, k, stride=s, padding=p, output_padding=extra) == i
    )
    small = torch.tensor(rng.integers(1, 4, (1, 1, o, o))).double()
    w = kernels[name]
    big = F.conv_transpose2d(small, w, stride=s, padding=p, output_padding=extra)
    stuffed = torch.zeros(1, 1, size, size).double()
    stuffed[..., ::s, ::s] = small
    around = F.pad(stuffed, (pad, pad + extra) * 2)
    assert torch.equal(F.conv2d(around, w.flip(2, 3)), big)
    assert not torch.equal(F.conv2d(around, w), big)
    matrix = cross_correlation_matrix(w, (i, i), stride=s, padding=p)
    assert np.array_equal(matrix.T @ small.ravel(), big.ravel())  # the transpose
    grown[name], read_for_it[name] = big[0, 0].numpy(), around[0, 0].numpy()

# %%

# Drawing: seven cases, each beside its twin, with what is read for the first answer
figure, axes = plt.subplots(7, 5, figsize=(7.2, 10.5), width_ratios=[8, 4, 6, 8, 6])
for row, (name, (size, pad, extra)) in zip(axes, twins.items(), strict=True):
    i, k, s, p, d, o = direct[name]
    first = [n + p for n in input_positions(0, k, padding=p)]
    cells, stuffed = np.ones((i, i), bool), np.ones((size, size), bool)
    panels = [
        (np.pad(xs[name], p), plots.INPUT, np.pad(cells, p)),
        (ws[name], plots.KERNEL, None),
        (outputs[name], plots.OUTPUT, None),
        (read_for_it[name], plots.INPUT, np.pad(stuffed, (pad, pad + extra))),
        (grown[name], plots.OUTPUT, None),
    ]
    for ax, (numbers, colour, filled) in zip(row, panels, strict=True):
        plots.show_cells(ax, numbers, colour=colour, highlight=filled, fontsize=6.5)
        if colour == plots.INPUT:
            plots.show_window(ax, first, first, linewidth=1.2)
    row[0].set_ylabel(name.replace(", ", ",\n"))
    for ax in (row[2], row[4]):
        plots.show_window(ax, [0], [0], linewidth=1.2)
        ax.set_xlabel(
            "{} x {}".format(*np.shape(outputs[name] if ax is row[2] else grown[name]))
        )
    drawn = [[int(text.get_text()) for text in ax.texts] for ax in row]
    corner = np.reshape(drawn[3], read_for_it[name].shape)[:k, :k].ravel()
    assert corner @ drawn[1][::-1] == drawn[4][0]  # the kernel, flipped
titles = ["convolution of", "with", "gives", "twin of", "gives"]
for ax, title in zip(axes[0], titles, strict=True):
    ax.set_title(title)
plots.describe(
    figure,
    f"""Seven rows, one for each case: the padded input, the kernel, the convolution's output; the
    twin's input with its zeros between and around, and its output. Sizes: {
        "; ".join(
            f"{name}, {direct[name][0]} to {direct[name][5]} and back" for name in twins
        )
    }.""",
    caption="Filled in blue are the cells of the input and, for the twin, the zeros between them. "
    "Outlined is what the first answer reads. The twin lays the flipped kernel there, and ends "
    "with the size with which its convolution began.",
)

# %%
# Is the padding of a twin padding?
# ---------------------------------
# The guide pads the stuffed input by p', and that is real padding. But the setting ``padding`` of
# a transposed layer is p, the padding of the convolution that leads the other way.

questions.type_in(
    "``nn.ConvTranspose2d(1, 1, 3, padding=1)`` reads 5 x 5 cells. How many rows does the output "
    "have?",
    "F.conv_transpose2d(torch.ones(1, 1, 5, 5), torch.ones(1, 1, 3, 3), padding=1).shape[2]",
    {
        "conv_transpose_output_size(5, 3)": "That is padding 0: each stamp sticks out by 2.",
        "conv_transpose_output_size(5, 3) + 2": "Here padding adds nothing. It cuts off.",
        "conv_output_size(5, 3)": "That is the convolution, without padding.",
    },
    because="Stamps of 3 reach over 7 rows, and one is cut off on either side.",
    alone=True,
)

# %%
# It *crops*: everything is stamped, and then p rows and columns are cut off on each side, a of
# them fewer below and at the right.

for name, (_, _, extra) in twins.items():
    i, k, s, p, d, o = direct[name]
    small, w = torch.tensor(rng.random((1, 1, o, o))), kernels[name]
    uncut = F.conv_transpose2d(small, w, stride=s)
    kept = F.conv_transpose2d(small, w, stride=s, padding=p, output_padding=extra)
    assert torch.allclose(kept, uncut[..., p : p + i, p : p + i])
    assert uncut.shape[2] - i == 2 * p - extra

# %%
# Watch it for "padding, strides": nine stamps, two cells apart, on 7 x 7 cells. The sums grow
# where stamps meet. Then the rim goes.

name = "padding, strides"
small = read_for_it[name][1:-1:2, 1:-1:2].astype(int)
sums = np.zeros((7, 7), int)
after = []
for i, j in np.ndindex(3, 3):
    rows, columns = input_positions(i, 3, stride=2), input_positions(j, 3, stride=2)
    sums[np.ix_(rows, columns)] += small[i, j] * ws[name]
    after.append((i, j, sums.copy()))
assert np.array_equal(sums[1:-1, 1:-1], grown[name])

# %%

# Drawing: nine stamps that add up, and the rim that is cut off
figure, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3.4), width_ratios=[3, 7])
plots.show_cells(left, small, colour=plots.INPUT, title="input")
none = np.zeros((7, 7), bool)
plots.show_cells(right, np.full((7, 7), np.nan), colour=plots.OUTPUT, highlight=none)
right.set_title("output")
frame = {"fill": False, "ec": plots.KERNEL, "lw": 3, "zorder": 3}
fills, texts, steps = {}, {}, []
for i, j, so_far in after:
    here = left.add_patch(plt.Rectangle((j - 0.5, i - 0.5), 1, 1, **frame))
    stamp = right.add_patch(plt.Rectangle((2 * j - 0.5, 2 * i - 0.5), 3, 3, **frame))
    for r, c in np.ndindex(7, 7):
        if 2 * i <= r < 2 * i + 3 and 2 * j <= c < 2 * j + 3:
            if (r, c) not in fills:
                cell = plt.Rectangle((c - 0.5, r - 0.5), 1, 1, fc=plots.OUTPUT)
                fills[r, c] = right.add_patch(cell)
            look = {"ha": "center", "va": "center", "size": 10, "c": plots.ON_FILL}
            texts[r, c] = right.text(c, r, so_far[r, c], **look)
    said = f"{small[i, j]} times the kernel, at row {2 * i} and column {2 * j}"
    steps.append((said, [here, stamp, *fills.values(), *texts.values()]))
    assert all(int(text.get_text()) == so_far[at] for at, text in texts.items())
inner = {at: t for at, t in texts.items() if {*at} <= {*range(1, 6)}}
kept = [*inner.values(), *(fills[at] for at in inner)]
steps.append(("padding=1: the rim is cut off, and 5 x 5 cells are left", kept))
shown = [int(t.get_text()) for _, t in sorted(inner.items())]
assert shown == [*grown[name].ravel()]
plots.show_motion(
    figure,
    steps,
    """A 3 x 3 input and an output of 7 x 7 cells, empty at first. Cell by cell, the input's
    number times a 3 x 3 kernel is added to the output, two cells apart; where stamps
    overlap the numbers grow. In the last step the outer rows and columns vanish.""",
    caption="Each cell of the input stamps the kernel. Cells in which stamps meet hold their sum. "
    "The padding of a transposed convolution comes last, and takes away.",
)

# %%
# Dilation, numbers and pooling
# -----------------------------
# The other five have no twin. The average in a corner of the pooling can be done in the head:
# 3 + 3 + 2 + 0 + 0 + 1 + 3 + 1 + 2 = 15, and 15 / 9 is about 1.7.

assert xs["average pooling"][:3, :3].sum() == 15 and round(15 / 9, 1) == 1.7

# %%
# All nineteen, moving
# --------------------
# The source is known for moving pictures. Here is each of the nineteen with its numbers: what the
# kernel reads, and what it gives. For a twin the kernel is flipped, and moves over the stuffed
# input.

walked = {}
for name, (i, _, _, p, *_) in direct.items():
    w = None if "pooling" in name else ws[name]
    walked[name] = np.pad(xs[name], p), w, outputs[name], np.pad(np.ones((i, i)), p)
    if name in twins:
        size, pad, extra = twins[name]
        filled = np.pad(np.ones((size, size)), (pad, pad + extra))
        around, flipped = read_for_it[name], ws[name][::-1, ::-1]
        walked[f"{name}: the twin"] = around, flipped, grown[name], filled
walks = {}
for name, (cells, w, answers, filled) in walked.items():
    k, s, p, d = direct[name.removesuffix(": the twin")][1:5]
    step, apart = (1, 1) if "twin" in name else (s, d)
    places = [
        input_positions(n, k, stride=step, dilation=apart) for n in range(len(answers))
    ]
    for r, c in np.ndindex(answers.shape):
        window = cells[np.ix_(places[r], places[c])]
        pooled = window.max() if "max" in name else window.mean()
        assert np.isclose(answers[r, c], pooled if w is None else (window * w).sum())
    walks[name] = plots.show_walk(
        cells, w, answers, (places, places),
        f"""{name}: a window of {k} x {k} moves in steps of {step} over {len(cells)} x {len(cells)}
        cells, padding among them, and gives {len(answers)} x {len(answers)} numbers.""",
        caption=f"{name}: {len(answers) ** 2} places, row by row.",
        filled=filled, form="{:.1f}" if name == "average pooling" else "{:g}",
    )  # fmt: skip
assert len(walks) == 19
for name in numbered:
    said = [float(words.split(": ")[1]) for words, _ in walks[name].steps]
    assert said == [*np.ravel(published[name])]

# %%
# Open one and let it run. Take it into a lecture: on this site its last button saves it as a GIF,
# for slides. On your own machine ``walks["dilation"].save("dilation.html")`` writes a page of its
# own, which is led by the same buttons. And ``plots.show_walk`` draws one for any settings.

plots.Motions(walks)

# %%

# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - All nineteen published sizes are those of the two size formulas, and of PyTorch.
# - At dilation 1 a transposed convolution is a convolution of the zero-stuffed input, padded by
#   k - 1 - p, with the *flipped* kernel.
# - The padding that a transposed layer is told crops its output.
#
# Exercises
# ---------
# 1. "Full padding" makes 7 x 7 out of 5 x 5. How much padding has its twin, and why?
# 2. The dilated case has no twin in the guide. What is its p', and what the stuffed input?

# %%

# Solution 1: none: p' = k - 1 - p = 3 - 1 - 2 = 0. It is an ordinary convolution, 7 x 7 to 5 x 5
size, pad, _ = twins["full padding"]
assert (pad, conv_output_size(size, 3)) == (0, 5)

# %%

# Solution 2: d * (k - 1) - p = 4; nothing is stuffed at stride 1, so it is the 3 x 3 output
i, k, s, p, d, o = direct["dilation"]
small, w = torch.tensor(rng.random((1, 1, o, o))), kernels["dilation"]
big = F.conv_transpose2d(small, w, dilation=d)
assert big.shape[2] == i
twin = F.conv2d(small, w.flip(2, 3), padding=d * (k - 1), dilation=d)
assert torch.allclose(twin, big)

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, and the animations that go with it.
