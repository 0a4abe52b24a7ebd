"""What a page may not leave behind, and may not show.

Each page runs in a process of its own, so the next page notices nothing in any case. But what a
page leaves changed it has changed for a reader's session too, and what it prints of this machine
would be on the site.
"""

import functools
import locale
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

_start: dict[str, object] = {}
_style: dict[str, object] = {}
_changed_at: dict[str, int] = {}
_variables: set[str] = set()


def start(conf: dict[str, Any], fname: str | Path | None) -> None:
    """Put matplotlib into its own default state, whatever the machine's settings say.

    The signature is that of Sphinx-Gallery's ``reset_modules``; everything else is fresh, because
    the process is.
    """
    mpl.rcdefaults()
    mpl.use("agg")
    _style.update(mpl.rcParams)
    if style := conf.get("page_style"):
        with mpl.rc_context():
            plt.style.use(style)
            _style.update(mpl.rcParams)
    _start.update(state())
    sys.addaudithook(functools.partial(_hear, f"{conf['page_root']}{os.sep}"))
    if "torch" in sys.modules:
        start_torch()
    else:
        sys.meta_path.insert(0, AfterTorch())


def start_torch() -> None:
    """Seed torch's generator, which layers draw their first weights from, and note its state.

    The generator is the one global that a page may leave changed: only it can seed a layer.
    """
    sys.modules["torch"].manual_seed(0)
    _start.update(torch_state())


class AfterTorch(MetaPathFinder):
    """Looks at torch's state once, when a page has imported it."""

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        """Find torch as Python would, and have its state noted after its import."""
        if name != "torch":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def execute_and_look(module: ModuleType) -> None:
                execute(module)
                start_torch()

            spec.loader.exec_module = execute_and_look  # type: ignore[method-assign]
        return spec


def _hear(root: str, event: str, args: tuple[Any, ...]) -> None:
    """Note the environment variables that the project's own code sets; libraries set some too."""
    if event in {"os.putenv", "os.unsetenv"}:
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__") in {"os", "collections.abc"} and frame.f_back:
            frame = frame.f_back
        if frame.f_code.co_filename.startswith(root):
            name = os.fsdecode(args[0])
            _start.setdefault(f"the environment variable {name}", os.environ.get(name))
            _variables.add(name)


def state() -> Iterator[tuple[str, object]]:
    """Give each global that pages could leave changed, by what a message calls it."""
    yield "the working directory", str(Path.cwd())
    yield "the locale", locale.setlocale(locale.LC_ALL)
    for name in _variables:
        yield f"the environment variable {name}", os.environ.get(name)
    for name, value in mpl.rcParams.items():
        # A page may use the site's own style; any other value counts.
        default = _start.get(f"rcParams[{name!r}]", value)
        yield f"rcParams[{name!r}]", default if value == _style[name] else value
    yield "NumPy's print options", repr(np.get_printoptions())
    yield "NumPy's error handling", repr(np.geterr())
    yield "NumPy's global generator (use np.random.default_rng)", repr(np.random.get_state())  # noqa: NPY002
    yield "random's global generator (use random.Random)", random.getstate()


def torch_state() -> Iterator[tuple[str, object]]:
    """Give torch's globals, by what a message calls them."""
    torch = sys.modules["torch"]
    cudnn, shown = torch.backends.cudnn, torch._tensor_str.PRINT_OPTS
    yield "torch's default dtype", torch.get_default_dtype()
    yield "torch's default device", str(torch.get_default_device())
    yield "torch's number of threads", torch.get_num_threads()
    yield "torch's deterministic algorithms", torch.are_deterministic_algorithms_enabled()
    yield "torch's cuDNN flags", (cudnn.enabled, cudnn.benchmark, cudnn.deterministic)
    yield "torch's gradient mode", torch.is_grad_enabled()
    yield "torch's matmul precision", torch.get_float32_matmul_precision()
    yield "torch's print options", repr(shown)


def differences() -> set[str]:
    """Name the globals that are not as they were when the page began."""
    now = dict(state())
    if "torch's default dtype" in _start:
        now.update(torch_state())
    return {name for name, value in now.items() if value != _start.get(name)}


def watch(block: tuple[str, str, int], block_vars: dict[str, Any], conf: dict[str, Any]) -> str:
    """Remember which block of a page changed what; it may still put it back.

    The signature is that of Sphinx-Gallery's ``image_scrapers``, which it calls after each block,
    before it puts the working directory back by itself.
    """
    # Sphinx-Gallery begins each block in the page's own folder.
    _start["the working directory"] = str(Path(block_vars["src_file"]).parent)
    found = differences()
    for name in set(_changed_at) - found - {"the working directory"}:
        del _changed_at[name]
    for name in found:
        _changed_at.setdefault(name, block[2])
    return ""


def left_behind() -> Iterator[tuple[int, str]]:
    """Give the line of the block that changed a global, and a sentence about it."""
    for name, line in sorted(_changed_at.items(), key=lambda item: item[1]):
        yield line, f"the block that starts here changes {name}, and the page never puts it back"
    if plt.get_fignums():
        yield 1, "leaves a figure open that no block shows"


def of_this_machine(shown: str, own: str, root: Path) -> Iterator[tuple[int, str, str]]:
    """Find what a page shows of this machine: its paths, and addresses in memory.

    Parameters
    ----------
    shown : str
        The page as Sphinx-Gallery writes it.
    own : str
        The page's own text, which may say what it likes.
    root : pathlib.Path
        The project's folder.

    Yields
    ------
    line : int
        Where the block begins that shows it.
    found, text : str
        What was found, and the line of output that shows it.
    """
    folders = {str(root), str(Path.home()), sys.prefix, sys.base_prefix, tempfile.gettempdir()}
    places = "|".join(re.escape(f) for f in sorted(folders, key=len, reverse=True) if len(f) > 1)
    addresses = r"\b(?:at 0x[0-9a-f]{6,}|0x[0-9a-f]{9,})"
    private = re.compile(rf"(?<![\w.-])(?:{places})(?![\w.-])|{addresses}")
    begins = 1
    for text in shown.splitlines():
        if block := re.match(r"\.\. GENERATED FROM PYTHON SOURCE LINES (\d+)", text):
            begins = int(block[1])
        elif (found := private.search(text)) and text.strip() not in own:
            yield begins, found[0], text.strip()
