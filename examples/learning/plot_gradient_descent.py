"""
A kernel is learned by walking downhill
=======================================

So far nearly all kernels were made by hand. Networks find theirs themselves, from examples of what
should come out. Here a kernel of two weights does so, small enough to see the ground it walks on.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.learning.training import fit

plt.style.use("convdocs.page")

# %%
# What is there to learn from?
# ----------------------------
# From examples: an input, and the output that we want for it. We make an example with a *secret*
# kernel of two weights, and from then on use only the eight numbers of the input and the seven
# of the output. (The two weights meet two neighbours of the input, so there are seven places.)

secret = np.array([2.0, -1.0])
x = np.array([1.0, 3, 2, 0, -1, 1, 2, 0])
wanted = np.correlate(x, secret, "valid")
print(wanted)
assert wanted[0] == 1 * 2 + 3 * -1 == -1  # the kernel is not flipped
assert len(wanted) == len(x) - len(secret) + 1 == 7

# %%
# How wrong is a guess?
# ---------------------
# We start anywhere, say at the weights -1 and -2. What comes out is not what we want; the
# difference is the *error* at each place. One number is to say how bad it is as a whole: the
# :term:`loss`. Here it is the mean of the *squared errors*. It is 0 only if every error is.

start = np.array([-1.0, -2.0])
error = np.correlate(x, start, "valid") - wanted
loss = np.mean(error**2)
print(f"errors {error}, loss {loss:.2f}")
windows = sliding_window_view(x, 2)  # the two inputs that each place reads
assert np.array_equal(error, [-1 * a + -2 * b for a, b in windows] - wanted)
assert np.mean((windows @ secret - wanted) ** 2) == 0

# %%
# Which way is down?
# ------------------
# Turn one weight a little: how much does the loss change? That is the loss's slope in this
# weight. The slopes in all weights together are the :term:`gradient`. Let us measure it.

measured = []
for turn in [0.001, 0], [0, 0.001]:  # one weight a little up, and a little down
    more, less = windows @ (start + turn) - wanted, windows @ (start - turn) - wanted
    measured.append((np.mean(more**2) - np.mean(less**2)) / 0.002)

# %%

questions.choose(
    "The loss's slope in the first weight is negative. To lower the loss, should that "
    "weight become larger or smaller?",
    '"larger" if measured[0] < 0 else "smaller"',
    {'"smaller" if measured[0] < 0 else "larger"': "That way the loss grows: uphill."},
    because="A negative slope falls towards larger weights. One goes against the gradient.",
)

# %%
# Nobody turns a million weights one by one. Each error contains a weight times the input that it
# met there. So if the weight grows by a little, the error grows by the input times that, and its
# square by nearly 2 times error times input times that. The slope in that weight is the mean over
# the places of 2 times error times input. Lay the errors on the inputs, multiply, add, move on by
# one: *the gradient is itself a cross-correlation, of the input with the errors as its kernel*. The
# measurement agrees, and so does PyTorch, which derives gradients by itself (*autograd*).

gradient = 2 / len(wanted) * np.correlate(x, error, "valid")
print(gradient)
np.testing.assert_allclose(gradient, measured)
weight = torch.tensor(start[None, None], requires_grad=True)
example = torch.tensor(x[None, None]), torch.tensor(wanted[None, None])
F.mse_loss(F.conv1d(example[0], weight), example[1]).backward()
np.testing.assert_allclose(weight.grad[0, 0], gradient)

# %%

questions.type_in(
    "A convolution layer has 4 kernels, each of 3 x 3 weights for each of 3 channels, and "
    "no bias. How many numbers does the gradient of the loss with respect to its weights have?",
    "torch.empty(4, 3, 3, 3).numel()",
    {
        "4 * 3 * 3": "Each kernel has a slice of its own for each channel.",
        "len([loss])": "The loss is one number, but it has a slope in every weight.",
    },
    because="One slope for each weight: 4 kernels of 3 slices of 3 x 3.",
    alone=True,
)

# %%
# How far does one go?
# --------------------
# A *training step* goes against the gradient: new weight = old weight - rate times slope. The
# :term:`learning rate` says how far. Then everything again: outputs, errors, gradient, step. That
# is :term:`gradient descent`. We take 40 steps with each of three rates.

rates = [0.02, 0.1, 0.24]
paths = {}
for rate in rates:
    kernel = start
    paths[rate] = [kernel]
    for _ in range(40):
        error = np.correlate(x, kernel, "valid") - wanted
        gradient = 2 / len(wanted) * np.correlate(x, error, "valid")
        kernel = kernel - rate * gradient
        paths[rate].append(kernel)
losses = {
    rate: np.mean((path @ windows.T - wanted) ** 2, axis=1)
    for rate, path in paths.items()
}

# %%

questions.type_in(
    "Gradient descent starts at the weights -1 and -2. The loss's slopes there are -20 and -14, "
    "and the rate is 0.1. What is the first weight after one step?",
    "round(paths[0.1][1][0], 6)",
    {
        "round(start[0] + 0.1 * measured[0], 6)": "That is uphill: one goes against the gradient.",
        "round(start[0] - measured[0], 6)": "The slope is multiplied by the rate.",
        "round(paths[0.1][1][1], 6)": "That is the second weight.",
    },
    because="-1 less 0.1 times -20 is -1 + 2.",
    alone=True,
)

# %%
# Over the two weights the loss is a bowl. Seen from above, places of equal loss form ovals, as on a
# map of hills. The walk does not see the bowl, only the slope underfoot. Of our rates the middle
# one comes lowest. The small one is not there yet. The large one leaps too far: from the second
# step on its loss grows. The limit is 2 over the largest *curvature*, which says how fast the slope
# itself changes in the steepest direction: here the limit is 0.237.

for rate, path in paths.items():
    print(f"rate {rate}: at {path[-1].round(2)}, loss {losses[rate][-1]:.2g}")
assert losses[0.02][-1] > 0.01 and np.all(np.diff(losses[0.02]) < 0)
np.testing.assert_allclose(paths[0.1][-1], secret, atol=1e-4)
assert min(rates, key=lambda rate: losses[rate][-1]) == 0.1
limit = 2 / np.linalg.eigvalsh(2 / 7 * windows.T @ windows)[-1]
assert round(limit, 3) == 0.237
np.testing.assert_allclose(measured, [-20, -14])
assert losses[0.24][1] < losses[0.24][0] < losses[0.24][-1]
assert np.all(np.diff(losses[0.24])[1:] > 0)

# %%

# Drawing: the bowl with two paths on it, and the losses of all three rates
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
w1, w2 = np.meshgrid(np.linspace(-2.5, 5.5, 161), np.linspace(-4.5, 3, 151))
bowl = np.mean((np.stack([w1, w2], -1) @ windows.T - wanted) ** 2, axis=-1)
axes[0].contour(w1, w2, bowl, [0.5, 2, 5, 10, 20, 40, 80], colors="C3", linewidths=0.8)
for rate, colour in [(0.24, "C1"), (0.1, "C0")]:
    walked = axes[0].plot(*np.transpose(paths[rate][:6]), "o-", color=colour, ms=4)[0]
    assert np.array_equal(walked.get_xydata(), paths[rate][:6])
axes[0].plot(*secret, "*", color=plots.INK, ms=10)
axes[0].set(xlabel="first weight", ylabel="second weight", title="the first 5 steps")
for rate, colour in zip(rates, ["C2", "C0", "C1"], strict=True):
    axes[1].semilogy(losses[rate], color=colour, label=f"rate {rate}")
axes[1].set(xlabel="step", title="loss", ylim=(1e-11, None))
axes[1].set_yticks(10.0 ** np.arange(-9, 2, 2))
axes[1].legend()
plots.describe(
    figure,
    """Left, oval contour lines around a star at the weights 2 and -1. From -1 and -2
    the path of rate 0.1 bends round to the star; that of rate 0.24 leaps to and fro.
    Right, the losses over 40 steps: at rate 0.1 it falls fast, at 0.02 slowly, at 0.24
    it grows.""",
    caption="""Left, each oval is one height of the bowl. Rate 0.1 (blue) walks down to the
    secret kernel, the star. Rate 0.24 (rose) leaps across the valley to and fro, and from
    the second step on comes out a little higher each time. Right, each mark is a
    hundredth of the one above.""",
)

# %%
# :term:`Adam`, which most other pages that train use, remembers the last gradients, and divides
# each step by how large they were. So a weight moves by about the learning rate while its slope
# keeps sign and size, steep or flat, and by less where the slope changes sign. On the first step
# every weight whose slope is not tiny moves by the rate. Our ``fit`` takes such steps, on the mean
# squared error.

layer = torch.nn.Conv1d(1, 1, 2, bias=False, dtype=torch.float64)
torch.nn.init.zeros_(layer.weight)
fit(layer, *example, steps=1, learning_rate=0.1)
np.testing.assert_allclose(layer.weight.detach()[0, 0], [0.1, 0.1])
moving = torch.zeros(3, requires_grad=True)
adam = torch.optim.Adam([moving], lr=0.1)
for sign in [1, -1] * 5:
    before = moving.detach().clone()
    moving.grad = torch.tensor([0.01, 100, sign])  # flat, steep, and changing its sign
    adam.step()
np.testing.assert_allclose(moving.detach()[:2], [-10 * 0.1] * 2, rtol=1e-3)
assert abs(moving - before)[2] < 0.1 / 2
fit(layer, *example, steps=400, learning_rate=0.1)
np.testing.assert_allclose(layer.weight.detach()[0, 0], secret, atol=1e-3)

# %%
# And if there are two layers?
# ----------------------------
# From here on a layer's *errors* are the loss's slopes in its outputs. Above, these were 2/7 of the
# differences. The second layer's gradient comes from its input and its errors, as before. But what
# are the errors of the first, of whose output nobody said how it should be? :term:`Backpropagation`
# sends the errors back through the weights, to the numbers that they were computed from, and stops
# them where ReLU let nothing pass. So it gets every layer's errors, and with them its gradient,
# from those of the next layer. (Sending back is the transposed convolution, which has its own
# chapter.)

w1, w2 = np.array([1.0, -1.0]), np.array([0.5, 2.0])
hidden = np.correlate(x, w1, "valid")
rectified = np.maximum(hidden, 0)
ones = torch.ones(1, 1, 6, dtype=torch.float64)  # what we want this time
# the mean square's slopes in the six outputs
errors2 = 2 / 6 * (np.correlate(rectified, w2, "valid") - 1)
gradient2 = np.correlate(rectified, errors2, "valid")
# sent back through w2, and stopped by ReLU
errors1 = np.convolve(errors2, w2) * (hidden > 0)
gradient1 = np.correlate(x, errors1, "valid")

t1, t2 = (torch.tensor(w[None, None], requires_grad=True) for w in (w1, w2))
F.mse_loss(F.conv1d(F.conv1d(example[0], t1).relu(), t2), ones).backward()
np.testing.assert_allclose(t2.grad[0, 0], gradient2)
np.testing.assert_allclose(t1.grad[0, 0], gradient1)
plt.show()

# %%
# Recap
# -----
# - The loss is one number that says how wrong the outputs are. The gradient is its slope in every
#   weight, and a step goes against it, as far as the learning rate says.
# - At stride 1 the gradient of a kernel is the cross-correlation of the layer's input with the
#   loss's slopes in its outputs.
# - Too small a learning rate takes long; too large a one makes the loss grow.
# - Backpropagation computes the slopes in a layer's outputs from those in the next layer's.
#
# Exercises
# ---------
# 1. Add a *bias* to the kernel, one number that is added at every place. What is the loss's slope
#    in it? Check it with autograd, at the start and a bias of 3.
# 2. Start the two layers of the last section with zeros. What are the gradients, and what
#    will gradient descent do? What does that say about how networks are started?

# %%

# Solution 1: the mean of 2 times the error, for what the bias is multiplied with is 1
bias = torch.tensor([3.0], dtype=torch.float64, requires_grad=True)
F.mse_loss(F.conv1d(example[0], weight, bias), example[1]).backward()
errors = np.correlate(x, start, "valid") + 3 - wanted
np.testing.assert_allclose(bias.grad, np.mean(2 * errors))

# %%

# Solution 2: all gradients are zero, so nothing ever moves
t1, t2 = (torch.zeros(1, 1, 2, dtype=torch.float64, requires_grad=True) for _ in "12")
loss = F.mse_loss(F.conv1d(F.conv1d(example[0], t1).relu(), t2), ones)
loss.backward()
assert not t1.grad.any() and not t2.grad.any() and loss == 1
# The loss is 1 and still no slope: level ground, but not the lowest. So networks start with
# small random weights.

# %%
# Sources
# -------
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, sections 4.3, 6.5 and 9.5.
#
# Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, 1986.
#
# Kingma and Ba, `Adam: A method for stochastic optimization <https://arxiv.org/abs/1412.6980>`_,
# 2015.
