"""`cloud`: the simulated cloud alone."""

import argparse
import signal
from functools import partial
from pathlib import Path

from softphone.commands.options import SCENARIO_NAMES, SCENARIOS, add_time_scale, describe
from softphone.commands.program import journal_error
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, EXIT_USAGE
from softphone.system import collector, streams

EXAMPLES = """\
  softphone cloud                             the calm one, on a free port
  softphone cloud --scenario primary-down --time-scale 0.1 --journal requests.jsonl
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    text = "Runs the simulated cloud here until stopped; prints one JSON line when it is ready."
    describe(parser, text, EXAMPLES, (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE))
    parser.add_argument("--port", type=int, default=0, help="of the base address (default: any free one)")
    parser.add_argument("--scenario", choices=SCENARIOS, default="calm", metavar="NAME", help=SCENARIO_NAMES)
    add_time_scale(parser)
    parser.add_argument("--journal", type=Path, metavar="FILE", help="write each request as a JSON line")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from softphone.sim.server import PortInUseError, serve

    collector.begin()
    if (outlet := streams.stdout()) is not None:
        outlet.on_gone = partial(signal.raise_signal, signal.SIGTERM)  # nobody learns where it is
    try:
        serve(
            port=options.port,
            scenario=options.scenario,
            time_scale=options.time_scale,
            journal_path=options.journal,
        )
    except (PortInUseError, OverflowError) as error:
        raise ConfigError(f"--port {options.port}: {error}. Choose another port, or 0 for any.") from error
    except OSError as error:
        raise journal_error(options.journal, error) from error
    return EXIT_OK
