"""
The same kernel gives other pictures: the sign, the centre and the type decide
==============================================================================

Your edges have the opposite sign to those in the book. Or everything is moved by one pixel. Or
every second edge is gone. None of these is a mistake in the kernel: libraries differ in which way
round they lay it, where they think its centre is, and what numbers they can hold. Impulses and
ramps tell.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image, ImageFilter
from scipy import ndimage, signal
from torch.nn import functional as F

from convdocs import images, kernels, plots, questions
from convdocs.padding import same_padding

plt.style.use("convdocs.page")

# %%
# Why does my Sobel have the other sign?
# --------------------------------------
# Take a picture that gets brighter by 1 from each column to the next. Sobel's kernel asks for
# just that. To lay it down as it is makes a :term:`cross-correlation`. To turn it first, by half a
# turn, makes a convolution in the mathematical sense.

sobel = kernels.SOBEL_X.astype(int)
ramp = np.tile(np.arange(7), (7, 1))
both = torch.tensor(ramp)[None, None], torch.tensor(sobel)[None, None]
answers = {
    "torch conv2d": F.conv2d(*both).numpy()[0, 0],
    "signal.correlate2d": signal.correlate2d(ramp, sobel, "valid"),
    "ndimage.correlate": ndimage.correlate(ramp, sobel)[1:-1, 1:-1],
    "ndimage.sobel": ndimage.sobel(ramp, axis=1)[1:-1, 1:-1],
    "signal.convolve2d": signal.convolve2d(ramp, sobel, "valid"),
    "ndimage.convolve": ndimage.convolve(ramp, sobel)[1:-1, 1:-1],
}

# %%

questions.type_in(
    "A picture gets brighter by 1 from each column to the next. Its convolution, in the "
    "mathematical sense, with the kernel -1, 0, 1 / -2, 0, 2 / -1, 0, 1: what comes out?",
    "int(answers['signal.convolve2d'][0, 0])",
    {
        "int(answers['signal.correlate2d'][0, 0])": "That is the cross-correlation. A convolution "
        "turns the kernel, and so the sign.",
        "-int(sobel[sobel > 0].sum())": "The weights add up to 4, but right and left are 2 apart.",
    },
    because="Turned by half a turn, the kernel asks for what gets darker to the right: -8.",
    alone=True,
)

# %%
# Laid down as it is, the kernel answers 8: the columns right and left differ by 2, with weights of
# 1 + 2 + 1. Turned, it answers with the other sign.
#
# Up and down there is a second trap. The transposed kernel asks for what gets brighter *downwards*,
# since rows are counted from the top. In a book whose axis points up, the same edge has the other
# sign. And Pillow counts the rows of a kernel from the bottom, so it lies upside down.

for name, answer in answers.items():
    print(f"{name:20}{int(answer[0, 0]):2}")
    assert np.all(answer == (-8 if "convolve" in name else 8))
brighter_above = ramp[:, ::-1].T
assert np.all(signal.correlate2d(brighter_above, sobel.T, "valid") == -8)

dot, n = Image.fromarray(np.pad(np.ones((1, 1), np.uint8), 2)), np.arange(1, 10)
seen = dot.filter(ImageFilter.Kernel((3, 3), n.tolist(), scale=1))
as_it_is = signal.correlate2d(np.asarray(dot), n.reshape(3, 3), "valid")
assert np.array_equal(np.asarray(seen)[1:-1, 1:-1], as_it_is[::-1])

# %%
# Where is the centre of an even kernel?
# --------------------------------------
# To give as many outputs as inputs, a function needs to know which tap lies on the sample that the
# output belongs to: the *centre*. Of three taps it is the middle one, tap 1. Of four there is none.
# Send an impulse through. A correlation writes the kernel backwards, tap 0 last. If the centre is
# tap c, the output c places further on reads the impulse with tap 0: so the weight of tap 0 comes
# out c places behind the impulse, and that of tap c below it. (Here tap t has the weight t + 1.)

impulse, taps = np.zeros(9, int), np.array([1, 2, 3, 4])
impulse[4] = 1
row, kernel = torch.tensor(impulse)[None, None], torch.tensor(taps)[None, None]
passed = {
    "torch conv1d": F.conv1d(F.pad(row, same_padding(4)), kernel)[0, 0].numpy(),
    "signal.correlate2d": signal.correlate2d(impulse[None], taps[None], "same")[0],
    "signal.correlate": signal.correlate(impulse, taps, "same"),
    "np.correlate": np.correlate(impulse, taps, "same"),
    "ndimage.correlate": ndimage.correlate(impulse, taps, mode="constant"),
}
centres = {name: int(np.flatnonzero(out == 1)[0]) - 4 for name, out in passed.items()}
print(*(f"{name:20}tap {tap}" for name, tap in centres.items()), sep="\n")
assert [*centres.values()] == [1, 1, 2, 2, 2]

# %%

# Drawing: what the impulse became in each function
figure, axes = plt.subplots(6, 1, figsize=(7.2, 3.9), sharex=True)
at_impulse = (impulse == 1)[None]
plots.show_cells(
    axes[0], impulse[None], colour=plots.INPUT, highlight=at_impulse, fontsize=8
)
axes[0].text(9, 0, "impulse", va="center")
for ax, (name, out) in zip(axes[1:], passed.items(), strict=True):
    lit = (out != 0)[None]
    plots.show_cells(ax, out[None], colour=plots.OUTPUT, highlight=lit, fontsize=8)
    on_impulse = out[4] - 1
    assert on_impulse == centres[name]
    ax.text(9, 0, f"{name}: centre on tap {on_impulse}", va="center")
axes[0].set_xlim(-0.55, 17)
plots.describe(
    figure,
    """A row of nine cells with a 1 in the middle, and five rows with what functions make of it
    with the kernel 1, 2, 3, 4. All hold 4, 3, 2, 1. In conv1d and correlate2d the 2 stands
    below the impulse, in signal.correlate, np.correlate and ndimage.correlate the 3.""",
    caption="Below the impulse stands the weight that the function takes for the centre: in two of "
    "them 2, the weight of tap 1, and in three 3, that of tap 2.",
)
# sphinx_gallery_thumbnail_number = 1

# %%
# ``correlate`` and ``correlate2d`` of one library differ: both work out all twelve places where
# input and kernel overlap, and keep nine, but not the same nine. With an odd kernel, no longer than
# the row, all agree.

full = np.correlate(impulse, taps, "full")
assert np.array_equal(passed["signal.correlate"], full[1:10])
assert np.array_equal(passed["signal.correlate2d"], full[2:11])
for k in (1, 3, 5):
    odd = np.arange(1, k + 1)
    one = signal.correlate2d(impulse[None], odd[None], "same")[0]
    for other in (signal.correlate, np.correlate):
        assert np.array_equal(other(impulse, odd, "same"), one)
    assert np.array_equal(ndimage.correlate(impulse, odd, mode="constant"), one)
    by_torch = F.conv1d(row, torch.tensor(odd)[None, None], padding="same")
    assert np.array_equal(by_torch[0, 0], one)

# %%
# And ``origin``?
# ---------------
# In ``ndimage`` the centre is tap ``k // 2 + origin``, so ``origin`` moves it along the kernel. A
# correlation's picture moves the same way, a convolution's the other way. The other functions have
# no such setting; there one pads, unequally.

moved = {
    origin: ndimage.correlate(impulse, taps, mode="constant", origin=origin)
    for origin in range(-2, 2)
}
unmoved = ndimage.convolve(impulse, taps, mode="constant")
for origin, out in moved.items():
    assert out[4] - 1 == 4 // 2 + origin
    turned = ndimage.convolve(impulse, taps, mode="constant", origin=origin)
    assert turned[4] - 1 == 4 // 2 + origin  # the same tap
    assert np.array_equal(out, np.roll(moved[0], origin))  # nothing reaches the ends
    assert np.array_equal(turned, np.roll(unmoved, -origin))
wanted = passed["signal.correlate2d"]
agreeing = [o for o, out in moved.items() if np.array_equal(out, wanted)]

# %%

questions.type_in(
    "In ``scipy.ndimage`` the centre is tap ``k // 2 + origin``. ``signal.correlate2d`` takes tap "
    "``(k - 1) // 2``. With which ``origin`` do they agree for a kernel of 4 taps?",
    "agreeing[0]",
    {
        "centres['ndimage.correlate'] - centres['signal.correlate2d']": "The centre has to go back "
        "by one, towards the first tap.",
        "centres['ndimage.correlate'] - centres['np.correlate']": "Then ``ndimage`` takes tap 2, "
        "the other one tap 1.",
    },
    because="4 // 2 is 2, and tap 1 is wanted.",
    alone=True,
)

# %%
# Where did the negative edges go?
# --------------------------------
# Most picture files hold whole numbers from 0 to 255 (``uint8``). A difference may be below 0, and
# there is no room for it. Take a step down from 200 to 50.

step = np.array([200, 200, 200, 50, 50, 50], np.uint8)
difference = step[2:] - step[:-2]

# %%

questions.type_in(
    "Two arrays of ``uint8`` hold 50 and 200. NumPy subtracts: 50 - 200. What comes out?",
    "int(difference[1])",
    {
        "int(step[3]) - int(step[1])": "That is right for Python's numbers, but ``uint8`` has no "
        "negative ones.",
        "int(step[1]) - int(step[3])": "No sign is dropped; the count goes round at 256.",
    },
    because="-150 + 256. It looks like a rise, and a smaller one than there is.",
    alone=True,
)

# %%
# NumPy goes round at 256, and so do PyTorch and ``ndimage.sobel`` with ``uint8``. Pillow cuts off
# at 0: edges from bright to dark are gone, and look as if the kernel had missed them. Change the
# type *first*, then filter, and take magnitudes or shift the middle to grey only for showing.
#
# OpenCV is not installed where this page runs. Tried by hand, its version 5.0 lays the kernel down
# as it is (``cv2.filter2D`` and ``cv2.Sobel`` answer 8 to the ramp), takes tap ``k // 2`` for the
# centre, and with ``ddepth=-1`` keeps bytes as bytes, cut off at 0.

as_tensor = torch.tensor(step)
assert np.array_equal(as_tensor[2:] - as_tensor[:-2], difference)
edge = Image.fromarray(np.tile(step, (3, 1)))
flat = [-1, 0, 1, -2, 0, 2, -1, 0, 1]
there = np.asarray(edge.filter(ImageFilter.Kernel((3, 3), flat, scale=4)))[1, 1:-1]
back = Image.fromarray(np.tile(step[::-1], (3, 1)))
other_way = np.asarray(back.filter(ImageFilter.Kernel((3, 3), flat, scale=4)))[1, 1:-1]
assert there.max() == 0 and other_way.max() == 200 - 50
assert ndimage.sobel(edge, axis=1).dtype == np.uint8  # as what comes in
exact = ndimage.sobel(np.asarray(edge, float), axis=1)[1, 1:-1] / 4
assert np.array_equal(exact, step[2:].astype(float) - step[:-2])
assert np.array_equal(ndimage.sobel(edge, axis=1)[1, 1:-1], 4 * exact % 256)

# %%

# Drawing: the panda's edges as floats, cut off at 0, and gone round at 256
figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.6))
grey = np.asarray(images.load("panda").convert("L"))
whole = grey[:, 2:].astype(float) - grey[:, :-2]
kept, rounded = np.maximum(whole, 0), (grey[:, 2:] - grey[:, :-2]).astype(float)
assert np.array_equal(rounded, whole % 256) and (whole < 0).any()
assert rounded[whole == -1].min() == rounded.max()  # the weakest become the largest
shown = [whole, kept, rounded]
plots.show_maps(axes, shown, titles=["float", "cut off at 0", "round at 256"])
assert [ax.images[0].get_array().min() < 0 for ax in axes] == [True, False, False]
((low, high),) = {ax.images[0].get_clim() for ax in axes}
assert low == -high  # orange above zero, purple below
plots.describe(
    figure,
    """The panda's differences from left to right three times. As floats, edges are orange or
    purple, by their sign. Cut off at 0 only the orange ones are left. Round at 256, what was
    purple and weak has become the strongest orange.""",
    caption=f"{np.mean(whole < 0):.0%} of the differences are negative. Orange is above zero, "
    "purple below. Cut off they are lost, and gone round the weakest of them become the largest.",
)
plt.show()

# %%
# Recap
# -----
# - One library lays a kernel down as it is, another turns it. That changes the sign if half a turn
#   makes the kernel its own negative, as it does with Sobel's.
# - A kernel of even size has no middle: tap ``(k - 1) // 2`` or ``k // 2``. The choice moves
#   everything by one.
# - ``origin`` moves the centre in ``ndimage``.
# - Whole numbers from 0 to 255 have no room for a negative edge: make them floats first.
#
# Exercises
# ---------
# 1. Where is the centre of four taps in ``np.convolve`` and ``ndimage.convolve``? Send an impulse.
# 2. You get a picture of edges whose sign and place are unknown. How do you find the convention of
#    the function that made it, if you may call it?

# %%

# Solution 1: tap 1 of the kernel in the first, tap 2 in the second
first, second = (
    np.convolve(impulse, taps, "same"),
    ndimage.convolve(impulse, taps, mode="constant"),
)
assert first[4] - 1 == 1 and second[4] - 1 == 2
# A convolution writes the kernel forwards, so below the impulse stands its centre as before.

# %%

# Solution 2: one impulse and a kernel that counts tell both
unknown = ndimage.convolve
out = unknown(impulse, taps, mode="constant")
turns = out[out > 0][0] == 1  # the kernel came out forwards: it is a convolution
centre = out[4] - 1
assert turns and centre == 2

# %%
# Sources
# -------
# - OpenCV documentation of ``filter2D``.
# - SciPy, the manuals of ``scipy.signal`` and ``scipy.ndimage``; NumPy, ``numpy.convolve``; Pillow,
#   ``ImageFilter``; PyTorch, ``Conv2d``.
# - Sobel and Feldman, *A 3 x 3 isotropic gradient operator for image processing*, 1968.
