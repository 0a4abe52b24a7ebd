"""The site changes in one step, from one whole site to the next, and always to the same bytes."""

import json
import os
import random
import re
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
from gallery import FIRST, SECOND, Gallery


def test_nothing_is_done_when_nothing_has_changed(gallery: Gallery) -> None:
    """A second build ends at once, and does not touch the site."""
    place, inode = gallery.site.resolve(), gallery.site.resolve().stat().st_ino
    gallery.build()
    assert "Nothing has changed" in gallery.log
    assert (gallery.site.resolve(), gallery.site.resolve().stat().st_ino) == (place, inode)


@pytest.mark.parametrize("damage", ["removed", "changed", "added", "unlinked"])
def test_a_damaged_site_is_published_again(gallery: Gallery, damage: str) -> None:
    """A site that is no longer what was published is not taken for up to date."""
    before = gallery.published()
    page = gallery.site / "about.html"
    if damage == "unlinked":
        gallery.site.unlink()
    elif damage == "removed":
        page.unlink()
    else:
        (page if damage == "changed" else gallery.site / "more.html").write_bytes(b"other")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.ran() == {}
    assert gallery.published() == before


def test_a_build_leaves_nothing_among_temporary_files(gallery: Gallery) -> None:
    """Its pages' folders go, and the socket by which their processes are asked for."""
    with tempfile.TemporaryDirectory() as folder:  # not tmp_path, whose name is too long for that
        gallery.build("--fresh", env={**os.environ, "TMPDIR": folder})
        assert gallery.status == 0, gallery.log
        assert len(gallery.ran()) == 2
        assert [*Path(folder).iterdir()] == []


@pytest.mark.parametrize(("option", "status"), [("--help", 0), ("--no-such-option", 2)])
def test_the_command_line_ends_as_others_do(gallery: Gallery, option: str, status: int) -> None:
    """Help is no error, and a slip is one."""
    assert gallery.build(option).status == status
    assert "usage:" in gallery.log


def test_two_clean_builds_are_the_same_bytes(built: Gallery, tmp_path: Path) -> None:
    """Another folder, time, locale, time zone, seed of hashes and number of workers: one site."""
    other = Gallery(tmp_path / "another-folder").create()
    environment = {
        **os.environ, "LC_ALL": "C", "LANG": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1000000000", "COLUMNS": "40",
    }  # fmt: skip
    other.build("-D", "page_workers=1", env=environment)
    assert other.status == 0, other.log
    assert other.published() == built.published()


def test_pages_in_another_order_give_the_same_bytes(gallery: Gallery) -> None:
    """Whichever page runs first, and whether another runs at all, each shows the same."""
    before = gallery.published()
    orders = []
    for first, last in (("one", "two"), ("two", "one")):
        for page, seconds in ((first, 9), (last, 1)):
            record = gallery.root / f"docs/made/gallery/first/plot_{page}.run.json"
            text = json.loads(record.read_text(encoding="utf-8"))
            text |= {"seconds": seconds, "versions": {"Python": "2.7"}}
            record.write_text(json.dumps(text), encoding="utf-8")
        (gallery.root / "build/published").unlink()
        gallery.build("-D", "page_workers=1")
        orders.append(list(gallery.ran()))
        assert gallery.published() == before
    assert orders == [["plot_one", "plot_two"], ["plot_two", "plot_one"]]


def test_an_option_that_changes_a_setting_counts(gallery: Gallery) -> None:
    """A build with another setting is another build."""
    gallery.build("-D", "html_title=Another")
    assert gallery.status == 0, gallery.log
    assert b"Another" in gallery.published()["about.html"]
    gallery.build()
    assert b"Another" not in gallery.published()["about.html"]


def test_a_source_that_changes_while_the_site_is_built_fails_the_build(gallery: Gallery) -> None:
    """What was built partly from the old and partly from the new is not published."""
    before = gallery.published()
    gallery.append("docs/conf.py", "def setup(app):\n    (HERE / 'about.rst').touch()\n"
                   "    app.connect('build-finished', lambda *_: (HERE / 'about.rst').write_text("
                   "'About\\n=====\\n\\nOther.\\n'))")  # fmt: skip
    gallery.build()
    assert gallery.status == 1
    assert "docs/about.rst: changed while the site was built" in gallery.log
    assert gallery.published() == before


