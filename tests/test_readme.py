"""The README's picture, drawn by the package."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from convdocs import plots
from convdocs.geometry import input_positions
from convdocs.kernels import LAPLACIAN
from convdocs.operations.reference import cross_correlate


@pytest.mark.mpl_image_compare(
    baseline_dir="../docs/_static",
    filename="readme.png",
    style="convdocs.page",
    savefig_kwargs={"facecolor": "white", "dpi": 100},
    tolerance=4,
)
def test_the_readme_shows_one_output_cell() -> Figure:
    """The committed picture is what the package draws: a window, a kernel, an output."""
    values = np.random.default_rng(3).integers(0, 10, (5, 5))
    output = cross_correlate(values[None, None], LAPLACIAN[None, None])[0, 0]
    row, column = 1, 2
    window = np.zeros(values.shape, bool)
    window[np.ix_(input_positions(row, 3), input_positions(column, 3))] = True
    one = np.zeros(output.shape, bool)
    one[row, column] = True
    figure, axes = plt.subplots(1, 3, figsize=(7.2, 3.2), width_ratios=[5, 3, 3])
    plots.show_cells(axes[0], values, colour=plots.INPUT, highlight=window, title="input")
    plots.show_cells(axes[1], LAPLACIAN, colour=plots.KERNEL, title="kernel")
    plots.show_cells(axes[2], output, colour=plots.OUTPUT, highlight=one, title="output")
    return figure
