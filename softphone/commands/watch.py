"""`watch`: the lines without a window."""

import argparse
import sys

from softphone.commands.shared.options import (
    CROWDED_SCENARIOS,
    add_cloud,
    add_demo,
    add_log_level,
    add_profile,
    add_token,
    describe,
    port,
    seconds,
)
from softphone.commands.shared.program import first, instance_for, program_for
from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TIME_RAN_OUT, EXIT_TROUBLE, MEANINGS
from softphone.values import replace

ENDS = {
    EXIT_OK: "it was stopped, or what was waited for was met",
    EXIT_TROUBLE: "nobody reads what it prints, or something is wrong",
}
EXAMPLES = """\
  softphone watch                             watch the lines of everybody who is signed in
  softphone watch --demo --json               print every event of the simulated cloud as JSON
  WEBEX_TOKEN=... softphone watch --token-env WEBEX_TOKEN --until registered --for 60
  softphone watch --token-command 'vault read -field=token webex/desk'
  softphone watch --token-fd 3 3<token-of-the-day
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    text = "Registers all wanted lines and prints each event until stopped."
    describe(parser, text, EXAMPLES, sorted(MEANINGS.keys() - {EXIT_NOT_RUNNING}), meanings=ENDS)
    add_profile(parser)
    add_cloud(parser)
    add_log_level(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    add_token(parser)
    parser.add_argument("--until", choices=("registered", "unregistered", "error"), help="stop at this event")
    parser.add_argument("--for", dest="for_s", type=seconds, metavar="SECONDS", help="stop after this time")
    parser.add_argument(
        "--takeover",
        choices=("never", "oldest"),
        default="never",
        help="when there are too many devices: leave them (default), or disconnect the one seen longest ago, "
        "at most one an hour",
    )
    parser.add_argument(
        "--deregister-on-exit",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="deregister before leaving (default: yes)",
    )
    parser.add_argument(
        "--metrics-port",
        type=port,
        metavar="PORT",
        help="serve the metrics on this port of 127.0.0.1, 1024 to 65535 (default: as the settings say)",
    )
    add_demo(parser)


def run(options: argparse.Namespace) -> int:
    """Watch until a signal or what was waited for ends it."""
    import asyncio

    from softphone.commands.watching import run_until_stopped
    from softphone.headless.watch import WatchOptions
    from softphone.line.model import LineEvent

    everybody = options.demo in CROWDED_SCENARIOS
    with (
        program_for(options, everybody=everybody, somebody=True) as program,
        first(options, "'softphone watch'") as instance,
    ):
        if instance is None and options.demo is None:
            raise instance_for(options).in_use()
        watch_options = WatchOptions(
            as_json=options.json,
            until=LineEvent(options.until) if options.until else None,
            for_s=options.for_s,
            deregister_on_exit=options.deregister_on_exit,
            take_over_oldest=options.takeover == "oldest",
            metrics_port=options.metrics_port,
        )
        code = asyncio.run(run_until_stopped(replace(program, instance=instance), watch_options))
    if code == EXIT_TIME_RAN_OUT:
        print(f"softphone: {options.until} was not seen within {options.for_s:g} s.", file=sys.stderr)
    return code
