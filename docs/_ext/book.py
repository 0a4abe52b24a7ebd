"""Make the pages fit for an EPUB: well-formed, without scripts, with pictures that stand still."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from lxml import etree
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

XHTML, SVG = "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"
TAG = re.compile(r"<[A-Za-z][^<>]*>")
BARE = re.compile(
    r"""("[^"]*"|'[^']*')|(?<=\s)([\w-]+)(?=[\s/>])"""
)  # an attribute without a value
EMPTY = re.compile(r"<(br|hr|img|input)\b([^>]*?)/?>")
IDLE = {"motion-player", "headerlink", "sphx-glr-thumbnail-title"}
STYLES = {"pygments.css", "book.css"}


def well_formed(body: str) -> etree._Element:
    """Read HTML as XML, where it leaves out what browsers add."""
    text = TAG.sub(
        lambda tag: BARE.sub(lambda found: found[1] or f'{found[2]}=""', tag[0]),
        body.replace("&nbsp;", "\N{NO-BREAK SPACE}"),
    )
    text = EMPTY.sub(r"<\1\2/>", text)
    text = re.sub(r"<svg(?![^>]*xmlns=)", f'<svg xmlns="{SVG}"', text)
    return etree.fromstring(f'<div xmlns="{XHTML}">{text}</div>')


def tidy(body: str) -> tuple[str, str]:
    """Give a body that needs no script, and the rules of the styles that stood in it.

    Raises
    ------
    lxml.etree.XMLSyntaxError
        If the body is not well-formed.
    """
    tree = well_formed(body)
    for element in list(tree.iter(etree.Element)):
        kind = etree.QName(element).localname
        classes = {*element.get("class", "").split()}
        element.attrib.pop("tooltip", "")
        if (
            kind in {"script", "button", "style"}
            or classes & IDLE
            or element.get("id") == "sg-tag-list"
        ):
            remove(element)
        elif kind == "a" and "href" in element.attrib:
            stay_inside(element)
        elif kind == "conv-explorer":
            element.tag = f"{{{XHTML}}}div"
            for name in list(element.attrib):
                del element.attrib[name]
    rules = re.findall(r"\.motion-\d+ \{[^}]*\}", body)
    text = etree.tostring(tree, encoding="unicode")
    return text, "\n".join(dict.fromkeys(rules))


def stay_inside(link: etree._Element) -> None:
    """Let a link that names a page of the site name the book's, and others of its files nothing."""
    place = urlsplit(link.get("href", ""))
    if place.scheme or place.path.endswith(".xhtml") or not place.path:
        return
    path, _, ending = place.path.rpartition(".")
    if ending == "html" and not path.endswith("embed"):
        link.set("href", f"{path}.xhtml")
    else:
        del link.attrib["href"]


def remove(element: etree._Element) -> None:
    """Take an element away, and leave the text that follows it."""
    parent, tail = element.getparent(), element.tail or ""
    if parent is None:
        return
    if (before := element.getprevious()) is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def begin(app: Sphinx) -> None:
    """Carry the book's own style only."""
    if app.builder.name == "epub":
        app.config.html_static_path = ["book"]


def page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:  # fmt: skip
    """Tidy the body of one page."""
    if app.builder.name != "epub":
        return
    context["script_files"] = []
    context["css_files"] = [
        file for file in context["css_files"] if Path(str(file.filename)).name in STYLES
    ]
    context.get("lesson", {})["folds"] = 0  # a button
    if "body" in context:
        try:
            context["body"], rules = tidy(context["body"])
        except etree.XMLSyntaxError as error:
            raise ExtensionError(f"{pagename}: is no XML, which an EPUB needs: {error}") from None
        if rules:
            context["metatags"] = f"{context.get('metatags', '')}<style>{rules}</style>"


def setup(app: Sphinx) -> dict[str, Any]:
    """Come last, when all that others put on a page stands there."""
    app.connect("builder-inited", begin, priority=990)
    app.connect("html-page-context", page, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
