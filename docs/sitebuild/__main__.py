"""Build the site: ``python docs/sitebuild``. A process of a page imports this file anew."""

import atexit
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    status = 1  # of an error of the build's own
    # What is registered first comes last. To take down what Sphinx has built would take seconds.
    atexit.register(lambda: (sys.stdout.flush(), os._exit(status)))
    from sitebuild.build import main

    try:
        status = main()
    except SystemExit as end:  # of the command line
        status = int(end.code or 0)
