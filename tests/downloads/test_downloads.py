"""What a reader downloads runs in an empty folder where only convdocs' wheel is installed."""

import ast
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import shell
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).parents[2]
DOWNLOADS = ROOT / "site" / "_downloads"
SCRIPTS = sorted(DOWNLOADS.rglob("plot_*.py"), key=lambda p: p.name)
NOTEBOOKS = sorted(DOWNLOADS.rglob("plot_*.ipynb"), key=lambda p: p.name)
SOURCES = [*ROOT.glob("examples/*/plot_*.py"), *ROOT.glob("docs/explanation/plot_*.py")]
(WHEEL,) = (ROOT / "site/_static").glob("convdocs-*.whl")


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
def test_a_script_is_the_page_itself(script: Path) -> None:
    """The build has run what is downloaded, byte for byte, with warnings as errors."""
    (source,) = (p for p in SOURCES if p.name == script.name)
    assert script.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_the_page_itself(notebook: Path) -> None:
    """Its code is the script's, but for the first cell, which installs what is missing."""
    cells = [cell.source for cell in code_cells(notebook)][1:]
    (source,) = (p for p in SOURCES if p.name == notebook.with_suffix(".py").name)
    ours = ast.dump(ast.parse("\n".join(cells)))
    tree = ast.parse(source.read_text(encoding="utf-8"))
    tree.body.pop(0)  # the docstring
    assert ours == ast.dump(tree)


def texts(outputs: list[dict], stream: str) -> str:
    """Give what a cell has written to a stream."""
    return "".join("".join(out["text"]) for out in outputs if out.get("name") == stream)


def shown(outputs: list[dict], kind: str) -> int:
    """Count what a cell displays in a format."""
    return sum(kind in out.get("data", out.get("kinds", ())) for out in outputs)


# Two are run below where convdocs is missing; each page is run as a notebook once.
@pytest.mark.parametrize("notebook", NOTEBOOKS[2:], ids=lambda p: p.stem)
def test_a_notebook_runs_in_an_empty_folder_and_shows_what_it_keeps(
    notebook: Path, tmp_path: Path
) -> None:
    """Cell by cell it prints, draws and asks what the build's run kept, and leaves no file."""
    cells = code_cells(notebook)
    run = shell.executed([cell.source for cell in cells], str(tmp_path))
    for cell, outputs in zip(cells, run, strict=True):
        assert texts(outputs, "stderr") == ""
        assert texts(outputs, "stdout").rstrip() == texts(cell.outputs, "stdout").rstrip()
        for kind in ("image/png", "text/html"):
            assert shown(outputs, kind) == shown(cell.outputs, kind)
    assert sum(shown(outputs, "image/png") for outputs in run) > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_one_that_programs_can_read(notebook: Path) -> None:
    """It is valid, of format 4.5, below half a megabyte, and nothing in it is left of reST."""
    book = nbformat.read(notebook, as_version=nbformat.NO_CONVERT)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert notebook.stat().st_size <= 500_000
    words = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert not re.findall(r":\w+:`|^\.\. |\\begin\{align\}|`_\b", words, re.MULTILINE)
    assert words.count("$$") % 2 == 0


def code_cells(notebook: Path) -> list[nbformat.NotebookNode]:
    """Give the cells of a notebook that run."""
    book = nbformat.read(notebook, as_version=4)
    return [cell for cell in book.cells if cell.cell_type == "code"]


def executed(notebook: Path, folder: Path, kernel: str) -> list[dict]:
    """Run a notebook in a real kernel in a folder, and give what its cells put out anew."""
    book = nbformat.read(notebook, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(book, timeout=300, kernel_name=kernel, resources=resources).execute()
    return [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]


# Where convdocs is missing


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with pip, and with all that is installed here, convdocs left out."""
    home = tmp_path_factory.mktemp("without convdocs")
    venv.create(home / "env", with_pip=True)
    paths = {"base": str(home / "env"), "platbase": str(home / "env")}
    libraries = Path(sysconfig.get_path("purelib", "venv", paths))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        place = libraries / path.name
        if not path.name.startswith(("convdocs", "pip")) and not place.exists():
            place.symlink_to(path)
    python = Path(sysconfig.get_path("scripts", "venv", paths), "python")
    kernel = home / "kernels/bare/kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "bare", "language": "python"}))
    return libraries


@pytest.fixture
def bare(libraries: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let notebooks run in that environment, without the network, and forget what they install."""
    monkeypatch.setenv("JUPYTER_PATH", str(libraries.parents[3]))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    yield libraries
    for path in libraries.glob("convdocs*"):
        shutil.rmtree(path)


@pytest.mark.parametrize(
    ("place", "notebook"), [("beside", NOTEBOOKS[0]), ("in a copied site", NOTEBOOKS[1])]
)
def test_a_notebook_installs_the_wheel_that_is_at_hand(
    place: str, notebook: Path, bare: Path, tmp_path: Path
) -> None:
    """Its first cell does, and then it runs to its end with its figures."""
    folder = tmp_path
    if place == "beside":
        shutil.copy(WHEEL, tmp_path)
    else:
        folder = tmp_path / "site/_downloads/0"
        folder.mkdir(parents=True)
        (tmp_path / "site/_static").mkdir()
        shutil.copy(WHEEL, tmp_path / "site/_static")
    outputs = executed(notebook, folder, "bare")
    assert any("image/png" in out.get("data", {}) for out in outputs)
    assert (bare / "convdocs/__init__.py").exists()


def test_a_notebook_without_the_wheel_says_where_it_is(bare: Path, tmp_path: Path) -> None:
    """The first cell stops, with one sentence that names the wheel."""
    with pytest.raises(CellExecutionError, match=f"convdocs is missing: put {WHEEL.name}, which"):
        executed(NOTEBOOKS[0], tmp_path, "bare")
    assert not (bare / "convdocs").exists()
