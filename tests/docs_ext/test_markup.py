"""What others write badly is mended in the pages."""

import re
from pathlib import Path

import markup
import pytest
from pygments.token import STANDARD_TYPES
from sphinx.testing.util import SphinxTestApp

HEAD, BODY = "<!doctype html><html><head><title>T</title></head><body>", "</body></html>"


def mended(body: str) -> str:
    """Mend a page with a body."""
    return markup.mend(HEAD + body + BODY)


def test_style_attributes_become_classes_with_their_rules() -> None:
    """Equal ones share a class, a class that is there stays, and an empty one goes."""
    page = mended('<p style="a: 1"><b class="c" style="b: 2;"></b><i style="a: 1"></i><q style="">')
    assert '<p class="s-0"><b class="s-1 c"></b><i class="s-0"></i><q>' in page
    assert "<style>\n.s-0.s-0.s-0 { a: 1 }\n.s-1.s-1.s-1 { b: 2 }\n</style>\n</head>" in page


def test_no_word_of_code_has_the_class_of_a_style() -> None:
    """Pygments calls strings s1 and s2, numbers mi, and so on."""
    page = mended("".join(f'<p style="a: {n}"></p>' for n in range(200)))
    classes = {*re.findall(r'<p class="([^"]*)">', page)}
    assert len(classes) == 200
    assert classes.isdisjoint(STANDARD_TYPES.values())


def test_styles_of_the_body_move_into_the_head_each_once() -> None:
    """A style element may not stand in a body."""
    page = mended("<p></p><style>p { a: 1 }</style><i></i><style>p { a: 1 }</style>")
    assert page.count("<style>") == 1
    assert "<style>\np { a: 1 }\n</style>\n</head>" in page


def test_scripts_and_what_is_shown_as_code_are_left_alone() -> None:
    """Only attributes of elements are styles."""
    body = '<script>"<p style=\'a\' style=\\"b\\">"</script><pre>&lt;p style="a: 1"&gt;</pre>'
    assert mended(body) == HEAD + body + BODY


def test_a_mended_page_stays_as_it_is() -> None:
    """To mend twice changes nothing."""
    page = mended('<p style="a: 1"></p><img alt="" src="a_thumb.webp">')
    assert markup.mend(page) == page


def test_images_have_a_size_and_wait_until_they_are_near() -> None:
    """From the size in CSS pixels that a figure was given; cards all have one."""
    figure, card = (
        mended(f'<img alt="" src="{name}"{style}>')
        for name, style in (
            ("a.svg", ' style="width: 9px; height: 8px;"'),
            ("../a_thumb.webp", ""),
        )
    )
    assert '<img alt="" src="a.svg" width="9" height="8" loading="lazy"' in figure
    assert re.search(r'a_thumb\.webp" width="\d+" height="\d+" loading="lazy"', card)
    assert "<style>" not in figure


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a page as furo and Sphinx write it, without mending anything."""
    folder = tmp_path_factory.mktemp("markup")
    (folder / "conf.py").write_text(
        "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parent))\n"
        "extensions = ['sphinx.ext.autodoc', 'sphinx.ext.viewcode', 'sphinx_gallery.load_style']\n"
        "html_theme = 'furo'\n",
        encoding="utf-8",
    )
    (folder / "coded.py").write_text('def one():\n    """Say one."""\n', encoding="utf-8")
    (folder / "index.rst").write_text(
        "Root\n====\n\n.. toctree::\n\n   self\n\n.. automodule:: coded\n   :members:\n",
        encoding="utf-8",
    )
    app = SphinxTestApp(srcdir=folder)
    app.build()
    app.cleanup()
    return Path(app.outdir)


# Sphinx-Gallery's own pages, with figures, are not made here: the site's are looked at by the
# browser's tests.
GALLERY = ("thumb", "sg-", "sg_gallery", "width: ", " parts")


@pytest.mark.parametrize(
    "found",
    [found for found, _ in markup.MENDS if not any(word in str(found) for word in GALLERY)],
    ids=str,
)
def test_what_is_mended_is_still_written(site: Path, found: str | re.Pattern[str]) -> None:
    """A mend that nothing needs any more is to go, and one that misses is to be mended."""
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    pattern = re.compile(re.escape(found)) if isinstance(found, str) else found
    assert any(pattern.search(page) for page in pages)
