"""
At the border a pooling window may hang over, and padding may count
===================================================================

Blocks rarely fit a map exactly. Then two settings decide: ``ceil_mode`` says whether one more
window may stand at the end, and ``count_include_pad`` says what an average divides by where the
window meets padding. This page shows both, window by window, and what a maximum sees there.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import avg_pool1d, avg_pool2d, max_pool1d, max_pool2d, pad

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.operations.pooling import avg_pool, max_pool
from convdocs.sizes import pool_output_size

plt.style.use("convdocs.page")

# %%
# What if the size is odd?
# ------------------------
# Then the last row or column is in no block and is dropped. A pooling layer counts places as a
# convolution does, and half a step is no step: 231 rows become 115. With :term:`ceil_mode` on, one
# more window may hang over the end, and looks at what is there.

assert pool_output_size(231, 2) == (231 - 2) // 2 + 1 == 115
last_row = torch.zeros(1, 1, 231)
last_row[..., -1] = 1
assert (
    max_pool1d(last_row, 2).max() == 0
    and max_pool1d(last_row, 2, ceil_mode=True).max() == 1
)

# %%

questions.type_in(
    "231 rows are pooled with windows of 2 and stride 2. How many rows come out with "
    "``ceil_mode=True``?",
    "pool_output_size(231, 2, ceil_mode=True)",
    {
        "pool_output_size(231, 2)": "The last row has a window of its own now.",
        "(231 + 1) // 2 + 1": "One window more than without it, not two.",
    },
    because="115 whole windows, and one that holds the last row alone.",
    alone=True,
)

# %%
# One rule goes with it. A window that would *start* in the padding after the input is dropped,
# because it would see nothing.

# %%

questions.type_in(
    "Windows of 2 with stride 2 on 3 samples, with one sample of padding on either side and "
    "``ceil_mode=True``: how many are there?",
    "pool_output_size(3, 2, padding=1, ceil_mode=True)",
    {
        "int(np.ceil((3 + 2 * 1 - 2) / 2)) + 1": "The third would start behind the input.",
        "3 // 2": "The padding gives room to stand, too.",
    },
    because="One window starts in the padding in front, one at sample 1. The next would "
    "start behind the input.",
    alone=True,
)

# %%
# So the size is not the formula with a ceiling in it: that is wrong in 16 of these 66 cases.
# convdocs agrees with PyTorch in all.

cases = [(2, 2, 0), (2, 2, 1), (3, 2, 1), (3, 3, 1), (2, 3, 1), (3, 1, 0)]
cases = [(n, *case) for n in range(3, 14) for case in cases]
wrong = 0
for n, k, s, p in cases:
    y = max_pool1d(torch.zeros(1, 1, n), k, stride=s, padding=p, ceil_mode=True)
    assert y.shape[-1] == pool_output_size(n, k, stride=s, padding=p, ceil_mode=True)
    wrong += y.shape[-1] != int(np.ceil((n + 2 * p - k) / s)) + 1
assert (len(cases), wrong) == (66, 16)

# %%

# Drawing: three windows without and with ceil_mode, a row for each; which of them stand?
figure, axes = plt.subplots(1, 3, figsize=(7.2, 1.9))
cases = [(5, 0, False), (5, 0, True), (3, 1, True)]
for ax, (n, padding, mode), windows in zip(axes, cases, (2, 3, 2), strict=True):
    theirs = max_pool1d(torch.zeros(1, 1, n), 2, padding=padding, ceil_mode=mode)
    assert theirs.shape[-1] == windows
    columns = np.arange(-padding, 6 - padding)
    names = [str(i) if 0 <= i < n else "p" if i < n + padding else "" for i in columns]
    reads = [input_positions(o, 2, stride=2, padding=padding) for o in range(3)]
    read = np.array([np.isin(columns, window) for window in reads])
    assert read.sum(0).max() == 1  # side by side
    stands = np.arange(3)[:, None] < windows
    cells = np.tile(np.arange(6), (3, 1))
    plots.show_cells(
        ax, cells, colour=plots.INPUT, highlight=read & stands, form=names.__getitem__
    )
    if windows == 2:  # the third is dropped: it hangs over the end, or starts behind it
        start, end = reads[2]
        assert (start if mode else end) >= n
        dropped = [name for name, there in zip(names, read[2], strict=True) if there]
        assert dropped == (["p", ""] if mode else ["4", ""])
        plots.show_window(ax, [2], np.flatnonzero(read[2]))
        for cell in ax.patches[-2:]:
            cell.set_linestyle("--")
    ax.set(title=f"{n} samples, padding {padding}\nceil_mode={mode}", anchor="N")
plots.describe(
    figure,
    """Three grids with one row for each of three windows of 2. Five samples without
    ceil_mode: the third window, sample 4 and an empty cell, is only outlined. With
    ceil_mode it is filled. Three samples with padding 1 and ceil_mode: the third
    window, the padding behind and an empty cell, is only outlined.""",
    caption="Each row is one window; p is padding, and empty cells lie outside even that. Dashed "
    "windows are dropped: one may hang over the end with ``ceil_mode``, but never start behind it.",
)

# %%
# What does the average divide by at the border?
# ----------------------------------------------
# Average pooling has to decide whether padding counts as zeros. By default it does. With
# ``count_include_pad=False`` it divides by the number of samples found.

flat = torch.full((1, 1, 3, 3), 36.0)
with_zeros, samples_only = (
    avg_pool2d(flat, 3, stride=1, padding=1, count_include_pad=count)[0, 0]
    for count in (True, False)
)

# %%

questions.choose(
    "3 x 3 samples are 36 everywhere, and ``nn.AvgPool2d(3, stride=1, padding=1)`` averages them. "
    "What is in the corner?",
    "float(with_zeros[0, 0])",
    {
        "float(samples_only[0, 0])": "The zeros of the padding count, unless you say otherwise.",
        "float(with_zeros[0, 1])": "That is the middle of an edge: 6 samples and 3 zeros.",
        "36 / 4": "4 is the number of samples found; they add up to four times 36.",
    },
    because="The window finds 4 samples and 5 zeros: 4 times 36, divided by 9.",
    alone=True,
)

# %%

# Drawing: a flat input and its averages, with padding counted and not
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.8))
plots.show_cells(axes[0], flat[0, 0], colour=plots.INPUT, title="input")
for ax, count in zip(axes[1:], (True, False), strict=True):
    y = avg_pool(flat, 3, stride=1, padding=1, count_include_pad=count)[0, 0]
    title = f"count_include_pad={count}"
    plots.show_cells(ax, y, colour=plots.OUTPUT, title=title)
    assert np.array_equal(y, with_zeros if count else samples_only)
    corner = "16" if ax.get_title().endswith("True") else "36"
    assert ax.texts[0].get_text() == corner
plots.describe(
    figure,
    """Three 3 x 3 grids. The input is 36 everywhere. Averaged over 3 x 3 windows with
    padding 1, it becomes 16 in the corners, 24 at the edges and 36 in the centre when
    padding is counted, and stays 36 everywhere when it is not.""",
    caption="Counting the padding as zeros makes a flat input smaller at its rim.",
)
assert with_zeros.tolist() == [[16, 24, 16], [24, 36, 24], [16, 24, 16]]
assert (samples_only == 36).all()

# %%
# (ONNX leaves padding out by default, and TensorFlow always does.) What hangs over the end in
# ``ceil_mode`` is no padding, and is never counted: of 3 x 3 sixes, pooled in blocks of 2 x 2, the
# last windows hold sixes and cells that hang over, and their average is 6. ``divisor_override``
# replaces every count by a number that you choose; with 1 the averages become sums.

sixes = avg_pool2d(torch.full((1, 1, 3, 3), 6.0), 2, ceil_mode=True)
assert sixes.shape == (1, 1, 2, 2) and (sixes == 6).all()
both = avg_pool1d(torch.full((1, 1, 3), 6.0), 3, padding=1, ceil_mode=True)
assert both.tolist() == [
    [[4, 3]]
]  # 6 + 6 of three; 6 of two, and a third cell hangs over
sums = avg_pool2d(flat, 3, stride=1, padding=1, divisor_override=1)
torch.testing.assert_close(sums[0, 0], 9 * with_zeros)
assert np.array_equal(avg_pool(flat, 3, stride=1, padding=1, divisor_override=1), sums)

# %%
# Is padding zero to max pooling, too?
# ------------------------------------
# Padding that is part of the pooling, and zeros that you put around the input before it, are not
# the same. It shows where all samples of a window are negative; after ReLU none is.

low = torch.tensor([[[-5.0, -7]]])
pooled = max_pool1d(low, 2, padding=1)[0, 0].int()
zeros_won = max_pool1d(pad(low, (1, 1)), 2)[0, 0].int()

# %%

questions.choose(
    "Max pooling with windows of 2, stride 2 and ``padding=1`` on -5, -7. What comes out?",
    "tuple(pooled)",
    {
        "tuple(zeros_won)": "So it would be with zeros around it. The padding of max pooling "
        "never wins.",
        "tuple(max_pool1d(low, 2)[0, 0].int())": "So it is without padding, in a single window.",
    },
    because="Each window holds one sample. Its padding counts as minus infinity.",
    alone=True,
)

# %%
# PyTorch gives the same for an input with minus infinity around it.

around = pad(low, (1, 1), value=-torch.inf)
assert torch.equal(max_pool1d(low, 2, padding=1), max_pool1d(around, 2))
assert pooled.tolist() == [-5, -7] and zeros_won.tolist() == [0, 0]

# %%
# What if a window holds nothing but padding?
# -------------------------------------------
# Without dilation two rules of PyTorch see to it that none does: padding is at most half the
# kernel, and no window starts behind the input. Where the second is missing, libraries disagree: of
# 5 samples, windows of 3, stride 3 and padding 1, WebNN's rule keeps a third window, for which
# TensorFlow Lite was reported to give 0 and Core ML minus infinity.

assert pool_output_size(5, 3, padding=1, ceil_mode=True) == 2
assert [*input_positions(2, 3, stride=3, padding=1)] == [5, 6, 7]  # the third
for n, k, s, p, mode in np.ndindex(7, 5, 5, 3, 2):
    if 1 <= k <= n and s >= 1 and p <= k // 2:
        places = pool_output_size(n, k, stride=s, padding=p, ceil_mode=bool(mode))
        for o in range(places):
            read = input_positions(o, k, stride=s, padding=p)
            assert any(0 <= i < n for i in read)
        settings = {"padding": p, "ceil_mode": bool(mode), "count_include_pad": False}
        assert (avg_pool1d(torch.ones(1, 1, n), k, s, **settings) == 1).all()
message = ""
try:
    max_pool1d(low, 3, padding=2)
except RuntimeError as error:
    message = str(error)
assert "at most half of kernel size" in message

# %%
# So average pooling, which has no dilation in PyTorch, never divides 0 by 0, whatever is counted.
# You do if you count by a mask of your own, and a window has none of it: the answer is *nan*, no
# number.

mask = torch.tensor([[[1.0, 0, 0, 0]]])
answers = avg_pool1d(5 * mask, 2) / avg_pool1d(mask, 2)
assert answers[0, 0, 0] == 5 and answers[0, 0, 1].isnan()
refusal = ""
try:
    torch.nn.AvgPool1d(2, dilation=2)
except TypeError as error:
    refusal = str(error)
assert "unexpected keyword argument 'dilation'" in refusal

# %%
# Only dilated taps can stand on both sides of the input and miss it. The largest of nothing is then
# minus infinity in PyTorch, or the least number of a type without it. No place is right for it:
# ``return_indices`` names one that the window does not read, and this project's ``max_pool``
# refuses to name one.

one = torch.ones(1, 1, 1)
nothing, place = max_pool1d(one, 2, padding=1, dilation=2, return_indices=True)
assert nothing == -torch.inf and place >= one.shape[-1]
settings = {"stride": 1, "padding": (0, 1), "dilation": (1, 2), "return_indices": True}
_, place = max_pool2d(torch.zeros(1, 1, 6, 1), (1, 2), **settings)
assert place.ravel().tolist() == [
    1,
    2,
    3,
    4,
    5,
    6,
]  # cells of the map, but for the last
refusal = ""
try:
    max_pool(one, 2, padding=1, dilation=2, return_indices=True)
except ValueError as error:
    refusal = str(error)
assert "its largest sample has no index" in refusal
assert max_pool(one, 2, padding=1, dilation=2) == -np.inf
whole = max_pool2d(one[None].long(), 2, padding=1, dilation=2)
assert whole == torch.iinfo(torch.int64).min
# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - An odd end is dropped. ``ceil_mode`` keeps it, unless the window would start behind the input.
# - Padding never wins a maximum: to it, padding is minus infinity.
# - The average counts padding as zeros unless ``count_include_pad=False``. What hangs over the end
#   of the padding it never counts.
#
# Exercises
# ---------
# 1. Windows of 3 with stride 2 and padding 1 halve 112 rows. What does ``ceil_mode`` change?
# 2. Average windows of 2 with stride 2 and padding 1 over 36, 36, 36. What comes out?

# %%

# Solution 1: 57 rows instead of 56, for the last window starts at row 111, which is there
assert pool_output_size(112, 3, stride=2, padding=1) == 56
assert pool_output_size(112, 3, stride=2, padding=1, ceil_mode=True) == 57
assert [*input_positions(56, 3, stride=2, padding=1)] == [111, 112, 113]

# %%

# Solution 2: 18 and 36, for the first window holds one zero of the padding
averages = avg_pool1d(torch.full((1, 1, 3), 36.0), 2, padding=1)
assert averages.tolist() == [[[18, 36]]]

# %%
# Sources
# -------
# - PyTorch documentation of :class:`torch.nn.MaxPool2d` and :class:`torch.nn.AvgPool2d`.
# - ONNX, its operator ``AveragePool``, and TensorFlow, its notes on padding, on average pooling.
# - WebNN, `Discrepancies with maxPool2d padding behavior
#   <https://github.com/webmachinelearning/webnn/issues/935>`_, 2026, on what libraries give for
#   padding alone.
