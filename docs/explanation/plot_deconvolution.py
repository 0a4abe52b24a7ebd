"""
Deconvolution divides, and the layer of that name does not
==========================================================

In signal processing, *deconvolution* removes a known blur. In deep learning, the word has been
used for the transposed convolution, which removes nothing by itself: it gives the size back, not
the values. Here both are done to one blurred panda, so that you can see which of them sharpens,
and what weights a transposed convolution needs to do it as well.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import ImageOps
from torch.nn.functional import conv2d, conv_transpose2d, pad

from convdocs import images, plots, questions
from convdocs.measures import psnr

plt.style.use("convdocs.page")

# %%
# What does the word promise?
# ---------------------------
# To *undo* a convolution. A photograph is taken while the camera slips: every pixel becomes the
# mean of eleven pixels along a diagonal, and that is a convolution whose kernel we know. The
# sensor adds a little :term:`noise`, about one of the 255 steps from black to white. Deconvolution
# asks: what was in front of the camera?
#
# One convenience: we let the picture wrap around, so that what leaves at one border comes in
# at the opposite one. Then there is no border to treat, and the Fourier transform, which we
# need below, describes the blur exactly. (The second picture, a photograph, is for the end.)

kernel = np.eye(11) / 11
weight = torch.tensor(kernel)[None, None]
panda, photograph = (
    np.asarray(ImageOps.fit(images.load(name), (180, 235)).convert("L")) / 255
    for name in ("panda", "grace_hopper")
)
clean, clean_photograph = (
    conv2d(pad(torch.tensor(grey)[None, None], (5, 5, 5, 5), "circular"), weight)[0, 0]
    for grey in (panda, photograph)
)
clean = clean.numpy()
noise = 0.005 * np.random.default_rng(0).standard_normal((2, 235, 180))
blurred, blurred_photograph = clean + noise[0], clean_photograph.numpy() + noise[1]
assert np.array_equal(clean.shape, panda.shape) and 1 < noise.std() * 255 < 1.5
ahead = sum(np.roll(panda, (t, t), (0, 1)) for t in range(-5, 6)) / 11
np.testing.assert_allclose(clean, ahead, rtol=0, atol=1e-12)

# %%
# How near a picture is to the original we measure with :term:`PSNR`, in decibels (dB). Higher is
# nearer, and 10 dB more is a tenth of the squared error. We leave 16 pixels at each border out,
# because some of the methods know less there.

score = {"blurred": psnr(blurred, panda, border=16)}
print(f"blurred: {score['blurred']:.1f} dB")
assert round(score["blurred"]) == 21

# %%
# Does a transposed convolution undo the blur?
# --------------------------------------------
# A convolution layer without padding gives the inner 225 x 170 pixels of the blurred picture. The
# transposed convolution with the same kernel turns those into 235 x 180 again.

frame = torch.tensor(blurred[5:-5, 5:-5])[None, None]
transposed = conv_transpose2d(frame, weight)[0, 0].numpy()
assert transposed.shape == panda.shape
score["same weights, transposed"] = psnr(transposed, panda, border=16)

# %%

questions.choose(
    "The blurred picture is 21 dB from the original. How many dB is it from the original after "
    "the transposed convolution with the kernel of the blur?",
    'round(score["same weights, transposed"])',
    {
        'round(score["blurred"])': "It does not leave the values as they are: it spreads them.",
        'round(score["blurred"]) + 10': "A tenth of the error would be left if it undid most of "
        "the blur. It is a transpose, not an inverse.",
    },
    because="It spreads each value over eleven cells, and so blurs once more.",
)

# %%
# The size is right, and the values are further off than before. That is no accident: spreading is
# what blurred the picture in the first place. (Which kernel gives the picture back all the same?
# :doc:`/pages/examples/transposed/plot_round_trip` tries it.)
#
# What does undo it?
# ------------------
# The Fourier transform writes a picture as a sum of waves. There, a convolution multiplies each
# wave by one number, which depends on the kernel alone. It is complex: it says how many times as
# high the wave becomes, and how far its crest moves. We call these numbers ``response``.
# Undoing is then a division, wave by wave. This is the :term:`inverse filter`.

placed = np.pad(kernel, ((0, 235 - 11), (0, 180 - 11)))
# the kernel's centre at 0, 0
response = np.fft.fft2(np.roll(placed, (-5, -5), axis=(0, 1)))
by_waves = np.fft.ifft2(np.fft.fft2(panda) * response).real
np.testing.assert_allclose(by_waves, clean, rtol=0, atol=1e-12)

# one wave, 15 periods down and 13 across: this blur moves its crest by half a period
along = 2 * np.pi * np.tensordot([15 / 235, 13 / 180], np.indices((235, 180)), axes=1)
through = sum(np.roll(np.cos(along), (t, t), (0, 1)) for t in range(-5, 6)) / 11
height, moved = np.abs(response[15, 13]), np.angle(response[15, 13])
np.testing.assert_allclose(through, height * np.cos(along + moved), atol=1e-12)
assert 0.2 < height < 0.3 and np.isclose(abs(moved), np.pi)

undone = np.fft.ifft2(np.fft.fft2(clean) / response).real
print(f"inverse filter without noise: {psnr(undone, panda, border=16):.0f} dB")
np.testing.assert_allclose(undone, panda, rtol=0, atol=1e-10)
assert abs(response).min() > 0

# %%
# Without noise it gives the picture back, up to rounding, since no response is exactly 0. With
# noise?

in_wave, of_blur = 0.005, 0.01
questions.type_in(
    "A blur multiplies a wave by 0.01, and noise of 0.005 comes on top. How much noise is in the "
    "wave after the inverse filter?",
    "in_wave / of_blur",
    {
        "in_wave": "The filter cannot tell noise from picture: it divides all that is there.",
        "in_wave * of_blur": "The inverse divides by what the blur has multiplied by.",
    },
    because="It is divided by 0.01 like the picture: a hundred times as much.",
    alone=True,
)

# %%
# The blur had almost erased some waves. Dividing by their tiny responses brings them back, and the
# noise in them many times enlarged: an error larger than the whole range from black to white.

inverse = np.fft.ifft2(np.fft.fft2(blurred) / response).real
score["inverse filter"] = psnr(inverse, panda, border=16)
assert abs(response).min() < 0.01 and score["inverse filter"] < 0

# %%
# *Wiener's* remedy is to divide only as far as the noise allows.
# :term:`His filter <Wiener filter>` multiplies by
#
# .. math:: \frac{\overline{H}}{|H|^2 + q}
#
# where :math:`H` is the response, the bar is the complex conjugate, and :math:`q` says how strong
# the noise is compared with the picture. Where :math:`|H|^2` is large this is nearly :math:`1/H`,
# the inverse filter. In his theory :math:`q` is a number for each wave. One number for all of them
# is enough here.

q, erased = 0.005, 0.0

# %%

questions.choose(
    "Wiener's filter multiplies a wave by ``conj(H) / (|H|**2 + q)``, with q = 0.005. By what does "
    "it multiply a wave that the blur has erased, H = 0?",
    "erased / (erased**2 + q)",
    {
        "1 / q": "Below the line only q is left, but above it there is 0.",
        "1 / (1 + q)": "That is for H = 1, a wave that the blur leaves alone.",
    },
    because="What was erased cannot be known, so nothing is brought back, and no noise.",
    alone=True,
)

# %%

filtered = np.fft.fft2(blurred) * response.conj() / (np.abs(response) ** 2 + q)
wiener = np.fft.ifft2(filtered).real
score["Wiener filter"] = psnr(wiener, panda, border=16)
assert score["Wiener filter"] > score["blurred"] + 5

# %%
# Can a transposed convolution sharpen at all?
# --------------------------------------------
# In the Fourier transform the one with the blur's kernel multiplies by :math:`\overline{H}`: the
# top of Wiener's fraction. The division is what is missing. But it may have other weights. Training
# would look for those with the least squared error, and for one layer of 31 taps along the diagonal
# a least-squares problem finds them at once.

numerator = np.fft.ifft2(np.fft.fft2(blurred) * response.conj()).real
inner = (slice(16, -16), slice(16, -16))
np.testing.assert_allclose(transposed[inner], numerator[inner], rtol=0, atol=1e-12)

odd = np.random.default_rng(1).standard_normal((3, 3))  # a kernel without symmetry
corner = panda[:20, :20]
turned_round = np.roll(np.pad(odd, ((0, 17), (0, 17))), (-1, -1), (0, 1))
of_odd = np.fft.fft2(turned_round).conj()  # the layer's response: it does not flip
by_waves = np.fft.ifft2(np.fft.fft2(corner) * of_odd.conj()).real
pair = torch.tensor(corner)[None, None], torch.tensor(odd)[None, None]
by_layer = conv_transpose2d(*pair, padding=1)
np.testing.assert_allclose(by_waves[1:-1, 1:-1], by_layer[0, 0, 1:-1, 1:-1], atol=1e-12)

shifted = [np.roll(blurred, (t, t), (0, 1)).ravel() for t in range(-15, 16)]
taps = np.linalg.lstsq(np.stack(shifted, 1), panda.ravel())[0]
sharpen = torch.tensor(np.diag(taps))[None, None]
learned, learned_photograph = (
    conv_transpose2d(torch.tensor(y)[None, None], sharpen, padding=15)[0, 0].numpy()
    for y in (blurred, blurred_photograph)
)
score["learned weights, transposed"] = psnr(learned, panda, border=16)
before, after = (
    psnr(y, photograph, border=16) for y in (blurred_photograph, learned_photograph)
)
print(f"a photograph it has not seen: {before:.1f} dB before, {after:.1f} dB after")
assert score["blurred"] + 4 < score["learned weights, transposed"]
assert before + 4 < after
assert score["learned weights, transposed"] < score["Wiener filter"]

# %%
# So a transposed convolution can carry out a deconvolution, also on a picture that it was not
# fitted to, if its weights say so. Finding them is what solves the inverse problem. (Where a stride
# is to be undone, :doc:`training </pages/examples/transposed/plot_recovered_by_learning>` finds
# them.) The layer knows nothing from beyond the border, so it has a frame where the two filters
# wrap around.

outer = np.ones_like(panda, bool)
outer[inner] = False
error = np.abs(learned - panda)
assert error[outer].mean() > 3 * error[~outer].mean()

# %%

# Drawing: the panda, blurred, and after four ways
figure, axes = plt.subplots(2, 3, figsize=(7.2, 6.8))
shown = {
    "original": panda,
    "blurred": blurred,
    "same weights, transposed": transposed,
    "inverse filter": inverse,
    "Wiener filter": wiener,
    "learned weights, transposed": learned,
}
for ax, (name, picture) in zip(axes.flat, shown.items(), strict=True):
    decibels = f"\n{psnr(picture, panda, border=16):.1f} dB" if name in score else ""
    title = name.replace(", ", ",\n") + decibels.replace("-", "\N{MINUS SIGN}")
    plots.show_picture(ax, picture, title=title)
    assert name not in score or psnr(picture, panda, border=16) == score[name]
plots.describe(
    figure,
    f"""The grey panda six times: as it is; blurred along a diagonal, {score["blurred"]:.1f} dB;
    after the transposed convolution with the blur's kernel, blurred more; after the
    inverse filter only noise is seen; after the Wiener filter eyes, mouth and fur are
    sharp again; after the transposed convolution with learned weights nearly as
    sharp, inside a frame of bright lines.""",
    caption="The same weights blur again, and the inverse filter drowns in noise. "
    f"Wiener's filter gains {score['Wiener filter'] - score['blurred']:.1f} dB, and learned "
    f"weights {score['learned weights, transposed'] - score['blurred']:.1f} dB.",
)

# %%
# Which names mean the same?
# --------------------------
# - *Transposed convolution*: multiply by the transposed matrix of the convolution.
# - *Backward convolution*: what a convolution does to gradients on their way back.
# - *Fractionally strided convolution*: put zeros between and around the values, and convolve at
#   stride 1 with the kernel flipped.
# - *Up-convolution*: it makes maps larger. Some mean something else by it, an enlargement followed
#   by a convolution, so look at what they compute.
# - :term:`Deconvolution`, *deconvolution layer*: the same again, in older papers and libraries.
#   PyTorch's documentation says that it is not an actual deconvolution. On these pages the word
#   means the inverse problem.

y = torch.tensor([[2.0, -1, 0], [3, 4, -2], [1, 0, 5]])[None, None]
w = torch.tensor([[1.0, 2, 1], [0, 3, -1], [2, 0, 1]])[None, None]
by_name = conv_transpose2d(y, w, stride=2)
leaf = torch.zeros(1, 1, 7, 7, requires_grad=True)
conv2d(leaf, w, stride=2).backward(y)
assert torch.equal(leaf.grad, by_name)

stuffed = torch.zeros(1, 1, 5, 5)
stuffed[..., ::2, ::2] = y
assert torch.equal(conv2d(stuffed, w.flip(-1, -2), padding=2), by_name)
written = " ".join(torch.nn.ConvTranspose2d.__doc__.split())
assert "not an actual deconvolution" in written
plt.show()

# %%
# Recap
# -----
# - Deconvolution: given a blurred signal and the kernel, find the signal. It divides, and must
#   guard against noise.
# - Transposed convolution: the convolution's matrix, transposed. It gives back the shape (after a
#   stride perhaps with ``output_padding``), not the values, and with the weights of a blur it blurs
#   again.
# - With weights that are fitted to it, a transposed convolution can sharpen.
# - Transposed, backward and fractionally strided convolution are one operation.
#
# Exercises
# ---------
# 1. Set ``q`` to 0.0005 and to 0.05. Which picture is noisy, which is soft? Predict it from
#    Wiener's fraction.
# 2. Make the noise ten times weaker. By how much does the inverse filter's PSNR change? Each
#    10 dB is a factor of ten in the squared error.

# %%

# Solution 1: a small q follows the inverse further, so it is noisy; a large one is soft
grain = []
for other in (0.0005, 0.005, 0.05):
    guard = response.conj() / (np.abs(response) ** 2 + other)
    tried = np.fft.ifft2(np.fft.fft2(blurred) * guard).real
    grain.append(np.abs(np.diff(tried, axis=1)).mean())  # how much neighbours differ
    assert psnr(tried, panda, border=16) <= score["Wiener filter"]
assert grain[0] > grain[1] > grain[2]

# %%

# Solution 2: by 20 dB, for the error is only noise and is ten times smaller
weaker = np.fft.ifft2(np.fft.fft2(clean + noise[0] / 10) / response).real
gained = psnr(weaker, panda, border=16) - score["inverse filter"]
np.testing.assert_allclose(gained, 20, atol=1e-6)

# %%
# Sources
# -------
# - Wiener, *Extrapolation, interpolation, and smoothing of stationary time series*, 1949.
# - Zeiler, Krishnan, Taylor and Fergus, *Deconvolutional networks*, 2010: here the word is used
#   for a search for hidden maps, which does undo a convolution.
# - Zeiler and Fergus, `Visualizing and understanding convolutional networks
#   <https://arxiv.org/abs/1311.2901>`_, 2014, section 2.1: transposed filters, the same name.
# - Long, Shelhamer and Darrell, `Fully convolutional networks for semantic segmentation
#   <https://arxiv.org/abs/1411.4038>`_, 2015, section 3.3: as a layer that is trained.
# - Dumoulin and Visin, `A guide to convolution arithmetic for deep learning
#   <https://arxiv.org/abs/1603.07285>`_, 2016, chapter 4.
