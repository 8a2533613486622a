"""What happened: the history, the outages and the log of a profile, whether or not a program runs on it."""

import argparse
import contextlib
import os
import re
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from softphone.commands.shared.options import add_profile, describe
from softphone.errors import ConfigError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE, EXIT_USAGE
from softphone.i18n import visible
from softphone.system import streams
from softphone.system.folders import check_profile_name, find_folders

if TYPE_CHECKING:
    from softphone.history.happenings import Interruption
    from softphone.history.past import Past
    from softphone.line.model import LineIdentity

LOOK_EVERY_S = 0.25  # whether the log has grown
ENTRIES_READ = 20_000
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

TEXTS = {
    "history": "Shows what happened to the lines, the newest last: at most seven days.",
    "outages": "Shows when lines were not reachable, why, and what ended it.",
    "logs": "Shows the end of the log file. Secrets are not in it.",
}
EXAMPLES = {
    "history": """\
  softphone history                           the last 50 events
  softphone history --line 5101 --since 2h    of one line, of the last two hours
  softphone history --json                    for a script: one JSON object a line
""",
    "outages": """\
  softphone outages                           of all lines, of seven days
  softphone outages --since 2026-11-27        since that day
""",
    "logs": """\
  softphone logs                              the last 50 rows
  softphone logs -f                           and what is added, until stopped
  softphone logs -n 1000                      more of them
""",
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    describe(parser, TEXTS[name], EXAMPLES[name], (EXIT_OK, EXIT_TROUBLE, EXIT_USAGE))
    add_profile(parser)
    if name == "logs":
        parser.add_argument("-f", "--follow", action="store_true", help="go on until stopped")
        parser.add_argument("-n", "--lines", type=_count, default=50, metavar="N", help="how many rows")
        return
    parser.add_argument("--line", metavar="LINE", help="one, by its extension, number, name or account")
    parser.add_argument(
        "--since", type=_moment, metavar="WHEN", help="30m, 2h, 7d, or a date and time (RFC 3339)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    if name == "history":
        parser.add_argument(
            "-n", "--limit", type=_count, default=50, metavar="N", help="how many (default: 50)"
        )


def run(options: argparse.Namespace) -> int:
    """Print what was asked for."""
    folders, profile = find_folders(), check_profile_name(options.profile)
    if options.command == "logs":
        return _logs(folders.state, rows=options.lines, follow=options.follow)
    from softphone.history.reading import open_past

    tell = _history if options.command == "history" else _outages
    with open_past(folders.history_file(profile)) as past:
        if past is None:
            _say("" if options.json else f"Nothing has happened yet (profile {profile}).")
            return EXIT_OK
        lines = _chosen(past.lines(), options.line)
        if not lines and options.command == "outages" and not options.json:
            _say(f"There was no line yet (profile {profile}).")
        for text in tell(past, lines, options):
            _say(text if options.json else visible(text))
    return EXIT_OK


def _say(text: str) -> None:
    if text:
        sys.stdout.write(text + "\n")


def _chosen(lines: "Mapping[str, LineIdentity]", name: str | None) -> "Mapping[str, LineIdentity]":
    if name is None:
        return lines
    from softphone.wording.command_words import line_name

    found = {key: line for key, line in lines.items() if name.casefold() in line.names}
    if not found:
        known = ", ".join(line_name(line) for line in lines.values()) or "none"
        raise ConfigError(f"--line {name}: there is no history of it. Lines in the history: {known}.")
    return found


# ---- history


def _history(past: "Past", lines: "Mapping[str, LineIdentity]", options: argparse.Namespace) -> Iterator[str]:
    """Yield a row for each thing that happened, the newest last."""
    from softphone.history.happenings import Interruption, happenings
    from softphone.wording import timeline_words as words
    from softphone.wording.moment import LOCAL

    key = next(iter(lines)) if options.line is not None else None
    entries = past.entries(key, options.since, None, ENTRIES_READ)[::-1]
    now = _end_of(past)
    if options.json:
        from softphone.headless.records import entry_record, json_text

        for entry in entries[-options.limit :]:
            yield json_text(entry_record(entry, lines.get(entry.line_key)))
        return
    for one in reversed(happenings(entries, now)[: options.limit]):
        began = one.began if isinstance(one, Interruption) else one.at
        parts = (
            f"{began.astimezone(LOCAL):%Y-%m-%d} {words.time_words(one, LOCAL)}",
            words.whose(one),
            words.words(one),
            words.lasted_words(one, now),
        )
        yield "  ".join(part for part in parts if part)


def _outages(past: "Past", lines: "Mapping[str, LineIdentity]", options: argparse.Namespace) -> Iterator[str]:
    """Yield the figures of each line, and its outages below, the newest last."""
    from softphone.wording.recording_words import interruptions, line_rows

    now = _end_of(past)
    since = options.since or now - timedelta(days=7)
    for key, identity in lines.items():
        if options.json:
            found = interruptions(past, key, now, since, ENTRIES_READ)
            yield from (_outage_record(one, identity, now) for one in found)
        else:
            yield from line_rows(past, key, identity, now, since, ENTRIES_READ)


def _end_of(past: "Past") -> datetime:
    """Return until when the history reaches: now while the program runs, which notes it once a minute."""
    span, now = past.span(), datetime.now(UTC)
    return now if span is None or now - span[1] < timedelta(minutes=2) else span[1]


# ---- JSON


def _outage_record(outage: "Interruption", identity: "LineIdentity", now: datetime) -> str:
    from softphone.headless.records import OutageRecord, json_text, rfc3339
    from softphone.wording.command_words import line_name
    from softphone.wording.recording_words import lasted
    from softphone.wording.timeline_words import words

    record = OutageRecord(
        account=identity.account.address or identity.account.key,
        name=line_name(identity),
        began=rfc3339(outage.began),
        ended=None if outage.ended is None else rfc3339(outage.ended),
        lasted_s=round(lasted(outage, now).total_seconds(), 3),
        causes=[cause.kind.value for cause in outage.causes],
        ending=outage.ending.value if outage.ending else None,
        sentence=words(outage),
    )
    return json_text(record)


# ---- log


def _logs(folder: Path, *, rows: int, follow: bool) -> int:
    from softphone.system.log import LOG_FILE_NAME, redact

    path = folder / LOG_FILE_NAME
    outlet = streams.stdout()
    with contextlib.ExitStack() as held:
        file = _open_log(path, held)
        if file is None and not follow:
            print(f"softphone: there is no log yet ({path}).", file=sys.stderr)
            return EXIT_TROUBLE
        for row in deque(file or (), maxlen=rows):
            print(visible(redact(row.rstrip("\n"))), flush=follow)
        while follow and not (outlet and outlet.has_no_reader):
            time.sleep(LOOK_EVERY_S)
            for row in file or ():
                print(visible(redact(row.rstrip("\n"))), flush=True)
            if file is None or _is_replaced(file, path):
                file = _open_log(path, held) or file
    return EXIT_OK


def _open_log(path: Path, held: contextlib.ExitStack) -> TextIO | None:
    """Return the file, None when there is none yet; those before it are closed.

    Raises ConfigError when it cannot be read.
    """
    from softphone.system.files import open_ours

    try:
        descriptor = open_ours(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    held.close()
    return held.enter_context(os.fdopen(descriptor, encoding="utf-8", errors="replace"))


def _is_replaced(file: TextIO, path: Path) -> bool:
    """Whether the log goes on in another file, or began anew in this one."""
    try:
        there = path.stat()
    except OSError:
        return False
    return there.st_ino != os.fstat(file.fileno()).st_ino or there.st_size < file.tell()


def _count(text: str) -> int:
    number = int(text)
    if not 0 < number <= 1_000_000:  # noqa: PLR2004 - more is in no file of ours
        raise ValueError
    return number


def _moment(text: str) -> datetime:
    """Read a moment of the past. Raises ValueError."""
    if found := re.fullmatch(r"(\d{1,5})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)  # without a zone it is the local time
    except OverflowError as error:
        raise ValueError from error


_count.__name__ = "whole number from 1 to 1000000"
_moment.__name__ = "time: write 30m, 2h, 7d, or a date and time"
