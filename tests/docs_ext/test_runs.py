"""Pages that a build must refuse, each for what it does, shows or leaves behind."""

import json
import os
import re
import subprocess
from collections.abc import Callable

import pytest
from gallery import FIRST, SECOND, Gallery

# What is added to the first page, and what the build must say; the page has 19 lines.
FAULTS = {
    "exit": ("import sys\nsys.exit(0)", r"plot_one\.py:21: ends the run by itself"),
    "system exit": ("raise SystemExit", r"plot_one\.py:20: ends the run by itself"),
    "exit while an error is on its way": (
        "try:\n    areas.square('a')\nfinally:\n    exit()",
        r"plot_one\.py:23: ends the run by itself",
    ),
    "hard exit": ("import os\nos._exit(0)", r"plot_one\.py: ended its process, with status 0"),
    "crash": ("import os\nos.abort()", r"plot_one\.py:21: its process was killed by SIGABRT"),
    "error": ("assert areas.square(2) == 5", r"plot_one\.py:20: AssertionError"),
    "error elsewhere": ("areas.square('a')", r"plot_one\.py:20: TypeError.*\n.*\n.*products\.py:2"),
    "syntax": ("1 +", r"plot_one\.py:20: SyntaxError"),
    "warning": ("import warnings\nwarnings.warn('old')", r"plot_one\.py:21: UserWarning: old"),
    "deprecation": (
        "import warnings\nwarnings.warn('old', DeprecationWarning)",
        r"plot_one\.py:21: DeprecationWarning: old",
    ),
    "warning that nobody can catch": (
        "import warnings\nclass Gone:\n    def __del__(self):\n        warnings.warn('lost')\n"
        "gone = Gone()\ndel gone",
        r"plot_one\.py:23: UserWarning: lost",
    ),
    "error in a thread": (
        "from threading import Thread\nthread = Thread(target=lambda: 1 / 0)\nthread.start()\n"
        "thread.join()",
        r"plot_one\.py:21: ZeroDivisionError",
    ),
    "directory": ("import os\nos.chdir('/')", r"plot_one\.py:\d+: .* the working directory"),
    "variable": (
        "import os\nos.environ['TINY'] = '1'",
        r"plot_one\.py:\d+: .* changes the environment variable TINY",
    ),
    "several variables": (
        "import os\nos.environ.update(TINY='1')",
        r"plot_one\.py:\d+: .* changes the environment variable TINY",
    ),
    "precision": (
        "import torch\ntorch.set_float32_matmul_precision('medium')",
        r"plot_one\.py:\d+: .* torch's matmul precision",
    ),
    "bare address": ("print(hex(id(areas)))", r"plot_one\.py:\d+: .* shows '0x[0-9a-f]+'"),
    "locale": (
        "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
        r"plot_one\.py:\d+: .* changes the locale",
    ),
    "print options": (
        "import numpy as np\nnp.set_printoptions(precision=2)",
        r"plot_one\.py:\d+: .* changes NumPy's print options",
    ),
    "rcParams": (
        "plt.rcParams['figure.dpi'] = 50",
        r"plot_one\.py:\d+: .* rcParams\['figure\.dpi'\]",
    ),
    "generator": (
        "import numpy as np\nnp.random.rand()",
        r"plot_one\.py:\d+: .* NumPy's global generator",
    ),
    "random": ("import random\nrandom.random()", r"plot_one\.py:\d+: .* random's global generator"),
    "dtype": (
        "import torch\ntorch.set_default_dtype(torch.float64)",
        r"plot_one\.py:\d+: .* torch's default dtype",
    ),
    "threads": (
        "import torch\ntorch.set_num_threads(2)",
        r"plot_one\.py:\d+: .* number of threads",
    ),
    "deterministic": (
        "import torch\ntorch.use_deterministic_algorithms(True)",
        r"plot_one\.py:\d+: .* torch's deterministic algorithms",
    ),
    "undescribed": ("plt.figure()", r"plot_one\.py:\d+: .* a figure without a description"),
    "unshown": (
        "# sphinx_gallery_defer_figures\nplt.figure()",
        r"plot_one\.py:20: sets sphinx_gallery_defer_figures",
    ),
    "path": ("print(areas.__file__)", r"plot_one\.py:\d+: .* shows '/.*areas\.py"),
    "temporary": (
        "import tempfile\nprint(tempfile.gettempdir())",
        r"plot_one\.py:\d+: the block that starts here shows",
    ),
    "address": ("print(areas.square)", r"plot_one\.py:\d+: .* shows 'at 0x"),
    "hooks": (
        "import sys, threading\nthreading.excepthook = sys.excepthook\n"
        "thread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()",
        r"plot_one\.py:21: changes threading\.excepthook",
    ),
    "hooks, by what the page calls": (
        "areas.take_hooks()",
        r"plot_one\.py:\d+: .* changes the exception hooks",
    ),
    "written to another page": (
        "from pathlib import Path\nplace = Path('../../docs/made/gallery/first/plot_two.rst')\n"
        "place.write_text('other')",
        r"plot_one\.py:22: writes to docs/made/gallery/first/plot_two\.rst; a page writes to its",
    ),
    "written to the site": (
        "from pathlib import Path\nPath('../../site/about.html').write_text('other')",
        r"plot_one\.py:21: writes to build/sites/\w+/about\.html",
    ),
    "written to the history": (
        "import os\nos.mkdir('../../.git')",
        r"plot_one\.py:21: writes to \.git;",
    ),
    "written beside the checkout": (
        "import numpy as np\nnp.savetxt('../../../beside.txt', [1])",
        r"plot_one\.py:21: writes to /.*/beside\.txt",
    ),
    "written, and the refusal caught": (
        "try:\n    open('left.txt', 'w')\nexcept OSError:\n    pass",
        r"plot_one\.py:21: writes to examples/first/left\.txt",
    ),
    "removed": (
        "import os\nos.rename('data.csv', 'moved.csv')",
        r"plot_one\.py:21: writes to examples/first/data\.csv",
    ),
    "a check that never runs": (
        "if False:\n    assert areas.square(2) == 5",
        r"plot_one\.py:2[01]: ",
    ),
    "a check that no run reaches": (
        "def check():\n    assert areas.square(2) == 5",
        r"plot_one\.py:21: is a check that the page's run never reaches",
    ),
    "a check that is caught": (
        "try:\n    assert areas.square(2) == 5\nexcept AssertionError:\n    pass",
        r"plot_one\.py:2\d: ",
    ),
    "a check that is replaced": (
        "import numpy as np\nnp.allclose = lambda *_: True\nassert np.allclose(1, 2)",
        r"plot_one\.py:21: ",
    ),
    "warnings silenced": (
        "import warnings\nwarnings.simplefilter('ignore')",
        r"plot_one\.py:21: ",
    ),
    "a script from elsewhere": (
        '# %%\n# .. raw:: html\n#\n#    <script src="https://host.invalid/x.js"></script>',
        r"plot_one\.html: would fetch from another host",
    ),
    "a file that is not there": (
        '# %%\n# .. raw:: html\n#\n#    <img src="nowhere.png" alt="">',
        r"plot_one\.html: names nowhere\.png, which is not on the site",
    ),
    "link": ("# %%\n# See :func:`tiny.areas.nothing`.", r"plot_one\.rst:\d+: WARNING: .*nothing"),
}


