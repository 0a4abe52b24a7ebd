"""Give every page the same clean process state, whatever ran before it."""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch


def reset(gallery_conf: dict, fname: str | Path | None) -> None:
    """Undo what pages are known to change: figures' style, seeds, number types and printing.

    Parameters
    ----------
    gallery_conf : dict
        The gallery's configuration.
    fname : str or pathlib.Path
        The page about to run, or None at the start of a folder.
    """
    mpl.rcdefaults()
    mpl.use("agg")
    np.random.seed(0)  # noqa: NPY002 (the global state is what a page must not inherit)
    np.set_printoptions(precision=8, suppress=False, threshold=1000, linewidth=75)
    torch.manual_seed(0)
    torch.set_num_threads(1)  # sums in one order on every machine, and no quarrel over cores
    torch.set_default_dtype(torch.float32)
    torch.set_printoptions(profile="default")
