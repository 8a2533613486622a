"""What the commands of all rooms have in common: their arguments, how they print and how they end."""

import argparse
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

from tests.hostile.seed import VARIABLE, new_seed

INTERRUPTED, NOBODY_READS = 130, 141  # as shells say it of SIGINT and SIGPIPE
EXIT_CODES = f"""exit codes: 0 every promise was kept, 1 one was broken, 2 the arguments make no sense,
{INTERRUPTED} interrupted, {NOBODY_READS} nobody reads the output any more"""


def parser_of(room: str, doc: str | None, *, seed: bool = True) -> argparse.ArgumentParser:
    """Return the parser of a room's command; with `--seed N`, which is drawn unless it is given."""
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.hostile.{room}",
        description=doc,
        epilog=EXIT_CODES,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if seed:
        drawn = os.environ.get(VARIABLE) or str(new_seed())  # a text: argparse judges it like a given one
        parser.add_argument(
            "--seed", type=whole, default=drawn, metavar="N", help=f"drawn unless given here or as {VARIABLE}"
        )
    return parser


def whole(text: str) -> int:
    """Read a whole number of at least 0."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 0")
    return int(text)


def count(text: str) -> int:
    """Read a whole number of at least 1."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def share(text: str) -> float:
    """Read a part of the whole: above 0, at most 1."""
    if (part := positive(text)) > 1:
        raise argparse.ArgumentTypeError(f"{text!r} is more than all, which is 1")
    return part


def positive(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def add_choice(parser: argparse.ArgumentParser, option: str, known: Iterable[str], what: str) -> None:
    """Let a person choose some by their name or by a part of it; [] without the option."""
    names = tuple(known)

    def chosen(part: str) -> list[str]:
        found = [part] if part in names else [name for name in names if part in name]
        if not found:
            raise argparse.ArgumentTypeError(f"none is called {part!r}; there are:\n  " + "\n  ".join(names))
        return found

    told = f"only {what} with this in the name; may be given again; an unknown one lists all"
    parser.add_argument(option, action="extend", type=chosen, default=[], metavar="NAME", help=told)


def say(text: str) -> None:
    """Print a line at once."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes what is left there
        raise SystemExit(NOBODY_READS) from None


def end_on_sigterm() -> None:
    """Let SIGTERM end this process as Ctrl-C does: with what it has started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def run_command(main: Callable[[], bool | int]) -> NoReturn:
    """Run a command and exit; `main` returns whether a promise was broken, or INTERRUPTED."""
    began_s = time.monotonic()
    end_on_sigterm()
    try:
        code = int(main())
    except KeyboardInterrupt:
        code = INTERRUPTED
    verdicts = {0: "passed", 1: "FAILED", INTERRUPTED: "interrupted"}
    say(f"{verdicts[code]} after {time.monotonic() - began_s:.0f} s")
    sys.exit(code)
