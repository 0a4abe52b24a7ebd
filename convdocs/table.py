"""Rows of values as a table of plain text."""

from collections.abc import Mapping, Sequence

__all__ = ["table"]


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Line up rows under their names, numbers at the right.

    Parameters
    ----------
    rows : sequence of mappings
        The values by their names. Sizes, tuples, are written as 3x5, positions with a comma, and
        None as a dash; what a row does not have is left empty.

    Returns
    -------
    str
        A line with the names in their first order, and a line for each row.

    Examples
    --------
    >>> print(table([{"layer": "input", "size": (7, 8)}, {"layer": "all", "MACs": 1234}]))
    layer  size   MACs
    input   7x8
    all          1,234
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names]
    cells += [[_shown(name, row.get(name, "")) for name in names] for row in rows]
    columns = []
    for name, column in zip(names, zip(*cells, strict=True), strict=True):
        width = max(map(len, column))
        left = any(isinstance(row.get(name), str) for row in rows)
        columns.append([cell.ljust(width) if left else cell.rjust(width) for cell in column])
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def _shown(name: str, value: object) -> str:
    match value:
        case None:
            return "-"
        case tuple():
            return (", " if name == "start" else "x").join(map(str, value))
        case int():
            return f"{value:,}"
        case _:
            return str(value)
