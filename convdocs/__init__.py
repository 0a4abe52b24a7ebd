"""The package that the pages of the convolution tutorial run through.

Each module answers one question; import the one you need, for example
``from convdocs import geometry``. Importing the package itself loads nothing else.
"""

__version__ = "0.1.0"
