"""What Markdown says in the place of what a page shows."""

import pytest
from as_markdown import convert

QUESTION = (
    '<div class="question"><p>How many?</p><details><summary>Answer</summary>'
    '<p data-answer="right"><b>5</b>. So many.'
    '<span class="line"> In Python: <code>7 - 2</code>.</span></p>'
    '<ul><li data-answer="wrong"><b>3</b>. No.'
    '<span class="line"> In Python: <code>7 // 2</code>.</span></li>'
    "</ul></details></div>"
)
MOTION = (
    '<figure class="motion" data-steps="[[&quot;at 0&quot;, &quot;--m0: visible&quot;],'
    ' [&quot;at 1&quot;, &quot;&quot;]]"><style>a { b: c }</style>'
    '<div class="motion-player"><svg aria-label="A window that moves."></svg><button>Play</button>'
    "</div><figcaption><p>Watch it.</p></figcaption><script>run()</script></figure>"
)


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<h2>Title<a class="headerlink" href="#t">¶</a></h2>', "## Title\n"),
        (
            '<div class="highlight-Python"><div class="highlight"><pre><span class="k">a</span> '
            '<a href="x.html">b</a>\n  &lt;c&gt; *\n</pre></div></div>',
            "```python\na b\n  <c> *\n```\n",
        ),
        ('<a href="x.html#y" title="What stands there.">x</a>', "[x](x.html#y)\n"),
        (
            QUESTION,
            "**Question.** How many?\n\n**Answer**\n\n"
            "**Right:** **5**. So many. In Python: `7 - 2`.\n\n"
            "- **Wrong:** **3**. No. In Python: `7 // 2`.\n",
        ),
        (MOTION, "A window that moves.\n\n1. at 0\n2. at 1\n\n*Watch it.*\n"),
        (
            '<details class="code"><summary>Solution 1</summary><pre>a = 1\n</pre></details>',
            "**Solution 1**\n\n```\na = 1\n```\n",
        ),
        (
            '<dl class="py"><dt class="sig">f(<em>x</em>)<a class="headerlink">¶</a></dt>'
            "<dd><p>Says.</p></dd></dl>",
            "`f(x)`\n:   Says.\n",
        ),
        ('<img alt="A line." src="a.svg">', "![A line.](a.svg)\n"),
    ],
    ids=["title", "code", "link", "question", "motion", "fold", "signature", "picture"],
)
def test_a_part_of_a_page_is_said_in_markdown(html: str, wanted: str) -> None:
    """Nothing is left that only a script or a style makes readable."""
    assert convert(html, []) == wanted


def test_formulas_are_written_as_latex_in_their_order() -> None:
    """Between single dollars in a line, between double ones where they are displayed."""
    html = "<p>If <math><mi>a</mi></math>:</p><div class='math'><math><mi>b</mi></math></div>"
    assert convert(html, [("a_1", False), ("b * c", True)]) == "If $a_1$:\n\n$$\nb * c\n$$\n"


def test_a_page_with_other_formulas_than_its_document_is_refused() -> None:
    """Or one would stand in the place of another."""
    with pytest.raises(ValueError, match="it shows 1 formulas as MathML, and has 2"):
        convert("<math></math>", [("a", False), ("b", False)])
