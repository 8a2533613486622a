"""The commands that speak to the running program."""

import argparse
from typing import TYPE_CHECKING

from softphone.commands.shared.options import DONE, add_profile, add_which_demo, describe, seconds
from softphone.commands.shared.program import instance_for
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_NOT_RUNNING, EXIT_OK, EXIT_TIME_RAN_OUT, EXIT_TROUBLE, EXIT_USAGE

if TYPE_CHECKING:
    from softphone.headless.instance import Instance

EXAMPLES = {
    "status": """\
  softphone status                            a line of text for each line
  softphone status --watch                    and how it changes, until Ctrl+C
  softphone status --json                     one JSON object, for a script
""",
    "register": """\
  softphone register                          the only line there is
  softphone register 5101                     one by its extension
  softphone register --wait --timeout 60      and wait until it is registered
""",
    "deregister": """\
  softphone deregister 5101                   one by its extension
  softphone deregister --all --wait           every line; wait until Webex knows it
""",
    "devices": """\
  softphone devices                           who else is registered for each person
  softphone devices remove 95ac9b4b           end one's registration, by its name or id
""",
    "show": """\
  softphone show                              raise the window
""",
    "quit": """\
  softphone quit                              lines are switched off first
""",
}
_TOLD = {
    EXIT_OK: "the program was told; with --wait: it is done",
    EXIT_TROUBLE: "it was not done; with --wait: a person has to do something first",
}
MEANT = {
    "status": {EXIT_OK: "all wanted lines are registered", EXIT_TROUBLE: "some or none are registered"},
    "register": _TOLD,
    "deregister": _TOLD,
}
TEXTS = {
    "status": "Shows the lines of the running program.",
    "register": "Tells the running program to register a line.",
    "deregister": "Tells the running program to switch off a line.",
    "devices": "Lists the devices that are registered for the lines' persons, or removes one.",
    "show": "Brings the running window to the front.",
    "quit": "Ends the running program and waits until its lines are off.",
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    is_wish = name in ("register", "deregister")
    codes = (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE, EXIT_NOT_RUNNING, *((EXIT_TIME_RAN_OUT,) if is_wish else ()))
    describe(parser, TEXTS[name], EXAMPLES[name], codes, meanings=MEANT.get(name, DONE))
    add_profile(parser)
    add_which_demo(parser)
    if name in ("status", "devices"):
        parser.add_argument("--json", action="store_true", help="for a script: one JSON object")
    if name == "status":
        parser.add_argument(
            "--watch", action="store_true", help="go on until Ctrl+C; with --json a row a change"
        )
    if name == "devices":
        parser.add_argument(
            "action", nargs="?", choices=("list", "remove"), default="list", help="list (default) or remove"
        )
        parser.add_argument(
            "device", nargs="?", metavar="DEVICE", help="its name, or its id or how that begins"
        )
        parser.add_argument("--line", metavar="LINE", help="only of this line's person")
    if is_wish:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("line", nargs="?", metavar="LINE", help="its extension, number, account or id")
        which.add_argument("--all", action="store_true", help="every line")
        parser.add_argument("--wait", action="store_true", help="until it is done, or a person is needed")
        parser.add_argument("--timeout", type=seconds, metavar="SECONDS", help="with --wait: at most so long")


def run(options: argparse.Namespace) -> int:
    """Ask the running program, and print what it says."""
    from softphone.headless import remote

    instance = instance_for(options)
    match options.command:
        case "status" if options.watch:
            from softphone.headless.terminal import waiting

            return waiting.watch_status(instance, as_json=options.json)
        case "status":
            return remote.status(instance, as_json=options.json)
        case "devices":
            return _devices(instance, options)
        case "show":
            return remote.show(instance)
        case "quit":
            return remote.leave(instance)
        case verb:
            return _wish(instance, verb, options)


def _wish(instance: "Instance", verb: str, options: argparse.Namespace) -> int:
    from softphone.headless import remote

    if options.timeout is not None and not options.wait:
        raise ConfigError("--timeout: there is nothing to wait for without --wait.")
    if options.wait:
        from softphone.headless.terminal import waiting

        return waiting.wish(
            instance, verb, line=options.line, every_line=options.all, timeout_s=options.timeout
        )
    answer = remote.wish(instance, verb, line=options.line, every_line=options.all)
    return EXIT_NOT_RUNNING if answer is None else EXIT_OK


def _devices(instance: "Instance", options: argparse.Namespace) -> int:
    from softphone.headless.terminal import devices

    if options.action == "list":
        if options.device is not None:
            raise ConfigError(f"devices list: '{options.device}' is one too many. Did you mean 'remove'?")
        return devices.list_devices(instance, line=options.line, as_json=options.json)
    if options.device is None:
        raise ConfigError(
            "devices remove: say which device, by its name or id. 'softphone devices' lists them."
        )
    return devices.remove(instance, options.device, line=options.line, as_json=options.json)
