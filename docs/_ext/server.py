"""What servers and crawlers read beside the pages: a policy, a list of pages, a page for no page.

The policy lets a page load what lies beside it and nothing else. What stands in pages as script or
style is named by its digest, so no other script, and no style attribute, has any effect.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx

from sitebuild.upstream import SITES

MISSING = "404"
INLINE = re.compile(r"<(script|style)(?: type=\"module\")?>(.*?)</\1>", re.DOTALL)
RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # pictures that readers open, or take along
    "font-src": "data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}

# A figure that is opened alone is drawn with style attributes, and holds no script.
HEADERS = """\
/*
  Content-Security-Policy: {policy}
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
/_images/*
  ! Content-Security-Policy
  Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:
"""


def inline(out: Path) -> dict[str, list[str]]:
    """Give the digests of all scripts and styles that stand in pages."""
    found: dict[str, set[str]] = {"script": set(), "style": set()}
    for page in out.rglob("*.html"):
        for kind, text in INLINE.findall(page.read_text(encoding="utf-8")):
            digest = b64encode(sha256(text.encode()).digest()).decode()
            found[kind].add(f"'sha256-{digest}'")
    return {kind: sorted(digests) for kind, digests in found.items()}


def policy(out: Path) -> str:
    """Write the policy for all pages of a folder."""
    digests = inline(out)
    rules = RULES | {
        f"{kind}-src": " ".join([RULES[f"{kind}-src"], *digests[kind]]) for kind in digests
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def write(app: Sphinx, exception: Exception | None) -> None:
    """Add to the finished site what is made of all its pages."""
    if exception or app.builder.name not in SITES:
        return
    out, base = Path(app.outdir), app.config.html_baseurl.rstrip("/")
    (out / "_headers").write_text(HEADERS.format(policy=policy(out)), encoding="utf-8")
    robots = "User-agent: *\nAllow: /\n"
    if base:
        robots += f"Sitemap: {base}/sitemap.xml\n"
        pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
        listed = "".join(f"<url><loc>{escape(f'{base}/{page}')}</loc></url>\n" for page in pages)
        (out / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n',
            encoding="utf-8",
        )
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page for addresses without a page, which a server shows at any of them."""
    if app.builder.name not in SITES:
        return
    root = urlsplit(app.config.html_baseurl).path.rstrip("/") + "/"
    yield MISSING, {"root": root, "title": "There is no such page"}, "404.html"


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the end of a build."""
    app.connect("html-collect-pages", collect)
    app.connect("build-finished", write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
