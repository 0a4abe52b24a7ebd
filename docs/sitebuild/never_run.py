"""What of a page's code never runs, or cannot fail, as far as its text shows."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from sitebuild.page_names import Names

CHECK = re.compile(r"(?:.*\.)?assert\w*")
EMPTY = re.compile(r"\[\]|\(\)|\{\}|''|range\((?:0|(\d+), \1)\)")
LEAVE = re.compile(r"(?:exit|sys\.exit|os\._exit)\(.*", re.DOTALL)
SETTLED = re.compile(r"True|False|__debug__|(?:.*\.)?TYPE_CHECKING")
SHOWN = ast.Tuple | ast.List | ast.Set | ast.Dict | ast.Lambda | ast.GeneratorExp | ast.JoinedStr


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


def decided(node: ast.AST, names: Names) -> Iterator[str]:
    """Say that a check, a condition or a loop is decided by how it is written."""
    match node:
        case ast.Assert(ast.Constant(False | 0)) | ast.While(ast.Constant(True | 1)):
            pass  # says that nothing comes here; is left from within
        case ast.Assert(test) if fixed(test, names):
            yield "asserts what its own text decides: no result of the page can make it fail"
        case ast.If(test) | ast.While(test) | ast.IfExp(test) if fixed(test, names):
            yield "has a condition that its own text decides: write only what is to run"
        case ast.For(_, over) | ast.comprehension(_, over) if EMPTY.fullmatch(ast.unparse(over)):
            yield "loops over nothing: what stands in the loop never runs"
        case ast.comprehension(ifs=tests) if any(fixed(test, names) for test in tests):
            yield "has a condition that its own text decides: write only what is to run"


def leaves(statement: ast.stmt) -> bool:
    """Whether what follows a statement is never reached."""
    match statement:
        case ast.If(_, [*_, one], [*_, other]):
            return leaves(one) and leaves(other)
        case ast.Expr(ast.Call()):
            return bool(LEAVE.fullmatch(ast.unparse(statement)))
    return isinstance(statement, ast.Raise | ast.Return | ast.Break | ast.Continue)


def unreached(node: ast.AST) -> Iterator[ast.stmt]:
    """Give each statement of a block that follows one which always leaves."""
    for _, block in ast.iter_fields(node):
        if isinstance(block, list):
            yield from (after for before, after in pairwise(block) if leaves(before))


def uncalled(nodes: list[ast.AST], names: Names) -> Iterator[tuple[int, str]]:
    """Give the line of each check in a function that nothing which runs names, and its name."""
    functions: dict[ast.AST, str] = {}
    for node in nodes:
        match node:
            case ast.ClassDef(bases=[_, *_]):  # its base may call what it overrides
                functions |= dict.fromkeys(node.body, "")
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                called = node.decorator_list or name.startswith("__")
                functions.setdefault(node, "" if called else name)
            case ast.Assign([ast.Name(name)], ast.Lambda() as value):
                functions[value] = name
    loaded = [node for node in nodes if isinstance(getattr(node, "ctx", None), ast.Load)]
    dead: dict[ast.AST, str] = {}
    known = -1
    while known < len(dead):  # what only such functions name is such a function too
        known = len(dead)
        for function, name in functions.items():
            inside = dict.fromkeys(ast.walk(function), name)
            outside = (node for node in loaded if node not in inside and node not in dead)
            if name and name not in {getattr(n, "id", getattr(n, "attr", "")) for n in outside}:
                dead = inside | dead
    for node, name in dead.items():
        match node:
            case ast.Assert():
                yield node.lineno, name
            case ast.Call(function) if CHECK.fullmatch(names.of(function)):
                yield node.lineno, name
