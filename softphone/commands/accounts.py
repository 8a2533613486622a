"""Who is signed in."""

import argparse

from softphone.commands.options import add_cloud, add_log_level, add_profile, describe
from softphone.commands.program import first, instance_for, program_for
from softphone.values import replace

EXAMPLES = """\
  softphone sign-out                          the only account there is
  softphone sign-out ada@example.com          one of several
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    describe(parser, "Ends a sign-in here and at Webex, and prints a receipt.", EXAMPLES)
    add_profile(parser)
    add_cloud(parser)
    add_log_level(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("account", nargs="?", metavar="ACCOUNT", help="whose (the only one, if left out)")
    which.add_argument("--all", action="store_true", help="every account")
    parser.add_argument("--erase", action="store_true", help="delete their history and the log, too")


def run(options: argparse.Namespace) -> int:
    """Sign out, and print what was left behind."""
    import asyncio

    from softphone.commands.signing_out import sign_out

    with program_for(options) as program, first(options, "'softphone sign-out'") as instance:
        if instance is None:
            raise instance_for(options).in_use()
        running = replace(program, instance=instance)
        return asyncio.run(sign_out(running, options.account, everybody=options.all, erase=options.erase))
