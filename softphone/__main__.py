"""`python -m softphone` is the `softphone` command."""

import signal
import sys


def main() -> int:
    """Run this process's command line; returns the exit code.

    Until there is something to tidy up, which `softphone.cli` says, Ctrl-C ends the process where it is.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where the shell has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from softphone import cli  # noqa: PLC0415 - the imports are the longest part of a start

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
