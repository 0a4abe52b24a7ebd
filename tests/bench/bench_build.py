"""How long the site's build takes, beside what it could take at least.

Everything is timed in rounds, one after the other, so that a machine that grows slower slows all
alike; what counts is the ratio within a round.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "tests")]

from gallery import CONF  # noqa: E402 (the path above is for it)

from sitebuild.same_bytes import ENVIRONMENT  # noqa: E402

EMPTY = 'project = "empty"\nhtml_theme = "furo"\n'
SMALL = '''
"""
Page number {n}
===============

It prints a number.
"""

# %%
# A number
# --------
# It is {n}.

print({n})
'''


def timed(*command: object) -> float:
    """Run a command, and give the seconds it took."""
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False,
        env={**os.environ, **ENVIRONMENT},
    )  # fmt: skip
    if run.returncode:
        raise SystemExit(run.stdout + run.stderr)
    return time.perf_counter() - began


def compare(name: str, limit: str, rounds: int, ours: Callable, floor: Callable) -> None:
    """Time two things in turns, and print both and their ratio with its spread."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    ratios = sorted(a / b for a, b in pairs)
    middle = [statistics.median(column) for column in zip(*pairs, strict=True)]
    print(
        f"{name:34} {middle[0]:6.2f} s {middle[1]:6.2f} s   "
        f"{statistics.median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})   {limit}",
        flush=True,
    )


def real_site(folder: Path, rounds: int) -> None:
    """Time the builds of this project's own site."""
    copy = folder / "site"
    ignored = shutil.ignore_patterns(".*", "build", "site", "pages", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=ignored)
    build = copy / "docs/sitebuild"
    pages = sorted([*copy.glob("examples/*/plot_*.py"), *copy.glob("docs/explanation/plot_*.py")])
    pictures = folder / "pictures"
    pictures.mkdir()
    empty = folder / "empty"
    empty.mkdir()
    (empty / "conf.py").write_text(EMPTY, encoding="utf-8")
    (empty / "index.rst").write_text("Empty\n=====\n", encoding="utf-8")
    sphinx = ["-m", "sphinx", "-b", "html", empty, empty / "out"]
    page = copy / "examples/convolution/plot_flip.py"

    def edited() -> float:
        text = page.read_text(encoding="utf-8")
        page.write_text(text + f"\nprint({time.time_ns()})\n", encoding="utf-8")
        return timed(build)

    floor = [ROOT / "tests/bench/floor.py", pictures, *pages]
    timed(*floor)  # compiles the libraries
    print(f"{'':34} {'ours':>8} {'floor':>8}   ratio (least to most)   at most")
    compare(
        "cold build / running the pages", "1.1", rounds,
        lambda: timed(build, "--fresh"), lambda: timed(*floor),
    )  # fmt: skip
    timed(*sphinx)
    compare(
        "no-op / no-op of an empty site", "0.5 s", 3 * rounds,
        lambda: timed(build), lambda: timed(*sphinx),
    )  # fmt: skip
    compare("one edited page / its own run", "its run + 3 s", rounds, edited, lambda: timed(page))


def generated(folder: Path, sizes: Sequence[int]) -> None:
    """Build galleries of small pages, ten in a chapter, and print time and memory for each page."""
    for count in sizes:
        root = folder / f"generated_{count}"
        for part in ("_ext", "sitebuild"):
            shutil.copytree(ROOT / "docs" / part, root / "docs" / part)
        conf = CONF.replace('"basic"', '"furo"').replace('"sitebuild"]', '"sitebuild", "sidebar"]')
        (root / "docs/conf.py").write_text(conf, encoding="utf-8")
        table = '[tool.sitebuild]\nsources = ["docs", "examples"]\ngenerated = "docs/made"\n'
        (root / "pyproject.toml").write_text(table, encoding="utf-8")
        index = "Index\n=====\n\n.. toctree::\n\n   made/gallery/index\n"
        (root / "docs/index.rst").write_text(index, encoding="utf-8")
        for n in range(count):
            chapter = root / f"examples/chapter_{n // 10:03}"
            chapter.mkdir(parents=True, exist_ok=True)
            header = f"Chapter {n // 10}\n===========\n\nTen pages.\n"
            for place in (chapter, root / "examples"):
                (place / "GALLERY_HEADER.rst").write_text(header, encoding="utf-8")
            text = SMALL.format(n=n).lstrip()
            (chapter / f"plot_{n:04}.py").write_text(text, encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        seconds = timed(root / "docs/sitebuild")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        known = f"{peak / 1024:.0f} MB" if peak > before else f"under {peak / 1024:.0f} MB"
        again = timed(root / "docs/sitebuild")
        page = chapter / f"plot_{n:04}.py"
        page.write_text(f"{text}print('edited')\n", encoding="utf-8")
        edited = timed(root / "docs/sitebuild") - timed(page)
        print(
            f"{count:5} pages: {seconds:7.1f} s, {1000 * seconds / count:6.1f} ms a page, "
            f"largest process {known}; no-op {again:.2f} s, "
            f"an edited page its run + {edited:.1f} s",
            flush=True,
        )


def main() -> None:
    """Run the parts that were asked for, all of them by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 100, 1000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generated(Path(folder), arguments.sizes)  # first: the peak is of all that ran before
        if arguments.rounds:
            real_site(Path(folder), arguments.rounds)


if __name__ == "__main__":
    main()
