"""Looking for what is wrong: `doctor`, `check`, and the file of diagnostics, written and opened."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone.commands.shared.options import DONE, add_cloud, add_profile, describe
from softphone.commands.shared.program import instance_for
from softphone.errors import ConfigError, SoftphoneError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, EXIT_USAGE
from softphone.system.folders import check_profile_name, find_folders

if TYPE_CHECKING:
    from softphone.checks.capsule import Capsule
    from softphone.headless.records import CheckedStep
    from softphone.settings.keys import Settings
    from softphone.settings.store import SettingsStore

TEXTS = {
    "doctor": "Checks this computer and says what to mend.",
    "check": "Looks at the way from this computer to Webex, step by step; with a running program also at\n"
    "its sign-in, servers and line, as 'Run check' in the window does.",
    "diagnostics": "Writes one zip file for whoever helps: history, status, settings, doctor and log.\n"
    "No secret is in it; names, numbers and addresses of people are replaced.",
    "open": "Opens a file of diagnostics: a window in which nothing acts, or without a display a summary.\n"
    "Nothing of the file is unpacked, and no program has to run.",
}
EXAMPLES = {
    "doctor": """\
  softphone doctor                            a list with remedies
  softphone doctor --cloud cloud.toml --json  another cloud's addresses, for a script
""",
    "check": """\
  softphone check                             step by step, with times and remedies
  softphone check 5101 --json                 of one line of the running program, for a script
""",
    "diagnostics": """\
  softphone diagnostics softphone.zip         for the help desk
  softphone diagnostics it.zip --with-names   for colleagues: who and which number stay readable
""",
    "open": """\
  softphone open softphone.zip                lines, activity and replay as they were
