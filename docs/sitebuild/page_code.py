"""What the code of a page may not do, because a check could then no longer fail.

A green build says that every claim was checked. It says nothing if a check is never reached, holds
whatever the page computes, or fails without being heard. Which checks were reached shows when the
page has run; the rest is read from its text, before. It finds what is done by mistake or for peace,
not what somebody means to hide.
"""

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise

ANSWER = re.compile(r"(?:.*\.)?(?:all|any|allclose|array_equal|equal)")
BROAD = re.compile(r"(?:.*\.)?(?:AssertionError|(?:Base)?Exception(?:Group)?)")
CHECK = re.compile(r"(?:.*\.)?assert\w*")
ELSE = {"filter", "input", "map"}  # mean something else in convolution
EMPTY = re.compile(r"\[\]|\(\)|\{\}|''|range\((?:0|(\d+), \1)\)")
GUARDED = re.compile(r"matplotlib\.(?:pyplot\.)?rcParams|os\.environ")  # while a page runs
LEAVES = ast.Raise | ast.Return | ast.Break | ast.Continue
OWN = {name: "Python's own" for name in dir(builtins) if name[0] != "_" and name not in ELSE}
QUIET = re.compile(r"warnings\.\w+\(.*'ignore'.*|numpy\.(?:errstate|seterr)\((?:all=)?'ignore'.*")
SETTLED = re.compile(r"True|False|__debug__|(?:.*\.)?TYPE_CHECKING")
SHOWN = ast.Tuple | ast.List | ast.Set | ast.Dict | ast.Lambda | ast.GeneratorExp | ast.JoinedStr
TOOL = re.compile(  # replaces functions, or keeps code from whoever reads the page
    r"(?:builtins|importlib|unittest|sys\.modules|exec|eval|globals|vars|setattr|delattr|"
    r"(?:.*\.)?__(?:builtins|code|dict|import|setattr)__)(?:\..*)?"
)
DECIDED = "its own text decides this: whatever the page computes, it comes out the same"
DROPS = "drops the answer of a comparison: assert it"
HIDES = "hides a check that fails: name the error that is meant"
ITSELF = "compares a thing with itself, which says nothing of it"


