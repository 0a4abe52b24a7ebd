"""The floor: one process that runs every page, and saves each figure once as a PNG."""

import contextlib
import io
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt

out, *scripts = map(Path, sys.argv[1:])
for script in scripts:
    code = compile(script.read_bytes(), str(script), "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, {"__name__": "__main__"})
    for number in plt.get_fignums():
        plt.figure(number).savefig(out / f"{script.stem}_{number}.png", dpi=100)
    plt.close("all")
    mpl.rcdefaults()
    mpl.use("agg")