def no_header(gallery: Gallery) -> None:
    """Take away the header of the chapter."""
    (gallery.root / "examples/first/GALLERY_HEADER.rst").unlink()


def no_title(gallery: Gallery) -> None:
    """Take away the line below the title."""
    gallery.edit(FIRST, "==============\n", "")


def same_name(gallery: Gallery) -> None:
    """Put a page of the same name into another chapter."""
    gallery.write("examples/other/GALLERY_HEADER.rst", "Other\n=====\n\nText.\n")
    gallery.write("examples/other/plot_one.py", '"""\nOther\n=====\n\nText.\n"""\n')


def too_deep(gallery: Gallery) -> None:
    """Put a page into a folder within a chapter."""
    gallery.write("examples/first/deep/plot_deep.py", '"""\nDeep\n====\n\nText.\n"""\n')


def not_run(gallery: Gallery) -> None:
    """Add a script whose name does not ask for its run."""
    gallery.write("examples/first/show_it.py", '"""\nShown\n=====\n\nText.\n"""\n')


def beyond_ascii(gallery: Gallery) -> None:
    """Add a page whose name cannot stand in an address as it is."""
    gallery.write("examples/first/plot_größe.py", '"""\nSize\n====\n\nText.\n"""\n')


def capital_ending(gallery: Gallery) -> None:
    """Add a page whose ending is written in capitals."""
    gallery.write("examples/first/plot_new.PY", '"""\nNew\n===\n\nText.\n"""\n')


