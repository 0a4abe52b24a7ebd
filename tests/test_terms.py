"""No page uses a word before one has explained it, in the order of reading.

The words stand in ``terms.toml``. One is explained where it stands in italics or as a ``:term:``
role in the text of a page. A heading may name what the paragraph below it explains.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page["script"]
    for page in tomllib.loads((ROOT / "docs/contents.toml").read_text(encoding="utf-8"))["page"]
]
TERMS = {
    term: re.compile(rf"\b(?:{'|'.join(patterns)})\b".replace(" ", r"\s+"), re.IGNORECASE)
    for group in tomllib.loads((ROOT / "tests/terms.toml").read_text(encoding="utf-8")).values()
    for term, patterns in group.items()
}
CODE = re.compile(r"``[^`]*``")
ROLE = re.compile(r":(?!term:)[\w:]+:`[^`]*`|<[^>\n]*>(?=`)")  # and the target of a :term:
EXPLANATION = re.compile(r"(?<![\w*])\*(?![\s*])([^*]*[^\s*])\*(?![\w*])|:term:`([^`]*)`")
HEADING = re.compile(r"^.+\n ?([=-])\1{2,}\n(?:\s*\n)?(?:.*\S.*\n)+", re.MULTILINE)


def spaces(found: re.Match) -> str:
    """Give as many spaces as were found, and leave the ends of lines."""
    return re.sub(r"[^\n]", " ", found[0])


def unless_a_name(found: re.Match) -> str:
    """Leave code that is a single name, such as that of a setting."""
    return found[0] if re.fullmatch(r"``\w+``", found[0]) else spaces(found)


def spoken(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give the words of questions and captions, and where they begin; the answers are code."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        words = [word.value for word in call.keywords if word.arg in {"because", "caption"}]
        if ast.unparse(call.func).startswith("questions."):
            words += call.args[:1]
            words += [v for part in call.args if isinstance(part, ast.Dict) for v in part.values]
        for part in (part for word in words for part in ast.walk(word)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.lineno - 1, part.value


@cache
def prose(page: str) -> str:
    """Give the words of a page, each in its own line, without the sources.

    Only its text can explain: the stars are taken out of the comments of code, and of questions.
    """
    script = (ROOT / page).read_text(encoding="utf-8").partition("\n# Sources\n")[0]
    tree = ast.parse(script)
    lines, in_text = script.split("\n"), True
    for number, line in enumerate(lines[tree.body[0].end_lineno :], tree.body[0].end_lineno):
        in_text = line == "# %%" or (in_text and line.startswith("#"))
        comment = line[1:] if re.match("# (?!sphinx_gallery)", line) else ""
        lines[number] = comment if in_text else comment.replace("*", " ")
    for number, words in spoken(tree):
        lines[number] += " " + re.sub(r"[*\n]", " ", words)
    return ROLE.sub(spaces, CODE.sub(unless_a_name, "\n".join(lines)))


@pytest.mark.parametrize("term", TERMS)
def test_a_word_is_explained_where_it_is_first_used(term: str) -> None:
    """By the first page that uses it, and there before every other use."""
    first = next((page for page in PAGES if TERMS[term].search(prose(page))), None)
    assert first, f"no page uses the word {term!r}"
    text = prose(first)
    told = [found.span() for found in EXPLANATION.finditer(CODE.sub(spaces, text))]
    headed = [found.span() for found in HEADING.finditer(text)]
    uses = [found.span() for found in TERMS[term].finditer(text)]
    explained = [start for start, end in uses if any(a <= start and end <= b for a, b in told)]

    def line(at: int) -> str:
        return f"{first}:{text.count(chr(10), 0, at) + 1}"

    assert explained, f"{line(uses[0][0])} uses {term!r}, and nothing on the page explains it"
    for use, _ in uses:
        below = [b for a, b in headed if a <= use < text.index("\n", a)]
        in_time = explained[0] <= (below[0] if below else use)
        assert in_time, f"{line(use)} uses {term!r}, explained in {line(explained[0])} only"
