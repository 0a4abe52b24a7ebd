"""The command line: what it prints, and how it refuses."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convdocs.__main__ import main
from convdocs.layers import (
    AdaptiveAvgPool,
    AdaptiveMaxPool,
    AvgPool,
    Conv,
    ConvTranspose,
    MaxPool,
    Sequential,
    pytorch_line,
)
from convdocs.stack_text import parse_size, parse_stack
from convdocs.table import table

PAGE = Path(__file__).parent.parent / "docs" / "howto" / "command_line.rst"
STACK = (
    "conv 3 64 k5 s2 p1, relu, maxpool k3 s2 p1, conv 64 32 k3 psame nobias, convT 32 3 k4 s2 p1"
)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Give what the command prints as JSON."""
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def test_sizes_and_parameters_are_those_of_pytorch(capsys: pytest.CaptureFixture[str]) -> None:
    """Layer by layer, by modules built from the same line's layers."""
    rows = told(capsys, "sizes", STACK, "50x37")
    assert rows[0] == {"layer": "input", "size": [50, 37], "channels": 3}
    x = torch.empty(1, 3, 50, 37, device="meta")
    for part, row in zip(parse_stack(STACK), rows[1:-1], strict=True):
        with torch.device("meta"):
            layer = eval(pytorch_line(part.layer), {"nn": nn})
        x = layer(x)
        assert [row["channels"], *row["size"]] == [*x.shape[1:]]
        assert row["parameters"] == sum(p.numel() for p in layer.parameters())
    for name in "parameters", "MACs":
        assert rows[-1][name] == sum(row[name] for row in rows[1:-1])
    cost = told(capsys, "cost", STACK, "50x37")
    assert cost == [{n: row[n] for n in ("layer", "parameters", "MACs")} for row in rows[1:]]
    assert cost[0]["MACs"] == 5 * 5 * 3 * 64 * 24 * 18


def test_the_field_is_what_has_a_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    """In PyTorch, from one output back to the input."""
    stack = "relu, conv1d 1 1 k3 s2 p1, avgpool1d k2, conv1d 1 1 k3 d2"
    rows = told(capsys, "field", stack)
    assert rows[0] == {"layer": "relu", "field": [1], "stride": [1], "start": [0]}
    w = torch.ones(1, 1, 3)
    x = torch.zeros(1, 1, 60, requires_grad=True)
    y = nn.functional.conv1d(x, w, stride=2, padding=1)
    y = nn.functional.conv1d(nn.functional.avg_pool1d(y, 2), w, dilation=2)
    for place in 1, 2:
        (slope,) = torch.autograd.grad(y[0, 0, place], x, retain_graph=True)
        read = slope[0, 0].nonzero().ravel().tolist()
        first = rows[-1]["start"][0] + place * rows[-1]["stride"][0]
        assert (read[0], read[-1]) == (first, first + rows[-1]["field"][0] - 1)
    with_skips = told(capsys, "sizes", "convT 1 1 k2 s2", "4")
    assert with_skips[1]["field"] is None  # its outputs do not see equally far


def test_the_field_of_adaptive_pooling_needs_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    """With one that its output divides, each output's gradient fills its field."""
    rows = told(capsys, "field", "conv1d 1 1 k3 s2 p1, adaptiveavgpool1d o4", "24")
    x = torch.zeros(1, 1, 24, requires_grad=True)
    y = nn.functional.conv1d(x, torch.ones(1, 1, 3), stride=2, padding=1)
    y = nn.functional.adaptive_avg_pool1d(y, 4)
    (slope,) = torch.autograd.grad(y[0, 0, 2], x)
    read = slope[0, 0].nonzero().ravel().tolist()
    first = rows[1]["start"][0] + 2 * rows[1]["stride"][0]
    assert (read[0], read[-1]) == (first, first + rows[1]["field"][0] - 1)


