"""The command line (design.md 5). Each command imports what it needs; Qt only when a window is wanted."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from softphone import __version__, config, log
from softphone.errors import ConfigError, SoftphoneError

if TYPE_CHECKING:
    from softphone.app import Program, WatchOptions

EXIT_OK = 0
EXIT_TROUBLE = 1
EXIT_USAGE = 2

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
DOCTOR_EXAMPLES = """\
examples:
  softphone doctor                            a list with remedies
  softphone doctor --cloud cloud.toml --json  another cloud's addresses, for a script
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code. Prints one line for what the user can mend."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except ConfigError as error:
        print(f"softphone: {error.sentence}", file=sys.stderr)
        return EXIT_USAGE
    except SoftphoneError as error:
        print(f"softphone: {error.title}: {error.sentence}", file=sys.stderr)
        return EXIT_TROUBLE
    except KeyboardInterrupt:
        return EXIT_TROUBLE
    except BrokenPipeError:
        # Whoever read our output is gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_TROUBLE


def _parser() -> argparse.ArgumentParser:
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
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    watch = commands.add_parser(
        "watch",
        help="register all wanted lines and print each event, without a window",
        description="Registers all wanted lines and prints each event until stopped.\n"
        "Exit codes: 0 --until was met or a clean stop, 2 usage, 4 sign-in needed, 5 --for ran out first.",
        epilog=WATCH_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
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
    watch.set_defaults(run=_watch)

    cloud = commands.add_parser(
        "cloud",
        help="run the simulated cloud alone",
        description="Runs the simulated cloud here until stopped; prints one JSON line when it is ready.",
        epilog=CLOUD_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    cloud.add_argument("--port", type=int, default=0, help="of the base address (default: any free one)")
    cloud.add_argument("--scenario", choices=SCENARIOS, default="calm", metavar="NAME", help=_scenario_help())
    _add_time_scale(cloud)
    cloud.add_argument("--journal", type=Path, metavar="FILE", help="write each request as a JSON line")
    cloud.set_defaults(run=_cloud)

    doctor = commands.add_parser(
        "doctor",
        help="check this computer: Qt, display, keyring, network, clock, service",
        description="Checks this computer and says what to mend. Exit codes: 0 all well, 1 something is not.",
        epilog=DOCTOR_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_common(doctor, again=True)
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.set_defaults(run=_doctor)
    return parser


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


# ---- commands


def _window(options: argparse.Namespace) -> int:
    if not _has_display():
        if options.demo is None:
            print(
                "softphone: there is no display to open a window on. "
                "Use 'softphone watch' for the terminal, or set DISPLAY.",
                file=sys.stderr,
            )
            return EXIT_TROUBLE
        print("softphone: no display, so the demo goes on in the terminal (watch --demo).", file=sys.stderr)
        options = _parser().parse_args(["watch"], namespace=options)
        return _watch(options)
    from softphone import app

    with _program(options, everybody=options.demo in CROWDED_SCENARIOS) as program:
        if options.cloud is not None:
            config.require_client_id(program.cloud)
        return app.run_window(program)


def _watch(options: argparse.Namespace) -> int:
    from softphone import app
    from softphone.line.model import LineEvent

    with _program(options, everybody=options.demo in CROWDED_SCENARIOS, somebody=True) as program:
        if not program.tokens:
            config.require_client_id(program.cloud)
        watch_options = app.WatchOptions(
            as_json=options.json,
            until=LineEvent(options.until) if options.until else None,
            for_s=options.for_s,
            deregister_on_exit=options.deregister_on_exit,
            take_over_oldest=options.takeover == "oldest",
        )
        code = asyncio.run(_until_stopped(program, watch_options))
    if code == app.EXIT_SIGN_IN_NEEDED:
        print(
            "softphone: nobody is signed in. Open the window and sign in, or use --token-env.",
            file=sys.stderr,
        )
    if code == app.EXIT_TIME_RAN_OUT:
        print(f"softphone: {options.until} was not seen within {options.for_s:g} s.", file=sys.stderr)
    return code


def _cloud(options: argparse.Namespace) -> int:
    from softphone.sim.server import PortInUseError, serve

    try:
        serve(
            port=options.port,
            scenario=options.scenario,
            time_scale=options.time_scale,
            journal_path=options.journal,
        )
    except (PortInUseError, OverflowError) as error:
        raise ConfigError(f"--port {options.port}: {error}. Choose another port, or 0 for any.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _journal_error(options.journal, error) from error
    return EXIT_OK


def _doctor(options: argparse.Namespace) -> int:
    from softphone import doctor

    folders = config.find_folders()
    cloud = config.load_cloud(options.cloud, folders)
    return doctor.run(cloud, folders, as_json=options.json)


# ---- what commands share


@contextlib.contextmanager
def _program(
    options: argparse.Namespace, *, everybody: bool = False, somebody: bool = False
) -> Iterator["Program"]:
    """Yield what the command works with; for a demo, with a simulated cloud around it."""
    from softphone import app

    if options.demo is None:
        folders = config.find_folders()
        variable = getattr(options, "token_env", None)
        program = app.Program(
            cloud=config.load_cloud(options.cloud, folders),
            folders=folders,
            profile=config.check_profile_name(options.profile),
            tokens=() if variable is None else (config.token_from(variable),),
        )
        folders.make()  # after all that can be wrong: a bad option leaves nothing behind
        log.set_up(options.log_level, folders.state)
        yield program
        return

    from softphone.auth.keystore import MemoryKeystore
    from softphone.sim.server import CloudServer

    # A demo leaves nothing behind: its profile and its log are as short-lived as its cloud.
    with tempfile.TemporaryDirectory(prefix="softphone-demo-") as home:
        folders = config.Folders(config=Path(home) / "config", state=Path(home) / "state")
        folders.make()
        log.set_up(options.log_level, folders.state)
        try:
            server = CloudServer(options.demo, time_scale=options.time_scale, journal_path=options.journal)
        except OSError as error:
            raise _journal_error(options.journal, error) from error
        with server:
            people = server.users if everybody else server.users[:1] if somebody else ()
            yield app.Program(
                cloud=config.load_cloud(server.cloud_file, folders),
                folders=folders,
                keystore=MemoryKeystore(),
                tokens=tuple(person.token for person in people),
                demo=options.demo,
            )
        logging.shutdown()


def _journal_error(path: Path | None, error: OSError) -> ConfigError:
    return ConfigError(f"--journal {path}: cannot be written ({error.strerror}). Choose another file.")


async def _until_stopped(program: "Program", options: "WatchOptions") -> int:
    from softphone import app

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return await app.run_watch(program, options, stop)


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)
