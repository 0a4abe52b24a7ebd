"""Exercises that ask for code, and a call that checks what a reader has written.

Each has a name. Arguments come in the order that is given here, or by these names. Arrays hold
whole numbers, but for ReLU's, which may hold any; a kernel lies wholly on the input, and nothing
is padded unless it says so.

- ``output_size(n, k, stride, padding, dilation)``: how many places ``k`` taps have on ``n`` samples
  with ``padding`` zeros on either side.
- ``cross_correlate_1d(x, w)``: the weighted sums of a signal under a kernel.
- ``cross_correlate_2d(x, w, stride)``: those of a grid (height, width) under a smaller grid.
- ``convolve_2d(x, w)``: the same at stride 1, with the kernel flipped as mathematics does.
- ``relu(x)``: a grid with zeros for its negative numbers.
- ``max_pool_2d(x, size)``: the largest number of each whole block of ``size`` x ``size``.
- ``conv_transpose_1d(x, w, stride)``: the sum of the stamps of a kernel, ``stride`` apart.
- ``matrix_1d(n, w)``: the matrix that cross-correlates a signal of ``n`` samples with a kernel.
- ``receptive_field(layers)``: how many inputs along an axis reach one output of a stack of layers,
  given as pairs (kernel, stride), the first one first.
"""

from convdocs.exercises.checking import check

__all__ = ["check"]
