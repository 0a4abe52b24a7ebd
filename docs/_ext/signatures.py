"""Show how a class is made although what it is made from is mocked, which hides it."""

from inspect import signature
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.inspect import stringify_signature


def own(
    app: Sphinx, what: str, name: str, found: Any, options: Any, shown: str | None, returns: str
) -> tuple[str, str] | None:
    """Take the signature from the class's own initialiser."""
    if what != "class" or "__init__" not in vars(found) or shown != "(*args, **kwargs)":
        return None
    _, *others = (made := signature(found.__init__)).parameters.values()
    return stringify_signature(made.replace(parameters=others), show_annotation=False,
                               show_return_annotation=False), returns  # fmt: skip


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to autodoc."""
    app.connect("autodoc-process-signature", own)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
