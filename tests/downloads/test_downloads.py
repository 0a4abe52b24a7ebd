"""What a reader downloads runs in an empty folder where only convdocs' wheel is installed."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
DOWNLOADS = ROOT / "site" / "_downloads"
SCRIPTS = sorted(DOWNLOADS.rglob("plot_*.py"), key=lambda p: p.name)
NOTEBOOKS = sorted(DOWNLOADS.rglob("plot_*.ipynb"), key=lambda p: p.name)


def test_every_page_has_both() -> None:
    """There is a script and a notebook for every page of the site."""
    pages = sorted(p.stem for p in (ROOT / "site").rglob("plot_*.html"))
    assert pages
    assert [p.stem for p in SCRIPTS] == [p.stem for p in NOTEBOOKS] == pages


def test_the_wheel_answers(tmp_path: Path) -> None:
    """`import convdocs` finds the installed wheel, not the checkout."""
    where = subprocess.run(
        [sys.executable, "-c", "import convdocs; print(convdocs.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "site-packages" in where
    assert not Path(where.strip()).is_relative_to(ROOT / "convdocs")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_script_runs(script: Path, tmp_path: Path) -> None:
    """The downloaded script runs to its end without a warning and leaves no file behind."""
    run = subprocess.run(
        [sys.executable, "-W", "error", str(script)], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={**os.environ, "MPLBACKEND": "agg"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    """The downloaded notebook runs in a real kernel and shows its figures."""
    book = nbformat.read(notebook, as_version=4)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in outputs)
    assert not any(out.get("name") == "stderr" for out in outputs)
