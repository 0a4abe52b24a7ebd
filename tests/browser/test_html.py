"""The pages as the checker of the web's own standards reads them."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from visit import ALL, SITE

CHECKER = Path(sys.prefix, "node_modules/vnu-jar/build/dist/vnu.jar")


def test_every_page_is_valid_html() -> None:
    """The Nu Html Checker finds no error in any page, its SVG and its MathML included."""
    java = shutil.which("java")
    if not (java and CHECKER.exists()):
        message = "the HTML checker needs Java, and what tests/browser/package.json names"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    told = subprocess.run(
        [java, "-jar", CHECKER, "--errors-only", "--skip-non-html", "--format", "json", SITE],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    messages = json.loads(told.stderr)["messages"]
    faults = Counter(f"{m['message']} ({m.get('extract', '').strip()[:80]})" for m in messages)
    assert faults == {}, messages[0]
    assert told.returncode == 0
    assert len(ALL) > 100


def test_the_checker_tells_of_errors(tmp_path: Path) -> None:
    """It is not silent because it reads nothing."""
    java = shutil.which("java")
    if not (java and CHECKER.exists()):
        pytest.skip("there is no checker")
    page = tmp_path / "page.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>T</title><p tooltip="x">', encoding="utf-8"
    )
    told = subprocess.run(
        [java, "-jar", CHECKER, "--errors-only", "--format", "json", page],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "tooltip" in json.loads(told.stderr)["messages"][0]["message"]
