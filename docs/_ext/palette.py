"""Give the site's style sheets the colours of the package's figures, as custom properties."""

import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

import convdocs
from sitebuild.upstream import STATIC_CHECKED

SOURCE = Path(convdocs.__file__).parent / "plots/palette.json"
COLOURS: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))


def rule(selector: str, *, but: tuple[str, ...] = ()) -> str:
    """Write the palette as one rule: ``input`` becomes ``--input``, a pair goes by the theme.

    Names that begin with one of ``but`` are left out.
    """
    values = {name: value for name, value in COLOURS.items() if str(value).startswith("#")}
    values |= {f"lines-{n}": value for n, value in enumerate(COLOURS["lines"])}
    values |= {name: f"light-dark({', '.join(two)})" for name, two in COLOURS["by_theme"].items()}
    lines = [
        f"--{name.replace('_', '-')}:{value}"
        for name, value in values.items() if not name.startswith(but)
    ]  # fmt: skip
    return f"{selector}{{{';'.join(lines)}}}\n"


def write(app: Sphinx, config: Config) -> None:
    """Add ``palette.css`` to the site's static files."""
    folder = Path(app.doctreedir, "palette")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "palette.css").write_text(rule(":root"), encoding="utf-8")
    config.html_static_path = [*config.html_static_path, str(folder)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the style sheet, to be read before the site's own."""
    app.connect("config-inited", write, priority=STATIC_CHECKED + 1)
    app.add_css_file("palette.css", priority=300)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
