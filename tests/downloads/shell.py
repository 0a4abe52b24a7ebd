"""Run the cells of a notebook in IPython, in a process in which nothing has run before.

A kernel for each notebook would import PyTorch for each. Here one process imports what most of them
need, of the libraries and not of convdocs, and every notebook gets a copy of it.
"""

import os
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

INLINE = "module://matplotlib_inline.backend_inline"
LIBRARIES = ["IPython.core.interactiveshell", "IPython.core.pylabtools", "IPython.utils.capture",
             "matplotlib.pyplot", "matplotlib_inline.backend_inline", "scipy.signal",
             "torchvision.transforms.v2"]  # fmt: skip
CONTEXT = get_context("forkserver" if hasattr(os, "fork") else "spawn")
CONTEXT.set_forkserver_preload(LIBRARIES)

Outputs = list[dict[str, Any]]


def executed(cells: Sequence[str], folder: str, seconds: float = 300) -> list[Outputs]:
    """Give what each cell puts out: streams with their text, and the kinds of what is displayed."""
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_child, args=(list(cells), folder, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise TimeoutError(f"still running after {seconds:g} s")
        answer = ours.recv()
    finally:
        process.kill()
        process.join()
    if isinstance(answer, str):
        raise AssertionError(answer)
    return answer


def _child(cells: list[str], folder: str, answer: Connection) -> None:
    os.chdir(folder)
    # As for a reader, who has no checkout.
    homes = sys.prefix, sys.base_prefix
    sys.path[:] = [place for place in sys.path if place.startswith(homes)]
    shell, found = _shell(), []
    from IPython.utils.capture import capture_output  # noqa: PLC0415 (loaded before)

    for number, cell in enumerate(cells, 1):
        with capture_output() as captured:
            done = shell.run_cell(cell)
        if error := done.error_before_exec or done.error_in_exec:
            answer.send(f"cell {number}: {type(error).__name__}: {error}")
            return
        streams = {"stdout": captured.stdout, "stderr": captured.stderr}
        outputs: Outputs = [{"name": name, "text": text} for name, text in streams.items() if text]
        found.append(outputs + [{"kinds": sorted(one.data)} for one in captured.outputs])
    answer.send(found)


def _shell() -> Any:
    """Give a shell that shows figures and last expressions as a kernel does."""
    from IPython.core.displayhook import DisplayHook  # noqa: PLC0415
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415
    from IPython.core.pylabtools import activate_matplotlib  # noqa: PLC0415
    from matplotlib_inline.backend_inline import configure_inline_support  # noqa: PLC0415

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            self.shell.display_pub.publish(format_dict, md_dict)

    class Shell(InteractiveShell):
        displayhook_class = Hook

    InteractiveShell._instance = None
    shell = Shell.instance()
    shell.history_manager.enabled = False
    activate_matplotlib(INLINE)
    configure_inline_support(shell, INLINE)
    return shell
