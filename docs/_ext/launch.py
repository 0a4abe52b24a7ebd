"""Open a lesson's notebook at Colab or Binder, if conf.py says where GitHub keeps the built site.

Both take notebooks from a branch of a public repository. Nothing is shown, and nobody is asked,
unless ``repository`` is set.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from sitebuild.upstream import SITES


def raw(config: Config) -> str:
    """Give the address at which the repository's files can be fetched, if there is one."""
    host = "https://raw.githubusercontent.com"
    return f"{host}/{config.repository}/{config.repository_branch}" if config.repository else ""


def links(config: Config, notebook: str) -> dict[str, str]:
    """Give what opens a notebook of the site, by name."""
    repository, branch = config.repository, config.repository_branch
    tree = f"lab/tree/{notebook}"
    return {
        "Open in Colab": f"https://colab.research.google.com/github/{repository}/blob/{branch}/"
        + quote(notebook),
        "Open in Binder": f"https://mybinder.org/v2/gh/{repository}/{branch}?urlpath="
        + quote(tree, safe=""),
    }


def offer(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:  # fmt: skip
    """Give the template of a lesson what opens its notebook."""
    notebook = context.get("lesson", {}).get("downloads", {}).get("ipynb")
    if app.config.repository and notebook:
        context["lesson"]["launch"] = links(app.config, notebook.replace("../", ""))


def require(app: Sphinx, exception: Exception | None) -> None:
    """Tell Binder what to install: the wheel that the site carries, with what it needs."""
    if app.config.repository and not exception and app.builder.name in SITES:
        place = Path(app.outdir, "binder/requirements.txt")
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"./_static/{app.config.html_context['wheel']}\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Come after the head of a lesson has been put together."""
    app.add_config_value("repository", "", "html", (str,))
    app.add_config_value("repository_branch", "gh-pages", "html", (str,))
    app.connect("html-page-context", offer, priority=700)
    app.connect("build-finished", require, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
