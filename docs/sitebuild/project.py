"""Where the project keeps what: its folders, and the table ``tool.sitebuild`` of pyproject.toml."""

import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
BUILD, SITE = ROOT / "build", ROOT / "site"
SITES, WORK = BUILD / "sites", BUILD / "work"
PUBLISHED, REPORT = BUILD / "published.json", BUILD / "report.json"

_table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["sitebuild"]

SOURCES: list[Path] = [ROOT / "pyproject.toml", *(ROOT / name for name in _table["sources"])]
"""The files and folders from which the site is built, ours to read and to watch."""

GENERATED: Path = ROOT / _table["generated"]
"""The one folder among the sources into which the build writes."""

PRELOAD: list[str] = _table.get("preload", [])
"""The modules that most pages import, and more than one page needs to wait for."""


def name(path: Path) -> str:
    """Give a path as messages and records name it: below the project's folder if it lies there."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
