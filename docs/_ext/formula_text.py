"""Write a short formula as plain text, for what cannot show one."""

import re

SIGNS = {
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "times": "\N{MULTIPLICATION SIGN}",
    "cdot": "·", "le": "≤", "ge": "≥", "ldots": "…", "sqrt": "√", "sum": "∑", "bmod": "mod ",
}  # fmt: skip


def plain(formula: str) -> str:
    """Write a short formula as text."""
    formula = re.sub(r"\\(?:text|mathrm|operatorname|mathbf)\b", "", formula)
    formula = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", formula)
    formula = re.sub(r"\\([A-Za-z]+) ?", lambda found: SIGNS.get(found[1], found[1]), formula)
    return re.sub(r"\\.|[{}$]", "", formula)
