"""What a page shows, as Sphinx-Gallery writes it: of the machine, and to other pages."""

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from sitebuild.pages import Page, PageError
from sitebuild.project import ROOT, name
from sitebuild.upstream import BLOCK

OWN = r" *\.\. (?:GENERATED|LINE NUMBERS|code-block|rst-class|image|figure|only|container)"
TAKEN = re.compile(  # a title, or a line with something to refer to
    rf"^.+(?=\n([^\w\s])\1\1+$)|^(?!{OWN})(?: *\.\. |.*(?::index:`|\b_`|`_$)).*", re.MULTILINE
)
FIRST = re.compile(r"\n(?:=+|-+)\n+(.+?)(?:\n\n|\Z)", re.DOTALL)
ROLE = re.compile(
    r":(?:\w+:)?(term|doc|ref|func|mod|class|meth|attr|data):`~?([^`<]+?)(?:\s*<([^`]*)>)?`"
)


def of_this_machine(page: Page) -> Iterator[tuple[int, str]]:
    """Find what a page shows of this machine: its paths, and addresses in memory.

    Its own text may say what it likes. Each fault comes with the line where its block begins.
    """
    given = {ROOT, Path.home(), Path(sys.prefix), Path(sys.base_prefix)}
    given |= {Path(tempfile.gettempdir()), Path(tempfile.gettempdir()).parent}
    folders = {str(path) for folder in given for path in (folder, folder.resolve())}
    places = "|".join(re.escape(f) for f in sorted(folders, key=len, reverse=True) if len(f) > 1)
    addresses = r"\b(?:at 0x[0-9a-f]{6,}|0x[0-9a-f]{9,})"
    private = re.compile(rf"(?<![\w.-])(?:{places})(?![\w.-])|{addresses}")
    own, begins = page.source.read_text(encoding="utf-8"), 1
    for text in page.shown().splitlines():
        if block := re.match(BLOCK, text):
            begins = int(block[1])
        elif (found := private.search(text)) and text.strip() not in own:
            yield begins, f"the block that starts here shows {found[0]!r}: {text.strip()}"


def outline(shown: str) -> list[str]:
    """Give what other pages could take: titles, targets, entries, and the first paragraph.

    What is left out are other paragraphs, code and output: a page may change those alone.
    """
    blocks = re.split(r"\n\n+(?=\S)", shown)
    kept = [block for block in blocks if block.startswith("..") and not re.match(OWN, block)]
    kept += [line[0] for line in TAKEN.finditer(shown)]
    return [*kept, *FIRST.findall(shown)[:1]]


def refuse_targets_of_two(files: Iterable[Path]) -> None:
    """Refuse a target that two files define, which Sphinx overlooks where it reads in parallel."""
    seen: dict[str, Path] = {}
    for file in sorted(files):
        for target in re.findall(r"^\.\. _([^:`]+):\s*$", file.read_text("utf-8"), re.MULTILINE):
            other = seen.setdefault(" ".join(target.lower().split()), file)
            if other != file:
                has = f"duplicate label {target}, which {name(other)} has too"
                raise PageError(f"{name(file)}: {has}")


def without_roles(text: str, address: str = "") -> str:
    """Write words, code and links in the place of Sphinx's roles, where nothing resolves them.

    A document is linked where the site's address is known.
    """

    def plain(role: re.Match[str]) -> str:
        kind, words, target = role.groups()
        if kind == "doc" and address and target and target.startswith("/"):
            return f"[{words}]({address.rstrip('/')}{target}.html)"
        return words if kind in {"term", "doc", "ref"} else f"`{words}`"

    return ROLE.sub(plain, text)
