"""
A small network learns to read more than nine digits in ten
===========================================================

Convolution, ReLU, pooling, and a last layer that gives ten *scores*, the highest for what the
digit most likely is: you train this network on handwritten digits. The loop that does it has some
ten lines, and is shown in full.
"""

import copy
import math

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

from convdocs import plots, questions
from convdocs.learning.training import fit_classifier

plt.style.use("convdocs.page")

# %%
# What is there to learn from?
# ----------------------------
# From 1,797 digits that people wrote by hand, each of 8 x 8 pixels, which come with scikit-learn.
# With each comes the right answer, its :term:`label`. We show the network 1,200 of them. The other
# 597 are *held back*: only digits that it has never seen can tell whether it has learned to read,
# or knows what it was shown by heart. They are called the :term:`test set`.

digits = load_digits()
x = torch.tensor(digits.images / 16, dtype=torch.float32)[:, None]  # from 0 to 1
y = torch.tensor(digits.target)
shown, held_back = (x[:1200], y[:1200]), (x[1200:], y[1200:])
print(f"{tuple(x.shape)}, {len(shown[0])} shown, {len(held_back[0])} held back")
assert x.shape == (1797, 1, 8, 8) and x.min() == 0 and x.max() == 1
assert y.unique().tolist() == [*range(10)] and len(held_back[0]) == 597

# %%

# Drawing: the first ten digits
figure, axes = plt.subplots(1, 10, figsize=(7.2, 1.1))
for ax, digit, label in zip(axes, x, y[:10], strict=False):
    plots.show_picture(ax, digit[0], title=str(label.item()))
plots.describe(
    figure,
    "Ten grey pictures of 8 x 8 pixels, the handwritten digits 0 to 9, with their labels.",
    caption="The first ten digits, with their labels above. The network gets nothing else to see "
    "of them than these 64 pixels.",
)
assert [int(ax.get_title()) for ax in axes] == digits.target[:10].tolist()

# %%
# What is in the network?
# -----------------------
# Eight 3 x 3 kernels; ``padding=1`` lays a frame of zeros around the digit, so that the maps are
# as large as the digit. Then ReLU, and the largest of every 2 x 2 block. That leaves 8 maps of
# 4 x 4 numbers. (Maps are also called *feature maps*, and their numbers *activations*.)
# ``Flatten`` writes them into one row of 128. The last layer is *dense*, or *fully connected*:
# each of its ten outputs is a sum of all 128 numbers, each times a weight of its own, plus a bias.
# The ten are *scores*, one for each digit; the highest is the network's answer. What there is to
# learn, weights and biases, PyTorch calls :term:`parameters <parameter>`.

torch.manual_seed(0)  # the weights start at random, and this time always the same
network = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(128, 10),
)
with torch.no_grad():
    row = network[:4](x)
    scores = network(x)
assert network[:3](x).shape == (1797, 8, 4, 4) and row.shape == (1797, 128)
torch.testing.assert_close(scores, row @ network[4].weight.T + network[4].bias)

# %%

questions.type_in(
    "How many numbers are there to learn in this network?",
    "sum(numbers.numel() for numbers in network.parameters())",
    {
        "8 * 9 + 128 * 10": "Each kernel has a bias too, and so has each of the ten scores.",
        "8 * 8 * 8 * (9 + 1) + 128 * 10 + 10": "A kernel is the same at all places of the digit.",
    },
    because="8 kernels of 9 weights and a bias make 80; 10 scores of 128 weights and a "
    "bias make 1,290.",
)

# %%
# What is the loss?
# -----------------
# Scores are compared in two steps. :term:`Softmax` turns them into shares: it raises e to each
# score, which makes all positive, and divides by the sum, so that they add up to 1. The loss is
# minus the natural logarithm of the share that the *right* digit got, in the mean over the digits:
# 0 if it got all. This is the :term:`cross entropy`.

shares = scores.exp() / scores.exp().sum(1, keepdim=True)
right = shares[torch.arange(1797), y]
torch.testing.assert_close(-right.log().mean(), F.cross_entropy(scores, y))

# %%

questions.choose(
    "A network gives all ten digits the same score. What is its cross entropy, "
    "with the natural logarithm?",
    "round(math.log(10), 2)",
    {
        "1 / 10": "That is the share of the right digit. The loss is minus its logarithm.",
        "1 - 1 / 10": "That is the share of the wrong digits.",
        "math.log10(10)": "The natural logarithm is to the base e, not 10.",
    },
    because="Each gets a tenth, and minus the logarithm of a tenth is the logarithm of 10.",
    alone=True,
)

