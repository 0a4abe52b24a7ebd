"""Turn the body of a page into Markdown, as the twin of the page and plain readers take it.

markdownify knows HTML; what stands here is what it cannot know: the formulas behind MathML, and the
parts of this site that are folded, asked, moved or drawn by scripts.
"""

import json
import re
from collections.abc import Sequence
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

SPAN = re.compile(r"<(?:span|a|em|strong)\b[^>]*>|</(?:span|a|em|strong)>")
CODE = re.compile(r"(?<=<pre>).*?(?=</pre>)", re.DOTALL)
IDLE = (
    ".headerlink, button, script, style, .sphx-glr-footer, #sg-tag-list, .viewcode-link, "
    ".sphx-glr-thumbcontainer > img, .sphx-glr-thumbnail-title, [aria-hidden=true], a > svg, "
    ".motion-player, br + br"
)
KINDS = {"default": "python", "Python": "python", "none": "", "pycon": "python"}


class Converter(MarkdownConverter):
    """Markdown as CommonMark has it, with formulas between dollars."""

    def convert_math(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a formula as LaTeX."""
        formula = str(el["alttext"]).strip()
        return f"\n\n$$\n{formula}\n$$\n\n" if el.get("display") == "block" else f"${formula}$"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write the title of a fold, which Markdown cannot fold."""
        return f"\n\n**{text.strip()}**\n\n"

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write what is said of a figure below it."""
        return f"\n\n*{' '.join(text.split())}*\n\n" if text.strip() else ""

    def convert_svg(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Say what a drawing on the page shows."""
        return f"\n\n{label}\n\n" if (label := el.get("aria-label")) else ""


def language(block: Tag) -> str:
    """Name the language of a block of code as Sphinx has marked it."""
    for parent in block.parents:
        for name in parent.get_attribute_list("class"):
            if name and name.startswith("highlight-"):
                found = name.removeprefix("highlight-")
                return KINDS.get(found, found)
    return ""


def say_steps(figure: Tag) -> None:
    """Write what a figure says of its steps, of which a page shows one after the other."""
    steps = json.loads(str(figure["data-steps"]))
    items = "".join(f"<li>{escape(text)}</li>" for text, _ in steps)
    first = figure.find("svg", attrs={"aria-label": True})
    label = str(first["aria-label"]) if isinstance(first, Tag) else ""
    caption = figure.find("figcaption")
    told = BeautifulSoup(f"<p>{escape(label)}</p><ol>{items}</ol>", "html.parser")
    figure.clear()
    figure.extend([*told.contents, *([caption] if caption else [])])
    figure.name = "div"


def begin(soup: BeautifulSoup, place: str, words: str) -> None:
    """Begin each of some elements with words in bold."""
    for element in soup.select(place):
        bold = soup.new_tag("b")
        bold.string = words
        element.insert(0, bold, " ")


def rewrite(soup: BeautifulSoup) -> None:
    """Put what Markdown can say in the place of what only a page can show."""
    for figure in soup.select("figure[data-steps]"):
        say_steps(figure)
    for idle in soup.select(IDLE):
        idle.decompose()
    for link in soup.select("[title]"):
        del link["title"]
    begin(soup, ".question > p:first-child", "Question.")
    begin(soup, '[data-answer="right"]', "Right:")
    begin(soup, '[data-answer="wrong"]', "Wrong:")
    for kind in soup.select("dt > .classifier"):
        kind.insert_before(": ")
    for title in soup.select("p.rubric"):
        title.name = "h4"
    for term in soup.select("dt.sig"):
        term.string = " ".join(term.get_text().split())
        term.name = "code"
        term.wrap(soup.new_tag("dt"))


def convert(body: str, formulas: Sequence[tuple[str, bool]]) -> str:
    """Convert the body of a page, given its formulas in their order, displayed ones or not.

    Raises
    ------
    ValueError
        If the page has not as many formulas as are given.
    """
    plain = CODE.sub(lambda code: SPAN.sub("", code[0]), body)
    soup = BeautifulSoup(plain, "lxml")
    if len(places := soup.find_all("math")) != len(formulas):
        raise ValueError(f"it shows {len(places)} formulas as MathML, and has {len(formulas)}")
    for node, (formula, displayed) in zip(places, formulas, strict=True):
        node["alttext"] = formula
        node.clear()
        if displayed:
            node["display"] = "block"
    rewrite(soup)
    options: dict[str, Any] = {
        "heading_style": "atx", "bullets": "-", "code_language_callback": language,
        "escape_misc": False,
    }  # fmt: skip
    text: str = Converter(**options).convert_soup(soup)
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
