"""Sizes, receptive fields and costs from the command line: ``python -m convdocs --help``."""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from convdocs.arguments import require_integers
from convdocs.cost import macs, parameters
from convdocs.each_axis import per_axis
from convdocs.errors import clash
from convdocs.layers import Conv, ConvTranspose, Sequential, axes_of, output_size, pytorch_line
from convdocs.receptive import receptive_field
from convdocs.solve import conv_settings, conv_transpose_settings
from convdocs.stack_text import Part, parse_size, parse_stack
from convdocs.table import table

__all__ = ["main"]

Row = dict[str, Any]
_WHOLE = {
    "input_size", "output_size", "max_kernel_size", "max_stride", "max_padding", "max_dilation",
    "most", "in_channels", "out_channels",
}  # fmt: skip
_NOTATION = """\
A stack is one argument in quotes, its layers parted by commas:
  conv 3 64 k5 s2 p1    3 channels in, 64 out, kernel_size 5, stride 2, padding 1
  convT 64 3 k2 s2 op1  transposed; op is output_padding
  maxpool k2, avgpool k3 s2 p1 ceil, adaptiveavgpool o7, relu
Settings: k kernel_size, s stride, p padding (or psame), d dilation, g groups, op output_padding,
o output_size, nobias, ceil (ceil_mode). k3x5 is one number for each axis; kernel_size=3 does as
well as k3; conv1d and conv3d have one axis and three. A size is 224 or 235x180, rows first.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, on one line of bounded length, and leave with status 2."""
        words = "".join(c if c.isprintable() else "?" for c in " ".join(message.split()))
        self.exit(2, f"{self.prog}: {words if len(words) <= 600 else words[:600] + '...'}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the answer to one question about layers."""
    given = _parser().parse_args(arguments)
    given.more = 0
    try:
        rows: list[Row] = given.answer(given)
    except (TypeError, ValueError) as error:
        given.parser.error(str(error))
    if given.json:
        text = json.dumps(rows, indent=1)
    else:
        text = table(rows) if rows else "none within the bounds"
        text += f"\nand {given.more:,} more" * (given.more > 0)
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m convdocs", description="Sizes, receptive fields and costs of layers.",
        epilog=_NOTATION, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, answer: Callable[[argparse.Namespace], list[Row]], words: str
    ) -> _Parser:
        one = commands.add_parser(
            name, help=words, description=words, epilog=_NOTATION, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        one.set_defaults(answer=answer, parser=one)
        one.add_argument("--json", action="store_true", help="print JSON instead of a table")
        return one

    both = (
        command("sizes", _sizes, "everything about each layer of a stack, for an input size"),
        command("cost", _cost, "parameters and multiply-accumulates of each layer"),
    )
    for one in both:
        one.add_argument("stack", metavar="STACK")
        one.add_argument("size", metavar="SIZE")
    field = command("field", _field, "what one output sees of the input, layer by layer")
    field.add_argument("stack", metavar="STACK")
    field.add_argument(
        "size", metavar="SIZE", nargs="?", help="of the input, which adaptive pooling must know"
    )
    inverse = command("inverse", _inverse, "which settings take one size to another, along an axis")
    inverse.add_argument("input_size", metavar="INPUT_SIZE")
    inverse.add_argument("output_size", metavar="OUTPUT_SIZE")
    inverse.add_argument("--transposed", action="store_true", help="transposed convolutions")
    inverse.add_argument("--most", metavar="N", default="10", help="how many to print (10)")
    for name in "in_channels", "out_channels":
        option = f"--{name.replace('_', '-')}"
        inverse.add_argument(option, metavar="N", default="1", help="of the line to paste (1)")
    for name, most in ("kernel_size", 16), ("stride", 16), ("padding", 8), ("dilation", 4):
        option = f"--max-{name.replace('_', '-')}"
        inverse.add_argument(
            option, metavar="N", default=str(most), help=f"the largest {name} to try ({most})"
        )
    return parser


def _read(given: argparse.Namespace) -> tuple[list[Part], int]:
    """Give the parts of the stack, and how many axes they have."""
    parts = parse_stack(given.stack)
    axes = next((n for n in (axes_of(part.layer) for part in parts) if n), None)
    if axes is None:
        raise clash("there must be a layer that has a kernel", stack=given.stack)
    return parts, axes


def _along(text: str, axes: int) -> tuple[int, ...]:
    """Give a size as written along each axis."""
    numbers = parse_size(text)
    return per_axis(numbers[0] if len(numbers) == 1 else numbers, axes, "size", minimum=1)


def _sizes(given: argparse.Namespace) -> list[Row]:
    parts, axes = _read(given)
    size = first = _along(given.size, axes)
    output_size([part.layer for part in parts], size)  # so that an error tells the layer
    weighted = [p.layer for p in parts if isinstance(p.layer, Conv | ConvTranspose)]
    channels = weighted[0].in_channels if weighted else None
    rows: list[Row] = [{"layer": "input", "size": size, "channels": channels}]
    for number, (text, layer) in enumerate(parts, 1):
        work = macs(layer, size)
        size = output_size(layer, size)
        if isinstance(layer, Conv | ConvTranspose):
            channels = layer.out_channels
        try:
            field = receptive_field([p.layer for p in parts[:number]], input_size=first).size
        except ValueError:  # outputs do not see equally far, or there is no kernel yet
            field = None
        rows.append({
            "layer": text, "size": size, "channels": channels, "field": field,
            "parameters": parameters(layer), "MACs": work,
        })  # fmt: skip
    total = {name: sum(row[name] for row in rows[1:]) for name in ("parameters", "MACs")}
    return [*rows, {"layer": "total", **total}]


def _cost(given: argparse.Namespace) -> list[Row]:
    return [
        {name: row[name] for name in ("layer", "parameters", "MACs")} for row in _sizes(given)[1:]
    ]


def _field(given: argparse.Namespace) -> list[Row]:
    parts, axes = _read(given)
    rows: list[Row] = []
    size = None if given.size is None else _along(given.size, axes)
    whole = [part.layer for part in parts]
    receptive_field(whole, input_size=size)  # so that an error is about the whole
    for number, part in enumerate(parts, 1):
        point = Conv(1, 1, (1,) * axes)  # sees one sample, for what has no kernel
        layers = [p.layer for p in parts[:number] if p.layer != Sequential()]
        seen = receptive_field(layers or point, input_size=size)
        rows.append({"layer": part.text, "field": seen.size} | {
            "stride": seen.stride, "start": seen.start,
        })  # fmt: skip
    return rows


def _inverse(given: argparse.Namespace) -> list[Row]:
    numbers = {name: _integer(name, value) for name, value in vars(given).items() if name in _WHOLE}
    most, *channels = (numbers.pop(n) for n in ("most", "in_channels", "out_channels"))
    ins, outs = channels
    require_integers(1, most=most, in_channels=ins, out_channels=outs)
    solve = conv_transpose_settings if given.transposed else conv_settings
    found = solve(**numbers)
    given.more = len(found) - most
    return [{**one._asdict(), "paste": pytorch_line(one.layer(*channels))} for one in found[:most]]


def _integer(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,40}", text):
        raise clash(f"{name} must be a whole number", **{name: text})
    return int(text)


if __name__ == "__main__":
    main()
