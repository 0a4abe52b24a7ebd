"""What the processes of pages share: imported once, by the server that forks them."""

import atexit
import gc
import os

from sitebuild import elsewhere, footprint, page

footprint.inherited()  # this and the next are looked up once, for all pages
footprint.versions()
atexit.register(os._exit, 0)  # taking down what was imported takes long, and some of it complains
gc.freeze()  # or each page would search for garbage among all that was imported

__all__ = ["elsewhere", "page"]
