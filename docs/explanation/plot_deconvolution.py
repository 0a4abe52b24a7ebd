"""
Why "deconvolution" is a misnomer
=================================

In signal processing, deconvolution removes a known blur. In deep learning, the word has been
used for the transposed convolution, which removes nothing: it gives the size back, not the
values. Here both are done to one blurred panda, so that you can see which of them sharpens.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d, conv_transpose2d, pad

from convdocs import images, plots
from convdocs.measures import psnr

plt.style.use("convdocs.page")

# %%
# What does the word promise?
# ---------------------------
# To *undo* a convolution. A photograph is taken while the camera slips: every pixel becomes the
# mean of eleven pixels along a diagonal, and that is a convolution whose kernel we know. The
# sensor adds a little noise, about one of the 255 steps from black to white. Deconvolution asks:
# what was in front of the camera?
#
# One convenience: we let the picture wrap around, so that what leaves at one border comes in
# at the opposite one. Then there is no border to treat, and the Fourier transform, which we
# need below, describes the blur exactly.

grey = np.asarray(images.load("panda").convert("L")) / 255  # (235, 180), 0 to 1
kernel = np.eye(11) / 11
assert np.array_equal(kernel, np.flip(kernel))  # flipping it or not makes no difference

weight = torch.tensor(kernel)[None, None]
wrapped = pad(torch.tensor(grey)[None, None], (5, 5, 5, 5), mode="circular")
clean = conv2d(wrapped, weight)[0, 0].numpy()
assert clean.shape == grey.shape == (235, 180)
noise = 0.005 * np.random.default_rng(0).standard_normal(grey.shape)
blurred = clean + noise
assert 1 < noise.std() * 255 < 1.5

# %%
# How close is a picture to the original?
# ---------------------------------------
# We measure with PSNR, the peak signal-to-noise ratio: 10 times the decimal logarithm of one
# over the mean squared error, when the brightest value is 1. Its unit is the decibel (dB).
# Higher is closer, and 10 dB more is a tenth of the squared error. We leave 16 pixels at each
# border out, because some of the methods know less there.

error = (blurred - grey)[16:-16, 16:-16]
score = {"blurred": psnr(blurred, grey, border=16)}
np.testing.assert_allclose(score["blurred"], 10 * np.log10(1 / np.mean(error**2)))
print(f"blurred: {score['blurred']:.1f} dB")
assert 20 < score["blurred"] < 22

# %%
# Does a transposed convolution undo the blur?
# --------------------------------------------
# A convolution layer has no pixels from beyond the border. Without padding it gives the inner
# 225 x 170 pixels of the blurred picture. The transposed convolution with the same kernel turns
# those into 235 x 180 again. Predict what the picture looks like: sharp, the same, or worse?

layer = conv2d(torch.tensor(grey)[None, None], weight)[0, 0]
assert layer.shape == (225, 170)
np.testing.assert_allclose(layer, clean[5:-5, 5:-5], rtol=0, atol=1e-12)

frame = torch.tensor(blurred[5:-5, 5:-5])[None, None]
transposed = conv_transpose2d(frame, weight)[0, 0].numpy()
assert transposed.shape == grey.shape
score["transposed convolution"] = psnr(transposed, grey, border=16)
print(f"after the transposed convolution: {score['transposed convolution']:.1f} dB")
assert score["transposed convolution"] < score["blurred"] - 0.9

# %%
# The size is right. The values are further off than before, by about 1 dB. That is no accident:
# a transposed convolution spreads every value over the cells of the kernel, and spreading
# is what blurred the picture in the first place.
#
# What does undo it?
# ------------------
# The Fourier transform writes a picture as a sum of waves. There, a convolution is
# a multiplication: each wave of the picture is multiplied by one number, which depends on the
# kernel alone. We call these numbers ``response``. Undoing is then a division, wave by wave.
# This is the *inverse filter*.

placed = np.zeros_like(grey)
placed[:11, :11] = kernel
# the kernel's centre at 0, 0
response = np.fft.fft2(np.roll(placed, (-5, -5), axis=(0, 1)))
np.testing.assert_allclose(
    np.fft.ifft2(np.fft.fft2(grey) * response), clean, rtol=0, atol=1e-12
)

undone = np.fft.ifft2(np.fft.fft2(clean) / response).real
inverse = np.fft.ifft2(np.fft.fft2(blurred) / response).real
score["inverse filter"] = psnr(inverse, grey, border=16)
without_noise = psnr(undone, grey, border=16)
print(f"inverse filter without noise: {without_noise:.0f} dB")
print(f"with noise: {score['inverse filter']:.1f} dB")
assert without_noise > 200
assert score["inverse filter"] < 0

# %%
# Without noise it gives the picture back, up to rounding. With noise it is useless: below 0 dB
# the error is larger than the whole range from black to white. The blur had almost erased some
# waves. Dividing by their tiny responses brings them back, and the noise in them many times
# enlarged.
#
# Wiener's remedy is to divide only as far as the noise allows. His filter multiplies by
#
# .. math:: \frac{\bar{H}}{|H|^2 + q}
#
# where :math:`H` is the response, the bar is the complex conjugate, and :math:`q` says how
# strong the noise is compared with the picture. Where :math:`|H|^2` is large this is
# nearly :math:`1/H`, the inverse filter. Where it is small, so is the filter. In his
# theory :math:`q` is a number for each wave. One number for all of them is enough here.

q = 0.005
filtered = np.fft.fft2(blurred) * response.conj() / (np.abs(response) ** 2 + q)
wiener = np.fft.ifft2(filtered).real
score["Wiener filter"] = psnr(wiener, grey, border=16)
won = score["Wiener filter"] - score["blurred"]
print(f"Wiener filter: {score['Wiener filter']:.1f} dB, {won:.1f} dB won")
assert won > 5

# sphinx_gallery_thumbnail_number = 1
figure, axes = plt.subplots(2, 3, figsize=(7.2, 6.8))
axes = axes.ravel()
plots.show_picture(axes[0], grey, title="original")
cells = np.full((11, 11), np.nan)
plots.show_cells(
    axes[1], cells, colour=plots.KERNEL, highlight=kernel > 0, title="kernel"
)
rest = {
    "blurred": blurred,
    "transposed convolution": transposed,
    "inverse filter": inverse,
    "Wiener filter": wiener,
}
for ax, (name, picture) in zip(axes[2:], rest.items(), strict=True):
    decibels = f"{score[name]:.1f} dB".replace("-", "\N{MINUS SIGN}")
    plots.show_picture(ax, picture, title=f"{name}\n{decibels}")
plots.describe(
    figure,
    f"""Six panels: the grey panda; the 11 x 11 kernel, eleven equal weights on a
    diagonal; the blurred panda, {score["blurred"]:.1f} dB; after the transposed
    convolution it is blurred more, {score["transposed convolution"]:.1f} dB; after
    the inverse filter only noise is seen, {score["inverse filter"]:.1f} dB; after the
    Wiener filter eyes, mouth and fur are sharp again, {
        score["Wiener filter"]:.1f} dB.""",
)

# %%
# How are the three related?
# --------------------------
# In the Fourier transform the transposed convolution multiplies by :math:`\bar{H}`: the
# top of Wiener's fraction, without the division below it. So deconvolution *contains* a
# transposed convolution. What makes it a deconvolution is the part that is missing.

numerator = np.fft.ifft2(np.fft.fft2(blurred) * response.conj()).real
np.testing.assert_allclose(
    transposed[16:-16, 16:-16], numerator[16:-16, 16:-16], rtol=0, atol=1e-12
)

# %%
# The next figure draws by how much each filter multiplies a wave that runs along the diagonal.
# The curve of the transposed convolution is also that of the blur. So what the blur has shrunk,
# the transposed convolution shrinks again by as much; the inverse filter does the opposite, at
# any price; Wiener's filter goes with the inverse until the price is too high.

frequency = np.linspace(0, 0.5, 501)  # waves per step along the diagonal
steps = np.arange(-5, 6)
# of an even kernel
signed = np.cos(2 * np.pi * frequency[:, None] * steps).mean(axis=1)
assert np.count_nonzero(np.diff(np.sign(signed))) == 5  # through zero five times
gain = np.abs(signed)
restored = gain / (gain**2 + q)
assert restored.max() < 7.1 < (1 / gain).max()

figure, ax = plt.subplots(figsize=(7.2, 3.2))
ax.plot(frequency, gain, "-.", label="transposed convolution")
ax.plot(frequency, 1 / gain, "--", label="inverse filter")
ax.plot(frequency, restored, label="Wiener filter")
ax.set(yscale="log", xlim=(0, 0.5), ylim=(1e-2, 1e3), ylabel="multiplied by")
ax.set_xlabel("waves for each step along the diagonal")
figure.legend(loc="outside upper center", ncols=3)
plots.describe(
    figure,
    f"""Three curves over the frequency. The transposed convolution's never exceeds 1
    and falls to zero at five frequencies. The inverse filter's is its mirror image
    and shoots up there. The Wiener filter's follows the inverse while that is small,
    never exceeds {restored.max():.1f}, and dips where the inverse shoots up.""",
)

# %%
# Which names mean the same?
# --------------------------
# Several names are in use for one operation. Each tells of a way to see it, and the ways
# give the same numbers, here for a 3 x 3 map, a 3 x 3 kernel and stride 2.
#
# - *Transposed convolution*: multiply by the transposed matrix of the convolution.
# - *Backward convolution*: what a convolution does to gradients on their way back.
# - *Fractionally strided convolution*: put zeros between the values and convolve at stride 1.
#   A step of the kernel is then half a step on the map.
# - *Up-convolution*: it makes maps larger. Some authors mean something else by it, an
#   enlargement followed by a convolution, so look at what they compute.
# - *Deconvolution*, *deconvolution layer*: the same again, in older papers and libraries.

rng = np.random.default_rng(1)
# whole numbers, so all is exact
y = torch.tensor(rng.integers(-9, 10, (1, 1, 3, 3))).double()
w = torch.tensor(rng.integers(-9, 10, (1, 1, 3, 3))).double()
by_name = conv_transpose2d(y, w, stride=2)
assert by_name.shape == (1, 1, 7, 7)

leaf = torch.zeros(1, 1, 7, 7, dtype=torch.double, requires_grad=True)
conv2d(leaf, w, stride=2).backward(y)
assert torch.equal(leaf.grad, by_name)

stuffed = torch.zeros(1, 1, 5, 5, dtype=torch.double)
stuffed[..., ::2, ::2] = y
assert torch.equal(conv2d(stuffed, w.flip(-1, -2), padding=2), by_name)

# %%
# Where does the name come from?
# ------------------------------
# From a place where it was right. In 2010 Zeiler and his colleagues described *deconvolutional
# networks*. They took a picture to be a sum of hidden maps, each convolved with a filter, and
# searched for the maps: a convolution was to be undone, with few non-zeros as a guide. They
# stacked such layers, and in 2011 put max pooling between them. *Searching* is the work there,
# as dividing was ours.
#
# Then the word moved. In 2014 Zeiler and Fergus ran a trained network backwards to see what its
# units respond to, through the transposed filters, and kept the name although nothing was
# solved for. In 2015 segmentation networks learned to enlarge their maps with the same
# operation and called it a deconvolution layer. Libraries took the name over.
# Others protested, and PyTorch's ``ConvTranspose2d`` says in its documentation that it is not an
# actual deconvolution. On these pages *deconvolution* means the inverse problem.
#
# Can a transposed convolution sharpen at all? Yes, if its weights are *learned* for that. Then
# it is the training that solves the inverse problem, and the layer only carries the answer out.

assert "not an actual deconvolution" in " ".join(
    torch.nn.ConvTranspose2d.__doc__.split()
)
plt.show()

# %%
# Recap
# -----
# - Deconvolution: given a blurred signal and the kernel, find the signal. It divides, and must
#   guard against noise.
# - Transposed convolution: the convolution's matrix, transposed. It gives back the shape, not
#   the values, and with a blurring kernel it blurs again.
# - Transposed, backward and fractionally strided convolution are one operation.
#
# Exercises
# ---------
# 1. Set ``q`` to 0.0005 and to 0.05. Which picture is noisy, which is soft? Predict it from
#    the curves.
# 2. Make the noise ten times weaker. By how much does the inverse filter's PSNR change? Each
#    10 dB is a factor of ten in the squared error.
#
# Sources
# -------
# Wiener, *Extrapolation, interpolation, and smoothing of stationary time series*, 1949. Zeiler,
# Krishnan, Taylor and Fergus, *Deconvolutional networks*, 2010. Zeiler, Taylor and Fergus,
# *Adaptive deconvolutional networks for mid and high level feature learning*, 2011. Zeiler and
# Fergus, *Visualizing and understanding convolutional networks*, 2014. Long, Shelhamer and
# Darrell, *Fully convolutional networks for semantic segmentation*, 2015, section 3.3. Noh,
# Hong and Han, *Learning deconvolution network for semantic segmentation*, 2015. Dumoulin and
# Visin, *A guide to convolution arithmetic for deep learning*, 2016, chapter 4.
