"""What a page tells machines of itself: a sentence, a picture, its place, and what kind it is."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import palette
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

LONGEST = 160  # characters, which lists of results show
PICTURE = "_static/favicon.svg"
"""What stands for a page without a figure of its own."""

UNTITLED = {"genindex": "Index", "search": "Search"}
"""What the theme's own templates name themselves, later than is asked here."""


def shorten(text: str) -> str:
    """Give whole sentences of a text if the first is short enough, and else whole words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST].rpartition(". ")[0]
    return f"{cut}." if cut else f"{text[:LONGEST].rpartition(' ')[0]}\N{HORIZONTAL ELLIPSIS}"


def description(doctree: nodes.document | None, title: str) -> str:
    """Give a page's first paragraph; of a page without one, what it is."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        if said := clean_astext(paragraph).strip():
            return shorten(said)
    return f"{title}, a page of convdocs: convolution, understood by running it."


def lesson(context: dict[str, Any], text: str) -> str:
    """Describe a lesson in the words of schema.org."""
    found = context["lesson"]
    told = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": unescape(context["title"]),
        "description": text,
        "inLanguage": "en",
        "learningResourceType": "tutorial",
        "teaches": found.get("after") or found["question"],
        "timeRequired": f"PT{found['minutes']}M",
        "position": found["number"],
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "Course", "name": context["project"]},
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    if needs := found.get("needs"):
        told["competencyRequired"] = needs
    if address := context.get("pageurl"):
        told["url"] = address
    # As part of a script, no character may end it.
    return json.dumps(told, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def picture(app: Sphinx, name: str) -> str:
    """Give the address of a lesson's own picture, or of the site's sign."""
    stem = name.rpartition("/")[2]
    thumb = Path(app.srcdir, name).parent / f"images/thumb/sphx_glr_{stem}_thumb.webp"
    place = f"_images/{thumb.name}" if thumb.exists() else PICTURE
    return f"{app.config.html_baseurl.rstrip('/')}/{place}"


def tell(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the template what stands in the head."""
    title = context.get("title") or UNTITLED.get(pagename, context["project"])
    text = description(doctree, unescape(title))
    context["head"] = {
        "title": title,
        "description": text,
        "ground": palette.COLOURS["by_theme"]["ground"],
        "link": palette.COLOURS["by_theme"]["strong"],
        "picture": picture(app, pagename),
        "told": lesson(context, text) if "lesson" in context else "",
    }


def setup(app: Sphinx) -> dict[str, Any]:
    """Come after what is known of lessons."""
    app.connect("html-page-context", tell, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
