"""Change the package or a page so that the page teaches a falsehood: its own checks must fail.

``python tests/mutants/run.py [page ...]`` tries the changes that the tables beside this file list,
each in a copy of the project, and names those that no check of the page notices.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WANTED = 60


def tables(pages: list[str]) -> list[dict[str, Any]]:
    """Read the mutants of the pages named, and of all pages if none is."""
    files = [HERE / f"{page}.toml" for page in pages] or sorted(HERE.glob("*.toml"))
    return [
        {"page": file.stem} | mutant
        for file in files
        for mutant in tomllib.loads(file.read_text(encoding="utf-8"))["mutant"]
    ]


def run(page: Path, top: Path) -> subprocess.CompletedProcess[str]:
    """Run a page as a reader does, with the package below a folder."""
    env = {**os.environ, "PYTHONPATH": str(top), "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, page]
    return subprocess.run(command, env=env, cwd=top, capture_output=True, text=True, check=False)


def find(page: str, top: Path) -> Path:
    """Find the script of a page by its name."""
    (script,) = [*top.glob(f"examples/*/plot_{page}.py"), *top.glob(f"docs/*/plot_{page}.py")]
    return script


def attempt(mutant: dict[str, Any]) -> str:
    """Say in a word or two what became of a mutant; nothing if the page noticed."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for part in ("convdocs", "examples", "docs/explanation"):
            shutil.copytree(ROOT / part, top / part, ignore=shutil.ignore_patterns("__pycache__"))
        file = top / mutant["file"]
        text = file.read_text(encoding="utf-8")
        if (count := text.count(mutant["old"])) != 1:
            return f"its text stands {count} times in {mutant['file']}"
        file.write_text(text.replace(mutant["old"], mutant["new"]), encoding="utf-8")
        ran = run(find(mutant["page"], top), top)
    if ran.returncode == 0:
        return "lives"
    last = ran.stderr.strip().splitlines()[-1]
    return "" if not last.startswith(("SyntaxError", "IndentationError")) else f"is broken: {last}"


def main(pages: list[str]) -> int:
    """Try all, as many at a time as there are cores, and give the exit status."""
    mutants = tables(pages)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = [*pool.map(attempt, mutants)]
    for mutant, answer in zip(mutants, answers, strict=True):
        if answer:
            print(f"{mutant['page']}: {mutant['why']}: {answer}")
    print(f"{answers.count('')} of {len(mutants)} mutants fail, as they must")
    return int(any(answers) or (not pages and len(mutants) < WANTED))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
