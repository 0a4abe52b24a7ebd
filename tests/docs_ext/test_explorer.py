"""The explorer's place on a page, and the picture that stands still in it."""

import re
from pathlib import Path

import explorer
import pytest
import still
import torch
import torch.nn.functional as F
from numpy.testing import assert_allclose
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

CONF = 'extensions = ["explorer"]\nhtml_theme = "basic"\n'


def build(folder: Path, text: str, conf: str = CONF) -> tuple[str, str]:
    """Build one page, and give it and the warnings."""
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    (folder / "index.rst").write_text(text, encoding="utf-8")
    app = SphinxTestApp(srcdir=folder, freshenv=True)
    try:
        app.build()
        return (Path(app.outdir) / "index.html").read_text(encoding="utf-8"), app.warning.getvalue()
    finally:
        app.cleanup()


def test_the_directive_places_the_element_and_loads_its_script(tmp_path: Path) -> None:
    """A page with an explorer has the element, its state, a still picture and the script."""
    page, warnings = build(tmp_path, "Page\n====\n\n.. explorer:: size=4&stride=2\n   :compact:\n")
    assert not warnings
    assert '<conv-explorer state="size=4&amp;stride=2" compact><figure class="still">' in page
    assert re.search(r'<script defer="defer" src="_static/explorer.js\?v=\w+">', page)
    static = tmp_path / "_build/html/_static"
    assert (static / "explorer.js").read_text(encoding="utf-8") == explorer.join()
    assert (static / "explorer.css").exists()


def test_a_page_without_an_explorer_loads_no_script(tmp_path: Path) -> None:
    """Other pages do not load the script."""
    page, _ = build(tmp_path, "Page\n====\n\nText.\n")
    assert "explorer.js" not in page


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("size=2", "kernel spans 3 samples"),
        ("sise=2", "there is no setting sise"),
        ("operation=max_pool&padding=2", "padding"),
        ("operation=conv_transpose&output_padding=1", "output_padding"),
        ("padding=same&stride=2", "padding=same needs stride=1"),
        ("input=1,2", "cannot reshape"),
        ("operation=fold", "fold"),
        ("output_padding=1", "cross_correlate has no output_padding"),
        ("operation=avg_pool&dilation=2", "avg_pool has no dilation"),
        (
            "operation=max_pool&in_channels=2&out_channels=3",
            "pooling has as many channels out as in",
        ),
    ],
)
def test_a_state_that_cannot_exist_is_refused(tmp_path: Path, state: str, message: str) -> None:
    """The directive names the state and what is wrong with it."""
    _, warnings = build(tmp_path, f"Page\n====\n\n.. explorer:: {state}\n")
    assert "index.rst:4" in warnings
    assert f"explorer: {state}: " in warnings
    assert message in warnings


def test_a_page_named_in_the_configuration_gets_one_before_its_recap(tmp_path: Path) -> None:
    """The explorer stands in a section of its own, in front of the recap."""
    conf = CONF + 'explorers = {"index": "size=4"}\n'
    page, warnings = build(tmp_path, "Page\n====\n\nText.\n\nRecap\n-----\n\nEnd.\n", conf)
    assert not warnings
    assert page.index("Text.") < page.index("Try it") < page.index('state="size=4"')
    assert page.index('state="size=4"') < page.index("Recap")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("index", "Page\n====\n", "has no recap"),
        ("lost", "Recap\n-----\n", "lost, which is no page"),
    ],
)
def test_a_page_that_cannot_have_one_is_named(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    """A page without a recap, or that is not there, ends the build."""
    with pytest.raises(ExtensionError, match=message):
        build(tmp_path, text, CONF + f'explorers = {{"{name}": ""}}\n')


def test_a_still_picture_depends_on_what_works_it_out(tmp_path: Path) -> None:
    """A page with an explorer is written again when the package's sums change."""
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "index.rst").write_text("Page\n====\n\n.. explorer::\n", encoding="utf-8")
    app = SphinxTestApp(srcdir=tmp_path, freshenv=True)
    app.build()
    needed = {Path(app.srcdir, name).name for name in app.env.dependencies["index"]}
    app.cleanup()
    assert {"still.py", "reference.py", "pooling.py", "geometry.py"} <= needed