class Names:
    """What a page has imported, and which of its own names stand for such things."""

    def __init__(self, nodes: list[ast.AST]) -> None:
        self.known: dict[str, str] = {}
        for node in nodes:
            match node:
                case ast.Import(names):
                    tops = {a.asname or a.name.partition(".")[0]: a for a in names}
                    self.known |= {n: a.name if a.asname else n for n, a in tops.items()}
                case ast.ImportFrom(module, names):
                    self.known |= {a.asname or a.name: f"{module}.{a.name}" for a in names}
        self.taken = OWN | self.known
        self.tops = {name.partition(".")[0] for name in self.known.values()}
        given = [n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
        for node in nodes:
            match node:
                case ast.Assign([ast.Name(name)], value) if given.count(name) == 1:
                    self.known.setdefault(name, self.of(value))
        self.members = {m for n in nodes if isinstance(n, ast.ClassDef) for m in n.body}
        self.parts = {n.value for n in nodes if isinstance(n, ast.Attribute)}

    def of(self, node: ast.AST) -> str:
        """Write out what an expression names: ``F.relu[0]`` is ``torch.nn.functional.relu``."""
        plain = re.fullmatch(r"([\w.]+)(\[.*)?", ast.unparse(node), re.DOTALL)
        head, dot, rest = plain[1].partition(".") if plain else ("", "", "")
        return self.known.get(head, head) + dot + rest

    def foreign(self, node: ast.AST) -> bool:
        """Whether an expression names a part of what was imported."""
        return self.of(node).partition(".")[0] in self.tops


class Reached(ast.NodeTransformer):
    """Marks the checks of a page in its code, so that the run tells which of them it reaches."""

    def __init__(self, text: str) -> None:
        self.names = Names(list(ast.walk(ast.parse(text))))
        self.missed: set[tuple[int, int]] = set()
        vars(builtins)["__reached__"] = self.reach
        self.visit(ast.parse(text))

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """Mark an assertion, unless it says that nothing comes here."""
        self.generic_visit(node)
        if not isinstance(node.test, ast.Constant):
            node.test = self.mark(node.test, node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Mark the call of a check."""
        check = CHECK.fullmatch(self.names.of(node.func))
        self.generic_visit(node)
        if check:
            node.func = self.mark(node.func, node)
        return node

    def mark(self, part: ast.expr, check: ast.expr | ast.stmt) -> ast.expr:
        """Pass a part of a check through ``reach``."""
        place = check.lineno, check.col_offset
        self.missed.add(place)
        given = [*map(ast.Constant, place), part]
        call = ast.Call(ast.Name("__reached__", ast.Load()), given, [])
        return ast.fix_missing_locations(ast.copy_location(call, part))

    def reach(self, line: int, column: int, part: object) -> object:
        """Note that a check is made, and give its part back."""
        self.missed.discard((line, column))
        return part

    def faults(self) -> Iterator[tuple[int, str]]:
        """Give the line of each check that has not been made, and say so."""
        for line, _ in sorted(self.missed):
            yield line, "is a check that the page's run never reaches"


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Give the line of each thing that keeps a check from failing, and a sentence about it."""
    nodes = list(ast.walk(ast.parse(text)))
    names = Names(nodes)
    found: set[tuple[int, str]] = set()
    for node in nodes:
        line = getattr(getattr(node, "iter", node), "lineno", 0)  # a comprehension has none itself
        found |= {
            (line, said) for rule in (decided, unheard, replaced) for said in rule(node, names)
        }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        setting = re.match(r"#\s*(sphinx_gallery_\w+)", token.string)
        if setting and setting[1] != "sphinx_gallery_thumbnail_number":
            found.add((token.start[0], f"sets {setting[1]}: a page is run and shown as it stands"))
        elif setting and token.line[: token.start[1]].strip():
            found.add((token.start[0], f"sets {setting[1]} behind code, where nothing reads it"))
    yield from sorted(found)


def decided(node: ast.AST, names: Names) -> Iterator[str]:
    """Say that a check, a condition or a loop is decided by how it is written."""
    match node:
        case ast.Assert(ast.Constant(False | 0)) | ast.While(ast.Constant(True | 1)):
            pass  # says that nothing comes here; is left from within
        case ast.Assert(test) | ast.If(test) | ast.While(test) | ast.IfExp(test):
            if fixed(test, names):
                yield DECIDED
        case ast.For(_, over) | ast.comprehension(_, over) if EMPTY.fullmatch(ast.unparse(over)):
            yield "loops over nothing: what stands in the loop never runs"
        case ast.comprehension(ifs=tests) if any(fixed(test, names) for test in tests):
            yield DECIDED


def fixed(node: ast.expr, names: Names) -> bool:
    """Whether the text of a condition decides it, wholly or in part."""
    match node:
        case ast.Name() | ast.Attribute():
            return bool(SETTLED.fullmatch(names.of(node)))
        case ast.UnaryOp(_, value) | ast.NamedExpr(_, value):
            return fixed(value, names)
        case ast.BoolOp(_, parts):
            return any(fixed(part, names) for part in parts)
        case ast.IfExp(_, one, other):
            return fixed(one, names) or fixed(other, names)
    plain = not any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node))
    return plain or isinstance(node, SHOWN)


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
            if any(isinstance(statement, LEAVES) for statement in ending):
                yield "leaves from within finally, and so drops what was raised"
        case ast.Expr(ast.Compare()):
            yield DROPS
        case ast.Expr(ast.Call(function)) if ANSWER.fullmatch(
            names.of(function) or ast.unparse(function)
        ):
            yield DROPS
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
