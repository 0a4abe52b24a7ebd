"""How long the package's operations take, beside what libraries take for the same.

Ours and theirs are timed in turns, and the least time of each counts: what else the machine does
only ever adds to it.
"""

import time
from collections.abc import Callable

import numpy as np
import torch
from scipy.signal import correlate2d
from scipy.sparse import coo_array, csr_array

from convdocs.operations.matrix import cross_correlation_matrix
from convdocs.operations.unfold import matmul_cross_correlate
from convdocs.solve import conv_settings

ROUNDS = 15


def least(*ways: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Time several ways in turns, and give the least milliseconds of each."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, taken in zip(ways, times, strict=True):
            began = time.perf_counter()
            way()
            taken.append(1000 * (time.perf_counter() - began))
    return [min(taken) for taken in times]


def told(what: str, ours: float, theirs: float, most: float) -> None:
    """Print both times, their ratio, and what it may be."""
    print(f"{what}: {ours:.1f} ms, {theirs:.1f} ms: {ours / theirs:.2f} times, at most {most}")


def main() -> None:
    """Time the product of columns, the sparse matrix, and the settings between two sizes."""
    torch.set_num_threads(2)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1, 64, 56, 56)).astype(np.float32)
    w = rng.standard_normal((64, 64, 3, 3)).astype(np.float32)
    tx, tw = torch.from_numpy(x), torch.from_numpy(w)
    ours, theirs = least(
        lambda: matmul_cross_correlate(x, w, padding=1),
        lambda: torch.nn.functional.conv2d(tx, tw, padding=1),
    )
    told("Columns of 1x64x56x56 under 64 kernels of 3x3, and PyTorch", ours, theirs, 3)
    (one,) = least(
        lambda: sum(correlate2d(a, b, mode="same") for a, b in zip(x[0], w[0], strict=True)),
        rounds=3,
    )
    told("The same, and SciPy, channel by channel", ours, len(w) * one, 0.1)

    kernels = rng.standard_normal((4, 3, 5, 5))
    made = cross_correlation_matrix(kernels, (235, 180))
    triplets = made.tocoo()
    entries = (triplets.data, (triplets.row, triplets.col))
    ours, theirs = least(
        lambda: cross_correlation_matrix(kernels, (235, 180)),
        lambda: csr_array(coo_array(entries, shape=made.shape)),
        rounds=5,
    )
    told("The matrix of 3x235x180 under 4 kernels of 5x5, and SciPy from triplets", ours, theirs, 3)
    ready = csr_array(coo_array(entries, shape=made.shape))
    sizes = [a.data.nbytes + a.indices.nbytes + a.indptr.nbytes for a in (made, ready)]
    print(f"Its bytes: {sizes[0]:,}, and SciPy's {sizes[1]:,}")

    slowest = max(
        (least(lambda n=n, m=m: conv_settings(n, m), rounds=3)[0], n, m)
        for n in range(32, 513, 32)
        for m in (1, n // 4 or 1, n // 2, n - 2, n)
    )
    print("Settings between sizes to 512, slowest: {:.1f} ms for {} to {}".format(*slowest))


if __name__ == "__main__":
    main()
