"""Notebooks: the page's cells with what its run put out, in words that notebooks understand."""

import base64
import json
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from gallery import Gallery
from PIL import Image

from sitebuild import notebook

SHOWN = """
.. GENERATED FROM PYTHON SOURCE LINES 1-3

.. code-block:: Python


    print(".. figure:: /no/such.svg")


.. figure:: /made/images/one.svg
   :alt: A line that rises.
   :width: 200px

   Its caption.


.. rst-class:: sphx-glr-script-out

 .. code-block:: none

    first
      indented

    last


.. GENERATED FROM PYTHON SOURCE LINES 4-5

Words, and a figure of nobody's run.

.. figure:: /made/images/one.svg

.. GENERATED FROM PYTHON SOURCE LINES 6-7

.. code-block:: Python


    shown


.. raw:: html

    <div class="output_subarea output_html rendered_html output_result">
    <p>It is
      7.</p>
    </div>
    <br />
    <br />

.. GENERATED FROM PYTHON SOURCE LINES 8-9

.. code-block:: Python


    quiet
"""


def test_each_block_of_code_keeps_what_it_put_out() -> None:
    """Print first, then figures as PNG with their descriptions, then what the last line shows."""
    first, second, third = notebook.outputs(SHOWN, {"one": b"picture"})
    assert [out["output_type"] for out in first] == ["stream", "display_data"]
    assert "".join(first[0]["text"]) == "first\n  indented\n\nlast"
    assert base64.b64decode(first[1]["data"]["image/png"]) == b"picture"
    assert first[1]["metadata"]["image/png"]["alt"] == "A line that rises."
    assert [out["data"]["text/html"] for out in second] == ["<p>It is\n  7.</p>"]
    assert third == []


def test_a_figure_of_which_nobody_left_a_picture_is_left_out() -> None:
    """A scraper of somebody else's may leave none; what is printed stays."""
    assert [out["output_type"] for out in next(notebook.outputs(SHOWN, {}))] == ["stream"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (r"So \begin{align}a_1 = b\end{align} holds.", "So $$\na_1 = b\n$$ holds."),
        ("\\begin{align}:label: one\n\n  a = b\\end{align}", "$$\na = b\n$$"),
        (
            '<div class="alert alert-info"><h4>Note</h4>\n\nOne line,\nand `two`.\n\n</div>',
            "> **Note.** One line,\n> and `two`.",
        ),
        (":term:`feature maps <feature map>` of :func:`~torch.nn.ReLU`", "feature maps of "
         "`torch.nn.ReLU`"),
        (":doc:`training </pages/a/plot_b>`", "training"),
    ],
    ids=["formula", "formula with a label", "note", "roles", "document"],
)  # fmt: skip
def test_text_is_as_notebooks_show_it(written: str, wanted: str) -> None:
    """Formulas between dollars, notes as quotations, roles as words and code."""
    assert notebook.markdown(written, "") == wanted


def test_where_the_site_has_an_address_documents_are_links() -> None:
    """To the page that the role names."""
    text = notebook.markdown(":doc:`training </pages/a/plot_b>`", "https://site.example/guide/")
    assert text == "[training](https://site.example/guide/pages/a/plot_b.html)"


def test_a_notebook_with_other_cells_than_its_page_is_refused(tmp_path: Path) -> None:
    """Outputs would stand below the wrong code."""
    book = tmp_path / "a.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "source": ["1"], "outputs": []}
    book.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))
    with pytest.raises(ValueError, match="zip"):
        notebook.finish(book, SHOWN, {}, "")


def test_a_built_notebook_shows_the_run_that_made_the_page(built: Gallery) -> None:
    """It is valid, of format 4.5 with ids, and holds figure and print; no version of Python."""
    (path,) = built.site.glob("_downloads/*/plot_one.ipynb")
    book = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert book.metadata.language_info == {"name": "python"}
    outputs = [out for cell in book.cells for out in cell.get("outputs", [])]
    (text,) = (out.text for out in outputs if out.output_type == "stream")
    assert text == "first 9"
    (drawn,) = (out for out in outputs if out.output_type == "display_data")
    assert drawn.metadata["image/png"]["alt"] == "A rising line."
    image = Image.open(BytesIO(base64.b64decode(drawn.data["image/png"])))
    assert image.size == (192, 96)
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
