"""Build the site: ``python docs/sitebuild``. A process of a page imports this file anew."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    from sitebuild.build import main

    status = main()
    sys.stdout.flush()
    os._exit(status)  # to take down all that Sphinx has built takes seconds, and helps nobody
