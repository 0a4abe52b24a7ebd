"""Math on its way to the site."""

import re
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

# What LaTeX would refuse, and words of the warning.
SLIPS = {
    r"\frac{1}{": "the end stands where } should",
    r"x_{i": "the end stands where } should",
    r"\frac{1}{2}}": "} stands where the end should",
    r"\left( x": r"the end stands where \right should",
    r"x \right)": r"\right stands where the end should",
    r"\left( \frac{1}{2 \right)": r"\right stands where } should",
    r"\Bigl( x": r"the end stands where \Bigr should",
    r"x \bigr)": r"\bigr stands where the end should",
    r"\begin{matrix} a & b": r"the end stands where \end{matrix} should",
    r"\begin{matrix} a \end{pmatrix}": r"\end{pmatrix} stands where \end{matrix} should",
    r"a \end{matrix}": r"\end{matrix} stands where the end should",
    r"\begin{nosuch} a \end{nosuch}": 'Environment "nosuch" not supported',
    r"a & b": "& stands outside an environment",
    r"a \\ b": r"\\ stands outside an environment",
    r"\begin{matrix} {a & b} \end{matrix}": "& stands outside an environment",
    r"\begin{matrix} {a \\ b} \end{matrix}": r"\\ stands outside an environment",
    r"{\frac{1}} x": r"\frac lacks an argument",
    r"\left( \binom{n} \right)": r"\binom lacks an argument",
    r"\left( x_ \right)": "_ lacks an argument",
    r"\begin{matrix} x^ & y \end{matrix}": "^ lacks an argument",
    r"\begin{matrix} \sqrt \\ y \end{matrix}": r"\sqrt lacks an argument",
    r"{\mathbf}": r"\mathbf lacks an argument",
    r"\overline": r"\overline lacks an argument",
    r"x \left": r"\left lacks an argument",
    r"\not": r"\not lacks an argument",
    r"x_^2": "_ lacks an argument",
    r"x_1_2": "_ stands twice",
    r"x^{1}_2^3": "^ stands twice",
    r"x^10": "^10 needs braces: ^{10}",
    r"\frac12": r"\frac12 needs braces",
    r"_x": "cannot be read",
    r"\limits": "cannot be read",
    r"\mspace{xmu}": "could not convert",
    r"\operatorname*{max} x": r"\operatorname* would be shown as text",
    r"\hspace*{1ex}": r"\hspace* would be shown as text",
    r"\begin{aligned}[t] a \end{aligned}": r"\begin{aligned}[ would be shown as text",
    r"\begin{matrix} a \\[1ex] b \end{matrix}": r"\\[ would be shown as text",
    r"\text{50\%}": r"50\% would be shown as it is",
    r"\text{\alpha}": r"\alpha would be shown as it is",
    r"\operatorname{arg\,max}": r"arg\,max would be shown as it is",
    r"\text{two {words}}": "two {words} would be shown as it is",
    r"\text{one $x}": "$ is never closed",
}
# What LaTeX takes.
SOUND = [
    r"\frac{1}{2} \frac 1 2 x^\frac{1}{2} \frac{\frac{1}{2}}{3}",
    r"x_1^2 + {x_1}_2 + x_1{}_2 + x_{1_2} + \sum\limits_a^b x_a^2",
    r"\left\{ x \right. + \left( \bigl[ x \bigr) \right] + \{ x \}_2",
    r"\begin{pmatrix} x_1 & x_1 \\ x_1 & \text{is $x$, and *all*} \end{pmatrix}",
    r"\begin{cases} \begin{matrix} a & b \end{matrix} & c \\ d \end{cases}",
    r"\sqrt[3]{x} \sqrt{x} \hat x_1 \vec{x} \underbrace{x}_n \mathrm d x \not= y \pmod n",
    r"\operatorname{psnr}(x) = 10 \log_{10} \text{output_padding} \; 255",
]
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


def test_what_latex_would_refuse_warns_where_it_stands(tmp_path: Path) -> None:
    """No formula is mended silently or breaks the page; each slip is told at its own line."""
    lines = [f":math:`{formula}`" for formula in SLIPS]
    warnings = build(tmp_path, "Title\n=====\n\n" + "\n\n".join(lines) + "\n").warning.getvalue()
    told = re.findall(
        r"index\.rst:(\d+): WARNING: math: (.*)", re.sub(r"\x1b\[[\d;]*m", "", warnings)
    )
    assert [int(line) for line, _ in told] == list(range(4, 4 + 2 * len(lines), 2))
    for (_, said), words in zip(told, SLIPS.values(), strict=True):
        assert words in said


def test_slips_in_displayed_formulas_warn_too(tmp_path: Path) -> None:
    """Displayed formulas may have rows of their own, and cells only in rows."""
    rows = [r"a & b", r"a &= b \\ c", r"{a \\ b}", r"a \\[1ex] b", r"\frac{1}{"]
    text = "Title\n=====\n\n" + "\n\n".join(f".. math:: {row}" for row in rows) + "\n"
    told = re.findall(r"index\.rst:(\d+): WARNING: math", build(tmp_path, text).warning.getvalue())
    assert told == ["4", "8", "10", "12"]


def test_what_latex_takes_is_converted(tmp_path: Path) -> None:
    """Nested, scripted and matched as LaTeX allows, a formula gives no warning."""
    lines = [f":math:`{formula}`" for formula in SOUND]
    app = build(tmp_path, "Title\n=====\n\n" + "\n\n".join(lines) + "\n")
    assert app.warning.getvalue() == ""
    html = Path(app.outdir, "index.html").read_text(encoding="utf-8")
    assert html.count("<math ") == html.count("</math>") == len(SOUND)
