"""
Another order of summation, other last digits
=============================================

The same picture goes through the same layer, once alone and once in a batch, and the answers may
differ in the last digits. Nothing is broken: sums of rounded numbers depend on their order. This
page shows why, by how much at most, and how to compare results all the same.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import conv2d

from convdocs import plots, questions

plt.style.use("convdocs.page")

# %%
# What does a sum of 32 bits forget?
# ----------------------------------
# A float of 32 bits has room for 24 binary digits. What a sum has beyond them is *rounded* away.
# What lies halfway goes to the neighbour whose last digit is 0.

big, one = np.float32(2**24), np.float32(1)

# %%

questions.choose(
    "Two numbers of 32 bits are added: 16777216, which is 2 to the power 24, and 1. What is the "
    "sum, as a number of 32 bits?",
    "int(big + one)",
    {
        "int(big) + int(one)": "That has 25 binary digits, and the last one is not 0.",
        "int(big) + 2 * int(one)": "The sum lies halfway between this and 16777216.",
    },
    because="Between 2 to the power 24 and 25 only every second whole number can be written. The "
    "sum lies halfway between two of them, and is rounded to the one whose last binary digit of 24 "
    "is 0.",
    alone=True,
)

# %%
# So it matters what is added first: 1 and 1 make 2, and that is large enough to be kept.

print((big + one) + one == big + (one + one))
assert (big + one) + one == big
assert big + (one + one) == 2**24 + 2
assert np.float32(2**25 + 2) == 2**25  # beyond 2**25 the steps are longer

# %%
# Does a layer notice?
# --------------------
# One output of a 3 x 3 layer with 64 channels is a sum of 576 products. We add them up in 32 bits,
# one after another, in 300 different orders. ``math.fsum`` rounds only once, at the end, and
# tells the true sum.

rng = np.random.default_rng(0)
x, weight = rng.standard_normal((2, 576)).astype(np.float32)
orders = [rng.permutation(576) for _ in range(300)]
products = x * weight
sums = [np.add.accumulate(products[order])[-1] for order in orders]
# a product of two floats of 32 bits fits in 64
true = math.fsum(x.astype(float) * weight)
errors = np.array(sums, float) - true
assert len(set(sums)) > 10

# %%
# How large can the difference be?
# --------------------------------
# As long as no result is too small or too large for its type, each rounding changes it by at most
# the share :math:`u`, which is :math:`2^{-24}` for 32 bits, half of ``eps``, the distance from 1 to
# the next number. A product is rounded once, and then, as a part of sums, at most :math:`n - 1`
# times. So the error of :math:`n` products is, in any order, and with :math:`n\,u` below 1, at most
#
# .. math:: \frac{n\,u}{1 - n\,u}\,\sum_i \left|x_i w_i\right|
#
# Note the bars: where large products cancel, the sum is small, and the error need not be.

u = {bits: np.finfo(f"float{bits}").eps.item() / 2 for bits in (32, 64)}
size = math.fsum(abs(x.astype(float) * weight))
bound = {bits: 576 * u[bits] / (1 - 576 * u[bits]) * size for bits in u}
assert u[32] == 2**-24
assert 0 < abs(errors).max() < bound[32] / 20  # roundings go up and down, and cancel
largest, most = (f"{1e6 * v:,.0f}" for v in (abs(errors).max(), bound[32]))
print(f"largest error {largest} millionths, bound {most} millionths")

# %%

# Drawing: the errors of the sums in 300 orders
figure, ax = plt.subplots(figsize=(7.2, 2.6))
values, counts = np.unique(1e6 * errors, return_counts=True)
step = np.diff(values).min()
ax.bar(values, counts, width=step, color=plots.OUTPUT, edgecolor=plots.INK)
ax.axvline(0, color=plots.INK, linestyle="--")
ax.set(xlabel="error, in millionths", ylabel="orders")
plots.describe(
    figure,
    """Bars for 300 errors on both sides of zero, some 60 millionths wide, most of them
    within 10 of zero.""",
    caption=f"One output, the same 576 products, in 300 orders, which give {len(values)} different "
    f"sums, a bar for each. The largest error is {largest} millionths; the bound is {most}.",
)
# floats of 32 bits lie on a grid, of which the sums take some values
assert np.allclose(np.diff(values) / step, np.rint(np.diff(values) / step))
assert sum(bar.get_height() for bar in ax.patches) == len(orders)
assert 50 < 1e6 * np.ptp(errors) < 70 and errors.min() < 0 < errors.max()
assert np.mean(abs(errors) < 1e-5) > 0.7
edges = [bar.get_x() for bar in ax.patches]
assert edges[0] < 0 < edges[-1] and max(map(abs, edges)) < bound[32] * 1e6

# %%
# And with whole numbers?
# -----------------------
# Whole numbers are rounded only if they become too large. That is why the pages of this site like
# to compare in them.

whole = rng.integers(-9, 10, (2, 576)).astype(np.float32)
exact = [np.add.accumulate((whole[0] * whole[1])[order])[-1] for order in orders]

# %%

questions.choose(
    "576 products of whole numbers from -9 to 9 are added up in 32 bits, in 300 orders. How many "
    "different sums are there?",
    "len(set(exact))",
    {
        "len(set(sums))": "So many were there with fractions, which have to be rounded.",
        "len(orders)": "Not even with fractions are they all different.",
    },
    because="No sum on the way is beyond 576 x 81 = 46,656, far below 2 to the power 24.",
    alone=True,
)

# %%
# All orders give one sum, and the true one. That is sure if the magnitudes add up to at most 2 to
# the power 24. Otherwise a sum on the way may become too large, even if the last one is small.

assert set(exact) == {int(whole[0].astype(int) @ whole[1].astype(int))}
assert np.add.accumulate(np.array([2**24, 1, -(2**24)], np.float32))[-1] == 0  # not 1

# %%
# Why does the batch size change the order?
# -----------------------------------------
# A library cuts the work into blocks that suit the machine, and another batch, another number of
# processors or another graphics card may make other blocks, and so other orders. Whether digits
# differ on your machine, nobody can promise. The bound holds for all orders of the products: both
# results are within it of the truth, so within twice the bound of each other. It does not hold
# where other numbers are added up: in Winograd's way, with the FFT, or on a card that first rounds
# the inputs to fewer digits.

picture = torch.tensor(rng.standard_normal((8, 64, 12, 12)), dtype=torch.float32)
kernel = torch.tensor(rng.standard_normal((5, 64, 3, 3)), dtype=torch.float32)
alone, batch = conv2d(picture[:1], kernel), conv2d(picture, kernel)[:1]
sizes = conv2d(picture[:1].double().abs(), kernel.double().abs())
print(
    "within the bound:",
    bool(((alone - batch).abs() <= 2 * 576 * u[32] * sizes * 1.001).all()),
)
assert ((alone - batch).abs() <= 2 * 576 * u[32] * sizes * 1.001).all()
truth = conv2d(picture[:1].double(), kernel.double())
assert ((alone - truth).abs() <= 576 * u[32] * sizes * 1.001).all()

# %%

questions.choose(
    "The same layer is computed in 64 bits, which have 53 binary digits instead of 24. How many "
    "times smaller is the bound of its error?",
    "round(u[32] / u[64])",
    {
        "64 // 32": "The bound follows the smallest step, not the number of bits.",
        "53 - 24": "Each of these 29 digits halves it.",
    },
    because="Each of the 29 digits more halves u: 2 to the power 29.",
)

# %%
# In 64 bits the orders still differ, in digits that hardly ever matter. Rounded to 32 bits they are
# mostly one number.

double = [np.add.accumulate((x.astype(float) * weight)[order])[-1] for order in orders]
assert len(set(double)) > 10 and max(abs(np.array(double) - true)) < bound[64]
assert len(set(np.float32(double))) == 1

# %%
# How do I compare, then?
# -----------------------
# Not by ``==``, unless the numbers are whole and small. Allow what rounding can do, and measure it
# by the terms of the sum, not by the sum: beside a sum near 0 the error can be many times as large
# as the sum.

near = np.append(products, -np.float32(math.fsum(products)))  # the sum is now nearly 0
small = abs(math.fsum(near))
mixed = [near[rng.permutation(577)] for _ in range(300)]
wrong = max(
    abs(float(np.add.accumulate(terms)[-1]) - math.fsum(near)) for terms in mixed
)
print(f"the error is up to {wrong / small:.0f} times the sum")
assert 10 * small < wrong < 577 * u[32] * math.fsum(abs(near))
torch.testing.assert_close(
    alone.double(), truth, rtol=0, atol=577 * u[32] * sizes.max().item()
)
plt.show()

# %%
# Recap
# -----
# - A sum in floating point is rounded at each step, so it depends on the order of its terms.
# - Where nothing is too small or too large, the error of n products is below about n u times the
#   sum of their magnitudes, in any order. In practice it is far smaller, since roundings cancel.
# - Another batch size, library or machine may take another order. Compare with a tolerance.
# - In 32 bits sums of whole numbers are exact in any order if their magnitudes add up to at most 2
#   to the power 24.
#
# Exercises
# ---------
# 1. Add up 20 million ones in 32 bits, one after another. Where does the sum stop growing?
# 2. Sort the products by magnitude, smallest first, and then largest first. Is either sum better
#    than all 300 orders?

# %%

# Solution 1: at 2 to the power 24; sums of 4000 ones, added up, do not stop
assert np.add.accumulate(np.ones(20_000_000, np.float32))[-1] == 2**24
part = np.add.accumulate(np.ones(4000, np.float32))[-1]
assert np.add.accumulate(np.full(5000, part))[-1] == 20_000_000

# %%

# Solution 2: neither; some of the 300 come nearer, though all keep the bound
by_size = products[abs(products).argsort()]
for one_way in (by_size, by_size[::-1]):
    error = abs(np.add.accumulate(one_way)[-1] - true)
    assert abs(errors).min() < error < bound[32]

# %%
# Sources
# -------
# - Goldberg, `What every computer scientist should know about floating-point arithmetic
#   <https://doi.org/10.1145/103162.103163>`_, 1991.
# - Higham, *Accuracy and stability of numerical algorithms*, second edition, 2002, chapter 4.
