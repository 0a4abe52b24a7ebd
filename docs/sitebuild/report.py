"""What a build did: which pages ran, why, and what took longest; on the terminal and as JSON."""

import json
import time

from sitebuild.pages import records
from sitebuild.project import BUILD

REPORT = BUILD / "report.json"


def write(began: float) -> None:
    """Write what a build did that began at a time, and print what most want to know of it."""
    seconds, pages, slow = time.time() - began, [], dict[str, dict[str, float]]()
    for path, record in records().items():
        ran = path.stat().st_mtime > began
        why = record.why if ran else ["nothing that it read or used has changed"]
        told = {"ran": ran, "why": why, "seconds": record.seconds, "figures": record.figures}
        pages.append({"page": record.page, **told})
        if ran:
            slow.setdefault("Slowest pages", {})[record.page] = record.seconds
            slow.setdefault("Slowest figures", {}).update(record.figures)
    REPORT.write_text(json.dumps({"seconds": seconds, "pages": pages}, indent=1), encoding="utf-8")
    count = len(slow.get("Slowest pages", {}))
    left = len(pages) - count
    runs = f"{count} page{'s' * (count != 1)} ran, {left} {'was' if left == 1 else 'were'} reused"
    print(f"\n{runs}, in {seconds:.1f} s ({REPORT}).")
    for title, taken in slow.items():
        slowest = sorted(taken.items(), key=lambda item: -item[1])[:3]
        print(f"{title}: {', '.join(f'{name} {took:.1f} s' for name, took in slowest)}")
