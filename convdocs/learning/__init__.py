"""PyTorch lives here, and nowhere else in the package."""
