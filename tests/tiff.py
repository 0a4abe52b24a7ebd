"""A writer of TIFF files of every kind, from the specification: no library writes them all."""

import struct
import zlib

import numpy as np


def packed(row: np.ndarray, bits: int, order: str) -> bytes:
    """Write one row of whole numbers in so many bits each, up to a whole byte."""
    kind = {8: "u1", 16: "u2", 32: "u4"}.get(bits)
    row = row.astype(np.int64) & (2**bits - 1)  # two's complement
    if kind:
        return row.astype(order + kind).tobytes()
    text = "".join(f"{number:0{bits}b}" for number in row)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def tiff(
    samples: np.ndarray,
    bits: int,
    *,
    photometric: int = 1,
    form: int | None = None,
    order: str = "<",
    planar: int = 1,
    fill_order: int = 1,
    packs: bool = False,
    extra: tuple[int, ...] = (),
    colours: tuple[int, ...] = (),
) -> bytes:
    """Write samples, (height, width, samples a pixel), with the tags that tell what they mean."""
    if samples.dtype.kind == "f":
        samples = samples.astype(np.float32).view(np.uint32)
    height, width, count = samples.shape
    planes = [samples] if planar == 1 else np.split(samples, count, axis=2)
    strips = [b"".join(packed(row.ravel(), bits, order) for row in plane) for plane in planes]
    if fill_order == 2:
        strips = [bytes(int(f"{byte:08b}"[::-1], 2) for byte in strip) for strip in strips]
    if packs:
        strips = [zlib.compress(strip) for strip in strips]
    tags = {
        256: ("I", [width]),
        257: ("I", [height]),
        258: ("H", [bits] * count),
        259: ("H", [8 if packs else 1]),
        262: ("H", [photometric]),
        266: ("H", [fill_order]),
        273: ("I", [0] * len(strips)),
        277: ("H", [count]),
        278: ("I", [height]),
        279: ("I", [len(strip) for strip in strips]),
        284: ("H", [planar]),
        320: ("H", colours),
        338: ("H", extra),
        339: ("H", [form] * count if form else ()),
    }
    tags = {tag: value for tag, value in tags.items() if value[1]}
    values = {tag: struct.pack(f"{order}{len(v)}{k}", *v) for tag, (k, v) in tags.items()}
    end = 8 + 2 + 12 * len(tags) + 4
    begins = np.cumsum([end + sum(len(v) for v in values.values() if len(v) > 4)]
                       + [len(strip) for strip in strips])  # fmt: skip
    values[273] = struct.pack(f"{order}{len(strips)}I", *begins[:-1])
    entries, rest = b"", b""
    for tag, (kind, numbers) in tags.items():
        value = values[tag].ljust(4, b"\0")
        if len(value) > 4:
            value, rest = struct.pack(order + "I", end + len(rest)), rest + value
        entries += struct.pack(order + "HHI", tag, {"H": 3, "I": 4}[kind], len(numbers)) + value
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(tags))
    return head + entries + bytes(4) + rest + b"".join(strips)
