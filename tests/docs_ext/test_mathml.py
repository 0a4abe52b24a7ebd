"""Math on its way to the site."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from sphinx.testing.util import SphinxTestApp

TEXT = r"""
Title
=====

Inline :math:`o \cdot s + t \cdot d - p`.

.. math:: \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1
   :label: size

.. math::

   y_o &= \sum_c \sum_t w_{o,c,t} \, x_{c} \\
   z &= W^\top y

See :eq:`size`.
"""
UNKNOWN = "Title\n=====\n\nInline :math:`\\nosuch < 1`.\n"
MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build one page of math."""
    app = build(tmp_path_factory.mktemp("math"), TEXT)
    assert app.warning.getvalue() == ""
    return Path(app.outdir, "index.html").read_text(encoding="utf-8")


def build(folder: Path, text: str) -> SphinxTestApp:
    """Build a site of one page."""
    (folder / "conf.py").write_text(
        "extensions = ['mathml']\nhtml_math_renderer = 'mathml'\n", encoding="utf-8"
    )
    (folder / "index.rst").write_text(text, encoding="utf-8")
    app = SphinxTestApp(srcdir=folder)
    app.build()
    app.cleanup()
    return app


def formulas(page: str) -> list[ElementTree.Element]:
    """Parse every formula of a page."""
    parts = page.split("<math ")[1:]
    return [ElementTree.fromstring("<math " + p.split("</math>")[0] + "</math>") for p in parts]


def test_math_is_mathml(page: str) -> None:
    """Inline and displayed math become MathML elements, and no source is left."""
    inline, size, rows = formulas(page)
    assert inline.get("display") is None
    assert size.get("display") == rows.get("display") == "block"
    assert size.find(f".//{MATHML}mfrac") is not None
    assert len(rows.findall(f".//{MATHML}mtr")) == 2
    assert "\\frac" not in page


def test_math_needs_no_script(page: str) -> None:
    """The page loads no MathJax."""
    assert "mathjax" not in page.lower()


def test_a_labelled_formula_is_numbered_and_linked(page: str) -> None:
    """A label gives a number beside the formula and a link that leads there."""
    assert '<span class="eqno">(1)' in page
    assert 'href="#equation-size"' in page
    assert 'id="equation-size"' in page


def test_math_that_cannot_be_converted_warns_where_it_stands(tmp_path: Path) -> None:
    """An unknown command is a warning with file and line, and its source is shown."""
    app = build(tmp_path, UNKNOWN)
    assert "index.rst:4: WARNING: math: Unknown LaTeX command" in app.warning.getvalue()
    html = Path(app.outdir, "index.html").read_text(encoding="utf-8")
    assert "<code>\\nosuch &lt; 1</code>" in html
