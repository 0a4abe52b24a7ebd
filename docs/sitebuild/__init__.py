"""The build of a gallery site, which knows nothing of what the gallery is about.

As a Sphinx extension it stands in front of Sphinx-Gallery, which it loads itself. As a program,
``python docs/sitebuild``, it builds the site aside and publishes it whole.
"""

from typing import Any


def setup(app: Any) -> dict[str, Any]:
    """Connect the build to Sphinx's events."""
    from sitebuild import extension  # noqa: PLC0415 (not for a build of nothing)

    return extension.setup(app)
