"""
Fewer multiplications than the loop: Winograd, the FFT, and what a library takes
================================================================================

The loop that defines a convolution is one way to compute it. Libraries have four: directly, as a
product of matrices, by *Winograd's* trick for small blocks, and by the *fast Fourier transform*
(FFT), which writes pictures as sums of waves. All give the same map, up to rounding. This page
does the last two by hand and counts what they save.
"""

from time import thread_time

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy import signal
from torch.nn.functional import conv2d
from torch.utils.flop_counter import FlopCounterMode

from convdocs import plots, questions
from convdocs.operations.unfold import unfold

plt.style.use("convdocs.page")

# %%
# Direct or by columns: what does PyTorch take?
# ---------------------------------------------
# :term:`Direct <direct convolution>` means: the plain sums, their loops cut and ordered so that
# numbers are near when they are needed. By columns (:term:`im2col`) the sums become one product of
# two matrices. PyTorch decides anew for each call. On a CPU a layer of four 5 x 5 kernels on the
# panda, in 64 bits, goes to its own routine, ``Slow2d``, which makes columns. In 32 bits it goes to
# another library, if there is one and the layer and the batch are not too small. On many processors
# that is oneDNN, called ``Mkldnn`` here, which computes directly or by columns, and on some
# machines by Winograd's trick. On NVIDIA's cards it is cuDNN, which has matrix products, Winograd's
# way and the FFT. (The function that tells us begins with an underscore: it is PyTorch's own and
# may change.)

settings = ([1, 1], [0, 0], [1, 1], False, [0, 0], 1)  # stride, padding, dilation, ...
taken = {}
for dtype in (torch.float32, torch.float64):
    pair = torch.ones(1, 3, 235, 180, dtype=dtype), torch.ones(4, 3, 5, 5, dtype=dtype)
    taken[dtype] = torch._C._select_conv_backend(*pair, None, *settings).name
print("64 bits are computed by", taken[torch.float64])
assert taken[torch.float64] == "Slow2d"  # columns and a product
with_onednn = torch.backends.mkldnn.is_available()
assert (taken[torch.float32] == "Mkldnn") == with_onednn
few = torch.ones(1, 3, 10, 12), torch.ones(4, 3, 3, 3)
assert torch._C._select_conv_backend(*few, None, *settings).name != "Mkldnn"

# %%
# To see what oneDNN takes, start Python with ``ONEDNN_VERBOSE=1`` in its environment: it then
# prints a line for each call, with the routine's name.
#
# All ways below compute a smaller layer, in whole numbers, so that only the FFT rounds: two
# pictures of three channels, four 3 x 3 kernels.

rng = np.random.default_rng(0)
x = rng.integers(-9, 10, (2, 3, 10, 12))  # picture, channel, row, column
weight = rng.integers(-9, 10, (4, 3, 3, 3))  # kernel, channel, row, column
layer = conv2d(torch.tensor(x), torch.tensor(weight)).numpy()
assert np.array_equal(
    (weight.reshape(4, 27) @ unfold(x, 3)).reshape(layer.shape), layer
)

# %%
# How does Winograd save products?
# --------------------------------
# :term:`Winograd's way` computes neighbouring outputs together. Two outputs of a kernel ``g`` of
# three taps, along one axis, are six products in the loop. These four are enough:

g, d = rng.integers(-9, 10, 3), rng.integers(-9, 10, 4)  # three taps, four inputs
half_sum, half_difference = (g[0] + g[1] + g[2]) / 2, (g[0] - g[1] + g[2]) / 2
products = [
    (d[0] - d[2]) * g[0],
    (d[1] + d[2]) * half_sum,
    (d[2] - d[1]) * half_difference,
    (d[1] - d[3]) * g[2],
]
p, q, r, s = products
assert q + r == d[1] * g[1] + d[2] * (g[0] + g[2])
assert np.array_equal([p + q + r, q - r - s], np.correlate(d, g, "valid"))
assert len(products) == len(d) == 2 + len(g) - 1

