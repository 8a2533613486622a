"""`python -m tests.wording.sheets`: show how the sheets would change; `--renew` changes them."""

import argparse
import difflib
import sys

from tests.wording.sheets.sheet import SHEETS, path_of, written


def main() -> int:
    """Print the difference; return 1 where there is one that was not written."""
    parser = argparse.ArgumentParser(prog="python -m tests.wording.sheets", description=__doc__)
    parser.add_argument("--renew", action="store_true", help="write what is said now, after it was shown")
    renew, found = parser.parse_args().renew, False
    for name in SHEETS:
        path, now = path_of(name), written(name)
        before = path.read_text("utf-8") if path.exists() else ""
        rows = difflib.unified_diff(before.splitlines(True), now.splitlines(True), path.name, "now", n=1)
        sys.stdout.writelines(rows)
        found = found or before != now
        if renew:
            path.write_text(now, "utf-8")
    return int(found and not renew)


if __name__ == "__main__":
    sys.exit(main())
