"""What the names in a page's code stand for."""

import ast
import builtins
import re

ELSE = {"filter", "input", "map"}  # mean something else in convolution
OWN = {name: "Python's own" for name in dir(builtins) if name[0] != "_" and name not in ELSE}


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
