"""The explorer's place on a page, and the picture that stands still in it."""

import re
import runpy
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import bundle
import contents
import explorer
import fills
import matplotlib.pyplot as plt
import npm
import numpy as np
import palette
import picture
import pytest
import still
import torch
import torch.nn.functional as F
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image
from sphinx.errors import ExtensionError
from sphinx.testing.util import SphinxTestApp

from convdocs.kernels import LAPLACIAN, SOBEL_X, impulse
from convdocs.panda import paint

LICENCE = bundle.LICENCE.format(name="explorer")
TEMPLATES = explorer.SOURCES.parent / "_templates"
CONF = f'extensions = ["explorer"]\nhtml_theme = "basic"\ntemplates_path = [{str(TEMPLATES)!r}]\n'


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
    assert re.search(
        r'<script src="_static/explorer.js\?v=\w{8}"></script>\n'
        '<conv-explorer state="size=4&amp;stride=2" compact embed="embed.html">'
        '<figure class="still">',
        page,
    )
    static = tmp_path / "_build/html/_static"
    again = tmp_path / "again"
    bundle.bundle(explorer.SOURCES, "element.js", again, palette=explorer.COLOURS)
    made = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert "explorer-matrix.js" in made
    assert made == {path.name: path.read_bytes() for path in static.glob("explorer*")}
    script = (static / "explorer.js").read_text(encoding="utf-8")
    assert script.startswith(f'{LICENCE}\n"use strict";(()=>{{')


