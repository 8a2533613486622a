"""What may be written on the command line (scripts.md#command-line): commands, options, help and examples.

`options.command` names the command; `softphone.cli` runs it.
"""

import argparse
from pathlib import Path
from typing import TypeAlias

from softphone import __version__

_Parser = argparse.ArgumentParser
_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - it has no public name

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
    "none",
)
# In these the point is to see several people's lines at once: all are signed in from the start.
CROWDED_SCENARIOS = frozenset({"mixed", "forty"})

EXAMPLES = """\
examples:
  softphone                                   open the window
  softphone --demo                            open it on the simulated cloud: no account needed
  softphone --demo mixed                      ... with four lines in four states
  softphone watch --demo --json               print every event as JSON, without a window
  WEBEX_TOKEN=... softphone watch --token-env WEBEX_TOKEN --until registered --for 60
  softphone cloud --scenario primary-down     run the simulated cloud alone
  softphone status                            ask the running program; 0 when all is registered
  softphone deregister --all                  tell the running program to switch its lines off
  softphone sign-out                          end the sign-in here and at Webex
  softphone doctor                            check this computer
"""

WATCH_EXAMPLES = """\
examples:
  softphone watch                             watch the lines of everybody who is signed in
  softphone watch --demo --json               print every event of the simulated cloud as JSON
  WEBEX_TOKEN=... softphone watch --token-env WEBEX_TOKEN --until registered --for 60
"""
CLOUD_EXAMPLES = """\
examples:
  softphone cloud                             the calm one, on a free port
  softphone cloud --scenario primary-down --time-scale 0.1 --journal requests.jsonl
"""
REMOTE_EXAMPLES = {
    "status": """\
examples:
  softphone status                            a line of text for each line
  softphone status --json                     the same for a script
""",
    "register": """\
examples:
  softphone register                          the only line there is
  softphone register 5101                     one by its extension
""",
    "deregister": """\
examples:
  softphone deregister 5101                   one by its extension
  softphone deregister --all                  every line
""",
    "show": """\
examples:
  softphone show                              raise the window
""",
    "quit": """\
examples:
  softphone quit                              lines are switched off first
""",
    "sign-out": """\
examples:
  softphone sign-out                          the only account there is
  softphone sign-out ada@example.com          one of several
""",
}
DOCTOR_EXAMPLES = """\
examples:
  softphone doctor                            a list with remedies
  softphone doctor --cloud cloud.toml --json  another cloud's addresses, for a script
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="softphone",
        description="Signs you in to Webex Calling, registers your lines and keeps them registered. "
        "Without a command it opens the window.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"softphone {__version__}")
    _add_common(parser)
    _add_demo(parser)
    parser.add_argument(
        "--hidden", action="store_true", help="start in the tray, or minimised where there is none"
    )
    parser.set_defaults(command="window")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    watch = _add_command(
        commands,
        "watch",
        "register all wanted lines and print each event, without a window",
        "Registers all wanted lines and prints each event until stopped.\n"
        "Exit codes: 0 --until was met or a clean stop, 2 usage, 4 sign-in or set-up needed,\n"
        "5 --for ran out first, 6 another process has the profile.",
        WATCH_EXAMPLES,
    )
    _add_common(watch, again=True)
    _add_demo(watch, again=True)
    watch.add_argument("--json", action="store_true", help="one JSON object a line")
    watch.add_argument(
        "--token-env",
        metavar="NAME",
        help="sign in with the access token in this environment variable (never on the command line)",
    )
    watch.add_argument("--until", choices=("registered", "unregistered", "error"), help="stop at this event")
    watch.add_argument("--for", dest="for_s", type=_seconds, metavar="SECONDS", help="stop after this time")
    watch.add_argument(
        "--takeover",
        choices=("never", "oldest"),
        default="never",
        help="when there are too many devices: leave them (default), or disconnect the one seen longest ago, "
        "at most one an hour",
    )
    watch.add_argument(
        "--deregister-on-exit",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="deregister before leaving (default: yes)",
    )

    cloud = _add_command(
        commands,
        "cloud",
        "run the simulated cloud alone",
        "Runs the simulated cloud here until stopped; prints one JSON line when it is ready.",
        CLOUD_EXAMPLES,
    )
    cloud.add_argument("--port", type=int, default=0, help="of the base address (default: any free one)")
    cloud.add_argument("--scenario", choices=SCENARIOS, default="calm", metavar="NAME", help=_scenario_help())
    _add_time_scale(cloud)
    cloud.add_argument("--journal", type=Path, metavar="FILE", help="write each request as a JSON line")

    doctor = _add_command(
        commands,
        "doctor",
        "check this computer: Qt, display, keyring, network, clock, service",
        "Checks this computer and says what to mend. Exit codes: 0 all well, 1 something is not.",
        DOCTOR_EXAMPLES,
    )
    _add_common(doctor, again=True)
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    _add_remote(commands)
    return parser


def _add_command(commands: _Commands, name: str, words: str, description: str, examples: str) -> _Parser:
    command = commands.add_parser(
        name,
        help=words,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(command=name)
    return command


def _add_remote(commands: _Commands) -> None:
    """Add the commands that speak to the running program, and `sign-out`."""

    def add(name: str, words: str, more: str = "") -> _Parser:
        description = f"{words[0].upper()}{words[1:]}.{more}"
        command = _add_command(commands, name, words, description, REMOTE_EXAMPLES[name])
        _add_common(command, again=True)
        if name != "sign-out":
            _add_demo(command, again=True)
        return command

    status = add(
        "status",
        "show the lines of the running program",
        "\nExit codes: 0 all wanted lines are registered, 1 some or none, 3 no program is running.",
    )
    status.add_argument("--json", action="store_true", help="one JSON object")
    for verb, words in (("register", "register"), ("deregister", "switch off")):
        command = add(verb, f"tell the running program to {words} a line")
        which = command.add_mutually_exclusive_group()
        which.add_argument("line", nargs="?", metavar="LINE", help="its extension, number, account or id")
        which.add_argument("--all", action="store_true", help="every line")
    add("show", "bring the running window to the front")
    add("quit", "end the running program and wait until its lines are off")
    sign_out = add(
        "sign-out",
        "end a sign-in here and at Webex, and print a receipt",
        "\nExit codes: 0 nothing was left behind, 1 something was: the receipt says what.",
    )
    which = sign_out.add_mutually_exclusive_group()
    which.add_argument("account", nargs="?", metavar="ACCOUNT", help="whose (the only one, if left out)")
    which.add_argument("--all", action="store_true", help="every account")
    sign_out.add_argument("--erase", action="store_true", help="delete their history and the log, too")


def _add_common(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Add the options of every command; `again` keeps what was given before the command."""
    group = parser.add_argument_group("common options")
    group.add_argument(
        "--cloud", type=Path, metavar="FILE", default=_default(None, again), help="the cloud file (TOML)"
    )
    group.add_argument(
        "--profile",
        metavar="NAME",
        default=_default("default", again),
        help="which accounts and wishes to use",
    )
    group.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default=_default("info", again),
        help="what goes to the log file (default: info)",
    )


