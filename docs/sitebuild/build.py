"""Build the site aside, check it, and only then put it in the place of the last one.

This is what ``nox -s docs`` runs. The site is what the name ``site`` leads to, and it changes in
one step: a build that fails, or is killed, leaves the last good site whole. A build for which
nothing has changed, and whose site is as it was published, ends at once.
"""

import argparse
import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sitebuild import elsewhere, lock, pool, report, same_bytes
from sitebuild.footprint import Digests, digest, digests, tree
from sitebuild.pages import Record
from sitebuild.project import DOCS, GENERATED, PUBLISHED, REPORT, ROOT, SITE, SOURCES, WORK, name
from sitebuild.publish import contents, publish

MADE = WORK / "doctrees/made.json"


def records() -> list[Path]:
    """List the records of the pages' last runs."""
    return [*GENERATED.rglob("*.run.json")]


def read_elsewhere(included: list[str]) -> Digests:
    """Give what pages read in their last runs, and Sphinx included, wherever it lies, as it is."""
    known = [record for path in records() if (record := Record.load(path))]
    names = {file for record in known for file in record.reads} | {*included}
    return {file: digest(ROOT / file) for file in sorted(names)}


def forget_runs() -> None:
    """Have all pages run again."""
    for path in records():
        path.unlink()


def installed() -> list[str]:
    """Name every installed distribution with its version, and Python with its own."""
    folders = [Path(place) for place in sys.path if Path(place).is_dir()]
    names = [p.name for folder in folders for p in folder.glob("*.dist-info")]
    return [sys.version, *sorted(names)]


def hashed(*values: object) -> str:
    """Give a digest of anything that JSON can write."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def load(path: Path) -> dict[str, Any]:
    """Read a JSON file; what is not there, or not whole, says nothing."""
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value


def is_page(file: str) -> bool:
    """Say whether a source is a page, whose body only its own page shows."""
    return Path(file).match("plot_*.py")


def run_sphinx(options: list[str], base: str) -> bool:
    """Run the pages and Sphinx in the work folder, and say whether all went well.

    Sphinx goes on from its last build only if nothing but bodies of pages has changed since; every
    page is written anew in any case. Else it begins with nothing, so that a site built in steps
    is that of one step.
    """
    from sphinx.application import Sphinx  # noqa: PLC0415 (only if there is something to build)
    from sphinx.errors import SphinxError  # noqa: PLC0415
    from sphinx.util.console import nocolor  # noqa: PLC0415
    from sphinx.util.docutils import docutils_namespace  # noqa: PLC0415

    from sitebuild.extension import KEPT, AnewError  # noqa: PLC0415

    if not sys.stdout.isatty():
        nocolor()
    gc.freeze()  # a quarter of Sphinx's time goes to searching for garbage that is not there
    gc.set_threshold(50_000)
    settings: dict[str, Any] = dict(option.split("=", 1) for option in options)
    settings["page_options"] = options
    made, told = load(MADE), dict[str, Any]()
    kept = made.get("kept", "") if made.get("base") == base else ""
    MADE.unlink(missing_ok=True)  # until the end is reached, the folder is not to be relied on
    shutil.rmtree(WORK / "html", ignore_errors=True)
    while True:
        if not kept:
            shutil.rmtree(WORK, ignore_errors=True)
        try:
            with docutils_namespace():
                app = Sphinx(
                    DOCS, DOCS, WORK / "html", WORK / "doctrees", "html", settings | {KEPT: kept},
                    warningiserror=True, parallel=1 + pool.cores(),  # one of them waits a lot
                )  # fmt: skip
                app.build()
        except AnewError as anew:
            kept, told = "", {"report": anew.report}
            continue
        except SphinxError as error:
            print(f"\n{error}", file=sys.stderr)
            return False
        if app.statuscode == 0:
            MADE.write_text(json.dumps(load(MADE) | told | {"base": base}), encoding="utf-8")
        return app.statuscode == 0


def build(options: list[str], began: float, *, twice: bool) -> int:
    """Build if anything has changed, and give the exit status."""
    before, last = digests(tree(SOURCES)), load(PUBLISHED)
    built_with = [installed(), options]
    inputs = hashed(before, read_elsewhere(last.get("included", [])), built_with)
    current = last.get("inputs") == inputs and contents(SITE) == last["site"]
    if current and REPORT.exists() and not twice:
        report.nothing_ran(time.perf_counter() - began)
        print(f"Nothing has changed: {SITE / 'index.html'} is up to date.")
        return 0
    # Should this build fail, then what has failed runs again, even if it is put back as it was.
    PUBLISHED.unlink(missing_ok=True)
    if not records():  # all pages will run
        pool.warm()
    base = hashed({file: d for file, d in before.items() if not is_page(file)}, built_with)
    good = run_sphinx(options, base)
    if good and (changed := digests(tree(SOURCES)).items() ^ before.items()):
        names = ", ".join(sorted({file for file, _ in changed}))
        print(f"\n{names}: changed while the site was built: build again.", file=sys.stderr)
        forget_runs()  # some may have seen the old, some the new
        good = False
    if good and twice and (faults := elsewhere.differing(options)):
        print("", *faults, sep="\n", file=sys.stderr)
        good = False
    if not good:
        state = "is still that of the last good build" if SITE.exists() else "was not made"
        print(f"The build failed: {SITE} {state}.", file=sys.stderr)
        return 1
    made = load(MADE)
    site = publish(WORK / "html", inputs[:16])
    inputs = hashed(before, read_elsewhere(made["included"]), built_with)
    text = json.dumps({"inputs": inputs, "included": made["included"], "site": site})
    PUBLISHED.write_text(text, encoding="utf-8")
    report.show(made["report"], time.perf_counter() - began)
    print(f"The site is in {SITE}: open {SITE / 'index.html'}")
    return 0


def main() -> int:
    """Read the command line, and build in an environment that is the same everywhere."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget all earlier builds")
    parser.add_argument("--twice", action="store_true",
                        help="run every page once more elsewhere; refuse what differs")  # fmt: skip
    parser.add_argument("-D", dest="options", metavar="name=value", action="append", default=[],
                        help="override a setting of conf.py")  # fmt: skip
    arguments = parser.parse_args()
    began = time.perf_counter()
    if (wanted := same_bytes.environment()) != os.environ:
        # A process cannot change its own seed of hashes.
        command = [sys.executable, *sys.argv]
        if os.name == "nt":  # where execve returns at once
            return subprocess.call(command, env=wanted)
        os.execve(sys.executable, command, wanted)
    try:
        lock.wait_for_turn()
        if arguments.fresh:
            for folder in (WORK, GENERATED):
                shutil.rmtree(folder, ignore_errors=True)
            PUBLISHED.unlink(missing_ok=True)
        return build(arguments.options, began, twice=arguments.twice)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        pool.stop()
    except OSError as error:
        place = name(Path(error.filename)) if error.filename else ROOT
        print(f"The site cannot be built here: {place}: {error.strerror}.", file=sys.stderr)
    return 1
