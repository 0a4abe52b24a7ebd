"""What importing the package costs, and which module may import which."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import convdocs

SOURCES = {path.stem: path for path in sorted(Path(convdocs.__file__).parent.glob("*.py"))}
GROUND = ["arguments", "geometry", "sizes", "shapes"]  # each stands on those before it
SIDE_BY_SIDE = ["reference", "pooling", "unfold", "matrix"]


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
    parts = [name.split(".") for name in imports(module)]
    return {name[1] for name in parts if name[0] == "convdocs" and name[1] in SOURCES}


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
    ("modules", "heavy"),
    [
        (sorted({*SOURCES} - {"__init__", "__main__", "network", "plots"}), []),
        (["plots"], ["matplotlib"]),
        (["network"], ["torch"]),
    ],
    ids=["the rest", "plots", "network"],
)
def test_only_network_loads_torch_and_only_plots_loads_matplotlib(
    modules: list[str], heavy: list[str]
) -> None:
    """Whatever SciPy, Pillow and torchvision do behind the scenes."""
    loads = "; ".join(f"importlib.import_module('convdocs.{name}')" for name in modules)
    assert python("-c", LOADED.format(loads)).stdout.split() == heavy


@pytest.mark.parametrize("module", SOURCES)
def test_a_module_imports_no_heavy_library_but_its_own(module: str) -> None:
    """Neither at its top nor inside a function."""
    libraries = {name.split(".")[0] for name in imports(module)}
    assert module == "network" or not libraries & {"torch", "torchvision"}
    assert module == "plots" or "matplotlib" not in libraries


@pytest.mark.parametrize("module", SOURCES)
def test_a_module_imports_nothing_that_is_built_on_the_package(module: str) -> None:
    """Neither the docs nor the examples nor the tests, nor the tools that run them."""
    libraries = {name.split(".")[0] for name in imports(module)}
    assert not libraries & {"docs", "examples", "tests", "sphinx", "pytest", "nox", "hypothesis"}


@pytest.mark.parametrize("module", SOURCES)
def test_drawing_and_learning_meet_only_in_an_example(module: str) -> None:
    """No module of the package imports plots or network."""
    assert not own(module) & {"plots", "network"}


@pytest.mark.parametrize("module", GROUND)
def test_the_ground_is_laid_one_module_on_the_other(module: str) -> None:
    """Each imports only modules further down."""
    assert own(module) <= set(GROUND[: GROUND.index(module)])


@pytest.mark.parametrize("module", SIDE_BY_SIDE)
def test_independent_derivations_do_not_import_each_other(module: str) -> None:
    """A loop, the columns and the matrix stand on the ground alone, so their agreement counts."""
    assert own(module) <= set(GROUND)


def test_imports_run_one_way() -> None:
    """There is an order in which every module comes after those that it imports."""
    order = [*TopologicalSorter({module: own(module) for module in SOURCES}).static_order()]
    assert {*order} == {*SOURCES}
