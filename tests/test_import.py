"""What importing the package costs, and which module may import which."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import convdocs

HOME = Path(convdocs.__file__).parent
SOURCES = {
    ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(HOME.rglob("*.py"))
}
# all else at the top is the ground, and so are the layers
PICTURES = {"arrays", "images", "kernels", "measures", "panda", "samples"}
GROUND = sorted({n for n in SOURCES if SOURCES[n].parent in {HOME, HOME / "layers"}} - PICTURES)
FOLDERS = {"learning": {"torch", "torchvision"}, "plots": {"matplotlib"}}


def folder(module: str) -> str:
    """Name the folder of the package in which a module lies; the package itself is none."""
    return module.partition(".")[0] if SOURCES[module].parent != HOME else ""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)


def imports(module: str) -> set[str]:
    """Give the dotted names that a module's source imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the package names its modules in full"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own(module: str) -> set[str]:
    """Give the modules of the package that a module's source imports."""
    found = set()
    for name in imports(module):
        for whole in (name, name.rpartition(".")[0]):  # a module, or something of it
            if whole.removeprefix("convdocs.") in SOURCES and whole.startswith("convdocs."):
                found.add(whole.removeprefix("convdocs."))
                break
    return found - {module}


def test_importing_the_package_takes_less_than_50_milliseconds() -> None:
    """The interpreter's own clock, and the best of five, since machines have other things to do."""
    best = min(
        int(line.split("|")[1])
        for _ in range(5)
        for line in python("-X", "importtime", "-c", "import convdocs").stderr.splitlines()
        if line.split("|")[-1].strip() == "convdocs"
    )
    assert best < 50_000


def test_importing_the_package_loads_nothing_else() -> None:
    """Not even NumPy, and none of its own modules."""
    code = "import sys; before = {*sys.modules}; import convdocs; print(*{*sys.modules} - before)"
    assert python("-c", code).stdout.split() == ["convdocs"]


LOADED = "import importlib, sys; {}; print(*{{'torch', 'matplotlib'}} & {{*sys.modules}})"


@pytest.mark.parametrize(
    ("folders", "heavy"),
    [
        (["", "exercises", "layers", "operations"], []),
        (["plots"], ["matplotlib"]),
        (["learning"], ["torch"]),
    ],
    ids=["the rest", "plots", "learning"],
)
def test_only_learning_loads_torch_and_only_plots_loads_matplotlib(
    folders: list[str], heavy: list[str]
) -> None:
    """Whatever SciPy, Pillow and torchvision do behind the scenes."""
    modules = [name for name in SOURCES if folder(name) in folders and name != "__init__"]
    loads = "; ".join(f"importlib.import_module('convdocs.{name}')" for name in modules)
    assert python("-c", LOADED.format(loads)).stdout.split() == heavy


@pytest.mark.parametrize("module", SOURCES)
def test_a_heavy_library_is_imported_in_its_own_folder_only(module: str) -> None:
    """Neither at a module's top nor inside a function."""
    libraries = {name.split(".")[0] for name in imports(module)}
    for place, heavy in FOLDERS.items():
        assert folder(module) == place or not libraries & heavy


@pytest.mark.parametrize("module", SOURCES)
def test_a_module_imports_nothing_that_is_built_on_the_package(module: str) -> None:
    """Neither the docs nor the examples nor the tests, nor the tools that run them."""
    libraries = {name.split(".")[0] for name in imports(module)}
    assert not libraries & {"docs", "examples", "tests", "sphinx", "pytest", "nox", "hypothesis"}


@pytest.mark.parametrize("module", SOURCES)
def test_drawing_and_learning_meet_only_in_an_example(module: str) -> None:
    """No module outside these folders imports from them."""
    assert not {folder(name) for name in own(module)} & {*FOLDERS} - {folder(module)}


@pytest.mark.parametrize("module", [name for name in SOURCES if folder(name) != "exercises"])
def test_nothing_is_built_on_the_exercises(module: str) -> None:
    """They know what readers get wrong, and no other module is to."""
    assert "exercises" not in {folder(name) for name in own(module)}


@pytest.mark.parametrize("module", GROUND)
def test_the_ground_knows_integers_only(module: str) -> None:
    """It stands on the standard library and itself: no array, no picture."""
    libraries = {name.split(".")[0] for name in imports(module)} - {"convdocs"}
    assert libraries <= sys.stdlib_module_names
    assert own(module) <= {*GROUND}


@pytest.mark.parametrize("module", [name for name in SOURCES if folder(name) == "operations"])
def test_independent_derivations_do_not_import_each_other(module: str) -> None:
    """They share the ground and two rules, for numbers and windows, so their agreement counts."""
    assert own(module) <= {*GROUND, "operations.numbers", "operations.windowed"}


def test_imports_run_one_way() -> None:
    """There is an order in which every module comes after those that it imports."""
    order = [*TopologicalSorter({module: own(module) for module in SOURCES}).static_order()]
    assert {*order} == {*SOURCES}
