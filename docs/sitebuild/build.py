"""Build the site aside, check it, and only then put it in the place of the last one.

This is what ``nox -s docs`` runs. The site is what the name ``site`` leads to, and it changes in
one step: a build that fails, or is killed, leaves the last good site whole. A build for which
nothing has changed, and whose site is as it was published, ends at once.
"""

import argparse
import gc
import os
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

from sitebuild import elsewhere, pool, report, same_bytes
from sitebuild.footprint import Digests, changes, digest, digests, hashed, tree
from sitebuild.pages import imported, records
from sitebuild.project import (
    BUILD,
    DOCS,
    FORMS,
    GENERATED,
    MADE,
    PRELOAD,
    ROOT,
    SITE,
    SOURCES,
    WORK,
    load,
    name,
    wait_for_turn,
)
from sitebuild.publish import publish

PUBLISHED = BUILD / "published"
"""Holds the stamp of the last build, if that was good."""


def installed() -> list[str]:
    """Name every installed distribution with its version, and Python with its own."""
    names = [path.name for place in sys.path for path in Path(place).glob("*.dist-info")]
    return [sys.version, *sorted(names)]


def stamp(sources: Digests, options: list[str]) -> str:
    """Give a digest of the site, and of all that it is made from, wherever it lies."""
    read = {file for record in records().values() for file in record.reads}
    more = [ROOT / file for file in read | {*load(WORK / "doctrees" / MADE).get("included", [])}]
    site = [path for path in SITE.rglob("*") if path.is_file()]
    return hashed(sources, digests([*more, *site]), installed(), options)


def run_sphinx(options: list[str], base: str, builder: str = "html", work: Path = WORK) -> bool:
    """Run the pages and Sphinx in the work folder, and say whether all went well.

    Sphinx goes on from its last build only if nothing but bodies of pages has changed since. Else
    it begins with nothing, so that a site built in steps is that of one step.
    """
    from sphinx.application import Sphinx  # noqa: PLC0415 (only if there is something to build)
    from sphinx.errors import SphinxError  # noqa: PLC0415
    from sphinx.util.console import nocolor  # noqa: PLC0415
    from sphinx.util.docutils import docutils_namespace  # noqa: PLC0415

    from sitebuild.extension import AnewError  # noqa: PLC0415

    if not sys.stdout.isatty():
        nocolor()
    gc.freeze()  # a quarter of Sphinx's time goes to searching for garbage that is not there
    gc.set_threshold(50_000)
    settings: dict[str, Any] = dict(option.split("=", 1) for option in options)
    settings |= {"page_options": options, "site_base": base}
    if load(work / "doctrees" / MADE).get("base") != base:
        shutil.rmtree(work, ignore_errors=True)
    try:
        with docutils_namespace():
            app = Sphinx(
                DOCS, DOCS, work / builder, work / "doctrees", builder, settings,
                warningiserror=True, parallel=1 + pool.cores(),  # one of them waits a lot
            )  # fmt: skip
            app.build()
    except AnewError:  # the pages have run, and do not run again
        return run_sphinx(options, base, builder, work)
    except SphinxError as error:
        pool.stop()
        print(f"\n{error}", file=sys.stderr)
        return False
    if app.statuscode:  # Sphinx warns of a page only as it reads or writes it: let it begin anew
        (work / "doctrees" / MADE).unlink(missing_ok=True)
    return app.statuscode == 0


def build(options: list[str], *, twice: bool) -> int:
    """Build if anything has changed, and give the exit status."""
    began, sources = time.time(), digests(tree(SOURCES))
    if not twice and PUBLISHED.exists() and PUBLISHED.read_text("utf-8") == stamp(sources, options):
        report.write(began)
        print(f"Nothing has changed: {SITE / 'index.html'} is up to date.")
        return 0
    # Should this build fail, then what has failed runs again, even if it is put back as it was.
    PUBLISHED.unlink(missing_ok=True)
    now, last = cache(digest), records().values()
    stale = [record for record in last if changes(record.reads, record.versions, now)]
    if stale or not last:  # without a record all pages run
        pool.warm([needed for needed in PRELOAD if not last or imported(needed, stale)])
    # The body of a page is shown by its own page only.
    others = {file: now for file, now in sources.items() if not Path(file).match("plot_*.py")}
    good = run_sphinx(options, hashed(others, installed(), options))
    if good and (changed := digests(tree(SOURCES)).items() ^ sources.items()):
        names = ", ".join(sorted({file for file, _ in changed}))
        print(f"\n{names}: changed while the site was built: build again.", file=sys.stderr)
        for record in records():  # some may have seen the old, some the new
            record.unlink()
        good = False
    if good and twice and (faults := elsewhere.differing(options)):
        print("", *faults, sep="\n", file=sys.stderr)
        good = False
    if not good:
        state = "is still that of the last good build" if SITE.exists() else "was not made"
        print(f"The build failed: {SITE} {state}.", file=sys.stderr)
        return 1
    publish(WORK / "html")
    PUBLISHED.write_text(stamp(sources, options), encoding="utf-8")
    report.write(began)
    print(f"The site is in {SITE}: open {SITE / 'index.html'}")
    return 0


def make_forms(options: list[str]) -> int:
    """Make the site's other forms, an archive and a book, and give the exit status.

    The book takes a reading of its own: Sphinx's answers depend on who asks.
    """
    shutil.rmtree(FORMS, ignore_errors=True)
    if not run_sphinx(options, "", "epub", FORMS / "work"):
        print(f"The build failed: there is no book; {SITE} is whole.", file=sys.stderr)
        return 1
    for book in FORMS.glob("work/epub/*.epub"):
        members = {path: path.read_bytes() for path in sorted(SITE.rglob("*")) if path.is_file()}
        inside = {f"{book.stem}/{p.relative_to(SITE).as_posix()}": d for p, d in members.items()}
        same_bytes.pack(FORMS / f"{book.stem}.zip", inside)
        book.rename(FORMS / book.name)
    shutil.rmtree(FORMS / "work")
    print(f"The site as a book, and to take along, is in {FORMS}.")
    return 0


def main() -> int:
    """Read the command line, and build in an environment that is the same everywhere."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget all earlier builds")
    parser.add_argument("--twice", action="store_true",
                        help="run every page once more elsewhere; refuse what differs")  # fmt: skip
    parser.add_argument("--forms", action="store_true",
                        help="also make an EPUB, and an archive of the site")  # fmt: skip
    parser.add_argument("-D", dest="options", metavar="name=value", action="append", default=[],
                        help="override a setting of conf.py")  # fmt: skip
    arguments = parser.parse_args()
    if (wanted := same_bytes.environment()) != os.environ:
        # A process cannot change its own seed of hashes.
        command = [sys.executable, *sys.argv]
        if os.name == "nt":  # where execve returns at once
            return subprocess.call(command, env=wanted)
        os.execve(sys.executable, command, wanted)
    try:
        wait_for_turn()
        if arguments.fresh:
            for folder in (WORK, GENERATED):
                shutil.rmtree(folder, ignore_errors=True)
            PUBLISHED.unlink(missing_ok=True)
        failed = build(arguments.options, twice=arguments.twice)
        return make_forms(arguments.options) if arguments.forms and not failed else failed
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        pool.stop()
    except OSError as error:
        place = name(Path(error.filename)) if error.filename else ROOT
        print(f"The site cannot be built here: {place}: {error.strerror}.", file=sys.stderr)
    return 1