# %%
# Why? The two halves are chosen so that ``q + r`` is ``d[1] * g[1]`` plus
# ``d[2] * (g[0] + g[2])``. Adding ``p`` exchanges ``d[2] * g[0]`` for ``d[0] * g[0]``: the first
# output. The second comes about in the same way. What is made of the taps alone is made once for
# the whole picture, and then only additions and the four products are left: as many as inputs are
# read, outputs + taps - 1. Written with three small matrices, the same is done along both axes:
# first rows, then columns, for each block of 2 x 2 outputs, which reads 4 x 4 inputs.

inputs = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]])
of_taps = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]]) / 2
outputs = np.array([[1, 1, 1, 0], [0, 1, -1, -1]])
assert np.array_equal(outputs @ ((of_taps @ g) * (inputs @ d)), [p + q + r, q - r - s])

tiles = np.lib.stride_tricks.sliding_window_view(x, (4, 4), axis=(2, 3))[:, :, ::2, ::2]
in_tiles = inputs @ tiles @ inputs.T  # picture, channel, tile down, tile across, 4, 4
in_kernels = of_taps @ weight @ of_taps.T  # kernel, channel, 4, 4
multiplied = in_tiles[:, None] * in_kernels[:, :, None, None]
blocks = outputs @ multiplied.sum(axis=2) @ outputs.T  # summed over the channels
assert np.array_equal(blocks.swapaxes(3, 4).reshape(layer.shape), layer)

# %%

questions.choose(
    "Winograd's way makes two outputs of a kernel of 3 taps with four products. Done along both "
    "axes, how many products does a block of 2 x 2 outputs of a 3 x 3 kernel take?",
    "multiplied[0, 0, 0, 0, 0].size",
    {
        "len(products) * 2 * g.size": "Both axes save, not one only: 4 of 6 down, and 4 of 6 "
        "across.",
        "4 * g.size**2": "That is the loop's number.",
    },
    because="4 down times 4 across.",
    alone=True,
)

# %%
# And the Fourier transform?
# --------------------------
# The fast :term:`Fourier transform` (FFT) writes picture and kernel as sums of waves. Each wave
# has one complex number, which tells how high the wave is and where its crest stands, and a
# convolution multiplies it by the kernel's: one product for each wave, however large the kernel. A
# plain product would flip the kernel, which a layer does not, so the kernel's numbers come in
# *conjugate*, with the sign of the imaginary part turned. And waves go round in a circle: beyond
# the last column the kernel meets the first again. We cut those answers off.

wave = 3 * np.cos(2 * np.pi * (np.arange(12) - 2) / 12)  # 3 high, its crest on sample 2
number = np.fft.rfft(wave)[1] / 6
np.testing.assert_allclose([abs(number), np.angle(number)], [3, -2 * np.pi * 2 / 12])

waves = np.fft.rfft2(x)[:, None] * np.fft.rfft2(weight, (10, 12)).conj()
by_waves = np.fft.irfft2(waves.sum(axis=2), (10, 12))[..., :8, :10]
np.testing.assert_allclose(by_waves, layer, rtol=0, atol=1e-10)

# %%
# How does a circle become a line?
# --------------------------------
# Cutting off is enough if the kernel has to stay inside. To have the answers of all places where
# kernel and row overlap at all, make the circle larger: fill it up with zeros. Take one row, and
# the plain product, which flips the kernel.

row, taps = x[0, 0, 0], weight[0, 0, 0]
overlaps = np.convolve(row, taps)  # by the loop, at all places

# %%