def test_a_page_for_frames_holds_nothing_but_an_explorer(tmp_path: Path) -> None:
    """It has the element, a still picture and the script, and nothing of the theme's."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/page.rst").write_text(":orphan:\n\nP\n=\n\n.. explorer::\n", "utf-8")
    _, warnings = build(tmp_path, "Page\n====\n\nText.\n")
    assert not warnings
    site = tmp_path / "_build/html"
    bare = (site / "embed.html").read_text(encoding="utf-8")
    element = (
        '<conv-explorer compact page="explorer.html" embed="embed.html"><figure class="still">'
    )
    assert re.search(rf'<script src="_static/explorer.js\?v=\w+"></script>\n{element}', bare)
    assert bare.count("<script src=") == 1
    assert bare.count("<script") == 2
    (opening,) = re.findall("<script>.*?</script>", bare, re.DOTALL)
    templates = Path(__file__).parents[2] / "docs/_templates"
    assert opening in (templates / "fonts.html").read_text(encoding="utf-8")
    assert '<meta name="robots" content="noindex">' in bare
    assert re.findall(r"<(?:nav|header|footer|aside|form|a)\b", bare) == []
    assert 'embed="../embed.html"' in (site / "deep/page.html").read_text(encoding="utf-8")


def test_a_page_without_an_explorer_loads_no_script(tmp_path: Path) -> None:
    """Other pages do not load the script."""
    page, _ = build(tmp_path, "Page\n====\n\nText.\n")
    assert "explorer.js" not in page


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("size=2", "kernel spans 3 samples"),
        ("sise=2", "there is no setting sise"),
        ("same=true", "there is no setting same"),
        ("size", "size has no value"),
        ("stride=1.5", "stride takes whole numbers from 1 to 8, not 1.5"),
        ("bias=1/0", "bias takes numbers from -99 to 99, not 1/0"),
        ("bias=0.12345", "bias takes numbers from -99 to 99, not 0.12345"),
        ("bias=1,2", "bias has 2 numbers for 1 output channels"),
        ("operation=avg_pool&bias=1", "avg_pool has no bias"),
        (
            "weight=sobel_y&kernel_size=3,5",
            "sobel_y is a kernel of 3 \N{MULTIPLICATION SIGN} 3, not 3",
        ),
        ("weight=gaussian&kernel_size=9&size=9", "gaussian goes up to 7, not to 9"),
        ("input=gaussian", "panda, or numbers from -99 to 99, not gaussian"),
        ("size=a", "size takes whole numbers from 1 to 64, not a"),
        ("size=65", "size goes from 1 to 64, not to 65"),
        ("size=4&size=5", "size is given twice"),
        ("padding=1,2", "padding takes 1 or 4 numbers, not 2"),
        ("operation=fold", "operation is one of cross_correlate, convolve, conv_transpose,"),
        ("padding_mode=mirror", "padding_mode is one of zeros, reflect, replicate, circular, not"),
        ("operation=max_pool&ceil_mode=1", "ceil_mode is one of false, true, not 1"),
        ("groups=0", "groups goes from 1 to 4, not to 0"),
        ("then=dense+4", "then takes layers, as conv+1+2+k3,relu, not dense+4"),
        ("groups=2", "groups=2 does not divide in_channels=1"),
        ("input=1,2", "input has 2 numbers for an array of shape (1, 1, 5, 5)"),
        ("input=fase", "panda, or numbers from -99 to 99, not fase"),
        ("operation=max_pool&padding=2", "padding"),
        ("operation=conv_transpose&output_padding=1", "output_padding"),
        ("padding=same&stride=2", "stride 1"),
        ("output_padding=1", "cross_correlate has no output_padding"),
        ("operation=avg_pool&dilation=2", "avg_pool has no dilation"),
        ("operation=avg_pool&weight=1", "avg_pool has no weight"),
        ("operation=conv_transpose&padding=same", "conv_transpose has no padding=same"),
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
    conf = CONF + 'explorers = {"index": ("size=4", "How *many* cells?")}\n'
    page, warnings = build(tmp_path, "Page\n====\n\nText.\n\nRecap\n-----\n\nEnd.\n", conf)
    assert not warnings
    assert page.index("Text.") < page.index("Try it") < page.index("How <em>many</em> cells?")
    assert page.index("How <em>many</em> cells?") < page.index('state="size=4"')
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
        build(tmp_path, text, CONF + f'explorers = {{"{name}": ("", "")}}\n')


def bundled(folder: Path, **modules: str) -> str:
    """Bundle modules; an underscore of a name stands for a folder."""
    sources = folder / "docs/explorer"
    for name, text in {name: text for name, text in modules.items() if text.strip()}.items():
        path = sources / (name.replace("_", "/") + ".js")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (sources / "data.json").write_text('{"a": "∞"}', encoding="utf-8")
    (sources / "explorer.css").write_text("p { margin: 0; } /* Why. */", encoding="utf-8")
    bundle.bundle(sources, "element.js", folder / "made", palette=palette.rule(":host"))
    return (folder / "made/explorer.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("element", "other", "message"),
    [
        ('import { a } from "./other.js";\na();', "export const a = 1;\n\nlet b = ;",
         'Unexpected ";".*docs/explorer/other.js:3:8'),
        ("const a = 1;\nconst [b, a] = [2];", "",
         '"a" has already been declared.*docs/explorer/element.js:2:10'),
        ('import { a } from "./other.js";\na();', "export const b = 1;",
         '"docs/explorer/other.js" for import "a".*docs/explorer/element.js:1:9'),
        ('\nimport { a } from "./another.js";', "",
         'resolve "./another.js".*docs/explorer/element.js:2:18'),
        ('import a from "leftpad";', "", 'resolve "leftpad".*docs/explorer/element.js:1:14'),
        ('use(typeof name === "nubmer");', "", '"nubmer".*docs/explorer/element.js:1:20'),
        ("const a = 1;", "export const b = 2;", "docs/explorer/other.js: no module needs it"),
    ],
)  # fmt: skip
def test_what_cannot_be_bundled_is_refused(
    tmp_path: Path, element: str, other: str, message: str
) -> None:
    """A fault ends the build, and so does what is only suspicious; the module's line is named."""
    with pytest.raises(ExtensionError, match=f"(?s){message}"):
        bundled(tmp_path, element=f"{element}\n", other=f"{other}\n")


def test_modules_become_one_script_without_remarks(tmp_path: Path) -> None:
    """It is one function, begins with the licence, and reads alike in every encoding."""
    script = bundled(
        tmp_path,
        element='import { b } from "./deep/b.js";\nimport { a } from "./a.js";\n\n// Why.\n'
        'use(a, b, "see // here", STYLE);\n',
        a='import TABLE from "./data.json" with { type: "json" };\n\nexport const a = TABLE;\n',
        deep_b='import { a } from "../a.js";\n\n/** @returns {unknown} */\n'
        "export const b = () => a;\n",
    )
    licence, body = script.split("\n", 1)
    assert licence == LICENCE
    function = (
        r"\"use strict\";\(\(\)=>\{var (\w+)=\{a:\"\\u221E\"\};var (\w+)=\1;var (\w+)=\(\)=>\2;"
        r"use\(\2,\3,\"see // here\",`(.*)`\);\}\)\(\);\n"
    )
    style = re.fullmatch(function, body, re.DOTALL)[4]
    assert style.startswith(":host{--input:#")
    assert style.endswith("\np{margin:0}\n")
    assert not (tmp_path / "made/explorer.css").exists()


