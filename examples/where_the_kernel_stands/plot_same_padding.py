"""
'Same' puts the odd sample on one side, and with a stride it shifts
===================================================================

To keep the size, an even kernel without holes needs one zero more on one side than on the other.
Libraries choose the side differently, and some use the word 'same' with strides, too, where PyTorch
refuses it. This page shows what each choice reads.
"""

import warnings
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

from convdocs import images, plots, questions
from convdocs.geometry import input_positions
from convdocs.learning.network import to_batch
from convdocs.padding import same_padding

plt.style.use("convdocs.page")

# %%
# How much does it take?
# ----------------------
# :term:`Same padding <same padding>` gives as many outputs as there are inputs. A kernel of
# :math:`k` taps with dilation :math:`d` spans :math:`d(k - 1) + 1` samples, so it takes
# :math:`d(k - 1)` zeros in all.

# %%

questions.type_in(
    "A kernel of 4 taps with dilation 2 is to keep the size. How many zeros stand before the "
    "input, and how many after it? Type them as (before, after).",
    "same_padding(4, dilation=2)",
    {
        "same_padding(4)": "So it is without holes. The taps lie twice as far apart.",
        "(2 * same_padding(4)[0], 2 * same_padding(4)[1])": "The sum is right, and even: it can be "
        "halved.",
        "(2 * 4 // 2, 2 * 4 // 2)": "There are 3 distances between 4 taps.",
    },
    because="The taps span 2 x 3 = 6 samples more than a single one, and half of 6 is 3.",
    alone=True,
)

# %%
# So odd kernels and even dilations take the same on both sides. Only an even kernel with an odd
# dilation has an odd number of zeros to share out. PyTorch's ``padding="same"`` shares them out as
# ``same_padding`` does.

with warnings.catch_warnings(record=True):  # of a copy that uneven sides may cost
    warnings.simplefilter("always")
    for k, d in product((1, 2, 3, 4), (1, 2, 3)):
        before, after = same_padding(k, dilation=d)
        assert before + after == d * (k - 1)
        assert (before == after) == (k % 2 == 1 or d % 2 == 0)
        x = torch.arange(1.0, 21).reshape(1, 1, 20)
        w = torch.arange(1.0, k + 1).reshape(1, 1, k)
        theirs = F.conv1d(x, w, dilation=d, padding="same")
        assert theirs.equal(F.conv1d(F.pad(x, (before, after)), w, dilation=d))

# %%
# Which side gets the odd one?
# ----------------------------
# The end, in PyTorch, as these checks say; by their documentation also in TensorFlow, and in the
# exchange format ONNX where it says ``SAME_UPPER``. The beginning, where ONNX says ``SAME_LOWER``.
# Either keeps the size. But the answers stand in different places: send an :term:`impulse` through
# both.

impulse = torch.zeros(1, 1, 9)
impulse[..., 4] = 1
counting = torch.arange(1.0, 5).reshape(1, 1, 4)  # an even kernel: 1, 2, 3, 4
sides = {
    "SAME_UPPER": same_padding(4, extra="after"),
    "SAME_LOWER": same_padding(4, extra="before"),
}
answers = {
    name: F.conv1d(F.pad(impulse, p), counting)[0, 0] for name, p in sides.items()
}
assert sides == {"SAME_UPPER": (1, 2), "SAME_LOWER": (2, 1)}
shift = int(answers["SAME_LOWER"].argmax() - answers["SAME_UPPER"].argmax())

# %%

questions.choose(
    "A kernel of 4 taps, once with (1, 2) zeros before and after the input, once with (2, 1). How "
    "far to the right do the answers move from the first to the second?",
    "shift",
    {
        "-shift": "With a zero more in front, every place reads one sample earlier, so what is in "
        "the input is met one place later.",
        "shift - shift": "The size is the same, but no place reads the same samples.",
        "2 * shift": "One zero changes sides, and each place starts one sample earlier.",
    },
    because="One zero more in front moves the whole input one sample to the right.",
    alone=True,
)

# %%

# Drawing: the impulse, and the answers to it with either padding
figure, axes = plt.subplots(3, 1, figsize=(7.2, 1.9))
rows = {"impulse": impulse[0, 0], **answers}
for ax, (name, numbers) in zip(axes, rows.items(), strict=True):
    colour = plots.INPUT if name == "impulse" else plots.OUTPUT
    filled = numbers[None] > 0
    plots.show_cells(ax, numbers[None], colour=colour, highlight=filled)
    ax.set_ylabel(name, rotation=0, ha="right", va="center")
