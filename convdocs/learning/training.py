"""Training loops."""

import torch
from torch import Tensor, nn

from convdocs.arguments import require_integers
from convdocs.arrays import require_positive

__all__ = ["fit", "fit_classifier"]


def _require_like(output: object, targets: Tensor) -> None:
    """Refuse what would only broadcast against the targets, or is no tensor at all."""
    if not isinstance(output, Tensor):
        raise TypeError(f"the module must give one tensor (it gives a {type(output).__name__})")
    for ours, theirs in [
        (tuple(output.shape), tuple(targets.shape)), (output.dtype, targets.dtype)
    ]:  # fmt: skip
        if ours != theirs:
            raise ValueError(f"the module gives {ours} but the targets are {theirs}")


def _to_learn(module: nn.Module, **tensors: Tensor) -> list[nn.Parameter]:
    """Give what the module can learn; refuse what is no module, no tensor, or has nothing."""
    wanted = [(name, value, Tensor) for name, value in tensors.items()]
    for name, value, kind in [("module", module, nn.Module), *wanted]:
        if not isinstance(value, kind):
            raise TypeError(f"{name} must be a {kind.__name__} (got {type(value).__name__})")
    for name, value in tensors.items():
        if not value.numel():
            raise ValueError(f"{name} must not be empty (shape {tuple(value.shape)})")
    to_learn = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not to_learn:
        raise ValueError(f"the module has no parameter to learn (a {type(module).__name__})")
    return to_learn


def fit(
    module: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    steps: int,
    learning_rate: float = 0.01,
) -> list[float]:
    """Train a module to turn `inputs` into `targets`, by Adam on the mean squared error.

    Parameters
    ----------
    module : torch.nn.Module
        It is changed in place.
    inputs, targets : torch.Tensor
        The whole batch; every step sees all of it.
    steps : int
        At least 1.
    learning_rate : float
        Above 0.

    Returns
    -------
    list of float
        The loss before each step.

    Raises
    ------
    TypeError, ValueError
        If `steps` is not an integer of at least 1, `learning_rate` is not a number above 0,
        `module` has nothing to learn, or what it gives has not the shape and type of `targets`.

    References
    ----------
    Kingma and Ba, Adam: A method for stochastic optimization, 2015.

    Examples
    --------
    >>> from convdocs.learning.network import conv_layer
    >>> x = torch.ones(1, 1, 1, 1)
    >>> losses = fit(conv_layer([[[[0.0]]]]), x, 2 * x, steps=50, learning_rate=0.1)
    >>> losses[0], losses[-1] < 0.1
    (4.0, True)
    """
    (steps,) = require_integers(1, steps=steps)
    rate = require_positive(learning_rate, "learning_rate")
    to_learn = _to_learn(module, inputs=inputs, targets=targets)
    inputs, targets = inputs.detach(), targets.detach()  # what made them does not learn
    optimizer = torch.optim.Adam(to_learn, lr=rate, fused=True)
    losses = []
    for _ in range(steps):
        output = module(inputs)
        _require_like(output, targets)
        loss = nn.functional.mse_loss(output, targets)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return losses


def fit_classifier(
    module: nn.Module,
    inputs: Tensor,
    labels: Tensor,
    *,
    epochs: int,
    batch_size: int = 50,
    learning_rate: float = 0.01,
) -> list[float]:
    """Train a module to give the right class the highest score, by Adam on the cross entropy.

    Parameters
    ----------
    module : torch.nn.Module
        It gives (N, classes) and is changed in place.
    inputs : torch.Tensor
        Shape (N, ...).
    labels : torch.Tensor
        The number of each input's class, shape (N,), int64.
    epochs : int
        How often each input is seen, at least 1. For each epoch the inputs are shuffled by
        PyTorch's own generator: seed it for the same result.
    batch_size : int
        How many inputs a step sees, at least 1; the last step of an epoch sees what is left.
    learning_rate : float
        Above 0.

    Returns
    -------
    list of float
        The loss before each step, on the inputs of that step.

    Raises
    ------
    TypeError, ValueError
        If a setting is not a number in its range, there is not one label for each input, a
        label is no class, or `module` has nothing to learn or does not give a row of scores for
        each input.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> x = torch.tensor([[-1.0], [1.0]])
    >>> losses = fit_classifier(nn.Linear(1, 2), x, torch.tensor([0, 1]), epochs=100)
    >>> losses[-1] < losses[0]
    True
    """
    epochs, batch_size = require_integers(1, epochs=epochs, batch_size=batch_size)
    rate = require_positive(learning_rate, "learning_rate")
    to_learn = _to_learn(module, inputs=inputs, labels=labels)
    count = len(inputs) if inputs.ndim else 0
    if labels.dtype != torch.int64 or tuple(labels.shape) != (count,):
        raise ValueError(
            f"labels must be int64, one for each of {count} inputs "
            f"({labels.dtype}, shape {tuple(labels.shape)})"
        )
    lowest, highest = labels.min().item(), labels.max().item()
    inputs = inputs.detach()  # what made them does not learn
    optimizer = torch.optim.Adam(to_learn, lr=rate, fused=True)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(inputs))
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            scores = module(inputs[batch])
            if not isinstance(scores, Tensor) or scores.ndim != 2 or len(scores) != len(batch):
                given = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
                raise ValueError(f"the module must give ({len(batch)}, classes) (it gives {given})")
            if not 0 <= lowest <= highest < scores.shape[1]:
                raise ValueError(
                    f"labels must be below the {scores.shape[1]} classes, and none below 0 "
                    f"({lowest} to {highest})"
                )
            loss = nn.functional.cross_entropy(scores, labels[batch])
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return losses
