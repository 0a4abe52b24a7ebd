"""What LaTeX would refuse in a formula, and docutils' converter lets pass or trips over.

The converter closes by itself what is left open, takes whatever comes next as an argument, and
shows what it does not know as if it were text.
"""

import re
from dataclasses import dataclass, field

from sitebuild.upstream import MathError

END = "the end"
TOKEN = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}|\\(?:cfrac|sqrt|x\w+arrow)\s*\[[^][]*\]|\\[A-Za-z]+|\\.|\d+|\S",
    re.DOTALL,
)
CLOSING = re.compile(rf"\}}|\\right|\\[bB]igg?r|\\end\b.*|{END}", re.DOTALL)
TWO = re.compile(r"\\(?:[cdt]?frac|[dt]?binom|overset|underset)\b.*")
ONE = re.compile(
    r"[_^]|\\(?:left|right|[bB]igg?[lr]|sqrt|text|textrm|mbox|operatorname|math\w+|boldsymbol|pmb|"
    r"phantom|boxed|not|[hm]space|p?mod|pod|over\w+|under\w+|x\w+arrow|wide\w+|acute|bar|breve|"
    r"check|d{1,4}ot|grave|hat|tilde|vec)\b.*"
)
UNREAD = re.compile(r"\\\\[*[]|\\begin\{aligned\}\s*\[|\\(?:operatorname|[hm]space)\s*\*")


@dataclass
class Group:
    """Something open: what closes it, whose arguments are due, its last part's scripts."""

    closer: str
    due: list[str] = field(default_factory=list)
    scripts: str = ""

    def take(self, token: str) -> None:
        """Take a token as a script, as an argument that is due, or as a part of its own."""
        if token in {"_", "^"}:
            if token in self.scripts:
                raise MathError(f"{token} stands twice at one part")
            self.scripts += token
        elif self.due:
            of = self.due.pop()
            if re.fullmatch(r"\d\d+", token):  # LaTeX takes one digit, the converter all of them
                raise MathError(f"{of}{token} needs braces: {of}{{{token}}}")
        else:
            self.scripts = ""


def closer(token: str) -> str:
    """Give what closes a thing that opens, and nothing for all others."""
    if token.startswith(r"\begin"):
        return token.replace("begin", "end", 1)
    if re.fullmatch(r"\\[bB]igg?l", token):
        return f"{token[:-1]}r"
    return {"{": "}", r"\left": r"\right"}.get(token, "")


def check(formula: str, *, as_block: bool) -> None:
    """Refuse a formula in which something is left open, lacks an argument, or stands wrongly."""
    tokens = TOKEN.findall(formula)
    if unread := UNREAD.search(formula):
        raise MathError(f"{unread[0]} would be shown as text")
    if tokens.count("$") % 2:
        raise MathError("$ is never closed")
    groups, loose = [Group(END)], set()
    for token in [*tokens, END]:
        here = groups[-1]
        closing, separating = CLOSING.fullmatch(token), token in {"&", r"\\"}
        if here.due and (closing or separating or token in {"_", "^"}):
            raise MathError(f"{here.due[-1]} lacks an argument")
        if closing and token != here.closer:
            raise MathError(f"{token} stands where {here.closer} should")
        if separating and here.closer == END:
            loose.add(token)
        elif separating and not here.closer.startswith(r"\end"):
            raise MathError(f"{token} stands outside an environment")
        if closing:
            groups.pop()
        elif not separating:
            here.take(token)
        if opened := closer(token):
            groups.append(Group(opened))
        if token != END:
            groups[-1].due += [token] * (2 if TWO.fullmatch(token) else bool(ONE.fullmatch(token)))
    # The rows of a displayed formula need no environment, if there is more than one.
    if loose and not (as_block and r"\\" in loose):
        raise MathError(f"{loose.pop()} stands outside an environment")
