"""`python -m softphone` is the `softphone` command."""

import signal
import sys

OLDEST_PYTHON = (3, 11)  # requires-python of pyproject.toml; this file is read by older ones, too


def main() -> int:
    """Run this process's command line; returns the exit code.

    Until there is something to tidy up, which `softphone.cli` says, Ctrl-C ends the process where it is.
    """
    if sys.version_info < OLDEST_PYTHON:
        this = ".".join(map(str, sys.version_info[:2]))
        sys.stderr.write(f"softphone: Python 3.11 or newer is needed, and this is {this}.\n")
        return 1
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where the shell has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from softphone import cli  # noqa: PLC0415 - the imports are the longest part of a start

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
