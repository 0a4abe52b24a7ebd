"""Another place to run the pages: what shows the time, the machine or chance differs there.

``python docs/sitebuild --twice`` runs every page once more in a copy of the project, in another
folder, for another user, on another day and host. What a page shows may depend on none of these,
nor on numbers that were drawn without a seed, nor on the number of its process.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from sitebuild.footprint import tree
from sitebuild.pages import Record, records
from sitebuild.project import BUILD, ROOT, SOURCES

ENVIRONMENT = {
    "SITEBUILD_ELSEWHERE": "1", "PYTHONHASHSEED": "1", "USER": "somebody", "LOGNAME": "somebody",
    "HOSTNAME": "elsewhere", "LANG": "de_DE.UTF-8", "ANOTHER_VARIABLE": "1",
}  # fmt: skip


def pretend() -> None:
    """Be elsewhere, if this process belongs to a build that is."""
    if "SITEBUILD_ELSEWHERE" not in os.environ:
        return
    import time_machine  # noqa: PLC0415 (only here)

    time_machine.travel(datetime(2031, 8, 17, 5, 43, 21, 987654, tzinfo=UTC), tick=True).start()
    told = platform.uname()._replace(node="elsewhere")
    patched: dict[str, Any] = {
        "platform.uname": lambda: told, "platform.node": lambda: "elsewhere",
        "socket.gethostname": lambda: "elsewhere", "socket.getfqdn": lambda *_: "elsewhere",
        "os.cpu_count": lambda: 7, "os.sched_getaffinity": lambda _: set(range(7)),
        "os.uname": lambda: os.uname_result(told[:5]),
    }  # fmt: skip
    for function, other in patched.items():
        mock.patch(function, other, create=True).start()  # not every system has each


def copy(folder: Path) -> None:
    """Copy what the site is built from to another folder."""
    read = {ROOT / file for record in records().values() for file in record.reads}
    for path in filter(Path.is_file, {*tree(SOURCES), *read}):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def differing(options: list[str]) -> list[str]:
    """Build the copy, and name what its pages write otherwise; what goes wrong there counts."""
    with tempfile.TemporaryDirectory(prefix="another folder ") as folder:
        copy(other := Path(folder))
        paths = os.pathsep.join([str(other), os.environ.get("PYTHONPATH", "")])
        run = subprocess.run(
            [sys.executable, other / "docs/sitebuild", *(f"-D{option}" for option in options)],
            env={**os.environ, **ENVIRONMENT, "HOME": str(other), "PYTHONPATH": paths},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        (BUILD / "elsewhere.log").write_text(run.stdout + run.stderr, encoding="utf-8")
        if run.returncode:
            return run.stderr.strip().splitlines()[-20:]
        found = []
        for path, here in records().items():
            there = Record.load(other / path.relative_to(ROOT))
            for file, wanted in here.writes.items():
                # How long a run took is kept, and not shown.
                if there and there.writes.get(file) != wanted and not file.endswith(".cost.json"):
                    fault = "writes other bytes under another clock, user, host, folder or seed"
                    found.append(f"{file}: {here.page} {fault}")
        return found
