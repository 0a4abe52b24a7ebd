"""What a build did: which pages ran, why, and what took longest; on the terminal and as JSON."""

import json
from typing import Any

from sitebuild.project import REPORT


def ran_and_reused(ran: int, reused: int) -> str:
    """Say how many pages ran, and how many did not need to."""
    runs = f"{ran} page ran" if ran == 1 else f"{ran} pages ran"
    return f"{runs}, {reused} {'was' if reused == 1 else 'were'} reused"


def show(report: dict[str, Any], seconds: float) -> None:
    """Write the report of a build, and print what a reader of the terminal wants to know."""
    report |= {"pages_seconds": report["seconds"], "seconds": seconds}
    REPORT.write_text(json.dumps(report, indent=1), encoding="utf-8")
    ran = [page for page in report["pages"] if page["ran"]]
    told = ran_and_reused(len(ran), len(report["pages"]) - len(ran))
    print(f"\n{told}, in {seconds:.1f} s ({REPORT}).")
    figures = {name: took for page in ran for name, took in page["figures"].items()}
    for title, taken in (
        ("Slowest pages", {page["page"]: page["seconds"] for page in ran}),
        ("Slowest figures", figures),
    ):
        slowest = sorted(taken.items(), key=lambda item: -item[1])[:3]
        if slowest:
            print(f"{title}: {', '.join(f'{name} {took:.1f} s' for name, took in slowest)}")


def nothing_ran(seconds: float) -> None:
    """Turn the last report into that of a build for which nothing has changed."""
    report: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))
    why = ["nothing has changed since the last build"]
    pages = [page | {"ran": False, "why": why} for page in report["pages"]]
    report |= {"seconds": seconds, "pages_seconds": 0.0, "pages": pages}
    REPORT.write_text(json.dumps(report, indent=1), encoding="utf-8")