def test_an_extra_is_a_script_of_its_own(tmp_path: Path) -> None:
    """A module of the folder named extras is bundled by itself, with what it needs."""
    script = bundled(
        tmp_path,
        element="use(1);\n",
        extras_more='import { a } from "../a.js";\n\nuse(a);\n',
        a="export const a = 7;\n",
    )
    assert "7" not in script.split("\n", 1)[1]
    more = (tmp_path / "made/explorer-more.js").read_text(encoding="utf-8")
    assert more.split("\n", 1)[1] == '"use strict";(()=>{use(7);})();\n'


@pytest.mark.parametrize("there", [None, "{}"])
def test_an_environment_without_the_bundler_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str | None
) -> None:
    """Where npm has installed nothing, or for other sources, the message names the command."""
    monkeypatch.setattr(npm, "MODULES", tmp_path)
    if there:
        (tmp_path / "package.json").write_text(there, encoding="utf-8")
    with pytest.raises(ExtensionError, match="run `python -m nox -s docs`"):
        bundle.bundle(explorer.SOURCES, "element.js", tmp_path / "made")


FLOORS = ["model", "hold.js", "session.js", "view", "picture", "extras", "element.js"]
WANTED = re.compile(r'^import [^"]* from "([^"]+)"|@import .* from "([^"]+)"', re.MULTILINE)


@pytest.mark.parametrize("path", sorted(explorer.SOURCES.rglob("*.js")), ids=lambda p: p.name)
def test_a_module_of_the_explorer_needs_none_above_it(path: Path) -> None:
    """The model knows no session, the session no view, and no view the element."""
    sources = explorer.SOURCES
    floor = FLOORS.index(path.relative_to(sources).parts[0])
    text = path.read_text(encoding="utf-8")
    for wanted in filter(None, sum(WANTED.findall(text), ())):
        needed = path.parent.joinpath(wanted).resolve().relative_to(sources.resolve())
        if needed.suffix == ".js":
            assert FLOORS.index(needed.parts[0]) <= floor, wanted
    assert text.count("\n") < 200
    assert max(map(len, text.splitlines())) <= 100


def rows(text: str) -> list[list[str]]:
    """Read a list-table's rows."""
    table = re.search(r"^\.\. list-table::\n.*?\n\n((?:   .*\n)+)", text, re.DOTALL | re.MULTILINE)[
        1
    ]
    found = re.split(r"^   \* - ", table, flags=re.MULTILINE)[2:]
    return [[" ".join(cell.split()) for cell in row.split("\n     - ")] for row in found]


def test_the_how_to_tells_of_every_setting() -> None:
    """Its table has each setting's values, bounds, default and operations, and no other."""
    page = explorer.SOURCES.parent / "howto/use_the_explorer.rst"
    told = rows(page.read_text(encoding="utf-8"))
    settings = {n: rule for n, rule in still.SETTINGS.items() if "written" not in rule}
    assert [name for name, *_ in told] == [f"``{name}``" for name in settings]
    for (_, values, default, having), (name, rule) in zip(told, settings.items(), strict=True):
        if "bounds" in rule:
            assert "{} to {}".format(*rule["bounds"]) in values, name
        if "decimals" in rule:
            assert f"{rule['decimals']} decimals" in values, name
        words = set(re.findall(r"``([a-z_]+)(?:-7)?``", values))
        extra = {one["written"].split("=")[1] for one in still.SETTINGS.values()
                 if one.get("written", "").startswith(f"{name}=")}  # fmt: skip
        choices = still.OPERATIONS if name == "operation" else rule.get("choices", [])
        assert words == {*choices, *extra}, name
        start = rule["default"]
        word = str(start[0] if isinstance(start, list) else start).lower()
        assert default == (f"``{word}``" if word else "none")
        named = set(re.findall(r"``(\w+)``", having))
        has = {one for one, kind in still.OPERATIONS.items()
               if {one, kind["family"]} & {*rule.get("of", [one])}}  # fmt: skip
        assert has == ({*still.OPERATIONS} - named if having.startswith("all") else named), name


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
            "input=ones&weight=ones&in_channels=2&padding=1",
            lambda: F.conv2d(
                torch.ones(1, 2, 5, 5).double(), torch.ones(1, 2, 3, 3).double(), padding=1
            ),
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


