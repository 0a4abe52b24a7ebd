"""What the processes of pages share: imported once, by the server that forks them."""

import gc
import sys
from importlib import import_module

from sitebuild import elsewhere, footprint, page, project

for module in project.PRELOAD:
    import_module(module)
footprint.versions(list(sys.modules.values()))  # looked up once, for all pages
gc.freeze()  # or each page would search for garbage among all that was imported

__all__ = ["elsewhere", "page"]
