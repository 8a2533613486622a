"""`first-contact`: one try at the live service, kept as a report of shapes (first-contact.md)."""

import argparse
import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from softphone.commands.shared.options import (
    add_cloud,
    add_demo,
    add_log_level,
    add_profile,
    add_token,
    describe,
)
from softphone.commands.shared.program import first, has_token, instance_for, program_for
from softphone.errors import ConfigError, SoftphoneError
from softphone.exit_codes import EXIT_OK, EXIT_PROFILE_IN_USE, EXIT_SIGN_IN_NEEDED, EXIT_TROUBLE, EXIT_USAGE

if TYPE_CHECKING:
    from softphone.accounts.sign_in_service import SignIn
    from softphone.app import Program, Services

EXAMPLES = """\
  softphone first-contact                     with the sign-in that is stored here
  WEBEX_TOKEN=... softphone first-contact --token-env WEBEX_TOKEN --out report.json
  softphone first-contact --demo --time-scale 0.1
"""
_NAMES_AT_MOST = 100
_NOBODY = (
    "Nobody is signed in. Sign in in the window or with 'softphone sign-in', or give an access token: "
    "WEBEX_TOKEN=... softphone first-contact --token-env WEBEX_TOKEN"
)


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    del name
    text = (
        "Signs in, discovers, registers, keeps alive three times, lists devices and deregisters, in words.\n"
        "Says what differs from the guide, and writes a report of the shape of each answer, with no value.\n"
        "It takes about two minutes, works with a device of its own, and leaves nothing behind."
    )
    codes = (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE, EXIT_SIGN_IN_NEEDED, EXIT_PROFILE_IN_USE)
    describe(parser, text, EXAMPLES, codes)
    parser.add_argument("account", nargs="?", metavar="ACCOUNT", help="whose (the only one, if left out)")
    add_profile(parser)
    add_cloud(parser)
    add_log_level(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="of the report (default: a new one here)")
    add_token(parser)
    add_demo(parser)


def run(options: argparse.Namespace) -> int:
    """Take the steps, and write the report."""
    import asyncio

    needs_lock = options.demo is None and not has_token(options)
    with (
        program_for(options, somebody=True) as program,
        first(options, "'softphone first-contact'") if needs_lock else contextlib.nullcontext() as instance,
    ):
        if needs_lock and instance is None:
            raise instance_for(options).in_use()
        with _new_file(options.out) as (path, file):
            return asyncio.run(contact(program, options.account, path, file))


@contextlib.contextmanager
def _new_file(wanted: Path | None) -> Iterator[tuple[Path, TextIO]]:
    """Yield a file that was not there before, for its owner only; it goes again if nothing is written."""
    day = datetime.now(UTC).astimezone().date().isoformat()
    ends = ("", *(f"-{number}" for number in range(2, _NAMES_AT_MOST)))
    names = [Path(f"softphone-first-contact-{day}{end}.json") for end in ends]
    path, file = next(_opened([wanted] if wanted is not None else names))
    try:
        yield path, file
    except BaseException:
        with contextlib.suppress(OSError):  # a full disk, once more
            file.close()
        path.unlink(missing_ok=True)
        raise
    file.close()
    if not path.stat().st_size:
        path.unlink()


def _opened(paths: list[Path]) -> Iterator[tuple[Path, TextIO]]:
    for path in paths:
        try:
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if path is paths[-1]:
                raise ConfigError(f"--out {path}: is there already. Choose another file.") from None
        except OSError as error:
            why = f"--out {path}: cannot be written ({error.strerror}). Choose another file."
            raise ConfigError(why) from error
        else:
            yield path, os.fdopen(number, "w", encoding="utf-8")


async def contact(program: "Program", who: str | None, path: Path, file: TextIO) -> int:
    """Run it with a token given or a sign-in that is stored; returns the exit code. Raises SoftphoneError."""
    import asyncio

    from softphone.app import Services
    from softphone.checks.first_contact.report import COMPLETE, report_text, words_of
    from softphone.headless.watch import say
    from softphone.system.ending import Ending, on_interrupt

    program, store = program.with_settings()
    for notice in program.notices(store):
        say(notice)
    stop = Ending()
    on_interrupt(asyncio.get_running_loop(), stop.set)
    services = Services(program)
    try:
        sign_in = await _sign_in(program, services, who)
        if sign_in is None:
            print(f"softphone: {_NOBODY}", file=sys.stderr)
            return EXIT_SIGN_IN_NEEDED
        trial = services.first_contact(sign_in, lambda step: print(step, flush=True))
        try:
            await trial.run(stop)
        finally:
            await sign_in.close()
    finally:
        await services.close()
    for line in words_of(trial.watcher.differences):
        print(line)
    report = report_text(
        outcome=trial.outcome,
        steps=trial.steps,
        entries=trial.watcher.entries,
        differences=trial.watcher.differences,
        system=f"{platform.system()}, Python {platform.python_version()}",
        day=datetime.now(UTC).date().isoformat(),
    )
    try:
        file.write(report)
        file.flush()
    except OSError as error:
        words = f"{path}: {error.strerror}. Choose another place with --out, and try again."
        raise SoftphoneError(words, title="The report could not be written") from error
    print(f"The report is in {path}. It holds shapes and no values; look at it before you send it.")
    if trial.needs_sign_in:
        return EXIT_SIGN_IN_NEEDED
    return EXIT_OK if trial.outcome == COMPLETE and not trial.is_left else EXIT_TROUBLE


async def _sign_in(program: "Program", services: "Services", who: str | None) -> "SignIn | None":
    """Return the sign-in to work with; None when there is none. Raises ConfigError and KeystoreError."""
    from softphone.accounts.sign_in_service import read_sign_in
    from softphone.headless.account_verbs import choose

    if program.tokens:
        return services.given_token(program.tokens[0])
    chosen = choose(services.profile.accounts(), who, or_all="")
    if not chosen:
        return None
    sign_in, error = await read_sign_in(services, chosen[0].key)
    if error is not None:
        raise error
    return sign_in