first = {
    ax.get_ylabel(): [t.get_text() for t in ax.texts].index("4") for ax in axes[1:]
}
plots.describe(
    figure,
    """Three rows of nine cells. The impulse is 1 in the middle cell, number 4. With
    SAME_UPPER the cells 2 to 5 hold 4, 3, 2, 1, with SAME_LOWER the cells 3 to 6.""",
    caption="The same kernel and the same size, one sample apart. Neither is centred: an even "
    "kernel has no tap in its middle.",
)
assert first == {"SAME_UPPER": 2, "SAME_LOWER": 3}
assert answers["SAME_UPPER"][2:6].tolist() == [4, 3, 2, 1]  # flipped, as always

# %%
# What if a layer offers one number for both sides only? Pad with the larger one, which gives
# one output too many, and drop the first for ``SAME_UPPER``, or the last for ``SAME_LOWER``.

ten = F.conv1d(impulse, counting, padding=2)[0, 0]
assert ten[1:].equal(answers["SAME_UPPER"]) and ten[:-1].equal(answers["SAME_LOWER"])

# %%
# And with a stride?
# ------------------
# To keep the size :math:`n` with a stride of :math:`s` would take :math:`n - 1` zeros at least, and
# PyTorch refuses the word. TensorFlow and ONNX take it to mean :math:`n / s` outputs, rounded up,
# with as few zeros as that takes. How many that is depends on :math:`n`, and a layer of PyTorch is
# made before it sees an input. We count them by trying.

