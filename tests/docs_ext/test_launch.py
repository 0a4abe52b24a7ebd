"""Lessons offer to open their notebooks elsewhere only where somebody has said where from."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import launch

NOTEBOOK = "../../../_downloads/0f/plot_a.ipynb"


def site(folder: Path, repository: str) -> SimpleNamespace:
    """Give what the extension asks Sphinx for."""
    config = SimpleNamespace(
        repository=repository, repository_branch="gh-pages", html_context={"wheel": "a-1.whl"}
    )
    return SimpleNamespace(config=config, outdir=folder, builder=SimpleNamespace(name="html"))


def offered(folder: Path, repository: str) -> dict[str, Any]:
    """Give what the template of a lesson gets."""
    context = {"lesson": {"downloads": {"ipynb": NOTEBOOK, "py": "a.py"}}}
    launch.offer(site(folder, repository), "a", "page.html", context, None)
    return context["lesson"]


def test_a_repository_s_notebooks_open_at_colab_and_binder(tmp_path: Path) -> None:
    """At the addresses that both document, from the branch that holds the site."""
    assert offered(tmp_path, "some/body")["launch"] == {
        "Open in Colab": "https://colab.research.google.com/github/some/body/blob/gh-pages/"
        "_downloads/0f/plot_a.ipynb",
        "Open in Binder": "https://mybinder.org/v2/gh/some/body/gh-pages?urlpath="
        "lab%2Ftree%2F_downloads%2F0f%2Fplot_a.ipynb",
    }


def test_binder_installs_the_wheel_of_the_site(tmp_path: Path) -> None:
    """By its path from the top of the branch, where Binder's pip runs."""
    launch.require(site(tmp_path, "some/body"), None)
    assert (tmp_path / "binder/requirements.txt").read_text() == "./_static/a-1.whl\n"


def test_without_a_repository_nothing_is_offered(tmp_path: Path) -> None:
    """Nor written."""
    launch.require(site(tmp_path, ""), None)
    assert "launch" not in offered(tmp_path, "")
    assert [*tmp_path.iterdir()] == []
