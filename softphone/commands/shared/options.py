"""Options that several commands share, and how a command describes itself in its help."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, MEANINGS

SCENARIOS = (
    "calm",
    "primary-down",
    "flapping",
    "token-expires",
    "device-limit",
    "throttled",
    "all-down",
    "elsewhere",
    "mixed",
    "forty",
    "calls",
    "none",
)
# In these the point is to see several people's lines at once: all are signed in from the start.
CROWDED_SCENARIOS = frozenset({"mixed", "forty"})
DONE = {EXIT_OK: "it was done", EXIT_TROUBLE: "it was not done"}
SCENARIO_NAMES = ", ".join(SCENARIOS)


def describe(
    parser: argparse.ArgumentParser,
    text: str,
    examples: str,
    codes: Iterable[int] = MEANINGS,
    *,
    meanings: Mapping[int, str] = DONE,
) -> None:
    """Put into the help what the command does, how it is written and how it may end.

    `meanings`: what a code means of this command, where that is less than of all.
    """
    rows = "\n".join(f"  {code}  {meanings.get(code, MEANINGS[code])}" for code in codes)
    parser.description = text
    parser.epilog = f"examples:\n{examples}\nexit codes:\n{rows}"


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Add the option of every command that has to do with accounts or the running program."""
    parser.add_argument(
        "--profile", metavar="NAME", default="default", help="which accounts and wishes to use"
    )


def add_cloud(parser: argparse.ArgumentParser) -> None:
    """Add the option of commands that reach the service."""
    parser.add_argument("--cloud", type=Path, metavar="FILE", help="the cloud file (TOML)")


def add_log_level(parser: argparse.ArgumentParser) -> None:
    """Add the option of commands that write a log."""
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="info",
        help="what goes to the log file (default: info)",
    )


def add_token(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that take an access token; it is never on the command line itself."""
    ways = parser.add_argument_group("access token, instead of a sign-in").add_mutually_exclusive_group()
    ways.add_argument("--token-env", metavar="NAME", help="in this environment variable")
    ways.add_argument(
        "--token-command",
        metavar="COMMAND",
        help="printed by this command, which is run again for each new one",
    )
    ways.add_argument("--token-fd", type=int, metavar="N", help="in this open file (descriptor), read once")


def add_which_demo(parser: argparse.ArgumentParser) -> None:
    """Add the option of commands that ask a running demo."""
    parser.add_argument(
        "--demo",
        nargs="?",
        const="calm",
        choices=SCENARIOS,
        metavar="SCENARIO",
        help="ask the program that runs this demo",
    )


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that bring a simulated cloud along."""
    group = parser.add_argument_group("demo")
    group.add_argument(
        "--demo",
        nargs="?",
        const="calm",
        choices=SCENARIOS,
        metavar="SCENARIO",
        help=f"use the simulated cloud: {SCENARIO_NAMES}",
    )
    add_time_scale(group)
    group.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="with --demo: write each request the simulated cloud got as a JSON line",
    )


def add_time_scale(parser: argparse._ActionsContainer) -> None:
    """Add the option of a simulated cloud that runs quicker or slower."""
    parser.add_argument(
        "--time-scale",
        type=_scale,
        metavar="X",
        default=1.0,
        help="multiplies every wait in the simulated cloud: 0.1 is ten times quicker",
    )


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str) -> str:
    """Return the known word that was probably meant, as a question; else the other sentence."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean '{close[0]}'?" if close else otherwise


def seconds(text: str) -> float:
    """Read a time. Raises ValueError."""
    number = float(text)
    if not 0 < number < 1e7:  # noqa: PLR2004 - four months; also refuses nan and inf
        raise ValueError
    return number


def port(text: str) -> int:
    """Read a port that needs no administrator. Raises ValueError."""
    number = int(text)
    if not 1024 <= number <= 65_535:  # noqa: PLR2004 - as `Settings.metrics_port`
        raise ValueError
    return number


def _scale(text: str) -> float:
    scale = float(text)
    if not 0.001 <= scale <= 1000:  # noqa: PLR2004 - beyond, timers have no meaning
        raise ValueError
    return scale


# The parser says of anything else: "'0' is no ..."
seconds.__name__ = "time in seconds above 0"
port.__name__ = "port from 1024 to 65535"
_scale.__name__ = "number from 0.001 to 1000"
