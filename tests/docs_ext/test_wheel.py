"""The site carries the package, and a notebook installs it where it is missing."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import wheel

BASE = "https://convolution.example/guide/"


def built(folder: Path, base: str = "", repository: str = "") -> tuple[Path, SimpleNamespace]:
    """Build the wheel as for a site at an address, and give it and the changed configuration."""
    config = SimpleNamespace(
        html_static_path=["_static"], html_context={"a": 1}, html_baseurl=base,
        sphinx_gallery_conf={}, repository=repository, repository_branch="gh-pages",
    )  # fmt: skip
    app = SimpleNamespace(doctreedir=str(folder))
    wheel.build(app, config)
    wheel.carry(app, config)
    (static,) = config.html_static_path[1:]
    (file,) = Path(static).iterdir()
    return file, config


def run(cell: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *there: str) -> list[list[str]]:
    """Run a cell in a folder where only the named modules are, and give what it would start."""
    started: list[list[str]] = []
    monkeypatch.chdir(folder)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: object() if name in there else None
    )
    monkeypatch.setattr(subprocess, "run", lambda command, check: started.append(command))
    exec(compile(cell, "cell", "exec"), {})
    return started


def test_two_builds_give_the_same_wheel_with_all_that_the_package_reads(tmp_path: Path) -> None:
    """Byte for byte, at an address that depends on the version alone, and nothing beside it."""
    (tmp_path / "a/wheel").mkdir(parents=True)
    (tmp_path / "a/wheel/convdocs-0.0.1-py3-none-any.whl").write_text("old")
    files = [built(tmp_path / name)[0] for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].name == wheel.NAME
    with zipfile.ZipFile(files[0]) as archive:
        inside = {*archive.namelist()}
    home = Path(wheel.convdocs.__file__).parent
    needed = {path for path in home.rglob("*.*") if path.suffix != ".pyc" and path.is_file()}
    assert {path.relative_to(home.parent).as_posix() for path in needed} <= inside


def test_where_convdocs_is_installed_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if a wheel lies beside the notebook."""
    file, config = built(tmp_path, BASE)
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    assert run(cell, file.parent, monkeypatch, "convdocs", "pip") == []


PIP = [sys.executable, "-m", "pip", "install"]
UV = ["uv", "pip", "install", "--python", sys.executable]


@pytest.mark.parametrize("base", ["", BASE])
@pytest.mark.parametrize(("there", "command"), [(["pip"], PIP), ([], UV)], ids=["pip", "uv"])
def test_a_wheel_at_hand_is_installed(
    base: str, there: list[str], command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the kernel's own environment, by pip or, where there is none, by uv."""
    file, config = built(tmp_path, base)
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    assert run(cell, file.parent, monkeypatch, *there) == [[*command, wheel.NAME]]


def test_a_notebook_in_a_copied_site_finds_its_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Downloads lie two folders below the site, beside the folder of the wheel."""
    file, config = built(tmp_path)
    notebooks = tmp_path / "site/_downloads/0123"
    notebooks.mkdir(parents=True)
    file.parent.rename(tmp_path / "site/_static")
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    near = str(Path("../../_static", wheel.NAME))
    assert run(cell, notebooks, monkeypatch, "pip") == [[*PIP, near]]


def test_a_site_that_knows_its_address_is_where_the_wheel_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If none is at hand."""
    _, config = built(tmp_path, BASE)
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    address = f"https://convolution.example/guide/_static/{wheel.NAME}"
    assert run(cell, tmp_path, monkeypatch, "pip") == [[*PIP, address]]


def test_without_an_address_the_wheel_comes_from_the_repository_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the branch from which Colab takes the notebook, where nothing lies beside it."""
    _, config = built(tmp_path, repository="somebody/site")
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    address = f"https://raw.githubusercontent.com/somebody/site/gh-pages/_static/{wheel.NAME}"
    assert run(cell, tmp_path, monkeypatch, "pip") == [[*PIP, address]]


def test_without_a_wheel_the_cell_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence, and nothing is started."""
    _, config = built(tmp_path)
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    words = f"convdocs is missing: put {wheel.NAME}, which .* beside the notebook, and run"
    with pytest.raises(ModuleNotFoundError, match=words):
        run(cell, tmp_path, monkeypatch, "pip")


def test_the_cell_names_nothing_of_this_machine(tmp_path: Path) -> None:
    """It is the same wherever the site is built."""
    _, config = built(tmp_path)
    cell = config.sphinx_gallery_conf["first_notebook_cell"]
    assert str(tmp_path) not in cell
    assert str(Path(wheel.convdocs.__file__).parents[1]) not in cell
    assert config.html_context == {"a": 1, "wheel": wheel.NAME}
