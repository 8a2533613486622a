"""What goes into a capsule, and where it comes from: a program that runs, or only its files.

Each part is had or said to be missing; none of them keeps the others out. Everything passes the stand-ins
(`stand_ins`), wherever it came from and whoever has filtered it before.
"""

import asyncio
import importlib.metadata
import json
import os
import platform
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from softphone import __version__
from softphone.checks import capsule
from softphone.checks.capsule import Manifest
from softphone.checks.stand_ins import StandIns
from softphone.errors import SoftphoneError
from softphone.history import rows as history_rows
from softphone.history.entries import EntryKind
from softphone.history.recording import Recording
from softphone.history.rows import Row, Taken
from softphone.line.model import Account
from softphone.settings.cloud_file import Cloud
from softphone.system.background import in_thread
from softphone.system.files import open_ours
from softphone.values import replace

LOG_TAIL_BYTES = 400_000
DOCTOR_LIMIT_S = 20.0
WORDS_LIMIT = 900  # of a sentence in the manifest

_LIBRARIES = (
    *("PySide6", "qasync", "httpx", "websockets", "keyring", "msgspec", "platformdirs", "truststore"),
    *("h11", "wsproto"),
)
_NOT_SETTINGS = frozenset({"client_id"})  # no secret, and nobody else's business


class Diagnostics(Struct, frozen=True, kw_only=True):
    """Where the parts of a capsule come from, of a program that runs or not.

    `taken` is the history; it and `status`, the answer of the running program (None: none runs), may raise
    SoftphoneError: then the capsule says so and has the rest. `status` and `doctor` block, and are called in
    a thread. `summary` tells a recording in words. `chosen` are the settings that differ from their defaults,
    `accounts` whose names have to be replaced beside those in the history. `report` is called on the loop.
    """

    cloud: Cloud
    taken: Callable[[], Awaitable[Taken | None]]
    summary: Callable[[Recording, Manifest], str]
    status: Callable[[], Mapping[str, Any] | None] = lambda: None
    chosen: Callable[[], Mapping[str, Any]] = dict
    accounts: Callable[[], Iterable[Account]] = tuple
    report: Callable[[], str] | None = None
    log_file: Path | None = None
    doctor: Callable[[], str] | None = None

    async def export(self, path: Path, *, force: bool = True, keep_names: bool = False) -> Manifest:
        """Write the capsule, with `force` over a file that is there; return what it says of itself.

        Raises SoftphoneError, and nothing is left behind.
        """
        capsule.check_place(path, force=force)
        trouble: list[str] = []
        parts = {} if self.report is None else {"report.txt": self.report()}
        accounts = tuple(self.accounts())
        taken = await self._history(trouble)
        status = await in_thread(lambda: self._status(trouble))
        if self.doctor is not None:
            parts["doctor.json"] = await _within(self.doctor)
        return await in_thread(
            lambda: self._write(
                path, parts, taken, status, accounts, trouble, force=force, keep_names=keep_names
            )
        )

    async def _history(self, trouble: list[str]) -> Taken:
        try:
            taken = await self.taken()
        except SoftphoneError as error:
            trouble.append(error.sentence)
            return Taken()
        if taken is None:
            trouble.append("This program has no history to give.")
            return Taken()
        if taken.trouble:
            trouble.append(f"The history is damaged, so only a part of it is here: {taken.trouble}.")
        if taken.left_out:
            trouble.append(f"Older rows of the history were left out, for size: {taken.left_out}.")
        # Who called is nobody's business but the person's.
        kept = (row for row in taken.rows if getattr(row, "kind", None) is not EntryKind.CALL)
        return replace(taken, rows=tuple(kept))

    def _status(self, trouble: list[str]) -> Mapping[str, Any]:
        try:
            return self.status() or {"ok": False, "running": False}
        except SoftphoneError as error:
            trouble.append(f"The running program was not asked: {error.sentence}")
            return {"ok": False}

    def _write(
        self,
        path: Path,
        parts: dict[str, str],
        taken: Taken,
        status: Mapping[str, Any],
        accounts: tuple[Account, ...],
        trouble: list[str],
        *,
        force: bool,
        keep_names: bool,
    ) -> Manifest:
        stand_ins = StandIns(keep_names=keep_names)
        _learn(stand_ins, taken, accounts)
        parts["versions.txt"] = versions_text()
        parts["settings.json"] = settings_text(self.cloud, self.chosen())
        if self.log_file is not None:
            parts["log.txt"] = log_tail(self.log_file)
        told = {name: stand_ins.text(text).encode(errors="backslashreplace") for name, text in parts.items()}
        told[capsule.STATUS] = _json(stand_ins.value(status))
        created = datetime.now(UTC).replace(microsecond=0)
        rows = [msgspec.convert(stand_ins.value(msgspec.to_builtins(row)), Row) for row in taken.rows]
        told[capsule.HISTORY], recording = _readable(rows, created, trouble)
        counts = Counter(row.__struct_config__.tag for row in rows if told[capsule.HISTORY])
        manifest = Manifest(
            program=__version__,
            created=created,
            platform=stand_ins.text(platform.platform())[:WORDS_LIMIT],
            names="kept" if keep_names else "replaced",
            counts=counts,
            trouble=tuple(stand_ins.text(sentence)[:WORDS_LIMIT] for sentence in trouble),
        )
        told[capsule.SUMMARY] = self.summary(recording, manifest).encode()
        capsule.write(path, capsule.pack(told, manifest), force=force)
        return manifest


