"""
Several sizes become one, and output_padding says which to give back
====================================================================

A convolution with a stride above 1 makes the same output size from several input sizes. Its
transpose has to choose one of them, and takes the smallest unless you say otherwise. This page
shows why the sizes collide, how to choose, and what the extra rows and columns hold.
"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.input_sizes import conv_input_sizes
from convdocs.padding import same_padding
from convdocs.sizes import conv_output_size, conv_transpose_output_size

plt.style.use("convdocs.page")

# %%
# Does the same layer, transposed, restore the size?
# --------------------------------------------------
# One often reads that it does. Take one axis, a kernel of 5, two samples of padding on either side,
# and steps of 3. An input of 16 samples gives 6.

settings = {"stride": 3, "padding": 2}

# %%

questions.type_in(
    "A kernel of 5 moves in steps of 3, with padding 2 on either side. 16 samples give 6 outputs. "
    "How many do 18 samples give?",
    "conv_output_size(18, 5, **settings)",
    {
        "conv_output_size(16, 5, **settings) + 1": "A seventh place takes a whole step of 3 more.",
        "conv_output_size(18, 5, stride=1, padding=2)": "That is stride 1.",
    },
    because="Two samples more do not make room for another step of 3.",
    alone=True,
)

# %%
# Inputs of 16, 17 and 18 samples all give 6. And 6 samples, sent through the transposed convolution
# with the same settings, can give only one size. It is the smallest.

for size in (16, 17, 18, 19):
    there = nn.Conv1d(1, 1, 5, **settings)(torch.zeros(1, 1, size))
    back = nn.ConvTranspose1d(1, 1, 5, **settings)(there)
    print(f"{size} -> {there.shape[2]} -> {back.shape[2]}")
    assert there.shape[2] == conv_output_size(size, 5, **settings)
    assert back.shape[2] == conv_transpose_output_size(there.shape[2], 5, **settings)

assert list(conv_input_sizes(6, 5, **settings)) == [16, 17, 18]
assert conv_transpose_output_size(6, 5, **settings) == 16

# %%
# Why do the sizes collide?
# -------------------------
# Because the kernel moves three samples at a time, and a step that would lead past the end is
# not taken. One or two samples more do not make room for another step; the third does. Below,
# blue cells are the input and empty ones the padding. Outlined is what the last place reads.

# %%

# Drawing: four inputs, and the last place of the kernel on each
figure, axes = plt.subplots(4, 1, figsize=(7.2, 2.2))
unread = []
for ax, size in zip(axes, (16, 17, 18, 19), strict=True):
    places = conv_output_size(size, 5, **settings)
    samples = np.full((1, size + 2 * 2), np.nan)
    inside = np.zeros(samples.shape, bool)
    inside[0, 2 : 2 + size] = True
    samples[inside] = np.arange(size)
    plots.show_cells(ax, samples, colour=plots.INPUT, highlight=inside, fontsize=8)
    # the first cell drawn is position -2
    last = [p + 2 for p in input_positions(places - 1, 5, **settings)]
    plots.show_window(ax, [0], last)
    unread.append(samples.shape[1] - 1 - last[-1])
    ax.set(xlim=(-0.6, 22.6))
    ax.set_ylabel(f"{size}: {places} places", rotation=0, ha="right", va="center")
plots.describe(
    figure,
    """Four rows of cells: inputs of 16, 17, 18 and 19 samples with two cells of
    padding on either side. In the first three the last of six places ends at position
    17, and 0, 1 and 2 cells are left over behind it. In the fourth there is room for
    a seventh place.""",
    caption=f"Behind the last place {', '.join(map(str, unread[:3]))} cells are left over. "
    "A third would make room for one more step.",
)
assert unread == [0, 1, 2, 0]
# sphinx_gallery_thumbnail_number = 1

# %%
# As many sizes collide as the stride, unless some would be below 1. At stride 1 none do.

for stride in (1, 2, 3, 4):
    sizes = [
        n for n in range(1, 40) if conv_output_size(n, 5, stride=stride, padding=2) == 6
    ]
    assert len(sizes) == stride
    assert sizes == [*conv_input_sizes(6, 5, stride=stride, padding=2)]
assert [*conv_input_sizes(1, 3, stride=3, padding=2)] == [1]  # -1 and 0 are no sizes

# %%
# How do I get the size I had?
# ----------------------------
# With :term:`output_padding`: it is added to the smallest of the sizes, those below 1 counted. So
# subtract.

smaller = conv_output_size(30, 4, stride=4)
returned = conv_transpose_output_size(smaller, 4, stride=4)

# %%

questions.type_in(
    "30 samples go through a convolution with a kernel of 4 and stride 4, no padding, and back "
    "through the transposed one. Which output_padding gives 30 samples back?",
    "30 - returned",
    {
        "30 - smaller": "Subtract the size that you would get back, not the one in the middle.",
        "4 - 1": "That is the most you ever need with this stride.",
    },
    because="30 samples give 7, and 7 stamps of 4 side by side give 28: two are missing.",
    alone=True,
)

# %%
# Or give the layer the size, and let it do the subtraction.

for size in (16, 17, 18):
    needed = size - conv_transpose_output_size(6, 5, **settings)
    layer = nn.ConvTranspose1d(1, 1, 5, **settings, output_padding=needed)
    assert layer(torch.zeros(1, 1, 6)).shape[2] == size
    layer = nn.ConvTranspose1d(1, 1, 5, **settings)
    assert layer(torch.zeros(1, 1, 6), output_size=[size]).shape[2] == size
    print(f"for {size}: output_padding={needed}")

# %%
# Are the extra samples zeros?
# ----------------------------
# The name suggests it. Each input sample stamps the kernel, times its value, onto the output.
# Padding 2 cuts two positions off on either side: counted from the first that is kept, the last of
# six stamps covers positions 13 to 17, and without ``output_padding`` the output ends at 15. Take
# six samples of 1, and stamps of 1, 2, 3, 4, 5.

x, kernel = torch.ones(1, 1, 6), torch.arange(1.0, 6.0).reshape(1, 1, 5)
outputs = [
    F.conv_transpose1d(x, kernel, **settings, output_padding=extra)[0, 0].int()
    for extra in (0, 1, 2)
]

# %%

questions.choose(
    "The output of six stamps 1, 2, 3, 4, 5 ends at position 15. With output_padding=2 it "
    "ends at 17. What do positions 16 and 17 hold?",
    "tuple(outputs[2][16:])",
    {
        "tuple(torch.zeros(2).int())": "Nothing is added at the end. Less is cut off there.",
        "tuple(kernel[0, 0, :2].int())": "A stamp begins so. These two lie at its end.",
    },
    because="They are the end of the last stamp, which padding=2 had cut off.",
)

# %%
# Here nothing is added at the end: less is cut off.

uncut = F.conv_transpose1d(x, kernel, stride=3)[0, 0].int()
assert len(uncut) == 16 + 2 + 2
for extra, output in enumerate(outputs):
    assert torch.equal(output, uncut[2 : 18 + extra])  # two cut in front, fewer behind
assert outputs[2][16:].tolist() == [4, 5]

# %%

# Drawing: all that was stamped, and what each output_padding keeps of it
figure, axes = plt.subplots(3, 1, figsize=(7.2, 1.8))
for extra, ax in enumerate(axes):
    kept = np.zeros((1, 20), bool)
    kept[0, 2 : 18 + extra] = True
    plots.show_cells(ax, uncut[None], colour=plots.OUTPUT, highlight=kept, fontsize=8)
    ax.set_ylabel(f"output_padding={extra}", rotation=0, ha="right", va="center")
    cells = zip(ax.texts, ax.patches, strict=True)
    filled = [int(text.get_text()) for text, cell in cells if cell.get_facecolor()[3]]
    assert filled == outputs[extra].tolist()
plots.describe(
    figure,
    f"""Three times the same row of 20 stamped numbers, {uncut.tolist()}. The first two
    cells are empty in all rows. At the end two cells are empty with output_padding
    0, one with 1, none with 2.""",
    caption="Cells without colour are cut off. output_padding spares some of those at the end, and "
    "they hold what the last stamp wrote.",
)

# %%
# A picture has two axes: an input of 2 x 2, kernel 3 x 3, stride 2, padding 1. Nothing in the
# 3 x 3 output changes when ``output_padding=1`` makes it 4 x 4.

x, kernel = torch.tensor([[[[1, 2], [3, 4]]]]), torch.arange(1, 10).reshape(1, 1, 3, 3)
small, large = (
    F.conv_transpose2d(x, kernel, stride=2, padding=1, output_padding=extra)[0, 0]
    for extra in (0, 1)
)
print(large)
assert torch.equal(large[:3, :3], small)
assert (large != 0).all()

# %%
# When are they zeros?
# --------------------
# When no stamp reaches them: without padding nothing was cut off, and what lies behind the last
# stamp is empty. (A layer with a bias has the bias there.) Those samples depend on no input and no
# weight. So if you need ``output_padding``, have at least as much padding, but less than the kernel
# is long. With a dilation above 1 look at the output all the same: the new sample can lie in a hole
# of the stamp.

empty = F.conv_transpose2d(x, kernel, stride=2, output_padding=1)[0, 0]
assert empty.shape == (6, 6)
assert (empty[5] == 0).all() and (empty[:, 5] == 0).all() and (empty[:5, :5] != 0).all()

ones = torch.ones(1, 1, 9)
for k, s, p, extra in np.ndindex(6, 5, 5, 4):
    if extra < s and p < k:  # without dilation it is written if the padding is enough
        y = F.conv_transpose1d(ones, torch.ones(1, 1, k), None, s, p, extra)[0, 0]
        assert (y[len(y) - extra :] > 0).all() == (extra <= p)
assert F.conv_transpose1d(ones, ones[..., :1], None, 4, 2, 1)[0, 0, -1] == 0  # p > k

holes = {"stride": 2, "padding": 2, "dilation": 2}
y = F.conv_transpose1d(ones, ones[..., :3], **holes, output_padding=1)
assert y[0, 0, -1] == 0  # padding 2, and yet no tap writes there

# %%
# What does Keras crop with ``padding="same"``?
# ---------------------------------------------
# With stride s its ``Conv2DTranspose`` makes s times as many samples, if no ``output_padding`` is
# given. It is the transpose of a convolution that is padded
# :doc:`as TensorFlow pads </pages/examples/where_the_kernel_stands/plot_same_padding>`: of all that
# k taps stamp it crops k - s samples, half of them in front, rounded down, and the rest at the end;
# if k is below s it crops none. PyTorch's usual line for kernel 3 and stride 2,
# ``padding=1, output_padding=1``, gives as many samples, but crops the first instead of the last:
# with the same weights the answer moves by one. There, leave both out, and drop the last sample.

x, kernel = torch.tensor([[[1.0, 2, 3, 4]]]), torch.tensor([[[1.0, 2, 3]]])
before = torch.zeros(1, 1, 8, requires_grad=True)
padded = F.pad(before, same_padding(3, stride=2, input_size=8))
(theirs,) = torch.autograd.grad(F.conv1d(padded, kernel, stride=2), before, x)
usual = F.conv_transpose1d(x, kernel, stride=2, padding=1, output_padding=1)
print(theirs.int(), usual.int(), sep="\n")
uncut = F.conv_transpose1d(x, kernel, stride=2)
assert torch.equal(theirs, uncut[..., :-1]) and torch.equal(usual, uncut[..., 1:])
assert not torch.equal(theirs, usual)
for k, s in product(range(1, 7), range(1, 5)):
    taps = torch.arange(1.0, k + 1)[None, None]
    longer = torch.zeros(1, 1, 4 * s, requires_grad=True)
    padded = F.pad(longer, same_padding(k, stride=s, input_size=4 * s))
    (wanted,) = torch.autograd.grad(F.conv1d(padded, taps, stride=s), longer, x)
    stamped = F.conv_transpose1d(x, taps, stride=s)
    stamped = F.pad(stamped, (0, max(s - k, 0)))  # where no stamp reaches the end
    cropped = max(k - s, 0) // 2
    assert torch.equal(wanted, stamped[..., cropped : cropped + 4 * s])

# %%
# And what does ONNX crop?
# ------------------------
# ONNX is a format of files in which networks pass from one library to another. Its layer
# ``ConvTranspose`` has ``pads``, one for each side, that crop as
# ``padding`` does, and an ``output_padding`` that spares the end. By its documentation :math:`n`
# samples become :math:`(n - 1)\,s + a + r - p_0 - p_1`, with stride :math:`s`, the output_padding
# :math:`a`, and a kernel that spans :math:`r`. With equal pads that is PyTorch's size. ``auto_pad``
# asks for :math:`n\,s` samples: ``SAME_UPPER`` crops an odd one at the end, as Keras does, and
# ``SAME_LOWER`` in front. (ONNX Runtime, which runs such files, had the two exchanged until 2022.)

for n, k, s, p, a, d in np.ndindex(6, 5, 4, 3, 3, 3):
    size = (n - 1) * s + a + d * (k - 1) + 1 - p - p
    if n and k and d and a < s and size > 0:
        ones = torch.ones(1, 1, n), torch.ones(1, 1, k)
        y = F.conv_transpose1d(*ones, None, s, p, a, dilation=d)
        assert y.shape[2] == size
odd = uncut.shape[2] - 4 * 2  # four samples at stride 2
front = {"SAME_UPPER": odd // 2, "SAME_LOWER": odd - odd // 2}
for name, same in [("SAME_UPPER", theirs), ("SAME_LOWER", usual)]:
    assert torch.equal(uncut[..., front[name] : front[name] + 4 * 2], same)

# %%
# What is its limit?
# ------------------
# A stride of s makes s sizes collide, so ``stride - 1`` is the most you need. PyTorch allows
# a little more: below the stride *or* below the dilation (the distance between the taps
# of the kernel), whichever is larger.

x = torch.zeros(1, 1, 4)
refusal = "output padding must be smaller than either stride or dilation"
for dilation, extra in [(3, 2), (3, 3), (1, 2)]:
    layer = nn.ConvTranspose1d(1, 1, 3, 2, dilation=dilation, output_padding=extra)
    try:
        answer = layer(x).shape[2]
    except RuntimeError as error:
        answer = str(error).split(",")[0]
    print(f"stride 2, {dilation = }, output_padding={extra}: {answer}")
    assert answer == (15 if extra < max(2, dilation) else refusal)

# %%
# Why the dilation? The sizes give no reason: it makes the kernel longer, and no more of them
# collide. (That was noticed in 2018, and left as it is.) What it allows beyond the stride is never
# a size that you had: with stride 2 and dilation 3 the convolution makes 5 samples out of 15, not
# 4. The new samples are of the same two kinds: as many as the padding had cut off hold what was
# stamped there, or lie in a hole between two taps, and all others hold 0, or the bias.

taps, bias = torch.tensor([[[1.0, 2, 3]]]), torch.tensor([9.0])
for s, d, p in np.ndindex(5, 6, 4):
    if 0 < s < d:
        rows = [torch.zeros(1, 1, n) for n in range(2 * d + 1, 40)]
        sizes = [F.conv1d(row, taps, stride=s, dilation=d).shape[2] for row in rows]
        assert sizes.count(4) == s
        uncut = F.conv_transpose1d(x + 1, taps, bias, s, dilation=d)
        for extra in range(s, d):
            more = F.conv_transpose1d(x + 1, taps, bias, s, p, extra, dilation=d)
            assert torch.equal(more, F.pad(uncut, (-p, extra - p), value=9))
more = F.conv_transpose1d(x + 1, taps, bias, 2, 2, 2, dilation=3)
assert more[0, 0, -2:].tolist() == [9, 9 + 3]  # a hole, and the last tap

assert conv_output_size(15, 3, stride=2, dilation=3) == 5
assert list(conv_input_sizes(4, 3, stride=2, dilation=3)) == [13, 14]
for s, d, n in np.ndindex(5, 6, 8):
    for extra in range(s, max(s, d) if s and n else 0):
        size = conv_transpose_output_size(n, 3, stride=s, dilation=d) + extra
        assert conv_output_size(size, 3, stride=s, dilation=d) > n
plt.show()

# %%
# Recap
# -----
# - A stride of s makes s input sizes collide, those below 1 counted. Without ``output_padding`` the
#   transposed convolution gives back the smallest.
# - ``output_padding`` = the size you had - the size you would get.
# - It cuts off less at the end. The extra samples hold what the stamps left there, and beyond them
#   0, or the bias.
# - It must be below the stride or the dilation, whichever is larger.
# - Where an odd number has to be cropped, Keras crops one more at the end, and PyTorch's layer one
#   more in front. (At stride and dilation 1 it takes no ``output_padding``, and cannot crop an odd
#   number.)
#
# Exercises
# ---------
# 1. A picture is 235 high and 180 wide; kernel 3, stride 2, padding 1. Which ``output_padding``
#    does each axis need? (It takes one number for each.)
# 2. Kernel 3, stride 4, no padding: which samples of the output does no stamp reach?

# %%

# Solution 1: none for the rows, 1 for the columns
layer = {"kernel_size": 3, "stride": 2, "padding": 1}
halves = [conv_output_size(n, **layer) for n in (235, 180)]
given = [conv_transpose_output_size(n, **layer) for n in halves]
# with these settings odd sizes come back by themselves, and even ones lack 1
assert [n - back for n, back in zip((235, 180), given, strict=True)] == [0, 1]

# %%

# Solution 2: every fourth, the one between two stamps, and any that output_padding adds
y = F.conv_transpose1d(torch.ones(1, 1, 3), torch.ones(1, 1, 3), stride=4)[0, 0]
assert (y == 0).nonzero().ravel().tolist() == [3, 7]
longer = F.conv_transpose1d(torch.ones(1, 1, 3), torch.ones(1, 1, 3), None, 4, 0, 3)
assert (longer == 0).sum() == 2 + 3

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, section 4.6.
# - Keras, its layer ``Conv2DTranspose``, on ``padding="same"``.
# - ONNX, its operator ``ConvTranspose``, on ``pads``, ``output_padding`` and ``auto_pad``.
# - ONNX Runtime, `Fix SAME_UPPER/SAME_LOWER (auto_pad attribute) in ConvTranspose
#   <https://github.com/microsoft/onnxruntime/pull/12537>`_, 2022.
# - PyTorch documentation of `ConvTranspose2d
#   <https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html>`_.
# - PyTorch, `output_padding constraint
#   <https://github.com/pytorch/pytorch/issues/8826>`_, 2018, on the dilation in the bound.