def _add_demo(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    group = parser.add_argument_group("demo")
    group.add_argument(
        "--demo",
        nargs="?",
        const="calm",
        choices=SCENARIOS,
        metavar="SCENARIO",
        default=_default(None, again),
        help=f"use the simulated cloud: {_scenario_help()}",
    )
    _add_time_scale(group, again=again)
    group.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        default=_default(None, again),
        help="with --demo: write each request the simulated cloud got as a JSON line",
    )


def _add_time_scale(parser: argparse._ActionsContainer, *, again: bool = False) -> None:
    parser.add_argument(
        "--time-scale",
        type=_scale,
        metavar="X",
        default=_default(1.0, again),
        help="multiplies every wait in the simulated cloud: 0.1 is ten times quicker",
    )


def _default(value: object, again: bool) -> object:
    return argparse.SUPPRESS if again else value


def _scenario_help() -> str:
    return ", ".join(SCENARIOS)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e7:  # noqa: PLR2004 - four months; also refuses nan and inf
        raise ValueError
    return seconds


def _scale(text: str) -> float:
    scale = float(text)
    if not 0.001 <= scale <= 1000:  # noqa: PLR2004 - beyond, timers have no meaning
        raise ValueError
    return scale


_seconds.__name__ = "seconds"  # argparse: "invalid seconds value"
_scale.__name__ = "time scale"