def _readable(rows: Sequence[Row], created: datetime, trouble: list[str]) -> tuple[bytes, Recording]:
    """Return the rows as they are written, and what is read of them: nothing where they contradict."""
    content = history_rows.encode(rows)
    try:
        return content, Recording(history_rows.decode(content), created)
    except ValueError as error:
        trouble.append(f"The history contradicts itself and is not here: {error}.")
        return b"", Recording((), created)


def _learn(stand_ins: StandIns, taken: Taken, accounts: Iterable[Account]) -> None:
    for row in taken.rows:
        if isinstance(row, history_rows.LineRow):
            stand_ins.learn_line(row.identity)
        elif isinstance(row, history_rows.TextRow) and isinstance(row.text, dict):
            stand_ins.learn_registration(row.text)
    for account in accounts:
        stand_ins.learn_account(account)


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


async def _within(doctor: Callable[[], str]) -> str:
    try:
        async with asyncio.timeout(DOCTOR_LIMIT_S):
            return await in_thread(doctor)
    except TimeoutError:
        return json.dumps({"ok": False, "checks": [], "why": "the checks did not end in time"})


def log_tail(log_file: Path) -> str:
    """Return the end of the log, beginning with a whole line; that of the file before when it is short."""
    text = b""
    for file in (log_file, log_file.with_name(f"{log_file.name}.1")):
        with suppress(OSError):
            text = _end_of(file) + text
        if len(text) >= LOG_TAIL_BYTES:
            text = text[-LOG_TAIL_BYTES:].partition(b"\n")[2]
            break
    return text.decode("utf-8", "replace")


def _end_of(path: Path) -> bytes:
    with os.fdopen(open_ours(path, os.O_RDONLY), "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_TAIL_BYTES - 1))
        return file.read(LOG_TAIL_BYTES + 1)


def settings_text(cloud: Cloud, chosen: Mapping[str, Any]) -> str:
    """Return what was chosen, and where the cloud differs from Webex; a client secret is in neither."""
    values = {"settings": dict(chosen), "cloud": _differing(asdict(cloud), asdict(Cloud()))}
    return json.dumps(values, indent=2, default=str, ensure_ascii=False) + "\n"


def _differing(values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _differing(value, usual[name]) if isinstance(value, dict) else value
        for name, value in values.items()
        if name not in _NOT_SETTINGS and value != usual[name]
    }


def versions_text() -> str:
    """Return what runs here, one a line."""
    rows = [f"softphone {__version__}", f"Python {sys.version.split()[0]}", platform.platform()]
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            rows.append(f"{name} {importlib.metadata.version(name)}")
    return "\n".join(rows) + "\n"
