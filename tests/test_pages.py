"""What every page has in common; that it runs is for the build and the downloads to show."""

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")])
BY_NAME = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)


@BY_NAME
def test_a_page_is_laid_out_as_pages_are(page: Path) -> None:
    """A page has a title, claims that it checks, a recap and sources."""
    text = page.read_text(encoding="utf-8")
    tree = ast.parse(text)
    title = ast.get_docstring(tree)
    assert title
    assert title.splitlines()[1] == "=" * len(title.splitlines()[0])
    assert any(isinstance(node, ast.Assert) for node in ast.walk(tree))
    assert "# Recap\n# -----" in text
    assert "# Sources\n# -------" in text


@BY_NAME
def test_a_page_uses_public_names_only(page: Path) -> None:
    """A page imports from convdocs only what its modules list as public."""
    for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("convdocs."):
            module = import_module(node.module)
            public = {*getattr(module, "__all__", [])}
            public |= {part.name for part in iter_modules(getattr(module, "__path__", []))}
            assert {alias.name for alias in node.names} <= public
