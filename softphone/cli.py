"""The command line (scripts.md#command-line). Each command imports what it needs; Qt only for a window."""

import argparse
import contextlib
import logging
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from softphone.errors import ConfigError, ProfileInUseError, SetUpNeededError, SoftphoneError
from softphone.exit_codes import (
    EXIT_OK,
    EXIT_PROFILE_IN_USE,
    EXIT_SIGN_IN_NEEDED,
    EXIT_TIME_RAN_OUT,
    EXIT_TROUBLE,
    EXIT_USAGE,
)
from softphone.options import CROWDED_SCENARIOS, build_parser
from softphone.system import collector, hardening, launch, streams
from softphone.system.folders import Folders, check_profile_name, find_folders

if TYPE_CHECKING:
    from softphone.app import Program
    from softphone.headless.instance import Instance
    from softphone.headless.watch import WatchOptions
    from softphone.ui.opening import App, Opening


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
        code = _run(arguments)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends within a second now, and without a word
        streams.finish()
    if code == launch.START_AGAIN:
        launch.start_again()
    else:
        launch.end_process(code)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    options = build_parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
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


def _told(options: argparse.Namespace, words: str, error: SoftphoneError, exit_code: int) -> int:
    print(f"softphone: {words}", file=sys.stderr)
    if options.command == "window":
        from softphone.ui import early_dialog

        early_dialog.show(error)
    return exit_code


# ---- commands


def _window(options: argparse.Namespace) -> int:
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
        options = build_parser().parse_args(["watch"], namespace=options)
        return _watch(options)
    try:
        from softphone.ui import opening
    except ImportError as error:
        raise early_dialog.no_window(error) from error
    app = opening.make_app()
    instance, opened = _instance(options), None
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

    try:
        from softphone.ui import start as window
    except ImportError as error:
        raise early_dialog.no_window(error) from error
    with (
        _program(options, everybody=options.demo in CROWDED_SCENARIOS) as program,
        _first(options, "the window") as instance,
    ):
        if instance is None:
            if remote.show_first(_instance(options)):
                return EXIT_OK
            if options.demo is None:
                raise _instance(options).in_use()
        return window.run_window(replace(program, instance=instance, hidden=options.hidden), app, opened)


def _watch(options: argparse.Namespace) -> int:
    import asyncio

    from softphone.headless.watch import WatchOptions
    from softphone.line.model import LineEvent

    everybody = options.demo in CROWDED_SCENARIOS
    with (
        _program(options, everybody=everybody, somebody=True) as program,
        _first(options, "'softphone watch'") as instance,
    ):
        if instance is None and options.demo is None:
            raise _instance(options).in_use()
        watch_options = WatchOptions(
            as_json=options.json,
            until=LineEvent(options.until) if options.until else None,
            for_s=options.for_s,
            deregister_on_exit=options.deregister_on_exit,
            take_over_oldest=options.takeover == "oldest",
        )
        code = asyncio.run(_until_stopped(replace(program, instance=instance), watch_options))
    if code == EXIT_TIME_RAN_OUT:
        print(f"softphone: {options.until} was not seen within {options.for_s:g} s.", file=sys.stderr)
    return code


def _cloud(options: argparse.Namespace) -> int:
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
        raise _journal_error(options.journal, error) from error
    return EXIT_OK


def _doctor(options: argparse.Namespace) -> int:
    from softphone.checks import doctor
    from softphone.settings import cloud_file as config
    from softphone.settings.policy_file import load_managed
    from softphone.settings.store import SettingsStore

    folders = find_folders()
    profile = check_profile_name(options.profile)
    cloud = config.load_cloud(options.cloud, folders)
    store = SettingsStore(folders.settings_file(profile), cloud=cloud, managed=load_managed())
    return doctor.run(store.cloud, folders, as_json=options.json)


def _status(options: argparse.Namespace) -> int:
    from softphone.headless import remote

    return remote.status(_instance(options), as_json=options.json)


def _wish(options: argparse.Namespace) -> int:
    from softphone.headless import remote

    return remote.wish(_instance(options), options.command, line=options.line, every_line=options.all)


