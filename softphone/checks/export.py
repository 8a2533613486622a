"""Everything that support may ask for, in one zip file: no secret in it, and readable by its owner only.

What goes in passes `without_secrets` here, wherever it came from and whoever has filtered it before.
"""

import asyncio
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from softphone import __version__
from softphone.checks.diagnostics import without_secrets
from softphone.errors import SoftphoneError
from softphone.i18n import phrase
from softphone.settings.cloud_file import Cloud
from softphone.system.background import in_thread
from softphone.system.files import open_ours

LOG_TAIL_BYTES = 400_000
DOCTOR_LIMIT_S = 20.0

_LIBRARIES = ("PySide6", "qasync", "httpx", "keyring", "msgspec", "platformdirs", "truststore", "h11")
_NOT_SETTINGS = frozenset({"client_id"})  # no secret, and nobody else's business


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
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
