"""The reference shows how a class is made whose base is mocked when the site is built."""

import os
import re
import subprocess
import sys
from inspect import signature
from pathlib import Path

import contents

from convdocs.learning.network import DemoNet

DOCS = contents.ROOT / "docs"
CONF = (DOCS / "conf.py").read_text(encoding="utf-8")
MOCKED = re.search(r"^autodoc_mock_imports = (.*)", CONF, re.MULTILINE)


def shown(folder: Path, *extensions: str) -> str:
    """Build a page with the class in a process of its own, and give what it says in brackets."""
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(
        f"extensions = {['sphinx.ext.autodoc', *extensions]}\n"
        f'autodoc_typehints = "none"\nautodoc_mock_imports = {MOCKED[1]}\n',
        encoding="utf-8",
    )
    (source / "index.rst").write_text(
        "R\n=\n\n.. autoclass:: convdocs.learning.network.DemoNet\n", encoding="utf-8"
    )
    path = os.pathsep.join(map(str, (DOCS / "_ext", DOCS, contents.ROOT)))
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "text", source, folder / "out"],
        env=os.environ | {"PYTHONPATH": path}, check=True, capture_output=True,
    )  # fmt: skip
    text = " ".join((folder / "out/index.txt").read_text(encoding="utf-8").split())
    return re.search(r"DemoNet(\(.*?\))", text)[1]


def test_the_network_shows_its_signature_although_torch_is_mocked(tmp_path: Path) -> None:
    """Name by name and with its defaults, as Python itself tells it with the real PyTorch."""
    assert "torch" in MOCKED[1]
    parts = ["(weight1", "weight2", "*", "stride=1", "dilation=1)"]
    assert shown(tmp_path, "signatures") == ", ".join(parts)
    told = [
        str(one.replace(annotation=one.empty)) for one in signature(DemoNet).parameters.values()
    ]
    assert told == [part.strip("()") for part in parts if part != "*"]


def test_without_the_extension_the_mock_hides_it(tmp_path: Path) -> None:
    """An extension that nothing needs any more is to go."""
    assert shown(tmp_path) == "(*args, **kwargs)"