def broken_link(gallery: Gallery) -> None:
    """Add a page that is a link to nothing."""
    (gallery.root / "examples/first/plot_x.py").symlink_to("nowhere.py")


def a_folder(gallery: Gallery) -> None:
    """Add a folder that is named like a page."""
    (gallery.root / "examples/first/plot_x.py").mkdir()


PLACES = {
    beyond_ascii: r"plot_größe\.py: its name becomes an address: use the letters a to z",
    capital_ending: r"plot_new\.PY: would be shown without being run",
    broken_link: r"plot_x\.py: is a folder, or a link that leads nowhere",
    a_folder: r"plot_x\.py: is a folder, or a link that leads nowhere",
    no_header: r"examples/first/plot_one\.py: examples/first has pages but no GALLERY_HEADER\.rst",
    no_title: r"examples/first/plot_one\.py:1: begins without a title",
    same_name: r"plot_one\.py: .*plot_one\.py has the same name",
    too_deep: r"plot_deep\.py: lies too deep",
    not_run: r"show_it\.py: would be shown without being run",
}


def refused(gallery: Gallery, message: str, *options: str) -> None:
    """Build, and hold that the build fails with one message and the last site untouched."""
    before = gallery.published()
    gallery.build(*options)
    assert gallery.status == 1, gallery.log
    assert len(re.findall(message, gallery.log)) == 1, gallery.log
    assert "Traceback" not in gallery.log
    assert gallery.published() == before


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_misbehaves_fails_the_build(gallery: Gallery, fault: str) -> None:
    """The build ends with status 1 and names the file and the line; the site stays as it was."""
    code, message = FAULTS[fault]
    gallery.append(FIRST, code)
    refused(gallery, message)


@pytest.mark.parametrize("fault", PLACES, ids=lambda f: f.__name__)
def test_a_page_out_of_place_fails_the_build(
    gallery: Gallery, fault: Callable[[Gallery], None]
) -> None:
    """What Sphinx-Gallery would leave out, or show without a run, is named before anything runs."""
    fault(gallery)
    refused(gallery, PLACES[fault])
    assert gallery.ran() == {}


def test_a_page_that_never_ends_is_stopped_where_it_is(gallery: Gallery) -> None:
    """After its time a page is killed, with what it started, and the line it was at is named."""
    gallery.append(
        FIRST,
        "import subprocess, time\n"
        "subprocess.Popen(['sleep', '987.5'])\n"
        "while True:\n    time.sleep(0.1)",
    )
    refused(gallery, r"plot_one\.py:23: still running after 6 s", "-D", "page_seconds=6")
    processes = subprocess.run(["ps", "ax"], capture_output=True, text=True, check=True).stdout
    assert "sleep 987.5" not in processes


@pytest.mark.parametrize("part", ["html", "figure", "thumbnail", "script", "notebook", "archive"])
def test_a_page_of_which_a_part_is_missing_fails_the_build(gallery: Gallery, part: str) -> None:
    """A file that is gone from the finished site is named, with the page that it belongs to."""
    name = {
        "html": "made/gallery/first/plot_one.html",
        "figure": "_images/sphx_glr_plot_one_001.svg",
        "thumbnail": "_images/sphx_glr_plot_one_thumb.webp",
        "script": "_downloads/*/plot_one.py",
        "notebook": "_downloads/*/plot_one.ipynb",
        "archive": "_downloads/*/plot_one.zip",
    }[part]
    gallery.append(
        "docs/conf.py",
        f"""
def lose(app, exception):
    for path in Path(app.outdir).glob({name!r}):
        path.unlink()


def setup(app):
    app.connect("build-finished", lose, priority=800)
""",
    )
    kind = "page made/gallery/first/plot_one.html is" if part == "html" else f"{part} .* is"
    refused(gallery, rf"examples/first/plot_one\.py: its {kind} missing")


