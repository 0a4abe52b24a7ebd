"""The state in which every page starts."""

import matplotlib as mpl
import numpy as np
import torch
from fresh_start import reset


def state() -> tuple[object, ...]:
    """Tell what a page would notice of the pages before it."""
    return (
        mpl.rcParams["figure.figsize"],
        str(np.array([1 / 3, 1e-9])),
        str(torch.tensor([1 / 3, 1e-9])),
        np.random.random(),  # noqa: NPY002 (the global generator is what pages share)
        torch.rand(1).item(),
        torch.get_default_dtype(),
        torch.get_num_threads(),
    )


def test_a_page_does_not_notice_the_page_before() -> None:
    """Whatever a page changes, the next one starts as the first did."""
    reset({}, "plot_first.py")
    first = state()
    mpl.rcParams["figure.figsize"] = (1, 1)
    np.set_printoptions(precision=2, suppress=True)
    torch.set_printoptions(precision=2)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(2)
    changed = state()
    reset({}, "plot_second.py")
    assert state() == first
    assert all(new != old for new, old in zip(changed, first, strict=True))