questions.type_in(
    "A row of 12 samples and a kernel of 3 taps are multiplied as waves. How long must the circle "
    "be, at least, for the answers of all places where the two overlap?",
    "len(overlaps)",
    {
        "len(row)": "Then the last two answers go round, and are added to the first two.",
        'len(np.convolve(row, taps, "valid"))': "So many answers read no zeros. But the circle "
        "must hold the whole row.",
    },
    because="The kernel overlaps the row at 12 + 3 - 1 places, and each needs a place of its own.",
    alone=True,
)

# %%
# If the circle is too small by ``m`` places, the last ``m`` answers are added to the first ``m``.
# For ``n`` samples and ``k`` taps, ``n + k - 1`` places make it a line.

for circle in range(len(row), len(overlaps) + 3):
    by_circle = np.fft.irfft(
        np.fft.rfft(row, circle) * np.fft.rfft(taps, circle), circle
    )
    expected = np.zeros(circle)
    np.add.at(expected, np.arange(len(overlaps)) % circle, overlaps)  # round the circle
    np.testing.assert_allclose(by_circle, expected, rtol=0, atol=1e-10)
    at_once = np.allclose(by_circle[: len(overlaps)], overlaps[:circle])
    assert at_once == (circle >= len(row) + len(taps) - 1)

# %%
# Which has the fewest multiplications?
# -------------------------------------
# Count them for each output, channel and kernel, on 64 x 64 cells. For the FFT of N real numbers we
# count N log2 N. It gives 64 x 33 waves, since the others mirror these, with four multiplications
# for each product of two complex numbers. Two transforms are counted, the picture's and that back
# to the answers, and (64 - k + 1)² answers share the sum. Those of the kernels are made once and
# not counted, nor are Winograd's additions.

