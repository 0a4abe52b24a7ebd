"""A training loop."""

import torch
from torch import Tensor, nn

from convdocs.arguments import require_integers
from convdocs.arrays import require_positive

__all__ = ["fit"]


def _require_like(output: object, targets: Tensor) -> None:
    """Refuse what would only broadcast against the targets, or is no tensor at all."""
    if not isinstance(output, Tensor):
        raise TypeError(f"the module must give one tensor (it gives a {type(output).__name__})")
    for ours, theirs in [
        (tuple(output.shape), tuple(targets.shape)), (output.dtype, targets.dtype)
    ]:  # fmt: skip
        if ours != theirs:
            raise ValueError(f"the module gives {ours} but the targets are {theirs}")


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
    for name, value, kind in [
        ("module", module, nn.Module), ("inputs", inputs, Tensor), ("targets", targets, Tensor)
    ]:  # fmt: skip
        if not isinstance(value, kind):
            raise TypeError(f"{name} must be a {kind.__name__} (got {type(value).__name__})")
    to_learn = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not to_learn:
        raise ValueError(f"the module has no parameter to learn (a {type(module).__name__})")
    optimizer = torch.optim.Adam(to_learn, lr=rate)
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
