"""The scripts that become pages: where they are, and what is wrong with them before they run."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.errors import SphinxError
from sphinx_gallery.utils import iter_gallery_header_filenames


class PageError(SphinxError):
    """A page that cannot be shown; the message begins with its file, and the line if known."""

    category = "Page error"


@dataclass(frozen=True)
class Page:
    """A script, and the folder into which Sphinx-Gallery writes what it becomes."""

    source: Path
    folder: Path

    def written(self) -> list[Path]:
        """List the files that a run of the page has left for Sphinx."""
        stem = re.escape(self.source.stem)
        ours = re.compile(rf"{stem}\.\w+|{stem}\.\w+\.\w+|sphx_glr_{stem}_(\d{{3}}|thumb)\.\w+")
        images = self.folder / "images"
        return sorted(
            path
            for folder in (self.folder, images, images / "thumb")
            if folder.is_dir()
            for path in folder.iterdir()
            if path.is_file() and ours.fullmatch(path.name) and path != self.record
        )

    @property
    def record(self) -> Path:
        """The file that keeps what the page's last run read and wrote."""
        return self.folder / f"{self.source.stem}.run.json"


def find(conf: dict[str, Any]) -> list[Page]:
    """List all pages in the order of their files.

    Parameters
    ----------
    conf : dict
        Sphinx-Gallery's configuration, defaults filled in.

    Raises
    ------
    PageError
        If a script would be left out, would not run, has no title, or shares its name.
    """
    pages: dict[str, Page] = {}
    for examples, gallery in zip(conf["examples_dirs"], conf["gallery_dirs"], strict=True):
        top = Path(conf["src_dir"], examples).resolve()
        for source in sorted(top.rglob("*.py")):
            if "__pycache__" in source.parts or re.search(conf["ignore_pattern"], source.name):
                continue
            place = source.parent.relative_to(top)
            check(source, len(place.parts), conf)
            if source.name in pages:
                raise PageError(
                    f"{source}: {pages[source.name].source} has the same name; links and "
                    "downloads need names that are used once"
                )
            pages[source.name] = Page(source, Path(conf["src_dir"], gallery, place).resolve())
    return list(pages.values())


def check(source: Path, depth: int, conf: dict[str, Any]) -> None:
    """Refuse a script that Sphinx-Gallery would leave out, not run, or show without a title."""
    headers = ["index.rst", *iter_gallery_header_filenames(conf)]
    if depth > 1:
        raise PageError(f"{source}: lies too deep: a gallery has one level of folders")
    if not any((source.parent / name).exists() for name in headers):
        raise PageError(f"{source.parent}: has pages but no GALLERY_HEADER.rst")
    if not re.search(conf["filename_pattern"], str(source)):
        raise PageError(f"{source}: would be shown without being run: call it plot_<name>.py")
    try:
        text = ast.get_docstring(ast.parse(source.read_bytes()))
    except SyntaxError as error:
        raise PageError(f"{source}:{error.lineno}: SyntaxError: {error.msg}") from None
    title, underline, *_ = [*(text or "").splitlines(), "", ""]
    if not title or not re.fullmatch(r"([^\w\s])\1+", underline) or len(underline) < len(title):
        raise PageError(f"{source}:1: begins without a title, a line underlined in its docstring")
