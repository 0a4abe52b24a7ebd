"""The training of classifiers: whole epochs, in an order of its own, until the classes part."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from convdocs.learning.training import fit, fit_classifier

X = torch.arange(7.0)[:, None]
LABELS = torch.tensor([0, 0, 0, 1, 1, 1, 1])


def test_classes_that_a_line_parts_are_learned() -> None:
    """Every input gets its own class's score as the highest, and the loss falls."""
    torch.manual_seed(0)
    layer = nn.Linear(1, 2)
    losses = fit_classifier(layer, X, LABELS, epochs=200, batch_size=3, learning_rate=0.1)
    assert torch.equal(layer(X).argmax(1), LABELS)
    assert losses[-1] < 0.1 < losses[0]


def test_an_epoch_sees_every_input_once_and_epochs_differ() -> None:
    """The batches of an epoch are the inputs in another order, the last with what is left."""
    seen: list[Tensor] = []
    layer = nn.Linear(1, 2)
    layer.register_forward_hook(lambda module, given, output: seen.append(given[0][:, 0]))
    torch.manual_seed(0)
    losses = fit_classifier(layer, X, LABELS, epochs=2, batch_size=3)
    assert [len(batch) for batch in seen] == [3, 3, 1] * 2
    first, second = torch.cat(seen[:3]), torch.cat(seen[3:])
    assert torch.equal(first.sort().values, X[:, 0])
    assert torch.equal(second.sort().values, X[:, 0])
    assert not torch.equal(first, second)
    assert len(losses) == 6


def test_a_batch_of_all_steps_as_adam_does_on_the_mean_of_the_logarithms() -> None:
    """One step is Adam's on the mean of minus the logarithm of the right class's share."""
    torch.manual_seed(0)
    ours, theirs = nn.Linear(1, 2), nn.Linear(1, 2)
    theirs.load_state_dict(ours.state_dict())
    losses = fit_classifier(ours, X, LABELS, epochs=1, batch_size=7, learning_rate=0.1)
    shares = theirs(X).softmax(1)[torch.arange(7), LABELS]
    loss = -shares.log().mean()
    assert losses == pytest.approx([loss.item()])
    loss.backward()  # type: ignore[no-untyped-call]
    torch.optim.Adam(theirs.parameters(), lr=0.1).step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS, epochs=0), ValueError, "(epochs=0)"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS, epochs=1, batch_size=0), ValueError,
         "(batch_size=0)"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS, epochs=1, learning_rate=-1),
         ValueError, "learning_rate"),
        (lambda: fit_classifier(nn.ReLU(), X, LABELS, epochs=1), ValueError,
         "no parameter to learn (a ReLU)"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, [0, 1], epochs=1), TypeError,
         "labels must be a Tensor (got list)"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS[1:], epochs=1), ValueError,
         "one for each of 7 inputs (torch.int64, shape (6,))"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS.float(), epochs=1), ValueError,
         "(torch.float32, shape (7,))"),
        (lambda: fit_classifier(nn.Linear(1, 2), X[:0], LABELS[:0], epochs=1), ValueError,
         "inputs must not be empty (shape (0, 1))"),
        (lambda: fit(nn.Linear(1, 1), X[:0], X[:0], steps=2), ValueError,
         "inputs must not be empty (shape (0, 1))"),
        (lambda: fit_classifier(nn.Linear(1, 2), X[0, 0], LABELS, epochs=1), ValueError,
         "one for each of 0 inputs"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS + 4, epochs=1), ValueError,
         "labels must be below the 2 classes, and none below 0 (4 to"),
        (lambda: fit_classifier(nn.Linear(1, 2), X, LABELS - 100, epochs=1), ValueError,
         "(-100 to"),
        (lambda: fit_classifier(nn.Conv1d(1, 2, 1), X[:, None], LABELS, epochs=1, batch_size=4),
         ValueError, "the module must give (4, classes) (it gives (4, 2, 1))"),
    ],
)  # fmt: skip
def test_an_impossible_training_is_refused(
    call: Callable[[], Any], kind: type[Exception], words: str
) -> None:
    """The message says what is wrong, with the numbers."""
    with pytest.raises(kind, match=re.escape(words)):
        call()


def test_what_made_the_inputs_and_targets_does_not_learn() -> None:
    """A teacher's answers, and an encoder's features, may come with their history."""
    torch.manual_seed(0)
    teacher, student, head = nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 2)
    fit(student, teacher(X), teacher(X), steps=3)
    fit_classifier(head, teacher(X), LABELS, epochs=3)
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert all(parameter.grad is not None for parameter in student.parameters())
