"""The order in which a reader meets the pages. A page that is not listed fails the build."""

from pathlib import Path

from sphinx_gallery.sorting import ExplicitOrder

chapters = ExplicitOrder(
    [
        "../examples/convolution",
        "../examples/where_the_kernel_stands",
        "../examples/pooling_and_rectification",
        "../examples/channels",
        "../examples/transposed",
        "../examples/as_a_matrix",
    ]
)

pages = ExplicitOrder(
    [
        "plot_by_hand.py",
        "plot_flip.py",
        "plot_four_filters.py",
        "plot_two_layers.py",
        "plot_stride.py",
        "plot_dilation.py",
        "plot_relu.py",
        "plot_pooling.py",
        "plot_pointwise.py",
        "plot_pointwise_cost.py",
        "plot_scatter.py",
        "plot_output_padding.py",
        "plot_round_trip.py",
        "plot_recovered_by_learning.py",
        "plot_as_a_matrix.py",
        "plot_matmul.py",
        "plot_cross_correlation.py",
        "plot_deconvolution.py",
        "plot_common_mistakes.py",
        "plot_error_messages.py",
    ]
)


def minigallery(path: str) -> int:
    """Sort the cards of a mini-gallery as a reader meets their pages."""
    position: int = pages(Path(path).name)
    return position