sizes, n = np.arange(3, 32, 2), 64
direct, winograd = sizes**2, (sizes + 1) ** 2 / 4  # in blocks of 2 x 2
per_wave = {}
for channels in (1, 64):
    transforms = 2 * channels * n**2 * np.log2(n**2)  # of what comes in, and goes out
    complex_products = 4 * n * (n // 2 + 1) * channels**2
    per_output = channels**2 * (n - sizes + 1) ** 2
    per_wave[channels] = (transforms + complex_products) / per_output
assert direct[0] / winograd[0] == 9 / 4
first_win = sizes[(per_wave[1] < direct).argmax()]
assert (per_wave[1] < direct)[sizes >= first_win].all()
assert (per_wave[64] < np.min([direct, winograd, per_wave[1]], axis=0)).all()

# %%

questions.type_in(
    "One picture with one channel of 64 x 64 cells, and a kernel of k x k, k odd. By this count "
    "of multiplications, from which k on is the FFT cheaper than the loop?",
    "first_win",
    {
        "sizes[(per_wave[1] < winograd).argmax()]": "That is against Winograd's blocks of 2 x 2.",
        "sizes[(per_wave[64] < direct).argmax()]": "That is so if 64 channels share the "
        "transforms.",
        "sizes[-1]": "Sooner: the loop's number grows with k x k, the transforms stay.",
    },
    because=f"The loop has {direct[1]} products at 5 x 5 and {direct[2]} at 7 x 7, the FFT about "
    f"{per_wave[1][1]:.0f} and {per_wave[1][2]:.0f}.",
)

# %%

# Drawing: multiplications over the kernel's size
figure, ax = plt.subplots(figsize=(7.2, 3.2))
ax.plot(sizes, direct, label="direct, im2col")
ax.plot(sizes, winograd, "--", label="Winograd, blocks of 2 x 2")
ax.plot(sizes, per_wave[1], "-.", label="FFT, one channel")
ax.plot(sizes, per_wave[64], ":", label="FFT, 64 to 64 channels")
assert [line.get_ydata()[0] for line in ax.lines[:2]] == [3 * 3, 4 * 4 / 4]
assert ax.lines[2].get_ydata()[0] > ax.lines[3].get_ydata()[0]
ax.set(yscale="log", ylim=(1, 3000), xlabel="kernel, taps along each axis")
ax.set_ylabel("multiplications, for each\noutput, channel and kernel")
assert min(min(line.get_ydata()) for line in ax.lines) > 1
assert max(max(line.get_ydata()) for line in ax.lines) < 3000
ax.set_xticks(sizes[::2])
figure.legend(loc="outside upper center", ncols=2)
plots.describe(
    figure,
    f"""Four curves over the kernel's size from 3 to 31. Direct rises from 9 to
    {direct[-1]}, Winograd's from 4 to {winograd[-1]:.0f}. The FFT's rise
    less, from {per_wave[1][0]:.0f} to {per_wave[1][-1]:.0f} for one channel, and from
    {per_wave[64][0]:.1f} to {per_wave[64][-1]:.1f} for 64 to 64.""",
    caption=f"With one channel the FFT has fewer multiplications than the loop from {first_win} x "
    f"{first_win} on. 64 channels share its transforms, and it has the fewest of the four "
    "curves at every size. The FFT's rise only because a larger kernel leaves fewer outputs.",
)

# %%
# Far to the right Winograd's curve is theory. Its matrices hold powers of points, 0, 1, -1, 2 and
# so on, one for each product: the more taps, the larger the powers. From 3 taps to 9 the additions
# for two outputs grow more than sevenfold, and the rounding in 32 bits more than tenfold. So it is
# used for small kernels.

additions, rounding = [], []
for k in (3, 5, 7, 9):
    points = np.array([0, 1, -1, 2, -2, 1 / 2, -1 / 2, 3, -3, 1 / 3])[: k + 1]
    powers = np.vander(points, increasing=True)
    g, d = rng.normal(size=(k, 1000)), rng.normal(size=(k + 1, 1000))
    way = powers[:, :2].T, powers[:, :k], np.linalg.inv(powers).T, g, d
    exact, rounded = (
        at_end @ ((of_taps @ g) * (of_inputs @ d))
        for at_end, of_taps, of_inputs, g, d in (way, [m.astype("f") for m in way])
    )
    loop = [(g * d[o : o + k]).sum(0) for o in (0, 1)]
    np.testing.assert_allclose(exact, loop, rtol=0, atol=1e-9)
    rounding.append(abs(rounded - exact).mean())
    terms = (abs(m) > 1e-6 for m in (way[0], way[2]))
    additions.append(sum(m.sum() - len(m) for m in terms))  # one less than terms
assert additions == sorted(additions) and additions[-1] > 7 * additions[0]
assert rounding == sorted(rounding) and rounding[-1] > 10 * rounding[0]

# %%
# Counts are not times. Memory, rounding, the additions and how well a way fits the machine decide
# too, so the fewest multiplications need not win. SciPy has both ways. On a picture of 256 x 256
# cells, measure this thread's computing time, and take the best of three tries.

picture, best = np.random.default_rng(0).random((256, 256)), {}
for k in (3, 31):
    for way in (signal.convolve2d, signal.fftconvolve):
        tries = []
        for _ in range(3):
            clock = thread_time()
            way(picture, np.ones((k, k)), "valid")
            tries.append(thread_time() - clock)
        best[way.__name__, k] = min(tries)

# %%
# At 31 x 31 the FFT takes less than half of the loop's time; between 3 x 3 and 31 x 31 its own does
# not even grow fourfold, while the loop's grows at least tenfold. Where the two cross depends on
# the machine. And a stride saves the FFT little: the picture's transform stays as large as it was.
#
# By our count they cross at 9 x 9 on this picture, if all three transforms are made for one call,
# of the picture, the kernel and the answers, on a circle that holds all overlaps. PyTorch's own
# counter, which goes by the shapes and not by the routine, counts as many products for ``conv2d``
# as the loop has. But a good routine makes several products at once, so it is a harder rival: there
# the FFT may need a larger kernel.

assert 2 * best["fftconvolve", 31] < best["convolve2d", 31]
assert best["fftconvolve", 31] < 4 * best["fftconvolve", 3]
assert best["convolve2d", 31] > 10 * best["convolve2d", 3]

circles = 256 + sizes - 1
one_call = 3 * circles**2 * np.log2(circles**2) + 4 * circles * (circles // 2 + 1)
loop = sizes**2 * (256 - sizes + 1) ** 2
assert np.array_equal(one_call < loop, sizes >= 9)
for k, products in zip(sizes.tolist(), loop, strict=True):
    pair = (torch.ones(1, 1, n, n, device="meta") for n in (256, k))  # shapes alone
    with FlopCounterMode(display=False) as counter:
        conv2d(*pair)
    assert counter.get_total_flops() == 2 * products

skipping = conv2d(torch.tensor(x), torch.tensor(weight), stride=2).numpy()
assert np.array_equal(skipping, layer[..., ::2, ::2])

# %%

questions.choose(
    "A layer moves its kernel in steps of 2 along both axes. The FFT gives the outputs of all "
    "places, 8 x 10 of them. What share of them is thrown away?",
    "1 - skipping.size / layer.size",
    {
        "1 - layer[..., ::2, :].size / layer.size": "Every second column goes as well.",
        "skipping.size / layer.size": "That is what is kept.",
    },
    because="Every second row and every second column is kept, a quarter of all.",
    alone=True,
)

# %%
# The stride steps over three of four.

assert layer.size == 4 * skipping.size
plt.show()

# %%
# Recap
# -----
# - A layer can be computed directly, as columns times weights, by Winograd's blocks, or by FFT.
#   PyTorch and the libraries below it choose for each call.
# - Winograd needs 16 products for 2 x 2 outputs of a 3 x 3 kernel, not 36.
# - The FFT of a picture costs the same for every size of the kernel, so with one channel it is a
#   way for large kernels. 64 channels share its transforms: then it multiplies less than the loop
#   at every size. (For 3 x 3, Winograd's blocks of 4 x 4 do with less still: exercise 1.)
#
# Exercises
# ---------
# 1. Winograd's way also makes four outputs at a time along each axis. How many products does a
#    block of 4 x 4 outputs of a 3 x 3 kernel take, and how many times fewer is that than the loop?
# 2. Leave out the ``conj()``. Which layer is computed then?

# %%

# Solution 1: 6 x 6 products where the loop has 16 x 9: four times fewer
block, k = 4, 3
fewer = (block * k) ** 2 / (block + k - 1) ** 2
assert fewer == 4 > direct[0] / winograd[0]
assert k**2 / fewer < per_wave[64][0]

# %%

# Solution 2: a convolution, with the flipped kernel, in a circle
flipped = np.fft.rfft2(x)[:, None] * np.fft.rfft2(weight, (10, 12))
turned = np.fft.irfft2(flipped.sum(axis=2), (10, 12))[
    ..., 2:, 2:
]  # what went round is first
expected = conv2d(torch.tensor(x), torch.tensor(weight).flip(-1, -2))
np.testing.assert_allclose(turned, expected, rtol=0, atol=1e-10)

# %%
# Sources
# -------
# - Chetlur and others, `cuDNN: Efficient primitives for deep learning
#   <https://arxiv.org/abs/1410.0759>`_, 2014 (matrix products).
# - Lavin and Gray, `Fast algorithms for convolutional neural networks
#   <https://arxiv.org/abs/1509.09308>`_, 2016 (Winograd).
# - Mathieu, Henaff and LeCun, `Fast training of convolutional networks through FFTs
#   <https://arxiv.org/abs/1312.5851>`_, 2014.
# - Georganas and others, `Anatomy of high-performance deep learning convolutions on SIMD
#   architectures <https://arxiv.org/abs/1808.05567>`_, 2018 (direct).
# - oneDNN, `Verbose mode <https://oneapi-src.github.io/oneDNN/dev_guide_verbose.html>`_.