@pytest.mark.parametrize("folder", ["env/conda-meta", "node_modules", "data", "clone/.git"])
def test_what_else_lies_in_the_checkout_is_left_alone(gallery: Gallery, folder: str) -> None:
    """An environment, a data folder or a clone is not read, not cleaned, and rebuilds nothing."""
    cache = gallery.root / folder.partition("/")[0] / "__pycache__/module.cpython-311.pyc"
    for name in (f"{folder}/history", str(cache.relative_to(gallery.root))):
        gallery.write(name, "old")
    gallery.build()
    assert "Nothing has changed" in gallery.log
    gallery.write(f"{folder}/history", "new")
    gallery.build()
    assert "Nothing has changed" in gallery.log
    gallery.append(SECOND, "print(1)")
    gallery.build()
    assert cache.exists()


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """One sentence says what is in the way, as in a checkout that may only be read."""
    gallery = Gallery(tmp_path).create()
    gallery.write("build", "a file where the folder should be")
    gallery.build()
    assert gallery.status == 1
    assert re.fullmatch(r"The site cannot be built here: build\S*: .*\.\n", gallery.log), (
        gallery.log
    )


def test_the_same_label_on_two_pages_fails_in_steps_too(gallery: Gallery) -> None:
    """A build in steps gives the warnings that one step would give."""
    for name in (FIRST, SECOND):
        gallery.append(name, "# %%\n# .. _here:\n#\n# Here\n# ----\n# Text.")
        gallery.build()
    assert gallery.status == 1
    assert "duplicate label here" in gallery.log


@pytest.mark.parametrize("place", ["examples/first/plot_one.py", "docs/about.rst"])
def test_a_warning_fails_every_build_until_its_cause_is_gone(gallery: Gallery, place: str) -> None:
    """Sphinx warns of a page when it reads it; a build that went on from there would be green."""
    gallery.append("docs/about.rst", "More.")
    gallery.build()  # in this folder all are new
    before, good = gallery.published(), (gallery.root / place).read_text(encoding="utf-8")
    comment = "# " if place.endswith(".py") else ""
    gallery.append(place, f"{'# %%' if comment else ''}\n{comment}- A point\n{comment}without end.")
    for _ in range(2):
        gallery.build()
        assert gallery.status == 1, gallery.log
        assert "Bullet list ends without a blank line" in gallery.log
        assert gallery.published() == before
    gallery.write(place, good)
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.published() == before


def test_a_stray_file_among_the_generated_ones_goes(gallery: Gallery) -> None:
    """What a build has not made is not published, whatever was edited in between."""
    before = gallery.published()
    gallery.write("docs/made/api/stray.rst", ":orphan:\n\nStray\n=====\n")
    gallery.append(SECOND, "print(1)")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.published().keys() == before.keys()


