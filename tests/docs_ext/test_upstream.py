"""What the build uses of other projects without a promise of theirs: a test names what is gone."""

import inspect
import io
import re
from pathlib import Path

import matplotlib as mpl
import pytest
import sphinx
import torch
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from matplotlib.figure import Figure
from sphinx.builders import Builder, html
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.ext import viewcode
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator
from sphinx_gallery import downloads, gen_gallery, gen_rst, notebook

from convdocs.plots import INK
from sitebuild import extension, guard, upstream


def test_sphinx_gallery_runs_one_page_when_asked() -> None:
    """The function that runs one script takes what it is given here, and leaves an .md5."""
    parameters = [*inspect.signature(gen_rst.generate_file_rst).parameters]
    assert parameters == ["fname", "target_dir", "src_dir", "gallery_conf"]
    assert "md5sum_is_current" in inspect.getsource(gen_rst.generate_file_rst)


def test_sphinx_gallery_compiles_blocks_as_the_standard_library_does() -> None:
    """From trees, by the class that is replaced where a page runs."""
    source = inspect.getsource(gen_rst)
    assert "compiler = codeop.Compile()" in source
    assert "compiler(code_ast, src_file" in source
    assert "compiler(last_val_ast, src_file" in source


def test_sphinx_gallery_calls_by_default_what_the_build_keeps_from_it() -> None:
    """A gallery that does not say what its pages call gets what Sphinx-Gallery itself would."""
    defaults = gen_gallery.DEFAULT_GALLERY_CONF
    assert {name: defaults[name] for name in extension.CALLED} == extension.CALLED


def test_sphinx_gallery_knows_the_uses_of_a_page_that_it_did_not_run() -> None:
    """Or the cards of all pages would vanish, since none runs inside Sphinx."""
    _, done = inspect.getsource(gen_rst.generate_file_rst).split("if do_return:")
    assert 'out_vars["backrefs"]' in done.partition("return")[0]


def test_sphinx_gallery_marks_where_a_block_begins() -> None:
    """The line that the messages name is read from this mark."""
    assert re.search(upstream.BLOCK, gen_rst.RST_BLOCK_HEADER.format(12, 15))[1] == "12"


def test_sphinx_gallery_names_what_it_makes_of_all_pages() -> None:
    """Archives are packed anew, and indexes and uses decide whether Sphinx begins anew."""
    packs = inspect.getsource(downloads.python_zip)
    assert all(f'"{part}"' in packs for part in ("_python", "_jupyter", ".zip"))
    assert '"backreferences_all"' in inspect.getsource(gen_gallery)
    assert f'{upstream.USES}"' in inspect.getsource(gen_gallery.touch_empty_backreferences)


def test_sphinx_gallery_says_what_it_does_under_one_name() -> None:
    """By which it is kept from saying that it ran nothing."""
    assert gen_gallery.logger.logger.name == f"sphinx.{upstream.GALLERY_LOG}"


def test_docutils_converts_formulas() -> None:
    """By a function that takes a formula, and an error that tells of what it cannot convert."""
    assert "<mfrac>" in tex2mathml(r"\frac{1}{2}", as_block=False)
    assert issubclass(MathError, ValueError)


def test_sphinx_writes_numbered_formulas() -> None:
    """With the means that its own renderers use."""
    assert callable(get_node_equation_number)
    assert callable(HTML5Translator.starttag)
    assert callable(HTML5Translator.add_permalink_ref)


def test_sphinx_can_do_without_its_own_index_for_searches() -> None:
    """A builder says whether it makes one, and pages are resolved where the build itself runs."""
    assert StandaloneHTMLBuilder.search is True
    assert "if self.search:" in inspect.getsource(StandaloneHTMLBuilder.gen_additional_pages)
    static = Path(inspect.getfile(sphinx)).parent / "themes/basic/static"
    assert all([*static.glob(f"{name}*")] for name in upstream.SEARCHERS)
    parallel = inspect.getsource(Builder._write_parallel)
    assert "get_and_resolve_doctree" in parallel.split("for docname in chunk:")[1]


def test_sphinx_checks_static_folders_when_expected() -> None:
    """What is added later may lie where Sphinx's own folder does."""
    source = inspect.getsource(html.setup)
    assert f"validate_html_static_path, priority={upstream.STATIC_CHECKED}" in source


def test_sphinx_gallery_writes_outputs_and_notebooks_as_expected() -> None:
    """Of these a notebook's outputs are read, and its formulas and notes are mended."""
    text = gen_rst.CODE_OUTPUT.format("    7") + "\n"
    assert re.search(upstream.TEXT_OUTPUT, text, re.MULTILINE)["text"].strip() == "7"
    shown = gen_rst.HTML_HEADER.format("    <p>7</p>\n")
    assert re.search(upstream.HTML_OUTPUT, shown, re.MULTILINE)["html"].strip() == "<p>7</p>"
    rules = {"rst_link_targets": {}, "notebook_images": False}
    text = notebook.rst2md(".. math:: a\n\n.. note::\n\n   One.\n", rules, ".", {})
    assert upstream.DISPLAYED.search(text)["formula"] == "a"
    assert upstream.ALERT.search(text)["kind"] == "Note"


def test_viewcode_keeps_modules_with_the_uses_of_each() -> None:
    """By name: their code, tags and uses, or False for one without code."""
    assert "code, tags, used, refname = entry" in inspect.getsource(viewcode.collect_pages)


def test_furo_asks_sphinx_for_the_tree_in_its_sidebar() -> None:
    """Through an entry of the page's context, which the sidebar replaces before furo's handler."""
    furo = pytest.importorskip("furo")
    assert 'context["toctree"]' in inspect.getsource(furo)
    assert 'app.connect("html-page-context", _html_page_context)' in inspect.getsource(furo)


def test_matplotlib_spells_colours_and_ids_in_svg_as_expected() -> None:
    """Ink in style attributes, ids that end in ten digits, and text as text, formulas too."""
    styled = {"text.color": INK, "svg.hashsalt": "x", "svg.fonttype": "none"}
    with mpl.rc_context(styled):
        figure = Figure()
        figure.text(0.5, 0.5, "a", fontsize=7)
        figure.text(0.5, 0.5, "$b^2$", fontsize=9)
        figure.subplots().plot([0, 1])
        file = io.StringIO()
        figure.savefig(file, format="svg")
    assert f"; fill: {INK}" in file.getvalue()
    assert f'style="fill: {INK}' in file.getvalue()
    words = re.findall(upstream.SVG_WORDS, file.getvalue())
    assert {"a", "b", "2"} <= {*words}
    assert {"7", "9"} <= {*re.findall(upstream.SVG_SIZE, file.getvalue())}
    assert "font-family" in file.getvalue()
    assert "font-family" not in re.sub(upstream.SVG_FAMILY, "", file.getvalue())
    assert re.search(r'\bid="[a-z]+[0-9a-f]{10}"', file.getvalue())


def test_torch_begins_as_the_guard_takes_it_to() -> None:
    """A page is held against torch as it is when it has just been imported."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    assert [key for key, value, fresh in guard.torch_state() if value != fresh] == []
    torch.set_num_threads(threads)