# %%
# Before it learns, our network is about there: it spreads its shares, and guesses.

guessed = (scores.argmax(1) == y).double().mean()
print(f"loss {F.cross_entropy(scores, y):.2f}, right: {guessed:.0%}")
assert abs(F.cross_entropy(scores, y) - math.log(10)) < 0.1 and guessed < 0.2

# %%
# Learn
# -----
# The gradient could be computed from all 1,200 digits. A few give, at the start, roughly the same
# direction for much less work. So each step takes a *batch* of 100. When all digits have had their
# turn, an :term:`epoch` is over; they are shuffled, and the next begins. (Steps from batches drawn
# at random are called *stochastic* gradient descent.) The loop is all there is; what takes its
# steps, here Adam, is called an :term:`optimiser`. After each epoch it also notes the loss on the
# digits shown and on those held back; from the latter it learns nothing.

untrained = copy.deepcopy(network)
torch.manual_seed(0)  # the same batches each time that the page runs
optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
losses, history = [], []
for _epoch in range(20):
    for batch in torch.randperm(1200).split(100):
        loss = F.cross_entropy(network(shown[0][batch]), shown[1][batch])
        optimizer.zero_grad()  # forget the gradient of the last step
        loss.backward()  # backpropagation: the gradient of this one
        optimizer.step()  # against it, as far as Adam decides
        losses.append(loss.item())
    with torch.no_grad():
        history.append([F.cross_entropy(network(a), b) for a, b in (shown, held_back)])

# %%

# How alike are the directions of a batch and of all, at the start?
# 1 is the same, 0 a right angle
gradients = []
for batch in [torch.arange(1200), *torch.arange(1200).split(100)]:
    loss = F.cross_entropy(untrained(x[batch]), y[batch])
    slopes = torch.autograd.grad(loss, [*untrained.parameters()])
    gradients.append(torch.cat([slope.flatten() for slope in slopes]))
alike = F.cosine_similarity(torch.stack(gradients[1:]), gradients[0])
print(f"{alike.mean():.2f}")
assert alike.mean() > 0.75

# %%

questions.type_in(
    "1,200 digits in batches of 100, for 20 epochs: how many steps does the network take?",
    "20 * len(torch.arange(1200).split(100))",
    {
        "1200 // 100": "That is one epoch.",
        "20 * len(shown[0])": "There is one step for each batch, not for each digit.",
        "len(history)": "That is the number of epochs.",
    },
    because="12 batches an epoch, a step for each, 20 times.",
    alone=True,
)

# %%
# ``fit_classifier`` is the same loop as a function, for the pages that train more than one network.
# Of the same network, shown the same batches, it gives the same losses to five digits: its Adam
# computes in another order, and so rounds otherwise. Two epochs will do.

settings = {"batch_size": 100, "learning_rate": 0.02}
torch.manual_seed(0)
again = copy.deepcopy(untrained)
same = fit_classifier(again, *shown, epochs=2, **settings)
torch.testing.assert_close(same, losses[: 2 * 12], rtol=1e-5, atol=1e-6)

# %%
# Can it read?
# ------------
# The :term:`accuracy` is the share of digits whose right score is the highest.

known = (network(shown[0]).argmax(1) == shown[1]).double().mean().item()
answers = network(held_back[0]).argmax(1)
accuracy = (answers == held_back[1]).double().mean().item()
print(f"shown: {known:.1%}, held back: {accuracy:.1%}")
assert known > 0.99 and 0.92 < accuracy < 0.96

# %%
# It reads nearly all that it was shown, and misreads a few in a hundred of the others. In this run
# further epochs still lower the loss on the digits shown, but from about the seventh on hardly on
# the others: what it gains then, it gains for the digits shown. That is :term:`overfitting`, and
# without held-back digits nobody would notice.

on_shown, on_held_back = torch.tensor(history).T
assert on_shown[-1] < 0.4 * on_shown[9] < 0.4 * on_shown[6]
assert on_held_back[7:].min() > 0.95 * on_held_back[6]
assert on_held_back[-1] > 10 * on_shown[-1]

# %%

# Drawing: the loss after each epoch
figure, ax = plt.subplots(figsize=(7.2, 2.8))
epochs = range(1, 21)
for which, curve, style in [
    ("digits shown", on_shown, "-"),
    ("digits held back", on_held_back, "--"),
]:
    ax.semilogy(epochs, curve, style, color=plots.INK)
    ax.annotate(which, (5, curve[4]), (6, 6), textcoords="offset points")
