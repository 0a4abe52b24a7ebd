"""What a page takes from all lessons, in a file that changes only when just that does.

Sphinx reads a page again if a file on which it depends is younger. Of a lesson that is edited the
others seldom take what was edited.
"""

import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

AFTER_GALLERY = 700
"""When ``builder-inited`` finds that all lessons have run and are written."""


def place(folder: Path, name: str) -> Path:
    """Say where what has a name is kept, beside Sphinx's own files."""
    return Path(folder, "taken", f"{name}.json").absolute()


def keep(app: Sphinx, name: str, value: object) -> None:
    """Write down what pages may take, and leave the file alone if it says so already."""
    file, text = place(Path(app.doctreedir), name), json.dumps(value)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


def take(env: BuildEnvironment, name: str) -> Any:
    """Read it for the page that is being read."""
    file = place(Path(env.doctreedir), name)
    env.note_dependency(str(file))
    return json.loads(file.read_text(encoding="utf-8"))
