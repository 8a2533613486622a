"""`help`: what the command line says of itself."""

import argparse

from softphone.commands.options import describe
from softphone.commands.parser import COMMANDS, parse
from softphone.exit_codes import EXIT_OK, EXIT_USAGE

EXAMPLES = """\
  softphone help                              all commands
  softphone help watch                        one of them
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    describe(parser, "Shows the help of a command, or of all.", EXAMPLES, (EXIT_OK, EXIT_USAGE))
    names = [command.name for command in COMMANDS]
    parser.add_argument("about", nargs="?", metavar="COMMAND", choices=names, help="which one")


def run(options: argparse.Namespace) -> int:
    """Print the help, which ends the process."""
    parse(["--help"] if options.about is None else [options.about, "--help"])
    return EXIT_OK