for n, k, s, d in product((7, 8, 9), (1, 2, 3, 5), (2, 3), (1, 2)):
    for total in range(20):
        if n + total >= d * (k - 1) + 1:
            padded, w = torch.zeros(1, 1, n + total), torch.zeros(1, 1, k)
            if F.conv1d(padded, w, stride=s, dilation=d).shape[-1] >= -(-n // s):
                break
    before, after = same_padding(k, stride=s, dilation=d, input_size=n)
    assert before + after == total and after - before in {0, 1}
    if 2 * n - 2 >= d * (k - 1) + 1:
        padded = torch.zeros(1, 1, n + n - 2)
        assert F.conv1d(padded, w, stride=s, dilation=d).shape[-1] < n
try:
    torch.nn.Conv1d(1, 1, 3, stride=2, padding="same")
except ValueError as error:
    message = str(error)
assert "not supported for strided" in message

# %%

questions.type_in(
    "3 taps in steps of 2 on 224 samples, padded as TensorFlow's 'same' does it. How many zeros "
    "stand before the samples, and how many after? Type them as (before, after).",
    "same_padding(3, stride=2, input_size=224)",
    {
        "same_padding(3)": "So it is at stride 1. But 112 places in steps of 2 span only 225.",
        "same_padding(3, stride=2, input_size=224, extra='before')": "The odd one goes to the end.",
    },
    because="112 places span 111 x 2 + 3 = 225 samples. One zero is missing, and it goes to the "
    "end.",
    alone=True,
)

# %%
# Here lies a trap for whoever moves weights from one library to another. The layer that PyTorch's
# users write, ``padding=1``, gives 112 outputs as well, and nobody complains. But its places begin
# at sample -1, those of TensorFlow at 0.

reads = {}
for n in (7, 8):
    first = {"padding=1": (1, 1), "'same'": same_padding(3, stride=2, input_size=n)}
    for name, both in first.items():
        places = [
            [*input_positions(o, 3, stride=2, padding=both)] for o in range(-(-n // 2))
        ]
        reads[n, name] = places
        signal = torch.arange(1.0, n + 1).reshape(1, 1, n)
        picks = torch.eye(3)[:, None]  # three kernels, each of which reads one tap
        seen = F.conv1d(F.pad(signal, both), picks, stride=2)[0].T - 1
        expected = [[i if 0 <= i < n else -1 for i in place] for place in places]
        assert seen.tolist() == expected
assert reads[7, "padding=1"] == reads[7, "'same'"]
assert reads[8, "padding=1"][0] == [-1, 0, 1] and reads[8, "'same'"][0] == [0, 1, 2]
for k, s in product((3, 5, 7), (2, 3)):
    firsts = {same_padding(k, stride=s, input_size=n)[0] for n in range(20, 30)}
    assert k // 2 in firsts and len(firsts) > 1

# %%

# Drawing: what each place reads of 7 and of 8 samples, padded in either way
figure, axes = plt.subplots(2, 2, figsize=(7.2, 3.4))
for ax, ((n, name), places) in zip(axes.flat, reads.items(), strict=True):
    before, after = (1, 1) if "1" in name else same_padding(3, stride=2, input_size=n)
    samples = np.arange(-before, n + after)
    filled = [np.isin(samples, place) for place in places]
    line = np.tile(samples, (len(places), 1))
    plots.show_cells(
        ax, line, colour=plots.INPUT, highlight=filled, fontsize=8,
        form=lambda sample, n=n: f"{sample}" if 0 <= sample < n else "pad",
    )  # fmt: skip
    ax.set_title(f"{n} samples, {name}")
    ax.set_xlim(before - 1.55, before + 8.55)  # equal samples stand in one column
starts = []
for ax in axes.flat:
    filled = [cell.get_facecolor()[3] > 0 for cell in ax.patches]
    starts.append(ax.texts[filled.index(True)].get_text())
plots.describe(
    figure,
    """Four grids with a row for each of four places of three taps in steps of 2. What a
    place reads is filled, and padding is named. On 7 samples both paddings fill the same
    cells. On 8 samples padding=1 begins one cell before the first sample, 'same' at the
    first sample, and ends one cell after the last.""",
    caption="On 7 samples the two agree. On 8 each place reads one sample later with 'same'.",
)
assert starts == ["pad", "pad", "pad", "0"]
assert axes[1, 1].get_title() == "8 samples, 'same'"

# %%
# The panda has 235 rows and 180 columns, an odd number and an even one. The same weights give maps
# of the same shape, which read the same rows, but columns that are one pixel apart: where
# ``padding=1`` takes every second answer of stride 1 beginning with the first, TensorFlow's
# ``'same'`` takes those between.

panda = to_batch(images.load("panda"))
w = torch.randn(1, 3, 3, 3, generator=torch.Generator().manual_seed(0))
high, wide = (same_padding(3, stride=2, input_size=n) for n in panda.shape[2:])
assert (high, wide) == ((1, 1), (0, 1))
ported = F.conv2d(F.pad(panda, (*wide, *high)), w, stride=2)  # the last axis first
usual = F.conv2d(panda, w, stride=2, padding=1)
all_places = F.conv2d(panda, w, padding=1)
assert ported.shape == usual.shape == (1, 1, 118, 90)
torch.testing.assert_close(usual, all_places[..., ::2, ::2])
torch.testing.assert_close(ported, all_places[..., ::2, 1::2])
share = ((ported - usual).abs() > 0.01).double().mean().item()
print(f"{share:.0%} of the answers differ")
assert share > 0.9
plt.show()

# %%
# Recap
# -----
# - Same padding takes d(k - 1) zeros. Only for an even kernel with an odd dilation is that an odd
#   number.
# - The odd zero goes to the end (PyTorch, TensorFlow, ``SAME_UPPER``) or to the beginning
#   (``SAME_LOWER``); the answers are one sample apart.
# - With a stride 'same' depends on the input's size: with 3, 5 or 7 taps it reads on some sizes
#   what ``padding=k // 2`` reads, and on others it starts elsewhere.
#
# Exercises
# ---------
# 1. Weights come from TensorFlow: 3 taps, stride 2, 'same'. The pictures are always 224 x 224.
#    Which two calls of PyTorch read the same samples?
# 2. For which sizes does ``padding=2`` with 5 taps and stride 2 stand where 'same' stands?

# %%

# Solution 1: one zero at the right and at the bottom, and then no padding
picture = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
mended = F.conv2d(F.pad(picture, (0, 1, 0, 1)), w, stride=2)
assert mended.shape[2:] == (112, 112)
torch.testing.assert_close(
    mended, F.conv2d(picture, w, padding=1)[..., 1::2, 1::2], atol=1e-4, rtol=0
)

# %%

# Solution 2: for odd ones, which need 4 zeros; even ones need 3, and begin one sample later
for n in range(5, 30):
    before, after = same_padding(5, stride=2, input_size=n)
    assert (before == 2) == (n % 2 == 1)

# %%
# Sources
# -------
# - PyTorch documentation of :class:`torch.nn.Conv2d`.
# - ONNX documentation of the operator ``Conv`` and its attribute ``auto_pad``; TensorFlow
#   documentation of ``tf.nn``, its notes on padding.
