"""The commands that speak to the running program."""

import argparse

from softphone.commands.options import add_profile, add_which_demo, describe
from softphone.commands.program import instance_for
from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TROUBLE, EXIT_USAGE

EXAMPLES = {
    "status": """\
  softphone status                            a line of text for each line
  softphone status --json                     the same for a script
""",
    "register": """\
  softphone register                          the only line there is
  softphone register 5101                     one by its extension
""",
    "deregister": """\
  softphone deregister 5101                   one by its extension
  softphone deregister --all                  every line
""",
    "show": """\
  softphone show                              raise the window
""",
    "quit": """\
  softphone quit                              lines are switched off first
""",
}
TEXTS = {
    "status": "Shows the lines of the running program.",
    "register": "Tells the running program to register a line.",
    "deregister": "Tells the running program to switch off a line.",
    "show": "Brings the running window to the front.",
    "quit": "Ends the running program and waits until its lines are off.",
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    codes = (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE, EXIT_NOT_RUNNING)
    describe(parser, TEXTS[name], EXAMPLES[name], codes)
    add_profile(parser)
    add_which_demo(parser)
    if name == "status":
        parser.add_argument("--json", action="store_true", help="one JSON object")
    if name in ("register", "deregister"):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("line", nargs="?", metavar="LINE", help="its extension, number, account or id")
        which.add_argument("--all", action="store_true", help="every line")


def run(options: argparse.Namespace) -> int:
    """Ask the running program, and print what it says."""
    from softphone.headless import remote

    instance = instance_for(options)
    match options.command:
        case "status":
            return remote.status(instance, as_json=options.json)
        case "show":
            return remote.show(instance)
        case "quit":
            return remote.leave(instance)
        case verb:
            return remote.wish(instance, verb, line=options.line, every_line=options.all)