""",
}

LOOKED = {EXIT_OK: "nothing is wrong", EXIT_TROUBLE: "something is wrong"}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    meanings = LOOKED if name in ("doctor", "check") else DONE
    describe(parser, TEXTS[name], EXAMPLES[name], (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE), meanings=meanings)
    if name == "open":
        parser.add_argument("file", type=Path, metavar="FILE", help="a file of diagnostics")
        return
    add_profile(parser)
    add_cloud(parser)
    if name == "diagnostics":
        parser.add_argument("file", type=Path, metavar="FILE", help="the zip file to write")
        parser.add_argument("--force", action="store_true", help="replace a file that is there")
        parser.add_argument("--with-names", action="store_true", help="keep names, numbers and addresses")
        return
    if name == "check":
        parser.add_argument("line", nargs="?", metavar="LINE", help="its extension, number, account or id")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    """Look, and print what is found."""
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "doctor": _doctor,
        "check": _check,
        "diagnostics": _diagnostics,
        "open": _open,
    }
    return commands[options.command](options)


def _doctor(options: argparse.Namespace) -> int:
    from softphone.checks import doctor

    return doctor.run(_settings(options).cloud, find_folders(), as_json=options.json)


def _check(options: argparse.Namespace) -> int:
    """Look at the way to Webex from here, then have the running program look at its line."""
    import asyncio

    import msgspec

    from softphone.checks.check import CheckStep
    from softphone.headless.instance import ask_service
    from softphone.headless.records import Checked, CheckedStep, json_text

    steps: list[CheckedStep] = []

    def found(step: Mapping[str, Any]) -> None:
        steps.append(msgspec.convert(step, CheckedStep))
        if not options.json:
            _say_step(steps[-1])

    asyncio.run(_look_outside(options, found))
    try:
        answer = ask_service(instance_for(options), {"verb": "check", "line": options.line})
    except SoftphoneError as error:  # it hangs: what was found is told all the same
        answer = {"error": error.sentence}
    why = "No program is running." if answer is None else str(answer.get("error", ""))
    if answer is not None and why and options.line is not None:
        raise SoftphoneError(why, title="Not done")
    for step in () if answer is None else answer.get("steps", ()):
        found(step)
    skipped = [step.value for step in CheckStep if step.value not in {one.step for one in steps}]
    ok = all(step.state != "fault" for step in steps)
    if options.json:
        line = None if answer is None else answer.get("line")
        told = Checked(ok=ok, running=answer is not None, line=line, steps=steps, skipped=skipped)
        print(json_text(told))
    elif skipped:
        print(f"Not looked at: {', '.join(skipped)}. {why}".rstrip())
    return EXIT_OK if ok else EXIT_TROUBLE


async def _look_outside(options: argparse.Namespace, found: Callable[[Mapping[str, Any]], None]) -> None:
    """Make the probes that need no account; nothing is kept, and no profile is touched."""
    from softphone.app import Program, Services
    from softphone.checks.check import run_checks
    from softphone.settings.profile import Profile

    cloud = _settings(options).cloud
    services = Services(Program(cloud=cloud, folders=find_folders()), Profile(None, cloud.api_url))
    try:
        await run_checks(services.probes(), lambda finding: found(finding.record))
    finally:
        await services.close()


def _say_step(step: "CheckedStep") -> None:
    print(f"{step.state:<7}  {step.step:<17}  {step.took_ms:>5} ms  {step.sentence}", flush=True)
    if step.remedy:
        print(f"{'':<7}  {'':<17}  {'':>8}  {step.remedy}", flush=True)


def _diagnostics(options: argparse.Namespace) -> int:
    import asyncio
    from datetime import UTC, datetime

    from softphone.checks import capsule, doctor
    from softphone.checks.gathering import Diagnostics
    from softphone.headless.instance import ask
    from softphone.history.reading import open_past
    from softphone.history.rows import Taken
    from softphone.settings.cloud_file import take_secrets
    from softphone.settings.profile import accounts_in
    from softphone.system import live_secrets
    from softphone.system.log import LOG_FILE_NAME
    from softphone.wording.recording_words import summary

    capsule.check_place(options.file, force=options.force)
    live_secrets.note(*take_secrets().values())  # they are found in every text from now on
    folders, profile = find_folders(), check_profile_name(options.profile)
    store, instance = _settings(options), instance_for(options)

    async def taken() -> Taken | None:
        until = datetime.now(UTC) if instance.is_taken() else None
        with open_past(folders.history_file(profile)) as past:
            return None if past is None else past.taken(until)

    diagnostics = Diagnostics(
        cloud=store.cloud,
        taken=taken,
        summary=lambda recording, told: summary(recording, told.trouble, with_events=True),
        status=lambda: ask(instance, {"verb": "status"}),
        chosen=lambda: store.chosen,
        accounts=lambda: accounts_in(folders.profile_file(profile)),
        log_file=folders.state / LOG_FILE_NAME,
        doctor=lambda: doctor.report(store.cloud, folders),
    )
    made = asyncio.run(diagnostics.export(options.file, force=options.force, keep_names=options.with_names))
    for sentence in made.trouble:
        print(f"softphone: {sentence}", file=sys.stderr)
    names = "with names and numbers" if options.with_names else "names and numbers replaced"
    print(f"{options.file}: {options.file.stat().st_size / 1000:.0f} kB, no secrets, {names}.")
    return EXIT_OK


def _open(options: argparse.Namespace) -> int:
    from softphone.checks import capsule
    from softphone.ui import early_dialog

    read = capsule.read(options.file)
    if not early_dialog.has_display():
        sys.stdout.write(_summary(read))
        return EXIT_OK
    try:
        from softphone.ui.recorded import run_recording
    except ImportError as error:
        raise early_dialog.no_window(error) from error
    return run_recording(read, options.file.name, _looks())


def _looks() -> "Settings":
    """Return what the person has chosen of the looks; the file of settings is only read."""
    from softphone.settings.keys import check, settings_of
    from softphone.system.files import is_ours, parse_toml, read_file

    try:
        path = find_folders().settings_file("default")
        table = parse_toml(read_file(path, may_be=is_ours))["settings"]
        names = ("language", "theme", "text_size_percent")
        return settings_of({name: check(name, table[name]) for name in names if name in table})
    except (OSError, ValueError, KeyError, TypeError, ConfigError):
        return settings_of({})


def _summary(read: "Capsule") -> str:
    from softphone.wording.recording_words import summary

    return summary(read.recording, read.manifest.trouble)


def _settings(options: argparse.Namespace) -> "SettingsStore":
    from softphone.settings import cloud_file as config
    from softphone.settings.policy_file import load_managed
    from softphone.settings.store import SettingsStore

    folders = find_folders()
    profile = check_profile_name(options.profile)
    cloud = config.load_cloud(options.cloud, folders)
    return SettingsStore(folders.settings_file(profile), cloud=cloud, managed=load_managed())
