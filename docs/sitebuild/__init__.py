"""The build of the site, which knows nothing of convolution."""
