"""A small gallery, built once for each test process, and copied for each test."""

import shutil
from pathlib import Path

import pytest
from gallery import Gallery


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """Build the small gallery; no test may change it."""
    gallery = Gallery(tmp_path_factory.mktemp("gallery")).create().build()
    assert gallery.status == 0, gallery.log
    return gallery


@pytest.fixture
def gallery(built: Gallery, tmp_path: Path) -> Gallery:
    """Copy the built gallery, so that a test can break it."""
    shutil.copytree(built.root, tmp_path / "project", symlinks=True)
    return Gallery(tmp_path / "project")