ax.set(xlabel="epoch", ylabel="cross entropy", xlim=(1, 20), xticks=[1, 5, 10, 15, 20])
plots.describe(
    figure,
    f"""Two losses over 20 epochs, on a logarithmic scale. On the digits shown it falls
    all the way to {on_shown[-1]:.3f}. On those held back it stops falling after about
    seven epochs, and ends at {on_held_back[-1]:.2f}.""",
    caption="After some seven epochs only the loss on the digits shown still falls. That is "
    "overfitting.",
)
assert [text.get_text() for text in ax.texts] == ["digits shown", "digits held back"]
assert [text.xy[1] for text in ax.texts] == [line.get_ydata()[4] for line in ax.lines]
assert ax.lines[0].get_ydata()[-1] < ax.lines[1].get_ydata()[-1]

# %%
# Is that good? Compare with something that learns nothing. Take for each digit held back
# the digit most like it among those shown, pixel by pixel, and say its label.

distances = torch.cdist(held_back[0].flatten(1), shown[0].flatten(1))
nearest = (shown[1][distances.argmin(1)] == held_back[1]).double().mean().item()
print(f"the most similar digit: {nearest:.1%}")
assert nearest > accuracy

# %%
# This comparison reads more digits than the network. It also carries all 1,200 pictures along,
# 76,800 numbers, where the network has 1,370. On pictures so small, cut out and centred so well, a
# network is not needed.

assert shown[0].numel() == 76_800
assert [sum(n.numel() for n in network[k].parameters()) for k in (0, 4)] == [80, 1_290]
assert sum(n.numel() for n in network.parameters()) == 1_370
wrong = (answers != held_back[1]).nonzero().flatten()

# %%

# Drawing: the first five digits that are misread
figure, axes = plt.subplots(1, 5, figsize=(7.2, 1.9))
for ax, number in zip(axes, wrong, strict=False):
    read, is_one = answers[number].item(), held_back[1][number].item()
    assert read != is_one
    plots.show_picture(ax, held_back[0][number, 0], title=f"{is_one}, read as {read}")
plots.describe(
    figure,
    f"Five digits: {'; '.join(ax.get_title() for ax in axes)}.",
    caption=f"The first five of the {len(wrong)} digits that it misreads.",
)
# sphinx_gallery_thumbnail_number = 1
plt.show()

# %%
# Recap
# -----
# - Scores become shares by softmax; the cross entropy is minus the logarithm of the right one.
# - A step takes a batch, an epoch takes every digit once.
# - Only digits that were held back say what has been learned. Where they stop getting better and
#   those shown do not, the network overfits.
#
# Exercises
# ---------
# 1. We held back the last 597 digits. Shuffle all before you cut. What happens to the accuracy,
#    and which of the two numbers would you tell somebody who wants to use the network?
# 2. Show the network the first 100 digits only, for as many steps. How far apart are the two
#    accuracies now?

# %%

# Solution 1: here it rises, because digits that stand side by side in the file are on both sides
order = torch.randperm(1797, generator=torch.Generator().manual_seed(1))
other = copy.deepcopy(untrained)
fit_classifier(other, x[order[:1200]], y[order[:1200]], epochs=20, **settings)
rest = order[1200:]
shuffled = (other(x[rest]).argmax(1) == y[rest]).double().mean().item()
assert shuffled > accuracy + 0.015
# Thirteen people wrote these digits. The file does not say who wrote which, but the digit that is
# most like another stands near it, far nearer than by chance: neighbours are alike, and shuffling
# puts them on both sides of the cut. For a stranger's digits the lower number is the safer one.
assert "different 13" in digits.DESCR
likest = torch.cdist(x.flatten(1), x.flatten(1)).fill_diagonal_(math.inf).argmin(1)
places = torch.arange(1797)
near, by_chance = (abs(at - places).double().median() for at in (likest, order))
assert near < by_chance / 4

# %%

# Solution 2: all of what it was shown is right, and far less of the rest
few = copy.deepcopy(untrained)
fit_classifier(few, x[:100], y[:100], epochs=240, **settings)
assert torch.equal(few(x[:100]).argmax(1), y[:100])
read = (few(held_back[0]).argmax(1) == held_back[1]).double().mean().item()
print(f"from 100 digits: {read:.1%}")
assert read < accuracy - 0.1

# %%
# Sources
# -------
# Alpaydin and Kaynak, *Optical recognition of handwritten digits*, UCI machine learning
# repository, 1998: the digits; scikit-learn's ``load_digits`` holds its test part.
#
# LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition*,
# 1998.
#
# Goodfellow, Bengio and Courville, *Deep Learning*, 2016, sections 5.2, 6.2 and 8.1.