def test_what_a_page_may_write(gallery: Gallery) -> None:
    """A page may use temporary files, and its own folder for pictures."""
    gallery.append(
        FIRST,
        "import tempfile\nfrom pathlib import Path\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    Path(folder, 'a.txt').write_text('a')\n"
        "with tempfile.NamedTemporaryFile('w') as file:\n    file.write('b')",
    )
    gallery.build()
    assert gallery.status == 0, gallery.log


@pytest.mark.parametrize(
    "name",
    [
        "examples/first/.ipynb_checkpoints/plot_one-checkpoint.py", "examples/first/.#plot_one.py",
        "examples/first/._plot_one.py", "docs/.#about.rst", "docs/.ipynb_checkpoints/a.rst",
    ],
)  # fmt: skip
def test_what_editors_leave_beside_a_page_is_ignored(gallery: Gallery, name: str) -> None:
    """Copies that tools keep are no pages, whatever they hold."""
    before = gallery.published()
    gallery.write(name, "1 +")
    gallery.append("docs/about.rst", "More.")
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert gallery.published().keys() == before.keys()


def test_what_a_page_changes_its_successor_does_not_notice(gallery: Gallery) -> None:
    """Not even a change that no list of globals names reaches the next page."""
    loud = "import logging\nlogging.getLogger('tiny').setLevel(7)\n"
    gallery.append(FIRST, f"{loud}plt.style.use('ggplot')\n")
    gallery.append(FIRST, "import matplotlib\nmatplotlib.rcdefaults()\nmatplotlib.use('agg')")
    gallery.append(SECOND, "import logging\nprint(logging.getLogger('tiny').level == 7)")
    gallery.build("-D", "page_workers=1")
    assert gallery.status == 0, gallery.log
    assert set(gallery.ran()) == {"plot_one", "plot_two"}
    assert b"False" in gallery.published()["made/gallery/first/plot_two.html"]


def test_a_page_that_failed_runs_again_when_it_is_mended(gallery: Gallery) -> None:
    """A page that passes, fails, and is put back with its old date shows its own run again.

    What other pages have become is still relied on.
    """
    path = gallery.root / FIRST
    gallery.append("docs/about.rst", "More.")
    gallery.build()  # in this folder all are new
    good, times = path.read_text(encoding="utf-8"), path.stat()
    before = gallery.published()
    gallery.append(FIRST, "raise ValueError('broken')")
    other = gallery.root / "build/work/html/made/gallery/first/plot_two.html"
    written = other.stat().st_mtime_ns
    refused(gallery, r"plot_one\.py:20: ValueError: broken")
    path.write_text(good, encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    gallery.build()
    assert gallery.status == 0, gallery.log
    assert "plot_one" in gallery.ran()
    assert gallery.published() == before
    assert other.stat().st_mtime_ns == written


def test_the_report_tells_what_ran_and_why(gallery: Gallery) -> None:
    """The report in the build folder names each page, what it took, and the reason."""
    gallery.append(SECOND, "print(1)")
    gallery.build()
    report = json.loads((gallery.root / "build/report.json").read_text(encoding="utf-8"))
    one, two = sorted(report["pages"], key=lambda page: page["page"])
    assert (one["page"], one["ran"]) == (FIRST, False)
    assert (two["page"], two["ran"]) == (SECOND, True)
    assert two["why"] == [f"{SECOND} changed"]
    assert list(one["figures"]) == ["sphx_glr_plot_one_001"]
    assert "1 page ran, 1 was reused" in gallery.log
    assert not any("report" in name for name in gallery.published())
    gallery.build()
    report = json.loads((gallery.root / "build/report.json").read_text(encoding="utf-8"))
    assert [page["ran"] for page in report["pages"]] == [False, False]
