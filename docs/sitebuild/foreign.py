"""What a page would fetch from another host as soon as it is opened."""

import re
from collections.abc import Iterator
from html import unescape

ELEMENT = re.compile(  # a comment, or an element: its name, its attributes, its style or script
    r"""(?is)<!--.*?-->|<(?:(script|style)\b|([a-z][^\s/>]*+))
    ((?:=\s*(?:"[^"]*"|'[^']*'|[^\s>]*)|[^=>])*+)>(?(1)(.*?)</\1\s*>)""",
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r"""([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")
ELSEWHERE = r"(?:(?!about:|blob:|data:|javascript:)[a-z][a-z\d+.-]*:|//)"
SIGN = re.compile(r"[:&\\\t\r\n]|//")
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
    for element in ELEMENT.finditer(html):
        if not element[4] and not SIGN.search(element[3] or ""):
            continue  # most: nothing in them could be another host's address, however disguised
        tag = (element[1] or element[2] or "").lower()
        attributes = ATTRIBUTE.findall(element[3] or "")
        given = {name.lower(): unescape(value.strip("\"'")) for name, value in attributes}
        for name, value in given.items():
            named = addresses(tag, name, value, given)
            # Browsers forgive blanks and slashes.
            plain = [re.sub(r"[\t\r\n]", "", a).strip().replace("\\", "/") for a in named]
            if any(re.match(f"(?i){ELSEWHERE}", address) for address in plain) or (
                name in PAINTED and TEXT.search(value)
            ):
                yield f'<{tag} {name}="{value}">'
            elif name == "srcdoc":
                yield from foreign(value)
        text = re.sub(r"@namespace[^;]*;", "", element[4] or "")  # whose address only is a name
        yield from (f"<{tag}> {match[0]}" for match in TEXT.finditer(text))


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
