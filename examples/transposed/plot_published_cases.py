"""
Nineteen published cases: the sizes agree, and each twin flips its kernel
=========================================================================

Dumoulin and Visin's guide to convolution arithmetic is known for its pictures: twelve convolutions
and poolings, seven of them with a transposed twin. Fifteen of the nineteen have no numbers; we put
in random ones. Here all move, and their sizes are compared with what PyTorch gives.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# The table
# ---------
# For each case, the guide's numbers along an axis: input :math:`i`, kernel :math:`k`, stride
# :math:`s`, padding :math:`p`, dilation :math:`d`, output :math:`o`. All are square. The second
# group belongs to the twin, which goes back from :math:`o` to :math:`i`; it comes later.
# Numbers of the guide are typed from it, here and below. All others come from the run.

guide = [
    # i  k  s  p  d  o    the twin's stuffed size, p' and a
    ((4, 3, 1, 0, 1, 2), (2, 2, 0), "no padding, no strides"),
    ((5, 4, 1, 2, 1, 6), (6, 1, 0), "arbitrary padding"),
    ((5, 3, 1, 1, 1, 5), (5, 1, 0), "same padding"),
    ((5, 3, 1, 2, 1, 7), (7, 0, 0), "full padding"),
    ((5, 3, 2, 0, 1, 2), (3, 2, 0), "no padding, strides"),
    ((5, 3, 2, 1, 1, 3), (5, 1, 0), "padding, strides"),
    ((6, 3, 2, 1, 1, 3), (5, 1, 1), "padding, strides, odd"),
    ((7, 3, 1, 0, 2, 3), None, "dilation"),
    ((5, 3, 1, 0, 1, 3), None, "numbers"),
    ((5, 3, 2, 1, 1, 3), None, "numbers, padding, strides"),
    ((5, 3, 1, 0, 1, 3), None, "average pooling"),
    ((5, 3, 1, 0, 1, 3), None, "max pooling"),
]
direct = {name: sizes for sizes, _, name in guide}
twins = {name: sizes for _, sizes, name in guide if sizes}
assert (len(direct), len(twins)) == (12, 7)

# %%
# The twelve direct cases
# -----------------------
# The last four come with numbers in the guide, the others get random ones.

rng = np.random.default_rng(1)
xs = {name: rng.integers(0, 4, (i, i)) for name, (i, *_) in direct.items()}
ws = {name: rng.integers(1, 3, (k, k)) for name, (_, k, *_) in direct.items()}
published = {
    "numbers": [[12, 12, 17], [10, 17, 19], [9, 6, 14]],
    "numbers, padding, strides": [[6, 17, 3], [8, 17, 13], [6, 4, 4]],
    "average pooling": [[1.7, 1.7, 1.7], [1.0, 1.2, 1.8], [1.1, 0.8, 1.3]],
    "max pooling": [[3, 3, 3], [3, 3, 3], [3, 2, 3]],
}
for name in published:
    lines = "33210", "00131", "31223", "20022", "20001"
    xs[name] = np.array([[*map(int, line)] for line in lines])
    ws[name] = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
assert len(direct) + len(twins) - len(published) == 15  # have none

# %%
# One loop computes all twelve, and compares sizes and numbers with the guide's.

kernels = {name: torch.tensor(w)[None, None].double() for name, w in ws.items()}
outputs = {}
for name, (i, k, s, p, d, o) in direct.items():
    x = torch.tensor(xs[name])[None, None].double()
    if "pooling" in name:
        y = (F.max_pool2d if "max" in name else F.avg_pool2d)(x, k, stride=s)
    else:
        y = F.conv2d(x, kernels[name], stride=s, padding=p, dilation=d)
    outputs[name] = y[0, 0].numpy()
    assert outputs[name].shape == (o, o)
    assert conv_output_size(i, k, stride=s, padding=p, dilation=d) == o
assert all(np.allclose(outputs[n].round(1), published[n]) for n in published)

# %%
# The seven twins
# ---------------
# The twin goes from :math:`o \times o` back to :math:`i \times i`. The guide draws it as a
# convolution, too, in steps of 1. Put :math:`s - 1` zeros between the cells, which gives the
# *stuffed* size; pad with :math:`p' = k - 1 - p` zeros, and with :math:`a` more below and at the
# right, which PyTorch calls :term:`output_padding`.

# %%

size, pad = 2 * (4 - 1) + 1, 4 - 1 - 1
assert (size, pad, conv_output_size(size + 2 * pad, 4)) == (7, 2, 8)
questions.type_in(
    "A convolution with a 4 x 4 kernel, stride 2 and padding 1 makes 4 x 4 cells out of 8 x 8. How "
    "many rows does its twin's input have, once stuffed and padded?",
    "size + 2 * pad",
    {
        "size": "That is the stuffed size. The padding is still missing.",
        "size + 2 * 1": "This is padded by p. The twin's p' is 4 - 1 - 1.",
        "size + 1 + 2 * pad": "Zeros lie between the cells, and none behind the last.",
    },
    because="Stuffed it has 7, and 2 more on either side: 11, on which a kernel of 4 has 8 places.",
)

# %%
# What the pictures of the twins leave open: with *which* kernel? With the flipped one. As it
# stands, the kernel gives wrong numbers in all seven.

grown, read_for_it = {}, {}
for name, (size, pad, extra) in twins.items():
    i, k, s, p, d, o = direct[name]
    assert (size, pad) == (s * (o - 1) + 1, k - 1 - p)
    back = conv_transpose_output_size(o, k, stride=s, padding=p, output_padding=extra)
    assert back == i
    small = torch.tensor(rng.integers(1, 4, (1, 1, o, o))).double()
    w = kernels[name]
    big = F.conv_transpose2d(small, w, stride=s, padding=p, output_padding=extra)
    stuffed = torch.zeros(1, 1, size, size).double()
    stuffed[..., ::s, ::s] = small
    around = F.pad(stuffed, (pad, pad + extra) * 2)
    assert torch.equal(F.conv2d(around, w.flip(2, 3)), big)
    assert not torch.equal(F.conv2d(around, w), big)
    grown[name], read_for_it[name] = big[0, 0].numpy(), around[0, 0].numpy()

# %%

# Drawing: a case above its twin, with what is read for the first answer
name = "padding, strides, odd"
i, k, s, p, d, o = direct[name]
around, inside = read_for_it[name], np.pad(np.ones((i, i)), p)
panels = [
    ("reads", np.pad(xs[name], p), inside, "with", ws[name], outputs[name]),
    ("twin reads", around, around > 0, "flipped", ws[name][::-1, ::-1], grown[name]),
]
figure, axes = plt.subplots(2, 3, figsize=(5.6, 4.9), width_ratios=[8, 3, 6])
for row, (title, cells, filled, how, w, answers) in zip(axes, panels, strict=True):
    plots.show_cells(row[0], cells, colour=plots.INPUT, highlight=filled, title=title)
    for cell, real in zip(row[0].patches, filled.ravel(), strict=True):
        if not real:
            x, y = cell.get_xy()
            cell.set(bounds=(x + 0.08, y + 0.08, 0.84, 0.84), linestyle="--")
    plots.show_cells(row[1], w, colour=plots.KERNEL, title=how)
    plots.show_cells(row[2], answers, colour=plots.OUTPUT, title="gives")
    plots.show_window(row[0], range(k), range(k))
    plots.show_window(row[2], [0], [0])
    for ax, columns, slot in zip(
        row, (len(cells), k, len(answers)), (8, 3, 6), strict=True
    ):
        middle = (columns - 1) / 2  # cells of one size, in all panels
        ax.set(xlim=(middle - slot / 2, middle + slot / 2), ylim=(7.55, -0.55))
    read, by, first = ([int(text.get_text()) for text in ax.texts] for ax in row)
    assert np.reshape(read, cells.shape)[:k, :k].ravel() @ by == first[0]
assert by == [*ws[name].ravel()][::-1]
plots.describe(
    figure,
    f"""Two rows, the case "{name}" and its twin: what is read, with its zeros between and around;
    the kernel, for the twin flipped; and what comes out. Sizes: {i} to {o}, and {o} to {i}.""",
    caption="Dashed cells are made up: zeros around the input and between its cells. Outlined is "
    "what the first answer reads. The twin ends with the size with which its convolution began.",
)

# %%
# Is the padding of a twin padding?
# ---------------------------------
# The guide pads the stuffed input by :math:`p'`, and that is real padding. But the setting
# ``padding`` of a transposed layer is :math:`p`, the padding of the convolution that leads the
# other way. There each input cell *stamps* the kernel, times its number, onto the output.

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
# It *crops*: everything is stamped, and then :math:`p` rows and columns are cut off on each side,
# :math:`a` of them fewer below and at the right. Where :math:`a` is larger than :math:`p`, rows and
# columns of zeros are added there instead, :math:`a - p` of each.

for name, (_, _, extra) in twins.items():
    i, k, s, p, d, o = direct[name]
    small, w = torch.tensor(rng.random((1, 1, o, o))), kernels[name]
    uncut = F.conv_transpose2d(small, w, stride=s)
    kept = F.conv_transpose2d(small, w, stride=s, padding=p, output_padding=extra)
    assert torch.allclose(kept, uncut[..., p : p + i, p : p + i])
    assert uncut.shape[2] - i == 2 * p - extra
    uncut = F.conv_transpose2d(small, w, stride=3)
    for p, a in ((0, 1), (0, 2), (1, 2)):
        more = F.conv_transpose2d(small, w, stride=3, padding=p, output_padding=a)
        assert torch.allclose(more, F.pad(uncut[..., p:, p:], (0, a - p) * 2))

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
figure, axes = plt.subplot_mosaic("io;ko", figsize=(5.6, 3.8), width_ratios=[3, 7])
left, right = axes["i"], axes["o"]
plots.show_cells(left, small, colour=plots.INPUT, title="input")
plots.show_cells(axes["k"], ws[name], colour=plots.KERNEL, title="kernel")
empty = np.full((7, 7), np.nan)
plots.show_cells(right, empty, colour=plots.OUTPUT, highlight=empty > 0, title="output")
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
    """A 3 x 3 input, a 3 x 3 kernel and an output of 7 x 7 cells, empty at first. Cell by cell,
    the input's number times the kernel is added to the output, two cells apart; where stamps
    overlap the numbers grow. In the last step the outer rows and columns vanish.""",
    caption="Each cell of the input stamps the kernel. Cells in which stamps meet hold their sum. "
    "The padding of a transposed convolution comes last, and takes away.",
)

# %%
# All nineteen, moving
# --------------------
# Each case and its twin: what the kernel reads, and what it gives. For a twin the kernel is
# flipped, and moves over the stuffed input. Take one into a lecture: on this site its last button
# saves it as a GIF, for slides. On your own machine ``walks["dilation"].save("dilation.html")``
# writes a page of its own, which has the other buttons. And ``plots.show_walk`` draws one for any
# settings.

# %%

# Drawing: a fold for each case and its twin
walks, folds = {}, {}
for name, (i, k, s, p, d, o) in direct.items():
    w, filled = None if "pooling" in name else ws[name], np.pad(np.ones((i, i)), p)
    told = f"k = {k}, s = {s}, p = {p}, d = {d}."
    both = {name: (np.pad(xs[name], p), w, outputs[name], filled, s, d, told)}
    fold = f"{name}: {i} → {o}"
    if name in twins:
        _, pad, extra = twins[name]
        told = f"s - 1 = {s - 1} zeros between, p' = {pad}, a = {extra}."
        around, flipped = read_for_it[name], ws[name][::-1, ::-1]
        twin = around, flipped, grown[name], around > 0, 1, 1, told
        both[f"{name}: the twin"] = twin
        fold += f", its twin: {o} → {i}"
    for title, (cells, w, answers, filled, step, apart, told) in both.items():
        n = len(answers)
        places = [input_positions(o, k, stride=step, dilation=apart) for o in range(n)]
        met = set()
        for r, c in np.ndindex(n, n):
            window = np.ix_(places[r], places[c])
            met.add(int(filled[window].sum()))
            pooled = cells[window].max() if "max" in name else cells[window].mean()
            right = pooled if w is None else (cells[window] * w).sum()
            assert np.isclose(answers[r, c], right)
        few = f"{min(met)} to {max(met)}" if len(met) > 1 else met.pop()
        walks[title] = plots.show_walk(
            cells, w, answers, (places, places),
            f"""{title}: a window of {k} x {k} moves in steps of {step} over {len(cells)} x
            {len(cells)} cells and gives {n} x {n} numbers.""",
            caption=f"{told} Of the {k * k} cells read, {few} are the input's.",
            filled=filled, form="{:.1f}" if "average" in name else "{:g}",
        )  # fmt: skip
    folds[fold] = {title: walks[title] for title in both}
assert len(walks) == 19
plt.show()
plots.Motions(folds, opened=[*folds][5])

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
# 1. "Full padding" leaves its twin no padding. With a 5 x 5 kernel and stride 1, which padding does
#    so, and how large does it make 7 x 7?
# 2. The dilated case has no twin in the guide. What is its :math:`p'`, and what the stuffed input?
#    (How far does the kernel reach?)

# %%

# Solution 1: p = 4, since p' = 5 - 1 - p = 0; and 7 + 2 * 4 - 5 + 1 = 11
x, w = torch.tensor(rng.random((1, 1, 7, 7))), torch.tensor(rng.random((1, 1, 5, 5)))
wide = F.conv2d(x, w, padding=4)
twin = F.conv2d(wide, w.flip(2, 3))  # without padding
assert wide.shape[2] == 11
assert torch.allclose(twin, F.conv_transpose2d(wide, w, padding=4))

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
