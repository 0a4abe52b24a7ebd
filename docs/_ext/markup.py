"""Mend what furo, Sphinx and Sphinx-Gallery write, page by page, as each is written.

All that others write badly is named here: what HTML's rules refuse, what a screen reader cannot
tell apart, and style attributes, which a strict content security policy forbids. Their rules go
into one style element of the page's head, whose digest that policy can name.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import panels
import thumbnail
from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

STYLED = re.compile(r'<(?!/)([\w-]+)((?:\s[^<>]*?)?)\sstyle="([^"]*)"([^<>]*)>')
STYLE = re.compile(r"<style>(.*?)</style>\n?", re.DOTALL)
CODE = re.compile(r"(<(script|textarea)\b.*?</\2>)", re.DOTALL)
SIZED = re.compile(r'(<img\b[^<>]*) style="width: (\d+)px; height: (\d+)px;"')
CARD = re.compile(r'(<img alt="" src="[^"]*_thumb\.webp")(?! width)')
BLOCK = re.compile(r"<pre>(?:(?!</pre>).)*?viewcode-block.*?</pre>", re.DOTALL)
LAZY = 'loading="lazy" decoding="async"'


def without_styles(html: str) -> tuple[str, list[str]]:
    """Give a page with classes in the place of its style attributes, and the classes' rules."""
    rules: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        tag, before, style, after = found.groups()
        style = unescape(style).strip().removesuffix(";")
        if not style:
            return f"<{tag}{before}{after}>"
        one = rules.setdefault(style, f"s-{len(rules)}")  # s1 and s2 are strings to Pygments
        rest, has = f"{before}{after}", ' class="'
        if has in rest:
            return f"<{tag}{rest.replace(has, f'{has}{one} ', 1)}>"
        return f'<{tag}{has}{one}"{rest}>'

    parts = CODE.split(html)
    parts[::3] = (STYLED.sub(name, part) for part in parts[::3])
    del parts[2::3]  # the names of the elements that were passed over
    # A style attribute is stronger than any rule, and so are rules that name a class thrice.
    return "".join(parts), [f".{one}.{one}.{one} {{ {style} }}" for style, one in rules.items()]


def gather_styles(html: str) -> str:
    """Bring all styles of a page into its head, each once."""
    head, end, body = html.partition("</head>")
    body, rules = without_styles(body)
    own = dict.fromkeys(STYLE.findall(body))
    styles = "\n".join([*(style.strip() for style in own), *rules])
    element = f"<style>\n{styles}\n</style>\n" if styles else ""
    return f"{head}{element}{end}{STYLE.sub('', body)}"


def as_spans(found: re.Match[str]) -> str:
    """Mark a block of code by a span: a pre holds no div."""
    return found[0].replace("<div", "<span").replace("</div>", "</span>")


OTHERS: list[tuple[str | re.Pattern[str], str]] = [
    # docutils and furo each tell the width of a telephone's window.
    ('<meta name="viewport" content="width=device-width, initial-scale=1" />', ""),
    # The signs of furo's buttons.
    ('<svg xmlns="http://www.w3.org/2000/svg" style="display: none;">',
     '<svg xmlns="http://www.w3.org/2000/svg" display="none">'),
    ('style="opacity: 50%"', 'opacity="0.5"'),
    ('<button class="theme-toggle"', '<button type="button" class="theme-toggle"'),
    # What screen readers list of a page, by name.
    ('<aside class="sidebar-drawer"', '<aside class="sidebar-drawer" aria-label="All pages"'),
    ('<aside class="toc-drawer', '<aside aria-label="This page" class="toc-drawer'),
    ('<a class="current reference internal" href="#"',
     '<a class="current reference internal" aria-current="page" href="#"'),
    # Sphinx-Gallery's cards hold their sentence in an attribute that HTML does not know; the links
    # on them have it as their title. It makes place for tags, of which no page has any.
    (re.compile(r'(<div class="sphx-glr-thumbcontainer") tooltip="[^"]*"'), r"\1"),
    ("<div id='sg-tag-list' class='sphx-glr-tag-list'></div>", ""),
    (re.compile(r'\s*<script src="[^"]*sg-tags\.js[^"]*"></script>'), ""),
    (re.compile(
        r'\s*<link [^<>]*/sg_gallery-(?:binder|dataframe|rendered-html)\.css[^<>]*>'), ""),
]  # fmt: skip

MENDS: list[tuple[str | re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    *OTHERS,
    (BLOCK, as_spans),
    (SIZED, rf'\1 width="\2" height="\3" {LAZY}'),
    (panels.SHOWN, panels.stand),
    (CARD, r'\1 width="{}" height="{}" {}'.format(*thumbnail.SIZE, LAZY)),
]
"""What is found in a page, and what stands there instead."""


def mend(html: str) -> str:
    """Mend one page."""
    for found, instead in MENDS:
        if isinstance(found, str):
            assert isinstance(instead, str)
            html = html.replace(found, instead)
        else:
            html = found.sub(instead, html)
    return gather_styles(html)


class Mending(BuiltinTemplateLoader):
    """Sphinx's own templates, and what they give mended."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Write a page."""
        html = super().render(template, context)
        return mend(html) if html.lstrip()[:14].lower() == "<!doctype html" else html


def setup(app: Sphinx) -> dict[str, Any]:
    """Have Sphinx write pages through this module."""
    app.config.template_bridge = f"{__name__}.{Mending.__name__}"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
