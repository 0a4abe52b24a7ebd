"""A sidebar that opens the reader's own chapter, at a cost that does not grow with the site.

Furo lists every page of the site on every page: a thousand pages then make a million links, and
most of the time of a build. This one shows each level on the way down to the page.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment


def parents(env: BuildEnvironment) -> dict[str, str]:
    """Give the page whose table of contents lists each page."""
    return {
        child: parent for parent, children in env.toctree_includes.items() for child in children
    }


def level(builder: StandaloneHTMLBuilder, page: str, path: list[str], depth: int) -> str:
    """Write the list of pages below ``path[depth]``, with the next level inside it."""
    env = builder.env
    items = []
    for child in env.toctree_includes.get(path[depth], []):
        on_path = child in path
        classes = [f"toctree-l{depth + 1}"]
        classes += ["current"] if on_path else []
        classes += ["current-page"] if child == page else []
        link = f'<a class="reference internal" href="{builder.get_relative_uri(page, child)}">'
        title = escape(env.titles[child].astext())
        below = level(builder, page, path, depth + 1) if on_path and depth + 1 < len(path) else ""
        items.append(f'<li class="{" ".join(classes)}">{link}{title}</a>{below}</li>')
    return f"<ul>{''.join(items)}</ul>" if items else ""


def fill(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give furo the list in place of the whole tree."""
    path = [pagename]
    while path[0] in app.sidebar_parents:
        path.insert(0, app.sidebar_parents[path[0]])
    if path[0] != app.config.root_doc:
        path = [app.config.root_doc]
    tree = level(app.builder, pagename, path, 0)
    context["toctree"] = lambda **_: tree


def remember(app: Sphinx, env: BuildEnvironment) -> None:
    """Turn the tables of contents round once, when all of them are known."""
    app.sidebar_parents = parents(env)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the sidebar before furo's own handler."""
    app.connect("env-check-consistency", remember)
    app.connect("html-page-context", fill, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
