"""Turn LaTeX into MathML when the site is built, so that no page needs JavaScript for it."""

import re
from html import escape
from typing import Any

import latex
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from sitebuild.upstream import MathError, get_node_equation_number, tex2mathml

logger = logging.getLogger(__name__)


def convert(node: nodes.math | nodes.math_block, *, as_block: bool) -> str:
    """Convert one formula; what cannot be converted is shown as it is, with a warning."""
    formula = node.astext()
    try:
        latex.check(formula, as_block=as_block)
        written = tex2mathml(formula, as_block=as_block)
        if source := re.search(r"<m(?:text|i)\b[^>]*>([^<]*[\\{}$][^<]*)<", written):
            raise MathError(f"{source[1]} would be shown as it is")
        return written
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        # A MathError is a ValueError; the others are what the converter stumbles with.
        words = error if isinstance(error, ValueError) else "cannot be read"
        logger.warning("math: %s", words, location=node)
        return f"<code>{escape(formula)}</code>"


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write inline math."""
    translator.body.append(convert(node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write displayed math, with its number if it is labelled."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(convert(node, as_block=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name that ``html_math_renderer`` takes."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
