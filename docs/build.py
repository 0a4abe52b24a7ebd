"""Build the site aside, check it, and only then put it in the place of the last one.

This is what ``nox -s docs`` runs. The site is what the name ``site`` leads to, and it changes in
one step: a build that fails, or is killed, leaves the last good site whole. A build for which
nothing has changed, and whose site is as it was published, ends at once.
"""

import argparse
import ast
import hashlib
import json
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS, BUILD, SITE = ROOT / "docs", ROOT / "build", ROOT / "site"
SITES, WORK = BUILD / "sites", BUILD / "work"
sys.path.insert(0, str(DOCS / "_ext"))

import footprint  # noqa: E402 (these are our extensions)
import one_build  # noqa: E402
import page_client  # noqa: E402
import report  # noqa: E402
import same_bytes  # noqa: E402

# What the build writes between the sources, and what else is none of them.
API = "docs/reference/api"
GENERATED = (API, "docs/reference/backreferences", "docs/gallery", "docs/explained")
NO_SOURCES = ("build", "site", "tests", "dist")


def sources() -> dict[str, str | None]:
    """Give the digest of every file that a build may read, generated ones and bytecode left out."""
    places = [path for path in footprint.own_places(ROOT) if path.name not in NO_SOURCES]
    found = [path for place in places for path in (place.rglob("*") if place.is_dir() else [place])]
    skipped = tuple(f"{ROOT / name}{os.sep}" for name in GENERATED)
    return footprint.digests(
        [
            path
            for path in found
            if path.is_file()
            and "__pycache__" not in path.parts
            and not str(path).startswith(skipped)
        ],
        ROOT,
    )


def records() -> list[Path]:
    """List the records of the pages' last runs."""
    return [path for name in GENERATED for path in ROOT.joinpath(name).rglob("*.run.json")]


def read_by_pages() -> list[tuple[str, str]]:
    """Name what the pages read in their last runs, wherever it lies, as each found it."""
    reads = [load(path).get("reads", {}) for path in records()]
    return sorted({(name, str(found)) for read in reads for name, found in read.items()})


def as_it_is(read: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the same files as they are now."""
    return sorted({(name, str(footprint.digest(ROOT / name))) for name, _ in read})


def forget_runs() -> None:
    """Have all pages run again."""
    for path in records():
        path.unlink()


def is_machinery(name: str) -> bool:
    """Say whether Sphinx cannot tell what a source has an effect on: it then starts anew."""
    path = Path(name)
    return path.parts[0] == "docs" and path.suffix != ".rst" and not path.match("plot_*.py")


def makes_api(name: str) -> bool:
    """Say whether a source decides which API pages there are."""
    return name.startswith("docs/reference/") or (
        name.endswith(".py") and not name.startswith(("docs/", "examples/"))
    )


def installed() -> list[str]:
    """Name every installed distribution with its version, and Python with its own."""
    folders = [Path(place) for place in sys.path if Path(place).is_dir()]
    names = [p.name for folder in folders for p in folder.glob("*.dist-info")]
    return [sys.version, *sorted(names)]


def digest(value: object) -> str:
    """Give a digest of anything that JSON can write."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def contents(folder: Path) -> dict[str, str | None]:
    """Give the digest of every file of a site."""
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return footprint.digests(found, folder)


def load(path: Path) -> dict[str, Any]:
    """Read a JSON file; what is not there, or not whole, says nothing."""
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value


def start_pages_early() -> None:
    """Import what all pages share while Sphinx itself is imported; a list in conf.py names it."""
    for line in ast.parse((DOCS / "conf.py").read_text(encoding="utf-8")).body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "page_modules":
            with suppress(ValueError):  # worked out, and not a list to read: then it waits
                modules = page_client.shared(ast.literal_eval(line.value))
                page_client.early[modules] = page_client.start(modules)


def run_sphinx(options: dict[str, str], stamp: dict[str, str]) -> bool:
    """Run the pages and Sphinx in the work folder, and say whether all went well."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util import console

    if not sys.stdout.isatty():
        console.nocolor()
    last = load(WORK / "stamp.json")
    if last.get("machinery") != stamp["machinery"]:  # or the last build did not reach its end
        shutil.rmtree(WORK, ignore_errors=True)
    if last.get("api") != stamp["api"]:
        shutil.rmtree(ROOT / API, ignore_errors=True)
    try:
        app = Sphinx(
            DOCS, DOCS, WORK / "html", WORK / "doctrees", "html", options,
            warningiserror=True, parallel=1 + (os.cpu_count() or 1),  # one of them waits a lot
        )  # fmt: skip
        # From here on the work folder is not to be relied on until the end is reached.
        (WORK / "stamp.json").unlink(missing_ok=True)
        app.build()
    except SphinxError as error:
        print(f"\n{error}", file=sys.stderr)
        return False
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return False
    if app.statuscode == 0:
        (WORK / "stamp.json").write_text(json.dumps(stamp), encoding="utf-8")
    return app.statuscode == 0


def publish(inputs: str) -> None:
    """Copy the work folder's site, and let the name ``site`` lead to the copy."""
    shutil.rmtree(SITES / "new", ignore_errors=True)
    shutil.copytree(WORK / "html", SITES / "new", ignore=shutil.ignore_patterns(".*"))
    found = contents(SITES / "new")
    name = digest(found)[:16]
    if contents(SITES / name) != found:
        shutil.rmtree(SITES / name, ignore_errors=True)
        (SITES / "new").rename(SITES / name)
    if SITE.is_dir() and not SITE.is_symlink():
        shutil.rmtree(SITE)  # of a time when sites were built in place
    link = BUILD / "site.new"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(SITES / name, ROOT))
    link.replace(SITE)
    text = json.dumps({"inputs": inputs, "site": found})
    (BUILD / "published.json").write_text(text, encoding="utf-8")
    for old in SITES.iterdir():
        if old.name != name:
            shutil.rmtree(old)


