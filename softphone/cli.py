"""The program as a process: runs the command, and tells each error in a line and an exit code."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from softphone.commands.shared import parser
from softphone.errors import ConfigError, ProfileInUseError, SetUpNeededError, SoftphoneError
from softphone.exit_codes import EXIT_PROFILE_IN_USE, EXIT_SIGN_IN_NEEDED, EXIT_TROUBLE, EXIT_USAGE
from softphone.i18n import visible
from softphone.system import collector, hardening, launch, streams


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code. Prints one line for what the user can mend.

    Without `arguments` it is this process's own command line, and the process is hardened first.
    """
    if arguments is not None:
        return _run(arguments)
    collector.rest()
    streams.mend()
    hardening.harden()
    hardening.report_faults()
    try:
        code = _run(sys.argv[1:])
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends within a second now, and without a word
        streams.finish()
    if code == launch.START_AGAIN:
        launch.start_again()
    else:
        launch.end_process(code)
    return code


def _run(arguments: Sequence[str]) -> int:
    options = parser.parse(arguments)
    try:
        return run_command(options)
    except ProfileInUseError as error:
        return _told(options, f"{error.title}: {error.sentence}", error, EXIT_PROFILE_IN_USE)
    except SetUpNeededError as error:
        return _told(options, error.sentence, error, EXIT_SIGN_IN_NEEDED)
    except ConfigError as error:
        return _told(options, error.sentence, error, EXIT_USAGE)
    except SoftphoneError as error:
        return _told(options, f"{error.title}: {error.sentence}", error, EXIT_TROUBLE)
    except KeyboardInterrupt:
        return EXIT_TROUBLE
    except Exception as fault:  # noqa: BLE001 - a person gets a sentence, the log the trace
        sys.excepthook(type(fault), fault, fault.__traceback__)
        words = "This is a fault in the program, not yours. Its log says what happened."
        return _told(options, words, SoftphoneError(words, title="The program has stopped"), EXIT_TROUBLE)


def run_command(options: argparse.Namespace) -> int:
    """Run the command in its module; returns the exit code."""
    module = import_module(f"softphone.commands.{parser.MODULES[options.command]}")
    code: int = module.run(options)
    return code


def _told(options: argparse.Namespace, words: str, error: SoftphoneError, exit_code: int) -> int:
    print(visible(f"softphone: {words}"), file=sys.stderr)  # a file that is quoted may be anybody's
    if getattr(options, "json", False) and options.command not in parser.ROWS_OF_JSON:
        import json

        from softphone.headless.instance import PROTOCOL_VERSION

        print(json.dumps({"version": PROTOCOL_VERSION, "ok": False, "error": words}))
    if options.command in (parser.WINDOW, "open"):
        from softphone.ui import early_dialog

        early_dialog.show(error)
    return exit_code
