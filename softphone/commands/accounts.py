"""Who is signed in: signing in and out without a window, and the list of accounts."""

import argparse

from softphone.commands.shared.options import DONE, add_cloud, add_log_level, add_profile, describe, seconds
from softphone.commands.shared.program import first_or_running, program_for
from softphone.exit_codes import (
    EXIT_OK,
    EXIT_PROFILE_IN_USE,
    EXIT_SIGN_IN_NEEDED,
    EXIT_TIME_RAN_OUT,
    EXIT_TROUBLE,
    EXIT_USAGE,
)
from softphone.values import replace

EXAMPLES = {
    "sign-in": """\
  softphone sign-in                           in your browser; its link is printed, too
  softphone sign-in --no-browser              on another computer: paste where its browser ends
  softphone sign-in --device-code             by a code that is entered anywhere
""",
    "accounts": """\
  softphone accounts                          a line of text for each account
  softphone accounts --json                   the same for a script
""",
    "sign-out": """\
  softphone sign-out                          the only account there is
  softphone sign-out ada@example.com          one of several
""",
}
TEXTS = {
    "sign-in": "Signs somebody in, and keeps that in the system's keyring.",
    "accounts": "Lists who is signed in, how that stands and where it is kept.",
    "sign-out": "Ends a sign-in here and at Webex, and prints a receipt.",
}
MEANT = {
    "accounts": DONE | {EXIT_OK: "somebody is signed in"},
    "sign-out": DONE | {EXIT_TROUBLE: "something was left behind"},
}
LIMIT_S = 600.0  # how long an attempt lives (sign-in.md#authorize)


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    out_of_time = (EXIT_TIME_RAN_OUT,) if name == "sign-in" else ()
    codes = (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE, EXIT_SIGN_IN_NEEDED, *out_of_time, EXIT_PROFILE_IN_USE)
    describe(parser, TEXTS[name], EXAMPLES[name], codes, meanings=MEANT.get(name, DONE))
    add_profile(parser)
    add_cloud(parser)
    add_log_level(parser)
    if name == "sign-in":
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--no-browser", action="store_true", help="print the link; take a pasted redirect")
        way.add_argument("--device-code", action="store_true", help="by a code, where the cloud file has it")
        parser.add_argument(
            "--timeout",
            type=seconds,
            metavar="SECONDS",
            default=LIMIT_S,
            help="how long (default, most: 600)",
        )
    elif name == "accounts":
        parser.add_argument("--json", action="store_true", help="one JSON object")
    else:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("account", nargs="?", metavar="ACCOUNT", help="whose (the only one, if left out)")
        which.add_argument("--all", action="store_true", help="every account")
        parser.add_argument("--erase", action="store_true", help="delete their history and the log, too")


def run(options: argparse.Namespace) -> int:
    """Do it here, or have the running program do it."""
    import asyncio

    from softphone.commands import signing

    with (
        program_for(options) as found,
        first_or_running(options, f"'softphone {options.command}'") as (instance, is_ours),
    ):
        running = None if is_ours else instance
        program = replace(found, instance=instance if is_ours else None)
        match options.command:
            case "sign-in":
                work = signing.sign_in(
                    program,
                    running,
                    by_code=True if options.device_code else None,
                    no_browser=options.no_browser,
                    limit_s=min(options.timeout, LIMIT_S),
                )
            case "accounts":
                work = signing.accounts(program, running, as_json=options.json)
            case _ if running is not None:
                return signing.sign_out_there(
                    running, options.account, everybody=options.all, erase=options.erase
                )
            case _:
                work = signing.sign_out(program, options.account, everybody=options.all, erase=options.erase)
        return asyncio.run(work)
