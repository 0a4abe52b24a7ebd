"""
Going backwards, a stride becomes holes, and only one kernel is turned
======================================================================

Training asks two things of every layer: how does the loss depend on your weights, and how on what
you read? Both answers are convolutions. This page derives them by hand, tells what becomes of the
stride and which kernel has to be turned, and holds every number against PyTorch.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv1d, conv2d, conv_transpose1d

from convdocs import plots, questions
from convdocs.geometry import input_positions
from convdocs.operations.gradients import input_gradient, weight_gradient
from convdocs.operations.matrix import cross_correlation_matrix

plt.style.use("convdocs.page")

# %%
# What arrives, and what is asked for?
# ------------------------------------
# A layer reads eight numbers with a kernel of three weights, in steps of two, and gives three
# outputs. Then the loss is worked out, and :term:`backpropagation` hands back three numbers, one
# for each output: its *slope*, that is, how much the loss grows with that output. Where the three
# come from does not matter here, so we choose them.

x, w = np.array([3, 1, 4, 1, 5, 9, 2, 6]), np.array([1, 2, -3])
stride = 2
windows = [[*input_positions(o, len(w), stride=stride)] for o in range(3)]
y = [w @ x[window] for window in windows]
arriving = np.array([1, -1, 2])

tx, tw, tg = (
    torch.tensor(a, dtype=torch.float64)[None, None] for a in (x, w, arriving)
)
assert np.array_equal(conv1d(tx, tw, stride=stride)[0, 0], y)

# %%
# The layer has to answer with two :term:`gradients <gradient>`: a slope for each weight, so that
# the weights can be changed, and a slope for each input, which the layer before it waits for.
#
# What does a weight meet?
# ------------------------

eight = np.arange(8)[None]
met = [[window[t] for window in windows] for t in range(3)]
questions.click(
    "The kernel has three weights, and its first stands at places 0, 2 and 4. Click on the inputs "
    "that its last weight meets.",
    "eight",
    "np.isin(eight, met[2])",
    {
        "np.isin(eight, met[0])": "These are what its first weight meets.",
        "np.isin(eight, windows[2])": "These are what the kernel covers at its last place.",
        "eight % 2 == 0": "The steps are right, but there are three places only.",
    },
    because="The last weight lies two cells to the right of the first: at 2, 4 and 6.",
)

# %%
# Where a weight meets an input that holds 3, it adds 3 times itself to that output. So if it grows
# by a little, the output grows by 3 times that, and the loss by that times the output's slope. The
# slope in a weight is the sum over all that it meets: input times output's slope.
#
# The next weight meets the neighbours of these inputs, one cell to the right. Look at what moves:
# the three arriving slopes, laid on the input *two apart*, going on *by one*. That is a
# :term:`cross-correlation` of the input, and its kernel is what arrives. The steps of the layer
# became holes in that kernel: *stride became dilation*.

to_weights = [int(arriving @ x[inputs]) for inputs in met]
laid = conv1d(tx, tg, dilation=stride)[0, 0]
assert met == [[0, 2, 4], [1, 3, 5], [2, 4, 6]]
assert np.array_equal(laid[:3], to_weights)

# %%

# Drawing: the arriving slopes laid on the input, once for each weight
figure, axes = plt.subplots(4, 1, figsize=(7.2, 3.4), sharex=True)
plots.show_cells(axes[0], x[None], colour=plots.INPUT)
for t, ax in enumerate(axes[1:]):
    slopes = np.full((1, 8), np.nan)
    slopes[0, met[t]] = arriving
    filled = ~np.isnan(slopes)
    plots.show_cells(ax, slopes, colour=plots.KERNEL, highlight=filled)
    assert np.nansum(slopes * x) == to_weights[t]
    ax.text(7.8, 0, f"weight {t}: slope {to_weights[t]}", va="center")
axes[0].text(7.8, 0, "input", va="center")
axes[0].set_xlim(-0.55, 11.5)
plots.describe(
    figure,
    f"""A row with the eight inputs {x}. Below it three rows with the slopes {arriving}, two
    cells apart. In the first they stand below inputs 0, 2 and 4, in the second below 1, 3 and
    5, in the third below 2, 4 and 6. The sums of products are {to_weights}.""",
    caption="What arrives is a kernel with holes. It moves by one cell from weight to weight, "
    "and the sum of products with the inputs above it is the slope in that weight.",
)
# sphinx_gallery_thumbnail_number = 1

# %%
# In the layer, output ``o`` and tap ``t`` meet at input ``o * stride + t * dilation``. Now we
# ask for each ``t`` and sum over all ``o``, so the two settings change places. And that
# is all: nothing is turned.

layer = {"stride": 3, "dilation": 2}
both = torch.arange(30.0).double()[None, None], tw.clone().requires_grad_()
conv1d(*both, **layer).sum().backward()
ones = torch.ones_like(conv1d(*both, **layer))
by_conv = conv1d(both[0], ones, stride=layer["dilation"], dilation=layer["stride"])

# %%

questions.choose(
    "A layer has stride 3 and dilation 2. The slopes in its weights are a cross-correlation of its "
    "input with the slopes that arrive. Of which stride, and which dilation?",
    '(layer["dilation"], layer["stride"])',
    {
        '(layer["stride"], layer["dilation"])': "These are the layer's own. What was a step from "
        "output to output is now a distance inside the kernel.",
        '(layer["stride"], layer["stride"])': "The steps go from weight to weight, and these lie "
        "as far apart as the dilation says.",
    },
    because="They change places: the slopes lie 3 apart, and weights meet inputs 2 apart.",
    alone=True,
)

# %%
# There is one trap. Eight inputs and three slopes two apart leave *four* places, but there are
# three weights. The fourth belongs to a weight that the layer does not have: its last input was
# never read. So one cuts off what is too much, and has to know the kernel's size for that.

assert len(laid) == 4
assert by_conv.shape[-1] >= len(w) and np.array_equal(
    by_conv[..., : len(w)], both[1].grad
)

# %%
# Which outputs does an input reach?
# ----------------------------------
# Count inputs and outputs from 0. Input 4, which holds 5, is read twice: by output 1 with the last
# weight, and by output 2 with the first. Its slope is the sum: weight times output's slope. So we
# may lay the kernel down for each output, *as it is*, times the slope that arrives there: these are
# the stamps of the :term:`transposed convolution`.

to_inputs = np.zeros(8, int)
for slope, window in zip(arriving, windows, strict=True):
    to_inputs[window] += slope * w
# output_padding 1: the input that no output has read is there, too
transposed = conv_transpose1d(tg, tw, stride=stride, output_padding=1)
assert np.array_equal(transposed[0, 0], to_inputs)

# %%

questions.type_in(
    "The kernel is 1, 2, -3 and moves in steps of 2 over the inputs 0 to 7. The slopes 1, -1, 2 "
    "arrive at its three outputs. What is the slope in input 4?",
    "to_inputs[4]",
    {
        "w[0] * arriving[2]": "That is what comes from the last output. Another one read it, too.",
        "w[2] * arriving[1]": "That is what comes from the output in the middle. The last output "
        "read it, too.",
        "w[::-1][[2, 0]] @ arriving[[1, 2]]": "Turned: output 1 read it with its last weight.",
    },
    because="Output 1 read it with the weight -3, output 2 with the weight 1: 3 + 2.",
    alone=True,
)

# %%
# Can an input gather its slope instead, with a kernel that moves by one? Put the steps back first:
# ``stride - 1`` zeros between the slopes (:term:`zero-stuffing`), so that each stands where its
# window begins. A window reads forwards, so the outputs that have read an input stand at it or
# *before* it, the last weight's farthest. Hence the kernel has to be *turned*, half a turn with two
# axes. It keeps its dilation, and begins outside, on ``dilation * (kernel_size - 1) - padding``
# zeros. The stride has to do with the stuffing only: the kernel is turned at every stride, 1 too.
# (One more zero, at the end, is for the input that nobody has read.)

stuffed = np.zeros(2 * (len(arriving) - 1) + 1 + 1, int)
stuffed[:-1:stride] = arriving
around = len(w) - 1
gathered = np.correlate(np.pad(stuffed, around), w[::-1], "valid")
assert np.array_equal(gathered, to_inputs)
assert not np.array_equal(np.correlate(np.pad(stuffed, around), w, "valid"), to_inputs)
holed = tx.clone().requires_grad_()
conv1d(holed, tw, stride=stride, padding=1, dilation=2).backward(tg)
outside = torch.tensor(np.pad(stuffed, 2 * (len(w) - 1) - 1)).double()[None, None]
assert torch.equal(conv1d(outside, tw.flip(-1), dilation=2), holed.grad)

# %%

# Drawing: the stuffed slopes, the turned kernel below them, and the slopes in the inputs
figure, axes = plt.subplots(3, 1, figsize=(7.2, 2.8), sharex=True)
wide = np.pad(stuffed, around).astype(float)
laid_down = np.full_like(wide, np.nan)
laid_down[4:7] = w[::-1]
assert np.nansum(wide * laid_down) == to_inputs[4]
answer = np.full_like(wide, np.nan)
answer[around:] = to_inputs
assert answer[6] == to_inputs[4]
for ax, row, colour, name in (
    (axes[0], wide, plots.INPUT, "what arrives, stuffed"),
    (axes[1], laid_down, plots.KERNEL, "kernel, turned"),
    (axes[2], answer, plots.OUTPUT, "slopes in the inputs"),
):
    marked = row != 0 if ax is axes[0] else ~np.isnan(laid_down)
    marked[:6] &= ax is not axes[2]
    plots.show_cells(ax, row[None], colour=colour, highlight=marked[None])
    ax.text(len(wide) - 0.2, 0, name, va="center")
axes[0].set_xlim(-0.55, len(wide) + 4)
plots.describe(
    figure,
    f"""Three rows of cells. The first holds {stuffed} with two zeros on either side. The second
    has the turned kernel -3, 2, 1 below -1, 0 and 2. The third has the slopes in the eight
    inputs, {to_inputs}; filled is {to_inputs[4]}, below the last cell of the kernel.""",
    caption="How input 4 gathers its slope. The -1 of output 1 meets the kernel's last weight, the "
    "2 of output 2 its first: seen from the input, the kernel runs the other way.",
)

# %%
# Does autograd agree?
# --------------------
# PyTorch derives both by itself. And the transpose of the layer's matrix gives the slopes in the
# inputs.

leaves = tx.clone().requires_grad_(), tw.clone().requires_grad_()
conv1d(*leaves, stride=stride).backward(tg)
assert np.array_equal(leaves[0].grad[0, 0], to_inputs)
assert np.array_equal(leaves[1].grad[0, 0], to_weights)
matrix = cross_correlation_matrix(w[None, None], (8,), stride=stride)
assert np.array_equal(matrix.T @ arriving, to_inputs)

# %%
# And with pictures, channels and a batch? Every kernel reads each channel, so the slope in an input
# is a sum over the kernels. The weights are used for each picture of the batch, so their slopes are
# summed over the batch. For that we exchange batch and channels, and the same ``conv2d`` does it.

rng = np.random.default_rng(0)
pictures, weight = (
    rng.integers(-9, 10, (2, 3, 9, 10)),
    rng.integers(-9, 10, (4, 3, 3, 3)),
)
settings = {"stride": (2, 3), "padding": (1, 2), "dilation": (2, 1)}
leaves = [torch.tensor(a).double().requires_grad_() for a in (pictures, weight)]
out = conv2d(*leaves, **settings)
slopes = torch.tensor(rng.integers(-9, 10, out.shape)).double()
out.backward(slopes)
exchanged = {"stride": (2, 1), "padding": (1, 2), "dilation": (2, 3)}
by_hand = conv2d(leaves[0].transpose(0, 1), slopes.transpose(0, 1), **exchanged)
assert torch.equal(by_hand.transpose(0, 1)[..., :3, :3], leaves[1].grad)
assert np.array_equal(weight_gradient(pictures, slopes, 3, **settings), leaves[1].grad)
assert np.array_equal(
    input_gradient(slopes, weight, (9, 10), **settings), leaves[0].grad
)

# %%
# The transposed layer is this way back, used as a layer. And the way back through *it* is the
# convolution that we began with.

forth = tg.clone().requires_grad_()
conv_transpose1d(forth, tw, stride=stride, output_padding=1).backward(tx)
assert np.array_equal(forth.grad[0, 0], y)
plt.show()

# %%
# Recap
# -----
# - The slopes in the weights: the input cross-correlated with what arrives. Stride and dilation
#   change places, and no kernel is turned.
# - The slopes in the inputs: what arrives, stamped with the kernel as it is. Gathered, it is a
#   cross-correlation of the stuffed slopes with the turned kernel, at every stride.
# - Input and kernel size must be told: at a stride above 1 the outputs alone do not fix them.
#
# Exercises
# ---------
# 1. The layer gets a bias, one number added to each output. What is the slope in it?
# 2. A layer that truly convolves lays its kernel down turned. What has to be turned now, going
#    back: the kernel, for the inputs, or the slopes in the weights? Take stride 1.
# 3. How many multiplications do the two ways back take, compared with the way there?

# %%

# Solution 1: the sum of what arrives, since every output grows with it by as much
bias = torch.zeros(1, dtype=torch.float64, requires_grad=True)
conv1d(tx, tw, bias, stride=stride).backward(tg)
assert bias.grad.item() == arriving.sum()

# %%

# Solution 2: the slopes in the weights, which come out in reverse; for the inputs nothing is
g = np.array([2, 0, 1, -1, 3, 1])
inner, turned = tx.clone().requires_grad_(), tw.clone().requires_grad_()
out = conv1d(inner, turned.flip(-1))
assert np.array_equal(out.detach()[0, 0], np.convolve(x, w, "valid"))
out.backward(torch.tensor(g).double()[None, None])
assert np.array_equal(inner.grad[0, 0], np.correlate(np.pad(g, 2), w, "valid"))
assert np.array_equal(turned.grad[0, 0], np.correlate(x, g, "valid")[::-1])

# %%

# Solution 3: each takes as many as the way there, one for each output and weight that meet
pairs = matrix.nnz
assert pairs == len(y) * len(w)  # forwards
assert pairs == sum(map(len, met)) == sum(map(len, windows))  # to weights, to inputs
# So in training a layer multiplies about three times as often as in use, or twice, if nothing asks
# for the slopes in its inputs. (The zeros that were stuffed in are not counted.)

# %%
# Sources
# -------
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 4.
# - Goodfellow, Bengio and Courville, `Deep Learning <https://www.deeplearningbook.org>`_, 2016,
#   section 9.5.
# - LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document
#   recognition*, 1998.
