"""The window: what the program is without a command."""

import argparse
import sys
from typing import TYPE_CHECKING

from softphone.commands.shared.options import (
    CROWDED_SCENARIOS,
    add_cloud,
    add_demo,
    add_log_level,
    add_profile,
    describe,
)
from softphone.commands.shared.program import first, instance_for, program_for
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, MEANINGS
from softphone.system.folders import find_folders

if TYPE_CHECKING:
    from softphone.ui.opening import App, Opening

DESCRIPTION = """\
Signs you in to Webex Calling, registers your lines and keeps them registered.
Without a command it opens the window."""
EXAMPLES = """\
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
  softphone diagnostics softphone.zip         write one file for support
"""


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    describe(parser, DESCRIPTION, EXAMPLES, meanings=MEANINGS)
    add_profile(parser)
    add_cloud(parser)
    add_log_level(parser)
    parser.add_argument(
        "--hidden", action="store_true", help="start in the tray, or minimised where there is none"
    )
    add_demo(parser)


def run(options: argparse.Namespace) -> int:
    """Open the window, or bring the one that is open to the front."""
    from softphone.ui import early_dialog

    if not early_dialog.has_display():
        if options.demo is None:
            print(
                "softphone: there is no display to open a window on. "
                "Use 'softphone watch' for the terminal, or set DISPLAY.",
                file=sys.stderr,
            )
            return EXIT_TROUBLE
        print("softphone: no display, so the demo goes on in the terminal (watch --demo).", file=sys.stderr)
        from softphone.commands import watch
        from softphone.commands.shared.parser import parse

        return watch.run(argparse.Namespace(**{**vars(parse(["watch"])), **vars(options)}))
    try:
        from softphone.ui import opening
    except ImportError as error:
        raise early_dialog.no_window(error) from error
    app = opening.make_app()
    instance, opened = instance_for(options), None
    if not (instance.is_taken() or options.hidden):
        file = None if options.demo is not None else find_folders().window_file(options.profile)
        opened = opening.prepare(app, demo=options.demo, file=file)
        opening.show(app, opened)
    try:
        return _behind_window(options, app, opened)
    finally:
        if opened is not None:
            opening.take_away(opened)  # what went wrong is said without it


def _behind_window(options: argparse.Namespace, app: "App", opened: "Opening | None") -> int:
    """Load what stands behind the window, and run it."""
    from softphone.headless import remote
    from softphone.ui import early_dialog
    from softphone.values import replace

    try:
        from softphone.ui import start as window
    except ImportError as error:
        raise early_dialog.no_window(error) from error
    with (
        program_for(options, everybody=options.demo in CROWDED_SCENARIOS) as program,
        first(options, "the window") as instance,
    ):
        if instance is None:
            if remote.show_first(instance_for(options)):
                return EXIT_OK
            if options.demo is None:
                raise instance_for(options).in_use()
        return window.run_window(replace(program, instance=instance, hidden=options.hidden), app, opened)
