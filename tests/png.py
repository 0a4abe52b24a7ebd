"""A writer of PNG files, chunk by chunk, also of such as no library would write."""

import struct
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    """Frame one chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    """Write a PNG file by hand, chunk by chunk, which no library would refuse to write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    first, last = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + first + b"".join(extra) + last
