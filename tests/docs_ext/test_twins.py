"""Each page has a twin in Markdown, and all twins are listed."""

import pytest
from gallery import FIRST, Gallery


@pytest.fixture
def twins(gallery: Gallery) -> Gallery:
    """Build the gallery with twins."""
    gallery.write("docs/contents.toml", '[[page]]\nscript = "examples/a.py"\nquestion = "Why?"\n')
    gallery.edit("docs/conf.py", '["sitebuild"', '["sitebuild", "mathml", "twins"')
    gallery.edit("docs/index.rst", "====\n", "====\n\nTwo pages\nthat run.\n")
    gallery.append("docs/conf.py", 'html_math_renderer = "mathml"')
    gallery.append("docs/about.rst", "\nIt is :math:`a_1`.\n")
    gallery.build()
    assert gallery.status == 0, gallery.log
    return gallery


def test_every_page_with_a_document_has_a_twin_that_it_names(twins: Gallery) -> None:
    """Beside it, so that every link leads where the page's leads; others have none."""
    site = twins.published()
    pages = {name for name in site if name.endswith(".html") and f"{name}.md" in site}
    assert {"index.html", "about.html", "made/gallery/first/plot_one.html"} <= pages
    assert not {"genindex.html", "search.html"} & pages
    for name in pages:
        file = name.rpartition("/")[2]
        link = f'<link rel="alternate" type="text/markdown" href="{file}.md">'
        assert link in site[name].decode()
        assert f"[As a page]({file})" in site[f"{name}.md"].decode()
    assert "It is $a_1$." in site["about.html.md"].decode()
    text = site["made/gallery/first/plot_one.html.md"].decode()
    assert "figure, ax = plt.subplots(figsize=(2, 1))" in text
    assert "first 9" in text
    assert "![A rising line.](../../../_images/sphx_glr_plot_one_001.svg)" in text


def test_the_list_names_all_twins_in_the_order_of_reading(twins: Gallery) -> None:
    """A title, a sentence and a section for each part, as the proposal has it."""
    site = twins.published()
    lines = site["llms.txt"].decode().splitlines()
    assert lines[0] == "# Tiny"
    assert lines[2] == "> Two pages that run."
    listed = [line.split("](")[1].split(")")[0] for line in lines if line.startswith("- ")]
    assert sorted([*listed, "index.html.md"]) == sorted(n for n in site if n.endswith(".html.md"))
    assert listed[-1] == "about.html.md"


def test_an_edit_of_a_body_writes_the_page_s_twin_anew_and_no_other(twins: Gallery) -> None:
    """So that it costs what the page costs."""
    dates = {path: path.stat().st_mtime_ns for path in twins.root.glob("build/work/html/**/*.md")}
    twins.edit(FIRST, "# One line.", "# One more line.")
    twins.build()
    assert twins.status == 0, twins.log
    changed = {path.name for path, date in dates.items() if path.stat().st_mtime_ns != date}
    assert "plot_one.html.md" in changed
    assert not {"plot_two.html.md", "about.html.md"} & changed
