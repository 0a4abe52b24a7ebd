"""What a page would fetch from another host as soon as it is opened."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

ELSEWHERE = r"(?:(?!about:|blob:|data:|javascript:)[a-z][a-z\d+.-]*:|//)"
TEXT = re.compile(  # in a style sheet or a script
    rf"""(?i)(?:\burl\(\s*["']?|@import\s+["']|\b(?:import|from|fetch)\s*\(?\s*["'`])
    {ELSEWHERE}[^\s"'`)]*""",
    re.VERBOSE,
)
# These links only name a page; browsers follow all others by themselves.
NAMED = {"alternate", "author", "canonical", "help", "index", "license", "next", "prev", "search"}
FETCHED = {"background", "data", "manifest", "poster", "src"}
PAINTED = {"clip-path", "cursor", "fill", "filter", "mask", "stroke", "style"}


def foreign(html: str) -> Iterator[str]:
    """List the elements with which a browser asks another host, unasked by the reader."""
    parser = Parser()
    parser.feed(html)
    parser.close()
    yield from parser.found


def addresses(tag: str, name: str, value: str, given: dict[str, str]) -> list[str]:
    """List what a browser fetches for an attribute of an element."""
    if name in {"srcset", "imagesrcset"}:
        return value.split(",")
    if tag == "meta" and name == "content" and given.get("http-equiv", "").lower() == "refresh":
        return [re.sub(r"(?is).*?\burl\s*=\s*[\"']?", "", value, count=1)]
    if tag == "link" and set(given.get("rel", "").lower().split()) <= NAMED:
        return []
    linked = name in {"href", "xlink:href"} and tag not in {"a", "area"}
    return [value] if linked or name in FETCHED else []


class Parser(HTMLParser):
    """Looks at each element, and into the styles and scripts that stand in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what an element names, with the blanks and slashes that browsers forgive."""
        self.inside = tag
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            named = addresses(tag, name, value, given)
            plain = [re.sub(r"[\t\r\n]", "", a).strip().replace("\\", "/") for a in named]
            if any(re.match(f"(?i){ELSEWHERE}", address) for address in plain) or (
                name in PAINTED and TEXT.search(value)
            ):
                self.found.append(f'<{tag} {name}="{value}">')
            elif name == "srcdoc":
                self.found += foreign(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self.inside = ""

    def handle_data(self, data: str) -> None:
        """Look into a style or a script."""
        if self.inside in {"script", "style"}:
            fetching = re.sub(r"@namespace[^;]*;", "", data)  # whose address only is a name
            self.found += [f"<{self.inside}> {match[0]}" for match in TEXT.finditer(fetching)]
