"""A gallery of two pages, in a project of its own, that the tests of the build break and mend."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

CONF = """
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE), str(HERE.parent)]
project = "tiny"
author = "nobody"
copyright = f"{__import__('time').gmtime().tm_year}, nobody"
extensions = ["sitebuild", "search_index"]
exclude_patterns = ["**/GALLERY_HEADER.rst"]
html_theme = "basic"
html_copy_source = False
templates_path = []  # or Sphinx's own default would grow where it begins twice in a process
nitpicky = True
page_seconds = 60
sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["made/gallery"],
    "image_scrapers": ("figures.scrape",),
    "reset_modules": (),
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "show_signature": False,
    "doc_module": ("tiny",),
    "backreferences_dir": "made/backreferences",
}
"""

ONE = '''
"""
The first page
==============

It draws.
"""

import matplotlib.pyplot as plt
from tiny import areas

# %%
# A picture
# ---------
# One line.

figure, ax = plt.subplots(figsize=(2, 1))
ax.plot([0, areas.square(2)])
figure.set_label("A rising line.")
print("first", areas.square(3))
'''

TWO = '''
"""
The second page
===============

It reads.
"""

from pathlib import Path

# %%
# A file
# ------
# One number.

print("second", Path("data.csv").read_text())
'''

FILES = {
    "pyproject.toml": """
[tool.sitebuild]
sources = ["docs", "examples", "tiny"]
generated = "docs/made"
""",
    "docs/conf.py": CONF,
    "docs/index.rst": """
Tiny
====

.. toctree::

   made/gallery/index
   about
""",
    "docs/about.rst": """
About
=====

.. index:: areas

Read :ref:`sphx_glr_made_gallery_first_plot_one.py`.

.. minigallery:: tiny.areas.square
""",
    "examples/GALLERY_HEADER.rst": "Gallery\n=======\n\nAll pages.\n",
    "examples/first/GALLERY_HEADER.rst": "First\n=====\n\nA chapter.\n",
    "examples/first/plot_one.py": ONE,
    "examples/first/plot_two.py": TWO,
    "examples/first/data.csv": "7",
    "tiny/__init__.py": "",
    "tiny/areas.py": "from tiny.products import product\n\ndef square(a): return product(a, a)\n\n"
    "def take_hooks():\n    import threading\n    threading.excepthook = print\n",
    "tiny/products.py": "def product(a, b):\n    return a * b\n",
    "tiny/unused.py": "",
}

FIRST, SECOND = "examples/first/plot_one.py", "examples/first/plot_two.py"


class Gallery:
    """A project below a folder, and what its last build said."""

    def __init__(self, root: Path) -> None:
        self.root, self.site = root, root / "site"
        self.status, self.log = 0, ""

    def create(self) -> "Gallery":
        """Write the project, with the build of ours."""
        for name, text in FILES.items():
            self.write(name, text)
        no_caches = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "docs/_ext", self.root / "docs/_ext", ignore=no_caches)
        shutil.copytree(ROOT / "docs/sitebuild", self.root / "docs/sitebuild", ignore=no_caches)
        return self

    def write(self, name: str, text: str) -> None:
        """Write one file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the project, where it stands once."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def append(self, name: str, text: str) -> None:
        """Add lines to a file of the project."""
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text + "\n")

    def start(self, *options: str, **popen: object) -> subprocess.Popen:
        """Begin a build."""
        return subprocess.Popen(
            [sys.executable, self.root / "docs/sitebuild", *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **popen,
        )  # fmt: skip

    def build(self, *options: str, **popen: object) -> "Gallery":
        """Build, and keep the exit status and what was said."""
        process = self.start(*options, **popen)
        log, _ = process.communicate(timeout=300)
        self.status, self.log = process.returncode, re.sub(r"\x1b\[[\d;]*m", "", log)
        return self

    def published(self) -> dict[str, bytes]:
        """Give every file of the site."""
        found = sorted(path for path in self.site.rglob("*") if path.is_file())
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in found}

    def ran(self) -> dict[str, str]:
        """Give the pages that ran, and why, as the last build told it."""
        return dict(re.findall(r"\] ran (\w+)\.py in [\d.]+ s: (.*)", self.log))
