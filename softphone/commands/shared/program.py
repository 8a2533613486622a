"""What a command works with: the program of its profile, or of a demo, and the lock of the one that runs."""

import argparse
import contextlib
import logging
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from softphone.errors import ConfigError, SoftphoneError
from softphone.system import hardening, streams
from softphone.system.folders import Folders, check_profile_name, find_folders

if TYPE_CHECKING:
    from softphone.app import Program
    from softphone.auth.asked_token import AskForToken
    from softphone.headless.instance import Instance


MEETING_S = 2.0  # one that starts has the lock before its socket; one that ends, after
LOOK_EVERY_S = 0.05


def instance_for(options: argparse.Namespace) -> "Instance":
    """Return the place where the running program of the profile, or of the demo, is found."""
    from softphone.headless.instance import instance_of

    profile = check_profile_name(options.profile)
    return instance_of(find_folders(), profile, _demo(options))


@contextlib.contextmanager
def first(options: argparse.Namespace, user: str) -> Iterator["Instance | None"]:
    """Hold the lock of the running program as `user`; yields its place, None when another holds it."""
    instance = instance_for(options)
    lock = instance.take(user)
    if lock is not None and _demo(options) is None:
        find_folders().move_in(options.profile)
    with lock or contextlib.nullcontext():
        yield instance if lock is not None else None


@contextlib.contextmanager
def first_or_running(options: argparse.Namespace, user: str) -> Iterator[tuple["Instance", bool]]:
    """Yield the place of the profile and whether we hold its lock; if not, the program there answers.

    Raises ProfileInUseError when another process holds the lock and does not answer.
    """
    from softphone.headless.instance import SOCKETS_EXIST, ask

    instance = instance_for(options)
    deadline_s = time.monotonic() + MEETING_S
    while True:
        with first(options, user) as held:
            if held is not None:
                yield held, True
                return
        try:
            answers = SOCKETS_EXIST and ask(instance, {"verb": "status"}) is not None
        except SoftphoneError:  # it hangs
            raise instance.in_use() from None
        if answers:
            yield instance, False
            return
        if time.monotonic() > deadline_s:
            raise instance.in_use()
        time.sleep(LOOK_EVERY_S)


@contextlib.contextmanager
def program_for(
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
    if (scenario := _demo(options)) is None:
        folders = find_folders()
        program = app.Program(
            cloud=config.load_cloud(options.cloud, folders),
            cloud_file=options.cloud,
            folders=folders,
            profile=check_profile_name(options.profile),
            tokens=_tokens(options),
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
            server = CloudServer(scenario, time_scale=options.time_scale, journal_path=options.journal)
        except OSError as error:
            raise journal_error(options.journal, error) from error
        with server:
            people = server.users if everybody else server.users[:1] if somebody else ()
            yield app.Program(
                cloud=config.load_cloud(server.cloud_file, folders),
                folders=folders,
                keystore=MemoryKeystore(),
                tokens=tuple(person.token for person in people),
                demo=scenario,
                managed=load_managed().without_cloud(),
                control_url=server.control,
            )
        logging.shutdown()


def journal_error(path: Path | None, error: OSError) -> ConfigError:
    """Return the error of a `--journal` that cannot be written."""
    return ConfigError(f"--journal {path}: cannot be written ({error.strerror}). Choose another file.")


def has_token(options: argparse.Namespace) -> bool:
    """Whether an access token was given instead of a sign-in."""
    given = vars(options)
    return any(given.get(way) is not None for way in ("token_env", "token_command", "token_fd"))


def _tokens(options: argparse.Namespace) -> "tuple[str | AskForToken, ...]":
    """Return the access token that was given, or what asks for it. Raises ConfigError."""
    from softphone.auth.fixed_token import checked_token
    from softphone.headless import token_command
    from softphone.headless.watch import say
    from softphone.settings import cloud_file

    given = vars(options)
    if (variable := given.get("token_env")) is not None:
        token = checked_token(cloud_file.token_from(variable))
        if token is None:
            raise ConfigError(f"--token-env {variable}: it holds no access token: that is one long word.")
        return (token,)
    if (command := given.get("token_command")) is not None:
        return (token_command.token_from_command(command, tell=say),)
    if (descriptor := given.get("token_fd")) is not None:
        return (token_command.token_from_descriptor(descriptor),)
    return ()


def _demo(options: argparse.Namespace) -> str | None:
    """Return the scenario, None where the command has to do with real accounts only."""
    scenario: str | None = getattr(options, "demo", None)
    return scenario
