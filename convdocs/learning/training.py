"""A training loop."""

import torch
from torch import Tensor, nn

from convdocs.arguments import require_integers

__all__ = ["fit"]


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
        If `steps` is not an integer of at least 1, `learning_rate` is not above 0, or what
        `module` gives has not the shape of `targets`.

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
    if not learning_rate > 0:
        raise ValueError(f"learning_rate must be above 0 ({learning_rate=})")
    optimizer = torch.optim.Adam(module.parameters(), lr=learning_rate)
    losses = []
    for _ in range(steps):
        output = module(inputs)
        if output.shape != targets.shape:
            raise ValueError(
                f"the module gives {tuple(output.shape)} but the targets are {tuple(targets.shape)}"
            )
        loss = nn.functional.mse_loss(output, targets)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return losses
