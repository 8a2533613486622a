"""`cloud`: the simulated cloud alone."""

import argparse
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from softphone.commands.options import SCENARIO_NAMES, SCENARIOS, add_time_scale, describe
from softphone.commands.program import journal_error
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, EXIT_USAGE
from softphone.system import collector, streams

if TYPE_CHECKING:
    from softphone.sim.likeness.answers import Likeness

EXAMPLES = """\
  softphone cloud                             the calm one, on a free port
  softphone cloud --scenario primary-down --time-scale 0.1 --journal requests.jsonl
  softphone cloud --like report.json          answer in the shapes that 'first-contact' has reported
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
    parser.add_argument(
        "--like", type=Path, metavar="FILE", help="answer as a report of 'first-contact' says"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from softphone.sim.server import PortInUseError, serve

    likeness = None if options.like is None else _likeness(options.like)
    collector.begin()
    if (outlet := streams.stdout()) is not None:
        outlet.on_gone = partial(signal.raise_signal, signal.SIGTERM)  # nobody learns where it is
    try:
        serve(
            port=options.port,
            scenario=options.scenario,
            time_scale=options.time_scale,
            journal_path=options.journal,
            likeness=likeness,
        )
    except (PortInUseError, OverflowError) as error:
        raise ConfigError(f"--port {options.port}: {error}. Choose another port, or 0 for any.") from error
    except OSError as error:
        raise journal_error(options.journal, error) from error
    return EXIT_OK


def _likeness(path: Path) -> "Likeness":
    """Return what a report says. Raises ConfigError."""
    from softphone.sim.json_input import InputError
    from softphone.sim.likeness.reader import LIMIT_BYTES, read_likeness
    from softphone.system.files import read_file

    try:
        return read_likeness(read_file(path, limit_bytes=LIMIT_BYTES))
    except InputError as error:
        raise ConfigError(f"--like {path}: {error}.") from error
    except OSError as error:
        raise ConfigError(f"--like {path}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ConfigError(f"--like {path}: no report ({error}).") from error
