"""Write each page once more as Markdown, beside it, and list all of these in ``llms.txt``.

The twin of ``page.html`` is ``page.html.md``. It is made where the page is written, of what stands
on it, so that an edit costs one twin and both always say the same.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import as_markdown
import contents
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from sitebuild.upstream import SITES


def address(app: Sphinx, docname: str) -> str:
    """Give the place of a page's twin, from the top of the site."""
    page = app.builder.get_target_uri(docname)
    return f"{page}index.html.md" if page.endswith("/") or not page else f"{page}.md"


def head(page: str, lesson: dict[str, Any]) -> str:
    """Write what stands below the title: where the page is, and of a lesson what it tells there."""
    links = {"As a page": page} | {
        {"py": "Script", "ipynb": "Notebook"}.get(kind, kind): link
        for kind, link in lesson.get("downloads", {}).items()
    }
    said = " · ".join(f"[{word}]({link})" for word, link in links.items())
    if not lesson:
        return said
    told = "{chapter}, lesson {number} of {count}, about {minutes} minutes. ".format(**lesson)
    told += f"You need: {lesson['needs']}. " if lesson.get("needs") else ""
    return told + (f"Afterwards you can {lesson['after']}. " if lesson.get("after") else "") + said


def write(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:  # fmt: skip
    """Write the twin of a page that has a document, and name it on the page."""
    if doctree is None or app.builder.name not in SITES:
        return
    formulas = [
        (node.astext(), isinstance(node, nodes.math_block))
        for node in doctree.findall(lambda one: isinstance(one, nodes.math | nodes.math_block))
    ]
    try:
        text = as_markdown.convert(context["body"], formulas)
    except ValueError as error:
        raise ExtensionError(f"{pagename}: its Markdown cannot be written: {error}") from None
    place = Path(app.outdir, address(app, pagename))
    title, _, rest = text.partition("\n")
    page = place.name.removesuffix(".md")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{title}\n\n{head(page, context.get('lesson', {}))}\n{rest}", "utf-8")
    context["twin"] = place.name
    link = f'<link rel="alternate" type="text/markdown" href="{place.name}">'
    context["metatags"] = context.get("metatags", "") + link


def reading_order(env: BuildEnvironment, docname: str) -> Iterator[str]:
    """Walk through the documents below one, in the order of the tables of contents."""
    for child in env.toctree_includes.get(docname, []):
        yield child
        yield from reading_order(env, child)


def index(app: Sphinx, exception: Exception | None) -> None:
    """List the twins in the form that llmstxt.org proposes: a title, a sentence, sections."""
    if exception or app.builder.name not in SITES:
        return
    env, root = app.env, app.config.root_doc
    asked = {contents.docname(page): f": {page['question']}" for page in contents.PAGES}
    lines = [f"# {env.titles[root].astext()}"]
    if first := next(env.get_doctree(root).findall(nodes.paragraph), None):
        lines += ["", f"> {' '.join(first.astext().split())}"]
    for top in env.toctree_includes.get(root, []):
        lines += ["", f"## {env.titles[top].astext()}", ""]
        for name in dict.fromkeys([top, *reading_order(env, top)]):
            title = env.titles[name].astext().replace("[", r"\[").replace("]", r"\]")
            lines.append(f"- [{title}]({address(app, name)}){asked.get(name, '')}")
    Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the twins when all else has been put on a page, and their list before the check."""
    app.connect("html-page-context", write, priority=900)
    app.connect("build-finished", index, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