@pytest.mark.parametrize("transposed", [False, True])
def test_every_line_of_inverse_takes_the_one_size_to_the_other(
    transposed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run by PyTorch, with the channels that were asked for."""
    options = ["--transposed"] * transposed + ["--most", "40", "--max-dilation", "2"]
    options += ["--in-channels", "2", "--out-channels", "5"]
    i, o = (5, 12) if transposed else (12, 5)
    rows = told(capsys, "inverse", f"{i}", f"{o}", *options)
    assert len(rows) == 40
    for row in rows:
        with torch.device("meta"):
            layer = eval(row["paste"], {"nn": nn})
        assert layer(torch.empty(1, 2, i, i, device="meta")).shape == (1, 5, o, o)
        assert row["dilation"] <= 2


def test_a_table_says_how_many_settings_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    """And that there are none, if there are none."""
    every = told(capsys, "inverse", "28", "14", "--most", "1000")
    main(["inverse", "28", "14", "--most", "3"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[-1] == f"and {len(every) - 3} more"
    main(["inverse", "5", "500"])
    assert capsys.readouterr().out == "none within the bounds\n"


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("conv 3 64 k5 s2 p1", [Conv(3, 64, 5, stride=2, padding=1)]),
        (
            "Conv2d 4 6 kernel_size=3x5 stride=2x1 padding=1x2 dilation=1x2 groups=2 bias=False",
            [Conv(4, 6, (3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2,
                  bias=False)],
        ),
        ("conv1d 1 2 k4 psame", [Conv(1, 2, (4,), padding="same")]),
        ("convT 8 4 k2 s2 op1", [ConvTranspose(8, 4, 2, stride=2, output_padding=1)]),
        ("maxpool k2, relu", [MaxPool(2), Sequential()]),
        ("maxpool3d k3 s2 p1 ceil_mode=True", [MaxPool((3, 3, 3), stride=2, padding=1,
                                                       ceil_mode=True)]),
        ("avgpool  k3   ceil", [AvgPool(3, ceil_mode=True)]),
        ("adaptiveavgpool o1", [AdaptiveAvgPool(1)]),
        ("adaptivemaxpool1d output_size=4", [AdaptiveMaxPool((4,))]),
        ("AdaptiveMaxPool3d o7x5x3", [AdaptiveMaxPool((7, 5, 3))]),
    ],
)  # fmt: skip
def test_a_line_of_text_is_these_layers(text: str, layers: list[Any]) -> None:
    """Letters and PyTorch's names alike."""
    assert [part.layer for part in parse_stack(text)] == layers


HOSTILE = [
    ["sizes"],
    ["sizes", "", "8"],
    ["sizes", "relu", "8"],
    ["sizes", "conv 3 64", "8"],
    ["sizes", "conv 3 k3", "8"],
    ["sizes", "conv 3 64 k3 k3", "8"],
    ["sizes", "conv 3 64 k3 op1", "8"],
    ["sizes", "conv 3 64 k3 64", "8"],
    ["sizes", "maxpool 3 k3", "8"],
    ["sizes", "maxpool k3 p2", "8"],
    ["sizes", "adaptiveavgpool k3", "8"],
    ["sizes", "adaptiveavgpool", "8"],
    ["sizes", "adaptiveavgpool o0", "8"],
    ["sizes", "adaptiveavgpool o3x3x3", "8"],
    ["field", "adaptiveavgpool o4"],
    ["field", "adaptiveavgpool o4", "10"],
    ["field", "conv 1 1 k3", "0"],
    ["sizes", "conv 3 64 k3, conv 32 1 k3", "8"],
    ["sizes", "conv 3 64 k3, conv1d 64 1 k3", "8"],
    ["sizes", "conv 3 64 k3x3x3", "8"],
    ["sizes", "conv 3 64 k3 s0", "8"],
    ["sizes", "conv 3 64 k9", "8"],
    ["sizes", "conv 3 64 k3", "8x8x8"],
    ["sizes", "conv 3 64 k3", "0"],
    ["sizes", "conv 3 64 k3", "-8"],
    ["sizes", "conv 3 64 k3", "8.0"],
    ["sizes", "conv 3 64 k3", "9" * 30],
    ["sizes", "conv 3 64 k3", "9" * 9000],
    ["sizes", "conv 3 64 k" + "9" * 5000, "8"],
    ["sizes", "conv 3 64 k3, " * 2000, "8"],
    ["sizes", "conv 3 64 \n\x1b[31m k3", "8"],
    ["field", "convT 1 1 k2 s2"],
    ["field", "dense 3"],
    ["inverse", "x", "3"],
    ["inverse", "3", "0"],
    ["inverse", "3", "2", "--max-stride", "9" * 18],
    ["inverse", "3", "2", "--most", "0"],
    ["inverse", "3", "2", "--in-channels", "0"],
    ["inverse", "1", "1000", "--in-channels", "0"],
    ["inverse", "3", "2", "4\n5"],
    ["inverse", "3", "2", "--most=1\udcff"],
    ["dream"],
    [],
]


@pytest.mark.parametrize("arguments", HOSTILE)
def test_what_cannot_be_answered_is_one_line_and_status_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the command, and nothing else is printed."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    out, err = capsys.readouterr()
    assert left.value.code == 2
    assert out == ""
    assert re.fullmatch(r"python -m convdocs( \w+)?: [^\n]{10,700}\n", err)
    assert err[:-1].isprintable()


WORDS = st.sampled_from(
    ["conv", "convT", "maxpool", "avgpool", "relu", ",", "1", "3", "k3", "k2x2", "s2", "p1",
     "psame", "d2", "g2", "op1", "ceil", "nobias", "k" + "9" * 18, "kernel_size=",
     "\x00", "²", "k٣"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(WORDS, max_size=12), st.text("0123456789x-. ", max_size=5))
def test_no_words_end_in_a_traceback(words: list[str], size: str) -> None:
    """There is an answer, or there is status 2."""
    status: object = 2
    try:
        main(["sizes", " ".join(words), "--json", "--", size])
    except SystemExit as left:
        status = left.code
    assert status == 2


def test_the_command_loads_neither_torch_nor_matplotlib_nor_numpy() -> None:
    """In an interpreter of its own, for every command."""
    code = """
import sys
from convdocs.__main__ import main
main(["sizes", "conv 3 4 k3, maxpool k2", "8"])
main(["field", "conv 3 4 k3"])
main(["cost", "conv 3 4 k3", "8"])
main(["inverse", "8", "4"])
print(*{"torch", "matplotlib", "numpy"} & {*sys.modules}, "none")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].split() == ["none"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a reader does."""
    command = [sys.executable, "-m", "convdocs", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_help_tells_the_notation_and_what_it_shows_is_understood() -> None:
    """Each layer in it is one."""
    done = run("sizes", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    shown = re.findall(r"^  ((?:conv|maxpool).*?)(?:   .*|)$", done.stdout, re.MULTILINE)
    assert len(shown) == 3
    for text in shown:
        parse_stack(re.sub(r"^(convT.*?op1).*", r"\1", text))


def test_the_page_shows_what_the_command_prints() -> None:
    """Every line that begins with a dollar is run, and what stands below it compared."""
    blocks = re.findall(r"console\n\n((?:   .*\n|\n)+)", PAGE.read_text(encoding="utf-8"))
    ran = 0
    for block in blocks:
        for text in re.split(r"^   \$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = text.rstrip().split("\n")
            python, *arguments = shlex.split(command)
            assert (python, arguments[:2]) == ("python", ["-m", "convdocs"])
            done = run(*arguments[2:])
            wanted = "".join(line.removeprefix("   ") + "\n" for line in shown)
            assert done.stdout + done.stderr == wanted
            ran += 1
    assert ran == 7


def test_a_table_lines_numbers_up_at_the_right() -> None:
    """Text at the left; sizes, positions and what is unknown as a reader expects them."""
    rows = [
        {"layer": "a", "n": 1, "size": (3, 5), "start": (-1, 0)},
        {"layer": "long", "n": 12345, "size": None},
    ]
    assert table(rows).splitlines() == [
        "layer       n  size  start",
        "a           1   3x5  -1, 0",
        "long   12,345     -",
    ]


def test_a_size_is_one_to_three_numbers() -> None:
    """In ASCII, since other digits look alike."""
    assert parse_size("1x2x3") == (1, 2, 3)
    for text in "1x2x3x4", "٣", "1_0", " 1", "x", "1x":
        with pytest.raises(ValueError, match="a size must be whole numbers"):
            parse_size(text)
