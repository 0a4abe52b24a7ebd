"""What a build did: which pages ran, why, and what took longest; on the terminal and as JSON."""

import json
from pathlib import Path
from typing import Any

figure_seconds: dict[str, float] = {}  # what each figure of this process took to save


def show(pages: Path, path: Path, seconds: float) -> None:
    """Write the report of a build, and print what a reader of the terminal wants to know."""
    report = json.loads(pages.read_text(encoding="utf-8"))
    report |= {"pages_seconds": report["seconds"], "seconds": seconds}
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    ran = [page for page in report["pages"] if page["ran"]]
    reused = len(report["pages"]) - len(ran)
    print(f"\n{len(ran)} pages ran, {reused} were reused, in {seconds:.1f} s ({path}).")
    figures = {name: took for page in ran for name, took in page["figures"].items()}
    for title, taken in (
        ("Slowest pages", {page["page"]: page["seconds"] for page in ran}),
        ("Slowest figures", figures),
    ):
        slowest = sorted(taken.items(), key=lambda item: -item[1])[:3]
        if slowest:
            print(f"{title}: {', '.join(f'{name} {took:.1f} s' for name, took in slowest)}")


def nothing_ran(path: Path, seconds: float) -> None:
    """Turn the last report into that of a build for which nothing has changed."""
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    why = ["nothing has changed since the last build"]
    pages = [page | {"ran": False, "why": why} for page in report["pages"]]
    report |= {"seconds": seconds, "pages_seconds": 0.0, "pages": pages}
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
