"""
What one output sees has a size, a step, a centre, and maybe holes
==================================================================

Tools that compute receptive fields disagree: 483 pixels for ResNet-50, says one, and another 427.
Both are right. This page takes a field apart into the numbers that describe it, and holds each
against what PyTorch's gradient says.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv1d

from convdocs import plots, questions
from convdocs.geometry import holes
from convdocs.layers import Branch, Conv, MaxPool
from convdocs.receptive import aligned, receptive_field
from convdocs.seen import inputs_read

plt.style.use("convdocs.page")

# %%
# How fast does it grow?
# ----------------------
# Begin with one input and a step of 1 (in code ``stride``), and go up. Each layer adds its span
# less 1, counted in steps of what lies below; then its stride multiplies the step. We work along
# one axis: the other follows the same rule.

questions.type_in(
    "Three layers of 3 taps, each with stride 2. How many inputs lie between the first and the "
    "last that one output sees, both counted?",
    "receptive_field([Conv(1, 1, (3,), stride=2)] * 3).size[0]",
    {
        "receptive_field([Conv(1, 1, (3,))] * 3).size[0]": "That is so without stride.",
        "3 ** 3": "Neighbouring windows overlap by one.",
        "1 + 2 * (2 + 4 + 8)": "The stride of a layer widens the step above it, not its own.",
    },
    because="They add 2 steps each, and the steps are 1, 2 and 4: 1 + 2 + 4 + 8 = 15.",
    alone=True,
)

# %%
# Where is its centre?
# --------------------
# The field of output 0 begins at ``start``, which padding moves to the left, and its centre is
# (size - 1) / 2 further. Does dilation move it?

questions.choose(
    "A layer of 3 taps has dilation 4 and padding 1. Around which input is the field of output 0?",
    "receptive_field(Conv(1, 1, (3,), dilation=4, padding=1)).centre[0]",
    {
        "receptive_field(Conv(1, 1, (3,), dilation=4, padding=4)).centre[0]": "So it would be if "
        "the padding had grown along with the dilation.",
        "receptive_field(Conv(1, 1, (3,), dilation=4)).centre[0]": "The padding moves it back.",
    },
    because="The taps read -1, 3 and 7. The one in the middle reads 3.",
)

# %%
# Dilation does not move it if the padding grows along, as (span - 1) / 2: that is why ``padding=d``
# goes with 3 taps and dilation d. If the padding stays as it is, the field of 3 taps moves by one
# input with each step of dilation. For each case we ask PyTorch from where to where the *gradient*
# is not zero: which inputs change the output if they change.

far = 50  # an output far from the border
for dilation in (1, 2, 3, 4):
    for padding in (0, 1, dilation):
        x = torch.zeros(1, 1, 120, requires_grad=True)
        y = conv1d(x, torch.ones(1, 1, 3), dilation=dilation, padding=padding)
        (slope,) = torch.autograd.grad(y[0, 0, far], x)
        reads = slope[0, 0].nonzero().ravel()
        field = receptive_field(Conv(1, 1, (3,), dilation=dilation, padding=padding))
        assert (reads[0] + reads[-1]).item() / 2 == field.centre[0] + far
        assert len(range(reads[0], reads[-1] + 1)) == field.size[0]
        assert field.centre[0] == dilation - padding

# %%
# Does it see every pixel between?
# --------------------------------
# Not always: a dilation's holes may stay. A stride can leave holes, too, if it is larger than the
# kernel and another layer follows. Let a layer with a single tap and stride 2 come first, then one
# of 3 taps.

stacks = {
    "3 taps, then 3 taps": [Conv(1, 1, (3,), padding=1), Conv(1, 1, (3,), padding=1)],
    "3 taps with stride 2": [Conv(1, 1, (3,), stride=2, padding=1)],
    "1 tap with stride 2,\nthen 3 taps": [
        Conv(1, 1, (1,), stride=2),
        Conv(1, 1, (3,), padding=1),
    ],
}
single = stacks["1 tap with stride 2,\nthen 3 taps"]

# %%

places = np.arange(9)[None]
questions.click(
    "One tap with stride 2, then three taps with padding 1, on 9 inputs. Which does output 2 "
    "see, the outputs counted from 0?",
    "places",
    "np.isin(places, inputs_read(single, 9, 2)[0])",
    {
        "abs(places - 4) <= 2": "So far it reaches. But the first layer passes over the odd ones.",
        "abs(places - 4) <= 1": "The three taps read outputs of the first layer, 2 apart.",
    },
    because="Output 2 reads 1, 2 and 3 of the first layer, which read 2, 4 and 6.",
    alone=True,
)

# %%
# ``inputs_read`` walks back through the layers and names every input that an output reads. The
# tables of all outputs show the rest: those at the border see less, for the padding is nothing to
# see.

tables = {}
for name, layers in stacks.items():
    x = torch.zeros(1, 1, 9, requires_grad=True)
    y = x
    for layer in layers:
        ones = torch.ones(1, 1, *layer.kernel_size)
        y = conv1d(y, ones, stride=layer.stride, padding=layer.padding[0][0])
    rows = [torch.autograd.grad(out, x, retain_graph=True)[0] for out in y[0, 0]]
    tables[name] = torch.cat(rows)[:, 0].numpy() != 0
    for o, row in enumerate(tables[name]):
        assert inputs_read(layers, 9, o)[0] == tuple(row.nonzero()[0])
assert holes(inputs_read(single, 9, 2)[0]) == (3, 5)
unseen = tables["1 tap with stride 2,\nthen 3 taps"][:, 1::2]
assert not unseen.any()
seen = [row.sum() for row in tables["3 taps, then 3 taps"]]
assert seen == [3, 4, 5, 5, 5, 5, 5, 4, 3]

# %%

# Drawing: for each output, the inputs that it sees
figure, axes = plt.subplots(1, 3, figsize=(7.2, 2.9))
for ax, (name, table) in zip(axes, tables.items(), strict=True):
    blank = np.full(table.shape, np.nan)
    plots.show_cells(ax, blank, colour=plots.INPUT, highlight=table, title=name)
    ax.set(xlabel="inputs", anchor="N")
    filled = [cell.get_facecolor()[3] > 0 for cell in ax.patches]
    assert np.array_equal(filled, table.ravel())
axes[0].set_ylabel("outputs")
assert [ax.get_title() for ax in axes] == [*stacks]
plots.describe(
    figure,
    """Three tables of outputs by 9 inputs. Two layers of 3 taps: a band 5 wide, 3 wide in the
    corners. Three taps with stride 2: five rows, a band of 3 that starts 2 further on each time
    and has 2 cells in the first row and the last. One tap with stride 2, then three: the same
    with a gap between cells, and empty odd columns.""",
    caption="A row is what one output sees. Away from the border its length is the size, how far "
    "the next one starts is the step, and what is missing between are holes. Empty columns are "
    "inputs that nobody sees.",
)

# %%
# What if there are two paths?
# ----------------------------
# In a residual network the input of some layers is added to their output. Each path has a field of
# its own, and the sum sees both together. If the centres differ, it adds what is seen at one
# place to what is seen beside it, and no error is raised.

conv = Conv(1, 1, (3,), padding=1)
slid = Conv(1, 1, (3,), padding=[(2, 0)])  # both on the left
for inner in (conv, slid):
    block = Branch([inner], [], join="add")
    (centre,), read = receptive_field(inner).centre, inputs_read(block, 9, 4)[0]
    print(f"centre {centre}, aligned: {aligned(block)}, output 4 sees {read}")
assert aligned(Branch([conv], [], join="add"))
assert not aligned(Branch([slid], [], join="add"))
x = torch.arange(9.0, requires_grad=True)
left = conv1d(torch.nn.functional.pad(x, (2, 0))[None, None], torch.ones(1, 1, 3))
(slope,) = torch.autograd.grad((left[0, 0] + x)[4], x)
assert slope.nonzero().ravel().tolist() == [2, 3, 4]
assert inputs_read(Branch([slid], [], join="add"), 9, 4)[0] == (2, 3, 4)

# %%
# Why 483, and why 427?
# ---------------------
# The blocks of ResNet-50 have three layers of 1, 3 and 1 taps, and beside them a path of one tap or
# of none. (The third layer is left out here, and every path beside has one tap: neither changes
# what is seen.) Blocks of one size are a *stage*, and the first of the next halves the size: with
# its first layer, as published, or with its middle one, as in torchvision. In TensorFlow's *slim*
# the halving is done by the last block of the stage before, in its middle layer. The three
# networks, as values and in PyTorch:

places = {"in the first": (2, 1), "in the middle": (1, 2), "a block before": (1, 2)}
found = {}
for name, strides in places.items():
    x = torch.zeros(1, 1, 999, dtype=torch.float64, requires_grad=True)
    one, three = torch.ones(1, 1, 1).double(), torch.ones(1, 1, 3).double()
    y = conv1d(x, torch.ones(1, 1, 7).double(), stride=2, padding=3)
    y = conv1d(y, three, stride=2, padding=1)
    layers = [Conv(1, 1, (7,), stride=2, padding=3), MaxPool((3,), stride=2, padding=1)]
    for number, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            first, last = number > 0 and block == 0, number < 3 and block == blocks - 1
            halves = last if name == "a block before" else first
            s, t = strides if halves else (1, 1)
            y = (
                conv1d(conv1d(y, one, stride=s), three, stride=t, padding=1)
                + y[..., :: s * t]
            )
            path = [Conv(1, 1, (1,), stride=s), Conv(1, 1, (3,), stride=t, padding=1)]
            layers.append(Branch(path, [Conv(1, 1, (1,), stride=s * t)], join="add"))
    (slope,) = torch.autograd.grad(y[0, 0, 16], x)
    reads = slope[0, 0].nonzero().ravel()
    found[name] = receptive_field(layers).size[0]
    no_holes = len(reads) == reads[-1] - reads[0] + 1
    assert no_holes and len(reads) == found[name]
    assert inputs_read(layers, 999, 16)[0] == tuple(reads.tolist())
print(*(f"{name}: {size} pixels" for name, size in found.items()), sep="\n")
assert found == {"in the first": 483, "in the middle": 427, "a block before": 483}

# %%
# In two of them every layer of 3 taps works at the long steps of its own stage. In torchvision's
# the first of each stage still works at the shorter steps of the stage before, so the field is
# smaller. The price of halving in the first layer, which has one tap: as in the right table above,
# it skips every second number, though over all layers no hole is left. So ask of a number which
# network, and up to which layer. And a field says how far an output could see, not that all of it
# matters.

wide, dense = (
    [Conv(1, 1, (1,), stride=s), Conv(1, 1, (3,), stride=t)]
    for s, t in [(2, 1), (1, 2)]
)
assert [receptive_field(block).size[0] for block in (wide, dense)] == [5, 3]
assert inputs_read(wide, 9, 1)[0] == (2, 4, 6)
assert inputs_read(dense, 9, 1)[0] == (2, 3, 4)

# %%
# Why 212, and why 308?
# ---------------------
# The convolutions of *VGG-16* have 3 taps each, and it halves by pooling. The numbers of its last
# map see 212 pixels; one tool said 308. That is what the right formula for one layer, ``(size - 1)
# * stride + taps``, gives in the wrong order. It must go from the last layer to the first: from one
# output to the pixels. (The rule at the top of this page may go from the first to the last, since
# it takes the step along.)

vgg = []
for convs in (2, 2, 3, 3, 3):
    vgg += [Conv(1, 1, (3,), padding=1)] * convs + [MaxPool((2,))]
sees = {}
for way, layers in {"last to first": vgg[::-1], "first to last": vgg}.items():
    size = 1
    for layer in layers:
        size = (size - 1) * layer.stride[0] + layer.kernel_size[0]
    sees[way] = size
assert sees == {"last to first": 212, "first to last": 308}
x = torch.zeros(1, 1, 999, dtype=torch.float64, requires_grad=True)
y = x
for layer in vgg:  # every number in a window has a part in a sum of them
    taps, stride, pad = layer.kernel_size[0], layer.stride[0], layer.padding[0][0]
    y = conv1d(y, torch.ones(1, 1, taps).double(), stride=stride, padding=pad)
(slope,) = torch.autograd.grad(y[0, 0, 15], x)
assert slope.count_nonzero() == receptive_field(vgg).size[0] == sees["last to first"]
plt.show()

# %%
# Recap
# -----
# - A layer adds its span less 1, in steps of what lies below it. Strides multiply the steps.
# - The centre stays where it is, whatever the dilation, if the padding is (span - 1) / 2.
# - Strides above the kernel's size may leave holes, as dilations may. At the border less is seen.
# - Paths that are joined should be centred on the same place.
#
# Exercises
# ---------
# 1. How many layers of 3 taps, without stride, does it take to see 483 pixels?
# 2. Two layers of 3 taps, one of them with stride 2. In which order do they see more?

# %%

# Solution 1: 241, for each adds 2, and without any layer it is 1
assert receptive_field([Conv(1, 1, (3,))] * 241).size == (483,)
# ResNet-50 gets there with 18 layers of more than one tap (its first, a pooling, and one in each
# of its 16 blocks), because strides multiply its steps

# %%

# Solution 2: with the stride first, for the second layer's steps are then twice as long
early = [Conv(1, 1, (3,), stride=2), Conv(1, 1, (3,))]
assert [receptive_field(order).size[0] for order in (early, early[::-1])] == [7, 5]
# both give as many outputs but for the border, and the second computes more of them on the way

# %%
# Sources
# -------
# - Araujo, Norris and Sim, `Computing receptive fields of convolutional neural networks
#   <https://doi.org/10.23915/distill.00021>`_, 2019, with the 483 pixels of ResNet-50.
# - He, Zhang, Ren and Sun, `Deep residual learning for image recognition
#   <https://arxiv.org/abs/1512.03385>`_, 2016, on the blocks.
# - The project DeLF-pytorch, its issue 15, on slim's network and torchvision's.
# - The 308 pixels were corrected in the program torch-scan by its pull request 33, in 2020.
