"""`python -m softphone` is the `softphone` command."""

import sys

from softphone.cli import main

if __name__ == "__main__":
    sys.exit(main())
