"""What support may ask for: a text of what the panel shows, and with everything else in one zip file.

Nothing secret is in either. What goes in passes `without_secrets` here, wherever it came from and whoever
has filtered it before; the zip file is readable by its owner only.
"""

import asyncio
import importlib.metadata
import json
import os
import platform
import re
import sys
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from softphone import __version__
from softphone.accounts.panel import Panel
from softphone.accounts.snapshot import AccountSnapshot
from softphone.errors import SoftphoneError
from softphone.i18n import phrase
from softphone.line.model import LineSnapshot
from softphone.settings.cloud_file import Cloud
from softphone.system.background import in_thread
from softphone.system.files import open_ours
from softphone.system.live_secrets import HIDDEN
from softphone.system.log import redact
from softphone.system.loop_time import WORTH_TELLING_S, Lateness, lateness

LOG_TAIL_BYTES = 400_000
DOCTOR_LIMIT_S = 20.0

_LIBRARIES = (
    *("PySide6", "qasync", "httpx", "keyring", "msgspec", "platformdirs", "truststore"),
    *("h11", "wsproto"),
)
_NOT_SETTINGS = frozenset({"client_id"})  # no secret, and nobody else's business
# A sign-in in an address, then e-mail addresses, as they are or as a query writes them.
_USER_INFO = re.compile(r"://[^/@\s\"']+@")
_ADDRESS = re.compile(r"([A-Za-z0-9])(?:[A-Za-z0-9._+-]|%(?!40))*(@|%40)(?=[A-Za-z0-9-]+\.)")
_SCHEME = re.compile(rf"(?i)\bbearer\s+(?={re.escape(HIDDEN)})")


def report_of(panel: Panel) -> str:
    """Return the text for what is shown at this moment."""
    return report(panel.accounts, panel.lines, asyncio.get_running_loop().time(), lateness())


def report(
    accounts: Iterable[AccountSnapshot], lines: Iterable[LineSnapshot], now_s: float, late: Lateness
) -> str:
    """Return the text. `now_s` is the loop's clock, for ages; e-mail addresses are shortened.

    `late` says how this program itself was held up: what looks like a slow server may be a busy computer.
    """
    rows = [
        f"softphone {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"Written {datetime.now(UTC).isoformat(timespec='seconds')}",
        _held_up(late),
    ]
    for account in accounts:
        rows += ["", f"Account {account.account.address or account.account.key}: {account.state.value}"]
        if account.region:
            rows.append(f"  Region: {account.region}")
        if account.notice:
            rows.append(f"  {account.notice.title}: {account.notice.sentence}")
            rows += _tracking(account.notice.tracking_id)
    for line in lines:
        rows += ["", *_line_rows(line, now_s)]
    return without_secrets("\n".join(rows)) + "\n"


def without_secrets(text: str) -> str:
    """Return the text as it may leave this computer: nothing secret in it, e-mail addresses shortened."""
    text = _SCHEME.sub("", redact(_USER_INFO.sub(f"://{HIDDEN}@", text)))
    return _ADDRESS.sub(r"\1...\2", text)


def _held_up(late: Lateness) -> str:
    if not late.worst_late_s:
        return phrase("This program was never held up while it waited for a server.")
    return phrase(
        "This program was held up: worst {worst} ms; holds over {limit} ms: {n}",
        worst=f"{1000 * late.worst_late_s:.0f}",
        n=late.long_holds,
        limit=f"{1000 * WORTH_TELLING_S:.0f}",
    )


def _line_rows(line: LineSnapshot, now_s: float) -> list[str]:
    identity = line.identity
    rows = [
        f"Line {identity.line_id} ({identity.service.value}, extension {identity.extension or 'unknown'})",
        f"  Shown as {line.state_at(now_s).value}, wanted: {'yes' if line.wanted else 'no'}, "
        f"status: {line.status.value}, attempt {line.attempt}, missed {line.misses}",
    ]
    if line.server:
        rows.append(f"  Server: {line.server.url} ({line.server.role.value})")
    if line.registration:
        rows.append(f"  Device: {line.registration.device.device_id}")
    if line.proved_at_s is not None:
        rows.append(f"  Last confirmed {now_s - line.proved_at_s:.0f} s ago")
    if line.failure:
        code = "" if line.failure.error_code is None else f" / {line.failure.error_code}"
        rows.append(f"  Trouble: {line.failure.title} (HTTP {line.failure.http_status or '-'}{code})")
        rows += _tracking(line.failure.tracking_id)
    return rows


def _tracking(tracking_id: str) -> list[str]:
    return [f"  Tracking ID: {tracking_id}"] if tracking_id else []


class Diagnostics(Struct, frozen=True, kw_only=True):
    """Where the parts come from. `report` is called on the loop, `doctor` in a thread: it blocks.

    `history` is the timeline as text; `log_file` the log of the moment. Both may be missing.
    """

    report: Callable[[], str]
    cloud: Cloud
    log_file: Path | None = None
    doctor: Callable[[], str] | None = None
    history: Callable[[], Awaitable[str]] | None = None

    async def export(self, path: Path) -> None:
        """Write the zip file, in the place of one that is there. Raises SoftphoneError."""
        parts = {"diagnostics.txt": self.report(), "settings.json": settings_text(self.cloud)}
        if self.history is not None:
            parts["history.txt"] = await self.history()
        if self.doctor is not None:
            parts["doctor.json"] = await _within(self.doctor)
        await in_thread(lambda: self._write(path, parts))

    def _write(self, path: Path, parts: dict[str, str]) -> None:
        parts["versions.txt"] = versions_text()
        if self.log_file is not None:
            parts["log.txt"] = log_tail(self.log_file)
        try:
            write_zip(path, parts)
        except OSError as error:
            raise SoftphoneError(
                phrase("{file} could not be written ({why}).", file=str(path), why=error.strerror or "?"),
                title="The diagnostics were not saved",
            ) from error


async def _within(doctor: Callable[[], str]) -> str:
    try:
        async with asyncio.timeout(DOCTOR_LIMIT_S):
            return await in_thread(doctor)
    except TimeoutError:
        return json.dumps({"ok": False, "checks": [], "why": "the checks did not end in time"})


def write_zip(path: Path, parts: Mapping[str, str]) -> None:
    """Write the parts, each without secrets, into a file of the owner's alone (0600). Raises OSError."""
    handle, name = tempfile.mkstemp(prefix=".softphone-", dir=path.parent)  # 0600 from the start
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, text in parts.items():
                archive.writestr(part, without_secrets(text))
        made.replace(path)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise


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


def settings_text(cloud: Cloud) -> str:
    """Return what the cloud file sets, as JSON; a client secret is never in it."""
    values = {name: value for name, value in asdict(cloud).items() if name not in _NOT_SETTINGS}
    return json.dumps(values, indent=2, default=str, ensure_ascii=False) + "\n"


def versions_text() -> str:
    """Return what runs here, one a line."""
    rows = [f"softphone {__version__}", f"Python {sys.version.split()[0]}", platform.platform()]
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            rows.append(f"{name} {importlib.metadata.version(name)}")
    return "\n".join(rows) + "\n"
