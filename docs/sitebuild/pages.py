"""The scripts that become pages: where they are, and what is wrong with them before they run."""

import ast
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sphinx.errors import SphinxError

from sitebuild.footprint import Digests, changes, digests, tree
from sitebuild.page_code import faults
from sitebuild.project import GENERATED, ROOT, load, name

HEADERS = ("GALLERY_HEADER.rst", "index.rst")


class PageError(SphinxError):
    """A page that cannot be shown; the message begins with its file, and the line if known.

    Sphinx ends by it as by an error of its own, without a report of a crash.
    """


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

    def shown(self) -> str:
        """Give the page as Sphinx-Gallery writes it."""
        return (self.folder / f"{self.source.stem}.rst").read_text(encoding="utf-8")

    def stale(self, options: list[str], now: Callable[[Path], str | None]) -> list[str]:
        """Say why the page must run, in words; nothing if its last run still holds."""
        if (last := Record.load(self.record)) is None:
            return ["it has no complete run"]
        why = changes(last.reads, last.versions, now)
        if last.options != options:
            why.append("the build has other options")
        if last.writes != digests(self.written()):
            why.append("what it wrote is not there as it was written")
        return why


@dataclass
class Record:
    """What a run of a page read, used and wrote, why it ran, and what it and its figures took."""

    page: str
    seconds: float
    figures: dict[str, float] = field(default_factory=dict)
    reads: Digests = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    writes: Digests = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> "Record | None":
        """Read a record; one that is not there, or not whole, is none."""
        try:
            return cls(**load(path))
        except TypeError:
            return None

    def save(self, path: Path) -> None:
        """Write the record in one step."""
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        new.replace(path)


def records() -> dict[Path, Record]:
    """Give the records of the pages' last runs, by their files."""
    found = {path: Record.load(path) for path in sorted(GENERATED.rglob("*.run.json"))}
    return {path: record for path, record in found.items() if record}


def imported(module: str, found: Iterable[Record]) -> bool:
    """Say whether the package of a module is imported by anything that some pages have read."""
    line = re.compile(rf"^\s*(?:from|import) {module.partition('.')[0]}\b", re.MULTILINE)
    code = {ROOT / file for record in found for file in record.reads if file.endswith(".py")}
    texts = (path.read_text("utf-8", errors="replace") for path in code if path.is_file())
    return any(line.search(text) for text in texts)


def find(conf: dict[str, Any]) -> list[Page]:
    """List all pages in the order of their files; refuse one that is out of place."""
    pages: dict[str, Page] = {}
    for examples, gallery in zip(conf["examples_dirs"], conf["gallery_dirs"], strict=True):
        top = Path(conf["src_dir"], examples).resolve()
        for source in sorted(tree([top])):
            if source.suffix.lower() != ".py" or re.search(conf["ignore_pattern"], str(source)):
                continue
            place = source.relative_to(top)
            if fault := misplaced(source, len(place.parts) - 1, conf["filename_pattern"]):
                raise PageError(f"{name(source)}: {fault}")
            if source.name in pages:
                other = name(pages[source.name].source)
                why = "links and downloads need names that are used once"
                raise PageError(f"{name(source)}: {other} has the same name; {why}")
            folder = Path(conf["src_dir"], gallery, place.parent).resolve()
            pages[source.name] = Page(source, folder)
    return list(pages.values())


def misplaced(source: Path, depth: int, run: str) -> str:
    """Say what is wrong with a script's name or place, if anything is."""
    if not source.is_file():
        return "is a folder, or a link that leads nowhere, and no page"
    if depth > 1:
        return "lies too deep: a gallery has one level of folders"
    if not any((source.parent / header).exists() for header in HEADERS):
        return f"{name(source.parent)} has pages but no GALLERY_HEADER.rst"
    if not re.search(run, str(source)) or source.suffix != ".py":
        return "would be shown without being run: call it plot_<name>.py"
    if not re.fullmatch(r"\w+\.py", source.name, re.ASCII):
        return "its name becomes an address: use the letters a to z, digits and _"
    return ""


def read(page: Page) -> None:
    """Refuse a page that is no Python, has no title, or has checks that cannot fail."""
    try:
        text = page.source.read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(text)) or ""
    except UnicodeDecodeError:
        raise PageError(f"{name(page.source)}: is not written in UTF-8") from None
    except (SyntaxError, ValueError) as error:
        line, words = getattr(error, "lineno", 1) or 1, getattr(error, "msg", error)
        raise PageError(f"{name(page.source)}:{line}: SyntaxError: {words}") from None
    title, underline, *_ = [*docstring.splitlines(), "", ""]
    if not title or len(underline) < len(title) or not re.fullmatch(r"([^\w\s])\1+", underline):
        raise PageError(
            f"{name(page.source)}:1: begins without a title, a line underlined in its docstring"
        )
    for line, fault in faults(text):
        raise PageError(f"{name(page.source)}:{line}: {fault}")
