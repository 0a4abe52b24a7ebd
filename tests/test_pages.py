"""Every page as a reader runs it: a plain script, in an empty folder, warnings as errors."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")])
BY_NAME = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)


@BY_NAME
def test_a_page_runs_from_an_empty_folder(page: Path, tmp_path: Path) -> None:
    """The script runs to its end without a warning and leaves no file behind."""
    run = subprocess.run(
        [sys.executable, "-W", "error", str(page)], cwd=tmp_path, capture_output=True, text=True,
        check=False, env={**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


@BY_NAME
def test_a_page_is_laid_out_as_pages_are(page: Path) -> None:
    """A page has a title, claims that it checks, a recap and sources, and is of modest length."""
    text = page.read_text(encoding="utf-8")
    tree = ast.parse(text)
    title = ast.get_docstring(tree)
    assert title
    assert title.splitlines()[1] == "=" * len(title.splitlines()[0])
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    assert "# Recap\n# -----" in text
    assert "# Sources\n# -------" in text
    assert 80 <= len(text.splitlines()) <= 300


@BY_NAME
def test_a_page_uses_public_names_only(page: Path) -> None:
    """A page imports from convdocs only what its modules list as public."""
    for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("convdocs."):
            public = __import__(node.module, fromlist=["__all__"]).__all__
            assert {alias.name for alias in node.names} <= set(public)