def test_two_modules_may_not_define_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the joined script one would hide the other."""
    (tmp_path / "element.js").write_text('import { a } from "./other.js";\nconst b = a;\n', "utf-8")
    (tmp_path / "other.js").write_text("export const a = 1;\nfunction b() {}\n", "utf-8")
    monkeypatch.setattr(explorer, "SOURCES", tmp_path)
    with pytest.raises(ExtensionError, match="two modules define b"):
        explorer.join()


def test_a_module_comes_after_what_it_needs_and_without_remarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each module stands once in the script, which is one function."""
    (tmp_path / "element.js").write_text(
        'import { a } from "./a.js";\nimport { b } from "./b.js";\n\n// Why.\nuse(a, b); // How.\n',
        encoding="utf-8",
    )
    (tmp_path / "a.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "b.js").write_text(
        'import { a } from "./a.js";\n\nexport function b() {\n  return a;\n}\n', encoding="utf-8"
    )
    monkeypatch.setattr(explorer, "SOURCES", tmp_path)
    body = explorer.join().split('"use strict";\n\n')[1]
    assert body == (
        "// a.js\n\nconst a = 1;\n\n// b.js\n\nfunction b() {\n\treturn a;\n}\n\n"
        "// element.js\n\nuse(a, b);\n\n})();\n"
    )


def numbers(shape: tuple[int, ...]) -> torch.Tensor:
    """Count up from the corner, as the ramp is described."""
    outer, inner, row, column = torch.meshgrid(*map(torch.arange, shape), indexing="ij")
    return (outer + inner + 2 * row + column).double()


@pytest.mark.parametrize(
    ("state", "oracle"),
    [
        ("size=5,4", lambda: F.conv2d(numbers((1, 1, 5, 4)), numbers((1, 1, 3, 3)))),
        (
            "operation=convolve&stride=2&padding=1,0,2,3",
            lambda: F.conv2d(
                F.pad(numbers((1, 1, 5, 5)), (2, 3, 1, 0)),
                numbers((1, 1, 3, 3)).flip(-2, -1),
                stride=2,
            ),
        ),
        (
            "padding=2&padding_mode=reflect&dilation=2,1",
            lambda: F.conv2d(
                F.pad(numbers((1, 1, 5, 5)), (2, 2, 2, 2), mode="reflect"),
                numbers((1, 1, 3, 3)),
                dilation=(2, 1),
            ),
        ),
        (
            "padding=same&kernel_size=3,5&in_channels=4&out_channels=2&groups=2",
            lambda: F.conv2d(
                numbers((1, 4, 5, 5)), numbers((2, 2, 3, 5)), padding="same", groups=2
            ),
        ),
        (
            "operation=conv_transpose&stride=2&padding=1&output_padding=1,0&out_channels=3",
            lambda: F.conv_transpose2d(
                numbers((1, 1, 5, 5)),
                numbers((1, 3, 3, 3)),
                stride=2,
                padding=1,
                output_padding=(1, 0),
            ),
        ),
        (
            "operation=max_pool&in_channels=2&stride=2&padding=1&ceil_mode=true",
            lambda: F.max_pool2d(numbers((1, 2, 5, 5)), 3, 2, 1, ceil_mode=True),
        ),
        (
            "operation=avg_pool&stride=2&padding=1&count_include_pad=false",
            lambda: F.avg_pool2d(numbers((1, 1, 5, 5)), 3, 2, 1, count_include_pad=False),
        ),
    ],
)
def test_the_still_picture_is_pytorchs(state: str, oracle) -> None:
    """What stands still has the numbers of PyTorch."""
    assert_allclose(still.work(state)[2], oracle()[0].numpy(), rtol=1e-12)


def test_the_still_picture_says_what_it_is() -> None:
    """The figure holds one table for each array, and says why it stands still."""
    html = still.picture("size=3&out_channels=2")
    assert html.count("<table") == 5
    assert "A still picture (size=3, out_channels=2)" in html
