"""What servers read beside the pages."""

import base64
import hashlib
from pathlib import Path

import server


def test_the_policy_names_what_stands_in_pages_and_nothing_else(tmp_path: Path) -> None:
    """Each script and style once, by its digest; data is no script."""
    (tmp_path / "below").mkdir()
    for name in ("a.html", "below/b.html"):
        (tmp_path / name).write_text(
            "<style>p {}</style><script>go();</script><script src='x.js'></script>"
            '<script type="application/ld+json">{}</script>',
            encoding="utf-8",
        )
    rules = dict(rule.split(" ", 1) for rule in server.policy(tmp_path).split("; "))
    for kind, text in (("script", "go();"), ("style", "p {}")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'self' 'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert not any("unsafe" in value for value in rules.values())