def _show(options: argparse.Namespace) -> int:
    from softphone.headless import remote

    return remote.show(_instance(options))


def _quit(options: argparse.Namespace) -> int:
    from softphone.headless import remote

    return remote.leave(_instance(options))


def _sign_out(options: argparse.Namespace) -> int:
    import asyncio

    from softphone import app

    with _program(options) as program, _first(options, "'softphone sign-out'") as instance:
        if instance is None:
            raise _instance(options).in_use()
        running = replace(program, instance=instance)
        return asyncio.run(
            app.run_sign_out(running, options.account, everybody=options.all, erase=options.erase)
        )


# ---- what commands share


def _instance(options: argparse.Namespace) -> "Instance":
    from softphone.headless.instance import instance_of

    profile = check_profile_name(options.profile)
    return instance_of(find_folders(), profile, options.demo)


@contextlib.contextmanager
def _first(options: argparse.Namespace, user: str) -> Iterator["Instance | None"]:
    """Hold the lock of the running program as `user`; yields its place, None when another holds it."""
    instance = _instance(options)
    lock = instance.take(user)
    if lock is not None and options.demo is None:
        find_folders().move_in(options.profile)
    with lock or contextlib.nullcontext():
        yield instance if lock is not None else None


@contextlib.contextmanager
def _program(
    options: argparse.Namespace, *, everybody: bool = False, somebody: bool = False
) -> Iterator["Program"]:
    """Yield what the command works with; for a demo, with a simulated cloud around it.

    From here on there is something to tidy up, and no reader of our output may hold up a line.
    """
    from softphone import app
    from softphone.settings import cloud_file as config
    from softphone.settings.policy_file import load_managed
    from softphone.system import log

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    streams.never_wait()
    secrets = config.take_secrets()  # in a demo, too, where they are of no use
    if options.demo is None:
        folders = find_folders()
        variable = getattr(options, "token_env", None)
        program = app.Program(
            cloud=config.load_cloud(options.cloud, folders),
            cloud_file=options.cloud,
            folders=folders,
            profile=check_profile_name(options.profile),
            tokens=() if variable is None else (config.token_from(variable),),
            managed=load_managed(),
            secrets=secrets,
        )
        folders.make(program.profile)  # after all that can be wrong: a bad option leaves nothing behind
        log.set_up(options.log_level, folders.state)
        hardening.keep_crashes(folders.state)
        yield program
        return

    from softphone.auth.keystore import MemoryKeystore
    from softphone.sim.server import CloudServer

    # A demo leaves nothing behind: its profile and its log are as short-lived as its cloud.
    with tempfile.TemporaryDirectory(prefix="softphone-demo-") as home:
        folders = Folders(config=Path(home) / "config", state=Path(home) / "state")
        folders.make()
        log.set_up(options.log_level, folders.state)
        try:
            server = CloudServer(options.demo, time_scale=options.time_scale, journal_path=options.journal)
        except OSError as error:
            raise _journal_error(options.journal, error) from error
        with server:
            people = server.users if everybody else server.users[:1] if somebody else ()
            yield app.Program(
                cloud=config.load_cloud(server.cloud_file, folders),
                folders=folders,
                keystore=MemoryKeystore(),
                tokens=tuple(person.token for person in people),
                demo=options.demo,
                managed=load_managed().without_cloud(),
                control_url=server.control,
            )
        logging.shutdown()


def _journal_error(path: Path | None, error: OSError) -> ConfigError:
    return ConfigError(f"--journal {path}: cannot be written ({error.strerror}). Choose another file.")


async def _until_stopped(program: "Program", options: "WatchOptions") -> int:
    import asyncio

    from softphone import app
    from softphone.system.ending import Ending, on_interrupt

    stop = Ending()
    on_interrupt(asyncio.get_running_loop(), stop.set)
    return await app.run_watch(program, options, stop)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "window": _window,
    "watch": _watch,
    "cloud": _cloud,
    "doctor": _doctor,
    "status": _status,
    "register": _wish,
    "deregister": _wish,
    "show": _show,
    "quit": _quit,
    "sign-out": _sign_out,
}