@pytest.mark.parametrize("way", ["spawn", "fork", "forkserver"])
def test_every_way_to_start_a_process_gives_the_same_bytes(
    built: Gallery, tmp_path: Path, way: str
) -> None:
    """Whatever the system's default is, and also where no process can be forked or linked."""
    other = Gallery(tmp_path / "other").create()
    text = f"import multiprocessing, os\nmultiprocessing.set_start_method({way!r})\n"
    if way == "spawn":  # as on Windows
        text += "multiprocessing.get_all_start_methods = lambda: ['spawn']\n"
        text += "def symlink(*_, **__): raise OSError('not allowed')\nos.symlink = symlink\n"
    (tmp_path / "sitecustomize.py").write_text(text, encoding="utf-8")
    other.build(env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert other.status == 0, other.log
    assert other.published() == built.published()
    assert other.site.is_symlink() == (way != "spawn")


def test_a_folder_with_a_space_makes_no_difference(built: Gallery, tmp_path: Path) -> None:
    """The folders above a project are the machine's affair."""
    other = Gallery(tmp_path / "a folder" / "with spaces").create().build()
    assert other.status == 0, other.log
    assert other.published() == built.published()


@pytest.mark.parametrize(
    "code",
    [
        "import time\nprint(int(time.time()))",
        "from datetime import date\nprint(date.today())",
        "import getpass\nprint(getpass.getuser())",
        "import socket\nprint(socket.gethostname())",
        "import platform\nprint(platform.node())",
        "import os\nprint(os.getpid())",
        "import os\nprint(os.cpu_count())",
        "import os\nprint(len(os.sched_getaffinity(0)))",
        "import os\nprint(os.environ.get('ANOTHER_VARIABLE'))",
        "import numpy as np\nprint(np.random.default_rng().integers(1 << 40))",
        "import torch\nprint(torch.rand(3))",
        "import os\nprint(os.urandom(4))",
        "print(hash('text'))",
        "from pathlib import Path\nprint(len(str(Path.cwd())))",
    ],
)
def test_what_differs_elsewhere_is_found_by_running_twice(gallery: Gallery, code: str) -> None:
    """Clock, user, host, process, cores, environment, entropy and folder may not be shown."""
    before = gallery.published()
    gallery.append(SECOND, code)
    gallery.build("--twice")
    assert gallery.status == 1, gallery.log
    assert "plot_two.py writes other bytes" in gallery.log
    assert "plot_one.py" not in gallery.log.partition("writes other bytes")[2]
    assert gallery.published() == before


def test_a_gallery_that_is_the_same_elsewhere_passes_twice(gallery: Gallery) -> None:
    """What depends on nothing but the sources is published."""
    gallery.build("--twice")
    assert gallery.status == 0, gallery.log


@pytest.mark.parametrize("name", ["tests/data.txt", ".data/data.txt", "build/data.txt"])
def test_what_a_page_reads_counts_wherever_it_lies(gallery: Gallery, name: str) -> None:
    """A file that a page reads outside the folders of sources is no reason to do nothing."""
    gallery.write(name, "old")
    gallery.append(SECOND, f"print(Path('../../{name}').read_text())")
    gallery.build()
    assert gallery.status == 0, gallery.log
    gallery.write(name, "new")
    gallery.build()
    assert gallery.ran() == {"plot_two": f"{name} changed"}
    gallery.build()
    assert "Nothing has changed" in gallery.log


@pytest.mark.parametrize(
    "name",
    [
        "build/published", "build/report.json", "build/work/doctrees/made.json",
        "build/work/doctrees/environment.pickle", "build/work/doctrees/gathered.json",
        "docs/made/gallery/first/plot_one.run.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [None, "", "{}"], ids=["lost", "empty", "other"])
def test_what_a_build_keeps_may_get_lost(gallery: Gallery, name: str, text: str | None) -> None:
    """A note of the last build that is gone or broken costs time, and nothing else."""
    gallery.append("docs/about.rst", "More.")
    gallery.build()
    before = gallery.published()
    (gallery.root / name).unlink() if text is None else gallery.write(name, text)
    gallery.append("docs/about.rst", "Yet more.")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert {n for n, data in gallery.published().items() if data != before[n]} == {
        "about.html", "_static/search-index.js",
    }  # fmt: skip


def test_a_build_that_is_killed_leaves_a_whole_site(gallery: Gallery) -> None:
    """Whenever the build dies, the site is the old one or the new one; the next build mends all."""
    old = gallery.published()
    clean = Gallery(gallery.root.parent / "clean").create()
    for place in (gallery, clean):
        place.append(FIRST, "print('new')")
        place.append(SECOND, "print('new')")
    new = clean.build().published()
    assert clean.status == 0, clean.log
    moments = random.Random(0)
    for _ in range(8):
        build = gallery.start(start_new_session=True)
        time.sleep(moments.uniform(0.2, 3))
        os.killpg(build.pid, signal.SIGKILL)
        build.communicate()
        assert gallery.published() in (old, new)
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.published() == new


def test_two_builds_at_once_take_turns(gallery: Gallery) -> None:
    """The second build waits for the first, and finds its work done."""
    gallery.append(FIRST, "import time\ntime.sleep(1)\nprint('new')")
    builds = [gallery.start(), gallery.start()]
    logs = [build.communicate()[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], logs
    assert sum("waiting for its end" in log for log in logs) == 1
    assert sum("Nothing has changed" in log for log in logs) == 1
    assert b"new" in gallery.published()["made/gallery/first/plot_one.html"]


def test_a_fresh_build_forgets_all_others(gallery: Gallery) -> None:
    """With --fresh every page runs, and the site is the same."""
    before = gallery.published()
    shutil.rmtree(gallery.root / "docs/made")
    gallery.build("--fresh")
    assert set(gallery.ran()) == {"plot_one", "plot_two"}
    assert gallery.published() == before


def test_another_gallery_needs_only_what_the_howto_says(tmp_path: Path) -> None:
    """Without our scraper and our order of pages the build works on Sphinx-Gallery's defaults."""
    gallery = Gallery(tmp_path).create()
    shutil.rmtree(tmp_path / "docs/_ext")
    gallery.edit("docs/conf.py", ', "search_index"]', "]")
    gallery.edit("docs/conf.py", '    "image_scrapers": ("figures.scrape",),\n', "")
    gallery.append(FIRST, "ax.set_title('A title')")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert "_images/sphx_glr_plot_one_001.png" in gallery.published()


@pytest.mark.parametrize(
    ("variable", "code"),
    [("PYTHONOPTIMIZE", "assert areas.square(2) == 5"), ("DISPLAY", "plt.show()\nassert 0, 'end'")],
)
def test_the_builders_environment_does_not_reach_a_page(
    gallery: Gallery, variable: str, code: str
) -> None:
    """Assertions are run whatever the environment says, and a screen makes no difference."""
    before = gallery.published()
    gallery.append(FIRST, code)
    gallery.build(env={**os.environ, variable: "1"})
    assert gallery.status == 1
    assert "AssertionError" in gallery.log
    assert gallery.published() == before


def test_bytecode_elsewhere_is_not_run(gallery: Gallery, tmp_path: Path) -> None:
    """Old bytecode in a folder that the environment names is not taken for the new source."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "elsewhere")}
    gallery.build("--fresh", env=environment)
    path = gallery.root / "tiny/products.py"
    times = path.stat()
    gallery.edit("tiny/products.py", "a * b", "a + b")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    gallery.build(env=environment)
    assert b"first 6" in gallery.published()["made/gallery/first/plot_one.html"]


@pytest.mark.parametrize("way", ["deleted", "older"])
def test_what_changes_after_a_page_has_read_it_is_noticed(gallery: Gallery, way: str) -> None:
    """A file that goes, or is replaced by an older one, during a run does not count as read."""
    gallery.write("examples/first/old.csv", "0")
    os.utime(gallery.root / "examples/first/old.csv", (0, 0))
    if way == "deleted":
        act = "import os; os.unlink('data.csv')"
    else:
        act = "import shutil; shutil.copy2('old.csv', 'data.csv')"
    change = f"import subprocess, sys\ndone = subprocess.run([sys.executable, '-c', {act!r}])"
    gallery.append(SECOND, change)
    gallery.build()
    assert gallery.status == 1
    assert "examples/first/data.csv " in gallery.log
    assert "while plot_two.py ran: build again" in gallery.log
    gallery.edit(SECOND, change, "")
    gallery.write("examples/first/data.csv", "0")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert b"second 0" in gallery.published()["made/gallery/first/plot_two.html"]


def test_after_a_change_during_a_build_no_run_is_relied_on(gallery: Gallery) -> None:
    """A page that saw the old of two states is not reused for the new one."""
    gallery.append(FIRST, "print('more')")
    change = "(HERE / 'about.rst').write_text('About\\n=====\\n\\nOther.\\n')"
    gallery.append("docs/conf.py", f"def setup(app):\n    {change}")
    gallery.build()
    assert gallery.status == 1
    assert "docs/about.rst: changed while the site was built" in gallery.log
    assert set(gallery.ran()) == {"plot_one", "plot_two"}
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert set(gallery.ran()) == {"plot_one", "plot_two"}


def test_an_option_reaches_the_pages_and_leaves_them_again(gallery: Gallery) -> None:
    """What an option says of pages holds for that build, and for no other."""
    before = gallery.published()
    gallery.build("-D", "sphinx_gallery_conf.first_notebook_cell=# Mine")
    assert set(gallery.ran()) == {"plot_one", "plot_two"}
    gallery.build()
    assert set(gallery.ran()) == {"plot_one", "plot_two"}
    assert gallery.published() == before


def test_what_has_not_changed_is_not_written_again(gallery: Gallery) -> None:
    """A file of the last site is taken over if its bytes are the wanted ones, and only then."""
    style, damaged = (gallery.root / "site/_static" / name for name in ("basic.css", "doctools.js"))
    page = gallery.root / "site/made/gallery/first/plot_one.html"
    before = style.stat().st_ino, page.stat().st_ino
    text = damaged.read_bytes()
    damaged.write_bytes(text.swapcase())
    gallery.append(FIRST, "print('once more')")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert style.stat().st_ino == before[0]
    assert page.stat().st_ino != before[1]
    assert b"once more" in page.read_bytes()
    assert damaged.read_bytes() == text


def test_what_a_stale_page_imports_is_imported_while_sphinx_gets_ready(gallery: Gallery) -> None:
    """Of the modules named in pyproject.toml, just those that its last run had, or it has now."""
    gallery.append("pyproject.toml", 'preload = ["wave"]')
    gallery.write("tiny/early.py", "import sys\n\nTHERE = 'wave' in sys.modules\n")
    line = "from tiny import early\nprint('early', early.THERE)\n"
    gallery.build()
    for page, more, told in ((FIRST, "", b"early False"), (SECOND, "import wave\n", b"early True")):
        gallery.append(page, line + more)
        gallery.build()
        assert gallery.status == 0, gallery.log
        made = f"made/gallery/{Path(page).parent.name}/{Path(page).stem}.html"
        assert told in gallery.published()[made]


def test_what_most_pages_import_is_imported_before_they_run(gallery: Gallery) -> None:
    """A module named in pyproject.toml is there when more than two pages begin."""
    gallery.append("pyproject.toml", 'preload = ["wave"]')
    for name in ("three", "four"):
        shutil.copy(gallery.root / FIRST, gallery.root / f"examples/first/plot_{name}.py")
    gallery.write("tiny/unused.py", "import sys\n\nTHERE = 'wave' in sys.modules\n")
    gallery.append(SECOND, "from tiny import unused\nprint('shared', unused.THERE)")
    gallery.build("--fresh")
    assert gallery.status == 0, gallery.log
    assert b"shared True" in gallery.published()["made/gallery/first/plot_two.html"]
