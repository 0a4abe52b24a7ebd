"""What the code of a page may not do, because a check could then no longer fail.

A green build says that every claim was checked. It says nothing if a check never runs, holds
whatever the page computes, or fails without being heard. That is read from a page's text, before
it runs; it finds what is done by mistake or for peace, not what somebody means to hide.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from sitebuild.never_run import CHECK, decided, leaves, uncalled, unreached
from sitebuild.page_names import Names

ANSWER = re.compile(r"(?:.*\.)?(?:all|any|allclose|array_equal|equal)")
BROAD = re.compile(r"(?:.*\.)?(?:AssertionError|(?:Base)?Exception(?:Group)?)")
GUARDED = re.compile(r"matplotlib\.(?:pyplot\.)?rcParams|os\.environ")  # while a page runs
QUIET = re.compile(r"warnings\.\w+\(.*'ignore'.*|numpy\.(?:errstate|seterr)\((?:all=)?'ignore'.*")
TOOL = re.compile(  # replaces functions, or keeps code from whoever reads the page
    r"(?:builtins|importlib|unittest|sys\.modules|exec|eval|globals|vars|setattr|delattr|"
    r"(?:.*\.)?__(?:builtins|code|dict|import|setattr)__)(?:\..*)?"
)
HIDES = "hides a check that fails: name the error that is meant"
ITSELF = "compares a thing with itself, which says nothing of it"


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Give the line of each thing that keeps a check from failing, and a sentence about it."""
    nodes = list(ast.walk(ast.parse(text)))
    names = Names(nodes)
    found: set[tuple[int, str]] = set()
    rules = (decided, unheard, replaced)
    for node in nodes:
        line = getattr(getattr(node, "iter", node), "lineno", 0)  # a comprehension has none itself
        found |= {(line, words) for rule in rules for words in rule(node, names)}
        found |= {(after.lineno, "never runs: the line above leaves") for after in unreached(node)}
    for line, name in uncalled(nodes, names):
        found.add((line, f"is a check in {name}(), which nothing calls"))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        setting = re.match(r"#\s*(sphinx_gallery_\w+)", token.string)
        if setting and setting[1] != "sphinx_gallery_thumbnail_number":
            found.add((token.start[0], f"sets {setting[1]}: a page is run and shown as it stands"))
        elif setting and token.line[: token.start[1]].strip():
            found.add((token.start[0], f"sets {setting[1]} behind code, where nothing reads it"))
    yield from sorted(found)


def alike(values: list[ast.expr]) -> bool:
    """Whether two neighbours are one expression; what is called may answer anew."""
    written = [ast.unparse(value) for value in values]
    return any(one == other and "(" not in one for one, other in pairwise(written))


def broad(kinds: list[ast.expr], names: Names) -> bool:
    """Whether a failed assertion is among the errors named."""
    return any(BROAD.fullmatch(names.of(part)) for kind in kinds for part in ast.walk(kind))


def unheard(node: ast.AST, names: Names) -> Iterator[str]:
    """Say that the answer of a check, or a warning, goes nowhere."""
    match node:
        case ast.Compare(left, _, others) if alike([left, *others]):
            yield ITSELF
        case ast.ExceptHandler(kind, _, [*_, last]) if not isinstance(last, ast.Raise):
            if kind is None or broad([kind], names):
                yield HIDES
        case ast.Try(finalbody=ending) | ast.TryStar(finalbody=ending):
            if any(map(leaves, ending)):
                yield "leaves from within finally, and so drops what was raised"
        case ast.Expr(ast.Compare()):
            yield "drops the answer of a comparison: assert it"
        case ast.Expr(ast.Call(function)) if ANSWER.fullmatch(
            names.of(function) or ast.unparse(function)
        ):
            yield "drops the answer of a comparison: assert it"
        case ast.Expr(value) if CHECK.fullmatch(names.of(value)):
            yield "names a check and does not call it"
        case ast.Call(function, values):
            name = names.of(function)
            if alike(values[:2]) and (CHECK.fullmatch(name) or ANSWER.fullmatch(name)):
                yield ITSELF
            elif name == "contextlib.suppress" and broad(values, names):
                yield HIDES
            elif QUIET.fullmatch(name + ast.unparse(node).removeprefix(ast.unparse(function))):
                yield "silences warnings: mend what causes them, or show them"


def replaced(node: ast.AST, names: Names) -> Iterator[str]:
    """Say that a name or a thing of others no longer means what it did."""
    written = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    match node:
        case ast.FunctionDef(name) | ast.ClassDef(name) if node in names.members:
            return
        case ast.FunctionDef(name) | ast.ClassDef(name) if name in names.taken:
            yield f"gives {name} another meaning: it is {names.taken[name]}"
        case ast.Name(name) if written and name in names.taken:
            yield f"gives {name} another meaning: it is {names.taken[name]}"
        case ast.Attribute() | ast.Subscript() if written and names.foreign(node):
            if not GUARDED.fullmatch(names.of(node)):
                yield f"changes {names.of(node)}, which checks may rest on"
        case ast.Name() | ast.Attribute() if node not in names.parts:
            if TOOL.fullmatch(names.of(node)):
                yield f"uses {names.of(node)}, with which checks can be switched off"