def test_named_kernels_are_the_packages() -> None:
    """The explorer's constant kernels are those that the package names and the books print."""
    found = {name: np.array(rows) for name, rows in fills.TABLE["kernels"].items()}
    assert_array_equal(found["sobel_x"], SOBEL_X)
    assert_array_equal(found["sobel_y"], SOBEL_X.T)
    assert_array_equal(found["laplacian"], LAPLACIAN)
    assert_array_equal(found["sharpen"], impulse((3, 3)) - LAPLACIAN)


@pytest.mark.parametrize("bias", ["-1.5", "0.5,1/3"])
def test_a_bias_is_added_to_each_output_channel(bias: str) -> None:
    """One number stands for all channels, or each has its own; the picture shows it."""
    state = f"size=4&kernel_size=3,2&weight=box&out_channels=2&bias={bias}"
    b = torch.tensor([eval(n) for n in bias.split(",")], dtype=torch.float64).expand(2)
    box = torch.full((2, 1, 3, 2), 1 / 6, dtype=torch.float64)
    wanted = F.conv2d(numbers((1, 1, 4, 4)), box, b)
    assert_allclose(still.work(state)[2], wanted[0].numpy(), rtol=1e-12)
    drawn = picture.figure(state)
    assert "Bias" in drawn
    assert '<td class="lit">1/6</td>' in drawn


def test_the_first_calculation_and_its_explorer_have_the_same_numbers() -> None:
    """What a reader has worked out with a pencil stands in the explorer below it."""
    state, task = contents.explorers()["pages/examples/convolution/plot_by_hand"]
    x, w, y = still.work(state)
    page = runpy.run_path(str(contents.ROOT / "examples/convolution/plot_by_hand.py"))
    plt.close("all")
    assert_array_equal(x, page["patch"])
    assert_array_equal(w, page["kernel"][None])
    assert_array_equal(y, page["output"][None])
    assert "cell (0, 0) is the smallest of the nine" in task
    assert page["output"].argmin() == 0
    assert (page["output"] == page["output"].min()).sum() == 1  # so there is one


def test_the_digit_and_the_panda_are_pictures() -> None:
    """The panda is the package's, 64 cells to a side; the digit is white on black, 28 to a side."""
    panda = np.asarray(paint().convert("L").crop((0, 14, 180, 194)).resize((64, 64), Image.BOX))
    assert_array_equal(fills.picture("panda"), np.round(panda * (99 / 255)))
    digit = fills.picture("digit")
    assert digit.shape == (28, 28)
    assert (digit.min(), digit.max()) == (0, 99)
    edge = np.concatenate([digit[0], digit[-1], digit[:, 0], digit[:, -1]])
    assert not edge.any()


@pytest.mark.parametrize(("kernel", "signed"), [("box", False), ("sobel_x", True)])
def test_a_large_array_stands_still_as_a_picture(kernel: str, signed: bool) -> None:
    """Its pixels are grey from zero up, or of two hues about zero, as in the explorer."""
    state = f"size=28&input=digit&weight={kernel}"
    y = still.work(state)[2][0]
    images = re.findall(r'src="data:image/png;base64,([^"]+)"', picture.figure(state))
    assert len(images) == 2
    drawn = np.asarray(Image.open(BytesIO(b64decode(images[1]))).convert("RGB")).astype(int)
    part = np.abs(y) / np.abs(y).max()
    if not signed:
        assert np.abs(drawn - 255 * part[..., None]).max() <= 0.5 + 1e-9
        return
    pairs = palette.COLOURS["by_theme"]
    assert {tuple(drawn[y == 0][0])} == {tuple(bytes.fromhex(pairs["ground"][0][1:]))}
    for name, at in (("above", y == y.max()), ("below", y == y.min())):
        if part[at].max() == 1:
            assert tuple(drawn[at][0]) == tuple(bytes.fromhex(pairs[name][0][1:]))


def test_a_still_picture_writes_minus_signs_like_the_explorer() -> None:
    """A hyphen is no sign of a number."""
    drawn = picture.figure("size=1,3&kernel_size=1&input=0,1,2&weight=-3")
    assert "<td>\N{MINUS SIGN}6</td>" in drawn
    assert ">-" not in drawn
