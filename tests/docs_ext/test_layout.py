"""How the build's modules stand on each other."""

import ast
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FLOORS = [  # a module imports from lower floors only
    {"project"},
    {"epub", "footprint", "foreign", "page_code", "publish", "same_bytes", "upstream"},
    {"pages"},
    {"complete", "guard", "report", "shown"},
    {"notebook"},
    {"page", "elsewhere"},
    {"pool", "shared"},
    {"batch"},
    {"extension"},
    {"build"},
    {"__init__", "__main__"},
]
MODULES = {path.stem: path for path in sorted(DOCS.glob("sitebuild/*.py"))}


def imports(path: Path) -> set[str]:
    """Give the dotted names that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_every_module_of_the_build_has_its_floor() -> None:
    """Each stands on one floor, and no other file lies there."""
    assert sorted(name for floor in FLOORS for name in floor) == sorted(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_imports_of_the_build_run_downwards(module: str) -> None:
    """A module may use those of the floors below its own."""
    (floor,) = (n for n, names in enumerate(FLOORS) if module in names)
    parts = [name.split(".") for name in imports(MODULES[module])]
    own = {name[1] for name in parts if name[0] == "sitebuild"}
    assert own <= {name for names in FLOORS[:floor] for name in names}


@pytest.mark.parametrize("module", MODULES)
def test_the_build_knows_nothing_of_convolution(module: str) -> None:
    """It imports neither the package nor the extensions that do; Sphinx in few places."""
    tops = {name.partition(".")[0] for name in imports(MODULES[module])}
    assert not tops & {"convdocs", "torch", *(path.stem for path in DOCS.glob("_ext/*.py"))}
    sphinx = {"build", "extension", "pages", "upstream", "__init__"}
    assert module in sphinx or not tops & {"sphinx", "sphinx_gallery"}


@pytest.mark.parametrize("path", sorted(DOCS.glob("_ext/*.py")), ids=lambda path: path.stem)
def test_an_extension_takes_of_the_build_only_upstream(path: Path) -> None:
    """What others do not promise stands in one module, which all may use."""
    own = {name for name in imports(path) if name.partition(".")[0] == "sitebuild"}
    assert {name.split(".")[1] for name in own} <= {"upstream"}
    assert not {name for name in imports(path) if name.startswith("docutils.utils")}
