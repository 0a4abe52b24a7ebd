"""What a page may not leave behind, nor write to.

Each page runs in a process of its own, so the next page notices nothing in any case. But what a
page leaves changed it has changed for a reader's session too, and what it writes elsewhere would
make one page's run depend on another's.
"""

import locale
import os
import pickle
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from sitebuild.footprint import writes
from sitebuild.pages import Page
from sitebuild.project import ROOT, name

# What changes a file or folder, and which of the event's arguments name it.
CHANGES = {
    "os.mkdir": 1, "os.remove": 1, "os.rmdir": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2,
    "os.truncate": 1, "os.chmod": 1, "os.chown": 1, "os.utime": 1, "shutil.rmtree": 1,
}  # fmt: skip


class Guard:
    """Notes how the session was when a page began, and looks after each block at what differs."""

    def __init__(self, page: Page, style: str | None) -> None:
        self.page, self.style = page, style
        self.variables: dict[str, str | None] = {}
        self.changed_at: dict[str, int] = {}
        self.refused: list[tuple[int, str]] = []
        self.free = tuple(
            f"{Path(folder).resolve()}{os.sep}"
            for folder in (
                page.folder / "images", tempfile.gettempdir(), "/dev", sys.prefix,
                mpl.get_cachedir(), mpl.get_configdir(), Path.home() / ".cache",
            )
        )  # fmt: skip

    def start(self, conf: dict[str, Any], fname: str | Path | None) -> None:
        """Note how everything is when the page begins, as the project's own resetters leave it.

        The signature is that of Sphinx-Gallery's ``reset_modules``.
        """
        self.plain = dict(mpl.rcParams.items())
        with mpl.rc_context():
            plt.style.use(self.style or [])
            self.styled = dict(mpl.rcParams.items())
        self.before = dict(state())
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Note what the page sets in the environment, and refuse what it writes elsewhere."""
        if event in {"os.putenv", "os.unsetenv"}:
            frame = sys._getframe(1)
            while frame.f_globals.get("__name__") in {"os", "collections.abc"} and frame.f_back:
                frame = frame.f_back
            caller = Path(frame.f_code.co_filename)  # libraries set some, too
            if caller.is_relative_to(ROOT) and not caller.is_relative_to(sys.prefix):
                variable = os.fsdecode(args[0])
                self.variables.setdefault(variable, os.environ.get(variable))
        elif event == "open" and writes(*args[1:]):
            self._refuse(args[0])
        elif event in CHANGES and (args[-1] in {-1, None} or event == "os.truncate"):
            # What is named below an open folder was looked at when that was named.
            for path in args[: CHANGES[event]]:
                self._refuse(path)

    def _refuse(self, path: object) -> None:
        """End the page if it, or what it called, changes a file that is not its own."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        whole = os.path.realpath(os.fsdecode(path))
        if not f"{whole}{os.sep}".startswith(self.free) and "__pycache__" not in whole:
            frame = sys._getframe(2)
            while frame and frame.f_code.co_filename != str(self.page.source):
                frame = frame.f_back  # type: ignore[assignment]
            if frame:
                fault = (
                    f"writes to {name(Path(whole))}; a page writes to its own folder for pictures "
                    "and to temporary ones only"
                )
                self.refused.append((frame.f_lineno, fault))  # the page may catch what is raised
                raise PermissionError(fault)

    def differences(self) -> set[str]:
        """Name the globals that are not as they were when the page began."""
        found = {key for key, value in state() if value != self.before[key]}
        for variable, value in self.variables.items():
            if os.environ.get(variable) != value:
                found.add(f"the environment variable {variable}")
        for key, value in mpl.rcParams.items():  # those of the site's own style may stay
            if value not in (self.plain[key], self.styled[key]):
                found.add(f"rcParams[{key!r}]")
        if "torch" in sys.modules:
            found |= {key for key, value, fresh in torch_state() if value != fresh}
        return found

    def watch(
        self, block: tuple[Any, ...], block_vars: dict[str, Any], conf: dict[str, Any]
    ) -> str:
        """Remember which block of a page changed what; it may still put it back.

        The signature is that of Sphinx-Gallery's ``image_scrapers``, which it calls after each
        block, before it puts the working directory back by itself.
        """
        # Sphinx-Gallery begins each block in the page's own folder.
        self.before["the working directory"] = str(Path(block_vars["src_file"]).parent)
        found = self.differences() | ({"the working directory"} & self.changed_at.keys())
        self.changed_at = {key: self.changed_at.get(key, block[2]) for key in found}
        return ""

    def left_behind(self) -> Iterator[tuple[int, str]]:
        """Give the line of what the page must not do, and a sentence about it."""
        yield from self.refused
        for key, line in sorted(self.changed_at.items(), key=lambda item: item[1]):
            yield line, f"the block that starts here changes {key}, and the page never puts it back"


def by_default(conf: dict[str, Any], fname: str | Path | None) -> None:
    """Put matplotlib into its own default state, whatever the machine's settings say.

    The signature is that of Sphinx-Gallery's ``reset_modules``; everything else is fresh, because
    the process is.
    """
    mpl.rcdefaults()
    mpl.use("agg")


def state() -> Iterator[tuple[str, object]]:
    """Give each global that pages could leave changed, by what a message calls it."""
    yield "the working directory", str(Path.cwd())
    yield "the locale", locale.setlocale(locale.LC_ALL)
    yield "the exception hooks", (sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield "NumPy's print options", repr(np.get_printoptions())
    yield "NumPy's error handling", repr(np.geterr())
    generator = pickle.dumps(np.random.get_state())  # noqa: NPY002 (which pages may not use)
    yield "NumPy's global generator (use np.random.default_rng)", generator
    yield "random's global generator (use random.Random)", random.getstate()


def torch_state() -> Iterator[tuple[str, str, str]]:
    """Give torch's globals, by what a message calls them, with what they are after its import.

    Its generator is not among them: only a page can seed a layer.
    """
    torch = sys.modules["torch"]
    threads = str(torch.get_num_threads())
    deterministic = str(torch.are_deterministic_algorithms_enabled())
    backends, cudnn = torch.backends, torch.backends.cudnn
    # Not torch.get_float32_matmul_precision, of which torch 2.9 warns.
    matmul = backends, backends.cuda.matmul, backends.mkldnn.matmul
    exact = str({one.fp32_precision for one in matmul} <= {"none", "ieee"})
    flags = str((cudnn.enabled, cudnn.benchmark, cudnn.deterministic))
    # More numbers than are shown in full, of which none is short.
    shown = str(torch.arange(1001, dtype=torch.float32, device="cpu") / 3)
    many = "0.0000e+00, 3.3333e-01, 6.6667e-01,  ..., 3.3267e+02, 3.3300e+02,\n        3.3333e+02"
    yield "torch's default dtype", str(torch.get_default_dtype()), "torch.float32"
    yield "torch's default device", str(torch.get_default_device()), "cpu"
    yield "torch's number of threads", threads, os.environ.get("OMP_NUM_THREADS", threads)
    yield "torch's deterministic algorithms", deterministic, "False"
    yield "torch's cuDNN flags", flags, "(True, False, False)"
    yield "torch's gradient mode", str(torch.is_grad_enabled()), "True"
    yield "torch's matmul precision", exact, "True"
    yield "torch's print options", shown.replace(", dtype=torch.float32", ""), f"tensor([{many}])"