def main() -> int:
    """Build if anything has changed, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget all earlier builds")
    parser.add_argument("-D", dest="options", metavar="name=value", action="append", default=[],
                        help="override a setting of conf.py")  # fmt: skip
    arguments = parser.parse_args()
    began = time.perf_counter()
    one_build.wait_for_turn(ROOT)
    if arguments.fresh:
        for folder in (WORK, *map(ROOT.joinpath, GENERATED)):
            shutil.rmtree(folder, ignore_errors=True)
        (BUILD / "published.json").unlink(missing_ok=True)
    before, built_with = sources(), [installed(), arguments.options]
    last, told = load(BUILD / "published.json"), BUILD / "report.json"
    inputs = digest([before, as_it_is(read_by_pages()), built_with])
    if last.get("inputs") == inputs and contents(SITE) == last["site"] and told.exists():
        report.nothing_ran(told, time.perf_counter() - began)
        print(f"Nothing has changed: {SITE / 'index.html'} is up to date.")
        return 0
    # Should this build fail, then what has failed runs again, even if it is put back as it was.
    (BUILD / "published.json").unlink(missing_ok=True)
    stamp = {
        "machinery": digest([{n: d for n, d in before.items() if is_machinery(n)}, built_with]),
        "api": digest({n: d for n, d in before.items() if makes_api(n)}),
    }
    if load(BUILD / "options.json") != {"options": arguments.options}:
        forget_runs()  # an option can say what a page looks like
    BUILD.mkdir(exist_ok=True)
    (BUILD / "options.json").write_text(json.dumps({"options": arguments.options}), "utf-8")
    if not records():  # all pages will run
        start_pages_early()
    good = run_sphinx(dict(option.split("=", 1) for option in arguments.options), stamp)
    if good and (changed := sources().items() ^ before.items()):
        names = ", ".join(sorted({name for name, _ in changed}))
        print(f"\n{names}: changed while the site was built: build again.", file=sys.stderr)
        forget_runs()  # some may have seen the old, some the new
        good = False
    if not good:
        state = "is still that of the last good build" if SITE.exists() else "was not made"
        print(f"The build failed: {SITE} {state}.", file=sys.stderr)
        return 1
    publish(digest([before, read_by_pages(), built_with]))
    report.show(WORK / "doctrees" / "report.json", told, time.perf_counter() - began)
    print(f"The site is in {SITE}: open {SITE / 'index.html'}")
    return 0


if __name__ == "__main__":
    wanted = {**os.environ, **same_bytes.ENVIRONMENT}
    wanted.pop("SOURCE_DATE_EPOCH", None)  # Sphinx would put its year into the copyright
    if wanted != os.environ:  # a process cannot change its own seed of hashes
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted)
    sys.exit(main())
