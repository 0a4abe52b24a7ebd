"""The lists of what the pages link to in other projects' documentation."""

import inspect
import pydoc
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

LISTS = sorted((Path(__file__).parents[2] / "docs/inventories").glob("*.txt"))
KINDS = {
    "py:class": inspect.isclass,
    "py:exception": inspect.isclass,
    "py:function": callable,
    "py:data": lambda _: True,
    "py:module": inspect.ismodule,
}


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.stem)
def test_every_linked_name_exists(path: Path) -> None:
    """Each line names an object of the installed library, of the kind the line says."""
    inventory = InventoryFile.loads(path.read_bytes(), uri="https://example.org/").data
    assert inventory
    for kind, names in inventory.items():
        for name, item in names.items():
            found = pydoc.locate(name)
            assert found is not None, name
            assert KINDS[kind](found), f"{name} is no {kind}"
            assert item.uri.startswith("https://example.org/")
            assert item.uri.endswith(f"#{name}") or kind == "py:module"
