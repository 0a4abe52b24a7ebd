"""A page's notebook: Sphinx-Gallery's cells, with what the run has put out, in format 4.5.

The outputs are read from the page that the same run has written, so that both show one run. What
draws a figure leaves a PNG of it as well: an SVG has to know the ground on which it stands, and a
notebook may be shown on a light or a dark one that no style rule can ask for.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from sitebuild import shown
from sitebuild.upstream import ALERT, BLOCK, DISPLAYED, HTML_OUTPUT, TEXT_OUTPUT

FIGURE = r"^\.\. (?:figure|image|image-sg):: (?P<figure>\S+)\n(?:[ ]+:alt: (?P<alt>.*))?"
OUTPUT = re.compile(f"{FIGURE}|{TEXT_OUTPUT}|{HTML_OUTPUT}", re.MULTILINE)
OPTION = re.compile(r"^\s*:\w+:.*\n?", re.MULTILINE)


def outputs(text: str, pictures: Mapping[str, bytes]) -> Iterator[list[dict[str, Any]]]:
    """Give what each block of code on a page has put out, in the order of a notebook's cells."""
    _, *parts = re.split(BLOCK + r".*\n+", text)
    for block in parts[1::2]:
        if block.startswith(".. code-block:: Python"):
            found = [output(one, pictures) for one in OUTPUT.finditer(block)]
            # A notebook shows what is printed before what is drawn when the cell ends.
            yield sorted(filter(None, found), key=lambda one: one["output_type"] != "stream")


def output(found: re.Match[str], pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Write one output as notebooks keep it; a figure without a picture is none."""
    if text := found["text"]:
        return {"output_type": "stream", "name": "stdout", "text": lines(dedent(text).strip("\n"))}
    if html := found["html"]:
        data = {"text/html": dedent(html).strip("\n")}
        return {"output_type": "execute_result", "execution_count": None, "data": data,
                "metadata": {}}  # fmt: skip
    if (picture := pictures.get(Path(found["figure"]).stem)) is None:
        return {}
    alt = (found["alt"] or "").strip()
    data = {"image/png": b64encode(picture).decode(), "text/plain": [alt]}  # type: ignore[dict-item]
    metadata = {"image/png": {"alt": alt}}
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def lines(text: str) -> list[str]:
    """Split a text as notebooks keep it: line by line, so that two can be compared."""
    return text.splitlines(keepends=True)


def markdown(text: str, address: str) -> str:
    """Mend what Sphinx-Gallery's Markdown leaves to Sphinx, or shows in some notebooks only."""

    def quote(alert: re.Match[str]) -> str:
        body = f"**{alert['kind']}.** {alert['body'].strip()}"
        return "".join(f"> {line}".rstrip() + "\n" for line in body.splitlines())

    text = DISPLAYED.sub(lambda one: f"$$\n{OPTION.sub('', one['formula']).strip()}\n$$", text)
    return shown.without_roles(ALERT.sub(quote, text), address).strip("\n")


def finish(path: Path, page: str, pictures: Mapping[str, bytes], address: str) -> None:
    """Complete a notebook from the page that its run has written.

    Raises
    ------
    ValueError
        If the notebook has other cells than the page.
    """
    book = json.loads(path.read_text(encoding="utf-8"))
    put_out = [*outputs(page, pictures)]
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    # What is configured to come first is no part of the page.
    code = code[len(code) - len(put_out) :]
    for cell, found in zip(code, put_out, strict=True):
        cell["outputs"] = found
    for number, cell in enumerate(book["cells"], 1):
        cell["id"], cell["metadata"] = f"cell-{number}", {}
        text = "".join(cell["source"])
        cell["source"] = lines(markdown(text, address) if cell["cell_type"] == "markdown" else text)
    # Any Python will do, and the build's own is not to be seen.
    book["metadata"]["language_info"] = {"name": "python"}
    book["nbformat_minor"] = 5
    text = json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
